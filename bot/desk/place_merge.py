"""Two recorded places that are one: the cases and names of the first become those of the second. Events are never changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from bot.desk.letter_edits import announce
from bot.desk.lookups import place_with_id
from bot.desk.place_edits import open_cases
from bot.desk.session import Session, WriteSession
from bot.record.case import Case, CaseState
from bot.record.errors import CaseError
from bot.record.events import Event, effective_events
from bot.record.places import Jurisdiction
from bot.record.revisions import Revision, Subject
from bot.record.sources import Source
from bot.store import case_pages, cases, place_changes, place_families, places, revisions
from bot.store.place_changes import Joining
from bot.words import revisions as words
from bot.words.prose import listed


@dataclass(frozen=True)
class PlaceMerge:
    """Which place is to become a part of which other one."""

    from_id: int
    into_id: int
    reason: str = ""
    source: Source | None = None
    #: It is not announced.
    quietly: bool = False


@dataclass(frozen=True)
class MergePreview:
    """What a merge would do, as it is now."""

    merge: PlaceMerge
    place: Jurisdiction
    into: Jurisdiction
    #: The cases that move, with how they stand.
    cases: tuple[tuple[Case, CaseState], ...]
    #: What is recorded of the first place apart from any letter.
    facts: tuple[Event, ...]
    #: The names that find the second one from then on.
    new_names: tuple[str, ...]
    joining: Joining

    @property
    def digest(self) -> str:
        shown = [self.place.identity, self.into.identity, self.joining.moved, self.joining.swapped, self.new_names]
        return hashlib.sha256(json.dumps([*shown, [event.id for event in self.facts]]).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class MergedPlace:
    place: Jurisdiction
    into: Jurisdiction
    moved: int
    revision: Revision


async def preview(session: Session, merge: PlaceMerge) -> MergePreview:
    """What the merge would do now. CaseError if the two cannot be merged."""
    conn, server_id = session.conn, session.server.id
    place, into = await place_with_id(session, merge.from_id), await place_with_id(session, merge.into_id)
    if place.id == into.id:
        raise CaseError(f"Both are {into.full_label}: a place cannot be merged with itself. Nothing was changed.")
    if place.id != merge.from_id:
        raise CaseError(f"That place was merged into {place.full_label} in the meantime. Nothing was changed.")
    of_place, of_into = await cases.of_place(conn, server_id, place.id), await cases.of_place(conn, server_id, into.id)
    _refuse_same_letter(place, into, of_place, of_into)
    own = await _at(session, of_place, place.id)
    of_letters = {case.letter.id: case for case in own}
    back = [case for case in await _at(session, of_into, into.id) if case.letter.id in of_letters]
    stays = {case.letter.id for case in back if not of_letters[case.letter.id].is_recorded}
    joining = Joining(
        place.id,
        into.id,
        tuple(case.id for case in own if case.letter.id not in stays),
        tuple(case.id for case in back if case.letter.id not in stays),
        tuple(id for id in await place_families.members(conn, [place.id]) if id != place.id),
    )
    states = [(case, case.at(session.now)) for case in of_place]
    facts = effective_events(tuple(await cases.context(conn, server_id, place.id)))
    existing = tuple((case, state) for case, state in states if state.exists)
    return MergePreview(merge, place, into, existing, tuple(facts), _new_names(place, into), joining)


async def _at(session: Session, of_family: list[Case], place_id: int) -> list[Case]:
    """Those of the cases that are of that place itself, not of one that was merged into it."""
    own = set(await case_pages.ids_at(session.conn, session.server.id, place_id))
    return [case for case in of_family if case.id in own]


def _refuse_same_letter(place: Jurisdiction, into: Jurisdiction, of_place: list[Case], of_into: list[Case]) -> None:
    numbers = {case.letter.id: case.number for case in of_into if case.is_recorded}
    both = [(case, numbers[case.letter.id]) for case in of_place if case.is_recorded and case.letter.id in numbers]
    if both:
        named = [f"“{case.letter.title}” (#{case.number} and #{number})" for case, number in both[:5]]
        more = f" and {len(both) - 5} more" if len(both) > 5 else ""
        first, other = both[0][0].number, both[0][1]
        raise CaseError(
            f"{place.full_label} and {into.full_label} both received {listed(named)}{more}. Take one of the two back first "
            f"with /case withdraw case:{first}, or case:{other}; then merge the places. Nothing was changed."
        )


def _new_names(place: Jurisdiction, into: Jurisdiction) -> tuple[str, ...]:
    known = {into.name, *into.aliases}
    return tuple(name for name in dict.fromkeys((place.name, *place.aliases)) if name not in known)


async def record_merge(session: WriteSession, shown: MergePreview) -> MergedPlace:
    """Record a merge that was shown; nothing may have been recorded since. It is announced where people follow open cases."""
    conn, server_id = session.conn, session.server.id
    joining, into = shown.joining, shown.into
    is_news = any(state.is_open for _, state in shown.cases) or bool(await open_cases(session, into.id))
    adopted = shown.place.ocd_id if not into.ocd_id else ""
    await place_changes.join(conn, server_id, joining)
    fields = {"aliases": [*into.aliases, *shown.new_names], **({"ocd_id": adopted} if adopted else {})}
    await place_changes.change(conn, server_id, into.id, fields)
    after = {
        "into": into.id,
        "cases": list(joining.moved),
        "swapped": list(joining.swapped),
        "repointed": list(joining.repointed),
        "aliases": list(shown.new_names),
        "ocd_id": adopted,
        "labels": [shown.place.full_label, into.full_label],
    }
    sources = (shown.merge.source,) if shown.merge.source else ()
    told = (conn, session.audit, Subject.MERGE, joining.from_id, {"into": None}, after)
    revision = await revisions.append(*told, why=shown.merge.reason, sources=sources)
    if is_news:
        await announce(session, None, revision, quietly=shown.merge.quietly)
    merged = await places.with_id(conn, server_id, into.id)
    assert merged is not None
    return MergedPlace(shown.place, merged, len(joining.moved), revision)


async def check_separable(session: Session, revision: Revision) -> None:
    """CaseError if the place that the other was merged into was itself merged since."""
    into = await place_changes.merged_into(session.conn, session.server.id, revision.subject_id)
    if into == revision.after["into"]:
        return
    now = await places.with_id(session.conn, session.server.id, revision.after["into"])
    where = f" into {now.full_label}" if now else ""
    raise CaseError(f"{revision.after['labels'][1]} was itself merged{where} since. Undo that merge first.")


async def put_back(session: WriteSession, revision: Revision) -> None:
    """Make two places of one again. What was recorded of the second one since stays there."""
    await check_separable(session, revision)
    conn, server_id, after = session.conn, session.server.id, revision.after
    joining = Joining(revision.subject_id, after["into"], *(tuple(after[name]) for name in ("cases", "swapped", "repointed")))
    await place_changes.separate(conn, server_id, joining)
    into = (await place_changes.as_recorded(conn, server_id, [joining.into_id])).get(joining.into_id)
    if into is None:
        raise CaseError(words.NOT_RECORDED)
    fields: dict[str, Any] = {"aliases": [name for name in into.aliases if name not in after["aliases"]]}
    if after["ocd_id"] and into.ocd_id == after["ocd_id"]:
        fields["ocd_id"] = ""
    await place_changes.change(conn, server_id, joining.into_id, fields)
    await place_changes.rewrite_names(conn, server_id, [joining.from_id])


@dataclass(frozen=True)
class WasMerged:
    """A place that is a part of another one, as it is recorded itself."""

    place: Jurisdiction
    #: None if it cannot be read.
    merge: Revision | None


async def merged_place(session: Session, place_id: int) -> WasMerged | None:
    """None for a place that was not merged."""
    known = await place_changes.as_recorded(session.conn, session.server.id, [place_id])
    merges = await revisions.of_subject(session.conn, session.server.id, Subject.MERGE, place_id)
    merge = next((each for each in merges if each.undone_at is None), None)
    return WasMerged(known[place_id], merge) if place_id in known else None


async def merges_of(session: Session, place_id: int) -> list[Revision]:
    """The merges of places into this one, or into those that were merged into it, newest first; those that were undone too."""
    family = await place_families.members(session.conn, [place_id])
    known = await revisions.of_subjects(session.conn, session.server.id, Subject.MERGE)
    return [each for each in known if each.subject_id in family or each.after.get("into") in family]


async def changes_of(session: Session, place_id: int) -> list[Revision]:
    """What was changed of a place, and which places were merged into it, newest first."""
    edits = await revisions.of_subject(session.conn, session.server.id, Subject.PLACE, place_id)
    return sorted([*edits, *await merges_of(session, place_id)], key=lambda revision: revision.id, reverse=True)
