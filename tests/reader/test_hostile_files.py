"""Bad files each give one clear line: no exception of a library's, no memory gone, no time gone, no child left behind."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.cli.main import main
from bot.reader.documents import MOST_BYTES, child_process, content_of, from_file, kinds, pdf_file, worker
from bot.reader.documents.kinds import FileKind
from bot.reader.documents.parsers import parse
from bot.record.errors import CaseError
from tests.corpus import samples

NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)
OLD_OFFICE = kinds.OLD_OFFICE + bytes(600)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PAGE = b"<!DOCTYPE html><html><body>Log in</body></html>"
MB = 1_000_000
Content = bytes | Callable[[], bytes]


def made(content: Content) -> bytes:
    """Large files are made by their own test, not by each process that collects the tests."""
    return content if isinstance(content, bytes) else content()


async def refusal(name: str, content: bytes) -> str:
    with pytest.raises(CaseError) as refused:
        await from_file(name, content, NOW)
    line = str(refused.value)
    assert "\n" not in line
    assert name.split("/")[-1][:20] in line
    return line


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"no PDF", "a.pdf is not a PDF, despite its name (.pdf). It may be damaged: get a new copy."),
        ("a.docx", b"no Word", "a.docx is not a Word file (docx), despite its name (.docx). It may be damaged"),
        ("a.pdf", PAGE, "a.pdf is an HTML page, despite its name (.pdf)"),
        ("a.csv", PAGE, "a.csv is an HTML page"),
        ("a.txt", samples.pdf(["x"]), "a.txt is a PDF, despite its name (.txt): give it the right ending."),
        ("a.txt", samples.docx(), "a.txt is a packed file (zip), despite its name (.txt): unpack it first."),
        ("a.pdf", PNG, "a.pdf is a picture, despite its name (.pdf): run text recognition first, or paste its text."),
        ("a.png", PNG, "a.png is a kind of file that cannot be read. Files that can be read: txt, html, pdf, docx,"),
        ("letter", b"Dear Mayor", "letter is a kind of file that cannot be read. Files that can be read: txt"),
        ("a.zip", samples.docx(), "a.zip is a kind of file that cannot be read"),
        ("a.doc", OLD_OFFICE, "a.doc is an old Office file: save it as .docx."),
        ("a.xls", OLD_OFFICE, "a.xls is an old Office file: save it as .xlsx."),
        ("a.rtf", b"{\\rtf1 x}", "a.rtf is an RTF file: save it as .docx."),
        ("a.docx", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a.docx is protected by a password"),
        ("a.txt", b"Dear\x00Mayor", "a.txt is not a text file: byte 5 is NUL."),
        ("a.txt", "Denver".encode("utf-32"), "a.txt is not a text file: it contains NUL characters."),
        ("a.txt", b" \n", "a.txt contains no text."),
        ("a.txt", b"", "a.txt is empty."),
        ("folder/a.txt", b"", "a.txt is empty."),
        ("a.txt", b"x" * 2_000_001, "a.txt has more than 2,000,000 characters of text"),
    ],
)
async def test_what_is_not_what_it_is_called_or_is_not_read_is_told_so(name: str, content: bytes, message: str) -> None:
    assert (await refusal(name, content)).startswith(message)


def test_a_row_of_comments_is_looked_through_once() -> None:
    assert kinds.of_file("a.txt", b"<!---->" * 500 + b"x") is FileKind.TEXT  # an endless search would stop the bot itself
    with pytest.raises(CaseError, match="is an HTML page"):
        kinds.of_file("a.txt", b"<!-- a --> <!-- b -->\n<html>")


async def test_a_file_that_is_too_large_is_refused_by_its_size() -> None:
    assert await refusal("a.pdf", bytes(MOST_BYTES + 1)) == "a.pdf is 25.0 MB; the limit is 25 MB."


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    with file.open("wb") as sparse:
        sparse.truncate(200 * MB)
    with pytest.raises(CaseError, match=r"a\.pdf is 200\.0 MB; the limit is 25 MB\."):
        content_of(file)


def test_a_file_that_is_not_there_or_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"none\.pdf cannot be read: No such file"):
        content_of(tmp_path / "none.pdf")
    if Path("/dev/zero").exists():
        with pytest.raises(CaseError, match="the limit is 25 MB"):
            content_of(Path("/dev/zero"))
    (tmp_path / "a.txt").write_bytes(b"x")
    assert content_of(tmp_path / "a.txt") == b"x"


def test_a_path_is_told_in_one_line_and_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as refused:
        content_of(tmp_path / "a\nb\x1b[31m.txt")
    assert str(refused.value).endswith("a b?[31m.txt cannot be read: No such file or directory.")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "a.txt")
        with pytest.raises(CaseError, match=r"a\.txt is a pipe, not a file"):
            content_of(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("www.example.org/letter", "www.example.org/letter is not a file. If it is a web address, write https:// before it."),
        ("example.org/letter", "example.org/letter is not a file. If it is a web address, write https:// before it."),
        ("ftp://example.org/letter", "“ftp://example.org/letter” is not a web address; it begins with https:// or http://."),
        ("file:///etc/passwd", "“file:///etc/passwd” is not a web address; it begins with https:// or http://."),
        ("https:example.org", "“https:example.org” is not a web address; it begins with https:// or http://."),
        (" https://localhost/", "localhost is not on the public Internet; only public web pages are read."),
        ("none.txt", "none.txt cannot be read: No such file or directory."),
    ],
)
def test_an_address_typed_otherwise_is_told_how_to_write_it(
    typed: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", typed]) == 1
    assert capsys.readouterr().err == f"{message}\n"


def test_a_closed_input_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["extract", "-"]) == 1
    assert capsys.readouterr().err == "Standard input is closed; nothing can be read from it.\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.4\n" + b"garbage" * 50, "damaged or not a PDF that can be read"),
        (samples.pdf(samples.LINES)[:400], "damaged or not a PDF that can be read"),
        (samples.pdf([]), "contains no text; it may be a scan: run text recognition first."),
        (samples.locked_pdf("secret"), "is encrypted: save it without a password; printing it to a new PDF does that."),
        (samples.aes_pdf(), "is encrypted"),
        (samples.pdf(["x"], pages=501), "has 501 pages; the limit is 500."),
        (samples.nested_pdf(60), "takes too long or too much memory to read"),
        (samples.placed_pdf([samples.SCAN]), "contains no text: its page is a picture, such as a scan. Run text"),
        (samples.placed_pdf(*[[samples.SCAN]] * 3), "contains no text: all 3 pages are pictures, such as a scan."),
    ],
)
async def test_a_bad_pdf_is_told_what_is_wrong_with_it(content: Content, message: str) -> None:
    assert message in await refusal("a.pdf", made(content))


def test_a_pdf_with_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content, most = samples.pdf(["twenty characters..."], pages=3), 50
    monkeypatch.setattr(pdf_file, "MOST_CHARACTERS", most)
    with pytest.raises(CaseError, match=r"a\.pdf has more than .* characters of text"):
        parse(FileKind.PDF, content, "a.pdf")


async def test_a_pdf_that_only_forbids_changes_is_read() -> None:
    assert samples.PLACES[0] in (await from_file("a.pdf", samples.locked_pdf(""), NOW)).text


def with_secret_entry(archive: bytes) -> bytes:
    """The archive with the mark of encryption on every entry."""
    marked = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(signature)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(signature, at + 4)
    return bytes(marked)


BOMB = "unpacks to far more than any letter or table"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.docx", lambda: samples.with_part(samples.docx(), "word/document.xml", bytes(MB), 40), BOMB),
        ("a.xlsx", lambda: samples.with_part(samples.xlsx([["x"]]), "xl/worksheets/sheet1.xml", b" " * MB, 40), BOMB),
        ("a.xlsx", samples.docx(), "a.xlsx is not an Excel file (xlsx), despite its name."),
        ("a.docx", samples.docx()[:-40], "a.docx is damaged: get a new copy."),
        ("a.docx", with_secret_entry(samples.docx()), "a.docx is protected by a password"),
        (
            "a.docx",
            samples.with_part(samples.docx(), "word/document.xml", b"<w:document"),
            "a.docx is damaged or not a Word file",
        ),
        (
            "a.xlsx",
            samples.with_part(samples.xlsx([["x"]]), "xl/workbook.xml", b"<broken"),
            "a.xlsx is damaged or not an Excel",
        ),
        ("a.xlsx", samples.xlsx([]), "a.xlsx contains no text."),
    ],
)
async def test_a_bad_office_file_is_told_what_is_wrong_with_it(name: str, content: Content, message: str) -> None:
    assert message in await refusal(name, made(content))


def test_entities_that_multiply_and_files_that_a_document_names_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    start = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    body = f"{start}<w:document {w}><w:body><w:p><w:r><w:t>letter &s; &e11;</w:t></w:r></w:p></w:body></w:document>"
    try:
        text = parse(FileKind.DOCX, samples.with_part(samples.docx(), "word/document.xml", body.encode()), "a.docx").text
    except CaseError:
        text = ""
    assert "secret" not in text
    assert len(text) < 100


def test_sizes_are_added_up_before_anything_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "x")
    lying = out.getvalue().replace(b"\x01\x00\x00\x00\x11\x00", b"\xff\xff\xff\x7f\x11\x00")  # its directory says 2 GB
    with pytest.raises(CaseError, match=BOMB):
        parse(FileKind.DOCX, lying, "a.docx")


# The child


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc on this system to find children in")


@needs_proc
async def test_a_file_that_takes_too_long_is_given_up_and_its_child_is_gone() -> None:
    others = children()
    with pytest.raises(CaseError, match=r"a\.html takes too long or too much memory to read"):
        await child_process.parse(FileKind.HTML, samples.html(), "a.html", seconds=0.01)
    assert children() <= others


async def test_a_file_that_needs_too_much_memory_is_given_up() -> None:
    hungry = b"[" + b"{}," * 3 * MB + b"{}]"
    with pytest.raises(CaseError, match=r"a\.json takes too long or too much memory to read"):
        await child_process.parse(FileKind.JSON, hungry, "a.json", memory=200 * MB)


@needs_proc
async def test_who_waits_no_longer_leaves_no_child_behind() -> None:
    others = children()
    reading = asyncio.create_task(child_process.parse(FileKind.HTML, samples.html(), "a.html"))
    while children() <= others:
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children() <= others


async def test_the_child_is_given_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    assert "secret" not in str(child_process._environment())


def children() -> set[str]:
    """Processes of this one that still run; a test before may have left helpers of `multiprocessing` behind."""
    me = str(os.getpid())
    return {entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit() and _parent(entry) == me}


def _parent(entry: Path) -> str:
    try:
        state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if state == "Z" else parent


def test_the_child_answers_in_json_what_it_found_or_refused() -> None:
    order = {"kind": FileKind.CSV.value, "name": "a.csv", "charset": ""}
    assert json.loads(worker.parsed(order, b"a,b\n1,2\n"))["rows"] == [["a", "b"], ["1", "2"]]
    assert json.loads(worker.parsed(order, b"\xff"))["refused"].startswith("a.csv is not in UTF-8")


def test_the_bot_itself_never_loads_the_libraries_that_parse() -> None:
    heavy = "{'trafilatura', 'lxml', 'pypdfium2', 'pypdfium2_raw', 'docx', 'openpyxl', 'httpx'}"
    checked = f"import sys, bot.reader.documents, bot.reader.documents.child_process as c; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", checked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# Any bytes at all

GOOD = {
    "a.txt": samples.text(),
    "a.html": samples.html(),
    "a.pdf": samples.pdf(samples.LINES),
    "a.docx": samples.docx(),
    "a.xlsx": samples.xlsx(samples.TABLE),
    "a.csv": samples.table(),
    "a.json": samples.objects(),
}


def read(name: str, content: bytes) -> None:
    """Nothing but a CaseError, in one line."""
    try:
        parsed = parse(kinds.of_file(name, content), content, name)
    except CaseError as refused:
        assert len(str(refused).splitlines()) == 1
    else:
        parsed.text.encode()
        assert "\x00" not in parsed.text


@given(st.sampled_from(sorted(GOOD)), st.binary(max_size=300))
@example("a.html", b"<html>\x00")
@example("a.csv", b"\x00")
@example("a.json", b'"\\ud800"')
def test_any_bytes_under_any_name_are_read_or_refused(name: str, content: bytes) -> None:
    read(name, content)


@given(st.text(), st.sampled_from([*kinds.SUFFIXES, "", ".exe"]), st.binary(max_size=50))
def test_any_name_can_stand_in_a_line(name: str, suffix: str, content: bytes) -> None:
    assert "\n" not in kinds.shown(name + suffix)
    assert 0 < len(kinds.shown(name + suffix)) <= kinds.LONGEST_NAME
    try:
        kinds.of_file(name + suffix, content)
    except CaseError as refused:
        assert len(str(refused).splitlines()) == 1


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_good_file_with_damage_is_read_or_refused(name: str, data: st.DataObject) -> None:
    good = GOOD[name]
    at = data.draw(st.integers(0, len(good)))
    read(name, good[:at] + data.draw(st.binary(max_size=20)) + good[at + data.draw(st.integers(0, 200)) :])
