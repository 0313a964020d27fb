"""The state that is written behind a name: "Aurora, Ill.", "Portland (ME)", "Boulder in Colorado"."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from bot.reader.gazetteer.resolution import stands_alone_in
from bot.reader.mentions.mention import SINGULAR, Mention
from bot.reader.mentions.written_words import NameLookup, Words
from bot.reader.rules import rule_table, word_lists, word_set
from bot.reader.state_names import begins_state, state_code_of
from bot.record.place_names import STATES, fold
from bot.record.said_names import CITY_LIKE

TITLES = word_set("titles")
PARTS = word_lists("name_parts")
RULES = rule_table("mentions")
BEFORE = frozenset({*SINGULAR, *SINGULAR.values(), "municipality"})
STATE_WORDS = 3


class WrittenStates:
    """Finds the states of one text that are written behind names."""

    def __init__(self, words: Words, look: NameLookup, institutions: Mapping[int, Mention]) -> None:
        self.words, self.look, self.institutions = words, look, institutions

    def read(self, name: Mention) -> None:
        """A state behind a comma, in brackets, behind "in", or right behind the name."""
        joint = RULES.match("before its state", self.words.flat, name.end)
        at = bisect_left(self.words.starts, joint.end()) if joint else len(self.words)
        code, count = self.at(at)
        last = at + count - 1
        if not joint or not code or not self._is_its_state(name, code, joint["sign"] or "", last):
            return
        if not joint["sign"] and RULES.match("its own official", self.words.flat, self.words.ends[last]):
            return  # "Tennessee - Gov. Bill Lee Texas - Gov. Jane Roe"
        name.state, name.following = code, last + 1
        name.end = self.words.end(last)
        for sign in ("" if self._is_full(code, last) else ".") + (")" if joint["sign"] == "(" else ""):
            name.end += self.words.flat.startswith(sign, name.end)

    def at(self, at: int) -> tuple[str | None, int]:
        """The state that is written at a word, and in how many words; none if they are part of a longer name."""
        words = self.words
        if not words.is_capital(at) or at in self.institutions or not begins_state(words.texts[at]):
            return None, 0
        for count in range(min(STATE_WORDS, len(words) - at), 0, -1):
            last = at + count - 1
            text = words.text(at, last).removesuffix("'s")
            if len(text) == 2 and text[1].islower() and not words.flat.startswith(".", words.ends[last]):
                continue  # "La Junta"
            code = state_code_of(text)
            if code and self.look.longest(at) <= count and not self._is_longer(last):
                return code, count
        return None, 0

    def _is_longer(self, last: int) -> bool:
        """Whether a name goes on behind a state: "Washington County", "Texas-Austin"."""
        gap, following = self.words.gap(last), self.words.texts[min(last + 1, len(self.words) - 1)]
        return (gap == " " and (following in PARTS["longer than the state"] or following.casefold() in TITLES)) or (
            gap == "-" and self.words.is_capital(last + 1)
        )

    def _is_full(self, code: str, last: int) -> bool:
        return fold(self.words.texts[last].removesuffix("'s")) == fold(STATES[code]).split()[-1]

    def _is_its_state(self, name: Mention, code: str, sign: str, last: int) -> bool:
        """Whether the state belongs to the name before it, and is not the next place of a list."""
        if name.is_institution:
            return sign in (",", "(") and self._is_all_of_item(name, last)
        is_full = self._is_full(code, last)
        own = name.own_state if not name.word or name.word == "state" else None
        if own and not (sign == "," and self.is_behind_kind(name.first)):
            if is_full and own != code and (own, code) != ("WA", "DC"):
                if sign == "(":
                    return self.words.gap(last).startswith(")")  # "Nevada (Missouri)"
                is_item = bool(self.words.sign_before(name.start).strip()) and "\n" in (self.words.gap(last) or "\n")
                return sign == "," and is_item  # "- Nevada, Missouri"
            return own != code or (own == "NY" and sign == ",")
        if name.is_unknown and self.words.texts[last] == "MD":
            return False  # "Jane Roe, MD"
        if sign == "" and is_full and name.name.casefold() in PARTS["directions"]:
            return False  # "West Texas"
        if sign == "" and not is_full:
            is_code = RULES.match("behind a short state", self.words.flat, self.words.ends[last]) is not None
            return code not in PARTS["postal codes that are words"] or is_code or not name.name.isupper()
        if sign == "," and is_full and self._is_list_of_states(last) and not self._is_city_in(name, code):
            return False  # "Peoria, Nebraska and Iowa": Nebraska has a township of that name
        if code == "DC" and own != "WA" and self.look.is_well_known_city(name.name):
            return False  # "Philadelphia, D.C. and Newark"
        return not is_full or sign not in (",", "") or self._may_be_in(name, code, sign, last)

    def _may_be_in(self, name: Mention, code: str, sign: str, last: int) -> bool:
        """Whether a state written in full can be that of the name, and is none of a list: "Boston, New York, Chicago"."""
        if self.look.known.is_complete and not self.look.places(name.written, code):
            return sign == "," and self._is_between_semicolons(name, last)
        alone = stands_alone_in(name.name)
        return not (sign == "," and alone and alone != code and self._goes_on(last))

    def _is_all_of_item(self, name: Mention, last: int) -> bool:
        """Whether an institution and its state are all of an item: "Plano ISD, Texas" in a line or before a semicolon."""
        before = self.words.gap(name.first - 1)
        goes_on = before == ", " or (before == " " and self.words.lower(name.first - 1) in ("and", "or"))
        return not goes_on and self.words.gap(last).lstrip(".)")[:1] in (";", "\n", "")

    def is_behind_kind(self, first: int) -> bool:
        """ "City of Nevada", but not "State of Nevada"."""
        return self.words.lower(first - 1) in ("of", "like") and self.words.lower(first - 2) in BEFORE - PARTS["states"]

    def _is_list_of_states(self, last: int) -> bool:
        """Whether the next item of the list is a state too."""
        following = last + 1 + (self.words.lower(last + 1) in ("and", "or"))
        return self._goes_on(last) and self.at(following)[0] is not None

    def _is_city_in(self, name: Mention, code: str) -> bool:
        """Whether a city of that state has the name, or no well-known city of another one has."""
        return (
            bool(name.word) or bool(CITY_LIKE & self.look.kinds(name.name, code)) or not self.look.is_well_known_city(name.name)
        )

    def _is_between_semicolons(self, name: Mention, last: int) -> bool:
        before = self.words.flat[max(0, name.start - 12) : name.start]
        return self.words.gap(last)[:1] == ";" or bool(RULES.search("behind a semicolon", before))

    def _goes_on(self, last: int) -> bool:
        """Whether a list goes on behind a state: "Boston, New York, Chicago"."""
        gap = self.words.gap(last).strip()
        return (gap == "," and self.words.is_capital(last + 1)) or (self.words.lower(last + 1) in ("and", "or"))
