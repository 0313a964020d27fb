"""Changes of letters, places and settings, in words."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.record.deadlines.dates import written
from bot.record.revisions import Revision, Subject
from bot.words.card import Card, Text
from bot.words.prose import listed

MANAGERS_ONLY = "Only people with Manage Server can undo a change of the settings."
#: What the fields of each subject are called.
FIELDS = {
    "title": "title",
    "demand": "demand",
    "legal_basis": "legal basis",
    "threatened": "threats",
    "sources": "source",
    "deadline": "deadline",
    "deadline_note": "note",
    "name": "name",
    "kind": "kind",
    "aliases": "other names",
    "ocd_id": "division id",
    "channel_id": "channel for alerts",
    "fallback_channel_id": "fallback channel",
    "zone": "time zone",
    "hour": "posting hour",
    "quiet": "quiet times",
    "unannounced": "kinds that are announced",
    "collect_seconds": "time in which news is collected",
    "desk_role_ids": "desk roles",
    "escalation_role_id": "role that is pinged",
}


def fields_text(revision: Revision) -> str:
    """What was changed: "title and demand"."""
    if revision.subject is Subject.MERGE:
        return "merge"
    return listed([FIELDS.get(name, name.replace("_", " ")) for name in revision.after])


def undone_already(revision: Revision, zone: ZoneInfo) -> str:
    assert revision.undone_at is not None
    day = written(revision.undone_at.astimezone(zone).date())
    return f"There is nothing left to undo: {revision.undone_by} undid this on {day}."


def changed_again(later: Revision, zone: ZoneInfo) -> str:
    """Why an earlier change of the same is not undone."""
    day = written(later.recorded_at.astimezone(zone).date())
    return (
        f"The {fields_text(later)} was changed again since, on {day} by {later.recorded_by}, so this cannot be undone alone. "
        "Undo that change first, or record what is right as a new change."
    )


def changed_back_receipt(changed_back: Sequence[Revision]) -> Card:
    """What was changed back, where no event was taken back with it."""
    what = listed([f"{revision.subject}: {fields_text(revision)}" for revision in changed_back])
    return Card((Text(f"**Undone:** {what}. It is as it was before. The history still shows the change."),))
