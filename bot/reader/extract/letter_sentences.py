"""Finds the sentences about letters: this letter, earlier ones, and places that were cleared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice, pairwise

from bot.reader.draft import Question, QuestionKind
from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.line_lists import LineList
from bot.reader.extract.marked_sentence import MarkedSentence, marked
from bot.reader.extract.place_lists import PlaceList, Places
from bot.reader.extract.stated_counts import counts
from bot.reader.mentions.mention import Mention
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import BULLET, PROSE, Sentence, TextPage

STRAY = 30_000  # characters in which a list without an introduction is looked for
MOST_STRAY = 40  # positions where one is tried
NEAR = 300  # characters above a list that say what it is
RULES, SHARED = rule_table("letter_sentences"), rule_table("shared")
#: The groups of cues in the order in which they are tried.
CUES = (
    "cleared", "answer", "other paper", "again", "introduced", "addressed", "received", "to an authority, by one",
    "to an authority", "to nobody named",
)  # fmt: skip


class About(StrEnum):
    """What a sentence about letters is about: this letter or another, places cleared, or no letter sent."""

    LETTER = "letter"
    EARLIER = "earlier"
    CLEARED = "cleared"
    NOT_SENT = "not sent"


#: What a sentence with a cue of a group is about, whatever else it says.
ABOUT = {"cleared": About.CLEARED, "answer": About.NOT_SENT, "to an authority": About.NOT_SENT}


@dataclass(frozen=True)
class LetterSentence:
    """A sentence about letters sent."""

    #: Its index in `TextPage.sentences`.
    index: int
    sentence: Sentence
    about: About
    #: Where it says that letters were sent, in `TextPage.flat`.
    verb: tuple[int, int]
    #: The places that it names.
    listing: PlaceList = field(default_factory=PlaceList)
    #: Whether it names only some of the recipients ("including").
    is_partial: bool = False
    #: Whether it introduces a list.
    is_list: bool = False


class LetterFinder:
    """Finds the sentences of one text that say who received a letter or was cleared."""

    def __init__(self, page: TextPage, places: Places, authorities: Sequence[AuthorityMention]) -> None:
        self.page, self.flat, self.places, self.authorities = page, page.flat, places, authorities
        self.mail = bool(re.search(r"\bletters?\b", self.flat[:100_000], re.IGNORECASE))

    def sentences(self, is_letter: bool) -> list[LetterSentence]:
        """In order of the text; `is_letter`: the text is a letter itself, and need not mention it."""
        told = self._with_stray_list(self._told())
        is_by_another = SHARED.search("another sends letters", self.flat, 0, PROSE)
        if not is_letter and not is_by_another and all(one.about is About.CLEARED for one in told):
            told += self._in_passing()
        return sorted((*told, *self._named_later(told)), key=lambda one: one.index)

    def _told(self) -> list[LetterSentence]:
        told: list[LetterSentence] = []
        asked: list[LetterSentence] = []
        done = prose = 0
        recent = -9
        for index, sentence in enumerate(self.page.sentences):
            if sentence.end <= done:
                continue
            if (prose := prose + len(sentence.text)) > PROSE:
                break
            if here := self._in_sentence(index, sentence, index - recent <= 2):
                done = max(done, here.listing.end)
                recent = index if here.about is About.LETTER else recent
                told.append(here)
            elif verb := RULES.search("asked of a number of places", sentence.text):
                span = sentence.start + verb.start("verb"), sentence.start + verb.end("verb")
                asked.append(LetterSentence(index, sentence, About.LETTER, span))
        reported = {one.index for one in told if one.about is About.LETTER}
        return told + [one for one in asked if reported & set(range(one.index + 1, one.index + 5))]

    def _in_sentence(self, index: int, sentence: Sentence, follows: bool) -> LetterSentence | None:
        """What the first cue in the sentence says; `follows`: a sentence right before it reports letters."""
        is_listed = follows and RULES.search("a list follows", sentence.text)
        if not is_listed and not RULES.search("mention of mail or of the cleared", sentence.text):
            return None
        signs = marked(self.page, self.places, index, self.authorities)
        for group in CUES:
            for match in RULES.matches(signs.text, group) if follows or group != "again" else ():
                if group == "other paper":
                    return None
                if match.groupdict().get("soft") is not None and not self._is_about_letters(sentence):
                    continue
                if told := self._sentence(signs, ABOUT.get(group) or about(sentence.text), match):
                    return told
        return None

    def _is_about_letters(self, sentence: Sentence) -> bool:
        """Whether a warning or a heading may be about letters: the text mentions some, and no grants right there."""
        return self.mail and not RULES.search("a grant", self.flat, max(0, sentence.start - NEAR), sentence.end)

    def _sentence(self, signs: MarkedSentence, about: About, match: re.Match[str]) -> LetterSentence | None:
        """What the cue says; None if there is no list below the sentence where it says so."""
        named, verb = match.groupdict(), _verb(signs, match)
        if not named.get("places"):
            return LetterSentence(signs.index, signs.sentence, about, verb, is_partial=bool(named.get("partly")))
        start, end = match.span("places")
        listing = signs.lists.get(start, PlaceList())
        if not listing.items or signs.text[end:] == ";":
            below = LineList(self.places, signs.sentence.end).read()
            is_heading = len(below.items) == 1 and self.flat[signs.sentence.end - 1] in ".?"  # of what is told next
            if is_heading or RULES.search("an address above a salutation", self.flat, below.end, below.end + NEAR):
                below = PlaceList()  # of the letter itself
            listing = PlaceList((*listing.items, *below.items), max(below.end, listing.end), below.headed)
        if not listing.items:
            return None
        if end == match.end() and RULES.search("the last place begins a clause", f"{signs.text[:end]}@{signs.text[end:]}"):
            listing = replace(listing, items=self._before_clause(listing.items))
        listing = _as_introduced(listing, match[0])
        if RULES.search("shops are introduced", match[0]):
            listing = replace(listing, items=self._at_line_starts(listing.items))
        is_list = signs.text[:start].endswith("\n") or signs.text[:start].rstrip().endswith(":")
        return LetterSentence(signs.index, signs.sentence, about, verb, listing, bool(named.get("partly")), is_list)

    def _at_line_starts(self, items: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """Of a list of lines, what begins them: "Alder Smoke Shop, Bath"."""
        first = tuple(one for one in items if BULLET.sub("", self.flat[: one.start].rpartition("\n")[2]).strip() == "")
        return first or items

    def _before_clause(self, items: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """The places before those with which the next clause begins: "to Boise, Idaho, and Elko said"."""
        joints = (RULES.search("a joint of clauses", self.flat, one.end, other.start) for one, other in pairwise(items))
        last = max((number for number, joint in enumerate(joints, 1) if joint), default=len(items) - 1)
        return items[:last] or items

    def _in_passing(self) -> Iterator[LetterSentence]:
        """Sentences that mention an authority's letter in passing, for a text in which no sentence reports one."""
        for index, sentence in enumerate(self.page.sentences):
            is_other = any(next(RULES.matches(sentence.text, group), None) for group in ("answer", "other paper"))
            if not is_other and about(sentence.text) is About.LETTER:
                signs = marked(self.page, self.places, index, self.authorities)
                match = next(RULES.matches(signs.text, "in passing"), None)
                if match and (told := self._sentence(signs, About.LETTER, match)):
                    yield told

    def _named_later(self, told: Sequence[LetterSentence]) -> Iterator[LetterSentence]:
        """Recipients named in a sentence of their own: "The targeted jurisdictions include", "Those jurisdictions are"."""
        letters = [one for one in told if one.about is About.LETTER]
        if not letters or any(one.listing.items for one in letters):
            return
        for index in range(letters[0].index + 1, len(self.page.sentences)):
            signs = marked(self.page, self.places, index, self.authorities)
            those = RULES.search("those places are named", signs.text)
            if those and not SHARED.search("not sent", signs.sentence.text):
                reach = index if those["sure"] or those["got"] else 2 if those["these"] else 1
                is_near = any(0 < index - one.index <= reach for one in letters)
                if is_near and (named := self._sentence(signs, About.LETTER, those)):
                    yield named
                    return

    def _with_stray_list(self, told: list[LetterSentence]) -> list[LetterSentence]:
        """Adds a list that no words connect with the letters, but that has exactly as many places as letters were sent."""
        letters = [one for one in told if one.about is About.LETTER]
        if any(one.listing.items and not one.is_partial for one in letters):
            return told
        of_count = {count: one for one in reversed(letters) for count, _, _ in counts(one.sentence.text) if count > 1}
        for at in self._stray_starts() if of_count else ():
            listing = LineList(self.places, at, most=max(of_count)).read()
            chosen = of_count.get(len(listing.items))
            if chosen and all(item.is_institution or item.candidates for item in listing.items):
                listed = replace(chosen, listing=listing, is_list=True, is_partial=False)
                return [listed if one is chosen else one for one in told]
        return told

    def _stray_starts(self) -> Iterator[int]:
        lines = RULES["a line that may begin a list"].regex.finditer(self.flat, 0, STRAY)
        for line in islice(lines, MOST_STRAY):
            above = self.flat[max(0, line.end() - NEAR) : line.end()].rstrip().rpartition("\n")[2]
            if about(above) is About.LETTER and not RULES.search("a word for cleared", above):
                yield line.end()


def _as_introduced(listing: PlaceList, before: str) -> PlaceList:
    """The list; if the words before it count states, New York and Washington in it are states."""
    kinds = (*SHARED.matches(before, "a count of places"), *RULES.matches(before, "kind of the places that follow"))
    if {one["noun"].lower() for one in kinds} != {"states"}:
        return listing
    no_state = (None, "DC")
    items = (item if state_code_of(item.name) in no_state else replace(item, word="state") for item in listing.items)
    return replace(listing, items=tuple(items))


def _verb(signs: MarkedSentence, match: re.Match[str]) -> tuple[int, int]:
    """Where it says that letters were sent or received: the verb of the cue, the one nearest to it, or the whole sentence."""
    if match.groupdict().get("verb"):
        return signs.span(*match.span("verb"))
    verbs = RULES["letters are sent or received"].regex.finditer(signs.text)
    nearest = min((verb.span() for verb in verbs), key=lambda span: abs(span[0] - match.start()), default=None)
    return signs.span(*nearest) if nearest else (signs.sentence.start, signs.sentence.end)


def about(text: str) -> About:
    """What a sentence is about that says nothing of places cleared."""
    perhaps = RULES.search("letters that may be sent", text)
    if SHARED.search("not sent", text) or (perhaps and not perhaps["sure"]):
        return About.NOT_SENT
    return About.EARLIER if SHARED.search("an earlier mailing", text) else About.LETTER


def unread_letter(page: TextPage, authorities: Sequence[AuthorityMention]) -> list[Question]:
    """The question to ask if a text mentions an authority and a letter, but nothing about the letter could be read."""
    for number, sentence in enumerate(page.sentences):
        if match := next(RULES.matches(sentence.text, "any letter"), None):
            begin = page.sentences[max(0, number - 1)].start
            if near := next((one for one in authorities if begin <= one.start < sentence.end), None):
                span = page.span(sentence.start + match.start(), sentence.start + match.end())
                return [Question(QuestionKind.LETTER_NOT_UNDERSTOOD, span, names=(near.name,))]
    return []
