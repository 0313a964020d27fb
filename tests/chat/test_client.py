"""The client: commands synced when they changed, servers known, failures given a reference."""

from __future__ import annotations

import asyncio
import logging
import re

import discord
import pytest
from sqlalchemy import text

from bot.chat import long_lists, views
from bot.chat.client import BotClient
from bot.store import servers
from tests.chat.conftest import Newsroom, connected

LETTER = {"authority": "The authority", "sent": "2018-01-24", "source": "A page"}


def synced(newsroom: Newsroom) -> int:
    return sum(1 for request in newsroom.sandbox.requests if request.method == "PUT" and "/commands" in request.path)


async def test_commands_are_synced_only_when_they_changed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        async for _client in connected(newsroom):
            pass
    assert synced(newsroom) == 1
    monkeypatch.setattr("bot.chat.client.command_digest", lambda tree: "another")
    async for _client in connected(newsroom):
        pass
    assert synced(newsroom) == 2


async def test_the_bot_starts_where_discord_does_not_take_the_commands(newsroom: Newsroom, refusals_expected: None) -> None:
    refusal = newsroom.sandbox.faults.answer("PUT .*/commands", 400, code=50035, message="Invalid Form Body")
    async for client in connected(newsroom):
        assert client.is_ready()
    assert refusal.met == 1


async def test_a_server_is_known_when_the_bot_joins_it(newsroom: Newsroom, bot: BotClient) -> None:
    world = newsroom.sandbox.world
    added = world.add_guild("County desk", newsroom.olga.user)
    channel = world.add_channel(added, "letters")
    world.add_bot(added, newsroom.app, 0)
    answer = await newsroom.sandbox.person(newsroom.olga.user, added).command(channel, "letters")
    assert "No letters are recorded yet" in answer.text
    async with newsroom.db.read() as conn:
        assert (await servers.get(conn, added.id)).id == added.id


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once a client has added the servers that it found at its start."""
    event = asyncio.Event()
    on_ready = BotClient.on_ready

    async def noted(client: BotClient) -> None:
        await on_ready(client)
        event.set()

    monkeypatch.setattr(BotClient, "on_ready", noted)
    return event


async def test_many_servers_are_added_together_and_those_that_are_known_not_again(
    newsroom: Newsroom, added: asyncio.Event
) -> None:
    for number in range(20):
        newsroom.sandbox.world.add_bot(newsroom.sandbox.world.add_guild(f"Desk {number}", newsroom.olga.user), newsroom.app, 0)
    async for client in connected(newsroom):
        await added.wait()
        await newsroom.bob.command(newsroom.room, "letters")  # comes after all servers
        async with newsroom.db.write() as conn:
            await conn.execute(text("UPDATE servers SET name = 'old'"))
        before = newsroom.db.recorded
        for _ in range(2):
            await asyncio.gather(*(client.on_guild_available(guild) for guild in client.guilds))
            assert newsroom.db.recorded - before <= 2  # the first alone, and all that came meanwhile
        async with newsroom.db.read() as conn:
            assert await servers.names(conn, [guild.id for guild in client.guilds]) == {g.id: g.name for g in client.guilds}


async def test_a_server_with_an_outage_keeps_its_name(newsroom: Newsroom, added: asyncio.Event) -> None:
    newsroom.sandbox.world.set_unavailable(newsroom.guild)
    async for _client in connected(newsroom):
        await added.wait()
    async with newsroom.db.read() as conn:
        assert (await servers.get(conn, newsroom.guild.id)).name == newsroom.guild.name


async def test_what_nobody_foresaw_gives_a_reference_that_stands_in_the_log(
    on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setitem(long_lists.LONG_LISTS, "letters", broken)
    with caplog.at_level(logging.ERROR):
        answer = await on_memorial_day.bob.command(on_memorial_day.room, "letters")
    assert answer.ephemeral
    shown = re.search(r"reference `([0-9a-f]{8})`", answer.text)
    assert shown and shown[1] in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_a_failing_button_and_a_failing_form_are_answered_too(
    on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = on_memorial_day
    form = await room.alice.command(room.room, "case event", case="38", kind="note", source="A page")
    status = await room.bob.command(room.room, "status", jurisdiction="Denver")

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.desk.case_events.record_event", broken)
    assert "Something went wrong" in (await room.alice.submit(form, {"text": "A note."})).text
    monkeypatch.setitem(views.VIEWS, "case", broken)
    assert "Something went wrong" in (await room.bob.press(status, "History")).text


async def test_a_failure_while_permission_is_checked_is_answered(
    newsroom: Newsroom, bot: BotClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Before and after a deferral: discord.py hands only errors of its own kind on from a check."""
    async with newsroom.db.write() as conn:
        await conn.execute(text("ALTER TABLE servers RENAME TO gone"))
    for command, options in (("closures remove", {"day": "2018-02-23"}), ("letter new", LETTER)):
        answer = await newsroom.alice.command(newsroom.room, command, **options)
        assert "Something went wrong." in answer.text, command
        assert answer.ephemeral
    assert caplog.text.count("no such table: servers") >= 2


async def test_a_refusal_after_the_answer_was_promised_still_arrives(on_memorial_day: Newsroom) -> None:
    answer = await on_memorial_day.alice.command(
        on_memorial_day.room, "case close", case="999", outcome="closed", source="A page"
    )
    assert answer.interaction.answer == 5, "deferred first"
    assert answer.text.startswith("There is no case #999")


async def test_sent_views_are_not_kept_in_memory(on_memorial_day: Newsroom, bot: BotClient) -> None:
    for _ in range(3):
        await on_memorial_day.bob.command(on_memorial_day.room, "letters")
        await on_memorial_day.bob.command(on_memorial_day.room, "status", jurisdiction="Denver")
    assert bot.persistent_views == []
    assert not bot._connection._view_store._views


async def test_only_servers_channels_roles_and_its_own_member_stay_in_memory(on_memorial_day: Newsroom, bot: BotClient) -> None:
    room = on_memorial_day
    for person in (room.alice, room.bob):
        status = await person.command(room.room, "status", jurisdiction="Denver")
        await person.press(status, "History")
    kept = bot.get_guild(room.guild.id)
    assert kept is not None
    assert [member.id for member in kept.members] == [bot.application_id]
    assert {channel.id for channel in kept.channels} == {room.room.id, room.alerts.id}
    assert {role.id for role in kept.roles} == {room.guild.id, room.desk.id, *(role.id for role in kept.me.roles)}
    assert list(bot.cached_messages) == list(bot.private_channels) == list(kept.threads) == []
    assert bot.intents.value == discord.Intents(guilds=True).value
