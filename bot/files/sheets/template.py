"""An empty spreadsheet of recipients to fill in: every column, and one row that shows how."""

from __future__ import annotations

import csv
import io

from bot.files.sheets.columns import ABOUT, EXAMPLE, Column
from bot.record.places import PlaceKind

FILLABLE_ROWS = 10_000  # that get the drop-down of kinds


def csv_bytes() -> bytes:
    """As a CSV file in UTF-8, with the mark by which Excel knows the encoding."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.value for column in Column])
    writer.writerow([EXAMPLE[column] for column in Column])
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes() -> bytes:
    """As an Excel file: kinds to choose from, and a second sheet that explains the columns."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    rows = book.active
    assert rows is not None
    rows.title = "Recipients"
    rows.append([column.value for column in Column])
    rows.append([EXAMPLE[column] for column in Column])
    rows.freeze_panes = "A2"
    for number, column in enumerate(Column, 1):
        letter = get_column_letter(number)
        rows[f"{letter}1"].font = Font(bold=True)
        rows[f"{letter}2"].font = Font(italic=True, color="808080")
        rows.column_dimensions[letter].width = max(14, len(EXAMPLE[column]) + 2)
        for cell in rows[letter]:
            cell.number_format = "@"  # text, so that Excel turns no date or name into something else
    kinds = DataValidation("list", formula1=f'"{",".join(kind.words for kind in PlaceKind)}"', allow_blank=True)
    kinds.error, kinds.errorTitle = "Choose a kind from the list.", "Kind"
    at = get_column_letter(list(Column).index(Column.KIND) + 1)
    kinds.add(f"{at}2:{at}{FILLABLE_ROWS + 1}")
    rows.add_data_validation(kinds)
    about = book.create_sheet("About the columns")
    about.append(["column", "what goes into it", "example"])
    for column in Column:
        about.append([column.value, ABOUT[column], EXAMPLE[column]])
    for letter, width in (("A", 16), ("B", 100), ("C", 50)):
        about[f"{letter}1"].font = Font(bold=True)
        about.column_dimensions[letter].width = width
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
