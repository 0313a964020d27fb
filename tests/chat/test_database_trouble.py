"""People while the database is in trouble: a write is rolled back before they are told, and reads answer."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import event, text

from bot.chat.client import BotClient
from bot.store.database import Database
from bot.words import database as words
from tests.chat.conftest import Newsroom, connected, count
from tests.locking import locked

PAGE = "https://example.org/a"
ANSWER = {"case": "38", "extent": "full", "source": PAGE, "text": "All of it."}
BUSY = "The database is busy; nothing was recorded. Try again in a moment."


@pytest.fixture(autouse=True)
def impatient(newsroom: Newsroom) -> None:
    newsroom.db._patience = 0.05


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_while_another_program_has_it_people_are_told_and_reads_answer(
    on_memorial_day: Newsroom, begin: str, caplog: pytest.LogCaptureFixture
) -> None:
    room = on_memorial_day
    before = await count(room)
    draft = await room.alice.command(room.room, "case answer", case="Oaklnd", extent="full", source=PAGE, text="All.")
    async with locked(room.db, begin):
        answers = await asyncio.gather(*(room.alice.command(room.room, "case answer", **ANSWER) for _ in range(5)))
        assert [answer.text for answer in answers] == [BUSY] * 5
        assert all(answer.ephemeral for answer in answers)
        assert (await room.alice.press(draft, "Record")).text == BUSY
        assert (await room.olga.command(room.room, "settings hour", hour=17)).text == BUSY
        assert "Denver" in (await room.bob.command(room.room, "status", jurisdiction="Denver")).text
        assert await room.bob.complete(room.room, "status", "jurisdiction", "Denv")
    assert await count(room) == before
    assert "Recorded" in (await room.alice.command(room.room, "case answer", **ANSWER)).text
    assert await count(room) == before + 1
    assert len(logged(caplog)) == 1 and "Traceback" not in caplog.text


async def test_the_bot_starts_while_another_program_has_it(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    async with locked(newsroom.db):
        await newsroom.db.migrate()
        async for _ in connected(newsroom):
            assert "No letters are recorded" in (await newsroom.bob.command(newsroom.room, "letters")).text
    assert "Traceback" not in caplog.text


class Failing:
    """Statements that begin so fail from now on, with a code of SQLite."""

    def __init__(self, db: Database, beginning: str, code: int) -> None:
        self.engine, self.beginning, self.code = db.engine.sync_engine, beginning, code
        self.on = True
        event.listen(self.engine, "before_cursor_execute", self._fail)

    def _fail(self, conn: Any, cursor: Any, statement: str, *_: object) -> None:
        if self.on and statement.startswith(self.beginning):
            failure = sqlite3.OperationalError("as it was told to")
            failure.sqlite_errorcode = self.code
            raise failure


@pytest.mark.parametrize(
    ("code", "words_of_it"),
    [
        (sqlite3.SQLITE_FULL, "The disk of the database is full; nothing was recorded."),
        (sqlite3.SQLITE_READONLY, "The database can only be read; nothing was recorded."),
        (sqlite3.SQLITE_CORRUPT, "The database is damaged; nothing was recorded."),
        (sqlite3.SQLITE_NOTADB, "The database is damaged; nothing was recorded."),
        (sqlite3.SQLITE_IOERR, "The disk of the database fails; nothing was recorded."),
        (sqlite3.SQLITE_CANTOPEN, "The database cannot be opened; nothing was recorded."),
    ],
)
async def test_each_kind_of_trouble_is_said(
    on_memorial_day: Newsroom, code: int, words_of_it: str, caplog: pytest.LogCaptureFixture
) -> None:
    room = on_memorial_day
    before = await count(room)
    failing = Failing(room.db, "INSERT INTO events", code)
    for _ in range(2):
        answer = await room.alice.command(room.room, "case answer", **ANSWER)
        assert answer.text.startswith(words_of_it) and answer.ephemeral
    failing.on = False
    assert await count(room) == before
    assert len(logged(caplog)) == 1 and "Traceback" not in caplog.text


async def test_what_was_recorded_is_not_said_to_be_lost(on_memorial_day: Newsroom) -> None:
    """The answer to /closures add is read once the closure is recorded."""
    room = on_memorial_day
    failing = Failing(room.db, "INSERT INTO closures", sqlite3.SQLITE_BUSY)
    failing.on = False

    @event.listens_for(room.db.engine.sync_engine, "commit")
    def then(conn: Any) -> None:
        if conn.get_execution_options().get("letterwatch_writes"):
            failing.beginning, failing.on = "SELECT", True

    options = {"day": "2018-06-29", "reason": "A storm", "source": PAGE}
    answer = await room.alice.command(room.room, "closures add", **options)
    failing.on = False
    assert "was recorded, but no answer can be shown" in answer.text
    assert "nothing was recorded" not in answer.text
    async with room.db.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM closures WHERE reason = 'A storm'"))).scalar_one() == 1


async def test_a_commit_that_may_have_been_carried_out_is_said_to_be_unclear(
    on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = on_memorial_day
    before = await count(room)

    commit: Any = aiosqlite.Connection.commit

    async def failing(connection: aiosqlite.Connection) -> None:
        await commit(connection)
        failure = sqlite3.OperationalError("disk I/O error")
        failure.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise failure

    form = await room.alice.command(room.room, "case event", case="38", kind="note", source=PAGE)
    monkeypatch.setattr(aiosqlite.Connection, "commit", failing)
    answers = [await room.alice.command(room.room, "case answer", **ANSWER), await room.alice.submit(form, {"text": "A note."})]
    for answer in answers:
        assert answer.text.startswith(words.UNCLEAR)
        assert "nothing was recorded" not in answer.text
    assert "A note." in answers[1].text
    monkeypatch.undo()
    assert await count(room) == before + 2


async def test_suggestions_of_a_database_in_trouble_are_none(
    on_memorial_day: Newsroom, bot: BotClient, caplog: pytest.LogCaptureFixture
) -> None:
    room = on_memorial_day
    failing = Failing(room.db, "SELECT", sqlite3.SQLITE_CORRUPT)
    for typed in ("D", "De", "Den"):
        assert await room.bob.complete(room.room, "status", "jurisdiction", typed) == []
    failing.on = False
    assert len(logged(caplog)) == 1 and "Traceback" not in caplog.text
