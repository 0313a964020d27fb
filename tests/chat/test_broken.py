"""What Discord refuses until a person corrects it: where it goes, who is told, and that it is sent when it is right again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord import ChannelType, app_commands
from sqlalchemy import select, update

from bot.chat.client import BotClient
from bot.chat.commands.settings import channel, fallback
from bot.chat.components import components_of
from bot.chat.messenger import DiscordMessenger
from bot.chat.poster import DiscordPoster
from bot.chat.surroundings import Surroundings
from bot.record.problems import Problem, ProblemKind
from bot.store import problems as store_problems
from bot.store import redirects
from bot.store.tables import notices, problems, servers
from bot.watch.deliver import Delivery
from bot.watch.preflight import Preflight
from bot.watch.schedule import Watch
from bot.watch.telling import Telling
from bot.words.card import Card, Text
from sandbox import FORUM, Channel, Permission, Role
from sandbox.person import text_of
from tests.chat.conftest import BOT_MAY, Newsroom
from tests.recording import Desk

RECORDED = datetime(2018, 2, 21, 20, tzinfo=UTC)
BEFORE = RECORDED + timedelta(hours=1)  # the next alert is due on the 22nd
DUE_TODAY = datetime(2018, 2, 23, 15, tzinfo=UTC)
PASSED = datetime(2018, 2, 24, 15, tzinfo=UTC)


@dataclass
class Scene:
    """The newsroom with the bot's watch, as the program puts them together."""

    room: Newsroom
    bot: BotClient
    watch: Watch
    heard: list[int] = field(default_factory=list)

    async def turn(self, now: datetime | None = None) -> None:
        """Let the bot hear what has happened, and the watch turn until nothing is left to do."""
        await self.catch_up()
        if now:
            self.room.clock.set(now)
        await self.watch.turn()
        await self.watch.turn()  # what came through the first time may let others follow

    async def catch_up(self) -> None:
        """Wait until the bot has received every event until now: they arrive in order, and this is one more."""
        world, elsewhere = self.room.sandbox.world, self.room.elsewhere
        self.heard.clear()
        world.rename_guild(elsewhere, elsewhere.name + ".")
        async with asyncio.timeout(10):
            while elsewhere.id not in self.heard:
                await asyncio.sleep(0.005)

    async def without_limits(self) -> None:
        """Let the client see that nothing limits the channel, so that no test waits for it."""
        await DiscordPoster(self.bot).send(self.room.alerts.id, components_of(Card((Text("Hello"),))), "hello")

    async def letters(self, count: int) -> None:
        for number in range(count):
            await Desk(self.room.db, self.room.guild.id).letter(RECORDED, to=(f"Place {number}",), title=f"Letter {number}")
        self.room.clock.set(RECORDED)

    async def letter(self, *to: str) -> None:
        self.room.clock.set(RECORDED)
        await Desk(self.room.db, self.room.guild.id).letter(self.room.clock.now(), to=to or ("Albany",))

    def posted(self, channel: Channel) -> list[str]:
        """The headlines in a channel."""
        return [text_of(message).split("\n")[0].removeprefix("## ") for message in self.room.sandbox.messages(channel)]

    def told(self, channel: Channel) -> list[str]:
        return [text for text in self.posted(channel) if text in TELLINGS]

    def attempts(self, channel: Channel) -> int:
        """How many posts were sent to a channel, whatever came of them."""
        path = f"/channels/{channel.id}/messages"
        return sum(request.method == "POST" and request.path.endswith(path) for request in self.room.sandbox.requests)

    async def states(self) -> list[str]:
        async with self.room.db.read() as conn:
            return list((await conn.execute(select(notices.c.state).order_by(notices.c.id))).scalars())

    def direct(self) -> list[str]:
        return self.posted(self.room.olga.direct(self.room.app))


TELLINGS = (
    "Alerts cannot be posted",
    "The fallback channel cannot be used",
    "Nobody can be pinged",
    "A role is missing",
    "A permission is missing",
)


def watched(room: Newsroom, bot: BotClient) -> Scene:
    surroundings = Surroundings(bot)
    poster = DiscordPoster(bot, surroundings)
    telling = Telling(room.db, room.clock, DiscordMessenger(bot, poster, surroundings))

    delivery = Delivery(room.db, room.clock, poster)
    watch = Watch(room.db, room.clock, delivery, 3600, None, Preflight(room.db, surroundings), telling)
    delivery.refused = watch.refused
    scene = Scene(room, bot, watch)

    def changed(server_id: int) -> None:
        scene.heard.append(server_id)
        watch.changed(server_id)

    bot.changed, bot.tell = changed, telling.tell
    return scene


@pytest.fixture
async def scene(newsroom: Newsroom, bot: BotClient, refusals_expected: None) -> AsyncIterator[Scene]:
    newsroom.sandbox.limits.enabled = False  # no test waits for a channel
    scene = watched(newsroom, bot)
    yield scene
    await scene.watch.stop(1)


async def second_channel(scene: Scene) -> Channel:
    """A fallback channel that was set by command."""
    second = scene.room.sandbox.world.add_channel(scene.room.guild, "second")
    await scene.catch_up()
    await scene.room.olga.command(scene.room.room, "settings fallback", channel=second)
    return second


Change = Callable[[Newsroom], None]


def _world(change: str, *args: object) -> Change:
    return lambda room: getattr(room.sandbox.world, change)(room.alerts, *args)


def _deny(permission: Permission) -> Change:
    return lambda room: room.sandbox.world.deny(room.alerts, room.app.bot, permission)


def _inherit(permission: Permission) -> Change:
    return lambda room: room.sandbox.world.inherit(room.alerts, room.app.bot, permission)


def _own_role(permissions: Permission) -> Change:
    def change(room: Newsroom) -> None:
        world, guild = room.sandbox.world, room.guild
        for role in guild.roles.values():
            if role.managed_by == room.app.id or role.id == guild.id:
                world.edit_role(guild, role, permissions=permissions)

    return change


def _role_taken(given_back: bool) -> Change:
    """The bot may view the channel by a role alone, which is taken from it."""

    def change(room: Newsroom) -> None:
        world, guild = room.sandbox.world, room.guild
        if given_back:
            world.give_role(guild, room.app.bot, room.desk)
        else:
            world.give_role(guild, room.app.bot, room.desk)
            world.overwrite(room.alerts, guild.roles[guild.id], deny=Permission.VIEW_CHANNEL)
            world.overwrite(room.alerts, room.desk, allow=Permission.VIEW_CHANNEL)
            world.take_role(guild, room.app.bot, room.desk)

    return change


#: How a channel breaks, and how it is put right again.
BREAKS: dict[str, tuple[Change, Change]] = {
    "made private": (_deny(Permission.VIEW_CHANNEL), _inherit(Permission.VIEW_CHANNEL)),
    "made read-only": (_deny(Permission.SEND_MESSAGES), _inherit(Permission.SEND_MESSAGES)),
    "turned into a forum": (_world("set_type", FORUM), _world("set_type", 0)),
    "the bot's role may nothing": (_own_role(Permission(0)), _own_role(BOT_MAY)),
    "a role was taken from the bot": (_role_taken(False), _role_taken(True)),
}


@pytest.mark.parametrize("way", BREAKS)
async def test_what_is_broken_is_told_once_and_what_waits_is_sent_when_discord_says_it_is_right(scene: Scene, way: str) -> None:
    breaks, mends = BREAKS[way]
    await scene.letter()
    breaks(scene.room)
    await scene.turn(BEFORE)
    assert scene.direct() == ["Alerts cannot be posted"]
    assert await scene.states() == []  # before an alert is due
    await scene.turn(DUE_TODAY)
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    assert scene.posted(scene.room.alerts) == [] and set(await scene.states()) <= {"undeliverable", "superseded"}
    assert scene.attempts(scene.room.alerts) <= 3
    mends(scene.room)
    await scene.turn(DUE_TODAY + timedelta(minutes=2))
    assert scene.posted(scene.room.alerts) == ["Due today: Albany, NY"]
    assert scene.direct() == ["Alerts cannot be posted"]


@pytest.mark.parametrize("way", [*BREAKS, "deleted"])
async def test_with_a_fallback_what_is_refused_is_posted_there_and_nowhere_else(scene: Scene, way: str) -> None:
    room = scene.room
    breaks = BREAKS[way][0] if way in BREAKS else _world("remove_channel")
    second = room.sandbox.world.add_channel(room.guild, "second")
    if way == "the bot's role may nothing":
        room.sandbox.world.overwrite(second, room.app.bot, allow=BOT_MAY)
    await scene.catch_up()
    await room.olga.command(room.room, "settings fallback", channel=second)
    await scene.letter("Albany", "Denver")
    breaks(room)
    await scene.turn(DUE_TODAY)
    await scene.turn(DUE_TODAY + timedelta(hours=1))
    assert sorted(scene.posted(second)) == ["Alerts cannot be posted", "Due today: Albany, NY and Denver, NY"]
    assert set(await scene.states()) == {"sent"}
    assert scene.direct() == [] and scene.posted(room.room) == []
    if way in BREAKS:
        BREAKS[way][1](room)
        await scene.turn(PASSED)
        assert scene.posted(room.alerts) == ["Deadline passed: Albany, NY and Denver, NY, no full answer on record"]
        assert len(scene.posted(second)) == 2


async def broken(scene: Scene, permission: Permission = Permission.SEND_MESSAGES) -> None:
    """A letter, and a channel in which it cannot be posted."""
    await scene.letter()
    _deny(permission)(scene.room)


async def test_the_moderators_are_told_where_discord_tells_them_and_never_where_everybody_reads(scene: Scene) -> None:
    room, world = scene.room, scene.room.sandbox.world
    moderators, greetings = world.add_channel(room.guild, "moderators"), world.add_channel(room.guild, "greetings")
    world.set_public_updates_channel(room.guild, moderators)
    world.set_system_channel(room.guild, greetings)
    await broken(scene)
    await scene.turn(BEFORE)
    assert scene.posted(moderators) == ["Alerts cannot be posted"]
    world.deny(moderators, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(BEFORE + timedelta(days=7))
    assert scene.direct() == ["Alerts cannot be posted"]  # again after a week, to who can be reached now
    assert scene.posted(greetings) == scene.posted(room.room) == []


async def test_what_is_told_names_no_letter_place_or_person(scene: Scene) -> None:
    await scene.letter("Albany")
    scene.room.sandbox.world.remove_channel(scene.room.alerts)
    await scene.turn(DUE_TODAY)
    [message] = scene.room.sandbox.messages(scene.room.olga.direct(scene.room.app))
    text = text_of(message)
    assert "was deleted. Choose another one with `/settings channel`" in text
    assert f"https://discord.com/channels/{scene.room.guild.id}" in text  # its owner may have several servers
    assert not any(word in text for word in ("Albany", "Demand", "authority", "Alice", "Newsroom", "alerts>"))


async def test_it_is_told_again_after_a_week_and_not_after_a_restart(scene: Scene) -> None:
    await broken(scene)
    await scene.turn(BEFORE)
    again = watched(scene.room, scene.bot)
    await again.turn(BEFORE + timedelta(days=6))
    assert scene.direct() == ["Alerts cannot be posted"]
    await again.turn(BEFORE + timedelta(days=7))
    await again.turn(BEFORE + timedelta(days=8))
    assert scene.direct() == ["Alerts cannot be posted"] * 2


async def test_what_breaks_again_is_told_again_but_not_each_time_that_somebody_tries_something(scene: Scene) -> None:
    await broken(scene)
    await scene.turn(BEFORE)
    for second in (10, 20, 30):
        _inherit(Permission.SEND_MESSAGES)(scene.room)
        await scene.turn(BEFORE + timedelta(seconds=second))
        _deny(Permission.SEND_MESSAGES)(scene.room)
        await scene.turn(BEFORE + timedelta(seconds=second + 5))
    assert scene.direct() == ["Alerts cannot be posted"]
    await scene.turn(BEFORE + timedelta(seconds=60))
    assert scene.direct() == ["Alerts cannot be posted"] * 2
    scene.room.sandbox.world.remove_channel(scene.room.alerts)
    await scene.turn(BEFORE + timedelta(seconds=70))
    assert scene.direct() == ["Alerts cannot be posted"] * 3
    assert "was deleted" in text_in(scene, scene.room.olga.direct(scene.room.app))


@pytest.mark.parametrize("nonce", [True, False])
async def test_what_may_have_been_told_is_looked_for(scene: Scene, nonce: bool) -> None:
    await broken(scene)
    direct = scene.room.olga.direct(scene.room.app)
    scene.room.sandbox.faults.drop_answer(f"POST /channels/{direct.id}/messages")
    if not nonce:
        scene.room.sandbox.posts.nonce_window = 0
    await scene.turn(BEFORE)
    again = watched(scene.room, scene.bot)
    await again.turn(BEFORE + timedelta(minutes=2))
    await again.turn(BEFORE + timedelta(minutes=5))
    assert scene.direct() == ["Alerts cannot be posted"]
    assert scene.attempts(direct) == 1
    async with scene.room.db.read() as conn:
        [row] = await conn.execute(select(problems.c.times, problems.c.maybe_in))
    assert (row.times, row.maybe_in) == (1, None)


async def test_an_owner_who_takes_no_messages_is_tried_again_later(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    await broken(scene)
    scene.room.olga.user.closed_dms = True
    await scene.turn(BEFORE)
    assert re.search(r"nobody on server \d+ can be told", caplog.text)
    scene.room.olga.user.closed_dms = False
    await scene.turn(BEFORE + timedelta(hours=5))
    assert scene.direct() == []
    await scene.turn(BEFORE + timedelta(hours=6))
    assert scene.direct() == ["Alerts cannot be posted"]


async def test_a_fallback_is_told_at_once_what_nobody_could_be_told(scene: Scene) -> None:
    room = scene.room
    await broken(scene)
    room.olga.user.closed_dms = True
    await scene.turn(DUE_TODAY)
    second = await second_channel(scene)
    await scene.turn()
    assert sorted(scene.posted(second)) == ["Alerts cannot be posted", "Due today: Albany, NY"]


async def test_nothing_is_told_of_a_channel_that_no_alert_needs(scene: Scene) -> None:
    scene.room.sandbox.world.remove_channel(scene.room.alerts)
    await scene.turn(BEFORE)
    assert scene.direct() == []
    await scene.letter()  # which needs it: it is reported before the alert is due
    await scene.turn(BEFORE + timedelta(minutes=1))
    assert scene.direct() == ["Alerts cannot be posted"]


async def test_nothing_is_told_during_an_outage_of_discord(scene: Scene) -> None:
    world, room = scene.room.sandbox.world, scene.room
    await scene.letter()
    world.set_unavailable(room.guild)
    await scene.turn(BEFORE)
    assert scene.direct() == []
    world.deny(room.alerts, room.app.bot, Permission.SEND_MESSAGES)
    world.set_unavailable(room.guild, False)
    await scene.turn(BEFORE + timedelta(minutes=1))
    assert scene.direct() == ["Alerts cannot be posted"]


async def test_what_is_refused_during_an_outage_is_tried_again_before_anybody_is_told(scene: Scene) -> None:
    world, room = scene.room.sandbox.world, scene.room
    await scene.letter()
    world.set_unavailable(room.guild)
    room.sandbox.faults.answer(f"POST /channels/{room.alerts.id}/messages", 403, code=50001)
    await scene.turn(DUE_TODAY)
    assert await scene.states() == ["undeliverable"]
    world.set_unavailable(room.guild, False)
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    assert (scene.posted(room.alerts), scene.direct()) == (["Due today: Albany, NY"], [])


async def test_discords_events_alone_wake_the_watch(scene: Scene) -> None:
    """It looks once an hour here; nothing else wakes it."""
    room = scene.room
    await scene.letter()
    room.clock.set(DUE_TODAY)
    await scene.catch_up()
    _deny(Permission.SEND_MESSAGES)(room)
    await scene.catch_up()
    scene.watch.start()
    direct = room.olga.direct(room.app)
    await room.sandbox.message_in(direct, "Alerts cannot be posted")
    _inherit(Permission.SEND_MESSAGES)(room)
    await room.sandbox.message_in(room.alerts, "Due today")


async def test_a_bot_that_was_removed_sends_what_waits_when_it_is_invited_again(scene: Scene) -> None:
    world, room = scene.room.sandbox.world, scene.room
    await scene.letter()
    await scene.turn(BEFORE)
    world.remove_member(room.guild, room.app.bot)
    await scene.turn(DUE_TODAY)
    assert scene.posted(room.alerts) == [] and scene.direct() == []
    world.add_bot(room.guild, room.app)
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    assert scene.posted(room.alerts) == ["Due today: Albany, NY"]


async def test_a_deleted_channel_is_replaced(scene: Scene) -> None:
    world, room = scene.room.sandbox.world, scene.room
    await scene.letter()
    world.remove_channel(room.alerts)
    await scene.turn(DUE_TODAY)
    shown = await room.olga.command(room.room, "settings show")
    assert "Alerts go to: **a channel that was deleted**" in shown.text
    assert "Not posted: 1 notice" in shown.text and "Choose another one with /settings channel" in shown.text
    new = world.add_channel(room.guild, "new")
    await scene.catch_up()
    await room.olga.command(room.room, "settings channel", channel=new)
    await scene.turn()
    assert scene.posted(new) == ["Due today: Albany, NY"]
    assert "Not posted" not in (await room.olga.command(room.room, "settings show")).text


async def test_a_fallback_that_refuses_too_keeps_what_waits(scene: Scene) -> None:
    world, room = scene.room.sandbox.world, scene.room
    second = await second_channel(scene)
    await broken(scene)
    world.deny(second, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(DUE_TODAY)
    assert sorted(scene.direct()) == ["Alerts cannot be posted", "The fallback channel cannot be used"]
    world.inherit(second, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    assert scene.posted(second) == ["Due today: Albany, NY"]
    world.deny(second, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(PASSED)
    assert await scene.states() == ["sent", "undeliverable"]
    world.inherit(room.alerts, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(PASSED + timedelta(minutes=1))
    assert scene.posted(room.alerts) == ["Deadline passed: Albany, NY, no full answer on record"]
    assert await scene.states() == ["sent", "sent"]


async def test_a_fallback_that_is_taken_away_leaves_nothing_behind(scene: Scene) -> None:
    world, room = scene.room.sandbox.world, scene.room
    second = await second_channel(scene)
    await broken(scene)
    world.deny(second, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(DUE_TODAY)
    await room.olga.command(room.room, "settings fallback")
    world.inherit(second, room.app.bot, Permission.SEND_MESSAGES)
    world.inherit(room.alerts, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    assert (scene.posted(room.alerts), scene.posted(second)) == (["Due today: Albany, NY"], [])


async def test_the_two_channels_are_two(scene: Scene) -> None:
    room = scene.room
    refused = await room.olga.command(room.room, "settings fallback", channel=room.alerts)
    assert "cannot be the same" in refused.text
    await room.olga.command(room.room, "settings fallback", channel=room.room)
    refused = await room.olga.command(room.room, "settings channel", channel=room.room)
    assert "cannot be the same" in refused.text
    shown = await room.olga.command(room.room, "settings show")
    assert f"If that is not possible: **<#{room.room.id}>**" in shown.text


async def test_temporary_faults_use_no_fallback(scene: Scene) -> None:
    room = scene.room
    second = await second_channel(scene)
    await scene.letter()
    room.sandbox.faults.answer(f"POST /channels/{room.alerts.id}/messages", 503)
    room.sandbox.faults.rate_limit(f"POST /channels/{room.alerts.id}/messages", 0.1)
    await scene.turn(DUE_TODAY)
    await scene.turn(DUE_TODAY + timedelta(minutes=10))
    await scene.turn(DUE_TODAY + timedelta(minutes=20))
    assert (scene.posted(room.alerts), scene.posted(second)) == (["Due today: Albany, NY"], [])


@pytest.mark.parametrize("permission", [Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL])
async def test_what_may_have_been_posted_before_is_not_posted_again_in_the_fallback(
    scene: Scene, permission: Permission
) -> None:
    """Where it can be looked for, it is found. Where not, it stays until it can be."""
    room = scene.room
    second = await second_channel(scene)
    await scene.letter()
    room.sandbox.faults.drop_answer(f"POST /channels/{room.alerts.id}/messages")
    await scene.turn(DUE_TODAY)
    _deny(permission)(room)
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    await scene.turn(DUE_TODAY + timedelta(minutes=2))
    assert [text for text in scene.posted(second) if text not in TELLINGS] == []
    _inherit(permission)(room)
    await scene.turn(DUE_TODAY + timedelta(minutes=3))
    assert await scene.states() == ["sent"]
    assert scene.posted(room.alerts) == ["Due today: Albany, NY"]


@pytest.mark.parametrize("way", ["deleted", "private for a day"])
async def test_what_may_have_been_posted_where_nobody_can_look_is_posted_in_the_fallback_in_the_end(
    scene: Scene, way: str
) -> None:
    """At once where the channel is gone, and what was in it; else after a day. Heard twice is better than never."""
    room = scene.room
    second = await second_channel(scene)
    await scene.letter()
    room.sandbox.faults.drop_answer(f"POST /channels/{room.alerts.id}/messages")
    await scene.turn(PASSED)
    if way == "deleted":
        room.sandbox.world.remove_channel(room.alerts)
        await scene.turn(PASSED + timedelta(minutes=1))
    else:
        _deny(Permission.VIEW_CHANNEL)(room)
        await scene.turn(PASSED + timedelta(minutes=1))
        assert [text for text in scene.posted(second) if text not in TELLINGS] == []
        await scene.turn(PASSED + timedelta(days=1))
    alerts = [text for text in scene.posted(second) if text not in TELLINGS]
    assert alerts == ["Deadline passed: Albany, NY, no full answer on record"]


async def test_nobody_hammers_a_channel_that_is_still_broken(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redirects, "SLICE", 4)  # what is sent afterwards is more than one
    room, world = scene.room, scene.room.sandbox.world
    await scene.without_limits()
    await scene.letters(20)
    _deny(Permission.SEND_MESSAGES)(room)
    await scene.turn(DUE_TODAY)
    first = scene.attempts(room.alerts)
    assert first <= 13  # of one round
    for minute in range(5):
        world.add_role(room.guild, f"role {minute}")
        world.deny(room.alerts, room.app.bot, Permission.EMBED_LINKS)
        await scene.turn(DUE_TODAY + timedelta(minutes=minute))
    assert scene.attempts(room.alerts) == first
    await scene.turn(DUE_TODAY + timedelta(hours=1, minutes=30))
    assert first < scene.attempts(room.alerts) <= 2 * first + 1
    _inherit(Permission.SEND_MESSAGES)(room)
    await scene.turn(DUE_TODAY + timedelta(hours=2))
    assert set(await scene.states()) == {"sent"} and len(scene.posted(room.alerts)) == 6, "four letters each"


async def test_a_refusal_that_nothing_explains_is_tried_once_after_each_event(scene: Scene) -> None:
    room, world = scene.room, scene.room.sandbox.world
    await scene.without_limits()
    await scene.letters(5)
    fault = room.sandbox.faults.answer(f"POST /channels/{room.alerts.id}/messages", 403, code=40333, times=100)
    await scene.turn(DUE_TODAY)
    assert scene.direct() == ["Alerts cannot be posted"]
    first = fault.met
    world.deny(room.alerts, room.desk, Permission.EMBED_LINKS)
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    assert fault.met == first + 1
    again = watched(room, scene.bot)
    await again.turn(DUE_TODAY + timedelta(hours=2))
    await again.turn(DUE_TODAY + timedelta(hours=2, minutes=1))
    assert scene.direct() == ["Alerts cannot be posted"]  # also after a restart, and when it was tried again
    fault.lift()
    world.deny(room.alerts, room.desk, Permission.ATTACH_FILES)
    await again.turn(DUE_TODAY + timedelta(hours=2, minutes=2))
    assert len(scene.posted(room.alerts)) == 3 and set(await scene.states()) == {"sent"}  # four letters, and the fifth
    assert scene.direct() == ["Alerts cannot be posted"]


async def test_what_was_put_right_while_the_bot_was_away_is_noticed_when_it_is_back(scene: Scene) -> None:
    room = scene.room
    await broken(scene)
    await scene.turn(DUE_TODAY)
    room.sandbox.gateway.refusing = True
    room.sandbox.gateway.cut()
    room.sandbox.gateway.forget_sessions()
    await room.sandbox.disconnected()
    _inherit(Permission.SEND_MESSAGES)(room)
    room.sandbox.gateway.refusing = False
    await room.sandbox.connected(timeout=20)
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    assert scene.posted(room.alerts) == ["Due today: Albany, NY"]


async def test_a_message_that_discord_refuses_is_reported_and_uses_no_fallback(scene: Scene) -> None:
    room = scene.room
    await scene.letter()
    room.sandbox.faults.answer(f"POST /channels/{room.alerts.id}/messages", 400, code=50035, message="Invalid Form Body")
    await scene.turn(DUE_TODAY)
    assert scene.direct() == ["An alert cannot be posted"]
    await scene.turn(DUE_TODAY + timedelta(hours=1))
    assert scene.posted(room.alerts) == ["Due today: Albany, NY"]


async def ping_role(scene: Scene, mentionable: bool = True) -> Role:
    role = scene.room.sandbox.world.add_role(scene.room.guild, "editors", mentionable=mentionable)
    await scene.catch_up()
    await scene.room.olga.command(scene.room.room, "settings escalation", role=role)
    return role


def text_in(scene: Scene, channel: Channel) -> str:
    return "\n".join(text_of(message) for message in scene.room.sandbox.messages(channel))


async def test_a_deleted_role_keeps_nothing_from_being_posted(scene: Scene) -> None:
    room = scene.room
    role = await ping_role(scene)
    await scene.letter()
    room.sandbox.world.remove_role(room.guild, role)
    await scene.turn(BEFORE)
    assert scene.direct() == ["Nobody can be pinged"]
    await scene.turn(PASSED)
    assert scene.posted(room.alerts) == ["Deadline passed: Albany, NY, no full answer on record"]
    text = text_in(scene, room.alerts)
    assert "Nobody could be pinged: the role that was chosen with /settings escalation was deleted." in text
    assert str(role.id) not in text
    shown = await room.olga.command(room.room, "settings show")
    assert "Pinged when a deadline has passed: **a role that was deleted**" in shown.text
    assert "Nobody can be pinged." in shown.text
    await room.olga.command(room.room, "settings escalation")
    await scene.turn()
    assert "Nobody can be pinged" not in (await room.olga.command(room.room, "settings show")).text


async def test_a_role_that_cannot_be_mentioned_is_reported_and_the_alert_says_so(scene: Scene) -> None:
    room = scene.room
    role = await ping_role(scene, mentionable=False)
    await scene.letter()
    await scene.turn(BEFORE)
    assert scene.direct() == ["Nobody can be pinged"]
    await scene.turn(PASSED)
    assert "cannot be mentioned by the bot" in text_in(scene, room.alerts)
    room.sandbox.world.edit_role(room.guild, role, mentionable=True)
    await scene.turn(PASSED + timedelta(minutes=1))
    async with room.db.read() as conn:
        assert (await conn.execute(select(problems.c.ended_at))).scalar_one() == PASSED + timedelta(minutes=1)


async def test_without_the_desk_role_only_managers_record(scene: Scene) -> None:
    room = scene.room
    await scene.letter()
    room.sandbox.world.remove_role(room.guild, room.desk)
    await scene.turn(BEFORE)
    assert scene.direct() == ["A role is missing"]
    refused = await room.alice.command(room.room, "case answer", case="1", extent="full", source="https://a.org", text="All.")
    assert "as the desk role was deleted" in refused.text
    shown = await room.olga.command(room.room, "settings show")
    assert "Who may record facts: **a role that was deleted and Manage Server**" in shown.text


async def test_a_history_that_cannot_be_read_is_reported_and_alerts_go_on(scene: Scene) -> None:
    await broken(scene, Permission.READ_MESSAGE_HISTORY)
    await scene.turn(DUE_TODAY)
    assert scene.direct() == ["A permission is missing"]
    assert scene.posted(scene.room.alerts) == ["Due today: Albany, NY"]


async def test_what_the_database_cannot_keep_is_told_the_desk_once(scene: Scene) -> None:
    room = scene.room
    await scene.catch_up()
    for _ in range(3):
        scene.bot.tell(room.guild.id, Problem(ProblemKind.DISK_FULL))
    await scene.turn()
    assert scene.posted(room.alerts) == ["Nothing can be recorded"]


async def test_what_is_reported_for_the_desk_is_posted_where_its_alerts_are(scene: Scene) -> None:
    room = scene.room
    async with room.db.write() as conn:
        for _ in range(2):
            await store_problems.report(conn, room.guild.id, Problem(ProblemKind.UNREADABLE_CASE, 17), room.clock.now())
    await scene.turn()
    await scene.turn()
    assert scene.posted(room.alerts) == ["A case cannot be read"]
    assert "Case #17" in text_in(scene, room.alerts)


async def test_a_refusal_that_was_overtaken_by_its_correction_is_no_problem(scene: Scene) -> None:
    """The channel was read-only when Discord refused the post; when the answer arrives, it is not any more."""
    room = scene.room
    await scene.letter()
    room.sandbox.faults.answer(f"POST /channels/{room.alerts.id}/messages", 403, code=50013)
    await scene.turn(DUE_TODAY)
    assert (scene.posted(room.alerts), scene.direct()) == (["Due today: Albany, NY"], [])


async def test_with_a_fallback_a_refusal_that_nothing_explains_is_told_as_well(scene: Scene) -> None:
    room = scene.room
    second = await second_channel(scene)
    await scene.letter()
    fault = room.sandbox.faults.answer(f"POST /channels/{room.alerts.id}/messages", 403, code=40333, times=100)
    await scene.turn(DUE_TODAY)
    assert sorted(scene.posted(second)) == ["Alerts cannot be posted", "Due today: Albany, NY"]
    fault.lift()
    await scene.turn(PASSED)
    assert scene.posted(room.alerts) == ["Deadline passed: Albany, NY, no full answer on record"]
    async with room.db.read() as conn:
        assert (await conn.execute(select(problems.c.ended_at))).scalar_one() is not None


@pytest.mark.parametrize("can_look", [True, False])
async def test_what_may_have_been_posted_in_a_channel_that_is_one_no_longer_is_not_posted_there(
    scene: Scene, can_look: bool
) -> None:
    """Its request was lost. Perhaps the channel was changed since others read it."""
    room = scene.room
    await scene.letter()
    room.sandbox.posts.nonce_window = 0
    room.sandbox.faults.drop_request(f"POST /channels/{room.alerts.id}/messages")
    await scene.turn(PASSED)
    new = room.sandbox.world.add_channel(room.guild, "new")
    if not can_look:
        _deny(Permission.READ_MESSAGE_HISTORY)(room)
    await scene.catch_up()
    await room.olga.command(room.room, "settings channel", channel=new)
    await scene.turn(PASSED + timedelta(minutes=1))
    await scene.turn(PASSED + timedelta(minutes=2))
    assert scene.posted(room.alerts) == []
    assert scene.posted(new) == ["Deadline passed: Albany, NY, no full answer on record"]


@pytest.mark.parametrize("what", ["channel", "role"])
async def test_what_was_deleted_during_an_outage_is_noticed_when_it_is_over(scene: Scene, what: str) -> None:
    world, room = scene.room.sandbox.world, scene.room
    role = await ping_role(scene)
    await scene.letter()
    world.set_unavailable(room.guild)
    await scene.turn(BEFORE)
    if what == "channel":
        world.remove_channel(room.alerts)
    else:
        world.remove_role(room.guild, role)
    world.set_unavailable(room.guild, False)
    await scene.turn(BEFORE + timedelta(minutes=1))
    assert scene.direct() == ["Alerts cannot be posted" if what == "channel" else "Nobody can be pinged"]


async def test_a_message_that_discord_refuses_is_told_once_whatever_is_restarted(scene: Scene) -> None:
    room = scene.room
    await scene.letter()
    fault = room.sandbox.faults.answer(f"POST /channels/{room.alerts.id}/messages", 400, code=50035, times=100)
    await scene.turn(DUE_TODAY)
    for hour in range(1, 5):
        scene = watched(room, scene.bot)
        await scene.turn(DUE_TODAY + timedelta(hours=hour, minutes=1))
    assert fault.met >= 4
    assert scene.direct() == ["An alert cannot be posted"]


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_page_of_a_proxy_says_nothing_of_the_channel(scene: Scene, status: int) -> None:
    room = scene.room
    second = await second_channel(scene)
    await scene.letter()
    room.sandbox.faults.proxy_page(f"POST /channels/{room.alerts.id}/messages", status, times=2)
    for minutes in (0, 10, 20, 30):
        await scene.turn(DUE_TODAY + timedelta(minutes=minutes))
    assert (scene.posted(room.alerts), scene.posted(second), scene.direct()) == (["Due today: Albany, NY"], [], [])


@pytest.mark.parametrize("fault", ["a page of a proxy", "a lost request"])
async def test_a_look_that_fails_is_made_again_before_anything_is_posted(scene: Scene, fault: str) -> None:
    room = scene.room
    await scene.letter()
    room.sandbox.posts.nonce_window = 0
    faults, path = room.sandbox.faults, f"/channels/{room.alerts.id}/messages"
    faults.drop_answer(f"POST {path}")
    await scene.turn(DUE_TODAY)
    if fault == "a lost request":
        faults.drop_request(f"GET {path}", times=2)
    else:
        faults.proxy_page(f"GET {path}", 403)
    for minutes in (10, 20, 30):
        await scene.turn(DUE_TODAY + timedelta(minutes=minutes))
    assert scene.posted(room.alerts) == ["Due today: Albany, NY"]


async def test_what_may_have_been_told_is_looked_for_until_discord_answers(scene: Scene) -> None:
    await broken(scene)
    room, direct = scene.room, scene.room.olga.direct(scene.room.app)
    room.sandbox.posts.nonce_window = 0
    room.sandbox.faults.drop_answer(f"POST /channels/{direct.id}/messages")
    await scene.turn(BEFORE)
    room.sandbox.faults.rate_limit(f"GET /channels/{direct.id}/messages", 60)
    for minutes in (2, 4, 6):
        await scene.turn(BEFORE + timedelta(minutes=minutes))
    assert scene.direct() == ["Alerts cannot be posted"]


async def test_what_was_late_already_waits_a_day_as_well_for_a_channel_that_nobody_can_look_at(scene: Scene) -> None:
    room = scene.room
    second = await second_channel(scene)
    await scene.letter()
    room.sandbox.faults.drop_answer(f"POST /channels/{room.alerts.id}/messages")
    late = PASSED + timedelta(days=1, hours=1)  # the bot was not running
    await scene.turn(late)
    _deny(Permission.VIEW_CHANNEL)(room)
    await scene.turn(late + timedelta(minutes=1))
    _inherit(Permission.VIEW_CHANNEL)(room)
    await scene.turn(late + timedelta(minutes=2))
    assert len(scene.posted(room.alerts)) == 1
    assert [text for text in scene.posted(second) if text not in TELLINGS] == []


async def test_a_bot_that_is_thrown_out_while_it_posts_and_comes_back_with_fewer_rights(scene: Scene) -> None:
    world, room = scene.room.sandbox.world, scene.room
    second = await second_channel(scene)
    await scene.letter()
    held = room.sandbox.faults.hold(f"POST /channels/{room.alerts.id}/messages")
    turn = asyncio.create_task(scene.turn(DUE_TODAY))
    async with asyncio.timeout(10):
        while not held.met:
            await asyncio.sleep(0.005)
    world.remove_member(room.guild, room.app.bot)
    world.overwrite(room.alerts, room.guild.roles[room.guild.id], deny=Permission.SEND_MESSAGES)
    world.overwrite(second, room.guild.roles[room.guild.id], deny=Permission.SEND_MESSAGES)
    world.add_bot(room.guild, room.app)
    assert held.hold is not None
    held.hold.set()
    await turn
    await scene.turn(DUE_TODAY + timedelta(minutes=1))
    assert sorted(scene.direct()) == ["Alerts cannot be posted", "The fallback channel cannot be used"]
    world.allow(second, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(DUE_TODAY + timedelta(minutes=2))
    assert (scene.posted(room.alerts), scene.posted(second)) == ([], ["Due today: Albany, NY"])
    world.allow(room.alerts, room.app.bot, Permission.SEND_MESSAGES)
    await scene.turn(DUE_TODAY + timedelta(minutes=3))
    assert (len(scene.posted(room.alerts)), len(scene.posted(second)), len(scene.direct())) == (0, 1, 2)


async def test_two_things_at_once_are_two_messages_and_each_is_ended_by_itself(scene: Scene) -> None:
    room = scene.room
    role = await ping_role(scene)
    await broken(scene)
    room.sandbox.world.remove_role(room.guild, role)
    await scene.turn(BEFORE)
    assert sorted(scene.direct()) == ["Alerts cannot be posted", "Nobody can be pinged"]
    _inherit(Permission.SEND_MESSAGES)(room)
    again = watched(room, scene.bot)
    await again.turn(BEFORE + timedelta(hours=1))
    _deny(Permission.SEND_MESSAGES)(room)
    await again.turn(BEFORE + timedelta(hours=2))
    assert sorted(scene.direct()) == ["Alerts cannot be posted", "Alerts cannot be posted", "Nobody can be pinged"]
    await again.turn(PASSED)
    assert len(scene.direct()) == 3


async def test_a_row_of_a_problem_that_cannot_be_read_keeps_nobody_else_from_being_told(scene: Scene) -> None:
    room = scene.room
    async with room.db.write() as conn:
        for kind, fault in (("of a newer version", "gone"), ("channel", "garbage")):
            row = problems.insert().values(server_id=room.elsewhere.id, kind=kind, about=1, fault=fault, detail="")
            await conn.execute(row.values(since=BEFORE, tell_at=BEFORE))
        await store_problems.report(conn, room.elsewhere.id, Problem(ProblemKind.DATABASE), RECORDED)
        await conn.execute(update(servers).where(servers.c.id == room.elsewhere.id).values(zone="Mars/Olympus"))
    await broken(scene)
    await scene.turn(BEFORE)
    await scene.turn(DUE_TODAY)
    assert scene.direct() == ["Alerts cannot be posted"]
    assert "Alerts cannot be posted" in (await room.olga.command(room.room, "settings show")).text


@pytest.mark.parametrize("command", [channel, fallback])
def test_alerts_go_to_no_thread(command: app_commands.Command[Any, ..., Any]) -> None:
    [option] = command.parameters
    assert set(option.channel_types) == {ChannelType.text, ChannelType.news}
