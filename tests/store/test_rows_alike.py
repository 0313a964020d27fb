"""The index of states of cases that nothing was recorded of: no command makes any, and no update may stop at one."""

from __future__ import annotations

from sqlalchemy import select

from bot.clock import FrozenClock
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import case_states, places, tables
from bot.store.database import Database
from tests.recording import SERVER, Desk


async def test_a_case_without_events_has_a_row(db: Database, clock: FrozenClock) -> None:
    desk = Desk(db)
    await desk.open()
    [case] = await desk.letter(clock.now(), to=("Albany",))
    rows, cases = tables.case_states, tables.cases
    async with db.write() as conn:
        [place_id] = [id for id, _ in await places.ensure_all(conn, SERVER, [Jurisdiction(0, "Denver", PlaceKind.CITY, "CO")])]
        of_case = {"server_id": SERVER, "number": 2, "letter_id": case.letter.id, "jurisdiction_id": place_id}
        added = cases.insert().values(**of_case, tracked_since=clock.now()).returning(cases.c.id)
        case_id = (await conn.execute(added)).scalar_one()
        await case_states.write(conn, [case_id])
        written = (await conn.execute(select(rows.c.recorded, rows.c.last_event).where(rows.c.case_id == case_id))).all()
    assert [tuple(row) for row in written] == [(False, 0)]
