"""When overdue repeats are due while they are silenced: held back, and the newest of them when that ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.record.case import CaseState
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.zones import INSTANT
from bot.record.ladder import Due, Ladder, Phase, dues_between, is_overdue_repeat
from bot.record.posting import Posting

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hold:
    """The repeats of a case that are held back."""

    #: Since when; those that were due before were posted, if they were not silenced just before.
    since: datetime
    #: When the newest of them is due; None if that is not known yet.
    end: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether they are held back at that moment."""
        return self.end is None or moment < self.end


def hold_of(case_state: CaseState, posting: Posting) -> Hold | None:
    """What the silence of a case holds back, also where it has ended; None if there is none.

    One until a day ends at its posting moment; one that is lifted at once, or in a quiet time at the next posting moment, but
    not before that of the day. One until the next event ends at the first posting moment after that.
    """
    silence = case_state.silence
    return hold_until(silence.until, silence.since, posting, silence.ended_at) if silence else None


def hold_until(until: date | None, since: datetime, posting: Posting, ended_at: datetime | None = None) -> Hold:
    """The hold until a day; None or `date.max`: until the next event. `ended_at`: as of `Silence`."""
    if until is None or until == date.max:
        return Hold(since, posting.first_from(ended_at) if ended_at else None)
    end = posting.on(until)
    if ended_at is None:
        return Hold(since, end)
    is_quiet = posting.open_from(ended_at) > ended_at
    return Hold(since, max(end, posting.first_from(ended_at) if is_quiet else ended_at))


def with_hold(dues: Iterable[Due], hold: Hold, after: datetime, posting: Posting) -> Iterator[Due]:
    """Alerts of a deadline, by time, as they are due with what is held back; without those that no known moment ends.

    Of those that are held back, only the ones that were due after `after`. What a change of the posting hour leaves out is
    left out here too, unless it fell due while they were held back.
    """
    for due in dues:
        if due.rung.phase is not Phase.AFTER or not hold.holds(due.at):
            yield due
        elif hold.end is None:
            return  # all later ones are held back too
        elif due.at > after and (posting.includes(due.at) or due.at > hold.since - _DAY):
            yield replace(due, at=hold.end, held_back=True)


def is_held_back(case_state: CaseState, rung: str, posting: Posting) -> bool:
    """Whether a rung of that name is held back at the moment of the state."""
    hold = hold_of(case_state, posting)
    return hold is not None and hold.holds(case_state.now) and is_overdue_repeat(rung)


def heard_at(ladder: Ladder, deadline: Deadline, posting: Posting, at: datetime, hold: Hold | None = None) -> Due | None:
    """The alert of a deadline that is due at a posting moment, with what is held back; of several, the one that is posted."""
    start = hold.since if hold and hold.end == at else at - INSTANT
    dues: Iterable[Due] = dues_between(ladder, deadline, posting, start, at)
    if hold:
        dues = with_hold(dues, hold, start, posting)
    return next((due for due in reversed([*dues]) if due.at == at), None)
