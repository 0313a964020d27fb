"""The index of states says of every case what a replay of its events says, whatever is recorded in whatever order."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, and_, select

from bot.clock import FrozenClock
from bot.desk import import_record, state_index
from bot.desk.case_events import EventReport, record_answer, settle_extent
from bot.desk.closures import add_closure, closed_days, remove_closure
from bot.desk.deadline_list import DeadlineFilter
from bot.desk.deadlines import DeadlineInput
from bot.desk.letters import NewLetter, add_letter
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.session import WriteSession, reading, writing
from bot.desk.undo import LaterFacts, UndoneEvents, undo_letter
from bot.files.example import example
from bot.record.case import Case, Status
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import (
    Acknowledged,
    Answer,
    Basis,
    Closed,
    Consequence,
    ConsequenceState,
    Corrected,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Extent,
    Finding,
    Note,
    Outcome,
    Reopened,
    Result,
    Silenced,
    Statement,
)
from bot.record.standing import standing_of, statuses_at
from bot.store import case_groups, case_states, cases
from bot.store.case_groups import has_status
from bot.store.database import Database
from bot.store.standing_rows import standing_in
from bot.store.tables import case_groups as groups
from bot.store.tables import case_states as rows
from tests.conftest import database
from tests.desk.listing import walks_agree
from tests.desk.moving import digest_of, move_listed
from tests.desk.people import ALICE, People, at_the_desk
from tests.recording import NEW_YORK, SERVER, SOURCE, Desk
from tests.undoing import undo

NAMES = ("Boston, MA (city)", "Cook County, IL", "Reno, NV (city)")
DEADLINES = (None, DeadlineInput("2018-02-15"), DeadlineInput("20 business days", calendar="US"))
SETTLED = st.sampled_from((Extent.FULL, Extent.PARTIAL))
FOREVER = timedelta(days=365)
INSTANT = timedelta(microseconds=1)
ZONES = (NEW_YORK, ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu"))

any_deadline = st.builds(
    Deadline,
    st.dates(date(2018, 1, 25), date(2018, 4, 1)),
    st.sampled_from(ZONES),
    st.sampled_from((None, None, time(17), time(9, 30))),
)
details: st.SearchStrategy[Detail] = st.one_of(
    st.builds(Answer, st.sampled_from(Extent)),
    st.builds(Answer, st.sampled_from(Extent)),
    st.builds(DeadlineSet, any_deadline, st.sampled_from(Basis)),
    st.builds(Finding, st.sampled_from(Result)),
    st.builds(Consequence, st.sampled_from(("subpoena", "funds withheld")), st.sampled_from(ConsequenceState)),
    st.builds(Court, st.sampled_from(CourtStep), st.just(""), st.sampled_from(("", "18-cv-1")), st.booleans()),
    st.builds(Closed, st.sampled_from(Outcome)),
    st.just(Reopened()),
    st.just(Note()),
    st.just(Statement()),
)
#: Among them days that are still to come, and days of which it is not certain that they have come.
days = st.one_of(
    st.just(""),
    st.dates(date(2018, 1, 24), date(2018, 3, 10)).map(date.isoformat),
    st.sampled_from(("2018-02", "by 2018-02-20", "between 2018-01-30 and 2018-03-01", "2018-03-02T14:30-05:00")),
)


class Record:
    """One server on which anything is recorded."""

    def __init__(self, people: People, data: st.DataObject) -> None:
        self.people, self.data = people, data
        self.desk = Desk(people.db)
        self.operations: list[str] = []

    @property
    def now(self) -> datetime:
        return self.people.clock.now()

    async def a_case(self) -> Case:
        return self.data.draw(st.sampled_from(await self.desk.cases()))

    async def any_event(self) -> None:
        """Also such as the desk refuses, but a record file may hold."""
        await self.desk.record(self.now, await self.a_case(), self.data.draw(details), self.data.draw(days))

    async def correction(self) -> None:
        case = await self.a_case()
        event = self.data.draw(st.sampled_from(case.events))
        detail = self.data.draw(st.one_of(details, st.builds(Corrected, st.booleans())))
        await self.desk.record(self.now, case, detail, self.data.draw(days), replaces=event.id)

    async def acknowledgement(self) -> None:
        case = await self.a_case()
        if event := case.at(self.now).deadline_event:
            await self.desk.record(self.now, case, Acknowledged(event.id))

    async def silence(self) -> None:
        days = self.data.draw(st.sampled_from((None, 0, 1, 14, 40)))
        day = None if days is None else self.now.date() + timedelta(days=days)
        await self.desk.record(self.now, await self.a_case(), Silenced(day))

    async def recipients(self) -> None:
        """New ones, and such as were undone before."""
        letter = (await self.a_case()).letter
        names = self.data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
        deadline = self.data.draw(st.sampled_from(DEADLINES))
        async with self.people.alice() as session:
            added = await add_named_recipients(
                session, LetterRef(letter.id, letter.title), NamedRecipients(tuple(names), deadline=deadline)
            )
        self.operations.append(added.operation)

    async def letter(self) -> None:
        title = f"Demand {len(self.operations)}"
        async with self.people.alice() as session:
            new = NewLetter(title, "The authority", When("2018-01-24", NEW_YORK), "All files", SOURCE)
            added = await add_letter(session, new)
            await add_named_recipients(session, LetterRef(added.id, added.title), NamedRecipients(NAMES[:2]))
        self.operations.append(session.audit.operation)

    async def undone_entry(self) -> None:
        operation = self.data.draw(st.sampled_from(self.operations))
        await self._undo(lambda session, agreed: undo(session, operation, FOREVER, agreed))

    async def undone_letter(self) -> None:
        operation = self.data.draw(st.sampled_from(self.operations))
        await self._undo(lambda session, agreed: undo_letter(session, operation, ALICE, FOREVER, agreed))

    async def _undo(self, press: Callable[[WriteSession, str], Awaitable[UndoneEvents | LaterFacts]]) -> None:
        async with self.people.alice() as session:
            done = await press(session, "")
            if isinstance(done, LaterFacts):
                await press(session, done.digest)

    async def answer(self) -> None:
        case = await self.a_case()
        async with self.people.alice() as session:
            ref = CaseRef(case.id, case.number)
            recorded = await record_answer(session, ref, Extent.UNKNOWN, EventReport(None, SOURCE))
        self.operations.append(recorded.operation)

    async def settled_extent(self) -> None:
        unknown = (await self.a_case()).at(self.now).unknown
        if unknown is not None:
            async with self.people.alice() as session:
                recorded = await settle_extent(session, unknown.id, self.data.draw(SETTLED))
            self.operations.append(recorded.operation)

    async def closure(self) -> None:
        """A closure that is added, or removed, and what it moves."""
        day = self.data.draw(st.sampled_from((date(2018, 2, 15), date(2018, 2, 21))))
        async with self.people.alice() as session:
            if day in await closed_days(session):
                change = await remove_closure(session, day)
            else:
                change = await add_closure(session, day, "Snow", SOURCE)
        await move_listed(self.people, change.shown, await digest_of(self.people, change.shown))

    async def step(self) -> None:
        """One of them. What is refused changes nothing."""
        undo = [self.undone_entry, self.undone_entry, self.undone_letter] if self.operations else []
        facts = [
            self.any_event,
            self.any_event,
            self.correction,
            self.acknowledgement,
            self.silence,
            self.answer,
            self.settled_extent,
        ]
        step = self.data.draw(st.sampled_from([*facts, self.recipients, self.recipients, self.letter, self.closure, *undo]))
        with suppress(CaseError):
            await step()


async def lists_agree(db: Database, now: datetime, data: st.DataObject | None = None) -> None:
    """What /deadlines lists is what a replay of every case finds, for each filter; with `data`, for some that it draws."""
    async with reading(db, SERVER, now) as session:
        letters_there = [None, *(letter.id for letter in await cases.letters_of(session.conn, SERVER))]
        wanted = [DeadlineFilter(within, status) for status, within in product((None, *Status), (None, 0, 14))]
        wanted += [DeadlineFilter(None, None, state, letter) for letter, state in product(letters_there, ("", "MA", "NY"))]
    if data:
        wanted = data.draw(st.lists(st.sampled_from(wanted), min_size=1, max_size=8, unique=True), label="filters")
    for asked in wanted:
        await walks_agree(db, now, asked)


def stands_at(moment: datetime) -> ColumnElement[bool]:
    return (rows.c.since <= moment) & (rows.c.until > moment)


async def agrees(db: Database, now: datetime) -> None:
    """The rows that hold say what a replay says, at `now` and at any later moment, and so do the filters."""
    recorded = await Desk(db).cases()
    moments = {now}
    for case in recorded:
        moments |= {event.counts_from for event in case.events} | {event.counts_from - INSTANT for event in case.events}
        if deadline := case.at(now).deadline:
            moments |= {deadline.last_moment, deadline.last_moment + INSTANT}
    async with db.read() as conn:
        assert await case_states.wrong_entries(conn, [case.id for case in recorded]) == []
    assert await state_index.is_counted(db)
    async with db.read() as conn:
        for moment in sorted(moment for moment in moments if moment >= now):
            states = {case.id: case.at(moment) for case in recorded}
            found = (await conn.execute(select(rows).where(stands_at(moment)))).all()
            assert len(found) == len(recorded)
            standings = {row.case_id: standing_in(row) for row in found}
            assert standings == {case_id: standing_of(case_state) for case_id, case_state in states.items()}
            for case_id, standing in standings.items():
                assert not standing.recorded or statuses_at(standing, moment) == states[case_id].statuses
                assert (standing.clock_runs and standing.due_by is not None and moment > standing.due_by) is states[
                    case_id
                ].overdue
            of_group = [rows.c[key.name] == key for key in groups.primary_key]
            filters = [has_status(status, moment).label(status.name) for status in Status]
            holding = select(rows.c.case_id, *filters).join(groups, and_(*of_group))
            holding = holding.where(groups.c.recorded, case_groups.stands_at(moment))
            listed = {
                row["case_id"]: {status for status in Status if row[status.name]}
                for row in (await conn.execute(holding)).mappings()
            }
            assert listed == {id: set(state.statuses) for id, state in states.items() if state.exists}


@given(st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_index_says_what_a_replay_says_after_every_step(migrated: Path, data: st.DataObject) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            db = database(Path(shutil.copy(migrated, folder)))
            clock = FrozenClock(datetime(2018, 1, 24, 17, tzinfo=UTC))
            record = Record(await at_the_desk(db, clock), data)
            try:
                for _ in range(data.draw(st.integers(1, 15), label="steps")):
                    clock.set(clock.now() + data.draw(st.sampled_from((timedelta(0), timedelta(hours=7), timedelta(days=5)))))
                    await record.step()
                    await agrees(db, clock.now())
                await lists_agree(db, clock.now(), data)
            finally:
                await db.close()

    asyncio.run(play())


async def test_an_event_whose_day_is_to_come_counts_from_that_day(db: Database, clock: FrozenClock) -> None:
    people = await at_the_desk(db, clock)
    albany = await people.case(people.albany)
    await Desk(db).record(clock.now(), albany, Answer(Extent.FULL), "2018-02-01")
    await agrees(db, clock.now())
    async with db.read() as conn:
        answered = [
            set((await conn.execute(select(rows.c.case_id).where(stands_at(moment), rows.c.answered))).scalars())
            for moment in (clock.now(), datetime(2018, 1, 31, tzinfo=UTC), datetime(2018, 2, 2, 6, tzinfo=UTC))
        ]
    assert answered == [set(), set(), {albany.id}]


async def test_an_import_is_indexed_as_it_is_recorded(db: Database) -> None:
    """The real record."""
    now = datetime(2026, 1, 5, 12, tzinfo=NEW_YORK)
    await Desk(db).open()
    async with writing(db, SERVER, now, "import") as session:
        await import_record.record_file(session, example())
    assert len(await Desk(db).cases()) > 20
    await agrees(db, now)
    await lists_agree(db, now)


async def test_a_case_that_is_recorded_in_a_transaction_that_fails_leaves_no_row(db: Database, clock: FrozenClock) -> None:
    people = await at_the_desk(db, clock)
    with suppress(CaseError):
        async with people.alice() as session:
            await add_named_recipients(session, people.letter, NamedRecipients((NAMES[0],)))
            raise CaseError("no")
    async with db.read() as conn:
        assert len((await conn.execute(select(rows.c.case_id))).all()) == 2
