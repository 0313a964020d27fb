"""The receipt of a confirmed draft: what was recorded, what comes next, and how to undo it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.words.card import Button, Buttons, Card, Text, Tone
from bot.words.deadline_reasons import button as why_button
from bot.words.draft_letter import without_own_deadline
from bot.words.draft_preview import ImportedLetter
from bot.words.import_report import hidden_rows
from bot.words.prose import clipped, due, happened, listed, plural, safe, source
from bot.words.status import NO_CHANNEL, alert_line, headline

#: Recipients with a line each.
SHOWN = 12
#: Recipients that are named if one line says the state of all.
MOST_NAMED = 40
MOST_DEADLINES = 5
#: Characters of the receipt.
MOST = 3_600


def imported_receipt(imported: ImportedLetter) -> Card:
    text = Text(clipped("\n".join(_lines(imported)), MOST))
    counted = any(case_state.deadline for _, case_state in imported.added)
    why = [why_button(f"lwhy:{imported.letter.id}")] if counted else []
    return Card((text, Buttons((Button("Undo", f"undo:{imported.operation}"), *why))), Tone.CALM)


def _lines(imported: ImportedLetter) -> Iterator[str]:
    letter = imported.letter
    which = "a new letter" if imported.new_letter else "a letter that was already recorded"
    yield f"**Recorded: {plural(len(imported.added), 'recipient')}** of {safe(letter.title)}, {which}"
    yield f"{safe(letter.authority)}, sent {happened(letter.sent)}"
    yield from _deadlines(imported)
    has_deadline = any(
        state.deadline and case.place.full_label in imported.without_own_deadline for case, state in imported.added
    )
    yield from without_own_deadline(imported.without_own_deadline, has_deadline=has_deadline)
    yield from _recipients(imported)
    if imported.already:
        numbers = [f"#{number}" for number in imported.already]
        yield f"-# Already recorded and left unchanged: {clipped(listed(numbers), 400)}"
    if imported.new_places:
        is_all = len(imported.new_places) == len(imported.added) > 1
        named = f"-# New on this server: {clipped(safe('; '.join(imported.new_places)), 500)}"
        yield "-# All of these places are new on this server" if is_all else named
    if hidden := hidden_rows(imported.hidden_rows, skipped=imported.hidden_skipped):
        yield f"-# {hidden}"
    yield f"-# Source: {source(imported.source)}"


def _deadlines(imported: ImportedLetter) -> Iterator[str]:
    deadlines = list(dict.fromkeys(case_state.deadline for _, case_state in imported.added))
    for deadline in deadlines[:MOST_DEADLINES]:
        yield f"Deadline: {due(deadline, strong=True)}" if deadline else "Deadline: none. There is no countdown."
    if len(deadlines) > MOST_DEADLINES:
        yield f"-# and {len(deadlines) - MOST_DEADLINES} other deadlines"
    if imported.first:
        yield f"Next alert: {alert_line(imported.first, imported.zone)}"
    elif any(deadlines) and not imported.posts:
        yield NO_CHANNEL


def _recipients(imported: ImportedLetter) -> Iterator[str]:
    """Each with its number. If all have the same state, it is said once."""
    added = imported.added
    headlines = dict.fromkeys(headline(case_state) for _, case_state in added)
    if len(headlines) == 1:
        named = [f"#{case.number} {safe(case.place.label)}" for case, _ in added[:MOST_NAMED]]
        yield f"Now: **{safe(next(iter(headlines)))}**"
        yield "; ".join(named)
    else:
        named = [f"- #{case.number} {safe(case.place.label)}: {safe(headline(state))}" for case, state in added[:SHOWN]]
        yield "\n".join(named)
    if len(added) > len(named):
        yield f"and {len(added) - len(named)} more: /letter show letter:{safe(imported.letter.slug)}"
