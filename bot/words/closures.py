"""Closures in words, and the deadlines that they would move: before, after, and what was done about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain
from typing import Protocol

from bot.record.deadlines.calendars import WEEKEND, Calendar
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.dates import full_day
from bot.record.moves import ListedCase, Move, Moves, NotMoved, closures_met
from bot.words.card import Button, Buttons, Card, Style, Text, Tone
from bot.words.deadline_reasons import button as why_button
from bot.words.deadlines import result
from bot.words.paging import Passage, packed
from bot.words.prose import clipped, due, plural, safe, source, wrapped

LINE = 600  # characters of names on one line
MOST = 3_500  # characters of a receipt
NOT_MOVED = {
    NotMoved.ENDED: "the case has ended",
    NotMoved.ANSWERED: "it has been answered since",
    NotMoved.CHANGED: "its deadline has changed since",
    NotMoved.OTHER_DAY: "it would fall on another day now",
}
STAY = "No deadline moves by itself: those below change only if the desk moves them."


class Because(Protocol):
    """The reason why deadlines would move. All but `text` is markdown."""

    @property
    def heading(self) -> str: ...
    def remarks(self, calendar: Calendar) -> list[str]: ...
    def text(self, move: Move) -> str: ...


@dataclass(frozen=True)
class ByClosure:
    """A closure was recorded or removed."""

    closure: Closure
    #: Whether it is on the calendar.
    in_force: bool

    @property
    def heading(self) -> str:
        head = "Closure recorded" if self.in_force else "Closure removed"
        return f"## {head}\n**{full_day(self.closure.day)}**: {closure_text(self.closure)}"

    def remarks(self, calendar: Calendar) -> list[str]:
        return [off] if self.in_force and (off := _off_already(self.closure.day, calendar)) else []

    def text(self, move: Move) -> str:
        day, reason = full_day(self.closure.day), self.closure.reason
        why = f"{day} is closed ({reason})" if self.in_force else f"{day} is no longer a closure ({reason})"
        return f"Counted again: {why}. Before: {result(move.before)}."


@dataclass(frozen=True)
class ByClosures:
    """All closures on the calendar, compared with what is recorded."""

    closures: tuple[Closure, ...]

    @property
    def heading(self) -> str:
        return "## Deadlines and closures\nWhat is recorded, compared with what it would be with the current closures."

    def remarks(self, calendar: Calendar) -> list[str]:
        return []

    def text(self, move: Move) -> str:
        closed = [f"{full_day(closure.day)} is closed ({closure.reason})" for closure in closures_met(move, self.closures)]
        why = "; ".join(closed) or "by the closures on the calendar"
        return f"Counted again: {clipped(why, 600)}. Before: {result(move.before)}."


@dataclass(frozen=True)
class ByCalendar:
    """The server counts by another calendar."""

    old: str
    new: str

    @property
    def heading(self) -> str:
        by = "without a calendar" if self.old == "none" else f"by the calendar {self.old}"
        return f"## Deadlines counted {by}\nWhat is recorded, compared with what it would be by the calendar {self.new}."

    def remarks(self, calendar: Calendar) -> list[str]:
        return []

    def text(self, move: Move) -> str:
        return f"Counted again: by the calendar {self.new} instead of {self.old}. Before: {result(move.before)}."


def closure_text(closure: Closure) -> str:
    """City Hall closed by snow ([notice](...))"""
    sources = f" ({'; '.join(map(source, closure.sources))})" if closure.sources else ""
    return f"{safe(closure.reason)}{sources}"


def closures_cards(known: Sequence[Closure], calendar: Calendar) -> list[Card]:
    """The closures on the calendar, by day, then those that were removed; `calendar` is the server's."""
    current = [closure for closure in known if closure.removed_at is None]
    removed = [closure for closure in known if closure.removed_at is not None]
    head = "## Closures\nDays on which nothing is due and which are not business days, in addition to the holidays of "
    head += f"the calendar (here {calendar.name})."
    lines = [f"- **{full_day(closure.day)}**: {closure_text(closure)}" for closure in current]
    buttons = (Button("Deadlines they would move", "recount:all"),) if known else ()
    sections = [Passage(tuple(lines or ["None is recorded. The desk records one with /closures add."]), buttons)]
    if removed:
        old = [f"- ~~{full_day(closure.day)}: {closure_text(closure)}~~" for closure in removed]
        sections.append(Passage(tuple(old), title="**Removed**"))
    return packed(head, sections)


def moves_cards(because: Because, moves: Moves, press: str, calendar: Calendar) -> list[Card]:
    """What would move, before and after, in pages, each with the buttons to decide. `press` is what the Move button does."""
    head = [because.heading, *(f"-# {remark}" for remark in because.remarks(calendar))]
    if not moves.moved:
        head.append(
            "No deadline of an open case would move. Deadlines of answered cases, and those entered as dates, never move."
        )
        return packed("\n".join(head), [Passage(tuple(_stuck(moves.stuck)))] if moves.stuck else [Passage(())])
    head.append(f"{plural(len(moves.moved), 'deadline')} of open cases would move. {STAY}")
    cards = packed("\n".join(head), [Passage((*_lines(moves.moved), *_stuck(moves.stuck)))], Tone.SOON)
    count = len(moves.moved)
    yes = Button(f"Move {'this deadline' if count == 1 else f'these {count:,} deadlines'}", press, style=Style.PRIMARY)
    row = Buttons((yes, Button("Leave them" if count > 1 else "Leave it", "stay:")))
    return [replace(card, blocks=(*card.blocks, row)) for card in cards]


def moved_receipt(done: Sequence[Move], left: Sequence[tuple[ListedCase, NotMoved]], operation: str) -> Card:
    """What was moved, and what of the list was not."""
    head = f"**Moved: {plural(len(done), 'deadline')}**"
    lines = _up_to(MOST, chain([head], _lines(done), _not_moved(left)))
    letters = {move.case.letter.id for move in done}
    why = (why_button(f"lwhy:{letters.pop()}"),) if len(letters) == 1 else ()
    buttons = Buttons((Button("Undo", f"undo:{operation}"), *why))
    return Card((Text(clipped("\n".join(lines), MOST)), buttons), Tone.CALM)


def left_alone() -> Card:
    return Card((Text("**The deadlines stay as they are.** /closures show lists them again."),))


def nothing_to_move(left: Sequence[tuple[ListedCase, NotMoved]]) -> str:
    """Why no deadline of a list can be moved any more. Plain text."""
    reasons = [f"#{case.number} {case.place.label}: {NOT_MOVED[why]}" for case, why in left[:5]]
    more = f"; and {len(left) - 5} more" if len(left) > 5 else ""
    return f"Nothing is left to move, so nothing was recorded. {'; '.join(reasons)}{more}."


def _lines(moves: Iterable[Move]) -> Iterator[str]:
    """By letter, with the cases that move between the same days on one line."""
    letters: dict[int, dict[tuple[str, str], list[ListedCase]]] = defaultdict(lambda: defaultdict(list))
    titles = {}
    day = cache(due)  # thousands have the same
    for move in sorted(moves, key=lambda move: (move.before.last_moment, move.case.number)):
        titles[move.case.letter.id] = move.case.letter.title
        letters[move.case.letter.id][day(move.before), day(move.after)].append(move.case)
    for letter_id, groups in letters.items():
        yield f"**{safe(titles[letter_id])}**"
        for (before, after), members in groups.items():
            yield f"- {before} → **{after}** ({len(members)})"
            yield from wrapped((f"#{case.number} {safe(case.place.label)}" for case in members), LINE)


def _up_to(characters: int, lines: Iterable[str]) -> list[str]:
    """The first lines, until they have that many characters."""
    first = []
    for line in lines:
        first.append(line)
        characters -= len(line)
        if characters < 0:
            break
    return first


def _stuck(stuck: Sequence[tuple[ListedCase, str]]) -> Iterable[str]:
    for case, why in stuck[:10]:
        yield f"-# #{case.number} {safe(case.place.label)} cannot be counted again: {safe(clipped(why, 300))}"


def _not_moved(left: Sequence[tuple[ListedCase, NotMoved]]) -> Iterable[str]:
    for case, why in left[:10]:
        yield f"- Not moved: #{case.number} {safe(case.place.label)}, {NOT_MOVED[why]}"
    if len(left) > 10:
        yield f"- and {len(left) - 10} more that have changed since the list was made"


def _off_already(day: date, calendar: Calendar) -> str:
    reason = calendar.holiday(day) or WEEKEND.get(day.weekday(), "")
    return f"That day is {'a ' if day.weekday() in WEEKEND else ''}{safe(reason)} anyway." if reason else ""
