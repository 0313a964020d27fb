"""The lists that places make in a text: one after another in a sentence, one below the other in lines and tables."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.mentions.mention import Mention, StateFrom
from bot.reader.rules import rule_table, word_set
from bot.reader.state_names import state_code_of
from bot.reader.text_page import TextPage

RULES = rule_table("place_lists")
UNSENT = RULES["a note that it got none"].regex
FIRM_ENDS = word_set("company_endings") | {"pharmaceuticals", "laboratories"}
MOST_WEAK = 20  # weak names at the start of a list; one with more begins behind them


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
            if (not mention.is_part_of_name or self._head(mention, len(self.flat))) and not self._is_in_dateline(mention)
        ]
        self._starts = [mention.start for mention in self.mentions]
        firms = (mention.name.split() for mention in mentions if mention.is_institution)
        #: "Alder", where the text also names "Alder Pharmaceuticals" or "Alder Foods Inc.".
        self._short_names = {words[0] for words in firms if words[-1].casefold().strip(".,") in FIRM_ENDS and len(words) > 1}

    def _is_in_dateline(self, mention: Mention) -> bool:
        is_first = self.flat[max(0, mention.start - 4) : mention.start].rstrip(" ")[-1:] in ("", "\n")
        return is_first and RULES.match("a story behind a dateline", self.flat, mention.end) is not None

    def is_weak(self, mention: Mention) -> bool:
        """Whether only its list shows that it is a name, or it may be cut short: it is offered, and never certain."""
        if mention.is_institution:
            return not rule_table("shared").search("an institution", mention.name) or self._is_cut(mention)
        is_bare = not (mention.word or mention.title or (mention.state and mention.state_from is StateFrom.ITSELF))
        return (is_bare and mention.name in self._short_names) or not (mention.place or mention.candidates or mention.state)

    def _is_cut(self, institution: Mention) -> bool:
        """Whether other words of its name may stand beside it: "Historical and [Museum Commission]"."""
        start, end = institution.start, institution.end
        beside = f"{self.flat[max(0, start - 40) : start]}@{self.flat[start:end]}@{self.flat[end : end + 60]}"
        rules = [rule.regex for rule in RULES.values() if rule.group == "half a name"]
        return any(regex.search(beside) or regex.search(f"@{institution.name}@") for regex in rules)

    def within(self, start: int, end: int) -> Iterator[Mention]:
        for number in range(bisect_left(self._starts, start), len(self.mentions)):
            if self.mentions[number].end > end:
                return
            yield self.mentions[number]

    def listed(self, start: int, end: int, strict: bool = True) -> PlaceList:
        """The places listed from `start` on; none if there is no list.

        `strict`: a name that only the list shows is left out, and after the last "and" only one place counts: "A, B and C, the
        mayor of D said".
        """
        items: list[Mention] = []
        stop = start
        after_and: int | None = None
        before: Mention | None = None
        for number, (mention, past, joint) in enumerate(self._entries(start, end)):
            if strict and not items and number == MOST_WEAK:
                break
            is_of_all = mention.is_institution and RULES.search("word for several institutions", mention.name)
            if is_of_all or RULES["bodies of several places"].regex.match(self.flat, mention.end, end):
                items = [item for item in items if item.state or item.is_institution]  # "Norman and Enid ISDs": neither city
                break
            if past is None:
                break
            is_unsent = UNSENT.search(self.flat, mention.end, past)
            is_other_half = before is not None and self._may_go_on(before, end)
            is_unsure = strict and (is_other_half or self.is_weak(mention) or self._may_go_on(mention, end))
            if not (is_unsent or is_unsure or _is_seat(before, mention, joint)):
                items.append(mention)
            stop, before = past, mention
            if any(sign in joint for sign in ";:\n"):
                after_and = None
            elif RULES.search("and", joint):
                after_and = len(items)
        if strict and after_and and len(items) > after_and:
            items = items[:after_and]
            stop = self._past(items[-1], end) or items[-1].end
        if strict and len(items) == 1 and not (items[0].place or items[0].word or items[0].state or items[0].is_institution):
            return PlaceList()  # a name that many places have, alone, is often a person's: "the letter to Clarke"
        return PlaceList(tuple(doubted(self.known, items)), stop)

    def _entries(self, start: int, end: int) -> Iterator[tuple[Mention, int | None, str]]:
        """Each place of a list, where it and what belongs to it end (None if it cannot end there), and what comes before it."""
        at, joint, is_of_officials = start, "", False
        while True:
            lead = RULES["words before a place in a list"].regex.match(self.flat, at, end)
            if lead and is_of_officials:
                lead = RULES["another official"].regex.match(self.flat, at, end) or lead
            is_of_officials = is_of_officials or bool(lead and RULES.search("several officials", lead[0]))
            mention = self._beginning(lead.end() if lead else at, end) or self._beginning(at, end)
            if mention is None:
                return
            if head := self._head(mention, end):
                at, joint = head, ""
                continue
            past = self._past(mention, end)
            if past is None or not (RULES["end of a place"].regex.match(self.flat, past, end) or self._may_follow(past, end)):
                yield mention, None, joint
                return
            yield mention, past, joint
            separator = RULES["joint of a list"].regex.match(self.flat, past, end)
            if not separator:
                return
            joint, at = separator[0], separator.end()

    def whole(self, start: int, end: int, near: str | None = None) -> list[Mention]:
        """The places of a line, a cell or a part between semicolons that names places only, apart from notes; else none.

        `near`: the state of those without one.
        """
        listing = self.listed(start, end, strict=False)
        rest = self.flat[listing.end : end]
        is_rest = rest.strip(" \t\n.,;:*†)") and not RULES.match("what may follow the places of a line", rest)
        return [] if is_rest else [self.in_state(item, near) for item in listing.items]

    def in_state(self, item: Mention, near: str | None) -> Mention:
        """The place in a state that a heading or the sentence gives, if there is one of that name."""
        has_state = item.state and item.state_from is not StateFrom.ELSEWHERE
        if near is None or has_state or item.is_institution or state_code_of(item.name):
            return item
        return replace(item, state=near, state_from=StateFrom.HEADING) if self.known.named(item.written, near) else item

    def _beginning(self, at: int, end: int) -> Mention | None:
        first = next(self.within(at, end), None)
        return first if first and first.start == at else None

    def _head(self, mention: Mention, end: int) -> int | None:
        """Where a state ends that heads the places after it: "in California: Fresno", "Missouri (Nevada, Columbia)"."""
        is_head = mention.is_part_of_name and state_code_of(mention.name)
        head = RULES["head of a group"].regex.match(self.flat, mention.end, end) if is_head else None
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

    def _may_go_on(self, mention: Mention, end: int) -> bool:
        """Whether a name behind "and" may belong to the body before it: "the Housing Authority of Elgin and Aurora"."""
        joint = RULES["and another name"].regex.match(self.flat, mention.end, end)
        if not (joint and mention.is_institution and RULES.search("a body of places", mention.name)):
            return False
        other = self._beginning(joint.end(), end)
        return not (other and (other.is_institution or other.word or other.title))

    def _may_follow(self, past: int, end: int) -> bool:
        """Whether a small word follows; in a line of capitals, one in capitals."""
        behind = self.flat[past : min(past + 40, end)]
        plain = behind.lower() if behind.isupper() and self.flat[max(0, past - 20) : past].isupper() else behind
        return bool(RULES["word that may follow a list"].regex.match(plain))


def _is_seat(before: Mention | None, mention: Mention, joint: str) -> bool:
    """Whether it is where the institution before it is: "Alder Data, Inc., Austin, Texas", "Alder Tavern, in Lima, Ohio"."""
    has_state = mention.state or state_code_of(mention.name)
    return bool(before and before.is_institution and joint.strip() == "," and has_state and not mention.is_institution)


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
