"""While the database cannot be written, alerts and receipts are tried again: none is lost or doubled, the log stays short."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.record.errors import DatabaseTrouble
from bot.store.database import Database, DatabaseFailure, trouble_of
from bot.watch import deliver
from bot.watch.schedule import Watch
from tests.locking import locked
from tests.watch.test_delivery import House, at


@contextmanager
def full(db: Database) -> Iterator[None]:
    """A disk without room: each notice needs some, and the file can grow no longer."""
    engine, file = db.engine.sync_engine, str(db.url.database)
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE filling (content BLOB)")
        other.execute("CREATE TRIGGER fill BEFORE INSERT ON alerts BEGIN INSERT INTO filling VALUES (zeroblob(1000000)); END")

    def limit(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA max_page_count = 1")
        cursor.close()

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        with sqlite3.connect(file) as other:
            other.execute("DROP TRIGGER fill")


@pytest.fixture(autouse=True)
def impatient(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.db._patience = 0.01
    monkeypatch.setattr(deliver, "AFTER_FAILURE", 0.01)


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.ERROR]


async def trouble_noted(caplog: pytest.LogCaptureFixture, words: str) -> None:
    async with asyncio.timeout(30):
        while words not in caplog.text:
            await asyncio.sleep(0.005)  # no event shows from outside that something was logged


async def test_plans_are_made_once_the_database_is_free(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.alice.letter(house.clock.now())
    house.clock.set(at(2, 9))
    watch = Watch(house.db, house.clock, house.delivery, every=0.01)
    async with locked(house.db):
        watch.start()
        await trouble_noted(caplog, "alerts could not be planned")
        for _ in range(5):
            watch.wake()
            with pytest.raises(DatabaseFailure) as failed:
                await watch.look()
            assert trouble_of(failed.value) is DatabaseTrouble.BUSY
    assert len(errors(caplog)) == 1 and "Traceback" not in caplog.text
    await watch.turn()
    await watch.stop()
    assert house.channels.texts()[0].startswith("14 days left: 4 jurisdictions")
    assert len(house.channels.posted) == 1


async def test_a_receipt_is_written_once_the_database_is_free(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.alice.letter(house.clock.now())
    house.clock.set(at(2, 9))
    posted, go_on, post = asyncio.Event(), asyncio.Event(), house.channels.post

    async def held(*args: object) -> int:
        message_id = await post(*args)  # type: ignore[arg-type]
        posted.set()
        await go_on.wait()
        return message_id

    house.channels.post = held  # type: ignore[method-assign,assignment]
    turning = asyncio.create_task(house.watch.turn())
    await posted.wait()
    async with locked(house.db):
        go_on.set()
        await trouble_noted(caplog, "notices could not be sent")
        assert [state for _, state in await house.states()] != ["sent"]
    await turning
    assert [state for _, state in await house.states()] == ["sent"]
    assert await house.turn(at(2, 9, hour=12)) == []
    assert len(house.channels.posted) == 1
    assert len(errors(caplog)) == 1 and "Traceback" not in caplog.text


async def test_while_the_disk_is_full_nothing_is_lost(house: House) -> None:
    await house.alice.letter(house.clock.now())
    house.clock.set(at(2, 9))
    with full(house.db):
        for _ in range(3):
            with pytest.raises(DatabaseFailure) as failed:
                await house.watch.look()
            assert trouble_of(failed.value) is DatabaseTrouble.FULL
    assert len(await house.turn(at(2, 9))) == 1
    assert [state for _, state in await house.states()] == ["sent"]


def damage(file: Path, long_text: bytes) -> None:
    """Break the chain of pages over which a text runs: each begins with the number of the next one."""
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    content = bytearray(file.read_bytes())
    page = content.index(long_text) // 4096
    content[page * 4096 : page * 4096 + 4] = b"\x7f\xff\xff\xff"
    file.write_bytes(content)


async def test_a_damaged_letter_keeps_no_other_back(house: House, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    await house.alice.letter(house.clock.now(), to=("Albany",))
    await house.alice.letter(house.clock.now(), to=("Denver",))
    async with house.db.write() as conn:
        await conn.execute(text("UPDATE letters SET demand = :demand WHERE id = 1"), {"demand": "DAMAGED " * 4_000})
    await house.db.close()
    damage(tmp_path / "letterwatch.db", b"DAMAGED " * 510)
    for _ in range(3):
        await house.turn(at(2, 9))
    assert [text.split("\n")[0] for text in house.channels.texts()] == ["14 days left: Denver, NY"]
    assert "Traceback" not in caplog.text and len(errors(caplog)) <= 2
