"""The documented form of a list of governments (bot/data/README.md), read with every check, and written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from bot.reader.documents.kinds import one_line
from bot.reader.gazetteer.line_checks import LineChecks
from bot.reader.gazetteer.listed import GovernmentLevel, ListedGovernment
from bot.record.errors import CaseError
from bot.record.places import COUNTRY, STATES, PlaceKind, ocd_id

COLUMNS = ("id", "name", "census_geoid")
PREFIX = "place-"  # before each Census code, in the project's own list
# A state, territory or the federal district; below it a county or what stands for one, a place, or a place in a county.
_DIVISION = re.compile(
    rf"""(?P<root>{COUNTRY}/(?:state|territory|district):(?P<state>[a-z]{{2}}))
    (?:(?P<county>/(?:county|parish|borough|census_area|municipio):[\w.~-]+))?
    (?P<place>/place:[\w.~-]+)?""",
    re.VERBOSE,
)


def is_government_list(text: str) -> bool:
    """Whether the first line has the columns of the documented form, whatever stands between them."""
    return bool(re.fullmatch(r"\W*id\W+name\W+census_geoid\W*", text.partition("\n")[0], re.IGNORECASE))


def read_government_list(text: str, called: str) -> tuple[ListedGovernment, ...]:
    """Its governments, in the order of their ids. CaseError names the first line that is wrong."""
    rows = _rows(text, called)
    _, header = next(rows, (1, []))
    if tuple(cell.strip() for cell in header) != COLUMNS:
        raise CaseError(f"{called} does not begin with the columns {','.join(COLUMNS)}, separated by commas.")
    checks = LineChecks(called)
    governments = [_government(number, row, checks) for number, row in rows if row]
    if not governments:
        raise CaseError(f"{called} has no line below the names of its columns.")
    return tuple(sorted(governments, key=lambda one: one.division))


def written(governments: Iterable[ListedGovernment]) -> bytes:
    """The documented form, in UTF-8. Each county comes before its townships, since the governments are sorted by their ids."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((one.division, one.name, PREFIX + one.code) for one in governments)
    return target.getvalue().encode()


def _rows(text: str, called: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line that it begins in."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    try:
        for row in rows:
            yield before + 1, row
            before = rows.line_num
    except csv.Error as bad:
        raise CaseError(f"{called}, line {before + 1:,} is not CSV: {bad}.") from bad


def _government(number: int, row: list[str], checks: LineChecks) -> ListedGovernment:
    if len(row) != len(COLUMNS):
        checks.refuse(number, f"has {len(row)} columns, not {len(COLUMNS)}: {one_line(','.join(row))}")
    division, name, code = (cell.strip() for cell in row)
    parts = _DIVISION.fullmatch(division)
    state = parts["state"].upper() if parts else ""
    if not parts or not _is_government(parts, state):
        checks.refuse(number, f"has no id of a U.S. county, place or township: “{one_line(division, 120)}”")
    level = _level(parts)
    code = code.removeprefix(PREFIX)
    digits = next((each.digits for each in level if each.digits == len(code)), level[0].digits)
    checks.code(number, code, digits)
    checks.state(number, state, code)
    checks.name(number, name)
    checks.once(number, "the id", division)
    checks.once(number, "the Census code", code)
    return ListedGovernment(state, name, code, division)


def _is_government(parts: re.Match[str], state: str) -> bool:
    """Whether it is a county, a place or a township of a state or territory, or the federal district."""
    if state not in STATES or parts["root"] != ocd_id(STATES[state], PlaceKind.STATE, state):
        return False
    return bool(parts["county"] or parts["place"]) or state == "DC"


def _level(parts: re.Match[str]) -> tuple[GovernmentLevel, ...]:
    """What a division of that form may be. A place directly in its state may be a town of New England."""
    if not parts["place"]:
        return (GovernmentLevel.COUNTY,)
    return (GovernmentLevel.SUBDIVISION,) if parts["county"] else (GovernmentLevel.PLACE, GovernmentLevel.SUBDIVISION)
