"""Finds the names of places in a text: the longest known name at each word, with the words and the state beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from bot.reader.mentions.mention import SINGULAR, Mention, StateFrom
from bot.reader.mentions.no_names import rules_out
from bot.reader.mentions.written_states import BEFORE, WrittenStates
from bot.reader.mentions.written_words import TITLE_WORDS, NameLookup, Words
from bot.reader.rules import rule_table, word_lists, word_set
from bot.reader.state_names import state_code_of
from bot.record.place_names import STATES

TITLES = word_set("titles")
BESIDE = word_set("beside_names") | word_set("function_words") | word_set("headline_verbs")
ORDINARY = word_set("ordinary_names")
LONGEST_UNKNOWN = 3  # words
LONGEST_BEFORE_TITLE = 4  # characters
HEADLINE, SHORTEST_HEADLINE = 25, 5  # words
PARTS = word_lists("name_parts")
RULES = rule_table("mentions")
SHORT_KINDS = {"twp": "township", "cty": "county", "cnty": "county", "co": "county"}
_POSTAL_CODE = re.compile("[A-Z]{2}")


class NameScanner:
    """Reads the names of one text, from the first word to the last."""

    def __init__(self, words: Words, look: NameLookup, institutions: Mapping[int, Mention]) -> None:
        self.words, self.look, self.institutions = words, look, institutions
        self.states = WrittenStates(words, look, institutions)
        self._postal_codes = set(_listed_postal_codes(words.flat))
        #: The first and the last of the words that were seen to be one headline, or a part of one.
        self._run = (0, -1)

    def names(self) -> list[Mention]:
        found: list[Mention] = []
        free = 0
        for at in sorted({*self.words.capitals, *self.institutions}):  # "84 Lumber Inc." begins with a number
            if at < free:
                continue
            institution = self.institutions.get(at)
            name = institution or self._name(at, found[-1] if found else None)
            if name is None or (self.words.gap(at - 1) == "-" and self.words.lower(at - 1) in PARTS["parties"]):
                continue
            if institution:
                self.states.read(institution)
            self._read_before(name, found)
            while found and found[-1].end > name.start:  # "City" is a township too, but not in "City of St. Louis"
                found.pop()
            self._mark_part(name)
            free = name.following
            found.append(name)
        return found

    def _name(self, at: int, before: Mention | None) -> Mention | None:
        count, word = self.look.longest(at), self.words.lower(at)
        if self.words.starts[at] in self._postal_codes:
            name = self._named(at, at)
            name.name = STATES[name.name]
            return name
        if rules_out("a known name", self.words.flat, self.words.starts[at], self.words.ends[at + max(count, 1) - 1]):
            return None
        text = self.words.texts[at]
        is_short = text == "L.A" or ("." in text and text.isupper()) or self.words.gap(at).strip() == ".:"
        is_short = is_short and state_code_of(text) is not None  # "D.C." for the place itself, "Fla.: Miami, Tampa"
        if not count and not is_short:
            return self._unknown(at, before)
        name = self._named(at, at + max(count, 1) - 1)
        self._read_behind(name)
        word = word.removesuffix("'s")
        is_ordinary = word in ORDINARY or word in self.words.small
        name.is_unknown = count == 1 and is_ordinary and not (name.word or name.state)
        return name

    def _named(self, first: int, last: int) -> Mention:
        words = self.words
        end = words.ends[last]
        name = words.text(first, last)
        if name[-2:] in ("'s", "'S") and not self.look.known.is_name(self.look.fold(name)):
            end -= 2
            name = name[:-2]
        elif "." in words.texts[last] and words.gap(last).startswith("."):
            end += 1
            name += "."
        if first < last and (full := words.direction(first)):
            name = f"{full} {words.text(first + 1, last)}"
        name = "Los Angeles" if name == "L.A." else " ".join(name.split())
        return Mention(words.starts[first], end, name, first=first, last=last, following=last + 1)

    def _unknown(self, at: int, before: Mention | None) -> Mention | None:
        """A name that is in no list, before a state ("Lisbon Falls, Maine") or a word for a kind ("Foo County")."""
        words = self.words
        if words.lower(at) in BESIDE or words.lower(at) in TITLES:
            return None
        if f"{words.lower(at - 1)} {words.lower(at)}" in TITLES:
            return None  # "County Executive Lake County"
        if before and before.title.endswith(f" of {words.lower(at)}"):
            return None  # "Registrar of Voters"
        word = self._plural_before(at, before)
        if self.states.is_behind_kind(at):
            word = words.lower(at - 2)
        for last in range(at, min(at + LONGEST_UNKNOWN, len(words) - 1)):
            if not words.is_capital(last) or last + 1 in self.institutions:
                return None
            gap = words.gap(last)
            is_shown = bool(word) and not (gap == " " and words.is_capital(last + 1))
            is_kind = gap == " " and words.texts[last + 1] in ("County", "Parish", "Township")
            if is_shown or is_kind or (gap == ", " and not self._goes_on_before(at)):
                if words.is_of_body(at):
                    return None
                name = self._named(at, last)
                name.word, name.is_unlisted, name.is_unknown = word, is_shown, not is_shown
                self._read_behind(name)
                return name if name.word or name.state else None
            if gap != " ":
                return None
        return None

    def _goes_on_before(self, at: int) -> bool:
        """Whether a name began before, or a list of states goes on: "Guam, Palau, Puerto Rico"."""
        gap, before = self.words.gap(at - 1), self.words.lower(at - 1)
        if gap == " " and self.words.is_capital(at - 1) and before not in BESIDE and before not in TITLES:
            return True  # "Paradise Valley Ranchos"
        return gap == "." or gap.startswith((". ", "-")) or (gap == ", " and self.states.at(at - 1)[0] is not None)

    def _plural_before(self, at: int, before: Mention | None) -> str:
        """The plural word of the list that goes on: "towns of Elmgrove and Tillport"."""
        if before is None or before.word not in SINGULAR or before.is_institution:
            return ""
        return before.word if self.words.flat[before.end : self.words.starts[at]] in (", ", " and ", ", and ") else ""

    # What is written behind a name

    def _read_behind(self, name: Mention) -> None:
        number = RULES.match("a number of schools", self.words.flat, name.end)
        if number:  # "Lee's Summit R-7"
            name.following = bisect_left(self.words.starts, number.end())
            name.last, name.end, name.is_unlisted = name.following - 1, number.end(), True
            name.name += number[0]
        if name.end >= self.words.ends[name.last]:  # not behind "'s"
            self._read_kind(name)
        self.states.read(name)

    def _read_kind(self, name: Mention) -> None:
        words, at = self.words, name.following
        if body := RULES["a governing body"].regex.match(words.flat, name.end):
            name.word = body[body.lastgroup].lower() if body.lastgroup else ""
            name.following, name.end = bisect_left(words.starts, body.end()), body.end()
            return
        if words.gap(at - 1)[name.end - words.ends[at - 1] :] not in (" ", "  "):
            return
        word = words.lower(at).removesuffix("'s")
        if word in SHORT_KINDS and (word != "co" or (words.gap(at) == "., " and self.states.at(at + 1)[0])):
            name.word, name.following = SHORT_KINDS[word], at + 1
            name.end = words.ends[at] + words.flat.startswith(".", words.ends[at])
            return
        if (name.own_state and words.texts[at] == word != "state") or (
            word == "cities" and words.lower(at - 1) in ("twin", "quad")
        ):
            return  # "New Mexico county commissions", "Twin Cities"
        is_listed = words.lower(name.first - 1) == "and" and not state_code_of(words.texts[name.first - 2])
        if word in SINGULAR and word != "states" and (not name.own_state or (word == "counties" and is_listed)):
            name.is_word_shared = True
        elif word not in PARTS["behind a place"] or (word == "state" and not name.own_state):
            return
        elif (
            word not in PARTS["always of the place"]
            and words.is_capital(at)
            and words.is_capital(at + 1)
            and words.gap(at) in (" ", "-")
        ):
            return  # "Boston City Council", "Ohio State University"
        elif word == "state" and words.is_capital(at) and name.name not in PARTS["called a state"]:
            return  # a university: "Kansas State"
        elif words.texts[at] == "City" and self.look.kinds(name.name, None) and not name.state and words.gap(at) != " ":
            name.name, name.last, name.following, name.end = f"{name.name} City", at, at + 1, words.end(at)
            return  # "Central City" is no city of the name Central
        name.word, name.following, name.end = word, at + 1, words.end(at)

    # What is written before a name

    def _read_before(self, name: Mention, found: list[Mention]) -> None:
        """Words for its kind ("City of", "the counties of") and officials ("Mayor of", "Gov. Jane Roe of")."""
        words = self.words
        of = name.first - 1
        if words.lower(of) != "of" or words.gap(of) not in (" ", "\n"):
            self._read_title_behind(name)
            return
        kind = words.lower(of - 1)
        is_office = kind == "state" and words.lower(of - 3) == "secretary"  # "the Secretary of State of Kansas"
        if not name.is_institution and kind in BEFORE and not is_office and words.gap(of - 1) in (" ", "\n"):
            first = of - 1
            if words.is_capital(name.last + 1) and words.lower(name.last + 1) == name.word and words.gap(name.last) == " ":
                name.name, name.last = words.text(name.first, name.last + 1), name.last + 1  # "City of Charles Town"
            name.word, name.is_unknown = kind, False
            name.start = words.starts[first]
            if found and found[-1].following == first and kind in SINGULAR and (code := found[-1].own_state):
                name.state, name.state_from = code, StateFrom.HEADING
                name.start = found.pop().start
            of = first - 1 if words.lower(first - 1) != "the" else first - 2
        if words.lower(of) == "of":
            name.title = self._title_before(of)
        if not name.title:
            self._read_title_behind(name)

    def _title_before(self, of: int) -> str:
        for at in range(of - 1, max(of - 5, -1), -1):
            for first in (at - 2, at - 1, at):
                if first >= 0 and (title := " ".join(map(self.words.lower, range(first, at + 1)))) in TITLES:
                    return title
            if not self.words.is_capital(at):
                break
        return ""

    def _read_title_behind(self, name: Mention) -> None:
        words, at = self.words, name.following
        gap = words.gap(at - 1)
        if len(gap) > LONGEST_BEFORE_TITLE or "\n" in gap or gap[:1] == ",":
            return
        if words.lower(at) in ("democratic", "republican", "city", "county"):
            at += 1
        if words.lower(at) not in TITLE_WORDS:
            return
        for last in (at + 2, at + 1, at):
            title = " ".join(map(words.lower, range(at, last + 1)))
            is_title = title in TITLES
            if is_title or f"{name.word} {title}" in TITLES:
                name.title = title if is_title else ""
                if title.endswith("s") and name.word in ("county", "parish"):
                    name.is_word_shared = True  # "Polk and Story County clerks", "Polk and Story County Commissioners"
                return

    # Longer names

    def _mark_part(self, name: Mention) -> None:
        words, start = self.words, name.start
        is_adjective = words.gap(name.last) == " " and words.lower(name.following) in PARTS["behind a state"]  # "Iowa cities"
        is_code = start in self._postal_codes
        is_plain = not (name.is_institution or name.title or name.state or name.word or is_code)
        before = words.first_of(name) - 1
        is_behind_name = words.is_capital(before) and words.gap(before) != ", "  # the rules take time
        is_beside_v = "v" in (words.lower(before)[:1], words.lower(name.following)[:1])
        name.is_part_of_name = (
            (is_beside_v and rules_out("no litigant", words.flat, start, name.end))
            or (is_behind_name and not name.is_institution and rules_out("no surname", words.flat, start, name.end))
            or (is_behind_name and is_plain and rules_out("a plain place", words.flat, start, name.end))
            or (is_plain and is_adjective and bool(name.own_state))
            or (is_plain and (self._has_name_before(name) or self._has_name_behind(name)))
        )

    def _has_name_before(self, name: Mention) -> bool:
        words, at = self.words, name.first - 1
        gap = words.gap(at)
        if gap == " & ":
            return self._is_of_firm(at, name)
        is_next = gap in (" ", "-") and words.is_capital(at) and words.lower(at) not in BESIDE
        return is_next and words.lower(at) not in TITLES and not self._is_headline(at)

    def _has_name_behind(self, name: Mention) -> bool:
        words, at = self.words, name.following
        gap = words.gap(at - 1)
        if gap == " & ":
            return self._is_of_firm(at, name)
        is_next = gap == " " and words.is_capital(at) and name.end == words.ends[name.last]
        return gap == "-" or (is_next and words.lower(at) not in BESIDE and not self._is_headline(at))

    def _is_of_firm(self, at: int, name: Mention) -> bool:
        """Whether "&" joins the names of a firm, and not two cities: "Kirkland & Ellis"."""
        is_place = self.look.is_place(at) and not (self.words.gap(at - 1) == " " and self.words.is_capital(at - 1))
        return self.words.is_capital(at) and not (is_place and self.look.is_well_known_city(name.name))

    def _is_headline(self, at: int) -> bool:
        """Whether all words of the line begin with a capital, but for short ones, with nothing between them."""
        words, (first, last) = self.words, self._run
        if not first <= at <= last:
            first = last = at
            while self._is_in_headline(first - 1) and words.gap(first - 1) == " ":
                first -= 1
            while self._is_in_headline(last + 1) and words.gap(last) == " ":
                last += 1
            self._run = first, last
        is_line = (first == 0 or "\n" in words.gap(first - 1)) and (last + 1 >= len(words) or "\n" in words.gap(last))
        return is_line and last - first > SHORTEST_HEADLINE and at - first <= HEADLINE and last - at <= HEADLINE

    def _is_in_headline(self, at: int) -> bool:
        return self.words.is_capital(at) or 0 < len(self.words.lower(at)) < 4


def _listed_postal_codes(flat: str) -> Iterator[int]:
    """Where a postal code stands for its state in a list of nothing else: "seven states (AR, GA, and UT)"."""
    for listed in RULES["a list of postal codes"].regex.finditer(flat):
        codes = [*_POSTAL_CODE.finditer(flat, *listed.span())]
        if all(code[0] in STATES for code in codes):
            yield from (code.start() for code in codes)
