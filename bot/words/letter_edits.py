"""A change of a letter in words: what would change before it is recorded, and what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.moves import ListedCase
from bot.record.sources import Source
from bot.words.card import Button, Buttons, Card, Style, Text, Tone
from bot.words.paging import Section, packed
from bot.words.prose import clipped, due, plural, safe, source, wrapped
from bot.words.revisions import FIELDS

LINE = 600  # characters of names on one line
LONGEST = 500  # characters of a text before, and of it after
MOST = 3_500  # characters of a receipt
#: A recipient, what stays in force (None if the new default does), whether an answer is awaited, and whether it is ticked.
Row = tuple[ListedCase, Deadline | None, bool, bool]


def preview_cards(
    before: Letter, after: Letter, changed: Mapping[str, Any], basis: tuple[str, Source | None], rows: Sequence[Row], press: str
) -> list[Card]:
    """What would change, in pages, each with the buttons to decide. `changed`: the names of what is; `press`: what Record does.

    `basis`: the reason and the source of the change.
    """
    lines = [*difference_lines(before, after, changed), *_basis(*basis)]
    if "deadline" in changed:
        lines += ["", *_deadline_lines(before, after, rows)]
    cards = packed(f"## Change {safe(before.title)}?\nNothing is recorded yet.", [Section(tuple(lines))], Tone.SOON)
    row = Buttons((Button("Record", press, style=Style.PRIMARY), Button("Leave", "asitis:")))
    return [replace(card, blocks=(*card.blocks, row)) for card in cards]


def difference_lines(before: Letter, after: Letter, changed: Iterable[str]) -> Iterable[str]:
    """Each text that is changed, as it was and as it is then."""
    for name in changed:
        was, becomes = _text(before, name), _text(after, name)
        yield f"**{FIELDS[name].capitalize()}**"
        yield f"- Before: {was or 'none'}"
        yield f"- After: {becomes or 'none'}"


def _text(letter: Letter, name: str) -> str:
    match name:
        case "sources":
            return "; ".join(map(source, letter.sources))
        case "deadline":
            return due(letter.deadline) if letter.deadline else ""
        case "legal_basis" | "threatened":
            return safe(clipped("; ".join(getattr(letter, name)), LONGEST))
        case _:
            return safe(clipped(getattr(letter, name), LONGEST))


def _basis(reason: str, cited: Source | None) -> Iterable[str]:
    if cited:
        yield f"-# Source of the change: {source(cited)}"
    if reason:
        yield f"-# Reason: {safe(clipped(reason, LONGEST))}"


def _deadline_lines(before: Letter, after: Letter, rows: Sequence[Row]) -> Iterable[str]:
    """The recipients by what becomes of their deadlines."""
    changes = f"{due(before.deadline) if before.deadline else 'none'} → **{due(after.deadline) if after.deadline else 'none'}**"
    if not rows:
        yield "No recipient has the letter's default deadline, so none moves. Recipients that are added later get the new one."
        return
    moving = [case for case, keeps, awaited, ticked in rows if ticked and keeps is None and awaited]
    quiet = [case for case, keeps, awaited, ticked in rows if ticked and keeps is None and not awaited]
    yield from _group(f"**{plural(len(moving), 'deadline')} would move:** {changes}", moving)
    yield from _group("**Corrected without an alert**, since no answer is awaited:", quiet)
    kept = [(case, keeps) for case, keeps, _, ticked in rows if ticked and keeps is not None]
    if kept:
        yield f"**{plural(len(kept), 'recipient')} with another deadline in force** (extended, or moved), which stays:"
        yield from wrapped((f"#{case.number} {safe(case.place.label)} ({due(keeps)})" for case, keeps in kept if keeps), LINE)
    yield from _group("**Not ticked**, so their deadline stays:", [case for case, _, _, ticked in rows if not ticked])


def _group(head: str, members: Sequence[ListedCase]) -> Iterable[str]:
    if members:
        yield f"{head} ({len(members):,})"
        yield from wrapped((f"#{case.number} {safe(case.place.label)}" for case in members), LINE)


def left_as_it_is() -> Card:
    return Card((Text("**Nothing was changed.**"),))


def edit_receipt(before: Letter, after: Letter, changed: Mapping[str, Any], moved: int, kept: int, operation: str) -> Card:
    """What was changed; of so many recipients the deadline moved, and so many kept another one."""
    lines = [f"**Changed: {safe(after.title)}**", *difference_lines(before, after, changed)]
    if "deadline" in changed:
        lines.append(f"{plural(moved, 'deadline')} moved.")
    if kept:
        lines.append(f"{plural(kept, 'recipient')} with another deadline in force kept it.")
    lines.append("-# /letter history shows every change.")
    return Card((Text(clipped("\n".join(lines), MOST)), Buttons((Button("Undo", f"undo:{operation}"),))), Tone.CALM)
