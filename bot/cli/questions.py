"""status and plan: questions that change nothing."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.cli import shapes, terminal
from bot.cli.snapshot import Book, of_example, of_server
from bot.clock import SystemClock
from bot.record.case import Case, Letter
from bot.record.deadlines.zones import end_of, start_of
from bot.record.events import effective_events
from bot.record.ladder import DEFAULT_LADDER, Rung
from bot.record.plan import next_due, upcoming
from bot.words.card import Card
from bot.words.lists import also_named
from bot.words.notice import Head, notice_card
from bot.words.plain_text import plain
from bot.words.prose import day, moment
from bot.words.status import status_cards


def book(args: argparse.Namespace) -> Book:
    return of_example() if args.example else asyncio.run(of_server(args.settings().database_url, args.server))


def status(args: argparse.Namespace) -> int:
    known = book(args)
    place, also = known.find(args.name), known.named(args.name).also
    zone, on = known.posting.zone, args.on
    now = end_of(on, zone) if on else SystemClock().now()
    of_place = [(case, case.at(now)) for case in known.cases if case.place.id == place.id]
    case_states = [(case, case_state) for case, case_state in of_place if case_state.exists]
    alerts = {case.id: due for case, _ in case_states if (due := next_due(case, DEFAULT_LADDER, known.posting, now))}
    around = known.context.get(place.id, [])
    if not args.json:
        terminal.show(*status_cards(place, case_states, around, now, alerts, zone, on, also_named(also)))
        return 0
    found = {
        **shapes.place(place),
        "also": [other.full_label for other in also],
        "on": now.astimezone(zone).date().isoformat(),
        "cases": [shapes.case(case, case_state, alerts.get(case.id), zone) for case, case_state in case_states],
        "context": [shapes.event_(event) for event in effective_events(tuple(around)) if event.counts_from <= now],
    }
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


@dataclass(frozen=True)
class Notice:
    """One message that would be posted at `at`."""

    at: datetime
    letter: Letter
    rung: Rung
    occurrence: int
    cases: tuple[Case, ...]

    def card(self, book: Book) -> Card:
        head = Head("plan", self.letter, book.posting.zone, self.at)
        found = sorted(self.cases, key=lambda case: (case.place.label, case.number))
        return notice_card(head, self.rung, [(case, case.known_at(self.at)) for case in found], self.at)

    def shape(self, book: Book) -> dict[str, Any]:
        return {
            "at": shapes.local(self.at, book.posting.zone),
            "channel": book.channel,
            "rung": self.rung.name,
            "letter": self.letter.slug,
            "cases": [
                {
                    "number": case.number,
                    "jurisdiction": case.place.name,
                    "state": case.place.state or None,
                    "days_left": case.known_at(self.at).days_left,
                }
                for case in self.cases
            ],
            "text": plain(self.card(book)),
        }


def notices(known: Book, first: date, last: date) -> Iterator[Notice]:
    """What would be posted from `first` to `last`, both included, as the watch groups it, by time."""
    zone = known.posting.zone
    start, end = start_of(first, zone), start_of(last + timedelta(days=1), zone) - timedelta(microseconds=1)
    groups: dict[tuple[datetime, int, str, int], list[tuple[Case, Rung]]] = defaultdict(list)
    for case in terminal.tracked(known.cases, "Planning"):
        for alert in upcoming(case, DEFAULT_LADDER, known.posting, start, end):
            due = alert.due
            groups[due.at, case.letter.id, due.rung.name, due.occurrence].append((case, due.rung))
    for (at, _, _, occurrence), members in sorted(groups.items(), key=lambda group: group[0]):
        cases = tuple(case for case, _ in members)
        yield Notice(at, cases[0].letter, members[0][1], occurrence, cases)


def plan(args: argparse.Namespace) -> int:
    known = book(args)
    zone, shown = known.posting.zone, 0
    for shown, notice in enumerate(notices(known, args.first, args.last), 1):
        if args.json:
            print(json.dumps(notice.shape(known), ensure_ascii=False))
            continue
        if shown > 1:
            terminal.rule()
        at = notice.at.astimezone(zone)
        terminal.say(f"{moment(at)}, channel {known.channel}")
        terminal.show(notice.card(known))
    if not shown and not args.json:
        terminal.say(f"Nothing would be posted from {day(args.first)} to {day(args.last)}.")
    return 0
