"""Small helpers that make prose right everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from bot.record.dates import Deadline, Precision, When, start_of, written
from bot.record.events import Amount, Source


def plural(count: int, noun: str, many: str = "") -> str:
    """3 days, 1 day, 1,200 cases"""
    return f"{count:,} {noun if abs(count) == 1 else many or noun + 's'}"


def listed(items: Sequence[str], word: str = "and") -> str:
    """a, b and c"""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}" if items else ""


def safe(text: str) -> str:
    """Somebody's words as they are: no markdown of theirs takes effect, and no mention is formed."""
    text = re.sub(r"([\\*_~`|\[\]<>])", r"\\\1", text)
    return re.sub(r"^(\s*)([#-])", r"\1\\\2", text, flags=re.MULTILINE).replace("@", "@\u200b")


def day(when: date) -> str:
    """Fri 23 February 2018"""
    return f"{when:%a} {written(when)}"


def stamp(moment: datetime, style: str = "R") -> str:
    """Discord's own rendering of a moment, in each reader's zone (Discord docs, "Message Formatting › Timestamps")."""
    return f"<t:{int(moment.timestamp())}:{style}>"


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


def due(deadline: Deadline) -> str:
    """Fri 23 February 2018, end of day (<t:...>); the stamp is the last moment in time"""
    at = f"{deadline.time:%H:%M} {deadline.last_moment.astimezone(deadline.zone):%Z}" if deadline.time else "end of day"
    return f"{day(deadline.date)}, {at} ({stamp(deadline.last_moment)})"


def days_left(days: int) -> str:
    """3 days left, due today, 1 day ago"""
    if days > 0:
        return f"{plural(days, 'day')} left"
    return "due today" if days == 0 else f"{plural(-days, 'day')} ago"


def money(amount: Amount) -> str:
    """$252,157; more than $2,000,000; $64,000 a year"""
    figure = f"${amount.usd:,}"
    return {"more than": f"more than {figure}", "about": f"about {figure}", "a year": f"{figure} a year"}.get(
        amount.qualifier, figure
    )


def source(one: Source) -> str:
    """A source as a link where it has an address, with publisher and date."""
    title = safe(one.title or one.url)
    name = f"[{title}](<{one.url}>)" if one.url else title
    rest = [safe(one.publisher) if one.publisher else "", written(date.fromisoformat(one.published)) if _dated(one) else ""]
    return ", ".join([name, *filter(None, rest)])


def _dated(one: Source) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", one.published))


def midnight_stamp(when: date, deadline: Deadline) -> str:
    return stamp(start_of(when, deadline.zone), "D")
