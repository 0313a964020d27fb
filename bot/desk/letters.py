"""Recording a letter, and what people ask about letters."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.lookups import letter_with_id
from bot.desk.session import Session, WriteSession
from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.sources import Source
from bot.store import cases, events


@dataclass(frozen=True)
class NewLetter:
    """A letter about to be recorded. Its short name is made from its date and title."""

    title: str
    authority: str
    sent: When
    demand: str
    source: Source
    threatened: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    deadline: Deadline | None = None
    #: Its words, or why none is known.
    deadline_note: str = ""


@dataclass(frozen=True)
class LetterOverview:
    """A letter with its recipients, each with its present state."""

    letter: Letter
    cases: tuple[tuple[Case, CaseState], ...]


async def add_letter(session: WriteSession, new: NewLetter) -> Letter:
    """Record a letter without recipients. Nothing is announced: that happens when its recipients are recorded."""
    letter = Letter(
        id=0,
        slug="",
        title=new.title,
        authority=new.authority,
        sent=new.sent,
        demand=new.demand,
        legal_basis=new.legal_basis,
        threatened=new.threatened,
        sources=(new.source,),
        deadline=new.deadline,
        deadline_note=new.deadline_note,
    )
    return await events.add_letter(session.conn, session.audit, letter)


async def every_letter(session: Session) -> list[LetterOverview]:
    """The letters of the server, oldest first."""
    recipients: dict[int, list[tuple[Case, CaseState]]] = {}
    for case in await cases.of_server(session.conn, session.server.id):
        if (case_state := case.at(session.now)).exists:
            recipients.setdefault(case.letter.id, []).append((case, case_state))
    letters = await cases.letters_of(session.conn, session.server.id)
    return [LetterOverview(letter, tuple(recipients.get(letter.id, ()))) for letter in letters]


async def letter_overview(session: Session, letter_id: int) -> LetterOverview:
    letter = await letter_with_id(session, letter_id)
    recipients = [(case, case.at(session.now)) for case in await cases.of_letter(session.conn, session.server.id, letter.id)]
    return LetterOverview(letter, tuple((case, case_state) for case, case_state in recipients if case_state.exists))
