"""How the record's frozen values are stored as JSON and read back.

Deadlines that were written before steps and rules were values are read too: a step that is a text is read by `step_from_text`.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter
from sqlalchemy import ColumnElement, Text, type_coerce

from bot.record.case import SourcedAmount, SourcedText
from bot.record.deadlines.dates import checked_date
from bot.record.deadlines.deadline import Deadline, rule_from_text, start_from_text, step_from_text
from bot.record.deadlines.steps import Step
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Amount, Detail
from bot.record.ladder import Ladder, rung_named
from bot.record.sources import Source

T = TypeVar("T")
DETAIL: TypeAdapter[Detail] = TypeAdapter(Annotated[Detail, Field(discriminator="kind")])
SOURCES = TypeAdapter(tuple[Source, ...])
AMOUNT: TypeAdapter[Amount | None] = TypeAdapter(Amount | None)
AMOUNTS = TypeAdapter(tuple[SourcedAmount, ...])
TEXTS = TypeAdapter(tuple[SourcedText, ...])
NAMES = TypeAdapter(tuple[str, ...])
LADDER: TypeAdapter[Ladder] = TypeAdapter(Ladder)
_SINCE: TypeAdapter[dict[str, datetime]] = TypeAdapter(dict[str, datetime])
DEADLINE: TypeAdapter[Deadline | None] = TypeAdapter(Deadline | None)
_IN_FULL: tuple[TypeAdapter[Any], ...] = (DETAIL, DEADLINE)  # `kind` is a default, and tells values apart when they are read
_STEPS: dict[str, TypeAdapter[Step]] = {step.kind: TypeAdapter(step) for step in get_args(Step)}
CACHED = 2048  # texts; thousands of cases have the same deadline, and the same source
LARGEST = 10**60  # US dollars
_OF_A_DEADLINE = {"date", "zone", "rule", "steps"}


def dump(adapter: TypeAdapter[Any], value: Any) -> Any:
    """`value` as plain JSON types, defaults left out so that rows stay short."""
    return adapter.dump_python(value, mode="json", exclude_defaults=adapter not in _IN_FULL)


def as_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A JSON column, read as the text that is stored: for `detail_from` and the others, which read equal texts once."""
    return type_coerce(column, Text)


@lru_cache(maxsize=CACHED)  # thousands of cases begin on one day
def when_from(text: str, zone: str) -> When:
    return When(text, ZoneInfo(zone))


@lru_cache(maxsize=CACHED)
def detail_from(text: str, kind: str) -> Detail:
    """`kind` is what a column beside it has, for statements. ValueError if it is another one."""
    detail = detail_of(json.loads(text))
    if detail.kind != kind:
        raise ValueError("the kind of an event is another one than that of its detail")
    return detail


@lru_cache(maxsize=CACHED)
def sources_from(text: str) -> tuple[Source, ...]:
    return SOURCES.validate_python(json.loads(text))


@lru_cache(maxsize=CACHED)
def amount_from(text: str | None) -> Amount | None:
    amount = AMOUNT.validate_python(json.loads(text)) if text else None
    if amount and max(abs(amount.usd), abs(amount.usd_to or 0)) > LARGEST:
        raise ValueError("no such amount of money")
    return amount


@lru_cache(maxsize=CACHED)
def names_from(text: str) -> tuple[str, ...]:
    """A list of texts."""
    return NAMES.validate_python(json.loads(text))


@lru_cache(maxsize=CACHED)
def deadline_from(text: str | None) -> Deadline | None:
    stored = json.loads(text) if text else None
    return deadline_of(stored) if stored else None


@lru_cache(maxsize=CACHED)
def letters_ladder_from(text: str | None) -> tuple[Ladder | None, tuple[tuple[str, datetime], ...], Ladder]:
    """A letter's own ladder; or None, the rungs of the server's that hold for it only from a later moment on, and those that
    were taken off its own."""
    stored = json.loads(text) if text else None
    if isinstance(stored, dict):
        since = tuple(sorted(_SINCE.validate_python(stored["since"]).items()))
        return None, since, ladder_of(stored["before"] or None) or ()
    return ladder_of(stored), (), ()


def ladder_of(stored: Any) -> Ladder | None:
    """A ladder; None where none is stored. ValueError for one without rungs, or with a rung twice."""
    if stored is None:
        return None
    ladder = LADDER.validate_python(stored)
    if not ladder or len({(rung.name, rung.until) for rung in ladder}) < len(ladder):
        raise ValueError("no such ladder")
    for rung in ladder:
        known = rung_named(rung.name)
        if (known.phase, known.days, known.every) != (rung.phase, rung.days, rung.every):
            raise ValueError("a rung's name says another moment")
    return ladder


def detail_of(stored: dict[str, Any]) -> Detail:
    """An event's own fields, as they are stored."""
    if isinstance(stored.get("deadline"), dict):
        stored = {**stored, "deadline": deadline_of(stored["deadline"])}
    return DETAIL.validate_python(stored)


def deadline_of(stored: dict[str, Any]) -> Deadline:
    """A deadline as it is stored, by this program or by one before it, which left out defaults."""
    start = start_from_text(stored.get("start") or "")
    fields = {**stored, "start": start, "steps": tuple(_step_of(step) for step in stored.get("steps", ()))}
    if isinstance(stored.get("rule"), str):
        fields["rule"], fields["rule_words"] = rule_from_text(stored["rule"], start)
    deadline = DEADLINE.validate_python(fields)
    assert deadline is not None
    checked_date(deadline.date.year, deadline.date.month, deadline.date.day, str(deadline.date))
    _ = deadline.last_moment  # which no zone puts out of the calendar
    return deadline


def value_from(adapter: TypeAdapter[T], stored: Any) -> T:
    """What was dumped with deadlines deep inside. ValueError if this version of the program cannot read it.

    Another version may have written it in any shape.
    """
    try:
        return adapter.validate_python(with_deadlines(stored))
    except (AttributeError, LookupError, TypeError, OverflowError, CaseError) as unreadable:
        raise ValueError("it has another form") from unreadable


def with_deadlines(stored: Any) -> Any:
    """Any JSON, with the deadlines in it as values: in a draft they lie deep inside."""
    if isinstance(stored, list):
        return [with_deadlines(item) for item in stored]
    if not isinstance(stored, dict):
        return stored
    return deadline_of(stored) if stored.keys() >= _OF_A_DEADLINE else {k: with_deadlines(v) for k, v in stored.items()}


def _step_of(stored: str | dict[str, Any]) -> Step:
    if isinstance(stored, str):
        return step_from_text(stored)
    return _STEPS[stored["kind"]].validate_python(stored)
