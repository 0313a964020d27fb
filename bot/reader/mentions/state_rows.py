"""Names of states in a row: "Nevada, Missouri" is a city and its state, or two states.

Some 150 places bear a state's name, and a list of states looks like a list of them. What a row is, its shape and what is
listed beside it show; where they do not, a person is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.record.places import PlaceKind

RULES = rule_table("state_rows")
LINE = 2000  # characters of a line that are looked at
MOST_IN_ROW = 100  # names that are read as one row
#: What is no state behind the name of another.
NOT_BEHIND = (None, "DC", "AS", "GU", "MP", "PR", "VI")


@dataclass(frozen=True)
class _Row:
    """Names of states, divided by commas or "and"; the first may be a city that is named alone ("Miami, Oklahoma")."""

    #: The names before each "and", and those after the last one.
    parts: tuple[tuple[Mention, ...], ...]
    known: Gazetteer
    #: Whether places are listed before or after it that have their states, and such as have none.
    has_states_beside: bool
    has_names_beside: bool
    #: Whether "and" joins it to what comes before it, and nothing comes after it.
    is_last: bool
    #: Whether it fills a line, a cell, or a part between semicolons: one addressee, as a rule.
    is_entry: bool
    #: Whether it is in a sentence that ends; a headline has commas for "and".
    is_sentence: bool

    @property
    def names(self) -> list[Mention]:
        return list(chain(*self.parts))


def with_rows(flat: str, known: Gazetteer, names: Sequence[Mention]) -> list[Mention]:
    """The names; "Nevada, Missouri" becomes one where it is or may be one place."""
    read: list[Mention] = []
    at = 0
    while at < len(names):
        parts = _parts(flat, names, at)
        row = list(chain(*parts)) or [names[at]]
        at += len(row)
        unsure = _unsure(_row(flat, known, parts, read[-1:], names[at : at + 3])) if len(row) > 1 else {}
        left = iter(row)
        for name in left:
            read.append(name)
            if name.start in unsure:
                state = next(left)
                name.state, name.end, name.following = state.own_state, state.end, state.following
                name.is_unsure, name.is_institution = unsure[name.start], False
    return read


def _parts(flat: str, names: Sequence[Mention], at: int) -> tuple[tuple[Mention, ...], ...]:
    """The row of names that begins with one, which may be the name of any place; empty if there is none."""
    first = names[at]
    if not _is_bare(first):
        return ()
    parts, end = [[first]], first.end
    for name in names[at + 1 : at + MOST_IN_ROW]:
        if name.own_state in NOT_BEHIND or name.word or name.state or len(name.name) < 3:
            break
        joint = RULES["joint of a row"].regex.fullmatch(flat, end, name.start)
        if not joint:
            break
        if joint["and"] or joint["also"]:
            parts.append([])
        parts[-1].append(name)
        end = name.end
    if end > first.end and RULES.search("introduced as states", flat, max(0, first.start - 40), first.start):
        return ()
    if len(parts[0]) > 1 and (alone := stands_alone_in(first.name)) and parts[0][1].own_state in (alone, "NY", "WA"):
        return ()  # "Miami, Florida"; "Boston, New York" are two cities
    return tuple(map(tuple, parts))


def _is_bare(name: Mention) -> bool:
    is_other = name.is_institution and (not name.is_unlisted or "&" in name.name)
    return not (name.word or name.state or name.title or is_other or name.is_part_of_name or name.own_state == "DC")


def _row(
    flat: str, known: Gazetteer, parts: tuple[tuple[Mention, ...], ...], before: Sequence[Mention], behind: Sequence[Mention]
) -> _Row:
    start, stop = parts[0][0].start, parts[-1][-1].end
    joint = RULES["joint beside a row"].regex.fullmatch(flat, before[0].end, start) if before else None
    after = RULES["joint beside a row"].regex.match(flat, stop)
    is_followed = bool(after and behind and behind[0].start == after.end())
    beside = [_has_state(flat, those) for those in (before if joint else (), behind if is_followed else ()) if those]
    return _Row(
        parts,
        known,
        True in beside,
        False in beside,
        bool(joint and joint["and"]) and not is_followed,
        bool(RULES.search("beginning of an entry", flat[max(0, start - 40) : start])) or ";" in flat[stop : stop + 3],
        bool(RULES.search("end of a sentence in a line", flat[stop : stop + LINE].partition("\n")[0])),
    )


def _has_state(flat: str, names: Sequence[Mention]) -> bool:
    """Whether the first has one; the one behind it may be its state."""
    parts = () if stands_alone_in(names[0].name) else _parts(flat, names, 0)
    return names[0].state not in (None, "DC") or [len(part) for part in parts] == [2]


def _unsure(row: _Row) -> dict[int, bool]:
    """The names that are read as one place with the next, by where they begin: whether that is unsure. Others are states.

    1. "A, B and C, D": two names before "and" and two after it are places.
    2. "A, B and C": "and" before the last name, or an odd number of names, makes a list of states.
    3. "A, B" alone, in a line or beside places with their states is a place; beside bare names it is not, unless one is known.
    4. What is both (a list of states beside places with their states) is unsure.
    """
    names, (first, *others) = row.names, row.parts
    if len(names) > 2 and not names[0].own_state:
        if _is_known(row, *names[:2]):  # "Miami, Oklahoma and Nevada": the states are a row of their own
            return {names[0].start: True}
        names, first = names[1:], first[1:]
    parts = [part for part in (first, *others) if part]
    pairs = list(zip(names[::2], names[1::2], strict=False))
    is_place, is_list = row.has_states_beside, row.has_names_beside
    if len(parts) > 1 and all(len(part) % 2 == 0 for part in parts):
        return _read_as(pairs, False)
    if len(parts) == 1 and len(names) % 2 == 0:
        are_known = all(_is_known(row, *pair) for pair in pairs)
        if len(names) == 2 and not (is_place or is_list):
            return _read_as(pairs, not (row.is_entry or (are_known and row.is_sentence)))
        if (is_place and not is_list) or (len(names) == 2 and row.is_last):
            return _read_as(pairs, False)
        if are_known or is_place:
            return _read_as(pairs, True)
    if is_place:
        return _read_as(zip(first[::2], first[1::2], strict=False), True)
    return _read_as([parts[-1]], True) if len(parts) > 1 and len(parts[-1]) == 2 else {}  # "A and B, C"


def _read_as(pairs: Iterable[Sequence[Mention]], is_unsure: bool) -> dict[int, bool]:
    return {pair[0].start: is_unsure for pair in pairs}


def _is_known(row: _Row, name: Mention, state: Mention) -> bool:
    """Whether a government there bears the name without a word for its kind; "Iowa County" and "Maine Township" have one."""
    return any(
        place.kind not in (PlaceKind.STATE, PlaceKind.COUNTY) and not place.name.endswith((" Township", " Plantation"))
        for place in row.known.named(name.name, state.own_state)
    )
