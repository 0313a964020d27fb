"""Changing what is recorded of a letter itself. Its short name, its day and who sent it stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Letter
from bot.store import codec
from bot.store.tables import letters

#: What may be changed, by the names of the columns.
FIELDS = ("title", "demand", "legal_basis", "threatened", "sources", "deadline", "deadline_note")


def fields_of(letter: Letter) -> dict[str, Any]:
    """What may be changed of a letter, as it is stored."""
    return {
        "title": letter.title,
        "demand": letter.demand,
        "legal_basis": list(letter.legal_basis),
        "threatened": list(letter.threatened),
        "sources": codec.dump(codec.SOURCES, letter.sources),
        "deadline": codec.dump(codec.DEADLINE, letter.deadline),
        "deadline_note": letter.deadline_note,
    }


async def change(conn: AsyncConnection, server_id: int, letter_id: int, fields: Mapping[str, Any]) -> None:
    """Give a letter these values, which are JSON, by the names of `FIELDS`."""
    known = {name: fields[name] for name in FIELDS if name in fields}
    if known:
        this = (letters.c.id == letter_id) & (letters.c.server_id == server_id)
        await conn.execute(update(letters).where(this).values(known))
