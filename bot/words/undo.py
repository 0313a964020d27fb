"""Undo in words: what would be taken back with an entry, and what was taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.record.case import Case, CaseState
from bot.record.events import Event, Sent
from bot.record.places import Jurisdiction
from bot.words.card import Button, Buttons, Card, Style, Text, Tone
from bot.words.events import event_line, recorder
from bot.words.paging import Passage, packed
from bot.words.prose import plural, safe
from bot.words.status import headline

SHOWN = 15  # cases that are listed by name
#: What the correction of a fact says that was taken back with something else.
WITH_CASE = "Undone with its case."
WITH_LETTER = "Undone with the letter."
WITH_ENTRY = "Undone with the entry it rests on."
CORRECTED_SINCE = (
    "What was recorded instead was corrected since, so this correction cannot be undone. If something is wrong now, correct "
    "that: /case correct, or the Correct button of /history."
)
LIST_OVER = "Nothing on this list is left to undo."


def later_facts_cards(facts: Iterable[tuple[Case | Jurisdiction, Event]], press: str, again: bool = False) -> list[Card]:
    """What an undo would also take back, case by case, in pages, each with the buttons to decide; of places alone by place.

    `press` is what Undo all does. `again`: another list was agreed to.
    """
    by_case: dict[tuple[bool, int], list[tuple[Case | Jurisdiction, Event]]] = defaultdict(list)
    for about, event in facts:
        by_case[isinstance(about, Case), about.id].append((about, event))
    events = [event for of_case in by_case.values() for _, event in of_case]
    recipients = sum(isinstance(event.detail, Sent) for event in events)
    changed = "Something else was recorded in the meantime, so nothing was undone yet.\n" if again else ""
    with_recipients = f"{plural(recipients, 'recipient')} with " if recipients else ""
    head = f"{changed}**This also takes back {with_recipients}{plural(len(events), 'later fact')}:**"
    lines = [line for of_case in by_case.values() for line in _lines(of_case)]
    cards = packed(head, [Passage(tuple(lines))], Tone.SOON)  # one section, as a message has room for few
    row = Buttons((Button("Undo all", press, style=Style.DANGER), Button("Leave", "leave:")))
    return [replace(card, blocks=(*card.blocks, row)) for card in cards]


def _lines(of_case: Sequence[tuple[Case | Jurisdiction, Event]]) -> Iterable[str]:
    about, _ = of_case[0]
    if isinstance(about, Case):
        yield f"**#{about.number} {safe(about.place.label)}**, {safe(about.letter.title)}"
    else:
        yield f"**{safe(about.label)}**, not tied to a letter"
    yield from (f"- {event_line(event)}{recorder(event)}" for _, event in of_case)


def nothing_undone() -> Card:
    return Card((Text("**Nothing was undone.**"),))


def undone_receipt(count: int, case_states: Sequence[tuple[Case, CaseState]], case_count: int, remark: str = "") -> Card:
    """`case_states`: the first of the cases, of which there are `case_count`."""
    lines = [f"**Undone:** {plural(count, 'event')} corrected. The history still shows what was recorded."]
    for case, case_state in case_states[:SHOWN]:
        now = safe(headline(case_state)) if case_state.exists else "no longer recorded as sent"
        lines.append(f"- #{case.number} {safe(case.place.label)}: {now}")
    if case_count > SHOWN:
        lines.append(f"- and {case_count - SHOWN} more")
    if remark:
        lines.append(safe(remark))
    return Card((Text("\n".join(lines)),))


def letter_undone(title: str) -> Card:
    return Card((Text(f"**Undone:** the letter “{safe(title)}” is no longer recorded."),))


def undone_letter(title: str, stays: bool) -> str:
    """What became of the letter that was recorded together with what was undone. Plain text."""
    if stays:
        return f"Recipients have since been added to the letter “{title}”, so it was not removed."
    return f"The letter “{title}” is no longer recorded."
