"""/settings: for Manage Server only, checked twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.chat.client import BotClient
from bot.record.posting import Quiet, Urgent
from bot.record.servers import Server
from bot.store import servers
from sandbox import Permission
from sandbox.inputs import Refused
from sandbox.person import text_of
from tests.chat.conftest import Newsroom
from tests.recording import Desk

pytestmark = pytest.mark.usefixtures("bot")
CLOSURE = {"day": "2018-02-01", "reason": "Storm", "source": "A notice"}


async def server_of(room: Newsroom) -> Server:
    async with room.db.read() as conn:
        return await servers.get(conn, room.guild.id)


async def test_each_setting_is_changed_and_says_what_it_was(newsroom: Newsroom) -> None:
    room = newsroom
    moved = await room.olga.command(room.room, "settings channel", channel=room.room)
    assert f"Alerts go to: **<#{room.room.id}>** (was <#{room.alerts.id}>)" in moved.text
    await room.olga.command(room.room, "settings timezone", timezone="america/denver")
    hour = await room.olga.command(room.room, "settings hour", hour=7)
    assert "Posted at: **07:00, America/Denver** (was 09:00, America/Denver)" in hour.text
    role = room.sandbox.world.add_role(room.guild, "editors")
    assert (
        f"<@&{room.desk.id}>, <@&{role.id}> and Manage Server"
        in (await room.olga.command(room.room, "settings desk", role=role)).text
    )
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


async def test_a_change_is_undone_from_its_receipt_unless_somebody_changed_it_again(newsroom: Newsroom) -> None:
    room = newsroom
    first = await room.olga.command(room.room, "settings hour", hour=7)
    second = await room.olga.command(room.room, "settings hour", hour=8)
    refused = await room.olga.press(first, "Undo")
    assert "The posting hour was changed again since" in refused.text and "by Olga" in refused.text
    assert "Undone" in (await room.olga.press(second, "Undo")).text
    assert "Undone" in (await room.olga.press(first, "Undo")).text
    assert (await server_of(room)).hour == 9
    assert "nothing left to undo: Olga undid this" in (await room.olga.press(first, "Undo")).text
    unchanged = await room.olga.command(room.room, "settings hour", hour=9)
    assert "no change" in unchanged.text and "undo:" not in str(unchanged.message)


async def test_several_roles_may_record(newsroom: Newsroom) -> None:
    room, world = newsroom, newsroom.sandbox.world
    editors = world.add_role(room.guild, "editors")
    world.give_role(room.guild, room.bob.user, editors)
    refused = await room.bob.command(room.room, "closures add", **CLOSURE)
    assert f"You need the role <@&{room.desk.id}>." in refused.text
    await room.olga.command(room.room, "settings desk", role=editors)
    removed = await room.olga.command(room.room, "settings desk", role=room.desk, action="remove")
    assert f"Who may record facts: **<@&{editors.id}> and Manage Server**" in removed.text
    assert "Storm" in (await room.bob.command(room.room, "closures add", **CLOSURE)).text
    assert f"You need the role <@&{editors.id}>." in (await room.alice.command(room.room, "closures add", **CLOSURE)).text
    again = await room.olga.command(room.room, "settings desk", role=room.desk, action="remove")
    assert "none of the desk roles" in again.text
    await room.olga.press(removed, "Undo")
    assert (await server_of(room)).desk_role_ids == (room.desk.id, editors.id)


async def test_a_deleted_desk_role_is_named_and_does_not_keep_the_others_from_recording(
    newsroom: Newsroom, bot: BotClient
) -> None:
    room, world = newsroom, newsroom.sandbox.world
    editors = world.add_role(room.guild, "editors")
    await room.olga.command(room.room, "settings desk", role=editors)
    async with asyncio.timeout(15):
        deleted = asyncio.create_task(bot.wait_for("guild_role_delete"))
        await asyncio.sleep(0)
        world.remove_role(room.guild, room.desk)
        await deleted
    shown = await room.olga.command(room.room, "settings show")
    assert f"a role that was deleted, <@&{editors.id}> and Manage Server" in shown.text
    assert "The role of those who may record facts was deleted" in shown.text
    refused = await room.bob.command(room.room, "closures add", **CLOSURE)
    assert f"You need the role <@&{editors.id}>." in refused.text


async def test_there_are_25_desk_roles_at_most(newsroom: Newsroom) -> None:
    room = newsroom
    async with room.db.write() as conn:
        await servers.change(conn, room.guild.id, room.clock.now(), desk_role_ids=tuple(range(1, 26)))
    refused = await room.olga.command(room.room, "settings desk", role=room.desk)
    assert "25 desk roles already" in refused.text
    assert len((await server_of(room)).desk_role_ids) == 25


async def test_quiet_times_say_what_they_move(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await room.olga.command(room.room, "settings calendar", calendar="US")
    set_ = await room.olga.command(
        room.room, "settings quiet", days="both", **{"from": "10 pm", "to": "08:00", "urgent": "passed"}
    )
    quiet = "weekends, holidays (US) and 22:00 to 08:00; posted all the same: that a deadline has passed"
    assert f"Quiet: **{quiet}** (was never)" in set_.text
    assert "Next that moves" in set_.text
    assert (await server_of(room)).quiet == Quiet(True, True, (time(22), time(8)), Urgent.PASSED)
    shown = await room.olga.command(room.room, "settings quiet")
    assert f"Quiet: **{quiet}**" in shown.text
    later = await room.olga.command(room.room, "settings quiet", days="weekends", to="07:30")
    assert "weekends and 22:00 to 07:30" in later.text
    assert "Quiet: **never" in (await room.olga.press(shown, "Turn off")).text
    assert (await server_of(room)).quiet is None
    assert "Quiet times: none" in (await room.olga.command(room.room, "settings quiet")).text


async def test_the_next_alert_that_quiet_times_move_is_named(newsroom: Newsroom) -> None:
    room = newsroom
    room.clock.set(datetime(2018, 1, 30, 17, tzinfo=UTC))
    await Desk(room.db, room.guild.id).letter(room.clock.now(), date(2018, 2, 10), ["Albany"])
    weekends = await room.olga.command(room.room, "settings quiet", days="weekends")
    next_ = "Demand, 7 days before the deadline: Mon 5 February 2018, 09:00 EST instead of Sat 3 February 2018, 09:00 EST."
    assert f"**Next that moves:** {next_}" in weekends.text
    assert "the day of the deadline: Fri 9 February 2018, 09:00 EST instead of Sat 10 February 2018" in weekends.text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"from": "22:00"}, "need both from and to"),
        ({"from": "22:00", "to": "10 pm"}, "cannot begin and end at the same time"),
        ({"from": "08:00", "to": "07:30"}, "less than an hour"),
        ({"from": "8:00", "to": "22:00"}, "can be read as 08:00 or as 20:00"),
        ({"from": "evening", "to": "22:00"}, "“evening” is not a time of day"),
        ({"days": "holidays"}, "has no holidays. Choose one with /settings calendar first"),
        ({"urgent": "passed"}, "give days, or from and to"),
    ],
)
async def test_quiet_times_that_cannot_be_are_refused(newsroom: Newsroom, options: dict[str, str], said: str) -> None:
    answer = await newsroom.olga.command(newsroom.room, "settings quiet", **options)
    assert said in answer.text
    assert (await server_of(newsroom)).quiet is None


async def test_one_page_shows_what_is_set_what_is_missing_and_what_comes_next(newsroom: Newsroom, bot: BotClient) -> None:
    room = newsroom
    empty = await room.olga.command(room.room, "settings show")
    assert "No letter is recorded yet. `/letter new`" in empty.text
    assert "No alert is due in the next 90 days" in empty.text
    room.clock.set(datetime(2018, 1, 30, 17, tzinfo=UTC))
    await Desk(room.db, room.guild.id).letter(room.clock.now(), date(2018, 2, 6), ["Albany", "Troy"])
    await room.olga.command(room.room, "settings hour", hour=10)
    shown = await room.olga.command(room.room, "settings show")
    assert "Last changed: posting hour, by Olga, 30 January 2018" in shown.text
    assert "Missing\nNothing." in shown.text
    assert f"Sat 3 February 2018, 10:00 EST**, in <#{room.alerts.id}>" in shown.text
    assert "Demand, 3 days before the deadline: 2 cases" in shown.text


async def test_a_test_message_says_what_the_bot_can_do_there(newsroom: Newsroom) -> None:
    room = newsroom
    loud = room.sandbox.world.add_role(room.guild, "loud")
    await room.olga.command(room.room, "settings escalation", role=loud)
    answer = await room.olga.command(room.room, "settings test")
    assert f"A test message was posted** in <#{room.alerts.id}>" in answer.text and answer.ephemeral
    [message] = room.sandbox.messages(room.alerts)
    said = text_of(message)
    assert "This is a test" in said and "Olga has tested this channel" in said and "pings nobody" in said
    assert "Read Message History: to see what it has posted" in said
    assert f"ping <@&{loud.id}>: make the role mentionable" in said
    assert message["mention_roles"] == [] and message["mentions"] == []
    again = await room.olga.command(room.room, "settings test")
    assert "less than a minute ago" in again.text
    elsewhere = await room.olga.command(room.room, "settings test", channel=room.room)
    assert "Posted there: nothing yet" in elsewhere.text
    room.clock.set(room.clock.now() + timedelta(minutes=2))
    await room.olga.command(room.room, "settings test")
    assert len(room.sandbox.messages(room.alerts)) == 2


async def test_a_channel_that_cannot_be_tested_says_what_is_missing_and_why_it_is_needed(newsroom: Newsroom) -> None:
    room = newsroom
    closed = room.sandbox.world.add_channel(room.guild, "closed")
    deny = Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY
    room.sandbox.world.overwrite(closed, room.app.bot, deny=deny)
    answer = await room.olga.command(room.room, "settings test", channel=closed)
    assert "lacks Send Messages (to post alerts and news) and Read Message History" in answer.text
    assert room.sandbox.messages(closed) == []


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
