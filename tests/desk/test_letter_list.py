"""Pages of /letters over the index of states, beside a replay of every case."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import FrozenClock
from bot.desk.letter_list import ListedLetter, letter_page
from bot.desk.pages import FIRST, LAST, Edge, Page
from bot.desk.session import reading
from bot.record.case import CaseState, Letter
from bot.record.deadlines.when import When
from bot.record.standing import standing_of
from bot.store import case_states, cases, events
from bot.store.database import Database
from bot.words.case_facts import counted, short_facts
from tests.conftest import database
from tests.desk.test_state_index import details
from tests.recording import NEW_YORK, SERVER, SOURCE, Desk

SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
DATES = ("2018-01-24", "2018-01", "by 2018-01-20", "between 2018-01-01 and 2018-02-03", "2018-01-24T10:00-05:00", "2017-12-31")


async def page(db: Database, now: datetime, edge: Edge, most: int) -> Page[ListedLetter]:
    async with reading(db, SERVER, now) as session:
        return await letter_page(session, edge, most)


async def walk(db: Database, now: datetime, most: int, backwards: bool = False) -> list[ListedLetter]:
    shown = await page(db, now, LAST if backwards else FIRST, most)
    rows = list(shown.rows)
    while not (shown.is_first if backwards else shown.is_last):
        row = shown.rows[0] if backwards else shown.rows[-1]
        edge = Edge(row.edge_key, backwards, shown.before if backwards else len(rows))
        shown = await page(db, now, edge, most)
        rows = [*shown.rows, *rows] if backwards else [*rows, *shown.rows]
    return rows


async def letters(db: Database, count: int) -> Desk:
    """With dates of every precision; the last has no recipients."""
    desk = Desk(db)
    await desk.open()
    await desk.letter(SENT, date(2018, 2, 23), ["Albany", "Denver", "Reno"], title="The first")
    for number in range(count):
        when = When(DATES[number % len(DATES)], NEW_YORK)
        async with db.write() as conn:
            letter = Letter(0, "", f"Demand {number}", "The authority", when, "", sources=(SOURCE,))
            await events.add_letter(conn, desk.audit(SENT), letter)
    return desk


def words_of(case_state: CaseState) -> tuple[str, list[str]]:
    """What a count says of a case, from its whole state."""
    lead = "overdue" if case_state.overdue else case_state.status.value
    return lead, sorted(words.removeprefix("escalated: ") for words in short_facts(case_state) if words != lead)


@given(st.data())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_each_letter_is_counted_as_a_replay_of_its_recipients_counts(migrated: Path, data: st.DataObject) -> None:
    """The index holds all that the list says of them, at any moment."""

    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            db = database(Path(shutil.copy(migrated, folder)))
            try:
                desk = await letters(db, 2)
                recorded = await desk.cases()
                for _ in range(data.draw(st.integers(0, 10))):
                    await desk.record(SENT, data.draw(st.sampled_from(recorded)), data.draw(details))
                now = SENT + data.draw(st.timedeltas(timedelta(0), timedelta(days=60)))
                async with db.read() as conn:
                    states = [case.at(now) for case in await cases.of_server(conn, SERVER)]
                    first = (await cases.letters_of(conn, SERVER))[-1]
                wanted = Counter(standing_of(case_state) for case_state in states)
                rows = {row.letter.title: row for row in await walk(db, now, 2)}
                assert Counter(dict(rows["The first"].recipients)) == wanted
                for case_state in states:
                    lead, beside = counted(standing_of(case_state), first, now)
                    assert (lead, sorted(beside)) == words_of(case_state)
            finally:
                await db.close()

    asyncio.run(play())


async def test_the_newest_comes_first_however_exactly_its_date_is_known(db: Database, clock: FrozenClock) -> None:
    await letters(db, 11)
    async with db.read() as conn:
        known = await cases.letters_of(conn, SERVER)
    wanted = [letter.id for letter in sorted(known, key=lambda letter: (letter.sent.latest, letter.id), reverse=True)]
    for most in (1, 3, 20):
        for backwards in (False, True):
            assert [row.letter.id for row in await walk(db, SENT, most, backwards)] == wanted


async def test_letters_are_listed_alike_while_the_index_is_being_filled(db: Database) -> None:
    await letters(db, 5)
    before = await walk(db, SENT, 2)
    async with db.write() as conn:
        await case_states.set_filled(conn, 0)
    assert await walk(db, SENT, 2) == before
    assert await walk(db, SENT, 2, backwards=True) == before


async def test_a_letter_that_was_taken_back_is_not_listed(db: Database) -> None:
    desk = await letters(db, 3)
    async with db.write() as conn:
        await events.take_back_letter(conn, desk.audit(SENT), 2)
    assert len(await walk(db, SENT, 2)) == 3 and (await page(db, SENT, FIRST, 2)).total == 3
