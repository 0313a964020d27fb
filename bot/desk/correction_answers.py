"""The form that replaces an event: what it shows of what is recorded, and what its answers say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from bot.desk.case_events import consequences_of
from bot.desk.deadlines import DeadlineInput, counting_for_case, deadline_for, happened_on, new_deadline, not_before_letter
from bot.desk.inputs import TEXT_LIMIT, limited, read_source
from bot.desk.session import Session
from bot.record.amounts import read_amount
from bot.record.case import Case
from bot.record.consequence_states import check_lifting
from bot.record.consequences import known_as
from bot.record.corrections import before_event
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import (
    Answer,
    Basis,
    Certainty,
    Closed,
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    DeadlineSet,
    Detail,
    Event,
    Extent,
    Finding,
    Outcome,
    Result,
    Statement,
    originals_of,
)
from bot.record.new_events import NewEvent
from bot.record.quoting import cut
from bot.record.sources import Source
from bot.words.prose import figure

Answers = Mapping[str, str]
ValueT = TypeVar("ValueT")
LONGEST_TEXT = 2000  # characters of a text in the form
MOST_SOURCES = 10
#: Kinds that cannot have happened before the letter was sent, as refusals call them.
AFTER_LETTER = {"answer": "An answer", "closed": "The end of the case", "deadline": "An extension"}


def recorded_answers(event: Event) -> dict[str, str]:
    """What is recorded, as the rows of the form show it, by their names."""
    shown = {
        **_own_answers(event.detail),
        "on": event.when.text,
        "text": event.text,
        "sources": "\n".join(map(_source_line, event.sources)),
        "certainty": event.certainty.value,
        "amount": (event.amount.words or figure(event.amount)) if event.amount else "",
    }
    return {name: text[: cut(text, LONGEST_TEXT)].strip() for name, text in shown.items()}


def _own_answers(detail: Detail) -> dict[str, str]:
    match detail:
        case Answer(extent=extent):
            return {"extent": extent.value}
        case DeadlineSet(deadline=deadline, granted_by=by):
            time = f" {deadline.time:%H:%M}" if deadline.time else ""
            return {"deadline": f"{deadline.date}{time}", "counted_from": "", "calendar": "", "granted_by": by}
        case Statement(by=by):
            return {"by": by}
        case Finding(result=result):
            return {"result": result.value}
        case Consequence(name=name, state=state):
            return {"name": name, "state": state.value}
        case Court(step=step, court=court, docket=docket, stops_clock=stops):
            return {"step": step.value, "court": court, "docket": docket, "stops": "yes" if stops else "no"}
        case Closed(outcome=outcome):
            return {"outcome": outcome.value}
        case _:
            return {}


async def event_with_answers(session: Session, case: Case, event: Event, answers: Answers) -> NewEvent:
    """What is to be recorded in the place of an event of a case. What was not changed in the form stays as it is recorded.

    CaseError for what cannot be read, for what cannot have been so, and if nothing was changed.
    """
    new = _with_common(session, event, changed(event, answers))
    detail = await _detail(session, case, event, changed(event, answers), new.when)
    new = replace(new, detail=detail)
    if what := AFTER_LETTER.get(event.detail.kind):
        not_before_letter(new.when, case.letter, what)
    if isinstance(detail, Consequence) and (detail, new.when) != (event.detail, event.when):
        check_lifting(detail, new.when, before_event(case, event).events)
    return checked(event, new)


def event_of_place_with_answers(
    session: Session, event: Event, answers: Answers, beside: tuple[Event, ...], names: tuple[str, ...]
) -> NewEvent:
    """As `event_with_answers`, of a place apart from any letter. `beside`: its other facts in effect; `names`: the
    consequences that are recorded of it."""
    new = _with_common(session, event, changed(event, answers))
    detail = _of_any(event.detail, changed(event, answers), names)
    if isinstance(detail, Consequence) and (detail, new.when) != (event.detail, event.when):
        check_lifting(detail, new.when, beside)
    return checked(event, replace(new, detail=detail))


def changed(event: Event, answers: Answers) -> dict[str, str]:
    """The answers that differ from what is recorded."""
    recorded = recorded_answers(event)
    return {name: text.strip() for name, text in answers.items() if name in recorded and text.strip() != recorded[name]}


def checked(event: Event, new: NewEvent) -> NewEvent:
    names = ("when", "detail", "text", "sources", "certainty", "amount")
    if all(getattr(event, name) == getattr(new, name) for name in names):
        raise CaseError("The form says what is recorded already. Change what is wrong in it, or leave the event as it is.")
    return new


def _with_common(session: Session, event: Event, new: Answers) -> NewEvent:
    """The event with the new answers to the rows that every kind has."""
    same = NewEvent(event.when, event.detail, event.text, event.sources, event.certainty, event.amount, event.conflict)
    if "on" in new:
        same = replace(same, when=_day(session, new["on"]))
    if "text" in new:
        optional = not new["text"] and isinstance(event.detail, DeadlineSet | Closed)
        longest = max(TEXT_LIMIT, len(event.text))
        same = replace(same, text="" if optional else limited("The text", new["text"], longest))
    if "sources" in new:
        same = replace(same, sources=_sources(new["sources"], event))
    if "certainty" in new:
        same = replace(same, certainty=_one_of(Certainty, new["certainty"]))
    if "amount" in new:
        same = replace(same, amount=read_amount(new["amount"]) if new["amount"] else None)
    return same


def _day(session: Session, text: str) -> When:
    if not text:
        raise CaseError("Say when it happened, like 2018-02-23 or by 2018-04-16.")
    return happened_on(session, text)


def _source_line(source: Source) -> str:
    return " ".join(filter(None, (source.title, source.url)))


def _sources(text: str, event: Event) -> tuple[Source, ...]:
    """One a line. A line that was not changed is the source that is recorded, with all that is known of it."""
    known = {_source_line(source): source for source in event.sources}
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_SOURCES:
        raise CaseError(f"There are {len(lines)} sources; at most {MOST_SOURCES} fit.")
    return tuple(dict.fromkeys(known.get(line) or read_source(line) for line in lines or [""]))


async def _detail(session: Session, case: Case, event: Event, new: Answers, when: When) -> Detail:
    if isinstance(event.detail, DeadlineSet):
        return await _deadline(session, case, event, event.detail, new, when)
    return _of_any(event.detail, new, consequences_of(case, session))


def _of_any(detail: Detail, new: Answers, names: tuple[str, ...]) -> Detail:
    """The new detail of what is no deadline. `names`: the consequences that are known."""
    match detail:
        case Answer():
            return Answer(_one_of(Extent, new["extent"])) if "extent" in new else detail
        case Statement():
            return Statement(limited("Who said it", new["by"], 200)) if "by" in new else detail
        case Finding():
            return Finding(_one_of(Result, new["result"])) if "result" in new else detail
        case Consequence(name=name, state=state):
            name = known_as(limited("The consequence", new["name"], 100), names) if "name" in new else name
            return Consequence(name, _one_of(ConsequenceState, new["state"]) if "state" in new else state)
        case Court():
            return _court(detail, new)
        case Closed():
            return Closed(_one_of(Outcome, new["outcome"])) if "outcome" in new else detail
        case _:
            return detail


def _court(detail: Court, new: Answers) -> Court:
    return Court(
        _one_of(CourtStep, new["step"]) if "step" in new else detail.step,
        new.get("court", detail.court),
        new.get("docket", detail.docket),
        new["stops"] == "yes" if "stops" in new else detail.stops_clock,
    )


async def _deadline(session: Session, case: Case, event: Event, detail: DeadlineSet, new: Answers, when: When) -> DeadlineSet:
    """A deadline that was wrong is a correction, whatever the wrong one was: nobody has granted it since."""
    granted_by = new.get("granted_by", detail.granted_by)
    if not any(name in new for name in ("deadline", "counted_from", "calendar")):
        return replace(detail, granted_by=granted_by)
    text = new.get("deadline") or recorded_answers(event)["deadline"]
    typed = DeadlineInput(text, new.get("counted_from") or None, new.get("calendar") or None)
    first = originals_of(case.events)[event.id].detail
    if isinstance(first, DeadlineSet) and first.basis is Basis.ORIGINAL and not first.granted_by:
        deadline = await deadline_for(session, typed, case.letter.sent, case.letter.calendar)
    else:
        earlier = before_event(case, event)
        by = await counting_for_case(session, earlier, typed.counted_from, typed.calendar)
        deadline = new_deadline(text, earlier, session.now, by, when)
    assert deadline is not None  # it was typed
    return DeadlineSet(deadline, Basis.CORRECTION, granted_by)


def _one_of(kind: type[ValueT], value: str) -> ValueT:
    try:
        return kind(value)  # type: ignore[call-arg]
    except ValueError as unknown:
        raise CaseError("Choose one from the list.") from unknown
