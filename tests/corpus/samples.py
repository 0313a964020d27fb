"""The same letter as a file of every kind, and files that mean harm; made by the libraries people make them with."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import cache

PARAGRAPHS = (
    "The Department of Justice sent the attached letters to three jurisdictions.",
    "They shall produce the documents listed in the letter by February 23, 2018.",
    "The letters went to the following jurisdictions:",
)
PLACES = ("Chicago, Illinois;", "City and County of Denver, Colorado; and", "State of California.")
LINES = [*PARAGRAPHS, *(f"• {place}" for place in PLACES)]
TABLE = [
    ["jurisdiction", "state", "deadline", "pages"],
    ["Denver", "CO", "2018-02-23", "3"],
    ["Cook County, Ill.", "IL", "", "1.5"],
]


def text() -> bytes:
    return "\n\n".join([*PARAGRAPHS, "\n".join(LINES[3:])]).encode()


def html(head: str = "<title>A letter</title>", before: str = "", after: str = "") -> bytes:
    items = "".join(f"<li>{place}</li>" for place in PLACES)
    inner = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + f"<ul>{items}</ul>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{before}<article>{inner}</article>{after}</body></html>".encode()


@cache
def docx() -> bytes:
    import docx as word

    document = word.Document()
    for paragraph in PARAGRAPHS:
        document.add_paragraph(paragraph)
    for place in PLACES:
        document.add_paragraph(place, style="List Bullet")
    return saved(document.save)


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book.save)


def table() -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(TABLE)
    return written.getvalue().encode()


def objects() -> bytes:
    return json.dumps([dict(zip(TABLE[0], row, strict=True)) for row in TABLE[1:]]).encode()


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def pdf(lines: Sequence[str], pages: int = 1, packed: bytes | None = None) -> bytes:
    """A PDF with those lines on each page, in a font that every reader has. `packed`: a deflated page instead."""
    shown = " ".join(f"({line.replace('(', '[').replace(')', ']')}) Tj T*" for line in lines)
    drawn = packed if packed is not None else zlib.compress(f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET".encode("cp1252"))
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + pages))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(drawn), drawn),
        *[page] * pages,
    ]
    out, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    listed = b"".join(b"%010d 00000 n \n" % start for start in starts)
    table_of = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, listed)
    return out + table_of + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))


def locked_pdf(password: str) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(LINES)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    return saved(writer.write)


def aes_pdf() -> bytes:
    """One that is encrypted as newer programs do it."""
    strings = b"/O <%b> /U <%b> /OE <%b> /UE <%b> /Perms <%b>" % tuple(b"00" * size for size in (48, 48, 32, 32, 16))
    way = b"/CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF"
    lock = b"/ID [<00><00>] /Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -44 %b %b >>" % (strings, way)
    return pdf(LINES).replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock)


def with_part(archive: bytes, part: str, content: bytes, times: int = 1) -> bytes:
    """The archive with that entry's content replaced by `content`, so many times over."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry, old.read(entry))
        with new.open(part, "w") as written:
            for _ in range(times):
                written.write(content)
    return out.getvalue()
