"""The recipients that a text's sentences about letters, or its address blocks, name; and what to ask about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.reader.draft import Found, LetterKind, Question, QuestionKind, Recipient
from bot.reader.extract.letter_form import LetterForm
from bot.reader.extract.letter_sentence import About, LetterSentence
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
    questions: tuple[Question, ...]
    #: Whether the text names only some of them.
    is_partial: bool = False
    #: Whether it reports two letters, of which one demands documents.
    is_two: bool = False


def found_recipients(places: PlaceResolver, relevant: RelevantSentences, letter: LetterForm | None) -> FoundRecipients:
    listed = [one for one in relevant.ours if one.listing.items]
    is_addressed = bool(letter and letter.addressees)
    is_two = not is_addressed and _is_two_letters(listed)
    if letter and is_addressed:
        settled = merged_recipients((places.settle(item), 0) for item in letter.addressees)
    else:
        order = sorted(listed, key=lambda one: (not one.is_list, one.is_partial))
        settled = merged_recipients(_settled(places, order, is_two))
        settled.sort(key=lambda one: one.recipient.span.start if one.recipient.span else 0)
    cleared = merged_recipients(_settled(places, [one for one in relevant.all_ if one.about is About.CLEARED]))
    is_partial = bool(settled and listed) and all(one.is_partial for one in listed)
    questions = [
        *_two_letters(settled if is_two else ()),
        *recipient_questions(settled),
        *recipient_questions(cleared),
        *_headings(listed if settled else ()),
        *_in_both(settled, cleared),
    ]
    if not settled and (relevant.ours or letter):
        questions.insert(0, Question(QuestionKind.NO_RECIPIENT_NAMED))
    if is_partial and not any(counts(one.sentence.text) for one in relevant.ours):
        questions.append(Question(QuestionKind.SOME_RECIPIENTS_NAMED, found=len(settled)))
    recipients, cleared_places = (tuple(one.recipient for one in group) for group in (settled, cleared))
    return FoundRecipients(recipients, cleared_places, tuple(questions), is_partial, is_two and bool(settled))


def _settled(
    places: PlaceResolver, sentences: Sequence[LetterSentence], is_two: bool = False
) -> Iterator[tuple[ResolvedRecipient, int]]:
    for number, sentence in enumerate(sentences):
        kind = (
            LetterKind.DOCUMENTS
            if RULES["documents are asked for"].regex.search(sentence.sentence.text)
            else LetterKind.NO_DOCUMENTS
        )
        for item in sentence.listing.items:
            resolved = places.settle(item)
            if is_two:
                resolved = replace(resolved, recipient=replace(resolved.recipient, asked=kind))
            yield resolved, number


def _is_two_letters(listed: Sequence[LetterSentence]) -> bool:
    kinds = {bool(RULES["documents are asked for"].regex.search(one.sentence.text)) for one in listed if not one.is_list}
    return len(kinds) == 2 and any(RULES["another letter"].regex.search(one.sentence.text) for one in listed[1:])


def _two_letters(settled: Sequence[ResolvedRecipient]) -> Iterator[Question]:
    documents = tuple(one.recipient.name for one in settled if one.recipient.asked is LetterKind.DOCUMENTS)
    others = tuple(one.recipient.name for one in settled if one.recipient.asked is not LetterKind.DOCUMENTS)
    if documents and others:
        yield Question(QuestionKind.TWO_LETTERS, names=documents, other_names=others)


def _headings(listed: Sequence[LetterSentence]) -> Iterator[Question]:
    if states := tuple(STATES[code] for one in listed for _, _, code in one.listing.headed):
        yield Question(QuestionKind.STATES_READ_AS_HEADINGS, names=states)


def _in_both(settled: Sequence[ResolvedRecipient], cleared: Sequence[ResolvedRecipient]) -> Iterator[Question]:
    labels = {one.recipient.label for one in settled}
    if both := tuple(one.recipient.label for one in cleared if one.recipient.label in labels):
        yield Question(QuestionKind.SENT_AND_CLEARED, names=both)


def stated_count(
    page: TextPage, relevant: RelevantSentences, found: FoundRecipients
) -> tuple[Found[int] | None, list[Question]]:
    """How many recipients the text says there are, and a question if another number was found."""
    stated: dict[int, tuple[int, int]] = {}
    for one in relevant.ours:
        start, end = one.sentence.start, min([item.start for item in one.listing.items] + [one.sentence.end])
        for count, first, last in _counted(page.flat[start:end]):
            stated.setdefault(count, (start + first, start + last))
    if not stated or found.is_two:
        return None, []
    number = len(found.recipients)
    if len(stated) > 1 and number not in stated:
        return None, [Question(QuestionKind.SEVERAL_COUNTS, counts=tuple(stated), found=number)]
    count = number if number in stated else next(iter(stated))
    span = page.span(*stated[count])
    kind = QuestionKind.COUNT_OF_SOME_DIFFERS if found.is_partial else QuestionKind.COUNT_DIFFERS
    return Found(count, span), [Question(kind, span, count=count, found=number)] if number and count != number else []


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
