"""The hourly audit finds nothing where all went the ordinary way, and what somebody has damaged; it mends by a look alone."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.clock import FrozenClock
from bot.desk import audit as audits
from bot.desk import ladders
from bot.desk.audit import Audited, audit
from bot.desk.ladders import LadderStep, WantedLadder
from bot.desk.session import writing
from bot.record.audit import DifferenceKind
from bot.record.case import Case
from bot.record.errors import Undeliverable
from bot.record.events import Acknowledged, Answer, Corrected, Extent, Silenced
from bot.record.ladder import Rung, after, before, rung_named, standing
from bot.record.posting import Quiet, Urgent
from bot.store import announcements, servers
from bot.store import audits as stored_audits
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from tests.conftest import database
from tests.recording import CHANNEL, NEW_YORK, SERVER, Desk
from tests.watch.test_delivery import Channels, House, at

PLACES = ("Albany", "Denver", "Seattle")


async def audited(house: House, wakes: list[int] | None = None) -> Audited:
    woken = [] if wakes is None else wakes
    return await audit(house.db, house.clock.now, lambda: woken.append(1))


async def kinds(house: House) -> list[tuple[int, DifferenceKind, bool]]:
    """Case, kind and whether it is settled, of what was found; the oldest first."""
    async with house.db.read() as conn:
        newest = await stored_audits.newest(conn, SERVER, 50, at(1, 1))
    return [(each.difference.number, each.difference.kind, each.settled_at is not None) for each in newest[::-1]]


async def damage(house: House, statement: str) -> None:
    async with house.db.write() as conn:
        await conn.exec_driver_sql(statement)


async def test_an_alert_that_was_deleted_is_missed_and_sent_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.alice.letter(house.clock.now(), to=PLACES)
    assert len(await house.turn(at(2, 9))) == 1
    await damage(house, "DELETE FROM alerts WHERE case_id = 2")
    wakes: list[int] = []
    assert (await audited(house, wakes)).found == 1 and wakes == [1]
    assert "audit: case 2 of server 1: missing: 14-days-before" in caplog.text
    [text] = await house.turn(at(2, 9, minute=5))
    assert "Denver" in text and "Albany" not in text
    assert (await audited(house)).found == 0 and await house.turn(at(2, 9, minute=10)) == []
    assert await kinds(house) == [(2, DifferenceKind.MISSING, True)]


@pytest.mark.parametrize("look_at", ["'2038-01-01 00:00:00.000000'", "NULL", "'garbage'"])
async def test_a_case_that_nobody_would_look_at_in_time_is_looked_at(house: House, look_at: str) -> None:
    await house.alice.letter(house.clock.now(), to=PLACES)
    await house.turn(at(2, 8))
    await damage(house, f"UPDATE cases SET look_at = {look_at} WHERE number = 3")
    assert (await audited(house)).found == 1
    assert await kinds(house) == [(3, DifferenceKind.LATE_LOOK, False)]
    await house.turn(at(2, 8, minute=1))
    [text] = await house.turn(at(2, 9))
    assert all(place in text for place in PLACES)
    assert (await audited(house)).found == 0
    assert await kinds(house) == [(3, DifferenceKind.LATE_LOOK, True)]


async def test_what_was_sent_although_it_was_not_true_is_only_reported(house: House) -> None:
    first, *_ = await house.alice.letter(house.clock.now(), to=PLACES)
    await house.alice.record(at(2, 1), first, Answer(Extent.FULL))
    await house.turn(at(2, 9))
    await damage(
        house,
        "INSERT INTO alerts (notice_id, case_id, about_id, rung, due_at) "
        f"SELECT notice_id, {first.id}, 2, rung, due_at FROM alerts WHERE case_id = 2 AND rung = '14-days-before'",
    )
    before = await house.states()
    assert (await audited(house)).found == 1
    assert await kinds(house) == [(1, DifferenceKind.UNEXPECTED, False)]
    assert await house.turn(at(2, 9, minute=5)) == [] and await house.states() == before


async def test_an_alert_whose_message_is_gone_is_reported(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=PLACES)
    await house.plan(at(2, 9))
    await damage(house, "UPDATE notices SET state = 'lost'")
    house.clock.set(at(2, 9))
    assert (await audited(house)).found == 3
    assert {kind for _, kind, _ in await kinds(house)} == {DifferenceKind.STRANDED}
    assert (await audited(house)).found == 0, "once"


async def test_it_goes_on_where_it_was_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audits, "SLICE", 1)
    await house.alice.letter(house.clock.now(), to=PLACES)
    await house.turn(at(2, 9))
    stopped = asyncio.Event()
    monkeypatch.setattr(audits, "_make_way", lambda *_: asyncio.to_thread(stopped.set))
    assert (await audit(house.db, house.clock.now, lambda: None, stopped)).cases == 1
    stopped.clear()
    monkeypatch.setattr(audits, "_make_way", lambda *_: asyncio.sleep(0))
    assert (await audit(house.db, house.clock.now, lambda: None, stopped)).cases == 2
    assert (await audit(house.db, house.clock.now, lambda: None, stopped)).cases == 3


Step = tuple[str, int | str | None]
QUIETS = (None, Quiet(weekends=True), Quiet(hours=(time(22), time(8)), urgent=Urgent.PASSED))
RUNGS = (before(7), after(3), after(7), after(10), rung_named("monthly-after"))
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("later"), st.integers(1, 200)),
    st.tuples(st.sampled_from(["letter", "quiet letter"]), st.integers(-10, 40)),
    st.tuples(st.sampled_from(["answer", "undo", "acknowledge"]), st.integers(0, 5)),
    st.tuples(st.just("extend"), st.integers(-5, 40)),
    st.tuples(st.just("hour"), st.integers(0, 23)),
    st.tuples(st.just("zone"), st.sampled_from(["Asia/Tokyo", "Pacific/Apia", "America/New_York"])),
    st.tuples(st.just("channel_id"), st.sampled_from([None, CHANNEL + SERVER, 555])),
    st.tuples(st.just("silence"), st.integers(0, 60)),
    st.tuples(st.just("quiet"), st.integers(0, len(QUIETS) - 1)),
    st.tuples(st.just("rung"), st.integers(0, len(RUNGS) - 1)),
    st.tuples(st.just("refused"), st.integers(0, 1)),
    st.tuples(st.just("back"), st.integers(1, 10)),
)


@dataclass
class World:
    house: House
    recorded: list[Case] = field(default_factory=list)
    events: list[tuple[Case, int]] = field(default_factory=list)

    async def go(self, steps: list[Step]) -> None:
        """The steps one after another; the watch turns after each, and the audit looks before and after it."""
        await self.house.alice.open(escalation_role_id=7)
        for number, (what, value) in enumerate(steps):
            if what in ("hour", "zone", "channel_id"):
                async with self.house.db.write() as conn:
                    await servers.change(conn, SERVER, self.house.clock.now(), **{what: value})
            elif isinstance(value, int):
                await self.step(what, value, f"Letter {number}", self.house.clock.now())
            assert (await audited(self.house)).found == 0, (what, value, await kinds(self.house))
            await self.house.watch.turn()
            assert (await audited(self.house)).found == 0, (what, value, await kinds(self.house))

    async def step(self, what: str, value: int, title: str, now: datetime) -> None:
        alice, case = self.house.alice, self.recorded[value % len(self.recorded)] if self.recorded else None
        match what:
            case "later":
                self.house.clock.set(now + timedelta(hours=value))
            case "back":  # as far as the clock can be ahead while anything is posted
                self.house.clock.jump(now - timedelta(minutes=value))
            case "quiet":
                async with self.house.db.write() as conn:
                    await servers.change(conn, SERVER, now, quiet=QUIETS[value])
            case "rung":
                await self.change_ladder(RUNGS[value], now)
            case "refused":
                self.house.channels.failures.append(lambda: Undeliverable("403", permanent=bool(value % 2)))
            case "letter" | "quiet letter":
                new = await alice.letter(now, now.date() + timedelta(days=value), PLACES[: 1 + value % 3], title)
                self.recorded += new
                if what == "letter":
                    async with self.house.db.write() as conn:
                        news = [(each.id, each.events[0].id) for each in new]
                        await announcements.announce(conn, SERVER, new[0].letter.id, news, now)
            case _ if case:
                await self.about(case, what, value, now)

    async def change_ladder(self, rung: Rung, now: datetime) -> None:
        async with writing(self.house.db, SERVER, now, "Olga", 1) as session:
            is_on = rung.name in {each.name for each in standing(session.server.ladder)}
            await ladders.record_wanted(session, WantedLadder(LadderStep.REMOVE if is_on else LadderStep.ADD, None, rung))

    async def about(self, case: Case, what: str, value: int, now: datetime) -> None:
        alice = self.house.alice
        if what == "silence":
            until = now.astimezone(NEW_YORK).date() + timedelta(days=value)
            self.events.append((case, await alice.record(now, case, Silenced(until), now.date().isoformat())))
        if what == "answer":
            self.events.append((case, await alice.record(now, case, Answer(Extent.FULL), now.date().isoformat())))
        if what == "extend":
            self.events.append((case, await alice.extend(now, case, now.date() + timedelta(days=value))))
        if what == "acknowledge":
            await alice.record(now, case, Acknowledged(case.events[-1].id))
        if what == "undo" and self.events:
            of_case, event_id = self.events.pop(value % len(self.events))
            await alice.record(now, of_case, Corrected(), replaces=event_id)


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate))
@given(st.lists(STEPS, min_size=3, max_size=14))
def test_it_finds_nothing_where_all_went_the_ordinary_way(migrated: Path, steps: list[Step]) -> None:
    async def check() -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(shutil.copy(migrated, folder))
            db, clock, channels = database(file), FrozenClock(datetime(2018, 1, 24, 17, tzinfo=UTC)), Channels()
            delivery = Delivery(db, clock, channels)
            try:
                await World(House(db, clock, channels, delivery, Watch(db, clock, delivery), Desk(db))).go(steps)
            finally:
                await delivery.stop(1)
                await db.close()

    asyncio.run(check())


async def test_a_clock_that_is_set_back_makes_nothing_missing(house: House) -> None:
    """What was recorded by the later time is no older by the earlier one: no rung before it was missed."""
    house.clock.set(at(2, 16, 9) + timedelta(minutes=1))
    await house.alice.letter(house.clock.now(), to=PLACES)
    await house.watch.turn()
    house.clock.jump(at(2, 16, 8))
    assert (await audited(house)).found == 0, await kinds(house)
    await house.watch.turn()
    assert (await audited(house)).found == 0, await kinds(house)


async def test_what_was_recorded_after_the_clock_was_set_back_makes_no_post_untrue(house: House) -> None:
    first, *_ = await house.alice.letter(house.clock.now(), to=PLACES)
    await house.turn(at(2, 9))
    house.clock.jump(at(2, 9) - timedelta(minutes=10))
    await house.alice.record(house.clock.now(), first, Answer(Extent.FULL), "2018-02-09")
    await house.watch.turn()
    assert (await audited(house)).found == 0, await kinds(house)


async def test_what_stood_in_the_channel_and_was_found_hours_later_is_as_true_as_when_it_was_posted(house: House) -> None:
    """A mistaken answer is taken back after its rung was due; that alert's receipt is lost, and the answer recorded again."""
    [case] = await house.alice.letter(house.clock.now(), to=PLACES[:1])
    mistaken = await house.alice.record(at(2, 8), case, Answer(Extent.FULL))
    await house.turn(at(2, 9))
    await house.alice.record(at(2, 9, 12), case, Corrected(True), replaces=mistaken)
    house.channels.failures.append(lambda: Undeliverable("lost", permanent=False, maybe_sent=True))
    house.channels.keep_before_failing = True
    assert len(await house.turn(at(2, 9, 12, second=5))) == 1
    await house.alice.record(at(2, 9, 13), case, Answer(Extent.FULL))
    assert await house.turn(at(2, 9, 18)) == [] and ("14-days-before", "sent") in await house.states()
    assert (await audited(house)).found == 0, await kinds(house)


async def test_it_is_quiet_while_the_clock_is_in_doubt(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=PLACES)
    await house.turn(at(2, 9))
    await damage(house, "DELETE FROM alerts WHERE case_id = 2")
    stopped, doubts = asyncio.Event(), [True, True, False, False, True]
    held = await audit(house.db, house.clock.now, lambda: None, holds=lambda: True)
    assert (held.cases, held.found) == (0, 0) and await kinds(house) == []

    def in_doubt() -> bool:
        if len(doubts) == 1:
            stopped.set()
        return doubts.pop(0) if doubts else True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audits, "FIRST", 0.0)
        patch.setattr(audits, "HELD_WAIT", 0.001)
        await audits.keep(house.db, house.clock.now, lambda: None, in_doubt, stopped)
    assert await kinds(house) == [(2, DifferenceKind.MISSING, False)], "once it is known to be right"


async def test_trouble_of_the_database_is_told_as_that(house: House, caplog: pytest.LogCaptureFixture) -> None:
    stopped = asyncio.Event()

    async def cut_off(*_: object) -> Audited:
        stopped.set()
        failure = sqlite3.OperationalError("database or disk is full")
        failure.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise failure

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audits, "FIRST", 0.0)
        patch.setattr(audits, "audit", cut_off)
        await audits.keep(house.db, house.clock.now, lambda: None, lambda: False, stopped)
    assert "the audit was cut off" in caplog.text and "Traceback" not in caplog.text
