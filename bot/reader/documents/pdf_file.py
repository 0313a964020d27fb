"""The text of a PDF in reading order: paragraphs, list entries a line each, rows of tables with tabs between their cells."""

from __future__ import annotations

from typing import Any

from bot.reader.documents.limits import MOST_CHARACTERS, MOST_PAGES
from bot.reader.documents.parsed_file import TOO_LONG, ParsedFile, of_text
from bot.reader.documents.pdf.columns import in_order
from bot.reader.documents.pdf.margins import without_margins
from bot.reader.documents.pdf.paragraphs import text_of
from bot.reader.documents.pdf.rows import Row, rows_of
from bot.reader.documents.pdf.struck import mark_struck, without_struck
from bot.reader.documents.pdf.words import PageWords, words_of
from bot.record.errors import CaseError

LOCKED = "{} is encrypted: save it without a password; printing it to a new PDF does that."
COVERED = 0.4  # of a page that a picture covers, for the page to be one
FEW = 12  # letters on such a page: a stamp


def parse(content: bytes, name: str) -> ParsedFile:
    """CaseError if it is locked, too long, or contains only pictures of text."""
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as failure:
        if failure.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise CaseError(LOCKED.format(name)) from failure
        raise
    with document:
        return _read(document, name)


def _read(document: Any, name: str) -> ParsedFile:
    count = len(document)
    if count > MOST_PAGES:
        raise CaseError(f"{name} has {count:,} pages; the limit is {MOST_PAGES}. Keep only the part with the letter.")
    pages = _pages(document, name)
    read = [(page, rows_of(page.words, page.down)) for number, page in pages]
    kept = without_margins([(page.height, rows) for page, rows in read])
    pictures = _pictures([(number, page, rows) for (number, page), rows in zip(pages, kept, strict=True)])
    if not any(page.letters for _, page in pages):
        raise CaseError(_no_text(name, count, len(pictures)))
    lines = [in_order(rows, page) for (page, _), rows in zip(read, kept, strict=True)]
    text = of_text(without_struck(text_of(lines)), name)
    return ParsedFile(text.text, pages=count, pictures=pictures)


def _pages(document: Any, name: str) -> list[tuple[int, PageWords]]:
    """The words of each page, with its number."""
    pages: list[tuple[int, PageWords]] = []
    size = 0
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        size += textpage.count_chars()
        if size > MOST_CHARACTERS:
            raise CaseError(TOO_LONG.format(name))
        for part in words_of(page, textpage):
            mark_struck(part)
            pages.append((number + 1, part))
        textpage.close()
        page.close()
    return pages


def _pictures(pages: list[tuple[int, PageWords, list[Row]]]) -> tuple[int, ...]:
    """The numbers of the pages that are pictures, with at most a stamp or a page number as text."""
    letters: dict[int, int] = {}
    for number, page, rows in pages:
        written = sum(sum(map(str.isalnum, row.text)) for row in rows)
        letters[number] = letters.get(number, 0) + (written if page.pictured > COVERED else FEW + 1)
    return tuple(number for number, written in letters.items() if written <= FEW)


def _no_text(name: str, pages: int, pictures: int) -> str:
    if pictures == pages:
        what = "its page is a picture" if pages == 1 else f"all {pages} pages are pictures"
        return f"{name} contains no text: {what}, such as a scan. Run text recognition first, or paste its text."
    return f"{name} contains no text; it may be a scan: run text recognition first."
