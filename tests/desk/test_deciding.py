"""What is imported is decided while others may record, and recorded only if nobody did."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.desk.deciding import TRIES, decide_and_record
from bot.desk.import_record import RecordOptions, decide_record
from bot.desk.import_record import record_decided as record_decided_file
from bot.desk.import_sheet import SheetDecision, SheetImport, SheetOptions, decide_sheet, record_decided
from bot.desk.session import Session, WriteSession, reading, writing
from bot.files import example
from bot.files.sheets.rows import read
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Answer, Basis, DeadlineSet, Extent
from bot.record.import_report import ItemKind
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import closures, events, places, taking_back
from bot.store.database import Database
from tests.corpus.tables import READ_AT, recipients
from tests.desk.test_state_index import agrees
from tests.recording import NEW_YORK, OTHER_SERVER, SERVER, SOURCE, Desk

ANOTHER = "Another demand"
TABLE = recipients(
    {"jurisdiction": "Denver", "kind": "city and county", "state": "CO"},
    {"jurisdiction": "Vermont", "kind": "state", "state": "VT"},
    deadline="30 days",
)
SomebodyElse = Callable[[Desk], Awaitable[object]]


@dataclass
class Importing:
    """An import of the table, while somebody else does something after each decision. They use connections of their own."""

    db: Database
    other: Database
    meanwhile: list[SomebodyElse]
    writes: list[bool] = field(default_factory=list)  #: for each decision whether its transaction was one that writes

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        async with reading(self.db, SERVER, READ_AT) as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[WriteSession]:
        async with writing(self.db, SERVER, READ_AT, "import") as session:
            yield session

    async def decide(self, session: Session) -> SheetDecision:
        decision = await decide_sheet(session, TABLE, read(TABLE, session.server.zone), SheetOptions())
        self.writes.append(isinstance(session, WriteSession))
        if self.meanwhile:
            await self.meanwhile.pop(0)(Desk(self.other))
        return decision

    async def run(self) -> SheetImport:
        return await decide_and_record(self.reading, self.writing, self.decide, record_decided)


@pytest.fixture
async def other(db: Database) -> AsyncIterator[Database]:
    assert db.url.database
    opened = Database(str(db.url))
    yield opened
    await opened.close()


@pytest.fixture
async def alice(db: Database) -> Desk:
    alice = Desk(db)
    await alice.open()
    await alice.letter(READ_AT, to=("Albany",))
    return alice


async def record_the_same(desk: Desk) -> None:
    async with writing(desk.db, SERVER, READ_AT, "somebody else") as session:
        decision = await decide_sheet(session, TABLE, read(TABLE, session.server.zone), SheetOptions())
        await record_decided(session, decision)


async def answer(desk: Desk) -> None:
    await desk.record(READ_AT, (await desk.cases())[0], Answer(Extent.PARTIAL))


async def add_a_place(desk: Desk) -> None:
    async with desk.db.write() as conn:
        await places.ensure(conn, SERVER, Jurisdiction(0, "Salem", PlaceKind.CITY, "OR"))


async def add_a_letter(desk: Desk) -> None:
    await desk.letter(READ_AT, to=(), title=ANOTHER)


async def take_a_letter_back(desk: Desk) -> None:
    [case] = await desk.cases()
    async with desk.db.write() as conn:
        await taking_back.take_back(conn, desk.audit(READ_AT), {event.id: "Undone." for event in case.events})
        await events.take_back_letter(conn, desk.audit(READ_AT), case.letter.id)


async def add_a_closure(desk: Desk) -> None:
    async with desk.db.write() as conn:
        await closures.add(conn, desk.audit(READ_AT), date(2018, 2, 23), "Snow", (SOURCE,))


async def change_the_calendar(desk: Desk) -> None:
    await desk.open(READ_AT, calendar="US")


async def record_elsewhere(desk: Desk) -> None:
    charlie = Desk(desk.db, OTHER_SERVER)
    await charlie.open()
    await charlie.letter(READ_AT)


async def nothing(desk: Desk) -> None:
    pass


@pytest.mark.parametrize(
    "change",
    [answer, add_a_place, add_a_letter, take_a_letter_back, add_a_closure, change_the_calendar],
    ids=lambda change: change.__name__,
)
async def test_whatever_changes_meanwhile_is_decided_again(alice: Desk, other: Database, change: SomebodyElse) -> None:
    importing = Importing(alice.db, other, [change])
    imported = await importing.run()
    assert importing.writes == [False, False]
    assert imported.report.new == {"places": 2, "letters": 1, "cases": 2}


@pytest.mark.parametrize("change", [nothing, record_elsewhere], ids=lambda change: change.__name__)
async def test_what_is_recorded_on_another_server_changes_nothing(alice: Desk, other: Database, change: SomebodyElse) -> None:
    importing = Importing(alice.db, other, [change])
    await importing.run()
    assert importing.writes == [False]


async def test_the_same_recorded_by_somebody_else_meanwhile_is_recorded_once(alice: Desk, other: Database) -> None:
    imported = await Importing(alice.db, other, [record_the_same]).run()
    assert not imported.report.changes and imported.report.same == {"places": 2, "letters": 1, "cases": 2}
    assert [case.place.name for case in await alice.cases()] == ["Albany", "Denver", "Vermont"]


async def test_a_closure_recorded_meanwhile_moves_what_is_counted(alice: Desk, other: Database) -> None:
    await alice.open(calendar="US")
    await Importing(alice.db, other, [add_a_closure]).run()
    details = [event.detail for case in await alice.cases() for event in case.events]
    deadlines = [detail.deadline for detail in details if isinstance(detail, DeadlineSet)]
    assert [deadline.date for deadline in deadlines if deadline.is_countable] == [date(2018, 2, 26)] * 2


async def test_where_others_go_on_recording_it_is_decided_where_nobody_can(alice: Desk, other: Database) -> None:
    importing = Importing(alice.db, other, [answer] * TRIES)
    imported = await importing.run()
    assert importing.writes == [*[False] * TRIES, True]
    assert imported.report.new == {"places": 2, "letters": 1, "cases": 2}
    await agrees(alice.db, READ_AT)


async def test_the_index_of_what_a_file_records_says_what_its_events_say(alice: Desk) -> None:
    """Worked out before anything is recorded: of new cases with their answers, and of recorded ones with later answers."""
    record, now = example.example(), READ_AT + timedelta(days=4000)
    for until in (datetime(2018, 3, 15, tzinfo=UTC), None):
        async with reading(alice.db, SERVER, now) as session:
            decision = await decide_record(session, record, RecordOptions(until=until))
        async with writing(alice.db, SERVER, now, "import") as write_session:
            report = await record_decided_file(write_session, decision)
        assert report.new[ItemKind.EVENT]
        await agrees(alice.db, now)
    assert decision.plan.standings, "some of the cases were recorded before"


async def test_the_index_follows_a_file_for_a_case_that_waits_for_a_date(alice: Desk, db: Database) -> None:
    """Its row for a later moment goes when what it waited for is replaced by something recorded."""
    [case] = await alice.cases()
    later = DeadlineSet(Deadline(date(2018, 3, 9), NEW_YORK), Basis.EXTENSION)
    await alice.record(READ_AT, case, later, (READ_AT + timedelta(days=9)).date().isoformat())
    await agrees(db, READ_AT)
    await alice.record(READ_AT + timedelta(days=10), case, Answer(Extent.FULL))
    await agrees(db, READ_AT + timedelta(days=10))
