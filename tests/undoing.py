"""Undo within one transaction, and the corrections of an undo alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.session import WriteSession
from bot.desk.undo import UNDO_FOR, LaterFacts, Press, UndoneEvents, decide_undo, record_undo
from bot.store import taking_back
from bot.store.events import AuditContext, ids_of
from bot.store.taking_back import Undone


async def undo(
    session: WriteSession, operation: str, allowed: timedelta = UNDO_FOR, agreed: str = ""
) -> UndoneEvents | LaterFacts:
    """What the Undo button does, by the person of the session."""
    decision = await decide_undo(session, Press(operation, session.audit.by_id, allowed, agreed))
    return await record_undo(session, decision)


async def undo_operation(conn: AsyncConnection, audit: AuditContext, operation: str) -> list[Undone]:
    """What was recorded under an operation is taken back, and nothing of what rests on it."""
    recorded = await ids_of(conn, audit.server_id, operation)
    return await taking_back.take_back(conn, audit, dict.fromkeys(recorded, "Undone."))
