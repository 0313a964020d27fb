"""The rows of a spreadsheet of recipients, as read: a row is a case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from zoneinfo import ZoneInfo

from bot.files.sheets.columns import Columns
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.place_kinds import STATELESS, PlaceKind
from bot.record.sources import Source
from bot.words.prose import numbers


@dataclass(frozen=True)
class StatedLetter:
    """What a row says of its letter; empty or None if it says nothing."""

    slug: str = ""
    title: str = ""
    authority: str = ""
    sent: When | None = None
    demand: str = ""
    legal_basis: tuple[str, ...] = ()
    threatened: tuple[str, ...] = ()

    @property
    def says_which(self) -> bool:
        """Whether it says anything by which a letter is known."""
        return bool(self.slug or self.title or self.authority or self.sent)


@dataclass(frozen=True)
class Row:
    """One row as it is written. Its place is not looked up yet."""

    #: That of the spreadsheet, where the header is row 1.
    number: int
    name: str
    kind: PlaceKind | None = None
    state: str | None = None
    aliases: tuple[str, ...] = ()
    ocd_id: str = ""
    county: str = ""
    letter: StatedLetter = StatedLetter()
    #: As text, since a period counts from the letter's date, which may be in another row.
    deadline: str = ""
    zone: ZoneInfo | None = None
    sources: tuple[Source, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether it says by itself which place it is."""
        return self.kind is not None and (bool(self.state) or self.kind in STATELESS)


class BadRowKind(Enum):
    #: A cell of it is a formula.
    FORMULA = auto()
    #: Its letter is not certain, for the reason that other rows of the letter have too.
    LETTER = auto()
    OTHER = auto()


class HiddenRows(StrEnum):
    """What becomes of the rows that a spreadsheet does not show."""

    INCLUDE = "include"
    SKIP = "skip"


class HiddenRowsFound(CaseError):
    """A spreadsheet hides rows, and nobody has said whether they are to be read."""

    def __init__(self, name: str, rows: tuple[int, ...]) -> None:
        hidden = "1 row that is" if len(rows) == 1 else f"{len(rows):,} rows that are"
        super().__init__(
            f"{name} has {hidden} hidden, by a filter or by hand: {numbers('row', rows)}. Nothing was recorded. "
            "Say whether hidden rows count: --hidden-rows include or --hidden-rows skip."
        )
        self.rows = rows


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be recorded, and why."""

    number: int
    reason: str
    kind: BadRowKind = BadRowKind.OTHER

    def __str__(self) -> str:
        return f"Row {self.number:,}: {self.reason}"


@dataclass(frozen=True)
class Sheet:
    """A spreadsheet as read."""

    name: str
    columns: Columns
    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    #: In which the days of letters are days, if a row names no other.
    zone: ZoneInfo
    #: The numbers of the rows that the spreadsheet does not show, and what became of them.
    hidden_rows: tuple[int, ...] = ()
    hidden: HiddenRows | None = None
