"""Alerts in a channel: what is due, in a section for each letter and rung. The first page of each fits a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.record.case import Case, CaseState
from bot.record.events import Answer, Extent
from bot.record.ladder import STILL_WATCHING, Phase
from bot.record.sections import Section
from bot.words.card import Block, Card, Divider, Text, Tone, pages
from bot.words.case_facts import EXTENTS
from bot.words.changes import change_lines, reminder
from bot.words.extent import extent_questions
from bot.words.news_items import MOST_NAMES, who
from bot.words.notice_parts import (
    LONGEST_NAMES,
    MOST_LIST,
    Head,
    alert_buttons,
    due_groups,
    due_line,
    due_lines,
    letter_line,
    letter_lines,
    named_or_counted,
)
from bot.words.place_lists import FittingList, fitting_list, place_lines, says_nothing_more
from bot.words.prose import clipped, due, listed, plural, safe, written_due
from bot.words.screen import MOST_ROWS, rows
from bot.words.silences import can_be_silenced, notice_notes
from bot.words.still_watching import question_card

MOST_WITH_COUNTS = 2  # sections of a card that say how many places there are in which state
FULL = 3  # sections of a card that have a stamp beside the written date, and what changed
#: Different ones that are told of a section, by how many share the card.
MOST_CHANGES = {1: 3, 2: 1}
NEVER_TOLD = "-# “What was asked” says what this letter demands."
#: Characters of what a letter is called, where it shares its card with so many.
LONGEST_TITLES = (60, 60, 60, 44)
SHORTEST_TITLE = 24
LONGEST_SHARED_NAMES = 36  # characters of places in the headline of a section, where as many share a card
#: Rows of text on a card, so that it fits a screen of 900 pixels: those of a letter alone, of several, and of as many as
#: share a card.
MOST_ROWS_ALONE, MOST_ROWS_OF_SEVERAL, MOST_ROWS_OF_MANY = 25, 27, 26
ROWS_OF_QUESTION = 4  # of the buttons below a question
#: What is left out where a card would not fit: first what changed, then all deadlines but the first, then who sent the letter
#: and much of its title. With each fewer silences are told.
BREVITIES = (0, 1, 2, 3)


@dataclass(frozen=True)
class _Shown:
    """A section with its cases as they are now."""

    section: Section
    cases: Sequence[tuple[Case, CaseState]]

    @property
    def owing(self) -> list[tuple[Case, CaseState]]:
        """Those that still have to answer: a page may be turned long after its notice was posted."""
        return [(case, case_state) for case, case_state in self.cases if case_state.clock_runs and case_state.deadline]

    @property
    def overdue(self) -> bool:
        return any(case_state.overdue for _, case_state in self.owing)


def card_of(head: Head, sections: Sequence[Section], now: datetime, page: int = 0) -> Card:
    """A planned notice as it is true at `now`: its sections in their order, at least one; `page` counts from 0.

    1. The first page says of each section what is due, by when, what changed since its last alert, and the places if they
       fit a screen; else how many there are in which state.
    2. Where they do not fit, the pages behind Show all have all of them.
    """
    shown = [_Shown(section, _states(section, now)) for section in sections]
    if sections[0].rung.name == STILL_WATCHING.name and (overdue := shown[0].owing):
        return question_card(head, sections[0].letter, overdue, now, page)
    every = [case for each in shown for case in each.cases]
    headline = _headline(shown[0]) if len(shown) == 1 else _headline_of_all(shown, head, now)
    asked = shown[0].cases if len(shown) == 1 else ()
    blocks, notes, is_whole = _first_page(head, headline, shown, now)
    head = replace(head, notes=notes) if page == 0 else head
    list_pages = [] if is_whole else pages(_whole_lists(shown), MOST_LIST)
    page = min(page, len(list_pages))
    if page:
        blocks = [Text(f"## {headline}"), Text("\n".join(list_pages[page - 1])), Text(f"-# Page {page} of {len(list_pages)}")]
    silencing = page == 0 and any(each.section.rung.phase is not Phase.BEFORE for each in shown)
    silencing = silencing and any(can_be_silenced(case_state) for _, case_state in every)
    foot = alert_buttons(head, asked if page == 0 else (), len(list_pages) + 1, page, now, silencing)
    first, *_ = sections
    ping_role = (first.rung.role_id or head.ping_role) if first.rung.loud and page == 0 else None
    return Card((*blocks, *foot), _tone(first), ping_role)


def _first_page(head: Head, headline: str, shown: Sequence[_Shown], now: datetime) -> tuple[list[Block], tuple[str, ...], bool]:
    """The texts of the first page above its questions, the notes below them, and whether all places are named."""
    is_alone = len(shown) == 1
    top = _fitting_top(head, headline, shown, now)
    room = MOST_ROWS if is_alone else _most_rows(shown)
    longest = LONGEST_NAMES if is_alone or not top.brevity else LONGEST_SHARED_NAMES
    each_left = max((room - top.used) // len(shown), 0)
    lists = [FittingList([], True) if _names_all(each, longest) else fitting_list(each.cases, each_left) for each in shown]
    if len(shown) > MOST_WITH_COUNTS:  # then the headlines have to do
        lists = [places if places.is_whole else replace(places, lines=[]) for places in lists]
    blocks: list[Block] = [Text(f"## {headline}")] if not is_alone else []
    for lines, places in zip(top.above, lists, strict=True):
        if is_alone:
            blocks.append(Text("\n".join([f"## {headline}", *lines])))
            blocks += [Divider(), Text("\n".join(places.lines))] if places.lines else []
        else:
            blocks += [Divider(), Text("\n".join([*lines, *places.lines]))]
    return blocks, top.notes, all(places.is_whole for places in lists)


@dataclass(frozen=True)
class _Top:
    """What stands on a card beside its lists."""

    #: Of each section.
    above: list[list[str]]
    notes: tuple[str, ...]
    used: int
    brevity: int


def _fitting_top(head: Head, headline: str, shown: Sequence[_Shown], now: datetime) -> _Top:
    """As much as fits a screen."""
    every = [case for each in shown for case in each.cases]
    questions = extent_questions(shown[0].cases, 1) if len(shown) == 1 else []
    late = [block.markdown for block in head.late(now) if isinstance(block, Text)]
    for brevity in BREVITIES:
        above = [_about(each, head, now, len(shown), brevity) for each in shown]
        notes = notice_notes(every, max(len(shown), brevity + 1))
        others = [*questions, *notes, *late]
        used = rows(f"## {headline}", *(line for lines in above for line in lines), *others) + len(others)
        if used + ROWS_OF_QUESTION * bool(questions) <= _most_rows(shown):
            break
    return _Top(above, tuple(notes), used, brevity)


def _most_rows(shown: Sequence[_Shown]) -> int:
    if len(shown) == 1:
        return MOST_ROWS_ALONE
    return MOST_ROWS_OF_SEVERAL if len(shown) <= FULL else MOST_ROWS_OF_MANY


def _about(shown: _Shown, head: Head, now: datetime, sharing: int, brevity: int) -> list[str]:
    """What is said of a section above its places. `sharing`: how many sections share the card; `brevity` as in BREVITIES."""
    section, last = shown.section, shown.section.last
    deadlines = _deadlines(shown, now, sharing, is_brief=brevity > 1)
    headline = _headline(shown, LONGEST_SHARED_NAMES if brevity else LONGEST_NAMES)
    title = safe(clipped(section.letter.title, SHORTEST_TITLE if brevity > 2 and sharing > 1 else LONGEST_TITLES[sharing - 1]))
    if sharing == 1:
        lines = [f"**{title}**" if brevity > 2 and last.letter_told else letter_line(section.letter), *deadlines]
    elif len(deadlines) == 1:
        lines = [f"**{headline}**", f"{title}: {deadlines[0]}"]
    else:
        lines = [f"**{headline}**", title, *deadlines]
    if not last.letter_told and sharing <= FULL:
        lines += letter_lines(section.letter) if sharing == 1 else [NEVER_TOLD]
    return lines if brevity else [*lines, *change_lines(last, now, head.zone, most=MOST_CHANGES.get(sharing, 0))]


def _whole_lists(shown: Sequence[_Shown]) -> list[str]:
    lines = []
    for each in shown:
        if len(shown) > 1:
            lines += [f"**{_headline(each)}**", letter_line(each.section.letter)]
        lines += place_lines(each.cases)
    return lines


def _states(section: Section, now: datetime) -> list[tuple[Case, CaseState]]:
    by_place = sorted((case for case, _ in section.lines), key=lambda case: (case.place.label, case.number))
    return [(case, case.known_at(now)) for case in by_place]


def _headline(shown: _Shown, longest: int = LONGEST_NAMES) -> str:
    """What is due now, for whom, and which reminder of it this is. `longest`: characters of the places."""
    owing = shown.owing
    if not owing:
        return f"No longer due: {_names(shown.cases, longest)}"
    days = sorted({case_state.days_left or 0 for _, case_state in owing}, key=abs)
    if not shown.overdue:
        when = f"{_span(days)} left" if days[-1] else "Due today"
        return f"{when}: {_names(owing, longest)}"
    overdue = sorted({case_state.days_left or 0 for _, case_state in owing if case_state.overdue}, key=abs)
    passed = shown.section.rung.phase is Phase.PASSED or not any(overdue)
    which = reminder(shown.section)
    lacking = "" if which else _lacking(shown)
    words = "Deadline passed" if passed else f"Overdue by {_span(overdue)}"
    return ", ".join(filter(None, (f"{words}: {_names(owing, longest)}", which or lacking)))


def _span(days: Sequence[int]) -> str:
    """3 days; 3 to 5 days, where deadlines differ. `days`: the nearest first."""
    nearest, furthest = abs(days[0]), abs(days[-1])
    return plural(furthest, "day") if nearest == furthest else f"{nearest:,} to {plural(furthest, 'day')}"


def _headline_of_all(shown: Sequence[_Shown], head: Head, now: datetime) -> str:
    """Friday 23 February: 23 answers due and 27 overdue, 2 letters"""
    overdue = sum(case_state.overdue for each in shown for _, case_state in each.owing)
    ahead = sum(len(each.owing) for each in shown) - overdue
    counts = [f"{plural(ahead, 'answer')} due"] if ahead else []
    counts += [f"{overdue:,} overdue" if ahead else f"{plural(overdue, 'answer')} overdue"] if overdue else []
    letters = len({each.section.letter.id for each in shown})
    today = now.astimezone(head.zone)
    counted = f"{listed(counts)}, {plural(letters, 'letter')}" if counts else "nothing is due any more"
    return f"{today:%A} {today.day} {today:%B}: {counted}"


def _names(cases: Sequence[tuple[Case, CaseState]], longest: int) -> str:
    return named_or_counted([case for case, _ in cases], longest)


def _names_all(shown: _Shown, longest: int) -> bool:
    """Whether the headline names all places, and a list of them would say nothing more."""
    is_short = len(shown.cases) <= MOST_NAMES and len(who([case for case, _ in shown.cases])) <= longest
    return is_short and len(shown.owing) == len(shown.cases) and says_nothing_more(shown.cases)


def _lacking(shown: _Shown) -> str:
    """What is missing for the clock to stop, where that is one thing.

    It is not said of an answer of unknown extent, which may be a full one, nor of a full one that a refusal followed.
    """
    case_states = [case_state for _, case_state in shown.owing]
    if all(case_state.unknown for case_state in case_states):
        return EXTENTS[Extent.UNKNOWN]
    extents = {event.detail.extent for s in case_states for event in s.answers if isinstance(event.detail, Answer)}
    return "" if Extent.FULL in extents else "no full answer on record"


def _deadlines(shown: _Shown, now: datetime, sharing: int, is_brief: bool) -> list[str]:
    """The deadline, once; several deadlines each with their places. Where it is from is behind the button that says why."""
    dated = [(case, case_state) for case, case_state in shown.owing or shown.cases if case_state.deadline]
    groups = due_groups(dated)
    if len(groups) > 1 and not is_brief:
        return due_lines(groups, now)
    if not groups:
        return due_lines([], now)
    more = f", and {len(groups) - 1:,} later" if len(groups) > 1 else ""
    if sharing > 1:
        deadline = groups[0].deadline
        if deadline is None:
            return ["no deadline is recorded"]
        return [f"due {due(deadline, strong=True) if sharing <= FULL else f'**{written_due(deadline)}**'}{more}"]
    lacking = _lacking(shown) if shown.overdue and reminder(shown.section) else ""
    return [due_line(groups[0], now) + more + (f", {lacking}" if lacking else "")]


def _tone(section: Section) -> Tone:
    if section.rung.phase is not Phase.BEFORE:
        return Tone.ALARM
    return Tone.SOON if section.rung.days <= 3 else Tone.CALM
