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
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage

RULES, SHARED = rule_table("sender"), rule_table("shared")
_NEAR = 60  # characters beside an authority in which these rules look
_HEAD = 1500  # characters at the head of a text in which its sender may have a line of its own
_NOT_THIS_LETTER = ("not sent", "an earlier mailing", "no letter of demand")


def sender(
    page: TextPage, authorities: tuple[AuthorityMention, ...], mailings: Sequence[LetterSentence], letter: LetterForm | None
) -> tuple[Found[str] | None, list[Question]]:
    """The sender according to the text: its letterhead, or the authority that its sentences name most clearly.

    Two that are named as clearly in so many words are asked about; if there is none, the one that acts in the text counts.
    """
    if letter and letter.sender:
        return _found(page, letter.sender), []
    votes: Counter[str] = Counter()
    named: dict[str, list[AuthorityMention]] = {}
    for authority, weight in _votes(page, authorities, mailings):
        votes[authority.name] += weight
        named.setdefault(authority.name, []).append(authority)
    first, second = (*votes.most_common(2), ("", 0), ("", 0))[:2]
    if first[1] >= 3 and first[1] == second[1]:
        found = [_found(page, named[name][0]) for name in sorted(votes) if votes[name] >= 3]
        readings = tuple(NameReading(one.value, one.span) for one in found)
        return None, [Question(QuestionKind.SEVERAL_SENDERS, readings[0].span, readings)]
    if votes:
        in_full = (one for one in named[first[0]] if page.flat[one.start : one.end] == one.name)
        return _found(page, next(in_full, named[first[0]][0])), []
    is_told = any(mailing.about is About.LETTER for mailing in mailings)
    if is_told or letter:
        one = _acting(page, authorities) if is_told or not letter else _asking(page, authorities, letter)
        return (_found(page, one), []) if one else (None, [Question(QuestionKind.NO_SENDER)])
    one = None if mailings else _only(list(_beside_letters(page, authorities)))
    return _found(page, one) if one else None, []


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
    own = (one for one in authorities[first:last] if not _behind(flat, one, "it acts for another body"))
    own = (one for one in own if not _before(flat, one, "by it in passing", verb[1]))
    here = [one for one in own if not listed <= one.start < mailing.listing.end]
    if by := next((one for one in here if _before(flat, one, "by it", start)), None):
        return by, 3
    subjects = (one for one in here if one.end <= verb[0] and not _behind(flat, one, "it got a letter", "it answers"))
    before = [one for one in subjects if not _before(flat, one, "to it", start)]
    told = [one for one in here if _behind(flat, one, "it speaks", "its letter")]
    if before and (listed >= verb[0] or not told):
        return before[-1], 3 if listed >= verb[0] else 2
    if told:
        return told[0], 2
    if here and verb == (start, end):
        return here[0], 1
    if not RULES["a word for it"].regex.search(flat, start, verb[0] if verb[0] > start else end):
        return None, 0
    return next((one for one in reversed(authorities[:first]) if not _before(flat, one, "to it")), None), 1


def acting(page: TextPage, authorities: Sequence[AuthorityMention]) -> list[AuthorityMention]:
    """The authorities that ask for something, or tell it."""
    return [one for one in authorities if _behind(page.flat, one, "it acts")]


def _acting(page: TextPage, authorities: Sequence[AuthorityMention]) -> AuthorityMention | None:
    """The one authority that asks for something, or else one on a line of its own at the head of the text."""
    active = acting(page, authorities)
    if not active and _only(authorities):
        active = [one for one in authorities if _behind(page.flat, one, "it speaks")]
    return _only(active) or next((one for one in authorities if one.start < _HEAD and _is_alone(page.flat, one)), None)


def _asking(page: TextPage, authorities: Sequence[AuthorityMention], letter: LetterForm) -> AuthorityMention | None:
    own = (one for one in authorities if one.start >= letter.body)
    return next((one for one in own if _behind(page.flat, one, "it asks in its own letter")), None)


def _beside_letters(page: TextPage, authorities: Sequence[AuthorityMention]) -> Iterator[AuthorityMention]:
    """Authorities that act in a sentence with a letter, or whose letter it is; in any sentence, if the text names only one."""
    by = "by it" if _only(authorities) else "a letter by it"
    for one in authorities:
        text = page.sentences[page.sentence_at(one.start)].text if page.sentences else ""
        if not SHARED["a letter"].regex.search(text) or any(SHARED[rule].regex.search(text) for rule in _NOT_THIS_LETTER):
            continue
        is_by = _before(page.flat, one, by) and not _behind(page.flat, one, "a body of it")
        is_active = is_by or _behind(page.flat, one, "it acts", "its letter")
        if is_active and not _behind(page.flat, one, "it acts for another body"):
            yield one


def _only(authorities: Sequence[AuthorityMention]) -> AuthorityMention | None:
    """The first, if all have one name."""
    return authorities[0] if len({one.name for one in authorities}) == 1 else None


def _is_alone(flat: str, one: AuthorityMention) -> bool:
    begin, end = flat.rfind("\n", 0, one.start) + 1, flat.find("\n", one.end)
    return len(flat[begin : end if end >= 0 else len(flat)].strip()) <= one.end - one.start + 12


def _before(flat: str, one: AuthorityMention, rule: str, start: int = 0) -> bool:
    return bool(RULES[rule].regex.search(flat[max(start, one.start - _NEAR) : one.start]))


def _behind(flat: str, one: AuthorityMention, *rules: str) -> bool:
    return any(RULES[rule].regex.search(flat[one.end : one.end + _NEAR]) for rule in rules)


def _found(page: TextPage, one: AuthorityMention) -> Found[str]:
    return Found(one.name, page.span(one.start, one.end))
