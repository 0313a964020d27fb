"""What changed since the last alert of a letter, and how often it was reminded of, in a line of an alert."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case
from bot.record.changes import Change
from bot.record.deadlines.dates import written
from bot.record.events import Answer, Corrected, Court, DeadlineSet, Event, Extent
from bot.record.ladder import Phase
from bot.record.sections import LastAlert, Section
from bot.words.events import DEADLINES, STEPS, headline_of
from bot.words.news_items import undone_words, weight_of, who
from bot.words.prose import clipped, day, plural

LONGEST = 80  # characters of what changed, without the places
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
#: What a recipient did, behind its name.
ANSWERED = {
    Extent.FULL: "answered",
    Extent.PARTIAL: "answered in part",
    Extent.HOLDING: "sent a holding reply",
    Extent.REFUSAL: "refused",
    Extent.UNKNOWN: "answered, extent unknown",
}


def reminder(section: Section) -> str:
    """Which reminder of an overdue answer it is; empty for other alerts, and where nothing was posted before."""
    if section.rung.phase is not Phase.AFTER or section.last.at is None:
        return ""
    number = section.last.reminders
    return f"{ORDINALS[number] if number < len(ORDINALS) else _ordinal(number + 1)} reminder"


def _ordinal(number: int) -> str:
    """11th, 21st, 112th"""
    is_teen = number % 100 in (11, 12, 13)
    return f"{number:,}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def change_lines(last: LastAlert, now: datetime, zone: ZoneInfo, most: int) -> list[str]:
    """What changed since the last alert, in one line: "Since last week: Chicago, IL answered; suit filed (Boise, ID)".

    `most`: different changes.
    """
    if last.at is None:
        return []
    since = since_words(last.at.astimezone(zone), now.astimezone(zone))
    told = _told(last.changes)
    if not told:  # of the others it is not known whether they still differ
        return [] if last.more_changed else [f"-# Nothing new is recorded {since}."]
    if not most:
        return [f"{plural(len(told) + last.more_changed, 'change')} {since}"]
    more = [plural(len(told) - most, "more change")] if len(told) > most else []
    more += [f"changes in {plural(last.more_changed, 'more case')}"] if last.more_changed else []
    return [f"{since[0].upper()}{since[1:]}: {'; '.join(told[:most] + more)}"]


def since_words(at: datetime, now: datetime) -> str:
    """since yesterday; since Monday; since last week; since 9 February. Both in the zone of who reads it."""
    days = (now.date() - at.date()).days
    match days:
        case 0:
            return f"since {at:%H:%M} today"
        case 1:
            return "since yesterday"
        case 2 | 3 | 4 | 5 | 6:
            return f"since {at:%A}"
        case 7:
            return "since last week"
    return f"since {_day_of_year(at.date(), now.date())}"


def _day_of_year(when: date, now: date) -> str:
    """9 February; 9 February 2017 in another year."""
    return written(when) if when.year != now.year else f"{when.day} {when:%B}"


def _told(changes: Sequence[Change]) -> list[str]:
    """Changes that say the same of several places put together, the most important first."""
    by_words: dict[str, tuple[Change, list[Case]]] = {}
    for change in changes:
        _, cases = by_words.setdefault(_words(change), (change, []))
        if all(case.id != change.case.id for case in cases):
            cases.append(change.case)
    in_order = sorted(by_words.items(), key=lambda item: weight_of(item[1][0].event))
    return [f"{who(cases)} {words}" if _is_act(change) else f"{words} ({who(cases)})" for words, (change, cases) in in_order]


def _words(change: Change) -> str:
    detail = change.event.detail
    if isinstance(detail, Corrected):
        return undone_words(change.before)
    if isinstance(detail, Answer) and change.before is None:
        return ANSWERED[detail.extent]
    before = f" (before: {clipped(_in_short(change.before), LONGEST)})" if change.before else ""
    return f"{clipped(_in_short(change.event), LONGEST)}{before}"


def _is_act(change: Change) -> bool:
    return isinstance(change.event.detail, Answer) and change.before is None


def _in_short(event: Event) -> str:
    """As a headline, without the moment that Discord shows in each reader's zone, and without court and docket."""
    match event.detail:
        case DeadlineSet(deadline=deadline, basis=basis):
            return f"{DEADLINES[basis]} {day(deadline.date)}"
        case Court(step=step):
            return STEPS[step]
    return headline_of(event)
