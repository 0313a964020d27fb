"""How the record's frozen values are stored as JSON and read back.

Deadlines that were written before steps and rules were values are read too: a step that is a text becomes a `TextStep`.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter

from bot.record.case import SourcedAmount, SourcedText
from bot.record.deadlines.deadline import Deadline, rule_from_text, start_from_text
from bot.record.deadlines.steps import Step, TextStep
from bot.record.events import Amount, Detail
from bot.record.sources import Source

DETAIL: TypeAdapter[Detail] = TypeAdapter(Annotated[Detail, Field(discriminator="kind")])
SOURCES = TypeAdapter(tuple[Source, ...])
AMOUNT: TypeAdapter[Amount | None] = TypeAdapter(Amount | None)
AMOUNTS = TypeAdapter(tuple[SourcedAmount, ...])
TEXTS = TypeAdapter(tuple[SourcedText, ...])
DEADLINE: TypeAdapter[Deadline | None] = TypeAdapter(Deadline | None)
_IN_FULL: tuple[TypeAdapter[Any], ...] = (DETAIL, DEADLINE)  # `kind` is a default, and tells values apart when they are read
_STEPS: dict[str, TypeAdapter[Step]] = {step.kind: TypeAdapter(step) for step in get_args(Step)}
_OF_A_DEADLINE = {"date", "zone", "rule", "steps"}


def dump(adapter: TypeAdapter[Any], value: Any) -> Any:
    """`value` as plain JSON types, defaults left out so that rows stay short."""
    return adapter.dump_python(value, mode="json", exclude_defaults=adapter not in _IN_FULL)


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
    return deadline


def with_deadlines(stored: Any) -> Any:
    """Any JSON, with the deadlines in it as values: in a draft they lie deep inside."""
    if isinstance(stored, list):
        return [with_deadlines(item) for item in stored]
    if not isinstance(stored, dict):
        return stored
    return deadline_of(stored) if stored.keys() >= _OF_A_DEADLINE else {k: with_deadlines(v) for k, v in stored.items()}


def _step_of(stored: str | dict[str, Any]) -> Step:
    if isinstance(stored, str):
        return TextStep(stored)
    return _STEPS[stored["kind"]].validate_python(stored)
