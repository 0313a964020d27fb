"""Reads letters in child processes, so that no text holds up the bot: the longest take seconds of computing.

One child is kept ready, with the rules and the list of governments loaded, until nothing was read for a while. It reads one
text or table after another. A file that needs a library is the last that it reads, since such a file may have got hold of it;
another child takes its place.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk.reading_answer import ReadingAnswer, loaded
from bot.files.sheets.rows import HiddenRows
from bot.reader.document import Document, DocumentFile
from bot.reader.documents.child_process import Child, answer_of, ended, turn
from bot.reader.documents.kinds import PLAIN, FileKind
from bot.reader.documents.limits import MEMORY, SECONDS
from bot.reader.draft import Draft
from bot.reader.gazetteer.gazetteer import governments_in_use
from bot.record.errors import CaseError

log = logging.getLogger(__name__)
MODULE = "bot.desk.reading_worker"
#: Seconds for which a child is kept ready that nobody needs: it takes 85 MB of memory and more.
KEPT = 300.0


@dataclass(frozen=True)
class LetterRead:
    """A document and the draft of the letter in it."""

    #: Without its rows, if it is a table.
    document: Document
    draft: Draft
    is_table: bool = False
    #: As in `ReadingAnswer`.
    hidden_rows: tuple[int, ...] = ()


class LetterReader:
    """Reads one document after another, at most `limits.AT_ONCE` at a time."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY, kept: float = KEPT) -> None:
        """The limits of one document: seconds to wait, and bytes of memory. `kept` as `KEPT`."""
        self._seconds = seconds
        self._memory = memory
        self._kept = kept
        #: The child that is ready, and what it was told.
        self._ready: tuple[Child, dict[str, Any]] | None = None
        self._letting_go: asyncio.TimerHandle | None = None
        self._is_closed = False

    def prepare(self) -> None:
        """Have a child ready. To be called when a text will come soon: loading what it needs takes a second.

        Where none can be started now, that is tried again when the text is there.
        """
        try:
            self._make_ready()
        except OSError:
            log.warning("The process that reads texts cannot be started", exc_info=True)

    async def read(
        self, file: DocumentFile, zone: ZoneInfo, on: date | None = None, hidden: HiddenRows | None = None
    ) -> LetterRead:
        """The letter that a file describes, as in `draft_reading.read_document`, but hidden rows are part of the answer.

        CaseError if it cannot be read, or takes too long or too much memory. If nobody waits any longer, the child is ended.
        """
        kind = FileKind(file.media_type)
        order = {
            "name": file.called or file.name,
            "kind": kind.value,
            "file": file.name,
            "charset": file.charset,
            "url": file.url,
            "read_at": file.read_at.isoformat(),
            "zone": zone.key,
            "on": on.isoformat() if on else None,
            "hidden": hidden.value if hidden else None,
            "is_last": kind not in PLAIN,
        }
        async with turn():
            answer = await self._answer(order, file.content)
        if answer.refused or answer.draft is None:
            raise CaseError(answer.refused)
        document = Document(file.name, file.media_type, file.content, file.read_at, answer.draft.text, file.url)
        return LetterRead(document, answer.draft, answer.is_table, answer.hidden_rows)

    async def close(self) -> None:
        """End the child that is ready. Whoever still waits for an answer is to be cancelled before."""
        self._is_closed = True
        if self._ready:
            child, self._ready = self._ready[0], None
            await ended(child)

    async def _answer(self, order: dict[str, Any], content: bytes) -> ReadingAnswer:
        child, opening = self._taken()
        try:
            said = await answer_of(child, order, content, seconds=self._seconds)
            answer = await asyncio.to_thread(loaded, said)
            if child.is_ready and not order["is_last"] and self._ready is None and not self._is_closed:
                self._ready = child, opening
        finally:
            if self._ready is None or self._ready[0] is not child:
                await ended(child)
        if not self._is_closed:
            self.prepare()
        return answer

    def _taken(self) -> tuple[Child, dict[str, Any]]:
        """The child that is ready, or a new one, which nobody else has now."""
        self._make_ready()
        assert self._ready
        taken, self._ready = self._ready, None
        return taken

    def _make_ready(self) -> None:
        """Have a child ready that was told what holds now, and keep it for a while. OSError if none can be started."""
        if self._letting_go:
            self._letting_go.cancel()
        self._letting_go = asyncio.get_running_loop().call_later(self._kept, self._let_go)
        opening = self._opening()
        if self._ready and not (self._ready[0].is_ready and self._ready[1] == opening):
            self._let_go()
        if self._ready is None:
            self._ready = Child(MODULE, opening), opening

    def _let_go(self) -> None:
        if self._ready:
            child, self._ready = self._ready[0], None
            child.kill()
            asyncio.get_running_loop().run_in_executor(None, child.wait)

    def _opening(self) -> dict[str, Any]:
        file, version = governments_in_use()
        return {"memory": self._memory, "governments": str(file) if file else None, "version": version}
