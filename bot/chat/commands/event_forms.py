"""The forms of /case event: one for each kind of event that has no command of its own."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.chat.forms import Answers, Field
from bot.desk.case_events import RecordedEvent
from bot.desk.inputs import limited
from bot.record.events import (
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    Detail,
    Finding,
    Note,
    Reopened,
    Result,
    Statement,
)
from bot.words import receipts
from bot.words.card import Card
from bot.words.events import FINDINGS, STATES, STEPS


class EventKind(StrEnum):
    STATEMENT = "statement"
    FINDING = "finding"
    CONSEQUENCE = "consequence"
    COURT = "court"
    NOTE = "note"
    REOPENED = "reopened"


KINDS = {
    EventKind.STATEMENT: "public statement (the clock keeps running)",
    EventKind.FINDING: "finding of the authority",
    EventKind.CONSEQUENCE: "consequence: announced, carried out, lifted, blocked",
    EventKind.COURT: "court: suit, ruling, injunction, settlement",
    EventKind.NOTE: "note",
    EventKind.REOPENED: "case reopened",
}
TEXT = Field("text", "What happened", "In one or two sentences, who said or did what", long=True)


def fields(kind: EventKind, threatened: Sequence[str]) -> tuple[Field, ...]:
    """The rows of the form. `threatened`: the consequences that the letter names."""
    match kind:
        case EventKind.STATEMENT:
            return (Field("by", "Who said it", limit=200), TEXT)
        case EventKind.FINDING:
            results = tuple((result.value, words) for result, words in FINDINGS.items())
            return (Field("result", "What was found", choices=results), TEXT)
        case EventKind.CONSEQUENCE:
            names = tuple((name, name) for name in threatened)
            which = Field("name", "Which consequence", "As the letter names it" if names else "", choices=names, limit=100)
            states = tuple((s.value, words) for s, words in STATES.items() if s is not ConsequenceState.THREATENED)
            return (which, Field("state", "What became of it", choices=states), TEXT)
        case EventKind.COURT:
            stops = (("no", "No, it keeps running"), ("yes", "Yes, alerts pause while the suit is pending"))
            steps = tuple((step.value, words) for step, words in STEPS.items())
            return (
                Field("step", "What happened in court", choices=steps),
                Field("court", "Court", required=False, limit=150),
                Field("docket", "Docket number", required=False, limit=60),
                Field("stops", "Does it stop the clock?", choices=stops),
                TEXT,
            )
        case EventKind.NOTE | EventKind.REOPENED:
            return (TEXT,)


def text_of(answers: Answers) -> str:
    return limited("What happened", answers["text"])


def detail_of(kind: EventKind, answers: Answers) -> Detail:
    match kind:
        case EventKind.STATEMENT:
            return Statement(limited("Who said it", answers["by"], 200))
        case EventKind.FINDING:
            return Finding(Result(answers["result"]))
        case EventKind.CONSEQUENCE:
            return Consequence(limited("Which consequence", answers["name"], 100), ConsequenceState(answers["state"]))
        case EventKind.COURT:
            court, docket = answers["court"].strip(), answers["docket"].strip()
            return Court(CourtStep(answers["step"]), court, docket, answers["stops"] == "yes")
        case EventKind.REOPENED:
            return Reopened()
        case EventKind.NOTE:
            return Note()


def receipt(recorded: RecordedEvent, remarks: Sequence[str] = ()) -> Card:
    """What was recorded of one case, with its Undo."""
    return receipts.fact_receipt(recorded.case, recorded.event, recorded.case_state, recorded.operation, remarks)
