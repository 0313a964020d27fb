"""Finds the words that state a deadline: the whole expression, with what stands before and after a day or a period.

What they mean is not decided here: `record.deadlines.parsing` reads them, as it reads what a person types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.reader.extract.date_mentions import ANY_ZONE, MONTH, TIME, DateMention, dates_in
from bot.reader.extract.numbers import NUMBER
from bot.record.deadlines.alternatives import BETWEEN, CONDITION, LEAD
from bot.record.deadlines.dates import WEEKDAYS

_TIME = TIME.pattern
_WEEKDAYS = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_OTHER_TIME = rf"(?:\s?/\s?|\s?\(|,?\s+or\s+|\s+and\s+){_TIME}\)?|/\w+"
_LATER_OF = r"(?:the\s+)?(?:later|latest|earlier|earliest|sooner|soonest)\s+of:?\s+(?:both\s+)?"
_TRIGGER = re.compile(
    r"(?P<trigger>\b(?:no\s+later\s+than|not\s+later\s+than|(?:no|not)\s+(?:earlier|sooner)\s+than|not\s+(?:before|prior\s+to)"
    r"|on\s+or\s+before|at\s+or\s+before|NLT|by|until|till|up\s+to|before|prior\s+to|ahead\s+of|in\s+advance\s+of|through|"
    r"due(?:\s+(?:date|back|in|to\s+[\w.' ]{2,40}))?(?:\s+(?:is|are|on|by|before|at|no\s+later\s+than))?\s*:?"
    r"|deadline\b[^.;\n]{0,70}?(?:\b(?:is"
    r"|was|are|of|for|on|by|falls\s+on|set\s+for)\b|:|,|\s[-—])|deadline|"
    r"(?:last|latest|final)\s+(?:day|date)\b[^.;,\n]{0,50}?\bis|cut-?off(?:\s+date)?\b[^.;,\n]{0,50}?\bis|"
    r"(?:extended|moved|postponed|pushed\s+back|changed|delayed)\s+(?:\w+\s+){0,3}?(?:to|until|through|from)|respon(?:se|d)\s+date\s*(?:is)?:?|no\s+later\s+than\s+by))"
    rf"\s*:?\s*(?P<of>{_LATER_OF})?(?:the\s+(?!close|end))?(?:at\s+)?(?P<time>{_TIME}(?:{_OTHER_TIME})?)?\s*,?\s*(?:on\s+|of\s+)?"
    r"(?P<coming>this\s+coming\s+)?(?:(?:the|this)\s+)?[\"'\[(]?$",
    re.IGNORECASE,
)
#: Makes a day the first that is not wanted any more, or the first of all; other words before a day include it.
_EXCLUDES = re.compile(r"(?<!\bon or )(?<!\bat or )\b(?:before|prior to|ahead of|in advance of)$", re.IGNORECASE)
_EARLIEST = re.compile(r"\b(?:(?:no|not) (?:earlier|sooner) than|not (?:before|prior to))$", re.IGNORECASE)
_TIME_BEHIND = re.compile(
    rf",? ?\(?(?:-|@|(?:(?:at or before|at|by|before|(?:no|not) later than|during|within) )*)? ?(?={_TIME})", re.IGNORECASE
)
_ZONE_BEHIND = re.compile(rf",? \(?{ANY_ZONE}\)?", re.IGNORECASE)
_START = re.compile(r" (?:of|from|after|following|since|before|prior to) (?:the )?", re.IGNORECASE)
_WEEKDAY_BEHIND = re.compile(rf",? (?:\((?:{_WEEKDAYS})\.?\)|a (?:{_WEEKDAYS})\b)", re.IGNORECASE)
_HOUR_BEHIND = re.compile(
    r",? (?:at|by) (?:(?:\d{1,2}|\d{4})(?= ?(?:[,;.)]|$)| in the )|\w+ o'clock)(?: in the \w+)?"
    rf"|,? (?:(?:in|during|on) (?:the|that) )?(?:morning|afternoon|evening|night)\b"
    rf"|,? (?:between |from )?{_TIME} ?(?:and|to|until|-) ?{_TIME}",
    re.IGNORECASE,
)
# Signs and words that make of a day or an hour something else: "February 23-26, 2018", "February 22 or 23", "Friday of next
# week", "Friday, the twenty-third", "5 p.m. ET/CT".
_RANGE_BEHIND = re.compile(
    rf" ?[-/] ?(?:(?:{_WEEKDAYS}|{MONTH}),? ){{0,2}}(?:\d{{1,2}}(?:st|[nr]?d|th)?\b(?:,? \d{{4}}\b)?|(?:{_WEEKDAYS})\b)"
    r"(?=[,;.)]|$| (?:to|for|at|by|and|or|in)\b)"
    r"|,? (?:to|or|and) \d{1,2}(?:(?:st|[nr]?d|th)\b|(?=[;.)]|$|, ?\d{4}\b))(?:,? \d{4}\b)?",
    re.IGNORECASE,
)
_WEEK_BEHIND = re.compile(
    r",? (?:after next|(?:of |in )?(?:this|next|that|the (?:same|next|following)) week|week|next|a week later)\b"
    r"|,? the (?:[a-z]+-)?(?:[a-z]+th|first|second|third)\b",
    re.IGNORECASE,
)
_SECOND_TIME = re.compile(_OTHER_TIME, re.IGNORECASE)
_PERIOD_BEHIND = re.compile(  # what changes a period, or its start
    r",? ?\(?(?:excluding|exclusive of|not (?:counting|including)|counting|including|inclusive of|except|plus|without"
    r"|(?:or|and) (?:(?:of|from|after|upon) )?(?:(?:its|the|their|your|this) )?(?:receipt|receiving|service|delivery|date)"
    rf"|(?:at|by|before|no later than) {_TIME})[^;]*",
    re.IGNORECASE,
)
_ROUGHLY = re.compile(r"(?:about|around|approximately|roughly|nearly|almost|some|least)\b", re.IGNORECASE)
_YEAR_BEHIND = re.compile(
    r",? (?:of )?(?:this|next) year\b|,? '\d\d\b|, \d\d(?=[,.;)]|$)"
    r"|,? (?:\d{5,6}|[12](?=\w{0,2}[OIl])[\dOIl]{3})(?=[,.;)]|$| (?:at|by|or|and)\b)",  # 20018, 2O18
    re.IGNORECASE,
)
_WORDS_BETWEEN = re.compile(r"(?: (?:to|with|at|in) (?:the |this |our |its )?[\w.' ]{1,50}?)?(?=,? (?:or|and|but|that is)\b)")
_LEADS = re.compile(rf"(?:(?:again )?{LEAD} )*(?:the )?(?:{_TIME},? (?:on )?)?(?:the )?", re.IGNORECASE)
_HUNDREDS = rf"(?:one|a) hundred(?:(?: and)?[ -]{NUMBER})?"
_COUNT = rf"(?<![\d:])(?!\d{{4}} (?:hours|hrs)\b)(?:{_HUNDREDS}|{NUMBER}|(?<=\bwithin )an?)"
_UNIT = r"(?P<kind>calendar|business|working|work|consecutive)?\s*(?P<unit>hours?|days?|weeks?|months?|years?)\b"
_FROM = (
    r"(?P<tail>\s+(?:of|from|after|following|upon|since)\s+(?:the\s+)?(?:date\s+(?:of|on|that)\s+)?(?:[\w']+\s+){0,4}?"
    r"(?:letters?|receipt|receiving|notice|today|service|delivery|date|request|subpoena)"
    r"(?:\s+of\s+(?:this|the|a)\s+(?:letter|request|notice))?)?"
)
# Without one of the words before it, a period says when to answer only beside another statement of the same deadline.
_PERIOD = re.compile(
    rf"\b(?:(?P<lead>within|due|until|in|have|has|had|given|gives?|gave|allow(?:s|ed)?|no\s+(?:later|more)\s+than|not\s+(?:later|more)\s+than"
    rf"|a|the|its|their)\s+(?P<extra>(?!(?:within|{_HUNDREDS}|{NUMBER})\b)\w+\s+)?)?(?P<count>{_COUNT})(?P<again>\s*\([^()]{{1,20}}\))?[\s-]+{_UNIT}{_FROM}",
    re.IGNORECASE,
)
_BARE_PERIOD = re.compile(rf"{_COUNT}(?:\s*\([^()]{{1,20}}\))?[\s-]+{_UNIT}{_FROM}", re.IGNORECASE)
_SOME_DAY = re.compile(  # a day that no calendar can say for certain: "by the end of the month", "by the 23rd"
    r"\b(?:by|before|until|no later than|not later than|due(?: (?:on|at|by|in))?) (?:the )?(?:(?:end|beginning|middle|start"
    r"|first|last) (?:week |day )?of (?:the |this |next )?\w+"
    r"|\d{1,2}(?:st|[nr]?d|th)\b(?! \w+(?:al|ary|ment|day)\b)(?: of (?:the|this|next) month)?)"
    rf"|\b(?:by|before|until|due in|no later than) (?:(?:late|early|mid)[- ])?{MONTH}(?! ?\d)(?: \d{{4}})?"
    r"|\bdeadlines?\b(?! (?:has|had|was|of its|passed))[^.;\n]{0,60}?\b(?:weeks?|months?|days?|soon)\b",
    re.IGNORECASE,
)
# Between a deadline and one of others: "February 23 for cities, March 9 for counties".
_FOR_OTHERS = re.compile(
    r"(?: ?\([^()]{1,60}\)| (?:for|in the case of) [^,;()]{1,60})?(?: ?[,;/] ?(?:and |or |but )?| (?:and|or|but) | ?\()"
    r"(?:on |by |until )?(?:the )?",
    re.IGNORECASE,
)
_NAMES_OTHERS = re.compile(r" ?\([^()]{1,60}\)| (?:for|in the case of) ", re.IGNORECASE)
_MOVED_TO = re.compile(r",? (?:to|until|through) (?:the )?", re.IGNORECASE)
_MOVED_FROM = re.compile(r"\bfrom$", re.IGNORECASE)
LONGEST_CONDITION = 120  # characters


_HEDGE = re.compile(
    r"\b(?:tentative(?:ly)?|provisional(?:ly)?|preliminary|proposed|no longer|expected to be) ?$"
    # Nothing is due on that day: "need not respond by", "do not have to reply by", "no reply is due by", "are not due by".
    r"|\b(?:needn't|need(?:s|ed)? not"
    r"|(?:(?:do|does|did|are|is) )?(?:not|\w+n't) (?:be )?(?:have|need|required|obliged|asked|expected|bound) to)\b[^.;]*$",
    re.IGNORECASE,
)
_NOT_DUE = re.compile(r"\b(?:(?:not|\w+n't)(?: yet| now)? |no (?:\w+ ){1,3}(?:is|are|was|were) )$", re.IGNORECASE)
_DUE_ON = re.compile(r"due(?! until\b)", re.IGNORECASE)  # "not due until" names the deadline


def hedge_ahead(ahead: str, trigger: str | None) -> re.Match[str] | None:
    """The words right ahead of an expression that take back what it states, or hold it open."""
    return _HEDGE.search(ahead) or (_NOT_DUE.search(ahead) if trigger and _DUE_ON.match(trigger) else None)


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
    #: The words that make it a deadline: "due by". None if nothing stands before the day.
    trigger: str | None = None
    #: Whether more than one day or period is named, or a condition.
    is_compound: bool = False
    #: Whether a period is followed by the day that it is counted from.
    names_start: bool = False


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
        return {match.start(): match for match in _PERIOD.finditer(self.text)}

    def expressions(self) -> Iterator[Expression]:
        """The expressions in their order, none inside another. Not every one is a deadline."""
        stop = 0
        for at in sorted({*self.days, *self._periods}):
            if at < stop:
                continue
            expression = self._of_day(self.days[at], stop) if at in self.days else self._of_period(self._periods[at])
            if expression.period and not expression.period["lead"] and not expression.is_compound:
                continue
            stop = expression.end
            yield expression

    def vague(self) -> tuple[int, int] | None:
        """Where it names a day only roughly: "by the end of the month"."""
        match = _SOME_DAY.search(self.text)
        return match.span() if match else None

    def _of_day(self, mention: DateMention, begun: int) -> Expression:
        before = self.text[max(begun, mention.start - 130) : mention.start]
        trigger = _TRIGGER.search(before)
        shift = mention.start - len(before)
        start = first = mention.start
        lead, said = "", trigger["trigger"].strip() if trigger else None
        if trigger and said:
            start = shift + trigger.start()
            parts = [shift + trigger.start(name) for name in ("of", "time", "coming") if trigger[name]]
            first = min([*parts, mention.start])
            lead = "not before " if _EARLIEST.search(said) else "before " if _EXCLUDES.search(said) else ""
        behind = _WEEK_BEHIND.match(self.text, mention.end) if mention.month is None and not mention.readings else None
        end, has_more = self._end(
            self._after_day(behind.end() if behind else mention.end), is_timed=bool(trigger and trigger["time"])
        )
        return Expression(start, end, lead + self.text[first:end], mention, trigger=said, is_compound=has_more)

    def _of_period(self, period: re.Match[str]) -> Expression:
        start = period.start() if (period["lead"] or "").lower() == "within" else period.start("count")
        named = _START.match(self.text, period.end()) if not period["tail"] else None
        day = self.days.get(named.end()) if named else None
        end, has_more = self._end(day.end if day else period.end(), is_timed=True)
        if changed := _PERIOD_BEHIND.match(self.text, end):
            end, has_more = end + len(changed[0].rstrip(" .,")), True
        stated = self.text[period.start("count") : end]
        if period["extra"] and _ROUGHLY.match(period["extra"]):
            stated, has_more = period["extra"] + stated, True
        return Expression(start, end, stated, None, period, is_compound=has_more, names_start=day is not None)

    def _end(self, end: int, *, is_timed: bool) -> tuple[int, bool]:
        """Where an expression ends whose first day or period ends at `end`, and whether it says more than that one."""
        has_more = False
        if not is_timed:
            end = self._after_time(end)
        elif zone := _ZONE_BEHIND.match(self.text, end):
            end = zone.end()
        while (further := self._joined(end)) is not None:
            end, has_more = further, True
        if condition := CONDITION.match(self.text, end):
            words = re.split(r"[;)]", condition[0], maxsplit=1)[0]
            if len(words) > LONGEST_CONDITION:
                words = words[:LONGEST_CONDITION].rpartition(" ")[0]
            return end + len(words.rstrip(" .,")), True
        return end, has_more

    def _after_day(self, end: int) -> int:
        for behind in (_YEAR_BEHIND, _WEEKDAY_BEHIND, _RANGE_BEHIND):
            end = match.end() if (match := behind.match(self.text, end)) else end
        return end

    def _after_time(self, end: int) -> int:
        if zone := _ZONE_BEHIND.match(self.text, end):  # the day ends by the clocks of another zone
            end = zone.end()
        gap = _TIME_BEHIND.match(self.text, end)
        time = TIME.match(self.text, gap.end()) if gap else None
        if time is None:
            hour = _HOUR_BEHIND.match(self.text, end)  # 5, in the morning or in the afternoon
            return hour.end() if hour else end
        second = _SECOND_TIME.match(self.text, time.end())
        stop = second.end() if second else time.end()
        is_open = "(" in self.text[end:stop] and ")" not in self.text[end:stop]
        return stop + (is_open and self.text[stop : stop + 1] == ")")

    def _joined(self, end: int) -> int | None:
        """Where the statement ends that is joined to one that ends at `end`; None if there is none."""
        for skipped in (end, words.end() if (words := _WORDS_BETWEEN.match(self.text, end)) else end):
            gap = BETWEEN.match(self.text, skipped)
            leads = _LEADS.match(self.text, gap.end()) if gap else None
            if not leads:
                continue
            mention, period = self.days.get(leads.end()), _BARE_PERIOD.match(self.text, leads.end())
            if mention or period:
                stop = self._after_time(self._after_day(mention.end)) if mention else period.end() if period else end
                return stop + (self.text[stop : stop + 1] == ")")
        return None


def is_for_others(text: str, last: Expression, expression: Expression) -> bool:
    """Whether a day without words like "by" is a deadline, too: one of others, or a later one of the same."""
    between = text[last.end : expression.start]
    if last.trigger and _MOVED_FROM.search(last.trigger):
        return bool(_MOVED_TO.fullmatch(between))
    names_others = _NAMES_OTHERS.match(text, expression.end) or _NAMES_OTHERS.match(between)
    return bool(names_others and expression.day and expression.day.month and _FOR_OTHERS.fullmatch(between))
