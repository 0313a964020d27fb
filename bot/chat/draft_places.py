"""What a person means by a line of the recipients' form: a place of this server, another government, or neither."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from bot.desk import inputs
from bot.desk.session import Session
from bot.reader.draft import Recipient
from bot.reader.gazetteer.written import state_of
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, with_kind
from bot.store import places
from bot.words.prose import listed

LONGEST = 120
NEAREST = 3
UNLISTED = "It is not in the list of governments that ships with this bot: check how it is spelled."
SEVERAL = "Several places go by this name."


async def ready() -> None:
    """Have the list of places read, which takes half a second the first time, before a transaction waits for it."""
    from bot.reader.gazetteer.gazetteer import gazetteer

    await asyncio.to_thread(gazetteer)


async def resolved(session: Session, lines: Sequence[str], form: Sequence[str]) -> dict[str, Recipient]:
    """What each line means; CaseError for the first that means nothing, with its number in the form and the nearest names.

    1. A place that this server knows, by any of its names.
    2. A government of the United States, with the state and the kind as far as they are written.
    3. One written out in full, "Boulder, CO (city)", though no list has it; it is marked to be looked at.
    What can be several places comes back unsettled, with all of them to choose from.
    """
    found = {}
    for line in dict.fromkeys(lines):
        number = form.index(line) + 1
        try:
            found[line] = await _resolved(session, inputs.limited("The name", line, LONGEST))
        except CaseError as wrong:
            raise CaseError(f"Line {number}, “{line}”: {wrong}") from wrong
    return found


async def _resolved(session: Session, line: str) -> Recipient:
    written = re.sub(r"\s*\(kind not settled\)\s*$", "", line)
    here = await places.named(session.conn, session.server.id, written)
    known = (*here.places, *here.also)
    if len(known) == 1:
        return recipient_of(known[0])
    if known:
        return _one_of(written, known)
    listed_place = await asyncio.to_thread(_listed, written)
    if listed_place is not None:
        return listed_place
    drafted = inputs.read_new_place(written, None, None)
    if drafted is not None:
        return recipient_of(drafted, UNLISTED)
    nearest = await asyncio.to_thread(_nearest, written)
    near = f" Nearest: {listed(nearest, 'or')}." if nearest else ""
    raise CaseError(f"no such place is known. Write it with state and kind, like Boulder, CO (city).{near}")


def recipient_of(place: Jurisdiction, doubt: str = "") -> Recipient:
    """A settled recipient."""
    return Recipient(place.name, place.kind, place.state or None, place.aliases, place.ocd_id or None, doubt=doubt)


def _one_of(written: str, places: Sequence[Jurisdiction], doubt: str = "") -> Recipient:
    name, state = state_of(written)
    return Recipient(name.strip(), None, state or None, doubt=doubt or SEVERAL, candidates=tuple(places))


def _listed(written: str) -> Recipient | None:
    """As the gazetteer has it; None where it has nothing of that name. Reads its table at the first call."""
    from bot.reader.gazetteer.gazetteer import gazetteer

    behind = with_kind(written)
    name, kind = behind if behind else (written, None)
    known = gazetteer()
    found = known.resolve(name)
    if found.place is not None and kind in (None, found.place.kind):
        return recipient_of(found.place, found.doubt)
    fitting = [place for place in found.candidates if kind in (None, place.kind)]
    if len(fitting) == 1 and kind is not None:
        return recipient_of(fitting[0], found.doubt)
    if fitting and not known.is_complete:  # what is not listed may be a slip of the pen
        fitting = list(dict.fromkeys((*fitting, *known.closest(name)[:NEAREST])))
    return _one_of(name, fitting, found.doubt) if fitting else None


def _nearest(written: str) -> list[str]:
    from bot.reader.gazetteer.gazetteer import gazetteer

    behind = with_kind(written)
    return [place.full_label for place in gazetteer().closest(behind[0] if behind else written)][:NEAREST]
