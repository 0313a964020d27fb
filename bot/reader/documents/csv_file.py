"""The rows of a CSV file. The delimiter is found by trying each on the first rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from bot.reader.documents.decoding import text_of
from bot.reader.documents.parsed_file import ParsedFile, of_rows
from bot.record.errors import CaseError

DELIMITERS = (",", ";", "\t")
TRIED = 100  # rows on which a delimiter is tried
DECLARED = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)  # Excel's own first line


def parse(content: bytes, name: str) -> ParsedFile:
    """CaseError for a quote that never ends. Formulas and rows wider than the header are reported in `files/sheets/rows.py`."""
    text = text_of(content, name)
    declared = DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    delimiter = declared[1] if declared else delimiter_of(text)
    return of_rows(_rows(text, delimiter, name), name)


def delimiter_of(text: str) -> str:
    """The delimiter that divides most of the first rows into the same number of cells; a comma if none divides any."""
    return max(DELIMITERS, key=lambda one: _fit(text, one))


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """The share of the first rows with the most common number of cells, and that number; no share if it is one."""
    try:
        rows = [row for row in islice(_reader(text, delimiter), TRIED) if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0.0, 0
    if not rows:
        return 0.0, 0
    [(width, count)] = Counter(map(len, rows)).most_common(1)
    return (count / len(rows), width) if width > 1 else (0.0, 1)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _rows(text: str, delimiter: str, name: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as bad:
        raise CaseError(f"{name} is not a CSV table: line {reader.line_num:,}: {bad}.") from bad
