"""News in a channel: what was just recorded or undone of a letter and its recipients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.record.case import Case, Letter
from bot.record.events import Answer, Corrected, DeadlineSet, Event, Sent
from bot.words.card import Card, Text, Tone, pages
from bot.words.events import event_line
from bot.words.extent import extent_questions
from bot.words.news_items import MOST_NAMES, NewsItem, news_items, who
from bot.words.notice_parts import NewsHead, by_state, due_groups, due_line, foot, letter_lines, origin_lines, room
from bot.words.prose import days_left, happened, plural, safe


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
    list_pages = pages(lines, room(heading, *extent_questions(asked)))
    page = min(page, len(list_pages) - 1)
    dated = any(isinstance(event.detail, DeadlineSet) for _, event in facts) or any(c.known_at(now).deadline for c in sent)
    below = foot(head, list_pages, page, now, asked, acknowledge=False, dated=dated)
    return Card((Text(heading), *below), _news_tone(facts, now))


def _item_lines(item: NewsItem, with_headline: bool, now: datetime) -> Iterable[str]:
    if with_headline:
        yield f"**{item.headline}**"
    yield event_line(item.event, with_what=False, most_sources=2, letter=item.cases[0].letter)
    yield from _left(item, now)
    if len(item.cases) > MOST_NAMES:
        yield from by_state(item.cases, bold=False)


def _left(item: NewsItem, now: datetime) -> Iterable[str]:
    """The days left to a new deadline that is in force and still ahead."""
    states = [case.known_at(now) for case in item.cases]
    in_force = all(state.deadline_event and state.deadline_event.detail == item.event.detail for state in states)
    if isinstance(item.event.detail, DeadlineSet) and in_force and not item.event.detail.deadline.has_passed(now):
        yield f"-# {days_left(item.event.detail.deadline.days_left(now))}"


def _letter_headline(head: NewsHead, count: int) -> str:
    if not head.recipients_before:
        return f"New letter: {safe(head.letter.title)}"
    return f"{safe(head.letter.title)}: {plural(count, 'more recipient')}, {count + head.recipients_before:,} in all"


def _new_letter(letter: Letter, cases: Sequence[Case], now: datetime) -> list[str]:
    lines = [f"**{safe(letter.authority)}**, {happened(letter.sent)}"]
    groups = due_groups([(case, case.known_at(now)) for case in cases], with_letter=True)
    for group in groups:
        left = f", {days_left(group.deadline.days_left(now))}" if group.deadline else ""
        names = f": {who(group.cases)}" if len(groups) > 1 else ""
        lines += [f"{due_line(group, now)}{left}{names}", *origin_lines(group)]
    return [*lines, *letter_lines(letter), f"**{plural(len(cases), 'recipient')}**", *by_state(cases, bold=False)]


def _news_headline(items: Sequence[NewsItem]) -> str:
    """The most important event with every place it concerns, and how many others follow."""
    leading = [item for item in items if item.same_as(items[0])]
    names = who(list({case.id: case for item in leading for case in item.cases}.values()))
    rest = len(items) - len(leading)
    more = f", and {plural(rest, 'more update')}" if rest else ""
    return f"{names}: {items[0].what}{more}"


def _news_tone(facts: Sequence[tuple[Case, Event]], now: datetime) -> Tone:
    ended = [case.known_at(now).ended is not None for case, _ in facts]
    return Tone.GOOD if ended and all(ended) else Tone.CALM
