"""A restored database: what was due before is marked, and ids that buttons name are not given out again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.store import restores
from bot.store.database import Database
from bot.store.tables import letters, notices
from bot.watch.tick import tick
from tests.recording import OPENED, Desk
from tests.watch.test_delivery import at


async def test_what_waits_and_what_is_planned_later_is_marked_if_it_was_due_by_the_restore(db: Database) -> None:
    desk = Desk(db)
    await desk.open()
    await desk.letter(OPENED, to=("Albany",), title="Waits")
    async for _ in tick(db, at(2, 9)):
        pass
    await desk.letter(OPENED, to=("Buffalo",), title="Planned later")
    async with db.write() as conn:
        assert await restores.note(conn, at(2, 9, 9, 30)) == 1
    async for _ in tick(db, at(2, 10)):
        pass
    await desk.letter(OPENED + timedelta(days=1), to=("Denver",), title="Due later")
    async for _ in tick(db, at(2, 17)):
        pass
    async with db.read() as conn:
        rows = (await conn.execute(select(notices.c.due_at, notices.c.restored))).all()
    assert {due_at <= at(2, 9, 9, 30) for due_at, _ in rows} == {True, False}
    assert all(restored == (due_at <= at(2, 9, 9, 30)) for due_at, restored in rows)


async def test_ids_that_buttons_name_are_not_given_out_again(db: Database) -> None:
    desk = Desk(db)
    await desk.open()
    await desk.letter(OPENED, to=("Albany",), title="Before the backup")
    async with db.write() as conn:
        await restores.note(conn, OPENED)
    await desk.letter(OPENED, to=("Buffalo",), title="After the restore")
    async with db.read() as conn:
        first, second = (await conn.execute(select(letters.c.id).order_by(letters.c.id))).scalars()
    assert second - first > 1_000
