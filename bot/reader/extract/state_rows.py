"""Names of states in a row: "Nevada, Missouri" is a city and its state, or two states.

Some 150 places bear a state's name, and a list of states looks like a list of them. What a row is, its shape and what is
listed beside it show; where they do not, a person is asked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.reader.extract.vocabulary import INSTITUTION
from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.mention import Mention
from bot.reader.state_names import state_code_of
from bot.record.places import PlaceKind

LINE = 2000  # characters of a line that are looked at
MOST_IN_ROW = 100  # names that are read as one row
_AND = r"(?:\b(?:and|or|AND|OR)\b|&)"
_JOINT = re.compile(rf"\s*(?:,\s*(?:(?P<also>{_AND})\s+)?|\s(?P<and>{_AND})\s+)(?:the\s+)?")
_BEFORE = re.compile(rf"(?P<joint>(?:\s*(?:,|{_AND})\s*)+)(?:the\s+)?$")
_AFTER = re.compile(rf"(?:\s*(?:,|{_AND})\s*)+(?:the\s+)?")
_ENTRY_BEGINS = re.compile(r"(?:^|\n|[;\t|])(?:[^\S\n]*(?:[•*·-]|\(?\w{1,3}[.)]))?\s*(?:and\s+)?$")
_STOPS = re.compile(r"[.!?][\"')\]]*\s*$")


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
    """One name of a row. `code` is that of its state; empty for a city, which only the first may be."""

    mention: Mention
    code: str
    #: Whether "and" comes before it.
    after_and: bool = False


@dataclass(frozen=True)
class Context:
    """What is around a row."""

    known: Gazetteer
    before: Beside
    after: Beside
    #: Whether "and" joins the row to what comes before it.
    after_and: bool
    #: Whether it fills a line, a cell, or a part between semicolons: one addressee, as a rule.
    is_entry: bool
    #: Whether it is in a sentence that ends; a headline has commas for "and".
    is_sentence: bool

    def knows(self, name: StateName, state: StateName) -> bool:
        """Whether a government bears the name without a word for its kind; "Iowa County" and "Maine Township" have one."""
        return any(
            place.kind not in (PlaceKind.STATE, PlaceKind.COUNTY) and not place.name.endswith((" Township", " Plantation"))
            for place in self.known.named(name.mention.name, state.code)
        )


def in_rows(flat: str, known: Gazetteer, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, with the rows of states read: "Nevada, Missouri" becomes one mention where it is or may be one place."""
    read: list[Mention] = []
    at = 0
    while at < len(mentions):
        row = _row(flat, mentions, at)
        if _is_in_the_next(flat, mentions[at : at + 2]):
            place = one_place(known, mentions[at], mentions[at + 1])
            read.append(replace(place, end=place.end + flat.startswith(")", place.end)))
            at += 2
        elif len(row) < 2:
            read.append(mentions[at])
            at += 1
        else:
            around = _context(flat, known, row, read[-1:], mentions[at + len(row) : at + len(row) + 2])
            read += _merged(known, row, _readings(row, around))
            at += len(row)
    return read


def one_place(known: Gazetteer, name: Mention, state: Mention, is_unsure: bool = False) -> Mention:
    """Both names as one place: the name and the state it is in."""
    code = state_code_of(state.name)
    place, candidates = known.resolve(name.written, code).place, known.named(name.written, code)
    return replace(
        name, end=state.end, state=code, place=place, candidates=candidates, is_institution=False, is_unsure=is_unsure
    )


def doubted(known: Gazetteer, items: Sequence[Mention]) -> list[Mention]:
    """The entries of a list; one like "Nevada, Missouri" is unsure among others that are nothing but states.

    Those are bare names of states, or if there are none, mostly pairs of states of which no place is known.
    """
    pairs = [item for item in items if is_pair(item)]
    others = [item for item in items if not is_pair(item)]
    unknown = [item for item in pairs if not known.named(item.written, item.state)]
    are_states = all(state_code_of(item.name) and not item.state and not item.word for item in others)
    if not are_states or not (others or 2 * len(unknown) > len(pairs)):
        return list(items)
    return [replace(item, is_unsure=True) if is_pair(item) else item for item in items]


def is_pair(item: Mention) -> bool:
    """Whether it was read as a place with the name of a state, in a state: "Nevada, Missouri"."""
    is_place = item.state and item.state != "DC" and not item.is_institution
    return bool(is_place) and state_code_of(item.name) not in (None, item.state)


def _is_in_the_next(flat: str, mentions: Sequence[Mention]) -> bool:
    """Whether its kind or brackets tell a name from the state behind it: "City of Nevada, Missouri", "Nevada (Missouri)"."""
    if len(mentions) < 2 or mentions[0].state or mentions[0].word in ("state", "states", "commonwealth"):
        return False
    name, state = mentions
    is_bare = state.word in ("", name.word) and not state.state and len(state.name) > 2 and state_code_of(state.name)
    joint = flat[name.end : state.start]
    is_joined = (name.word and joint.strip() == ",") or (joint.strip() == "(" and flat.startswith(")", state.end))
    return bool(is_bare and state_code_of(name.name) and is_joined)


def _row(flat: str, mentions: Sequence[Mention], at: int) -> list[StateName]:
    """The names of states from one mention on, divided by commas or "and"; before them may be the name of a place."""
    first = mentions[at]
    code, alone = state_code_of(first.name), stands_alone_in(first.name)
    if first.word or first.state or first.title or (first.is_institution and INSTITUTION.search(first.name)):
        return []
    row = [StateName(first, code or "")]
    for mention in mentions[at + 1 : at + MOST_IN_ROW]:
        joint = _JOINT.fullmatch(flat, row[-1].mention.end, mention.start)
        state = state_code_of(mention.name)
        if not joint or mention.word or mention.state or state in (None, "DC") or len(mention.name) < 3:
            break
        row.append(StateName(mention, state or "", bool(joint["and"] or joint["also"])))
    return [] if len(row) > 1 and not code and alone == row[1].code else row


def _context(
    flat: str, known: Gazetteer, row: Sequence[StateName], before: Sequence[Mention], behind: Sequence[Mention]
) -> Context:
    start, stop = row[0].mention.start, row[-1].mention.end
    joint = _BEFORE.search(flat[max(0, start - 40) : start])
    after = _AFTER.match(flat, stop)
    is_entry = _ENTRY_BEGINS.search(flat[max(0, start - 40) : start]) or ";" in flat[stop : stop + 3]
    return Context(
        known,
        _beside(flat, before if joint and before and before[0].end == start - len(joint[0]) else ()),
        _beside(flat, behind if after and behind and behind[0].start == after.end() else ()),
        bool(joint and re.search(r"\w|&", joint["joint"])),
        bool(is_entry),
        bool(_STOPS.search(flat[stop : stop + LINE].partition("\n")[0])),
    )


def _beside(flat: str, mentions: Sequence[Mention]) -> Beside:
    """What the first is; the one behind it may be its state."""
    if not mentions:
        return Beside.NOTHING
    row = _row(flat, mentions, 0) if not stands_alone_in(mentions[0].name) else []
    has_state = mentions[0].state or (len(row) == 2 and not row[1].after_and)
    return Beside.WITH_STATE if has_state else Beside.BARE


def _readings(row: Sequence[StateName], around: Context) -> dict[int, Reading]:
    if row[0].code or len(row) == 2:
        return readings(row, around)
    if around.knows(row[0], row[1]):  # "Miami, Oklahoma and Nevada": the states are a row of their own
        return {row[0].mention.start: Reading.UNSURE}
    return readings(row[1:], around)


def _merged(known: Gazetteer, row: Sequence[StateName], read: dict[int, Reading]) -> list[Mention]:
    merged: list[Mention] = []
    names = iter(row)
    for name in names:
        reading = read.get(name.mention.start, Reading.APART)
        state = next(names, None) if reading is not Reading.APART else None
        merged.append(one_place(known, name.mention, state.mention, reading is Reading.UNSURE) if state else name.mention)
    return merged


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
            return before | {name.mention.start: Reading.PLACE} | after
    if len(row) < 2:
        return {}
    parts = _parts(row)
    if len(parts) > 1 and all(len(part) % 2 == 0 for part in parts):
        return _pairs(row, Reading.PLACE)
    if len(row) == 2 and len(parts) == 1:
        return {row[0].mention.start: _of_two(row[0], row[1], context)}
    return _of_many(row, parts, context)


def _of_many(row: Sequence[StateName], parts: Sequence[Sequence[StateName]], context: Context) -> dict[int, Reading]:
    beside = {context.before, context.after}
    if len(parts) == 1 and len(row) % 2 == 0:
        if Beside.WITH_STATE in beside and Beside.BARE not in beside:
            return _pairs(row, Reading.PLACE)
        if all(context.knows(*pair) for pair in zip(row[::2], row[1::2], strict=True)):
            return _pairs(row, Reading.UNSURE)
    if Beside.WITH_STATE in beside:
        return _pairs(parts[0], Reading.UNSURE)
    if len(parts) > 1 and len(parts[-1]) == 2:  # "A and B, C"
        return _pairs(parts[-1], Reading.UNSURE)
    return {}


def _of_two(name: StateName, state: StateName, context: Context) -> Reading:
    beside = {context.before, context.after} - {Beside.NOTHING}
    if not beside:
        is_known = context.knows(name, state)
        return Reading.PLACE if context.is_entry or (is_known and context.is_sentence) else Reading.UNSURE
    if beside == {Beside.WITH_STATE} or (context.after_and and context.after is Beside.NOTHING):
        return Reading.PLACE
    if Beside.WITH_STATE in beside or context.knows(name, state):
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


def _pairs(row: Sequence[StateName], reading: Reading) -> dict[int, Reading]:
    return {name.mention.start: reading for name in row[: len(row) - 1 : 2]}
