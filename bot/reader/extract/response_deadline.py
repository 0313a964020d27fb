"""Reads the day by which a response is due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from zoneinfo import ZoneInfo

from bot.reader.draft import DeadlineReading, Found, Question, QuestionKind
from bot.reader.extract.date_mentions import DateMention
from bot.reader.extract.deadline_expressions import (
    LONGEST_CONDITION,
    Expression,
    SentenceLine,
    hedge_ahead,
    is_for_others,
)
from bot.reader.extract.reference_day import ReferenceDay
from bot.reader.text_page import Sentence, TextPage
from bot.record.deadlines.dates import DateOrder, NoDate, NoSuchDay, SeveralReadings, WrongWeekday
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import LastDay, NoStart, SeveralStatements, parse_deadline
from bot.record.deadlines.times import Midnight, NoTimeOfDay
from bot.record.deadlines.years import NoYear
from bot.record.errors import CaseError

WINDOW = 100  # characters before a date in which words may show that it is about something else
LONGEST = 270  # days; a date without a year that is further ahead may be meant of another year
_BEHIND = re.compile(
    r"\s*(?:(?:is|was)\s+(?:the|their|its|our)\s+)?(?:deadline|due\s+date|cut-?off|last\s+day\s+to\s+respond)\b", re.IGNORECASE
)
_REPLY = re.compile(
    r"\b(?:respon\w+|repl(?:y|ies)|answers?|answer(?:ed|ing)|compl(?:y|ies|iance|ied)|produc\w+|provid\w+|submi\w+"
    r"|turn(?:ed)?\s+(?:\w+\s+){0,3}?over|hand(?:ed|ing)?\s+(?:\w+\s+){0,3}?over|"
    r"cooperat\w+|documents?|records?|information|certif\w+|confirm\w*|deadline|return\w*|furnish\w*|subpoena\w*|upload\w*"
    r"|show|due|data|explain|deliver\w*|file|send|give|agree|amend|"
    r"report|correct|sign(?:s|ed)?|fail(?:s|ed|ure)?|please|call(?:s|ed|ing)?\s+(?:for|on)|asking|demanding|demands?"
    r"|requests?|wants?|asks?|asked|needs?|docs|(?:has|have|had|given)\s+(?:until|\w+\s+(?:\w+\s+)?days)|letters?\s+(?:say"
    r"|ask|state"
    r"|give|want|demand|require|set)\w*)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:judge|court|register(?:ed)?|registration(?!\s+(?:rolls?|lists?|files?|data|records?))|vot(?:e|(?:ers?"
    r"|ing)(?!\s+(?:registration|rolls?|lists?|files?|data|records?)))|ballots?|primary|public\s+comments?|comment\s+period"
    r"|applications?|apply|"
    r"applicants?|accept\s+their|trial|bill|legislation|legislature|budget\s+(?:must|vote)|storm|trade\s+deadline"
    r"|tax(?:es)?\s+(?:return|are)|enroll\w*|subscribe|tickets?|"
    r"rsvp|sale|offer|council\s+(?:will|meets|plans)|reporters|media|nominations?|open\s+enrollment|shutdown|expires?"
    r"|appeals?)\b",
    re.IGNORECASE,
)
_CONDITION_AHEAD = re.compile(
    r"(?:unless|absent|barring|pending|subject to|if|except)\b[^,]*\b(?:extension|extended|otherwise|approv\w+|court|change\w*"
    r"|agree\w*)\b[^,]*, ",
    re.IGNORECASE,
)
_SENDER_OWES = re.compile(
    r"\b(?:gave|ordered|told|asked)\s+(?:the\s+)?(?:government|department|agency|administration|doj|justice\s+department)\b"
    r"|\b(?:the\s+)?(?:department|agency|government)\s+(?:must|has\s+until|had\s+until)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:had|were\s+given|was\s+given|passed|missed|expired|was\s+due|were\s+due)\b", re.IGNORECASE)
_NAMES_YEAR = re.compile(r"\b(?:this|next) year\b|'\d\d\b", re.IGNORECASE)
_BUSINESS = re.compile(r"\b(?:business|working|work)[ -]days?\b", re.IGNORECASE)
# What a period is counted from, if that is the letter's own day: "of the date of the department's letter". Any other letter,
# and the date of anything else, is another day, or may be.
_FROM_LETTER = re.compile(
    r"(?:of|from|after|following|upon|since) (?:the )?(?:date (?:of|on|that) )?(?:today(?:'s)?(?: date)?|date"
    r"|(?:(?:the|this|that|these|those|our|my|its|his|her|their|said|demand|information|records|written|attached|enclosed) )*"
    r"(?:(?:[\w.]+ ){0,3}[\w.]+'s? )?(?:letters?|request|notice)(?:'s)?(?: date)?)"
)
_OTHER_START = re.compile(
    r" (?:(?:of|on|that|when|which|you|they|it|he|she|we|stamped|shown|set|given|printed|listed|specified) |(?:the|this|your"
    r"|their) \w+ (?:is|was|were|are)\b|(?:is|was|were|are) (?:received|published|delivered|served|mailed|posted))",
    re.IGNORECASE,
)
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
    """How the expressions of a text are read."""

    page: TextPage
    zone: ZoneInfo
    reference: ReferenceDay
    sent: date | None

    @property
    def todays(self) -> tuple[date | None, ...]:
        """The days from which "Friday" may be counted: more than one if the text was written after the letter."""
        if self.sent is None or self.reference.day is None:
            return (None,) if self.sent is None else (self.sent,)
        return (self.reference.day,) if self.reference.is_given else tuple(dict.fromkeys((self.reference.day, self.sent)))

    def parsed(self, stated: str) -> Deadline:
        """The deadline that the words state, as if they were typed; CaseError as `parse_deadline`."""

        def read(today: date | None) -> Deadline:
            return parse_deadline(
                stated,
                self.zone,
                letter=self.sent,
                today=today,
                order=_order(stated),
                since=self.sent or self.reference.day,
            )

        first, *others = (read(today) for today in self.todays)
        if any(other.last_moment != first.last_moment for other in others):
            raise SeveralReadings(
                f"“{stated}” does not say in which week.",
                (f"{one.date}{f' {one.time:%H:%M}' if one.time else ''} {one.zone.key}" for one in (first, *others)),
            )
        return first


def _order(stated: str) -> DateOrder | None:
    """Month or day first, if the figures of the dates in the words allow only one of them: 2/23/2018."""
    dates = [(int(match[1]), int(match[3])) for match in _IN_FIGURES.finditer(stated)]
    orders = {
        DateOrder.DAY_FIRST if first > 12 else DateOrder.MONTH_FIRST for first, second in dates if first > 12 or second > 12
    }
    return orders.pop() if len(orders) == 1 and all(min(pair) <= 12 for pair in dates) else None


def deadline(
    page: TextPage,
    zone: ZoneInfo,
    reference: ReferenceDay,
    sent: date | None,
    skip: frozenset[int],
    mail: frozenset[int],
    lists: tuple[tuple[int, int], ...],
) -> tuple[Found[Deadline] | None, list[Question]]:
    """The one response deadline that the text gives, or none and a question.

    `skip`: indexes of sentences about other letters; `mail`: of those about this one; `lists`: where places are listed.
    """
    reading = _Reading(page, zone, reference, sent)
    mentions = [
        mention
        for index, sentence in enumerate(page.sentences)
        if index not in skip
        if not _SENDER_OWES.search(sentence.text) and (index in mail or _REPLY.search(sentence.text))
        for mention in _deadlines_in(reading, sentence, lists)
    ]
    dated = [(mention, mention.due) for mention in mentions if mention.due]
    times = {(due.date, due.time) for _, due in dated if due.time}
    if len({due.date for _, due in dated}) > 1 or len(times) > 1:
        span = page.span(mentions[0].start, mentions[0].end)
        return None, [Question(QuestionKind.SEVERAL_DEADLINES, span, _choices(page, mentions))]
    if dated and not any(mention.is_open for mention in mentions):
        mention, due = next((pair for pair in dated if pair[1].time), dated[0])  # of one day, the words with its time
        return Found(due, page.span(mention.start, mention.end)), []
    asked = sorted((mention for mention in mentions if mention.question), key=lambda mention: not mention.is_open)
    return None, [mention.question for mention in asked if mention.question][:1]


def _choices(page: TextPage, mentions: list[_DeadlineMention]) -> tuple[DeadlineReading, ...]:
    """The deadlines to choose from; each combination of a moment and its words once."""
    choices: dict[tuple[date, time | None, str], DeadlineReading] = {}
    for mention in mentions:
        if mention.due:
            span = page.span(mention.start, mention.end)
            mark = (mention.due.date, mention.due.time, mention.due.words)
            choices.setdefault(mark, DeadlineReading(mention.due, span, mention.due.words))
    return tuple(choices.values())


def _deadlines_in(reading: _Reading, sentence: Sentence, lists: tuple[tuple[int, int], ...]) -> Iterator[_DeadlineMention]:
    page, text = reading.page, sentence.text
    line = SentenceLine.of(page.flat, sentence.start, sentence.end)
    any_found = False
    last: Expression | None = None  # that is a deadline
    for expression in line.expressions():
        if expression.day is None or (expression.is_compound and expression.period):
            if not any_found and not _OTHER.search(text) and (counted := _counted(reading, line, expression)):
                yield counted
                any_found = True
            continue
        begin, end = line.place(expression.day.start, expression.day.end)
        in_list = any(start <= begin < stop for start, stop in lists)
        if in_list and not (expression.trigger and re.match(r"due|deadline", expression.trigger, re.IGNORECASE)):
            continue
        if _OTHER.search(page.flat, max(sentence.start, begin - WINDOW), min(sentence.end, end + WINDOW // 2)):
            any_found = True
            continue
        if not (expression.trigger or _BEHIND.match(page.flat, end) or (last and is_for_others(line.text, last, expression))):
            continue
        any_found, last = True, expression
        yield _dated(reading, line, expression, expression.day, bool(_PAST.search(text)))
    if not any_found and not _OTHER.search(text) and (vague := line.vague()):
        quote = line.text[slice(*vague)].rstrip(" .")
        start, end = line.place(*vague)
        yield _DeadlineMention(start, end, None, Question(QuestionKind.DEADLINE_VAGUE, page.span(start, end), quote=quote))


def _dated(
    reading: _Reading, line: SentenceLine, expression: Expression, mention: DateMention, is_past: bool
) -> _DeadlineMention:
    seen_from = reading.sent or reading.reference.day
    ask = _Asker(reading, line, expression)
    if mention.month and not mention.year and reading.sent is None and seen_from and is_past:
        return ask(QuestionKind.DEADLINE_YEAR_UNSURE)
    judged = _judged(reading, line, expression)
    if judged.due is None:
        return judged
    if expression.start <= LONGEST_CONDITION and _CONDITION_AHEAD.match(line.text[: expression.start]):
        whole = replace(expression, start=0)
        return _Asker(reading, line, whole)(QuestionKind.DEADLINE_CONDITIONAL, (DeadlineReading(judged.due),))
    begun = max(0, expression.start - WINDOW)
    if hedge := hedge_ahead(line.text[begun : expression.start], expression.trigger):
        said = replace(expression, start=begun + hedge.start())
        return _Asker(reading, line, said)(QuestionKind.DEADLINE_VAGUE, (DeadlineReading(judged.due),))
    day = judged.due.date
    if seen_from and not mention.year and not _NAMES_YEAR.search(expression.stated) and abs((day - seen_from).days) > LONGEST:
        return ask(QuestionKind.DEADLINE_FAR_OFF, day=day)
    return judged


class _Asker:
    """Asks about an expression."""

    def __init__(self, reading: _Reading, line: SentenceLine, expression: Expression) -> None:
        self.page, self.place = reading.page, line.place(expression.start, expression.end)
        self.words = line.text[expression.start : expression.end].strip()

    def __call__(
        self,
        kind: QuestionKind,
        readings: tuple[DeadlineReading, ...] = (),
        *,
        day: date | None = None,
        sent: date | None = None,
        reason: str = "",
    ) -> _DeadlineMention:
        span = self.page.span(*self.place)
        question = Question(kind, span, readings, self.words, day=day, sent=sent, reason=reason)
        return _DeadlineMention(*self.place, None, question)


def _judged(reading: _Reading, line: SentenceLine, expression: Expression) -> _DeadlineMention:
    """The deadline that the parser reads, or its refusal as a question, with the readings to choose from."""
    ask = _Asker(reading, line, expression)
    if (expression.is_compound or expression.names_start) and _BUSINESS.search(expression.stated):
        return ask(QuestionKind.COUNTED_ON_UNKNOWN_CALENDAR)
    try:
        due = reading.parsed(expression.stated)
    except CaseError as refused:
        readings = tuple(_readings(reading, expression.stated, refused, ask.words))
        kind = next(kind for error, kind in _ASKED if isinstance(refused, error))
        if isinstance(refused, NoDate) and reading.todays == (None,) and expression.day and expression.day.is_relative:
            kind = QuestionKind.DEADLINE_WITHOUT_WEEK
        if len(readings) < 2 and kind in (QuestionKind.DEADLINE_AMBIGUOUS, QuestionKind.DEADLINE_LAST_DAY):
            kind = QuestionKind.DEADLINE_REFUSED
        return ask(kind, readings, day=getattr(refused, "day", None), reason=str(refused))
    if reading.sent and due.date < reading.sent:
        return ask(QuestionKind.DEADLINE_BEFORE_SENT, sent=reading.sent)
    return _DeadlineMention(*ask.place, replace(due, words=ask.words))


def _readings(reading: _Reading, stated: str, refused: CaseError, words: str) -> Iterator[DeadlineReading]:
    for text in refused.texts(stated) if isinstance(refused, SeveralReadings) else ():
        try:
            yield DeadlineReading(replace(reading.parsed(text), words=words))
        except CaseError:
            continue


def _counted(reading: _Reading, line: SentenceLine, expression: Expression) -> _DeadlineMention | None:
    """A deadline that begins with a period; None if the words are not about one."""
    period = expression.period
    assert period
    if not (expression.is_compound or _is_deadline(period)):
        return None
    ask = _Asker(reading, line, expression)
    if expression.is_compound or expression.names_start:
        return _judged(reading, line, expression)
    tail = " ".join((period["tail"] or "").lower().split())
    if re.search(r"receipt|receiv|service|delivery", tail):
        return ask(QuestionKind.COUNTED_FROM_RECEIPT)
    if not _FROM_LETTER.fullmatch(tail) or _OTHER_START.match(line.text, expression.end):
        return ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY)
    if (period["kind"] or "").lower() in ("business", "working", "work"):
        return ask(QuestionKind.COUNTED_ON_UNKNOWN_CALENDAR)
    if reading.sent is None:
        return ask(QuestionKind.COUNTED_FROM_UNKNOWN_LETTER_DATE)
    return _judged(reading, line, replace(expression, stated=line.text[period.start("count") : period.end("unit")]))


def _is_deadline(period: re.Match[str]) -> bool:
    """Whether a period is one for an answer, by the words around it."""
    lead, text = (period["lead"] or "").lower(), period.string
    if not lead:
        return False
    if period["tail"]:
        return True
    if lead in ("a", "the", "its", "their", "in"):
        is_due = lead == "in" and re.search(r"\bdue\s+$", text[: period.start()])
        return bool(is_due or re.match(r"\s*(?:deadline|window|period\s+to\s+(?:respond|comply))", text[period.end() :]))
    if lead in ("have", "has", "had", "given", "gives", "give", "gave"):
        behind = r"\s*(?:,|to\b|deadline\b|in\s+which|for\b|from\b|of\b|after\b|\.|$)"
        return bool(re.match(behind, text[period.end() :]))
    return True
