"""Reads a whole text: finds its parts, compares them with each other, and asks about what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.reader.document import Document
from bot.reader.draft import DayReading, Draft, Found, Question, QuestionKind
from bot.reader.extract.authorities import authorities_in, state_of
from bot.reader.extract.date_mentions import ReferenceDay, reference_day
from bot.reader.extract.demand import demand
from bot.reader.extract.found_recipients import found_recipients
from bot.reader.extract.letter_date import APART, SentDate, letter_date, tells_of_newer
from bot.reader.extract.letter_form import LetterForm, letter_form_in
from bot.reader.extract.letter_sentences import unread_letter
from bot.reader.extract.place_lists import Places
from bot.reader.extract.recipient_resolution import PlaceResolver
from bot.reader.extract.relevant_sentences import RelevantSentences, relevant_sentences
from bot.reader.extract.response_deadline import deadline
from bot.reader.extract.sender import sender, sentences_of_others
from bot.reader.extract.stated_counts import numbers_of_places
from bot.reader.extract.statutes import legal_basis
from bot.reader.extract.threats import threatened
from bot.reader.gazetteer.gazetteer import gazetteer
from bot.reader.mentions.finding import mentions_in
from bot.reader.mentions.sorting import lists_of_signers, sort_mentions
from bot.reader.text_page import PROSE, TextPage

#: Days before a story; a letter that is older, of which it says to nobody that it went, may be another one.
LONG_AGO = 120
#: Days before a text; a letter that is a year older may have a wrong year.
A_YEAR = range(350, 381)


def draft_of(document: Document, zone: ZoneInfo, on: date | None = None) -> Draft:
    """What the text says about one letter, each value with its place in the text.

    `zone` is the time zone of days and times for which the text names none. `on` is the day to which "Wednesday" and "today"
    refer; without it, the document's own date, else a date in the text.
    """
    page, known = TextPage(document.text), gazetteer()
    named = mentions_in(page, known)
    signers = lists_of_signers(page, named)
    told = [mention for mention in named if not (mention.group in signers or mention.is_beside_letters)]
    places = Places(page, known, told)
    seen_from = reference_day(page, on, document.published)
    authorities = authorities_in(page.flat[:PROSE])
    letter = letter_form_in(page, places, authorities)
    relevant = relevant_sentences(page, places, seen_from, letter, authorities)
    is_letter = letter is not None or bool(relevant.ours)
    who, questions = sender(page, authorities, relevant.ours or relevant.all_, letter)
    when, when_asks = _letter_date(page, seen_from, letter, relevant)
    found = found_recipients(PlaceResolver(page, known, state_of(who.value) if who else None), relevant, letter)
    day, name = when.value if when else None, who.value if who else ""
    due, due_asks = None, list[Question]()
    if is_letter:
        others, asking = sentences_of_others(page, authorities, name) if who else (frozenset(), frozenset())
        due, due_asks = deadline(page, zone, seen_from, day, relevant, asking, others, name, is_letter=letter is not None)
    if is_letter and (who or found.recipients) and not due and not due_asks:
        due_asks = [Question(QuestionKind.NO_DEADLINE)]
    mentioned, seen = sort_mentions(page, named, found.recipients, found.cleared, who, numbers_of_places(page))
    above_lists = frozenset(one.index for one in relevant.all_ if one.is_list)
    unread = [] if letter or relevant.all_ else unread_letter(page, authorities)
    return Draft(
        text=document.text,
        source=document.source(),
        title=document.title,
        authority=who,
        letter_date=when,
        deadline=due,
        demand=demand(page, relevant.skip, relevant.indexes, above_lists) if is_letter else None,
        legal_basis=legal_basis(page) if is_letter else (),
        threatened=threatened(page, relevant.skip, bool(letter), relevant.indexes) if is_letter else (),
        recipients=found.recipients,
        cleared=found.cleared,
        mentioned=mentioned,
        seen=seen,
        stated_count=found.count,
        questions=(*_too_long(page), *questions, *when_asks, *due_asks, *found.questions, *unread),
    )


def _too_long(page: TextPage) -> Sequence[Question]:
    is_long = len(page.flat) > PROSE and sum(len(sentence.text) for sentence in page.sentences) > PROSE
    return (Question(QuestionKind.TEXT_TOO_LONG, count=PROSE),) if is_long else ()


def _letter_date(
    page: TextPage, seen_from: ReferenceDay, letter: LetterForm | None, relevant: RelevantSentences
) -> tuple[Found[date] | None, list[Question]]:
    """The day on the letter, if the text is one, else what its sentences say.

    A memorandum without a sender, or an e-mail, may be about a letter that somebody else sent on another day; a letter without
    a date tells of others. Letters of several days in one text are asked about.
    """
    day, sent = letter.date if letter else None, list(relevant.sent)
    if letter is None or day is None or day.exact is None:
        told_of_places = any(one.listing.items for one in relevant.ours)
        when, asks = letter_date(page, sent, seen_from, letter is not None or bool(relevant.ours))
        is_of_another = letter is not None and not letter.is_memorandum
        age = (seen_from.day - when.value).days if seen_from.day and when else 0
        is_old = age > LONG_AGO and not told_of_places
        if when and (is_of_another or is_old or (age > APART and tells_of_newer(page))):
            return None, [Question(QuestionKind.NO_LETTER_DATE, when.span, (DayReading(when.value, when.span),))]
        return when, asks
    told = [one for one in sent if one.day and not letter.addressees]
    is_of_receipt = bool(told) and all(one.is_receipt for one in told)
    if any(one.exact != day.exact for one in letter.further):
        sent = [SentDate(one, one.exact) for one in (day, *letter.further)]
    elif day.is_contradictory:
        sent = [SentDate(day, None)]
    elif told and not is_of_receipt and all(one.day != day.exact for one in told):
        sent.append(SentDate(day, day.exact))
    elif seen_from.day and (seen_from.day - day.exact).days in A_YEAR:
        span = page.span(day.start, day.end)
        return None, [Question(QuestionKind.NO_LETTER_DATE, span, (DayReading(day.exact, span),))]
    elif not is_of_receipt and not (letter.is_memorandum and letter.sender is None and relevant.ours):
        return Found(day.exact, page.span(day.start, day.end)), []
    return letter_date(page, sent, seen_from, True)
