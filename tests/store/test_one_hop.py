"""The driver: what a statement gives is what SQLAlchemy's own adapter gives, with one hop to the connection's thread."""

from __future__ import annotations

from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.store.database import Database

TABLE = text("CREATE TEMPORARY TABLE seen (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")


async def test_each_statement_takes_one_hop(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    hops = 0
    execute: Any = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, *args: object) -> object:
        nonlocal hops
        hops += 1
        return await execute(self, *args)

    async with db.read() as conn:
        monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
        rows = (await conn.execute(text("SELECT 1 AS a, 2 AS b UNION SELECT 3, 4"))).mappings().all()
        assert hops == 1
        assert [dict(row) for row in rows] == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]


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
