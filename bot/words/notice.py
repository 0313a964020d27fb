"""Alerts in a channel: what is due, in a section for each letter and rung."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.record.case import Case, CaseState
from bot.record.events import Answer, Extent
from bot.record.ladder import Phase, Rung
from bot.record.sections import Section
from bot.words.card import Card, Divider, Text, Tone, pages
from bot.words.case_facts import EXTENTS, short_facts
from bot.words.extent import extent_questions
from bot.words.news_items import who
from bot.words.notice_parts import (
    MOST_LIST,
    Head,
    by_state,
    due_groups,
    due_line,
    foot,
    letter_line,
    letter_lines,
    origin_lines,
    room,
)
from bot.words.prose import clipped, plural, safe

MOST_DEADLINES = 4  # different ones in a heading
#: Groups of cases that need no heading, since the headline of the notice says it.
PLAIN = ({"overdue"}, {"awaiting answer"})


def card_of(head: Head, sections: Sequence[Section], now: datetime, page: int = 0) -> Card:
    """A planned notice as it is true at `now`: its sections in their order, at least one; `page` counts from 0."""
    if len(sections) > 1:
        return _morning_card(head, sections, now, page)
    [section] = sections
    cases = _states(section, now)
    rung = section.rung
    headline = _headline(rung, cases)
    heading = f"## {headline}\n{_deadlines(cases, now)}"
    letter = "\n".join([letter_line(section.letter), *letter_lines(section.letter)])
    list_pages = pages(case_lines(cases), room(heading, letter, *extent_questions(cases)))
    page = min(page, len(list_pages) - 1)
    first = f"## {headline}\n{_deadlines(cases, now, with_letter=True)}"
    above = (Text(first), Text(letter)) if page == 0 else (Text(heading),)
    below = foot(head, list_pages, page, now, cases, acknowledge=rung.phase is not Phase.BEFORE)
    blocks = (*above, Divider(), *below)
    return Card(blocks, _tone(rung), (rung.role_id or head.ping_role) if rung.loud and page == 0 else None)


def _morning_card(head: Head, sections: Sequence[Section], now: datetime, page: int) -> Card:
    """The first page has every section, with its list where that is short; the others have the lists that are long."""
    known = [(section.letter, section.rung, _states(section, now)) for section in sections]
    asked = [case for _, _, cases in known for case in cases]
    most = room(*extent_questions(asked)) // len(sections)
    shown: list[str] = []
    long: list[str] = []
    for letter, rung, cases in known:
        headline, lines = _headline(rung, cases), case_lines(cases)
        heading = [f"## {headline}", _deadlines(cases, now), letter_line(letter)]
        if sum(map(len, [*heading, *lines])) + len(lines) > most:
            long += [f"**{headline}**", letter_line(letter), *lines]
            lines = [f"{plural(len(cases), 'place')}, listed by Show all"]
        shown.append(clipped("\n".join([*heading, *lines]), most))
    *above, last = shown
    list_pages = [[last], *(pages(long, MOST_LIST) if long else [])]
    page = min(page, len(list_pages) - 1)
    below = foot(head, list_pages, page, now, asked, any(rung.phase is not Phase.BEFORE for _, rung, _ in known))
    before = [block for text in above for block in (Text(text), Divider())] if page == 0 else []
    return Card((*before, *below), _tone(sections[0].rung))


def _states(section: Section, now: datetime) -> list[tuple[Case, CaseState]]:
    by_place = sorted((case for case, _ in section.lines), key=lambda case: (case.place.label, case.number))
    return [(case, case.known_at(now)) for case in by_place]


def case_lines(cases: Sequence[tuple[Case, CaseState]]) -> list[str]:
    """The places: by state if the headline says all that holds of them, else by all that holds and state."""
    by_status: dict[str, list[Case]] = defaultdict(list)
    for case, case_state in cases:
        by_status[", ".join(short_facts(case_state))].append(case)
    if by_status.keys() in PLAIN:  # which the headline says
        return list(by_state([case for case, _ in cases], bold=True))
    lines = []
    for status, members in sorted(by_status.items(), key=lambda item: -len(item[1])):
        lines.append(f"**{safe(status[0].upper() + status[1:])}** ({len(members)})")
        lines += by_state(members, bold=False)
    return lines


def _headline(rung: Rung, cases: Sequence[tuple[Case, CaseState]]) -> str:
    """What is due now for the cases still awaiting an answer: a page may be turned long after its notice was posted."""
    owing = _owing(cases)
    if not owing:
        return f"No longer due: {who([case for case, _ in cases])}"
    names = who([case for case, _ in owing])
    left = min((case_state.days_left or 0 for _, case_state in owing), key=abs)
    if any(case_state.overdue for _, case_state in owing):
        passed = "Deadline passed" if rung.phase is Phase.PASSED or left == 0 else f"Overdue by {plural(abs(left), 'day')}"
        return f"{passed}: {names}{_lacking([case_state for _, case_state in owing])}"
    return f"Due today: {names}" if left == 0 else f"{plural(left, 'day')} left: {names}"


def _lacking(case_states: Sequence[CaseState]) -> str:
    """What is missing for the clock to stop, where that is one thing.

    It is not said of an answer of unknown extent, which may be a full one, nor of a full one that a refusal followed.
    """
    if all(case_state.unknown for case_state in case_states):
        return f", {EXTENTS[Extent.UNKNOWN]}"
    extents = {event.detail.extent for s in case_states for event in s.answers if isinstance(event.detail, Answer)}
    return "" if Extent.FULL in extents else ", no full answer on record"


def _owing(cases: Sequence[tuple[Case, CaseState]]) -> list[tuple[Case, CaseState]]:
    return [(case, case_state) for case, case_state in cases if case_state.clock_runs and case_state.deadline]


def _deadlines(cases: Sequence[tuple[Case, CaseState]], now: datetime, with_letter: bool = False) -> str:
    """The deadline with its source, once; several deadlines each with their places.

    `with_letter`: the letter and its source follow below.
    """
    dated = [(case, case_state) for case, case_state in _owing(cases) or cases if case_state.deadline]
    groups = due_groups(dated, with_letter)
    if len(groups) == 1:
        return "\n".join([due_line(groups[0], now), *origin_lines(groups[0])])
    lines = [f"{due_line(group, now)}: {who(group.cases)}" for group in groups]
    return "\n".join(lines[:MOST_DEADLINES] + ["and other deadlines"] * (len(lines) > MOST_DEADLINES))


def _tone(rung: Rung) -> Tone:
    if rung.phase is not Phase.BEFORE:
        return Tone.ALARM
    return Tone.SOON if rung.days <= 3 else Tone.CALM
