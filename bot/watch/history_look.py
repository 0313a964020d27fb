"""The look in a channel for a notice that may have been posted: from when on, and what follows where it cannot be made."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import FAR_AHEAD
from bot.record.errors import Undeliverable, Unreadable
from bot.store import restores
from bot.store.database import Database
from bot.store.notices import Notice
from bot.watch.poster import Poster
from bot.watch.rounds import Claimed

#: Messages bear Discord's time, and the clock by which notices are claimed may be that far ahead of it (`CheckedClock`).
BEFORE_CLAIMED = FAR_AHEAD + timedelta(minutes=5)
BEFORE_DUE = timedelta(hours=1)  # where nobody wrote down when it was first claimed
HELD = "It was due before the restore, and the bot may not see here whether it was posted (Read Message History)."


async def look(db: Database, poster: Poster, claimed: Claimed) -> int | Claimed:
    """Look for a notice: the id of its message, or how to go on without one.

    Where the history cannot be read, it is posted all the same; but what may have been posted before a restore is held until a
    person decides. Raises Undeliverable.
    """
    notice = claimed.notice
    try:
        message_id = await poster.find(notice.channel_id, notice.token, _begin(notice))
    except Unreadable as closed:
        if notice.restored and await _is_held(db):
            raise Undeliverable(HELD, permanent=True, maybe_sent=notice.maybe_sent) from closed
        return Claimed(notice, in_doubt=True)
    return Claimed(notice, in_doubt=False, looked_for=notice.token) if message_id is None else message_id


def _begin(notice: Notice) -> datetime:
    """Since when it may be in its channel, by Discord's time."""
    due = notice.due_at - BEFORE_DUE
    if notice.posted_from is None:
        return due
    claimed = notice.posted_from - BEFORE_CLAIMED
    return min(due, claimed) if notice.restored else claimed


async def _is_held(db: Database) -> bool:
    """Whether what was due before the last restore is held where nobody can see whether it was posted."""
    async with db.read() as conn:
        restore = await restores.last(conn)
    return restore is not None and not restore.send_old
