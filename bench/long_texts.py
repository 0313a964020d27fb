"""How long texts take in which each word was once compared with all the others: long sentences, garbled words, hidden rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.desk.draft_reading import draft_of
from bot.files.sheets.row_reading import read
from bot.files.sheets.rows import HiddenRows
from bot.reader.document import Document
from bot.record.garbled_text import as_meant

ZONE = ZoneInfo("America/New_York")
SENTENCE = "On January 24, 2018 the Department of Justice sent letters to Denver and Chicago demanding documents: "
HEADER = ("jurisdiction", "kind", "state", "title", "authority", "sent", "deadline", "source")
DENVER = ("Denver", "city and county", "CO", "Demand", "DOJ", "2018-01-24", "2018-02-23", "Letter")


def processor_seconds() -> Iterator[tuple[str, float]]:
    """What was read, and the processor time it took."""
    yield "a sentence of 4,000 dates", _taken(lambda: draft_of(_document(SENTENCE + "February 23, 2018, " * 4_000), ZONE, None))
    yield "a sentence of 4,000 states", _taken(lambda: draft_of(_document(SENTENCE + "Nevada, Missouri, " * 4_000), ZONE, None))
    yield "60,000 garbled words", _taken(lambda: as_meant("DoÒa Ana " * 60_000))
    yield "20,000 hidden rows", _taken(lambda: read(_hidden(20_000), ZONE, hidden=HiddenRows.SKIP))


def _taken(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _document(text: str) -> Document:
    return Document("long.txt", "text/plain", text.encode(), datetime(2018, 1, 24, tzinfo=UTC), text)


def _hidden(count: int) -> Document:
    rows = (HEADER, *[DENVER] * count)
    now = datetime(2018, 1, 24, tzinfo=UTC)
    return Document("long.csv", "text/csv", b"", now, "", rows=rows, hidden_rows=tuple(range(2, count + 1)))
