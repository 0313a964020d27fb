"""The day by which an answer is due, from the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.reader.draft import Found, Part, Question
from bot.reader.extract.dates_in import MONTH, TIME, Mention, clock, mentions
from bot.reader.extract.numbers import NUMBER
from bot.reader.extract.reference import Reference
from bot.reader.extract.text import Page
from bot.record.deadlines.dates import written
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.errors import CaseError

WINDOW = 100  # characters before a day in which words may say that it is the day of something else
LONGEST = 270  # days: a day without a year that lies further ahead was meant of another year
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
class _Reading:
    """One place of the text that names a deadline; `due` is None where it cannot be told, and `ask` says why."""

    start: int
    end: int
    due: Deadline | None
    ask: str = ""
    readings: tuple[str, ...] = ()


def deadline(
    page: Page,
    zone: ZoneInfo,
    reference: Reference,
    sent: date | None,
    skip: frozenset[int],
    mail: frozenset[int],
    lists: tuple[tuple[int, int], ...],
) -> tuple[Found[Deadline] | None, list[Question]]:
    """The one deadline that the text gives for an answer, or none and a question.

    `skip`: sentences about other letters; `mail`: those about this one; `lists`: where places are listed.
    """
    found = [
        one
        for index in range(len(page.sentences))
        if index not in skip
        for one in _readings(page, index, zone, reference, sent, mail, lists)
    ]
    settled: dict[date, _Reading] = {}
    for one in found:
        if one.due and (one.due.date not in settled or (one.due.time and not getattr(settled[one.due.date].due, "time", None))):
            settled[one.due.date] = one
    times = {(one.due.date, one.due.time) for one in found if one.due and one.due.time}
    if len(settled) == 1 and len(times) <= 1 and not any(one.ask and one.readings for one in found):
        one = next(iter(settled.values()))
        assert one.due
        return Found(one.due, page.span(one.start, one.end)), []
    if len(settled) > 1 or len(times) > 1:
        readings = tuple(dict.fromkeys(f"{_said(one.due)} (“{_words(page, one)}”)" for one in found if one.due))
        words = f"The text gives more than one day for an answer: {', '.join(readings)}. Which is the deadline?"
        return None, [Question(Part.DEADLINE, words, page.span(found[0].start, found[0].end), readings)]
    asks = [one for one in found if one.ask]
    return None, [Question(Part.DEADLINE, one.ask, page.span(one.start, one.end), one.readings) for one in asks[:1]]


def _said(due_: Deadline | None) -> str:
    assert due_
    return f"{written(due_.date)}, {due_.time:%H:%M}" if due_.time else written(due_.date)


def _words(page: Page, one: _Reading) -> str:
    return " ".join(page.flat[one.start : one.end].split())


def _readings(
    page: Page,
    index: int,
    zone: ZoneInfo,
    reference: Reference,
    sent: date | None,
    mail: frozenset[int],
    lists: tuple[tuple[int, int], ...],
) -> Iterator[_Reading]:
    sentence = page.sentences[index]
    text = sentence.text
    if _SENDER_OWES.search(text) or not (index in mail or _REPLY.search(text)):
        return
    flat = page.flat
    any_found = False
    for one in mentions(flat, sentence.start, sentence.end):
        before = flat[max(sentence.start, one.start - 130) : one.start]
        trigger = _TRIGGER.search(before)
        in_list = any(start <= one.start < end for start, end in lists)
        if in_list and not (trigger and re.match(r"due|deadline", trigger["trigger"], re.IGNORECASE)):
            continue
        if _OTHER.search(flat, max(sentence.start, one.start - WINDOW), min(sentence.end, one.end + WINDOW // 2)):
            any_found = True
            continue
        if not trigger and not _BEHIND.match(flat, one.end):
            continue
        start = one.start - (len(before) - trigger.start()) if trigger else one.start
        any_found = True
        yield _dated(page, one, start, trigger, zone, reference, sent, bool(_PAST.search(text)))
    for period in _PERIOD.finditer(text):
        if _OTHER.search(text):
            break
        if (made := _counted(page, sentence.start, period, zone, sent)) and not any_found:
            yield made
            any_found = True
    if not any_found and not _OTHER.search(text) and (vague := _VAGUE.search(text)):
        words = f"The text gives the deadline as “{' '.join(vague[0].split())}”. Which day is that?"
        yield _Reading(sentence.start + vague.start(), sentence.start + vague.end(), None, words)


def _dated(
    page: Page,
    one: Mention,
    start: int,
    trigger: re.Match[str] | None,
    zone: ZoneInfo,
    reference: Reference,
    sent: date | None,
    is_past: bool,
) -> _Reading:
    flat = page.flat
    stop = one.end
    found_time = TIME.search(flat, start, one.start) if trigger else None
    if not found_time and (gap := _TIME_BEHIND.match(flat, one.end)) and (behind := TIME.match(flat, gap.end())):
        found_time, stop = behind, behind.end()
    words = " ".join(flat[start:stop].split())

    def ask(why: str, *readings: date) -> _Reading:
        return _Reading(start, stop, None, why, tuple(written(day) for day in readings))

    if one.readings:
        return ask(
            f"“{words}” can be read as {' or as '.join(written(day) for day in one.readings)}. Which is meant?", *one.readings
        )
    if one.is_impossible:
        return ask(f"“{words}” names a day that does not exist. Which day is the deadline?")
    day = _resolved(one, reference, sent)
    if one.month and one.weekday is not None and day and day.weekday() != one.weekday:
        return ask(f"“{words}” contradicts itself: {written(day)} is a {day:%A}. Which day is the deadline?")
    if day is None:
        missing = "no year" if one.month else "no week"
        return ask(f"“{words}” has {missing}, and the text has no date that would give it. Which day is the deadline?")
    if one.month and not one.year and sent is None and reference.day and is_past:
        return ask(f"“{words}” has no year. Which day is the deadline?")
    seen_from = sent or reference.day
    if seen_from and not one.year and abs((day - seen_from).days) > LONGEST:
        return ask(f"“{words}” has no year, and the next such day is {written(day)}. Which day is the deadline?")
    if sent and day < sent:
        return ask(f"“{words}” is before the letter was sent ({written(sent)}). Which day is the deadline?")
    if trigger and re.fullmatch(r"before|prior\s+to", trigger["trigger"].strip(), re.IGNORECASE):
        eve = day - timedelta(days=1)
        return ask(f"“{words}”: is the last day {written(eve)} or {written(day)}?", eve, day)
    at = clock(found_time) if found_time else None
    if at and at.midnight:
        eve = day - timedelta(days=1)
        return ask(f"“{words}”: is that midnight at the end of {written(day)}, or at its beginning?", eve, day)
    hour: time | None = at.at if at else None
    where = at.zone if at and at.zone else zone
    return _Reading(start, stop, Deadline(day, where, hour, words))


def _resolved(one: Mention, reference: Reference, sent: date | None) -> date | None:
    """The day of a deadline: a day without a year is the first on or after the day the letter was sent."""
    if one.exact:
        return one.exact
    if one.month:
        if sent:
            return one.after(sent)
        return None if reference.day is None else one.after(reference.day)
    if sent is None:
        return None
    seen = [day for day in (reference.day, sent) if day]
    days = {one.after(day) for day in seen[:1]} if reference.is_given or not sent else {one.after(day) for day in seen}
    return days.pop() if len(days) == 1 else None


def _counted(page: Page, offset: int, period: re.Match[str], zone: ZoneInfo, sent: date | None) -> _Reading | None:
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
    if re.search(r"receipt|receiv|service|delivery", tail):
        return _Reading(start, end, None, f"“{words}”: the day of receipt is not known. Which day is the deadline?")
    if not re.search(r"letter|today|request|notice|date", tail):
        return _Reading(
            start, end, None, f"“{words}”: the text does not say from which day it is counted. Which day is the deadline?"
        )
    if (period["kind"] or "").lower() in ("business", "working", "work"):
        return _Reading(start, end, None, f"“{words}”: which holidays count is not known. Which day is the deadline?")
    if sent is None:
        return _Reading(
            start, end, None, f"“{words}” is counted from the day of the letter, which is not known. Which day is the deadline?"
        )
    try:
        made = parse_deadline(f"{period['count'].replace('-', ' ')} {period['unit']}", zone, start=sent)
    except CaseError as refused:
        return _Reading(start, end, None, f"“{words}”: {refused}")
    return _Reading(start, end, replace(made, words=words))
