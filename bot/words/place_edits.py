"""Changes of places in words: what would change, what was changed, and which places were merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState
from bot.record.events import Event
from bot.record.places import Jurisdiction
from bot.record.revisions import Revision, Subject
from bot.record.sources import Source
from bot.words.card import MOST, Button, Buttons, Card, Style, Text, Tone, with_undo
from bot.words.events import event_line
from bot.words.prose import clipped, listed, plural, safe, source
from bot.words.revisions import change_lines, who_and_when
from bot.words.status import headline

SHOWN = 20  # cases and facts that are listed


def edit_preview(
    label: str, before: Mapping[str, Any], after: Mapping[str, Any], reason: str, cited: Source | None, press: str
) -> Card:
    """What would change of a place, with the buttons to decide."""
    lines = [f"## Change {safe(label)}?", "Nothing is recorded yet.", *change_lines(before, after), *_basis(reason, cited)]
    return _deciding(lines, press)


def _basis(reason: str, cited: Source | None) -> Iterable[str]:
    if cited:
        yield f"-# Source: {source(cited)}"
    if reason:
        yield f"-# Reason: {safe(reason)}"


def _deciding(lines: Iterable[str], press: str) -> Card:
    row = Buttons((Button("Record", press, style=Style.PRIMARY), Button("Leave", "asitis:")))
    return Card((Text(clipped("\n".join(lines), MOST)), row), Tone.SOON)


def edit_receipt(label: str, before: Mapping[str, Any], after: Mapping[str, Any], operation: str) -> Card:
    lines = [f"**Changed: {safe(label)}**", *change_lines(before, after)]
    return with_undo(lines, operation)


def merge_preview(
    place: Jurisdiction,
    into: Jurisdiction,
    cases: Sequence[tuple[Case, CaseState]],
    facts: Sequence[Event],
    new_names: Sequence[str],
    reason: str,
    press: str,
) -> Card:
    """What would move from one place to the other, with the buttons to decide."""
    head = f"## Merge {safe(place.full_label)} into {safe(into.full_label)}?"
    lines = [head, "Nothing is recorded yet. No event is changed, and Undo separates the two again.", *_warnings(place, into)]
    lines.append(f"**{plural(len(cases), 'case')}** would belong to {safe(into.label)}{':' if cases else '.'}")
    lines += [f"- #{case.number} {safe(case.letter.title)}: {safe(headline(state))}" for case, state in cases[:SHOWN]]
    lines += [f"- and {len(cases) - SHOWN} more"] if len(cases) > SHOWN else []
    if facts:
        lines.append(f"**{plural(len(facts), 'fact')}** not tied to a letter:")
        lines += [f"- {event_line(event)}" for event in facts[:SHOWN]]
        lines += [f"- and {len(facts) - SHOWN} more"] if len(facts) > SHOWN else []
    if new_names:
        lines.append(f"These names find {safe(into.label)} then: {safe(listed(list(new_names)))}.")
    return _deciding([*lines, *_basis(reason, None)], press)


def _warnings(place: Jurisdiction, into: Jurisdiction) -> Iterable[str]:
    if place.kind is not into.kind:
        yield f"Their kinds differ: {place.kind.words} and {into.kind.words}."
    if place.state != into.state:
        yield f"They lie in different states: {place.state_name} and {into.state_name}."
    if place.ocd_id and into.ocd_id and place.ocd_id != into.ocd_id:
        yield f"Their divisions differ: {safe(place.ocd_id)} and {safe(into.ocd_id)}."


def merge_receipt(place: Jurisdiction, into: Jurisdiction, moved: int, operation: str) -> Card:
    lines = [
        f"**Merged: {safe(place.full_label)}** is part of **{safe(into.full_label)}** now.",
        f"{plural(moved, 'case')} moved. Undo separates the two again; so does the button in /history, at any time.",
    ]
    return with_undo(lines, operation)


def went_to(place: Jurisdiction, into: Jurisdiction, merge: Revision | None, zone: ZoneInfo) -> str:
    """Where a merged place went. Markdown."""
    when = f" on {who_and_when(merge, zone)}" if merge else ""
    return f"{safe(place.full_label)} was merged into {safe(into.full_label)}{when}. This is the history of both."


def history_lines(changes: Sequence[Revision], zone: ZoneInfo) -> list[str]:
    """What was changed of a place and merged into it, newest first. Markdown."""
    lines: list[str] = []
    for change in changes:
        struck = "~~" if change.undone_at is not None else ""
        if change.subject is Subject.MERGE:
            first, second = (safe(str(label)) for label in change.after.get("labels", ("", "")))
            lines.append(f"- {struck}{first} merged into {second} on {who_and_when(change, zone)}{struck}")
        else:
            lines.append(f"- {struck}Changed on {who_and_when(change, zone)}{struck}")
            lines += [f"  {line}" for line in change_lines(change.before, change.after)]
        if change.undone_at is not None:
            lines.append(f"  -# Undone by {safe(change.undone_by)}")
    return lines


def separate_buttons(changes: Sequence[Revision], most: int = 5) -> tuple[Button, ...]:
    """An Undo for each merge that holds, the newest first."""
    merges = [each for each in changes if each.subject is Subject.MERGE and each.undone_at is None]
    return tuple(
        Button(clipped(f"Separate {each.after.get('labels', ('',))[0]}", 80), f"undo:{each.operation}")
        for each in merges[:most]
    )
