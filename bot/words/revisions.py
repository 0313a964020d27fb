"""Changes of letters, places and settings, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.record.case import Letter
from bot.record.deadlines.dates import written
from bot.record.news import ToldChange
from bot.record.place_kinds import PlaceKind
from bot.record.revisions import Revision, Subject
from bot.words.card import Button, Card, Text
from bot.words.paging import Passage, packed
from bot.words.prose import clipped, listed, plural, safe, source

SHOWN = 300  # characters of a text before a change, and of it after
MANAGERS_ONLY = "Only people with Manage Server can undo a change of the settings."
OUT_OF_DATE = (
    "Something else was recorded in the meantime, so nothing was changed. Use the command again to see what would change."
)
EDIT_OVER = (
    "This was decided already, or is too old. /letter history shows what is recorded; to change it, use the command again."
)
NOT_RECORDED = "It is no longer recorded, so there is nothing to undo."
#: What the fields of each subject are called.
FIELDS = {
    "title": "title",
    "demand": "demand",
    "legal_basis": "legal basis",
    "threatened": "threats",
    "sources": "source",
    "deadline": "deadline",
    "deadline_note": "note",
    "name": "name",
    "kind": "kind",
    "aliases": "other names",
    "ocd_id": "division id",
    "channel_id": "channel for alerts",
    "fallback_channel_id": "fallback channel",
    "zone": "time zone",
    "hour": "posting hour",
    "quiet": "quiet times",
    "unannounced": "kinds that are announced",
    "collect_seconds": "time in which news is collected",
    "desk_role_ids": "desk roles",
    "escalation_role_id": "role that is pinged",
}


def fields_text(revision: Revision) -> str:
    """What was changed: "title and demand"."""
    if revision.subject is Subject.MERGE:
        return "merge"
    return listed([FIELDS.get(name, name.replace("_", " ")) for name in revision.after])


def undone_already(revision: Revision, zone: ZoneInfo) -> str:
    assert revision.undone_at is not None
    day = written(revision.undone_at.astimezone(zone).date())
    return f"There is nothing left to undo: {revision.undone_by} undid this on {day}."


def changed_again(later: Revision, zone: ZoneInfo) -> str:
    """Why an earlier change of the same is not undone."""
    day = written(later.recorded_at.astimezone(zone).date())
    return (
        f"The {fields_text(later)} was changed again since, on {day} by {later.recorded_by}, so this cannot be undone alone. "
        "Undo that change first, or record what is right as a new change."
    )


def changed_back_receipt(changed_back: Sequence[Revision]) -> Card:
    """What was changed back, where no event was taken back with it."""
    what = listed([f"{revision.subject}: {fields_text(revision)}" for revision in changed_back])
    return Card((Text(f"**Undone:** {what}. It is as it was before. The history still shows the change."),))


def changed_meanwhile(title: str, by: Revision | None) -> str:
    who = f" by {by.recorded_by}" if by else ""
    return f"“{title}” was changed{who} in the meantime. Nothing was recorded. Use the command again to see how it is now."


def change_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    """Each field that was changed, as it was and as it became. Markdown."""
    for name in after:
        if name == "sources":
            yield from _source_lines(before.get(name), after[name])
            continue
        was, became = (field_text(name, fields.get(name)) for fields in (before, after))
        yield f"- {FIELDS.get(name, name.replace('_', ' ')).capitalize()}: {was or 'none'} → **{became or 'none'}**"


def _source_lines(before: Any, after: Any) -> Iterable[str]:
    was, is_now = (names if isinstance(names, list) else [] for names in (before, after))
    yield from (f"- Source taken off: {_source_name(each)}" for each in was if each not in is_now)
    yield from (f"- Source added: {_source_name(each)}" for each in is_now if each not in was)


def _source_name(stored: Any) -> str:
    return safe(clipped(str(stored.get("title") or stored.get("url") or ""), 100)) if isinstance(stored, dict) else ""


def field_text(name: str, value: Any) -> str:
    """The value of a field as it is stored, in words; empty if there is none. Markdown."""
    match name, value:
        case "deadline", dict():
            time = f", {str(value['time'])[:5]}" if value.get("time") else ""
            return safe(f"{_day(value.get('date'))}{time}")
        case "kind", str():
            return next((kind.words for kind in PlaceKind if kind.value == value), safe(value))
        case _, list():
            return safe(clipped("; ".join(map(str, value)), SHOWN))
        case _, None:
            return ""
        case _:
            return safe(clipped(str(value), SHOWN))


def _day(stored: Any) -> str:
    try:
        return written(datetime.fromisoformat(str(stored)).date())
    except ValueError:
        return str(stored)


def who_and_when(revision: Revision, zone: ZoneInfo) -> str:
    """3 February 2018, 09:12, by Alice"""
    return f"{_moment(revision.recorded_at, zone)}, by {safe(revision.recorded_by)}"


def revision_section(revision: Revision, zone: ZoneInfo, press: str = "") -> Passage:
    """One change in a history. `press` is what its Undo button does; empty for none."""
    lines = [f"**{_capital(fields_text(revision))} changed** on {who_and_when(revision, zone)}"]
    lines += change_lines(revision.before, revision.after)
    if revision.sources:
        lines.append(f"-# Source: {'; '.join(map(source, revision.sources))}")
    if revision.reason:
        lines.append(f"-# Reason: {safe(revision.reason)}")
    if revision.undone_at is not None:
        lines = [f"~~{line.removeprefix('- ')}~~" if not line.startswith("-#") else line for line in lines]
        day = written(revision.undone_at.astimezone(zone).date())
        lines.append(f"-# Undone on {day} by {safe(revision.undone_by)}")
        press = ""
    return Passage(tuple(lines), (Button("Undo", press),) if press else ())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def letter_history_cards(
    letter: Letter,
    changes: Sequence[Revision],
    recipients: Sequence[tuple[datetime, str, int, int, bool]],
    recorded_at: datetime | None,
    zone: ZoneInfo,
) -> list[Card]:
    """Every change of a letter, and what was recorded of it, the newest first.

    `recipients`: when some were recorded together, by whom, how many, the first number, and whether they were taken back.
    """
    entries = [(each.recorded_at, revision_section(each, zone, f"undo:{each.operation}")) for each in changes]
    for at, by, count, first, taken_back in recipients:
        numbers = f"#{first}" if count == 1 else f"from #{first}"
        what = f"**{plural(count, 'recipient')} {'taken back' if taken_back else 'recorded'}** ({numbers})"
        entries.append((at, Passage((f"{what} on {_moment(at, zone)}, by {safe(by)}",))))
    if recorded_at:
        entries.append((recorded_at, Passage((f"**Letter recorded** on {_moment(recorded_at, zone)}",))))
    entries.sort(key=lambda entry: entry[0], reverse=True)
    head = f"## History of {safe(letter.title)}\n-# What happened to its recipients is in /history."
    return packed(head, [section for _, section in entries])


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{written(local.date())}, {local:%H:%M}"


def changed_on(changes: Sequence[Revision], zone: ZoneInfo) -> list[str]:
    """ "Demand changed on 3 February 2018 by Alice": of each field the newest change that holds. Markdown."""
    newest: dict[str, Revision] = {}
    for revision in changes:
        if revision.undone_at is None:
            for name in revision.after:
                newest.setdefault(name, revision)
    by_revision: dict[int, list[str]] = {}
    for name, revision in newest.items():
        by_revision.setdefault(revision.id, []).append(FIELDS.get(name, name))
    known = {revision.id: revision for revision in changes}
    return [
        f"-# {_capital(listed(names))} changed on {written(known[id].recorded_at.astimezone(zone).date())} "
        f"by {safe(known[id].recorded_by)}"
        for id, names in by_revision.items()
    ]


def history_button(letter_id: int) -> Button:
    return Button("Changes", f"lhist:{letter_id}")


def told_headline(told: ToldChange) -> str:
    """What is announced of a change: "Demand of May: demand changed"; "Denver, CO (city) is now part of Aurora, CO (city)"."""
    revision = told.revision
    if revision.subject is Subject.MERGE:
        into = (revision.before if revision.undoes else revision.after).get("labels", ("", ""))[1]
        if revision.undoes:
            return f"{safe(told.of)} is no part of {safe(str(into))} any more"
        return f"{safe(told.of)} is recorded as part of {safe(str(into))} now"
    done = "changed back" if revision.undoes else "changed"
    return f"{safe(told.of)}: {fields_text(revision)} {done}"


def told_lines(told: ToldChange, zone: ZoneInfo, *, with_headline: bool) -> Iterable[str]:
    """A change as it is announced: what was before, what is now, who changed it and by which source."""
    revision = told.revision
    if with_headline:
        yield f"**{told_headline(told)}**"
    if revision.subject is not Subject.MERGE:
        yield from change_lines(revision.before, revision.after)
    sources = f"; source: {'; '.join(map(source, revision.sources[:2]))}" if revision.sources else ""
    reason = f"; reason: {safe(clipped(revision.reason, SHOWN))}" if revision.reason else ""
    yield f"-# {'Undone' if revision.undoes else 'Changed'} {who_and_when(revision, zone)}{sources}{reason}"


def changes_cards(changes: Sequence[Revision], zone: ZoneInfo) -> list[Card]:
    """What was changed, as a notice announced it, each with its Undo."""
    sections = [revision_section(each, zone, "" if each.undoes else f"undo:{each.operation}") for each in changes]
    return packed("## What was changed", sections)
