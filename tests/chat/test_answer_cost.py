"""What an answer costs is counted, not timed: statements, and hops to the threads of connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats

from bot.chat.client import BotClient
from tests.chat.conftest import Newsroom

#: BEGIN, the settings, the name, the place, its cases, their events, what was announced, the letters, events apart from them.
STATUS = 9


@contextmanager
def statements(room: Newsroom) -> Iterator[list[tuple[str, Any]]]:
    """Those that are run meanwhile, each with whether it was compiled before."""
    run: list[tuple[str, Any]] = []

    def note(conn: object, cursor: object, statement: str, parameters: object, context: Any, many: bool) -> None:
        run.append((statement, context.cache_hit))

    event.listen(room.db.engine.sync_engine, "before_cursor_execute", note)
    yield run
    event.remove(room.db.engine.sync_engine, "before_cursor_execute", note)


@pytest.mark.parametrize("place", ["Denver", "California"])
async def test_an_answer_needs_a_fixed_number_of_statements_and_no_thread(
    on_memorial_day: Newsroom, bot: BotClient, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    room = on_memorial_day
    await room.bob.command(room.room, "status", jurisdiction=place)  # opens the connection, and compiles the statements
    hops = []

    async def hop(connection: object, function: object, *args: object, **named: object) -> None:
        hops.append(function)
        raise AssertionError("an answer woke the thread of a connection")

    monkeypatch.setattr(aiosqlite.Connection, "_execute", hop)
    with statements(room) as run:
        answer = await room.bob.command(room.room, "status", jurisdiction=place)
    monkeypatch.undo()
    assert "Deadline" in answer.text
    assert hops == []
    assert len(run) == STATUS
    assert all(hit is CacheStats.CACHE_HIT for text, hit in run if text != "BEGIN")
