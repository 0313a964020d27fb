"""The log of notices: why a line of one was not posted, in a few words."""

from __future__ import annotations

from datetime import datetime

from bot.record.case import Case
from bot.record.recheck import NotPosted

REASONS = {
    NotPosted.LETTER_TAKEN_BACK: "the record of the letter was undone",
    NotPosted.CLOCK_STOPPED: "meanwhile {status}",
    NotPosted.DEADLINE_MOVED: "the deadline moved",
    NotPosted.ACKNOWLEDGED: "acknowledged",
    NotPosted.SILENCED: "silenced",
    NotPosted.NEWER_ALERT: "a newer alert is due",
    NotPosted.NOT_DUE: "not due by the server's settings",
    NotPosted.EVENT_TAKEN_BACK: "it was undone",
    NotPosted.CASE_TAKEN_BACK: "the case was undone",
}


def not_posted_text(reason: NotPosted, case: Case | None, now: datetime) -> str:
    """`case`: None for a fact of a place apart from any letter."""
    return REASONS[reason].format(status=case.known_at(now).status.value if case else "")
