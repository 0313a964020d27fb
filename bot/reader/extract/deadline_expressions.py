"""Finds the words that state a deadline: the whole expression, with what stands before and after a day or a period.

What they mean is not decided here: `record.deadlines.parsing` reads them, as it reads what a person types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.rules import rule_table

RULES = rule_table("deadline_words")
_AHEAD = 130  # characters before a deadline in which words may stand that say of whom it is


@dataclass(frozen=True)
class Expression:
    """Words that may state a deadline, at `text[start:end]` of a sentence."""

    start: int
    end: int
    #: What the parser is to read: the words without those before them that change nothing.
    stated: str
    #: The words that make it a deadline: "due by", "within". Empty if there are none.
    trigger: str = ""
    #: The day that it begins with; None if that is a period.
    day: DateMention | None = None
    #: The period that it begins with, by its parts.
    period: re.Match[str] | None = None
    #: Whether more than one day or period is named, or a condition.
    is_compound: bool = False


def expressions(text: str) -> Iterator[Expression]:
    """The expressions of a sentence in their order, none inside another. Not every one is a deadline."""
    at = 0
    while found := RULES.search("expression", text, at):
        expression = _of_period(text, found) if found["count"] else _of_day(text, found)
        at = found.start("count" if found["count"] else "day") + 1  # what is joined to a day of others may be a deadline
        if _is_stated(text, expression):
            at = expression.end if found["count"] or found["said"] else at
            yield expression


def _is_stated(text: str, expression: Expression) -> bool:
    """Whether the words ahead of it, or what belongs to it, make it more than a day of others or a length of time."""
    if expression.period:
        return bool(expression.trigger or expression.is_compound or expression.period["back"])
    return ahead(text, "act of others", expression) is None


def _of_day(text: str, found: re.Match[str]) -> Expression:
    [day] = dates_in(text, *found.span("day"))
    end, said = _end(text, found) if found["said"] else found.end("own"), (found["said"] or "").strip()
    first = min(found.start(name) for name in ("of", "time", "day") if found[name])
    excluded = RULES.search("excluded day", said)
    stated = (f"{excluded[0]} " if excluded else "") + text[first:end]
    return Expression(found.start(), end, stated, said, day, is_compound=found.end() > found.end("own"))


def _of_period(text: str, found: re.Match[str]) -> Expression:
    lead, end = (found["lead"] or "").lower(), _end(text, found)
    start = found.start() if lead == "within" else found.start("count")
    stated = text[found.start("about" if found["about"] else "count") : end]
    is_compound = bool(found["about"] or found["more"] or found["condition"])
    return Expression(start, end, stated, lead, None, found, is_compound)


def _end(text: str, found: re.Match[str]) -> int:
    """Where an expression ends: without the signs behind its condition, and with a bracket that closes one."""
    condition = found["condition"]
    end = found.end() - len(condition) + len(condition.rstrip(" .,"))
    return end + (found[0].count("(") > found[0].count(")") and text[end : end + 1] == ")")


def ahead(text: str, rule: str, expression: Expression) -> int | None:
    """Where words begin that the rule finds right ahead of an expression: "@" and its words, then "|" and those behind it."""
    begun, end = max(0, expression.start - _AHEAD), expression.end
    found = RULES.search(rule, f"{text[begun : expression.start]}@{expression.trigger}|{text[end : end + _AHEAD]}")
    return begun + found.start() if found else None


def is_another(text: str, last: Expression | None, expression: Expression) -> bool:
    """Whether a day without words like "by" is a deadline, too: one of others than the last, or a later one of the same."""
    if last is None or expression.day is None or expression.day.relative:
        return False
    between, behind = text[last.end : expression.start], text[expression.end : expression.end + _AHEAD]
    return RULES.match("another deadline", f"{last.trigger}|{between}@{behind}") is not None
