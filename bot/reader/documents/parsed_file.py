"""What a parser returns: text in one form, whatever the file was."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.reader.documents.limits import MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, MOST_IN_TABLE, MOST_ROWS
from bot.record.errors import CaseError
from bot.record.garbled_text import as_meant

BULLET = "• "
TOO_LONG = f"{{}} has more than {MOST_CHARACTERS:,} characters of text; keep only the part with the letter."
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]")
HALVES = re.compile("[\ud800-\udfff]")

Row = tuple[str, ...]


@dataclass(frozen=True)
class ParsedFile:
    """The content of a file. `published` is an ISO date, empty if the file gives none. `rows` and `hidden_rows` as in
    `Document`."""

    text: str
    title: str = ""
    publisher: str = ""
    published: str = ""
    rows: tuple[Row, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    #: As in `Document`.
    pages: int = 0
    pictures: tuple[int, ...] = ()


def tidied(text: str) -> str:
    """The text with one kind of line end and of space, and nothing invisible; several blank lines become one.

    Tabs stay, since they separate cells. Invisible characters are removed: a hidden hyphen would split a date or a name.
    """
    text = INVISIBLE.sub("", HALVES.sub("\ufffd", LINE_ENDS.sub("\n", text)))
    text = SPACES.sub(lambda space: "\t" if space[0] == "\t" else " ", text)
    text = "\n".join(
        line.rstrip(" \t") for line in text.split("\n")
    )  # a regular expression would be quadratic on a long blank line
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def folded(text: str) -> str:
    """The text on one line, with single spaces."""
    if text.isascii() and text.isprintable():  # as most cells of large tables are
        return " ".join(text.split())
    return " ".join(tidied(text).split())


def _cell(text: str) -> str:
    """The cell `folded`; one that a wrong encoding has garbled keeps every sign of it, so that it can be recognised.

    "RÃ\u00ado" without its soft hyphen would be "RÃo", which may be right.
    """
    if text.isascii() or as_meant(text) is None:
        return folded(text)
    return re.sub(r"[\x00-\x20\x7f]+", " ", HALVES.sub("\ufffd", text)).strip(" ")


def of_text(text: str, name: str, title: str = "", publisher: str = "", published: str = "") -> ParsedFile:
    """CaseError if nothing is left of the text, or too much."""
    if len(text) > MOST_CHARACTERS:
        raise CaseError(TOO_LONG.format(name))
    tidy = tidied(text)
    if not tidy.strip():
        raise CaseError(f"{name} contains no text.")
    return ParsedFile(tidy, title, publisher, published)


def of_rows(raw_rows: Iterable[Sequence[str]], name: str, hidden: Collection[int] = ()) -> ParsedFile:
    """A table; `hidden` are the numbers of its rows that a spreadsheet does not show, the first row being 1.

    Blank rows and columns at the end are dropped; every row gets the width of the widest.

    Blank rows between others stay, so that rows keep the numbers that a spreadsheet shows. CaseError if nothing is left, or
    too much; no more of `raw_rows` is read than that.
    """
    rows: list[Row] = []
    size = blank = 0
    for cells in raw_rows:
        row = _trimmed([_cell(cell) for cell in cells])
        if not row:
            blank += 1
            continue
        rows += [()] * min(blank, MOST_ROWS)
        blank = 0
        rows.append(row)
        size += sum(map(len, row)) + len(row)
        if len(row) > MOST_COLUMNS:
            raise CaseError(f"{name} has more than {MOST_COLUMNS} columns; keep only those that are needed.")
        if len(rows) > MOST_ROWS:
            raise CaseError(f"{name} has more than {MOST_ROWS:,} rows; split it.")
        if size > MOST_IN_TABLE:
            raise CaseError(f"{name} has more than {MOST_IN_TABLE:,} characters of text; split it.")
    if not rows:
        raise CaseError(f"{name} contains no text.")
    width = max(map(len, rows))
    if width * len(rows) > MOST_CELLS:
        raise CaseError(f"{name} has more than {MOST_CELLS:,} cells; split it.")
    full = tuple(row + ("",) * (width - len(row)) for row in rows)
    hidden_rows = tuple(number for number in sorted(hidden) if number <= len(rows) and rows[number - 1])
    return ParsedFile("\n".join("\t".join(row) for row in rows), rows=full, hidden_rows=hidden_rows)


def _trimmed(row: list[str]) -> Row:
    while row and not row[-1]:
        row.pop()
    return tuple(row)
