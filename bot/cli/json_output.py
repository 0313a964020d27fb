"""What --json prints: the record's values as plain JSON. Scripts rely on the keys: add some, never rename one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState
from bot.record.consequence_states import state_of
from bot.record.deadlines.deadline import Deadline, start_text
from bot.record.deadlines.when import When
from bot.record.events import Amount, Answer, Detail, Event
from bot.record.ladder import Due
from bot.record.places import Jurisdiction
from bot.record.sections import Section
from bot.record.sources import Source
from bot.words.deadlines import advice, law_of, rule_text, step_lines
from bot.words.events import sources_behind


def place(jurisdiction: Jurisdiction) -> dict[str, Any]:
    return {"jurisdiction": jurisdiction.name, "state": jurisdiction.state or None, "kind": jurisdiction.kind.value}


def case(recorded: Case, case_state: CaseState, alert: Due | None, zone: ZoneInfo) -> dict[str, Any]:
    due = case_state.deadline
    return {
        "number": recorded.number,
        "letter": recorded.letter.slug,
        "title": recorded.letter.title,
        "authority": recorded.letter.authority,
        "sent": recorded.letter.sent.text,
        "status": case_state.status.value,
        "statuses": [status.value for status in case_state.statuses],
        "overdue": case_state.overdue,
        "acknowledged": case_state.acknowledged and case_state.overdue,
        "answers": [answer(one) for one in case_state.answers],
        "deadline": due.date.isoformat() if due else None,
        "deadline_time": _clock(due),
        "deadline_zone": due.zone.key if due else None,
        "days_left": case_state.days_left,
        "next_alert": local(alert.at, zone) if alert else None,
        "consequences": [
            consequence(name, moved_by, recorded.letter.threatens(name), name in case_state.lifted_unmoved)
            for name, moved_by in case_state.consequences.items()
        ],
        "events": [event(one) for one in case_state.events],
        "sources": sources(sources_behind([recorded], case_state.events)),
    }


def section(planned: Section, at: datetime) -> dict[str, Any]:
    """One rung of the cases of one letter, as they are at the moment of the notice that it stands on."""
    return {
        "rung": planned.rung.name,
        "letter": planned.letter.slug,
        "cases": [
            {
                "number": case.number,
                "jurisdiction": case.place.name,
                "state": case.place.state or None,
                "days_left": case.known_at(at).days_left,
            }
            for case, _ in planned.lines
        ],
    }


def answer(given: Event) -> dict[str, Any]:
    extent = given.detail.extent.value if isinstance(given.detail, Answer) else None
    return {**happened(given.when), "extent": extent, "certainty": given.certainty.value, "sources": sources(given.sources)}


def consequence(name: str, moved_by: Event | None, threatened: bool, lifted_unmoved: bool = False) -> dict[str, Any]:
    """`moved_by` is the event that brought it into its state; None while it is only threatened.

    `threatened`: whether the letter threatens it. `lifted_unmoved`: it is recorded as lifted, and nothing was recorded before
    that could be lifted.
    """
    values: dict[str, Any] = {"name": name, "state": state_of(moved_by).value, "threatened": threatened}
    if moved_by:
        values |= {"date": moved_by.when.last_day.isoformat(), "precision": moved_by.when.precision.value}
        values |= {"amount": amount(moved_by.amount), "sources": sources(moved_by.sources)}
        values |= {"moved_before": False} if lifted_unmoved else {}
    return values


def event(recorded: Event) -> dict[str, Any]:
    """`date` is the last day on which it may have happened, `when` what is recorded; then the fields of its kind."""
    return {
        **happened(recorded.when),
        "kind": recorded.detail.kind,
        **_own_fields(recorded.detail),
        "text": recorded.text,
        "certainty": recorded.certainty.value,
        "amount": amount(recorded.amount),
        "conflict": recorded.conflict or None,
        "sources": sources(recorded.sources),
    }


def happened(when: When) -> dict[str, str]:
    return {"date": when.last_day.isoformat(), "precision": when.precision.value, "when": when.text}


def amount(money: Amount | None) -> dict[str, Any] | None:
    """The last three keys are there only where they say something."""
    if money is None:
        return None
    more = {"usd_to": money.usd_to, "per": money.per, "words": money.words}
    return {"usd": money.usd, "qualifier": money.qualifier, "what": money.what} | {k: v for k, v in more.items() if v}


def sources(cited: Sequence[Source]) -> list[dict[str, str | None]]:
    return [{field.name: getattr(source, field.name) or None for field in fields(source)} for source in cited]


def deadline(due: Deadline, authority: str) -> dict[str, Any]:
    """A deadline with its work, as `due --json` prints it. `authority`: who sent the letter, empty if it is not named."""
    return {
        "due": due.last_moment.astimezone(due.zone).replace(microsecond=0).isoformat(),
        "date": due.date.isoformat(),
        "time": _clock(due),
        "timezone": due.zone.key,
        "rule": rule_text(due),
        "law": law_of(due, authority) or None,
        "start": start_text(due.start) or None,
        "calendar": due.calendar or None,
        "steps": step_lines(due),
        "advice": advice(due),
    }


def local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat()


def _own_fields(detail: Detail) -> dict[str, Any]:
    values = {field.name: getattr(detail, field.name) for field in fields(detail) if field.name != "kind"}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Deadline):
        return {"date": value.date.isoformat(), "time": _clock(value), "zone": value.zone.key, "words": value.words}
    return value if isinstance(value, (bool, int)) else str(value)


def _clock(due: Deadline | None) -> str | None:
    """The time of day of a deadline; None if it runs to the end of its day."""
    return f"{due.time:%H:%M}" if due is not None and due.time is not None else None
