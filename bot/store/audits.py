"""What the audit reads and writes: cases with their alerts by a few at a time, how far it has come, and what it found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.audit import Difference, DifferenceKind, StoredAlert
from bot.record.ladder import NEWS
from bot.store.cases import ALERTS_OF_CASE
from bot.store.database import by_index
from bot.store.looks import by_then
from bot.store.tables import alerts, audit_differences, audits, cases, notices
from bot.store.unreadable import Shape, readable

#: States of a message that was posted, or is still to be.
CARRIED = ("pending", "claimed", "undeliverable", "sent", "set aside")
_ROW = audits.c.id == 1
_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_CASES = select(cases.c.id, cases.c.server_id, cases.c.look_at).order_by(cases.c.id)
_LINE = (
    alerts.c.about_id,
    alerts.c.rung,
    alerts.c.occurrence,
    alerts.c.due_at,
    alerts.c.state,
)
_SHAPE = Shape(_LINE)
# Not as a join, which could be read from the side of the notices: every one that was ever posted.
_STATE = select(notices.c.state).where(notices.c.id == alerts.c.notice_id).scalar_subquery()
_SENT_AT = select(notices.c.sent_at).where(notices.c.id == alerts.c.notice_id).scalar_subquery()
_POSTED_FROM = select(notices.c.posted_from).where(notices.c.id == alerts.c.notice_id).scalar_subquery()
_ALERTS = (
    select(
        alerts.c.case_id,
        *_LINE,
        _STATE.label("notice_state"),
        _SENT_AT.label("sent_at"),
        _POSTED_FROM.label("posted_from"),
    )
    .where(alerts.c.case_id.in_(_IDS), alerts.c.rung != NEWS)
    .with_hint(alerts, by_index(ALERTS_OF_CASE), "sqlite")
)
_OPEN = audit_differences.c.settled_at.is_(None)
_KEY = ("kind", "case_id", "number", "about_id", "rung", "occurrence", "due_at")
_DIFFERENCE = Shape(audit_differences.c[name] for name in _KEY)


@dataclass(frozen=True)
class AuditedCase:
    id: int
    server_id: int
    look_at: datetime | None


@dataclass(frozen=True)
class FoundDifference:
    """A difference, with when it was found and when it was found to be over."""

    difference: Difference
    found_at: datetime
    settled_at: datetime | None


async def checked_to(conn: AsyncConnection) -> int:
    """The case up to which the audit under way has come; 0 if none is."""
    found = (await conn.execute(select(audits.c.checked_to).where(_ROW))).scalar()
    return found if isinstance(found, int) else 0


async def set_checked(conn: AsyncConnection, case_id: int, **moments: datetime | None) -> None:
    """`moments`: when the audit began or ended."""
    values = {"checked_to": case_id, **moments}
    await conn.execute(insert(audits).values(id=1, **values).on_conflict_do_update(index_elements=["id"], set_=values))


async def cases_after(conn: AsyncConnection, case_id: int, limit: int) -> list[AuditedCase]:
    """The next cases by id, of all servers."""
    rows = await conn.execute(_CASES.where(cases.c.id > case_id).limit(limit))
    return [AuditedCase(*row) for row in rows]


async def cases_again(conn: AsyncConnection, ids: Collection[int]) -> list[AuditedCase]:
    return [AuditedCase(*row) for row in await conn.execute(_CASES.where(cases.c.id.in_(ids)))]


async def alerts_of(conn: AsyncConnection, case_ids: Sequence[int]) -> dict[int, list[StoredAlert]]:
    """The alerts of these cases, by case, without news. One that cannot be read is left out, and so found to be missing."""
    by_case: dict[int, list[StoredAlert]] = defaultdict(list)

    def alert_of(case_id: int, *row: Any) -> tuple[int, StoredAlert]:
        about_id, rung, occurrence, due_at, state, notice_state, sent_at, posted_from = row
        _SHAPE.check(row[:5])
        sent = sent_at if notice_state == "sent" else None
        is_carried = notice_state in CARRIED
        return case_id, StoredAlert(about_id, rung, occurrence, due_at, state == "planned", is_carried, sent, posted_from)

    rows = (await conn.execute(_ALERTS, {"ids": list(case_ids)})).all()
    for case_id, alert in readable(rows, alert_of, _leave_out):
        by_case[case_id].append(alert)
    return by_case


async def any_open(conn: AsyncConnection) -> bool:
    return (await conn.execute(select(audit_differences.c.id).where(_OPEN).limit(1))).scalar() is not None


async def open_of(conn: AsyncConnection, case_ids: Collection[int]) -> dict[int, Difference]:
    """Differences of these cases that are not settled, by their ids."""
    query = select(audit_differences.c.id, *(audit_differences.c[name] for name in _KEY))
    rows = await conn.execute(query.where(_OPEN, audit_differences.c.case_id.in_(case_ids)))
    return dict(readable(rows, lambda id, *row: (id, _difference(row)), _leave_out))


def _leave_out(row: Any, error: Exception) -> None:
    """What the audit has written down may be damaged too."""


def _difference(row: Sequence[Any]) -> Difference:
    kind, *rest = row
    _DIFFERENCE.check(row)
    return Difference(DifferenceKind(kind), *rest)


_FOUND = insert(audit_differences)
_FOUND = _FOUND.on_conflict_do_update(
    index_elements=["case_id", "kind", "about_id", "rung", "occurrence"],
    set_={"found_at": _FOUND.excluded.found_at, "due_at": _FOUND.excluded.due_at, "settled_at": None},
    where=audit_differences.c.settled_at.is_not(None),
)


async def add(conn: AsyncConnection, server_id: int, found: Difference, now: datetime) -> bool:
    """Keep a difference: whether it is new, or there again after it was settled."""
    values = {name: getattr(found, name) for name in _KEY}
    row = _FOUND.values(server_id=server_id, found_at=now, **values).returning(audit_differences.c.id)
    return (await conn.execute(row)).scalar() is not None


async def settle(conn: AsyncConnection, ids: Collection[int], now: datetime) -> None:
    await conn.execute(update(audit_differences).where(audit_differences.c.id.in_(ids)).values(settled_at=now))


async def look_again(conn: AsyncConnection, case_ids: Collection[int], now: datetime) -> None:
    """Have the ordinary path plan these cases."""
    again = update(cases).where(cases.c.id.in_(case_ids))
    await conn.execute(again.values(look_at=by_then(literal(now, cases.c.look_at.type))))


async def newest(conn: AsyncConnection, server_id: int, most: int, since: datetime) -> list[FoundDifference]:
    """Those that were found last on a server, without those that were over by `since`."""
    columns = audit_differences.c
    query = select(columns.found_at, columns.settled_at, *(columns[name] for name in _KEY))
    query = query.where(columns.server_id == server_id, or_(_OPEN, columns.settled_at >= since))
    rows = await conn.execute(query.order_by(columns.found_at.desc(), columns.id.desc()).limit(most))
    return list(readable(rows, lambda found, settled, *row: FoundDifference(_difference(row), found, settled), _leave_out))
