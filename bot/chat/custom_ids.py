"""What stands in the custom_ids of buttons, read back. Discord passes on what a client sends, so anything may stand there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from enum import Enum
from inspect import signature
from typing import TypeVar

from bot.record.errors import CaseError
from bot.words import errors

AnswerT = TypeVar("AnswerT")
EnumT = TypeVar("EnumT", bound=Enum)
MANY = 100  # parts: a custom_id has at most so many characters
_MOST = 2**63 - 1  # what a column for ids holds


def split(text: str, least: int, most: int | None = None) -> list[str]:
    """The parts between colons; CaseError if there are fewer than `least` or more than `most` (by default `least`)."""
    parts = text.split(":")
    if not least <= len(parts) <= (most or least):
        raise CaseError(errors.CHANGED)
    return parts


def member(kind: type[EnumT], value: str) -> EnumT:
    """The member of an enumeration with that value; CaseError if there is none."""
    try:
        return kind(value)
    except ValueError as unknown:
        raise CaseError(errors.CHANGED) from unknown


def number_in(text: str, most: int = _MOST) -> int:
    """A number of ASCII digits without a sign; CaseError for anything else, and for more than `most`."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(_MOST)) or int(text) > most:
        raise CaseError(errors.CHANGED)
    return int(text)


def day_in(text: str) -> date:
    """A day as ISO 8601 has it; CaseError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError as unknown:
        raise CaseError(errors.CHANGED) from unknown


def answer_of(handler: Callable[..., Awaitable[AnswerT]], given: Sequence[object], args: Sequence[str]) -> Awaitable[AnswerT]:
    """What a view or a handler answers to these arguments; CaseError if it takes more of them, or fewer."""
    try:
        bound = signature(handler).bind(*given, *args)
    except TypeError as unknown:
        raise CaseError(errors.CHANGED) from unknown
    return handler(*bound.args)
