"""Decides which of the authorities in a text sent the letters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from bot.reader.draft import Found, NameReading, Question, QuestionKind
from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.letter_form import LetterForm
from bot.reader.extract.letter_sentence import About, LetterSentence
from bot.reader.text_page import TextPage

_BY = re.compile(r"\b(?:by|from)\s+(?:the\s+|an?\s+official\s+(?:of|in|at)\s+the\s+)?$", re.IGNORECASE)
_SAID = re.compile(r"\s+(?:\([^)]*\)\s+)?(?:also\s+)?(?:said|says|announced|confirmed|added)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:the\s+(?:department|agency|commission|bureau|administration|office|committee)|it|its)\b", re.IGNORECASE
)
ACTS = re.compile(
    r"(?:\s+\([^()\n]{1,30}\))?\s+(?:(?:also|has|have|today|yesterday|on\s+\w+day|\w+day|is|are)\s+){0,3}(?:threaten"
    r"|demand|warn|told|tell|notif|inform|direct|ask|order|request"
    r"|seek|announc|turn|want|writ|wrote|sen[dt])",
    re.IGNORECASE,
)
_AGENT = re.compile(r"\bby\s+(?:the|an?)\s+(?:office|lawyers?|attorneys?|group|mayor|governor)\b", re.IGNORECASE)
_OBJECT = re.compile(r"\b(?:to|with|against|of|for|at|in|under|between)\s+(?:the\s+)?$", re.IGNORECASE)
_POSSESSED = re.compile(r"(?:'s?)?\s+(?:[\w-]+\s+){0,2}?(?:letters?|demands?|requests?)\b", re.IGNORECASE)


def sender(
    page: TextPage, authorities: tuple[AuthorityMention, ...], mailings: Sequence[LetterSentence], letter: LetterForm | None
) -> tuple[Found[str] | None, list[Question]]:
    """The sender according to the text: the subject of "sent", a "by", a letterhead. Otherwise none, and a question."""
    votes: Counter[str] = Counter()
    #: The mention to quote: the first, or the first that has the name in full.
    quoted: dict[str, AuthorityMention] = {}

    def vote(authority: AuthorityMention | None, weight: int) -> None:
        if authority:
            votes[authority.name] += weight
            known = quoted.setdefault(authority.name, authority)
            if page.flat[known.start : known.end] != authority.name == page.flat[authority.start : authority.end]:
                quoted[authority.name] = authority

    if letter and letter.sender:
        return _as_found(page, letter.sender), []
    for letter_sentence in mailings:
        if letter_sentence.about in (About.LETTER, About.CLEARED):
            authority, weight = _sender_by(page, authorities, letter_sentence)
            vote(authority, weight if letter_sentence.about is About.LETTER else min(weight, 2))
    own_sentences = [letter_sentence for letter_sentence in mailings if letter_sentence.about is About.LETTER]
    strong = {name for name, weight in votes.items() if weight >= 3}
    if letter and not votes:
        for authority in authorities:
            if authority.start >= letter.body and re.match(
                r"\s+(?:requests?|demands?|asks?|has|is|will)\b", page.flat[authority.end : authority.end + 20]
            ):
                vote(authority, 2)
    if len(strong) > 1 and votes.most_common(2)[0][1] == votes.most_common(2)[1][1]:
        names = sorted(strong)
        readings = tuple(NameReading(name, page.span(quoted[name].start, quoted[name].end)) for name in names)
        return None, [Question(QuestionKind.SEVERAL_SENDERS, readings[0].span, readings)]
    if not votes and own_sentences:
        vote(_acting(page, authorities) or _above(page, authorities), 1)
    if votes:
        return _as_found(page, quoted[votes.most_common(1)[0][0]]), []
    if letter or any(letter_sentence.about is About.LETTER for letter_sentence in mailings):
        return None, [Question(QuestionKind.NO_SENDER)]
    return None, []


def _acting(page: TextPage, authorities: tuple[AuthorityMention, ...]) -> AuthorityMention | None:
    """The one authority that demands, warns or threatens according to the text; None if there are several."""
    acting = [one for one in authorities if ACTS.match(page.flat, one.end)]
    if len({one.name for one in authorities}) == 1:
        acting = acting or [one for one in authorities if _SAID.match(page.flat, one.end)]
    return acting[0] if len({one.name for one in acting}) == 1 else None


def _above(page: TextPage, authorities: tuple[AuthorityMention, ...]) -> AuthorityMention | None:
    """An authority on a line of its own at the head of the text, as in a letterhead."""
    for authority in authorities:
        begin = page.flat.rfind("\n", 0, authority.start) + 1
        end = page.flat.find("\n", authority.end)
        line = page.flat[begin : end if end >= 0 else len(page.flat)]
        if authority.start < 1500 and len(line.strip()) <= authority.end - authority.start + 12:
            return authority
    return None


def _as_found(page: TextPage, authority: AuthorityMention) -> Found[str]:
    return Found(authority.name, page.span(authority.start, authority.end))


def _sender_by(
    page: TextPage, authorities: tuple[AuthorityMention, ...], letter_sentence: LetterSentence
) -> tuple[AuthorityMention | None, int]:
    """The sender according to one sentence, and how clearly it says so (3: in so many words)."""
    start, end = letter_sentence.sentence.start, letter_sentence.sentence.end
    flat = page.flat
    items = letter_sentence.listing.items
    begun = min((item.start for item in items), default=end)
    first, last = (bisect_left(authorities, at, key=attrgetter("start")) for at in (start, end))
    here = [authority for authority in authorities[first:last] if not begun <= authority.start < letter_sentence.listing.end]
    for authority in here:
        if (
            _BY.search(flat, start, authority.start)
            and flat[start : authority.start]
            and _BY.search(flat[max(start, authority.start - 40) : authority.start])
        ):
            return authority, 3
    before = [
        authority
        for authority in here
        if authority.end <= letter_sentence.verb[0]
        and not _OBJECT.search(flat[max(start, authority.start - 14) : authority.start])
    ]
    if before and begun >= letter_sentence.verb[0]:
        return before[-1], 3
    for authority in here:
        if _SAID.match(flat, authority.end) or _POSSESSED.match(flat, authority.end):
            return authority, 2
    if before:
        return before[-1], 2
    if here and letter_sentence.verb == (start, end):
        return here[0], 1
    head = flat[start : letter_sentence.verb[0]] if letter_sentence.verb[0] > start else flat[start:end]
    earlier = [
        authority
        for authority in authorities
        if authority.start < start and not _OBJECT.search(flat[max(0, authority.start - 14) : authority.start])
    ]
    if earlier and _PRONOUN.search(head) and not _AGENT.search(flat, letter_sentence.verb[0], end):
        return earlier[-1], 1
    return None, 0
