"""Reads the day by which a response is due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.reader.draft import DeadlineReading, Found, Question, QuestionKind
from bot.reader.extract.date_mentions import MONTH, TIME, DateMention, dates_in, time_of_day
from bot.reader.extract.numbers import NUMBER
from bot.reader.extract.reference_day import ReferenceDay
from bot.reader.extract.text_page import TextPage
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.errors import CaseError

WINDOW = 100  # characters before a date in which words may show that it is about something else
LONGEST = 270  # days; a date without a year that is further ahead may be meant of another year
_TRIGGER = re.compile(
    r"(?P<trigger>\b(?:no\s+later\s+than|not\s+later\s+than|on\s+or\s+before|by|until|till|up\s+to|before|prior\s+to|through|"
    r"due(?:\s+(?:date|back|in|to\s+[\w.' ]{2,40}))?(?:\s+(?:is|are|on|by|before))?\s*:?|deadline\b[^.;\n]{0,70}?(?:\b(?:is"
    r"|was|are|of|for|on|by|falls\s+on|set\s+for)\b|:|,)|deadline|"
    r"extended\s+(?:\w+\s+){0,3}?(?:to|until|through)|respon(?:se|d)\s+date\s*(?:is)?:?|no\s+later\s+than\s+by))"
    r"\s*(?:the\s+)?(?:(?:close|end)\s+of\s+(?:the\s+)?(?:business|day|business\s+day)\s*(?:,|on"
    r"|of)?\s*)?(?:at\s+)?(?P<time>@@)?\s*,?\s*(?:on\s+|of\s+|this\s+coming\s+)?(?:the\s+)?$".replace(
        "@@", re.sub(r"\?P<\w+>", "?:", TIME.pattern)
    ),
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\s*(?:deadline|due\s+date|cut-?off)\b", re.IGNORECASE)
_TIME_BEHIND = re.compile(
    rf"\s*,?\s*(?:at|by|before|no\s+later\s+than)?\s*(?={re.sub(r'[?]P<[a-z0-9]+>', '?:', TIME.pattern)})", re.IGNORECASE
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
_SENDER_OWES = re.compile(
    r"\b(?:gave|ordered|told|asked)\s+(?:the\s+)?(?:government|department|agency|administration|doj|justice\s+department)\b"
    r"|\b(?:the\s+)?(?:department|agency|government)\s+(?:must|has\s+until|had\s+until)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:had|were\s+given|was\s+given|passed|missed|expired|was\s+due|were\s+due)\b", re.IGNORECASE)
_PERIOD = re.compile(
    rf"\b(?P<lead>within|in|have|has|had|given|gives?|gave|allow(?:s|ed)?|no\s+later\s+than|not\s+later\s+than|than|a|the|its"
    rf"|their)\s+(?:\w+\s+)?(?P<count>{NUMBER})(?:\s*\(\d+\))?[\s-]+"
    r"(?P<kind>calendar|business|working|work|consecutive)?\s*(?P<unit>hours?|days?|weeks?|months?)(?P<tail>\s+(?:of|from"
    r"|after|following|upon)\s+(?:the\s+)?(?:date\s+(?:of|on|that)\s+)?"
    r"(?:[\w']+\s+){0,4}?(?:letters?|receipt|receiving|notice|today|service|delivery|date|request|subpoena)(?:\s+of\s+(?:this"
    r"|the|a)\s+(?:letter|request|notice))?)?",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:by|before|until)\s+(?:the\s+)?(?:end|beginning|middle|start|first|last)\s+(?:week\s+|day\s+)?of\s+(?:the\s+"
    r"|this\s+|next\s+)?\w+"
    rf"|\b(?:by|before|until)\s+(?:(?:late|early|mid)[- ])?{MONTH}(?!\s*\d)(?:\s+\d{{4}})?"
    r"|\bdeadlines?\b(?!\s+(?:has|had|was|of\s+its|passed))[^.;\n]{0,60}?\b(?:weeks?|months?|days?|soon)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _DeadlineMention:
    """Words that name a deadline, at `TextPage.flat[start:end]`: the deadline, or else the question they leave open."""

    start: int
    end: int
    due: Deadline | None
    question: Question | None = None

    @property
    def has_choices(self) -> bool:
        return self.question is not None and bool(self.question.readings)


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
    mentions = [
        mention
        for index in range(len(page.sentences))
        if index not in skip
        for mention in _deadlines_in(page, index, zone, reference, sent, mail, lists)
    ]
    settled: dict[date, _DeadlineMention] = {}
    for mention in mentions:
        if mention.due and (
            mention.due.date not in settled or (mention.due.time and not getattr(settled[mention.due.date].due, "time", None))
        ):
            settled[mention.due.date] = mention
    times = {(mention.due.date, mention.due.time) for mention in mentions if mention.due and mention.due.time}
    if len(settled) == 1 and len(times) <= 1 and not any(mention.has_choices for mention in mentions):
        mention = next(iter(settled.values()))
        assert mention.due
        return Found(mention.due, page.span(mention.start, mention.end)), []
    if len(settled) > 1 or len(times) > 1:
        span = page.span(mentions[0].start, mentions[0].end)
        return None, [Question(QuestionKind.SEVERAL_DEADLINES, span, _choices(page, mentions))]
    return None, [mention.question for mention in mentions if mention.question][:1]


def _choices(page: TextPage, mentions: list[_DeadlineMention]) -> tuple[DeadlineReading, ...]:
    """The deadlines to choose from; each combination of a moment and its words once."""
    choices: dict[tuple[date, time | None, str], DeadlineReading] = {}
    for mention in mentions:
        if mention.due:
            span = page.span(mention.start, mention.end)
            mark = (mention.due.date, mention.due.time, mention.due.words)
            choices.setdefault(mark, DeadlineReading(mention.due, span, mention.due.words))
    return tuple(choices.values())


def _deadlines_in(
    page: TextPage,
    index: int,
    zone: ZoneInfo,
    reference: ReferenceDay,
    sent: date | None,
    mail: frozenset[int],
    lists: tuple[tuple[int, int], ...],
) -> Iterator[_DeadlineMention]:
    sentence = page.sentences[index]
    text = sentence.text
    if _SENDER_OWES.search(text) or not (index in mail or _REPLY.search(text)):
        return
    flat = page.flat
    any_found = False
    for day_mention in dates_in(flat, sentence.start, sentence.end):
        before = flat[max(sentence.start, day_mention.start - 130) : day_mention.start]
        trigger = _TRIGGER.search(before)
        in_list = any(start <= day_mention.start < end for start, end in lists)
        if in_list and not (trigger and re.match(r"due|deadline", trigger["trigger"], re.IGNORECASE)):
            continue
        if _OTHER.search(
            flat, max(sentence.start, day_mention.start - WINDOW), min(sentence.end, day_mention.end + WINDOW // 2)
        ):
            any_found = True
            continue
        if not trigger and not _BEHIND.match(flat, day_mention.end):
            continue
        start = day_mention.start - (len(before) - trigger.start()) if trigger else day_mention.start
        any_found = True
        yield _dated(page, day_mention, start, trigger, zone, reference, sent, bool(_PAST.search(text)))
    for period in _PERIOD.finditer(text):
        if _OTHER.search(text):
            break
        if (counted := _counted(page, sentence.start, period, zone, sent)) and not any_found:
            yield counted
            any_found = True
    if not any_found and not _OTHER.search(text) and (vague := _VAGUE.search(text)):
        start, end = sentence.start + vague.start(), sentence.start + vague.end()
        quote = " ".join(vague[0].split())
        yield _DeadlineMention(start, end, None, Question(QuestionKind.DEADLINE_VAGUE, page.span(start, end), quote=quote))


def _dated(
    page: TextPage,
    mention: DateMention,
    start: int,
    trigger: re.Match[str] | None,
    zone: ZoneInfo,
    reference: ReferenceDay,
    sent: date | None,
    is_past: bool,
) -> _DeadlineMention:
    flat = page.flat
    stop = mention.end
    found_time = TIME.search(flat, start, mention.start) if trigger else None
    if not found_time and (gap := _TIME_BEHIND.match(flat, mention.end)) and (behind := TIME.match(flat, gap.end())):
        found_time, stop = behind, behind.end()
    words = " ".join(flat[start:stop].split())

    def ask(kind: QuestionKind, *choices: date, day: date | None = None, sent: date | None = None) -> _DeadlineMention:
        readings = tuple(DeadlineReading(Deadline(choice, zone, words=words)) for choice in choices)
        question = Question(kind, page.span(start, stop), readings, words, day=day, sent=sent)
        return _DeadlineMention(start, stop, None, question)

    if mention.readings:
        return ask(QuestionKind.DEADLINE_AMBIGUOUS, *mention.readings)
    if mention.is_impossible:
        return ask(QuestionKind.DEADLINE_IMPOSSIBLE)
    day = _resolved(mention, reference, sent)
    if mention.month and mention.weekday is not None and day and day.weekday() != mention.weekday:
        return ask(QuestionKind.DEADLINE_CONTRADICTS_ITSELF, day=day)
    if day is None:
        return ask(QuestionKind.DEADLINE_WITHOUT_YEAR if mention.month else QuestionKind.DEADLINE_WITHOUT_WEEK)
    if mention.month and not mention.year and sent is None and reference.day and is_past:
        return ask(QuestionKind.DEADLINE_YEAR_UNSURE)
    seen_from = sent or reference.day
    if seen_from and not mention.year and abs((day - seen_from).days) > LONGEST:
        return ask(QuestionKind.DEADLINE_FAR_OFF, day=day)
    if sent and day < sent:
        return ask(QuestionKind.DEADLINE_BEFORE_SENT, sent=sent)
    if trigger and re.fullmatch(r"before|prior\s+to", trigger["trigger"].strip(), re.IGNORECASE):
        return ask(QuestionKind.DEADLINE_LAST_DAY, day - timedelta(days=1), day)
    at = time_of_day(found_time) if found_time else None
    if at and at.midnight:
        return ask(QuestionKind.DEADLINE_MIDNIGHT, day - timedelta(days=1), day, day=day)
    hour: time | None = at.at if at else None
    where = at.zone if at and at.zone else zone
    return _DeadlineMention(start, stop, Deadline(day, where, hour, words))


def _resolved(mention: DateMention, reference: ReferenceDay, sent: date | None) -> date | None:
    """The day of a deadline. Without a year, it is the first such day on or after the day that the letter was sent."""
    if mention.exact:
        return mention.exact
    if mention.month:
        if sent:
            return mention.after(sent)
        return None if reference.day is None else mention.after(reference.day)
    if sent is None:
        return None
    seen = [day for day in (reference.day, sent) if day]
    days = {mention.after(day) for day in seen[:1]} if reference.is_given or not sent else {mention.after(day) for day in seen}
    return days.pop() if len(days) == 1 else None


def _counted(page: TextPage, offset: int, period: re.Match[str], zone: ZoneInfo, sent: date | None) -> _DeadlineMention | None:
    lead, tail = period["lead"].lower(), " ".join((period["tail"] or "").lower().split())
    if (
        lead in ("a", "the", "its", "their", "in")
        and not tail
        and not (lead == "in" and re.search(r"\bdue\s+$", period.string[: period.start()]))
        and not re.match(r"\s*(?:deadline|window|period\s+to\s+(?:respond|comply))", period.string[period.end() :])
    ):
        return None
    text = period.string
    if (
        lead in ("have", "has", "had", "given", "gives", "give", "gave")
        and not re.match(r"\s*(?:,|to\b|deadline\b|in\s+which|for\b|from\b|of\b|after\b|\.|$)", text[period.end() :])
        and not tail
    ):
        return None
    start, end = offset + period.start("count"), offset + period.end()
    if lead == "within":
        start = offset + period.start()
    words = " ".join(page.flat[start:end].split())

    def ask(kind: QuestionKind, reason: str = "") -> _DeadlineMention:
        return _DeadlineMention(start, end, None, Question(kind, page.span(start, end), quote=words, reason=reason))

    if re.search(r"receipt|receiv|service|delivery", tail):
        return ask(QuestionKind.COUNTED_FROM_RECEIPT)
    if not re.search(r"letter|today|request|notice|date", tail):
        return ask(QuestionKind.COUNTED_FROM_UNSTATED_DAY)
    if (period["kind"] or "").lower() in ("business", "working", "work"):
        return ask(QuestionKind.COUNTED_ON_UNKNOWN_CALENDAR)
    if sent is None:
        return ask(QuestionKind.COUNTED_FROM_UNKNOWN_LETTER_DATE)
    try:
        counted = parse_deadline(f"{period['count'].replace('-', ' ')} {period['unit']}", zone, start=sent)
    except CaseError as refused:
        return ask(QuestionKind.PERIOD_REFUSED, str(refused))
    return _DeadlineMention(start, end, replace(counted, words=words))
