"""The look in a channel for a notice that may have been posted: from when on, and what follows where it cannot be made."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import restores
from bot.store.database import Database
from bot.store.notices import Notice

#: Messages bear Discord's time. The clock by which notices are claimed may be ahead of it by ten minutes (`CheckedClock`).
BEFORE_CLAIMED = timedelta(minutes=15)
BEFORE_DUE = timedelta(hours=1)  # where nobody wrote down when it was first claimed
HELD = "It was due before the restore, and the bot may not see here whether it was posted (Read Message History)."


def look_from(notice: Notice) -> datetime:
    """Since when it may be in its channel, by Discord's time."""
    due = notice.due_at - BEFORE_DUE
    if notice.posted_from is None:
        return due
    claimed = notice.posted_from - BEFORE_CLAIMED
    return min(due, claimed) if notice.restored else claimed


async def is_held(db: Database) -> bool:
    """Whether what was due before the last restore is held where nobody can see whether it was posted."""
    async with db.read() as conn:
        restore = await restores.last(conn)
    return restore is not None and not restore.send_old
