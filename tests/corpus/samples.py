"""The same letter as a file of every kind, and files that mean harm; made by the libraries people make them with."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


def pdf(lines: Sequence[str], pages: int = 1) -> bytes:
    """A PDF with those lines on each page, in a font that every reader has."""
    shown = " ".join(f"({line.replace('(', '[').replace(')', ']')}) Tj T*" for line in lines)
    drawn = zlib.compress(f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET".encode("cp1252"))
    return _pdf([drawn], [0] * pages)


@dataclass(frozen=True)
class Words:
    """A piece of text on a page of a PDF: where it begins, in points from the top left corner."""

    x: float
    y: float
    text: str
    size: float = 11
    #: Quarter turns to the left.
    turns: int = 0


@dataclass(frozen=True)
class Box:
    """The frame of a box on a page: a line, if it has no height or no width. Black all over, if it is a scan."""

    x0: float
    y0: float
    x1: float
    y1: float
    is_scan: bool = False


HELVETICA = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
    b"/Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [24 /fi /fl] >> >>"
)
Drawn = Words | Box
SCAN = Box(0, 0, 612, 792, is_scan=True)


def placed_pdf(*pages: Sequence[Drawn], rotate: int = 0) -> bytes:
    """A PDF whose pages show each piece at its place. `rotate`: by how many degrees to the right a reader turns the pages."""
    contents = [zlib.compress("\n".join(map(_drawn, page)).encode("cp1252")) for page in pages]
    return _pdf(contents, list(range(len(pages))), rotate)


def _drawn(piece: Drawn) -> str:
    if isinstance(piece, Box):
        corner = f"{piece.x0} {792 - piece.y1} {piece.x1 - piece.x0} {piece.y1 - piece.y0}"
        if not piece.is_scan:
            return f"{corner} re S"
        x, y, width, height = corner.split()
        return f"q {width} 0 0 {height} {x} {y} cm /Scan Do Q"
    right, up = ((1, 0), (0, 1), (-1, 0), (0, -1))[piece.turns % 4]
    text = piece.text.translate({0xFB01: 24, 0xFB02: 25}).replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 {piece.size} Tf {right} {up} {-up} {right} {piece.x} {792 - piece.y} Tm ({text}) Tj ET"


def _pdf(contents: Sequence[bytes], shown: Sequence[int], rotate: int = 0) -> bytes:
    """A PDF of deflated contents; `shown`: the number of the content of each page."""
    kids = " ".join(f"{number} 0 R" for number in range(5 + len(contents), 5 + len(contents) + len(shown)))
    shows = b"/Resources << /Font << /F1 3 0 R >> /XObject << /Scan 4 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Rotate %d /Contents %d 0 R %s >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(shown)} >>".encode(),
        HELVETICA,
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >> "
        b"stream\n\x00\nendstream",
        *(b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(content), content) for content in contents),
        *(page % (rotate, 5 + number, shows) for number in shown),
    ]
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, the first of which is its catalog."""
    out, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    listed = b"".join(b"%010d 00000 n \n" % start for start in starts)
    table_of = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, listed)
    return out + table_of + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))


def nested_pdf(depth: int) -> bytes:
    """A PDF whose page draws a form twice, which draws another one twice, and so on: words without end in some kilobytes."""
    start, fonts = b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] ", b"/Resources << /Font << /F1 3 0 R >> >>"
    forms = [
        start
        + b"/Resources << /XObject << /Form %d 0 R >> >> /Length 18 >> stream\n/Form Do /Form Do \nendstream" % (number + 1)
        for number in range(6, 6 + depth)
    ]
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /XObject << /Form 6 0 R >> >> >>"
    )
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            HELVETICA,
            page,
            b"<< /Length 9 >> stream\n/Form Do \nendstream",
            *forms,
            start + fonts + b" /Length 36 >> stream\nBT /F1 9 Tf 50 700 Td (words) Tj ET  \nendstream",
        ]
    )


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
