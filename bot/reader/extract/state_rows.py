"""Names of states in a row: "Nevada, Missouri" is a city and its state, or two states.

Some 150 places bear a state's name, and a list of states looks like a list of them. What a row is, its shape and what is
listed beside it show; where they do not, a person is asked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.mention import Mention
from bot.reader.state_names import state_code_of
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
    """One name of a row. `code` is that of its state; empty for a city, which only the first may be."""

    mention: Mention
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
    #: Whether it fills a line, a cell, or a part between semicolons: one addressee, as a rule.
    is_entry: bool
    #: Whether it is in a sentence that ends; a headline has commas for "and".
    is_sentence: bool
    known: Gazetteer

    def knows(self, name: StateName, state: StateName) -> bool:
        """Whether a government bears the name without a word for its kind; "Iowa County" and "Maine Township" have one."""
        return any(
            place.kind not in (PlaceKind.STATE, PlaceKind.COUNTY) and not place.name.endswith((" Township", " Plantation"))
            for place in self.known.named(name.mention.name, state.code)
        )


_JOINT = re.compile(r"\s*,\s*(?:(?:and|or|AND|OR|&)\s+)?(?:the\s+)?|\s+(?:and|or|AND|OR|&)\s+(?:the\s+)?")
_BEFORE = re.compile(r"(?P<joint>(?:\s*(?:,|\b(?:and|or|AND|OR)\b|&)\s*)+)(?:the\s+)?$")
_AFTER = re.compile(r"(?:\s*(?:,|\b(?:and|or|AND|OR)\b|&)\s*)+(?:the\s+)?")
_ENTRY_BEGINS = re.compile(r"(?:^|\n|[;\t|])(?:[^\S\n]*(?:[•*·-]|\(?\w{1,3}[.)]))?\s*(?:and\s+)?$")
_ENTRY_ENDS = re.compile(r"\s*(?:;|\t|\||$)|[^\S\n]*[.(]?[^\S\n]*\n")
MOST_IN_ROW = 100  # names that are read as one row
_STOPS = re.compile(r"[.!?][\"')\]]*\s*$")


def in_rows(flat: str, known: Gazetteer, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, with the rows of states read: "Nevada, Missouri" becomes one mention where it is or may be one place."""
    read: list[Mention] = []
    at = 0
    while at < len(mentions):
        if _is_in_the_next(flat, mentions[at : at + 2]):
            one = one_place(known, mentions[at], mentions[at + 1])
            read.append(replace(one, end=one.end + (flat[one.end : one.end + 1] == ")")))
            at += 2
            continue
        row = _row(flat, mentions, at)
        if len(row) < 2:
            read.append(mentions[at])
            at += 1
            continue
        before = mentions[at - 1] if at else None
        following = mentions[at + len(row)] if at + len(row) < len(mentions) else None
        read += _merged(known, row, _readings(row, _context(flat, known, row, before, following)))
        at += len(row)
    return read


def _is_in_the_next(flat: str, mentions: Sequence[Mention]) -> bool:
    """Whether the words for its kind tell a name from the state behind it: "City of Nevada, Missouri"."""
    if len(mentions) < 2 or mentions[0].state or mentions[0].word in ("state", "states", "commonwealth"):
        return False
    name, state = mentions
    is_bare = state.word in ("", name.word) and not state.state and len(state.name) > 2 and state_code_of(state.name)
    joint = flat[name.end : state.start]
    is_joined = (name.word and re.fullmatch(r",\s+", joint)) or (
        re.fullmatch(r"\s*\(", joint) and flat[state.end : state.end + 1] == ")"
    )
    return bool(is_bare and state_code_of(name.name) and is_joined)


def _row(flat: str, mentions: Sequence[Mention], at: int) -> list[StateName]:
    """The names of states from one mention on, divided by commas or "and"; before them may be a city named alone."""
    first = mentions[at]
    code = state_code_of(first.name)
    is_named_so = not first.word and not first.state and not first.is_institution
    if not is_named_so or (code is None and not stands_alone_in(first.name)):
        return []
    row = [StateName(first, code or "")]
    for mention in mentions[at + 1 : at + MOST_IN_ROW]:
        joint = _JOINT.fullmatch(flat, row[-1].mention.end, mention.start)
        state = state_code_of(mention.name)
        if not joint or mention.word or mention.state or not state or state == "DC" or len(mention.name) < 3:
            break
        row.append(StateName(mention, state, bool(re.search(r"\w|&", joint[0].replace("the", "")))))
    if len(row) > 1 and not code and stands_alone_in(first.name) == row[1].code:
        return []
    return row


def _context(
    flat: str, known: Gazetteer, row: Sequence[StateName], before: Mention | None, following: Mention | None
) -> Context:
    start, stop = row[0].mention.start, row[-1].mention.end
    joint = _BEFORE.search(flat[max(0, start - 40) : start])
    reached = start - len(joint[0]) if joint else -1
    line_end = flat.find("\n", stop)
    line = flat[stop : line_end if line_end >= 0 else len(flat)]
    after = _AFTER.match(flat, stop)
    return Context(
        _beside(before if before and before.end == reached else None),
        _beside(following if following and after and following.start == after.end() else None),
        bool(joint and re.search(r"\w|&", joint["joint"])),
        bool(_ENTRY_BEGINS.search(flat[max(0, start - 40) : start]))
        or bool(_ENTRY_ENDS.match(flat[stop : stop + 40]) and ";" in flat[stop : stop + 3]),
        bool(_STOPS.search(line)),
        known,
    )


def _beside(mention: Mention | None) -> Beside:
    if mention is None:
        return Beside.NOTHING
    return Beside.WITH_STATE if mention.state and not mention.is_state_shared else Beside.BARE


def _readings(row: Sequence[StateName], around: Context) -> dict[int, Reading]:
    if row[0].mention.word in ("states", "commonwealths", "state", "territories"):
        return {}
    if row[0].code:
        return readings(row, around)
    if len(row) > 2:  # "Miami, Oklahoma and Nevada": the states are a row of their own
        return {row[0].mention.start: Reading.UNSURE} if around.knows(row[0], row[1]) else readings(row[1:], around)
    return readings(row, around)


def _merged(known: Gazetteer, row: Sequence[StateName], read: dict[int, Reading]) -> Iterator[Mention]:
    names = iter(row)
    for name in names:
        reading = read.get(name.mention.start, Reading.APART)
        state = next(names, None) if reading is not Reading.APART else None
        yield one_place(known, name.mention, state.mention, reading is Reading.UNSURE) if state else name.mention


def one_place(known: Gazetteer, name: Mention, state: Mention, is_unsure: bool = False) -> Mention:
    """Both names as one place: the name and the state it is in."""
    code = state_code_of(state.name)
    place = known.resolve(name.written, code).place
    return replace(
        name,
        end=state.end,
        state=code,
        is_state_shared=False,
        place=place,
        candidates=known.named(name.written, code),
        is_unsure=is_unsure,
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


def doubted(known: Gazetteer, items: Sequence[Mention]) -> list[Mention]:
    """The entries of a list; one like "Nevada, Missouri" is unsure among others that are nothing but states.

    Those are bare names of states, or if there are none, mostly pairs of states of which no place is known.
    """
    pairs = [item for item in items if is_pair(item)]
    others = [item for item in items if not is_pair(item)]
    unknown = [item for item in pairs if not known.named(item.written, item.state)]
    if any((item.state and not is_pair(item)) or not state_code_of(item.name) or item.word for item in others) or not (
        others or 2 * len(unknown) > len(pairs)
    ):
        return list(items)
    return [replace(item, is_unsure=True) if is_pair(item) else item for item in items]


def is_pair(item: Mention) -> bool:
    """Whether it was read as a place with the name of a state, in a state: "Nevada, Missouri"."""
    return bool(item.state and item.state != "DC" and not item.is_institution) and state_code_of(item.name) not in (
        None,
        item.state,
    )
