"""The ways to read a name that is still being typed: "salem il", "salem ilinois", "ciyt of salem", "st. of cal"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.record.place_kinds import KIND_WORDS, PlaceKind
from bot.record.place_names import SHORT_STATES, STATES, fold, state_code
from bot.record.said_names import BEFORE, begun_name, readings

#: As many ways to read one text as are looked up.
MOST = 8
_STATE_WORDS = tuple(
    (form, code) for code, name in STATES.items() for form in (code.casefold(), fold(name))
)  # `SHORT_STATES` stand apart: "ill" begins Illinois, and "wash" is never short for a word with a mistake in it
_UNFINISHED_KIND = re.compile(r"\(([^()]+)$")  # "Denver, CO (city a"
_SHORTEST_FORM = len("city of")
_WORDS_OF_A_STATE = 3  # "district of columbia"


@dataclass(frozen=True)
class BegunReading:
    """One way to read a begun name."""

    #: How a name begins, folded; empty: with anything.
    text: str
    #: The postal codes of the states that it may lie in; empty: any, or none.
    states: frozenset[str] = frozenset()
    #: The kinds that it may be of; empty: any.
    kinds: frozenset[PlaceKind] = frozenset()
    #: Whether it takes a slip, in the state or in the words for the kind, to read it so.
    has_slip: bool = False


@lru_cache(maxsize=2**10)
def begun_readings(typed: str) -> tuple[BegunReading, ...]:
    """The ways to read a begun name, likeliest first.

    1. As it stands, and without the words for its kind or its state.
    2. With its last words as a state that is begun ("jackson mi" may become Mississippi), or has a slip in it.
    3. As a whole name (`said_names.readings`).
    4. With a slip in the words for the kind: "ciyt of salem".
    """
    written = dict.fromkeys(_as_written(typed))
    if corrected := _with_its_form(fold(typed)):
        written |= dict.fromkeys(replace(reading, has_slip=True) for reading in _as_written(corrected))
    return tuple(written)[:MOST]


def _as_written(typed: str) -> Iterator[BegunReading]:
    typed, kinds_begun = _without_unfinished_kind(typed)
    begun = begun_name(typed)
    states = frozenset({begun.state} - {""})
    name, kinds = begun.key.removesuffix(f" {begun.state.casefold()}") if states else begun.key, begun.kinds or kinds_begun
    yield BegunReading(name, states, kinds)
    yield BegunReading(fold(typed), kinds=kinds_begun)
    for text, of_kinds in {fold(typed): kinds_begun, name if not states else "": kinds}.items():
        yield from _with_begun_state(text, of_kinds)
    for said in (said for group in readings(typed) for said in group):
        yield from (
            BegunReading(name, frozenset({said.state} - {""}), said.kinds or kinds_begun)
            for name in said.names
            if not said.state or not name.endswith((f" {said.state.casefold()}", f" {fold(STATES[said.state])}"))
        )


def _without_unfinished_kind(typed: str) -> tuple[str, frozenset[PlaceKind]]:
    """ "Denver, CO (city a" as "Denver, CO" and the kinds that begin so."""
    unfinished = _UNFINISHED_KIND.search(typed)
    begun = fold(unfinished[1]) if unfinished else ""
    kinds = frozenset(written.kind for words, written in KIND_WORDS.items() if begun and words.startswith(begun))
    return (typed[: unfinished.start()], kinds) if unfinished and kinds else (typed, frozenset())


def _with_begun_state(plain: str, kinds: frozenset[PlaceKind]) -> Iterator[BegunReading]:
    words = plain.split()
    for at in range(len(words) - 1, max(len(words) - 1 - _WORDS_OF_A_STATE, 0), -1):
        name, tail = " ".join(words[:at]), " ".join(words[at:])
        states = states_begun(tail)
        if states:
            yield BegunReading(name, states, kinds)
        if not state_code(tail) and (slipped := _states_with_a_slip(tail) - states):
            yield BegunReading(name, slipped, kinds, has_slip=True)


def _states_with_a_slip(plain: str) -> frozenset[str]:
    """The postal codes of the states of which this is the code, the name or the beginning of the name, but for a slip.

    A single letter is only a code that lacks one: it is near to the beginning of every name."""
    return frozenset(
        code
        for form, code in _STATE_WORDS
        if _near(plain, form) or (len(plain) > len(code) and _near(plain, form[: len(plain)]))
    )


def states_begun(plain: str) -> frozenset[str]:
    """The postal codes of the states whose code, name or short form begins so."""
    states = frozenset(code for form, code in _STATE_WORDS if form.startswith(plain))
    short = SHORT_STATES.get(plain.replace(" ", ""))
    return states | {short} if short else states


def _with_its_form(plain: str) -> str | None:
    """ "ciyt of salem" as "city of salem"; None if no words for a kind stand before the name, or they are written right."""
    words = plain.split()
    corrected = None
    for form in BEFORE:
        count = len(form.split())
        before, name = " ".join(words[:count]), " ".join(words[count:])
        if before == form:
            return None
        if name and len(form) >= _SHORTEST_FORM and corrected is None and _near(before, form):
            corrected = f"{form} {name}"
    return corrected


def _near(text: str, other: str) -> bool:
    """Whether at most one letter is wrong, missing, too many, or two are swapped."""
    return OSA.distance(text, other, score_cutoff=1) <= 1
