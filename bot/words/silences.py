"""Silences in words: on notices, in receipts, in the list of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.dates import written
from bot.record.events import Event
from bot.words.card import Button, Card, Text, Tone, with_undo
from bot.words.events import until
from bot.words.paging import Passage, packed
from bot.words.prose import clipped, listed, moment, plural, safe

SHOWN = 15  # cases that are listed by name
LONGEST_REASON = 300
LONGEST_NOTE = 120  # characters of a reason on a notice
MOST_NOTES = 3  # silences that are told on one notice
DAYS = 14  # of the button
BUTTON = f"Silence {DAYS} days"
SEEN = "Seen in the channel."
ALWAYS = "The countdown to a new deadline and “deadline passed” are posted all the same."


@dataclass(frozen=True)
class SilenceRow:
    """One line of the list of silences: cases of one letter."""

    letter: Letter
    until: date
    #: The silence of its first case.
    event: Event
    count: int
    #: The first of them.
    cases: tuple[Case, ...]
    #: The custom_id of its Lift button.
    lift: str


def silence_words(case_state: CaseState) -> str:
    """silenced until Wed 14 March 2018; empty where nothing is held back"""
    day = case_state.silenced_until
    return f"silenced {until(day)}" if case_state.silenced and day else ""


def silence_line(case_state: CaseState, longest: int = LONGEST_REASON) -> str:
    """Who silenced it, until when and why, as markdown: "Silenced until Wed 14 March 2018 by Alice: seen".

    `longest`: characters of the reason; 0 leaves it out.
    """
    silence = case_state.silence
    if silence is None or not case_state.silenced:
        return ""
    return _line(silence.event, case_state.silenced_until, longest)


def notice_notes(cases: Sequence[tuple[Case, CaseState]], sharing: int = 1) -> list[str]:
    """What a notice says of its cases that are silenced: each silence once, with its cases if there are others.

    `sharing`: the more sections share the card, the fewer silences are told. The reason is told if there is one silence of one
    section; /silences has all.
    """
    by_event: dict[str, tuple[CaseState, list[Case]]] = {}
    for case, case_state in cases:
        if line := silence_line(case_state):
            by_event.setdefault(line, (case_state, []))[1].append(case)
    most = max(MOST_NOTES + 1 - sharing, 1)
    with_reason = len(by_event) == 1 and sharing == 1
    lines = []
    for case_state, members in list(by_event.values())[:most]:
        some = len(members) < len(cases)
        names = listed([safe(case.place.label) for case in members[:3]]) if len(members) <= 3 else plural(len(members), "case")
        line = silence_line(case_state, LONGEST_NOTE if with_reason else 0)
        lines.append(f"{line} ({names})" if some else line)
    if len(by_event) > most == 1:
        return [f"{plural(sum(len(members) for _, members in by_event.values()), 'silenced case')}: /silences"]
    return lines + (["More of them are silenced: /silences."] if len(by_event) > most else [])


def can_be_silenced(case_state: CaseState) -> bool:
    """Whether there are reminders of the case that could be held back."""
    return case_state.overdue and not case_state.acknowledged and not case_state.silenced


def silenced_receipt(
    cases: Sequence[Case], count: int, day: date | None, end: datetime | None, left: Sequence[str], operation: str
) -> Card:
    """`cases`: the first that were silenced, of so many; `end`: when the newest reminder is posted, in the server's zone.

    `left`: what was left out and why, as plain text.
    """
    back = moment(end) if end else "at the next posting hour after that event"
    lines = [
        f"**Silenced {until(day)}: {plural(count, 'case')}**",
        f"Reminders that fall due until then are held back. If there are any, the newest of them is posted {back}. {ALWAYS}",
        *_names(cases, count),
        *(f"-# Left out: {safe(reason)}" for reason in left),
    ]
    return with_undo(lines, operation)


def lifted_receipt(cases: Sequence[Case], count: int, operation: str) -> Card:
    lines = [
        f"**Silence lifted: {plural(count, 'case')}**",
        "If a reminder was held back, the newest is posted now, or at the next posting hour.",
        *_names(cases, count),
    ]
    return with_undo(lines, operation)


def silences_cards(rows: Sequence[SilenceRow], total: int, zone: ZoneInfo) -> list[Card]:
    heading = "## Silences"
    if not rows:
        none = "No reminders are silenced. Silence some with /case silence, or with the button of an overdue notice."
        return [Card((Text(f"{heading}\n{none}"),))]
    about = f"{plural(total, 'silence')}. Each ends by itself at the posting hour of its day ({safe(zone.key)})."
    return packed(f"{heading}\n{about}", [_row(row) for row in rows], Tone.CALM)


def _row(row: SilenceRow) -> Passage:
    title = until(row.until)
    names = "; ".join(f"#{case.number} {safe(case.place.label)}" for case in row.cases)
    more = f" and {row.count - len(row.cases):,} more" if row.count > len(row.cases) else ""
    lines = (f"{safe(row.letter.title)}: {names}{more}", f"-# {_by(row.event)}")
    return Passage(lines, (Button("Lift", row.lift),), title=f"**{title[0].upper()}{title[1:]}**")


def _line(event: Event, day: date | None, longest: int) -> str:
    by = f" by {safe(event.recorded_by)}" if event.recorded_by else ""
    why = f": {safe(clipped(event.text, longest))}" if event.text and longest else ""
    return f"Silenced {until(day)}{by}{why}"


def _by(event: Event) -> str:
    on = written(event.recorded_at.astimezone(event.when.zone).date())
    by = f"{safe(event.recorded_by)}, " if event.recorded_by else ""
    return f"{by}{on}{f': {safe(clipped(event.text, LONGEST_REASON))}' if event.text else ''}"


def _names(cases: Iterable[Case], count: int) -> list[str]:
    lines = [f"- #{case.number} {safe(case.place.label)}" for case in cases][:SHOWN]
    return [*lines, f"- and {count - SHOWN:,} more"] if count > SHOWN else lines
