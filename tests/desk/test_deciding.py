"""What is imported is decided while others may record, and recorded only if nobody did."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bot.desk import state_index
from bot.desk.deciding import TRIES, decide_and_record
from bot.desk.import_record import RecordOptions, decide_record
from bot.desk.import_record import record_decided as record_decided_file
from bot.desk.import_sheet import SheetDecision, SheetImport, SheetOptions, decide_sheet, record_decided
from bot.desk.session import Session, WriteSession, reading, writing
from bot.files import example
from bot.files.sheets.row_reading import read
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Answer, Basis, DeadlineSet, Extent
from bot.record.import_report import ItemKind
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import cases, closures, events, places, taking_back
from bot.store.database import Database
from tests.corpus.tables import LETTER, READ_AT, recipients
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


async def import_others(desk: Desk) -> None:
    """One of the same places, and one more, of a letter of the same day."""
    rows = {"jurisdiction": "Denver", "kind": "city and county", "state": "CO"}, {"jurisdiction": "Reno", "state": "NV"}
    other_table = recipients(*rows, deadline="10 business days", title="Another demand of January")
    async with writing(desk.db, SERVER, READ_AT, "somebody else") as session:
        options = SheetOptions(new_letters=True)
        await record_decided(session, await decide_sheet(session, other_table, read(other_table, NEW_YORK), options))


async def add_a_namesake(desk: Desk) -> None:
    async with desk.db.write() as conn:
        await places.ensure(conn, SERVER, Jurisdiction(0, "Vermont", PlaceKind.STATE, "VT", ("The State of Vermont",)))


async def add_a_twin(desk: Desk) -> None:
    """A letter that may be that of the table, without recipients."""
    sent = When(LETTER["sent"], NEW_YORK)
    twin = Letter(0, "twin", LETTER["title"], LETTER["authority"], sent, "all documents", sources=(SOURCE,))
    async with desk.db.write() as conn:
        await events.add_letter(conn, desk.audit(READ_AT), twin)


async def take_everything_back(desk: Desk) -> None:
    async with desk.db.write() as conn:
        recorded = await cases.of_server(conn, SERVER)
        await taking_back.take_back(
            conn, desk.audit(READ_AT), {event.id: "Undone." for case in recorded for event in case.events}
        )


async def remove_closures(desk: Desk) -> None:
    async with desk.db.write() as conn:
        for day in await closures.in_force(conn, SERVER):
            await closures.remove(conn, SERVER, day, READ_AT)


async def move_to_tokyo(desk: Desk) -> None:
    await desk.open(READ_AT, zone="Asia/Tokyo")


CHANGES = (
    *(nothing, answer, record_the_same, add_a_place, add_a_letter, take_a_letter_back, add_a_closure, change_the_calendar),
    *(record_elsewhere, import_others, add_a_namesake, add_a_twin, take_everything_back, remove_closures, move_to_tokyo),
)


def drawn(seed: int) -> list[list[SomebodyElse]]:
    """Some things after each decision, for as long as it is decided again."""
    draw = random.Random(seed)
    return [draw.choices(CHANGES, k=draw.randrange(1, 4)) for _ in range(draw.randrange(1, TRIES + 1))]


@pytest.mark.parametrize("before", [nothing, record_the_same], ids=["new", "recorded before"])
@pytest.mark.parametrize(
    "steps",
    [*([[change]] for change in CHANGES), *map(drawn, range(6))],
    ids=[*(change.__name__ for change in CHANGES), *(f"seed {seed}" for seed in range(6))],
)
async def test_whatever_others_do_meanwhile_it_ends_as_if_they_had_done_it_before(
    alice: Desk, other: Database, tmp_path: Path, before: SomebodyElse, steps: list[list[SomebodyElse]]
) -> None:
    await alice.open(calendar="US")
    await before(alice)
    with (
        closing(sqlite3.connect(str(alice.db.url.database))) as source,
        closing(sqlite3.connect(tmp_path / "serial.db")) as copy,
    ):
        source.backup(copy)
    serial = Database(f"sqlite+aiosqlite:///{tmp_path / 'serial.db'}")

    async def do(changes: Sequence[SomebodyElse], desk: Desk) -> None:
        for change in changes:
            with suppress(CaseError, IntegrityError, ValueError):
                await change(desk)

    done: list[SomebodyElse] = []

    def noting(changes: Sequence[SomebodyElse]) -> SomebodyElse:
        async def run(desk: Desk) -> None:
            done.extend(changes)
            await do(changes, desk)

        return run

    mixed = await outcome_of(Importing(alice.db, other, [noting(changes) for changes in steps]))
    await do(done, Desk(serial))
    assert mixed == await outcome_of(Importing(serial, serial, []))
    assert await record_in(alice.db) == await record_in(serial)
    assert (await state_index.check(alice.db, lambda done, total: None)).wrong == []
    await serial.close()


async def outcome_of(importing: Importing) -> object:
    try:
        return (await importing.run()).report
    except CaseError as refused:
        return str(refused)


async def record_in(db: Database) -> list[object]:
    """Everything that is recorded, without the names of operations."""
    tables = (
        "servers",
        "jurisdictions",
        "place_names",
        "letters",
        "cases",
        "events",
        "closures",
        "case_states",
        "notices",
        "alerts",
    )
    async with db.read() as conn:
        everything = [
            (await conn.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3")).mappings().all() for table in tables
        ]
    return [
        {name: value for name, value in row.items() if name not in ("operation", "token")}
        for rows in everything
        for row in rows
    ]
