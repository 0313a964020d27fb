"""Which place a row means: by what it says itself, else by the list of governments. Two that fit are never chosen between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.files.sheets.rows import Row
from bot.reader.draft import Recipient
from bot.reader.gazetteer.gazetteer import Gazetteer, gazetteer
from bot.record.errors import CaseError
from bot.record.place_names import fold
from bot.record.places import Jurisdiction, PlaceKind, key

MOST_NAMED = 8
CONSOLIDATED = {PlaceKind.CITY_AND_COUNTY, PlaceKind.METRO, PlaceKind.FEDERAL_DISTRICT}


class Unsettled(CaseError):
    """A row whose place is not certain; `candidates` may be meant. `is_known`: a list has a place of the name."""

    def __init__(self, reason: str, candidates: Sequence[Jurisdiction], is_known: bool) -> None:
        super().__init__(reason)
        self.candidates, self.is_known = tuple(candidates), is_known


@dataclass
class Settling:
    """Settles rows, each distinct place once."""

    known: Gazetteer = field(default_factory=gazetteer)
    _named: dict[tuple[str, str | None], tuple[Jurisdiction, ...]] = field(default_factory=dict)

    def recipient(self, row: Row) -> Recipient:
        """The place of a row, ready to be recorded; Unsettled says what to add.

        1. What the row says by itself (name, kind and state) stands; the list adds its division where just one place fits.
           Only a city that is also its county is refused under another kind: it would stand there twice.
        2. Else the list has to know which place is meant, or its county leaves one alone.
        """
        if row.is_complete and (row.ocd_id or row.kind is PlaceKind.INSTITUTION):
            return _as_said(row, row.ocd_id)
        name = row.ocd_id or row.name
        found = self._places(name, row.state)
        fits = [place for place in found if _fits(place, row)]
        if row.is_complete:
            if not fits and any({row.kind, place.kind} & CONSOLIDATED for place in found):
                raise Unsettled(_other_kind(row, found), found, is_known=True)
            return self._said_in_full(row, fits)
        answer = self.known.resolve(name, row.state)
        if answer.place and _fits(answer.place, row):
            return _as_listed(row, answer.place, answer.doubt)
        if len(fits) == 1 and row.state and row.county:
            return _as_listed(row, fits[0])
        reason = _unsettled(row, fits or found)
        raise Unsettled(reason, fits or found or answer.candidates, is_known=bool(found))

    def _said_in_full(self, row: Row, fits: Sequence[Jurisdiction]) -> Recipient:
        """As the row says, with the division of the one place it can be. A county without the word has its full name:
        "Middlesex, NJ" alone would be the borough."""
        one = self._certain(row, fits)
        if one and row.kind is PlaceKind.COUNTY and fold(one.name).startswith(f"{fold(row.name)} "):
            return _as_listed(row, one)
        return _as_said(row, one.ocd_id if one else "")

    def _certain(self, row: Row, fits: Sequence[Jurisdiction]) -> Jurisdiction | None:
        """The one place that is said. Villages, boroughs and townships are towns too: of those none other may bear the name,
        or the county says which it is."""
        if row.kind is not PlaceKind.TOWN:
            return fits[0] if len(fits) == 1 else None
        answer = self.known.resolve(row.name, row.state)
        if answer.place in fits and not answer.doubt:
            return answer.place
        return fits[0] if len(fits) == 1 and row.county and says_county(fits[0]) else None

    def _places(self, name: str, state: str | None) -> tuple[Jurisdiction, ...]:
        if (name, state) not in self._named:
            self._named[name, state] = self.known.named(name, state)
        return self._named[name, state]


def _as_said(row: Row, division: str) -> Recipient:
    return Recipient(row.name, row.kind, row.state, row.aliases, division or None)


def _as_listed(row: Row, place: Jurisdiction, doubt: str = "") -> Recipient:
    aliases = dict.fromkeys((*place.aliases, *(one for one in row.aliases if one != place.name)))
    return Recipient(place.name, place.kind, place.state, tuple(aliases), place.ocd_id or None, doubt=doubt)


def _fits(place: Jurisdiction, row: Row) -> bool:
    same = row.kind in (None, place.kind) and row.state in (None, place.state)
    return same and (not row.county or in_county(place, row.county))


def in_county(place: Jurisdiction, county: str) -> bool:
    """Whether the place's division or names put it into that county; a place of which neither says is in any."""
    wanted = key(county).removesuffix(" county").removesuffix(" parish").replace(" ", "_")
    within = [part.partition(":")[2] for part in place.ocd_id.split("/") if part.startswith(("county:", "parish:"))]
    if within and place.kind is not PlaceKind.COUNTY:
        return within[-1] == wanted
    return True


def says_county(place: Jurisdiction) -> bool:
    """Whether its division says in which county it lies; those of cities, villages and boroughs do not."""
    return "/county:" in place.ocd_id or "/parish:" in place.ocd_id


def _other_kind(row: Row, found: Sequence[Jurisdiction]) -> str:
    named = " or ".join(place.full_label for place in found[:MOST_NAMED])
    said = row.kind.words if row.kind else ""
    return f"“{row.name}” in {row.state} is {named}, not a {said}. Correct the kind, or leave it empty."


def _unsettled(row: Row, found: Sequence[Jurisdiction]) -> str:
    missing = [word for word, is_there in (("kind", row.kind), ("state", row.state), ("county", row.county)) if not is_there]
    if not found:
        add = " and ".join(word for word in missing if word != "county") or "kind"
        return f"“{row.name}” is not in the list of places; fill in its {add}."
    named = [place.full_label for place in found[:MOST_NAMED]]
    named += [f"{len(found) - MOST_NAMED:,} more"] if len(found) > MOST_NAMED else []
    if len(found) == 1:
        return f"“{row.name}” may be {named[0]}, which is not certain. Fill in its {' and '.join(missing[:2]) or 'ocd_id'}."
    return f"“{row.name}” can be {', '.join(named[:-1])} or {named[-1]}. Fill in its {' or '.join(missing) or 'ocd_id'}."
