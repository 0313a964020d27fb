"""Delivery in rounds: nothing is lost or doubled, channels take turns, and a round costs the same however many wait."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot import logs
from bot.record.case import Case
from bot.record.errors import Undeliverable
from bot.record.events import Answer, Extent
from bot.record.sections import Section
from bot.store import deliveries, redirects, servers
from bot.store.database import Database
from bot.store.tables import alerts, notices
from bot.watch import deliver, last_check
from bot.watch.deliver import Delivery
from bot.watch.rounds import Claimed, Round
from bot.words.card import Card
from bot.words.notice import card_of
from bot.words.notice_parts import Head
from tests.recording import CHANNEL, OTHER_SERVER, SERVER, Desk
from tests.watch import claims
from tests.watch.test_delivery import Channels, House, at

pytestmark = pytest.mark.usefixtures("apart")
HERE, THERE = CHANNEL + SERVER, CHANNEL + OTHER_SERVER
LEASE = timedelta(minutes=1)


@dataclass
class Limited(Channels):
    """Channels with limits, whose posts take until they are told to end."""

    rooms: dict[int, int] = field(default_factory=dict)
    opening: dict[int, float] = field(default_factory=dict)
    waiting_in_line: float = 0
    #: Posts of these channels hang until the event is set.
    gates: dict[int, asyncio.Event] = field(default_factory=dict)
    begun: list[int] = field(default_factory=list)
    most_at_once: Counter[int] = field(default_factory=Counter)
    at_once: Counter[int] = field(default_factory=Counter)
    looked: list[str] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def room(self, channel_id: int) -> int:
        return self.rooms.get(channel_id, 1_000)

    def room_in(self, channel_id: int) -> float:
        return self.opening.get(channel_id, 0)

    def backlog(self) -> float:
        return self.waiting_in_line

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        self.begun.append(channel_id)
        self.at_once[channel_id] += 1
        self.most_at_once[channel_id] = max(self.most_at_once[channel_id], self.at_once[channel_id])
        try:
            if channel_id in self.gates:
                async with self.arrived:
                    self.arrived.notify_all()
                await self.gates[channel_id].wait()
            return await super().post(channel_id, card, nonce)
        finally:
            self.at_once[channel_id] -= 1
            async with self.arrived:
                self.arrived.notify_all()

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        self.looked.append(token)
        return await super().find(channel_id, token, since)

    async def until_begun(self, count: int) -> None:
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.begun) >= count)

    async def until_posted(self, count: int) -> None:
        async with self.arrived:
            await self.arrived.wait_for(lambda: len(self.posted) >= count)


def limited(house: House, **limits: object) -> Limited:
    channels = Limited(**limits)  # type: ignore[arg-type]
    house.channels = channels
    house.delivery._poster = house.delivery._rooms._poster = channels
    return channels


async def letters(house: House, here: int, there: int = 0) -> list[Case]:
    """So many letters on each of two servers, to one place each, whose 14-days rung is planned: the cases, one a notice."""
    charlie = Desk(house.db, OTHER_SERVER)
    await charlie.open()
    cases = []
    for desk, count in ((house.alice, here), (charlie, there)):
        for number in range(count):
            cases += await desk.letter(house.clock.now(), to=("Albany",), title=f"Demand {number}")
    house.clock.set(at(2, 9))
    await house.plan(at(2, 9))
    return cases


async def many_waiting(house: House, count: int, channels: int) -> None:
    """So many notices with a line each, in turn in these channels: the oldest ones in channel 1,000."""
    await house.alice.letter(house.clock.now(), to=[f"Village {number}" for number in range(count)])
    house.clock.set(at(2, 9))
    await house.plan(at(2, 9))
    async with house.db.write() as conn:
        [first] = (await conn.execute(select(notices))).mappings().all()
        ids = (await conn.execute(select(alerts.c.id).order_by(alerts.c.id))).scalars().all()
        rows = [
            {**first, "id": 1_000 + n, "token": f"token-{n}", "part": n, "channel_id": 1_000 + n * channels // count}
            for n in range(count)
        ]
        await conn.execute(notices.insert(), rows)
        for n, line_id in enumerate(ids):
            await conn.execute(update(alerts).where(alerts.c.id == line_id).values(notice_id=1_000 + n))
        await conn.execute(notices.delete().where(notices.c.id == first["id"]))


async def of_all(house: House, *names: str) -> list[tuple[object, ...]]:
    async with house.db.read() as conn:
        rows = await conn.execute(select(*(notices.c[name] for name in names)).order_by(notices.c.id))
        return [tuple(row) for row in rows]


async def test_an_answer_that_is_recorded_during_the_first_post_supersedes_the_second_notice(house: House) -> None:
    _, second = await letters(house, 2)

    class Busy(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            self.waiting_in_line = 0.1  # until this request is sent
            await house.alice.record(at(2, 9), second, Answer(Extent.FULL))
            self.waiting_in_line = 0
            return await super().post(channel_id, card, nonce)

    limited(house).__class__ = Busy
    await house.delivery.drain()
    assert [channel for channel, _, _ in house.channels.posted] == [HERE]
    assert "Demand 0" in house.channels.texts()[0]
    assert [state for _, state in await house.states()] == ["sent", "superseded"]


async def test_what_is_recorded_meanwhile_has_the_rest_of_a_round_checked_again_and_posted(house: House) -> None:
    await letters(house, 4)

    class Busy(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            self.waiting_in_line = 0.1
            async with house.db.write() as conn:
                await servers.ensure(conn, SERVER, "Server 1")
            self.waiting_in_line = 0
            return await super().post(channel_id, card, nonce)

    channels = limited(house)
    channels.__class__ = Busy
    await house.delivery.drain()
    assert len(channels.posted) == 4 and channels.looked == []
    assert await of_all(house, "state", "attempts") == [("sent", 1)] * 4


async def test_a_channel_that_is_changed_meanwhile_gets_what_was_not_posted_yet(house: House) -> None:
    await letters(house, 3)

    class Busy(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            if not self.posted:
                self.waiting_in_line = 0.1
                async with house.db.write() as conn:
                    await servers.change(conn, SERVER, at(2, 9), channel_id=555)
                    await redirects.redirect(conn, SERVER, 555, at(2, 9))
                self.waiting_in_line = 0
            return await super().post(channel_id, card, nonce)

    limited(house).__class__ = Busy
    await house.delivery.drain()
    assert [channel for channel, _, _ in house.channels.posted] == [HERE, 555, 555]
    assert {state for _, state in await house.states()} == {"sent"}


async def test_a_channel_without_room_delays_no_other(house: House) -> None:
    await letters(house, 3, there=20)
    channels = limited(house, rooms={HERE: 0}, opening={HERE: 3_600})
    await house.delivery.take_up()
    await channels.until_posted(20)
    assert {channel for channel, _, _ in channels.posted} == {THERE}
    channels.rooms, channels.opening = {HERE: 1}, {}
    await house.delivery.drain()
    assert [channel for channel, _, _ in channels.posted[20:]] == [HERE] * 3
    assert channels.most_at_once[HERE] == 1


async def test_what_waits_for_room_is_sent_when_its_channel_opens(house: House) -> None:
    await letters(house, 2)

    class Opening(Limited):
        def room_in(self, channel_id: int) -> float:
            self.rooms = {}  # it opens as soon as somebody asks when
            return 0.01

    channels = limited(house, rooms={HERE: 0})
    channels.__class__ = Opening
    await house.delivery.drain()
    assert len(channels.posted) == 2


async def test_posts_that_hang_hold_places_of_their_own_channel_alone(house: House) -> None:
    await letters(house, 30, there=30)
    channels = limited(house, rooms={HERE: 5}, gates={HERE: asyncio.Event()})
    await house.delivery.take_up()
    await channels.until_posted(30)
    assert {channel for channel, _, _ in channels.posted} == {THERE}
    assert channels.begun.count(HERE) == 5
    channels.gates[HERE].set()
    await house.delivery.drain()
    assert len(channels.posted) == 60 and channels.most_at_once[HERE] == 5


async def test_two_thousand_that_wait_in_one_channel_do_not_delay_one_of_another(house: House) -> None:
    await many_waiting(house, 2_000, 1)
    async with house.db.write() as conn:
        last = update(notices).where(notices.c.id == 2_999)
        await conn.execute(last.values(channel_id=7_777, due_at=notices.c.due_at))
    channels = limited(house, rooms={1_000: 5}, opening={1_000: 3_600}, gates={1_000: asyncio.Event()})
    await house.delivery.take_up()
    await channels.until_posted(1)
    assert channels.posted[0][0] == 7_777 and len(channels.begun) <= deliveries.MOST
    assert channels.begun.count(1_000) <= 5


async def test_a_hundred_channels_take_turns(house: House) -> None:
    await many_waiting(house, 600, 100)
    channels = limited(house, rooms={1_000 + n: 5 for n in range(100)})
    await house.delivery.drain()
    assert len(channels.begun) == 600
    for turns in range(1, 7):
        counts = Counter(channels.begun[: turns * 100])
        assert set(counts.values()) == {turns} and len(counts) == 100


@contextmanager
def transactions(db: Database) -> Iterator[list[list[str]]]:
    """The statements of each transaction that writes."""
    written: list[list[str]] = []

    def keep(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            written.append([])
        elif written and statement != "BEGIN":
            written[-1].append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", keep)
    yield written
    event.remove(db.engine.sync_engine, "before_cursor_execute", keep)


@pytest.mark.parametrize(("count", "channels"), [(2, 1), (2, 2), (12, 3), (12, 12), (200, 1), (200, 50), (200, 200)])
async def test_the_statements_of_a_round_do_not_grow(house: House, count: int, channels: int) -> None:
    await many_waiting(house, count, channels)
    limited(house)
    with transactions(house.db) as rounds:
        await house.delivery.drain()
    first, *others = [statements for statements in rounds if any("alerts" in statement for statement in statements)]
    # One gives them their tokens, which those have already that a tick has planned whole; one asks what was told before.
    assert len(first) == 12, "\n".join(first)
    assert [len(statements) for statements in others] == [13] * len(others)  # with the receipts of the round before


async def test_a_notice_that_cannot_be_read_or_rendered_holds_up_no_other_of_its_round(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caplog.handler, "formatter", logs.TextLines())
    await letters(house, 4)
    async with house.db.write() as conn:
        await conn.exec_driver_sql("UPDATE cases SET tracked_since = 'some day' WHERE number = 2")

    def rendered(head: Head, sections: Sequence[Section], *rest: Any) -> Card:
        if sections[0].letter.title == "Demand 2":
            raise ValueError("a card that cannot be made")
        return card_of(head, sections, *rest)

    monkeypatch.setattr(last_check, "card_of", rendered)
    await house.delivery.drain()
    assert (
        sorted(text.split("\n")[2] for text in house.channels.texts())
        == [f"Demand {number}, The authority" for number in (0, 3)]
        or len(house.channels.posted) == 2
    )
    assert await of_all(house, "state", "maybe_sent") == [
        ("sent", True),
        ("superseded", False),  # its alert is set aside with its case
        ("pending", False),
        ("sent", True),
    ]
    assert (
        "of notice 2 is left out: what it is about cannot be read" in caplog.text
        and "notice 3 could not be rendered" in caplog.text
    )
    assert "cannot be read [notice 2]\n" in caplog.text and "rendered [notice 3]\n" in caplog.text


async def test_what_discord_refuses_for_a_while_is_checked_again_and_not_looked_for(house: House) -> None:
    _, second = await letters(house, 2)
    channels = limited(house)
    channels.failures = [lambda: Undeliverable("429", permanent=False, retry_after=3) for _ in range(2)]
    await house.delivery.drain()
    states = await of_all(house, "state", "maybe_sent", "not_before")
    assert states == [("pending", False, at(2, 9, second=3))] * 2
    await house.alice.record(at(2, 9, second=1), second, Answer(Extent.FULL))
    house.clock.set(at(2, 9, second=3))
    await house.delivery.drain()
    assert len(channels.posted) == 1 and channels.looked == []
    assert [state for _, state in await house.states()] == ["sent", "superseded"]


async def test_nothing_is_taken_up_while_the_line_of_requests_is_long(house: House) -> None:
    await letters(house, 3)
    channels = limited(house, waiting_in_line=30.0)
    await house.delivery.take_up()
    assert await of_all(house, "state", "ready") == [("pending", True)] * 3
    await house.delivery.stop(patience=1)
    assert channels.begun == []


async def killed(house: House) -> None:
    """The process is gone: nothing that it had begun goes on, no timer wakes it, and it writes nothing any more."""
    for timer in house.delivery._timers:
        timer.cancel()
    tasks = [*house.delivery._under_way, *filter(None, [house.delivery._working])]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    house.delivery = Delivery(house.db, house.clock, house.channels, LEASE)
    house.watch._delivery = house.delivery


@pytest.mark.parametrize("posted", [True, False], ids=["between post and receipt", "between commit and post"])
async def test_a_kill_neither_loses_nor_doubles(house: House, posted: bool) -> None:
    await letters(house, 5)

    class Hanging(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            if posted:
                await Channels.post(self, channel_id, card, nonce)
            return await super().post(channel_id, card, nonce)

    channels = limited(house, gates={HERE: asyncio.Event()})
    channels.__class__ = Hanging
    await house.delivery.take_up()
    await channels.until_begun(5)
    await killed(house)
    assert {state for _, state in await house.states()} == {"claimed"}
    channels.__class__ = Limited
    channels.gates = {}
    await house.delivery.drain()
    assert len(channels.posted) == 5 * posted, "the leases of the dead process still hold"
    house.clock.set(at(2, 9) + LEASE)
    await house.delivery.drain()
    assert len(channels.looked) == 5
    assert Counter(token for _, token, _ in channels.posted).most_common(1)[0][1] == 1 and len(channels.posted) == 5
    assert {state for _, state in await house.states()} == {"sent"}


async def test_a_stop_writes_what_has_ended_and_puts_back_what_was_not_begun(house: House) -> None:
    await letters(house, 3, there=1)
    gate = asyncio.Event()
    channels = limited(house, gates={HERE: gate})

    class Slow(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            self.waiting_in_line = 0.2  # nothing else is begun
            return await super().post(channel_id, card, nonce)

    channels.__class__ = Slow
    await house.delivery.take_up()
    await channels.until_begun(1)
    stopping = asyncio.create_task(house.delivery.stop(patience=30))
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert channels.begun == [HERE]
    assert await of_all(house, "state", "maybe_sent", "ready") == [("sent", True, False), *[("pending", False, True)] * 3]
    channels.__class__, channels.waiting_in_line = Limited, 0
    await house.delivery.drain()
    assert len(channels.posted) == 4 and channels.looked == []


async def test_a_stop_leaves_a_post_that_does_not_end_to_be_looked_for(house: House) -> None:
    await letters(house, 1)
    channels = limited(house, gates={HERE: asyncio.Event()})
    await house.delivery.take_up()
    await channels.until_begun(1)
    await house.delivery.stop(patience=0)
    assert await of_all(house, "state", "maybe_sent") == [("claimed", True)]
    channels.gates = {}
    house.clock.set(at(2, 9) + LEASE)
    await house.delivery.drain()
    assert len(channels.looked) == 1 and len(channels.posted) == 1


@pytest.mark.parametrize("fails", ["before the stop", "while it stops"])
async def test_after_a_stop_no_timer_of_a_failed_post_begins_anything(house: House, fails: str) -> None:
    await letters(house, 1)
    channels = limited(house, gates={HERE: asyncio.Event()})

    class Refusing(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            await super().post(channel_id, card, nonce)
            raise Undeliverable("429", permanent=False, retry_after=60)

    channels.__class__ = Refusing
    await house.delivery.take_up()
    await channels.until_begun(1)
    if fails == "before the stop":
        channels.gates.pop(HERE).set()
        await house.delivery.drain()
    stopping = asyncio.create_task(house.delivery.stop(patience=30))
    await asyncio.sleep(0)
    channels.gates.pop(HERE, asyncio.Event()).set()
    await stopping
    timers = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
    assert [timer for timer in timers if not timer.cancelled()] == []
    assert len(channels.begun) == 1 and await of_all(house, "state") == [("pending",)]


async def test_a_result_that_could_not_be_written_is_written_by_the_next_round(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await letters(house, 2)
    monkeypatch.setattr(deliver, "AFTER_FAILURE", 0.01)
    failures = iter([False, True, True, False, False, False, False])

    def refuse(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement == "BEGIN IMMEDIATE" and next(failures, False):
            raise OSError("disk full")

    event.listen(house.db.engine.sync_engine, "before_cursor_execute", refuse)
    await house.delivery.drain()
    assert "a round of deliveries failed" in caplog.text
    assert len(house.channels.posted) == 2 and {state for _, state in await house.states()} == {"sent"}


async def test_of_a_notice_that_was_claimed_anew_meanwhile_only_the_newest_claim_is_posted(house: House) -> None:
    """It waited for room longer than its lease; another worker made it ready, and this one claimed it once more."""
    await letters(house, 1)
    now = house.clock.now()
    async with house.db.write() as conn:
        [stale] = await claims.claim(conn, now, 1, LEASE)
        [newest] = await claims.claim(conn, now + LEASE, 1, LEASE)
        again = [Claimed(stale, in_doubt=False), Claimed(newest, in_doubt=False)]
        this = Round([], again, 0, now + LEASE, LEASE, 0.0, {})
        await this.run(conn, house.delivery._rooms, [])
    assert [ready.claimed for ready in this.ready] == [again[1]]
    assert this.lost == [again[0]]


@dataclass
class Unreliable(Limited):
    """Fails at random, before or after the message is there; every message can be found."""

    random: Random = field(default_factory=Random)
    failing: bool = True

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        for _ in range(self.random.randrange(4)):
            await asyncio.sleep(0)
        if not self.failing:
            return await super().post(channel_id, card, nonce)
        match self.random.randrange(8):
            case 0:
                raise Undeliverable("429", permanent=False, retry_after=self.random.choice([0.001, 0.5, 40]))
            case 1:
                raise Undeliverable("502", permanent=False, maybe_sent=True)
            case 2:
                raise Undeliverable("403", permanent=True)
            case 3:
                await super().post(channel_id, card, nonce)
                raise Undeliverable("lost", permanent=False, maybe_sent=True)
            case 4:
                raise ValueError("unexpected")
        return await super().post(channel_id, card, nonce)

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        await asyncio.sleep(0)
        if self.failing and self.random.randrange(4) == 0:
            raise Undeliverable("503", permanent=False, maybe_sent=True)
        return await super().find(channel_id, token, since)

    def room(self, channel_id: int) -> int:
        return self.random.choice([0, 1, 2, 5]) if self.failing else 5

    def room_in(self, channel_id: int) -> float:
        return 0.01


@pytest.mark.parametrize("seed", range(12))
async def test_two_workers_that_fail_and_die_at_random_post_each_notice_once(house: House, seed: int) -> None:
    random = Random(seed)
    await letters(house, 14, there=9)
    channels = Unreliable(random=random)
    workers = [Delivery(house.db, house.clock, channels, LEASE) for _ in range(2)]
    for _ in range(25):
        number = random.randrange(2)
        await workers[number].take_up()
        for _ in range(random.randrange(60)):
            await asyncio.sleep(random.choice([0, 0, 0.001]))
        match random.randrange(5):
            case 0:
                house.delivery = workers[number]
                await killed(house)
                workers[number] = Delivery(house.db, house.clock, channels, LEASE)
            case 1:
                await workers[number].stop(patience=random.choice([0, 1]))
        house.clock.set(house.clock.now() + timedelta(seconds=random.choice([0, 1, 10, 70])))
    channels.failing = False
    for _ in range(3):
        for worker in workers:
            house.clock.set(house.clock.now() + timedelta(hours=1))
            await worker.drain()
    for worker in workers:
        await worker.stop(patience=1)
    times_posted = Counter(token for _, token, _ in channels.posted)
    assert set(times_posted.values()) == {1} and len(times_posted) == 23
    assert await of_all(house, "state", "ready", "claim") == [("sent", False, None)] * 23


async def test_all_that_was_refused_follows_to_another_channel_with_few_statements(house: House) -> None:
    await many_waiting(house, 300, 3)
    async with house.db.write() as conn:
        await conn.execute(update(notices).values(state="undeliverable", ready=False, not_before=at(2, 9, hour=10)))
    house.clock.set(at(2, 9, minute=1))
    with transactions(house.db) as written:
        async with house.db.write() as conn:
            await redirects.redirect(conn, SERVER, 1_001, house.clock.now())
    assert len(written[0]) <= 3
    await house.delivery.drain()
    assert [channel for channel, _, _ in house.channels.posted] == [1_001] * 300
    assert len(set(await of_all(house, "part"))) == 300


async def test_what_was_checked_too_long_ago_is_checked_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop was held, and another process recorded an answer meanwhile, which this one cannot know."""
    _, second = await letters(house, 2)
    held = [0.0]
    monkeypatch.setattr(deliver, "monotonic", lambda: time.monotonic() + held[0])

    class Holding(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            self.waiting_in_line = 0.1
            before = house.db.recorded
            await house.alice.record(at(2, 9), second, Answer(Extent.FULL))
            house.db.recorded, held[0], self.waiting_in_line = before, held[0] + deliver.FRESH, 0
            return await super().post(channel_id, card, nonce)

    limited(house).__class__ = Holding
    await house.delivery.drain()
    assert [state for _, state in await house.states()] == ["sent", "superseded"]


async def test_an_answer_that_says_less_room_holds_back_what_was_claimed(house: House) -> None:
    await letters(house, 5)

    class Narrowing(Limited):
        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            self.rooms[HERE] = 1
            return await super().post(channel_id, card, nonce)

    channels = limited(house, rooms={HERE: 5})
    channels.__class__ = Narrowing
    await house.delivery.drain()
    assert len(channels.posted) == 5 and channels.most_at_once[HERE] == 1
    assert await of_all(house, "state", "attempts") == [("sent", 1)] * 5


@pytest.mark.parametrize("failure", [None, "503"], ids=["claimed", "to be retried"])
async def test_a_notice_that_a_wrong_clock_put_to_sleep_for_a_year_is_sent_when_the_clock_is_set_right(
    house: House, failure: str | None
) -> None:
    await letters(house, 1)
    channels = limited(house, gates={} if failure else {HERE: asyncio.Event()})
    channels.failures = [lambda: Undeliverable("503", permanent=False)] if failure else []
    await house.delivery.take_up()
    if failure:
        await house.delivery.drain()
    else:
        await channels.until_begun(1)
        await killed(house)
    async with house.db.write() as conn:  # as if that clock had been a year ahead
        await conn.execute(update(notices).values(not_before=at(2, 9) + timedelta(days=365)))
    channels.gates = {}
    await house.delivery.drain()
    assert len(channels.posted) == 1 and [state for _, state in await house.states()] == ["sent"]
