"""The words of a text, and the longest known name that begins at each of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from bot.reader.gazetteer.gazetteer import Gazetteer, ResolvedPlace
from bot.reader.rules import rule_table, word_lists, word_set
from bot.record.place_names import fold
from bot.record.places import Jurisdiction, PlaceKind

WORD = rule_table("mentions")["word"].regex
ORDINARY = word_set("ordinary_names")
NO_PART = word_set("function_words") | word_set("headline_verbs")
BODY_WORDS = word_set("body_words")
LONGEST_SUBJECT = 3  # words of a public body's subject
PARTS = word_lists("name_parts")
BEYOND = 12  # words before the first and behind the last that may be asked for; they are empty
POSSESSIVE = ("'s", "'S")
_ELIDED = ("d'", "l'")  # "Coeur d'Alene"


class Words:
    """The words of a text by their number, each without the full stop or the comma behind it."""

    def __init__(self, flat: str, joints: Sequence[int] = ()) -> None:
        self.flat = flat
        spans = [match.span() for match in WORD.finditer(flat)]
        if joints:
            spans = list(_parted(spans, joints))
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.texts = [flat[start:end] for start, end in spans]
        self._lower = [text.casefold() for text in self.texts] + [""] * BEYOND
        self._is_capital = [text[0].isupper() or text[1:2].isupper() or text[:2] in _ELIDED for text in self.texts] + [
            False
        ] * BEYOND

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def capitals(self) -> list[int]:
        """The numbers of the words that begin with a capital letter, or have one behind the first: "xAI"."""
        return [at for at, is_capital in enumerate(self._is_capital) if is_capital]

    @cached_property
    def small(self) -> set[str]:
        """The words that the text also writes without a capital."""
        return {
            text
            for at, text in enumerate(self.texts)
            if text.islower() and self.flat[self.starts[at] - 1 : self.starts[at]] == " "
        }

    def lower(self, at: int) -> str:
        """The word in small letters; empty before the first and behind the last."""
        return self._lower[at]

    def is_capital(self, at: int) -> bool:
        return self._is_capital[at]

    def gap(self, at: int) -> str:
        """What stands between a word and the next; empty at either end of the text."""
        return self.flat[self.ends[at] : self.starts[at + 1]] if 0 <= at < len(self.texts) - 1 else ""

    def are_joined(self, at: int) -> bool:
        """Whether the next word can go on a name: behind a space, a hyphen, or the full stop of "St."."""
        gap = self.gap(at)
        if gap in (" ", "-", "/", "  "):
            return True
        if gap in (". ", "."):
            text = self.texts[at]
            return self.lower(at) in PARTS["shortened"] or len(text) == 1 or ("." in text and text.isupper())
        return gap == "\n" and self.lower(at) in PARTS["breaking off"]

    def begins_sentence(self, at: int) -> bool:
        """Whether a sentence, a line or a quotation begins with the word."""
        gap = self.gap(at - 1)
        return at == 0 or "\n" in gap or '"' in gap or gap.startswith((". ", "? ", "! ", ": "))

    def text(self, first: int, last: int) -> str:
        return self.flat[self.starts[first] : self.ends[last]]

    def end(self, last: int) -> int:
        """Where the word ends, without "'s"."""
        return self.ends[last] - 2 * self.texts[last].endswith(POSSESSIVE)

    def sign_before(self, start: int) -> str:
        """The line end and a bullet or a number before a position; empty if more of a line stands there."""
        _, line_end, sign = self.flat[max(0, start - 8) : start].rpartition("\n")
        return line_end and line_end + sign

    def is_of_body(self, at: int) -> bool:
        """Whether the word is the subject of a public body: "Department of the Interior"."""
        for _ in range(LONGEST_SUBJECT):
            at -= self.is_capital(at - 1) and self.gap(at - 1) == " "
        of = at - 2 if self.lower(at - 1) == "the" else at - 1
        return self.lower(of) in ("of", "on", "for") and self.is_capital(of - 1) and self.lower(of - 1) in BODY_WORDS


def _parted(spans: Iterable[tuple[int, int]], joints: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The spans, parted at the joints that lie in them."""
    left = iter([*joints, sys.maxsize])
    joint = next(left)
    for start, end in spans:
        while joint < end:
            yield start, joint
            start, joint = joint, next(left)
        yield start, end


class NameLookup:
    """The gazetteer for one text: each name is looked up once."""

    def __init__(self, words: Words, known: Gazetteer) -> None:
        self.words, self.known = words, known
        self._folded: dict[str, str] = {}
        self._resolved: dict[tuple[str, str | None], ResolvedPlace] = {}

    def resolve(self, written: str, state: str | None) -> ResolvedPlace:
        if (written, state) not in self._resolved:
            self._resolved[written, state] = self.known.resolve(written, state)
        return self._resolved[written, state]

    def places(self, written: str, state: str | None) -> tuple[Jurisdiction, ...]:
        """All known governments that may be meant, also such as `resolve` cannot tell apart."""
        return tuple(place for place in self.resolve(written, state).candidates if place.ocd_id)

    def kinds(self, name: str, state: str | None) -> set[PlaceKind]:
        """The kinds of the places that have the bare name, in that state if one is given."""
        return {one.kind for one in self.known.called(self.fold(name)) if state is None or one.state == state}

    def states(self, name: str) -> set[str]:
        """The states with a place of the bare name."""
        return {one.state for one in self.known.called(self.fold(name))}

    def is_well_known(self, name: str) -> bool:
        """Whether some place of our own list has the name."""
        return any(self.known.is_well_known(place) for place in self.resolve(name, None).candidates)

    def is_place(self, at: int) -> bool:
        """Whether a government's name begins there that is no ordinary word."""
        return self.longest(at) > 0 and self.words.lower(at) not in ORDINARY

    def longest(self, at: int) -> int:
        """How many words from `at` on are the longest name of a government; 0 if they are none."""
        before = ""
        longest = 0
        is_bracketed = False
        first = self.words.texts[at]
        most = self.known.most_words(self.fold(first).partition(" ")[0]) or int(first[-2:] in POSSESSIVE)
        count = 0
        while count - is_bracketed < most:
            count += 1
            last = at + count - 1
            if self._is_bracketed(last):
                is_bracketed = True
                continue
            if last >= len(self.words) or (count > 1 and not is_bracketed and not self.words.are_joined(last - 1)):
                break
            text = self.words.texts[last]
            if text != self.words.lower(last) and self._is_name(before, text):
                longest = count
            before += self.fold(f"{text} x")[:-1]  # "Mt" before another word is "mount"
        return longest

    def _is_bracketed(self, at: int) -> bool:
        """Whether it is a state in brackets within a name: "Louisville-Jefferson (KY) County"."""
        return self.words.gap(at - 1) == " (" and self.words.gap(at) == ") " and len(self.words.texts[at]) == 2

    def _is_name(self, before: str, text: str) -> bool:
        name = before + self.fold(text)
        return self.known.is_name(name) or (text[-2:] in POSSESSIVE and self.known.is_name(before + self.fold(text[:-2])))

    def fold(self, text: str) -> str:
        if text not in self._folded:
            self._folded[text] = fold(text)
        return self._folded[text]
