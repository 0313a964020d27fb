"""Reads the day by which a response is due."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain, islice
from zoneinfo import ZoneInfo

from bot.reader.draft import DeadlineReading, Found, Question, QuestionKind, Span
from bot.reader.extract.date_mentions import DateMention, ReferenceDay, dates_in, order_of_figures
from bot.reader.extract.deadline_expressions import RULES as WORDS
from bot.reader.extract.deadline_expressions import Expression, ahead, expressions, is_another
from bot.reader.extract.line_lists import cells_below
from bot.reader.extract.relevant_sentences import RelevantSentences
from bot.reader.rules import rule_table
from bot.reader.text_page import PROSE, TextPage
from bot.record.deadlines.dates import NoDate, NoSuchDay, SeveralReadings, WrongWeekday
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import LastDay, NoStart, SeveralStatements, parse_deadline
from bot.record.deadlines.times import Midnight, NoTimeOfDay
from bot.record.deadlines.years import NoYear
from bot.record.errors import CaseError

WINDOW = 100  # characters before a date in which words may show that it is about something else
MOST = 200  # deadlines of a text, and expressions of a sentence, that are looked at
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
    #: Where its sentence begins, and its text.
    start: int
    text: str

    @cached_property
    def is_to_come(self) -> bool:
        """Whether it says in the text's own words what is still to come, so that "Friday" is the next one."""
        return '"' not in self.text and self.says("time to come")

    @cached_property
    def todays(self) -> tuple[date | None, ...]:
        """The days from which "Friday" may be counted: that of the text, and that of the letter, which it may repeat."""
        letters = () if self.reference.is_given and self.is_to_come else (self.sent,)
        return tuple(dict.fromkeys(day for day in (*self.reference.days, *self.reference.updated, *letters) if day)) or (None,)

    def says(self, *rules: str) -> bool:
        return any(RULES.search(rule, self.text) for rule in rules)

    def parsed(self, stated: str) -> Deadline:
        """The deadline that the words state, as if they were typed; CaseError as `parse_deadline`."""
        order = order_of_figures(stated)
        read = [
            parse_deadline(stated, self.zone, letter=self.sent, today=today, order=order, since=self.sent or today)
            for today in self.todays
        ]
        if len({one.last_moment for one in read}) > 1:
            texts = (f"{one.date}{f' {one.time:%H:%M}' if one.time else ''} {one.zone.key}" for one in read)
            raise SeveralReadings(f"“{stated}” does not say in which week.", dict.fromkeys(texts))
        return read[0]

    def ask(
        self, kind: QuestionKind, start: int, end: int, *due: Deadline, day: date | None = None, reason: str = ""
    ) -> Question:
        sent, words = self.sent if kind is QuestionKind.DEADLINE_BEFORE_SENT else None, self.words(start, end)
        readings = tuple(DeadlineReading(replace(one, words=one.words or words)) for one in due)
        return Question(kind, self.span(start, end), readings, words, day=day, sent=sent, reason=reason)

    def words(self, start: int, end: int) -> str:
        return " ".join(self.text[start:end].split())

    def span(self, start: int, end: int) -> Span:
        return self.page.span(self.start + start, self.start + end)

    def judged(self, expression: Expression) -> _Stated:
        """The deadline that the parser reads, or its refusal as a question, with the readings to choose from."""
        at = (expression.start, expression.end)
        try:
            due = self.parsed(expression.stated)
        except CaseError as refused:
            return self.refusal(expression, refused)
        if self.sent and due.date < self.sent:
            return self.ask(QuestionKind.DEADLINE_BEFORE_SENT, *at)
        return Found(replace(due, words=self.words(*at)), self.span(*at))

    def refusal(self, expression: Expression, refused: CaseError) -> Question:
        kind = next(kind for error, kind in _ASKED if isinstance(refused, error))
        readings = []
        for text in refused.texts(expression.stated) if isinstance(refused, SeveralReadings) else ():
            with suppress(CaseError):
                readings.append(self.parsed(text))
        if isinstance(refused, NoDate) and self.todays == (None,) and expression.day and expression.day.relative:
            kind = QuestionKind.DEADLINE_WITHOUT_WEEK
        if len(readings) < 2 and kind in (QuestionKind.DEADLINE_AMBIGUOUS, QuestionKind.DEADLINE_LAST_DAY):
            kind = QuestionKind.DEADLINE_REFUSED
        day, reason = getattr(refused, "day", None), str(refused)
        return self.ask(kind, expression.start, expression.end, *readings, day=day, reason=reason)

    def dated(self, expression: Expression, mention: DateMention) -> _Stated:
        """A deadline that begins with a day."""
        at, has_no_year = (expression.start, expression.end), isinstance(mention.meaning, NoYear)
        is_after = self.reference.day is not None and self.sent is None
        if has_no_year and self.says("past year", *("time past",) if is_after else ()):
            return self.ask(QuestionKind.DEADLINE_YEAR_UNSURE, *at)
        judged = self.judged(expression)
        if isinstance(judged, Question):
            return judged
        is_told_in_letter = self.todays == (self.sent,) and not self.says("time past")
        is_next = self.reference.day is not None if self.is_to_come else is_told_in_letter
        if mention.relative and not is_next and len(self.todays) == 1:
            return self.ask(QuestionKind.DEADLINE_WITHOUT_WEEK, *at)
        for rule, kind in (("condition ahead", QuestionKind.DEADLINE_CONDITIONAL), ("hedge", QuestionKind.DEADLINE_VAGUE)):
            if (start := ahead(self.text, rule, expression)) is not None:
                return self.ask(kind, start, expression.end, judged.value)
        seen_from = self.sent or self.reference.day
        is_far = seen_from and abs((judged.value.date - seen_from).days) > LONGEST
        if is_far and mention.exact is None and not RULES.search("named year", expression.stated):
            return self.ask(QuestionKind.DEADLINE_FAR_OFF, *at, day=judged.value.date)
        return judged

    def counted(self, expression: Expression, period: re.Match[str]) -> _Stated | None:
        """A deadline that begins with a period; None if the words are not about one."""
        at, text, tail = (expression.start, expression.end), self.text, (period["tail"] or "").strip()
        is_more, behind = expression.is_compound or period["from"], text[period.end("count") :]
        is_due = expression.is_compound or tail or RULES.match("period to answer", f"{expression.trigger}@{behind}")
        if expression.trigger and not is_due:
            return None
        if RULES.search("counted from receipt", tail) and not is_more:
            return self.ask(QuestionKind.COUNTED_FROM_RECEIPT, *at)
        is_from_letter = RULES.match("from the letter", tail) and not RULES.match("other start", text[expression.end :])
        if not is_more and not is_from_letter:
            return self.ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY, *at)
        if RULES.search("business days", expression.stated):
            return self.ask(QuestionKind.COUNTED_ON_UNKNOWN_CALENDAR, *at)
        if self.sent is None and not is_more:
            return self.ask(QuestionKind.COUNTED_FROM_UNKNOWN_LETTER_DATE, *at)
        if RULES.search("counted from today", tail) and self.reference.days != (self.sent,):
            return self.ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY, *at)  # of the letter, or of the story
        is_some_week = any(one.weekday is not None for one in dates_in(period["from"] or ""))
        if is_some_week and (self.sent is None or self.todays != (self.sent,)):
            return self.ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY, *at)  # it may be the day on which the letter was sent
        return self.judged(expression if is_more else replace(expression, stated=period["count"]))

    def stated(self) -> Iterator[_Stated]:
        """What the sentence states, in order."""
        is_of_others = bool(RULES.search("other event", self.text))
        last: Expression | None = None  # that is a deadline
        for expression in islice(expressions(self.text), MOST):
            stated: _Stated | None = None
            if expression.day and self.is_due(expression, expression.day, last):
                last, stated = expression, self.dated(expression, expression.day)
            elif expression.period and not is_of_others:
                stated = self.counted(expression, expression.period)
            yield from [stated] if stated else ()
        for name, kind in (("longer deadline", QuestionKind.DEADLINE_CONDITIONAL), ("vague day", QuestionKind.DEADLINE_VAGUE)):
            if (found := WORDS.search(name, self.text)) and not is_of_others:
                yield self.ask(kind, found.start(), found.start() + len(found[0].rstrip(" .")))

    def in_cell(self) -> Iterator[_Stated]:
        """What a cell states in a column of due days."""
        if day := next(dates_in(self.text), None):
            yield self.dated(Expression(0, len(self.text), self.text.strip(), "due", day), day)

    def is_due(self, expression: Expression, day: DateMention, last: Expression | None) -> bool:
        if RULES.search("other event", self.text, max(0, day.start - WINDOW), day.end + WINDOW // 2):
            return False
        is_named = RULES.match("deadline behind", self.text[day.end :]) or is_another(self.text, last, expression)
        return bool(expression.trigger or is_named)


def deadline(
    page: TextPage,
    zone: ZoneInfo,
    reference: ReferenceDay,
    sent: date | None,
    relevant: RelevantSentences,
    asking: frozenset[int],
    others: frozenset[int],
    sender: str,
    *,
    is_letter: bool,
) -> tuple[Found[Deadline] | None, list[Question]]:
    """The one response deadline that the text gives, or none and a question.

    `asking`: indexes of sentences in which somebody else asks for something; `others`: of those that name another authority,
    and not the sender. `sender`: who sent it. `is_letter`: the text is the letter.
    """
    if is_letter and sent:
        reference = ReferenceDay(sent, days=(sent,))
    mail = relevant.indexes
    skip, others = relevant.skip | (asking - mail), others - mail

    def reading(start: int, end: int) -> _Reading:
        return _Reading(page, zone, reference, sent, start, page.flat[start:end])

    in_sentences = (
        (index, one)
        for index, sentence in enumerate(page.sentences)
        if index not in skip and not RULES.search("owed by the sender", sentence.text)
        if index in mail or any(RULES.search(name, sentence.text) for name in ("answer", "may be an answer"))
        for one in reading(sentence.start, sentence.end).stated()
    )
    in_columns = (
        (listed.index, one)
        for listed in relevant.ours
        for cell in cells_below(page.flat, listed.sentence.end, listed.listing.end, "head of a column of due days")
        for one in reading(*cell).in_cell()
    )
    stated = list(islice(chain(in_sentences, in_columns), MOST))
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
    texts = {index: page.sentences[index].text for index in named}
    is_others = not (is_letter or named & mail) and all(
        index in others or _may_be_of_others(text, sender) for index, text in texts.items()
    )
    if is_others or _is_taken_back(page, texts.values(), found.value, reference):
        return None, [Question(QuestionKind.DEADLINE_VAGUE, found.span, (DeadlineReading(found.value),), found.value.words)]
    return found, []


def _is_settled_by_a_day(question: Question) -> bool:
    """Whether a question need not be asked if other words of the text name a day."""
    return not question.readings and question.kind not in _OPEN


def _is_taken_back(page: TextPage, texts: Iterable[str], due: Deadline, reference: ReferenceDay) -> bool:
    """Whether the text also says that there is no such deadline, or another now."""
    if any(RULES.search(rule, page.flat, 0, PROSE) for rule in ("no deadline", "more time")) or any(
        RULES.search("deadline taken back", text) for text in texts
    ):
        return True
    return reference.day is not None and reference.day < due.date and RULES.search("deadline that was", due.words) is not None


def _may_be_of_others(sentence: str, sender: str) -> bool:
    """Whether the deadline that a sentence names may be one that others set, or that others have to keep."""
    is_set_by_others = RULES.search("demanders", sentence) and not RULES.search("demanders", sender)
    is_theirs = RULES.search("others have to", sentence) or RULES.search("set by a law", sentence)
    return bool(is_set_by_others or is_theirs or (RULES.search("others", sentence) and not RULES.search("answer", sentence)))
