"""What is posted in a channel: alerts, in a section for each letter and rung, or news of what was recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.events import Answer, Corrected, DeadlineSet, Event, Extent, Sent
from bot.record.ladder import Phase, Rung
from bot.record.places import PlaceKind
from bot.record.sections import Section
from bot.record.sources import Source
from bot.words.card import Block, Button, Buttons, Card, Divider, Style, Text, Tone, pages
from bot.words.case_facts import EXTENTS, short_facts
from bot.words.deadline_reasons import button as why_button
from bot.words.events import event_line
from bot.words.extent import extent_blocks, extent_questions
from bot.words.news_items import MOST_NAMES, NewsItem, due_moment, news_items, who
from bot.words.prose import clipped, days_left, due, happened, listed, moment, plural, safe, source, stamp, wrapped
from bot.words.silences import BUTTON, can_be_silenced, notice_notes

LATE = timedelta(minutes=5)  # a notice that is posted later than this says so
MOST_LIST = 3_000  # characters of list on one page of a notice
LINE = 600  # characters of names on one line
MOST_DEADLINES = 4  # different ones in a heading
#: Groups of cases that need no heading, since the headline of the notice says it.
PLAIN = ({"overdue"}, {"awaiting answer"}, {"overdue, silenced"})


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


@dataclass(frozen=True, kw_only=True)
class NewsHead(Head):
    """What all news of a letter have."""

    letter: Letter
    #: Recipients of the letter that were recorded before those of this notice.
    recipients_before: int = 0


def late_text(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """That a notice is posted late; empty if it is not."""
    return f"-# Posted late: this was due {moment(due_at.astimezone(zone))} ({stamp(due_at)})." if now - due_at >= LATE else ""


def card_of(head: Head, sections: Sequence[Section], now: datetime, page: int = 0) -> Card:
    """A planned notice as it is true at `now`: its sections in their order, at least one; `page` counts from 0."""
    if len(sections) > 1:
        return _morning_card(head, sections, now, page)
    [section] = sections
    cases = _states(section, now)
    rung = section.rung
    headline = _headline(rung, cases)
    heading = f"## {headline}\n{_deadlines(cases, now)}"
    letter = "\n".join([_letter_line(section.letter), *_letter_lines(section.letter)])
    list_pages = pages(case_lines(cases), _room(heading, letter, *extent_questions(cases)))
    page = min(page, len(list_pages) - 1)
    first = f"## {headline}\n{_deadlines(cases, now, with_letter=True)}"
    above = (Text(first), Text(letter)) if page == 0 else (Text(heading),)
    foot = _foot(head, list_pages, page, now, cases, can_silence=rung.phase is not Phase.BEFORE)
    blocks = (*above, Divider(), *foot)
    return Card(blocks, _tone(rung), head.ping_role if rung.loud and page == 0 else None)


def _morning_card(head: Head, sections: Sequence[Section], now: datetime, page: int) -> Card:
    """The first page has every section, with its list where that is short; the others have the lists that are long."""
    known = [(section.letter, section.rung, _states(section, now)) for section in sections]
    asked = [case for _, _, cases in known for case in cases]
    room = _room(*extent_questions(asked)) // len(sections)
    shown: list[str] = []
    long: list[str] = []
    for letter, rung, cases in known:
        headline, lines = _headline(rung, cases), case_lines(cases)
        heading = [f"## {headline}", _deadlines(cases, now), _letter_line(letter)]
        if sum(map(len, [*heading, *lines])) + len(lines) > room:
            long += [f"**{headline}**", _letter_line(letter), *lines]
            lines = [f"{plural(len(cases), 'place')}, listed by Show all"]
        shown.append(clipped("\n".join([*heading, *lines]), room))
    *above, last = shown
    list_pages = [[last], *(pages(long, MOST_LIST) if long else [])]
    page = min(page, len(list_pages) - 1)
    foot = _foot(head, list_pages, page, now, asked, any(rung.phase is not Phase.BEFORE for _, rung, _ in known))
    before = [block for text in above for block in (Text(text), Divider())] if page == 0 else []
    return Card((*before, *foot), _tone(sections[0].rung))


def _states(section: Section, now: datetime) -> list[tuple[Case, CaseState]]:
    by_place = sorted((case for case, _ in section.lines), key=lambda case: (case.place.label, case.number))
    return [(case, case.known_at(now)) for case in by_place]


def news_of(head: NewsHead, lines: Iterable[tuple[Case, int]], now: datetime, page: int = 0) -> Card:
    """Planned news as they are true at `now`. `lines`: each case with the id of the event that is announced."""
    by_place = sorted(lines, key=lambda line: (line[0].place.label, line[0].number))
    events = {(case.id, event.id): event for case, _ in by_place for event in case.events}
    return news_card(head, [(case, events[case.id, about]) for case, about in by_place], now, page)


def news_card(head: NewsHead, facts: Sequence[tuple[Case, Event]], now: datetime, page: int = 0) -> Card:
    """What was just recorded or undone: each event once with the places it concerns; a new letter with its recipients."""
    sent = [case for case, event in facts if isinstance(event.detail, Sent)]
    new_ids = {case.id for case in sent}
    with_letter = {event.id for case, event in facts if case.id in new_ids and isinstance(event.detail, Sent | DeadlineSet)}
    items = news_items([(case, event) for case, event in facts if event.id not in with_letter])
    if sent:
        title = _letter_headline(head, len(sent))
        lines = _new_letter(head.letter, sent, now)
    else:
        title = _news_headline(items)
        lines = [f"-# {safe(head.letter.title)}, {safe(head.letter.authority)}"]
    alone = not sent and len(items) == 1  # then the title says it already
    lines += [line for item in items for line in _item_lines(item, with_headline=not alone, now=now)]
    heading = f"## {title}"
    of_answers = {case.id: case for case, event in facts if isinstance(event.detail, Answer | Corrected)}
    asked = [(case, case.known_at(now)) for case in of_answers.values()]  # other news does not repeat what its alerts ask
    list_pages = pages(lines, _room(heading, *extent_questions(asked)))
    page = min(page, len(list_pages) - 1)
    dated = any(isinstance(event.detail, DeadlineSet) for _, event in facts) or any(c.known_at(now).deadline for c in sent)
    foot = _foot(head, list_pages, page, now, asked, can_silence=False, dated=dated)
    return Card((Text(heading), *foot), _news_tone(facts, now))


def _item_lines(item: NewsItem, with_headline: bool, now: datetime) -> Iterable[str]:
    if with_headline:
        yield f"**{item.headline}**"
    yield event_line(item.event, with_what=False, most_sources=2, letter=item.cases[0].letter)
    yield from _left(item, now)
    if len(item.cases) > MOST_NAMES:
        yield from _by_state(item.cases, bold=False)


def _left(item: NewsItem, now: datetime) -> Iterable[str]:
    """The days left to a new deadline that is in force and still ahead."""
    states = [case.known_at(now) for case in item.cases]
    in_force = all(state.deadline_event and state.deadline_event.detail == item.event.detail for state in states)
    if isinstance(item.event.detail, DeadlineSet) and in_force and not item.event.detail.deadline.has_passed(now):
        yield f"-# {days_left(item.event.detail.deadline.days_left(now))}"


def _foot(
    head: Head,
    list_pages: list[list[str]],
    page: int,
    now: datetime,
    cases: Sequence[tuple[Case, CaseState]],
    can_silence: bool,
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


def _room(*above: str) -> int:
    """Characters left for a list below these texts: Discord allows 4,000 in all the text of one message."""
    return min(MOST_LIST, 3_700 - sum(map(len, above)))


def case_lines(cases: Sequence[tuple[Case, CaseState]]) -> list[str]:
    """The places: by state if the headline says all that holds of them, else by all that holds and state."""
    by_status: dict[str, list[Case]] = defaultdict(list)
    for case, case_state in cases:
        by_status[", ".join(short_facts(case_state))].append(case)
    if by_status.keys() in PLAIN:  # which the headline says
        return list(_by_state([case for case, _ in cases], bold=True))
    lines = []
    for status, members in sorted(by_status.items(), key=lambda item: -len(item[1])):
        lines.append(f"**{safe(status[0].upper() + status[1:])}** ({len(members)})")
        lines += _by_state(members, bold=False)
    return lines


def _by_state(cases: Sequence[Case], bold: bool) -> Iterable[str]:
    states: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        is_state = case.place.kind is PlaceKind.STATE
        states[case.place.state_name].append(f"State of {safe(case.place.name)}" if is_state else safe(case.place.name))
    for state, names in sorted(states.items()):
        head = f"**{state}**" if bold else state
        for number, line in enumerate(wrapped(sorted(names), LINE)):
            count = " (more)" if number else f" ({len(names)})" if len(names) > 1 else ""
            yield f"{head}{count}: {line}"


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
    groups = _due_groups(dated, with_letter)
    if len(groups) == 1:
        return "\n".join([_due_line(groups[0], now), *_origin_lines(groups[0])])
    lines = [f"{_due_line(group, now)}: {who(group.cases)}" for group in groups]
    return "\n".join(lines[:MOST_DEADLINES] + ["and other deadlines"] * (len(lines) > MOST_DEADLINES))


@dataclass(frozen=True)
class _DueGroup:
    """Cases whose answers are due at the same moment, which has the same source."""

    #: Of the first case; None if none is known.
    deadline: Deadline | None
    #: Where the deadline in force comes from; None if that is the letter's source, which is shown anyway.
    origin: Source | None
    cases: list[Case]


def _due_groups(cases: Iterable[tuple[Case, CaseState]], with_letter: bool) -> list[_DueGroup]:
    groups: dict[tuple[object, Source | None], _DueGroup] = {}
    for case, case_state in cases:
        deadline, event = case_state.deadline, case_state.deadline_event
        origin = event.sources[0] if event and event.sources else None
        if with_letter and case.letter.sources[:1] == (origin,):
            origin = None
        group = groups.setdefault((deadline and due_moment(deadline), origin), _DueGroup(deadline, origin, []))
        group.cases.append(case)
    return list(groups.values())


def _due_line(group: _DueGroup, now: datetime) -> str:
    if group.deadline is None:
        return "No deadline is recorded"
    word = "Answer was due" if group.deadline.has_passed(now) else "Answer due"
    return f"{word} {due(group.deadline, strong=True)}"


def _origin_lines(group: _DueGroup) -> list[str]:
    return [f"-# Source of the deadline: {source(group.origin)}"] if group.origin else []


def _letter_line(letter: Letter) -> str:
    return f"**{safe(letter.title)}**, {safe(letter.authority)}"


def _letter_lines(letter: Letter) -> list[str]:
    lines = [f"Demand: {safe(clipped(letter.demand, 400))}"] if letter.demand else []
    if letter.threatened:
        lines.append(f"The letter threatens: {safe(clipped(listed(list(letter.threatened), 'or'), 400))}")
    if letter.sources:
        lines.append(f"-# Source: {source(letter.sources[0])}")
    return lines


def _letter_headline(head: NewsHead, count: int) -> str:
    if not head.recipients_before:
        return f"New letter: {safe(head.letter.title)}"
    return f"{safe(head.letter.title)}: {plural(count, 'more recipient')}, {count + head.recipients_before:,} in all"


def _new_letter(letter: Letter, cases: Sequence[Case], now: datetime) -> list[str]:
    lines = [f"**{safe(letter.authority)}**, {happened(letter.sent)}"]
    groups = _due_groups([(case, case.known_at(now)) for case in cases], with_letter=True)
    for group in groups:
        left = f", {days_left(group.deadline.days_left(now))}" if group.deadline else ""
        names = f": {who(group.cases)}" if len(groups) > 1 else ""
        lines += [f"{_due_line(group, now)}{left}{names}", *_origin_lines(group)]
    return [*lines, *_letter_lines(letter), f"**{plural(len(cases), 'recipient')}**", *_by_state(cases, bold=False)]


def _news_headline(items: Sequence[NewsItem]) -> str:
    """The most important event with every place it concerns, and how many others follow."""
    leading = [item for item in items if item.same_as(items[0])]
    names = who(list({case.id: case for item in leading for case in item.cases}.values()))
    rest = len(items) - len(leading)
    more = f", and {plural(rest, 'more update')}" if rest else ""
    return f"{names}: {items[0].what}{more}"


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


def _tone(rung: Rung) -> Tone:
    if rung.phase is not Phase.BEFORE:
        return Tone.ALARM
    return Tone.SOON if rung.days <= 3 else Tone.CALM


def _news_tone(facts: Sequence[tuple[Case, Event]], now: datetime) -> Tone:
    ended = [case.known_at(now).ended is not None for case, _ in facts]
    return Tone.GOOD if ended and all(ended) else Tone.CALM
