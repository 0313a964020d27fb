"""What cannot be read is kept here, so that it is reported once and looked at again until somebody has repaired it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.ladder import NEWS
from bot.store import unreadable
from bot.store.announcements import news_notice
from bot.store.database import batches, by_index
from bot.store.dropped_lines import drop_lines
from bot.store.tables import alerts, cases, closures, events, jurisdictions, letters, notices, revisions, set_aside
from bot.store.unreadable import Shape, Unreadable

log = logging.getLogger(__name__)
_NAMED = ("kind", "of_id", "why", "server_id", "number", "place_id")
_KEPT = select(set_aside.c.id, *(set_aside.c[name] for name in _NAMED))
_SHAPE = Shape(_KEPT.selected_columns)
_PUT = insert(set_aside).on_conflict_do_nothing().returning(set_aside.c.id)
_AGAIN = update(cases).where(cases.c.look_at.is_(None)).values(look_at=bindparam("now", type_=cases.c.look_at.type))
_ROWS = {
    "letter": letters,
    "fact": events,
    "closure": closures,
    "notice": notices,
    "alert": alerts,
    "revision": revisions,
}
_LINES = select(alerts.c.id, alerts.c.rung).where(alerts.c.state == "set aside")


@dataclass(frozen=True)
class Kept:
    id: int
    what: Unreadable


async def keep(conn: AsyncConnection, now: datetime) -> None:
    """Keep what was noted since, and log those of it that were not kept yet."""
    for noted in unreadable.take_new(conn):
        named = await _named(conn, noted)
        values = {name: getattr(named, name) for name in _NAMED}
        if (await conn.execute(_PUT.values(**values, found_at=now))).scalar() is not None:
            log.error("set aside: %s %s of server %s: %s", named.kind, named.of_id, named.server_id, named.why)
        unreadable.remember(conn, [named])


async def to_report(conn: AsyncConnection, now: datetime, most: int) -> list[Unreadable]:
    """The first that nobody was told of yet; they count as told from now on."""
    rows = (await conn.execute(_KEPT.where(set_aside.c.reported_at.is_(None)).order_by(set_aside.c.id).limit(most))).all()
    if rows:
        told = update(set_aside).where(set_aside.c.id.in_([row.id for row in rows]))
        await conn.execute(told.values(reported_at=now))
    return [kept.what for kept in _readable(rows)]


async def _named(conn: AsyncConnection, noted: Unreadable) -> Unreadable:
    """With the server and number that statements give who read nothing but the history of a case."""
    if noted.kind == "case" and (noted.server_id is None or noted.number is None):
        of_case = select(cases.c.server_id, cases.c.number, cases.c.jurisdiction_id).where(cases.c.id == noted.of_id)
        if row := (await conn.execute(of_case)).first():
            noted = replace(noted, server_id=row.server_id, number=row.number, place_id=row.jurisdiction_id)
    if noted.kind == "place" and noted.server_id is None:
        of_place = select(jurisdictions.c.server_id).where(jurisdictions.c.id == noted.of_id)
        noted = replace(noted, server_id=(await conn.execute(of_place)).scalar())
    if noted.kind == "fact" and noted.server_id is None:
        of_fact = select(events.c.server_id).where(events.c.id == noted.of_id)
        noted = replace(noted, server_id=(await conn.execute(of_fact)).scalar())
    server_id, number, place_id = map(_number, (noted.server_id, noted.number, noted.place_id))
    return replace(noted, server_id=server_id, number=number, place_id=place_id)


def _number(value: object) -> int | None:
    """These too may be damaged."""
    return value if isinstance(value, int) else None


async def after(conn: AsyncConnection, id: int, limit: int) -> list[Kept]:
    """The next that are kept, of all servers."""
    return _readable(await conn.execute(_KEPT.where(set_aside.c.id > id).order_by(set_aside.c.id).limit(limit)))


def _readable(rows: Iterable[Sequence[Any]]) -> list[Kept]:
    """These rows may be damaged as well. Those are left out."""

    def kept_of(id: int, *what: Any) -> Kept:
        _SHAPE.check((id, *what))
        return Kept(id, Unreadable(*what))

    return list(unreadable.readable(rows, kept_of, lambda row, error: None))


async def of_server(conn: AsyncConnection, server_id: int, most: int) -> tuple[list[Unreadable], int]:
    """The first that are kept of a server, and how many there are."""
    of_it = set_aside.c.server_id == server_id
    rows = (await conn.execute(_KEPT.where(of_it).order_by(set_aside.c.id).limit(most))).all()
    count = select(func.count()).select_from(set_aside).where(of_it)
    return [kept.what for kept in _readable(rows)], int((await conn.execute(count)).scalar_one())


async def is_there(conn: AsyncConnection, what: Unreadable) -> bool:
    """Whether there is still a row of it; True where that says nothing."""
    table = _ROWS.get(what.kind)
    return table is None or (await conn.execute(select(table.c.id).where(table.c.id == what.of_id))).first() is not None


async def server_of(conn: AsyncConnection, case_id: int) -> int | None:
    """The server of a case, also of one that cannot be read; None if there is no such case."""
    return (await conn.execute(select(cases.c.server_id).where(cases.c.id == case_id))).scalar()


async def drop(conn: AsyncConnection, kept: Kept) -> None:
    """It can be read again, or is gone."""
    await conn.execute(delete(set_aside).where(set_aside.c.id == kept.id))
    unreadable.forget(conn, kept.what.kind, kept.what.of_id)


async def drop_index(conn: AsyncConnection) -> None:
    """The index of states was made anew."""
    await conn.execute(delete(set_aside).where(set_aside.c.kind == "index"))
    unreadable.forget(conn, "index", 1)


async def look_again(conn: AsyncConnection, what: Unreadable, now: datetime) -> None:
    """Plan by the ordinary path what waited since it could not be read. What was only announced is announced now."""
    columns = {"case": cases.c.id, "letter": cases.c.letter_id, "server": cases.c.server_id, "place": cases.c.jurisdiction_id}
    if what.kind in columns:
        await conn.execute(_AGAIN.where(columns[what.kind] == what.of_id), {"now": now})
        of_it = select(cases.c.id).where(columns[what.kind] == what.of_id)
        for batch in batches(list((await conn.execute(of_it)).scalars())):
            await _lines_again(conn, (await conn.execute(_LINES.where(alerts.c.case_id.in_(batch)))).all(), now)
    elif what.kind == "fact":
        of_fact = _LINES.where(alerts.c.case_id.is_(None), alerts.c.about_id == what.of_id)
        await _lines_again(conn, (await conn.execute(of_fact)).all(), now)


async def _lines_again(conn: AsyncConnection, lines: Sequence[tuple[int, str]], now: datetime) -> None:
    dropped = [(id, "it could not be read") for id, rung in lines if rung != NEWS]
    for line_id in [id for id, rung in lines if rung == NEWS]:
        of_notice = select(notices.c.server_id, notices.c.letter_id).join(alerts, alerts.c.notice_id == notices.c.id)
        row = (await conn.execute(of_notice.where(alerts.c.id == line_id))).first()
        notice = await news_notice(conn, row.server_id, row.letter_id, now) if row else None
        if notice is None:
            dropped.append((line_id, "nothing is announced on this server"))
            continue
        planned = update(alerts).where(alerts.c.id == line_id)
        await conn.execute(planned.values(state="planned", reason="", notice_id=notice.id))
    await drop_lines(conn, dropped)


_NOTICES = (
    select(notices.c.id)
    .where(notices.c.state == literal_column("'set aside'"))  # written out, as in the index
    .with_hint(notices, by_index("ix_notices_set_aside"), "sqlite")
    .limit(bindparam("most"))
)


async def notices_aside(conn: AsyncConnection, most: int) -> list[int]:
    """The ids of notices that are set aside, of all servers."""
    return list((await conn.execute(_NOTICES, {"most": most})).scalars())


async def send_again(conn: AsyncConnection, notice_ids: Collection[int], now: datetime) -> None:
    """Deliver these notices after all; what may have been posted is looked for first."""
    for batch in batches(list(notice_ids)):
        again = update(notices).where(notices.c.id.in_(batch), notices.c.state == "set aside")
        await conn.execute(again.values(state="pending", ready=True, not_before=now, reason=""))
