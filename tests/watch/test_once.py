"""A state machine over delivery: whatever happens in whatever order, each alert is posted once, and not split.

Discord may take a request late, after the process that sent it is gone: as long as its lease runs. It remembers nonces or does
not, and its history has pages.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.record.errors import Unreadable
from bot.record.events import Statement
from bot.words.card import Card
from bot.words.plain_text import plain
from tests.conftest import database
from tests.watch.test_any_order import DAY_BEFORE, FATES, LETTERS, PLACES, START, Discord, World

T = TypeVar("T")
PAGE = 2  # messages of a channel that are given at once
AHEAD, BEHIND = timedelta(minutes=9), timedelta(hours=12)  # a clock that is further ahead is not believed


@dataclass(frozen=True)
class Message:
    posted_at: datetime  #: by Discord's clock
    channel_id: int
    token: str
    number: int


@dataclass
class LateDiscord(Discord):
    """Its own clock, and a history in pages. `in_flight`: requests of processes that were killed, not taken yet."""

    now: datetime = START
    history: list[Message] = field(default_factory=list)
    in_flight: list[tuple[int, str, str]] = field(default_factory=list)
    remembers: bool = True

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        fate = self.fates[-1] if self.fates else "posted"
        try:
            return await super().post(channel_id, card, nonce)
        except asyncio.CancelledError:
            if fate == "late request":
                self.in_flight.append((channel_id, nonce, plain(card)))
            raise

    def arrive(self) -> None:
        for request in self.in_flight:
            self._keep(*request)
        self.in_flight.clear()

    def _keep(self, channel_id: int, nonce: str, text: str) -> int:
        if not self.remembers:
            self.nonces.clear()
        before = len(self.texts)
        number = super()._keep(channel_id, nonce, text)
        if len(self.texts) > before:
            self.history.append(Message(self.now, channel_id, nonce, number))
        return number

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        after = 0
        while True:
            await asyncio.sleep(0)
            if not self.readable:
                raise Unreadable
            here = (message for message in self.history if message.channel_id == channel_id and message.number > after)
            page = [message for message in here if message.posted_at >= since][:PAGE]
            if found := next((message for message in page if message.token == token), None):
                return found.number
            if len(page) < PAGE:
                return None
            after = page[-1].number


class Delivering(RuleBasedStateMachine):
    """Two workers on one database, a desk, Discord, and a clock that is set."""

    def __init__(self, waiting: Path) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(waiting, file := Path(self.folder.name) / "letterwatch.db")
        self.loop = asyncio.Runner()
        self.discord = LateDiscord()
        self.loop.run(self.begin(file))

    async def begin(self, file: Path) -> None:
        self.world = World(database(file), discord=self.discord)
        await self.world.tick()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    workers = st.integers(0, 1)
    turns = st.integers(0, 40)

    @rule(number=workers, turns=turns, fates=st.lists(st.sampled_from(FATES), max_size=3))
    def go(self, number: int, turns: int, fates: list[str]) -> None:
        self.discord.fates += fates
        self.do(self.world.go(number, turns))

    @rule(number=workers)
    def kill(self, number: int) -> None:
        """The process dies; what it has sent is on its way."""
        self.do(self.world.kill(number, 0))

    @rule()
    def arrive(self) -> None:
        self.discord.arrive()

    @rule(number=workers)
    def stop(self, number: int) -> None:
        self.do(self.world.stop(number, 0))

    @rule(place=st.integers(0, len(PLACES) - 1))
    def answer(self, place: int) -> None:
        self.do(self.world.answer(0, place))

    @rule(place=st.integers(0, len(PLACES) - 1), late=st.sampled_from((0, 1, 300)))
    def say(self, place: int, late: int) -> None:
        """Something that stops no clock, in the same second in which the watch plans."""
        self.do(self.said(PLACES[place], timedelta(milliseconds=late)))

    async def said(self, place: str, late: timedelta) -> None:
        case = await self.world.case(place)
        at = self.world.clock.now() + late
        await asyncio.gather(self.world.tick(), self.world.desk.record(at, case, Statement("the mayor"), DAY_BEFORE))

    @rule(turns=turns)
    def change_channel(self, turns: int) -> None:
        self.do(self.world.channel(0, turns))

    @rule(seconds=st.sampled_from((1, 3, 70, 700, 4_000)))
    def pass_time(self, seconds: int) -> None:
        self.do(self.passed(timedelta(seconds=seconds), timedelta(seconds=seconds)))

    @rule(off=st.sampled_from((timedelta(), timedelta(seconds=-90), timedelta(hours=-3), -BEHIND, AHEAD)))
    def set_clock(self, off: timedelta) -> None:
        jump = self.world.now + off - self.world.clock.now()
        self.do(self.passed(timedelta(), jump))

    async def passed(self, time: timedelta, shown: timedelta) -> None:
        """No request is taken later than when its lease ends, by the clock: at once, if that is set back."""
        if not -timedelta(seconds=5) <= shown <= timedelta(seconds=50):
            await self.world.let_go()
            self.discord.arrive()
        if time > timedelta(seconds=500):
            self.discord.nonces.clear()
        self.world.now += time
        self.discord.now = self.world.now
        self.world.clock.set(self.world.clock.now() + shown)
        self.world.latest = max(self.world.latest, self.world.clock.now())

    @rule(readable=st.booleans())
    def history(self, readable: bool) -> None:
        self.discord.readable = readable
        self.world.was_unreadable |= not readable

    @rule(remembers=st.booleans())
    def memory(self, remembers: bool) -> None:
        self.discord.remembers = remembers

    def teardown(self) -> None:
        try:
            self.do(self.end())
        finally:
            self.loop.close()
            self.folder.cleanup()

    async def end(self) -> None:
        world = self.world
        self.discord.arrive()
        await world.end()
        await world.db.close()
        told = world.discord.told()
        assert world.discord.untrue == []
        assert {place for place in PLACES if place not in world.answers} <= told.keys()
        if world.was_unreadable:
            return
        assert set(told.values()) <= {1}
        for places in LETTERS:
            texts = [text for text in world.discord.texts if any(place in text for place in places)]
            assert len(texts) == 1 or world.ever_answered & set(places), "an alert was split"


def test_each_alert_is_posted_once_and_whole(waiting: Path) -> None:
    def machine() -> RuleBasedStateMachine:
        return Delivering(waiting)

    run_state_machine_as_test(machine, settings=settings(max_examples=30, stateful_step_count=25))  # type: ignore[arg-type]
