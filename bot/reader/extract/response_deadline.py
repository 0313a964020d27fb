"""Reads the day by which a response is due."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.reader.draft import DeadlineReading, Found, Question, QuestionKind
from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.extract.deadline_expressions import (
    HEDGE,
    LENGTHENED,
    LONGEST_CONDITION,
    VAGUE,
    Expression,
    SentenceLine,
)
from bot.reader.extract.deadline_sentences import REPLY, TAKEN_BACK, WEAK, may_be_of_others
from bot.reader.extract.reference_day import ReferenceDay
from bot.reader.rules import Rule, words
from bot.reader.text_page import TextPage
from bot.record.deadlines.dates import DateOrder, NoDate, NoSuchDay, SeveralReadings, WrongWeekday
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import LastDay, NoStart, SeveralStatements, parse_deadline
from bot.record.deadlines.times import Midnight, NoTimeOfDay
from bot.record.deadlines.years import NoYear
from bot.record.errors import CaseError

WINDOW = 100  # characters before a date in which words may show that it is about something else
LONGEST = 270  # days; a date without a year that is further ahead may be meant of another year
FORMERLY = Rule(
    "what a past year was like",
    r"""^\W*(?:(?:back|also)\ )?(?:in|under|during|by)\ (?:the\ (?:old|former|earlier|previous)\b|(?:\w+\ ){0,2}(?:19|20)\d\d\b)
    |^\W*last\ \w+(?:'s)?\ |\ban?\ (?:19|20)\d\d\ (?:letters?|requests?|notices?)\b""",
    ("[In 2017] they had", "[Under the old] rule", "[Last year's ]letters", "It was in [a 2016 letter]"),
    ("who got grants in 2017",),
)
OTHER_EVENT = Rule(
    "day of something else",
    rf"""\b(?:{words("other_events")}
    |to\ (?:the|an?|its|their|his|her)\ (?:[\w-]+\ )?(?:lawsuit|suit|complaint|motion|petition)
    |deadline\ (?:for\ [\w\ ]{1, 30}\ )?to\ (?:apply|enroll|fund|pay|register|vote|pass|file\ (?!an?\ (?:respon|answer|reply)))
    |(?:registration|vot(?:e|ers?|ing))(?!\s+(?:registration|rolls?|lists?|files?|data|records?)))\b""",
    ("[trial] day", "the [registration] deadline", "[voters] may", "must respond [to a separate lawsuit]"),
    ("voter rolls",),
)
OWED_BY_SENDER = Rule(
    "what the sender owes",
    r"""\b(?:(?:gave|given|ordered|told|asked)\s+(?:the\s+)?(?:\w+\s+)?(?:government|department|agency|administration|doj)\b
    |(?:the\s+)?(?:department|agency|government)\s+(?:must|ha[sd]\s+until)\b
    |that\s+the\s+(?:\w+\s+)?(?:department|agency|government)\s+(?:respond|reply|answer|explain|provide|produce|withdraw)\b
    |(?:answers?|reply|response|explanation|records|documents)\s+from\s+the\s+(?:\w+\s+)?(?:department|agency|government)\b)""",
    ("Maine [gave the Justice Department] until", "[The agency must] answer", "an [answer from the department]"),
)
CONDITION_AHEAD = Rule(
    "condition ahead",
    r"^(?:unless|absent|barring|pending|subject\ to|if|except)\b[^,]*\b(?:exten|otherwise|approv|court|change|agree)[^,]*,\ ",
    ("[Unless an extension is granted, ]answer",),
)
DEADLINE_BEHIND = Rule(
    "deadline behind a day",
    r"^,?\s*(?:(?:is|was)\s+(?:the|their|its|our)\s+)?(?:deadline|due\s+date|cut-?off|last\s+day\s+to\s+respond)\b",
    ("[ deadline]", "[, is the due date]"),
)
FROM_LETTER = Rule(  # counted from the letter's own day; any other letter, and the date of anything else, may be another day
    "period from the letter",
    r"""^(?:of|from|after|following|upon|since)\ (?:the\ )?(?:date\ (?:of|on|that)\ )?(?:today(?:'s)?(?:\ date)?|date
    |(?:(?:the|this|that|these|those|our|my|its|his|her|their|said|demand|information|records|written|attached|enclosed)\ )*
    (?:(?:[\w.]+\ ){0,3}[\w.]+'s?\ )?(?:letters?|request|notice)(?:'s)?(?:\ date)?)$""",
    ("of the date of this letter", "from today", "of the Attorney General's letter"),
    ("of the first letter", "of the date of the order"),
)
OTHER_START = Rule(
    "another start of a period",
    r"""^\ (?:(?:of|on|that|when|which|you|they|it|he|she|we|stamped|shown|set|given|printed|listed|specified)\b
    |(?:the|this|your|their)\ \w+\ (?:is|was|were|are)\b
    |(?:is|was|were|are)\ (?:received|published|delivered|served|mailed|posted))""",
    ("[ stamped] on the envelope", "[ is received]"),
)
PERIOD_TO_ANSWER = Rule(  # what is before a period and behind it, with "@" in its place
    "period to answer",
    r"""^(?:(?:within|due|until|allow(?:s|ed)?|(?:no|not)\ (?:later|more)\ than)@|due\ in@
    |(?:ha(?:ve|s|d)|given|gives?|gave)@\ ?(?:,|to\b|deadline\b|in\ which|for\b|from\b|of\b|after\b|\.|$)
    |(?:a|the|its|their|in)@\ ?(?:deadline|window|period\ to\ (?:respond|comply)))""",
    ("[within@] to", "[have@ to] respond", "[a@ deadline] of"),
    ("in@ jail",),
)
RULES = (
    FORMERLY,
    OTHER_EVENT,
    OWED_BY_SENDER,
    CONDITION_AHEAD,
    DEADLINE_BEHIND,
    FROM_LETTER,
    OTHER_START,
    PERIOD_TO_ANSWER,
)
_PAST = re.compile(r"\b(?:had|(?:was|were)\s+(?:given|due)|passed|missed|expired)\b", re.IGNORECASE)
_NAMES_YEAR = re.compile(r"\b(?:this|next) year\b|'\d\d\b", re.IGNORECASE)
_BUSINESS = re.compile(r"\b(?:business|working|work|court|judicial)[ -]days?\b", re.IGNORECASE)
_IN_FIGURES = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d\d)\b")
# What is asked where the parser refuses, by the kind of refusal; the first that fits.
_ASKED: tuple[tuple[type[CaseError], QuestionKind], ...] = (
    (NoYear, QuestionKind.DEADLINE_WITHOUT_YEAR),
    (NoSuchDay, QuestionKind.DEADLINE_IMPOSSIBLE),
    (WrongWeekday, QuestionKind.DEADLINE_CONTRADICTS_ITSELF),
    (NoTimeOfDay, QuestionKind.DEADLINE_WITHOUT_TIME),
    (Midnight, QuestionKind.DEADLINE_MIDNIGHT),
    (LastDay, QuestionKind.DEADLINE_LAST_DAY),
    (SeveralStatements, QuestionKind.DEADLINE_CONDITIONAL),
    (SeveralReadings, QuestionKind.DEADLINE_AMBIGUOUS),
    (NoStart, QuestionKind.COUNTED_FROM_UNSTATED_DAY),
    (CaseError, QuestionKind.DEADLINE_REFUSED),
)
#: These say more about the same day than words that name the day alone, which therefore do not settle them.
_OPEN = frozenset((QuestionKind.DEADLINE_WITHOUT_TIME, QuestionKind.DEADLINE_CONDITIONAL, QuestionKind.DEADLINE_REFUSED))


@dataclass(frozen=True)
class _DeadlineMention:
    """Words that name a deadline, at `TextPage.flat[start:end]`: the deadline, or else the question they leave open."""

    start: int
    end: int
    due: Deadline | None
    question: Question | None = None

    @property
    def is_open(self) -> bool:
        """Whether its question is asked although other words of the text name a day."""
        return self.question is not None and (bool(self.question.readings) or self.question.kind in _OPEN)


@dataclass(frozen=True)
class _Reading:
    """How the expressions of a sentence are read."""

    page: TextPage
    zone: ZoneInfo
    reference: ReferenceDay
    sent: date | None
    line: SentenceLine

    @property
    def seen_from(self) -> date | None:
        return self.sent or self.reference.day

    @cached_property
    def is_past(self) -> bool:
        return bool(_PAST.search(self.line.text))

    @property
    def todays(self) -> tuple[date | None, ...]:
        """The days from which "Friday" may be counted: more than one if the text was written after the letter."""
        if self.sent is None or self.reference.day is None:
            return (self.sent,)
        return (self.reference.day,) if self.reference.is_given else tuple(dict.fromkeys((self.reference.day, self.sent)))

    def parsed(self, stated: str) -> Deadline:
        """The deadline that the words state, as if they were typed; CaseError as `parse_deadline`."""
        first, *others = (
            parse_deadline(stated, self.zone, letter=self.sent, today=today, order=_order(stated), since=self.seen_from)
            for today in self.todays
        )
        if any(other.last_moment != first.last_moment for other in others):
            raise SeveralReadings(
                f"“{stated}” does not say in which week.",
                (f"{one.date}{f' {one.time:%H:%M}' if one.time else ''} {one.zone.key}" for one in (first, *others)),
            )
        return first

    def readings(self, stated: str, refused: CaseError, words: str) -> Iterator[DeadlineReading]:
        """What the refused words may mean."""
        for text in refused.texts(stated) if isinstance(refused, SeveralReadings) else ():
            try:
                yield DeadlineReading(replace(self.parsed(text), words=words))
            except CaseError:
                continue

    def ask(
        self, kind: QuestionKind, start: int, end: int, *readings: DeadlineReading, day: date | None = None, reason: str = ""
    ) -> _DeadlineMention:
        place, words = self.line.place(start, end), self.line.text[start:end].strip()
        sent = self.sent if kind is QuestionKind.DEADLINE_BEFORE_SENT else None
        question = Question(kind, self.page.span(*place), readings, words, day=day, sent=sent, reason=reason)
        return _DeadlineMention(*place, None, question)

    def judged(self, expression: Expression) -> _DeadlineMention:
        """The deadline that the parser reads, or its refusal as a question, with the readings to choose from."""
        at, words = (expression.start, expression.end), self.line.text[expression.start : expression.end].strip()
        if (expression.is_compound or expression.names_start) and _BUSINESS.search(expression.stated):
            return self.ask(QuestionKind.COUNTED_ON_UNKNOWN_CALENDAR, *at)
        try:
            due = self.parsed(expression.stated)
        except CaseError as refused:
            readings = list(self.readings(expression.stated, refused, words))
            kind = next(kind for error, kind in _ASKED if isinstance(refused, error))
            if isinstance(refused, NoDate) and self.todays == (None,) and expression.day and expression.day.is_relative:
                kind = QuestionKind.DEADLINE_WITHOUT_WEEK
            if len(readings) < 2 and kind in (QuestionKind.DEADLINE_AMBIGUOUS, QuestionKind.DEADLINE_LAST_DAY):
                kind = QuestionKind.DEADLINE_REFUSED
            return self.ask(kind, *at, *readings, day=getattr(refused, "day", None), reason=str(refused))
        if self.sent and due.date < self.sent:
            return self.ask(QuestionKind.DEADLINE_BEFORE_SENT, *at)
        return _DeadlineMention(*self.line.place(*at), replace(due, words=words))

    def dated(self, expression: Expression, mention: DateMention) -> _DeadlineMention:
        """A deadline that begins with a day."""
        at = expression.start, expression.end
        is_past = FORMERLY.regex.search(self.line.text) or (self.sent is None and self.seen_from and self.is_past)
        if mention.month and not mention.year and is_past:
            return self.ask(QuestionKind.DEADLINE_YEAR_UNSURE, *at)
        judged = self.judged(expression)
        if judged.due is None:
            return judged
        reading = DeadlineReading(judged.due)
        if expression.start <= LONGEST_CONDITION and CONDITION_AHEAD.regex.match(self.line.text[: expression.start]):
            return self.ask(QuestionKind.DEADLINE_CONDITIONAL, 0, expression.end, reading)
        if (hedge := self.line.ahead(HEDGE, expression)) is not None:
            return self.ask(QuestionKind.DEADLINE_VAGUE, hedge, expression.end, reading)
        is_far = self.seen_from and abs((judged.due.date - self.seen_from).days) > LONGEST
        if is_far and not mention.year and not _NAMES_YEAR.search(expression.stated):
            return self.ask(QuestionKind.DEADLINE_FAR_OFF, *at, day=judged.due.date)
        return judged

    def counted(self, expression: Expression, period: re.Match[str]) -> _DeadlineMention | None:
        """A deadline that begins with a period; None if the words are not about one."""
        at, text, tail = (expression.start, expression.end), self.line.text, (period["tail"] or "").strip().lower()
        if expression.is_compound:
            return self.judged(expression)
        is_due = tail or PERIOD_TO_ANSWER.regex.match(f"{expression.trigger}@{text[period.end() :]}")
        if not is_due and (expression.trigger or not expression.is_backward):
            return None
        if expression.names_start:
            weekdays = {one.weekday for one in dates_in(expression.stated) if one.is_relative and not one.word}
            is_past = weekdays and (self.sent is None or self.sent.weekday() in weekdays)  # 30 days from the day it was sent
            return self.ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY, *at) if is_past else self.judged(expression)
        if re.search(r"receipt|receiv|service|delivery", tail):
            return self.ask(QuestionKind.COUNTED_FROM_RECEIPT, *at)
        if not FROM_LETTER.regex.match(tail) or OTHER_START.regex.match(text[expression.end :]):
            return self.ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY, *at)
        if _BUSINESS.search(period[0]):
            return self.ask(QuestionKind.COUNTED_ON_UNKNOWN_CALENDAR, *at)
        if self.sent is None:
            return self.ask(QuestionKind.COUNTED_FROM_UNKNOWN_LETTER_DATE, *at)
        return self.judged(replace(expression, stated=text[period.start("count") : period.end("unit")]))


def _order(stated: str) -> DateOrder | None:
    """Month or day first, if the figures of the dates in the words allow only one of them: 2/23/2018."""
    pairs = [(int(match[1]) > 12, int(match[3]) > 12) for match in _IN_FIGURES.finditer(stated)]
    orders = {DateOrder.DAY_FIRST if is_day else DateOrder.MONTH_FIRST for is_day, is_other in pairs if is_day != is_other}
    return orders.pop() if len(orders) == 1 else None


def deadline(
    page: TextPage,
    zone: ZoneInfo,
    reference: ReferenceDay,
    sent: date | None,
    skip: frozenset[int],
    mail: frozenset[int],
    *,
    sender: str,
    is_letter: bool,
) -> tuple[Found[Deadline] | None, list[Question]]:
    """The one response deadline that the text gives, or none and a question.

    `skip`: indexes of sentences about other letters; `mail`: of those about this one. `sender`: who sent it.
    `is_letter`: the text is the letter.
    """
    mentions = [
        mention
        for index, sentence in enumerate(page.sentences)
        if index not in skip
        if not OWED_BY_SENDER.regex.search(sentence.text)
        and (index in mail or REPLY.regex.search(sentence.text) or WEAK.regex.search(sentence.text))
        for line in [SentenceLine.of(page.flat, sentence.start, sentence.end)]
        for mention in _deadlines_in(_Reading(page, zone, reference, sent, line))
    ]
    dated = [(mention, mention.due) for mention in mentions if mention.due]
    times = {(due.date, due.time) for _, due in dated if due.time}
    if len({due.date for _, due in dated}) > 1 or len(times) > 1:
        choices = {(due.date, due.time, due.words): (mention, due) for mention, due in reversed(dated)}
        in_order = sorted(choices.values(), key=lambda pair: pair[0].start)
        readings = (DeadlineReading(due, page.span(mention.start, mention.end), due.words) for mention, due in in_order)
        return None, [Question(QuestionKind.SEVERAL_DEADLINES, page.span(mentions[0].start, mentions[0].end), tuple(readings))]
    if dated and not any(mention.is_open for mention in mentions):
        mention, due = next((pair for pair in dated if pair[1].time), dated[0])  # of one day, the words with its time
        span = page.span(mention.start, mention.end)
        named = {page.sentence_at(one.start) for one, _ in dated}
        texts = [page.sentences[index].text for index in named]
        is_others = not (is_letter or named & mail) and all(may_be_of_others(text, sender) for text in texts)
        was = (
            reference.day if re.match(r"deadline\b.*\bwas\b(?! set)", due.words, re.IGNORECASE) else None
        )  # and is another now
        if is_others or any(map(TAKEN_BACK.regex.search, texts)) or (was and was < due.date):
            return None, [Question(QuestionKind.DEADLINE_VAGUE, span, (DeadlineReading(due),), due.words)]
        return Found(due, span), []
    asked = sorted((mention for mention in mentions if mention.question), key=lambda mention: not mention.is_open)
    return None, [mention.question for mention in asked if mention.question][:1]


def _deadlines_in(reading: _Reading) -> Iterator[_DeadlineMention]:
    line, text = reading.line, reading.line.text
    others = [found.start() for found in OTHER_EVENT.regex.finditer(text)]
    any_found = False
    last: Expression | None = None  # that is a deadline
    for expression in line.expressions():
        if expression.period:
            counted = None if any_found or others else reading.counted(expression, expression.period)
            yield from [counted] if counted else ()
            any_found = any_found or counted is not None
        elif day := expression.day:
            is_other = bisect_left(others, day.start - WINDOW) < bisect_left(others, day.end + WINDOW // 2)
            is_due = expression.trigger or DEADLINE_BEHIND.regex.match(text[day.end :]) or line.is_another(last, expression)
            any_found = bool(any_found or is_other or is_due)
            if is_due and not is_other:
                last = expression
                yield reading.dated(expression, day)
    for rule, kind in ((LENGTHENED, QuestionKind.DEADLINE_CONDITIONAL), (VAGUE, QuestionKind.DEADLINE_VAGUE)):
        found = rule.regex.search(text)
        if found and not others and (rule is LENGTHENED or not any_found):
            yield reading.ask(kind, found.start(), found.start() + len(found[0].rstrip(" .")))
