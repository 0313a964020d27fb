"""The words of a text, and the longest known name that begins at each of them."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cached_property

from bot.reader.gazetteer.gazetteer import Gazetteer, ResolvedPlace
from bot.reader.gazetteer.governments import Government
from bot.reader.mentions.initials import spelled_out
from bot.reader.mentions.mention import Mention
from bot.reader.rules import entries, rule_table, word_lists, word_set
from bot.record.place_names import fold
from bot.record.places import Jurisdiction, PlaceKind

RULES = rule_table("mentions")
WORD = RULES["word"].regex
ORDINARY = word_set("ordinary_names")
NO_PART = word_set("function_words") | word_set("headline_verbs")
BODY_WORDS = word_set("body_words")
#: Each word of an official's title: "attorney", "general".
TITLE_WORDS = frozenset(word for title in word_set("titles") for word in title.split())
FIRMS = word_set("organization_words") | word_set("business_words") | word_set("company_endings")
#: Countries and their cities, folded, and the first words of those of several.
FOREIGN = frozenset(map(fold, entries("foreign_places")))
FOREIGN_BEGINNINGS = frozenset(name.partition(" ")[0] for name in FOREIGN)
LONGEST_FOREIGN = 3  # words
LONGEST_SUBJECT = 3  # words of a public body's subject
PARTS = word_lists("name_parts")
BEYOND = 12  # words before the first and behind the last that may be asked for; they are empty
POSSESSIVE = ("'s", "'S")
_ELIDED = ("d'", "l'")  # "Coeur d'Alene"
DIRECTIONS = {"N": "North", "S": "South", "E": "East", "W": "West"}


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
        gaps = [flat[end:start] for end, start in zip(self.ends[:-1], self.starts[1:], strict=True)] + [""] * BEYOND
        self._lower = [text.casefold() for text in self.texts] + [""] * BEYOND
        self._is_capital = [_has_capital(text) for text in self.texts] + [False] * BEYOND
        for item in RULES["an item in small letters"].regex.finditer(flat):
            first, behind = self.at(item.start("name")), self.at(item.end())
            if self.count[self._lower[first]] == 1:
                self._is_capital[first:behind] = [True] * (behind - first)
        # Each is asked for a dozen times for each word; a method would take twice the time.
        #: The word in small letters; empty before the first and behind the last.
        self.lower: Callable[[int], str] = self._lower.__getitem__
        self.is_capital: Callable[[int], bool] = self._is_capital.__getitem__
        #: What stands between a word and the next; empty at either end of the text.
        self.gap: Callable[[int], str] = gaps.__getitem__

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def capitals(self) -> list[int]:
        """The numbers of the words that begin with a capital letter, or have one behind the first: "xAI"."""
        return [at for at, is_capital in enumerate(self._is_capital) if is_capital]

    def of(self, wanted: Set[str]) -> list[int]:
        """The numbers of the words that are one of those, in small letters, also with "'s"."""
        return [at for at, word in enumerate(self._lower) if word in wanted or (word[-2:] == "'s" and word[:-2] in wanted)]

    @cached_property
    def small(self) -> set[str]:
        """The words that the text also writes without a capital."""
        return {
            text
            for at, text in enumerate(self.texts)
            if text.islower() and not self._is_capital[at] and self.flat[self.starts[at] - 1 : self.starts[at]] == " "
        }

    @cached_property
    def count(self) -> Counter[str]:
        """How often each word, in small letters, is in the text."""
        return Counter(self._lower)

    @cached_property
    def spelled_out(self) -> dict[int, tuple[int, int]]:
        """The first and the last word of each name that letters behind it stand for, by each of its words."""
        spans = ((self.at(start), self.at(end) - 1) for start, end in spelled_out(self.flat))
        return {at: span for span in spans for at in range(span[0], span[1] + 1)}

    def is_list_of_subjects(self, first: int, last: int) -> bool:
        """Whether the words are one subject with commas: "Environmental, Social and Governance (ESG)"."""
        begin, end = self.spelled_out.get(first, (first, last))
        return any("," in self.gap(at) for at in range(begin, end))

    def are_joined(self, at: int) -> bool:
        """Whether the next word can go on a name: behind a space, a hyphen, or the full stop of "St."."""
        gap = self.gap(at)
        if gap in (" ", "-", "/", "  "):
            return True
        if gap == "' ":
            return (
                self.lower(at) in PARTS["own plurals"] or self.lower(at + 1) in FIRMS
            )  # "Workers' Compensation", "Jim' Foods"
        if gap in (". ", "."):
            text = self.texts[at]
            return self.lower(at) in PARTS["shortened"] or (len(text) == 1 and text != "X") or ("." in text and text.isupper())
        return gap == "\n" and self.lower(at) in PARTS["breaking off"]

    def direction(self, at: int) -> str:
        """What "E." stands for before a name, and not behind one: "E. Lansing", but "Jane E. Lansing"."""
        is_initial = self.gap(at) != ". " or (self.gap(at - 1) in (" ", ". ") and self.is_capital(at - 1))
        return "" if is_initial else DIRECTIONS.get(self.texts[at], "")

    def is_own_possessive(self, at: int) -> bool:
        """Whether "'s" there is a part of the name: "Trader Joe's and", "Women's Hospital", "Wendy's has"."""
        behind = self.lower(at + 1)
        if self.gap(at) != " " or behind in PARTS["behind no owner"] or self.lower(at) in PARTS["own possessive"]:
            return True
        return behind.endswith(("ed", "ing")) and not self.count[self.lower(at)[:-2]]

    def is_short_form(self, at: int) -> bool:
        """Whether the word behind a dash stands for the name before it: "Massachusetts Institute of Technology - MIT"."""
        return self.gap(at - 1) == " - " and self.texts[at].isupper() and not self.texts[at - 1].isupper()

    def begins_sentence(self, at: int) -> bool:
        """Whether a sentence, a line or a quotation begins with the word."""
        gap = self.gap(at - 1)
        return at == 0 or "\n" in gap or '"' in gap or gap.startswith((". ", "? ", "! ", ": "))

    def first_of(self, name: Mention) -> int:
        """The first word of a name with what is written before it: "City of Aurora"."""
        first = name.first
        while self.starts[first] > name.start:
            first -= 1
        return first

    def text(self, first: int, last: int) -> str:
        return self.flat[self.starts[first] : self.ends[last]]

    def at(self, position: int) -> int:
        """The number of the first word that begins there or behind it."""
        return bisect_left(self.starts, position)

    def end(self, last: int) -> int:
        """Where the word ends, without "'s"."""
        return self.ends[last] - 2 * self.texts[last].endswith(POSSESSIVE)

    def sign_before(self, start: int) -> str:
        """The line end and a bullet or a number before a position; empty if more of a line stands there."""
        _, line_end, sign = self.flat[max(0, start - 8) : start].rpartition("\n")
        return line_end and line_end + sign

    def begins_item(self, at: int) -> bool:
        """Whether the word is the first behind a semicolon, or of a line but for its bullet or number."""
        if at == 0 or self.gap(at - 1).lstrip(".)")[:1] == ";":
            return True
        sign = self.sign_before(self.starts[at])
        return bool(sign) and not any(map(str.isalpha, sign))

    def is_of_body(self, at: int) -> bool:
        """Whether the word is the subject of a public body: "Department of the Interior"."""
        for _ in range(LONGEST_SUBJECT):
            at -= self.is_capital(at - 1) and self.gap(at - 1) == " "
        of = at - 2 if self.lower(at - 1) == "the" else at - 1
        return self.lower(of) in ("of", "on", "for") and self.is_capital(of - 1) and self.lower(of - 1) in BODY_WORDS


def _has_capital(text: str) -> bool:
    """Whether it is written like a name: "Denver", "xAI", "deCode", "23andMe", but not "401(k)"."""
    return text[:1].isupper() or text[:2] in _ELIDED or (not text.islower() and any(map(str.isupper, text[1:])))


def named(words: Words, first: int, last: int, *, is_institution: bool = False, is_unlisted: bool = False) -> Mention:
    """The name that the words are, with the full stop of "Inc." and the "'s" of "Trader Joe's"."""
    text, end = words.texts[last], words.end(last)
    if (is_unlisted and words.is_own_possessive(last)) or text.casefold() in PARTS["own possessive"]:
        end = words.ends[last]
    is_quoted = words.gap(first - 1).endswith("'")
    end += is_unlisted and words.gap(last)[:1] == "'" and not (is_quoted or text.endswith("s"))  # "Dunkin' and"
    end += text in PARTS["with a full stop"] and words.flat.startswith(".", end)
    start = words.starts[first]
    return Mention(
        start,
        end,
        " ".join(words.flat[start:end].split()),
        first=first,
        last=last,
        following=last + 1,
        is_institution=is_institution,
        is_unlisted=is_unlisted,
    )


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
        self._beginnings: dict[str, tuple[int, bool]] = {}
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
        return {one.kind for one in self.governments(name) if state is None or one.state == state}

    def governments(self, name: str) -> Sequence[Government]:
        """All that have the bare name."""
        return self.known.called(self.fold(name))

    def states(self, name: str) -> set[str]:
        """The states with a place of the bare name."""
        return {one.state for one in self.governments(name)}

    def is_well_known_city(self, name: str) -> bool:
        """Whether some city of our own list, or a state, has the name."""
        places = self.resolve(name, None).candidates
        return any(self.known.is_well_known(place) and place.kind is not PlaceKind.COUNTY for place in places)

    def is_only_foreign(self, name: str) -> bool:
        """Whether a place abroad has the name, and none here that is well known."""
        return self.fold(name) in FOREIGN and not any(map(self.known.is_well_known, self.resolve(name, None).candidates))

    def is_place(self, at: int) -> bool:
        """Whether a government's name begins there that is no ordinary word, unless a county has it."""
        is_ordinary = self.words.lower(at) in ORDINARY and self.words.lower(at + 1) not in ("county", "parish")
        return self.longest(at) > is_ordinary

    def longest(self, at: int) -> int:
        """How many words from `at` on are the longest name of a government; 0 if they are none."""
        if at >= len(self.words):
            return 0
        first = self.words.direction(at) or self.words.texts[at]
        most, is_name = self._beginning(first)
        if most < 2 or (not self.words.are_joined(at) and self.words.gap(at) != " ("):
            return int(is_name)
        before, longest, count, is_bracketed = "", 0, 0, False
        while count - is_bracketed < most:
            count += 1
            last = at + count - 1
            if self._is_bracketed(last):
                is_bracketed = True
                continue
            if last >= len(self.words) or (count > 1 and not is_bracketed and not self.words.are_joined(last - 1)):
                break
            text = self.words.texts[last] if count > 1 else first
            if is_name if count == 1 else text != self.words.lower(last) and self._is_name(before, text):
                longest = count
            before += self.fold(f"{text} x")[:-1]  # "Mt" before another word is "mount"
        return longest

    def _beginning(self, first: str) -> tuple[int, bool]:
        """The number of words of the longest name that begins with the word, and whether it is a name itself."""
        if first not in self._beginnings:
            most = self.known.most_words(self.fold(f"{first} x").partition(" ")[0]) or int(first[-2:] in POSSESSIVE)
            is_foreign = first.casefold().removesuffix("'s") in FOREIGN_BEGINNINGS
            is_name = most + is_foreign > 0 and first != first.casefold() and self._is_name("", first)
            self._beginnings[first] = max(most, LONGEST_FOREIGN * is_foreign), is_name
        return self._beginnings[first]

    def _is_bracketed(self, at: int) -> bool:
        """Whether it is a state in brackets within a name: "Louisville-Jefferson (KY) County"."""
        return self.words.gap(at - 1) == " (" and self.words.gap(at) == ") " and len(self.words.texts[at]) == 2

    def _is_name(self, before: str, text: str) -> bool:
        name = before + self.fold(text)
        owner = before + self.fold(text[:-2]) if text[-2:] in POSSESSIVE else name
        return self.known.is_name(name) or self.known.is_name(owner) or owner in FOREIGN

    def fold(self, text: str) -> str:
        if text not in self._folded:
            self._folded[text] = fold(text)
        return self._folded[text]
