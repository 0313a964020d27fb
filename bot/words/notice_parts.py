"""What alerts and news have in common: who is named and when it was due, lists in pages, deadlines, buttons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.places import PlaceKind
from bot.record.sources import Source
from bot.words.card import Block, Button, Buttons, Style, Text
from bot.words.deadline_reasons import button as why_button
from bot.words.extent import extent_blocks
from bot.words.news_items import due_moment
from bot.words.prose import clipped, due, listed, moment, safe, source, stamp, wrapped
from bot.words.silences import BUTTON, can_be_silenced, notice_notes

LATE = timedelta(minutes=5)  # a notice that is posted later than this says so
MOST_LIST = 3_000  # characters of list on one page of a notice
LINE = 600  # characters of names on one line


@dataclass(frozen=True)
class Head:
    """What all notices have."""

    #: Names the notice in the custom_id of its buttons.
    token: str
    #: The server's.
    zone: ZoneInfo
    #: When it was to be posted.
    due_at: datetime
    #: The role that a loud alert pings.
    ping_role: int | None = None

    def late(self, now: datetime) -> list[Block]:
        text = late_text(self.due_at, self.zone, now)
        return [Text(text)] if text else []


def late_text(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """That a notice is posted late; empty if it is not."""
    return f"-# Posted late: this was due {moment(due_at.astimezone(zone))} ({stamp(due_at)})." if now - due_at >= LATE else ""


def room(*above: str) -> int:
    """Characters left for a list below these texts: Discord allows 4,000 in all the text of one message."""
    return min(MOST_LIST, 3_700 - sum(map(len, above)))


def foot(
    head: Head,
    list_pages: list[list[str]],
    page: int,
    now: datetime,
    cases: Sequence[tuple[Case, CaseState]],
    can_silence: bool = False,
    dated: bool = True,
) -> Iterable[Block]:
    """One page of lines, and what comes below it; the first page asks what the sources leave open."""
    yield Text("\n".join(list_pages[page]))
    if len(list_pages) > 1:
        yield Text(f"-# Page {page + 1} of {len(list_pages)}")
    if page == 0:
        yield from extent_blocks(cases)
        yield from (Text(f"-# {note}") for note in notice_notes(cases))
    yield from head.late(now)
    silence = can_silence and page == 0 and any(can_be_silenced(case_state) for _, case_state in cases)
    yield from _buttons(head, len(list_pages), page, silence, dated)


def _buttons(head: Head, count: int, page: int, silence: bool, dated: bool) -> Iterable[Buttons]:
    """What can be done about it, and the neighbouring pages, in a second row if one row is too short."""
    row = [Button(BUTTON, f"silence:{head.token}", style=Style.PRIMARY)] if silence else []
    row += [Button("History", f"hist:{head.token}"), Button("Sources", f"src:{head.token}")]
    row += [why_button(f"nwhy:{head.token}")] if dated else []
    turning = page_buttons(head.token, count, page)
    if len(row) + len(turning) <= 5:
        yield Buttons((*row, *turning))
    else:
        yield Buttons(tuple(row))
        yield Buttons(tuple(turning))


def page_buttons(token: str, count: int, page: int) -> list[Button]:
    """The neighbours of a notice's page, of so many pages; `page` counts from 0."""
    back = [Button("Back", f"npage:{token}:{page - 1}")] if page > 0 else []
    more = [Button("More" if page else "Show all", f"npage:{token}:{page + 1}")] if page + 1 < count else []
    return back + more


def by_state(cases: Sequence[Case], bold: bool) -> Iterable[str]:
    states: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        is_state = case.place.kind is PlaceKind.STATE
        states[case.place.state_name].append(f"State of {safe(case.place.name)}" if is_state else safe(case.place.name))
    for state, names in sorted(states.items()):
        head = f"**{state}**" if bold else state
        for number, line in enumerate(wrapped(sorted(names), LINE)):
            count = " (more)" if number else f" ({len(names)})" if len(names) > 1 else ""
            yield f"{head}{count}: {line}"


@dataclass(frozen=True)
class DueGroup:
    """Cases whose answers are due at the same moment, which has the same source."""

    #: Of the first case; None if none is known.
    deadline: Deadline | None
    #: Where the deadline in force comes from; None if that is the letter's source, which is shown anyway.
    origin: Source | None
    cases: list[Case]


def due_groups(cases: Iterable[tuple[Case, CaseState]], with_letter: bool) -> list[DueGroup]:
    groups: dict[tuple[object, Source | None], DueGroup] = {}
    for case, case_state in cases:
        deadline, event = case_state.deadline, case_state.deadline_event
        origin = event.sources[0] if event and event.sources else None
        if with_letter and case.letter.sources[:1] == (origin,):
            origin = None
        group = groups.setdefault((deadline and due_moment(deadline), origin), DueGroup(deadline, origin, []))
        group.cases.append(case)
    return list(groups.values())


def due_line(group: DueGroup, now: datetime) -> str:
    if group.deadline is None:
        return "No deadline is recorded"
    word = "Answer was due" if group.deadline.has_passed(now) else "Answer due"
    return f"{word} {due(group.deadline, strong=True)}"


def origin_lines(group: DueGroup) -> list[str]:
    return [f"-# Source of the deadline: {source(group.origin)}"] if group.origin else []


def letter_line(letter: Letter) -> str:
    return f"**{safe(letter.title)}**, {safe(letter.authority)}"


def letter_lines(letter: Letter) -> list[str]:
    lines = [f"Demand: {safe(clipped(letter.demand, 400))}"] if letter.demand else []
    if letter.threatened:
        lines.append(f"The letter threatens: {safe(clipped(listed(list(letter.threatened), 'or'), 400))}")
    if letter.sources:
        lines.append(f"-# Source: {source(letter.sources[0])}")
    return lines
