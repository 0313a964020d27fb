"""Drafts of letters between reading and confirming, and forms that are open. The store does not look into them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.codec import as_text
from bot.store.tables import drafts

MOST = 20  # drafts of one person on one server: each may hold 25 MB, and many are never finished
MOST_FORMS = 20  # the same for forms


@dataclass(frozen=True)
class KeptDraft:
    """A draft as it is stored. The caller makes sure that only its person changes and confirms it."""

    id: int
    server_id: int
    #: Discord's id.
    person_id: int
    made_at: datetime
    body: dict[str, Any]


class StoredDraft(NamedTuple):
    """A draft whose body was not decoded."""

    person_id: int
    made_at: datetime
    #: JSON.
    body: str


async def add(
    conn: AsyncConnection, server_id: int, person_id: int, now: datetime, body: Mapping[str, Any], content: bytes
) -> int:
    """Store a draft: its id. `content` is what was read, byte for byte. A person's `MOST` newest on a server are kept.

    Buttons name it by its id, a random number: one that is counted up would be given out again after a restore.
    """
    id = 1 + secrets.randbits(48)
    row = {"id": id, "server_id": server_id, "person_id": person_id, "made_at": now, "body": dict(body), "content": content}
    await conn.execute(insert(drafts).values(row))
    await _drop_oldest(conn, _of_person(server_id, person_id).where(drafts.c.id > 0, drafts.c.id != id), MOST)
    return id


async def add_form(
    conn: AsyncConnection, server_id: int, person_id: int, form_id: int, now: datetime, body: Mapping[str, Any]
) -> None:
    """Store what a form was opened with, under an id below zero. A person's `MOST_FORMS` newest on a server are kept."""
    row = {"id": form_id, "server_id": server_id, "person_id": person_id, "made_at": now, "body": dict(body), "content": b""}
    await conn.execute(insert(drafts).values(row))
    await _drop_oldest(conn, _of_person(server_id, person_id).where(drafts.c.id < 0, drafts.c.id != form_id), MOST_FORMS)


def _of_person(server_id: int, person_id: int) -> Select[int]:
    return select(drafts.c.id).where(drafts.c.server_id == server_id, drafts.c.person_id == person_id)


async def _drop_oldest(conn: AsyncConnection, others: Select[int], most: int) -> None:
    """`others`: all but the one just added, which stays even if the clock was ahead before."""
    oldest = others.order_by(drafts.c.made_at.desc(), drafts.c.id).offset(most - 1).limit(most)
    await conn.execute(delete(drafts).where(drafts.c.id.in_(oldest)))


async def get(conn: AsyncConnection, server_id: int, draft_id: int) -> KeptDraft | None:
    """That draft of that server, without its content; None if it is gone."""
    columns = (
        as_text(drafts.c.body).label(name) if name == "body" else drafts.c[name] for name in KeptDraft.__dataclass_fields__
    )
    row = (await conn.execute(select(*columns).where(drafts.c.server_id == server_id, drafts.c.id == draft_id))).one_or_none()
    return KeptDraft(**{**row._mapping, "body": _decoded(row.body)}) if row else None


def _decoded(text: object) -> dict[str, Any]:
    """Empty for what is no body: it cannot be read by anybody who asks for something of it."""
    try:
        body = json.loads(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


async def as_stored(conn: AsyncConnection, server_id: int, draft_id: int) -> StoredDraft | None:
    """That draft of that server with the text of its body, which may be megabytes; None if it is gone."""
    columns = (drafts.c.person_id, drafts.c.made_at, as_text(drafts.c.body))
    query = select(*columns).where(drafts.c.server_id == server_id, drafts.c.id == draft_id)
    row = (await conn.execute(query)).one_or_none()
    return StoredDraft(*row) if row else None


async def content_of(conn: AsyncConnection, server_id: int, draft_id: int) -> bytes | None:
    """What was read, byte for byte. Not part of `get`, since it may be many megabytes."""
    query = select(drafts.c.content).where(drafts.c.server_id == server_id, drafts.c.id == draft_id)
    return (await conn.execute(query)).scalar_one_or_none()


async def change(conn: AsyncConnection, draft_id: int, body: Mapping[str, Any]) -> bool:
    """Replace the body; False if the draft is gone."""
    row = update(drafts).where(drafts.c.id == draft_id).values(body=dict(body)).returning(drafts.c.id)
    return (await conn.execute(row)).first() is not None


async def drop(conn: AsyncConnection, draft_id: int) -> bool:
    """Remove it. Of several who try at once exactly one gets True, and may record what it holds."""
    row = delete(drafts).where(drafts.c.id == draft_id).returning(drafts.c.id)
    return (await conn.execute(row)).first() is not None


async def expire(conn: AsyncConnection, before: datetime) -> None:
    """Remove the drafts made before that moment."""
    await conn.execute(delete(drafts).where(drafts.c.made_at < before))
