"""Whatever happens to delivery in whatever order: no alert is lost, none is doubled, and none was untrue when it was sent."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.clock import FrozenClock
from bot.record.case import Case
from bot.record.errors import Undeliverable, Unreadable
from bot.record.events import Answer, Corrected, Extent
from bot.store import deliveries, redirects, servers
from bot.store.database import Database
from bot.store.tables import notices
from bot.watch.deliver import Delivery
from bot.watch.rounds import Ready
from bot.watch.tick import tick
from bot.words.card import Card
from bot.words.plain_text import plain
from tests.conftest import database
from tests.recording import CHANNEL, SERVER, Desk
from tests.watch.test_delivery import at

PLACES = ("Albany", "Buffalo", "Denver", "Elmira", "Oakland", "Rome", "Seattle")
LETTERS = (PLACES[:3], PLACES[3:5], PLACES[5:6], PLACES[6:])
CHANNELS = (CHANNEL + SERVER, 555)
START, LEASE = at(2, 9), timedelta(minutes=1)
DAY_BEFORE = "2018-02-08"  # what was said counts from then on, however wrong the clock is when it is recorded


@dataclass
class Discord:
    """Two channels. What happens to the next posts is in `fates`. It takes each nonce once in a channel, as Discord does for
    some minutes; a look finds whatever is there, if the history can be read.
    """

    fates: list[str] = field(default_factory=list)
    messages: dict[tuple[int, str], int] = field(default_factory=dict)
    nonces: dict[tuple[int, str], int] = field(default_factory=dict)  #: of the last minutes
    texts: list[str] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)  #: places whose answers were recorded
    untrue: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    readable: bool = True
    in_line: float = 0.0

    def room(self, channel_id: int) -> int:
        return 3

    def room_in(self, channel_id: int) -> float:
        return 0.0

    def backlog(self) -> float:
        return self.in_line

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        text = plain(card)
        self.untrue += [text for place in self.answered if place in text]
        match self.fates.pop() if self.fates else "posted":
            case "429":
                raise Undeliverable("429", permanent=False, retry_after=2)
            case "403":
                raise Undeliverable("403", permanent=True)
            case "request lost":
                raise Undeliverable("lost", permanent=False, maybe_sent=True)
            case "answer lost":
                self._keep(channel_id, nonce, text)
                raise Undeliverable("lost", permanent=False, maybe_sent=True)
            case "odd":
                self._keep(channel_id, nonce, text)
                raise ValueError("odd")
            case "late request":
                await self.gate.wait()
            case "late answer":
                message_id = self._keep(channel_id, nonce, text)
                await self.gate.wait()
                return message_id
        return self._keep(channel_id, nonce, text)

    def _keep(self, channel_id: int, nonce: str, text: str) -> int:
        if (channel_id, nonce) not in self.nonces:
            self.texts.append(text)
            self.messages[channel_id, nonce] = self.nonces[channel_id, nonce] = len(self.texts)
        return self.nonces[channel_id, nonce]

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        await asyncio.sleep(0)
        if not self.readable:
            raise Unreadable
        return self.messages.get((channel_id, token))

    def told(self) -> Counter[str]:
        """How often each place was named."""
        return Counter(place for text in self.texts for place in PLACES if place in text)


class Worker(Delivery):
    """By the clock of these tests no time passes until it is set. A post could begin after its lease, as no real one can."""

    async def _post(self, ready: Ready, by: float) -> None:
        if ready.claimed.notice.id in deliveries.overdue(self._leases, self._clock.now(), LEASE):
            self._failed(ready.claimed, Undeliverable("late", permanent=False, maybe_sent=True))
        else:
            await super()._post(ready, by)


@dataclass
class World:
    """Two workers, a desk, and a clock that may be wrong. `now` is the true time."""

    db: Database
    now: datetime = START
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(START))
    discord: Discord = field(default_factory=Discord)
    workers: list[Delivery] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)  #: ids of answers that stand, by place
    ever_answered: set[str] = field(default_factory=set)
    was_unreadable: bool = False
    latest: datetime = START  #: that the clock has shown

    def __post_init__(self) -> None:
        self.workers = [self.worker(), self.worker()]
        self.desk = Desk(self.db)

    def worker(self) -> Delivery:
        return Worker(self.db, self.clock, self.discord, LEASE)

    async def tick(self) -> None:
        async for _ in tick(self.db, self.clock.now()):
            await self.workers[0].take_up()

    async def go(self, number: int, turns: int) -> None:
        await self.workers[number].take_up()
        for _ in range(turns):
            await asyncio.sleep(0.0005 if turns % 7 == 3 else 0)

    async def kill(self, number: int, turns: int) -> None:
        worker = self.workers[number]
        tasks = [*worker._under_way, *filter(None, [worker._working])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.workers[number] = self.worker()

    async def stop(self, number: int, turns: int) -> None:
        await self.let_go()
        await self.workers[number].stop(patience=1)

    async def answer(self, number: int, turns: int) -> None:
        """Record an answer, or take it back. It counts once whoever waited for the database could have heard of it."""
        case = await self.case(PLACES[turns % len(PLACES)])
        place = case.place.name
        self.ever_answered.add(place)
        if place in self.answers:
            self.discord.answered.discard(place)
            await self.desk.record(self.clock.now(), case, Corrected(), DAY_BEFORE, replaces=self.answers.pop(place))
        else:
            self.answers[place] = await self.desk.record(self.clock.now(), case, Answer(Extent.FULL), DAY_BEFORE)
            for _ in range(3):
                await asyncio.sleep(0)
            self.discord.answered.add(place)

    async def case(self, place: str) -> Case:
        return next(case for case in await self.desk.cases() if case.place.name == place)

    async def channel(self, number: int, turns: int) -> None:
        async with self.db.write() as conn:
            await servers.change(conn, SERVER, self.clock.now(), channel_id=CHANNELS[turns % 2])
            await redirects.redirect(conn, SERVER, CHANNELS[turns % 2], self.clock.now())

    async def pass_time(self, number: int, turns: int) -> None:
        """No post takes longer than its lease."""
        seconds = (1, 3, 70, 700, 4_000)[turns % 5]
        if seconds > 50:
            await self.let_go()
        if seconds > 500:
            self.discord.nonces.clear()
        self.now += timedelta(seconds=seconds)
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))
        self.latest = max(self.latest, self.clock.now())

    async def set_clock(self, number: int, turns: int) -> None:
        """Wrongly, or right again. If it is set back, or ahead by a lease, leases of others are over at once. What was sent
        under them has arrived by then: the bot does not promise more (docs/reliability.md, "Posting once").
        """
        off = (
            timedelta(),
            timedelta(seconds=-90),
            timedelta(hours=-3),
            timedelta(days=-10),
            timedelta(seconds=90),
            timedelta(hours=3),
        )
        set_to = self.now + off[turns % len(off)]
        if not timedelta() <= set_to - self.clock.now() < LEASE:
            await self.let_go()
        self.clock.set(set_to)
        self.latest = max(self.latest, self.clock.now())

    async def history(self, number: int, turns: int) -> None:
        self.discord.readable = bool(turns % 2)
        self.was_unreadable |= not self.discord.readable

    async def line(self, number: int, turns: int) -> None:
        self.discord.in_line = (0.0, 0.085, 0.3)[turns % 3]

    async def let_go(self) -> None:
        self.discord.gate.set()
        await asyncio.sleep(0)
        self.discord.gate = asyncio.Event()

    async def end(self) -> None:
        """All is well again: nothing may be left two hours after all that the clock has shown."""
        self.discord.fates.clear()
        self.discord.readable, self.discord.in_line = True, 0.0
        await self.let_go()
        self.discord.nonces.clear()
        self.now = max(self.now, self.latest)
        for minutes in (0, 2, 15, 61, 61):
            self.now += timedelta(minutes=minutes)
            self.clock.set(self.now)
            await self.tick()
            for worker in self.workers:
                await worker.drain()
        for worker in self.workers:
            await worker.stop(patience=1)
            assert not (worker._leases or worker._rooms._held or worker._rooms._begun or worker._readings or worker._under_way)


FATES = ("posted", "429", "403", "request lost", "answer lost", "odd", "late request", "late answer")
STEPS = (
    "go",
    "go",
    "go",
    "kill",
    "stop",
    "answer",
    "answer",
    "channel",
    "pass_time",
    "pass_time",
    "set_clock",
    "history",
    "line",
)
steps = st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(0, 40), st.lists(st.sampled_from(FATES), max_size=3))


@settings(max_examples=40)
@given(st.lists(steps, max_size=25))
def test_each_alert_is_posted_once_while_it_is_true(waiting: Path, happening: list[tuple[str, int, int, list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(waiting, file := Path(folder) / "letterwatch.db")
        asyncio.run(lived_through(file, happening))


async def lived_through(file: Path, happening: list[tuple[str, int, int, list[str]]]) -> None:
    db = database(file)
    world = World(db)
    await world.tick()
    for step, number, turns, fates in happening:
        world.discord.fates += fates
        await getattr(world, step)(number, turns)
    await world.end()
    told = world.discord.told()
    async with db.read() as conn:
        left = (await conn.execute(select(notices.c.state, notices.c.ready, notices.c.claim))).all()
    await db.close()
    assert world.discord.untrue == []
    assert {(state, ready, claim) for state, ready, claim in left} <= {("sent", False, None), ("superseded", False, None)}
    assert {place for place in PLACES if place not in world.answers} <= told.keys()
    if not world.was_unreadable:
        assert set(told.values()) <= {1}
