"""Tables as they are handed on by the readers of CSV and XLSX files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.reader.document import Document

READ_AT = datetime(2018, 2, 1, 15, tzinfo=UTC)
LETTER = {"authority": "U.S. Department of Justice", "title": "Demand of January", "sent": "2018-01-24"}


def table(*rows: Sequence[str], name: str = "recipients.csv") -> Document:
    """A document of these rows, the header first."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    width = max(map(len, rows), default=0)
    full = tuple((*row, *[""] * (width - len(row))) for row in rows)
    lines = "\n".join("\t".join(row) for row in full)
    return Document(name, "text/csv", text.getvalue().encode(), READ_AT, lines, rows=full)


def recipients(*rows: dict[str, str], **shared: str) -> Document:
    """A table of these rows, each with the cells `shared` by all: one letter, where nothing else is said."""
    filled = [{**LETTER, **shared, **row} for row in rows]
    header = list(dict.fromkeys(name for row in filled for name in row))
    return table(header, *([row.get(name, "") for name in header] for row in filled))
