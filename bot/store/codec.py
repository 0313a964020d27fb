"""How the record's frozen values are kept as JSON and read back."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from bot.record.case import SourcedAmount, SourcedText
from bot.record.deadlines.dates import Deadline
from bot.record.events import Amount, Detail, Source

DETAIL: TypeAdapter[Detail] = TypeAdapter(Annotated[Detail, Field(discriminator="kind")])
SOURCES = TypeAdapter(tuple[Source, ...])
AMOUNT: TypeAdapter[Amount | None] = TypeAdapter(Amount | None)
AMOUNTS = TypeAdapter(tuple[SourcedAmount, ...])
TEXTS = TypeAdapter(tuple[SourcedText, ...])
DEADLINE: TypeAdapter[Deadline | None] = TypeAdapter(Deadline | None)


def dump(adapter: TypeAdapter[Any], value: Any) -> Any:
    """`value` as plain JSON types, defaults left out so that rows stay short."""
    return adapter.dump_python(value, mode="json", exclude_defaults=adapter is not DETAIL)
