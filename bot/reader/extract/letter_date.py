"""Decides on which day the letters were sent."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from bot.reader.draft import DayReading, Found, Question, QuestionKind
from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.extract.letter_sentence import LetterSentence
from bot.reader.extract.reference_day import ReferenceDay, date_shape
from bot.reader.rules import rule_table
from bot.reader.text_page import LONGEST, TextPage
from bot.record.deadlines.dates import written

# In the rules, "@" is where the date is.
RULES = rule_table("dates")
# "by" and "from" begin no clause before an office: "from the Department of Justice".
MOST = 500  # dates of one sentence that are looked at
OLDEST = 270  # days; a date without a year that is further back may be one to come
APART = 14  # days; letters further apart were sent at two times, and the newer ones are meant


@dataclass(frozen=True)
class SentDate:
    """When letters were sent according to a sentence. `day` is None if the words do not settle it."""

    mention: DateMention
    day: date | None
    #: Whether it is the day on which one place got the letter.
    is_receipt: bool = False


def sent_dates_in(page: TextPage, letter_sentence: LetterSentence, reference: ReferenceDay) -> list[SentDate]:
    """The days on which a sentence says that letters were sent."""
    flat, sentence = page.flat, letter_sentence.sentence
    is_many = letter_sentence.is_list or len(letter_sentence.listing.items) > 1
    is_many = is_many or RULES.search("to many", flat, sentence.start, sentence.end) is not None
    verbs = [] if is_many else list(RULES["sent or received"].regex.finditer(flat, sentence.start, sentence.end))
    return [
        SentDate(
            one, _day(page, one, reference), not is_many and _is_receipt(one, date_shape(flat, one, sentence.start), verbs)
        )
        for one in _tied(flat, letter_sentence)
    ]


def _is_receipt(mention: DateMention, shape: str, verbs: Sequence[re.Match[str]]) -> bool:
    """Whether the one place of a sentence got the letter on that day: "Peoria got the letter on Jan. 25"."""
    if not verbs or RULES.search("dated letter", shape) or RULES.search("day's letter", shape):
        return False
    before = bisect_left(verbs, mention.start, key=lambda verb: verb.start())
    return verbs[max(0, before - 1)]["received"] is not None  # the last verb before the day, else the first behind it


def _quoted_in(page: TextPage, mention: DateMention) -> bool:
    """Whether it is within a quotation, whose day may be another than that of the text."""
    begin, end = page.flat.rfind("\n", 0, mention.start) + 1, page.flat.find("\n", mention.end)
    behind = page.flat.find('"', mention.end, end if end >= 0 else len(page.flat))
    return behind >= 0 and page.flat.count('"', begin, mention.start) % 2 == 1


def _day(page: TextPage, mention: DateMention, reference: ReferenceDay) -> date | None:
    if mention.is_contradictory or mention.is_impossible or (mention.is_relative and _quoted_in(page, mention)):
        return None
    day = mention.exact or (mention.before(reference.day) if reference.day else None)
    is_old = day and reference.day and not mention.year and (reference.day - day).days > OLDEST
    return None if is_old else day


def _tied(flat: str, letter_sentence: LetterSentence) -> list[DateMention]:
    """Dates in the sentence that name its letter, else one right behind its verb, else those that belong to the verb."""
    sentence, listing, verb = letter_sentence.sentence, letter_sentence.listing, letter_sentence.verb
    begun = min((item.start for item in listing.items), default=listing.end)
    dates = islice(dates_in(flat, sentence.start, sentence.end), MOST)
    shapes = {one: date_shape(flat, one, sentence.start) for one in dates if not begun < one.start < listing.end}
    shapes = {
        one: shape
        for one, shape in shapes.items()
        if not any(RULES.search(name, shape) for name in ("other day", "other letter"))
    }
    named = [one for one, shape in shapes.items() if _is_its_name(one, shape, verb)]
    beside = [one for one in shapes if re.fullmatch(r"\s+(?:on\s+|out\s+)?", flat[verb[1] : one.start])]
    if named or beside:
        return named or beside
    clauses, acts = (list(RULES[name].regex.finditer(flat, sentence.start, sentence.end)) for name in ("clause", "own act"))
    breaks = [one.start() for one in clauses if one["clause"]], [one.start() for one in acts]
    return [
        one
        for one, shape in shapes.items()
        if RULES.search("sent on", shape) or _belongs(flat, letter_sentence, one, shape, *breaks)
    ]


def _is_its_name(mention: DateMention, shape: str, verb: tuple[int, int]) -> bool:
    """Whether the letter is named by the day: "the Jan. 24 letter", unlike "on Jan. 24 sent letters"."""
    behind = RULES.search("day's letter", shape) if mention.month else None
    is_verb = behind and 0 <= verb[0] - mention.end < behind.end() - behind.start()
    return bool(RULES.search("dated letter", shape) or (behind and not is_verb))


def _belongs(
    flat: str, letter_sentence: LetterSentence, mention: DateMention, shape: str, clauses: Sequence[int], acts: Sequence[int]
) -> bool:
    """Whether no other clause is between a date and the verb."""
    start, verb, listing = letter_sentence.sentence.start, letter_sentence.verb, letter_sentence.listing
    is_far = min(abs(mention.start - at) for at in (start, *verb, listing.end)) > LONGEST  # a list is that long, no clause
    if is_far or RULES.search("due day", shape) or (mention.month and RULES.search("head date", shape)):
        return False
    is_before = mention.end <= verb[0]
    behind = max(verb[1], listing.end if listing.items and listing.end <= mention.start else 0)
    first, last = (mention.end, verb[0]) if is_before else (behind, mention.start)
    if _is_within(acts, first, last) or RULES.search("joined act", flat[max(first, last - 20) : last]):
        return False  # sued it on Wednesday and sent
    is_opening = is_before and RULES.search("opening day", shape) is not None
    return is_opening or (first <= last and not _is_within(clauses, first, last))


def _is_within(places: Sequence[int], first: int, last: int) -> bool:
    return bisect_left(places, first) != bisect_left(places, last)


def letter_date(
    page: TextPage, sent_dates: Iterable[SentDate], reference: ReferenceDay, is_mail: bool
) -> tuple[Found[date] | None, list[Question]]:
    """The one day that the sentences give, or none and a question. One of receipt counts only against one of sending."""
    told = list(sent_dates)
    sent = [one for one in told if not one.is_receipt]
    if any(one.day and got.day and got.day < one.day for one in sent for got in told if got.is_receipt):
        sent = told
    if told and not sent:
        mention, days = told[0].mention, dict.fromkeys(one.day for one in told if one.day)
        span, readings = page.span(mention.start, mention.end), tuple(map(DayReading, days))
        return None, [Question(QuestionKind.LETTER_DATE_OF_RECEIPT, span, readings, _folded(mention))]
    mentions = [one.mention for one in sent]
    unsettled = [mention for mention in mentions if mention.is_contradictory]
    clearest_last = sorted(sent, key=lambda one: (one.mention.is_relative, one.mention.start), reverse=True)
    by_day = dict.fromkeys(one.day for one in sent) | {one.day: one.mention for one in clearest_last}
    known = {day: mention for day, mention in by_day.items() if day and mention}
    if known and not unsettled:
        if len(known) == 1:
            [(day, mention)] = known.items()
            return Found(day, page.span(mention.start, mention.end), _doubt(mention, day, reference)), []
        readings = tuple(DayReading(day, page.span(one.start, one.end), _folded(one)) for day, one in known.items())
        return None, [Question(QuestionKind.SEVERAL_LETTER_DATES, page.span(mentions[0].start, mentions[0].end), readings)]
    if not mentions:
        return None, [Question(QuestionKind.NO_LETTER_DATE)] if is_mail else []
    mention = next(iter(unsettled or mentions))
    readings = tuple(DayReading(day) for day in mention.readings)
    span, kind = page.span(mention.start, mention.end), _why_open(page, mention)
    return None, [Question(kind, span, readings, _folded(mention), day=mention.exact)]


def _why_open(page: TextPage, mention: DateMention) -> QuestionKind:
    """Why the day cannot be known from the words: several readings, a quotation, a word like "today", an impossible day."""
    reasons = (
        (mention.is_contradictory, QuestionKind.LETTER_DATE_CONTRADICTS_ITSELF),
        (mention.readings, QuestionKind.LETTER_DATE_AMBIGUOUS),
        (_quoted_in(page, mention), QuestionKind.LETTER_DATE_IN_QUOTATION),
        (mention.word, QuestionKind.LETTER_DATE_RELATIVE),
        (mention.is_impossible, QuestionKind.LETTER_DATE_IMPOSSIBLE),
        (mention.month, QuestionKind.LETTER_DATE_WITHOUT_YEAR),
    )
    return next((kind for applies, kind in reasons if applies), QuestionKind.LETTER_DATE_WITHOUT_WEEK)


def _folded(mention: DateMention) -> str:
    return " ".join(mention.text.split())


def _doubt(mention: DateMention, day: date, reference: ReferenceDay) -> str | None:
    """Why to check a relative day: it was resolved from the day that the person gave, but the text has another date."""
    if mention.exact or not reference.is_given or not reference.day:
        return None
    for other in reference.others:
        if (seen := mention.before(other)) and seen != day:
            return f"counted from the given day, {written(reference.day)}; the text has the date {written(other)}."
    return None
