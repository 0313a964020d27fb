"""Copies of what letters were read from, byte for byte, found by the SHA-256 that their sources name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.errors import CaseError
from bot.store.tables import documents

FEWEST_DIGITS = 8  # of a hash, as many as a source shows


class Copy(Protocol):
    """What is stored of a document; `bot.reader.document.Document` is one."""

    @property
    def sha256(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def read_at(self) -> datetime: ...
    @property
    def content(self) -> bytes: ...


@dataclass(frozen=True)
class StoredCopy:
    """A copy as it is stored."""

    sha256: str
    name: str
    url: str
    media_type: str
    #: When it was first read.
    read_at: datetime
    content: bytes


async def keep(conn: AsyncConnection, server_id: int, document: Copy) -> None:
    """Store a copy for that server. The same content is stored once, and the first copy stays (unique key)."""
    row = insert(documents).values(
        server_id=server_id,
        sha256=document.sha256,
        name=document.name[:500],
        url=document.url[:2000],
        media_type=document.media_type,
        read_at=document.read_at,
        content=document.content,
    )
    await conn.execute(row.on_conflict_do_nothing(index_elements=["server_id", "sha256"]))


async def kept(conn: AsyncConnection, server_id: int, sha256_prefix: str) -> StoredCopy | None:
    """The copy whose SHA-256 begins with these digits, at least eight; None if that server has none.

    CaseError if they are not such digits, or if several copies begin with them.
    """
    wanted = sha256_prefix.strip().rstrip("…").lower()
    if not re.fullmatch(rf"[0-9a-f]{{{FEWEST_DIGITS},64}}", wanted):
        raise CaseError(f"“{sha256_prefix}” is not a SHA-256: give {FEWEST_DIGITS} or more of its digits (0-9, a-f).")
    query = select(*(documents.c[name] for name in StoredCopy.__dataclass_fields__)).where(
        documents.c.server_id == server_id, documents.c.sha256.like(f"{wanted}%")
    )
    rows = (await conn.execute(query.limit(2))).all()
    if len(rows) > 1:
        raise CaseError(f"Several copies begin with {wanted}: give more digits.")
    return StoredCopy(**rows[0]._mapping) if rows else None
