"""Pages of /schedule over the index of states, beside the alerts of a replay of every case."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.pages import FIRST, LAST, Edge, Page
from bot.desk.schedule_list import schedule_page
from bot.desk.schedule_rows import ScheduledDeadline
from bot.desk.session import reading
from bot.record.events import Acknowledged, Answer, Basis, Closed, DeadlineSet, Extent, Outcome, Silenced
from bot.record.ladder import DEFAULT_LADDER, LEGACY_LADDER, PASSED, STILL_WATCHING, YEARLY, Due, after, before
from bot.record.plan import ahead
from bot.record.posting import Quiet, Urgent
from bot.store import announcements, case_states, ladders, servers
from bot.store.database import Database
from tests.conftest import database
from tests.desk.test_deadline_list import ZONES, deadlines
from tests.recording import SERVER, Desk

SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
LADDERS = (
    LEGACY_LADDER,
    (before(5), PASSED, after(30), YEARLY, STILL_WATCHING),
    (*DEFAULT_LADDER[:-1], replace(STILL_WATCHING, since=datetime(2018, 9, 1, tzinfo=UTC))),
)
Line = tuple[datetime, str, int, int, int]
QUIET_TIMES = (
    None,
    Quiet(weekends=True),
    Quiet(holidays=True, hours=(time(22), time(8)), urgent=Urgent.DAY),
    Quiet(weekends=True, holidays=True, hours=(time(6), time(20)), urgent=Urgent.PASSED),
)


async def page(db: Database, now: datetime, days: int, edge: Edge, most: int) -> Page[ScheduledDeadline]:
    async with reading(db, SERVER, now) as session:
        return await schedule_page(session, days, edge, most)


async def walk(db: Database, now: datetime, days: int, most: int, backwards: bool = False) -> list[ScheduledDeadline]:
    shown = await page(db, now, days, LAST if backwards else FIRST, most)
    rows = list(shown.rows)
    while not (shown.is_first if backwards else shown.is_last):
        edge = Edge((shown.rows[0] if backwards else shown.rows[-1]).edge_key, backwards, 1)
        shown = await page(db, now, days, edge, most)
        rows = [*shown.rows, *rows] if backwards else [*rows, *shown.rows]
    return rows


def counts(rows: list[ScheduledDeadline]) -> Counter[tuple[Due, int]]:
    """How many cases each notice is about."""
    counted: Counter[tuple[Due, int]] = Counter()
    for row in rows:
        for notice in row.notices:
            counted[(notice.due, notice.letter.id)] += notice.count
    return counted


async def wanted(db: Database, now: datetime, days: int) -> Counter[tuple[Due, int]]:
    async with reading(db, SERVER, now) as session:
        server = session.server
    alerts = ahead(await Desk(db).cases(), server.ladder_of, server.posting, now, now + timedelta(days=days))
    return Counter((alert.due, alert.case.letter.id) for alert in alerts)


@given(st.data())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_listed_is_what_a_replay_of_every_case_gives(migrated: Path, data: st.DataObject) -> None:
    """For deadlines in any zone, any posting hour, any moment and pages of any size, both ways."""

    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            db = database(Path(shutil.copy(migrated, folder)))
            try:
                desk = Desk(db)
                await desk.open()
                async with db.write() as conn:
                    zone, hour = data.draw(st.sampled_from(ZONES)), data.draw(st.integers(0, 23))
                    times = data.draw(st.sampled_from(QUIET_TIMES))
                    await servers.change(conn, SERVER, SENT, zone=zone.key, hour=hour, quiet=times, calendar="US")
                recorded = [
                    case
                    for number in range(2)
                    for case in await desk.letter(
                        SENT, date(2018, 2, 23), ["Albany", "Denver", "Reno", "Troy"], f"Demand {number}"
                    )
                ]
                announced = data.draw(st.booleans())
                if announced:
                    async with db.write() as conn:
                        news = [(case.id, case.events[0].id) for case in recorded[: data.draw(st.integers(1, 4))]]
                        await announcements.announce(conn, SERVER, recorded[0].letter.id, news, SENT)
                for _ in range(data.draw(st.integers(0, 8))):
                    case = data.draw(st.sampled_from(recorded))
                    detail = data.draw(
                        st.one_of(
                            st.builds(DeadlineSet, deadlines, st.just(Basis.EXTENSION)),
                            st.just(Answer(Extent.FULL)),
                            st.just(Closed(Outcome.CLOSED)),
                            st.just(Acknowledged(case.events[1].id)),
                            st.builds(Silenced, st.dates(date(2018, 1, 25), date(2018, 4, 30))),
                        )
                    )
                    await desk.record(SENT, case, detail)
                async with db.write() as conn:
                    if data.draw(st.booleans()):
                        await servers.change(conn, SERVER, SENT, ladder=data.draw(st.sampled_from(LADDERS)))
                    own = data.draw(st.sampled_from((None, *LADDERS)))
                    if own:
                        await ladders.change(conn, recorded[0].letter, ladders.stored(own), SENT)
                later = data.draw(st.sampled_from((0, 0, 130, 200)))  # after half a year it is asked whether to go on
                now = SENT + timedelta(days=later) + data.draw(st.timedeltas(timedelta(0), timedelta(days=60)))
                days = data.draw(st.sampled_from((1, 3, 30, 90)))
                for backwards in (False, True):
                    rows = await walk(db, now, days, data.draw(st.integers(1, 6)), backwards)
                    assert counts(rows) == await wanted(db, now, days)
                    assert [row.key for row in rows] == sorted(row.key for row in rows)
                async with db.write() as conn:
                    await case_states.set_filled(conn, 0)
                assert await walk(db, now, days, 3) == rows
                assert await walk(db, now, days, 3, backwards=True) == rows
            finally:
                await db.close()

    asyncio.run(play())


@pytest.mark.parametrize("announced", [False, True])
async def test_a_notice_for_many_cases_says_how_many_and_none_comes_that_an_announcement_made_superfluous(
    db: Database, announced: bool
) -> None:
    desk = Desk(db)
    await desk.open()
    cases = await desk.letter(SENT, date(2018, 2, 25), [f"Town {number}" for number in range(200)])  # 32 days later
    if announced:
        async with db.write() as conn:
            await announcements.announce(conn, SERVER, 1, [(case.id, case.events[0].id) for case in cases], SENT)
    rows = await walk(db, SENT, 10, 5)
    assert [(n.due.rung.name, n.count, n.cases) for row in rows for n in row.notices] == (
        [] if announced else [("30-days-before", 200, ())]
    )


@pytest.mark.parametrize("announced", [slice(0, 30), slice(170, 200), slice(3, 5)])
async def test_where_some_were_announced_alone_the_others_are_counted(db: Database, announced: slice) -> None:
    """As where recipients are added to a letter that a channel was set for later."""
    desk = Desk(db)
    await desk.open()
    cases = await desk.letter(SENT, date(2018, 2, 25), [f"Town {number}" for number in range(200)])
    async with db.write() as conn:
        await announcements.announce(conn, SERVER, 1, [(case.id, case.events[0].id) for case in cases[announced]], SENT)
    rows = await walk(db, SENT, 10, 5)
    assert counts(rows) == await wanted(db, SENT, 10) and rows[0].notices[0].count in (170, 198)
