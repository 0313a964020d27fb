"""Decides which of the authorities in a text sent the letters."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress
from operator import attrgetter

from bot.reader.draft import Found, NameReading, Question, QuestionKind
from bot.reader.extract.authorities import AuthorityMention, state_of
from bot.reader.extract.letter_form import LetterForm
from bot.reader.extract.letter_sentences import About, LetterSentence, about
from bot.reader.mentions.address_blocks import federal_bodies
from bot.reader.rules import rule_table
from bot.reader.text_page import PROSE, TextPage

RULES, SHARED = rule_table("sender"), rule_table("shared")
NO_SUBJECT = ("it is no subject", "it reacts to letters")
_NEAR = 100  # characters beside an authority that say what it does
_HEAD = 1500  # characters at the head of a text in which its sender may have a line of its own


def sender(
    page: TextPage, authorities: Sequence[AuthorityMention], mailings: Sequence[LetterSentence], letter: LetterForm | None
) -> tuple[Found[str] | None, list[Question]]:
    """The sender according to the text: its letterhead, or the authority that its sentences name most clearly.

    Two that are named as clearly in so many words are asked about; if there is none, the one that acts in the text counts.
    """
    if letter and letter.sender:
        return _found(page, letter.sender), []
    named_at_all, authorities = authorities, _without_addressees(page, authorities)
    told = [one for one in mailings if one.about in (About.LETTER, About.CLEARED)]
    votes: Counter[str] = Counter()
    named: dict[str, list[AuthorityMention]] = {}
    acting: dict[str, bool] = {}
    for mailing in told:
        said, weight = _sender_by(page, authorities, mailing)
        if said and weight == 1:
            if said.name not in acting:
                acting[said.name] = _does_anything(page, authorities, said)
            if not acting[said.name]:
                continue
        for authority in _by_name(_joined(page, authorities, said)).values() if said else ():
            votes[authority.name] += weight
            named.setdefault(authority.name, []).append(authority)
    clearest = [name for name, weight in votes.items() if weight == max(votes.values())]
    if len(clearest) > 1 and votes[clearest[0]] >= 3:
        return None, [_several(page, {name: named[name][0] for name in clearest})]
    if clearest:
        in_full_first = sorted(named[clearest[0]], key=lambda one: page.flat[one.start : one.end] != one.name)
        return _found(page, in_full_first[0]), []
    is_told = any(one.about is About.LETTER for one in told)
    kept = {one.start for one in authorities}
    addressed = {one.name for one in named_at_all if one.start not in kept}
    others = [one for one in authorities if one.name not in addressed]
    other = None if mailings and not (is_told or letter) else _acting(page, others, letter, is_told)
    if other is None:
        return None, [Question(QuestionKind.NO_SENDER)] if is_told or letter else []
    both = _by_name(_joined(page, authorities, other))
    return (None, [_several(page, both)]) if len(both) > 1 else (_found(page, other), [])


def _without_addressees(page: TextPage, authorities: Sequence[AuthorityMention]) -> Sequence[AuthorityMention]:
    """The authorities without those right behind "a letter to", nor their heads by name, nor others of that sentence by their
    names; and without those above the salutation of a letter.
    """
    in_heads = {body["body"].removeprefix("U.S. ") for body in federal_bodies(page.flat)}
    authorities = [one for one in authorities if one.name.removeprefix("U.S. ") not in in_heads]
    ends = [cue.end() for cue in rule_table("addressed")["letters go to"].regex.finditer(page.flat, 0, PROSE)]
    kept, addressed, begin = [], set(), -1
    for one in authorities:
        at = bisect_right(ends, one.start) - 1
        begin = max(begin, ends[at] if at >= 0 else -1)
        if begin < 0 or not RULES.match("titles before an addressee", page.flat[begin : one.start][:_NEAR] + "@"):
            kept.append(one)
        else:
            begin = one.end  # "Secretary of Elms Jane Roe"
            addressed.add((one.name, page.sentence_at(one.start)))
    return [one for one in kept if (one.name, page.sentence_at(one.start)) not in addressed]


def _does_anything(page: TextPage, authorities: Sequence[AuthorityMention], said: AuthorityMention) -> bool:
    """Whether the text says that the authority acts; of one that is no state's, which may answer, also that it speaks, or else
    tells of it.
    """
    rules = ("it acts", "its letter", "by it", *(() if state_of(said.name) else ("it speaks", "a sentence is about it")))
    return any(one.name == said.name and _is(page, one, *rules) for one in authorities)


def _by_name(authorities: Sequence[AuthorityMention]) -> dict[str, AuthorityMention]:
    """The first of each name."""
    return {one.name: one for one in reversed(authorities)}


def _several(page: TextPage, named: Mapping[str, AuthorityMention]) -> Question:
    readings = tuple(NameReading(name, _found(page, one).span) for name, one in sorted(named.items()))
    return Question(QuestionKind.SEVERAL_SENDERS, readings[0].span, readings)


def _sender_by(
    page: TextPage, authorities: Sequence[AuthorityMention], mailing: LetterSentence
) -> tuple[AuthorityMention | None, int]:
    """The sender according to one sentence, and how clearly it says so (3: in so many words).

    1. "a letter from the department"; 2. "the department sent"; 3. "sent after a vote by the department"; 4. named before the
    verb; 5. "the department said", "the department's letter"; 6. a sentence without a verb; 7. "It sent letters", for the
    authority named before.
    """
    start, end, verb = mailing.sentence.start, mailing.sentence.end, mailing.verb
    listed = min((item.start for item in mailing.listing.items), default=end)
    first, last = (bisect_left(authorities, at, key=attrgetter("start")) for at in (start, end))
    named = [one for one in authorities[first:last] if not listed <= one.start < mailing.listing.end]
    named = [one for one in named if not _is(page, one, "it is named in passing")]
    here = [one for one in named if not _is(page, one, "by it in passing", since=verb[1])]
    by = [one for one in here if _is(page, one, "by it")]
    straight = [one for one in by if _is(page, one, "straight by it")]
    others = {other for one in here if _is(page, one, *NO_SUBJECT) for other in _joined(page, authorities, one)}
    able = [one for one in here if one not in others and not _is(page, one, "to it")]
    subjects = [one for one in able if one.end <= verb[0] and not others]
    speaking = [one for one in here if one not in others and _is(page, one, "it speaks", "its letter")]
    asking = [one for one in able if one not in by and _is(page, one, "it acts")]
    sending = [one for one in asking if one.end <= verb[0]][-1:] or asking[:1]
    if clearly := straight[:1] or sending:
        return clearly[0], 3
    if RULES.search("somebody in no list writes", page.flat, start, end):
        return None, 0
    if named := by[:1] or subjects[-1:]:
        return named[0], 3
    if speaking:
        return speaking[0], 2
    if here and verb == (start, end):
        return here[0], 1
    if not RULES.search("a word for it", page.flat, start, verb[0] if verb[0] > start else end):
        return None, 0
    return next((one for one in reversed(authorities[:first]) if not _is(page, one, "to it")), None), 1


def _joined(page: TextPage, authorities: Sequence[AuthorityMention], one: AuthorityMention) -> Sequence[AuthorityMention]:
    """The authority, and those with which the words join it: "the department, the agency and the bureau sent"."""

    def joint(at: int) -> re.Match[str] | None:
        if not 0 <= at < len(authorities) - 1:
            return None
        return RULES.match("joined", page.flat[authorities[at].end : authorities[at + 1].start] + "@")

    first = last = end = authorities.index(one)
    while joined := joint(end):
        end += 1
        last = last if joined["comma"] else end  # a comma joins only what an "and" ends
    is_list = last > first
    while (joined := joint(first - 1)) and (is_list or not joined["comma"]):
        first, is_list = first - 1, True
    return authorities[first : last + 1]


def sentences_of_others(
    page: TextPage, authorities: Sequence[AuthorityMention], name: str
) -> tuple[frozenset[int], frozenset[int]]:
    """Sentences that name another authority than the one with that name, and those of others who want something."""

    def without_sender(named: Sequence[AuthorityMention]) -> set[int]:
        here = [
            (one.name, page.sentence_at(one.start))
            for one in named
            if one.start < page.sentences[page.sentence_at(one.start)].end
        ]
        return {index for _, index in here} - {index for other, index in here if other == name}

    asked = {page.sentence_at(one.start) for one in authorities if one.name == name and _is(page, one, "it is asked")}
    return frozenset(without_sender(authorities)), frozenset(without_sender(_acting_in(page, authorities)) | asked)


def _acting_in(page: TextPage, authorities: Sequence[AuthorityMention]) -> list[AuthorityMention]:
    """The authorities that ask for something, or tell it."""
    passive = ("it is written to", "it is named in passing", *NO_SUBJECT)
    return [one for one in authorities if _is(page, one, "it acts") and not _is(page, one, *passive)]


def _acting(
    page: TextPage, authorities: Sequence[AuthorityMention], letter: LetterForm | None, is_told: bool
) -> AuthorityMention | None:
    """The authority that acts, in a text that does not say that it sent the letters.

    1. In a letter, the first that asks for something, or that sends it in a text above it.
    2. None if somebody else sends letters.
    3. If the text reports letters, the one that asks for something; else the one on a line of its own at the head of the text.
    4. The one beside letters that the text only mentions.
    """
    if letter and not is_told:
        is_by_a_person = RULES.search("a person writes", page.flat, letter.body, PROSE)
        asks = ("it asks in its own letter", *(() if is_by_a_person else ("it tells of itself",)))
        asking = (one for one in authorities if one.start >= letter.body and _is(page, one, *asks))
        if asks_itself := next(asking, None):
            return asks_itself
        if RULES.search("somebody in no list writes", page.flat, 0, letter.body):
            return None
        above = [one for one in authorities if one.start < letter.body and _is(page, one, "straight by it", "it acts")]
        return _only([one for one in above if not _is(page, one, "to it", "it is named in passing")])
    if SHARED.search("another sends letters", page.flat, 0, PROSE) or RULES.search(
        "somebody in no list writes", page.flat, 0, PROSE
    ):
        return None
    if not is_told:
        return _beside_letters(page, authorities)
    speaking = (
        [one for one in authorities if _is(page, one, "it speaks") and not state_of(one.name)] if _only(authorities) else []
    )
    alone = (one for one in authorities if one.start < _HEAD and _is(page, one, "it has a line of its own"))
    return _only(_acting_in(page, authorities)) or _only(speaking) or next(alone, None)


def _beside_letters(page: TextPage, authorities: Sequence[AuthorityMention]) -> AuthorityMention | None:
    """The one authority that acts in a sentence with a letter, or whose letter it is."""
    rules = ("it acts", "its letter", "by it and no body of it" if _only(authorities) else "a letter by it")
    passive = ("it is named in passing", "it is written to")
    active = [one for one in authorities if _is(page, one, *rules) and not _is(page, one, *passive)]
    texts = [page.sentences[page.sentence_at(one.start)].text for one in active]
    is_of_letter = (SHARED.search("a letter", text) and about(text) is About.LETTER for text in texts)
    return _only(list(compress(active, is_of_letter)))


def _only(authorities: Sequence[AuthorityMention]) -> AuthorityMention | None:
    """The first, if all have one name."""
    return authorities[0] if len({one.name for one in authorities}) == 1 else None


def _is(page: TextPage, one: AuthorityMention, *rules: str, since: int = 0) -> bool:
    """Whether one of the rules finds something in the words around an authority, in which it stands between two "@"."""
    before, behind = page.flat[max(since, one.start - _NEAR) : one.start], page.flat[one.end : one.end + _NEAR]
    return any(RULES.search(rule, f"{before}@{page.flat[one.start : one.end]}@{behind}") for rule in rules)


def _found(page: TextPage, one: AuthorityMention) -> Found[str]:
    return Found(one.name, page.span(one.start, one.end))
