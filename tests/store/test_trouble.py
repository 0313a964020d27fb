"""A database in trouble: what is given up is certainly rolled back, and each kind of trouble is told apart by its code."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.record.errors import CaseError, DatabaseTrouble
from bot.store import sqlite_driver, trouble
from bot.store.database import Database, DatabaseFailure, UnclearCommit, trouble_of

PATIENCE = 0.2
COUNT = text("SELECT count(*) FROM servers")
ADD = text("INSERT INTO servers (id, name) VALUES (:id, 'new')")


@pytest.fixture
async def impatient(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(migrated, tmp_path / "letterwatch.db")
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/letterwatch.db", patience=PATIENCE)
    yield db
    await db.close()


@contextmanager
def other_program(db: Database, *statements: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(str(db.url.database), isolation_level=None)
    try:
        for statement in statements:
            connection.execute(statement)
        yield connection
    finally:
        connection.close()


async def add(db: Database, server_id: int) -> None:
    async with db.write() as conn:
        await conn.execute(ADD, {"id": server_id})


async def servers(db: Database) -> int:
    async with db.read() as conn:
        return int((await conn.execute(COUNT)).scalar_one())


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_while_another_program_has_it_locked_reads_answer_and_writes_are_given_up(
    impatient: Database, begin: str
) -> None:
    with other_program(impatient, begin, "UPDATE servers SET hour = 1"):
        with pytest.raises(DatabaseFailure) as refused:
            await add(impatient, 1)
        assert trouble_of(refused.value) is DatabaseTrouble.BUSY
        assert await servers(impatient) == 0
        fresh = Database(str(impatient.url), patience=PATIENCE)  # a connection that is opened meanwhile
        assert await servers(fresh) == 0
        await fresh.migrate()  # there is nothing to do, and so nothing to wait for
        await fresh.close()
    assert await servers(impatient) == 0
    await add(impatient, 1)
    assert await servers(impatient) == 1


async def test_many_writers_are_given_up_together_and_not_one_after_the_other(
    impatient: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await servers(impatient)
    patience: list[float] = []
    hop: Any = sqlite_driver._Connection.hop

    async def noted(connection: object, statement: object, within: float | None = None) -> object:
        patience.extend([within] if within is not None else [])
        return await hop(connection, statement, within)

    monkeypatch.setattr(sqlite_driver._Connection, "hop", noted)

    with other_program(impatient, "BEGIN IMMEDIATE"):
        results = await asyncio.gather(*(add(impatient, number) for number in range(20)), return_exceptions=True)
    assert {trouble_of(result) for result in results if isinstance(result, BaseException)} == {DatabaseTrouble.BUSY}
    assert len(patience) == len(results) == 20
    assert patience[0] == PATIENCE
    assert sum(patience) < 2 * PATIENCE


async def test_who_asks_later_waits_for_its_own_time(impatient: Database) -> None:
    with other_program(impatient, "BEGIN IMMEDIATE") as other:
        with pytest.raises(DatabaseFailure):
            await add(impatient, 1)
        waiting = asyncio.create_task(add(impatient, 2))
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
        await waiting
    assert await servers(impatient) == 1


async def test_a_commit_that_has_to_wait_for_a_reader_is_rolled_back(migrated: Path, tmp_path: Path) -> None:
    """Without a write-ahead log, which another program may have switched off, a commit needs the database to itself."""
    shutil.copy(migrated, tmp_path / "letterwatch.db")
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/letterwatch.db", patience=PATIENCE)

    @event.listens_for(db.engine.sync_engine, "connect")
    def without_log(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = DELETE")
        cursor.close()
        record.info.clear()  # nobody can switch it off later: that needs the database without connections

    await servers(db)
    with other_program(db, "BEGIN", "SELECT * FROM servers") as reader:
        reader.execute("SELECT count(*) FROM servers").fetchall()
        with pytest.raises(DatabaseFailure) as refused:
            await add(db, 1)
        assert trouble_of(refused.value) is DatabaseTrouble.BUSY
    assert await servers(db) == 0
    await add(db, 2)
    assert await servers(db) == 1
    await db.close()


async def test_a_commit_that_fails_otherwise_may_have_been_carried_out(
    impatient: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(impatient, 1)
    commit: Any = aiosqlite.Connection.commit

    async def failing(connection: aiosqlite.Connection) -> None:
        await commit(connection)
        failure = sqlite3.OperationalError("disk I/O error")
        failure.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise failure

    monkeypatch.setattr(aiosqlite.Connection, "commit", failing)
    with pytest.raises(UnclearCommit) as unclear:
        await add(impatient, 2)
    monkeypatch.undo()
    assert trouble_of(unclear.value) is DatabaseTrouble.FAILING
    assert await servers(impatient) == 2


async def test_a_full_disk_is_told_rolled_back_and_logged_once(impatient: Database, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[DatabaseTrouble] = []
    impatient.trouble.heard.append(heard.append)

    async def fill() -> None:
        async with impatient.write() as conn:
            await conn.execute(text("PRAGMA max_page_count = 1"))
            await conn.execute(text("INSERT INTO servers (id, name) VALUES (1, :name)"), {"name": "x" * 2_000_000})

    for _ in range(3):
        with pytest.raises(DatabaseFailure) as refused:
            await fill()
        assert trouble_of(refused.value) is DatabaseTrouble.FULL
        assert impatient.trouble.note(refused.value, "nothing could be recorded")
    assert heard == [DatabaseTrouble.FULL]
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == [
        "nothing could be recorded: the disk of the database is full (database or disk is full)"
    ]
    assert await servers(impatient) == 0
    await add(impatient, 1)
    assert "the database can be written again" in caplog.text
    impatient.trouble.note(refused.value, "nothing could be recorded")
    assert heard == [DatabaseTrouble.FULL] * 2


async def test_what_is_no_trouble_of_the_database_is_left_to_others(impatient: Database) -> None:
    await add(impatient, 1)
    with pytest.raises(IntegrityError) as twice:
        await add(impatient, 1)
    assert trouble_of(twice.value) is None
    assert trouble_of(ValueError()) is None
    assert not impatient.trouble.note(ValueError(), "")


def _torn(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = os.urandom(200)
    file.write_bytes(content)


def _of_index(file: Path) -> None:
    """Tear the pages of an index alone."""
    with sqlite3.connect(file) as connection:
        [root] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_drafts_made_at'").fetchone()
    content = bytearray(file.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    file.write_bytes(content)


DAMAGES: dict[str, tuple[Callable[[Path], object], DatabaseTrouble]] = {
    "garbage": (lambda file: file.write_bytes(b"garbage " * 10_000), DatabaseTrouble.NOT_A_DATABASE),
    "header": (lambda file: file.write_bytes(b"X" * 16 + file.read_bytes()[16:]), DatabaseTrouble.NOT_A_DATABASE),
    "torn": (_torn, DatabaseTrouble.DAMAGED),
    "truncated": (lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 3]), DatabaseTrouble.DAMAGED),
    "index": (_of_index, DatabaseTrouble.DAMAGED),
    "empty": (lambda file: file.write_bytes(b""), DatabaseTrouble.OTHER_TABLES),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damage_is_told_apart(impatient: Database, tmp_path: Path, damage: str) -> None:
    harm, kind = DAMAGES[damage]
    harm(tmp_path / "letterwatch.db")
    with pytest.raises(DBAPIError) as failed:
        async with impatient.write() as conn:
            await conn.execute(ADD, {"id": 1})
            values = {"id": -1, "server_id": 1, "person_id": 1, "made_at": "2018-01-24 17:00:00.000000", "body": "{}"}
            await conn.execute(text("INSERT INTO drafts VALUES (:id, :server_id, :person_id, :made_at, :body, x'')"), values)
    assert trouble_of(failed.value) is kind


@pytest.mark.parametrize("how", ["mode=ro", "immutable=1"])
async def test_a_database_that_can_only_be_read_is_read(impatient: Database, how: str) -> None:
    await add(impatient, 1)
    await impatient.close()
    only_read = Database(f"sqlite+aiosqlite:///file:{impatient.url.database}?{how}&uri=true")
    assert await servers(only_read) == 1
    with pytest.raises(DatabaseFailure) as refused:
        await add(only_read, 2)
    assert trouble_of(refused.value) is DatabaseTrouble.READ_ONLY
    await only_read.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
async def test_a_file_without_the_right_to_write_it(impatient: Database, tmp_path: Path) -> None:
    await add(impatient, 1)
    await impatient.close()
    tmp_path.chmod(0o500)
    (tmp_path / "letterwatch.db").chmod(0o400)
    try:
        with pytest.raises(DatabaseFailure) as refused:
            await add(Database(str(impatient.url)), 2)
    finally:
        tmp_path.chmod(0o700)
    assert trouble_of(refused.value) in (DatabaseTrouble.READ_ONLY, DatabaseTrouble.UNREACHABLE)


@pytest.mark.parametrize("replaced", [False, True])
async def test_nothing_is_written_to_a_file_that_was_moved_away(impatient: Database, tmp_path: Path, replaced: bool) -> None:
    """SQLite would write to it all the same, and what was recorded would be gone with the process."""
    await add(impatient, 1)
    file = tmp_path / "letterwatch.db"
    file.rename(tmp_path / "away.db")
    if replaced:
        shutil.copy(tmp_path / "away.db", file)
    with pytest.raises(DatabaseFailure) as refused:
        await add(impatient, 2)
    assert trouble_of(refused.value) is DatabaseTrouble.MOVED
    (tmp_path / "away.db").replace(file)
    await add(impatient, 3)
    assert await servers(impatient) == 2


@pytest.mark.parametrize("replaced", [False, True])
async def test_nothing_is_written_to_a_log_that_was_removed(impatient: Database, tmp_path: Path, replaced: bool) -> None:
    """It would be gone with the process. What was recorded before is written into the database when that is closed."""
    await add(impatient, 1)
    log = tmp_path / "letterwatch.db-wal"
    log.unlink()
    if replaced:
        log.touch()
    with pytest.raises(DatabaseFailure) as refused:
        await add(impatient, 2)
    assert trouble_of(refused.value) is DatabaseTrouble.MOVED
    assert await servers(impatient) == 1
    await impatient.close()
    again = Database(str(impatient.url))
    assert await servers(again) == 1
    await add(again, 3)
    await again.close()


async def test_a_log_that_sqlite_removes_itself_is_missed_by_nobody(impatient: Database) -> None:
    for number in range(3):
        await add(impatient, number)
        await impatient.engine.dispose()
    assert await servers(impatient) == 3


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="is a folder"):
        Database(f"sqlite+aiosqlite:///{tmp_path}")


@pytest.mark.parametrize(
    ("state", "kind"),
    [("55P03", DatabaseTrouble.BUSY), ("53100", DatabaseTrouble.FULL), ("08006", DatabaseTrouble.UNREACHABLE),
     ("42P01", DatabaseTrouble.OTHER_TABLES), ("XX002", DatabaseTrouble.DAMAGED), ("23505", None)],
)  # fmt: skip
def test_postgresql_is_understood_by_its_codes(state: str, kind: DatabaseTrouble | None) -> None:
    class OfPostgresql(Exception):
        sqlstate = state

    assert trouble_of(DBAPIError("SELECT 1", {}, OfPostgresql())) is kind


async def test_trouble_that_lasts_is_logged_once_a_minute(
    impatient: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(trouble, "monotonic", lambda: now)
    with other_program(impatient, "BEGIN IMMEDIATE"), pytest.raises(DatabaseFailure) as refused:
        await add(impatient, 1)
    for _ in range(24):
        impatient.trouble.note(refused.value, "alerts could not be planned")
        now += 5
    assert len([record for record in caplog.records if "alerts could not be planned" in record.message]) == 2


async def test_a_statement_that_is_wrong_is_logged_with_its_place(
    impatient: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DatabaseFailure) as failed:
        async with impatient.read() as conn:
            await conn.execute(text("SELECT nothing FROM nowhere"))
    assert impatient.trouble.note(failed.value, "nothing was read")
    assert "SELECT nothing FROM nowhere" in caplog.text and "Traceback" in caplog.text
