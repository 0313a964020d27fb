"""Decides on which day the letters were sent."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from bot.reader.draft import DayReading, Found, Question, QuestionKind
from bot.reader.extract.date_mentions import DateMention, dates_in
from bot.reader.extract.letter_sentence import PROSE, LetterSentence
from bot.reader.extract.reference_day import ReferenceDay, date_shape
from bot.reader.rules import rule_table
from bot.reader.text_page import LONGEST, TextPage
from bot.record.deadlines.dates import written

RULES = rule_table("dates")
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
    is_list = letter_sentence.is_list or len(letter_sentence.listing.items) > 1
    is_one = not is_list and not RULES.search("to many", flat, sentence.start, sentence.end)
    verbs = list(RULES["sent or received"].regex.finditer(flat, sentence.start, sentence.end)) if is_one else []
    return [
        SentDate(shaped.mention, _day(page, shaped.mention, reference), bool(verbs) and shaped.is_receipt(verbs))
        for shaped in _tied(flat, letter_sentence)
    ]


@dataclass(frozen=True)
class _Shaped:
    """A date with the words around it (`date_shape`)."""

    mention: DateMention
    shape: str

    def says(self, *rules: str) -> bool:
        return any(RULES.search(rule, self.shape) for rule in rules)

    def is_receipt(self, verbs: Sequence[re.Match[str]]) -> bool:
        """Whether the one place of a sentence got the letter on that day: "Peoria got the letter on Jan. 25"."""
        before = bisect_left(verbs, self.mention.start, key=lambda verb: verb.start())
        verb = verbs[max(0, before - 1)]  # the last one before the day, else the first behind it
        return verb["received"] is not None and not self.says("dated letter", "day's letter")

    def is_name(self, verb: tuple[int, int]) -> bool:
        """Whether the letter is named by the day: "the Jan. 24 letter", unlike "on Jan. 24 sent letters"."""
        behind = RULES.search("day's letter", self.shape) if self.mention.month else None
        is_verb = behind and 0 <= verb[0] - self.mention.end < behind.end() - behind.start()
        return self.says("dated letter") or (behind is not None and not is_verb)


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


def _tied(flat: str, letter_sentence: LetterSentence) -> list[_Shaped]:
    """Dates in the sentence that name its letter, else one right behind its verb, else those that belong to the verb."""
    sentence, listing, verb = letter_sentence.sentence, letter_sentence.listing, letter_sentence.verb
    begun = min((item.start for item in listing.items), default=listing.end)
    dates = islice(dates_in(flat, sentence.start, sentence.end), MOST)
    shaped = [_Shaped(one, date_shape(flat, one, sentence.start)) for one in dates if not begun < one.start < listing.end]
    shaped = [one for one in shaped if not one.says("other day", "other letter")]
    named = [one for one in shaped if one.is_name(verb)]
    beside = [one for one in shaped if re.fullmatch(r"\s+(?:on\s+|out\s+)?", flat[verb[1] : one.mention.start])]
    if named or beside:
        return named or beside
    clauses, acts = (list(RULES[name].regex.finditer(flat, sentence.start, sentence.end)) for name in ("clause", "own act"))
    breaks = [one.start() for one in clauses if one["clause"]], [one.start() for one in acts]
    return [one for one in shaped if one.says("sent on") or _belongs(flat, letter_sentence, one, *breaks)]


def _belongs(flat: str, letter_sentence: LetterSentence, shaped: _Shaped, clauses: Sequence[int], acts: Sequence[int]) -> bool:
    """Whether no other clause is between a date and the verb."""
    verb, listing, mention = letter_sentence.verb, letter_sentence.listing, shaped.mention
    is_far = min(abs(mention.start - at) for at in (letter_sentence.sentence.start, *verb, listing.end)) > LONGEST
    if is_far or shaped.says("due day") or (mention.month and shaped.says("head date")):
        return False
    is_before = mention.end <= verb[0]
    behind = max(verb[1], listing.end if listing.items and listing.end <= mention.start else 0)
    first, last = (mention.end, verb[0]) if is_before else (behind, mention.start)
    if _is_within(acts, first, last) or RULES.search("joined act", flat[max(first, last - 20) : last]):
        return False  # sued it on Wednesday and sent
    return (is_before and shaped.says("opening day")) or (first <= last and not _is_within(clauses, first, last))


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
    known |= _claimed(page, reference, known)
    if len(known) == 1 and not unsettled:
        [(day, mention)] = known.items()
        return Found(day, page.span(mention.start, mention.end), _doubt(mention, day, reference)), []
    if known and not unsettled:
        readings = tuple(DayReading(day, page.span(one.start, one.end), _folded(one)) for day, one in known.items())
        return None, [Question(QuestionKind.SEVERAL_LETTER_DATES, page.span(mentions[0].start, mentions[0].end), readings)]
    if not mentions:
        return None, [Question(QuestionKind.NO_LETTER_DATE)] if is_mail else []
    mention = next(iter(unsettled or mentions))
    readings = tuple(DayReading(day) for day in mention.readings)
    span, kind = page.span(mention.start, mention.end), _why_open(page, mention)
    return None, [Question(kind, span, readings, _folded(mention), day=mention.exact)]


def _claimed(page: TextPage, reference: ReferenceDay, known: Mapping[date, DateMention]) -> dict[date, DateMention]:
    """Other days near those known on which somebody says that it was: "the department says Jan. 23"."""
    said = RULES["claimed day"].regex.finditer(page.flat, 0, PROSE)
    mentions = (next(dates_in(page.flat, one.start("at"), one.end()), None) for one in said)
    days = {_day(page, one, reference): one for one in mentions if one}
    return {
        day: one
        for day, one in days.items()
        if day and day not in known and any(abs((day - other).days) < APART for other in known)
    }


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
    other = next((one.exact for one in reference.own if one.exact and mention.before(one.exact) not in (None, day)), None)
    if mention.exact or not reference.is_given or not reference.day or not other:
        return None
    return f"counted from the given day, {written(reference.day)}; the text has the date {written(other)}."
