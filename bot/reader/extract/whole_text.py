"""Reads a whole text: finds its parts, compares them with each other, and asks about what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.reader.document import Document
from bot.reader.draft import Draft, Found, Question, QuestionKind
from bot.reader.extract.authorities import AuthorityMention, authorities_in, state_of
from bot.reader.extract.date_mentions import ReferenceDay, reference_day
from bot.reader.extract.demand import demand
from bot.reader.extract.found_recipients import found_recipients
from bot.reader.extract.letter_date import SentDate, letter_date
from bot.reader.extract.letter_form import LetterForm, letter_form_in
from bot.reader.extract.letter_sentence import PROSE
from bot.reader.extract.letter_sentences import unread_letter
from bot.reader.extract.place_lists import Places
from bot.reader.extract.recipient_resolution import PlaceResolver
from bot.reader.extract.relevant_sentences import RelevantSentences, relevant_sentences
from bot.reader.extract.response_deadline import deadline
from bot.reader.extract.sender import acting, sender
from bot.reader.extract.stated_counts import numbers_of_places
from bot.reader.extract.statutes import legal_basis
from bot.reader.extract.threats import threatened
from bot.reader.gazetteer.gazetteer import gazetteer
from bot.reader.mentions.finding import mentions_in
from bot.reader.mentions.sorting import sort_mentions
from bot.reader.text_page import TextPage
from bot.record.deadlines.deadline import Deadline


@dataclass(frozen=True)
class _Parts:
    """What is found first in a text, and everything else is read from."""

    page: TextPage
    seen_from: ReferenceDay
    authorities: tuple[AuthorityMention, ...]
    letter: LetterForm | None
    relevant: RelevantSentences

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter, or says that one was sent."""
        return self.letter is not None or bool(self.relevant.ours)


def draft_of(document: Document, zone: ZoneInfo, on: date | None = None) -> Draft:
    """What the text says about one letter, each value with its place in the text.

    `zone` is the time zone of days and times for which the text names none. `on` is the day to which "Wednesday" and "today"
    refer; without it, the document's own date, else a date in the text.
    """
    page, known = TextPage(document.text), gazetteer()
    named = mentions_in(page, known)
    places = Places(page, known, named)
    parts = _parts(page, places, reference_day(page, on, document.published))
    relevant = parts.relevant
    who, who_asks = sender(page, parts.authorities, relevant.ours or relevant.all_, parts.letter)
    when, when_asks = _letter_date(parts)
    found = found_recipients(PlaceResolver(page, places, state_of(who.value) if who else None), relevant, parts.letter)
    due, due_asks = _deadline(parts, zone, who, when)
    if parts.is_letter and (who or found.recipients) and not due and not due_asks:
        due_asks = [Question(QuestionKind.NO_DEADLINE)]
    mentioned, seen = sort_mentions(page, named, found.recipients, found.cleared, who, numbers_of_places(page))
    asks_about_letter = [] if parts.letter or relevant.all_ else unread_letter(page, parts.authorities)
    return Draft(
        text=document.text,
        source=document.source(),
        title=document.title,
        authority=who,
        letter_date=when,
        deadline=due,
        demand=demand(page, relevant.skip, relevant.indexes, relevant.listed) if parts.is_letter else None,
        legal_basis=legal_basis(page) if parts.is_letter else (),
        threatened=threatened(page, relevant.skip, bool(parts.letter), relevant.indexes) if parts.is_letter else (),
        recipients=found.recipients,
        cleared=found.cleared,
        mentioned=mentioned,
        seen=seen,
        stated_count=found.count,
        questions=(*_too_long(page), *who_asks, *when_asks, *due_asks, *found.questions, *asks_about_letter),
    )


def _parts(page: TextPage, places: Places, seen_from: ReferenceDay) -> _Parts:
    authorities = authorities_in(page.flat[:PROSE])
    letter = letter_form_in(page, places, authorities)
    return _Parts(page, seen_from, authorities, letter, relevant_sentences(page, places, seen_from, letter, authorities))


def _deadline(
    parts: _Parts, zone: ZoneInfo, who: Found[str] | None, when: Found[date] | None
) -> tuple[Found[Deadline] | None, list[Question]]:
    if not parts.is_letter:
        return None, []
    indexes = parts.relevant.indexes
    skip = parts.relevant.skip | (_of_others(parts, who.value) - indexes if who else frozenset())
    return deadline(
        parts.page,
        zone,
        parts.seen_from,
        when.value if when else None,
        skip,
        indexes,
        sender=who.value if who else "",
        is_letter=parts.letter is not None,
    )


def _of_others(parts: _Parts, who: str) -> frozenset[int]:
    """Sentences in which an authority other than the sender asks for something."""
    others = [one for one in acting(parts.page, parts.authorities) if one.name != who]
    sentences = parts.page.sentences
    indexes = ((one, parts.page.sentence_at(one.start)) for one in others if sentences)
    return frozenset(index for one, index in indexes if one.start < sentences[index].end)


def _too_long(page: TextPage) -> Sequence[Question]:
    if len(page.flat) <= PROSE or sum(len(sentence.text) for sentence in page.sentences) <= PROSE:
        return ()
    return (Question(QuestionKind.TEXT_TOO_LONG, count=PROSE),)


def _letter_date(parts: _Parts) -> tuple[Found[date] | None, list[Question]]:
    """The day on the letter, if the text is one, else what its sentences say.

    A memorandum without a sender, or an e-mail, may be about a letter that somebody else sent on another day.
    """
    page, letter, sent, seen_from = parts.page, parts.letter, parts.relevant.sent, parts.seen_from
    day = letter.date if letter else None
    if letter is None or day is None or day.exact is None:
        return letter_date(page, sent, seen_from, parts.is_letter)
    if day.is_contradictory:
        return letter_date(page, [SentDate(day, None)], seen_from, True)
    if letter.is_memorandum and letter.sender is None and parts.relevant.ours:
        return letter_date(page, sent, seen_from, True)
    told = [one for one in sent if one.day]
    if told and not letter.addressees and all(one.is_receipt for one in told):
        return letter_date(page, sent, seen_from, True)
    if told and not letter.addressees and all(one.day != day.exact for one in told):
        return letter_date(page, [*sent, SentDate(day, day.exact)], seen_from, True)
    return Found(day.exact, page.span(day.start, day.end)), []
