"""Puts what is due on notices, each alert once; and holds them back while there is more to come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.grouping import NoticeKey, section_key
from bot.record.ladder import NEWS
from bot.record.plan import Alert
from bot.store.database import batches, by_index
from bot.store.notice_parts import PUT_SECTION, PartIds, open_parts
from bot.store.tables import alerts, notice_sections, notices

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
).returning(alerts.c.notice_id, alerts.c.case_id)
_OF_ID = bindparam("of_id", type_=BigInteger)
_HOLD_BACK = update(notices).where(notices.c.id == _OF_ID, notices.c.state == "pending", notices.c.attempts == 0)
_HOLD_BACK = _HOLD_BACK.values(not_before=bindparam("until", type_=notices.c.not_before.type), ready=False)
_IS_EMPTY = ~select(alerts.c.id).where(alerts.c.notice_id == _OF_ID).exists()
_DROP_SECTIONS = delete(notice_sections).where(notice_sections.c.notice_id == _OF_ID, _IS_EMPTY)
_DROP_EMPTY = delete(notices).where(notices.c.id == _OF_ID, _IS_EMPTY)


async def plan_alerts(
    conn: AsyncConnection, due: Mapping[NoticeKey, Sequence[Alert]], now: datetime, held_until: datetime | None = None
) -> int:
    """Put alerts on notices: how many of them are new. `held_until`: more is to come, so none is sent before (`release`).

    The unique key (case, deadline version, rung, occurrence, destination) lets one of many claimants through: an alert that is
    planned already is left out. One that was superseded before it was posted (the hour was changed, an answer was undone) is
    planned again, unless a newer one is planned or was posted.
    """
    part_ids = await open_parts(conn, due, held_until or now, ready=held_until is None)
    opened = {notice_id for of_key in part_ids.values() for notice_id in of_key.values()}
    if held_until:
        await conn.execute(_HOLD_BACK, [{"of_id": notice_id, "until": held_until} for notice_id in opened])
    rows = [
        {
            "notice_id": part_ids[key][section_key(alert)],
            "case_id": alert.case.id,
            "about_id": alert.deadline_id,
            "rung": alert.due.rung.name,
            "occurrence": alert.due.occurrence,
            "due_at": key.due_at,
        }
        for key, of_key in due.items()
        for alert in of_key
    ]
    added: set[tuple[int, int]] = set()
    for batch in batches(rows):
        added |= {(row.notice_id, row.case_id) for row in await conn.execute(_PUT_LINE, batch)}
    if sections := _sections(due, part_ids, added):
        await conn.execute(PUT_SECTION, sections)
    if empty := [{"of_id": notice_id} for notice_id in opened - {notice_id for notice_id, _ in added}]:
        await conn.execute(_DROP_SECTIONS, empty)
        await conn.execute(_DROP_EMPTY, empty)
    return len(added)


def _sections(
    due: Mapping[NoticeKey, Sequence[Alert]], part_ids: PartIds, added: Collection[tuple[int, int]]
) -> list[dict[str, object]]:
    """The sections of which an alert was added, where a notice may have several."""
    found = {
        (part_ids[key][section], section): key.due_at
        for key, of_key in due.items()
        if key.letter_id is None
        for alert in of_key
        if (part_ids[key][section := section_key(alert)], alert.case.id) in added
    }
    return [{"notice_id": notice_id, **vars(section), "due_at": due_at} for (notice_id, section), due_at in found.items()]


_HELD = ~notices.c.ready & (notices.c.state == literal_column("'pending'")) & (notices.c.attempts == literal_column("0"))
_RELEASE = (
    update(notices)
    .with_hint(by_index("ix_notices_held"), dialect_name="sqlite")
    .where(_HELD, notices.c.rung != literal_column("'news'"))  # written out, as in the index
    .where(notices.c.server_id.in_(bindparam("servers", type_=BigInteger, expanding=True)))
    .values(not_before=bindparam("now", type_=notices.c.not_before.type), ready=True)
)


async def release(conn: AsyncConnection, server_ids: Collection[int], now: datetime) -> None:
    """Have sent what was held back while these servers were planned. What waits after a failed attempt goes on waiting."""
    await conn.execute(_RELEASE, {"servers": list(server_ids), "now": now})


_SKIP = insert(alerts).on_conflict_do_nothing()


async def skip_alerts(conn: AsyncConnection, skipped: Iterable[tuple[int, Alert]]) -> None:
    """Record alerts that were missed as superseded, as (server, alert) pairs."""
    rows = [
        {
            "case_id": alert.case.id,
            "about_id": alert.deadline_id,
            "rung": alert.due.rung.name,
            "occurrence": alert.due.occurrence,
            "due_at": alert.due.at,
            "state": "superseded",
            "reason": "a newer alert was due",
            "server_id": server_id,
            "letter_id": alert.case.letter.id,
        }
        for server_id, alert in skipped
    ]
    for batch in batches(rows):
        await conn.execute(_SKIP, batch)
