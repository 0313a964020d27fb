"""Recording who received a letter. Every way of doing it goes through `add_recipients`, which also announces it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk import recounts
from bot.desk.deadlines import DeadlineInput, deadline_for
from bot.desk.lookups import LetterRef, letter_again
from bot.desk.recipient_names import recipients_named
from bot.desk.session import WriteSession
from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.new_events import NewCase
from bot.record.news_kinds import NewsKind
from bot.record.place_kinds import WrittenKind
from bot.record.places import Jurisdiction
from bot.record.sources import Source
from bot.store import announcements, cases, events
from bot.store.stored_events import FirstFacts
from bot.words.prose import listed

MOST = 100


@dataclass(frozen=True)
class NamedRecipients:
    """Recipients by name, as a person gave them: known names, or new places written in full."""

    names: tuple[str, ...]
    #: The kind and the state of new places that are written without one.
    kind: WrittenKind | None = None
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
    session: WriteSession,
    letter: Letter,
    recipients: Sequence[NewCase],
    *,
    announce: bool = True,
    facts: FirstFacts | None = None,
) -> list[int]:
    """Record that the letter went to these places and announce it, in one notice per letter: the cases' ids, in order.

    All of them or none: CaseError if one is already recorded or appears twice. `facts`: as in `events.add_cases`.
    """
    added = await events.add_cases(session.conn, session.audit, letter, recipients, facts)
    if announce and not session.quietly and NewsKind.LETTER not in session.server.unannounced:
        sent = [(case_id, event_ids[0]) for case_id, event_ids in added]
        await announcements.announce(session.conn, session.server.id, letter.id, sent, session.now, session.audit.by_id)
    return [case_id for case_id, _ in added]


async def add_named_recipients(session: WriteSession, ref: LetterRef, recipients: NamedRecipients) -> AddedRecipients:
    """Record recipients by their names.

    Raises CaseError, and then nothing may be committed, if names are unknown, ambiguous, repeated or already recorded, or the
    letter was undone or renamed since it was looked up; NamesToConfirm if names are not exact.
    """
    letter = await letter_again(session, ref)
    typed = recipients.deadline
    deadline = await deadline_for(session, typed, letter.sent, letter.calendar) if typed and typed.is_given else letter.deadline
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
    """The places by their ids, in order, and those of them that are new; each place may be named once."""
    if not 1 <= len(recipients.names) <= MOST:
        raise CaseError(f"Name 1 to {MOST} places, separated by semicolons; {len(recipients.names)} were named.")
    named = await recipients_named(session, recipients.names, recipients.kind, recipients.state)
    counted = Counter(recipient.place.id for recipient in named)
    chosen = {recipient.place.id: recipient.place for recipient in named}
    if twice := [chosen[place_id].label for place_id, count in counted.items() if count > 1]:
        raise CaseError(f"{listed(twice)} {'is' if len(twice) == 1 else 'are'} named twice. Name each place once.")
    return chosen, [recipient.place for recipient in named if recipient.is_new]


async def _refuse_recorded(session: WriteSession, letter: Letter, chosen: dict[int, Jurisdiction]) -> None:
    """CaseError with all of the places that are recorded as recipients already."""
    recorded = await cases.of_letter_to(session.conn, session.server.id, letter.id, chosen)
    known = [case for case in recorded if case.at(session.now).exists]
    if known:
        names = ", ".join(f"#{case.number} {case.place.label}" for case in known)
        raise CaseError(f"Already recorded as recipients of this letter: {names}. Leave them out; nothing was recorded.")
