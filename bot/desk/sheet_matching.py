"""Which place of a server each row is: a known one or a new one. No place is taken for another, and none is recorded twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.sheet_places import Settling, Unsettled, in_county, says_county
from bot.files.sheets.rows import BadRow, Row
from bot.reader.draft import Recipient
from bot.record.place_matching import certain_name
from bot.record.places import Identity, Jurisdiction, PlaceKind, name_key
from bot.store import places

Placed = dict[int, Jurisdiction]


@dataclass(frozen=True)
class Matching:
    """The places of the rows of a spreadsheet."""

    #: By row number, with an id if the server knows the place.
    places: Placed
    #: The rows without a place.
    bad: list[BadRow]
    #: The rows whose place the list of governments settles with a doubt, and the doubt.
    doubtful: list[BadRow]


async def match(conn: AsyncConnection, server_id: int, rows: Sequence[Row], settling: Settling) -> Matching:
    """Find the place of each row. What `settling` has looked up already is not looked up again.

    1. A place that a row names in full, or that the list of governments settles, is the server's own one if it is known there.
    2. A name that no list has is the server's only place of that name.
    3. New places that are the same, by division or by name, kind and state, are recorded once.
    """
    placed = await _known_in_full(conn, server_id, rows)
    settled, unsettled = _settled([row for row in rows if row.number not in placed], settling)
    here = await places.matched(conn, server_id, [recipient.place() for _, recipient in settled])
    for index, (row, recipient) in enumerate(settled):
        known = here.get(index)
        placed[row.number] = known if known and _is_there(known, row, recipient) else recipient.place()
    named = await places.by_key(conn, server_id, {name_key(row.name) for row, _ in unsettled})
    bad = []
    for row, why in unsettled:
        fits = [place for place in named.get(name_key(row.name), ()) if _fits(place, row)]
        if len(fits) == 1 and not why.is_known:
            placed[row.number] = fits[0]
        else:
            bad.append(BadRow(row.number, str(why)))
    new = {number: place for number, place in placed.items() if not place.id}
    known_names = await places.with_names(conn, server_id, {place.name for place in new.values()})
    once, others = _once(dict(sorted(new.items())), known_names)
    doubtful = [BadRow(row.number, recipient.doubt) for row, recipient in settled if recipient.doubt]
    return Matching(placed | once, bad + others, doubtful)


async def _known_in_full(conn: AsyncConnection, server_id: int, rows: Sequence[Row]) -> Placed:
    """The places of the server that rows name in full."""
    complete = [row for row in rows if row.is_complete and not row.county]
    matched = await places.matched(conn, server_id, [_said(row) for row in complete])
    return {complete[index].number: place for index, place in matched.items()}


def _said(row: Row) -> Jurisdiction:
    """The place that a complete row says."""
    assert row.kind is not None
    return Jurisdiction(0, row.name, row.kind, row.state or "", row.aliases, ocd_id=row.ocd_id)


def _settled(rows: Sequence[Row], settling: Settling) -> tuple[list[tuple[Row, Recipient]], list[tuple[Row, Unsettled]]]:
    outcomes = [(row, settling.outcome(row)) for row in rows]
    settled = [(row, outcome) for row, outcome in outcomes if isinstance(outcome, Recipient)]
    return settled, [(row, outcome) for row, outcome in outcomes if isinstance(outcome, Unsettled)]


def _is_there(known: Jurisdiction, row: Row, recipient: Recipient) -> bool:
    """Whether a place of the row's name may lie in the county that the row says: a village and a township may share it."""
    if not row.county:
        return True
    if row.kind is PlaceKind.TOWN and known.ocd_id and not recipient.ocd_id and not says_county(known):
        return False
    return in_county(known, row.county)


def _fits(place: Jurisdiction, row: Row) -> bool:
    return row.kind in (None, place.kind) and row.state in (None, place.state)


def _once(new: Placed, known: Sequence[Jurisdiction]) -> tuple[Placed, list[BadRow]]:
    """New places, each once, and the rows whose place has the name of another one.

    Name, kind and state are unique on a server (the database enforces it), so the second place is refused.
    """
    taken: dict[Identity, str] = {place.identity: place.full_label for place in known}
    by_division: dict[str, Jurisdiction] = {}
    by_name: dict[Identity, Jurisdiction] = {}
    once: Placed = {}
    bad = []
    for number, place in new.items():
        same = by_division.get(place.ocd_id) if place.ocd_id else None
        named = by_name.get(_name(place))
        if same is None and named and (not place.ocd_id or named.ocd_id in ("", place.ocd_id)):
            same = named
        if same is None and place.identity in taken:
            bad.append(
                BadRow(number, f"another place is already recorded as {taken[place.identity]}. Write the county into the name.")
            )
            continue
        once[number] = same = same or place
        taken.setdefault(same.identity, same.full_label)
        by_name.setdefault(_name(place), same)
        if place.ocd_id:
            by_division.setdefault(place.ocd_id, same)
    return once, bad


def _name(place: Jurisdiction) -> Identity:
    return certain_name(place.name, place.kind), place.state, place.kind
