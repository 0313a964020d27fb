"""Notices and their alerts, as they are read."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.event_loop import in_turns
from bot.store.database import by_index
from bot.store.tables import alerts, notices
from bot.store.unreadable import Shape, Unreadable, note, readable, reason

#: Longer than a tick takes. If nobody goes on with a letter after a stop, its notice waits no longer than this.
LONGEST_HOLD = timedelta(minutes=30)
ROWS = 500  # lines that become values in one go: a millisecond of work


@dataclass(frozen=True)
class Notice:
    """One message, sent or still to be sent."""

    id: int
    #: Its nonce, and part of the custom_id of its buttons. Until the last check it may be one that says nothing
    #: (`random_token`); then it is that of its alerts (`record.notice_tokens`).
    token: str
    server_id: int
    channel_id: int
    #: None if it may be about several letters, and for news of places apart from any letter.
    letter_id: int | None
    #: Of all its alerts; or MORNING, or NEWS.
    rung: str
    occurrence: int
    due_at: datetime
    state: str
    attempts: int
    maybe_sent: bool
    message_id: int | None
    claim: str | None
    #: It may have been posted before a restore (`store.restores`).
    restored: bool
    #: When it was first claimed, before which it cannot have been posted; None if it never was, or that was not written.
    posted_from: datetime | None
    #: Whether a rung of it has a channel of its own, which it does not leave when the server's is another one.
    own_channel: bool = False


@dataclass(frozen=True)
class NoticeLine:
    """One alert of a notice."""

    id: int
    #: None for news of a place apart from any letter.
    case_id: int | None
    #: The event that set the deadline (its version), or the event that is announced.
    about_id: int
    rung: str
    occurrence: int
    state: str


_LINE_COLUMNS = (alerts.c.notice_id, *(alerts.c[name] for name in NoticeLine.__dataclass_fields__))
_LINE = Shape(_LINE_COLUMNS)
_LINES = (
    select(*_LINE_COLUMNS)
    .where(alerts.c.notice_id.in_(bindparam("ids", type_=BigInteger, expanding=True)))
    .order_by(alerts.c.id)
    .with_hint(alerts, by_index("ix_alerts_notice_id"), "sqlite")
)


async def lines(conn: AsyncConnection, notice_id: int) -> list[NoticeLine]:
    return (await lines_of(conn, [notice_id]))[notice_id]


async def lines_of(conn: AsyncConnection, notice_ids: Collection[int]) -> dict[int, list[NoticeLine]]:
    """The lines of each of these notices, by its id; without those that cannot be read, which are noted."""
    by_notice: dict[int, list[NoticeLine]] = {notice_id: [] for notice_id in notice_ids}

    def line_of(*row: Any) -> tuple[int, NoticeLine]:
        _LINE.check(row)
        return row[0], NoticeLine(*row[1:])

    def unread(row: Any, error: Exception) -> None:
        note(conn, Unreadable("alert", row[1], reason(error), number=row[0]))

    async for some in in_turns((await conn.execute(_LINES, {"ids": list(notice_ids)})).partitions(ROWS)):
        for notice_id, line in readable(some, line_of, unread):
            by_notice[notice_id].append(line)
    return by_notice


async def with_token(conn: AsyncConnection, server_id: int, token: str) -> Notice | None:
    """The notice that a button belongs to; None for another server's."""
    query = select(*columns()).where(notices.c.token == token, notices.c.server_id == server_id)
    row = (await conn.execute(query)).one_or_none()
    return next(iter(notices_in(conn, [row])), None) if row else None


async def sent_at(conn: AsyncConnection, notice_id: int) -> datetime | None:
    """When a notice was posted; None if that is not known."""
    posted: datetime | None = await conn.scalar(select(notices.c.sent_at).where(notices.c.id == notice_id))
    return posted


async def with_ids(conn: AsyncConnection, ids: Sequence[int]) -> list[Notice]:
    """Those of these notices that can be read."""
    return notices_in(conn, (await conn.execute(select(*columns()).where(notices.c.id.in_(ids)))).all())


def notices_in(conn: AsyncConnection, rows: Iterable[Sequence[Any]]) -> list[Notice]:
    """The notices of rows with `columns`. Those that cannot be read are noted."""

    def notice_of(*row: Any) -> Notice:
        _NOTICE.check(row)
        return Notice(*row)

    def unread(row: Sequence[Any], error: Exception) -> None:
        note(conn, Unreadable("notice", row[0], reason(error), row[2]))

    return list(readable(rows, notice_of, unread))


def random_token() -> str:
    """One that a notice has until it is known what it is to say."""
    return secrets.token_hex(10)


def columns() -> list[Column[Any]]:
    return [notices.c[name] for name in Notice.__dataclass_fields__]


_NOTICE = Shape(columns())
