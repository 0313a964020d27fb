"""Periods as letters state them: "30 days", "20 business days", "72 hours", "14 days + mail", "10 days before"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.record.deadlines.dates import SeveralReadings, tidy
from bot.record.errors import CaseError

ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"]
ONES += ["fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
BELOW = {word: number for number, word in enumerate(ONES, 1)}  # one hundred
BELOW |= {ten: 10 * tens for tens, ten in enumerate(TENS, 2)}
BELOW |= {f"{ten} {word}": 10 * tens + ones for tens, ten in enumerate(TENS, 2) for ones, word in enumerate(ONES[:9], 1)}
NUMBERS = {"a": 1, "an": 1, "one hundred": 100} | BELOW | {f"one hundred {word}": 100 + more for word, more in BELOW.items()}

LONGEST = 9999  # of any unit
LONGEST_TEXT = 300  # characters

# A whole text that states a period, as "within thirty (30) calendar days plus mail after receipt". Whether the words of
# `count` are a number, and what `tail` says, is looked at afterwards, so that a refusal can name it.
_PERIOD = re.compile(
    r"(?:(?:within|(?:no|not) (?:later|more) than) )?"  # within
    r"(?P<count>\d{1,6}|[a-z][a-z -]*?)(?: ?\((?P<again>[^()]{1,20})\))?[ -]?"  # thirty (30); 14-
    r"(?P<kind>(?:consecutive )?calendar |consecutive |(?:business|working|work)[ -])?"  # business
    r"(?P<unit>hour|day|week|month|year)s?"  # days
    r"(?P<mail> ?(?:\+|plus|and) ?(?:(?:3|three)(?: ?\(3\))? (?:more )?days (?:for |by )?)?(?:the )?mail(?:ing)?)?"  # + mail
    r"(?: (?P<side>before|prior to|after|from|of|following|since|upon)(?: (?P<tail>.+))?)?",  # after receipt of this letter
    re.IGNORECASE | re.ASCII,
)
_CONDITION = re.compile(  # in a tail: something else counts too, "after receipt, excluding holidays"
    r"\b(?:whichever|or|unless|but|if|except|excluding|exclusive|including|inclusive|not|plus|and|weekends?|holidays?)\b",
    re.IGNORECASE,
)
_BY_MAIL = re.compile(r"\bby (?:[\w.-]+ ){0,2}mail\b|\+ ?mail", re.IGNORECASE)  # by first-class mail


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    BUSINESS_DAY = "business day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """So many units after a start, or before it."""

    count: int
    unit: Unit
    #: Adds the three days of Fed. R. Civ. P. 6(d) for service by mail.
    mail: bool = False
    #: Counted back from the start.
    backward: bool = False

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("a period has at least one unit")
        if self.mail and (self.backward or self.unit in (Unit.HOUR, Unit.BUSINESS_DAY)):
            raise ValueError("mail adds to days, weeks, months and years after a start")

    @property
    def length(self) -> str:
        """30 days"""
        return f"{self.count} {self.unit}" if self.count == 1 else f"{self.count} {self.unit}s"

    def __str__(self) -> str:
        """The rule in normal form, which `parse_period` reads back: "14 days + mail", "10 days before"."""
        return self.length + (" + mail" if self.mail else "") + (" before" if self.backward else "")


def parse_period(text: str) -> tuple[Period, str] | None:
    """The period that a text states, and what it is counted from in the text's words ("" where it does not say).

    None for a text that states no period. CaseError for one that does so in a way that cannot be counted, or in two ways.
    """
    typed = tidy(text).rstrip(" .,;")
    parts = _PERIOD.fullmatch(typed) if len(typed) <= LONGEST_TEXT else None
    if not parts:
        return None
    count = _number(parts["count"])
    if count is None:
        return None
    if parts["again"] and _number(parts["again"]) != count:
        again = typed[parts.start("count") : parts.end("again") + 1]
        raise SeveralReadings(
            f"“{text}” says {parts['count']} and {parts['again']}. Write the one that is meant.",
            [str(number) for number in (count, _number(parts["again"])) if number],
            again,
        )
    unit = _unit(parts["kind"], parts["unit"].lower(), text)
    backward, tail = (parts["side"] or "").lower() in ("before", "prior to"), parts["tail"] or ""
    mail = bool(parts["mail"])
    _check_count(count, unit, text)
    _check_tail(tail, Period(count, unit).length, mail, text)
    if mail and (backward or unit in (Unit.HOUR, Unit.BUSINESS_DAY)):
        raise CaseError(
            f"“{text}”: three days for mail are added to days, weeks, months or years after service, to nothing else. Write "
            "the date itself."
        )
    return Period(count, unit, mail, backward), tail


def _check_count(count: int, unit: Unit, text: str) -> None:
    if count > LONGEST:
        raise CaseError(f"“{text}” is more than {LONGEST:,} {unit}s. Write the date itself.")
    if count == 0:
        raise CaseError(f"“{text}” leaves no time. Write the date itself, or 1 {unit} or more.")


def _check_tail(tail: str, length: str, mail: bool, text: str) -> None:
    """Refuse what is said behind a period and changes it."""
    if _CONDITION.search(tail):
        raise CaseError(f"“{text}” says more than one thing: “{tail}”. Write the period alone, or the date.")
    if _BY_MAIL.search(tail) and not mail:
        raise CaseError(
            f"“{text}” can be read with three days more for mail or without. Write {length} + mail, or {length}, and the day "
            "it is counted from."
        )


def _number(word: str) -> int | None:
    word = " ".join(word.lower().replace("-", " ").replace(" and ", " ").split())
    return int(word) if re.fullmatch(r"[0-9]{1,6}", word) else NUMBERS.get(word)


def _unit(kind: str | None, unit: str, text: str) -> Unit:
    if kind and unit != "day":
        raise CaseError(
            f"“{text}” is not a period that can be counted. Write it in days, business days, weeks, months or hours."
        )
    return Unit.BUSINESS_DAY if kind and kind.lower().strip(" -") in ("business", "working", "work") else Unit(unit)
