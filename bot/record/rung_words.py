"""Rungs as people write them: "14 days before", "the day", "passed", "30 days after", "monthly"."""

from __future__ import annotations

import re

from bot.record.deadlines.periods import NUMBERS
from bot.record.errors import CaseError
from bot.record.ladder import MONTHLY, PASSED, STILL_WATCHING, WEEKLY, YEARLY, Phase, Recurrence, Rung, after, before

MOST_BEFORE = 365  # days
MOST_AFTER = 730
#: Words without a number. Compared without "the" and "deadline", which may stand anywhere.
_WORDS: dict[str, Rung] = {
    **dict.fromkeys(("day", "on day", "day itself", "day of", "same day", "due day", "today"), before(0)),
    **dict.fromkeys(("passed", "has passed", "when it passes", "when it has passed", "pass", "overdue"), PASSED),
    **dict.fromkeys(("monthly", "every month", "each month", "month"), MONTHLY),
    **dict.fromkeys(("yearly", "every year", "each year", "annually", "year"), YEARLY),
    **dict.fromkeys(("weekly", "every week", "each week", "every 7 days"), WEEKLY),
    **dict.fromkeys(("still watching", "question", "ask"), STILL_WATCHING),
}
_NUMBERS = {"zero": 0} | NUMBERS
_UNITS = {"d": 1, "day": 1, "days": 1, "w": 7, "wk": 7, "week": 7, "weeks": 7}
_COUNTED = re.compile(
    r"(?P<sign>[+-]?)(?P<number>\d{1,6}|[a-z]+) ?(?P<unit>[a-z]*) ?(?P<side>before|after|later|earlier|left)?"
)
_SIDES = {"before": -1, "earlier": -1, "left": -1, "after": 1, "later": 1}
EXAMPLES = "“14 days before”, “the day”, “passed”, “30 days after”, “monthly after” or “yearly after”"


def when_words(rung: Rung) -> str:
    """As it is offered and shown: what `read_when` reads."""
    match rung.every:
        case Recurrence.MONTH:
            return "monthly after"
        case Recurrence.YEAR:
            return "yearly after"
        case Recurrence.WEEK:
            return "every 7 days after"
        case Recurrence.THIRTY_DAYS:
            return "still watching?"
    if rung.phase is Phase.PASSED:
        return "passed"
    if rung.phase is Phase.BEFORE and not rung.days:
        return "the day"
    return f"{rung.days} day{'' if rung.days == 1 else 's'} {rung.phase.value}"


def read_when(typed: str) -> Rung:
    """The rung that was meant. CaseError if that is not certain, or lies too far away."""
    words = " ".join(re.sub(r"[^\w+-]+|(?<=\w)-", " ", typed.casefold()).split())
    words = " ".join(word for word in words.split() if word not in ("the", "deadline", "its"))
    bare = words.removesuffix(" after")
    if rung := _WORDS.get(words) or _WORDS.get(bare):
        return rung
    if match := _COUNTED.fullmatch(words):
        days = _days(match)
        side = _SIDES[match["side"]] if match["side"] else {"-": -1, "+": 1}.get(match["sign"])
        if days is not None and side is not None and not (match["side"] and match["sign"]):
            return _counted(days, side)
    raise CaseError(f"“{typed.strip()}” is not clear. Write {EXAMPLES}.")


def _days(match: re.Match[str]) -> int | None:
    number = int(match["number"]) if match["number"].isdecimal() else _NUMBERS.get(match["number"])
    unit = _UNITS.get(match["unit"] or "days")
    return number * unit if number is not None and unit is not None else None


def _counted(days: int, side: int) -> Rung:
    if side < 0:
        if days > MOST_BEFORE:
            raise CaseError(f"An alert is posted at most {MOST_BEFORE} days before a deadline.")
        return before(days)
    if days == 0:
        return before(0)
    if days > MOST_AFTER:
        raise CaseError(f"An alert is posted at most {MOST_AFTER} days after a deadline. Then choose “monthly” or “yearly”.")
    return after(days)
