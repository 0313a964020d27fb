"""Which place a row means: by what the row says, else by the list of governments. Of two that fit, none is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.files.sheets.rows import Row
from bot.reader.draft import Recipient
from bot.reader.gazetteer.gazetteer import Gazetteer, gazetteer
from bot.record.errors import CaseError
from bot.record.place_kinds import NOT_IN_LISTS
from bot.record.place_names import fold
from bot.record.places import Jurisdiction, PlaceKind, name_key

MOST_NAMED = 8
CONSOLIDATED = {PlaceKind.CITY_AND_COUNTY, PlaceKind.METRO, PlaceKind.FEDERAL_DISTRICT}


class Unsettled(CaseError):
    """The place of a row is not certain."""

    def __init__(self, reason: str, candidates: Sequence[Jurisdiction], is_known: bool) -> None:
        super().__init__(reason)
        #: Those that may be meant.
        self.candidates = tuple(candidates)
        #: Whether the list of governments has a place of that name.
        self.is_known = is_known


@dataclass
class Settling:
    """Finds the places of the rows of one spreadsheet. Each distinct name is looked up once. Needs no database."""

    known: Gazetteer = field(default_factory=gazetteer)
    _outcomes: dict[int, Recipient | Unsettled] = field(default_factory=dict)  # by row number
    _named: dict[tuple[str, str | None], tuple[Jurisdiction, ...]] = field(default_factory=dict)

    def outcome(self, row: Row) -> Recipient | Unsettled:
        """The place of a row, or why it is not certain; found once for each row."""
        if row.number not in self._outcomes:
            try:
                self._outcomes[row.number] = self.recipient(row)
            except Unsettled as why:
                self._outcomes[row.number] = why
        return self._outcomes[row.number]

    def recipient(self, row: Row) -> Recipient:
        """The place of a row, ready to be recorded. Raises Unsettled, which says what to add.

        1. If the row says which place it is (name, kind and state), that is the place. The list adds its division if just one
           place fits. Only a city that is also its county is refused under another kind: it would be recorded twice.
        2. Else the list has to know which place is meant, or the county has to leave only one.
        """
        if row.is_complete and (row.ocd_id or row.kind in NOT_IN_LISTS):
            return _as_said(row, row.ocd_id)
        name = row.ocd_id or row.name
        listed = self._places(name, row.state)
        fits = [place for place in listed if _fits(place, row)]
        if row.is_complete:
            if not fits and any({row.kind, place.kind} & CONSOLIDATED for place in listed):
                raise Unsettled(_other_kind(row, listed), listed, is_known=True)
            return self._said_in_full(row, fits)
        answer = self.known.resolve(name, row.state)
        if answer.place and _fits(answer.place, row):
            return _as_listed(row, answer.place, answer.doubt)
        if len(fits) == 1 and row.state and row.county:
            return _as_listed(row, fits[0])
        reason = _unsettled(row, fits or listed)
        raise Unsettled(reason, fits or listed or answer.candidates, is_known=bool(listed))

    def _said_in_full(self, row: Row, fits: Sequence[Jurisdiction]) -> Recipient:
        """As the row says, with the division of the one place it can be.

        A county that is written without the word gets its full name: "Middlesex, NJ" alone would be the borough.
        """
        certain = self._certain(row, fits)
        if certain and row.kind is PlaceKind.COUNTY and fold(certain.name).startswith(f"{fold(row.name)} "):
            return _as_listed(row, certain)
        return _as_said(row, certain.ocd_id if certain else "")

    def _certain(self, row: Row, fits: Sequence[Jurisdiction]) -> Jurisdiction | None:
        """The one place that the row can mean.

        Villages, boroughs and townships are towns too: no other of them may have the name, unless the county says which it is.
        """
        if row.kind is not PlaceKind.TOWN or not fits:
            return fits[0] if len(fits) == 1 else None
        answer = self.known.resolve(row.name, row.state)
        if answer.place in fits and answer.doubt is None:
            return answer.place
        return fits[0] if len(fits) == 1 and row.county and says_county(fits[0]) else None

    def _places(self, name: str, state: str | None) -> tuple[Jurisdiction, ...]:
        if (name, state) not in self._named:
            self._named[name, state] = self.known.named(name, state)
        return self._named[name, state]


def _as_said(row: Row, division: str) -> Recipient:
    return Recipient(row.name, row.kind, row.state, row.aliases, division or None)


def _as_listed(row: Row, place: Jurisdiction, doubt: str | None = None) -> Recipient:
    aliases = dict.fromkeys((*place.aliases, *(alias for alias in row.aliases if alias != place.name)))
    return Recipient(place.name, place.kind, place.state, tuple(aliases), place.ocd_id or None, doubt=doubt)


def _fits(place: Jurisdiction, row: Row) -> bool:
    same = row.kind in (None, place.kind) and row.state in (None, place.state)
    return same and (not row.county or in_county(place, row.county))


def in_county(place: Jurisdiction, county: str) -> bool:
    """Whether the place may lie in that county: its division says so, or does not say in which county it lies."""
    wanted = name_key(county).removesuffix(" county").removesuffix(" parish").replace(" ", "_")
    within = [part.partition(":")[2] for part in place.ocd_id.split("/") if part.startswith(("county:", "parish:"))]
    if within and place.kind is not PlaceKind.COUNTY:
        return within[-1] == wanted
    return True


def says_county(place: Jurisdiction) -> bool:
    """Whether its division says in which county it lies. Those of cities, villages and boroughs do not."""
    return "/county:" in place.ocd_id or "/parish:" in place.ocd_id


def _other_kind(row: Row, listed: Sequence[Jurisdiction]) -> str:
    named = " or ".join(place.full_label for place in listed[:MOST_NAMED])
    kind = row.kind.words if row.kind else ""
    return f"“{row.name}” in {row.state} is {named}, not a {kind}. Correct the kind, or leave it empty."


def _unsettled(row: Row, candidates: Sequence[Jurisdiction]) -> str:
    missing = [word for word, is_there in (("kind", row.kind), ("state", row.state), ("county", row.county)) if not is_there]
    if not candidates:
        add = " and ".join(word for word in missing if word != "county") or "kind"
        return f"“{row.name}” is not in the list of places; fill in its {add}."
    named = [place.full_label for place in candidates[:MOST_NAMED]]
    named += [f"{len(candidates) - MOST_NAMED:,} more"] if len(candidates) > MOST_NAMED else []
    if len(candidates) == 1:
        return f"“{row.name}” may be {named[0]}, but this is not certain. Fill in its {' and '.join(missing[:2]) or 'ocd_id'}."
    return f"“{row.name}” may be {', '.join(named[:-1])} or {named[-1]}. Fill in its {' or '.join(missing) or 'ocd_id'}."
