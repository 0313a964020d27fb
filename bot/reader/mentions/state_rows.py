"""Names of states in a row: "Nevada, Missouri" is a city and its state, or two states.

Some 150 places bear a state's name, and a list of states looks like a list of them. What a row is, its shape and what is
listed beside it show (`bot/data/rules/state_rows.toml`); where they do not, a person is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.record.places import PlaceKind

RULES = rule_table("state_rows")
READINGS = tuple(rule.regex for rule in RULES.values() if rule.group == "a reading")
LINE = 2000  # characters of a line that are looked at
MOST_IN_ROW = 100  # names that are read as one row
#: What is no state behind the name of another.
NOT_BEHIND = (None, "DC", "AS", "GU", "MP", "PR", "VI")


def with_rows(flat: str, known: Gazetteer, names: Sequence[Mention]) -> list[Mention]:
    """The names; "Nevada, Missouri" becomes one where it is or may be one place."""
    read: list[Mention] = []
    is_known = cache(partial(_is_known, known))
    at = 0
    while at < len(names):
        joints = _joints(flat, names, at)
        row, at = names[at : at + 1 + len(joints)], at + 1 + len(joints)
        unsure = _unsure(_shape(flat, is_known, row, joints, read[-1:], names[at : at + 3])) if joints else {}
        for number, name in enumerate(row):
            if number - 1 in unsure:
                city = read[-1]
                city.state, city.end, city.following = name.own_state, name.end, name.following
                city.is_unsure, city.is_institution = unsure[number - 1], False
            else:
                read.append(name)
    return read


def _joints(flat: str, names: Sequence[Mention], at: int) -> str:
    """What parts the names of the row that begins with one, "&" for "and"; the first may be the name of any place."""
    first, joints, end = names[at], "", names[at].end
    is_other = first.is_institution and (not first.is_unlisted or "&" in first.name)
    if first.word or first.state or first.title or is_other or first.is_part_of_name or first.own_state == "DC":
        return ""
    for name in names[at + 1 : at + MOST_IN_ROW]:
        if name.own_state in NOT_BEHIND or name.word or name.state or len(name.name) < 3:
            break
        joint = RULES["joint of a row"].regex.fullmatch(flat, end, name.start)
        if not joint:
            break
        joints += "&" if joint["and"] or joint["also"] else ","
        end = name.end
    if joints and RULES.search("introduced as states", flat, max(0, first.start - 40), first.start):
        return ""
    if joints[:1] == "," and (alone := stands_alone_in(first.name)) and names[at + 1].own_state in (alone, "NY", "WA"):
        return ""  # "Miami, Florida"; "Boston, New York" are two cities
    return joints


def _shape(
    flat: str,
    is_known: Callable[[str, str | None], bool],
    row: Sequence[Mention],
    joints: str,
    before: Sequence[Mention],
    behind: Sequence[Mention],
) -> str:
    """The row and what is beside it as the rules read it: "k,s&s P--E-"."""
    start, end = row[0].start, row[-1].end
    signs = ["k" if is_known(name.name, state.own_state) else "s" for name, state in pairwise(row)] + ["s"]
    if len(row) > 2 and not row[0].own_state:
        signs[0] = "C" if signs[0] == "k" else "c"
    joint = RULES["joint beside a row"].regex.fullmatch(flat, before[0].end, start) if before else None
    after = RULES["joint beside a row"].regex.match(flat, end)
    is_followed = bool(after and behind and behind[0].start == after.end())
    have_states = [_has_state(flat, those) for those in (before if joint else (), behind if is_followed else ()) if those]
    is_entry = RULES.search("beginning of an entry", flat[max(0, start - 40) : start]) or ";" in flat[end : end + 3]
    beside = {
        "P": True in have_states,
        "N": False in have_states,
        "L": joint and joint["and"] and not is_followed,
        "E": is_entry,
        "S": RULES.search("end of a sentence in a line", flat[end : end + LINE].partition("\n")[0]),
    }
    written = "".join(sign + joint for sign, joint in zip(signs, [*joints, " "], strict=True))
    return written + "".join(sign if holds else "-" for sign, holds in beside.items())


def _has_state(flat: str, names: Sequence[Mention]) -> bool:
    """Whether the first has one; the one behind it may be its state."""
    is_pair = not stands_alone_in(names[0].name) and _joints(flat, names, 0) == ","
    return names[0].state not in (None, "DC") or is_pair


def _unsure(shape: str) -> dict[int, bool]:
    """The names that are read as one place with the next, by number: whether that is unsure. Others are states."""
    found = next((found for reading in READINGS if (found := reading.match(shape))), None)
    groups = found.groupdict() if found else {}
    return {
        number: how == "unsure"
        for how, pairs in groups.items()
        if found and pairs
        for number in range(found.start(how) // 2, found.start(how) // 2 + (len(pairs) + 1) // 2, 2)
    }


def _is_known(known: Gazetteer, name: str, state: str | None) -> bool:
    """Whether a government there bears the name without a word for its kind; "Iowa County" and "Maine Township" have one."""
    return any(
        place.kind not in (PlaceKind.STATE, PlaceKind.COUNTY) and not place.name.endswith((" Township", " Plantation"))
        for place in known.named(name, state)
    )
