"""Servers (Discord guilds) and their settings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, BigInteger, bindparam, literal, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.errors import SettingsUnreadable
from bot.record.ladder import DEFAULT_LADDER, Ladder
from bot.record.news_kinds import SELDOM, NewsKind
from bot.record.posting import Posting
from bot.record.servers import Server
from bot.store import codec
from bot.store.database import batches
from bot.store.looks import by_then
from bot.store.posting_times import earlier_from, earlier_to, quiet_from, quiet_to
from bot.store.tables import cases, servers
from bot.store.unreadable import Shape, Unreadable, UnreadableRow, note, noted_of, readable, reason

#: JSON as text, so that a row can be the key of what was made of it.
_COLUMNS = tuple(codec.as_text(column) if isinstance(column.type, JSON) else column for column in servers.c)
_SHAPE = Shape(_COLUMNS)
_CALENDAR = re.compile(r"none|US(-[A-Z]{2})?")
_ALL = select(*_COLUMNS).order_by(servers.c.id)
_WITH_IDS = select(*_COLUMNS).where(servers.c.id.in_(bindparam("ids", type_=BigInteger, expanding=True)))
_NAMES = select(servers.c.id, servers.c.name).where(servers.c.id.in_(bindparam("ids", type_=BigInteger, expanding=True)))
_WITH_ID = select(*_COLUMNS).where(servers.c.id == bindparam("server_id"))


def _unannounced(stored: Any) -> frozenset[NewsKind]:
    return SELDOM if stored is None else frozenset(map(NewsKind, stored))


def _ladder(stored: Any) -> Ladder:
    return codec.ladder_of(stored) or DEFAULT_LADDER


def _role_ids(stored: Any) -> tuple[int, ...]:
    if not all(type(role_id) is int for role_id in stored or ()):
        raise ValueError("not the ids of roles")
    return tuple(stored or ())


#: By the name of its column, how the value of a JSON column is made of what is stored.
_FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "unannounced": _unannounced,
    "ladder": _ladder,
    "quiet": quiet_from,
    "posting_before": earlier_from,
    "desk_role_ids": _role_ids,
}
#: The same, how it is stored. A setting without an entry is stored as it is.
_TO_JSON: dict[str, Callable[[Any], Any]] = {
    "unannounced": lambda kinds: None if kinds == SELDOM else sorted(kinds),
    "ladder": lambda ladder: None if ladder == DEFAULT_LADDER else codec.dump(codec.LADDER, ladder),
    "quiet": quiet_to,
    "posting_before": earlier_to,
    "desk_role_ids": lambda role_ids: list(role_ids) or None,
}


def in_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings, by the names of `Server`'s fields, as they are stored; `zone` is a name."""
    return {name: _TO_JSON[name](value) if name in _TO_JSON else value for name, value in values.items()}


def from_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The other way round. ValueError, or another error of a library, if a value cannot be read."""
    return {name: _FROM_JSON[name](value) if name in _FROM_JSON else value for name, value in stored.items()}


async def ensure(conn: AsyncConnection, server_id: int, name: str) -> None:
    """Add the server, or update its name; its settings stay."""
    row = insert(servers).values(id=server_id, name=stored_name(name))
    await conn.execute(row.on_conflict_do_update(index_elements=["id"], set_={"name": stored_name(name)}))


def stored_name(name: str) -> str:
    """As much of a server's name as the database keeps."""
    return name[:100]


async def names(conn: AsyncConnection, ids: Collection[int]) -> dict[int, str]:
    """The stored names of those of these servers that are in the database, by id."""
    known: dict[int, str] = {}
    for few in batches(list(ids)):
        rows = await conn.execute(_NAMES, {"ids": few})
        known |= {row.id: row.name if isinstance(row.name, str) else "" for row in rows}  # a row may be damaged
    return known


async def known(conn: AsyncConnection) -> list[Server]:
    return list(_readable(conn, await conn.execute(_ALL)))


async def unreadable(conn: AsyncConnection) -> dict[int, str]:
    """Why the settings of a server cannot be read, by the ids of those servers."""
    rows = (await conn.execute(_ALL)).all()
    readable_ids = {server.id for server in _readable(conn, rows)}
    return {row.id: _why(conn, row.id) for row in rows if row.id not in readable_ids}


async def get(conn: AsyncConnection, server_id: int) -> Server:
    """That server's settings; LookupError if it is not in the database, SettingsUnreadable if they cannot be read."""
    row = (await conn.execute(_WITH_ID, {"server_id": server_id})).one_or_none()
    if row is None:
        raise LookupError(f"server {server_id} is not in the database")
    server = next(_readable(conn, [row]), None)
    if server is None:
        raise SettingsUnreadable(server_id, _why(conn, server_id))
    return server


async def with_ids(conn: AsyncConnection, ids: Collection[int]) -> dict[int, Server]:
    """The settings of those of these servers that are in the database and can be read, by id."""
    return {server.id: server for server in _readable(conn, await conn.execute(_WITH_IDS, {"ids": list(ids)}))}


async def change(conn: AsyncConnection, server_id: int, now: datetime, **values: Any) -> Server:
    """Change settings, by the names of `Server`'s fields, and have those cases looked at again whose alerts may have moved.

    - Another zone or hour, other quiet times, or another calendar whose holidays are quiet move the alerts of every case, and
      another ladder has others. The settings until now are kept, since they say what was due already; not without a channel,
      where nothing was posted.
    - Of a server that had no channel until now, those wait that were due meanwhile (`looks.look_no_more`): they have no
      next look, and neither have those that wait for nothing.
    - Nothing else says when an alert is due. A channel in place of another one takes over what is planned.

    `zone` is a time zone's name.
    """
    before = await get(conn, server_id)
    fields: dict[str, Any] = {**values, "zone": ZoneInfo(values.get("zone", before.zone.key))}
    moved = _times(replace(before, **fields)) != _times(before)
    if moved and before.channel_id is not None:
        values["posting_since"] = max(now, before.posting_since or now)
        values["posting_before"] = before.posting
    await conn.execute(update(servers).where(servers.c.id == server_id).values(in_json(values)))
    again = update(cases).where(cases.c.server_id == server_id)
    again = again.values(look_at=by_then(literal(now, cases.c.look_at.type)))
    if moved or values.get("ladder", before.ladder) != before.ladder:
        await conn.execute(again)
    elif before.channel_id is None and values.get("channel_id") is not None:
        await conn.execute(again.where(cases.c.look_at.is_(None)))
    return await get(conn, server_id)


def _times(server: Server) -> Posting:
    """When alerts are posted by these settings, whatever held before."""
    return replace(server.posting, since=None, earlier=None)


def _readable(conn: AsyncConnection, rows: Iterable[Sequence[Any]]) -> Iterator[Server]:
    def unread(row: Sequence[Any], error: Exception) -> None:
        note(conn, Unreadable("server", row[0], reason(error), row[0]))

    return readable(rows, _server, unread)


def _why(conn: AsyncConnection, server_id: int) -> str:
    noted = (each.why for each in noted_of(conn, server_id) if each.kind == "server")
    return next(noted, "")


@lru_cache(maxsize=1024)
def _server(*row: Any) -> Server:
    """The settings of a row, made once for equal ones: the row is read with every use, and is the version of what is kept."""
    _SHAPE.check(row)
    values = dict(zip(servers.c.keys(), row, strict=True))
    if not _CALENDAR.fullmatch(values["calendar"]):
        raise UnreadableRow("calendar is not known")
    for name, made_of in _FROM_JSON.items():
        try:
            values[name] = made_of(json.loads(values[name]) if values[name] else None)
        except Exception as error:
            raise UnreadableRow(f"{name} is not known") from error
    try:
        server = Server(**{**values, "zone": ZoneInfo(values["zone"])})
        _ = server.posting
    except Exception as error:  # the zone data has no such zone; or no day has such an hour
        raise UnreadableRow("zone or hour is not known") from error
    return server
