"""Recording who received a letter: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import inputs, recounts
from bot.desk.session import WriteSession
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source
from bot.store import cases, notices, places
from bot.store import events as desk
from bot.words import errors, receipts
from bot.words.card import Card

MOST = 100


async def record_recipients(
    session: WriteSession,
    letter: Letter,
    names: Sequence[str],
    kind: PlaceKind | None,
    state: str | None,
    deadline: Deadline | None,
    sources: tuple[Source, ...],
) -> Card:
    """Record cases for these names, known or written out in full, announce them, and give the receipt.

    CaseError, and nothing recorded, where one is unknown, ambiguous, named twice or recorded already.
    """
    if not 1 <= len(names) <= MOST:
        raise CaseError(f"Name one to {MOST} places, separated by semicolons; these are {len(names)}.")
    chosen: dict[int, Jurisdiction] = {}
    new: list[str] = []
    for name in names:
        place, is_new = await _place(session, name, kind, state)
        if place.id in chosen:
            raise CaseError(f"{place.label} is named twice. Name each place once.")
        chosen[place.id] = place
        new += [place.full_label] if is_new else []
    await _none_recorded(session, letter, chosen)
    added: list[tuple[int, int]] = []
    for place_id in chosen:
        case_id, events = await desk.add_case(session.conn, session.audit, letter, place_id, deadline, sources)
        added.append((case_id, events[0]))
    await notices.announce(session.conn, session.server.id, letter.id, added, session.now)
    found = await cases.with_ids(session.conn, [case_id for case_id, _ in added])
    case_states = [(case, case.at(session.now)) for case in found]
    later = await recounts.overtaken(session, deadline)
    return receipts.cases_receipt(letter, case_states, new, session.audit.operation, later)


async def _place(session: WriteSession, name: str, kind: PlaceKind | None, state: str | None) -> tuple[Jurisdiction, bool]:
    """The recorded place of that name, or a new one where it is written out; and whether it is new."""
    found = await places.named(session.conn, session.server.id, inputs.limited("A name", name, 120))
    if len(found.places) == 1:
        return found.places[0], False
    if found.places:
        raise inputs.Ambiguous(name, found.places)
    drafted = inputs.read_new_place(name, kind, state)
    if drafted is None:
        nearest = await places.suggest(session.conn, session.server.id, name, 3)
        raise CaseError(errors.new_place(name, [place.label for place in nearest]))
    place_id, is_new = await places.ensure(session.conn, session.server.id, drafted)
    place = await places.with_id(session.conn, session.server.id, place_id)
    assert place is not None
    return place, is_new


async def _none_recorded(session: WriteSession, letter: Letter, chosen: dict[int, Jurisdiction]) -> None:
    case_state = [
        case for case in await cases.of_letter(session.conn, session.server.id, letter.id) if case.at(session.now).exists
    ]
    if known := [f"#{case.number} {case.place.label}" for case in case_state if case.place.id in chosen]:
        raise CaseError(
            f"Recorded already as recipients of this letter: {', '.join(known)}. Leave them out; nothing was recorded."
        )
