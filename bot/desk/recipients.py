"""Recording who received a letter. Every way of doing it goes through `add_recipients`, which also announces it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk import recounts
from bot.desk.deadlines import DeadlineInput, deadline_for
from bot.desk.inputs import limited, read_new_place
from bot.desk.lookups import LetterRef, letter_again
from bot.desk.session import WriteSession
from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.new_events import NewCase
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source
from bot.store import cases, events, notices, places
from bot.words import errors

MOST = 100
LONGEST_NAME = 120


@dataclass(frozen=True)
class NamedRecipients:
    """Recipients by name, as a person gave them: known names, or new places written in full."""

    names: tuple[str, ...]
    #: The kind and the state of new places that are written without one.
    kind: PlaceKind | None = None
    state: str | None = None
    #: Their own deadline; the letter's if none is given.
    deadline: DeadlineInput | None = None
    #: The letter's sources if empty.
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class AddedRecipients:
    """What was recorded."""

    letter: Letter
    cases: tuple[tuple[Case, CaseState], ...]
    #: Places that were not recorded on this server before.
    new_places: tuple[Jurisdiction, ...]
    #: What closures that were recorded since make of the deadline; None if it stays.
    recounted: Deadline | None
    operation: str


async def add_recipients(
    session: WriteSession, letter: Letter, recipients: Sequence[NewCase], *, announce: bool = True
) -> list[int]:
    """Record that the letter went to these places and announce it, in one notice per letter: the cases' ids, in order.

    All of them or none: CaseError if one is already recorded or appears twice.
    """
    added = await events.add_cases(session.conn, session.audit, letter, recipients)
    if announce:
        sent = [(case_id, event_ids[0]) for case_id, event_ids in added]
        await notices.announce(session.conn, session.server.id, letter.id, sent, session.now)
    return [case_id for case_id, _ in added]


async def add_named_recipients(session: WriteSession, ref: LetterRef, recipients: NamedRecipients) -> AddedRecipients:
    """Record recipients by their names.

    Raises CaseError, and then nothing may be committed, if a name is unknown, ambiguous, repeated or already recorded, or the
    letter was undone or renamed since it was looked up.
    """
    letter = await letter_again(session, ref)
    typed = recipients.deadline
    deadline = await deadline_for(session, typed, letter.sent) if typed and typed.is_given else letter.deadline
    chosen, new_places = await _places(session, recipients)
    await _refuse_recorded(session, letter, chosen)
    wanted = [NewCase(place_id, deadline, recipients.sources) for place_id in chosen]
    added = await cases.with_ids(session.conn, await add_recipients(session, letter, wanted))
    return AddedRecipients(
        letter=letter,
        cases=tuple((case, case.at(session.now)) for case in added),
        new_places=tuple(new_places),
        recounted=await recounts.recounted_by_closures(session, deadline),
        operation=session.audit.operation,
    )


async def _places(session: WriteSession, recipients: NamedRecipients) -> tuple[dict[int, Jurisdiction], list[Jurisdiction]]:
    """The places by their ids, in order, and those of them that are new; each name may appear once."""
    if not 1 <= len(recipients.names) <= MOST:
        raise CaseError(f"Name 1 to {MOST} places, separated by semicolons; {len(recipients.names)} were named.")
    chosen: dict[int, Jurisdiction] = {}
    new_places = []
    for name in recipients.names:
        place, is_new = await _place(session, name, recipients.kind, recipients.state)
        if place.id in chosen:
            raise CaseError(f"{place.label} is named twice. Name each place once.")
        chosen[place.id] = place
        if is_new:
            new_places.append(place)
    return chosen, new_places


async def _place(session: WriteSession, name: str, kind: PlaceKind | None, state: str | None) -> tuple[Jurisdiction, bool]:
    """The recorded place of that name, or a new one if it is written in full; and whether it is new."""
    known = (await places.named(session.conn, session.server.id, limited("A name", name, LONGEST_NAME, is_new=False))).places
    if len(known) == 1:
        return known[0], False
    if known:
        raise CaseError(errors.several_places(name, [place.full_label for place in known]))
    new_place = read_new_place(name, kind, state)
    if new_place is None:
        nearest = await places.suggest(session.conn, session.server.id, name, 3)
        raise CaseError(errors.new_place(name, [place.label for place in nearest]))
    place_id, is_new = await places.ensure(session.conn, session.server.id, new_place)
    place = await places.with_id(session.conn, session.server.id, place_id)
    assert place is not None
    return place, is_new


async def _refuse_recorded(session: WriteSession, letter: Letter, chosen: dict[int, Jurisdiction]) -> None:
    """CaseError with all of the places that are recorded as recipients already."""
    recorded = await cases.of_letter(session.conn, session.server.id, letter.id)
    known = [case for case in recorded if case.place.id in chosen and case.at(session.now).exists]
    if known:
        names = ", ".join(f"#{case.number} {case.place.label}" for case in known)
        raise CaseError(f"Already recorded as recipients of this letter: {names}. Leave them out; nothing was recorded.")
