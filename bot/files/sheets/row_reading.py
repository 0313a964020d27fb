"""Reading the rows of a spreadsheet of recipients. What is wrong with a row is reported with its number."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.files.sheets import cells
from bot.files.sheets.columns import EXAMPLE_NAME, Column, Columns, columns_of, is_header
from bot.files.sheets.rows import BadRow, BadRowKind, HiddenRows, HiddenRowsFound, Row, Sheet, StatedLetter
from bot.record.deadlines.dates import DateOrder
from bot.record.deadlines.zones import zone_named
from bot.record.errors import CaseError
from bot.record.place_kinds import PlaceKind, of_its_kind, read_kind
from bot.record.place_names import read_state
from bot.record.places import name_key
from bot.record.said_names import with_kind
from bot.record.sources import Source

T = TypeVar("T")
NAMES = (Column.JURISDICTION, Column.ALIASES, Column.TITLE, Column.AUTHORITY)
PLACE_NAMES = (Column.JURISDICTION, Column.ALIASES, Column.COUNTY)
#: Cells that rows of one letter have alike, as a rule.
OF_LETTER = frozenset(
    {
        Column.LETTER, Column.TITLE, Column.AUTHORITY, Column.SENT, Column.DEMAND, Column.LEGAL_BASIS, Column.THREATENED,
        Column.TIME_ZONE, Column.SOURCE,
    }
)  # fmt: skip
LONGEST_NAME, LONGEST_TEXT, LONGEST_DEADLINE = 200, 4000, 200
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TITLES = 20  # rows above a header that are searched, to say which row the header is
ITS_OWN_STATE = (PlaceKind.STATE, PlaceKind.FEDERAL_DISTRICT)  # named alone: "Washington, D.C." is one name


class Table(Protocol):
    """Cells as they were read, the header first; `reader.document.Document` is one."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def hidden_rows(self) -> tuple[int, ...]: ...


def read(
    table: Table,
    zone: ZoneInfo,
    order: DateOrder | None = None,
    *,
    hidden: HiddenRows | None = None,
    keep_garbled: bool = False,
) -> Sheet:
    """The rows of a table. Days of letters are days in `zone` if a row names no other; "2/3/2018" is read by `order`.

    CaseError if there is no header, no row below it, or a column appears twice, or if rows are hidden and `hidden` does not
    say what becomes of them. With `keep_garbled`, texts that a wrong encoding has garbled are taken as they are.
    """
    numbered = [(number, row) for number, row in enumerate(table.rows, 1) if any(cell.strip() for cell in row)]
    if not numbered:
        raise CaseError(f"{table.name} is empty; nothing was recorded.")
    columns = _columns(numbered, table.name)
    reader = _Reader(columns, zone, order, keep_garbled)
    name_at = columns.at[Column.JURISDICTION]
    below = {number: row for number, row in numbered[1:] if row[name_at : name_at + 1] != (EXAMPLE_NAME,)}
    not_shown = tuple(number for number in table.hidden_rows if number in below)
    if not_shown and hidden is None:
        raise HiddenRowsFound(table.name, not_shown)
    left_out = set(not_shown if hidden is HiddenRows.SKIP else ())
    read_rows = [reader.row(number, row) for number, row in below.items() if number not in left_out]
    if not read_rows:
        shown = "only hidden rows" if not_shown else "no row to record"
        raise CaseError(f"{table.name} has a header but {shown} below it; nothing was recorded.")
    rows = tuple(row for row in read_rows if isinstance(row, Row))
    bad = tuple(row for row in read_rows if isinstance(row, BadRow))
    return Sheet(table.name, columns, rows, bad, zone, not_shown, hidden)


def _columns(numbered: Sequence[tuple[int, Sequence[str]]], name: str) -> Columns:
    """The columns of the first row. CaseError if a title is above the header: it names the row that looks like the header."""
    first = numbered[0][1]
    below = next((number for number, row in numbered[: TITLES + 1] if is_header(row)), None)
    if below is not None and below != numbered[0][0] and not is_header(first):
        above = cells.quoted(" ".join(filter(None, first)))
        raise CaseError(
            f"{name}: the header seems to be row {below:,}. Delete what is above it (“{above}”); nothing was recorded."
        )
    return columns_of(first, name)


class _OfLetter(NamedTuple):
    """What the cells of a row say that rows of one letter have alike."""

    stated: StatedLetter
    zone: ZoneInfo | None
    sources: tuple[Source, ...]


@dataclass
class _Reader:
    """Reads each distinct text once, and equal cells of a letter: thousands of rows name the same letter, day and source."""

    columns: Columns
    zone: ZoneInfo
    order: DateOrder | None
    #: Whether cells that a wrong encoding has garbled are taken as they are.
    keep_garbled: bool = False
    _mistakes: list[str] = field(default_factory=list)  # of the row that is read
    _kind: BadRowKind = BadRowKind.OTHER  # of that row, if it is wrong
    _letters: dict[tuple[str, ...], _OfLetter] = field(default_factory=dict)  # by cells in which nothing is wrong

    def __post_init__(self) -> None:
        self._sources = cache(cells.read_sources)
        self._state = cache(read_state)
        self._zone = cache(zone_named)
        self._sent = cache(cells.read_sent)
        self._list = cache(cells.read_list)
        self._not_garbled = str if self.keep_garbled else cells.not_garbled
        self._of_letter = [at for column, at in self.columns.at.items() if column in OF_LETTER]
        self._own = {column: at for column, at in self.columns.at.items() if column not in OF_LETTER}

    def row(self, number: int, row: Sequence[str]) -> Row | BadRow:
        self._mistakes, self._kind = [], BadRowKind.OTHER
        beyond = [cell for cell in row[self.columns.width :] if cell.strip()]
        if beyond:
            self._mistakes.append(f"has more cells than the header: “{cells.quoted(beyond[0])}” is under no header.")
        of_letter = tuple(row[at] for at in self._of_letter if at < len(row))
        known = self._letters.get(of_letter)
        read_here = self._own if known else self.columns.at
        named = {column: row[at] for column, at in read_here.items() if at < len(row)}
        for column, cell in named.items():  # before white space is dropped: a no-break space is half of a garbled “à”
            self._read(column, self._not_garbled, cell)
            if column in PLACE_NAMES:
                self._read(column, cells.no_lost_letter, cell)
        if self._mistakes:
            return BadRow(number, " ".join(self._mistakes))
        read = self._row(number, {column: cell.strip() for column, cell in named.items()}, known)
        if self._mistakes:
            return BadRow(number, " ".join(self._mistakes), self._kind)
        self._letters[of_letter] = _OfLetter(read.letter, read.zone, read.sources)
        return read

    def _row(self, number: int, row: dict[Column, str], known: _OfLetter | None) -> Row:
        """`known` is what cells say that are not in `row`, since they were read before."""
        zone = known.zone if known else self._read(Column.TIME_ZONE, self._zone, self._text(row, Column.TIME_ZONE))
        stated = known.stated if known else self._stated(row, zone)
        self._check_name(row.get(Column.JURISDICTION, ""))
        cells_of_place = (Column.JURISDICTION, Column.KIND, Column.STATE)
        name, kind, state = self._place(*(self._text(row, column) for column in cells_of_place))
        return Row(
            number,
            name,
            kind,
            state,
            tuple(alias for alias in self._list(self._text(row, Column.ALIASES, LONGEST_TEXT)) if alias != name),
            self._read(Column.OCD_ID, cells.read_ocd_id, self._text(row, Column.OCD_ID)) or "",
            self._text(row, Column.COUNTY),
            stated,
            _with_time(self._text(row, Column.DEADLINE, LONGEST_DEADLINE), self._text(row, Column.DEADLINE_TIME)),
            zone,
            known.sources
            if known
            else self._read(Column.SOURCE, self._sources, self._text(row, Column.SOURCE, LONGEST_TEXT)) or (),
        )

    def _stated(self, row: dict[Column, str], zone: ZoneInfo | None) -> StatedLetter:
        sent = self._read(
            Column.SENT, lambda cell: self._sent(cell, zone or self.zone, self.order), self._text(row, Column.SENT)
        )
        return StatedLetter(
            self._read(Column.LETTER, _slug, self._text(row, Column.LETTER)) or "",
            self._text(row, Column.TITLE),
            self._text(row, Column.AUTHORITY),
            sent,
            self._text(row, Column.DEMAND, LONGEST_TEXT),
            self._list(self._text(row, Column.LEGAL_BASIS, LONGEST_TEXT)),
            self._list(self._text(row, Column.THREATENED, LONGEST_TEXT)),
        )

    def _text(self, row: dict[Column, str], column: Column, limit: int = LONGEST_NAME) -> str:
        cell = row.get(column)
        if not cell:
            return ""
        signs = cells.FORMULAS if column in NAMES else ("=",)
        return self._read(column, lambda cell: cells.limited(cells.no_formula(cell, signs), limit), cell) or ""

    def _check_name(self, name: str) -> None:
        header = self.columns.headers[Column.JURISDICTION]
        if not name:
            self._mistakes.append(f"{header} is empty.")
        elif not name_key(name):
            self._mistakes.append(
                f"{header}: “{cells.quoted(name)}” has no letter from A to Z and no digit; places are found by these."
            )

    def _place(self, name: str, kind_cell: str, state_cell: str) -> tuple[str, PlaceKind | None, str | None]:
        """Name, kind and state. Those written after the name, "Denver, CO (city and county)", fill empty cells.

        Where they contradict the cell they stay part of the name, and no such place is found. A village is named as one.
        """
        written = self._read(Column.KIND, read_kind, kind_cell)
        state = self._read(Column.STATE, self._state, state_cell)
        behind = with_kind(name) if name else None
        if behind and (written is None or written.kind is behind[1].kind):
            name, written = behind[0], written if written and written.word else behind[1]
        kind = written.kind if written else None
        if kind is PlaceKind.STATE and state is None:
            state = self._read(Column.JURISDICTION, self._state, name)
        if kind in (*ITS_OWN_STATE, PlaceKind.INSTITUTION):
            return name, kind, state or ("DC" if kind is PlaceKind.FEDERAL_DISTRICT else None)
        before, _, after = name.rpartition(",")
        code = _code(after) if before else None
        if code and state in (None, code):
            name, state = before.strip(), code
        if written:
            name, kind = of_its_kind(name, written, state or "")
        return name, kind, state

    def _read(self, column: Column, read: Callable[[str], T], cell: str) -> T | None:
        """The cell as `read` has it; None if it is empty, or wrong, which is then noted."""
        if not cell:
            return None
        try:
            return read(cell)
        except CaseError as wrong:
            self._mistakes.append(f"{self.columns.headers[column]}: {wrong}")
            if isinstance(wrong, cells.IsFormula):
                self._kind = BadRowKind.FORMULA
            return None


def _slug(text: str) -> str:
    if not SLUG.fullmatch(text) or len(text) > 80:
        raise CaseError(f"“{cells.quoted(text)}” is not the short name of a letter, like doj-2018-01-24.")
    return text


def _code(text: str) -> str | None:
    try:
        return read_state(text)
    except CaseError:
        return None


def _with_time(deadline: str, time: str) -> str:
    """One text of the two cells. Spreadsheets write seconds after times of day, and 0:00 behind a day without one."""
    clock = re.sub(r"^(\d{1,2}:\d\d):00$", r"\1", time)
    return f"{cells.without_midnight(deadline)} {clock}".strip() if clock else deadline
