"""The lists that places make in a text: one after another in a sentence, one below the other in lines and tables."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.mentions.mention import Mention, StateFrom
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import TextPage

RULES = rule_table("place_lists")
LED_BY = 120  # characters before a place in which words lead to it
UNSENT = RULES["a note that it got none"].regex


@dataclass(frozen=True)
class PlaceList:
    """The places of a list and where it ends."""

    items: tuple[Mention, ...] = ()
    end: int = 0
    #: States read as headings of places, though they may be places.
    headed: tuple[str, ...] = ()


class Places:
    """The places that a text names, and the lists that they make."""

    def __init__(self, page: TextPage, known: Gazetteer, mentions: Sequence[Mention]) -> None:
        self.clean, self.flat, self.known = page.clean, page.flat, known
        #: Without states that are guessed from the rest of the text.
        self.mentions = [
            replace(mention, state=None) if mention.state_from is StateFrom.REST else mention
            for mention in mentions
            if self._is_name(mention)
        ]
        self._starts = [mention.start for mention in self.mentions]

    def _is_name(self, mention: Mention) -> bool:
        """Whether it stands for itself or heads the places behind it, and not in a dateline."""
        is_first = self.flat[max(0, mention.start - 4) : mention.start].rstrip(" ")[-1:] in ("", "\n")
        if is_first and RULES.match("a story behind a dateline", self.flat, mention.end):
            return False
        is_head = mention.is_heading and RULES.match("head of a group", self.flat, mention.end)
        return not mention.is_part_of_name or bool(is_head)

    def is_weak(self, mention: Mention) -> bool:
        """Whether only its list shows that it is a name, or it may be cut short: it is offered, and never certain."""
        if mention.is_institution:
            return not rule_table("shared").search("an institution", mention.name) or self._is_cut(mention)
        return not (mention.place or mention.candidates or mention.state)

    def _is_cut(self, institution: Mention) -> bool:
        """Whether other words of its name may stand beside it: "Historical and [Museum Commission]"."""
        start, end = institution.start, institution.end
        beside = f"{self.flat[max(0, start - 40) : start]}@{self.flat[start:end]}@{self.flat[end : end + 60]}"
        return any(rule.regex.search(beside) for rule in RULES.values() if rule.group == "half a name")

    def within(self, start: int, end: int) -> Iterator[Mention]:
        for number in range(bisect_left(self._starts, start), len(self.mentions)):
            if self.mentions[number].end > end:
                return
            yield self.mentions[number]

    def lists(self, start: int, end: int) -> Iterator[tuple[int, PlaceList]]:
        """The lists of places between two positions, and where the words begin that lead to each; weak names are left out."""
        at = start
        while first := next(self.within(at, end), None):
            listing = self._listed(first, end, strict=True)
            lead = RULES.search("all that leads to a place", self.flat, max(start, first.start - LED_BY), first.start)
            yield lead.start() if lead else first.start, listing
            at = listing.end

    def _names(self, first: Mention, end: int) -> list[Mention]:
        """The names of the list that begins with one, states that head its parts among them."""
        names = [first]
        for name in self.within(first.end, end):
            if not names[-1].is_part_of_name and name.end <= (self._end_of(names[-1], end) or 0):
                continue  # in brackets: "Alder Hospital (Texas), Birch Hospital"
            is_joined = self._are_joined(first, names[-1], name)
            if not is_joined and len(names) > 1 and self.is_weak(names[-1]) and self._are_joined(first, names[-2], name):
                names.pop()  # "Ann Roe of Erie County": she is no name of the list
            elif not is_joined:
                break
            names.append(name)
        return names

    def _are_joined(self, first: Mention, last: Mention, other: Mention) -> bool:
        """Whether a name goes on the list of two others, of which some may be named by their officials, or in parts."""
        gap = self.flat[last.end : other.start]
        is_one_list = last.group == other.group and not RULES.search("no joint of a list", gap)
        joint = RULES["between places"].regex
        return last.is_part_of_name or is_one_list or joint.fullmatch(f"{first.title}@{gap}") is not None

    def _listed(self, first: Mention, end: int, strict: bool) -> PlaceList:
        """The list that begins with a name.

        `strict`: a name that only the list shows is left out, and after the last "and" only one place counts: "A, B and C, the
        mayor of D said".
        """
        names = self._names(first, end)
        names = names[: self._number_to_and(names)] if strict else names
        stop = self._end_of(names[-1], end)
        items: list[Mention] = []
        before: Mention | None = None
        for name, past in zip(names, [*(name.start for name in names[1:]), stop], strict=True):
            if name.is_part_of_name:
                before = None
                continue
            if RULES.search("bodies of several places", f"{name.name}@{self.flat[name.end : min(name.end + LED_BY, end)]}"):
                items = [item for item in items if item.state or item.is_institution]  # "Norman and Enid ISDs": neither city
                break
            if past is None:
                break
            is_unsure = strict and (self.is_weak(name) or any(self._may_go_on(one, end) for one in (before, name) if one))
            if not (is_unsure or UNSENT.search(self.flat, name.end, past) or self._is_seat(before, name)):
                items.append(name)
            before = name
        if strict and len(items) == 1 and not (items[0].place or items[0].word or items[0].state or items[0].is_institution):
            items = []  # a name that many places have, alone, is often a person's: "the letter to Clarke"
        return PlaceList(tuple(doubted(self.known, items)), stop or names[-1].end)

    def _number_to_and(self, names: Sequence[Mention]) -> int:
        """How many names there are up to the one behind the last "and", if no semicolon or line end follows."""
        for number in range(len(names) - 1, 0, -1):
            joint = self.flat[names[number - 1].end : names[number].start]
            if any(sign in joint for sign in ";:\n"):
                break
            if RULES.search("and", joint):
                return number + 1
        return len(names)

    def _end_of(self, name: Mention, end: int) -> int | None:
        """Where the office and the notes behind a name end; None if an official speaks, or the list cannot end there."""
        own = RULES["what ends with a place"].regex.match(self.flat, name.end, end)
        return own.end("own") if own else None

    def _is_seat(self, before: Mention | None, name: Mention) -> bool:
        """Whether the institution before it is there: "Alder Data, Inc., Austin, Texas", "Alder Tavern, in Lima, Ohio"."""
        if not before or not before.is_institution or name.is_institution:
            return False
        return bool((name.state or name.own_state) and RULES["where it is"].regex.fullmatch(self.flat, before.end, name.start))

    def whole(self, start: int, end: int, near: str | None = None) -> list[Mention]:
        """The places of a line, a cell or a part between semicolons that names places only, apart from notes; else none.

        `near`: the state of those without one.
        """
        first = next(self.within(start, end), None)
        if first is None or not RULES["words before a place in a list"].regex.fullmatch(self.flat, start, first.start):
            return []
        listing = self._listed(first, end, strict=False)
        rest = self.flat[listing.end : end]
        is_rest = rest.strip(" \t\n.,;:*†)") and not RULES.match("what may follow the places of a line", rest)
        return [] if is_rest else [self.in_state(item, near) for item in listing.items]

    def in_state(self, item: Mention, near: str | None) -> Mention:
        """The place in a state that a heading or the sentence gives, if there is one of that name."""
        has_state = item.state and item.state_from is not StateFrom.ELSEWHERE
        if near is None or has_state or item.is_institution or state_code_of(item.name):
            return item
        return replace(item, state=near, state_from=StateFrom.HEADING) if self.known.named(item.written, near) else item

    def _may_go_on(self, mention: Mention, end: int) -> bool:
        """Whether a name behind "and" may belong to the body before it: "the Housing Authority of Elgin and Aurora"."""
        joint = RULES["and another name"].regex.match(self.flat, mention.end, end)
        if not (joint and mention.is_institution and RULES.search("a body of places", mention.name)):
            return False
        other = next(self.within(joint.end(), end), None)
        return not (other and other.start == joint.end() and (other.is_institution or other.word or other.title))


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
    is_place = item.state and item.state != "DC" and not (item.word or item.is_institution)
    return bool(is_place) and state_code_of(item.name) not in (None, item.state)
