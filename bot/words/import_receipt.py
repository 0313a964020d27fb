"""What the desk is told after it confirmed a draft: what was recorded of it, what comes next, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.record.case import Letter
from bot.record.ladder import Due
from bot.record.sources import Source
from bot.words.card import Button, Buttons, Card, Text, Tone
from bot.words.deadline_reasons import button as why_button
from bot.words.prose import clipped, due, happened, listed, plural, safe, source
from bot.words.status import Placed, alert_line, headline

SHOWN = 12  # recipients, a line each
MOST_NAMED = 40  # recipients, where one line says how they all stand
MOST = 3_600  # characters


@dataclass(frozen=True)
class Imported:
    """A draft as it was recorded. `source`: where what was recorded of it stands; `already`: numbers of the cases that were
    recorded before; `first`: the first alert to come; `posts`: whether the server has a channel for alerts."""

    letter: Letter
    source: Source
    new_letter: bool
    added: Placed
    new_places: tuple[str, ...]
    already: tuple[int, ...]
    first: Due | None
    posts: bool


def imported_receipt(done: Imported, zone: ZoneInfo, operation: str) -> Card:
    """`zone`: the server's; `operation`: what Undo takes back."""
    text = Text(clipped("\n".join(_lines(done, zone)), MOST))
    why = [why_button(f"lwhy:{done.letter.id}")] if any(case_state.deadline for _, case_state in done.added) else []
    return Card((text, Buttons((Button("Undo", f"undo:{operation}"), *why))), Tone.CALM)


def _lines(done: Imported, zone: ZoneInfo) -> Iterator[str]:
    letter = done.letter
    which = "a new letter" if done.new_letter else "a letter that was recorded already"
    yield f"**Recorded: {plural(len(done.added), 'recipient')}** of {safe(letter.title)}, {which}"
    yield f"{safe(letter.authority)}, sent {happened(letter.sent)}"
    deadlines = list(dict.fromkeys(case_state.deadline for _, case_state in done.added))
    for one in deadlines[:5]:
        yield f"Deadline: {due(one, strong=True)}" if one else "Deadline: none. Nothing is counted down."
    if len(deadlines) > 5:
        yield f"-# and {len(deadlines) - 5} other deadlines"
    if done.first:
        yield f"Next alert: {alert_line(done.first, zone)}"
    elif any(deadlines) and not done.posts:
        yield "No channel for alerts is set on this server, so none will be posted: /settings channel."
    yield from _recipients(done)
    if done.already:
        numbers = [f"#{number}" for number in done.already]
        yield f"-# Recorded already, left as they were: {clipped(listed(numbers), 400)}"
    if done.new_places:
        is_all = len(done.new_places) == len(done.added) > 1
        named = "" if is_all else f": {clipped(safe('; '.join(done.new_places)), 500)}"
        yield "-# All of them are places new on this server" if is_all else f"-# New on this server{named}"
    yield f"-# Source: {source(done.source)}"


def _recipients(done: Imported) -> Iterator[str]:
    """Each with its number; how they stand is said once where they all stand alike."""
    headlines = dict.fromkeys(headline(its) for _, its in done.added)
    if len(headlines) == 1:
        yield f"Now: **{safe(next(iter(headlines)))}**"
        named = [f"#{case.number} {safe(case.place.label)}" for case, _ in done.added[:MOST_NAMED]]
    else:
        named = [f"- #{case.number} {safe(case.place.label)}: {safe(headline(its))}" for case, its in done.added[:SHOWN]]
    yield "; ".join(named) if len(headlines) == 1 else "\n".join(named)
    if len(done.added) > len(named):
        yield f"and {len(done.added) - len(named)} more: /letter show letter:{safe(done.letter.slug)}"
