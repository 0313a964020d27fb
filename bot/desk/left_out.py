"""What of a server cannot be read, and is therefore left out of what is answered."""

from __future__ import annotations

from bot.desk.session import Session
from bot.store import unreadable

SHOWN = ("case", "letter", "place", "fact", "closure", "revision")


def left_out(session: Session, place_id: int | None = None) -> list[tuple[str, int]]:
    """Kind and number of each, of one place alone with `place_id`. To be asked once the answer was read."""
    noted = unreadable.noted_of(session.conn, session.server.id)
    return [
        (each.kind, each.number)
        for each in noted
        if each.kind in SHOWN and each.number is not None and place_id in (None, each.place_id)
    ]
