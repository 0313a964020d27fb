"""Finds the sentences about letters: this letter, earlier ones, and places that were cleared."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from bot.reader.draft import Question, QuestionKind
from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.letter_sentence import PROSE, About, LetterSentence
from bot.reader.extract.line_lists import LineList
from bot.reader.extract.marked_sentence import MarkedSentence, marked
from bot.reader.extract.place_lists import PlaceList, Places
from bot.reader.extract.stated_counts import counts
from bot.reader.extract.vocabulary import (
    COUNT,
    EARLIER,
    LETTER,
    NEGATED,
    NO_LETTER,
    OTHER_SENDER,
    PAST_TIME,
    RECEIVED,
)
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import BULLET, Sentence, TextPage

STRAY = 30_000  # characters in which a list without an introduction is looked for
MOST_STRAY = 40  # positions where one is tried
RULES = rule_table("letter_sentences")


class LetterFinder:
    """Finds the sentences of one text that say who received a letter or was cleared."""

    def __init__(self, page: TextPage, places: Places, authorities: Sequence[AuthorityMention]) -> None:
        self.page, self.flat, self.places, self.authorities = page, page.flat, places, authorities
        self.mail = bool(re.search(r"\bletters?\b", self.flat[:100_000], re.IGNORECASE))

    def sentences(self) -> list[LetterSentence]:
        """In order of the text."""
        collected: list[LetterSentence] = []
        asked: list[LetterSentence] = []
        done = prose = 0
        recent = -9
        for index, sentence in enumerate(self.page.sentences):
            if sentence.end <= done:
                continue
            if (prose := prose + len(sentence.text)) > PROSE:
                break
            here = self._in_sentence(index, sentence, index - recent <= 2)
            if here is None and (requested := self._requested(index, sentence)):
                asked.append(requested)
            if here:
                done = max(done, here.listing.end)
                recent = index if here.about is About.LETTER else recent
                collected.append(here)
        letters = {one.index for one in collected if one.about is About.LETTER}
        collected += [one for one in asked if letters & set(range(one.index + 1, one.index + 5))]
        return self._with_stray_list(sorted(collected, key=lambda one: one.index))

    def _requested(self, index: int, sentence: Sentence) -> LetterSentence | None:
        verb = RULES.search("asked of a number of places", sentence.text)
        if not verb or not COUNT.search(sentence.text) or EARLIER.search(sentence.text):
            return None
        at = sentence.start + verb.start()
        return LetterSentence(
            index, sentence, About.LETTER, (at, at + len(verb[0])), is_soft=bool(PAST_TIME.search(sentence.text))
        )

    def marked(self, sentence: Sentence) -> MarkedSentence:
        first, last = (bisect_left(self.authorities, at, key=attrgetter("start")) for at in (sentence.start, sentence.end))
        return marked(self.flat, self.places, sentence, self.authorities[first:last])

    def _in_sentence(self, index: int, sentence: Sentence, follows: bool) -> LetterSentence | None:
        text = sentence.text
        has_mail = RULES.search("mention of mail", text) or (follows and RULES.search("a list follows", text))
        may_clear = RULES.search("may be cleared", text)
        if not has_mail and not may_clear:
            return None
        signs = self.marked(sentence)
        if may_clear and (cleared := self._cleared(index, signs)):
            return cleared
        if RULES["line of a letterhead"].regex.match(text) or RULES.search("letter that others signed", text):
            return None
        if RULES.search("answer to a letter", text):
            return LetterSentence(index, sentence, About.NOT_SENT, _verb(signs, 0))
        if NO_LETTER.search(text) and not RULES.search("letter of demand", text):
            return None
        about = _about(text)
        return self._introduced(index, signs, about, follows) or self._by_cue(index, signs, about)

    def _by_cue(self, index: int, signs: MarkedSentence, about: About) -> LetterSentence | None:
        text = signs.text
        soft = bool(PAST_TIME.search(signs.sentence.text))
        is_sent = RULES.search("letters are sent or received", text) or RULES.search("in a letter", text)
        for cue in (*RULES.group("addressed"), *RULES.group("received")) if is_sent else ():
            for match in cue.regex.finditer(text):
                groups = match.groupdict()
                if (groups.get("soft") and not self.mail) or self._is_not_it(text, match, cue.group == "addressed"):
                    continue
                listing = signs.lists[match.start("places")]
                verb = (
                    (signs.flat_at(match.start("verb")), signs.flat_at(match.end("verb")))
                    if groups.get("verb")
                    else _verb(signs, match.start())
                )
                listing = self._hinted(signs.sentence, listing, match[0])
                partly = bool(groups.get("partly") or groups.get("also_partly"))
                if about is About.LETTER and RULES.search("cleared", text, match.end()) and "found" in text[match.end() :]:
                    about = About.CLEARED
                return LetterSentence(index, signs.sentence, about, verb, listing, partly, soft)
        if RULES.search("letter to an authority", text):
            sent_by = RULES.search("sender that is an authority", text)
            is_ours = (
                sent_by
                and sent_by.start() < (RULES.search("letter to an authority", text) or sent_by).start()
                and "<A>" in text[: sent_by.end()]
            )
            return LetterSentence(
                index,
                signs.sentence,
                about if is_ours else About.NOT_SENT,
                _verb(signs, 0),
                is_partial=bool(is_ours),
                is_soft=soft,
            )
        if RULES.search("letters were sent", text):
            return LetterSentence(index, signs.sentence, about, _verb(signs, 0), is_soft=soft)
        return None

    @staticmethod
    def _is_not_it(text: str, match: re.Match[str], is_addressed: bool) -> bool:
        """Whether somebody else wrote the letter, or it is an answer."""
        if _is_others(text[: match.start()]) or RULES.search("letter of a private person", text, match.start("places")):
            return True
        if not is_addressed:
            return False
        clause = RULES["the end of a statement"].regex.split(text[: match.start()])[-1]
        is_by_place = re.search(r"<[PS]>", clause) and not RULES.search("sender that is an authority", clause)
        return bool(RULES.search("an answer", text, 0, match.start("places")) or is_by_place)

    def _hinted(self, sentence: Sentence, listing: PlaceList, before: str) -> PlaceList:
        nouns = {
            one["noun"].lower()
            for one in (*COUNT.finditer(before), *RULES["kind of the places that follow"].regex.finditer(before))
        }
        noun = nouns.pop() if len(nouns) == 1 else ""
        if near := state_near(self.flat[sentence.start : min(sentence.end, listing.items[0].start)]):
            listing = replace(listing, items=tuple(self.places.in_state(item, near) for item in listing.items))
        if noun in ("cities", "counties", "states", "towns"):
            listing = replace(listing, items=self.places.hinted(listing.items, noun))
        return listing

    def _introduced(self, index: int, signs: MarkedSentence, about: About, follows: bool) -> LetterSentence | None:
        """A sentence or heading that introduces a list: "The following jurisdictions received the letters:"."""
        text, sentence = signs.text, signs.sentence
        colon = next((one.end() for one in RULES["the colon before a list"].regex.finditer(text)), None)
        head = text if colon is None else text[:colon]
        if (untied := RULES.search("list of those who did something else", head)) and not re.search(
            rf"\b{RECEIVED}\b", head[untied.start() :]
        ):
            return None
        heading = RULES["heading of a list of recipients"].regex.fullmatch(head.strip())
        if not heading and not _introduces(head, text, follows):
            return None
        if heading and not LETTER.search(text) and RULES.search("a grant", self._before(index)):
            return None
        listing = self._below(signs, colon, bool(heading), state_near(sentence.text))
        if not listing.items:
            return None
        partly = bool(RULES.search("some of the places", head))
        return LetterSentence(
            index,
            sentence,
            about,
            _verb(signs, 0),
            self._hinted(sentence, listing, head),
            partly,
            bool(PAST_TIME.search(sentence.text)),
            True,
        )

    def _below(self, signs: MarkedSentence, colon: int | None, heading: bool, near: str | None) -> PlaceList:
        """The list behind the colon, or in the lines below the sentence."""
        end = signs.sentence.end
        if colon is None:
            is_last = re.match(r"[^\S\n]*\n", self.flat[end : end + 40]) or self.flat[end - 1 : end] == "\n"
            follows = (heading or RULES.search("a list follows", signs.text)) and is_last
            return LineList(self.places, end, near).read() if follows else PlaceList()
        if not signs.text[colon:].strip():
            return LineList(self.places, end, near).read()
        listing = signs.lists.get(colon + len(signs.text[colon:]) - len(signs.text[colon:].lstrip()), PlaceList())
        rest = self.flat[listing.end : end]
        if listing.items and rest.strip() == ";" and self.flat[end : end + 1] == "\n":
            more = LineList(self.places, end, near).read()
            return PlaceList((*listing.items, *more.items), max(more.end, listing.end), more.headed)
        return listing

    def _before(self, index: int) -> str:
        return " ".join(sentence.text for sentence in self.page.sentences[max(0, index - 2) : index + 1])

    def _cleared(self, index: int, signs: MarkedSentence) -> LetterSentence | None:
        text = signs.text
        for cue in RULES.group("cleared"):
            for match in cue.regex.finditer(text):
                is_unmet = RULES.search("places are to comply", text, match.end()) and not RULES[
                    "nothing was found"
                ].regex.search(text, match.end())
                if not is_unmet and not _is_others(text[: match.start()]):
                    span = signs.flat_at(match.start("verb")), signs.flat_at(match.end("verb"))
                    return LetterSentence(index, signs.sentence, About.CLEARED, span, signs.lists[match.start("places")])
        colon = next((one.end() for one in RULES["the colon before a list"].regex.finditer(text)), None)
        if (
            colon is None
            or not RULES.search("cleared", text)
            or not RULES.search("head of a list of places cleared", text[:colon])
        ):
            return None
        listing = self._below(signs, colon, True, None)
        return (
            LetterSentence(index, signs.sentence, About.CLEARED, (signs.sentence.start, signs.flat_at(colon)), listing)
            if listing.items
            else None
        )

    def implied(self) -> list[LetterSentence]:
        """Sentences that mention an authority's letter in passing, for a text in which no sentence reports one."""
        found = []
        for index, sentence in enumerate(self.page.sentences):
            text = sentence.text
            if any(
                pattern.search(text)
                for pattern in (
                    NEGATED,
                    EARLIER,
                    NO_LETTER,
                    RULES["answer to a letter"].regex,
                    RULES["letter that others signed"].regex,
                )
            ):
                continue
            signs = self.marked(sentence)
            match = RULES.search("letter in passing", signs.text)
            if match and not OTHER_SENDER.search(signs.text, 0, match.start()):
                listing = signs.lists.get(match.start("places"), PlaceList()) if match["places"] else PlaceList()
                verb = "verb" if match["verb"] else 0
                span = signs.flat_at(match.start(verb)), signs.flat_at(match.end(verb))
                found.append(LetterSentence(index, sentence, About.LETTER, span, listing))
        return found

    def named_later(self, letter_sentences: Sequence[LetterSentence]) -> list[LetterSentence]:
        """Recipients named in a sentence of their own: "The targeted jurisdictions include", "Those jurisdictions are"."""
        letters = [one.index for one in letter_sentences if one.about is About.LETTER]
        if not letters or any(one.listing.items for one in letter_sentences if one.about is About.LETTER):
            return []
        for index in range(letters[0] + 1, len(self.page.sentences)):
            signs = self.marked(self.page.sentences[index])
            those = RULES["those places are named"].regex.match(signs.text)
            if not those or NEGATED.search(signs.sentence.text):
                continue
            reach = len(self.page.sentences) if those["sure"] or those["got"] else 2 if those["these"] else 1
            if any(0 < index - number <= reach for number in letters):
                span = signs.sentence.start, signs.flat_at(those.start("places"))
                listing = signs.lists[those.start("places")]
                return [LetterSentence(index, signs.sentence, About.LETTER, span, listing, "includ" in those["verb"])]
        return []

    def _with_stray_list(self, letter_sentences: list[LetterSentence]) -> list[LetterSentence]:
        """Adds a list that no words connect with the letters, but that has exactly as many places as letters were sent."""
        letters = [one for one in letter_sentences if one.about is About.LETTER]
        if not letters or any(one.listing.items and not one.is_partial for one in letters):
            return letter_sentences
        of_count = {count: one for one in reversed(letters) for count, _, _ in counts(one.sentence.text) if count > 1}
        for at in self._stray_starts() if of_count else ():
            listing = LineList(self.places, at, most=max(of_count)).read()
            if len(listing.items) in of_count and not any(
                not item.is_institution and not item.candidates for item in listing.items
            ):
                chosen = of_count[len(listing.items)]
                return [
                    replace(other, listing=listing, is_list=True, is_partial=False) if other is chosen else other
                    for other in letter_sentences
                ]
        return letter_sentences

    def _stray_starts(self) -> Iterator[int]:
        tried = 0
        for line in re.compile(r"^[^\n]*\S[^\n]*$", re.MULTILINE).finditer(self.flat, 0, min(len(self.flat), STRAY)):
            above = self.flat[max(0, line.start() - 300) : line.start()].rstrip()
            intro = above.rpartition("\n")[2]
            if tried < MOST_STRAY and (BULLET.match(line[0]) or above.endswith(":")):
                tried += 1
                if not (NEGATED.search(intro) or EARLIER.search(intro) or RULES.search("cleared", intro)):
                    yield line.start()


def _introduces(head: str, text: str, follows: bool) -> bool:
    if RULES.search("letters in the words before a list", head) and RULES.search("they were sent", head):
        return True
    return follows and bool(RULES["those again"].regex.match(text))


def _is_others(before: str) -> bool:
    clause = RULES["the end of a statement"].regex.split(before)[-1]
    return bool(OTHER_SENDER.search(clause)) and not RULES.search("sender that is an authority", clause)


def _about(text: str) -> About:
    perhaps = RULES.search("letters that may be sent", text)
    is_doubtful = perhaps and not perhaps["sure"]
    if NEGATED.search(text) or is_doubtful:
        return About.NOT_SENT
    return About.EARLIER if EARLIER.search(text) else About.LETTER


def _verb(signs: MarkedSentence, near: int) -> tuple[int, int]:
    """Where the sentence says that letters were sent or received: the verb nearest to `near`, or the whole sentence."""
    spans = [verb.span() for verb in RULES["letters are sent or received"].regex.finditer(signs.text)]
    if not spans:
        return signs.sentence.start, signs.sentence.end
    start, end = min(spans, key=lambda span: abs(span[0] - near))
    return signs.flat_at(start), signs.flat_at(end)


def state_near(text: str) -> str | None:
    """The state that the words give for all places: "three Wisconsin jurisdictions"; None if they give several."""
    states = {state_code_of(one[1] or one[2]) for one in RULES["state of all places"].regex.finditer(text)}
    return states.pop() if len(states) == 1 else None


def unread_letter(page: TextPage, authorities: Sequence[AuthorityMention]) -> list[Question]:
    """The question to ask if a text mentions an authority and a letter, but nothing about the letter could be read."""
    for number, sentence in enumerate(page.sentences):
        match = RULES.search("any letter", sentence.text)
        if not match or NO_LETTER.search(sentence.text) or RULES.search("letter that others signed", sentence.text):
            continue
        begin = page.sentences[max(0, number - 1)].start
        if near := next((one for one in authorities if begin <= one.start < sentence.end), None):
            span = page.span(sentence.start + match.start(), sentence.start + match.end())
            return [Question(QuestionKind.LETTER_NOT_UNDERSTOOD, span, names=(near.name,))]
    return []
