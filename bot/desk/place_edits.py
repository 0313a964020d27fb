"""Changing what is recorded of a place: its name, kind, other names and division. Each change is kept as a revision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.desk.letter_edits import announce
from bot.desk.session import Session, WriteSession
from bot.record.case import Case
from bot.record.errors import CaseError
from bot.record.place_kinds import STATELESS, PlaceKind
from bot.record.places import DIVISION_ID, STATES, Jurisdiction
from bot.record.revisions import Revision, Subject
from bot.record.sources import Source
from bot.store import cases, place_changes, places, revisions
from bot.words import revisions as words


@dataclass(frozen=True)
class PlaceEdit:
    """A change of a place, before it is recorded."""

    before: Jurisdiction
    after: Jurisdiction
    reason: str = ""
    #: What the change rests on.
    source: Source | None = None
    #: It is not announced.
    quietly: bool = False

    @property
    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is changed, before and after, as it is stored."""
        before, after = place_changes.fields_of(self.before), place_changes.fields_of(self.after)
        names = [name for name in before if before[name] != after[name]]
        return {name: before[name] for name in names}, {name: after[name] for name in names}

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.changes, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class EditedPlace:
    place: Jurisdiction
    revision: Revision


def with_old_name(before: Jurisdiction, name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    """The other names of a place after a change of its name: the old one stays among them. Each once, without the new one."""
    old = [before.name] if name != before.name else []
    return tuple(each for each in dict.fromkeys((*aliases, *old)) if each != name)


async def check_edit(session: Session, edit: PlaceEdit) -> PlaceEdit:
    """The change itself; CaseError if it cannot be recorded, or changes nothing."""
    _, after = edit.changes
    if not after:
        raise CaseError(f"Nothing was changed: that is what is recorded of {edit.before.full_label}. Nothing was recorded.")
    now = await places.with_id(session.conn, session.server.id, edit.before.id)
    if now is None or now.id != edit.before.id:
        raise CaseError(f"{edit.before.full_label} was merged into another place in the meantime. Nothing was recorded.")
    if place_changes.fields_of(now) != place_changes.fields_of(edit.before):
        known = await revisions.of_subject(session.conn, session.server.id, Subject.PLACE, now.id)
        raise CaseError(words.changed_meanwhile(now.full_label, known[0] if known else None))
    _check_kind(edit.after)
    await _check_taken(session, edit)
    return edit


def _check_kind(place: Jurisdiction) -> None:
    if not place.state and place.kind not in STATELESS:
        raise CaseError(f"A {place.kind.words} lies in a state, and none is recorded for {place.name}. Choose another kind.")
    if place.kind is PlaceKind.STATE and place.name != STATES.get(place.state):
        raise CaseError(f"{place.label} is not a state: {STATES.get(place.state, 'no state')} is. Choose another kind.")
    if place.ocd_id and not DIVISION_ID.fullmatch(place.ocd_id):
        raise CaseError(
            f"“{place.ocd_id}” is no division id. It begins with ocd-division/country:us, like "
            "ocd-division/country:us/state:ny/place:albany."
        )


async def _check_taken(session: Session, edit: PlaceEdit) -> None:
    """CaseError if another place has that name, state and kind, or that division."""
    after = edit.after
    if after.identity != edit.before.identity:
        taken = await place_changes.identity_taken(session.conn, session.server.id, after)
        if taken and taken[1] is not None:
            into = await places.with_id(session.conn, session.server.id, taken[1])
            raise CaseError(
                f"“{after.full_label}” is the name of a place that was merged into {into.full_label if into else 'another'}. "
                "Undo that merge first: its button is in /history."
            )
        if taken:
            raise CaseError(_is_recorded(edit, after.full_label))
    if after.ocd_id and after.ocd_id != edit.before.ocd_id:
        others = await places.with_division(session.conn, session.server.id, after.ocd_id)
        if other := next((other for other in others if other.id != after.id), None):
            raise CaseError(f"{after.ocd_id} is the division of {other.full_label}. {_merge(edit, other.full_label)}")


def _is_recorded(edit: PlaceEdit, label: str) -> str:
    return f"“{label}” is recorded already, as another place. {_merge(edit, label)}"


def _merge(edit: PlaceEdit, label: str) -> str:
    return f"If the two are one, use /place merge jurisdiction:{edit.before.full_label} into:{label}. Nothing was changed."


async def record_edit(session: WriteSession, edit: PlaceEdit) -> EditedPlace:
    """Record a change that was shown, and announce it if people follow cases of the place. CaseError as in `check_edit`."""
    await check_edit(session, edit)
    before, after = edit.changes
    await place_changes.change(session.conn, session.server.id, edit.before.id, after)
    sources = (edit.source,) if edit.source else ()
    revision = await revisions.append(
        *(session.conn, session.audit, Subject.PLACE, edit.before.id, before, after), why=edit.reason, sources=sources
    )
    if after.keys() & {"name", "kind"} and await open_cases(session, edit.before.id):
        await announce(session, None, revision, quietly=edit.quietly)
    place = await places.with_id(session.conn, session.server.id, edit.before.id)
    assert place is not None
    return EditedPlace(place, revision)


async def open_cases(session: Session, place_id: int) -> list[Case]:
    of_place = await cases.of_place(session.conn, session.server.id, place_id)
    return [case for case in of_place if case.at(session.now).is_open]


async def put_back(session: WriteSession, revision: Revision) -> None:
    """Undo a change of a place. Other names that it got since, as by a merge, stay."""
    known = await place_changes.as_recorded(session.conn, session.server.id, [revision.subject_id])
    if revision.subject_id not in known:
        raise CaseError(words.NOT_RECORDED)
    fields: dict[str, Any] = dict(revision.before)
    if "aliases" in fields:
        fields["aliases"] = _without_change(known[revision.subject_id].aliases, revision.before, revision.after)
    await place_changes.change(session.conn, session.server.id, revision.subject_id, fields)


def _without_change(now: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """A list of names as it is without one of its changes."""
    since = [name for name in now if name not in after["aliases"]]
    return list(dict.fromkeys((*before["aliases"], *since)))
