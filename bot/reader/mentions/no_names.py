"""What of a page is no name of an addressee: persons, streets, labels, by `bot/data/rules/no_names.toml`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.reader.mentions.mention import Mention
from bot.reader.mentions.written_words import WORD, Words
from bot.reader.rules import rule_table, word_lists, word_set
from bot.reader.text_page import Taken

RULES, NAMES = rule_table("no_names"), rule_table("mentions")
BEFORE, BEHIND = 40, 100  # characters on either side that a rule sees
LONGEST_ADDRESS, BEHIND_CITY = 120, 30  # characters between whom an address names and the city, and behind that
#: In no name of a person: "Attorney General Roe Presses Alder".
NO_PERSON = word_set("headline_verbs") | word_lists("name_parts")["behind no owner"]
#: The rules of each group, in their order.
GROUPS = {rule.group: [other.regex for other in RULES.values() if other.group == rule.group] for rule in RULES.values()}


@dataclass(frozen=True, slots=True)
class NameRest:
    """What the rules leave of words that may be a name: all but so many characters before it and behind it."""

    before: int
    behind: int
    #: Who leads it: "ceo".
    title: str
    #: The last words of the persons among the words, in small letters.
    surnames: frozenset[str]


def rest_of(first: int, last: int, words: Words) -> tuple[int, int, NameRest]:
    """The first and the last word of what the rules leave, and what else they say; nothing is left if they cross."""
    start, end = words.starts[first], words.ends[last]
    rest = _rest(around(words.flat, start, end))
    return bisect_left(words.starts, start + rest.before), bisect_left(words.starts, end - rest.behind) - 1, rest


def is_left(first: int, last: int, words: Words) -> bool:
    """Whether the rules leave anything of the words."""
    first, last, _ = rest_of(first, last, words)
    return first <= last


def is_no(group: str, first: int, last: int, words: Words) -> bool:
    """As `rules_out`, for the words from `first` to `last`."""
    return rules_out(group, words.flat, words.starts[max(first, 0)], words.ends[last])


def rules_out(group: str, flat: str, start: int, end: int) -> bool:
    """Whether a rule of the group finds that what is there is none."""
    written = around(flat, start, end)
    return any(pattern.search(written) for pattern in GROUPS[group])


@lru_cache(maxsize=2**12)  # texts repeat themselves
def _rest(written: str) -> NameRest:
    """Apply each rule in order to what the ones before it have left."""
    parts = beginning = written.split("@")
    title, surnames = "", set()
    for pattern in GROUPS["a run"]:
        if not (found := pattern.search(written)):
            continue
        groups, (left, name, right) = found.groupdict(), parts
        if (person := groups.get("person")) and NO_PERSON.isdisjoint(person.casefold().split()[:-1]):
            surnames.add(WORD.findall(person)[-1].casefold().removesuffix("'s"))
        if not groups.get("name"):
            parts = [left + name, "", right]
            break
        title = (groups.get("title") or "").casefold()
        start, end = (at - len(left) - 1 for at in found.span("name"))
        parts = [left + name[:start], name[start:end], name[end:] + right]
        written = "@".join(parts)
    before, behind = (len(parts[side]) - len(beginning[side]) for side in (0, 2))
    return NameRest(before, behind, title, frozenset(surnames))


def around(flat: str, start: int, end: int) -> str:
    """A name between two "@" with what stands beside it: before it at most its line, with the line end."""
    before = flat[start - BEFORE : start] if start >= BEFORE else f"\n{flat[:start]}"
    line, behind = before[max(before.rfind("\n"), 0) :], flat[end : end + BEHIND]
    return f"{line.replace('@', '#')}@{flat[start:end].replace('@', '#')}@{behind.replace('@', '#')}"


def is_number_in_name(at: int, words: Words) -> bool:
    """Whether a number goes on a name: "Cloud 9 Vapor", "Network 46, Inc."."""
    return 0 <= at < len(words) and RULES.match("a number within a name", words.flat, words.starts[at]) is not None


def with_number_before(first: int, words: Words, *, is_company: bool) -> int:
    """The first word with a number before it that begins the name: "1st Choice" in a line of its own, "77 Alder LLC".

    A number beside which the text has the next one may be that of an item.
    """
    if not words.texts[first - 1][0].isdigit():
        return first
    written = around(words.flat, words.starts[first], words.starts[first])
    found = RULES.search("a number before a name", written)
    if not found or (found["company"] and not is_company):
        return first
    number = found["number"] or found["count"]
    return first - (not (number.isdigit() and any(words.count[str(int(number) + step)] for step in (-1, 1))))


def without_persons(listed: Sequence[Mention]) -> Sequence[Mention]:
    """A list without persons, if at least half of its unlisted names begin with a first name; "Jane Roe Designs" is a firm."""
    unlisted = [name for name in listed if name.is_unlisted]
    persons = {name for name in unlisted if RULES.match("a person's first name and surname", name.name)}
    return listed if len(persons) * 2 < len(unlisted) else [name for name in listed if name not in persons]


def no_persons(listed: Sequence[Mention]) -> list[Mention]:
    """The unlisted names without a first name at first; where most have one, others of two words are persons as well."""
    unlisted = [name for name in listed if name.is_unlisted]
    others = [name for name in unlisted if not RULES.match("a person's first name and surname", name.name)]
    if len(others) * 2 >= len(unlisted):
        return others
    return [name for name in others if not RULES.match("two words of a person", name.name)]


def lawyers_for_others(flat: str) -> Taken:
    """Where the addresses of lawyers are that name whom they stand for."""
    lawyers = Taken(len(flat))
    for block in RULES["a lawyer for another"].regex.finditer(flat):
        lawyers.add(*block.span())
    return lawyers


def without_addresses(names: Sequence[Mention], flat: str) -> Iterator[Mention]:
    """Without streets, cities of addresses, whose state the addressees get, lawyers for others, and other names of one firm."""
    lawyers = lawyers_for_others(flat)
    other_names: set[str] = set()
    before: Mention | None = None
    for name in names:
        if lawyers.overlaps(name.start, name.end) or rules_out("a place", flat, name.start, name.end):
            continue
        if before and NAMES["the same by another name"].regex.fullmatch(flat, before.end, name.start):
            other_names.add(name.name)
        if name.name in other_names or (_is_address_of(before, name, flat) if before else _is_of_letterhead(name, flat)):
            continue
        if not (name.is_part_of_name or name.is_unknown):
            before = name
        yield name


def _is_of_letterhead(city: Mention, flat: str) -> bool:
    """Whether it is the city of an address in one line, before which the text names nobody."""
    line = flat[max(0, city.start - LONGEST_ADDRESS) : city.start].rpartition("\n")[2]
    return RULES.match("the city of a letterhead", f"{line}@{city.name}@{flat[city.end : city.end + BEHIND_CITY]}") is not None


def _is_address_of(addressee: Mention, city: Mention, flat: str) -> bool:
    """Whether the city is where the addressee is, which gets its state: "Mercy Health, Fresno, Calif.;"."""
    if city.is_institution or city.start - addressee.end > LONGEST_ADDRESS:
        return False
    written = f"{flat[addressee.end : city.start]}@{city.name}@{flat[city.end : city.end + BEHIND_CITY]}"
    if addressee.is_institution and city.state and RULES.match("the city of an institution", written):
        addressee.state, addressee.end, addressee.following = city.state, city.end, city.following
        return True
    is_office = bool(addressee.is_institution or addressee.title or addressee.word or addressee.own_state)
    if not (is_office and RULES.match("the city of an office", written)):
        return False
    if not addressee.own_state:
        addressee.state = addressee.state or city.state
    return True
