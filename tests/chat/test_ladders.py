"""/settings ladder: shown before it is recorded, undone from its receipt, for one letter or the whole server."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.record.ladder import DEFAULT_LADDER, LEGACY_LADDER, Ladder, standing
from bot.store import cases, servers
from sandbox import Permission
from tests.chat.conftest import Newsroom

pytestmark = pytest.mark.usefixtures("on_memorial_day")


async def ladder(room: Newsroom) -> Ladder:
    async with room.db.read() as conn:
        return (await servers.get(conn, room.guild.id)).ladder


def names(of: Ladder) -> list[str]:
    return [rung.name for rung in of]


async def test_an_alert_more_is_shown_with_its_dates_recorded_and_undone(newsroom: Newsroom) -> None:
    room = newsroom
    shown = await room.olga.command(room.room, "settings ladder add", when="5 days before")
    assert shown.ephemeral and "Added: **5 days before**" in shown.text
    assert re.search(r"^5 before +- +(past|\d+ \w+ \d\d)$", shown.text, re.MULTILINE), shown.text
    assert names(await ladder(room)) == names(DEFAULT_LADDER), "only shown"
    done = await room.olga.press(shown, "Record")
    assert "Alerts changed" in done.text
    [new] = [rung for rung in await ladder(room) if rung.name == "5-days-before"]
    assert new.since == room.clock.now()
    assert names(standing(await ladder(room))) == [*names(DEFAULT_LADDER)[:3], "5-days-before", *names(DEFAULT_LADDER)[3:]]
    undone = await room.olga.press(done, "Undo")
    assert "Undone" in undone.text
    assert standing(await ladder(room)) == DEFAULT_LADDER


async def test_what_was_changed_meanwhile_is_not_recorded_over(newsroom: Newsroom) -> None:
    room = newsroom
    first = await room.olga.command(room.room, "settings ladder remove", when="30 days before")
    second = await room.olga.command(room.room, "settings ladder remove", when="14 days before")
    await room.olga.press(second, "Record")
    refused = await room.olga.press(first, "Record")
    assert "was changed in the meantime" in refused.text
    assert "30-days-before" in names(await ladder(room))


async def test_a_rung_that_is_removed_and_added_again_holds_from_then_on(newsroom: Newsroom) -> None:
    room = newsroom
    await room.olga.press(await room.olga.command(room.room, "settings ladder remove", when="passed"), "Record")
    room.clock.set(room.clock.now() + timedelta(days=1))
    await room.olga.press(await room.olga.command(room.room, "settings ladder add", when="the deadline passed"), "Record")
    [passed] = [rung for rung in standing(await ladder(room)) if rung.name == "passed"]
    assert passed.loud and passed.since == room.clock.now()


@pytest.mark.parametrize(
    ("when", "refusal"),
    [
        ("7 days before", "is on the ladder already"),
        ("yearly", "would be due at one moment"),
        ("1 day after", "would be due at one moment"),
        ("soon", "is not clear. Write “14 days before”"),
        ("9999 days before", "at most 365 days before"),
    ],
)
async def test_what_does_not_fit_is_refused_with_the_reason(newsroom: Newsroom, when: str, refusal: str) -> None:
    answer = await newsroom.olga.command(newsroom.room, "settings ladder add", when=when)
    assert refusal in answer.text
    assert await ladder(newsroom) == DEFAULT_LADDER


async def test_a_channel_without_permission_and_everyone_are_refused(newsroom: Newsroom) -> None:
    room = newsroom
    closed = room.sandbox.world.add_channel(room.guild, "closed")
    room.sandbox.world.overwrite(closed, room.app.bot, deny=Permission.SEND_MESSAGES)
    answer = await room.olga.command(room.room, "settings ladder add", when="5 days before", channel=closed)
    assert ": Send Messages. Give them to the bot" in answer.text
    everyone = room.guild.roles[room.guild.id]
    answer = await room.olga.command(room.room, "settings ladder add", when="5 days before", role=everyone)
    assert "everyone cannot be chosen here" in answer.text
    role = room.sandbox.world.add_role(room.guild, "editors")
    answer = await room.olga.command(room.room, "settings ladder add", when="5 days before", role=role, loud=False)
    assert "Only a loud alert pings a role" in answer.text


async def test_the_last_alert_stays_and_there_are_at_most_twenty(newsroom: Newsroom) -> None:
    room = newsroom
    for days in (40, 41, 42, 43, 44, 45, 46):
        shown = await room.olga.command(room.room, "settings ladder add", when=f"{days} days before")
        await room.olga.press(shown, "Record")
    full = await room.olga.command(room.room, "settings ladder add", when="47 days before")
    assert len(standing(await ladder(room))) == 20 and "at most 20 alerts" in full.text


async def test_a_letter_has_a_ladder_of_its_own_until_it_takes_the_servers_again(newsroom: Newsroom) -> None:
    room = newsroom
    async with room.db.read() as conn:
        [*_, letter] = await cases.letters_of(conn, room.guild.id)
    shown = await room.olga.command(room.room, "settings ladder add", when="60 days after", letter=letter.slug)
    await room.olga.press(shown, "Record")
    assert await ladder(room) == DEFAULT_LADDER
    async with room.db.read() as conn:
        own = (await cases.letters_by_id(conn, [letter.id]))[letter.id].ladder
    assert own and "60-days-after" in names(own)
    removed = await room.olga.command(room.room, "settings ladder remove", when="3 days after", letter=letter.slug)
    await room.olga.press(removed, "Record")
    room.clock.set(room.clock.now() + timedelta(hours=1))
    shown = await room.olga.command(room.room, "settings ladder reset", letter=letter.slug)
    done = await room.olga.press(shown, "Record")
    assert "It has the server's ladder." in done.text
    async with room.db.read() as conn:
        again = (await cases.letters_by_id(conn, [letter.id]))[letter.id]
        server = await servers.get(conn, room.guild.id)
    assert again.ladder is None
    [back] = [rung for rung in standing(server.ladder_of(again)) if rung.name == "3-days-after"]
    assert back.since == room.clock.now(), "what it did not have until now holds from now on"
    await room.olga.press(done, "Undo")
    async with room.db.read() as conn:
        undone = (await cases.letters_by_id(conn, [letter.id]))[letter.id]
    assert undone.ladder and "3-days-after" not in names(standing(undone.ladder))


async def test_show_and_preview_say_what_there_is(newsroom: Newsroom) -> None:
    room = newsroom
    async with room.db.write() as conn:
        await servers.change(conn, room.guild.id, room.clock.now(), ladder=LEGACY_LADDER)
    shown = await room.olga.command(room.room, "settings ladder show")
    assert "**every 7 days after**" in shown.text and "repeats every 7 days" in shown.text
    compared = await room.olga.command(room.room, "settings ladder preview")
    table = compared.text.split("```")[1].splitlines()
    assert max(map(len, table)) <= 31, "it fits a phone"
    assert any(re.search(r"^30 after +- +\d", line) or re.search(r"^30 after +- +past", line) for line in table)
    done = await room.olga.press(await room.olga.command(room.room, "settings ladder reset"), "Record")
    assert "Added: **monthly after**" in done.text and "Removed: **every 7 days after**" in done.text
    kept = {rung.name: rung.since for rung in standing(await ladder(room))}
    assert kept["passed"] is None and kept["14-days-after"] == room.clock.now()


async def test_what_is_offered_fits_what_is_on_the_ladder(newsroom: Newsroom) -> None:
    room = newsroom
    offered = await room.olga.complete(room.room, "settings ladder add", "when", "")
    assert "14 days before" not in {each["value"] for each in offered}
    offered = await room.olga.complete(room.room, "settings ladder add", "when", "two weeks after")
    assert [each["value"] for each in offered] == ["14 days after"]
    offered = await room.olga.complete(room.room, "settings ladder remove", "when", "month")
    assert [each["value"] for each in offered] == ["monthly after"]
