"""Files become text: the same letter gives the same lines in every format, tables give rows, encodings are never guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest

from bot.reader.documents import from_file, from_text
from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import MOST_COLUMNS
from bot.reader.documents.parsers import parse
from bot.record.errors import CaseError
from bot.record.garbled_text import as_meant
from tests.corpus import samples

NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)
LETTERS: dict[str, Callable[[], bytes]] = {
    "letter.txt": samples.text,
    "letter.html": samples.html,
    "letter.docx": samples.docx,
    "letter.pdf": lambda: samples.pdf(samples.LINES),
}


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize("name", LETTERS)
async def test_the_same_letter_gives_the_same_lines_in_every_format(name: str) -> None:
    content = LETTERS[name]()
    document = await from_file(name, content, NOW)
    assert lines(document.text) == samples.LINES
    assert (document.name, document.content, document.read_at) == (name, content, NOW)


@pytest.mark.parametrize("name", ["letter.txt", "letter.html", "letter.docx"])
async def test_paragraphs_stand_apart_and_the_items_of_a_list_together(name: str) -> None:
    document = await from_file(name, LETTERS[name](), NOW)
    assert document.text == samples.text().decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("recipients.csv", samples.table()),
        ("recipients.xlsx", samples.xlsx(samples.TABLE)),
        ("recipients.json", samples.objects()),
    ],
)
async def test_the_same_table_gives_the_same_rows_in_every_format(name: str, content: bytes) -> None:
    document = await from_file(name, content, NOW)
    assert [list(row) for row in document.rows] == samples.TABLE
    assert document.text.split("\n")[1] == "Denver\tCO\t2018-02-23\t3"


def test_pasted_text_is_kept_as_it_was_pasted() -> None:
    document = from_text("Dear Mayor,\r\n\r\n\r\n\r\nanswer by\u00a0Feb. 23.  \n", NOW)
    assert document.text == "Dear Mayor,\n\nanswer by Feb. 23."
    assert document.content.decode() == "Dear Mayor,\r\n\r\n\r\n\r\nanswer by\u00a0Feb. 23.  \n"
    assert document.source().title == "pasted text"
    assert document.source().read_on == "2018-01-24"


@pytest.mark.parametrize("text", ["", "  \n\t", "\u200b", "a\x00b", "x" * 2_000_001])
def test_pasted_text_that_is_none_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(CaseError):
        from_text(text, NOW)


def test_characters_that_do_not_show_are_taken_out() -> None:
    assert from_text("Feb\u00adru\u200bary \u202e23\u202c", NOW).text == "February 23"


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_marked_utf_16_are_read(encoding: str) -> None:
    assert parse(FileKind.TEXT, "San José".encode(encoding), "letter.txt").text == "San José"
    assert parse(FileKind.CSV, "place,state\nSan José,CA\n".encode(encoding), "a.csv").rows[1] == ("San José", "CA")


@pytest.mark.parametrize("kind", [FileKind.TEXT, FileKind.CSV, FileKind.JSON])
def test_another_encoding_is_refused_with_the_byte_that_shows_it_and_what_to_do(kind: FileKind) -> None:
    with pytest.raises(
        CaseError, match=r"a is not in UTF-8: byte 8 does not belong there\. Save it as UTF-8; in Excel: “CSV UTF-8”"
    ):
        parse(kind, "San José, CA".encode("cp1252"), "a")


def test_a_page_is_read_in_the_encoding_it_declares() -> None:
    page = samples.html('<meta charset="iso-8859-1">', before="<p>x</p>").replace(b"Denver", "Peña – “x”".encode("cp1252"))
    assert "Peña – “x”, Colorado" in parse(FileKind.HTML, page, "a.html").text
    assert "Peña" in parse(FileKind.HTML, samples.html().replace(b"Denver", "Peña".encode("cp1252")), "a", "windows-1252").text


@pytest.mark.parametrize("declared", ["utf-7", "zip", "unicode_escape", "no-such"])
def test_an_encoding_that_no_page_should_have_is_refused(declared: str) -> None:
    with pytest.raises(CaseError, match="which cannot be read"):
        parse(FileKind.HTML, samples.html(f'<meta charset="{declared}">'), "a.html")


def test_a_page_that_is_not_what_it_declares_is_refused() -> None:
    page = samples.html('<meta charset="utf-8">').replace(b"Denver", b"Pe\xf1a")
    with pytest.raises(CaseError, match=r"a\.html is not in UTF-8: byte \d+ .* It declares utf-8, but is not"):
        parse(FileKind.HTML, page, "a.html")


# Tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["place", "state", "note"], ["Denver", "CO", "one, two; three, and a half"], ["Albany", "NY", ""]]
    quoted = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert [list(row) for row in parse(FileKind.CSV, quoted.encode(), "a.csv").rows] == rows


def test_a_semicolon_table_with_commas_in_its_cells_is_cut_at_the_semicolons() -> None:
    document = parse(FileKind.CSV, b"place;note\nDenver, Colorado;x\nAlbany;a, b, c\nTroy;y\n", "a.csv")
    assert document.rows[1:] == (("Denver, Colorado", "x"), ("Albany", "a, b, c"), ("Troy", "y"))


def test_excels_own_first_line_names_the_delimiter() -> None:
    assert parse(FileKind.CSV, b"sep=;\r\na;b,c\r\n1;2\r\n", "a.csv").rows == (("a", "b,c"), ("1", "2"))


def test_one_column_is_a_table_too() -> None:
    assert parse(FileKind.CSV, b"place\nDenver\nAlbany\n", "a.csv").rows == (("place",), ("Denver",), ("Albany",))


def test_rows_are_handed_on_as_they_are_with_the_numbers_that_a_spreadsheet_shows() -> None:
    document = parse(FileKind.CSV, b"place,state\n\nDenver,=1+1\nChicago, Illinois,IL\n\n", "a.csv")
    assert document.rows == (("place", "state", ""), ("", "", ""), ("Denver", "=1+1", ""), ("Chicago", "Illinois", "IL"))


def test_quotes_that_do_not_end_are_refused_with_their_line() -> None:
    with pytest.raises(CaseError, match=r"a\.csv is not a CSV table: line 3"):
        parse(FileKind.CSV, b'place,state\n"Denver,CO\nAlbany,NY\n', "a.csv")


def test_cells_of_excel_read_as_they_mean() -> None:
    cells = [
        date(2018, 2, 23),
        datetime(2018, 2, 23, 17, 0),  # noqa: DTZ001
        time(9, 30),
        3.0,
        0.5,
        12,
        True,
        None,
        "a\nb",
    ]
    [_, row] = parse(FileKind.XLSX, samples.xlsx([[str(n) for n in range(9)], cells]), "a.xlsx").rows
    assert row == ("2018-02-23", "2018-02-23 17:00", "09:30", "3", "0.5", "12", "TRUE", "", "a b")


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ("yyyy-mm-dd", "2018-02-23"),
        ("m/d/yy", "2018-02-23"),
        ('d" hours of "mmmm yyyy', "2018-02-23"),
        ("[$-409]d-mmm-yy;@", "2018-02-23"),
        ("dddd\\, mmmm d\\, yyyy\\s", "2018-02-23"),
        ("[Red]yyyy-mm-dd", "2018-02-23"),
        ("yyyy-mm-dd h:mm", "2018-02-23 00:00"),
        ("m/d/yyyy hh:mm:ss", "2018-02-23 00:00"),
        ("[$-409]m/d/yy h:mm AM/PM;@", "2018-02-23 00:00"),
    ],
)
def test_midnight_is_a_time_only_where_the_cell_shows_one(number_format: str, shown: str) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    cell = book.active.cell(1, 1, datetime(2018, 2, 23))  # noqa: DTZ001
    cell.number_format = number_format
    assert parse(FileKind.XLSX, samples.saved(book.save), "a.xlsx").rows == ((shown,),)


def test_a_time_of_midnight_in_a_cell_of_its_own_is_one() -> None:
    assert parse(FileKind.XLSX, samples.xlsx([["a", "b"], ["x", time(0)]]), "a.xlsx").rows[1] == ("x", "00:00")


def test_rows_that_excel_does_not_show_are_named() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for name in ("place", "shown", "filtered", "by hand", "", "grouped", "shown too"):
        sheet.append([name])
    sheet.auto_filter.ref = "A1:A7"
    sheet.auto_filter.add_filter_column(0, ["shown"])
    for number in (3, 4, 5):
        sheet.row_dimensions[number].hidden = True
    sheet.row_dimensions.group(6, 6, hidden=True)
    parsed = parse(FileKind.XLSX, samples.saved(book.save), "a.xlsx")
    assert parsed.hidden_rows == (3, 4, 6), "a hidden row without a word is none"
    assert parse(FileKind.XLSX, samples.xlsx([["place"], ["shown"]]), "a.xlsx").hidden_rows == ()


@pytest.mark.parametrize("garbled", ["RÃ\u00ado Arriba", "voilÃ\u00a0", "CAÃ\u0091ON", "DoÃ±a  Ana", "Do\ufffda"])
def test_a_garbled_cell_keeps_what_shows_that_it_is(garbled: str) -> None:
    [_, [cell]] = parse(FileKind.CSV, f"place\n{garbled}\n".encode(), "a.csv").rows
    assert as_meant(cell) == as_meant(garbled.replace("  ", " "))


def test_the_first_sheet_that_shows_something_is_read() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "empty"
    for title, state in (("lists", "hidden"), ("letters", "visible"), ("more", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append([title])
    assert parse(FileKind.XLSX, samples.saved(book.save), "a.xlsx").text == "letters"


def test_a_formula_without_a_result_is_refused_as_it_would_read_as_empty() -> None:
    with pytest.raises(CaseError, match=r"a\.xlsx, row 2, has a formula without a result: open it in Excel and save it"):
        parse(FileKind.XLSX, samples.xlsx([["due"], ["=A1+30"]]), "a.xlsx")


def test_a_formula_counts_with_the_result_that_is_stored() -> None:
    book = samples.xlsx([["due"], ["x"]])
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1">%s'
    sheet += b"</c></row></sheetData></worksheet>"
    document = parse(
        FileKind.XLSX, samples.with_part(book, "xl/worksheets/sheet1.xml", sheet % b"<f>1+1</f><v>2</v>"), "a.xlsx"
    )
    assert document.rows == (("2",),)


def test_a_table_with_too_many_columns_is_refused() -> None:
    with pytest.raises(CaseError, match=f"more than {MOST_COLUMNS} columns"):
        parse(FileKind.CSV, ",".join("x" * (MOST_COLUMNS + 1)).encode(), "a.csv")


def test_a_table_of_many_short_rows_and_one_long_one_is_refused() -> None:
    content = ",".join("x" * MOST_COLUMNS) + "\n" + "x\n" * 20_000
    with pytest.raises(CaseError, match="more than 2,000,000 cells"):
        parse(FileKind.CSV, content.encode(), "a.csv")


# JSON


def test_json_that_is_no_table_is_read_as_its_text() -> None:
    content = json.dumps({"title": "Letter", "body": "by Feb. 23"}).encode()
    document = parse(FileKind.JSON, content, "a.json")
    assert (document.text, document.rows) == (content.decode(), ())


def test_a_record_file_is_refused_with_the_way_to_record_it() -> None:
    with pytest.raises(CaseError, match="is a Letterwatch record file; record it with: letterwatch import FILE"):
        parse(FileKind.JSON, b'{"format": "letterwatch record 1"}', "a.json")


@pytest.mark.parametrize("content", [b"{", b"[1,]", b"NaN", b'{"a": 1, "a": 2}', b"[" * 100_000, b""])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(CaseError, match=r"^a\.json is not .*JSON"):
        parse(FileKind.JSON, content, "a.json")


def test_numbers_of_json_stay_as_they_are_written() -> None:
    assert parse(FileKind.JSON, b'[{"n": 1.50, "m": 123456789012345678901234567890}]', "a").rows[1] == (
        "1.50",
        "123456789012345678901234567890",
    )


# Word


def test_tracked_changes_are_read_as_accepted_and_hidden_text_is_not() -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = (
        f"<w:document {w}><w:body><w:p><w:r><w:t xml:space='preserve'>Answer by </w:t></w:r>"
        "<w:del><w:r><w:delText>February 9</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>February 23</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> or never</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>in a content control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "</w:body></w:document>"
    )
    document = parse(FileKind.DOCX, samples.with_part(samples.docx(), "word/document.xml", body.encode()), "a.docx")
    assert document.text == "Answer by February 23\n\nin a content control"


def test_the_letterhead_comes_first_and_tables_have_a_line_a_row() -> None:
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "U.S. Department of Justice"
    document.add_paragraph("Dear Mayor,")
    grid = document.add_table(2, 2)
    for cell, words in zip(
        [grid.cell(r, c) for r in range(2) for c in range(2)], ("Denver", "CO", "Albany", "NY"), strict=True
    ):
        cell.text = words
    frame = document.add_table(1, 1).cell(0, 0)
    frame.text = "in a\nframe"
    parsed = parse(FileKind.DOCX, samples.saved(document.save), "a.docx")
    assert parsed.text == "U.S. Department of Justice\n\nDear Mayor,\n\nDenver\tCO\nAlbany\tNY\n\nin a\nframe"


def test_lists_in_the_cells_of_a_frame_and_in_a_text_box_keep_their_lines() -> None:
    import docx
    from docx.oxml import parse_xml

    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    box = "".join(f"<w:p><w:r><w:t>{place}</w:t></w:r></w:p>" for place in ("Albany", "Berkeley"))
    document = docx.Document()
    frame = document.add_table(1, 2)
    frame.cell(0, 0).text, frame.cell(0, 1).text = "Chicago\nDenver\nFremont", "Sonoma\nVermont"
    document.add_paragraph("To:")._p.append(parse_xml(f"<w:r {w}><w:txbxContent>{box}</w:txbxContent></w:r>"))
    parsed = parse(FileKind.DOCX, samples.saved(document.save), "a.docx")
    lines = ["Chicago", "Denver", "Fremont", "Sonoma", "Vermont", "To:", "Albany", "Berkeley"]
    assert [line for line in parsed.text.split("\n") if line] == lines
