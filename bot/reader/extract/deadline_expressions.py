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
_AHEAD = 130  # characters before a day in which the words stand that make it a deadline


@dataclass(frozen=True)
class Expression:
    """Words that may state a deadline, at `SentenceLine.text[start:end]`."""

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


@dataclass(frozen=True)
class SentenceLine:
    """A sentence with single spaces; `at` has the place of each character in `TextPage.flat`."""

    text: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, flat: str, start: int, end: int) -> SentenceLine:
        kept = [at for at in range(start, end) if not (flat[at].isspace() and at > start and flat[at - 1].isspace())]
        return cls("".join(" " if flat[at].isspace() else flat[at] for at in kept), tuple(kept))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The same words in `TextPage.flat`."""
        return self.at[start], self.at[end - 1] + 1

    def expressions(self) -> Iterator[Expression]:
        """The expressions in their order, none inside another. Not every one is a deadline."""
        days = {day.start: day for day in dates_in(self.text)}
        periods = {period.start("count"): period for period in RULES["period"].regex.finditer(self.text)}
        stop = 0
        for at in sorted({*days, *periods}):
            if at < stop:
                continue
            period = periods.get(at)
            expression = self._of_period(period) if period else self._of_day(days[at], stop)
            stop = at + 1  # what is joined to a day of others may be a deadline
            if self.is_stated(expression):
                stop = expression.end if period or expression.trigger else stop
                yield expression

    def is_stated(self, expression: Expression) -> bool:
        """Whether the words ahead of it, or what belongs to it, make it more than a day of others or a length of time."""
        if expression.period:
            return bool(expression.trigger or expression.is_compound or expression.period["back"])
        return self.ahead("act of others", expression) is None

    def _of_day(self, day: DateMention, begun: int) -> Expression:
        begun = max(begun, day.start - _AHEAD)
        due, behind = RULES.search("due", self.text[begun : day.start]), RULES.match("behind a day", self.text, day.end)
        own_end = behind.end("own") if behind else day.end
        if due is None or behind is None:
            return Expression(day.start, own_end, self.text[day.start : own_end], day=day)
        said, end = due["said"].strip(), self._end(day.start, behind)
        first = min((begun + due.start(name) for name in ("of", "time") if due[name]), default=day.start)
        excluded = RULES.search("excluded day", said)
        stated = (f"{excluded[0]} " if excluded else "") + self.text[first:end]
        return Expression(begun + due.start(), end, stated, said, day, is_compound=behind.end() > own_end)

    def _of_period(self, period: re.Match[str]) -> Expression:
        lead, end = (period["lead"] or "").lower(), self._end(period.start(), period)
        is_compound = bool(period["about"] or period["more"] or period["condition"])
        start = period.start() if lead == "within" else period.start("count")
        stated = self.text[period.start("about" if period["about"] else "count") : end]
        return Expression(start, end, stated, lead, None, period, is_compound)

    def _end(self, start: int, match: re.Match[str]) -> int:
        """Where words end that may depend on a condition: without the signs behind it, and with a bracket that closes one."""
        condition = match["condition"] or ""
        end = match.end() - len(condition) + len(condition.rstrip(" .,"))
        is_open = self.text.count("(", start, end) > self.text.count(")", start, end)
        return end + (is_open and self.text[end : end + 1] == ")")

    def ahead(self, rule: str, expression: Expression) -> int | None:
        """Where words begin that the rule finds right ahead of an expression."""
        begun = max(0, expression.start - _AHEAD)
        found = RULES.search(rule, f"{self.text[begun : expression.start]}@{expression.trigger}")
        return begun + found.start() if found else None

    def is_another(self, last: Expression | None, expression: Expression) -> bool:
        """Whether a day without words like "by" is a deadline, too: one of others than the last, or a later one of the same."""
        if last is None or expression.day is None or expression.day.relative:
            return False
        between, behind = self.text[last.end : expression.start], self.text[expression.end : expression.end + _AHEAD]
        return RULES.match("another deadline", f"{last.trigger}|{between}@{behind}") is not None
