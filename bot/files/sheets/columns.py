"""The columns of a spreadsheet of recipients: which header means what, in any order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.record.errors import CaseError
from bot.record.places import PlaceKind


class Column(StrEnum):
    """What a column holds, by its name in the template."""

    JURISDICTION = "jurisdiction"
    KIND = "kind"
    STATE = "state"
    ALIASES = "aliases"
    OCD_ID = "ocd_id"
    COUNTY = "county"
    LETTER = "letter"
    TITLE = "title"
    AUTHORITY = "authority"
    SENT = "sent"
    DEADLINE = "deadline"
    DEADLINE_TIME = "deadline_time"
    TIME_ZONE = "time_zone"
    SOURCE = "source"
    DEMAND = "demand"
    THREATENED = "threatened"
    LEGAL_BASIS = "legal_basis"


ABOUT = {
    Column.JURISDICTION: "Who received the letter, such as Denver or Cook County. Needed in every row.",
    Column.KIND: f"One of: {', '.join(kind.words for kind in PlaceKind)} (village, borough and township are towns). "
    "May be empty if the name and the state are enough.",
    Column.STATE: "Postal code or name of the state. May be empty if the name is enough.",
    Column.ALIASES: "Other names for it, separated by semicolons.",
    Column.OCD_ID: "Its Open Civic Data id, if you know it.",
    Column.COUNTY: "The county it is in, if the state has several places of that name.",
    Column.LETTER: "The short name of a recorded letter. Empty for a new letter, which is known by the next three columns.",
    Column.TITLE: "What people will call the letter.",
    Column.AUTHORITY: "Who sent it.",
    Column.SENT: "The date on the letter: 2018-02-23, Feb 23, 2018 or 23 February 2018.",
    Column.DEADLINE: "A date, a date and a time, or a period such as 30 days, counted from the letter's date.",
    Column.DEADLINE_TIME: "The time of day of a date, such as 17:00. Empty: the end of the day.",
    Column.TIME_ZONE: "Such as America/Denver. Empty: the time zone of the server.",
    Column.SOURCE: "The source: an address or the title of a document; separate several by semicolons. "
    "Empty: this file, of which a copy is kept.",
    Column.DEMAND: "What the letter demands.",
    Column.THREATENED: "What it threatens, separated by semicolons.",
    Column.LEGAL_BASIS: "Its legal basis, separated by semicolons.",
}
EXAMPLE_NAME = "EXAMPLE - delete this row"
EXAMPLE = {  # a row of the template that nobody can mistake for a recipient; `sheets/rows.py` skips it
    Column.JURISDICTION: EXAMPLE_NAME,
    Column.KIND: "county",
    Column.STATE: "IL",
    Column.ALIASES: "County of Cook; Cook",
    Column.OCD_ID: "",
    Column.COUNTY: "",
    Column.LETTER: "",
    Column.TITLE: "Document demand of 24 January 2018",
    Column.AUTHORITY: "U.S. Department of Justice",
    Column.SENT: "2018-01-24",
    Column.DEADLINE: "Feb 23, 2018",
    Column.DEADLINE_TIME: "17:00",
    Column.TIME_ZONE: "America/Chicago",
    Column.SOURCE: "https://example.org/letter.pdf; Press release of 24 January 2018",
    Column.DEMAND: "All documents about the sharing of immigration status",
    Column.THREATENED: "subpoena; return of grants",
    Column.LEGAL_BASIS: "8 U.S.C. § 1373",
}
SYNONYMS = {
    Column.JURISDICTION: "name, recipient, recipient name, jurisdiction name, place, city, municipality, town, addressee",
    Column.KIND: "type, jurisdiction type, place type, kind of place, type of place",
    Column.STATE: "state code, state name, state abbreviation",
    Column.ALIASES: "alias, other names, also known as, aka",
    Column.OCD_ID: "ocd, ocd division, ocd division id, division id, open civic data id",
    Column.COUNTY: "county name, parish",
    Column.LETTER: "letter short name, short name, slug, letter slug",
    Column.TITLE: "letter title, subject",
    Column.AUTHORITY: "sender, sent by, agency",
    Column.SENT: "letter date, date of letter, date sent, sent date, sent on",
    Column.DEADLINE: "due, due date, due by, deadline date, respond by, response due, answer by",
    Column.DEADLINE_TIME: "due time, time",
    Column.TIME_ZONE: "tz, zone",
    Column.SOURCE: "sources, source url, url, link",
    Column.DEMAND: "demands, request, asked, asks for",
    Column.THREATENED: "threat, threats",
    Column.LEGAL_BASIS: "law, legal bases, statute",
}
FOUND_BY = {
    re.sub(r"[^a-z0-9]", "", name): column for column in Column for name in (column.value, *SYNONYMS[column].split(", "))
}


@dataclass(frozen=True)
class Columns:
    """The columns of one spreadsheet."""

    #: The index of each column.
    at: Mapping[Column, int]
    #: The headers that name no known column.
    ignored: tuple[str, ...]
    #: The number of cells of the header.
    width: int
    #: What the spreadsheet calls each column.
    headers: Mapping[Column, str]


def columns_of(header: Sequence[str], name: str) -> Columns:
    """The columns that a header row names; case, spaces and underscores do not matter.

    CaseError if no column holds the jurisdictions, or two columns hold the same thing.
    """
    at: dict[Column, int] = {}
    headers: dict[Column, str] = {}
    ignored = []
    for index, cell in enumerate(header):
        column = FOUND_BY.get(re.sub(r"[\W_]", "", cell.casefold()))
        if column is None:
            ignored += [cell] if cell.strip() else []
        elif column in at:
            raise CaseError(f"{name}: {_doubled(headers[column], cell, column)} Keep one; nothing was recorded.")
        else:
            at[column], headers[column] = index, cell
    if Column.JURISDICTION not in at:
        raise CaseError(
            f"{name}: its first row names no column for the recipients, such as “jurisdiction”. "
            "`/import template:` in Discord or `letterwatch import --template` gives a file with every column; "
            "nothing was recorded."
        )
    width = max((index + 1 for index, cell in enumerate(header) if cell.strip()), default=0)
    return Columns(at, tuple(ignored), width, headers)


def is_header(row: Sequence[str]) -> bool:
    """Whether a row can be meant as the header: it names the recipients and another column."""
    named = {FOUND_BY.get(re.sub(r"[\W_]", "", cell.casefold())) for cell in row} - {None}
    return Column.JURISDICTION in named and len(named) > 1


def _doubled(first: str, second: str, column: Column) -> str:
    if first.casefold() == second.casefold():
        return f"the column “{first}” appears twice."
    return f"the columns “{first}” and “{second}” both mean “{column.value}”."
