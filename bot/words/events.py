"""An event in words: what happened, when, how certain it is, and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.record.case import Case, Letter
from bot.record.deadlines.dates import written
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
    Outcome,
    Reopened,
    Result,
    Sent,
    Silenced,
    Statement,
)
from bot.record.silence import lifts
from bot.record.sources import Source
from bot.record.suits import Suit
from bot.words.prose import clipped, due, happened, money, safe, source
from bot.words.prose import day as weekday

ANSWERS = {
    Extent.FULL: "full answer",
    Extent.PARTIAL: "partial answer",
    Extent.HOLDING: "holding reply",
    Extent.REFUSAL: "refusal",
    Extent.UNKNOWN: "answered, extent unknown",
}
#: As `ANSWERS`, where the words stand before a day: "partial answer on 10 February 2018".
ANSWER_NAMES = {**ANSWERS, Extent.UNKNOWN: "answer of unknown extent"}
#: As `ANSWERS`, for who has to choose one.
ANSWER_CHOICES = {**ANSWERS, Extent.UNKNOWN: "unknown: the source does not say how complete"}
DEADLINES = {
    Basis.ORIGINAL: "deadline",
    Basis.EXTENSION: "deadline extended to",
    Basis.CORRECTION: "deadline corrected to",
    Basis.SUBPOENA: "subpoena return date",
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
    CourtStep.APPEAL: "appeal filed",
    CourtStep.SETTLEMENT: "settlement",
    CourtStep.CLOSED: "court case closed",
}
#: Kinds of event that have no fields of their own.
PLAIN = {
    "sent": "letter sent",
    "note": "note",
    "acknowledged": "alerts acknowledged",
    "reopened": "case reopened",
    "corrected": "correction",
}
#: Beside a consequence that is not among the threats recorded of its letter.
NOT_THREATENED = "not threatened in the letter"
CERTAINTIES = {Certainty.ANNOUNCED: "announced", Certainty.REPORTED: "as reported", Certainty.CONFIRMED: ""}
LONGEST_TEXT = 1200  # characters of one event's text, so that it and its sources fit into one message


def beyond_letter(event: Event, letter: Letter | None) -> str:
    """That a consequence is not one that the letter threatens; empty for those that are, and for other events."""
    detail = event.detail
    beyond = letter is not None and isinstance(detail, Consequence) and not letter.threatens(detail.name)
    return NOT_THREATENED if beyond else ""


def what_happened(event: Event) -> str:
    """The kind of event in a few words, with its own fields: "suit filed (S.D. Fla., 9:18-cv-80131)"."""
    match event.detail:
        case Sent() | Note() | Acknowledged() | Reopened() | Corrected():
            return PLAIN[event.detail.kind]
        case DeadlineSet(deadline=deadline, basis=basis, granted_by=by):
            return f"{DEADLINES[basis]} {due(deadline)}" + (f", granted by {safe(by)}" if by else "")
        case Answer(extent=extent):
            return ANSWERS[extent]
        case Statement(by=by):
            return "public statement" + (f" by {safe(by)}" if by else "")
        case Finding(result=result):
            return FINDINGS[result]
        case Consequence(name=name, state=state):
            return f"{safe(name)}: {STATES[state]}"
        case Court():
            return _in_court(event.detail)
        case Silenced():
            return silenced(event)
        case Closed(outcome=outcome):
            return "case closed" + ("" if outcome is Outcome.CLOSED else f": {outcome.value}")


def silenced(event: Event) -> str:
    """reminders silenced until Mon 30 April 2018"""
    assert isinstance(event.detail, Silenced)
    if lifts(event):
        return "silence lifted"
    return f"reminders silenced {until(event.detail.until)}"


def until(day: date | None) -> str:
    """until Mon 30 April 2018; until the next event, for None and for `date.max`"""
    return f"until {weekday(day)}" if day and day != date.max else "until the next event"


def headline_of(event: Event) -> str:
    """`what_happened` for a headline, where it stands behind the places and a colon: "subpoena carried out"."""
    match event.detail:
        case Consequence(name=name, state=state):
            return f"{safe(name)} {STATES[state]}"
        case Closed(outcome=outcome) if outcome is not Outcome.CLOSED:
            return f"case closed, {outcome.value}"
    return what_happened(event)


def event_line(
    event: Event,
    with_what: bool = True,
    most_sources: int = 5,
    letter: Letter | None = None,
    longest_text: int = LONGEST_TEXT,
) -> str:
    """One event in one paragraph: "**6 February 2018**: suit filed (...). The city sues. Amount: $2,000. ([source](...))".

    `letter`: the one that it belongs to, so that a consequence which that does not threaten says so.
    """
    certainty = CERTAINTIES[event.certainty]
    head = f"**{happened(event.when)}**{f' ({certainty})' if certainty else ''}"
    sentences = list(_sentences(event, with_what, beyond_letter(event, letter), longest_text))
    return " ".join([f"{head}:" if sentences else head, *sentences, *_sources(event, most_sources)])


def court_and_docket(suit: Court | Suit) -> str:
    """S.D. Fla., 9:18-cv-80131; empty if neither is known. Plain text."""
    return ", ".join(filter(None, (suit.court, suit.docket)))


def recorder(event: Event) -> str:
    """Who recorded a fact and when, where a person did."""
    return f" · recorded {recorded_on(event)}" if event.recorded_by_id is not None else ""


def recorded_on(event: Event) -> str:
    """28 May 2018 by Alice"""
    by = f" by {safe(event.recorded_by)}" if event.recorded_by_id is not None else ""
    return f"{written(event.recorded_at.astimezone(event.when.zone).date())}{by}"


def _in_court(detail: Court) -> str:
    where = court_and_docket(detail)
    return STEPS[detail.step] + (f" ({safe(where)})" if where else "") + (", the clock stops" if detail.stops_clock else "")


def _sentences(event: Event, with_what: bool, beyond: str, longest_text: int) -> Iterable[str]:
    if with_what:
        yield f"{what_happened(event)}{f', {beyond}' if beyond else ''}."
    elif beyond:
        yield f"{beyond[0].upper()}{beyond[1:]}."
    if event.text:
        yield safe(clipped(_ended(event.text), longest_text))
    if event.reason:
        yield f"Correction: {safe(clipped(_ended(event.reason), longest_text))}"
    if event.amount:
        yield f"Amount: {money(event.amount)}{f' ({safe(event.amount.what)})' if event.amount.what else ''}."
    if event.conflict:
        yield f"Sources disagree: {safe(clipped(event.conflict, 400))}"


def _sources(event: Event, most: int) -> Iterable[str]:
    links = [source(cited) for cited in event.sources[:most]]
    if len(event.sources) > most:
        links.append(f"and {len(event.sources) - most} more")
    if links:
        yield f"({'; '.join(links)})"


def _ended(text: str) -> str:
    """The text with a full stop, so that what follows does not run into it."""
    return text if text.endswith((".", "!", "?", "”", '"', ")")) else f"{text}."


def sources_behind(cases: Sequence[Case], events: Sequence[Event]) -> list[Source]:
    """The sources of the letters, then those of the events, each once."""
    of_letters = [cited for case in cases for cited in case.letter.sources]
    return list(dict.fromkeys(of_letters + [cited for event in events for cited in event.sources]))
