"""Of what Discord says of a server, only the server, its channels and roles and the bot's own member stay in memory."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.chat.client import BotClient
from sandbox.bus import Json
from sandbox.model import Guild
from tests.chat.conftest import Newsroom, connected

MANY = 50
STARTED = "2018-01-24T17:00:00+00:00"
FIRST = 2**40  # of ids that nothing else has


def user(id: int) -> Json:
    return {"id": str(FIRST + id), "username": f"person-{id}", "discriminator": "0", "global_name": None, "avatar": None}


def member(id: int) -> Json:
    return {"user": user(id), "roles": [], "joined_at": STARTED, "deaf": False, "mute": False, "flags": 0}


def thread(id: int, guild: str, parent: str) -> Json:
    metadata = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": STARTED, "locked": False}
    about = {"guild_id": guild, "parent_id": parent, "owner_id": str(FIRST), "type": 11, "name": f"thread {id}"}
    return {"id": str(FIRST + id), **about, "thread_metadata": metadata, "message_count": 1, "member_count": 1}


def voice_state(id: int, channel: str) -> Json:
    flags = dict.fromkeys(("deaf", "mute", "self_deaf", "self_mute", "self_video", "suppress"), False)
    return {
        "user_id": str(FIRST + id),
        "channel_id": channel,
        "session_id": str(id),
        "request_to_speak_timestamp": None,
        **flags,
    }


def presence(id: int, guild: str) -> Json:
    doing = {"status": "online", "activities": [], "client_status": {"web": "online"}}
    return {"user": {"id": str(FIRST + id)}, "guild_id": guild, **doing}


def scheduled_event(id: int, guild: str) -> Json:
    numbers = {"privacy_level": 2, "status": 1, "entity_type": 3}
    about = {"id": str(FIRST + id), "guild_id": guild, "name": f"event {id}", "scheduled_start_time": STARTED, **numbers}
    return {**about, "channel_id": None, "creator_id": None, "entity_id": None, "entity_metadata": None}


def crowded(guild: Json) -> Json:
    """The server as GUILD_CREATE describes a large and lively one (Discord docs, "Guild Create"; "Guild Object")."""
    id, channel = guild["id"], guild["channels"][0]["id"]
    some = range(MANY)
    emoji = {"roles": [], "require_colons": True, "managed": False, "animated": False, "available": True}
    sticker = {"description": "", "tags": "", "type": 2, "format_type": 1, "available": True, "guild_id": id}
    return guild | {
        "members": [*guild["members"], *(member(each) for each in some)],
        "presences": [presence(each, id) for each in some],
        "emojis": [{"id": str(FIRST + each), "name": f"emoji{each}", **emoji} for each in some],
        "stickers": [{"id": str(FIRST + each), "name": f"sticker{each}", **sticker} for each in some],
        "voice_states": [voice_state(each, channel) for each in some],
        "threads": [thread(each, id, channel) for each in some],
        "stage_instances": [
            {"id": str(FIRST + each), "guild_id": id, "channel_id": channel, "topic": "", "privacy_level": 2} for each in some
        ],
        "guild_scheduled_events": [scheduled_event(each, id) for each in some],
        "soundboard_sounds": [
            {
                "name": "horn",
                "sound_id": str(FIRST + each),
                "volume": 1,
                "emoji_id": None,
                "emoji_name": None,
                "available": True,
            }
            for each in some
        ],
    }


def nothing_else_is_kept(client: BotClient, room: Newsroom) -> None:
    kept = client.get_guild(room.guild.id)
    assert kept is not None
    assert [each.id for each in kept.members] == [client.application_id]
    assert {channel.id for channel in kept.channels} == {room.room.id, room.alerts.id}
    assert {role.id for role in kept.roles} == {room.guild.id, room.desk.id, *(role.id for role in kept.me.roles)}
    others: dict[str, Any] = {
        name: getattr(kept, name)
        for name in ("emojis", "stickers", "threads", "stage_instances", "scheduled_events", "soundboard_sounds")
    }
    others |= {name: getattr(client, name) for name in ("emojis", "stickers", "soundboard_sounds", "private_channels")}
    assert {name: len(held) for name, held in others.items()} == dict.fromkeys(others, 0)
    assert kept._voice_states == {}
    assert len(client.users) <= 1, "itself alone"


@pytest.fixture
def lively(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Guild.to_gateway_json
    monkeypatch.setattr(Guild, "to_gateway_json", lambda guild, bot: crowded(plain(guild, bot)))


@pytest.mark.usefixtures("lively")
async def test_a_large_and_lively_server_leaves_only_what_the_bot_needs(newsroom: Newsroom) -> None:
    async for client in connected(newsroom):
        nothing_else_is_kept(client, newsroom)


@pytest.mark.usefixtures("lively")
async def test_what_happens_on_a_server_leaves_nothing_either(newsroom: Newsroom) -> None:
    async for client in connected(newsroom):
        [session] = newsroom.sandbox.gateway.connected()
        guild, channel = str(newsroom.guild.id), str(newsroom.room.id)
        described = crowded(newsroom.guild.to_gateway_json(newsroom.app.id))
        in_guild = {"guild_id": guild}
        for name, data in {
            "THREAD_CREATE": thread(1, guild, channel),
            "THREAD_LIST_SYNC": in_guild | {"threads": [thread(2, guild, channel)], "members": []},
            "GUILD_EMOJIS_UPDATE": in_guild | {"emojis": described["emojis"]},
            "GUILD_STICKERS_UPDATE": in_guild | {"stickers": described["stickers"]},
            "VOICE_STATE_UPDATE": in_guild | voice_state(1, channel) | {"member": member(1)},
            "GUILD_MEMBER_ADD": in_guild | member(1),
            "PRESENCE_UPDATE": in_guild | described["presences"][0],
            "STAGE_INSTANCE_CREATE": described["stage_instances"][0],
            "GUILD_SCHEDULED_EVENT_CREATE": described["guild_scheduled_events"][0],
            "GUILD_SOUNDBOARD_SOUND_CREATE": in_guild | described["soundboard_sounds"][0],
            "GUILD_UPDATE": {
                name: value for name, value in described.items() if name not in ("channels", "members", "threads")
            },
        }.items():
            session.dispatch(name, data)
        answer = await newsroom.bob.command(newsroom.room, "letters")  # comes after all of these
        assert "No letters are recorded yet" in answer.text
        nothing_else_is_kept(client, newsroom)


@pytest.mark.usefixtures("lively")
async def test_what_the_bot_may_do_in_a_channel_is_still_known(newsroom: Newsroom) -> None:
    async for client in connected(newsroom):
        answer = await newsroom.olga.command(newsroom.room, "settings channel", channel=newsroom.room)
        assert answer.failed is None and f"<#{newsroom.room.id}>" in answer.text
        kept = client.get_guild(newsroom.guild.id)
        assert kept is not None
        channel = kept.get_channel(newsroom.alerts.id)
        assert isinstance(channel, discord.TextChannel) and channel.permissions_for(kept.me).send_messages
