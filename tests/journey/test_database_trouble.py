"""The bot as a process: killed while a form is open, and at work while another program has its database."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

from sqlalchemy import event

from bot.app import running
from bot.clock import SystemClock
from bot.config import DatabaseSettings, Discord, Settings
from tests.journey.conftest import TOKEN, Town, record_letters
from tests.locking import locked

NOTE = {"case": "1", "kind": "note", "source": "https://example.org/a"}
ANSWER = {"case": "1", "extent": "full", "source": "https://example.org/a", "text": "All of it."}


async def test_a_form_outlives_the_process_that_opened_it(town: Town) -> None:
    await record_letters(town, 1)
    async with town.bot() as bot:
        form = await town.alice.command(town.alerts, "case event", **NOTE)
        await town.settled()
        bot.kill()
        await bot.wait()
    async with town.bot():
        assert "What the desk wrote." in (await town.alice.submit(form, {"text": "What the desk wrote."})).text
        assert "This form was sent before" in (await town.alice.submit(form, {"text": "What the desk wrote."})).text


async def test_alerts_and_answers_while_another_program_has_the_database(town: Town) -> None:
    await record_letters(town, 2)
    async with locked(town.db, "BEGIN EXCLUSIVE"), town.bot() as bot:
        answers = await asyncio.gather(*(town.alice.command(town.alerts, "case answer", **ANSWER) for _ in range(3)))
        assert {answer.text for answer in answers} == {"The database is busy; nothing was recorded. Try again in a moment."}
        assert "Albany" in (await town.bob.command(town.alerts, "status", jurisdiction="Albany")).text
    assert "Traceback" not in bot.errors
    assert bot.errors.count("The database is busy: another program has locked") == 1
    async with town.bot():
        tokens = [token for token, state in await town.settled() if state == "sent"]
        assert len(tokens) == 1 and all(town.standing_in_channel(token) == 1 for token in tokens)


async def test_the_desk_is_told_once_that_the_disk_is_full(town: Town) -> None:
    settings = Settings(
        discord=Discord(token=TOKEN, api=town.sandbox.api), database=DatabaseSettings(url=town.db.url.render_as_string())
    )
    await record_letters(town, 1)
    async with running(settings, SystemClock()) as app:

        @event.listens_for(app.db.engine.sync_engine, "before_cursor_execute")
        def fail(conn: Any, cursor: Any, statement: str, *_: object) -> None:
            if statement.startswith("INSERT"):
                failure = sqlite3.OperationalError("database or disk is full")
                failure.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise failure

        app.watch.start()
        for _ in range(2):
            answer = await town.alice.command(town.alerts, "case answer", **ANSWER)
            assert answer.text.startswith("The disk of the database is full; nothing was recorded.")
        await town.sandbox.message_in(town.alerts, "Its operator has to make room")
    told = [message for message in town.sandbox.messages(town.alerts) if "has to make room" in str(message["components"])]
    assert len([message for message in told if "flags" in message and not message["flags"] & 64]) == 1
