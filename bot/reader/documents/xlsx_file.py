"""The rows of an Excel file: of its first sheet that is neither hidden nor empty. Other sheets are not read."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from bot.reader.documents import zip_archive
from bot.reader.documents.kinds import NAMED, FileKind
from bot.reader.documents.parsed_file import ParsedFile, of_rows
from bot.record.errors import CaseError

LAST_ROW = 1_048_576  # of an Excel sheet ("Excel specifications and limits")
LARGEST_WHOLE = 10**15  # Excel keeps 15 digits
ROW = "http://schemas.openxmlformats.org/spreadsheetml/2006/main row"
DAY_ONLY = "yyyy-mm-dd"
# What a number format has beside the signs of days and times: "text", \x, _x, *x, and [color] or [$-409], but not [h].
LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


def parse(content: bytes, name: str) -> ParsedFile:
    """Formulas are read as the results stored with them. CaseError if one has none, since it would be read as empty."""
    import openpyxl

    warnings.simplefilter("ignore")  # openpyxl warns about charts and styles that it drops
    archive = zip_archive.check(content, name, "xl/workbook.xml", NAMED[FileKind.XLSX])
    calculates = any(_has_formulas(archive.read(one)) for one in archive.namelist() if one.startswith("xl/worksheets/"))
    values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True) if calculates else None
    for sheet in values.worksheets:
        if sheet.sheet_state == "visible" and _holds_something(sheet):
            _refuse_uncalculated(sheet, formulas[sheet.title] if formulas else None, name)
            return of_rows(_rows(sheet, name), name, _hidden_rows(archive, sheet))
    raise CaseError(f"{name} contains no text.")


def _has_formulas(xml: bytes) -> bool:
    return b"<f>" in xml or b"<f " in xml or b":f>" in xml or b":f " in xml


def _rows(sheet: Any, name: str) -> Iterator[list[str]]:
    return ([shown(cell.value, cell.number_format or DAY_ONLY) for cell in row] for row in _raw(sheet, name, values_only=False))


def _hidden_rows(archive: ZipFile, sheet: Any) -> set[int]:
    """The rows that Excel does not show: hidden by a filter, by a person, or in a closed group.

    openpyxl reads this only outside its read-only mode, for which a large file takes too much memory.
    """
    hidden: set[int] = set()
    number = 0

    def begins(tag: str, attributes: dict[str, str]) -> None:
        nonlocal number
        if tag == ROW:
            number = int(attributes.get("r", number + 1))
            if attributes.get("hidden") in ("1", "true"):
                hidden.add(number)

    parser = expat.ParserCreate(namespace_separator=" ")  # `zip_archive` has refused document types
    parser.StartElementHandler = begins
    with archive.open(sheet._worksheet_path) as part:
        parser.ParseFile(part)
    return hidden


def _raw(sheet: Any, name: str, values_only: bool = True) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # the size that a file states may be wrong
    for number, row in enumerate(sheet.iter_rows(values_only=values_only)):
        if number >= LAST_ROW:
            raise CaseError(f"{name} has more rows than a sheet can have; it is damaged.")
        yield row


def _holds_something(sheet: Any) -> bool:
    return any(value not in (None, "") for row in _raw(sheet, sheet.title) for value in row)


def _refuse_uncalculated(sheet: Any, formulas: Any, name: str) -> None:
    if formulas is None:
        return
    for number, (row, written) in enumerate(zip(_raw(sheet, name), _raw(formulas, name), strict=False), 1):
        for value, formula in zip(row, written, strict=False):
            if value is None and formula is not None:
                raise CaseError(f"{name}, row {number:,}, has a formula without a result: open it in Excel and save it.")


def shown(value: Any, number_format: str = DAY_ONLY) -> str:
    """A cell as text: dates in ISO form, whole numbers without a point.

    Excel stores a day as its midnight. Only a cell whose format shows a time says 0:00.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < LARGEST_WHOLE:
            return str(int(value))
        case datetime() if value.time() == time() and not _shows_time(number_format):
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes" if not value.second else "seconds")
        case time():
            return value.isoformat("minutes" if not value.second else "seconds")
        case date():
            return value.isoformat()
        case timedelta():
            return str(value)
    return str(value)


def _shows_time(number_format: str) -> bool:
    return bool(set(LITERAL.sub("", number_format).lower()) & set("hs"))
