"""Finds the sentences about letters: this letter, earlier ones, and places that were cleared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.reader.draft import Question, QuestionKind
from bot.reader.extract.authorities import AuthorityMention
from bot.reader.extract.letter_sentence import PROSE, About, LetterSentence
from bot.reader.extract.line_lists import LineList
from bot.reader.extract.marked_sentence import MarkedSentence, marked
from bot.reader.extract.place_lists import PlaceList, Places
from bot.reader.extract.stated_counts import counts
from bot.reader.extract.vocabulary import COUNT, EARLIER, LETTER, NEGATED, NO_LETTER, OTHER_SENDER
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import BULLET, Sentence, TextPage

STRAY = 30_000  # characters in which a list without an introduction is looked for
MOST_STRAY = 40  # positions where one is tried
NEAR = 300  # characters above a list that say what it is
RULES = rule_table("letter_sentences")
NO_LIST = PlaceList()


class LetterFinder:
    """Finds the sentences of one text that say who received a letter or was cleared."""

    def __init__(self, page: TextPage, places: Places, authorities: Sequence[AuthorityMention]) -> None:
        self.page, self.flat, self.places, self.authorities = page, page.flat, places, authorities
        self.mail = bool(re.search(r"\bletters?\b", self.flat[:100_000], re.IGNORECASE))

    def sentences(self, is_letter: bool) -> list[LetterSentence]:
        """In order of the text; `is_letter`: the text is a letter itself, and need not mention it."""
        collected = self._with_stray_list(self._told())
        if not is_letter and all(one.about is About.CLEARED for one in collected):
            collected += self._implied()
        return sorted((*collected, *self._named_later(collected)), key=lambda one: one.index)

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
            elif requested := self._requested(index, sentence):
                asked.append(requested)
        letters = {one.index for one in told if one.about is About.LETTER}
        told += [one for one in asked if letters & set(range(one.index + 1, one.index + 5))]
        return sorted(told, key=lambda one: one.index)

    def _requested(self, index: int, sentence: Sentence) -> LetterSentence | None:
        verb = RULES.search("asked of a number of places", sentence.text)
        if not verb or not COUNT.search(sentence.text) or EARLIER.search(sentence.text):
            return None
        return LetterSentence(index, sentence, About.LETTER, (sentence.start + verb.start(), sentence.start + verb.end()))

    def _marked(self, index: int) -> MarkedSentence:
        return marked(self.page, self.places, index, self.authorities)

    def _in_sentence(self, index: int, sentence: Sentence, follows: bool) -> LetterSentence | None:
        text = sentence.text
        if not (RULES.search("mention of mail or of the cleared", text) or (follows and RULES.search("a list follows", text))):
            return None
        signs = self._marked(index)
        if cleared := self._cleared(signs):
            return cleared
        if RULES.search("answer to a letter", text):
            return _sentence(signs, About.NOT_SENT)
        if NO_LETTER.search(text) or RULES.search("letterhead, or letter of others", text):
            return None
        about = _about(text)
        return self._introduced(signs, about, follows) or self._by_cue(signs, about) or self._unnamed(signs, about)

    def _by_cue(self, signs: MarkedSentence, about: About) -> LetterSentence | None:
        text = signs.text
        if not (RULES.search("letters are sent or received", text) or RULES.search("in a letter", text)):
            return None
        for cue in (*RULES.group("addressed"), *RULES.group("received")):
            for match in cue.regex.finditer(text):
                groups = match.groupdict()
                if (groups.get("soft") and not self.mail) or _is_not_it(text, match, cue.group == "addressed"):
                    continue
                listing = self._hinted(signs.sentence, signs.lists[match.start("places")], match[0])
                if about is About.LETTER and RULES.search("found to comply", text, match.end()):
                    about = About.CLEARED
                return _sentence(signs, about, match, listing, is_partial=bool(groups.get("partly")))
        return None

    @staticmethod
    def _unnamed(signs: MarkedSentence, about: About) -> LetterSentence | None:
        """A sentence about letters that does not say to which places: to an authority, or to nobody named."""
        text = signs.text
        if to := RULES.search("letter to an authority", text):
            by = RULES.search("sender that is an authority", text)
            is_ours = bool(by and by[0] == "<A>" and by.start() < to.start())
            return _sentence(signs, about if is_ours else About.NOT_SENT, is_partial=is_ours)
        return _sentence(signs, about) if RULES.search("letters were sent", text) else None

    def _hinted(self, sentence: Sentence, listing: PlaceList, before: str) -> PlaceList:
        """The list with what the words before it say of all its places: "three Wisconsin counties"."""
        items = listing.items
        ahead = self.flat[sentence.start : min(sentence.end, items[0].start)]
        states = {state_code_of(one[1] or one[2]) or "" for one in RULES["state of all places"].regex.finditer(ahead)}
        kinds = (COUNT, RULES["kind of the places that follow"].regex)
        nouns = {one["noun"].lower() for rule in kinds for one in rule.finditer(before)}
        if len(states) == 1:
            items = tuple(self.places.in_state(item, min(states)) for item in items)
        if nouns == {"states"}:
            items = tuple(
                replace(item, word="state") if state_code_of(item.name) not in (None, "DC") else item for item in items
            )
        return replace(listing, items=items)

    def _introduced(self, signs: MarkedSentence, about: About, follows: bool) -> LetterSentence | None:
        """A sentence or heading that introduces a list: "The following jurisdictions received the letters:"."""
        text = signs.text
        colon = RULES.search("the colon before a list", text)
        head = text[: colon.end()].strip() if colon else text
        if RULES.search("list of those who did something else", head):
            return None
        heading = RULES["heading of a list of recipients"].regex.fullmatch(head)
        is_cleared = RULES.search("cleared", text) and RULES.search("head of a list of places cleared", head)
        if is_cleared:
            about, is_introduced = About.CLEARED, True
        elif heading:
            start, end = max(0, signs.sentence.start - NEAR), signs.sentence.end
            is_introduced = bool(LETTER.search(text)) or not RULES.search("a grant", self.flat, start, end)
        else:
            is_sent = RULES.search("letters in the words before a list", head) and RULES.search("they were sent", head)
            is_introduced = bool(is_sent or (follows and RULES.search("those again", text)))
        follows = bool(heading or RULES.search("a list follows", text))
        listing = self._below(signs, colon, follows) if is_introduced else NO_LIST
        if not listing.items:
            return None
        is_partial = bool(RULES.search("some of the places", head))
        return _sentence(signs, about, None, self._hinted(signs.sentence, listing, head), is_partial=is_partial, is_list=True)

    def _below(self, signs: MarkedSentence, colon: re.Match[str] | None, follows: bool) -> PlaceList:
        """The list behind the colon, or in the lines below the sentence; `follows`: there is one, also without a colon."""
        end = signs.sentence.end
        if colon is None and not (follows and re.match(r"[^\S\n]*\n", self.flat[end : end + 40])):
            return NO_LIST
        if colon is None or colon.end() == len(signs.text):
            return LineList(self.places, end).read()
        listing = signs.lists.get(colon.end(), NO_LIST)
        if listing.items and self.flat[listing.end : end].strip() == ";" and self.flat[end : end + 1] == "\n":
            more = LineList(self.places, end).read()
            return PlaceList((*listing.items, *more.items), max(more.end, listing.end), more.headed)
        return listing

    @staticmethod
    def _cleared(signs: MarkedSentence) -> LetterSentence | None:
        text = signs.text
        for cue in RULES.group("cleared"):
            for match in cue.regex.finditer(text):
                is_unmet = RULES.search("places are to comply", text, match.end())
                is_met = not is_unmet or RULES.search("nothing was found", text, match.end())
                if is_met and not _is_others(text[: match.start("places")], "another clears places"):
                    return _sentence(signs, About.CLEARED, match, signs.lists[match.start("places")])
        return None

    def _implied(self) -> Iterator[LetterSentence]:
        """Sentences that mention an authority's letter in passing, for a text in which no sentence reports one."""
        signed, answer = RULES["letterhead, or letter of others"].regex, RULES["answer to a letter"].regex
        for index, sentence in enumerate(self.page.sentences):
            if any(rule.search(sentence.text) for rule in (NEGATED, EARLIER, NO_LETTER, signed, answer)):
                continue
            signs = self._marked(index)
            match = RULES.search("letter in passing", signs.text)
            if match and not OTHER_SENDER.search(signs.text, 0, match.start()):
                listing = signs.lists[match.start("places")] if match["places"] else NO_LIST
                yield _sentence(signs, About.LETTER, match, listing)

    def _named_later(self, collected: Sequence[LetterSentence]) -> Iterator[LetterSentence]:
        """Recipients named in a sentence of their own: "The targeted jurisdictions include", "Those jurisdictions are"."""
        letters = [one for one in collected if one.about is About.LETTER]
        if not letters or any(one.listing.items for one in letters):
            return
        for index in range(min(one.index for one in letters) + 1, len(self.page.sentences)):
            signs = self._marked(index)
            those = RULES.search("those places are named", signs.text)
            if not those or NEGATED.search(signs.sentence.text):
                continue
            reach = index if those["sure"] or those["got"] else 2 if those["these"] else 1
            if any(0 < index - one.index <= reach for one in letters):
                yield _sentence(
                    signs, About.LETTER, those, signs.lists[those.start("places")], is_partial="includ" in those["verb"]
                )
                return

    def _with_stray_list(self, collected: list[LetterSentence]) -> list[LetterSentence]:
        """Adds a list that no words connect with the letters, but that has exactly as many places as letters were sent."""
        letters = [one for one in collected if one.about is About.LETTER]
        if any(one.listing.items and not one.is_partial for one in letters):
            return collected
        of_count = {count: one for one in reversed(letters) for count, _, _ in counts(one.sentence.text) if count > 1}
        for at in self._stray_starts() if of_count else ():
            listing = LineList(self.places, at, most=max(of_count)).read()
            chosen = of_count.get(len(listing.items))
            if chosen and all(item.is_institution or item.candidates for item in listing.items):
                told = replace(chosen, listing=listing, is_list=True, is_partial=False)
                return [told if one is chosen else one for one in collected]
        return collected

    def _stray_starts(self) -> Iterator[int]:
        tried = 0
        for line in RULES["a line that is not empty"].regex.finditer(self.flat, 0, STRAY):
            above = self.flat[max(0, line.start() - NEAR) : line.start()].rstrip()
            intro = above.rpartition("\n")[2]
            if tried < MOST_STRAY and (BULLET.match(line[0]) or above.endswith(":")):
                tried += 1
                if not (NEGATED.search(intro) or EARLIER.search(intro) or RULES.search("cleared", intro)):
                    yield line.start()


def _sentence(
    signs: MarkedSentence, about: About, match: re.Match[str] | None = None, listing: PlaceList = NO_LIST, **marks: bool
) -> LetterSentence:
    return LetterSentence(signs.index, signs.sentence, about, _verb(signs, match), listing, **marks)


def _verb(signs: MarkedSentence, match: re.Match[str] | None) -> tuple[int, int]:
    """Where it says that letters were sent or received: the verb of the cue, the one nearest to it, or the whole sentence."""
    if match and match.groupdict().get("verb"):
        return signs.span(*match.span("verb"))
    near = match.start() if match else 0
    verbs = RULES["letters are sent or received"].regex.finditer(signs.text)
    nearest = min((verb.span() for verb in verbs), key=lambda span: abs(span[0] - near), default=None)
    return signs.span(*nearest) if nearest else (signs.sentence.start, signs.sentence.end)


def _is_not_it(text: str, match: re.Match[str], is_addressed: bool) -> bool:
    """Whether somebody else wrote the letter, or it is an answer, or not to these places."""
    listed = match.start("places")
    return bool(
        _is_others(text[: match.start()], "places or another act" if is_addressed else "another acts")
        or RULES.search("letter of a private person", text, listed)
        or RULES.search("letters not to places", text[match.start() : listed])
        or (is_addressed and RULES.search("an answer", text, 0, listed))
    )


def _is_others(before: str, rule: str) -> bool:
    """Whether somebody acts in this statement, as the rule says, and no authority."""
    clause = RULES["the end of a statement"].regex.split(before)[-1]
    return bool(RULES.search(rule, clause)) and not RULES.search("sender that is an authority", clause)


def _about(text: str) -> About:
    perhaps = RULES.search("letters that may be sent", text)
    if NEGATED.search(text) or (perhaps and not perhaps["sure"]):
        return About.NOT_SENT
    return About.EARLIER if EARLIER.search(text) else About.LETTER


def unread_letter(page: TextPage, authorities: Sequence[AuthorityMention]) -> list[Question]:
    """The question to ask if a text mentions an authority and a letter, but nothing about the letter could be read."""
    for number, sentence in enumerate(page.sentences):
        match = RULES.search("any letter", sentence.text)
        if not match or NO_LETTER.search(sentence.text) or RULES.search("letterhead, or letter of others", sentence.text):
            continue
        begin = page.sentences[max(0, number - 1)].start
        if near := next((one for one in authorities if begin <= one.start < sentence.end), None):
            span = page.span(sentence.start + match.start(), sentence.start + match.end())
            return [Question(QuestionKind.LETTER_NOT_UNDERSTOOD, span, names=(near.name,))]
    return []
