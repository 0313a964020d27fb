"""Which place a row means: by what it says itself, else by the list of governments. Two that fit are never chosen between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.intake.draft import Recipient
from bot.intake.gazetteer import Resolved, gazetteer
from bot.intake.sheet_rows import Row
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, PlaceKind, key

MOST_NAMED = 8
CONSOLIDATED = {PlaceKind.CITY_AND_COUNTY, PlaceKind.METRO, PlaceKind.FEDERAL_DISTRICT}
Resolve = Callable[[str, str | None], Resolved]


class Unsettled(CaseError):
    """A row whose place is not certain; `candidates` may be meant."""

    def __init__(self, reason: str, candidates: Sequence[Jurisdiction] = ()) -> None:
        super().__init__(reason)
        self.candidates = tuple(candidates)


@dataclass
class Settling:
    """Settles rows, each distinct place once."""

    resolve: Resolve = field(default_factory=lambda: gazetteer().resolve)
    _resolved: dict[tuple[str, str | None], Resolved] = field(default_factory=dict)

    def recipient(self, row: Row) -> Recipient:
        """The place of a row, ready to be recorded; Unsettled says what to add.

        1. What the row says by itself (name, kind and state) stands; the list adds its division where just one place fits.
           Only a city that is also its county is refused under another kind: it would stand there twice.
        2. Else the list has to know which place is meant, or has one alone of that name, state, kind and county.
        """
        if row.is_complete and (row.ocd_id or row.kind is PlaceKind.INSTITUTION):
            return _as_said(row, row.ocd_id)
        answer = self._answer(row.ocd_id or row.name, row.state)
        found = answer.candidates or ((answer.place,) if answer.place else ())
        fits = [place for place in found if _fits(place, row)]
        if row.is_complete:
            if not fits and any({row.kind, place.kind} & CONSOLIDATED for place in found):
                raise Unsettled(_other_kind(row, found))
            return _as_said(row, fits[0].ocd_id if len(fits) == 1 else "")
        if answer.place in fits:
            return _as_listed(row, answer.place, answer.doubt)
        if len(fits) == 1 and row.state:
            return _as_listed(row, fits[0])
        raise Unsettled(_unsettled(row, fits or found), fits or found)

    def _answer(self, name: str, state: str | None) -> Resolved:
        if (name, state) not in self._resolved:
            self._resolved[name, state] = self.resolve(name, state)
        return self._resolved[name, state]


def _as_said(row: Row, division: str) -> Recipient:
    return Recipient(row.name, row.kind, row.state, row.aliases, division or None)


def _as_listed(row: Row, place: Jurisdiction | None, doubt: str = "") -> Recipient:
    assert place is not None
    aliases = dict.fromkeys((*place.aliases, *(one for one in row.aliases if one != place.name)))
    return Recipient(place.name, place.kind, place.state, tuple(aliases), place.ocd_id or None, doubt=doubt)


def _fits(place: Jurisdiction, row: Row) -> bool:
    same = row.kind in (None, place.kind) and row.state in (None, place.state)
    return same and (not row.county or _in_county(place, row.county))


def _in_county(place: Jurisdiction, county: str) -> bool:
    """Whether the place's division or names put it into that county; a place of which neither says is in any."""
    wanted = key(county).removesuffix(" county").removesuffix(" parish").replace(" ", "_")
    within = [part.partition(":")[2] for part in place.ocd_id.split("/") if part.startswith(("county:", "parish:"))]
    if within and place.kind is not PlaceKind.COUNTY:
        return within[-1] == wanted
    return True


def _other_kind(row: Row, found: Sequence[Jurisdiction]) -> str:
    named = " or ".join(place.full_label for place in found[:MOST_NAMED])
    said = row.kind.words if row.kind else ""
    return f"“{row.name}” in {row.state} is {named}, not a {said}. Correct the kind, or leave it empty."


def _unsettled(row: Row, found: Sequence[Jurisdiction]) -> str:
    missing = [word for word, is_there in (("kind", row.kind), ("state", row.state), ("county", row.county)) if not is_there]
    if not found:
        add = " and ".join(missing[:2]) or "kind"
        return f"“{row.name}” is not in the list of places; fill in its {add}."
    named = [place.full_label for place in found[:MOST_NAMED]]
    named += [f"{len(found) - MOST_NAMED:,} more"] if len(found) > MOST_NAMED else []
    if len(found) == 1:
        return f"“{row.name}” may be {named[0]}, which is not what the other cells say. Correct them."
    return f"“{row.name}” can be {', '.join(named[:-1])} or {named[-1]}. Fill in its {' or '.join(missing) or 'ocd_id'}."
