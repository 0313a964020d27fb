"""A change of a letter in words: what would change before it is recorded, and what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.record.case import Letter
from bot.record.deadlines.dates import written
from bot.record.deadlines.deadline import Deadline
from bot.record.moves import ListedCase
from bot.record.sources import Source
from bot.words.card import Button, Buttons, Card, Select, SelectLine, Style, Text, Tone, with_undo
from bot.words.paging import Passage, packed
from bot.words.prose import clipped, due, plural, safe, source, wrapped
from bot.words.revisions import FIELDS

LINE = 600  # characters of names on one line
LONGEST = 500  # characters of a text before, and of it after
#: A recipient, what stays in force (None if the new default does), whether an answer is awaited, and whether it is ticked.
Row = tuple[ListedCase, Deadline | None, bool, bool]


def preview_cards(
    before: Letter, after: Letter, changed: Mapping[str, Any], basis: tuple[str, Source | None], rows: Sequence[Row], press: str
) -> list[Card]:
    """What would change, in pages, each with the buttons to decide. `changed`: the names of what is; `press`: what Record does.

    `basis`: the reason and the source of the change.
    """
    others = [name for name in changed if name != "deadline"]
    lines = [*(_deadline_lines(before, after, rows) if "deadline" in changed else ()), *difference_lines(before, after, others)]
    lines += _basis(*basis)
    cards = packed(f"## Change {safe(before.title)}?\nNothing is recorded yet.", [Passage(tuple(lines))], Tone.SOON)
    kept_id = press.split(":")[1]
    choosing = (Button("Choose recipients", f"pickletter:{kept_id}:0"),) if rows else ()
    row = Buttons((Button("Record", press, style=Style.PRIMARY), *choosing, Button("Leave", "asitis:")))
    return [replace(card, blocks=(*card.blocks, row)) for card in cards]


def difference_lines(before: Letter, after: Letter, changed: Iterable[str]) -> Iterable[str]:
    """Each text that is changed, as it was and as it is then."""
    for name in changed:
        if name == "sources":
            yield "**Sources**"
            yield from (f"- Taken off: {source(cited)}" for cited in before.sources if cited not in after.sources)
            yield from (f"- Added: {source(cited)}" for cited in after.sources if cited not in before.sources)
            continue
        was, becomes = _text(before, name), _text(after, name)
        yield f"**{FIELDS[name].capitalize()}**"
        yield f"- Before: {was or 'none'}"
        yield f"- After: {becomes or 'none'}"


def _text(letter: Letter, name: str) -> str:
    match name:
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
        yield f"**Default deadline:** {changes}"
        yield "No recipient has it, so none moves. Recipients that are added later get the new one."
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


def picking_card(before: Letter, rows: Sequence[Row], page: tuple[int, int], ticked: tuple[int, int], kept_id: str) -> Card:
    """One page of the recipients, to tick those that get the new deadline. `page`: which, counted from 0, of how many;
    `ticked`: how many recipients are, of how many. `rows`: at least one, by number.
    """
    number, pages = page
    count, total = ticked
    lines = tuple(
        SelectLine(clipped(f"#{case.number} {case.place.label}", 100), str(case.id), clipped(_keeping(keeps), 100), is_ticked)
        for case, keeps, _, is_ticked in rows
    )
    counted = f"{count:,} of {plural(total, 'recipient')} ticked. Nothing is recorded yet."
    head = f"## Who gets the new deadline?\n{safe(before.title)}: {counted}"
    turning = (
        Button("Back", f"pickletter:{kept_id}:{number - 1}", disabled=number == 0),
        Button("More", f"pickletter:{kept_id}:{number + 1}", disabled=number + 1 >= pages),
    )
    row = Buttons((Button("Done", f"backletter:{kept_id}", style=Style.PRIMARY), *(turning if pages > 1 else ())))
    foot = (Text(f"-# Page {number + 1} of {pages}"),) if pages > 1 else ()
    tick = f"tickletter:{kept_id}:{number}:{rows[0][0].number}:{rows[-1][0].number}"
    return Card((Text(head), Select(tick, "None of these is ticked", lines), *foot, row), Tone.SOON)


def _keeping(keeps: Deadline | None) -> str:
    """What stays in force for a recipient that keeps another deadline; it is no markdown."""
    return f"Keeps its deadline of {written(keeps.date)}" if keeps else ""


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
    return with_undo(lines, operation)
