"""The lists that places make in a text: one after another in a sentence, one below the other in lines and tables."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reader.extract.state_names import state_code_of
from bot.reader.extract.state_rows import in_rows
from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.mentions.mention import Mention
from bot.reader.rules import Rule, words
from bot.record.places import PlaceKind

_PERSON = r"(?:\s+(?-i:[A-Z]\.|[A-Z][\w'-]+)){0,4}"
_OFFICE = words("offices")
_FORMS = r"(?:cities|towns|counties|states|villages|boroughs|townships|commonwealths|parishes|territories)\s+of\s+"
LEAD = Rule(
    "lead of a place",
    rf"""
    (?: \b(?: the | both | also | namely | either | finally ) \s+ )*
    (?: \b (?:honorable\s+)? (?:then-|acting\s+)? {_OFFICE} {_PERSON} \s*,?\s+ (?:of|in|for|from|representing) \s+ (?:the\s+)? )?
    (?: \b{_FORMS} )? (?:the\s+)?
    """,
    ("[Mayor Paula Winters of ]Tacoma", "[officials in ]Chicago", "[the cities of ]Berkeley"),
)
OFFICE_BEHIND = Rule(
    "office behind a place",
    rf"""
    (?: 's? )? \s+ (?: (?:City|County|State) \s+ )? {_OFFICE} \b (?!\s+(?:of|in|for)\b)
    (?: \s+ (?!and\b) (?-i: [A-Z]\. | [A-Z][\w'-]+ ) (?= [\s,;.)] | $ ) ){{0,4}} (?: \s* \( (?:D|R|I) [^()]{{0,8}} \) )?
    """,
    ("Tucson[ Mayor Ana Reyes], El Paso", "Lake County[ Board President Tina Prell], dated"),
    ("Denver Public Schools Superintendent",),
)
SAID = Rule(
    "somebody says it",
    r"""
    (?! \s*,\s+ (?:the|an?|according)\b )
    [^.;\n]{0,60}? \b (?: sa(?:id|ys) | told | tweeted | wrote | announc\w+ | called | declined | added | responded | replied | noted
    | vowed | criti\w+ ) \b
    """,
    ("[ said] so", "[, in a post, declined] to comment"),
)
NOTES = Rule(
    "notes behind a place",
    r"(?: \s* (?: \( [^()\n]{0,80} \) | \[ [^\[\]\n]{0,40} \] | [*†‡]+ ) )+",
    ("Albany[ (same letter, same day)] and", "Albany[*], Boise"),
)
BETWEEN = Rule("words in a list", r"(?: \b(?:to|in|from|for|all)\s+ )*", ("Albany and [to ]Boise",))
JOINT = Rule(
    "joint of a list",
    r"(?: \s* (?: [,;/|+&•·] | \b(?: and | or | and/or | as\s+well\s+as | along\s+with | together\s+with | plus | including ) \b ) \s* )+",
    ("Albany[, ]Boise", "Albany[, and ]Boise", "Albany[ as well as ]Boise"),
)
ENDS = Rule("end of a place", r"\s* (?: $ | [,;.:)\]!?\"|/\n•·] | — | -{1,2}(?=\s) | & | (?:and|or)\b )", ("Albany[.]", "Albany[ and]"))
MAY_FOLLOW = Rule("word that may follow a list", rf"\s+ (?: {words('after_a_list')} | [a-z]+(?:ing|ed) ) \b", ("Albany[ on] May 3",), flags=re.NOFLAG)
AND = Rule("and", r"\b(?:and|or|plus)\b | & | \bas\s+well\s+as\b", ("Albany [and] Boise",))
HEAD = Rule("head of a group", r"\s* (?: : | — | --?(?=\s) | \( (?=\s*(?:the\s+)?(?-i:[A-Z])) )", ("In California[:] Fresno",))
IN_STATE = Rule("in a state", r"\s+ in \s+ (?:the\s+state\s+of\s+)? | \s*\(\s*", ("Fresno[ in ]California",))
RULES = (LEAD, OFFICE_BEHIND, SAID, NOTES, BETWEEN, JOINT, ENDS, MAY_FOLLOW, AND, HEAD, IN_STATE)


@dataclass(frozen=True)
class PlaceList:
    """The places of a list and where it ends. `headed`: states read as headings of places, though they may be places."""

    items: tuple[Mention, ...] = ()
    end: int = 0
    headed: tuple[tuple[int, int, str], ...] = ()


class Places:
    """The places that a text names, and the lists that they make."""

    def __init__(self, flat: str, known: Gazetteer, mentions: Sequence[Mention]) -> None:
        self.flat, self.known = flat, known
        self.mentions = in_rows(flat, known, [mention for mention in mentions if not mention.is_part_of_name])
        self._starts = [mention.start for mention in self.mentions]

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
        flat, at, stop, joint = self.flat, start, start, ""
        items: list[Mention] = []
        after_and: int | None = None
        while mention := self._at(at, end):
            if head := self._head(mention, end):
                at = head
                continue
            past = self._past(mention, end)
            if past is None or not (ENDS.regex.match(flat, past, end) or (strict and self._may_follow(past, end))):
                break
            items.append(mention)
            stop = past
            after_and = None if ";" in joint or "\n" in joint else len(items) if AND.regex.search(joint) else after_and
            separator = JOINT.regex.match(flat, past, end)
            if not separator:
                break
            joint, at = separator[0], separator.end()
        if strict and after_and is not None and len(items) > after_and:
            items = items[:after_and]
            stop = self._past(items[-1], end) or items[-1].end
        return PlaceList(tuple(items), stop)

    def whole(self, start: int, end: int) -> tuple[Mention, ...]:
        """The places of a line, a cell or a part between semicolons that names places only, apart from notes; else none."""
        listing = self.listed(start, end, strict=False)
        rest = self.flat[listing.end : end]
        note = re.match(r"\s*(?:[-–—:|(\[*†]|\s{2,}|\t|,\s*(?!and\b)(?=[a-z(]))", rest)
        if rest.strip(" \t\n.,;:*†)") and not (note and not re.search(r"\b(?:said|says|will|would|must|did|does)\b", rest)):
            return ()
        return listing.items

    def _at(self, at: int, end: int) -> Mention | None:
        """The place whose name begins at `at`, or after words that lead to it: "the", "Mayor Paula Winters of"."""
        between = BETWEEN.regex.match(self.flat, at, end)
        lead = LEAD.regex.match(self.flat, between.end() if between else at, end)
        here = lead.end() if lead else at
        number = bisect_left(self._starts, at)
        if number < len(self.mentions) and self.mentions[number].start <= here and self.mentions[number].end <= end:
            return self.mentions[number]
        return None

    def _next(self, mention: Mention) -> Mention | None:
        number = bisect_left(self._starts, mention.end)
        return self.mentions[number] if number < len(self.mentions) else None

    def _head(self, mention: Mention, end: int) -> int | None:
        """Where a state ends that is the head of the places after it: "in California: Fresno", "Missouri (Nevada, Columbia)"."""
        head = HEAD.regex.match(self.flat, mention.end, end) if mention.place and mention.place.kind is PlaceKind.STATE else None
        following = self._next(mention) if head else None
        return head.end() if head and following and following.state == mention.place.state and following.is_state_shared else None  # type: ignore[union-attr]

    def _past(self, mention: Mention, end: int) -> int | None:
        """Where the office, the state and the notes behind a place end; None if an official speaks."""
        past = mention.end
        inside = IN_STATE.regex.match(self.flat, past, end)
        following = self._next(mention) if inside else None
        if inside and following and following.start == inside.end() and state_code_of(following.name) == mention.state:
            past = following.end + (self.flat[following.end : following.end + 1] == ")")
        if office := OFFICE_BEHIND.regex.match(self.flat, past, end):
            past = office.end()
            if SAID.regex.match(self.flat, past, end):
                return None
        notes = NOTES.regex.match(self.flat, past, end)
        return notes.end() if notes else past

    def _may_follow(self, past: int, end: int) -> bool:
        """Whether a small word follows; in a line of capitals, one in capitals."""
        behind = self.flat[past : min(past + 40, end)]
        plain = behind.lower() if behind.isupper() and self.flat[max(0, past - 20) : past].isupper() else behind
        return bool(MAY_FOLLOW.regex.match(plain))
