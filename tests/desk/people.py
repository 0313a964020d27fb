"""Alice and Bob at the desk of one server, for tests of use cases: each write is a transaction of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import select

from bot.clock import FrozenClock
from bot.desk import session
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.session import Session, WriteSession
from bot.record.case import Case
from bot.store.database import Database
from bot.store.tables import alerts, events
from tests.recording import SERVER, Desk

ALICE, BOB = 11, 12
DAY_AFTER = datetime(2018, 2, 24, 17, tzinfo=UTC)


class People:
    """The people of one server's desk. A letter of 24 January 2018 to two places, due 23 February, is recorded."""

    def __init__(self, db: Database, clock: FrozenClock, cases: list[Case]) -> None:
        self.db, self.clock = db, clock
        self.albany, self.denver = (CaseRef(case.id, case.number) for case in cases)
        self.letter = LetterRef(cases[0].letter.id, cases[0].letter.title)

    def alice(self) -> AbstractAsyncContextManager[WriteSession]:
        return session.writing(self.db, SERVER, self.clock.now(), "Alice", ALICE)

    def bob(self) -> AbstractAsyncContextManager[WriteSession]:
        return session.writing(self.db, SERVER, self.clock.now(), "Bob", BOB)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        async with session.reading(self.db, SERVER, self.clock.now()) as opened:
            yield opened

    async def news(self) -> list[str]:
        """The kinds of the events that a notice announces."""
        query = select(events.c.kind).join(alerts, alerts.c.about_id == events.c.id).where(alerts.c.rung == "news")
        async with self.db.read() as conn:
            return list((await conn.execute(query.order_by(alerts.c.id))).scalars())

    async def case(self, ref: CaseRef) -> Case:
        return next(case for case in await Desk(self.db).cases() if case.id == ref.id)


async def at_the_desk(db: Database, clock: FrozenClock) -> People:
    desk = Desk(db)
    await desk.open()
    return People(db, clock, await desk.letter(clock.now(), to=("Albany", "Denver")))
