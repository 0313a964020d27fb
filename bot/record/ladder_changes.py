"""Changing a ladder: which rungs may stand on it together, and since when each holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from bot.record.case import Letter
from bot.record.errors import CaseError
from bot.record.ladder import STILL_WATCHING, YEARLY, Ladder, Phase, Recurrence, Rung, in_order, standing
from bot.record.rung_words import when_words

MOST_RUNGS = 20
#: How long a rung that was taken off is kept: the watch may not have run when it was due.
KEPT = timedelta(days=30)
#: Repeats of which a ladder has one: at some moments two would be due at once.
_REPEATS = frozenset({Recurrence.WEEK, Recurrence.MONTH, Recurrence.YEAR})


def with_rung(ladder: Ladder, rung: Rung, now: datetime) -> Ladder:
    """With one rung more, which holds from now on. CaseError if it does not fit."""
    on_it = standing(ladder)
    if any(other.name == rung.name for other in on_it):
        raise CaseError(
            f"“{when_words(rung)}” is on the ladder already. To change its channel or role, remove it and add it again."
        )
    if len(on_it) >= MOST_RUNGS:
        raise CaseError(f"A ladder has at most {MOST_RUNGS} alerts. Remove one first.")
    if other := next((other for other in on_it if _at_one_moment(rung, other)), None):
        raise CaseError(
            f"“{when_words(rung)}” and “{when_words(other)}” would be due at one moment, and only one would be posted. "
            f"Remove “{when_words(other)}” first, or choose another day."
        )
    if rung.role_id is not None and not rung.loud:
        raise CaseError("Only a loud alert pings a role. Leave the role out, or choose loud: True.")
    return in_place_of(ladder, [*on_it, rung], now)


def without_rung(ladder: Ladder, rung: Rung, now: datetime) -> Ladder:
    """CaseError if it is not on the ladder, or is the only one."""
    on_it = standing(ladder)
    left = [other for other in on_it if other.name != rung.name]
    if len(left) == len(on_it):
        named = ", ".join(f"“{when_words(other)}”" for other in on_it)
        raise CaseError(f"“{when_words(rung)}” is not on the ladder. On it are: {named}.")
    if not left:
        raise CaseError("A ladder needs at least one alert. Add another one first.")
    return in_place_of(ladder, left, now)


def in_place_of(before: Ladder, rungs: Iterable[Rung], now: datetime) -> Ladder:
    """Another ladder in place of one, from now on.

    Rungs that were on that go on as they did, and the others hold from now on. Those that are taken off are kept for a while:
    what was due up to now, and is not planned yet, is still posted.
    """
    since = {rung.name: rung.since for rung in standing(before)}
    new = in_order(replace(rung, since=since.get(rung.name, now), until=None) for rung in rungs)
    return in_order([*new, *taken_off(before, new, now)])


def taken_off(before: Ladder, after: Ladder, now: datetime) -> Ladder:
    """The rungs of a ladder that are not on the one in its place."""
    names = {rung.name for rung in after}
    earlier = (rung for rung in before if rung.until is not None and rung.until > now - KEPT)
    gone = (replace(rung, until=now) for rung in standing(before) if rung.name not in names and _ever_held(rung, now))
    return (*earlier, *gone)


def _ever_held(rung: Rung, now: datetime) -> bool:
    """False if it was put on at this very moment, as where a clock is stopped."""
    return rung.since is None or rung.since < now


def yearly(ladder: Ladder, now: datetime) -> Ladder:
    """With a repeat each year in place of any other, and no further question. It goes where the other one went."""
    repeats = [rung for rung in standing(ladder) if rung.every in _REPEATS]
    if [rung.name for rung in repeats] == [YEARLY.name]:
        return ladder
    others = [rung for rung in standing(ladder) if rung.every is None]
    as_before = repeats[0] if repeats else YEARLY
    new = replace(YEARLY, channel_id=as_before.channel_id, loud=as_before.loud, role_id=as_before.role_id)
    return in_place_of(ladder, [*others, new], now)


@lru_cache(maxsize=256)
def followed(ladder: Ladder, since: tuple[tuple[str, datetime], ...], own: Ladder) -> Ladder:
    """A server's ladder for a letter that had its own before.

    `since`: rungs that hold for it only from a later moment on, by their names. `own`: what was taken off.
    """
    if not since and not own:
        return ladder
    later = dict(since)

    def of(rung: Rung) -> Rung:
        moments = [moment for moment in (rung.since, later.get(rung.name)) if moment is not None]
        return replace(rung, since=max(moments, default=None))

    kept = {(rung.name, rung.until) for rung in own}
    return in_order([*(of(rung) for rung in ladder if (rung.name, rung.until) not in kept), *own])


def ladder_for(letter: Letter, ladder: Ladder) -> Ladder:
    """Which alerts are due of a letter's cases; `ladder` is the server's."""
    return letter.ladder or followed(ladder, letter.rungs_since, letter.rungs_before)


def _at_one_moment(one: Rung, other: Rung) -> bool:
    """Of most deadlines. The question is asked once, and takes the place of a repeat."""
    if STILL_WATCHING.name in (one.name, other.name):
        return False
    if one.every and other.every:
        return True
    for rung, repeat in ((one, other), (other, one)):
        if repeat.every is Recurrence.WEEK:
            weekly = rung.phase is Phase.AFTER and rung.days >= repeat.days
            return weekly and (rung.days - repeat.days) % 7 == 0
        if repeat.every:  # it begins after all that come once
            return False
        if repeat.phase is Phase.PASSED:  # at the first posting after a deadline: the next day
            return rung.phase is Phase.AFTER and rung.days == 1
    return (one.phase, one.days) == (other.phase, other.days)
