"""The driver: what a statement gives is what SQLAlchemy's own adapter gives; what is short or reads needs no thread."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot import event_loop
from bot.store import sqlite_driver
from bot.store.database import Database

TABLE = text("CREATE TEMPORARY TABLE seen (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
COUNT = (
    "SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :up_to) SELECT i FROM n)"
)


class Hops:
    """Counts what is done in the threads of connections."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        execute: Any = aiosqlite.Connection._execute

        async def counted(connection: aiosqlite.Connection, *args: object, **named: object) -> object:
            self.count += 1
            return await execute(connection, *args, **named)

        monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)


@pytest.fixture
async def hops(db: Database, monkeypatch: pytest.MonkeyPatch) -> Hops:
    """With one connection, which was opened before."""
    async with db.write() as conn:
        await _count(conn, 1)
    return Hops(monkeypatch)


async def _count(conn: AsyncConnection, up_to: int) -> int:
    return int((await conn.execute(text(COUNT), {"up_to": up_to})).scalar_one())


async def test_a_transaction_that_reads_needs_no_thread(db: Database, hops: Hops) -> None:
    async with db.read() as conn:
        rows = (await conn.execute(text("SELECT 1 AS a, 2 AS b UNION SELECT 3, 4"))).mappings().all()
        assert await _count(conn, 10) == 10
    assert [dict(row) for row in rows] == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    assert hops.count == 0


async def test_nor_does_the_first_one_of_a_new_connection(db: Database, hops: Hops) -> None:
    async with db.read(), db.engine.connect() as new:
        await new.get_raw_connection()
        opened = hops.count
        assert opened  # it is not the one that was there before
        async with new.begin():
            assert await _count(new, 10) == 10
        assert hops.count == opened


async def test_what_writes_takes_one_hop_for_each_statement(db: Database, hops: Hops) -> None:
    async with db.write() as conn:
        assert hops.count == 1  # BEGIN IMMEDIATE, which may wait for another process
        await conn.execute(text("UPDATE servers SET hour = 8"))
        assert hops.count == 2
        assert await _count(conn, 10) == 10
        assert hops.count == 2
    assert hops.count == 3  # COMMIT, which waits for the disk


async def test_a_statement_that_takes_long_is_run_again_in_the_thread(
    db: Database, hops: Hops, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with db.read() as conn:
        before = (await conn.execute(text("SELECT count(*) FROM servers"))).scalar_one()
        async with db.write() as other:
            await other.execute(text("INSERT INTO servers (id, name) VALUES (99, 'new')"))
        written = hops.count
        monkeypatch.setattr(sqlite_driver, "HERE_FOR", -1.0)
        assert await _count(conn, 1_000) == 1_000
        assert hops.count == written + 1
        monkeypatch.setattr(sqlite_driver, "HERE_FOR", 60.0)
        assert (await conn.execute(text("SELECT count(*) FROM servers"))).scalar_one() == before  # the same transaction
    assert hops.count == written + 1


async def test_the_begin_of_a_transaction_is_not_interrupted(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite counts the steps of all runs of a statement, and looks at the time every hundred: at the end of some BEGIN."""
    monkeypatch.setattr(sqlite_driver, "HERE_FOR", -1.0)
    for _ in range(sqlite_driver.STEPS):
        async with db.read() as conn:
            assert await _count(conn, 1) == 1


async def test_what_was_written_before_a_statement_that_takes_long_is_kept(
    db: Database, hops: Hops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_driver, "HERE_FOR", -1.0)
    async with db.write() as conn:
        await conn.execute(text("INSERT INTO servers (id, name) VALUES (99, 'new')"))
        written = hops.count
        assert await _count(conn, 1_000) == 1_000
        assert hops.count == written + 1
        await conn.execute(text("UPDATE servers SET hour = 7 WHERE id = 99"))
    async with db.read() as conn:
        assert (await conn.execute(text("SELECT name, hour FROM servers WHERE id = 99"))).all() == [("new", 7)]


async def test_a_database_in_memory_is_read_too() -> None:
    engine = create_async_engine("sqlite+aiosqlite:///:memory:", module=sqlite_driver.SqliteDriver())
    async with engine.connect() as conn:
        await conn.execute(TABLE)
        assert await _count(conn, 10) == 10
    await engine.dispose()


async def test_a_statement_with_many_values_goes_to_the_thread_at_once(db: Database, hops: Hops) -> None:
    names = [f"n{number}" for number in range(sqlite_driver.MOST_VALUES + 1)]
    wanted = text(f"SELECT count(*) FROM servers WHERE id IN ({', '.join(f':{name}' for name in names)})")
    async with db.read() as conn:
        await conn.execute(wanted, dict.fromkeys(names, 1))
    assert hops.count == 1


async def test_a_lock_of_another_process_does_not_hold_the_event_loop(tmp_path: Path) -> None:
    file = tmp_path / "locked.db"  # not in WAL mode, where such a lock is rare
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TABLE seen (id INTEGER)")
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", module=sqlite_driver.SqliteDriver())
    async with engine.connect() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM seen"))).scalar_one() == 0
        await conn.rollback()
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO seen VALUES (1)")
        reading = asyncio.create_task(conn.execute(text("SELECT count(*) FROM seen")))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not reading.done()
        other.execute("COMMIT")  # which the loop would not come to, if it were held
        assert (await reading).scalar_one() == 1
    await engine.dispose()
    other.close()


async def test_a_statement_that_nobody_waits_for_any_more_holds_nothing(db: Database) -> None:
    began, go_on = threading.Event(), threading.Event()

    def wait() -> int:
        began.set()
        return int(go_on.wait(30))

    async def held() -> None:
        async with db.read() as conn:
            raw: Any = (await conn.get_raw_connection()).driver_connection
            raw._conn.create_function("wait", 0, wait)
            await conn.execute(text("VALUES (wait())"))

    task = asyncio.create_task(held())
    await asyncio.to_thread(began.wait)
    task.cancel()
    async with db.read() as conn:
        assert await _count(conn, 10) == 10
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.read() as conn:
        assert await _count(conn, 10) == 10


async def test_a_commit_that_nobody_waits_for_any_more_counts_as_recorded(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = threading.Event(), threading.Event()
    execute: Any = aiosqlite.Connection._execute

    async def held(connection: aiosqlite.Connection, work: Any, *args: object, **named: object) -> object:
        def slow() -> object:
            began.set()
            go_on.wait(30)
            return work(*args)

        if getattr(work, "__name__", "") == "commit":
            return await execute(connection, slow)
        return await execute(connection, work, *args, **named)

    async def record() -> None:
        async with db.write() as conn:
            await conn.execute(text("INSERT INTO servers (id, name) VALUES (99, 'new')"))

    async with db.write() as conn:
        await _count(conn, 1)  # opens the connection
    before = db.recorded
    monkeypatch.setattr(aiosqlite.Connection, "_execute", held)
    task = asyncio.create_task(record())
    await asyncio.to_thread(began.wait)
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM servers WHERE id = 99"))).scalar_one() == 1
    assert db.recorded == before + 1


async def test_many_statements_one_after_another_let_others_go_on(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "LONG", 0.0)  # every turn is long
    async with db.read() as conn:
        reading = asyncio.create_task(_count_many(conn))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not reading.done()
        await reading


async def _count_many(conn: AsyncConnection) -> None:
    for _ in range(30):
        await _count(conn, 1)


async def test_a_statement_says_how_many_rows_it_changed_and_the_last_id(db: Database) -> None:
    async with db.write() as conn:
        await conn.execute(TABLE)
        added = await conn.execute(text("INSERT INTO seen (name) VALUES ('a')"))
        assert added.lastrowid == 1
        await conn.execute(text("INSERT INTO seen (name) VALUES (:name)"), [{"name": "b"}, {"name": "c"}])
        changed = await conn.execute(text("UPDATE seen SET name = name || '!'"))
        assert changed.rowcount == 3
        assert not changed.returns_rows
        assert list((await conn.execute(text("SELECT name FROM seen ORDER BY id"))).scalars()) == ["a!", "b!", "c!"]
        assert (await conn.execute(text("SELECT name FROM seen WHERE id = 9"))).all() == []


async def test_errors_are_those_of_sqlalchemy_and_leave_the_connection_usable(db: Database) -> None:
    async with db.write() as conn:
        await conn.execute(TABLE)
        await conn.execute(text("INSERT INTO seen (name) VALUES ('a')"))
        with pytest.raises(IntegrityError):
            await conn.execute(text("INSERT INTO seen (name) VALUES ('a')"))
        with pytest.raises(OperationalError):
            await conn.execute(text("SELECT nothing FROM nowhere"))
        assert (await conn.execute(text("SELECT count(*) FROM seen"))).scalar_one() == 1


async def test_a_result_can_be_streamed(db: Database) -> None:
    async with db.read() as conn:
        result = await conn.stream(text("SELECT 1 UNION SELECT 2"))
        assert [row[0] async for row in result] == [1, 2]


async def test_a_database_that_is_closed_has_no_thread_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one that still opens a connection for which nobody waits any more: the event loop may be closed next."""
    before, opening, open_file = set(threading.enumerate()), threading.Event(), sqlite3.connect

    def slowly(*args: Any, **named: Any) -> sqlite3.Connection:
        opening.set()
        held.wait(10)
        opened: sqlite3.Connection = open_file(*args, **named)
        return opened

    held = threading.Event()
    monkeypatch.setattr(sqlite3, "connect", slowly)
    db = Database(f"sqlite+aiosqlite:///{tmp_path / 'letterwatch.db'}")
    task = asyncio.create_task(db.has_tables())
    await asyncio.to_thread(opening.wait, 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    asyncio.get_running_loop().call_later(0.05, held.set)
    await db.close()
    assert [thread.name for thread in set(threading.enumerate()) - before if "connection_worker" in thread.name] == []
