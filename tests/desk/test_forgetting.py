"""A server that is forgotten leaves nothing, and takes nothing of others along."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, ForeignKey, Integer, LargeBinary, MetaData, Table, select, text
from sqlalchemy.exc import DBAPIError

from bot.config import DatabaseSettings, Settings
from bot.desk import backups
from bot.desk import forgetting as desk
from bot.record.errors import CaseError
from bot.store import cases, forgetting, marks, name_cache, places, servers
from bot.store.columns import Day, Flag, UtcDateTime, metadata
from bot.store.database import Database
from bot.store.tables import notices
from bot.watch.tick import tick
from tests.recording import NEW_YORK, OTHER_SERVER, SERVER, Desk

NOW = datetime(2018, 3, 3, 14, 2, tzinfo=UTC)
Row = dict[str, Any]


def settings(db: Database) -> Settings:
    return Settings(database=DatabaseSettings(url=db.url.render_as_string()))


async def forget(db: Database, server_id: int) -> desk.Forgotten:
    return await desk.forget(settings(db), server_id, NOW)


class Filler:
    """Fills every table, those of later versions too, with a row of one server."""

    def __init__(self, server_id: int) -> None:
        self.server_id = server_id
        self.rows: dict[str, Row] = {}

    def all(self) -> Iterator[tuple[Table, Row]]:
        for table in metadata.sorted_tables:
            if table.name not in forgetting.SHARED:
                self.rows[table.name] = {column.name: self._value(table, column.name) for column in table.c}
                yield table, self.rows[table.name]

    def _value(self, table: Table, name: str) -> object:
        column = table.c[name]
        if (table.name, name) == ("servers", "id"):
            return self.server_id
        if name == "server_id":  # left out where what the row refers to says it too
            return None if column.nullable and table.foreign_keys else self.server_id
        for key in column.foreign_keys:
            parent = key.column.table
            return None if parent is table else self.rows[parent.name][key.column.name]
        day = date(2018, 3, 3)
        for kind, value in ((UtcDateTime, NOW), ((Boolean, Flag), False), ((Date, Day), day), (JSON, [self.secret])):
            if isinstance(column.type, kind):
                return value
        if isinstance(column.type, LargeBinary):
            return self.secret.encode() * 3000
        return (
            self.server_id * 100
            if isinstance(column.type, Integer)
            else self.secret[: getattr(column.type, "length", 99) or 99]
        )

    @property
    def secret(self) -> str:
        return f"{self.server_id}-secret"


async def filled(db: Database, *server_ids: int) -> None:
    async with db.write() as conn:
        for server_id in server_ids:
            for table, row in Filler(server_id).all():
                await conn.execute(table.insert().values(row))


async def rows_of(db: Database, server_id: int) -> dict[str, list[tuple[Any, ...]]]:
    async with db.read() as conn:
        return {
            table.name: [tuple(row) for row in await conn.execute(select(table).where(forgetting.of_server(table, server_id)))]
            for table in forgetting.owned_tables()
        }


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_of_every_table_it_is_known_whose_its_rows_are(table: Table) -> None:
    """A new table either has rows of servers, which are found by server_id or by what they refer to, or is named as shared."""
    if table.name in forgetting.SHARED:
        assert table.name == "forgettings" or "server_id" not in table.c
    else:
        assert str(forgetting.of_server(table, 1))


async def test_every_row_of_it_goes_and_none_of_another(db: Database) -> None:
    await filled(db, 71, 72)
    before = {server_id: await rows_of(db, server_id) for server_id in (71, 72)}
    assert [name for name, rows in before[71].items() if not rows] == [], "every table has a row of it"
    result = await forget(db, 71)
    assert (result.events, result.traces) == (1, "")
    after = {server_id: await rows_of(db, server_id) for server_id in (71, 72)}
    assert [name for name, rows in after[71].items() if rows] == []
    assert after[72] == before[72]
    async with db.read() as conn:
        for pragma, wanted in (("foreign_key_check", []), ("integrity_check", [("ok",)])):
            assert (await conn.execute(text(f"PRAGMA {pragma}"))).all() == wanted


async def test_a_row_that_need_not_name_its_server_is_found_by_what_it_refers_to(db: Database) -> None:
    later = Table(
        "later",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("server_id", BigInteger),
        Column("case_id", ForeignKey(metadata.tables["cases"].c.id)),
    )
    await filled(db, 71, 72)
    rows = [(1, None, 7100), (2, 71, None), (3, None, 7200), (4, 72, None), (5, None, None)]
    async with db.write() as conn:
        await conn.run_sync(later.create)
        await conn.execute(later.insert(), [dict(zip(("id", "server_id", "case_id"), row, strict=True)) for row in rows])
    async with db.read() as conn:
        found = await conn.execute(select(later.c.id).where(forgetting.of_server(later, 71)))
        assert sorted(found.scalars()) == [1, 2]


async def test_not_a_byte_of_it_is_left_in_the_files(db: Database) -> None:
    """Also of what was removed or changed long before, in free space, and with another program connected."""
    await filled(db, 71, 72)
    async with db.write() as conn:
        await conn.execute(text("UPDATE servers SET name = '71-secret-too' WHERE id = 71"))
        await conn.execute(text("DELETE FROM documents WHERE server_id = 71"))
    files = [Path(str(db.url.database) + ending) for ending in ("", "-wal")]
    assert any(b"71-secret" in file.read_bytes() for file in files)
    await forget(db, 71)
    assert [file.name for file in files if b"71-secret" in file.read_bytes()] == []
    assert b"72-secret" in files[0].read_bytes()


async def test_only_the_events_of_a_server_that_is_being_forgotten_can_be_removed(db: Database) -> None:
    await filled(db, 71, 72)
    removing = forgetting.removing(settings(db).database_url)
    async with removing.write() as conn:
        await forgetting.begin(conn, 71, NOW)
    refused = (
        "DELETE FROM events WHERE server_id = 72",
        "DELETE FROM events",
        "UPDATE events SET text = '' WHERE server_id = 71",
    )
    for statement in refused:
        with pytest.raises(DBAPIError, match="append-only"):
            async with removing.write() as conn:
                await conn.execute(text(statement))
    await removing.close()
    await forget(db, 71)
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.write() as conn:
            await conn.execute(text("DELETE FROM events"))


async def test_one_that_was_cut_off_posts_nothing_and_is_carried_on_with(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for server_id in (SERVER, OTHER_SERVER):
        await Desk(db, server_id).open()
        await Desk(db, server_id).letter(datetime(2018, 1, 24, 12, tzinfo=NEW_YORK))
    monkeypatch.setattr(forgetting, "BATCH", 2)
    batches, remove = iter(range(7)), forgetting.remove

    async def cut_off(*args: Any) -> None:
        if next(batches, None) is None:
            raise RuntimeError("killed")
        await remove(*args)

    monkeypatch.setattr(forgetting, "remove", cut_off)
    with pytest.raises(RuntimeError, match="killed"):
        await forget(db, SERVER)
    begun = await desk.known(db, SERVER)
    assert begun.began_at == NOW and begun.events < 8
    planned = [new async for new in tick(db, datetime(2018, 2, 20, 18, tzinfo=UTC))]
    async with db.read() as conn:
        waiting = select(notices.c.server_id).where(notices.c.state == "pending")
        assert planned and set((await conn.execute(waiting)).scalars()) == {OTHER_SERVER}
    monkeypatch.setattr(forgetting, "remove", remove)
    assert (await forget(db, SERVER)).events == 8
    assert not any((await rows_of(db, SERVER)).values())
    assert len((await rows_of(db, OTHER_SERVER))["events"]) == 8


async def test_one_that_was_cut_off_before_the_file_was_made_anew_is_carried_on_with(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was removed or changed long before is in free space until then."""
    await filled(db, 71, 72)
    async with db.write() as conn:
        await conn.execute(text("DELETE FROM documents WHERE server_id = 71"))

    async def killed(*_: object) -> str:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "shrink", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await forget(db, 71)
    begun = await desk.known(db, 71)
    assert (begun.name, begun.events, begun.began_at) == ("71-secret", 0, NOW)
    assert (await forget(db, 71)).events == 1
    files = [Path(str(db.url.database) + ending) for ending in ("", "-wal")]
    assert [file.name for file in files if b"71-secret" in file.read_bytes()] == []
    with pytest.raises(CaseError, match="has no server 71"):
        await desk.known(db, 71)


async def test_the_running_bot_notices_although_ids_are_given_out_again(db: Database) -> None:
    """What it keeps in memory of names, and marks of what was recorded, go by the highest ids."""
    mine, other = Desk(db, SERVER), Desk(db, OTHER_SERVER)
    await mine.open()
    await other.open()
    sent = datetime(2018, 1, 24, 12, tzinfo=NEW_YORK)
    await mine.letter(sent, to=("Albany",))
    await other.letter(sent, to=("Denver", "Boston"))
    async with db.read() as conn:
        for server_id in (SERVER, OTHER_SERVER):
            await name_cache.names_of(conn, server_id)
        before = await marks.mark(conn, SERVER)
        highest = await cases.newest_event_of_all(conn)
    await forget(db, OTHER_SERVER)
    async with db.read() as conn:
        assert await marks.changed_since(conn, SERVER, before), "its ids may name other rows now"
    await mine.letter(sent, to=("Chicago",), title="Another")
    async with db.write() as conn:
        await servers.ensure(conn, OTHER_SERVER, "Invited again")
    async with db.read() as conn:
        assert await cases.newest_event_of_all(conn) <= highest
        assert [place.name for place in (await places.named(conn, SERVER, "Chicago")).places] == ["Chicago"]
        assert len((await name_cache.names_of(conn, OTHER_SERVER)).names) == 0


async def test_backups_do_not_take_the_removed_events_for_lost(db: Database) -> None:
    await filled(db, 71, 72)
    await asyncio.to_thread(backups.make, settings(db), NOW)
    await forget(db, 71)
    await asyncio.to_thread(backups.make, settings(db), NOW)
    assert backups.last_backup(settings(db)).fuller is None
    held = desk.holding(settings(db), NOW)
    assert (held.backups, held.until, held.kept) == (2, datetime(2018, 3, 18, 14, 2, tzinfo=UTC), ())
    (db_file := Path(str(db.url.database))).with_name(f"{db_file.name}-backups.json").unlink()
    held = desk.holding(settings(db), NOW)
    assert (held.backups, held.until) == (2, None), "what is not noted is never removed"


async def test_a_wrong_name_and_a_server_that_is_not_known_are_refused(db: Database) -> None:
    await filled(db, 71)
    server = await desk.known(db, 71)
    assert (server.name, server.events, server.began_at) == ("71-secret", 1, None)
    desk.check_name(server, " 71-secret ")
    for typed in ("", "71", "71-SECRET"):
        with pytest.raises(CaseError, match=r"Server 71 is called “71-secret”, not “.*”\. Nothing was changed\."):
            desk.check_name(server, typed)
    desk.check_name(desk.Known(5, "", 0, None), "5")
    with pytest.raises(CaseError, match=r"The database has no server 99\. Nothing was changed\."):
        await desk.known(db, 99)
