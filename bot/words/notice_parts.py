"""What alerts and news have in common: who is named and when it was due, lists in pages, deadlines, buttons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.places import Jurisdiction, PlaceKind
from bot.words.card import Block, Button, Buttons, Style, Text
from bot.words.deadline_reasons import button as why_button
from bot.words.extent import extent_blocks
from bot.words.news_items import due_moment, who
from bot.words.prose import clipped, due, listed, moment, plural, safe, source, stamp, wrapped
from bot.words.silences import BUTTON

LATE = timedelta(minutes=5)  # a notice that is posted later than this says so
MOST_LIST = 3_000  # characters of list on one page of a notice
LINE = 600  # characters of names on one line
LONGEST_TITLE = 100  # characters of what a letter is called, and of who sent it
LONGEST_DEMAND = 110  # characters of what it demands, and of what it threatens
LONGEST_NAMES = 90  # characters of places in a headline
MOST_DEADLINES = 2  # different ones in a section
LONGEST_SOURCE = 40  # characters of the title of its source
WHAT_WAS_ASKED = "What was asked"


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
    #: In place of the button that silences: who did that, and until when. Markdown, a line each.
    notes: tuple[str, ...] = ()
    #: None while it is not posted yet.
    posted_at: datetime | None = None

    def late(self, now: datetime) -> list[Block]:
        text = late_text(self.due_at, self.zone, self.posted_at or now)
        return [Text(text)] if text else []


def late_text(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """That a notice that is posted now is late; empty if it is not."""
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
    dated: bool = True,
    with_letter: bool = False,
) -> Iterable[Block]:
    """One page of news, and what comes below it; the first page asks what the sources leave open.

    `with_letter`: a letter is announced, of which the button has all that it asks, and its sources.
    """
    yield Text("\n".join(list_pages[page]))
    if page > 0:
        yield Text(f"-# Page {page + 1} of {len(list_pages)}")
    if page == 0:
        yield from extent_blocks(cases)
    yield from head.late(now)
    row = [why_button(f"nwhy:{head.token}")] if dated else []
    row += [Button("History", f"hist:{head.token}")]
    row += [_asked_button(head.token) if with_letter else Button("Sources", f"src:{head.token}")]
    yield from _rows(row, page_buttons(head.token, len(list_pages), page))


def alert_buttons(
    head: Head, asked: Sequence[tuple[Case, CaseState]], count: int, page: int, now: datetime, silencing: bool
) -> Iterable[Block]:
    """What comes below an alert of so many pages; `asked`: the cases whose answers it asks about."""
    yield from extent_blocks(asked, most=1)
    yield from head.late(now)
    yield from (Text(note) for note in head.notes)
    row = [Button(BUTTON, f"silence:{head.token}", style=Style.PRIMARY)] if silencing else []
    row += [why_button(f"nwhy:{head.token}"), Button("History", f"hist:{head.token}")]  # in this order they fit a phone
    row += [_asked_button(head.token)]
    yield from _rows(row, page_buttons(head.token, count, page))


def _asked_button(token: str) -> Button:
    return Button(WHAT_WAS_ASKED, f"asked:{token}")


def _rows(row: Sequence[Button], turning: Sequence[Button]) -> Iterable[Buttons]:
    """What can be done about it, and the neighbouring pages, in a second row if one row is too short."""
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


def name_in_state(place: Jurisdiction) -> str:
    """The name of a place in a list of those of its state."""
    return f"State of {safe(place.name)}" if place.kind is PlaceKind.STATE else safe(place.name)


def by_state(cases: Sequence[Case], bold: bool) -> Iterable[str]:
    states: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        states[case.place.state_name].append(name_in_state(case.place))
    for state, names in sorted(states.items()):
        head = f"**{state}**" if bold else state
        for number, line in enumerate(wrapped(sorted(names), LINE)):
            count = " (more)" if number else f" ({len(names)})" if len(names) > 1 else ""
            yield f"{head}{count}: {line}"


@dataclass(frozen=True)
class DueGroup:
    """Cases whose answers are due at the same moment."""

    #: Of the first case; None if none is known.
    deadline: Deadline | None
    cases: list[Case]


def due_groups(cases: Iterable[tuple[Case, CaseState]]) -> list[DueGroup]:
    """The first to be due first; those without a deadline last."""
    groups: dict[object, DueGroup] = {}
    for case, case_state in cases:
        deadline = case_state.deadline
        groups.setdefault(deadline and due_moment(deadline), DueGroup(deadline, [])).cases.append(case)
    return sorted(groups.values(), key=lambda group: (group.deadline is None, group.deadline and group.deadline.last_moment))


def due_line(group: DueGroup, now: datetime) -> str:
    if group.deadline is None:
        return "No deadline is recorded"
    word = "Answer was due" if group.deadline.has_passed(now) else "Answer due"
    return f"{word} {due(group.deadline, strong=True)}"


def named_or_counted(cases: Sequence[Case], longest: int = LONGEST_NAMES) -> str:
    """The places if they are few and their names short, else how many they are."""
    names = who(cases)
    if len(names) <= longest:
        return names
    return plural(len(cases), "jurisdiction") if len(cases) > 1 else clipped(names, longest)


def due_lines(groups: Sequence[DueGroup], now: datetime) -> list[str]:
    """The deadline, once; of several deadlines the first ones, each with its places."""
    if len(groups) == 1:
        return [due_line(groups[0], now)]
    lines = [f"{due_line(group, now)}: {named_or_counted(group.cases)}" for group in groups[:MOST_DEADLINES]]
    return lines + ["and other deadlines"] * (len(groups) > MOST_DEADLINES)


def letter_line(letter: Letter) -> str:
    return f"**{safe(clipped(letter.title, LONGEST_TITLE))}**, {safe(clipped(letter.authority, LONGEST_TITLE))}"


def _most_of(threats: Sequence[str], room: int) -> str:
    """The first of these, at least one, in so many characters, and how many more there are."""
    shown = 1
    while shown < len(threats) and sum(map(len, threats[: shown + 1])) <= room * 2 // 3:
        shown += 1
    rest = len(threats) - shown
    more = [f"{rest} more"] if rest else []
    return listed([*(clipped(threat, room) for threat in threats[:shown]), *more], "and" if rest else "or")


def letter_lines(letter: Letter) -> list[str]:
    """What a letter demands and threatens, with its source; a button has all of it."""
    lines = [f"Demand: {safe(clipped(letter.demand, LONGEST_DEMAND))}"] if letter.demand else []
    if letter.threatened:
        lines.append(f"The letter threatens: {safe(_most_of(letter.threatened, LONGEST_DEMAND))}")
    if letter.sources:
        cited = letter.sources[0]
        lines.append(f"-# Source: {source(replace(cited, title=clipped(cited.title or cited.url, LONGEST_SOURCE)))}")
    return lines
