"""Reads a whole text: finds its parts, compares them with each other, and asks about what stays open."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.reader.document import Document
from bot.reader.draft import Draft, Found, LetterKind, Question, QuestionKind, Recipient
from bot.reader.extract.authorities import AuthorityMention, authorities_in
from bot.reader.extract.demand import demand
from bot.reader.extract.implied_letters import unread_letter
from bot.reader.extract.letter_date import SentDate, letter_date
from bot.reader.extract.letter_form import LetterForm, letter_form_in
from bot.reader.extract.letter_sentence import PROSE, About, LetterSentence
from bot.reader.extract.numbers import NUMBER
from bot.reader.extract.place_lookup import PlaceLookup
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.recipient_resolution import PlaceResolver, ResolvedRecipient, merged_recipients, recipient_questions
from bot.reader.extract.reference_day import ReferenceDay, reference_day
from bot.reader.extract.relevant_sentences import RelevantSentences, relevant_sentences
from bot.reader.extract.response_deadline import deadline
from bot.reader.extract.sender import ACTS, sender
from bot.reader.extract.stated_counts import counts, numbers_of_places
from bot.reader.extract.statutes import legal_basis
from bot.reader.extract.threats import threatened
from bot.reader.mentions.features import TextFacts
from bot.reader.mentions.finding import mentions_in
from bot.reader.mentions.sorting import sort_mentions
from bot.reader.state_names import state_code_of
from bot.reader.text_page import TextPage

_ASKS_DOCUMENTS = re.compile(r"\b(?:documents?|records?|produc(?:e|tion)|information\s+request|subpoena)\b", re.IGNORECASE)
_ANOTHER = re.compile(r"\b(?:also|separate(?:ly)?|another|second|in\s+addition)\b", re.IGNORECASE)


def draft_of(document: Document, zone: ZoneInfo, on: date | None = None) -> Draft:
    """What the text says about one letter, each value with its place in the text.

    `zone` is the time zone of days and times for which the text names none. `on` is the day to which "Wednesday" and "today"
    refer; without it, the document's own date, else a date in the text.
    """
    page = TextPage(document.text)
    scan = PlaceScanner(page.flat, PlaceLookup(), page.clean)
    seen_from = reference_day(page, on, document.published)
    authorities = authorities_in(page.flat[:PROSE])
    letter = letter_form_in(page, scan, authorities)
    relevant = relevant_sentences(page, scan, seen_from, letter, authorities)
    who, who_asks = sender(page, authorities, relevant.ours if relevant.ours else relevant.all_, letter)
    when, when_asks = _letter_date(page, relevant, seen_from, letter)
    places = _recipients(page, scan, relevant, letter, _state_of(who))
    is_letter = bool(letter or relevant.ours)
    due, due_asks = (
        deadline(
            page,
            zone,
            seen_from,
            when.value if when else None,
            relevant.skip | _of_others(page, authorities, who, relevant),
            relevant.indexes,
            sender=who.value if who else "",
            is_letter=letter is not None,
        )
        if is_letter
        else (None, [])
    )
    if is_letter and (who or places.recipients) and not due and not due_asks:
        due_asks = [Question(QuestionKind.NO_DEADLINE)]
    stated, count_asks = _stated(page, relevant, places)
    facts = TextFacts(numbers_of_places(page), tuple((one.start, one.end) for one in authorities))
    mentions = mentions_in(page, scan.look.known)
    mentioned, seen = sort_mentions(page, mentions, places.recipients, places.cleared, who, facts)
    return Draft(
        text=document.text,
        source=document.source(),
        title=document.title,
        authority=who,
        letter_date=when,
        deadline=due,
        demand=demand(page, relevant.skip, relevant.indexes, relevant.listed) if is_letter else None,
        legal_basis=legal_basis(page) if is_letter else (),
        threatened=threatened(page, relevant.skip, letter is not None, relevant.indexes) if is_letter else (),
        recipients=places.recipients,
        cleared=places.cleared,
        mentioned=mentioned,
        seen=seen,
        stated_count=stated,
        questions=(
            *_too_long(page),
            *who_asks,
            *when_asks,
            *due_asks,
            *count_asks,
            *places.asks,
            *(() if letter or relevant.all_ else unread_letter(page, authorities)),
        ),
    )


def _of_others(
    page: TextPage, authorities: Sequence[AuthorityMention], who: Found[str] | None, relevant: RelevantSentences
) -> frozenset[int]:
    """Sentences in which an authority other than the sender asks for something."""
    acting = {
        index
        for authority in authorities
        if page.sentences and who and authority.name != who.value and ACTS.match(page.flat[authority.end : authority.end + 60])
        if authority.start < page.sentences[index := page.sentence_at(authority.start)].end
    }
    return frozenset(acting) - relevant.indexes


def _too_long(page: TextPage) -> list[Question]:
    if len(page.flat) <= PROSE or sum(len(sentence.text) for sentence in page.sentences) <= PROSE:
        return []
    return [Question(QuestionKind.TEXT_TOO_LONG, count=PROSE)]


def _letter_date(
    page: TextPage, relevant: RelevantSentences, seen_from: ReferenceDay, letter: LetterForm | None
) -> tuple[Found[date] | None, list[Question]]:
    if letter and letter.date and letter.date.exact:
        if letter.date.is_contradictory:
            return letter_date(page, [SentDate(letter.date, None)], seen_from, True)
        if letter.is_memorandum and letter.sender is None and relevant.ours:  # about a letter that somebody else sent
            return letter_date(page, relevant.sent, seen_from, True)
        told = {one.day: one for one in relevant.sent if one.day}
        if told and not letter.addressees and all(one.is_receipt for one in told.values()):
            return letter_date(page, relevant.sent, seen_from, True)
        if told and not letter.addressees and letter.date.exact not in told:  # an e-mail about a letter
            return letter_date(page, [*relevant.sent, SentDate(letter.date, letter.date.exact)], seen_from, True)
        return Found(letter.date.exact, page.span(letter.date.start, letter.date.end)), []
    return letter_date(page, relevant.sent, seen_from, bool(relevant.ours) or letter is not None)


@dataclass(frozen=True)
class _FoundRecipients:
    recipients: tuple[Recipient, ...]
    cleared: tuple[Recipient, ...]
    asks: tuple[Question, ...]
    is_partial: bool
    is_two: bool


def _state_of(who: Found[str] | None) -> str | None:
    """The state whose governor or attorney general sent the letters."""
    match = (
        re.search(r"(?:Attorney General|Governor|Comptroller|Auditor|Secretary of State) of (.+)", who.value) if who else None
    )
    return state_code_of(match[1]) if match else None


def _recipients(
    page: TextPage, scan: PlaceScanner, relevant: RelevantSentences, letter: LetterForm | None, state: str | None
) -> _FoundRecipients:
    """`state`: the state whose authority sent the letters, which then go to places in it."""
    places = PlaceResolver(page, scan.look, state)
    ours = [one for one in relevant.ours if one.listing.items]
    if letter and letter.addressees:
        settled = merged_recipients((places.settle(item), 0) for item in letter.addressees)
        two = False
    else:
        two = _two_letters(ours)
        order = sorted(ours, key=lambda one: (not one.is_list, one.is_partial))
        settled = merged_recipients(
            (_asked(places.settle(item), letter_sentence, two), number)
            for number, letter_sentence in enumerate(order)
            for item in letter_sentence.listing.items
        )
        settled.sort(key=lambda one: one.recipient.span.start if one.recipient.span else 0)
    clear = merged_recipients(
        (places.settle(item), number)
        for number, letter_sentence in enumerate(relevant.all_)
        if letter_sentence.about is About.CLEARED
        for item in letter_sentence.listing.items
    )
    if not settled and (relevant.ours or letter):
        asks_whom = Question(QuestionKind.NO_RECIPIENT_NAMED)
        return _FoundRecipients(
            (), tuple(one.recipient for one in clear), (asks_whom, *recipient_questions(clear)), False, False
        )
    asks = [*_two_asks(settled, two), *recipient_questions(settled), *recipient_questions(clear), *_headings(ours)]
    both = [one.recipient.label for one in clear if any(one.recipient.label == other.recipient.label for other in settled)]
    if both:
        asks.append(Question(QuestionKind.SENT_AND_CLEARED, names=tuple(both)))
    partial = bool(ours) and all(one.is_partial for one in ours)
    if partial and settled and not any(counts(one.sentence.text) for one in relevant.ours):
        asks.append(Question(QuestionKind.SOME_RECIPIENTS_NAMED, found=len(settled)))
    return _FoundRecipients(
        tuple(one.recipient for one in settled), tuple(one.recipient for one in clear), tuple(asks), partial, two
    )


def _two_letters(ours: Sequence[LetterSentence]) -> bool:
    """Whether the sentences report two letters, of which only one demands documents."""
    kinds = {bool(_ASKS_DOCUMENTS.search(one.sentence.text)) for one in ours if not one.is_list}
    another = any(_ANOTHER.search(one.sentence.text) for one in ours[1:])
    return len(kinds) == 2 and another


def _asked(resolved: ResolvedRecipient, letter_sentence: LetterSentence, two: bool) -> ResolvedRecipient:
    if not two:
        return resolved
    asked = LetterKind.DOCUMENTS if _ASKS_DOCUMENTS.search(letter_sentence.sentence.text) else LetterKind.NO_DOCUMENTS
    return replace(resolved, recipient=replace(resolved.recipient, asked=asked))


def _two_asks(settled: Sequence[ResolvedRecipient], two: bool) -> list[Question]:
    if not two:
        return []
    documents = tuple(one.recipient.name for one in settled if one.recipient.asked is LetterKind.DOCUMENTS)
    others = tuple(one.recipient.name for one in settled if one.recipient.asked is not LetterKind.DOCUMENTS)
    if not documents or not others:
        return []
    return [Question(QuestionKind.TWO_LETTERS, names=documents, other_names=others)]


def _headings(ours: Sequence[LetterSentence]) -> list[Question]:
    from bot.record.places import STATES

    states = tuple(STATES[code] for one in ours for _, _, code in one.listing.headed)
    return [Question(QuestionKind.STATES_READ_AS_HEADINGS, names=states)] if states else []


def _stated(page: TextPage, relevant: RelevantSentences, places: _FoundRecipients) -> tuple[Found[int] | None, list[Question]]:
    """How many recipients the text says there are, and a question if another number was found."""
    stated: dict[int, tuple[int, int]] = {}
    for letter_sentence in relevant.ours:
        begun = min((item.start for item in letter_sentence.listing.items), default=letter_sentence.sentence.end)
        for count, start, end in _counted(page.flat[letter_sentence.sentence.start : min(begun, letter_sentence.sentence.end)]):
            stated.setdefault(count, (letter_sentence.sentence.start + start, letter_sentence.sentence.start + end))
    if not stated or places.is_two:
        return None, []
    found_count = len(places.recipients)
    if len(stated) > 1 and found_count not in stated:
        return None, [Question(QuestionKind.SEVERAL_COUNTS, counts=tuple(stated), found=found_count)]
    count = found_count if found_count in stated else next(iter(stated))
    span = page.span(*stated[count])
    asks = []
    if count != found_count:
        kind = QuestionKind.COUNT_OF_SOME_DIFFERS if places.is_partial else QuestionKind.COUNT_DIFFERS
        asks.append(Question(kind, span, count=count, found=found_count))
    return Found(count, span), asks if found_count else []


def _counted(text: str) -> list[tuple[int, int, int]]:
    """The counts in a sentence; "18 cities, three counties and two states" add up to 23."""
    numbers = counts(text)
    if numbers and re.match(rf",?\s+and\s+{NUMBER}\b(?!\s+(?:letters|days|hours))", text[numbers[-1][2] :]):
        return []  # and three of something else: the sum is not stated
    if len(numbers) > 1 and all(
        re.fullmatch(r"\s*(?:,|,?\s*and)\s*", text[before[2] : after[1]]) for before, after in itertools.pairwise(numbers)
    ):
        return [(sum(count for count, _, _ in numbers), numbers[0][1], numbers[-1][2])]
    return numbers
