"""What is kept among the drafts until its person decides: drafts themselves, open forms, and what a preview has shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.desk.session import Session
from bot.store import drafts


@dataclass(frozen=True)
class KeptKey:
    """Which of it, and who asks for it."""

    id: int
    #: Discord's id. Only the person for whom it was kept can use it.
    person_id: int
    #: How long it can be used after it was kept.
    lifetime: timedelta


async def kept_body(session: Session, key: KeptKey, kind: str) -> Any | None:
    """What is kept of that kind; None if it is another person's, or is not kept any more."""
    row = await drafts.get(session.conn, session.server.id, key.id)
    if row is None or row.person_id != key.person_id or session.now - row.made_at > key.lifetime:
        return None
    return row.body.get(kind)
