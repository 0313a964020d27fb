"""Whether an import announces what it records. Its notices are news, one for each letter, and news pings nobody."""

from __future__ import annotations

from bot.desk.session import WriteSession
from bot.store import cases


async def is_news(session: WriteSession, quiet: bool) -> bool:
    """Asked before anything is recorded. A first load, into a server that has no letter yet, is old facts and no news."""
    return not quiet and await cases.has_letters(session.conn, session.server.id)
