"""Finds the words that state a deadline: the whole expression, with what stands before and after a day or a period.

What they mean is not decided here: `record.deadlines.parsing` reads them, as it reads what a person types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.rules import rule_table
from bot.record.deadlines.alternatives import BETWEEN, CONDITION
from bot.record.deadlines.periods import LONGEST_TEXT

RULES = rule_table("deadline_words")
LONGEST_CONDITION = 120  # characters
_AHEAD = 130  # characters before a day in which the words stand that make it a deadline


@dataclass(frozen=True)
class Expression:
    """Words that may state a deadline, at `SentenceLine.text[start:end]`."""

    start: int
    end: int
    #: What the parser is to read: the words without those before them that change nothing.
    stated: str
    #: The day that it begins with; None if that is a period.
    day: DateMention | None
    #: The period that it begins with.
    period: re.Match[str] | None = None
    #: The words that make it a deadline: "due by", "within". None if nothing stands before it.
    trigger: str | None = None
    #: Whether more than one day or period is named, or a condition.
    is_compound: bool = False
    #: Whether a period is followed by the day that it is counted from.
    names_start: bool = False

    @property
    def is_backward(self) -> bool:
        """Whether it is so many days before a day."""
        return self.names_start and RULES.search("counted back", self.stated) is not None


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

    @cached_property
    def days(self) -> dict[int, DateMention]:
        return {mention.start: mention for mention in dates_in(self.text)}

    @cached_property
    def _periods(self) -> dict[int, re.Match[str]]:
        return {match.start(): match for match in RULES["period"].regex.finditer(self.text)}

    def expressions(self) -> Iterator[Expression]:
        """The expressions in their order, none inside another. Not every one is a deadline."""
        stop = 0
        for at in sorted({*self.days, *self._periods}):
            if at < stop:
                continue
            expression = self._of_day(self.days[at], stop) if at in self.days else self._of_period(self._periods[at])
            if expression.day and self.ahead("act of others", expression) is not None:
                stop = at + 1  # what is joined to it may be a deadline
            elif expression.day or expression.trigger or expression.is_compound or expression.is_backward:
                stop = expression.end if expression.trigger or expression.period else at + 1
                yield expression

    def _of_day(self, mention: DateMention, begun: int) -> Expression:
        shift = max(begun, mention.start - _AHEAD)
        trigger = RULES.search("due", self.text[shift : mention.start])
        start = first = mention.start
        lead, said = "", trigger["said"].strip() if trigger else None
        if trigger and said:
            start = shift + trigger.start()
            first = min([shift + trigger.start(name) for name in ("of", "time") if trigger[name]], default=first)
            excludes = RULES.search("excluded day", said)
            lead = f"{excludes[0]} " if excludes else ""
        end, has_more = self._end(self._day_end(mention)) if said else (self._day_end(mention), False)
        return Expression(start, end, lead + self.text[first:end], mention, trigger=said, is_compound=has_more)

    def _of_period(self, period: re.Match[str]) -> Expression:
        shift = max(0, period.start() - 40)
        ahead = RULES.search("before a period", self.text[shift : period.start()])
        lead, extra = (ahead["lead"].lower(), ahead["extra"]) if ahead else (None, None)
        named = RULES.match("start of a period", self.text, period.end()) if not period["tail"] else None
        day = self.days.get(named.end()) if named else None
        end, has_more = self._end(day.end if day else period.end())
        if changed := RULES.match("behind a period", self.text[end:]):
            end, has_more = end + len(changed[0].rstrip(" .,")), True
        stated = self.text[period.start() : end]
        if extra and RULES.match("roughly", extra):
            stated, has_more = extra + stated, True
        start = shift + ahead.start() if ahead and lead == "within" else period.start()
        return Expression(start, end, stated, None, period, lead, has_more, day is not None)

    def _day_end(self, mention: DateMention) -> int:
        behind = RULES.match("behind a day", self.text[mention.end :])
        return mention.end + behind.end() if behind else mention.end

    def _end(self, end: int) -> tuple[int, bool]:
        """Where an expression ends whose first day or period ends at `end`, and whether it says more than that one."""
        begun, has_more = end, False
        while end - begun < LONGEST_TEXT and (further := self._joined(end)) is not None:
            end, has_more = further, True
        if condition := CONDITION.match(self.text, end):
            said = re.split(r"[;)]", condition[0], maxsplit=1)[0]
            if len(said) > LONGEST_CONDITION:
                said = said[:LONGEST_CONDITION].rpartition(" ")[0]
            return end + len(said.rstrip(" .,")), True
        return end, has_more

    def _joined(self, end: int) -> int | None:
        """Where the statement ends that is joined to one that ends at `end`; None if there is none."""
        gap = BETWEEN.match(self.text, end)
        leads = RULES.match("joined deadline", self.text, gap.end()) if gap else None
        mention = self.days.get(leads.end()) if leads else None
        period = RULES.match("period", self.text, leads.end()) if leads else None
        stop = self._day_end(mention) if mention else period.end() if period else None
        return None if stop is None else stop + (self.text[stop : stop + 1] == ")")

    def ahead(self, rule: str, expression: Expression) -> int | None:
        """Where words begin that the rule finds right ahead of an expression."""
        begun = max(0, expression.start - _AHEAD)
        found = RULES.search(rule, f"{self.text[begun : expression.start]}@{expression.trigger}")
        return begun + found.start() if found else None

    def is_another(self, last: Expression | None, expression: Expression) -> bool:
        """Whether a day without words like "by" is a deadline, too: one of others than the last, or a later one of the same."""
        if last is None:
            return False
        between = self.text[last.end : expression.start]
        if last.trigger and last.trigger.lower().endswith("from"):
            return bool(re.fullmatch(r",? (?:to|until|through) (?:the )?", between, re.IGNORECASE))
        joins = RULES["between deadlines"].regex.fullmatch(between)
        is_own = joins and (joins["own"] or joins["late"] or RULES.match("whose deadline", self.text, expression.end))
        return bool(is_own and expression.day and not expression.day.is_relative)
