"""What is read of many cases becomes values in several turns of the event loop, so that others get theirs in between."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import event

from bot.store import cases, dropped_lines, notices
from bot.store.database import BATCH, Database
from bot.watch import tick as tick_module
from bot.watch.tick import tick
from tests.recording import NEW_YORK, Desk
from tests.turns import calls_by_turn

MANY = 2 * cases.ROWS + 50
SENT, DUE = datetime(2018, 1, 24, 12, tzinfo=NEW_YORK), datetime(2018, 2, 9, 12, tzinfo=NEW_YORK)


@pytest.fixture
async def alice(db: Database) -> Desk:
    alice = Desk(db)
    await alice.open()
    await alice.letter(SENT, to=[f"Town {number}" for number in range(MANY)])
    return alice


@pytest.mark.parametrize(("made", "of_each"), [("event_of", 2), ("Case", 1)])
async def test_cases_are_read_in_turns(alice: Desk, monkeypatch: pytest.MonkeyPatch, made: str, of_each: int) -> None:
    async with calls_by_turn(monkeypatch, cases, made) as calls:
        assert len(await alice.cases()) == MANY
    assert calls.total() == of_each * MANY and max(calls.values()) <= cases.ROWS


async def test_lines_of_a_notice_are_read_in_turns(alice: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "ROWS", 100)
    async for _ in tick(alice.db, DUE):
        pass
    async with alice.db.read() as conn, calls_by_turn(monkeypatch, notices, "NoticeLine") as calls:
        [of_notice] = (await notices.lines_of(conn, [1])).values()
    assert len(of_notice) == calls.total() == MANY and max(calls.values()) <= 100


async def test_cases_are_planned_in_turns(alice: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with calls_by_turn(monkeypatch, tick_module, "plan") as calls:
        assert sum([planned async for planned in tick(alice.db, DUE)]) == MANY
    assert calls.total() == MANY and max(calls.values()) == 1


async def test_lines_are_dropped_a_few_at_a_time(db: Database) -> None:
    """SQLAlchemy prepares the values of a statement in the event loop."""
    sizes: list[int] = []

    def note(conn: object, cursor: object, statement: str, parameters: list[object], context: object, many: bool) -> None:
        if statement.startswith("UPDATE alerts"):
            sizes.append(len(parameters))

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    async with db.write() as conn:
        await dropped_lines.drop_lines(conn, [(line_id, "answered") for line_id in range(2 * BATCH + 2)])
    assert sizes == [BATCH, BATCH, 2]
