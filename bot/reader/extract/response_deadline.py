"""Reads the day by which a response is due."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from zoneinfo import ZoneInfo

from bot.reader.draft import DeadlineReading, Found, Question, QuestionKind, Span
from bot.reader.extract.date_mentions import DateMention, ReferenceDay, dates_in, order_of_figures
from bot.reader.extract.deadline_expressions import LONGEST_CONDITION, Expression, SentenceLine
from bot.reader.extract.deadline_expressions import RULES as WORDS
from bot.reader.extract.letter_sentence import PROSE
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.deadlines.dates import NoDate, NoSuchDay, SeveralReadings, WrongWeekday
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import LastDay, NoStart, SeveralStatements, parse_deadline
from bot.record.deadlines.times import Midnight, NoTimeOfDay
from bot.record.deadlines.years import NoYear
from bot.record.errors import CaseError

WINDOW = 100  # characters before a date in which words may show that it is about something else
MOST = 300  # deadlines of a text that are looked at
LONGEST = 270  # days; a date without a year that is further ahead may be meant of another year
RULES = rule_table("deadlines")
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
#: The deadline that words state, or else the question that they leave open.
_Stated = Found[Deadline] | Question
#: These say more about the same day than words that name the day alone, which therefore do not settle them.
_OPEN = frozenset((QuestionKind.DEADLINE_WITHOUT_TIME, QuestionKind.DEADLINE_CONDITIONAL, QuestionKind.DEADLINE_REFUSED))


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
        """Whether a day without a year may be one of a past year."""
        rules = ("past year", "time past") if self.sent is None and self.reference.day else ("past year",)
        return any(RULES.search(rule, self.line.text) for rule in rules)

    @property
    def todays(self) -> tuple[date | None, ...]:
        """The days from which "Friday" may be counted: more than one if the text was written after the letter."""
        if self.sent is None or self.reference.day is None:
            return (self.sent,)
        return (self.reference.day,) if self.reference.is_given else tuple(dict.fromkeys((self.reference.day, self.sent)))

    def parsed(self, stated: str) -> Deadline:
        """The deadline that the words state, as if they were typed; CaseError as `parse_deadline`."""
        first, *others = (
            parse_deadline(
                stated, self.zone, letter=self.sent, today=today, order=order_of_figures(stated), since=self.seen_from
            )
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

    def span(self, start: int, end: int) -> Span:
        return self.page.span(*self.line.place(start, end))

    def ask(
        self, kind: QuestionKind, start: int, end: int, *readings: DeadlineReading, day: date | None = None, reason: str = ""
    ) -> Question:
        sent, words = self.sent if kind is QuestionKind.DEADLINE_BEFORE_SENT else None, self.line.text[start:end].strip()
        return Question(kind, self.span(start, end), readings, words, day=day, sent=sent, reason=reason)

    def judged(self, expression: Expression) -> _Stated:
        """The deadline that the parser reads, or its refusal as a question, with the readings to choose from."""
        at, words = (expression.start, expression.end), self.line.text[expression.start : expression.end].strip()
        if (expression.is_compound or expression.names_start) and RULES.search("business days", expression.stated):
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
        return Found(replace(due, words=words), self.span(*at))

    def dated(self, expression: Expression, mention: DateMention) -> _Stated:
        """A deadline that begins with a day."""
        at = expression.start, expression.end
        if isinstance(mention.meaning, NoYear) and self.is_past:
            return self.ask(QuestionKind.DEADLINE_YEAR_UNSURE, *at)
        judged = self.judged(expression)
        if isinstance(judged, Question):
            return judged
        reading = DeadlineReading(judged.value)
        if expression.start <= LONGEST_CONDITION and RULES.match("condition ahead", self.line.text[: expression.start]):
            return self.ask(QuestionKind.DEADLINE_CONDITIONAL, 0, expression.end, reading)
        if (hedge := self.line.ahead("hedge", expression)) is not None:
            return self.ask(QuestionKind.DEADLINE_VAGUE, hedge, expression.end, reading)
        is_far = self.seen_from and abs((judged.value.date - self.seen_from).days) > LONGEST
        if is_far and mention.exact is None and not RULES.search("named year", expression.stated):
            return self.ask(QuestionKind.DEADLINE_FAR_OFF, *at, day=judged.value.date)
        return judged

    def counted(self, expression: Expression, period: re.Match[str]) -> _Stated | None:
        """A deadline that begins with a period; None if the words are not about one."""
        at, text, tail = (expression.start, expression.end), self.line.text, (period["tail"] or "").strip().lower()
        if expression.is_compound:
            return self.judged(expression)
        is_due = tail or RULES.match("period to answer", f"{expression.trigger}@{text[period.end() :]}")
        if not is_due and (expression.trigger or not expression.is_backward):
            return None
        if expression.names_start:
            weekdays = {one.weekday for one in dates_in(expression.stated) if one.weekday is not None}
            is_past = weekdays and (self.sent is None or self.sent.weekday() in weekdays)  # 30 days from the day it was sent
            return self.ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY, *at) if is_past else self.judged(expression)
        if RULES.search("counted from receipt", tail):
            return self.ask(QuestionKind.COUNTED_FROM_RECEIPT, *at)
        if not RULES.match("from the letter", tail) or RULES.match("other start", text[expression.end :]):
            return self.ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY, *at)
        if RULES.search("business days", period[0]):
            return self.ask(QuestionKind.COUNTED_ON_UNKNOWN_CALENDAR, *at)
        if self.sent is None:
            return self.ask(QuestionKind.COUNTED_FROM_UNKNOWN_LETTER_DATE, *at)
        return self.judged(replace(expression, stated=text[period.start("count") : period.end("unit")]))


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
    every = (
        (index, one)
        for index, sentence in enumerate(page.sentences)
        if index not in skip and not RULES.search("owed by the sender", sentence.text)
        if index in mail or any(RULES.search(name, sentence.text) for name in ("answer", "may be an answer"))
        for line in [SentenceLine.of(page.flat, sentence.start, sentence.end)]
        for one in _deadlines_in(_Reading(page, zone, reference, sent, line))
    )
    stated = list(islice(every, MOST))
    dated = [one for _, one in stated if isinstance(one, Found)]
    asked = sorted((one for _, one in stated if isinstance(one, Question)), key=_is_settled_by_a_day)
    times = {(one.value.date, one.value.time) for one in dated if one.value.time}
    if len({one.value.date for one in dated}) > 1 or len(times) > 1:
        choices = {(one.value.date, one.value.time, one.value.words): one for one in reversed(dated)}
        in_order = sorted(choices.values(), key=dated.index)
        readings = tuple(DeadlineReading(one.value, one.span, one.value.words) for one in in_order)
        return None, [Question(QuestionKind.SEVERAL_DEADLINES, stated[0][1].span, readings)]
    if not dated or not all(map(_is_settled_by_a_day, asked)):
        return None, asked[:1]
    found = next((one for one in dated if one.value.time), dated[0])  # of one day, the words with its time
    named = {index for index, one in stated if isinstance(one, Found)}
    texts = [page.sentences[index].text for index in named]
    is_others = not (is_letter or named & mail) and all(_may_be_of_others(text, sender) for text in texts)
    if is_others or _is_taken_back(page, texts, found.value, reference):
        return None, [Question(QuestionKind.DEADLINE_VAGUE, found.span, (DeadlineReading(found.value),), found.value.words)]
    return found, []


def _is_settled_by_a_day(question: Question) -> bool:
    """Whether a question need not be asked if other words of the text name a day."""
    return not question.readings and question.kind not in _OPEN


def _is_taken_back(page: TextPage, texts: Iterable[str], due: Deadline, reference: ReferenceDay) -> bool:
    """Whether the text also says that there is no such deadline, or another now."""
    if RULES.search("no deadline", page.flat, 0, PROSE) or any(RULES.search("deadline taken back", text) for text in texts):
        return True
    return reference.day is not None and reference.day < due.date and RULES.search("deadline that was", due.words) is not None


def _may_be_of_others(sentence: str, sender: str) -> bool:
    """Whether the deadline that a sentence names may be one that others set, or that others have to keep."""
    if RULES.search("demanders", sentence) and not re.search(r"\b(?:House|Senate|Committee|Union|Sen\.|Rep\.)", sender):
        return True
    return bool(RULES.search("others", sentence)) and not RULES.search("answer", sentence)


def _deadlines_in(reading: _Reading) -> Iterator[_Stated]:
    line, text = reading.line, reading.line.text
    others = [found.start() for found in RULES["other event"].regex.finditer(text)]
    any_found = False
    last: Expression | None = None  # that is a deadline
    for expression in line.expressions():
        if expression.period:
            counted = None if any_found or others else reading.counted(expression, expression.period)
            yield from [counted] if counted else ()
            any_found = any_found or counted is not None
        elif day := expression.day:
            is_other = bisect_left(others, day.start - WINDOW) < bisect_left(others, day.end + WINDOW // 2)
            is_due = expression.trigger or RULES.match("deadline behind", text[day.end :]) or line.is_another(last, expression)
            any_found = bool(any_found or is_other or is_due)
            if is_due and not is_other:
                last = expression
                yield reading.dated(expression, day)
    for name, kind in (("longer deadline", QuestionKind.DEADLINE_CONDITIONAL), ("vague day", QuestionKind.DEADLINE_VAGUE)):
        found = WORDS.search(name, text)
        if found and not others and (name == "longer deadline" or not any_found):
            yield reading.ask(kind, found.start(), found.start() + len(found[0].rstrip(" .")))
