"""The recipients that a text's sentences about letters, or its address blocks, name; and what to ask about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.reader.draft import Found, LetterKind, Question, QuestionKind, Recipient, Span
from bot.reader.extract.letter_form import LetterForm
from bot.reader.extract.letter_sentences import About, LetterSentence
from bot.reader.extract.recipient_resolution import PlaceResolver, ResolvedRecipient, merged_recipients, recipient_questions
from bot.reader.extract.relevant_sentences import RelevantSentences
from bot.reader.extract.stated_counts import counts
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.places import STATES

RULES = rule_table("found_recipients")


@dataclass(frozen=True)
class FoundRecipients:
    recipients: tuple[Recipient, ...]
    cleared: tuple[Recipient, ...]
    #: How many recipients the text says there are.
    count: Found[int] | None
    questions: tuple[Question, ...]


def found_recipients(places: PlaceResolver, relevant: RelevantSentences, letter: LetterForm | None) -> FoundRecipients:
    listed = [one for one in relevant.ours if one.listing.items]
    is_two = False
    if letter and letter.addressees:
        settled = merged_recipients((places.settle(item), 0) for item in letter.addressees)
    else:
        is_two = _is_two_letters(listed)
        order = sorted(listed, key=lambda one: (not one.is_list, one.is_partial))
        settled = merged_recipients(_settled(places, order, is_two))
        settled.sort(key=lambda one: one.recipient.span.start if one.recipient.span else 0)
    cleared = merged_recipients(_settled(places, [one for one in relevant.all_ if one.about is About.CLEARED]))
    is_partial = bool(settled and listed) and all(one.is_partial for one in listed)
    stated = {} if is_two and settled else _stated(places.page, relevant)
    count, questions = _count(stated, len(settled), is_partial)
    if not settled and (relevant.ours or letter):
        questions.append(Question(QuestionKind.NO_RECIPIENT_NAMED))
    questions += _questions(settled, cleared, listed, is_two)
    if is_partial and not any(counts(one.sentence.text) for one in relevant.ours):
        questions.append(Question(QuestionKind.SOME_RECIPIENTS_NAMED, found=len(settled)))
    recipients, cleared_places = (tuple(one.recipient for one in group) for group in (settled, cleared))
    return FoundRecipients(recipients, cleared_places, count, tuple(questions))


def _settled(
    places: PlaceResolver, sentences: Sequence[LetterSentence], is_two: bool = False
) -> Iterator[tuple[ResolvedRecipient, int]]:
    for number, sentence in enumerate(sentences):
        kind = LetterKind.DOCUMENTS if _asks_for_documents(sentence) else LetterKind.NO_DOCUMENTS
        for item in sentence.listing.items:
            resolved = places.settle(item)
            if is_two:
                resolved = replace(resolved, recipient=replace(resolved.recipient, asked=kind))
            yield resolved, number


def _is_two_letters(listed: Sequence[LetterSentence]) -> bool:
    kinds = {_asks_for_documents(one) for one in listed if not one.is_list}
    return len(kinds) == 2 and any(RULES["another letter"].regex.search(one.sentence.text) for one in listed[1:])


def _asks_for_documents(sentence: LetterSentence) -> bool:
    return bool(RULES["documents are asked for"].regex.search(sentence.sentence.text))


def _questions(
    settled: Sequence[ResolvedRecipient], cleared: Sequence[ResolvedRecipient], listed: Sequence[LetterSentence], is_two: bool
) -> Iterator[Question]:
    documents = tuple(one.recipient.name for one in settled if one.recipient.asked is LetterKind.DOCUMENTS)
    others = tuple(one.recipient.name for one in settled if one.recipient.asked is not LetterKind.DOCUMENTS)
    if is_two and documents and others:
        yield Question(QuestionKind.TWO_LETTERS, names=documents, other_names=others)
    yield from recipient_questions(settled)
    yield from recipient_questions(cleared)
    states = tuple(STATES[code] for one in listed for code in one.listing.headed)
    if settled and states:
        yield Question(QuestionKind.STATES_READ_AS_HEADINGS, names=states)
    labels = {one.recipient.label for one in settled}
    if both := tuple(one.recipient.label for one in cleared if one.recipient.label in labels):
        yield Question(QuestionKind.SENT_AND_CLEARED, names=both)


def _stated(page: TextPage, relevant: RelevantSentences) -> dict[int, Span]:
    """The numbers of recipients that the sentences state before they name any, each with its first place."""
    stated: dict[int, Span] = {}
    for one in relevant.ours:
        start, end = one.sentence.start, min([item.start for item in one.listing.items] + [one.sentence.end])
        if RULES.search("another count", page.flat[max(start, one.listing.end) : one.sentence.end]):
            continue
        listed = page.flat[end : min(one.listing.end, one.sentence.end)]
        within = sum(count for count, _, _ in counts(listed))  # "4 counties: A, B and 2 cities: C, D"
        for count, first, last in _counted(page.flat[start:end]):
            stated.setdefault(count + within, page.span(start + first, start + last))
    return stated


def _count(stated: dict[int, Span], found: int, is_partial: bool) -> tuple[Found[int] | None, list[Question]]:
    """How many recipients the text says there are, and a question if another number was found."""
    if not stated:
        return None, []
    if found in stated:
        return Found(found, stated[found]), []
    if len(stated) > 1:
        return None, [Question(QuestionKind.SEVERAL_COUNTS, counts=tuple(stated), found=found)]
    count, span = next(iter(stated.items()))
    kind = QuestionKind.COUNT_OF_SOME_DIFFERS if is_partial else QuestionKind.COUNT_DIFFERS
    return Found(count, span), [Question(kind, span, count=count, found=found)] if found else []


def _counted(text: str) -> list[tuple[int, int, int]]:
    """The counts in a sentence; "18 cities, three counties and two states" add up to 23."""
    numbers = counts(text)
    if numbers and RULES["another count"].regex.search(text[numbers[-1][2] :]):
        return []  # and three of something else: the sum is not stated
    if len(numbers) > 1 and all(
        RULES["a joint of counts"].regex.search(text[before[2] : after[1]]) for before, after in pairwise(numbers)
    ):
        return [(sum(count for count, _, _ in numbers), numbers[0][1], numbers[-1][2])]
    return numbers
