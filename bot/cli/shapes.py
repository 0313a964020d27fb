"""What --json prints: the record's values as plain JSON. Keys are part of the command line's promise; add, never rename."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, consequence_state
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Amount, Detail, Event
from bot.record.ladder import Due
from bot.record.places import Jurisdiction
from bot.record.sources import Source
from bot.words.notice import sources_behind


def place(one: Jurisdiction) -> dict[str, Any]:
    return {"jurisdiction": one.name, "state": one.state or None, "kind": one.kind.value}


def case(one: Case, case_state: CaseState, alert: Due | None, zone: ZoneInfo) -> dict[str, Any]:
    due = case_state.deadline
    return {
        "number": one.number,
        "letter": one.letter.slug,
        "title": one.letter.title,
        "authority": one.letter.authority,
        "sent": one.letter.sent.text,
        "status": case_state.status.value,
        "overdue": case_state.overdue,
        "deadline": due.date.isoformat() if due else None,
        "deadline_time": f"{due.time:%H:%M}" if due and due.time else None,
        "deadline_zone": due.zone.key if due else None,
        "days_left": case_state.days_left,
        "next_alert": local(alert.at, zone) if alert else None,
        "consequences": [consequence(name, event) for name, event in case_state.consequences.items()],
        "events": [event_(event) for event in case_state.events],
        "sources": sources(sources_behind([one], case_state.events)),
    }


def consequence(name: str, event: Event | None) -> dict[str, Any]:
    shape: dict[str, Any] = {"name": name, "state": consequence_state(event).value}
    if event:
        shape |= {"date": event.when.last_day.isoformat(), "precision": event.when.precision.value}
        shape |= {"amount": amount(event.amount), "sources": sources(event.sources)}
    return shape


def event_(one: Event) -> dict[str, Any]:
    """`date` is the last day it may have happened, `when` the record's own words; the fields of its kind stand beside."""
    shape = {**happened(one.when), "kind": one.detail.kind, **_own_fields(one.detail), "text": one.text}
    shape |= {"certainty": one.certainty.value, "amount": amount(one.amount), "conflict": one.conflict or None}
    return {**shape, "sources": sources(one.sources)}


def happened(when: When) -> dict[str, str]:
    return {"date": when.last_day.isoformat(), "precision": when.precision.value, "when": when.text}


def amount(one: Amount | None) -> dict[str, Any] | None:
    return {"usd": one.usd, "qualifier": one.qualifier, "what": one.what} if one else None


def sources(found: Sequence[Source]) -> list[dict[str, str | None]]:
    return [{field.name: getattr(one, field.name) or None for field in fields(one)} for one in found]


def local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat()


def _own_fields(detail: Detail) -> dict[str, Any]:
    values = {field.name: getattr(detail, field.name) for field in fields(detail) if field.name != "kind"}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Deadline):
        at = f"{value.time:%H:%M}" if value.time else None
        return {"date": value.date.isoformat(), "time": at, "zone": value.zone.key, "words": value.words}
    return value if isinstance(value, (bool, int)) else str(value)
