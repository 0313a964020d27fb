"""A clock that is wrong for a while, by seconds or months, both ways: nothing is lost or doubled, and no alert is late.

The bot reads a machine's clock; the test knows the true time, and so does Discord.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import update

from bot.clock import CheckedClock, FrozenClock
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import Undeliverable
from bot.record.events import Answer, Basis, DeadlineSet, Extent
from bot.store import heartbeat, restores
from bot.store.database import Database
from bot.store.heartbeat import Held
from bot.store.tables import notices
from bot.watch.clock_check import ClockCheck
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from bot.watch.tick import tick
from bot.words.card import Card
from tests.conftest import Template, database
from tests.recording import NEW_YORK, Desk
from tests.watch.test_delivery import Channels, at, states

TICK, LEASE, MINUTES, HOUR = timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=6), timedelta(hours=1)
JUMPS = [
    timedelta(**jump) for jump in ({"days": -90}, {"hours": -12}, {"minutes": -9}, {"seconds": 4}, {"minutes": 9}, {"days": 90})
]


@dataclass
class Discord(Channels):
    """Channels of a Discord whose clock is right. It refuses a nonce that it knows, and answers no post while `hangs`."""

    refuses: bool = False
    hangs: bool = False
    looks: asyncio.Event = field(default_factory=asyncio.Event)
    looking: asyncio.Event | None = None  #: until then, a look into a channel hangs
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        if self.refuses:
            raise Undeliverable("403", permanent=True)
        if self.hangs:
            await self.gate.wait()
        return await super().post(channel_id, card, nonce)

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        if self.looking:
            self.looks.set()
            await self.looking.wait()
        return await super().find(channel_id, token, since)


@dataclass
class World:
    """The true time, and a machine whose clock may differ from it."""

    db: Database
    true: datetime
    discord: Discord = field(default_factory=Discord)
    reachable: bool = True
    asked: int = 0

    def __post_init__(self) -> None:
        self.machine = FrozenClock(self.true)
        self.desk = Desk(self.db)
        self.start()

    def start(self) -> None:
        """A new process."""
        self.clock = CheckedClock(self.machine)
        self.delivery = Delivery(self.db, self.clock, self.discord, LEASE, self.clock.is_far_ahead)
        self.watch = Watch(self.db, self.clock, self.delivery, TICK.total_seconds(), ClockCheck(self.clock, self.ask))

    async def ask(self) -> None:
        self.asked += 1
        if not self.reachable:
            raise OSError("no route")
        self.clock.heard(format_datetime(self.true, usegmt=True), self.clock.monotonic())

    async def kill(self, jump: timedelta | None = None) -> None:
        """The process is gone, and another begins, with the clock as it is, or as it is set meanwhile."""
        tasks = [*self.delivery._under_way, *filter(None, [self.delivery._working])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if jump is not None:
            self.machine.jump(self.true + jump)
        self.start()
        await self.watch._begin()

    def go_on(self, passing: timedelta) -> None:
        self.true += passing
        self.machine.set(self.machine.now() + passing)

    async def tick(self) -> None:
        """The next look of the watch, and all that is sent then."""
        self.go_on(TICK)
        await self.look()

    async def look(self) -> None:
        await self.watch.look()
        working = self.delivery._working
        while working and not working.done() and not self.discord.hangs:
            await asyncio.wait([working])
        for _ in range(100):
            await asyncio.sleep(0.001 if self.discord.hangs and not self.delivery._under_way else 0)

    async def go_on_to(self, moment: datetime) -> None:
        self.go_on(moment - self.true)
        await self.look()

    async def states(self) -> list[tuple[str, str]]:
        return await states(self.db)


@pytest.fixture(scope="session")
def due(template: Template) -> Path:
    """An alert that was due at nine o'clock, and is planned."""

    async def fill(db: Database) -> None:
        await db.migrate()
        desk = Desk(db)
        await desk.open(escalation_role_id=7)
        await desk.letter(at(1, 24), to=("Albany",))
        async for _ in tick(db, at(2, 9)):
            pass

    return template("alert-due", fill)


@pytest.fixture
async def world(due: Path, tmp_path: Path) -> AsyncIterator[World]:
    """It is nine o'clock."""
    db = database(Path(shutil.copy(due, tmp_path / "letterwatch.db")))
    world = World(db, at(2, 9))
    yield world
    world.discord.gate.set()
    await world.delivery.stop(patience=1)
    await db.close()


async def waits(world: World) -> None:
    """It is planned."""


async def hangs(world: World) -> None:
    """This process is posting it."""
    world.discord.hangs = True
    await world.look()


async def is_killed(world: World) -> None:
    """A process that is gone was about to post it."""
    world.discord.hangs = True
    await world.look()
    world.discord.hangs = False
    await world.kill()


async def failed_again(world: World) -> None:
    """Discord could not take it, for the seventh time."""
    async with world.db.write() as conn:
        await conn.execute(update(notices).values(attempts=6))
    world.discord.failures = [lambda: Undeliverable("502", permanent=False)]
    await world.look()


async def lost_the_answer(world: World) -> None:
    """Discord has it, and the answer was lost."""
    world.discord.failures = [lambda: Undeliverable("lost", permanent=False, maybe_sent=True)]
    world.discord.keep_before_failing = True
    await world.look()
    world.discord.keep_before_failing = False


async def is_refused(world: World) -> None:
    """Discord refuses it."""
    world.discord.refuses = True
    await world.look()
    world.discord.refuses = False


async def is_sent(world: World) -> None:
    await world.look()


#: How it comes into each state, and how long it may wait there.
STATES: list[tuple[Callable[[World], Awaitable[None]], timedelta]] = [
    (waits, timedelta()),
    (hangs, timedelta()),
    (is_killed, LEASE),
    (failed_again, MINUTES),
    (lost_the_answer, TICK),
    (is_refused, HOUR),
    (is_sent, timedelta()),
]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize(("happens", "waiting"), STATES, ids=[happens.__name__ for happens, _ in STATES])
@pytest.mark.parametrize("when", ["before", "meanwhile", "and then killed"])
async def test_a_clock_that_is_wrong_for_a_while_loses_and_doubles_nothing(
    world: World, happens: Callable[[World], Awaitable[None]], waiting: timedelta, jump: timedelta, when: str
) -> None:
    if when == "meanwhile":
        await happens(world)
        world.machine.jump(world.true + jump)
    else:
        world.machine.jump(world.true + jump)
        await happens(world)
    await world.tick()
    if when == "and then killed":
        await world.kill(jump=timedelta())
        waiting = LEASE if happens is hangs else waiting
    world.machine.jump(world.true)
    world.discord.hangs = False
    world.discord.gate.set()
    await world.tick()
    world.go_on(max(timedelta(), waiting - 2 * TICK))
    for _ in range(3):
        await world.tick()
    assert await world.states() == [("14-days-before", "sent")]
    await world.go_on_to(at(2, 16) - TICK)
    assert len(world.discord.posted) == 1
    await world.tick()
    assert await world.states() == [("14-days-before", "sent"), ("7-days-before", "sent")]
    assert set(Counter(token for _, token, _ in world.discord.posted).values()) == {1}


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize(
    ("failure", "waiting"), [(Undeliverable("502", permanent=False), TICK), (Undeliverable("403", permanent=True), HOUR)]
)
async def test_a_clock_that_is_wrong_between_two_looks_is_not_noticed(
    world: World, jump: timedelta, failure: Undeliverable, waiting: timedelta
) -> None:
    world.discord.hangs, world.discord.failures = True, [lambda: failure]
    await world.look()
    world.machine.jump(world.true + jump)
    world.discord.hangs = False
    world.discord.gate.set()
    await asyncio.wait([*filter(None, [world.delivery._working])])
    world.machine.jump(world.true)
    world.go_on(waiting - TICK)
    for _ in range(2):
        await world.tick()
    assert await world.states() == [("14-days-before", "sent")]


async def test_alerts_go_on_by_a_clock_that_stays_behind(world: World) -> None:
    await is_sent(world)
    world.go_on(timedelta(days=7) + HOUR)
    world.machine.jump(world.true - 3 * HOUR)
    await world.look()
    assert len(world.discord.posted) == 1
    world.go_on(2 * HOUR - TICK)
    await world.look()
    assert len(world.discord.posted) == 1
    await world.tick()
    assert len(world.discord.posted) == 2


async def test_nothing_is_posted_by_a_clock_that_is_a_month_ahead_until_it_is_right(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot.watch.clock_check")
    await is_sent(world)
    world.machine.jump(world.true + timedelta(days=30))
    for _ in range(21):
        await world.tick()
    assert len(world.discord.posted) == 1
    assert await beat(world) == (world.machine.now(), Held.AHEAD, 30 * 86_400)
    world.machine.jump(world.true)
    await world.go_on_to(at(2, 16))
    assert await beat(world) == (at(2, 16), None, None)
    assert [state for _, state in await world.states()] == ["sent", "sent"]
    assert [record.message for record in caplog.records] == [
        "this machine's clock was set ahead by 30 days, or it slept",
        "this machine's clock is 30 days ahead of Discord's: nothing is posted until it is right",
        "this machine's clock was set back by 30 days",
        "this machine's clock agrees with Discord's again; alerts are posted",
    ]


async def beat(world: World) -> tuple[datetime, Held | None, int | None]:
    async with world.db.read() as conn:
        last = await heartbeat.last_beat(conn)
    assert last is not None
    return last.ticked_at, last.held, last.ahead_by and round(last.ahead_by, -2)


async def test_a_clock_that_was_a_month_ahead_from_the_start_posts_nothing(world: World) -> None:
    world.machine.jump(world.true + timedelta(days=30))
    world.start()
    await world.tick()
    assert world.discord.posted == [] and world.asked == 1
    world.machine.jump(world.true)
    await world.tick()
    assert await world.states() == [("14-days-before", "sent")]


async def test_a_clock_that_is_set_right_after_a_wrong_start_hurries_nothing(world: World) -> None:
    await is_refused(world)
    await world.kill(jump=timedelta(days=30))
    await world.tick()
    world.machine.jump(world.true)
    await world.tick()
    assert await world.states() == [("14-days-before", "undeliverable")]


async def test_a_jump_that_discord_cannot_confirm_holds_everything_until_it_can(world: World) -> None:
    await is_sent(world)
    world.reachable, world.asked = False, 0
    world.true += timedelta(days=7)  # the machine slept: its monotonic time stood still
    world.machine.jump(world.true)
    for _ in range(60):
        await world.tick()
    assert len(world.discord.posted) == 1
    assert (await beat(world))[1] is Held.UNCONFIRMED
    assert 5 <= world.asked <= 15
    world.reachable = True
    for _ in range(12):
        await world.tick()
    assert await world.states() == [("14-days-before", "sent"), ("7-days-before", "sent")]


async def test_a_machine_that_has_slept_posts_as_soon_as_discord_confirms_the_time(world: World) -> None:
    await is_sent(world)
    world.true += timedelta(days=7)
    world.machine.jump(world.true)
    await world.look()
    assert [state for _, state in await world.states()] == ["sent", "sent"]


async def test_what_is_recorded_while_the_clock_is_ahead_bears_the_right_time_and_is_planned(world: World) -> None:
    world.machine.jump(world.true + timedelta(days=30))
    await world.look()
    await world.desk.letter(world.clock.now(), due=date(2018, 2, 23), to=("Denver",), title="Another")
    world.machine.jump(world.true)
    for _ in range(2):
        await world.tick()
    await world.go_on_to(at(2, 16))
    told = [text for text in world.discord.texts() if "Denver" in text]
    assert [text.count("7 days left: Denver, NY") for text in told] == [1]


async def test_a_look_that_a_clock_ahead_has_put_off_is_made_in_time(world: World) -> None:
    await is_sent(world)
    await world.go_on_to(at(2, 16, hour=8, minute=52))
    [case] = await world.desk.cases()
    world.machine.jump(world.true + timedelta(minutes=9))
    await world.desk.record(world.machine.now(), case, Answer(Extent.PARTIAL))  # from a file, on the command line
    await world.kill(jump=timedelta())
    world.machine.jump(world.true)
    await world.tick()
    await world.go_on_to(at(2, 16) - TICK)
    assert len(world.discord.posted) == 1
    await world.tick()
    assert len(world.discord.posted) == 2


async def test_what_a_wrong_clock_has_put_off_is_brought_forward_once_the_database_answers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.machine.jump(world.true + timedelta(minutes=9))
    await failed_again(world)
    world.machine.jump(world.true)
    with monkeypatch.context() as meanwhile, pytest.raises(OSError, match="busy"):
        meanwhile.setattr(world.db, "write", busy)
        await world.tick()
    world.go_on(MINUTES)
    for _ in range(2):
        await world.tick()
    assert await world.states() == [("14-days-before", "sent")]


def busy(**options: object) -> NoReturn:
    raise OSError("busy")


@pytest.mark.parametrize("then", ["goes on", "is killed"])
async def test_a_deadline_that_a_clock_ahead_has_recorded_is_known_at_once(world: World, then: str) -> None:
    await is_sent(world)
    await world.go_on_to(at(2, 11, hour=8, minute=55))
    [case] = await world.desk.cases()
    world.machine.jump(world.true + timedelta(minutes=9))
    await world.look()
    sooner = DeadlineSet(Deadline(date(2018, 2, 18), NEW_YORK), Basis.CORRECTION)
    await world.desk.record(world.clock.now(), case, sooner, when="2018-02-10")
    if then == "is killed":
        await world.kill(jump=timedelta())
    world.machine.jump(world.true)
    await world.tick()
    await world.go_on_to(at(2, 11))
    assert world.discord.texts()[-1].startswith("7 days left: Albany, NY")


@pytest.mark.parametrize("state", ["claimed", "pending", "undeliverable"])
async def test_a_wait_that_ends_later_than_it_possibly_could_has_ended(world: World, state: str) -> None:
    longest = {"claimed": LEASE, "pending": timedelta(minutes=30), "undeliverable": HOUR}[state]
    for over, sent in ((timedelta(), 0), (timedelta(minutes=1), 1)):
        stamped = update(notices).values(state=state, ready=False, not_before=world.true + longest + over, claim="x")
        async with world.db.write() as conn:
            await conn.execute(stamped)
        await world.look()
        assert len(world.discord.posted) == sent


async def test_what_was_about_to_be_posted_when_the_clock_jumped_is_posted_when_it_is_right(world: World) -> None:
    world.discord.keep_before_failing = True
    world.discord.failures = [lambda: Undeliverable("lost", permanent=False, maybe_sent=True)]
    world.discord.looking = asyncio.Event()
    await world.look()
    world.go_on(TICK)
    await world.watch.look()
    await world.discord.looks.wait()
    world.machine.jump(world.true + timedelta(days=30))
    world.discord.posted.clear()  # so that it is not found, and is to be checked again
    world.discord.looking.set()
    await asyncio.wait([*filter(None, [world.delivery._working])])
    await world.watch.turn()  # ends, although nothing may be posted
    assert world.discord.posted == [] and len(world.delivery._again) == 1
    world.machine.jump(world.true)
    await world.tick()
    assert await world.states() == [("14-days-before", "sent")]


async def test_a_look_takes_no_question_while_the_clock_agrees(world: World) -> None:
    for _ in range(50):
        await world.tick()
        world.go_on(HOUR)
    assert world.asked == 1


@pytest.mark.parametrize("is_behind", [False, True])
async def test_a_restore_by_a_clock_that_was_ahead_holds_nothing_that_falls_due_later(world: World, is_behind: bool) -> None:
    """Unless the clock is behind now: by Discord's, the restore may have been when it says."""
    await is_sent(world)
    restored_at = world.true if is_behind else world.true + timedelta(days=30)
    async with world.db.write() as conn:
        await restores.note(conn, restored_at)
    await world.kill(jump=timedelta(hours=-12) if is_behind else timedelta())
    await world.tick()
    async with world.db.read() as conn:
        restore = await restores.last(conn)
    assert restore
    assert restore.restored_at == restored_at if is_behind else abs(restore.restored_at - world.true) < timedelta(seconds=5)
