"""How a server's quiet times and its earlier posting times are stored as JSON and read back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.record.deadlines.zones import aware
from bot.record.posting import Posting, Quiet
from bot.store import codec

QUIET = TypeAdapter(Quiet)
#: Earlier settings that are kept. Alerts from before the oldest of them are long planned.
MOST_EARLIER = 30


def quiet_from(stored: Any) -> Quiet | None:
    """ValueError if it cannot be read."""
    return QUIET.validate_python(stored) if stored is not None else None


def quiet_to(quiet: Quiet | None) -> Any:
    return codec.dump(QUIET, quiet) if quiet else None


def earlier_to(posting: Posting | None) -> list[dict[str, Any]]:
    """Posting times that ended, and those before them, the newest first."""
    stored: list[dict[str, Any]] = []
    while posting is not None and len(stored) < MOST_EARLIER:
        times = {"zone": posting.zone.key, "hour": posting.hour}
        times |= {"since": posting.since.isoformat()} if posting.since else {}
        times |= {"quiet": quiet_to(posting.quiet), "calendar": posting.calendar} if posting.quiet else {}
        stored.append(times)
        posting = posting.earlier
    return stored


def earlier_from(stored_times: Any) -> Posting | None:
    """ValueError, or another error of a library, if it cannot be read."""
    posting: Posting | None = None
    for stored in reversed(stored_times or []):
        posting = Posting(
            ZoneInfo(stored["zone"]),
            stored["hour"],
            aware(datetime.fromisoformat(stored["since"])) if stored.get("since") else None,
            QUIET.validate_python(stored["quiet"]) if stored.get("quiet") else None,
            stored.get("calendar", "none"),
            posting,
        )
    return posting
