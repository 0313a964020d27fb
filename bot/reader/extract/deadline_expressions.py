"""Finds the words that state a deadline: the whole expression, with what stands before and after a day or a period.

What they mean is not decided here: `record.deadlines.parsing` reads them, as it reads what a person types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.reader.extract.date_mentions import MONTH, DateMention, dates_in
from bot.reader.extract.numbers import NUMBER
from bot.reader.extract.times_of_day import TIME, ZONE
from bot.reader.rules import Rule, words
from bot.record.deadlines.alternatives import BETWEEN, CONDITION, LEAD
from bot.record.deadlines.dates import WEEKDAYS
from bot.record.deadlines.periods import LONGEST_TEXT

_TH, _ORDINAL = r"(?:st|[nr]?d|th)\b", r"(?:(?:twenty|thirty)[- ])?(?:[a-z]{1,10}th|first|second|third)\b"
_WEEKDAY = rf"(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})"
_TIMES = rf"{TIME.pattern}(?:(?:\ ?[/-]\ ?|\ ?\(|,?\ or\ |\ (?:and|to|until)\ ){TIME.pattern}\)?|/\w+)?"
TRIGGER = Rule(
    "words before a deadline",
    rf"""\b(?P<said>{words("deadline_leads")}|respon(?:se|d)\ date(?:\ is)?:?
    |due(?:\ (?:date|back|in|to\ [\w.'\ ]{{2,40}}))?(?:\ (?:is|are|on|by|before|at|no\ later\ than))?\ ?:?
    |deadline\b(?:[^.;\n]{{0,70}}?(?:\b(?:is|was|are|of|for|on|by|falls\ on|set\ for)\b|:|,|\ [-—]))?
    |(?:(?:last|latest|final)\ (?:day|date)|cut-?off(?:\ date)?)\b[^.;,\n]{{0,50}}?\bis
    |(?:extended|moved|postponed|pushed\ back|changed|delayed)\ (?:\w+\ ){{0,3}}?(?:to|until|through|from))
    \ ?:?\ ?(?P<of>(?:the\ )?(?:later|latest|earlier|earliest|sooner|soonest)\ of:?\ (?:both\ )?)?
    (?:the\ (?!close|end))?(?:at\ )?(?P<time>{_TIMES})?\ ?,?\ ?(?:o[nf]\ )?(?:this\ coming\ )?(?:(?:the|this)\ )?["'\[(]?$""",
    ("are [due by]", "[by 5 p.m. ET on ]", "[deadline for the records is]", "was [extended until]", "[by the later of ]"),
    ("sent on", "by mail on"),
)
BEHIND = Rule(  # what may follow a day and belongs to it, or makes of it another day or no day at all
    "words behind a day",
    rf"""^(?:,?\ (?:after\ next|(?:of\ |in\ )?(?:this|next|that|the\ (?:same|next|following))\ week|week|next|a\ week\ later)\b
    |,?\ (?:the\ {_ORDINAL}(?=[,;.)]|$|\ of)|\d{{1,2}}/\d{{1,2}}\b)|\ (?:of|in)\ {MONTH}(?:\ \d{{4}}\b)?)?
    (?:,?\ (?:of\ )?(?:this|next)\ year\b|,?\ '\d\d\b|,?\ \d\d(?=[,.;)]|$)
    |,?\ (?:\d{{5,6}}|[12](?=\w{{0,2}}[OIl])[\dOIl]{{3}})(?=[,.;)]|$|\ (?:at|by|or|and)\b))?  # what is no year: 20018, 2O18
    (?:,?\ (?:\((?:a\ )?{_WEEKDAY}\.?\)|a\ {_WEEKDAY}\b))?
    (?:\ ?[-/]\ ?(?:(?:{_WEEKDAY}|{MONTH}),?\ ){{0,2}}(?:\d{{1,2}}{_TH}|\d{{1,2}}\b(?:,?\ \d{{4}}\b)?|{_WEEKDAY}\b)
    (?=[,;.)]|$|\ (?:to|for|at|by|and|or|in)\b)
    |,?\ (?:to|or|and)\ \d{{1,2}}(?:{_TH}|(?=[;.)]|$|,\ ?\d{{4}}\b))(?:,?\ \d{{4}}\b)?)?
    (?:,?\ \(?{ZONE.pattern}\)?)?
    (?:,?\ ?(?P<open>\()?(?:[@T-]|(?:(?:at\ or\ before|at|by|before|(?:no|not)\ later\ than|during|within|between|from)\ )*)?
    \ ?{_TIMES}(?(open)\)?)|,?\ (?:at|by)\ (?:\d{{1,2}}|\d{{4}})(?:(?=\ ?(?:[,;.)]|$))|\ in\ the\ \w+)
    |,?\ (?:(?:in|during|on)\ (?:the|that)\ )?(?:morning|afternoon|evening|night)\b)?""",
    (
        *("[ of next week].", "[, the twenty-third].", "[ 2/23].", "[ of February 2018].", "[, '18] at", "[ (Friday)], at"),
        *("[ or 23, 2018].", "[, 20018].", "[-26].", "[ EST] to", "[, by 5 p.m.] to", "[ (5:00 p.m. ET)]", "[ evening]"),
    ),
)
PERIOD = Rule(
    "period",
    rf"""(?<![\d:])\b(?!\d{{4}}\ (?:hours|hrs)\b)
    (?P<count>(?:one|a)\ hundred(?:(?:\ and)?[\ -]{NUMBER})?|{NUMBER}|(?:(?<=within\ )|(?<=due\ )|(?<=due\ in\ ))an?)
    (?:\ ?\([^()]{{1,20}}\))?[\ -]+(?:(?:calendar|business|working|work|consecutive|court|judicial)\ )?
    (?P<unit>(?:hour|day|week|month|year)s?)\b
    (?P<tail>\ (?:of|from|after|following|upon|since)\ (?:the\ )?(?:date\ (?:of|on|that)\ )?(?:[\w']+\ ){{0,4}}?
    (?:letters?|receipt|receiving|notice|today|service|delivery|date|request|subpoena)
    (?:\ of\ (?:this|the|a)\ (?:letter|request|notice))?)?""",
    ("within [thirty (30) calendar days of receipt of this letter].", "a [30-day] window", "due in [a month from today]"),
    ("at 1700 hours", "the often days"),
)
LEAD_OF_PERIOD = Rule(
    "words before a period",
    rf"""\b(?P<lead>within|due|until|in|have|has|had|given|gives?|gave|allow(?:s|ed)?|(?:no|not)\ (?:later|more)\ than|a|the|its
    |their)\ (?P<extra>(?!(?:within|(?:one|a)\ hundred|{NUMBER})\b)\w+\ )?$""",
    ("[within ]", "cities [have about ]", "answers are [due in ]"),
)
BEHIND_PERIOD = Rule(  # what changes a period, or its start
    "words behind a period",
    rf"""^,?\ ?\(?(?:excluding|exclusive\ of|not\ (?:counting|including)|counting|including|inclusive\ of|except|plus|without
    |(?:or|and)\ (?:(?:of|from|after|upon)\ )?(?:(?:its|the|their|your|this)\ )?(?:receipt|receiving|service|delivery|date)
    |(?:at|by|before|no\ later\ than)\ {TIME.pattern})[^;]*""",
    ("[, excluding weekends]", "[ or its receipt]", "[ at 5 p.m.]"),
    (", by mail",),
)
VAGUE = Rule(  # a day that no calendar can say for certain
    "vague day",
    rf"""\b(?:by|before|until|(?:no|not)\ later\ than|due(?:\ (?:on|at|by|in))?)\ (?:the\ )?(?:
    (?:end|beginning|middle|start|first|last)\ (?:week\ |day\ )?of\ (?:the\ |this\ |next\ )?\w+|(?:day|week|month|year)'s\ end
    |(?:\d{{1,2}}{_TH}|{_ORDINAL})(?!\ \w+(?:al|ary|ment|day)\b)(?:\ (?:day\ |week\ )?of\ (?:(?:the|this|next)\ month|{MONTH}))?
    |(?:(?:late|early|mid)[-\ ])?{MONTH}(?!\.?\ ?\d{{1,2}}\b)(?:\ {_ORDINAL}|\ \d{{4}})?|\d{{1,2}}/\d{{1,2}}\b|{TIME.pattern})
    |\bwithin\ (?:[\w-]+\ ){{1,4}}?(?:hours|days|weeks|months|fortnight)\b
    |\bdeadlines?\b(?!\ (?:has|had|was|of\ its|passed))[^.;\n]{{0,60}}?\b(?:weeks?|months?|days?|soon)\b""",
    (
        "[by the end of the month].",
        "[by month's end].",
        "[by the 23rd].",
        "[due by EOD]",
        "[within 2-3 weeks]",
        "[by mid-February]",
    ),
    ("by February 23", "by the second amendment"),
)
LENGTHENED = Rule(  # by a period: no day of the text is the last one then
    "longer deadline",
    r"""\b(?:extended|postponed|pushed\ back|moved|delayed)\ (?:(?:back\ )?|[^;]{0,60}?\bby\ )\w+\ (?:more\ )?
    (?:hour|day|week|month)s?\b|\b\w+[-\ ](?:hour|day|week|month)\ extension\b""",
    ("[extended by two weeks]", "has [extended the deadline by 14 days]", "a [two-week extension] of"),
    ("extended to March 9",),
)
FOR_OTHERS = Rule(  # between a deadline and one of others, or a later one: "February 23 for cities, March 9 for counties"
    "words between two deadlines",
    r"""(?P<own>\ ?\([^()]{1,60}\)|\ (?:for|in\ the\ case\ of)\ [^,;()]{1,60})?
    (?:\ ?[,;/]\ ?(?:(?:and|or|but)\ )?|\ (?:and|or|but)\ |\ ?\()
    (?P<late>(?:for\ [\w\ ]{1,40}\ )?(?:it\ )?(?:is|are)\ (?:now\ )?)?(?:(?:on|by|until)\ )?(?:the\ )?""",
    ("[ for cities, ]", "[ (Peoria) and ]", "[; for counties it is ]", "[, but is now ]"),
)
HEDGE = Rule(  # ahead of a deadline, which "@" stands for: takes it back, or holds it open. "not due until" names it
    "hedge",
    r"""\b(?:(?:tentative(?:ly)?|provisional(?:ly)?|preliminary|proposed|no\ longer|expected\ to\ be)\ ?@
    |(?:needn't|need(?:s|ed)?\ not
    |(?:(?:do|does|did|are|is)\ )?(?:not|\w+n't)\ (?:be\ )?(?:have|need|required|obliged|asked|expected|bound)\ to)\b[^.;]*@
    |(?:(?:not|\w+n't)(?:\ yet|\ now)?|no\ (?:\w+\ ){1,3}(?:is|are|was|were))\ @due(?!\ until\b)
    |(?:(?<!you\ )(?:will|would|could|might)|\w+'ll|going\ to|(?:plan|intend|hope|vow|promise|pledge)(?:s|d|n?ed)?\ to
    |expects?\ to)\ (?:also\ )?(?:be\ )?(?:respond|reply|answer|comply|provid|produc|submit|send|releas|have(?!\ (?:to\b|@))
    |(?:turn|hand)\ over|ready|done|finished|complete)\w*\b[^.;,]*@|hop(?:es?|ing)\ for\ [^.;,]*@
    |(?<!not\ )(?<!n't\ )(?<!\b(?:be|is)\ )(?<!\bare\ )(?<!\bbeen\ )(?:(?:responded|replied|answered|complied)\b[^.;,]*
    |(?:produced|provided|submitted|delivered)\ (?:(?!be\b)\w+\ ){0,3})@|(?:is|are)\ expected\ @by
    |subpoenas?\b[^.;]{0,40}\b(?:would|will|may|might|could)\b(?:(?!\b(?:if|unless)\b)[^.;])*@
    |(?:was|were|been)\ (?:first|initially|originally|mistakenly|wrongly|incorrectly)\b[^.;]*@
    |(?:ask|request|seek|want)(?:s|ed|ing)?\ (?:for\ )?an?\ (?:\w+\ )?@deadline)""",
    (
        "[tentatively @]due",
        "They [need not respond @]by",
        "They [do not have to reply @]by",
        "are [not @due]",
        "[No answer is @due]",
        "The city [plans to respond @]by",
        "Had it [responded @]by",
        "It [was first said that answers were @]due",
        "It [asked for a later @deadline]",
        "The city [submitted its answer @]by",
        "A [subpoena would be returnable @]by",
    ),
    (
        "not @due until",
        "You will respond @by",
        "will have to answer @by",
        "must be answered @by",
        "those who have not responded @by",
    ),
)
OTHER_ACT = Rule(  # ahead of a day, which "@" stands for: what somebody else does by then, or the records that are asked for
    "act of others",
    r"""\b(?:(?:will|would|(?:expect|plan|intend|hope)s?\ to)\ (?:be\ )?(?:review|finish|complete|decide|announce|publish
    |release|hold|held|meet|conclude|end|begin|issue|visit|inspect)(?:e?d)?\b[^,;.]*@|effect\ (?:on\ )?@
    |(?:data|records|documents|information)\ @through
    |(?:dated|created|generated|written)\ @(?:by|through|until|(?:on\ or\ )?before)|\d{1,4},?\ @(?:through|until|till|up\ to)
    |(?:was|were)\ (?!(?:ask|request|requir|expect|want|order|demand|need|receiv)ed\b)(?:\w+(?:ed|nt)|in\ \w+)\ @by)""",
    (
        "[will review it @]by",
        "[will be issued @]by",
        "takes [effect @]by",
        "[data @through]",
        "[dated @on or before]",
        "1, [2015, @until]",
        "[were spent @by]",
    ),
    ("will sue @by", "the records @by", "were asked @by"),
)
RULES = (OTHER_ACT, TRIGGER, BEHIND, PERIOD, LEAD_OF_PERIOD, BEHIND_PERIOD, VAGUE, LENGTHENED, FOR_OTHERS, HEDGE)
# A day before these is not the last one; "not before" names the first.
_EXCLUDES = re.compile(
    r"(?:(?:no|not) (?:earlier|sooner) than|(?<!\bon or )(?<!\bat or )\b(?:not )?(?:before|prior to|ahead of|in advance of))$",
    re.I,
)
_START = re.compile(r" (?:of|from|after|following|since|before|prior to) (?:the )?", re.IGNORECASE)
_LEADS = re.compile(
    rf"(?:(?:again\ )?{LEAD.replace(' ', '[ ]')}\ )*(?:the\ )?(?:{TIME.pattern},?\ (?:on\ )?)?(?:the\ )?", re.I | re.X
)
_ROUGHLY = re.compile(r"(?:about|around|approximately|roughly|nearly|almost|some|least)\b", re.IGNORECASE)
_NAMES_OTHERS = re.compile(r" ?\([^()]{1,60}\)| (?:for|in the case of) ", re.IGNORECASE)
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
        return self.names_start and re.search(r"\b(?:before|prior to) ", self.stated) is not None


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
        return {match.start(): match for match in PERIOD.regex.finditer(self.text)}

    def expressions(self) -> Iterator[Expression]:
        """The expressions in their order, none inside another. Not every one is a deadline."""
        stop = 0
        for at in sorted({*self.days, *self._periods}):
            if at < stop:
                continue
            expression = self._of_day(self.days[at], stop) if at in self.days else self._of_period(self._periods[at])
            if expression.day and self.ahead(OTHER_ACT, expression) is not None:
                stop = at + 1  # what is joined to it may be a deadline
            elif expression.day or expression.trigger or expression.is_compound or expression.is_backward:
                stop = expression.end if expression.trigger or expression.period else at + 1
                yield expression

    def _of_day(self, mention: DateMention, begun: int) -> Expression:
        shift = max(begun, mention.start - _AHEAD)
        trigger = TRIGGER.regex.search(self.text[shift : mention.start])
        start = first = mention.start
        lead, said = "", trigger["said"].strip() if trigger else None
        if trigger and said:
            start = shift + trigger.start()
            first = min([shift + trigger.start(name) for name in ("of", "time") if trigger[name]], default=first)
            excludes = _EXCLUDES.search(said)
            lead = f"{excludes[0]} " if excludes else ""
        end, has_more = self._end(self._day_end(mention)) if said else (self._day_end(mention), False)
        return Expression(start, end, lead + self.text[first:end], mention, trigger=said, is_compound=has_more)

    def _of_period(self, period: re.Match[str]) -> Expression:
        shift = max(0, period.start() - 40)
        ahead = LEAD_OF_PERIOD.regex.search(self.text[shift : period.start()])
        lead, extra = (ahead["lead"].lower(), ahead["extra"]) if ahead else (None, None)
        named = _START.match(self.text, period.end()) if not period["tail"] else None
        day = self.days.get(named.end()) if named else None
        end, has_more = self._end(day.end if day else period.end())
        if changed := BEHIND_PERIOD.regex.match(self.text[end:]):
            end, has_more = end + len(changed[0].rstrip(" .,")), True
        stated = self.text[period.start() : end]
        if extra and _ROUGHLY.match(extra):
            stated, has_more = extra + stated, True
        start = shift + ahead.start() if ahead and lead == "within" else period.start()
        return Expression(start, end, stated, None, period, lead, has_more, day is not None)

    def _day_end(self, mention: DateMention) -> int:
        behind = BEHIND.regex.match(self.text[mention.end :])
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
        leads = _LEADS.match(self.text, gap.end()) if gap else None
        mention = self.days.get(leads.end()) if leads else None
        period = PERIOD.regex.match(self.text, leads.end()) if leads else None
        stop = self._day_end(mention) if mention else period.end() if period else None
        return None if stop is None else stop + (self.text[stop : stop + 1] == ")")

    def ahead(self, rule: Rule, expression: Expression) -> int | None:
        """Where words begin that the rule finds right ahead of an expression."""
        begun = max(0, expression.start - _AHEAD)
        found = rule.regex.search(f"{self.text[begun : expression.start]}@{expression.trigger}")
        return begun + found.start() if found else None

    def is_another(self, last: Expression | None, expression: Expression) -> bool:
        """Whether a day without words like "by" is a deadline, too: one of others than the last, or a later one of the same."""
        if last is None:
            return False
        between = self.text[last.end : expression.start]
        if last.trigger and last.trigger.lower().endswith("from"):
            return bool(re.fullmatch(r",? (?:to|until|through) (?:the )?", between, re.IGNORECASE))
        joins = FOR_OTHERS.regex.fullmatch(between)
        is_own = joins and (joins["own"] or joins["late"] or _NAMES_OTHERS.match(self.text, expression.end))
        return bool(is_own and expression.day and expression.day.month)
