"""What is posted when something was recorded or taken back: each event once, with the places it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.events import Answer, Corrected, DeadlineSet, Event, Sent
from bot.record.news import LetterNews, News, ToldChange
from bot.record.place_facts import PlaceFact
from bot.words.card import Card, Text, Tone
from bot.words.events import event_line
from bot.words.extent import extent_questions
from bot.words.news_items import MOST_NAMES, WEIGHT, NewsItem, PlaceItem, news_items, place_items, who
from bot.words.notice_parts import Head, by_state, due_groups, due_line, foot, letter_lines, room
from bot.words.place_lists import fitting_places
from bot.words.prose import days_left, happened, listed, plural, safe
from bot.words.revisions import told_headline, told_lines
from bot.words.screen import rows, screen_pages

LONGEST_TEXT = 280  # characters of the text of an event; the button History shows all of it
MOST_SOURCES = 1  # of an event; the button Sources shows all of them
MOST_RECIPIENTS = 5  # rows of their names
MOST_ROWS_OF_NEWS = 24  # of text on a card, which has one row of buttons
ROWS_OF_QUESTION = 2  # of its buttons
FEWEST_ROWS = 6  # of what is told, however long its headline is


@dataclass(frozen=True)
class _Part:
    """The news of one letter, or of places apart from any letter."""

    #: Of the most important thing, with what follows it.
    title: str
    #: A smaller one leads the message.
    weight: int
    #: How many things it tells.
    count: int
    #: Names the letter, below the title or above the lines.
    of: str
    lines: Sequence[str]
    #: On later pages alone: the names of places that are only counted in the lines.
    further: Sequence[str] = ()
    is_letter: bool = False

    @property
    def all_lines(self) -> list[str]:
        """With what they are of, which is on the same page as the first of them."""
        first, *rest = self.lines
        return [f"{self.of}\n{first}" if self.of else first, *rest]


def news_card(head: Head, news: News, now: datetime, page: int = 0) -> Card:
    """What was just recorded or taken back; a new letter with its recipients. `page` counts from 0."""
    is_alone = len(news.letters) + bool(news.places) + bool(news.changes) == 1
    parts = [_of_letter(of_letter, now, is_alone) for of_letter in news.letters]
    parts += [_of_places(news.places, is_alone)] if news.places else []
    parts += [_of_changes(news.changes, head.zone, is_alone)] if news.changes else []
    leading = min(parts, key=lambda part: part.weight)
    more = 0 if is_alone else sum(part.count for part in parts) - 1
    heading = f"## {leading.title}" + (f", and {plural(more, 'more update')}" if more else "")
    lines = [line for part in parts for line in part.all_lines]
    further = [line for part in parts for line in part.further]
    asked = [asked for of_letter in news.letters for asked in _asked(of_letter, now)]
    questions = extent_questions(asked)
    left = max(MOST_ROWS_OF_NEWS - rows(heading, *questions) - ROWS_OF_QUESTION * len(questions), FEWEST_ROWS)
    list_pages = screen_pages(lines, left, further, room(heading, *questions))
    page = min(page, len(list_pages) - 1)
    facts = [fact for of_letter in news.letters for fact in of_letter.facts]
    below = foot(head, list_pages, page, now, asked, dated=_is_dated(facts, now), with_letter=leading.is_letter)
    return Card((Text(heading), *below), _tone(facts, now) if not (news.places or news.changes) else Tone.CALM)


def _of_letter(news: LetterNews, now: datetime, is_alone: bool) -> _Part:
    sent = [case for case, event in news.facts if isinstance(event.detail, Sent)]
    new_ids = {case.id for case in sent}
    with_letter = {
        event.id for case, event in news.facts if case.id in new_ids and isinstance(event.detail, Sent | DeadlineSet)
    }
    items = news_items([(case, event) for case, event in news.facts if event.id not in with_letter])
    of = f"-# {safe(news.letter.title)}, {safe(news.letter.authority)}"
    if sent:
        title, told = _letter_title(news, len(sent)), _new_letter(news.letter, sent, now)
        own = [] if is_alone else [f"**{title}**"]
        lines = [*own, *told, *(line for item in items for line in _item_lines(item, now, with_headline=True))]
        whole = list(by_state(sent, bold=False)) if not fitting_places(sent, MOST_RECIPIENTS).is_whole else []
        further = [line for item in items for line in _places_of(item)]
        return _Part(title, -1, 1 + len(items), "", lines, [*whole, *further], is_letter=True)
    title = _items_title(items) if is_alone else items[0].headline
    is_told = is_alone and not any(item.same_as(items[0]) for item in items[1:])  # the card's headline says the first
    lines = [line for item in items for line in _item_lines(item, now, with_headline=not (is_told and item is items[0]))]
    further = [line for item in items for line in _places_of(item)]
    return _Part(title, items[0].weight, len(items), of, lines, further)


def _of_places(facts: Sequence[PlaceFact], is_alone: bool) -> _Part:
    items = place_items(facts)
    more = f", and {plural(len(items) - 1, 'more update')}" if len(items) > 1 and is_alone else ""
    lines = [line for item in items for line in _place_lines(item, with_headline=not (is_alone and item is items[0]))]
    return _Part(f"{items[0].headline}{more}", items[0].weight, len(items), "-# Not tied to a letter", lines)


def _of_changes(changes: Sequence[ToldChange], zone: ZoneInfo, is_alone: bool) -> _Part:
    """Changes of letters and places: after all that happened."""
    more = f", and {plural(len(changes) - 1, 'more update')}" if len(changes) > 1 and is_alone else ""
    lines = [line for told in changes for line in told_lines(told, zone, with_headline=not (is_alone and told is changes[0]))]
    return _Part(f"{told_headline(changes[0])}{more}", len(WEIGHT) + 1, len(changes), "", lines)


def _item_lines(item: NewsItem, now: datetime, with_headline: bool) -> Iterable[str]:
    if with_headline:
        yield f"**{item.headline}**"
    letter = item.cases[0].letter
    yield event_line(item.event, with_what=False, most_sources=MOST_SOURCES, letter=letter, longest_text=LONGEST_TEXT)
    yield from _left(item, now)
    if len(item.cases) > MOST_NAMES:
        yield from fitting_places(item.cases, MOST_RECIPIENTS).lines


def _places_of(item: NewsItem) -> Iterable[str]:
    """All the places of an event of which the first page only says how many they are."""
    if len(item.cases) > MOST_NAMES and not fitting_places(item.cases, MOST_RECIPIENTS).is_whole:
        yield f"**{item.headline}**"
        yield from by_state(item.cases, bold=False)


def _place_lines(item: PlaceItem, with_headline: bool) -> Iterable[str]:
    if with_headline:
        yield f"**{item.headline}**"
    yield event_line(item.event, with_what=False, most_sources=MOST_SOURCES, longest_text=LONGEST_TEXT)
    if len(item.places) > MOST_NAMES:
        yield safe(listed([place.label for place in item.places]))


def _left(item: NewsItem, now: datetime) -> Iterable[str]:
    """The days left to a new deadline that is in force and still ahead."""
    states = [case.known_at(now) for case in item.cases]
    in_force = all(state.deadline_event and state.deadline_event.detail == item.event.detail for state in states)
    if isinstance(item.event.detail, DeadlineSet) and in_force and not item.event.detail.deadline.has_passed(now):
        yield f"-# {days_left(item.event.detail.deadline.days_left(now))}"


def _letter_title(news: LetterNews, count: int) -> str:
    if not news.recipients_before:
        return f"New letter: {safe(news.letter.title)}"
    return f"{safe(news.letter.title)}: {plural(count, 'more recipient')}, {count + news.recipients_before:,} in all"


def _new_letter(letter: Letter, cases: Sequence[Case], now: datetime) -> list[str]:
    lines = [f"**{safe(letter.authority)}**, {happened(letter.sent)}"]
    groups = due_groups([(case, case.known_at(now)) for case in cases])
    for group in groups:
        left = f", {days_left(group.deadline.days_left(now))}" if group.deadline else ""
        names = f": {who(group.cases)}" if len(groups) > 1 else ""
        lines.append(f"{due_line(group, now)}{left}{names}")
    first, *others = fitting_places(cases, MOST_RECIPIENTS).lines
    count = f"**{plural(len(cases), 'recipient')}**"
    recipients = [count, first, *others] if others else [f"{count}: {first}"]
    return [*lines, *recipients, *letter_lines(letter)]


def _items_title(items: Sequence[NewsItem]) -> str:
    """The most important event with every place it concerns, and how many others follow."""
    leading = [item for item in items if item.same_as(items[0])]
    names = who(list({case.id: case for item in leading for case in item.cases}.values()))
    rest = len(items) - len(leading)
    more = f", and {plural(rest, 'more update')}" if rest else ""
    return f"{names}: {items[0].what}{more}"


def _asked(news: LetterNews, now: datetime) -> list[tuple[Case, CaseState]]:
    """The cases whose answers a notice asks about: other news does not repeat what its alerts ask."""
    of_answers = {case.id: case for case, event in news.facts if isinstance(event.detail, Answer | Corrected)}
    return [(case, case.known_at(now)) for case in of_answers.values()]


def _is_dated(facts: Sequence[tuple[Case, Event]], now: datetime) -> bool:
    """Whether there is a deadline that its button can explain."""
    if any(isinstance(event.detail, DeadlineSet) for _, event in facts):
        return True
    return any(case.known_at(now).deadline for case, event in facts if isinstance(event.detail, Sent))


def _tone(facts: Sequence[tuple[Case, Event]], now: datetime) -> Tone:
    ended = [case.known_at(now).ended is not None for case, _ in facts]
    return Tone.GOOD if ended and all(ended) else Tone.CALM
