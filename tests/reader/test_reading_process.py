"""Letters are read in child processes: the same draft as at home, within limits, and nothing of it in the bot's own time."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import draft_reading, letter_reader
from bot.desk.letter_reader import LetterRead, LetterReader
from bot.desk.reading_answer import ReadingAnswer, dumped, loaded
from bot.reader.document import DocumentFile
from bot.reader.documents import child_process, file_of, file_of_text, from_text
from bot.reader.documents.child_process import Child, answer_of, ended, turn
from bot.reader.documents.kinds import FileKind
from bot.reader.documents.limits import AT_ONCE, MEMORY
from bot.reader.draft import Draft, Found, MentionedPlace, Recipient, Seen
from bot.reader.extract import whole_text
from bot.reader.gazetteer import gazetteer
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.periods import Period, Unit
from bot.record.deadlines.steps import Step
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.questions import (
    DayReading,
    DeadlineReading,
    LetterKind,
    NameReading,
    PlaceReading,
    Question,
    QuestionKind,
    Span,
)
from bot.record.sources import Source
from tests.corpus import government_files, samples
from tests.turns import threads_noted

NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
TEXT = (
    "The harbor office on January 22, 2018 wrote to Boulder, Colorado. The city must produce the records "
    "by February 23, 2018, or face a subpoena."
)
LETTER = file_of_text(TEXT, NOW)
PAGE = file_of("letter.html", samples.html(), NOW)

ORDER = {"name": "a.html", "kind": FileKind.HTML.value, "is_last": False}

# Answers

texts = st.text(max_size=12)
names = texts.filter(str.strip)
spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 9), st.integers(1, 9))
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from([ZONE, ZoneInfo("UTC"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/St_Johns")])
periods = st.builds(Period, st.integers(1, 99), st.sampled_from(Unit), backward=st.booleans())


def few(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(one, max_size=2).map(tuple)


for kind, strategy in ((date, days), (datetime, moments), (Period, periods), (str, texts)):
    st.register_type_strategy(kind, strategy)
steps = st.one_of([st.from_type(step) for step in get_args(Step)])
deadlines = st.builds(
    Deadline,
    days,
    zones,
    st.none() | st.times().map(lambda time: time.replace(microsecond=0, fold=0)),
    texts,
    st.none() | periods,
    few(steps),
    st.none() | days | moments,
    texts,
    texts,
)
places = st.builds(Jurisdiction, st.integers(0, 9), names, st.sampled_from(PlaceKind), texts, few(texts), texts, texts)
recipients = st.builds(
    Recipient,
    texts,
    st.none() | st.sampled_from(PlaceKind),
    st.none() | texts,
    few(texts),
    st.none() | texts,
    st.none() | spans,
    st.none() | texts,
    few(places),
    st.none() | st.sampled_from(LetterKind),
    st.none() | deadlines,
    st.booleans(),
)
readings = st.one_of(
    st.builds(NameReading, texts | st.just("2018-02-23"), st.none() | spans, texts),
    st.builds(DayReading, days, st.none() | spans),
    st.builds(DeadlineReading, deadlines, st.none() | spans, texts),
    st.builds(PlaceReading, places, st.none() | spans),
)
questions = st.builds(
    Question,
    st.sampled_from(QuestionKind),
    st.none() | spans,
    few(readings),
    texts,
    *[st.none() | days] * 3,
    few(texts),
    few(texts),
    st.none() | st.integers(0, 9),
    few(st.integers(0, 9)),
    st.none() | st.integers(0, 9),
    texts,
)


def found(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(Found, value, st.none() | spans, st.none() | texts)


drafts = st.builds(
    Draft,
    st.text(),
    st.builds(Source, names, texts, texts, texts, texts, texts),
    texts,
    authority=st.none() | found(texts),
    letter_date=st.none() | found(days),
    deadline=st.none() | found(deadlines),
    demand=st.none() | found(texts),
    legal_basis=few(found(texts)),
    threatened=few(found(texts)),
    recipients=few(recipients),
    cleared=few(recipients),
    mentioned=few(st.builds(MentionedPlace, recipients, st.floats(0, 1), texts, st.none() | st.integers(0, 9))),
    seen=st.builds(Seen, *[st.integers(0, 9)] * 5),
    stated_count=st.none() | found(st.integers(0, 9)),
    questions=few(questions),
)


@settings(max_examples=50)
@given(st.builds(ReadingAnswer, st.none() | drafts, st.booleans(), few(st.integers(1, 99)), texts))
def test_an_answer_is_the_same_after_its_way(answer: ReadingAnswer) -> None:
    assert loaded(dumped(answer)) == answer


def test_each_field_of_a_draft_is_tried() -> None:
    tried = {"text", "source", "title", "authority", "letter_date", "deadline", "demand", "legal_basis", "threatened"}
    tried |= {"recipients", "cleared", "mentioned", "seen", "stated_count", "questions"}
    assert tried == set(Draft.__dataclass_fields__)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner)
)


@settings(max_examples=50)
@given(st.binary(max_size=50) | JSON.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    try:
        answer = loaded(body)
    except ValueError:
        return
    assert answer == ReadingAnswer(), "an empty object is an answer without a draft, which is none"


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"draft": {"text": 1}}', b'{"draft": {"text": "x", "source": {"title": ""}}}']
)
def test_an_answer_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        loaded(body)


@pytest.mark.parametrize(
    "lie", ["nothing", "a size below nothing", "a size without end", "less than it says", "a line without end"]
)
async def test_a_child_that_does_not_answer_as_it_should_is_given_up(lie: str) -> None:
    child = Child("tests.reader.lying_child", {"lie": lie})
    with pytest.raises((RuntimeError, CaseError)):
        await answer_of(child, ORDER, b"x" * 100_000, seconds=10)
    assert not child.is_ready


@pytest.mark.parametrize("lie", ["no JSON", "a size that is none"])
async def test_a_child_that_answers_nonsense_is_ended(lie: str) -> None:
    child = Child("tests.reader.lying_child", {"lie": lie})
    with pytest.raises(ValueError, match=r".+"):
        await answer_of(child, ORDER, b"")
    assert not child.is_ready


@pytest.mark.parametrize(("is_broken", "text"), [(False, b"words that no rule knows"), (True, b"rules that cannot be loaded")])
async def test_an_error_of_ours_is_in_the_log_with_where_it_was_raised(is_broken: bool, text: bytes) -> None:
    child = Child("tests.reader.breaking_child", {"memory": MEMORY, "is_broken": is_broken})
    with pytest.raises(RuntimeError, match=rf"(?s)exit code 1.*Traceback.*LookupError: {text.decode()}"):
        await answer_of(child, ORDER, text)


@pytest.mark.skipif(not hasattr(select, "poll"), reason="this system does not tell a process that a pipe was closed")
async def test_a_child_ends_with_whoever_asked_though_it_is_not_done() -> None:
    child = Child("tests.reader.breaking_child", {"memory": MEMORY, "is_broken": False})
    text = b"without end"
    child._send(json.dumps({**ORDER, "size": len(text)}).encode() + b"\n" + text)
    assert child._process.stdin
    child._process.stdin.close()  # as the system does when this process is killed
    assert await asyncio.to_thread(child._process.wait, 60) == 0
    await ended(child)


# Reading


@pytest.fixture(scope="module")
def shared() -> LetterReader:
    """Its child takes a second to start; each test may use it or end it."""
    return LetterReader()


@pytest.fixture
async def reader(shared: LetterReader) -> AsyncIterator[LetterReader]:
    yield shared


@pytest.fixture(scope="module", autouse=True)
def closed(shared: LetterReader) -> Any:
    yield
    asyncio.run(shared.close())


def pid(reader: LetterReader) -> int:
    """Of the child that is ready."""
    reader.prepare()
    assert reader._ready
    return reader._ready[0].pid


def gone(process: int) -> None:
    """Wait until a process has ended and was taken note of."""
    while not is_gone(process):
        time.sleep(0.005)


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_child_reads_the_same_and_the_bot_reads_nothing(reader: LetterReader, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = draft_reading.read_document(from_text(TEXT, NOW), ZONE)
    assert expected.recipients and expected.deadline
    for module, name in ((draft_reading, "read_document"), (whole_text, "draft_of"), (gazetteer, "gazetteer")):
        monkeypatch.setattr(module, name, None)
    threads = threads_noted(monkeypatch, (letter_reader, "loaded"))
    letter = await reader.read(LETTER, ZONE)
    assert letter == LetterRead(letter.document, expected)
    assert (letter.document.name, letter.document.content, letter.document.text) == ("pasted text", TEXT.encode(), TEXT)
    [thread] = threads["loaded"]
    assert thread.name != "MainThread", "what a child says may be long"


async def test_the_day_of_the_text_and_the_zone_count(reader: LetterReader) -> None:
    text = file_of_text(TEXT.replace("on January 22, 2018", "on Monday"), NOW)
    letter = await reader.read(text, ZoneInfo("Pacific/Honolulu"), date(2018, 1, 24))
    assert letter.draft.letter_date and letter.draft.letter_date.value == date(2018, 1, 22)
    assert letter.draft.deadline and letter.draft.deadline.value.zone.key == "Pacific/Honolulu"


async def test_the_rows_that_a_table_hides_are_part_of_the_answer(reader: LetterReader) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["jurisdiction", "kind", "state"], ["Denver", "city and county", "CO"], ["Boulder", "city", "CO"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    sheet = file_of("a.xlsx", samples.saved(book.save), NOW)
    asked = await reader.read(sheet, ZONE)
    assert (asked.is_table, asked.hidden_rows, asked.draft.text, asked.draft.source.title) == (True, (3,), "", "a.xlsx")


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (file_of_text(" \u200b\n", NOW), "The text contains no text."),
        (file_of("a.txt", "Peña".encode("cp1252"), NOW), "a.txt is not in UTF-8: byte 3"),
        (file_of("a.csv", b"jurisdiction,kind\n=1+1,city\n", NOW), "a.csv: "),
    ],
)
async def test_what_cannot_be_read_is_refused_in_the_same_words(reader: LetterReader, file: DocumentFile, message: str) -> None:
    with pytest.raises(CaseError, match=message.replace("(", r"\(")):
        await reader.read(file, ZONE)


async def test_one_child_reads_texts_and_tables_and_another_takes_the_place_after_a_file(reader: LetterReader) -> None:
    await reader.read(LETTER, ZONE)  # the child of another test may have had another list of governments
    first = pid(reader)
    os.kill(first, signal.SIGINT)  # as Ctrl-C at the bot's terminal does
    table = await reader.read(file_of("a.csv", b"jurisdiction,kind,state\nBoulder,city,CO\n", NOW), ZONE)
    assert ([one.name for one in table.draft.recipients], table.is_table, table.document.rows) == (["Boulder"], True, ())
    assert pid(reader) == first
    page = DocumentFile("example.org/a", FileKind.HTML.value, samples.html(), NOW, url="https://example.org/a")
    source = (await reader.read(page, ZONE)).draft.source
    assert (source.title, source.url, source.read_on) == ("A letter", "https://example.org/a", "2018-01-24")
    assert pid(reader) != first
    assert is_gone(first)


async def test_what_the_bot_itself_uses_does_not_count_as_the_childs_memory() -> None:
    reader = LetterReader(memory=MEMORY // 2)
    held = b"1" * (MEMORY // 3)  # more than half of it, while the child starts
    first = pid(reader)
    await reader.read(LETTER, ZONE)
    assert len(held) > MEMORY // 4 and pid(reader) == first
    await reader.close()


@pytest.fixture
def listed(tmp_path: Path) -> Iterator[Path]:
    """A list of governments that is in use."""
    before, _ = gazetteer.governments_in_use()
    file = tmp_path / "governments.csv"
    file.write_bytes(government_files.listed(*government_files.LINES))
    gazetteer.use_governments(file)
    yield file
    gazetteer.use_governments(before)


async def test_a_list_of_governments_that_was_replaced_is_used_by_the_bot_and_its_child(
    reader: LetterReader, listed: Path
) -> None:
    async def found(name: str) -> tuple[int, int]:
        read = await reader.read(file_of_text(f"A letter dated May 1, 2019 was sent to {name}, Ohio.", NOW), ZONE)
        return sum(bool(one.ocd_id) for one in read.draft.recipients), len(gazetteer.gazetteer().named(name, "OH"))

    assert (await found("Quillton"), await found("Newville")) == ((1, 1), (0, 0))
    before = pid(reader)
    listed.write_bytes(listed.read_bytes().replace(b"quillton", b"newville").replace(b"Quillton", b"Newville"))
    assert len(gazetteer.gazetteer().named("Quillton", "OH")) == 1  # as for the child that is ready
    assert (await found("Newville"), await found("Quillton")) == ((1, 1), (0, 0))
    assert is_gone(before)
    listed.unlink()
    assert (await found("Dayton"), await found("Newville")) == ((1, 1), (0, 0))


@pytest.mark.parametrize(
    "content", [b"no such list", b"id,name,census_geoid\n\xf1\n", b"id,name,census_geoid\n" + b"x" * 200_000]
)
async def test_a_list_of_governments_that_was_broken_is_said(reader: LetterReader, listed: Path, content: bytes) -> None:
    listed.write_bytes(content)
    with pytest.raises(CaseError, match=r"governments\.csv"):
        await reader.read(LETTER, ZONE)
    with pytest.raises(CaseError, match=r"governments\.csv"):
        gazetteer.gazetteer()


# Limits


async def test_a_child_that_is_killed_is_a_refusal_while_it_reads_and_replaced_otherwise(reader: LetterReader) -> None:
    reading = pid(reader)
    os.kill(reading, signal.SIGSTOP)
    asked = asyncio.create_task(reader.read(LETTER, ZONE))
    while reader._ready:
        await asyncio.sleep(0)
    os.kill(reading, signal.SIGKILL)
    with pytest.raises(CaseError, match=r"The text takes too long or too much memory to read. Keep only the part"):
        await asked
    os.kill(pid(reader), signal.SIGKILL)
    assert reader._ready
    reader._ready[0].wait()
    assert (await reader.read(LETTER, ZONE)).draft.recipients


async def test_who_waits_no_longer_leaves_no_child_behind(reader: LetterReader) -> None:
    reading = pid(reader)
    os.kill(reading, signal.SIGSTOP)
    asked = asyncio.create_task(reader.read(LETTER, ZONE))
    while reader._ready:
        await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert is_gone(reading)


async def test_a_text_that_takes_too_long_is_given_up_and_its_child_is_gone() -> None:
    reader = LetterReader(seconds=0.05)
    reading = pid(reader)
    os.kill(reading, signal.SIGSTOP)
    with pytest.raises(CaseError, match=r"letter\.html takes too long or too much memory to read\. Paste the text"):
        await reader.read(PAGE, ZONE)
    assert is_gone(reading)
    await reader.close()


async def test_a_child_that_nobody_needs_is_let_go() -> None:
    reader = LetterReader(kept=0)
    idle = pid(reader)
    while reader._ready:
        await asyncio.sleep(0)
    await asyncio.to_thread(gone, idle)


async def test_a_child_whose_answer_is_none_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lie(*_: object, **__: object) -> bytes:
        return b"no answer"

    reader = LetterReader()
    lying = pid(reader)
    monkeypatch.setattr(letter_reader, "answer_of", lie)
    with pytest.raises(ValueError, match=r".+"):
        await reader.read(LETTER, ZONE)
    assert is_gone(lying) and reader._ready is None


async def test_where_no_child_can_be_started_a_form_opens_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Child:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(letter_reader, "Child", refuse)
    reader = LetterReader()
    reader.prepare()
    with pytest.raises(BlockingIOError):
        await reader.read(LETTER, ZONE)


async def test_who_waits_too_long_for_a_turn_is_told(reader: LetterReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "WAIT", 0)
    async with AsyncExitStack() as others:
        for _ in range(AT_ONCE):
            await others.enter_async_context(turn())
        with pytest.raises(CaseError, match=r"Many other texts are being read now. Try again in a few minutes"):
            await reader.read(LETTER, ZONE)


async def test_no_child_is_started_once_the_bot_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = LetterReader()

    async def answer(*_: object, **__: object) -> bytes:
        await reader.close()
        return dumped(ReadingAnswer(refused="no"))

    monkeypatch.setattr(letter_reader, "answer_of", answer)
    reading = pid(reader)
    with pytest.raises(CaseError, match="no"):
        await reader.read(LETTER, ZONE)
    assert is_gone(reading) and reader._ready is None


async def test_only_a_few_texts_are_read_at_a_time(reader: LetterReader, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, most, gate = 0, 0, asyncio.Event()

    async def answer(*_: object, **__: object) -> bytes:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await gate.wait()
        at_work -= 1
        return dumped(ReadingAnswer(refused="no"))

    monkeypatch.setattr(letter_reader, "answer_of", answer)
    asked = [asyncio.create_task(reader.read(LETTER, ZONE)) for _ in range(5)]
    while at_work < AT_ONCE:
        await asyncio.sleep(0)
    gate.set()
    refused = await asyncio.gather(*asked, return_exceptions=True)
    assert (most, [str(one) for one in refused]) == (AT_ONCE, ["no"] * 5)


def test_the_child_knows_no_database() -> None:
    """It needs neither the record nor Discord to read a text, and they would make it slower to start."""
    import subprocess
    import sys

    heavy = "{'sqlalchemy', 'discord', 'httpx'}"
    code = f"import sys, bot.desk.reading_worker; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
