"""An event in words: what happened, when, how sure it is, and where it stands written."""

from __future__ import annotations

from bot.record.events import (
    Acknowledged,
    Answer,
    Basis,
    Certainty,
    Closed,
    Consequence,
    ConsequenceState,
    Corrected,
    Court,
    CourtStep,
    DeadlineSet,
    Event,
    Extent,
    Finding,
    Note,
    Reopened,
    Result,
    Sent,
    Statement,
)
from bot.words.prose import clipped, due, happened, money, safe, source

ANSWERS = {
    Extent.FULL: "full answer",
    Extent.PARTIAL: "partial answer",
    Extent.HOLDING: "holding reply",
    Extent.REFUSAL: "refusal",
}
DEADLINES = {
    Basis.ORIGINAL: "deadline",
    Basis.EXTENSION: "deadline extended to",
    Basis.CORRECTION: "deadline corrected to",
    Basis.SUBPOENA: "return date of the subpoena",
}
FINDINGS = {
    Result.COMPLETE: "the authority found the answer complete",
    Result.INCOMPLETE: "the authority found the answer incomplete",
    Result.IN_COMPLIANCE: "the authority found no violation",
    Result.NOT_IN_COMPLIANCE: "the authority found a violation",
}
STATES = {
    ConsequenceState.THREATENED: "threatened",
    ConsequenceState.ANNOUNCED: "announced",
    ConsequenceState.CARRIED_OUT: "carried out",
    ConsequenceState.LIFTED: "lifted",
    ConsequenceState.BLOCKED: "blocked by a court",
}
STEPS = {
    CourtStep.FILED: "suit filed",
    CourtStep.RULING: "court ruling",
    CourtStep.INJUNCTION: "injunction",
    CourtStep.SETTLEMENT: "settlement",
    CourtStep.CLOSED: "court case closed",
}
CERTAINTIES = {Certainty.ANNOUNCED: "announced", Certainty.REPORTED: "as reported", Certainty.CONFIRMED: ""}
LONGEST_TEXT = 1200  # characters of one fact, so that it and its sources fit one message


def what_happened(event: Event) -> str:
    """The kind of event in a few words, with its own fields: "suit filed (S.D. Fla., 9:18-cv-80131)"."""
    match event.detail:
        case Sent():
            return "letter sent"
        case DeadlineSet(deadline=deadline, basis=basis, granted_by=by):
            return f"{DEADLINES[basis]} {due(deadline)}" + (f", granted by {safe(by)}" if by else "")
        case Answer(extent=extent):
            return ANSWERS[extent]
        case Statement(by=by):
            return f"public statement by {safe(by)}" if by else "public statement"
        case Finding(result=result):
            return FINDINGS[result]
        case Consequence(name=name, state=state):
            return f"{safe(name)}: {STATES[state]}"
        case Court(step=step, court=court, docket=docket, stops_clock=stops):
            where = ", ".join(filter(None, (court, docket)))
            return STEPS[step] + (f" ({safe(where)})" if where else "") + (", the clock stops" if stops else "")
        case Note():
            return "note"
        case Acknowledged():
            return "alerts acknowledged"
        case Closed(outcome=outcome):
            return f"case closed: {outcome.value}"
        case Reopened():
            return "case reopened"
        case Corrected():
            return "correction"


def event_line(event: Event, with_what: bool = True, most_sources: int = 5) -> str:
    """One fact in one paragraph: "**6 February 2018**: suit filed (...). The city sues. $2,000 ([source](...))"."""
    told = [f"{what_happened(event)}."] if with_what else []
    told += [safe(clipped(_ended(event.text), LONGEST_TEXT))] if event.text else []
    if event.amount:
        told.append(f"{money(event.amount)}{f' ({safe(event.amount.what)})' if event.amount.what else ''}.")
    if event.conflict:
        told.append(f"Sources disagree: {safe(clipped(event.conflict, 400))}")
    sure = CERTAINTIES[event.certainty]
    links = [source(one) for one in event.sources[:most_sources]]
    links += [f"and {len(event.sources) - most_sources} more"] if len(event.sources) > most_sources else []
    where = [f"({'; '.join(links)})"] if links else []
    head = f"**{happened(event.when)}**{f' ({sure})' if sure else ''}"
    return " ".join([f"{head}:" if told else head, *told, *where])


def _ended(text: str) -> str:
    """With a full stop, so that what follows does not run into it."""
    return text if text.endswith((".", "!", "?", "”", '"', ")")) else f"{text}."
