"""Names of states in a row: "Nevada, Missouri" is a city and its state, or two states.

Some 150 places bear a state's name, and a list of states looks like a list of them. What a row is, its shape and what is
listed beside it show; where they do not, a person is asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.reader.extract.vocabulary import INSTITUTION
from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.record.places import PlaceKind

RULES = rule_table("state_rows")
LINE = 2000  # characters of a line that are looked at
MOST_IN_ROW = 100  # names that are read as one row


class Beside(StrEnum):
    """What is listed before or after a row: nothing, a place with its state, or one without."""

    NOTHING = "nothing"
    WITH_STATE = "with state"
    BARE = "bare"


@dataclass(frozen=True)
class Row:
    """Names of states, divided by commas or "and"; the first may be a city that is named alone ("Miami, Oklahoma")."""

    #: The names before each "and", and those after the last one.
    parts: tuple[tuple[Mention, ...], ...]
    known: Gazetteer
    before: Beside
    after: Beside
    #: Whether "and" joins the row to what comes before it.
    after_and: bool
    #: Whether it fills a line, a cell, or a part between semicolons: one addressee, as a rule.
    is_entry: bool
    #: Whether it is in a sentence that ends; a headline has commas for "and".
    is_sentence: bool

    @property
    def names(self) -> list[Mention]:
        return list(itertools.chain(*self.parts))

    def knows(self, name: Mention, state: Mention) -> bool:
        """Whether a government bears the name without a word for its kind; "Iowa County" and "Maine Township" have one."""
        return any(
            place.kind not in (PlaceKind.STATE, PlaceKind.COUNTY) and not place.name.endswith((" Township", " Plantation"))
            for place in self.known.named(name.name, state_code_of(state.name))
        )


def in_rows(flat: str, known: Gazetteer, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, with the rows of states read: "Nevada, Missouri" becomes one mention where it is or may be one place."""
    joined = list(_joined(flat, known, mentions))
    read: list[Mention] = []
    at = 0
    while at < len(joined):
        parts = _parts(flat, joined, at)
        count = sum(map(len, parts))
        if count < 2:
            read.append(joined[at])
        else:
            row = _row(flat, known, parts, read[-1:], joined[at + count : at + count + 2])
            read += _merged(row, _unsure(row))
        at += max(count, 1)
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


def _joined(flat: str, known: Gazetteer, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions; a name and the state behind it are one if only that can be meant."""
    left = iter(itertools.zip_longest(mentions, mentions[1:]))
    for name, following in left:
        if following and _is_in_the_next(flat, name, following):
            place = one_place(known, name, following)
            yield replace(place, end=place.end + flat.startswith(")", place.end))
            next(left)
        else:
            yield name


def _is_in_the_next(flat: str, name: Mention, state: Mention) -> bool:
    """Whether a kind, brackets or the same name twice show it: "City of Nevada, Missouri", "Nevada (Missouri)"."""
    is_bare = state.word in ("", name.word) and not state.state and len(state.name) > 2 and state_code_of(state.name)
    if not is_bare or not state_code_of(name.name) or name.state or name.word in ("state", "states", "commonwealth"):
        return False
    joint = flat[name.end : state.start].strip()
    is_said = bool(name.word) or state_code_of(name.name) == is_bare
    return (joint == "," and is_said) or (joint == "(" and flat.startswith(")", state.end))


def _parts(flat: str, mentions: Sequence[Mention], at: int) -> tuple[tuple[Mention, ...], ...]:
    """The row of names that begins with a mention, which may be the name of any place; empty if there is none."""
    first = mentions[at]
    code, alone = state_code_of(first.name), stands_alone_in(first.name)
    if first.word or first.state or first.title or (first.is_institution and INSTITUTION.search(first.name)):
        return ()
    parts, end = [[first]], first.end
    for mention in mentions[at + 1 : at + MOST_IN_ROW]:
        joint = RULES["joint of a row"].regex.fullmatch(flat, end, mention.start)
        if not joint or mention.word or mention.state or state_code_of(mention.name) in (None, "DC") or len(mention.name) < 3:
            break
        if joint["and"] or joint["also"]:
            parts.append([])
        parts[-1].append(mention)
        end = mention.end
    is_city_in_its_state = not code and len(parts[0]) > 1 and alone == state_code_of(parts[0][1].name)
    return () if is_city_in_its_state else tuple(map(tuple, parts))


def _row(
    flat: str, known: Gazetteer, parts: tuple[tuple[Mention, ...], ...], before: Sequence[Mention], behind: Sequence[Mention]
) -> Row:
    start, stop = parts[0][0].start, parts[-1][-1].end
    joint = RULES["joint beside a row"].regex.fullmatch(flat, before[0].end, start) if before else None
    after = RULES["joint beside a row"].regex.match(flat, stop)
    return Row(
        parts,
        known,
        _beside(flat, before if joint else ()),
        _beside(flat, behind if after and behind and behind[0].start == after.end() else ()),
        bool(joint and joint["and"]),
        bool(RULES["beginning of an entry"].regex.search(flat[max(0, start - 40) : start])) or ";" in flat[stop : stop + 3],
        bool(RULES["end of a sentence in a line"].regex.search(flat[stop : stop + LINE].partition("\n")[0])),
    )


def _beside(flat: str, mentions: Sequence[Mention]) -> Beside:
    """What the first is; the one behind it may be its state."""
    if not mentions:
        return Beside.NOTHING
    parts = () if stands_alone_in(mentions[0].name) else _parts(flat, mentions, 0)
    has_state = mentions[0].state or [len(part) for part in parts] == [2]
    return Beside.WITH_STATE if has_state else Beside.BARE


def _merged(row: Row, unsure: Mapping[int, bool]) -> Iterator[Mention]:
    names = iter(row.names)
    for name in names:
        yield one_place(row.known, name, next(names), unsure[name.start]) if name.start in unsure else name


def _unsure(row: Row) -> dict[int, bool]:
    """The names that are read as one place with the next, by where they begin: whether that is unsure. Others are states.

    1. "A, B and C, D": two names before "and" and two after it are places.
    2. "A, B and C": "and" before the last name, or an odd number of names, makes a list of states.
    3. "A, B" alone, in a line or beside places with their states is a place; beside bare names it is not, unless one is known.
    4. What is both (a list of states beside places with their states) is unsure.
    """
    names, parts = row.names, row.parts
    if len(names) > 2 and not state_code_of(names[0].name):
        if row.knows(*names[:2]):  # "Miami, Oklahoma and Nevada": the states are a row of their own
            return {names[0].start: True}
        return _unsure(replace(row, parts=tuple(filter(None, (parts[0][1:], *parts[1:])))))
    if len(parts) > 1 and all(len(part) % 2 == 0 for part in parts):
        return _pairs(names, False)
    if len(names) == 2 and len(parts) == 1:
        return _of_two(row, *names)
    return _of_many(row)


def _of_many(row: Row) -> dict[int, bool]:
    names, first, last = row.names, row.parts[0], row.parts[-1]
    beside = {row.before, row.after}
    if len(row.parts) == 1 and len(names) % 2 == 0:
        if Beside.WITH_STATE in beside and Beside.BARE not in beside:
            return _pairs(names, False)
        if all(row.knows(*pair) for pair in zip(names[::2], names[1::2], strict=True)):
            return _pairs(names, True)
    if Beside.WITH_STATE in beside:
        return _pairs(first, True)
    return _pairs(last, True) if len(row.parts) > 1 and len(last) == 2 else {}  # "A and B, C"


def _of_two(row: Row, name: Mention, state: Mention) -> dict[int, bool]:
    beside = {row.before, row.after} - {Beside.NOTHING}
    is_known = row.knows(name, state)
    if not beside:
        return {name.start: not (row.is_entry or (is_known and row.is_sentence))}
    if beside == {Beside.WITH_STATE} or (row.after_and and row.after is Beside.NOTHING):
        return {name.start: False}
    return {name.start: True} if Beside.WITH_STATE in beside or is_known else {}


def _pairs(names: Sequence[Mention], is_unsure: bool) -> dict[int, bool]:
    return {name.start: is_unsure for name in names[: len(names) - 1 : 2]}
