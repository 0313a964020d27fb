"""Notices and their alerts: what is due is planned here, and read again."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Column, bindparam, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.event_loop import in_turns
from bot.record.ladder import NEWS
from bot.record.notice_tokens import CaseAlert, token_of
from bot.record.plan import Alert
from bot.store.database import batches, by_index
from bot.store.tables import UtcDateTime, alerts, notices, restores
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
    #: None if its alerts may be of several letters, and for news of places apart from any letter.
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

    @property
    def is_of_places(self) -> bool:
        """Whether it has news of places apart from any letter, and no case."""
        return self.letter_id is None and self.rung == NEWS


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


@dataclass(frozen=True)
class NoticeGroup:
    """Alerts with the same values share one notice: a letter's cases on one server, at one moment of one rung."""

    server_id: int
    channel_id: int
    #: None for news of places apart from any letter.
    letter_id: int | None
    rung: str
    occurrence: int
    due_at: datetime


_ADDED = insert(alerts)
_NEWER = alerts.alias("newer")
#: A clock that was set back makes an older rung of it the newest one again. The row is named as text: SQLAlchemy would read the
#: table once more.
_IS_OVERTAKEN = (
    select(_NEWER.c.id)
    .where(
        *(_NEWER.c[name] == literal_column(f"alerts.{name}") for name in ("case_id", "about_id")),
        _NEWER.c.rung != NEWS,
        _NEWER.c.state == "planned",
        _NEWER.c.due_at > literal_column("alerts.due_at"),
    )
    .exists()
)
_PUT_LINE = _ADDED.on_conflict_do_update(
    index_elements=["case_id", "about_id", "rung", "occurrence", "destination"],
    set_={
        "notice_id": _ADDED.excluded.notice_id,
        "state": "planned",
        "reason": "",
        "due_at": _ADDED.excluded.due_at,
    },
    where=(alerts.c.state == "superseded") & ~_IS_OVERTAKEN,
).returning(alerts.c.notice_id)
_OF_ID = bindparam("of_id", type_=BigInteger)
_HOLD_BACK = update(notices).where(notices.c.id == _OF_ID, notices.c.state == "pending", notices.c.attempts == 0)
_HOLD_BACK = _HOLD_BACK.values(not_before=bindparam("until", type_=notices.c.not_before.type), ready=False)
_DROP_EMPTY = notices.delete().where(
    notices.c.id == _OF_ID, ~select(alerts.c.id).where(alerts.c.notice_id == notices.c.id).exists()
)


async def plan_alerts(
    conn: AsyncConnection, due: Mapping[NoticeGroup, Sequence[Alert]], now: datetime, held_until: datetime | None = None
) -> int:
    """Put alerts on notices: how many of them are new. `held_until`: more is to come, so none is sent before (`release`).

    The unique key (case, deadline version, rung, occurrence, destination) lets one of many claimants through: an alert that is
    planned already is left out. One that was superseded before it was posted (the hour was changed, an answer was undone) is
    planned again, unless a newer one is planned or was posted.
    """
    tokens = {} if held_until else {group: _token(group, of_group) for group, of_group in due.items()}
    notice_ids = await open_notices(conn, list(due), held_until or now, ready=held_until is None, tokens=tokens)
    if held_until:
        await conn.execute(_HOLD_BACK, [{"of_id": notice_id, "until": held_until} for notice_id in notice_ids.values()])
    rows = [
        {
            "notice_id": notice_ids[group],
            "case_id": alert.case.id,
            "about_id": alert.deadline_id,
            "rung": group.rung,
            "occurrence": group.occurrence,
            "due_at": group.due_at,
        }
        for group, of_group in due.items()
        for alert in of_group
    ]
    added: Counter[int] = Counter()
    for batch in batches(rows):
        added.update((await conn.execute(_PUT_LINE, batch)).scalars())
    if empty := [notice_id for notice_id in notice_ids.values() if not added[notice_id]]:
        await conn.execute(_DROP_EMPTY, [{"of_id": notice_id} for notice_id in empty])
    return added.total()


_HELD = ~notices.c.ready & (notices.c.state == literal_column("'pending'")) & (notices.c.attempts == literal_column("0"))
_RELEASE = (
    update(notices)
    .with_hint(by_index("ix_notices_held"), dialect_name="sqlite")
    .where(_HELD, notices.c.letter_id.in_(bindparam("letters", type_=BigInteger, expanding=True)))
    .values(not_before=bindparam("now", type_=notices.c.not_before.type), ready=True)
)


async def release(conn: AsyncConnection, letter_ids: Collection[int], now: datetime) -> None:
    """Have sent what was held back while these letters were planned. What waits after a failed attempt goes on waiting."""
    await conn.execute(_RELEASE, {"letters": list(letter_ids), "now": now})


_SKIP = insert(alerts).on_conflict_do_nothing()


async def skip_alerts(conn: AsyncConnection, skipped: Sequence[Alert], server_ids: Mapping[int, int]) -> None:
    """Record alerts that were missed as superseded. `server_ids`: by letter."""
    rows = [
        {
            "case_id": alert.case.id,
            "about_id": alert.deadline_id,
            "rung": alert.due.rung.name,
            "occurrence": alert.due.occurrence,
            "due_at": alert.due.at,
            "state": "superseded",
            "reason": "a newer alert was due",
            "server_id": server_ids[alert.case.letter.id],
            "letter_id": alert.case.letter.id,
        }
        for alert in skipped
    ]
    for batch in batches(rows):
        await conn.execute(_SKIP, batch)


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


_FELL_DUE = bindparam("fell_due", type_=UtcDateTime)
_NEW_NOTICE = insert(notices).values(restored=select(restores.c.id).where(restores.c.restored_at >= _FELL_DUE).exists())
_NEW = _NEW_NOTICE.on_conflict_do_nothing().returning(notices.c.token, notices.c.id)
_NEW_PART = _NEW_NOTICE.returning(notices.c.id)


async def open_notices(
    conn: AsyncConnection,
    groups: Sequence[NoticeGroup],
    not_before: datetime,
    ready: bool,
    tokens: Mapping[NoticeGroup, str] = MappingProxyType({}),
) -> dict[NoticeGroup, int]:
    """The id of the pending notice of each group. Most groups have none yet, so that one statement makes them all.

    `tokens`: which they get at first. The last check gives each the token of what it is to say then.
    """
    of_letters = [group for group in groups if group.letter_id is not None]  # NULLs never equal each other
    new = {tokens.get(group) or random_token(): group for group in of_letters}
    rows = [
        {**vars(group), "fell_due": group.due_at, "token": token, "part": 0, "not_before": not_before, "ready": ready}
        for token, group in new.items()
    ]
    ids: dict[NoticeGroup, int] = {}
    for batch in batches(rows):
        ids |= {new[token]: notice_id for token, notice_id in await conn.execute(_NEW, batch)}
    for group in groups:
        if group not in ids:
            ids[group] = await _open_notice(conn, group, not_before, ready)
    return ids


async def _open_notice(conn: AsyncConnection, group: NoticeGroup, not_before: datetime, ready: bool) -> int:
    """The id of the pending notice of that group; a new part where the newest one may have been posted."""
    newest = (
        await conn.execute(
            select(notices.c.id, notices.c.state, notices.c.maybe_sent, notices.c.part)
            .where(*(notices.c[name] == value for name, value in vars(group).items()))
            .order_by(notices.c.part.desc())
            .limit(1)
        )
    ).one_or_none()
    if newest and newest.state == "pending" and not newest.maybe_sent:
        return int(newest.id)
    new = {
        **vars(group),
        "fell_due": group.due_at,
        "token": random_token(),  # the other one may be that of an earlier part, which was not posted
        "not_before": not_before,
        "ready": ready,
        "part": newest.part + 1 if newest else 0,
    }
    return int((await conn.execute(_NEW_PART, new)).scalar_one())


def random_token() -> str:
    """One that a notice has until it is known what it is to say."""
    return secrets.token_hex(10)


def _token(group: NoticeGroup, of_group: Sequence[Alert]) -> str:
    lines = (CaseAlert(alert.case, alert.deadline_id, group.rung, group.occurrence) for alert in of_group)
    return token_of(group.server_id, group.channel_id, lines)


def columns() -> list[Column[Any]]:
    return [notices.c[name] for name in Notice.__dataclass_fields__]


_NOTICE = Shape(columns())
