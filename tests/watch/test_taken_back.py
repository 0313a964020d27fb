"""What was announced and then undone is taken back aloud, whatever became of the announcement on its way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.record.errors import Undeliverable
from bot.store import events as desk
from bot.store import notices
from bot.store.tables import events
from tests.recording import SERVER
from tests.watch.test_delivery import House


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_announcement_whose_answer_was_lost_is_taken_back_if_it_stands(house: House, arrived: bool) -> None:
    now = house.clock.now()
    cases = await house.alice.letter(now, due=None)
    async with house.db.write() as conn:
        facts = [(case.id, case.events[0].id) for case in cases]
        await notices.announce(conn, SERVER, cases[0].letter.id, facts, now)
    house.channels.failures = [lambda: Undeliverable("connection lost", permanent=False, maybe_sent=True)]
    house.channels.keep_before_failing = arrived
    await house.turn(now)
    async with house.db.write() as conn:
        [operation] = (await conn.execute(select(events.c.operation).distinct())).scalars()
        undone = await desk.undo(conn, house.alice.audit(now), operation)
        await notices.announce_undone(conn, SERVER, undone, now)
    await house.turn(now + timedelta(minutes=1))
    heads = [text.split("\n")[0] for text in house.channels.texts()]
    assert [head for head in heads if "entry undone" in head], heads
    assert len([head for head in heads if "New letter" in head]) == int(arrived)


async def test_what_waits_to_be_told_of_a_case_is_not_told_once_the_case_is_undone(house: House) -> None:
    now = house.clock.now()
    cases = await house.alice.letter(now, due=None)
    async with house.db.write() as conn:
        [operation] = (await conn.execute(select(events.c.operation).distinct())).scalars()
    extended = await house.alice.extend(now, cases[0], date(2018, 3, 9))
    async with house.db.write() as conn:
        await notices.announce(conn, SERVER, cases[0].letter.id, [(cases[0].id, extended)], now)
        undone = await desk.undo(conn, house.alice.audit(now), operation)
        await notices.announce_undone(conn, SERVER, undone, now)
    assert await house.turn(now) == []
    assert await house.states() == [("news", "superseded")]
