"""Decides on which day the letters were sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.reader.draft import DayReading, Found, Question, QuestionKind
from bot.reader.extract.date_mentions import MONTH, DateMention, dates_in
from bot.reader.extract.letter_sentence import LetterSentence
from bot.reader.extract.reference_day import DATELINE, ReferenceDay
from bot.reader.text_page import LONGEST, TextPage
from bot.record.deadlines.dates import written

_BREAK = re.compile(
    r"\b(?:that|which|who|after|because|said|says|saying|when|while|following|if|should|since|until|till|by|before|no\s+later"
    r"|due|deadline|announced|policy|law|order|rule|"
    r"from|between|as\s+of|effective|in\s+effect|signed|issued\s+on|enacted|adopted|passed|respon\w+|repl(?:y|ied)|through"
    r"|about\s+the|according\s+to|statement|(?:press|news)\s+release|interview|posted|published)\b",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:by|before|until|till|between|due|deadline|later\s+than|since|through|from|effective|prior\s+to"
    r"|next)\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:letters?|requests?|notices?|demands?)\s*,?\s*(?:(?:was|were|is|are)\s+)?(?:\w+\s+){0,2}?(?:dated|of)\s*,?\s*$"
    r"|\bdated\s*$",
    re.IGNORECASE,
)
_DAYS_LETTER = re.compile(r"(?:'s)?\s+(?:[a-z]+\s+){0,2}(?:letters?|request|notice)\b", re.IGNORECASE)
_FROM_OFFICE = re.compile(
    rf"\b(?:from|by)\s+(?:the\s+)?(?!{MONTH})[A-Z](?:[\w.]|\s(?=[A-Z])|\s(?:of|and)(?:\s+the)?\s(?=[A-Z]))*"
)
_ROUGHLY = re.compile(r"\b(?:about|around|circa|approximately|roughly|near)\s+$", re.IGNORECASE)
_OR_ANOTHER = re.compile(r"\s*(?:,?\s+or\s+(?:on\s+)?|-|/)\d{1,2}\b(?![:/])", re.IGNORECASE)
_OF_THE_PAGE = re.compile(
    r"\W*(?:(?:first|last|originally)\s+)?(?:published|posted|updated|created|modified|(?:press\s+|news\s+)?release\s+(?:no|of))\b",
    re.IGNORECASE,
)
APART = 14  # days; letters further apart were sent at two times, and the newer ones are meant


@dataclass(frozen=True)
class SentDate:
    """When letters were sent according to a sentence. `day` is None if the words do not settle it."""

    mention: DateMention
    day: date | None


def sent_dates_in(page: TextPage, letter_sentence: LetterSentence, reference: ReferenceDay) -> list[SentDate]:
    """The days on which a sentence says that letters were sent."""
    return [
        SentDate(mention, None if mention.is_relative and _quoted_in(page, mention) else _day(mention, reference))
        for mention in _tied(page, letter_sentence)
    ]


def _quoted_in(page: TextPage, mention: DateMention) -> bool:
    """Whether it is within a quotation, whose day may be another than that of the text."""
    begin, end = page.flat.rfind("\n", 0, mention.start) + 1, page.flat.find("\n", mention.end)
    behind = page.flat.find('"', mention.end, end if end >= 0 else len(page.flat))
    return behind >= 0 and page.flat.count('"', begin, mention.start) % 2 == 1


def _day(mention: DateMention, reference: ReferenceDay) -> date | None:
    if mention.exact:
        return None if mention.is_contradictory else mention.exact
    if reference.day is None or mention.is_impossible:
        return None
    return mention.before(reference.day)


def _tied(page: TextPage, letter_sentence: LetterSentence) -> Iterator[DateMention]:
    """Dates in the sentence that belong to its verb: just before or after it, with no other clause in between."""
    start, end = letter_sentence.sentence.start, letter_sentence.sentence.end
    listing = letter_sentence.listing
    begun = min((item.start for item in listing.items), default=-1)
    flat, verb = page.flat, letter_sentence.verb
    named = [
        mention
        for mention in dates_in(flat, start, end)
        if not (begun >= 0 and begun < mention.start < listing.end)
        if not (_ROUGHLY.search(flat[max(start, mention.start - 20) : mention.start]) or _OR_ANOTHER.match(flat, mention.end))
    ]
    for first in (_is_dated, _is_beside):
        if sure := [mention for mention in named if first(flat, start, mention, verb)]:
            yield from sure
            return
    for mention in named:
        if min(abs(mention.start - at) for at in (start, *verb, listing.end)) > LONGEST:
            continue  # a list is that long, no clause
        before = flat[max(start, mention.start - 60) : mention.start]
        if _DUE.search(before) or _is_dateline(page, start, mention):
            continue
        if mention.end <= verb[0]:
            opening = len(flat[start : mention.start].split()) <= 3
            if opening or not _BREAK.search(flat, mention.end, verb[0]):
                yield mention
        elif mention.start >= verb[1]:
            behind = listing.end if begun >= 0 and listing.end <= mention.start else verb[1]
            tail = _FROM_OFFICE.sub("", flat[max(behind, verb[1]) : mention.start])
            if not _BREAK.search(tail):
                yield mention


def _is_dated(flat: str, start: int, mention: DateMention, verb: tuple[int, int]) -> bool:
    """Whether it is written as in "the letter of Jan. 5"."""
    before = flat[max(start, mention.start - 60) : mention.start]
    if re.search(r"\b(?:first|earlier|previous|prior|original|an)\s+letter\s+(?:of|dated)\s*$", before, re.IGNORECASE):
        return False
    days_letter = _DAYS_LETTER.match(flat, mention.end) if mention.month else None
    is_its_name = days_letter and not mention.end <= verb[0] < days_letter.end()  # unlike "on Jan. 26 sent letters"
    return bool(_DATED.search(before) or is_its_name)


def _is_beside(flat: str, _: int, mention: DateMention, verb: tuple[int, int]) -> bool:
    """Whether it is written as in "sent Tuesday" or "sent on April 8"."""
    return bool(re.fullmatch(r"\s+(?:on\s+|out\s+)?", flat[verb[1] : mention.start]))


def _is_dateline(page: TextPage, start: int, mention: DateMention) -> bool:
    """Whether it is the date of the text at its head, and not that of a sending.

    "PEORIA, Ill., Jan. 24, 2018 /PRNewswire/ -- The", "January 24, 2018 | The", "January 24, 2018 The", and at a line's end
    "Letters sent | January 24, 2018". "January 24, 2018: the city got a letter" is an entry of that day.
    """
    if mention.month is None:
        return False
    before, behind = page.flat[start : mention.start], page.flat[mention.end : mention.end + 40]
    if mention.start - start < 60 and re.match(r"\)?\s*(?:\([^)]{1,30}\)\s*)?(?:-{1,2}|—)\s", behind):
        return True
    if re.search(r"[-|•·—(]\s*$", before) and re.match(r"[^\S\n]*\)?[^\S\n]*(?:\n|$)", behind):
        return True
    if len(before) < 60 and _OF_THE_PAGE.match(before):
        return True
    place = re.split(r"[|•·]", before)[-1].strip()
    if len(place) >= 60 or not DATELINE.match(place) or re.search(r"\b(?:on|dated|of|since|letters?)\b", place, re.IGNORECASE):
        return False
    signs = r"[:|/•·]" if place else r"[|/•·]"
    return bool(re.match(rf"[)\]]?\s*{signs}|[)\]]?[^\S\n]+[A-Z]|,?[^\S\n]+\d{{1,2}}:\d\d", behind))


def letter_date(
    page: TextPage, sent_dates: Iterable[SentDate], reference: ReferenceDay, is_mail: bool
) -> tuple[Found[date] | None, list[Question]]:
    """The one day that the sentences give, or none and a question."""
    sent = list(sent_dates)
    for sent_date in sent:
        if sent_date.mention.is_contradictory and sent_date.mention.exact:
            return None, [_contradiction(page, sent_date.mention)]
    days = dict.fromkeys(sent_date.day for sent_date in sent if sent_date.day)
    if len(days) == 1:
        day = next(iter(days))
        best = min(
            (sent_date for sent_date in sent if sent_date.day == day),
            key=lambda sent_date: (sent_date.mention.is_relative, sent_date.mention.start),
        )
        return Found(day, page.span(best.mention.start, best.mention.end), _doubt(best.mention, day, reference)), []
    if days:
        readings = tuple(_reading(page, sent, day) for day in days)
        span = page.span(sent[0].mention.start, sent[0].mention.end)
        return None, [Question(QuestionKind.SEVERAL_LETTER_DATES, span, readings)]
    if sent:
        return None, [_unclear(page, sent[0].mention)]
    return None, [Question(QuestionKind.NO_LETTER_DATE)] if is_mail else []


def _reading(page: TextPage, sent: list[SentDate], day: date) -> DayReading:
    """The day, with the first words that name it."""
    mention = next(one.mention for one in sent if one.day == day)
    return DayReading(day, page.span(mention.start, mention.end), _folded(mention))


def _unclear(page: TextPage, mention: DateMention) -> Question:
    """Why the day cannot be known from the words: several readings, a quotation, a word like "today", an impossible day."""
    if mention.readings:
        kind = QuestionKind.LETTER_DATE_AMBIGUOUS
    elif _quoted_in(page, mention):
        kind = QuestionKind.LETTER_DATE_IN_QUOTATION
    elif mention.word:
        kind = QuestionKind.LETTER_DATE_RELATIVE
    elif mention.is_impossible:
        kind = QuestionKind.LETTER_DATE_IMPOSSIBLE
    else:
        kind = QuestionKind.LETTER_DATE_WITHOUT_YEAR if mention.month else QuestionKind.LETTER_DATE_WITHOUT_WEEK
    readings = tuple(DayReading(day) for day in mention.readings)
    return Question(kind, page.span(mention.start, mention.end), readings, quote=_folded(mention))


def _contradiction(page: TextPage, mention: DateMention) -> Question:
    span = page.span(mention.start, mention.end)
    return Question(QuestionKind.LETTER_DATE_CONTRADICTS_ITSELF, span, quote=_folded(mention), day=mention.exact)


def _folded(mention: DateMention) -> str:
    return " ".join(mention.text.split())


def _doubt(mention: DateMention, day: date, reference: ReferenceDay) -> str | None:
    """Why to check a relative day: it was resolved from the day that the person gave, but the text has another date."""
    if mention.exact or not reference.is_given:
        return None
    for other in reference.others:
        if (seen := mention.before(other)) and seen != day:
            return (
                f"counted from the given day, {written(reference.day)}; the text has the date {written(other)}."
                if reference.day
                else None
            )
    return None
