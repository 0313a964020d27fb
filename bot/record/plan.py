"""Which alerts of a case are due. It is decided here, from data alone; the watch posts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from heapq import merge
from itertools import takewhile

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.events import DeadlineSet, Event, effective_events, originals_of
from bot.record.holding import hold_of, with_hold
from bot.record.ladder import STILL_WATCHING, Due, Ladder, Phase, dues_between, moments
from bot.record.posting import Posting

LadderOf = Callable[[Letter], Ladder]
NEARLY_THE_SAME = 3  # days between the days left that an announcement tells and a rung that it makes superfluous
JUST_DUE = timedelta(minutes=15)  # in which an alert is posted even though a quiet time has begun since
LAST_WEEK = 7  # days before the deadline from which on no rung is left out


@dataclass(frozen=True)
class Alert:
    """One rung due for one case."""

    case: Case
    #: The id of the event that set the deadline: its version.
    deadline_id: int
    due: Due

    @property
    def key(self) -> tuple[int, int, str, int]:
        return (self.case.id, self.deadline_id, self.due.rung.name, self.due.occurrence)


@dataclass(frozen=True)
class NoticeAhead:
    """One notice that is to come: one rung of one letter."""

    due: Due
    letter: Letter
    #: How many cases it will be about.
    count: int
    #: Some of them: all, if they are few.
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a look at one case gives."""

    #: The alert to post now.
    due: Alert | None
    #: Older ones that fell due since the last look and are not posted any more.
    skipped: tuple[Alert, ...]
    #: When to look next.
    look_at: datetime | None


def plan(case: Case, ladder: Ladder, posting: Posting, now: datetime) -> Plan:
    """The alert of `case` that is due at `now`, and when to look again.

    1. Only rungs whose moment lies after the start (see `_start`) count, and of these not those that the announcement of the
       deadline covers (see `_is_covered`).
    2. The newest of them that is due is the one to post. Its key keeps it from being posted twice, not this function.
    3. The others that fell due since the last look are skipped.
    4. Of a deadline that corrects another one, a rung is left out which had fallen due for that one before the correction.
    5. Overdue repeats that are silenced are due when the silence ends (`holding.with_hold`): by 2, the newest of them.
    6. The next look is at the next rung, or when something recorded ahead of its date takes effect.
    """
    case_state = case.known_at(now)
    looks = _effects_after(case, now)
    if case_state.deadline_event is None:
        return Plan(None, (), min(looks, default=None))
    start = _start(case, case_state)
    fallen: list[Due] = []
    for due in dues_of(case, case_state, ladder, posting, start):
        if due.at > now:
            looks.append(due.at)
            break
        if due.at > start and posting.includes(due.at):
            fallen.append(due)
    if fallen and _fell_due_before(case, case_state.deadline_event, fallen[-1], ladder, posting):
        fallen = []
    alerts = [Alert(case, case_state.deadline_event.id, due) for due in fallen]
    skipped = tuple(a for a in alerts[:-1] if case.looked_at is None or a.due.at > case.looked_at)
    return Plan(alerts[-1] if alerts else None, skipped, min(looks, default=None))


def kept_quiet(planned: Plan, posting: Posting, now: datetime) -> Plan:
    """The same plan, but what was due long before waits for the end of a quiet time: after downtime, or because of an undo.

    So does what a silence held back that is lifted in one. What has just fallen due is posted, though quiet times may have
    begun since. A countdown does not wait until its deadline has passed.
    """
    alert = planned.due
    if alert is None or posting.slack == 0 or (now - alert.due.at < JUST_DUE and not alert.due.held_back):
        return planned
    case_state, rung = alert.case.known_at(now), alert.due.rung
    deadline = case_state.deadline
    if deadline is None:
        return planned
    own = posting.hurry(deadline.last_moment, _start(alert.case, case_state)).for_rung(rung)
    opens = own.open_from(now)
    if opens <= now or (rung.phase is Phase.BEFORE and opens > deadline.last_moment):
        return planned
    return Plan(None, planned.skipped, min(opens, planned.look_at or opens))


def _effects_after(case: Case, now: datetime) -> list[datetime]:
    """When each event takes effect that was recorded ahead of its date."""
    if all(event.counts_from <= now for event in case.events):
        return []
    return [event.counts_from for event in effective_events(case.events, known_by=now) if event.counts_from > now]


def next_due(case: Case, ladder: Ladder, posting: Posting, now: datetime) -> Due | None:
    """The next alert of `case` after `now`, if nothing changes until then; of several at one moment, the one that is posted."""
    case_state = case.known_at(now)
    dues = dues_of(case, case_state, ladder, posting, held_since(case, case_state))
    later = (due for due in dues if due.at > now)
    first = next(later, None)
    return first and [first, *takewhile(lambda due: due.at == first.at, later)][-1]


def ahead(
    cases: Iterable[Case],
    ladder_of: LadderOf,
    posting: Posting,
    now: datetime,
    end: datetime,
    asked: Mapping[int, datetime] | None = None,
) -> list[Alert]:
    """Every alert of these cases in (now, end] if nothing is recorded until then, by time; linear in the cases.

    The same as `rehearsed` for a record that ends at `now`. Cases that share a deadline and a ladder share the counting.
    `asked`: by letter, when it is asked about first (`asked_first`), where these are not all of its cases.
    """
    dues: dict[tuple[Deadline, Ladder, Posting, datetime], list[Due]] = {}
    alerts: list[list[Alert]] = []
    for case in cases:
        case_state = case.known_at(now)
        deadline, event = case_state.deadline, case_state.deadline_event
        if not case_state.clock_runs or deadline is None or event is None:
            continue
        hold, hurried = hold_of(case_state, posting), posting.hurry(deadline.last_moment, _start(case, case_state))
        start = min(now, held_since(case, case_state)) if hold else now
        key = (deadline, ladder_of(case.letter), hurried, start)
        if key not in dues:
            dues[key] = dues_between(key[1], deadline, hurried, start, end)
        heard = _heard(case, case_state, deadline, dues[key])
        if hold:
            heard = (due for due in with_hold(heard, hold, start, posting) if now < due.at <= end)
        alerts.append([Alert(case, event.id, due) for due in heard])
    first = asked_first(alert for of_case in alerts for alert in of_case) if asked is None else asked
    return sorted((a for of_case in alerts for a in _posted(of_case, first)), key=lambda alert: alert.due.at)


def asked_first(alerts: Iterable[Alert]) -> dict[int, datetime]:
    """By letter, the moment of the first question whether to go on: there is one a letter, of all cases that are due then."""
    asked: dict[int, datetime] = {}
    for alert in alerts:
        if is_question(alert.due):
            letter_id = alert.case.letter.id
            asked[letter_id] = min(asked.get(letter_id, alert.due.at), alert.due.at)
    return asked


def _posted(of_case: Iterable[Alert], asked: Mapping[int, datetime]) -> Iterable[Alert]:
    """The alerts of a case without later questions; of several at one moment the last, which is the one that is posted."""
    once = (a for a in of_case if not is_question(a.due) or a.due.at <= asked.get(a.case.letter.id, a.due.at))
    return {alert.due.at: alert for alert in once}.values()


def may_be_covered(due: Due, days_given: int) -> bool:
    """Whether an announcement may make a rung superfluous (`_is_covered`), if so many days were left when it was recorded."""
    is_early = due.rung.phase is Phase.BEFORE and due.rung.days > LAST_WEEK
    return is_early and 0 <= days_given - due.rung.days <= NEARLY_THE_SAME


def held_since(case: Case, case_state: CaseState) -> datetime:
    """Repeats up to here were not held back: they were posted, or never fire."""
    start = _start(case, case_state)
    return max(start, case_state.silence.since) if case_state.silence else start


def is_question(due: Due) -> bool:
    """Whether it asks whether to go on watching."""
    return due.rung.name == STILL_WATCHING.name


def dues_of(case: Case, case_state: CaseState, ladder: Ladder, posting: Posting, after: datetime) -> Iterator[Due]:
    """The rungs of a case in that state, past and to come. Of the repeats that are held back, those due after `after`."""
    deadline = case_state.deadline
    if deadline is None or not case_state.clock_runs:
        return
    hurried = posting.hurry(deadline.last_moment, _start(case, case_state))
    heard = _heard(case, case_state, deadline, _counted(case.letter, ladder, deadline, hurried))
    hold = hold_of(case_state, posting)
    yield from with_hold(heard, hold, after, posting) if hold else heard


def _counted(letter: Letter, ladder: Ladder, deadline: Deadline, posting: Posting) -> Iterator[Due]:
    """The moments of a ladder; once the letter was asked about, without the questions that would follow, which are endless."""
    others, questions = apart(ladder)
    if letter.asked_at is None or not questions:
        return moments(ladder, deadline, posting)
    asked_at = letter.asked_at
    asked = takewhile(lambda due: due.at <= asked_at, moments(questions, deadline, posting))
    return merge(moments(others, deadline, posting), asked, key=lambda due: due.at)


@lru_cache(maxsize=1024)
def apart(ladder: Ladder) -> tuple[Ladder, Ladder]:
    """The rungs, and the question."""
    others = tuple(rung for rung in ladder if rung.name != STILL_WATCHING.name)
    return others, tuple(rung for rung in ladder if rung.name == STILL_WATCHING.name)


def _heard(case: Case, case_state: CaseState, deadline: Deadline, dues: Iterable[Due]) -> Iterator[Due]:
    """Those of these dues that the case has; once it is acknowledged, none after the one that says it passed."""
    announced_on = _announced_on(case, case_state)
    for due in dues:
        if case_state.acknowledged and due.rung.phase is Phase.AFTER:
            return
        if is_question(due) and not _asks(case, due):
            continue
        if not _is_covered(due, deadline, announced_on):
            yield due


def _asks(case: Case, due: Due) -> bool:
    """Whether the desk is asked about the case then: the letter was not asked about before, and nothing was recorded of the
    case for as long as it has to be overdue for it."""
    asked_at, quiet_since = case.letter.asked_at, due.at - timedelta(days=due.rung.days)
    if asked_at is not None and due.at > asked_at:
        return False
    return not any(quiet_since < event.recorded_at <= due.at for event in case.events)


def _announced_on(case: Case, case_state: CaseState) -> datetime | None:
    """When the notice was due that announces the deadline in force; None if there is none.

    A letter's first deadline is announced with its sending. Whether a notice exists is known from the alerts that were planned
    for it, never guessed from the settings: a file may have been imported quietly, or before a channel was set.
    """
    event, sent = case_state.deadline_event, case_state.sent
    if event is None:
        return None
    with_letter = sent is not None and sent.recorded_at == event.recorded_at and sent.id in case.announced
    return event.recorded_at if event.id in case.announced or with_letter else None


def _is_covered(due: Due, deadline: Deadline, announced_on: datetime | None) -> bool:
    """Whether the notice that announced the deadline makes a rung superfluous: it told nearly the same days left, just before.

    Only long before the deadline. The rungs of the last week, and those after the deadline, are never left out.
    """
    return announced_on is not None and may_be_covered(due, deadline.days_left(announced_on))


def _start(case: Case, case_state: CaseState) -> datetime:
    """Rungs up to here never fire: before the case was tracked, before its deadline was set, before it was reopened.

    What corrects a deadline or a reopening counts from when that was recorded: the right deadline may have passed meanwhile.
    """
    starts = (event for event in (case_state.deadline_event, case_state.reopened) if event)
    return max([case.tracked_since, *(_first_recorded(case, event) for event in starts)])


def _first_recorded(case: Case, event: Event) -> datetime:
    return event.recorded_at if event.replaces is None else originals_of(case.events)[event.id].recorded_at


def _fell_due_before(case: Case, event: Event, due: Due, ladder: Ladder, posting: Posting) -> bool:
    """Whether the rung of a deadline had fallen due for one that this one corrects, so that it was posted by then."""
    if event.replaces is None or due.at > event.recorded_at:
        return False
    original = originals_of(case.events)
    place = original[event.id].id
    corrected = (other for other in case.events if other.id < event.id and original[other.id].id == place)
    return any(
        (other.rung.name, other.occurrence) == (due.rung.name, due.occurrence)
        for earlier in corrected
        if isinstance(earlier.detail, DeadlineSet)
        for other in takewhile(lambda o: o.at <= event.recorded_at, moments(ladder, earlier.detail.deadline, posting))
    )
