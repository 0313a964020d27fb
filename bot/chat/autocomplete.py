"""Suggestions as Discord takes them: at most 25 choices, each name and value at most 100 characters.

Discord docs, "Application Commands › Autocomplete".
"""

from __future__ import annotations

from typing import Any

from discord.app_commands import Choice

from bot.desk.suggestions import Suggestions
from bot.record.errors import CaseError
from bot.record.quoting import clipped

MOST = 25
LIMIT = 100
Choices = list[Choice[Any]]


def choices(suggested: Suggestions) -> Choices:
    """A value that is too long to be submitted is left out, since the person can type it."""
    return [_choice(text, value) for value, text in suggested.items() if len(value) <= LIMIT][:MOST]


def unread(current: str, refused: CaseError) -> Choices:
    """One choice, which says why a text cannot be read and submits it as it is, to be refused.

    None if nothing was typed, or it is too long to be submitted uncut.
    """
    text = " ".join(current.split())
    return [_choice(f"Not clear: {refused}", text)] if 0 < len(text) <= LIMIT else []


def _choice(name: str, value: str) -> Choice[Any]:
    return Choice(name=clipped(name, LIMIT), value=value)
