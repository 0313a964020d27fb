"""Receipts for the desk: what was recorded, the status of the case now, and Undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.events import DeadlineSet, Event
from bot.record.places import Jurisdiction
from bot.words.card import Block, Button, Buttons, Card, Text, Tone
from bot.words.corrections import correct_button
from bot.words.deadline_reasons import button as why_button
from bot.words.deadlines import advice, work
from bot.words.events import event_line
from bot.words.extent import extent_blocks
from bot.words.prose import clipped, due, in_full, plural, safe, source
from bot.words.status import headline, tone

SHOWN = 15  # cases that are listed by name
MOST = 3_700  # characters of a receipt


def fact_receipt(case: Case, event: Event, case_state: CaseState, operation: str, remarks: Sequence[str] = ()) -> Card:
    """One event in one case. `operation` is what Undo takes back; `remarks` are markdown."""
    if isinstance(event.detail, DeadlineSet) and case_state.deadline_event != event:
        remarks = (*remarks, "The deadline in force was set on a later day, so it remains in force.")
    lines = [
        f"**Recorded for #{case.number} {safe(case.place.label)}**, {safe(case.letter.title)}",
        event_line(event, letter=case.letter),
        f"-# When: {safe(in_full(event.when))}",
        *(_work(event.detail.deadline, case.letter) if isinstance(event.detail, DeadlineSet) else []),
        f"Now: **{safe(headline(case_state))}**",
        *([f"Deadline: {due(case_state.deadline)}"] if case_state.deadline and case_state.is_open else []),
        *(f"-# {remark}" for remark in remarks),
    ]
    asked = [(case, case_state)] if case_state.asks_extent == event else []
    why = f"why:{case.number}" if case_state.deadline else ""
    return _receipt(lines, f"undo:{operation}", tone(case_state), why, extent_blocks(asked), correct_button(case, event))


def place_fact_receipt(place: Jurisdiction, event: Event, operation: str) -> Card:
    """One event of a place apart from any letter."""
    lines = [
        f"**Recorded for {safe(place.full_label)}**, not tied to a letter",
        event_line(event),
        f"-# When: {safe(in_full(event.when))}",
        "-# It changes the status of no case. A fact of a letter is recorded with /case event.",
    ]
    return _receipt(lines, f"undo:{operation}", Tone.CALM)


def cases_receipt(
    letter: Letter,
    added: Sequence[tuple[Case, CaseState]],
    new_places: Sequence[str],
    operation: str,
    overtaken: Deadline | None = None,
) -> Card:
    """Recipients that were just recorded. `overtaken`: the deadline that closures recorded since would give."""
    lines = [f"**Recorded: {plural(len(added), 'recipient')}** of {safe(letter.title)}"]
    deadlines = {case_state.deadline for _, case_state in added}
    for deadline in deadlines:
        lines += [f"Deadline: {due(deadline)}", *_work(deadline, letter)] if deadline else ["Deadline: none recorded."]
    if overtaken:
        lines.append(f"With the closures recorded since, it would be {due(overtaken)}. Move it with /closures show.")
    lines += [f"- #{case.number} {safe(case.place.label)}: {safe(headline(case_state))}" for case, case_state in added[:SHOWN]]
    if len(added) > SHOWN:
        lines.append(f"- and {len(added) - SHOWN} more; /letter show has all")
    if new_places:
        lines.append(f"-# New on this server: {safe(clipped('; '.join(new_places), 600))}")
    return _receipt(lines, f"undo:{operation}", Tone.CALM, f"lwhy:{letter.id}" if deadlines != {None} else "")


def letter_receipt(letter: Letter, operation: str, by: int) -> Card:
    """A letter that was just recorded by the person with the id `by`; it has no recipients yet, so Undo removes it."""
    lines = [
        f"**Recorded: {safe(letter.title)}**",
        f"{safe(letter.authority)}, sent {safe(in_full(letter.sent))}",
        f"Deadline: {due(letter.deadline)}" if letter.deadline else "Deadline: none recorded.",
        *(_work(letter.deadline, letter) if letter.deadline else []),
        f"Demand: {safe(clipped(letter.demand, 600))}",
        *([f"The letter threatens: {safe(clipped('; '.join(letter.threatened), 600))}"] if letter.threatened else []),
        *([f"Legal basis: {safe(clipped('; '.join(letter.legal_basis), 300))}"] if letter.legal_basis else []),
        f"-# Source: {source(letter.sources[0])}",
        f"Next: record its recipients with /case add letter:{safe(letter.slug)}",
    ]
    return _receipt(lines, f"unletter:{operation}:{by}", Tone.CALM, f"lwhy:{letter.id}" if letter.deadline else "")


def extension_remarks(before: Deadline | None, extended: Event) -> list[str]:
    """The deadline before, and a warning if the new one is earlier."""
    if before is None:
        return ["No deadline was recorded before."]
    after = extended.detail.deadline if isinstance(extended.detail, DeadlineSet) else before
    sooner = ["This is earlier than the deadline it replaces."] if after.last_moment < before.last_moment else []
    return [f"Was: {due(before)}", *sooner]


def _work(deadline: Deadline, letter: Letter) -> list[str]:
    """How a deadline was calculated, and its time zone, in small print."""
    return [f"-# {safe(line)}" for line in (*work(deadline, letter.authority), *advice(deadline))]


def _receipt(
    lines: Sequence[str],
    undo: str,
    colour: Tone,
    why: str = "",
    questions: Iterable[Block] = (),
    correct: Button | None = None,
) -> Card:
    """`undo` and `why`: the actions of their buttons; without `why` there is no "Why this date"."""
    buttons = (Button("Undo", undo), *((correct,) if correct else ()), *((why_button(why),) if why else ()))
    blocks: tuple[Block, ...] = (Text(clipped("\n".join(lines), MOST)), *questions, Buttons(buttons))
    return Card(blocks, colour)
