"""Decides on which day the letters were sent."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise

from bot.reader.draft import DayReading, Found, Question, QuestionKind
from bot.reader.extract.date_mentions import DateMention, ReferenceDay, date_shape, dates_in
from bot.reader.extract.letter_sentences import LetterSentence
from bot.reader.rules import rule_table
from bot.reader.text_page import LONGEST, PROSE, TextPage
from bot.record.deadlines.dates import NoSuchDay, TwoReadings, WrongWeekday, written
from bot.record.deadlines.years import NoYear
from bot.record.errors import CaseError

RULES = rule_table("dates")
MOST = 50  # dates of one sentence that are looked at
APART = 14  # days; letters further apart were sent at two times, and the newer ones are meant
# How a date belongs to the letter of its sentence: not at all, to its verb, right behind it, or as the letter's name.
NOT, OF_ITS_VERB, BEHIND_ITS_VERB, ITS_NAME = range(4)
_ASKED: dict[type[date | CaseError], QuestionKind] = {
    WrongWeekday: QuestionKind.LETTER_DATE_CONTRADICTS_ITSELF,
    TwoReadings: QuestionKind.LETTER_DATE_AMBIGUOUS,
    NoSuchDay: QuestionKind.LETTER_DATE_IMPOSSIBLE,
    NoYear: QuestionKind.LETTER_DATE_WITHOUT_YEAR,
}


@dataclass(frozen=True)
class SentDate:
    """When letters were sent according to a sentence. `day` is None if the words do not settle it."""

    mention: DateMention
    day: date | None
    #: Whether it is the day on which one place got the letter.
    is_receipt: bool = False


def sent_dates_in(page: TextPage, letter_sentence: LetterSentence, reference: ReferenceDay) -> list[SentDate]:
    """The days on which a sentence says that letters were sent: those that belong to its letter most closely."""
    flat, sentence, listing = page.flat, letter_sentence.sentence, letter_sentence.listing
    listed = range(min((item.start for item in listing.items), default=listing.end) + 1, listing.end)
    mentions = [one for one in islice(dates_in(flat, sentence.start, sentence.end), MOST) if one.start not in listed]
    said = {one.start for one, other in pairwise(mentions) if _is_said_by(other, one, flat)}
    ties = [(_tie(flat, letter_sentence, one), one) for one in mentions if one.start not in said]
    closest = max((tie for tie, _ in ties), default=NOT)
    is_one = not letter_sentence.is_list and not RULES.search("to many", flat, sentence.start, sentence.end)
    verbs = list(RULES["sent or received"].regex.finditer(flat, sentence.start, sentence.end)) if is_one else []
    dates = [
        SentDate(one, _day(flat, one, sentence.start, reference), tie < ITS_NAME and _is_receipt(one, verbs))
        for tie, one in ties
        if tie == closest != NOT
    ]
    # "April 4 - The department yesterday sent": the date beside a day that cannot be settled may be the one it counts from.
    open_days = [one for one in dates if one.day is None and one.mention.relative is not None]
    return [one for one in open_days if not _is_quoted(flat, one.mention)] or dates


def _is_said_by(other: DateMention, mention: DateMention, flat: str) -> bool:
    """Whether the date right behind says which day "today" is: "today Tuesday, 3 October"."""
    is_day_word = mention.relative is not None and mention.weekday is None
    return is_day_word and other.relative is None and not flat[mention.end : other.start].strip(" ,(\n")


def _day(flat: str, mention: DateMention, start: int, reference: ReferenceDay) -> date | None:
    """The day that is meant in a sentence that begins at `start`."""
    is_of_another_year = mention.exact is None and RULES.search("another year", date_shape(flat, mention, start))
    return None if is_of_another_year or _is_quoted(flat, mention) else reference.past(mention)


def _tie(flat: str, letter_sentence: LetterSentence, mention: DateMention) -> int:
    """How closely a date belongs to the letter of its sentence, by the first of these words around it."""
    shape, verb = date_shape(flat, mention, letter_sentence.sentence.start), letter_sentence.verb

    def says(*rules: str) -> bool:
        return any(RULES.search(rule, shape) for rule in rules)

    if says("other day", "other letter"):
        return NOT
    if says("dated letter", "day's letter"):
        return ITS_NAME
    if RULES["right behind"].regex.fullmatch(flat, verb[1], mention.start):
        return BEHIND_ITS_VERB
    if says("sent on"):
        return OF_ITS_VERB
    if says("due day") or (not mention.relative and says("head date")):
        return NOT
    is_before = mention.end <= verb[0]
    listed = letter_sentence.listing.end if letter_sentence.listing.items else 0
    behind = max(verb[1], listed if listed <= mention.start else 0)
    first, last = (mention.end, verb[0]) if is_before else (behind, mention.start)
    between = flat[first:last]
    if not 0 <= last - first <= LONGEST or RULES.search("own act", between):
        return NOT
    clause = any(one["clause"] for one in RULES["clause"].regex.finditer(between))
    return NOT if clause and not (is_before and says("opening day")) else OF_ITS_VERB


def _is_receipt(mention: DateMention, verbs: Sequence[re.Match[str]]) -> bool:
    """Whether the one place of a sentence got the letter on that day: "Peoria got the letter on Jan. 25"."""
    before = bisect_left(verbs, mention.start, key=lambda verb: verb.start())
    return bool(verbs) and verbs[max(0, before - 1)]["received"] is not None  # the last one before the day, else the first


def _is_quoted(flat: str, mention: DateMention) -> bool:
    """Whether it is a relative day in a quotation, which may be of another day than the text."""
    return mention.relative is not None and mention.line(flat)[0].count('"') % 2 == 1


def letter_date(
    page: TextPage, sent_dates: Iterable[SentDate], reference: ReferenceDay, is_mail: bool
) -> tuple[Found[date] | None, list[Question]]:
    """The one day that the sentences give, or none and a question. One of receipt counts only against one of sending."""
    told = list(sent_dates)
    sent = [one for one in told if not one.is_receipt]
    if any(one.day and got.day and got.day < one.day for one in sent for got in told if got.is_receipt):
        sent = told
    if not told:
        return None, [Question(QuestionKind.NO_LETTER_DATE)] if is_mail else []
    if not sent:
        return None, [
            _question(page, told[0].mention, QuestionKind.LETTER_DATE_OF_RECEIPT, [one.day for one in told if one.day])
        ]
    days: dict[date, DateMention] = {}
    for one in sent:  # in their order, each with its clearest words
        if one.day and (one.day not in days or (days[one.day].relative and not one.mention.relative)):
            days[one.day] = one.mention
    days |= _claimed(page, reference, days)
    unsettled = next((one.mention for one in sent if one.mention.is_contradictory), None if days else sent[0].mention)
    if unsettled:
        return None, [_unsettled(page, unsettled)]
    if len(days) > 1:
        first = sent[0].mention
        readings = tuple(DayReading(day, page.span(one.start, one.end), one.words) for day, one in days.items())
        return None, [Question(QuestionKind.SEVERAL_LETTER_DATES, page.span(first.start, first.end), readings)]
    [(day, mention)] = days.items()
    return Found(day, page.span(mention.start, mention.end), _doubt(mention, day, reference)), []


def tells_of_newer(page: TextPage) -> bool:
    """Whether it tells of letters about earlier ones, which were not answered: a day long ago may be that of these."""
    return RULES.search("a letter about earlier ones", page.flat, 0, PROSE) is not None


def _claimed(page: TextPage, reference: ReferenceDay, known: Collection[date]) -> dict[date, DateMention]:
    """Other days near those known on which somebody says that it was: "the department says Jan. 23"."""
    said = RULES["claimed day"].regex.finditer(page.flat, 0, PROSE)
    mentions = (one for claim in said for one in dates_in(page.flat, claim.start("at"), claim.end()))
    days = {day: one for one in mentions if (day := reference.past(one)) and day not in known}
    return {day: one for day, one in days.items() if any(abs((day - other).days) < APART for other in known)}


def _unsettled(page: TextPage, mention: DateMention) -> Question:
    """Why the words do not say which day: several readings, no such day, no year, a quotation, or nothing to count from."""
    relative = QuestionKind.LETTER_DATE_WITHOUT_WEEK if mention.weekday is not None else QuestionKind.LETTER_DATE_RELATIVE
    if mention.relative is None:
        relative = QuestionKind.LETTER_DATE_IMPOSSIBLE  # "March 14, 20172"
    if _is_quoted(page.flat, mention):
        relative = QuestionKind.LETTER_DATE_IN_QUOTATION
    days = mention.meaning.days if isinstance(mention.meaning, TwoReadings) else ()
    return _question(page, mention, _ASKED.get(type(mention.meaning), relative), days)


def _question(page: TextPage, mention: DateMention, kind: QuestionKind, days: Iterable[date]) -> Question:
    readings = tuple(DayReading(day) for day in dict.fromkeys(days))
    day = mention.exact if mention.is_contradictory else None
    return Question(kind, page.span(mention.start, mention.end), readings, mention.words, day=day)


def _doubt(mention: DateMention, day: date, reference: ReferenceDay) -> str | None:
    """Why to check a relative day: it was resolved from the day that the person gave, but the text has another date."""
    other = next((one.exact for one in reference.own if mention.before(one.exact) not in (None, day)), None)
    if mention.exact or not reference.is_given or not reference.day or not other:
        return None
    return f"counted from the given day, {written(reference.day)}; the text has the date {written(other)}."
