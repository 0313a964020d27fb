"""Names that a list has, such as tribes, and names with "and", "&" or commas inside: "Morgan, Lewis & Bockius"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from bot.reader.mentions.written_words import WORD, Words
from bot.reader.rules import entries, word_lists, word_set

PAIRS = word_set("name_pairs")
SUBJECTS = word_set("body_subjects")
NOUNS = word_set("institution_nouns")
#: With what goes on a firm's name: "Alder and Co."
PARTS = word_lists("name_parts")
GOING_ON = SUBJECTS | PARTS["ending a firm"]
#: Words that no subject follows in one name: "Duke University and Health Alliance" are two.
COMPLETE = word_set("institution_endings") | word_set("public_bodies") - {"transit", "bureau"} | word_set("company_endings")

#: What stands between the words of a known name.
BETWEEN = (" ", ", ", " & ", ", & ", "-", ". ")
TRIBES = dict.fromkeys(entries("tribes"))
LONGEST_CHAIN = 6  # surnames before "&"


@cache
def _known_names() -> dict[str, tuple[tuple[tuple[str, ...], bool], ...]]:
    """Known names by their first word, without "and", the longest first; and whether each is that of a tribe."""
    names = [(_without_and(WORD.findall(name.casefold())), name in TRIBES) for name in (*entries("joined_names"), *TRIBES)]
    names.sort(key=lambda name: len(name[0]), reverse=True)
    return {first: tuple(name for name in names if name[0][0] == first) for first in {name[0][0] for name in names}}


def first_words_of_known() -> Iterable[str]:
    return _known_names()


def _without_and(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word != "and")


def end_of_known(at: int, words: Words) -> int:
    """The last word of a known name that begins there; -1 if none does. Tribes count in a text about tribes."""
    for name, is_tribe in _known_names().get(words.lower(at), ()):
        last = at
        for word in name[1:]:
            last += 1
            last += words.lower(last) == "and"
            if words.lower(last).removesuffix("'s") != word or words.gap(last - 1) not in BETWEEN:
                break
        else:
            if not is_tribe or any(words.count[word] for word in PARTS["of tribes"]):
                return last
    return -1


def is_within(conjunction: int, words: Words) -> bool:
    """Whether "and" there is within one name, because of the words on either side."""
    before, behind = words.lower(conjunction - 1), words.lower(conjunction + 1).removesuffix("'s")
    if words.lower(conjunction) != "and" or not words.gap(conjunction - 1) == " " == words.gap(conjunction):
        return False
    if f"{before} and {behind}" in PAIRS or _are_members(conjunction, words):
        return True
    if words.lower(conjunction + 1) in PARTS["own possessive"] and not before.endswith("'s") and before not in SUBJECTS:
        return False  # "Mount Alder and Children's Hospital"
    return (
        behind in GOING_ON
        and words.is_capital(conjunction + 1)
        and words.is_capital(conjunction - 1)
        and before not in COMPLETE
    )


def _are_members(conjunction: int, words: Words) -> bool:
    """Whether those on either side are the members of one body: "Association of Realtors and Surveyors"."""
    of, behind, end = conjunction - 2, conjunction + 1, conjunction + 1
    while of > conjunction - 4 and words.is_capital(of) and words.gap(of) == " ":
        of -= 1
    is_body = words.lower(of) in ("of", "on") and words.lower(of - 1) in PARTS["of members"] and words.is_capital(of - 1)
    while end < behind + 2 and words.gap(end) == " " and words.is_capital(end + 1):
        end += 1
    are_plural = words.lower(conjunction - 1).endswith("s") and words.lower(end).endswith("s") and words.is_capital(behind)
    return is_body and are_plural and (end == behind or words.lower(end) in NOUNS)


def chain_before(first: int, words: Words) -> int:
    """Where the surnames of a firm begin, of which the last two are joined by "&": "Akin, Gump & Hauer".

    They are a list of their own, all of one word, and no other place of the text has one of them but the first.
    """
    start = first
    while start > first - LONGEST_CHAIN and words.gap(start - 1) == ", " and words.is_capital(start - 1):
        if words.gap(start - 2) == " " and words.is_capital(start - 2):
            return first
        start -= 1
    is_list = words.gap(start - 1) == ", " or words.lower(start - 1) in ("and", "or")
    return first if is_list or any(words.count[words.lower(at)] > 1 for at in range(start + 1, first + 1)) else start
