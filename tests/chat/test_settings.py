"""/settings: for Manage Server only, checked twice."""

from __future__ import annotations

import pytest

from bot.store import servers
from sandbox import Permission
from sandbox.inputs import Refused
from tests.chat.conftest import Newsroom

pytestmark = pytest.mark.usefixtures("bot")


async def test_each_setting_is_changed_and_says_what_it_was(newsroom: Newsroom) -> None:
    room = newsroom
    moved = await room.olga.command(room.room, "settings channel", channel=room.room)
    assert f"Alerts go to: **<#{room.room.id}>** (was <#{room.alerts.id}>)" in moved.text
    await room.olga.command(room.room, "settings timezone", timezone="america/denver")
    hour = await room.olga.command(room.room, "settings hour", hour=7)
    assert "Posted at: **07:00, America/Denver** (was 09:00, America/Denver)" in hour.text
    role = room.sandbox.world.add_role(room.guild, "editors")
    assert f"<@&{role.id}> and Manage Server" in (await room.olga.command(room.room, "settings desk", role=role)).text
    pinged = await room.olga.command(room.room, "settings escalation", role=role)
    assert "make the role mentionable" in pinged.text
    async with room.db.read() as conn:
        kept = await servers.get(conn, room.guild.id)
    assert (kept.channel_id, kept.zone.key, kept.hour) == (room.room.id, "America/Denver", 7)
    assert (kept.desk_role_ids, kept.escalation_role_id) == ((room.desk.id, role.id), role.id)
    again = await room.olga.command(room.room, "settings hour", hour=7)
    assert "Settings: no change" in again.text and "was" not in again.text
    shown = await room.olga.command(room.room, "settings show")
    assert shown.ephemeral
    assert "Posted at: **07:00, America/Denver**" in shown.text


async def test_a_zone_that_is_none_is_refused(newsroom: Newsroom) -> None:
    answer = await newsroom.olga.command(newsroom.room, "settings timezone", timezone="Boston")
    assert "“Boston” is not a time zone. Use a name such as America/New\\_York" in answer.text
    offered = await newsroom.olga.complete(newsroom.room, "settings timezone", "timezone", "new york")
    assert offered[0]["value"] == "America/New_York"


async def test_a_channel_the_bot_cannot_write_in_is_refused(newsroom: Newsroom) -> None:
    room = newsroom
    closed = room.sandbox.world.add_channel(room.guild, "closed")
    room.sandbox.world.overwrite(closed, room.app.bot, deny=Permission.SEND_MESSAGES)
    answer = await room.olga.command(room.room, "settings channel", channel=closed)
    assert ": Send Messages. Give them to the bot" in answer.text
    assert answer.ephemeral


async def test_everyone_is_no_desk(newsroom: Newsroom) -> None:
    everyone = newsroom.guild.roles[newsroom.guild.id]
    answer = await newsroom.olga.command(newsroom.room, "settings desk", role=everyone)
    assert "Everybody on the server could then record facts." in answer.text


async def test_the_command_is_not_even_offered_to_others(newsroom: Newsroom) -> None:
    assert "settings" in newsroom.olga.commands(newsroom.room)
    assert "settings" not in newsroom.alice.commands(newsroom.room)
    with pytest.raises(Refused):
        await newsroom.alice.command(newsroom.room, "settings hour", hour=7)
