"""Pages of /deadlines over the index of states, beside a replay of every case."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.chat.long_lists import deadlines_query
from bot.desk.deadline_list import DeadlineFilter, ListedCase
from bot.desk.pages import FIRST, LAST, Edge, code, edge_of
from bot.record.case import Case, Status
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.events import Answer, Basis, Closed, DeadlineSet, Detail, Extent, Outcome, Reopened
from bot.store.case_groups import ListKey
from bot.store.database import Database
from bot.store.tables import case_groups
from tests.conftest import database
from tests.desk.listing import after, before, page_at, walk, walks_agree
from tests.recording import NEW_YORK, Desk

SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
ZONES = (NEW_YORK, ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("UTC"))
deadlines = st.builds(
    Deadline,
    st.dates(date(2018, 2, 18), date(2018, 2, 24)),
    st.sampled_from(ZONES),
    st.sampled_from((None, None, time(17), time(0, 0, 30))),
)
details: st.SearchStrategy[Detail] = st.one_of(
    st.builds(DeadlineSet, deadlines, st.just(Basis.EXTENSION)),
    st.builds(DeadlineSet, deadlines, st.just(Basis.EXTENSION)),
    st.builds(Answer, st.sampled_from(Extent)),
    st.builds(Closed, st.sampled_from(Outcome)),
    st.just(Reopened()),
)
moments = st.timedeltas(timedelta(0), timedelta(days=8)).map(lambda later: datetime(2018, 2, 17, tzinfo=UTC) + later)
filters = st.builds(
    DeadlineFilter,
    st.sampled_from((None, None, 0, 1, 2, 14)),
    st.sampled_from((None, None, *Status)),
    st.sampled_from(("", "", "NY", "CO")),
    st.sampled_from((None, None, 1)),
)


async def recorded(db: Database, due: date | None = date(2018, 2, 23), cases: int = 8) -> tuple[Desk, list[Case]]:
    """Two letters to the same towns."""
    desk = Desk(db)
    await desk.open()
    towns = [f"Town {number}" for number in range(cases)]
    return desk, [*await desk.letter(SENT, due, towns), *await desk.letter(SENT, due, towns, "Second demand")]


def played(migrated: Path, play: Callable[[Database], Awaitable[None]]) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            db = database(Path(shutil.copy(migrated, folder)))
            try:
                await play(db)
            finally:
                await db.close()

    asyncio.run(run())


@given(st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_list_is_what_a_replay_of_every_case_gives(migrated: Path, data: st.DataObject) -> None:
    """Whatever is recorded, asked for, at any moment and with pages of any size; "due today" in each deadline's own zone."""

    async def play(db: Database) -> None:
        desk, cases = await recorded(db)
        for _ in range(data.draw(st.integers(0, 12), label="facts")):
            await desk.record(SENT, data.draw(st.sampled_from(cases)), data.draw(details))
        for _ in range(8):
            await walks_agree(db, data.draw(moments), data.draw(filters), data.draw(st.integers(1, 5)))

    played(migrated, play)


@given(st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_recorded_between_two_pages_moves_no_other_case(migrated: Path, data: st.DataObject) -> None:
    """Each case that nothing was recorded of comes once, in both directions."""

    async def play(db: Database) -> None:
        desk, cases = await recorded(db)
        now, changed, seen = datetime(2018, 2, 20, 12, tzinfo=UTC), set[int](), list[ListedCase]()
        backwards = data.draw(st.booleans())
        edge = LAST if backwards else FIRST
        while True:
            page = (await page_at(db, now, DeadlineFilter(), edge, data.draw(st.integers(1, 4)))).page
            if page.edge != edge:  # nothing was left behind that row, so it is a page that was shown before
                break
            seen += page.rows[::-1] if backwards else page.rows
            if page.is_first if backwards else page.is_last:
                break
            edge = before(page.rows[0], page.before) if backwards else after(page.rows[-1], page.before + len(page.rows))
            for _ in range(data.draw(st.integers(0, 2))):
                case = data.draw(st.sampled_from(cases))
                await desk.record(SENT, case, data.draw(details))
                changed.add(case.id)
        unchanged = [case.id for case in cases if case.id not in changed]
        assert [row.case.id for row in seen if row.case.id not in changed] == (unchanged[::-1] if backwards else unchanged)

    played(migrated, play)


async def test_a_case_that_the_index_is_wrong_about_is_left_out_and_the_next_are_read(db: Database) -> None:
    desk, cases = await recorded(db)
    for case in cases[:12]:
        await desk.record(SENT, case, Answer(Extent.FULL))
    async with db.write() as conn:
        await conn.execute(update(case_groups).values(answered=False))
    pages = await walk(db, SENT, DeadlineFilter(), 3)
    assert [[row.case.id for row in shown.page.rows] for shown in pages] == [[13, 14, 15], [16]]


async def test_where_nothing_is_left_behind_a_row_the_last_page_is_shown(db: Database) -> None:
    desk, cases = await recorded(db, cases=3)
    [first, second] = await walk(db, SENT, DeadlineFilter(), 5)
    for case in cases[5:]:
        await desk.record(SENT, case, Closed(Outcome.CLOSED))
    shown = (await page_at(db, SENT, DeadlineFilter(), after(first.page.rows[-1], 5), 5)).page
    assert [row.case.id for row in shown.rows] == [1, 2, 3, 4, 5] and shown.is_first and shown.is_last
    for case in cases[:4]:
        await desk.record(SENT, case, Closed(Outcome.CLOSED))
    shown = (await page_at(db, SENT, DeadlineFilter(), before(second.page.rows[0], 5), 5)).page
    assert [row.case.id for row in shown.rows] == [5]


@pytest.mark.parametrize("wanted", [DeadlineFilter(7), DeadlineFilter(7, Status.OVERDUE), DeadlineFilter(7, None, "NY", 1)])
async def test_where_no_case_has_a_deadline_none_is_due_within_days(db: Database, wanted: DeadlineFilter) -> None:
    await recorded(db, due=None, cases=3)
    [shown] = await walk(db, SENT, wanted, 5)
    assert shown.page.rows == () and shown.counts.cases == 0


async def test_the_weightiest_status_of_a_day_comes_first(db: Database) -> None:
    desk, cases = await recorded(db, cases=3)
    await desk.record(SENT, cases[2], Answer(Extent.REFUSAL))
    [page] = await walk(db, SENT, DeadlineFilter(letter_id=1), 5)
    assert [row.case.number for row in page.page.rows] == [3, 1, 2]


def test_the_button_of_a_page_fits_into_a_custom_id() -> None:
    """At most 100 characters (Discord docs, "Custom ID"), with the longest filter and ids up to four thousand million."""
    most = 2**32 - 1
    key = ListKey(date(2018, 2, 23), "17:00:00", most, "e" * 15, "NY", most)
    row = ListedCase(None, None, key)  # type: ignore[arg-type]
    for status in Status:
        query = deadlines_query(DeadlineFilter(3650, status, "NY", most))
        assert len(query.turn(code(Edge(row.edge_key, True, 1_000_000)))) <= 100


@pytest.mark.parametrize("text", ["", "1", ">", ">x.", ">1.a", "?1", ">1.zzzzzzz.end.1.a.NY.1", ">1.a.end.!.a.NY.1", "<²"])
async def test_an_edge_of_another_version_is_refused(db: Database, text: str) -> None:
    await recorded(db, cases=1)
    with pytest.raises(CaseError, match="no longer works"):
        await page_at(db, SENT, DeadlineFilter(), edge_of(text), 3)


@given(st.builds(Edge, st.lists(st.text("abc019-+"), max_size=4).map(tuple), st.booleans(), st.integers(0, 10**6)))
def test_an_edge_is_read_back(edge: Edge) -> None:
    assert edge_of(code(edge)) == edge
