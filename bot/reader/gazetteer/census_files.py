"""The Census Bureau's Gazetteer files of counties, places and county subdivisions, as they come.

https://www.census.gov/geographies/reference-files/time-series/geo/gazetteer-files.html (public domain). The columns are
separated by tabs, since 2025 by "|"; the last one may be padded with spaces. Column names and codes: "Gazetteer File Record
Layouts". The files of places and county subdivisions give each entry's functional status, that of counties does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.reader.gazetteer.line_checks import LineChecks
from bot.reader.gazetteer.listed import GovernmentLevel, ListedGovernment
from bot.record.errors import CaseError

STATE, CODE, NAME, STATUS = "USPS", "GEOID", "NAME", "FUNCSTAT"
PADDED, PIPED = "\t", "|"
BALANCE = " (balance)"
#: Census Bureau, "Functional Status Codes": A is active; B is partly consolidated with another government, with officials of
#: its own; C is consolidated with another, under the same officials; E has special purposes; F is fictitious and fills the
#: geographic hierarchy; G is subordinate to another government; I is inactive; L, M are of real property; N does not function;
#: S is statistical; T is recognised by a state.
_STATUSES = frozenset("ABCEFGILMNST")
_COUNTY_WORDS = (" County", " Parish", " Borough", " Municipality", " Municipio", " City and Borough")


class LeftOut(Enum):
    """Why an entry is no government of the list."""

    STATISTICAL = auto()
    NOT_ACTIVE = auto()
    SUBORDINATE = auto()
    #: It is listed elsewhere: an independent city among the counties, a town that its city has absorbed.
    SAME_GOVERNMENT = auto()


@dataclass(frozen=True)
class CensusFile:
    level: GovernmentLevel
    governments: tuple[ListedGovernment, ...]
    left_out: Counter[LeftOut]


def is_census_file(text: str) -> bool:
    """Whether the first line is that of a Gazetteer file, of whatever level."""
    columns = _cells(text.partition("\n")[0])
    return len(columns) > 1 and CODE in columns


def read_census_file(text: str, called: str) -> CensusFile:
    """The active governments of a file. CaseError names the first line that is wrong."""
    lines = text.split("\n")
    columns = _cells(lines[0])
    level = _level(columns, lines, called)
    checks, left_out = LineChecks(called), Counter[LeftOut]()
    governments: list[ListedGovernment] = []
    for number, row in _rows(lines, columns, checks):
        code, name = row[CODE], row[NAME].removesuffix(BALANCE)
        checks.code(number, code, level.digits)
        checks.state(number, row[STATE], code)
        checks.name(number, name)
        checks.once(number, "the Census code", code)
        reason = _county(row) if level is GovernmentLevel.COUNTY else _status(row, level, number, checks)
        if reason:
            left_out[reason] += 1
        else:
            governments.append(ListedGovernment(row[STATE], name, code))
    if not governments and not left_out:
        raise CaseError(f"{called} has no line below the names of its columns.")
    return CensusFile(level, tuple(governments), left_out)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split(PIPED if PIPED in line else PADDED)]


def _level(columns: list[str], lines: list[str], called: str) -> GovernmentLevel:
    """By the columns and the length of the first code: other files of the Bureau have codes of 5 or 7 digits too."""
    first = dict(zip(columns, _cells(lines[1]) if len(lines) > 1 else [], strict=False))
    if len(lines) < 2 or not any(line.strip() for line in lines[1:]):
        raise CaseError(f"{called} has no line below the names of its columns.")
    level = next((level for level in GovernmentLevel if level.digits == len(first.get(CODE, ""))), None)
    needed = {STATE, CODE, "ANSICODE", NAME} | (set() if level is GovernmentLevel.COUNTY else {STATUS})
    if level is None or not needed <= set(columns) or ("LSAD" in columns) is not (level is GovernmentLevel.PLACE):
        raise CaseError(
            f"{called} is a Gazetteer file, but not of counties, places or county subdivisions. Those are called "
            "…_Gaz_counties_national, …_Gaz_place_national and …_Gaz_cousubs_national."
        )
    return level


def _rows(lines: list[str], columns: list[str], checks: LineChecks) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number."""
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = _cells(line)
        if len(cells) != len(columns):
            checks.refuse(number, f"has {len(cells)} columns where the first line has {len(columns)}")
        yield number, dict(zip(columns, cells, strict=True))


def _county(row: dict[str, str]) -> LeftOut | None:
    """The file of counties also has what only stands in for one: census areas of Alaska, planning regions of Connecticut, and
    independent cities, which the file of places has as well.
    """
    if row[NAME].endswith((" city", " City")):
        return LeftOut.SAME_GOVERNMENT
    return None if row[STATE] == "DC" or row[NAME].endswith(_COUNTY_WORDS) else LeftOut.STATISTICAL


def _status(row: dict[str, str], level: GovernmentLevel, number: int, checks: LineChecks) -> LeftOut | None:
    status = row[STATUS]
    if status not in _STATUSES:
        checks.refuse(number, f"has the functional status “{status}”, which the Census Bureau does not know")
    if status in "AB":
        is_county = level is GovernmentLevel.PLACE and _is_a_county(row[NAME])
        return LeftOut.SAME_GOVERNMENT if is_county else None
    if status == "F" and row[NAME].endswith(BALANCE):  # the consolidated government without the places that kept their own
        return LeftOut.SAME_GOVERNMENT if _is_a_county(row[NAME].removesuffix(BALANCE)) else None
    if status == "C":  # a township under the officials of a city; of places there are none
        return LeftOut.SAME_GOVERNMENT if level is GovernmentLevel.SUBDIVISION else None
    return {"S": LeftOut.STATISTICAL, "G": LeftOut.SUBORDINATE, "F": LeftOut.SAME_GOVERNMENT}.get(status, LeftOut.NOT_ACTIVE)


def _is_a_county(name: str) -> bool:
    """ "Echols County consolidated government" is Echols County; "Cusseta-Chattahoochee County …" has a city in it."""
    county, _, rest = name.partition(" County ")
    return rest.endswith(" government") and not set(county) & set("-/,")
