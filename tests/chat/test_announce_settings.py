"""/settings announce: which kinds of facts are announced, and for how long one person's news is collected."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.record.news_kinds import NewsKind
from bot.record.servers import Server
from bot.store import servers
from bot.store.tables import alerts
from tests.chat.conftest import Newsroom

pytestmark = pytest.mark.usefixtures("bot")


async def settings(room: Newsroom) -> Server:
    async with room.db.read() as conn:
        return await servers.get(conn, room.guild.id)


async def test_a_kind_is_chosen_and_everything_again(newsroom: Newsroom) -> None:
    room = newsroom
    before = (await settings(room)).unannounced
    less = await room.olga.command(room.room, "settings announce", kind="answer", announced=False)
    assert "Announced: **all but answers, public statements and notes** (was all but public statements and notes)" in less.text
    assert (await settings(room)).unannounced == before | {NewsKind.ANSWER}
    everything = await room.olga.command(room.room, "settings announce", announced=True)
    assert "Announced: **all**" in everything.text and not (await settings(room)).unannounced
    nothing = await room.olga.command(room.room, "settings announce", announced=False)
    assert "Announced: **nothing**" in nothing.text
    assert "A correction of what the channel was told is always announced." in nothing.text


async def test_how_long_news_is_collected(newsroom: Newsroom) -> None:
    room = newsroom
    longer = await room.olga.command(room.room, "settings announce", within=300)
    assert "Collected in one message: **what one person records within 300 seconds** (was each at once)" in longer.text
    assert (await settings(room)).collect_seconds == 300


async def test_half_a_choice_changes_nothing(newsroom: Newsroom) -> None:
    room = newsroom
    before = await settings(room)
    refused = await room.olga.command(room.room, "settings announce", kind="answer")
    assert "Say whether that kind is announced" in refused.text and refused.ephemeral
    assert await settings(room) == before


async def test_nothing_is_announced_of_what_is_recorded_quietly(on_memorial_day: Newsroom) -> None:
    room, page = on_memorial_day, "https://example.org/a"
    before = await news(room)
    values = {"case": "38", "source": page, "text": "They answered.", "extent": "partial"}
    await room.alice.command(room.room, "case answer", **values, quietly=True)
    form = await room.alice.command(room.room, "case event", case="38", kind="statement", source=page, quietly=True)
    await room.alice.submit(form, {"text": "The mayor spoke.", "by": "The mayor"})
    await room.alice.command(room.room, "case close", case="38", source=page, outcome="withdrawn", quietly=True)
    assert await news(room) == before
    await room.alice.command(room.room, "case answer", **{**values, "case": "37"})
    assert await news(room) == before + 1


async def news(room: Newsroom) -> int:
    """How many facts are announced, or were."""
    async with room.db.read() as conn:
        return int((await conn.execute(select(func.count()).where(alerts.c.rung == "news"))).scalar_one())
