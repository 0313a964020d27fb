"""/settings announce: which kinds of facts are announced, and for how long one person's news is collected."""

from __future__ import annotations

import pytest

from bot.record.news_kinds import NewsKind
from bot.record.servers import Server
from bot.store import servers
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
