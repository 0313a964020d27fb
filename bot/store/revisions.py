"""Reading and writing what was changed of letters, places and settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.revisions import Revision, Subject
from bot.record.sources import Source
from bot.store import codec
from bot.store.database import batches
from bot.store.events import AuditContext
from bot.store.tables import revisions
from bot.store.unreadable import Shape, Unreadable, note, readable, reason

#: What `revision_of` reads, in this order.
REVISION = (
    revisions.c.id,
    revisions.c.subject,
    revisions.c.subject_id,
    revisions.c.operation,
    revisions.c.recorded_at,
    revisions.c.recorded_by,
    revisions.c.recorded_by_id,
    revisions.c.reason,
    codec.as_text(revisions.c.sources),
    codec.as_text(revisions.c.before),
    codec.as_text(revisions.c.after),
    revisions.c.undone_at,
    revisions.c.undone_by,
    revisions.c.undoes,
)
_SHAPE = Shape(REVISION)
#: Changes with each revision, and with each that is undone.
NEWEST = select(func.coalesce(func.max(revisions.c.id), 0)).scalar_subquery()


async def append(
    conn: AsyncConnection,
    audit: AuditContext,
    subject: Subject,
    subject_id: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    why: str = "",
    sources: Sequence[Source] = (),
) -> Revision:
    """Record a change that the same transaction makes. `before` and `after` have what was changed alone, as JSON."""
    row = {
        **_of_audit(audit),
        "subject": subject.value,
        "subject_id": subject_id,
        "reason": why,
        "sources": codec.dump(codec.SOURCES, tuple(sources)),
        "before": dict(before),
        "after": dict(after),
    }
    new_id = (await conn.execute(revisions.insert().values(row).returning(revisions.c.id))).scalar_one()
    return Revision(
        int(new_id),
        subject,
        subject_id,
        audit.operation,
        audit.now,
        audit.by,
        audit.by_id,
        why,
        tuple(sources),
        dict(before),
        dict(after),
    )


async def mark_undone(conn: AsyncConnection, audit: AuditContext, revision: Revision) -> int:
    """The same transaction changes it back: who did that and when is kept with it, and a new row shows it: the id."""
    this = update(revisions).where(revisions.c.id == revision.id)
    await conn.execute(this.values(undone_at=audit.now, undone_by=audit.by))
    row = {
        **_of_audit(audit),
        "subject": revision.subject.value,
        "subject_id": revision.subject_id,
        "sources": [],
        "before": dict(revision.after),
        "after": dict(revision.before),
        "undoes": revision.id,
    }
    return int((await conn.execute(revisions.insert().values(row).returning(revisions.c.id))).scalar_one())


async def of_subject(conn: AsyncConnection, server_id: int, subject: Subject, subject_id: int) -> list[Revision]:
    """Every change of it, newest first, also those that were undone; without what cannot be read."""
    of_it = (revisions.c.subject == subject.value) & (revisions.c.subject_id == subject_id)
    return await _loaded(conn, server_id, _CHANGES.where(revisions.c.server_id == server_id, of_it))


async def of_operation(conn: AsyncConnection, server_id: int, operation: str) -> list[Revision]:
    """What was changed under an operation, the newest first."""
    of_it = _CHANGES.where(revisions.c.operation == operation, revisions.c.server_id == server_id)
    return await _loaded(conn, server_id, of_it)


async def of_subjects(conn: AsyncConnection, server_id: int, *subjects: Subject) -> list[Revision]:
    """Every change of such subjects, newest first."""
    kinds = [subject.value for subject in subjects]
    of_them = _CHANGES.where(revisions.c.server_id == server_id, revisions.c.subject.in_(kinds))
    return await _loaded(conn, server_id, of_them)


async def with_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Revision]:
    """These revisions, by id, of any server; those too that undo others."""
    loaded: dict[int, Revision] = {}
    for batch in batches(sorted(ids)):
        query = select(*REVISION).where(revisions.c.id.in_(batch))
        loaded |= {each.id: each for each in await _loaded(conn, None, query)}
    return loaded


async def newest_of_all(conn: AsyncConnection) -> int:
    """The id of the newest revision of any server; 0 if there is none."""
    return int((await conn.execute(select(NEWEST))).scalar_one())


_CHANGES = select(*REVISION).where(revisions.c.undoes.is_(None)).order_by(revisions.c.id.desc())


async def _loaded(conn: AsyncConnection, server_id: int | None, query: Select[Any]) -> list[Revision]:
    def unread(row: Sequence[Any], error: Exception) -> None:
        note(conn, Unreadable("revision", row[0], reason(error), server_id, row[0]))

    return list(readable((await conn.execute(query)).all(), revision_of, unread))


def revision_of(*row: Any) -> Revision:
    """A revision, of the columns `REVISION`. Any error means that the row cannot be read."""
    _SHAPE.check(row)
    id, subject, subject_id, operation, at, by, by_id, why, sources, before, after, undone_at, undone_by, undoes = row
    return Revision(
        *(id, Subject(subject), subject_id, operation, at, by, by_id, why),
        sources=codec.sources_from(sources),
        before=_fields(before),
        after=_fields(after),
        undone_at=undone_at,
        undone_by=undone_by,
        undoes=undoes,
    )


def _fields(text: str) -> dict[str, Any]:
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("what was changed is not given by name")
    return fields


def _of_audit(audit: AuditContext) -> dict[str, Any]:
    return {
        "server_id": audit.server_id,
        "operation": audit.operation,
        "recorded_at": audit.now,
        "recorded_by": audit.by,
        "recorded_by_id": audit.by_id,
    }
