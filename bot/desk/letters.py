"""Recording a letter, and what people ask about letters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.desk.letter_list import recipients_of, some_of_each_deadline
from bot.desk.lookups import letter_with_id
from bot.desk.session import Session, WriteSession
from bot.desk.twin_letters import letter_twin
from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.sources import Source
from bot.record.standing import Standing
from bot.store import cases, codec, drafts, events

MOST_NAMED = 200  # recipients: more are counted, and listed by /deadlines
ANSWERED = "This question was answered already, or it is too old. Run /letter new again."


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
    """A letter with its recipients."""

    letter: Letter
    #: Each with its present state; none if there are more than `MOST_NAMED`.
    cases: tuple[tuple[Case, CaseState], ...]
    #: How they stand, and how many stand so.
    standings: tuple[tuple[Standing, int], ...]


@dataclass(frozen=True)
class LetterQuestion:
    """A letter that was not recorded, since it may be one that is recorded already. It is kept until a person decides."""

    #: The one that is recorded.
    recorded: Letter
    #: How its recipients stand, and how many stand so.
    recipients: tuple[tuple[Standing, int], ...]
    #: Names what is kept.
    kept_id: int


@dataclass(frozen=True)
class KeptLetter:
    """Which kept letter, and who decides on it."""

    id: int
    #: Discord's id of the person. Only the one who was asked can answer.
    person_id: int
    #: How long it is kept.
    lifetime: timedelta


_KEPT = TypeAdapter(NewLetter)


async def add_letter_or_ask(
    session: WriteSession, new: NewLetter, person_id: int, lifetime: timedelta
) -> Letter | LetterQuestion:
    """Record a letter without recipients, unless one of that day, authority and title is recorded: that is asked about.

    What is asked about is kept among the drafts: a form may hold more text than a button can.
    """
    twin = await letter_twin(session, new.authority, new.sent, new.title)
    if twin is None:
        return await add_letter(session, new)
    await drafts.expire(session.conn, session.now - lifetime)
    body: dict[str, Any] = _KEPT.dump_python(new, mode="json")
    kept_id = await drafts.add(session.conn, session.server.id, person_id, session.now, {"new_letter": body}, b"")
    return LetterQuestion(twin, (await recipients_of(session, [twin.id]))[twin.id], kept_id)


async def record_another(session: WriteSession, kept: KeptLetter) -> Letter:
    """Record the kept letter beside the one that it is like."""
    new = await _kept_letter(session, kept)
    return await add_letter(session, new)


async def use_recorded(session: WriteSession, kept: KeptLetter, letter_id: int) -> tuple[Letter, NewLetter]:
    """Drop the kept letter, since it is that recorded one: both. CaseError if that was undone since."""
    letter = await letter_with_id(session, letter_id)
    return letter, await _kept_letter(session, kept)


async def _kept_letter(session: WriteSession, kept: KeptLetter) -> NewLetter:
    """What was kept, which is dropped: of several who decide at once one gets it. CaseError for the others."""
    row = await drafts.get(session.conn, session.server.id, kept.id)
    body = row.body.get("new_letter") if row else None
    if row is None or body is None or row.person_id != kept.person_id or session.now - row.made_at > kept.lifetime:
        raise CaseError(ANSWERED)
    if not await drafts.drop(session.conn, kept.id):
        raise CaseError(ANSWERED)
    return codec.value_from(_KEPT, body)


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


async def letter_overview(session: Session, letter_id: int) -> LetterOverview:
    letter = await letter_with_id(session, letter_id)
    standings = (await recipients_of(session, [letter.id]))[letter.id]
    if sum(count for _, count in standings) > MOST_NAMED:
        return LetterOverview(letter, (), standings)
    recipients = [(case, case.at(session.now)) for case in await cases.of_letter(session.conn, session.server.id, letter.id)]
    return LetterOverview(letter, tuple((case, case_state) for case, case_state in recipients if case_state.exists), standings)


async def letter_deadlines(session: Session, letter_id: int) -> LetterOverview:
    """The same for the deadlines of a letter; of many recipients, some that have each of its deadlines."""
    overview = await letter_overview(session, letter_id)
    if overview.cases or not overview.standings:
        return overview
    ids = await some_of_each_deadline(session, letter_id)
    some = [(case, case.at(session.now)) for case in await cases.with_ids(session.conn, ids)]
    return replace(overview, cases=tuple((case, case_state) for case, case_state in some if case_state.exists))
