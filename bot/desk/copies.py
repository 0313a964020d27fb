"""The saved copies of what letters were read from."""

from __future__ import annotations

from bot.desk.session import Session
from bot.record.errors import CaseError
from bot.store import documents
from bot.store.documents import StoredCopy

__all__ = ["StoredCopy", "copy_of"]


async def copy_of(session: Session, sha256: str) -> StoredCopy:
    """The copy whose SHA-256 begins with these digits.

    CaseError if the server has none or several, or if these are not eight or more digits of a SHA-256.
    """
    copy = await documents.kept(session.conn, session.server.id, sha256)
    if copy is None:
        raise CaseError(f"Server {session.server.id} has no saved copy whose SHA-256 begins with {sha256}.")
    return copy
