"""Recording one fact about one case, and the forms for those that have fields of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from discord.app_commands import Choice

from bot.chat import inputs
from bot.chat.forms import Answers, Field
from bot.chat.session import Interaction, reading
from bot.desk.session import WriteSession
from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import (
    Amount,
    Certainty,
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Finding,
    Note,
    Reopened,
    Result,
    Statement,
)
from bot.record.sources import Source
from bot.store import cases, events, notices
from bot.store.events import NewEvent
from bot.words import receipts
from bot.words.card import Card
from bot.words.events import FINDINGS, STATES, STEPS
from bot.words.prose import due
from bot.words.status import headline

KINDS = [
    Choice(name="public statement (the clock goes on)", value="statement"),
    Choice(name="finding of the authority", value="finding"),
    Choice(name="consequence: announced, carried out, lifted, blocked", value="consequence"),
    Choice(name="court: suit, ruling, injunction, settlement", value="court"),
    Choice(name="note", value="note"),
    Choice(name="case reopened", value="reopened"),
]
TEXT = Field("text", "What happened", "In one or two sentences, who said or did what", long=True)


@dataclass(frozen=True)
class Draft:
    """What was typed beside the form, read and checked before it opened."""

    kind: str
    when: When
    source: Source
    certainty: str
    amount: Amount | None


async def record(session: WriteSession, case: Case, fact: NewEvent, remarks: Sequence[str] = ()) -> Card:
    """Record a fact, announce it where its kind is news, and give the receipt."""
    [event_id] = await events.append_events(session.conn, session.audit, [(case.id, case.place.id, fact)])
    await notices.announce(session.conn, session.server.id, case.letter.id, [(case.id, event_id)], session.now)
    [after] = await cases.with_ids(session.conn, [case.id])
    event = next(event for event in after.events if event.id == event_id)
    case_state = after.at(session.now)
    if isinstance(fact.detail, DeadlineSet) and case_state.deadline_event is not event:
        remarks = (*remarks, "The deadline in force was set on a later day, so it stays.")
    return receipts.fact_receipt(after, event, case_state, session.audit.operation, remarks)


def still_open(case: Case, now: datetime) -> None:
    case_state = case.at(now)
    if case_state.ended:
        raise CaseError(
            f"#{case.number} {case.place.label} has ended ({headline(case_state)}). "
            "If it goes on, record that first: /case event, kind “case reopened”."
        )


def moved(before: Deadline | None, after: Deadline) -> Sequence[str]:
    """What the deadline was before, and where the new one is no later, that too."""
    if before is None:
        return ["No deadline was recorded before."]
    sooner = ["This is earlier than the deadline it replaces."] if after.last_moment < before.last_moment else []
    return [f"Was: {due(before)}", *sooner]


async def form_for(interaction: Interaction, chosen: str, kind: str) -> tuple[int, tuple[Field, ...]]:
    """The number of the case, and the rows that this kind of event asks for."""
    async with reading(interaction) as session:
        case = await inputs.one_case(session, chosen)
        if kind == "reopened" and case.at(session.now).ended is None:
            raise CaseError(f"#{case.number} {case.place.label} is open: there is nothing to reopen.")
    return case.number, _fields(kind, case)


def _fields(kind: str, case: Case) -> tuple[Field, ...]:
    if kind == "statement":
        return (Field("by", "Who said it", limit=200), TEXT)
    if kind == "finding":
        return (Field("result", "What was found", choices=tuple((r.value, words) for r, words in FINDINGS.items())), TEXT)
    if kind == "consequence":
        known = tuple((name, name) for name in case.letter.threatened)
        which = Field("name", "Which consequence", "As the letter names it" if known else "", choices=known, limit=100)
        states = tuple((s.value, words) for s, words in STATES.items() if s is not ConsequenceState.THREATENED)
        return (which, Field("state", "What became of it", choices=states), TEXT)
    if kind == "court":
        stops = (("no", "No, it goes on"), ("yes", "Yes, alerts pause while the suit is pending"))
        return (
            Field("step", "What happened in court", choices=tuple((s.value, words) for s, words in STEPS.items())),
            Field("court", "Court", required=False, limit=150),
            Field("docket", "Docket number", required=False, limit=60),
            Field("stops", "Does it stop the clock?", choices=stops),
            TEXT,
        )
    return (TEXT,)


def fact_of(draft: Draft, answers: Answers) -> NewEvent:
    text = inputs.limited("What happened", answers["text"])
    return NewEvent(draft.when, _detail(draft.kind, answers), text, (draft.source,), Certainty(draft.certainty), draft.amount)


def _detail(kind: str, answers: Answers) -> Detail:
    match kind:
        case "statement":
            return Statement(inputs.limited("Who said it", answers["by"], 200))
        case "finding":
            return Finding(Result(answers["result"]))
        case "consequence":
            name = inputs.limited("Which consequence", answers["name"], 100)
            return Consequence(name, ConsequenceState(answers["state"]))
        case "court":
            court, docket = answers["court"].strip(), answers["docket"].strip()
            return Court(CourtStep(answers["step"]), court, docket, answers["stops"] == "yes")
        case "reopened":
            return Reopened()
        case _:
            return Note()
