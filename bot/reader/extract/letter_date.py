"""Decides on which day the letters were sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.reader.draft import DayReading, Found, Question, QuestionKind
from bot.reader.extract.date_mentions import MONTH, DateMention, dates_in
from bot.reader.extract.letter_sentence import LetterSentence
from bot.reader.extract.reference_day import ReferenceDay
from bot.reader.extract.text_page import LONGEST, TextPage
from bot.reader.rules import Rule, words
from bot.record.deadlines.dates import written

# In these, "@" is where the date is.
DATED = Rule(
    "dated letter",
    r"""\b(?:letters?|requests?|notices?|demands?)\s*,?\s*(?:(?:was|were|is|are)\s+)?(?:\w+\s+){0,2}?(?:dated|of)\s*,?\s*@
    |\bdated\s*@""",
    ("in [letters dated @]", "the [letter was dated @]", "a [letter of @]"),
)
DAYS_LETTER = Rule(
    "letter with its day",
    r"@(?:'s)?\s+(?:(?-i:[a-z]+)\s+){0,2}(?:letters?|request|notice)\b",
    ("his [@ request]", "the department's [@ letter]"),
)
OTHER_LETTER = Rule(
    "date of another letter",
    r"\b(?:first|earlier|previous|prior|original|an)\s+letter\s+(?:of|dated)\s*@|\b(?:respon\w+|repl\w+|answer\w*)\s+to\s+an?\s+@",
    ("an [earlier letter of @]", "in [response to a @] letter"),
)
SENT_ON = Rule(
    "day of sending",
    r"\b(?:sent|mailed|issued|wrote|written|delivered|dispatched|letters?)\s+(?:out\s+)?(?:on\s+)?@",
    ("was [sent @] and", "[wrote on @]", "told them in [letters on @]"),
)
ROUGHLY = Rule(
    "day that is not settled",
    r"\b(?:about|around|circa|approximately|roughly|near)\s+@|@\s*(?:,?\s+or\s+(?:on\s+)?|-|/)\d{1,2}\b(?![:/])",
    ("on or [about @]", "on [@ or 25]", "[@-25]"),
)
DUE = Rule(
    "day that is due",
    r"""\b(?:by|before|until|till|between|due|deadline|later\s+than|since|through|from|effective|prior\s+to|next)
    \W*(?:\w+\W+){0,2}@""",
    ("answer [by Friday, @]", "[since @]"),
)
HEAD_DATE = Rule(  # the text's own date, ahead of its first sentence or behind its headline. "@: the city got" is a day's entry
    "date in a head line",
    r"""^\n.*@\)?\s*(?:\([^)]{1,30}\)\s*)?(?:--?|—)\s|[-|•·—(]\s*@[^\S\n]*\)?[^\S\n]*(?:\n|$)
    |^\n\W*(?:(?:first|last|originally)\s+)?(?:published|posted|updated|created|modified|(?:press\ |news\ )?release\ (?:no|of))\b.*@
    |(?:^\n|[|•·])\s*(?!.*\b(?:on|dated|of|since|letters?)\b.*@)(?P<place>[\[(]?(?-i:[A-Z])[A-Za-z.,'\ -]{1,58}?[,()]?\s*\(?)?
    @(?:[)\]]?\s*(?:[|/•·]|(?(place):|(?!)))|[)\]]?[^\S\n]+(?-i:[A-Z])|,?[^\S\n]+\d{1,2}:\d\d)""",
    (
        "[\nPEORIA, Ill., @ /]PRNewswire/",
        "[\n@ T]he city",
        "Letters sent [| @]",
        "[\n@ -- ]The",
        "[\nUpdated @]",
        "[\nPEORIA @:] The",
    ),
    ("\n@: the city got a letter", "\nIn Peoria, on @, the", "\nOn @ the"),
)
RULES = (DATED, DAYS_LETTER, OTHER_LETTER, SENT_ON, ROUGHLY, DUE, HEAD_DATE)
_BREAK = re.compile(rf"\b{words('clause_breaks')}\b", re.IGNORECASE)
_FROM_OFFICE = re.compile(
    rf"\b(?:from|by)\s+(?:the\s+)?(?!{MONTH})[A-Z](?:[\w.]|\s(?=[A-Z])|\s(?:of|and)(?:\s+the)?\s(?=[A-Z]))*"
)
APART = 14  # days; letters further apart were sent at two times, and the newer ones are meant


@dataclass(frozen=True)
class SentDate:
    """When letters were sent according to a sentence. `day` is None if the words do not settle it."""

    mention: DateMention
    day: date | None


def sent_dates_in(page: TextPage, letter_sentence: LetterSentence, reference: ReferenceDay) -> list[SentDate]:
    """The days on which a sentence says that letters were sent."""
    return [SentDate(mention, _day(page, mention, reference)) for mention in _tied(page, letter_sentence)]


def _quoted_in(page: TextPage, mention: DateMention) -> bool:
    """Whether it is within a quotation, whose day may be another than that of the text."""
    begin, end = page.flat.rfind("\n", 0, mention.start) + 1, page.flat.find("\n", mention.end)
    behind = page.flat.find('"', mention.end, end if end >= 0 else len(page.flat))
    return behind >= 0 and page.flat.count('"', begin, mention.start) % 2 == 1


def _day(page: TextPage, mention: DateMention, reference: ReferenceDay) -> date | None:
    if mention.is_contradictory or mention.is_impossible or (mention.is_relative and _quoted_in(page, mention)):
        return None
    return mention.exact or (mention.before(reference.day) if reference.day else None)


def _tied(page: TextPage, letter_sentence: LetterSentence) -> list[DateMention]:
    """Dates in the sentence that belong to its verb: just before or after it, with no other clause in between."""
    start, end = letter_sentence.sentence.start, letter_sentence.sentence.end
    listing, verb, flat = letter_sentence.listing, letter_sentence.verb, page.flat
    begun = min((item.start for item in listing.items), default=end)
    shapes = {
        mention: shape
        for mention in dates_in(flat, start, end)
        if not begun < mention.start < listing.end and not ROUGHLY.regex.search(shape := _shape(flat, mention, start))
    }
    for sure in (
        [one for one, shape in shapes.items() if _is_its_name(one, shape, verb) and not OTHER_LETTER.regex.search(shape)],
        [one for one in shapes if re.fullmatch(r"\s+(?:on\s+|out\s+)?", flat[verb[1] : one.start])],
    ):
        if sure:
            return sure
    return [
        one for one, shape in shapes.items() if SENT_ON.regex.search(shape) or _is_beside(flat, letter_sentence, one, shape)
    ]


def _shape(flat: str, mention: DateMention, start: int) -> str:
    """The words around a date, with "@" in its place; they begin with a line break if the sentence does, at `start`."""
    begun = mention.start - 60
    return (
        "\n" if begun <= start else ""
    ) + f"{flat[max(start, begun) : mention.start]}@{flat[mention.end : mention.end + 40]}"


def _is_its_name(mention: DateMention, shape: str, verb: tuple[int, int]) -> bool:
    """Whether the letter is named by the day: "the Jan. 24 letter", unlike "on Jan. 24 sent letters"."""
    behind = DAYS_LETTER.regex.search(shape) if mention.month else None
    is_verb = behind and 0 <= verb[0] - mention.end < behind.end() - behind.start()
    return bool(DATED.regex.search(shape) or (behind and not is_verb))


def _is_beside(flat: str, letter_sentence: LetterSentence, mention: DateMention, shape: str) -> bool:
    """Whether no other clause is between a date and the verb."""
    start, verb, listing = letter_sentence.sentence.start, letter_sentence.verb, letter_sentence.listing
    is_far = min(abs(mention.start - at) for at in (start, *verb, listing.end)) > LONGEST  # a list is that long, no clause
    if is_far or DUE.regex.search(shape) or (mention.month and HEAD_DATE.regex.search(shape)):
        return False
    if mention.end <= verb[0]:
        return len(flat[start : mention.start].split()) <= 3 or not _BREAK.search(flat, mention.end, verb[0])
    behind = max(verb[1], listing.end if listing.items and listing.end <= mention.start else 0)
    return mention.start >= verb[1] and not _BREAK.search(_FROM_OFFICE.sub("", flat[behind : mention.start]))


def letter_date(
    page: TextPage, sent_dates: Iterable[SentDate], reference: ReferenceDay, is_mail: bool
) -> tuple[Found[date] | None, list[Question]]:
    """The one day that the sentences give, or none and a question."""
    sent = sorted(sent_dates, key=lambda one: (one.mention.is_relative, one.mention.start))
    unsettled = [one.mention for one in sent if one.mention.exact and one.mention.is_contradictory]
    days = {one.day: one.mention for one in reversed(sent) if one.day}
    if len(days) == 1 and not unsettled:
        [(day, mention)] = days.items()
        return Found(day, page.span(mention.start, mention.end), _doubt(mention, day, reference)), []
    if days and not unsettled:
        span = page.span(sent[0].mention.start, sent[0].mention.end)
        in_order = sorted(days.items(), key=lambda pair: pair[1].start)
        readings = tuple(DayReading(day, page.span(one.start, one.end), _folded(one)) for day, one in in_order)
        return None, [Question(QuestionKind.SEVERAL_LETTER_DATES, span, readings)]
    for mention in (*unsettled, *(one.mention for one in sent)):
        span, readings = page.span(mention.start, mention.end), tuple(DayReading(day) for day in mention.readings)
        return None, [Question(_why_open(page, mention), span, readings, _folded(mention), day=mention.exact)]
    return None, [Question(QuestionKind.NO_LETTER_DATE)] if is_mail else []


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
