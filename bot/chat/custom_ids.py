"""What stands in the custom_ids of buttons, read back. Discord passes on what a client sends, so anything may stand there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from inspect import signature
from typing import TypeVar

from bot.desk.session import Session
from bot.record.errors import CaseError
from bot.words import errors

CardT = TypeVar("CardT")
_MOST = 2**63 - 1  # what a column for ids holds


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


def answer_of(
    view: Callable[..., Awaitable[CardT]], session: Session, given: Sequence[object], args: Sequence[str]
) -> Awaitable[CardT]:
    """What the view answers to these arguments; CaseError if it takes more of them, or fewer."""
    try:
        bound = signature(view).bind(session, *given, *args)
    except TypeError as unknown:
        raise CaseError(errors.CHANGED) from unknown
    return view(*bound.args)
