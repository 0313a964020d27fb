"""Tells persons from institutions: by titles, parties and first names, or as executives of these ("John Doe of Birch")."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from bot.reader.mentions.mention import Mention
from bot.reader.mentions.written_words import Words
from bot.reader.rules import rule_table, word_lists, word_set

PARTS = word_lists("name_parts")
RULES = rule_table("mentions")
TITLES = word_set("titles")
#: Before the name of a person.
OF_PERSONS = word_set("honorifics")
ORGANIZATIONS = word_set("organization_words")
OFFICES = TITLES | PARTS["of companies"]
#: Who leads an organization.
HEADS = word_set("heads")
FIRST_NAMES = word_set("first_names")
NO_SURNAMES = ORGANIZATIONS | word_set("institution_endings") | word_set("company_endings")
NEAR = 100  # characters
LONGEST_NAME = 4  # words
LONGEST_TITLE = 60  # characters
LENGTHS = (3, 2, 1)  # words of an office


def is_person(first: int, last: int, words: Words) -> bool:
    """Whether a title stands before the last of the words, or a title, degree or party behind it.

    "Chicago's mayor, Jane Roe", "Jane Roe, Town Supervisor", "Jane Roe, Esq.", "Jane Roe (D-Ames)", "Alder's Jane Roe".
    """
    before = words.lower(first - 1)
    if words.gap(first - 1) == ") " and words.gap(first - 2) == " (" and words.is_capital(first - 2):
        return True  # "Jane (JR) Roe"
    if words.gap(first - 1) == ", " and (before in TITLES or before in OF_PERSONS or before == "executive"):
        return True  # "Chicago's mayor, Jane Roe"
    is_before_person = first == last and words.is_capital(last + 2) and words.gap(last + 1) == " "
    if is_before_person and words.gap(last) == ", " and words.lower(last + 1) in OF_PERSONS:
        return False  # "Discover, Senator Roe wrote"
    if words.gap(last) in (", ", "") and (words.lower(last + 1) in OFFICES or _has_office_behind(last, words)):
        return True  # "Jane Roe, mayor of Chicago", "Jane RoeChancellor"
    end = words.end(last)
    if RULES["a person's title or party"].regex.match(words.flat, end, end + LONGEST_TITLE):
        return True
    return _has_title(first, last, words) if not words.texts[last].endswith("'s") else _is_owner(first, last, words)


def _is_owner(first: int, last: int, words: Words) -> bool:
    """Whether a person owns what follows: "Elon Musk's xAI"."""
    is_named = first < last and words.lower(first) in FIRST_NAMES and words.is_capital(last + 1)
    return is_named or _has_title(first, last, words)


def _has_title(first: int, last: int, words: Words) -> bool:
    before = words.lower(first - 1) if words.gap(first - 1) in (" ", ". ") else ""
    if before.endswith("'s") and first == last and not words.texts[first].isupper() and not words.texts[first].istitle():
        return False  # "Elon Musk's xAI"
    if words.lower(first) == "general" and last == first + 1:
        return False  # "General Motors"
    titles = {words.lower(at) for at in range(first, last) if words.lower(at) != "general" or words.lower(at - 1) == "attorney"}
    return before.endswith("'s") or before in OF_PERSONS or not titles.isdisjoint(OF_PERSONS)


def office_in(first: int, last: int, words: Words) -> int:
    """The number of the word "CEO" in "Alder CEO Jane Roe"; 0 if what is before it is not the name of an employer."""
    office = next((at for at in range(first + 1, last) if words.lower(at) in PARTS["of companies"]), 0)
    before = words.texts[office - 1]
    is_of_government = before.isupper() and words.lower(office) not in PARTS["only of companies"]  # "FCC Chairman Jane Roe"
    return 0 if is_of_government or before.casefold() in PARTS["before an office"] else office


def office_before(first: int, words: Words) -> str:
    """ "CEO" in "Jane Roe, CEO of Alder"; empty if there is none."""
    of = first - 1 - (words.lower(first - 1) == "the")
    heads = (" ".join(map(words.lower, range(of - count, of))) for count in LENGTHS if of >= count)
    return next((head for head in heads if head in HEADS), "") if words.lower(of) == "of" else ""


def _has_office_behind(last: int, words: Words) -> bool:
    """Whether a name is that of the head of something: "Jane Roe, chief executive of Alder"."""
    end = next((at for at in range(last + 1, last + 1 + LENGTHS[0]) if words.lower(at + 1) == "of"), 0)
    return end > 0 and " ".join(map(words.lower, range(last + 1, end + 1))) in HEADS


def behind_heads(first: int, last: int, words: Words) -> int:
    """The first word of a name without "CEO of" before it."""
    while first + 1 < last and words.lower(first) in HEADS and words.lower(first + 1) == "of":
        first += 2 + (words.lower(first + 2) == "the")
    return first


def offices_in(words: Words) -> list[int]:
    """Where the text speaks of executives, in order."""
    return [match.start() for match in RULES["an executive"].regex.finditer(words.flat)]


def before_employer(first: int, last: int, words: Words, offices: Sequence[int]) -> int:
    """The number of "of" in "John Doe of Alder", if executives are spoken of beside it; else 0."""
    of = next((at for at in range(first, last + 2) if words.lower(at) == "of"), 0)
    if of - first not in (2, 3) or not ORGANIZATIONS.isdisjoint(map(words.lower, range(first, of))):
        return 0
    nearest = bisect_left(offices, words.starts[first] - NEAR)
    return of if nearest < len(offices) and offices[nearest] < words.ends[last] + NEAR else 0


def is_of_party(at: int, words: Words) -> bool:
    """Whether it is the party of a member of Congress, before his district: "(D-Ames)"."""
    return words.lower(at) in PARTS["parties"] and words.gap(at) == "-" and words.gap(at - 1).endswith("(")


def is_official(before: Mention | None, name: Mention, flat: str) -> bool:
    """Whether it is the person who has the office before it: "the mayor of Denver, Jane Roe,"."""
    is_beside = (
        before is not None
        and bool(before.title)
        and before.title[-1] != "s"
        and name.is_unlisted
        and flat[before.end : name.start] == ", "
    )
    return is_beside and name.last == name.first + 1 and flat[name.end : name.end + 1] in (",", ";", ".")


def without_persons(listed: Sequence[Mention]) -> Sequence[Mention]:
    """A list without persons, if at least half of its unlisted names begin with a first name; "Jane Roe Designs" is a firm."""
    unlisted = [name for name in listed if name.is_unlisted]
    if not unlisted or sum(_begins_as_person(name.name) for name in unlisted) * 2 < len(unlisted):
        return listed
    return [name for name in listed if not (name.is_unlisted and _begins_as_person(name.name))]


def no_persons(listed: Sequence[Mention]) -> list[Mention]:
    """The unlisted names without a first name at first; where most have one, others of two words are persons as well."""
    unlisted = [name for name in listed if name.is_unlisted]
    others = [name for name in unlisted if not _begins_as_person(name.name)]
    if len(others) * 2 >= len(unlisted):
        return others
    return [name for name in others if name.last != name.first + 1 or name.name.casefold().split()[-1] in NO_SURNAMES]


def _begins_as_person(name: str) -> bool:
    first, *others = name.casefold().split()
    return first in FIRST_NAMES and 0 < len(others) < LONGEST_NAME and NO_SURNAMES.isdisjoint(others) and "&" not in others
