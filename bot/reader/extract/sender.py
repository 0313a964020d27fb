"""Decides which of the authorities in a text sent the letters."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter

from bot.reader.draft import Found, NameReading, Question, QuestionKind
from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.letter_form import LetterForm
from bot.reader.extract.letter_sentence import About, LetterSentence
from bot.reader.extract.vocabulary import EARLIER, LETTER, NEGATED, NO_LETTER
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage

_NEAR = 60  # characters beside an authority in which these rules look
RULES = rule_table("sender")


def sender(
    page: TextPage, authorities: tuple[AuthorityMention, ...], mailings: Sequence[LetterSentence], letter: LetterForm | None
) -> tuple[Found[str] | None, list[Question]]:
    """The sender according to the text: its letterhead, or the authority that its sentences name most clearly.

    Two that are named as clearly in so many words are asked about; if there is none, the one that acts in the text counts.
    """
    if letter and letter.sender:
        return _as_found(page, letter.sender), []
    votes: Counter[str] = Counter()
    named: dict[str, list[AuthorityMention]] = {}
    for authority, weight in _votes(page, authorities, mailings):
        votes[authority.name] += weight
        named.setdefault(authority.name, []).append(authority)
    first, second = (*votes.most_common(2), ("", 0), ("", 0))[:2]
    if first[1] >= 3 and first[1] == second[1]:
        readings = tuple(
            _reading(page, named[name][0]) for name in sorted(name for name, weight in votes.items() if weight >= 3)
        )
        return None, [Question(QuestionKind.SEVERAL_SENDERS, readings[0].span, readings)]
    if votes:
        return _as_found(page, _fullest(page, named[first[0]])), []
    is_told = any(mailing.about is About.LETTER for mailing in mailings)
    if active := _acting(page, authorities) if is_told else _asking(page, authorities, letter) if letter else None:
        return _as_found(page, active), []
    if mailings or letter:
        return None, [Question(QuestionKind.NO_SENDER)] if is_told or letter else []
    named_beside = {one.name: one for one in reversed(list(_beside_letters(page, authorities)))}
    return (_as_found(page, next(iter(named_beside.values()))) if len(named_beside) == 1 else None), []


def _votes(
    page: TextPage, authorities: Sequence[AuthorityMention], mailings: Sequence[LetterSentence]
) -> Iterator[tuple[AuthorityMention, int]]:
    for mailing in mailings:
        if mailing.about in (About.LETTER, About.CLEARED):
            authority, weight = _sender_by(page, authorities, mailing)
            if authority:
                yield authority, weight if mailing.about is About.LETTER else min(weight, 2)


def _sender_by(
    page: TextPage, authorities: Sequence[AuthorityMention], mailing: LetterSentence
) -> tuple[AuthorityMention | None, int]:
    """The sender according to one sentence, and how clearly it says so (3: in so many words).

    1. "a letter from the department"; 2. "the department sent"; 3. "the department said", "the department's letter";
    4. a sentence without a verb; 5. "It sent letters", for the authority named before.
    """
    flat, (start, end), verb = page.flat, (mailing.sentence.start, mailing.sentence.end), mailing.verb
    first, last = (bisect_left(authorities, at, key=attrgetter("start")) for at in (start, end))
    listed = min((item.start for item in mailing.listing.items), default=end)
    own = (one for one in authorities[first:last] if not _behind("an official acts for another body", flat, one))
    here = [one for one in own if not listed <= one.start < mailing.listing.end]
    if by := next((one for one in here if _before("letters by an authority", flat, start, one)), None):
        return by, 3
    subjects = (
        one
        for one in here
        if one.end <= verb[0] and not any(_behind(rule, flat, one) for rule in ("an authority got it", "an authority answers"))
    )
    before = [one for one in subjects if not _before("an authority is written to", flat, start, one)]
    if before and listed >= verb[0]:
        return before[-1], 3
    if told := next(
        (one for one in here if _behind("an authority speaks", flat, one) or _behind("an authority's letter", flat, one)),
        None,
    ):
        return told, 2
    if before:
        return before[-1], 2
    if here and verb == (start, end):
        return here[0], 1
    is_meant = RULES["a word for an authority"].regex.search(flat, start, verb[0] if verb[0] > start else end)
    if not is_meant:
        return None, 0
    return next(
        (one for one in reversed(authorities[:first]) if not _before("an authority is written to", flat, 0, one)), None
    ), 1


def acting(page: TextPage, authorities: Sequence[AuthorityMention]) -> list[AuthorityMention]:
    """The authorities that ask for something, or tell it."""
    return [one for one in authorities if _behind("an authority acts", page.flat, one)]


def _acting(page: TextPage, authorities: Sequence[AuthorityMention]) -> AuthorityMention | None:
    """The one authority that asks for something, or else one on a line of its own at the head of the text."""
    flat, active = page.flat, acting(page, authorities)
    if len({one.name for one in authorities}) == 1:
        active = active or [one for one in authorities if _behind("an authority speaks", flat, one)]
    if len({one.name for one in active}) == 1:
        return active[0]
    return next((one for one in authorities if one.start < 1500 and _is_alone(flat, one)), None)


def _asking(page: TextPage, authorities: Sequence[AuthorityMention], letter: LetterForm) -> AuthorityMention | None:
    return next(
        (
            one
            for one in authorities
            if one.start >= letter.body and _behind("an authority asks in its own letter", page.flat, one)
        ),
        None,
    )


def _beside_letters(page: TextPage, authorities: Sequence[AuthorityMention]) -> Iterator[AuthorityMention]:
    """Authorities that act in a sentence with a letter, or whose letter it is; in any sentence, if the text names only one."""
    is_only = len({one.name for one in authorities}) == 1
    for one in authorities:
        text = page.sentences[page.sentence_at(one.start)].text if page.sentences else ""
        if not LETTER.search(text) or any(rule.search(text) for rule in (NEGATED, EARLIER, NO_LETTER)):
            continue
        is_by = _before(
            "letters by an authority" if is_only else "a letter of an authority", page.flat, 0, one
        ) and not _behind("a body of an authority", page.flat, one)
        if (
            is_by or _behind("an authority acts", page.flat, one) or _behind("an authority's letter", page.flat, one)
        ) and not _behind("an official acts for another body", page.flat, one):
            yield one


def _is_alone(flat: str, one: AuthorityMention) -> bool:
    begin, end = flat.rfind("\n", 0, one.start) + 1, flat.find("\n", one.end)
    return len(flat[begin : end if end >= 0 else len(flat)].strip()) <= one.end - one.start + 12


def _before(rule: str, flat: str, start: int, one: AuthorityMention) -> bool:
    return bool(RULES[rule].regex.search(flat[max(start, one.start - _NEAR) : one.start]))


def _behind(rule: str, flat: str, one: AuthorityMention) -> bool:
    return bool(RULES[rule].regex.search(flat[one.end : one.end + _NEAR]))


def _fullest(page: TextPage, mentions: Sequence[AuthorityMention]) -> AuthorityMention:
    """The first mention that has the name in full, or the first."""
    return next((one for one in mentions if page.flat[one.start : one.end] == one.name), mentions[0])


def _reading(page: TextPage, one: AuthorityMention) -> NameReading:
    return NameReading(one.name, page.span(one.start, one.end))


def _as_found(page: TextPage, one: AuthorityMention) -> Found[str]:
    return Found(one.name, page.span(one.start, one.end))
