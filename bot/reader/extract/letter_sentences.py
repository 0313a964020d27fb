"""Finds the sentences about letters: this letter, earlier ones, and places that were cleared."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from bot.reader.draft import Question, QuestionKind
from bot.reader.extract import letter_cues, list_cues
from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.letter_sentence import IN_REPLY, PROSE, About, LetterSentence
from bot.reader.extract.line_lists import LineList
from bot.reader.extract.marked_sentence import MarkedSentence, marked
from bot.reader.extract.place_lists import PlaceList, Places
from bot.reader.extract.sentence_cues import (
    ANSWER,
    ANY_LETTER,
    FROM_ANOTHER,
    MAIL,
    NO_SENTENCE,
    OFFICIAL_SENDER,
    PERHAPS,
    REQUESTED,
    SIGNED,
    STATE_NEAR,
)
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
    SENT,
)
from bot.reader.state_names import state_code_of
from bot.reader.text_page import BULLET, Sentence, TextPage

STRAY = 30_000  # characters in which a list without an introduction is looked for
MOST_STRAY = 40  # positions where one is tried
CLAUSE = re.compile(r"[;:—]|,\s+(?:and|but|while|which)\s+")
_CLEARED_BY = re.compile(r"\b(?!(?:it|they|which|who|also|has|have|and)\b)\w+\s+cleared\s+$", re.IGNORECASE)
_NOT_TO = re.compile(r"\bnot\s+(?:to|on)\s[^;]{0,60}$", re.IGNORECASE)
_VERBS = re.compile(rf"\b(?:{SENT}|{RECEIVED})\b", re.IGNORECASE)


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
        verb = REQUESTED.regex.search(sentence.text)
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
        has_mail = MAIL.regex.search(text) or (follows and list_cues.FOLLOWS.regex.search(text))
        may_clear = letter_cues.MAY_CLEAR.regex.search(text)
        if not has_mail and not may_clear:
            return None
        signs = self.marked(sentence)
        if may_clear and (cleared := self._cleared(index, signs)):
            return cleared
        if NO_SENTENCE.regex.match(text) or SIGNED.regex.search(text):
            return None
        if IN_REPLY.search(text):
            return LetterSentence(index, sentence, About.NOT_SENT, _verb(signs, 0))
        if NO_LETTER.search(text) and not re.search(r"\bdemand\s+letter|\bletters?\s+(?:was|were)\s+sent", text, re.IGNORECASE):
            return None
        about = _about(text)
        return self._introduced(index, signs, about, follows) or self._by_cue(index, signs, about)

    def _by_cue(self, index: int, signs: MarkedSentence, about: About) -> LetterSentence | None:
        text = signs.text
        soft = bool(PAST_TIME.search(signs.sentence.text))
        is_sent = _VERBS.search(text) or letter_cues.IN_LETTER.regex.search(text)
        for cue in (*letter_cues.ADDRESSED, *letter_cues.RECIPIENTS) if is_sent else ():
            for match in cue.regex.finditer(text):
                groups = match.groupdict()
                if (groups.get("soft") and not self.mail) or self._is_not_it(text, match, cue in letter_cues.ADDRESSED):
                    continue
                listing = signs.lists[match.start("places")]
                verb = (
                    (signs.flat_at(match.start("verb")), signs.flat_at(match.end("verb")))
                    if groups.get("verb")
                    else _verb(signs, match.start())
                )
                listing = self._hinted(signs.sentence, listing, match[0])
                partly = bool(groups.get("partly") or groups.get("also_partly"))
                if (
                    about is About.LETTER
                    and list_cues.CLEARED_LIST.regex.search(text, match.end())
                    and "found" in text[match.end() :]
                ):
                    about = About.CLEARED
                return LetterSentence(index, signs.sentence, about, verb, listing, partly, soft)
        if letter_cues.TO_AUTHORITY.regex.search(text):
            sent_by = OFFICIAL_SENDER.regex.search(text)
            is_ours = (
                sent_by
                and sent_by.start() < (letter_cues.TO_AUTHORITY.regex.search(text) or sent_by).start()
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
        if letter_cues.NO_PLACES.regex.search(text):
            return LetterSentence(index, signs.sentence, about, _verb(signs, 0), is_soft=soft)
        return None

    @staticmethod
    def _is_not_it(text: str, match: re.Match[str], is_addressed: bool) -> bool:
        """Whether somebody else wrote the letter, or it is an answer."""
        if (
            _is_others(text[: match.start()])
            or _NOT_TO.search(text, match.start(), match.start("places"))
            or FROM_ANOTHER.regex.search(text, match.start("places"))
        ):
            return True
        if not is_addressed:
            return False
        clause = CLAUSE.split(text[: match.start()])[-1]
        is_by_place = re.search(r"<[PS]>", clause) and not OFFICIAL_SENDER.regex.search(clause)
        return bool(ANSWER.regex.search(text, 0, match.start("places")) or is_by_place)

    def _hinted(self, sentence: Sentence, listing: PlaceList, before: str) -> PlaceList:
        nouns = {one["noun"].lower() for one in (*COUNT.finditer(before), *list_cues.HINT.regex.finditer(before))}
        noun = nouns.pop() if len(nouns) == 1 else ""
        if near := state_near(self.flat[sentence.start : min(sentence.end, listing.items[0].start)]):
            listing = replace(listing, items=tuple(self.places.in_state(item, near) for item in listing.items))
        if noun in ("cities", "counties", "states", "towns"):
            listing = replace(listing, items=self.places.hinted(listing.items, noun))
        return listing

    def _introduced(self, index: int, signs: MarkedSentence, about: About, follows: bool) -> LetterSentence | None:
        """A sentence or heading that introduces a list: "The following jurisdictions received the letters:"."""
        text, sentence = signs.text, signs.sentence
        colon = next((one.end() for one in re.finditer(r":(?!\d\d)(?:\s|$)", text)), None)
        head = text if colon is None else text[:colon]
        if (untied := list_cues.UNTIED.regex.search(head)) and not re.search(rf"\b{RECEIVED}\b", head[untied.start() :]):
            return None
        heading = list_cues.HEADING.regex.fullmatch(head.strip())
        if not heading and not _introduces(head, text, follows):
            return None
        if heading and not LETTER.search(text) and list_cues.NO_GRANT.regex.search(self._before(index)):
            return None
        listing = self._below(signs, colon, bool(heading), state_near(sentence.text))
        if not listing.items:
            return None
        partly = bool(re.search(r"\b(?:includ\w+|such\s+as|among|notably)\b", head))
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
            follows = (heading or list_cues.FOLLOWS.regex.search(signs.text)) and is_last
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
        for cue in letter_cues.CLEARED:
            for match in cue.regex.finditer(text):
                is_unmet = letter_cues.UNMET.regex.search(text, match.end()) and not letter_cues.FOUND_NOTHING.regex.search(
                    text, match.end()
                )
                if not is_unmet and not _is_others(text[: match.start()]) and not _is_of_crews(text[: match.start("places")]):
                    span = signs.flat_at(match.start("verb")), signs.flat_at(match.end("verb"))
                    return LetterSentence(index, signs.sentence, About.CLEARED, span, signs.lists[match.start("places")])
        colon = next((one.end() for one in re.finditer(r":(?!\d\d)(?:\s|$)", text)), None)
        if (
            colon is None
            or not list_cues.CLEARED_LIST.regex.search(text)
            or not re.search(r"\bfollowing|^cleared|jurisdictions|cities|states|places", text[:colon], re.IGNORECASE)
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
            if any(pattern.search(text) for pattern in (NEGATED, EARLIER, NO_LETTER, IN_REPLY, SIGNED.regex)):
                continue
            signs = self.marked(sentence)
            match = letter_cues.IMPLIED.regex.search(signs.text)
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
            those = list_cues.THOSE.regex.match(signs.text)
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
                if not (NEGATED.search(intro) or EARLIER.search(intro) or list_cues.CLEARED_LIST.regex.search(intro)):
                    yield line.start()


def _introduces(head: str, text: str, follows: bool) -> bool:
    if list_cues.MAIL.regex.search(head) and list_cues.MOVED.regex.search(head):
        return True
    return follows and bool(list_cues.AGAIN.regex.match(text))


def _is_others(before: str) -> bool:
    clause = CLAUSE.split(before)[-1]
    return bool(OTHER_SENDER.search(clause)) and not OFFICIAL_SENDER.regex.search(clause)


def _is_of_crews(before: str) -> bool:
    """Whether somebody else than an authority cleared places: "Crews cleared"."""
    clause = CLAUSE.split(before)[-1]
    return bool(_CLEARED_BY.search(clause)) and not OFFICIAL_SENDER.regex.search(clause)


def _about(text: str) -> About:
    perhaps = PERHAPS.regex.search(text)
    is_doubtful = perhaps and not re.match(r"will|plan|about|set|intend", perhaps[0], re.IGNORECASE)
    if NEGATED.search(text) or is_doubtful:
        return About.NOT_SENT
    return About.EARLIER if EARLIER.search(text) else About.LETTER


def _verb(signs: MarkedSentence, near: int) -> tuple[int, int]:
    """Where the sentence says that letters were sent or received: the verb nearest to `near`, or the whole sentence."""
    spans = [verb.span() for verb in _VERBS.finditer(signs.text)]
    if not spans:
        return signs.sentence.start, signs.sentence.end
    start, end = min(spans, key=lambda span: abs(span[0] - near))
    return signs.flat_at(start), signs.flat_at(end)


def state_near(text: str) -> str | None:
    """The state that the words give for all places: "three Wisconsin jurisdictions"; None if they give several."""
    states = {state_code_of(one[1] or one[2]) for one in STATE_NEAR.regex.finditer(text)}
    return states.pop() if len(states) == 1 else None


def unread_letter(page: TextPage, authorities: Sequence[AuthorityMention]) -> list[Question]:
    """The question to ask if a text mentions an authority and a letter, but nothing about the letter could be read."""
    for number, sentence in enumerate(page.sentences):
        match = ANY_LETTER.regex.search(sentence.text)
        if not match or NO_LETTER.search(sentence.text) or SIGNED.regex.search(sentence.text):
            continue
        begin = page.sentences[max(0, number - 1)].start
        if near := next((one for one in authorities if begin <= one.start < sentence.end), None):
            span = page.span(sentence.start + match.start(), sentence.start + match.end())
            return [Question(QuestionKind.LETTER_NOT_UNDERSTOOD, span, names=(near.name,))]
    return []
