"""Tells the names of persons from those of places and institutions: by titles, parties and first names."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reader.mentions.mention import Named
from bot.reader.mentions.written_words import Words
from bot.reader.rules import rule_table, word_lists, word_set

OF_PERSONS = word_set("honorifics")
TITLES = word_set("titles")
FIRST_NAMES = word_set("first_names")
NO_SURNAMES = word_set("organization_words") | word_set("institution_endings") | word_set("company_endings")
PARTS = word_lists("name_parts")
RULES = rule_table("mentions")
LONGEST_NAME = 4  # words
LONGEST_TITLE = 60  # characters


def is_person(first: int, last: int, words: Words) -> bool:
    """Whether a title stands before the last of the words, or a title, degree or party behind it.

    "Chicago's mayor, Jane Roe", "Jane Roe, Town Supervisor", "Jane Roe, Esq.", "Jane Roe (D-Ames)", "Alder's Jane Roe".
    """
    before = words.lower(first - 1)
    if words.gap(first - 1) == ") " and words.gap(first - 2) == " (" and words.is_capital(first - 2):
        return True  # "Jane (JR) Roe"
    if words.gap(first - 1) == ", " and (before in TITLES or before in OF_PERSONS or before == "executive"):
        return True
    end = words.end(last)
    if RULES["a person's title or party"].regex.match(words.flat, end, end + LONGEST_TITLE):
        return True
    before = before if words.gap(first - 1) in (" ", ". ") else ""
    if words.lower(first) == "general" and last == first + 1:
        return False  # "General Motors"
    titles = {words.lower(at) for at in range(first, last) if words.lower(at) != "general" or words.lower(at - 1) == "attorney"}
    return before.endswith("'s") or before in OF_PERSONS or not titles.isdisjoint(OF_PERSONS)


def office_in(first: int, last: int, words: Words) -> int:
    """The number of the word "CEO" in "Alder CEO Jane Roe"; 0 if what is before it is not the name of an employer."""
    office = next((at for at in range(first + 1, last) if words.lower(at) in PARTS["of companies"]), 0)
    before = words.texts[office - 1]
    return 0 if before.isupper() or before.casefold() in PARTS["before an office"] else office


def is_of_party(at: int, words: Words) -> bool:
    """Whether it is the party of a member of Congress, before his district: "(D-Ames)"."""
    return words.lower(at) in PARTS["parties"] and words.gap(at) == "-" and words.gap(at - 1).endswith("(")


def is_official(before: Named | None, name: Named, flat: str) -> bool:
    """Whether it is the person who has the office before it: "the mayor of Denver, Jane Roe,"."""
    is_beside = before is not None and bool(before.title) and name.is_unlisted and flat[before.end : name.start] == ", "
    return is_beside and name.last == name.first + 1 and flat[name.end : name.end + 1] in (",", ";", ".")


def without_persons(listed: Sequence[Named]) -> Sequence[Named]:
    """A list without persons, if at least half of its unlisted names begin with a first name; "Jane Roe Designs" is a firm."""
    unlisted = [name for name in listed if name.is_unlisted]
    if sum(_begins_as_person(name.name) for name in unlisted) * 2 < len(unlisted):
        return listed
    return [name for name in listed if not (name.is_unlisted and _begins_as_person(name.name))]


def _begins_as_person(name: str) -> bool:
    first, *others = name.casefold().split()
    return first in FIRST_NAMES and 0 < len(others) < LONGEST_NAME and NO_SURNAMES.isdisjoint(others) and "&" not in others
