"""The child process that reads letters for `letter_reader`: it parses files and finds the letter in their text."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.desk import draft_reading, sheet_draft
from bot.desk.collecting import no_full_collections
from bot.desk.reading_answer import ReadingAnswer, dumped
from bot.files.sheets.rows import HiddenRows, HiddenRowsFound
from bot.reader.document import DocumentFile
from bot.reader.documents import document_of, parsers, worker
from bot.reader.documents.kinds import FileKind
from bot.reader.documents.worker import Order
from bot.reader.draft import Draft
from bot.reader.extract import whole_text
from bot.reader.gazetteer.gazetteer import gazetteer, use_governments
from bot.record.errors import CaseError

#: Loaded before the first order comes: they take most of a second.
NEEDED = (sheet_draft, whole_text)


def main() -> None:
    worker.serve(answer, prepare, refusal)


def prepare(opening: Order) -> None:
    use_governments(Path(opening["governments"]) if opening["governments"] else None)
    with suppress(CaseError):  # raised again if a place has to be looked up
        gazetteer()


def answer(order: Order, content: bytes) -> bytes:
    try:
        with no_full_collections():
            return dumped(_read(order, content))
    except CaseError as refused:
        return refusal(str(refused))


def refusal(reason: str) -> bytes:
    return dumped(ReadingAnswer(refused=reason))


def _read(order: Order, content: bytes) -> ReadingAnswer:
    kind = FileKind(order["kind"])
    moment = datetime.fromisoformat(order["read_at"])
    file = DocumentFile(order["file"], kind.value, content, moment, order["name"], order["charset"], order["url"])
    document = document_of(file, parsers.parse(kind, content, file.called, file.charset))
    on = date.fromisoformat(order["on"]) if order["on"] else None
    hidden = HiddenRows(order["hidden"]) if order["hidden"] else None
    try:
        draft = draft_reading.read_document(document, ZoneInfo(order["zone"]), on, hidden)
    except HiddenRowsFound as found:
        return ReadingAnswer(Draft("", document.source()), is_table=True, hidden_rows=found.rows)
    return ReadingAnswer(draft, is_table=bool(document.rows))


if __name__ == "__main__":
    main()
