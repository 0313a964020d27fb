"""A start: what is due waits neither for the index of states to be filled, nor for the gateway."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete

from bot.app import running
from bot.chat import connection
from bot.clock import SystemClock
from bot.config import DatabaseSettings, Discord, Settings
from bot.desk import state_index
from bot.store import case_states
from bot.store.tables import case_states as rows
from sandbox import ALWAYS
from tests.journey.conftest import PATIENCE, TOKEN, Town, record_letters


async def filled_to(town: Town) -> int | None:
    async with town.db.read() as conn:
        return await case_states.filled_to(conn)


async def test_alerts_are_posted_while_the_index_of_states_is_filled(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await record_letters(town, 2)
    async with town.db.write() as conn:  # as migrations leave an older database
        await conn.execute(delete(rows))
        await case_states.set_filled(conn, 0)
    go_on, fill = asyncio.Event(), state_index.fill

    async def waiting(*args: Any, **options: Any) -> int:
        await go_on.wait()
        return await fill(*args, **options)

    monkeypatch.setattr(state_index, "fill", waiting)
    settings = Settings(
        discord=Discord(token=TOKEN, api=town.sandbox.api), database=DatabaseSettings(url=town.db.url.render_as_string())
    )
    async with running(settings, SystemClock()) as app:
        app.watch.start()
        assert [state for _, state in await town.settled()] == ["sent"], "both letters in one notice"
        assert await filled_to(town) == 0
        go_on.set()
        async with asyncio.timeout(PATIENCE):
            while await filled_to(town) is not None:
                await asyncio.sleep(0.01)  # the bot has connections of its own: there is no event to wait for
    assert await state_index.check(town.db, lambda done, total: None) == state_index.Checked([], 0)


async def test_alerts_are_posted_while_the_gateway_is_away(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "POSTS_AFTER", 0.1)
    town.sandbox.faults.answer("CONNECT /gateway", 503, times=ALWAYS)
    await record_letters(town, 2)
    settings = Settings(
        discord=Discord(token=TOKEN, api=town.sandbox.api), database=DatabaseSettings(url=town.db.url.render_as_string())
    )
    async with running(settings, SystemClock()) as app:
        app.watch.start()
        assert [state for _, state in await town.settled()] == ["sent"], "both letters in one notice"
        assert not app.link.state.connected
