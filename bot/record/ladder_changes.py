"""Changing a ladder: which rungs may stand on it together, and since when each holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from bot.record.errors import CaseError
from bot.record.ladder import STILL_WATCHING, YEARLY, Every, Ladder, Phase, Rung, in_order
from bot.record.rung_words import when_words

MOST_RUNGS = 20
#: Repeats of which a ladder has one: at some moments two would be due at once.
_REPEATS = frozenset({Every.WEEK, Every.MONTH, Every.YEAR})


def with_rung(ladder: Ladder, rung: Rung, now: datetime) -> Ladder:
    """With one rung more, which holds from now on. CaseError if it does not fit."""
    if any(other.name == rung.name for other in ladder):
        raise CaseError(
            f"“{when_words(rung)}” is on the ladder already. To change its channel or role, remove it and add it again."
        )
    if len(ladder) >= MOST_RUNGS:
        raise CaseError(f"A ladder has at most {MOST_RUNGS} alerts. Remove one first.")
    if other := next((other for other in ladder if _at_one_moment(rung, other)), None):
        raise CaseError(
            f"“{when_words(rung)}” and “{when_words(other)}” would be due at one moment, and only one would be posted. "
            f"Remove “{when_words(other)}” first, or choose another day."
        )
    if rung.role_id is not None and not rung.loud:
        raise CaseError("Only a loud alert pings a role. Leave the role out, or choose loud: True.")
    return in_order([*ladder, replace(rung, since=now)])


def without_rung(ladder: Ladder, rung: Rung) -> Ladder:
    """CaseError if it is not on the ladder, or is the only one."""
    left = tuple(other for other in ladder if other.name != rung.name)
    if len(left) == len(ladder):
        named = ", ".join(f"“{when_words(other)}”" for other in ladder)
        raise CaseError(f"“{when_words(rung)}” is not on the ladder. On it are: {named}.")
    if not left:
        raise CaseError("A ladder needs at least one alert. Add another one first.")
    return left


def in_place_of(before: Ladder, rungs: Iterable[Rung], now: datetime) -> Ladder:
    """Another ladder in place of one: rungs that were on that go on as they did, the others hold from now on."""
    since = {rung.name: rung.since for rung in before}
    return tuple(replace(rung, since=since.get(rung.name, now)) for rung in rungs)


def yearly(ladder: Ladder, now: datetime) -> Ladder:
    """With a repeat each year in place of any other, and no further question. It goes where the other one went."""
    repeats = [rung for rung in ladder if rung.every in _REPEATS]
    if [rung.name for rung in repeats] == [YEARLY.name]:
        return ladder
    others = [rung for rung in ladder if rung.every is None]
    as_before = repeats[0] if repeats else YEARLY
    new = replace(YEARLY, channel_id=as_before.channel_id, loud=as_before.loud, role_id=as_before.role_id, since=now)
    return in_order([*others, new])


@lru_cache(maxsize=256)
def held_since(ladder: Ladder, since: tuple[tuple[str, datetime], ...]) -> Ladder:
    """A ladder some of whose rungs hold for one letter only from a later moment on, by their names."""
    later = dict(since)

    def of(rung: Rung) -> Rung:
        moments = [moment for moment in (rung.since, later.get(rung.name)) if moment is not None]
        return replace(rung, since=max(moments, default=None))

    return tuple(of(rung) for rung in ladder)


def _at_one_moment(one: Rung, other: Rung) -> bool:
    """Of most deadlines. The question is asked once, and takes the place of a repeat."""
    if STILL_WATCHING.name in (one.name, other.name):
        return False
    if one.every and other.every:
        return True
    for rung, repeat in ((one, other), (other, one)):
        if repeat.every is Every.WEEK:
            weekly = rung.phase is Phase.AFTER and rung.days >= repeat.days
            return weekly and (rung.days - repeat.days) % 7 == 0
        if repeat.every:  # it begins after all that come once
            return False
        if repeat.phase is Phase.PASSED:  # at the first posting after a deadline: the next day
            return rung.phase is Phase.AFTER and rung.days == 1
    return (one.phase, one.days) == (other.phase, other.days)
