"""Names of states in a row: "Nevada, Missouri" is a city and its state, or two states.

Some 150 places bear a state's name, and a list of states looks like a list of them. What a row is, its shape and what is
listed beside it show; where they do not, a person is asked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.reader.extract.place_lookup import PlaceLookup
from bot.reader.extract.place_patterns import AND, FORM, PHRASE, QUALIFIER, SEPARATOR, ListedPlace
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.state_names import FULL, state_code_of
from bot.record.places import PlaceKind


class Reading(StrEnum):
    """How a name is read that is followed by a comma and a state: one place, two names, or either."""

    PLACE = "place"
    APART = "apart"
    UNSURE = "unsure"


class Beside(StrEnum):
    """What is listed before or after a row: nothing, a place with its state, or one without."""

    NOTHING = "nothing"
    WITH_STATE = "with state"
    BARE = "bare"


@dataclass(frozen=True)
class StateName:
    """One name of a row, at `flat[start:end]`. `code` is that of its state; empty for a city, which only the first may be."""

    start: int
    end: int
    code: str
    #: Whether "and" comes before it.
    after_and: bool = False


@dataclass(frozen=True)
class Context:
    """What is around a row."""

    before: Beside
    after: Beside
    #: Whether "and" joins the row to what comes before it.
    after_and: bool
    #: Whether the list is a line, a cell, or a part between semicolons: one addressee, as a rule.
    is_entry: bool
    #: Whether it is in a sentence that ends; a headline has commas for "and".
    is_sentence: bool
    #: Whether a government of the first name is known in the state of the second.
    is_known: Callable[[StateName, StateName], bool]


# A state's name that is not the beginning of another name: "Washington, D.C.", "Kansas City", "Oregon State University".
_NAME = re.compile(rf"(?:the\s+)?(?P<state>{FULL})(?![\w'-])(?!,?\s*D\.?\s?C\b)(?![^\S\n]+(?!AND\b|OR\b)[A-Z])")
_JOINT = re.compile(r"\s*,\s*(?:(?:and|or|AND|OR|&)\s+)?|\s+(?:and|or|AND|OR|&)\s+")
_NEXT = re.compile(rf"(?:the\s+)?(?:{FORM})?{PHRASE.pattern}")
_STOPS = re.compile(r"[.!?][\"')\]]*\s*$")


class StateRows:
    """Reads the rows of one list, each once: what is around it decides about all of its names."""

    def __init__(self, flat: str, look: PlaceLookup, end: int, is_entry: bool) -> None:
        self.flat, self.look, self.end, self.is_entry = flat, look, end, is_entry
        self._read: dict[int, Reading] = {}

    def reading(self, start: int, stop: int, last: ListedPlace | None, joint: str) -> Reading | None:
        """How the name at `flat[start:stop]` is read with the state behind it; None if nobody has to ask.

        `last` is the place before it in the list, `joint` what comes between them.
        """
        name = self.flat[start:stop]
        where = QUALIFIER.match(self.flat, stop, self.end)
        state = where[where.lastgroup or 0] if where else ""
        code = state_code_of(state)
        is_state = bool(re.fullmatch(FULL, name))
        own = state_code_of(name) if is_state else stands_alone_in(name)
        if where is None or code is None or own is None or code == "DC" or (own == code and not is_state):
            return None
        if where.lastgroup != "comma" or not re.fullmatch(FULL, state):
            return None if own == code else Reading.PLACE  # "Nevada, Mo.", "Nevada (Missouri)"
        if start not in self._read:
            row = self.row(start, stop)
            if len(row) < 2:
                return None
            around = self.context(row, last, joint)
            if not is_state and len(row) > 2:  # "Miami, Oklahoma and Nevada": the states are a row of their own
                return Reading.UNSURE if self.is_known(name, code) else Reading.APART
            self._read |= {one.start: Reading.APART for one in row} | readings(row, around)
        return self._read[start]

    def row(self, start: int, stop: int) -> list[StateName]:
        """The name at `flat[start:stop]` and the names of states after it, divided by commas or "and"."""
        row = [StateName(start, stop, state_code_of(self.flat[start:stop]) or "")]
        while joint := _JOINT.match(self.flat, row[-1].end, self.end):
            name = _NAME.match(self.flat, joint.end(), self.end)
            code = state_code_of(name["state"]) if name else None
            if name is None or code is None:
                break
            row.append(StateName(name.start("state"), name.end(), code, bool(joint[0].strip(" ,\n"))))
        return row

    def context(self, row: Sequence[StateName], last: ListedPlace | None, joint: str) -> Context:
        before = Beside.NOTHING
        if last:
            before = Beside.WITH_STATE if last.state and not last.is_shared else Beside.BARE
        stop = row[-1].end
        line_end = self.flat.find("\n", stop)
        line = self.flat[stop : line_end if line_end >= 0 else len(self.flat)]
        return Context(
            before,
            self.after(stop),
            bool(AND.search(joint)),
            self.is_entry,
            bool(_STOPS.search(line)),
            lambda name, state: self.is_known(self.flat[name.start : name.end], state.code),
        )

    def after(self, stop: int) -> Beside:
        separator = SEPARATOR.match(self.flat, stop, self.end)
        following = _NEXT.match(self.flat, separator.end(), self.end) if separator and ";" not in separator[0] else None
        if not following:
            return Beside.NOTHING
        return Beside.WITH_STATE if QUALIFIER.match(self.flat, following.end(), self.end) else Beside.BARE

    def is_known(self, name: str, state: str | None) -> bool:
        """Whether a government bears the name without a word for its kind; "Iowa County" and "Maine Township" have one."""
        return any(
            place.kind not in (PlaceKind.STATE, PlaceKind.COUNTY) and not place.name.endswith((" Township", " Plantation"))
            for place in self.look.named(name, state)
        )


def readings(row: Sequence[StateName], context: Context) -> dict[int, Reading]:
    """How each name of a row is read, by where it begins; those that are missing are states.

    1. "New York, New York": a name before itself is a place.
    2. "A, B and C, D": two names before "and" and two after it are places.
    3. "A, B and C": "and" before the last name, or an odd number of names, makes a list of states.
    4. "A, B" alone, in a line or beside places with their states is a place; beside bare names it is not, unless one is known.
    5. What is both (a list of states beside places with their states) is unsure.
    """
    for number, (name, following) in enumerate(itertools.pairwise(row)):
        if name.code == following.code and not following.after_and:
            before = readings(row[:number], replace(context, after=Beside.WITH_STATE))
            after = readings(row[number + 2 :], replace(context, before=Beside.WITH_STATE))
            return before | {name.start: Reading.PLACE} | after
    parts = _parts(row)
    if len(parts) > 1 and all(len(part) % 2 == 0 for part in parts):
        return _pairs(row, lambda _: Reading.PLACE)
    with_states = Beside.WITH_STATE in (context.before, context.after)
    if len(row) == 2 and len(parts) == 1:
        return {row[0].start: _of_two(row[0], row[1], context)}
    if len(parts) == 1 and len(row) % 2 == 0:
        if with_states and Beside.BARE not in (context.before, context.after):
            return _pairs(row, lambda _: Reading.PLACE)
        if all(context.is_known(*pair) for pair in zip(row[::2], row[1::2], strict=True)):
            return _pairs(row, lambda _: Reading.UNSURE)
    if with_states:
        return _pairs(parts[0], lambda _: Reading.UNSURE)
    if len(parts) > 1 and len(parts[-1]) == 2:  # "A and B, C"
        return _pairs(parts[-1], lambda _: Reading.UNSURE)
    return {}


def _of_two(name: StateName, state: StateName, context: Context) -> Reading:
    beside = {context.before, context.after} - {Beside.NOTHING}
    if not beside:
        known = context.is_known(name, state)
        return Reading.PLACE if context.is_entry or (known and context.is_sentence) else Reading.UNSURE
    if beside == {Beside.WITH_STATE} or (context.after_and and context.after is Beside.NOTHING):
        return Reading.PLACE
    if Beside.WITH_STATE in beside or context.is_known(name, state):
        return Reading.UNSURE
    return Reading.APART


def _parts(row: Sequence[StateName]) -> list[list[StateName]]:
    """The names before each "and", and those after the last one."""
    parts: list[list[StateName]] = [[]]
    for name in row:
        if name.after_and and parts[-1]:
            parts.append([])
        parts[-1].append(name)
    return parts


def _pairs(row: Sequence[StateName], reading: Callable[[StateName], Reading]) -> dict[int, Reading]:
    return {name.start: reading(name) for name in row[: len(row) - 1 : 2]}


def doubted(look: PlaceLookup, items: Sequence[ListedPlace]) -> list[ListedPlace]:
    """The entries of a list; one like "Nevada, Missouri" is unsure among others that are nothing but states.

    Those are bare names of states, or if there are none, mostly pairs of states of which no place is known.
    """
    pairs = [item for item in items if is_pair(item)]
    others = [item for item in items if not is_pair(item)]
    unknown = [item for item in pairs if not look.knows(item.name, item.state)]
    if any(not _is_bare_state(item) for item in others) or not (others or 2 * len(unknown) > len(pairs)):
        return list(items)
    return [replace(item, is_unsure=True) if is_pair(item) else item for item in items]


def as_states(flat: str, items: Sequence[ListedPlace]) -> list[ListedPlace]:
    """The items of a list that is said to be of states: "Nevada, Missouri" is two of them."""
    states: list[ListedPlace] = []
    for item in items:
        row = list(_NAME.finditer(flat, item.start, item.end)) if is_pair(item) else []
        if len(row) == 2:
            for name in row:
                written, begun = " ".join(name["state"].split()), name.start("state")
                states.append(replace(item, start=begun, end=name.end(), name=written, state=None, is_unsure=False))
        else:
            states.append(item)
    return states


def is_pair(item: ListedPlace) -> bool:
    """Whether it was read as a place with the name of a state, in a state: "Nevada, Missouri"."""
    if not item.state or item.state == "DC" or item.is_institution:
        return False
    return state_code_of(item.name) not in (None, item.state)


def _is_bare_state(item: ListedPlace) -> bool:
    return not item.state and bool(state_code_of(item.name))
