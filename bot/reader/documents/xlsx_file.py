"""The rows of an Excel file: of its first sheet that is neither hidden nor empty. Other sheets are not read."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.reader.documents import zip_archive
from bot.reader.documents.kinds import NAMED, FileKind
from bot.reader.documents.parsed_file import ParsedFile, of_rows
from bot.record.errors import CaseError

LAST_ROW = 1_048_576  # of an Excel sheet ("Excel specifications and limits")
LARGEST_WHOLE = 10**15  # Excel keeps 15 digits


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
            return of_rows(_rows(sheet, name), name)
    raise CaseError(f"{name} contains no text.")


def _has_formulas(xml: bytes) -> bool:
    return b"<f>" in xml or b"<f " in xml or b":f>" in xml or b":f " in xml


def _rows(sheet: Any, name: str) -> Iterator[list[str]]:
    return ([shown(value) for value in row] for row in _raw(sheet, name))


def _raw(sheet: Any, name: str) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # the size that a file states may be wrong
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
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


def shown(value: Any) -> str:
    """A cell as text: dates in ISO form, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < LARGEST_WHOLE:
            return str(int(value))
        case datetime() if value.time() == time():
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
