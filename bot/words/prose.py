"""Small helpers for correct prose: plurals, lists, dates, money, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.record.deadlines.dates import full_day, written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import Precision, When
from bot.record.events import Amount
from bot.record.quoting import clipped as clipped  # the words of this package are shortened with it
from bot.record.sources import Source

LONGEST_TITLE = 160
LONGEST_LINK = 512  # the most that Discord allows for the address of a link button (Discord docs, "Button Structure")
_MARKDOWN = re.compile(r"([\\*_~`|\[\]<>])")
_BLOCK = re.compile(r"^(\s*)([#-])", re.MULTILINE)  # "# " and "- " at the beginning of a line


def plural(count: int, noun: str) -> str:
    """3 days, 1 day, 1,200 cases"""
    return f"{count:,} {noun if abs(count) == 1 else noun + 's'}"


def span(length: timedelta) -> str:
    """30 days, 26 hours, 90 minutes, 45 seconds: in the largest unit of which there are two"""
    seconds = round(abs(length.total_seconds()))
    units = (("day", 86_400), ("hour", 3_600), ("minute", 60))
    noun, size = next(((noun, size) for noun, size in units if seconds >= 2 * size), ("second", 1))
    return plural(round(seconds / size), noun)


def listed(items: Sequence[str], word: str = "and") -> str:
    """a, b and c"""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}" if items else ""


def numbers(noun: str, values: Sequence[int], most: int = 20) -> str:
    """rows 3, 4 and 6; row 7; rows 1, 2 and 98 more"""
    shown = [f"{value:,}" for value in values[:most]]
    shown += [f"{len(values) - most:,} more"] if len(values) > most else []
    return f"{noun if len(values) == 1 else noun + 's'} {listed(shown)}"


def wrapped(items: Iterable[str], length: int) -> Iterator[str]:
    """Items separated by commas, in lines of at most `length` characters; a longer item gets a line of its own."""
    line = ""
    for item in items:
        if line and len(line) + len(item) + 2 > length:
            yield line
            line = ""
        line = f"{line}, {item}" if line else item
    if line:
        yield line


def safe(text: str) -> str:
    """Text that somebody wrote, escaped: its markdown has no effect, and it mentions nobody."""
    text = _MARKDOWN.sub(r"\\\1", text)
    return _BLOCK.sub(r"\1\\\2", text).replace("@", "@\u200b")


def day(when: date) -> str:
    """Fri 23 February 2018"""
    return f"{when:%a} {written(when)}"


def stamp(at: datetime) -> str:
    """A timestamp that Discord shows as date and time in each reader's own zone.

    Not the relative style ("in 3 days"): Discord rounds it by hours, so it would contradict the calendar days counted
    beside it (Discord docs, "Message Formatting › Timestamps").
    """
    return f"<t:{int(at.timestamp())}:f>"


def zone_name(at: datetime) -> str:
    """The short name of a moment's time zone: EST; UTC-03 if it has no letters."""
    name = f"{at:%Z}"
    return f"UTC{name}" if name.startswith(("+", "-")) else name


def moment(at: datetime) -> str:
    """Fri 9 February 2018, 09:00 EST, in the zone that `at` is given in"""
    return f"{day(at.date())}, {at:%H:%M} {zone_name(at)}"


def happened(when: When) -> str:
    """When something happened, with its precision: 6 February 2018; December 2017; by 16 April 2018."""
    first = when.earliest.astimezone(when.zone).date() if when.earliest else None
    match when.precision:
        case Precision.MONTH:
            return f"{when.last_day:%B %Y}"
        case Precision.BY:
            return f"by {written(when.last_day)}"
        case Precision.BETWEEN if first:
            return f"between {written(first)} and {written(when.last_day)}"
        case Precision.MOMENT:
            local = when.latest.astimezone(when.zone)
            return f"{written(local.date())}, {local:%H:%M}"
        case _:
            return written(when.last_day)


def in_full(when: When) -> str:
    """When something happened, with weekday and time zone: Friday, 23 February 2018 (America/New_York)"""
    first = when.earliest.astimezone(when.zone).date() if when.earliest else None
    match when.precision:
        case Precision.MONTH:
            text = f"{when.last_day:%B %Y}"
        case Precision.BY:
            text = f"by {full_day(when.last_day)}"
        case Precision.BETWEEN if first:
            text = f"between {full_day(first)} and {full_day(when.last_day)}"
        case Precision.MOMENT:
            text = f"{full_day(when.last_day)}, {when.latest.astimezone(when.zone):%H:%M}"
        case _:
            text = full_day(when.last_day)
    return f"{text} ({when.zone.key})"


def until(deadline: Deadline) -> str:
    """The time of day of a deadline: "end of day EST", "17:00 EST"."""
    at = f"{deadline.time:%H:%M}" if deadline.time else "end of day"
    return f"{at} {zone_name(deadline.last_moment.astimezone(deadline.zone))}"


def due(deadline: Deadline, strong: bool = False) -> str:
    """Fri 23 February 2018, end of day EST (<t:...>), where the timestamp is the last moment in time. `strong`: in bold."""
    text = written_due(deadline)
    return f"{f'**{text}**' if strong else text} ({stamp(deadline.last_moment)})"


def written_due(deadline: Deadline) -> str:
    """Fri 23 February 2018, end of day EST"""
    return f"{day(deadline.date)}, {until(deadline)}"


def days_left(days: int) -> str:
    """3 days left, due today, 1 day ago"""
    if days > 0:
        return f"{plural(days, 'day')} left"
    return "due today" if days == 0 else f"{plural(-days, 'day')} ago"


def money(amount: Amount) -> str:
    """$252,157; $64,000 a year; more than $2,000,000 (“more than $2 million”): with the source's words if they may round it"""
    return figure(amount) + (f" (“{safe(amount.words)}”)" if amount.words else "")


def figure(amount: Amount) -> str:
    """An amount without the source's words: more than $2,000,000; $1,000,000 to $2,000,000; $64,000 a year"""
    dollars = f"${amount.usd:,}" if amount.usd_to is None else f"${amount.usd:,} to ${amount.usd_to:,}"
    per = amount.per or ("year" if amount.qualifier == "a year" else "")
    how = f"{amount.qualifier} " if amount.qualifier not in ("exactly", "a year") else ""
    return f"{how}{dollars}{f' a {per}' if per else ''}"


@lru_cache(maxsize=2048)  # an answer cites the same few sources many times
def source(cited: Source) -> str:
    """A source, as a link if it has an address, with publisher, date and the saved copy; too long a title is shortened."""
    title = safe(clipped(cited.title or cited.url, LONGEST_TITLE))
    name = f"[{title}](<{cited.url}>)" if cited.url and len(cited.url) <= LONGEST_LINK else title
    published = written(date.fromisoformat(cited.published)) if _dated(cited) else ""
    return ", ".join([name, *filter(None, (safe(cited.publisher), published))]) + _copy(cited)


def _copy(cited: Source) -> str:
    """(copy saved 24 January 2018, SHA-256 1a2b3c4d…); these digits are enough for `letterwatch copy`."""
    if not cited.sha256:
        return ""
    on = f" {written(date.fromisoformat(cited.read_on))}" if cited.read_on else ""
    return f" (copy saved{on}, SHA-256 {cited.sha256[:8]}…)"


def _dated(cited: Source) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", cited.published))
