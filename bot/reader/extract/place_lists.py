"""The lists that places make in a text: one after another in a sentence, one below the other in lines and tables."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.reader.extract.vocabulary import INSTITUTION
from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.mentions.mention import Mention, StateFrom, as_written
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import TextPage

RULES = rule_table("place_lists")
LEAD = RULES["lead of a place"].regex
UNSENT = RULES["a note that it got none"].regex
SENTENCE_STUCK = RULES["a sentence stuck to a place"].regex


@dataclass(frozen=True)
class PlaceList:
    """The places of a list and where it ends. `headed`: states read as headings of places, though they may be places."""

    items: tuple[Mention, ...] = ()
    end: int = 0
    headed: tuple[tuple[int, int, str], ...] = ()


class Places:
    """The places that a text names, and the lists that they make."""

    def __init__(self, page: TextPage, known: Gazetteer, mentions: Sequence[Mention]) -> None:
        self.clean, self.flat, self.known = page.clean, page.flat, known
        self.mentions = [
            replace(mention, state=None) if mention.state_from is StateFrom.REST else mention
            for mention in mentions
            if not mention.is_part_of_name or self._heads_a_group(mention)
        ]
        self._starts = [mention.start for mention in self.mentions]

    def _heads_a_group(self, mention: Mention) -> bool:
        return bool(state_code_of(mention.name) and RULES["head of a group"].regex.match(self.flat, mention.end))

    def is_weak(self, mention: Mention) -> bool:
        """Whether only its place in a list shows that it is a name: it may be offered, and is never certain."""
        if mention.is_institution:
            return not INSTITUTION.search(mention.name)
        return not (mention.place or mention.candidates or mention.state)

    def within(self, start: int, end: int) -> Iterator[Mention]:
        for number in range(bisect_left(self._starts, start), len(self.mentions)):
            if self.mentions[number].end > end:
                return
            yield self.mentions[number]

    def listed(self, start: int, end: int, strict: bool = True) -> PlaceList:
        """The places listed from `start` on; none if there is no list.

        `strict`: what follows the last place must be able to follow a list ("Chicago residents" is not a place). After the last
        "and" only one place counts: "A, B and C, the mayor of D said".
        """
        items: list[Mention] = []
        stop = start
        after_and: int | None = None
        for mention, past, joint in self._entries(start, end, strict):
            if mention.is_institution and RULES["word for several institutions"].regex.search(mention.name):
                items = [item for item in items if item.state or item.is_institution]  # "Norman and Enid ISDs": neither city
                break
            if past is None or (self.is_weak(mention) and not (strict or mention.is_institution)):
                break
            is_unsent = UNSENT.search(self.flat, mention.end, past)
            if not is_unsent and not self._is_seat(items, mention, joint) and not (strict and self.is_weak(mention)):
                items.append(mention)
            stop = past
            after_and = None if ";" in joint or "\n" in joint else len(items) if RULES["and"].regex.search(joint) else after_and
        if strict and after_and and len(items) > after_and:
            items = items[:after_and]
            stop = self._past(items[-1], end) or items[-1].end
        if strict and len(items) == 1 and not (items[0].place or items[0].word or items[0].state or items[0].is_institution):
            return PlaceList()  # a name that many places have, alone, is often a person's: "the letter to Clarke"
        return PlaceList(tuple(doubted(self.known, items) if ";" in self.flat[start:stop] else items), stop)

    def _entries(self, start: int, end: int, strict: bool) -> Iterator[tuple[Mention, int | None, str]]:
        """Each place of a list, where it and what belongs to it end (None if it cannot end there), and what comes before it."""
        at, joint = start, ""
        while mention := self._at(at, end):
            if head := self._head(mention, end):
                at, joint = head, ""
                continue
            past = self._past(mention, end)
            if past is not None and not (
                RULES["end of a place"].regex.match(self.flat, past, end) or (strict and self._may_follow(past, end))
            ):
                past = None
            yield mention, past, joint
            separator = RULES["joint of a list"].regex.match(self.flat, past, end) if past is not None else None
            if past is None or not separator:
                return
            joint, at = separator[0], separator.end()

    @staticmethod
    def _is_seat(items: Sequence[Mention], mention: Mention, joint: str) -> bool:
        """Whether it is where the institution before it is: "Alder Data, Inc., Austin, Texas"."""
        has_state = mention.state or state_code_of(mention.name)
        return bool(items and items[-1].is_institution and joint.strip() == "," and has_state and not mention.is_institution)

    def whole(self, start: int, end: int) -> tuple[Mention, ...]:
        """The places of a line, a cell or a part between semicolons that names places only, apart from notes; else none."""
        listing = self.listed(start, end, strict=False)
        rest = self.flat[listing.end : end]
        is_note = RULES["a note behind a dash"].regex.match(rest) and not RULES["a note that is a sentence"].regex.search(rest)
        return listing.items if not rest.strip(" \t\n.,;:*†)") or is_note or SENTENCE_STUCK.match(rest) else ()

    def parts(self, start: int, end: int, near: str | None = None) -> list[Mention]:
        """The places of an entry that names places only; `near`: the state of those without one."""
        return [self.in_state(item, near) for item in self.whole(start, end) or self._of_lines(start, end)]

    def _of_lines(self, start: int, end: int) -> list[Mention]:
        """The places of lines that were taken for one paragraph, if each line is a place."""
        lines = list(re.finditer(r"[^\n]*\S[^\n]*", self.clean[start:end]))
        named = [self.whole(start + line.start(), start + line.end()) for line in lines] if len(lines) > 1 else []
        return [items[0] for items in named] if all(len(items) == 1 for items in named) else []

    def in_state(self, item: Mention, near: str | None) -> Mention:
        """The place in a state that a heading or the sentence gives, if there is one of that name."""
        has_state = item.state and item.state_from is not StateFrom.ELSEWHERE
        if near is None or has_state or item.is_institution or state_code_of(item.name):
            return item
        return replace(item, state=near, state_from=StateFrom.HEADING) if self.known.named(item.written, near) else item

    def hinted(self, items: Sequence[Mention], noun: str) -> tuple[Mention, ...]:
        """The places of a list introduced by "cities", "counties", "states" or "towns"."""
        if noun == "states":
            return tuple(
                replace(item, word="state") if state_code_of(item.name) not in (None, "DC") else item for item in items
            )
        return tuple(replace(item, word=noun) if self._needs_word(item, noun) else item for item in items)

    def _needs_word(self, item: Mention, noun: str) -> bool:
        is_open = not item.word and not item.is_institution and self.known.resolve(item.name, item.state).place is None
        return is_open and bool(self.known.named(as_written(item.name, noun), item.state))

    def _at(self, at: int, end: int) -> Mention | None:
        """The place whose name begins at `at`, or after words that lead to it: "the", "Mayor Paula Winters of"."""
        begins = self._beginning(at, end)
        if begins and not self.is_weak(begins):
            return begins
        lead = RULES["words before a place in a list"].regex.match(self.flat, at, end)
        return self._beginning(lead.end() if lead else at, end) or begins

    def _beginning(self, at: int, end: int) -> Mention | None:
        first = next(self.within(at, end), None)
        return first if first and first.start == at else None

    def _head(self, mention: Mention, end: int) -> int | None:
        """Where a state ends that heads the places after it: "in California: Fresno", "Missouri (Nevada, Columbia)"."""
        head = RULES["head of a group"].regex.match(self.flat, mention.end, end) if mention.is_part_of_name else None
        return head.end() if head else None

    def _past(self, mention: Mention, end: int) -> int | None:
        """Where the office, the state and the notes behind a place end; None if an official speaks."""
        past = mention.end
        if office := RULES["office behind a place"].regex.match(self.flat, past, end):
            past = office.end()
            if RULES["somebody says it"].regex.match(self.flat, past, end):
                return None
        notes = RULES["notes behind a place"].regex.match(self.flat, past, end)
        return notes.end() if notes else past

    def _may_follow(self, past: int, end: int) -> bool:
        """Whether a small word follows; in a line of capitals, one in capitals."""
        behind = self.flat[past : min(past + 40, end)]
        plain = behind.lower() if behind.isupper() and self.flat[max(0, past - 20) : past].isupper() else behind
        return bool(RULES["word that may follow a list"].regex.match(plain))


def doubted(known: Gazetteer, items: Sequence[Mention]) -> list[Mention]:
    """The entries of a list; one like "Nevada, Missouri" is unsure among others that are nothing but states.

    Those are bare names of states, or if there are none, mostly pairs of states of which no place is known.
    """
    pairs = [item for item in items if is_pair(item)]
    others = [item for item in items if not is_pair(item)]
    unknown = [item for item in pairs if not known.named(item.written, item.state)]
    are_states = all(state_code_of(item.name) and not item.state and not item.word for item in others)
    if not are_states or not (others or 2 * len(unknown) > len(pairs)):
        return list(items)
    return [replace(item, is_unsure=True) if is_pair(item) else item for item in items]


def is_pair(item: Mention) -> bool:
    """Whether it was read as a place with the name of a state, in a state: "Nevada, Missouri"."""
    is_place = item.state and item.state != "DC" and not item.is_institution
    return bool(is_place) and state_code_of(item.name) not in (None, item.state)
