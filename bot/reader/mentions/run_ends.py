"""Where a run of words with a capital ends that may be a name."""

from __future__ import annotations

from collections.abc import Set

from bot.reader.mentions.joined_names import PAIRS, SUBJECTS, is_within
from bot.reader.mentions.no_names import is_number_in_name
from bot.reader.mentions.written_words import NO_PART, Words
from bot.reader.rules import word_lists, word_set
from bot.reader.state_names import state_code_of
from bot.record.deadlines.dates import WEEKDAYS

BUSINESSES = word_set("business_words")
ORGANIZATIONS = word_set("organization_words") | BUSINESSES
TITLES = word_set("titles")
#: With a capital and no name of an addressee: days, months, officials, persons' titles.
NO_NAME = word_set("no_names") | TITLES
FIRST_NAMES = word_set("first_names")
PARTS = word_lists("name_parts")
MOST_WORDS = 8
LONGEST_LAST_NUMBER = 2  # digits
OF = ("of", "for", "on")


def ends_of_run(at: int, covered: Set[int], words: Words, addressed: Set[int]) -> tuple[int, int]:
    """The first and the last word of the run that begins there."""
    at = _with_digits(at, words)
    first, last = words.spelled_out.get(at, (at, at))
    if first == at < last and covered.isdisjoint(range(at, last + 1)):
        return at, last
    if at not in addressed:
        return at, _run_end(at, covered, words, addressed)
    last = _run_end(at, covered, words)
    is_bare = at < last and words.lower(last + 1) == "of" and words.lower(at) not in FIRST_NAMES | NO_NAME
    if is_bare:
        return at, _with_state(last, words)
    return at, last + (at == last and _owns_next(last, words))


def _with_state(last: int, words: Words) -> int:
    """The last word of "Blue Shield of California", but not of a firm of Washington, D.C."""
    for end in range(last + 2, min(last + 4, len(words) - 1)):
        if state_code_of(words.text(last + 2, end)) and not state_code_of(words.texts[end + 1]):
            return end
    return last


def is_owner(last: int, words: Words) -> bool:
    return words.texts[last].endswith("'s") and words.gap(last) == " " and words.is_capital(last + 1)


def _owns_next(last: int, words: Words) -> bool:
    """Whether a name of one word follows that it owns: "Alder's Lakeside", but not "Alder's Jane Roe"."""
    return is_owner(last, words) and not (words.gap(last + 1) == " " and words.is_capital(last + 2))


def _with_digits(at: int, words: Words) -> int:
    """The first word of "7-Eleven" or "1-800-Flowers"."""
    while words.gap(at - 1) == "-" and words.texts[at - 1].isdigit():
        at -= 1
    return at


def _run_end(at: int, covered: Set[int], words: Words, others: Set[int] = frozenset()) -> int:
    """The last word of the run, before those of others.

    Behind a possessive it goes on only up to what shows an organization: "Dick's Sporting Goods".
    """
    last = _run_of_words(at, covered, words, others)
    if not words.texts[last].endswith("'s") or words.gap(last) != " " or not words.is_capital(last + 1):
        return last
    is_item = words.begins_item(at)
    if not is_item and last + 1 in covered:
        return last
    end = _run_of_words(last + 1, covered, words, others)
    is_whole = is_item and words.gap(end)[:1] in ("\n", ":", "") and words.lower(last + 1) not in FIRST_NAMES
    return end if is_whole or words.lower(end) in ORGANIZATIONS else last


def _run_of_words(at: int, covered: Set[int], words: Words, others: Set[int]) -> int:
    last = at
    is_item = words.begins_item(at) or words.gap(at - 1) == ", " or words.lower(at - 1) in ("and", "to")
    while last - at < MOST_WORDS and (following := _going_on(last, words) or (is_item and _in_item(last, words))):
        is_and = words.lower(last + 1) == "and"
        is_pair = is_and and f"{words.lower(last)} and {words.lower(last + 2)}" in PAIRS  # "Bar and Grill"
        is_aim = (
            words.lower(last + 1) == "for" and words.lower(last) not in NO_NAME
        )  # "Alder Endowment for Peace", where Peace is a town too
        if following in others or not (is_pair or is_aim or covered.isdisjoint(range(last + 1, following + 1))):
            break
        if is_and and not (is_pair or _is_of_body(at, last, following, words)):
            break
        last = following
    return last


def _is_of_body(at: int, last: int, following: int, words: Words) -> bool:
    """Whether what is behind "and" goes on a name: "Center for Law and Technology", but not "Alder and Consumer Reports"."""
    has_subject = words.lower(last) in SUBJECTS or any(words.lower(one) in OF for one in (*range(at, last), following + 1))
    return has_subject or words.lower(following) in PARTS["ending a firm"]


def _going_on(last: int, words: Words) -> int:
    """The number of the word by which a name goes on; 0 if it ends."""
    gap, following = words.gap(last), last + 1
    if "\n" in gap or (words.texts[last].endswith("'s") and not words.is_own_possessive(last)):
        return 0
    is_on = (
        words.lower(following) == "on" and words.lower(last) in PARTS["before on"] and words.lower(following + 1) not in NO_NAME
    )
    is_joined = is_on or words.lower(following) in PARTS["joining"]
    if gap == " " and (is_joined or is_within(following, words)):
        following += 1 + (words.lower(following + 1) == "the")
        return following if words.is_capital(following) and words.gap(following - 1) == " " else 0
    if gap == "-" == words.gap(following) and not words.is_capital(following) and words.is_capital(following + 1):
        return following + 1  # "Chick-fil-A"
    is_day = words.lower(following) in WEEKDAYS and not words.is_capital(following + 1)  # "a letter to Alder Tuesday"
    is_name = words.is_capital(following) and words.lower(following) not in NO_PART and not is_day
    return following if is_name and (gap in (" ", "-", " & ", " - ") or words.are_joined(last)) else 0


def _in_item(last: int, words: Words) -> int:
    """The word by which an item goes on in other ways: a number, or words behind brackets; 0 if it does not.

    "Cloud 9 Vapor", "Motel 6", "ABS (A Better Start) Tax Relief".
    """
    end = last + 1
    if words.gap(last) == " " and words.lower(end).isdigit():
        is_last = words.gap(end)[:1] in (",", ";", ".", "\n", "") or words.lower(end + 1) == "and"
        is_name = is_last and len(words.lower(end)) <= LONGEST_LAST_NUMBER and words.lower(last) not in NO_NAME
        return end if is_name or is_number_in_name(end, words) else 0
    while words.gap(last) == " (" and end - last < MOST_WORDS and words.is_capital(end) and words.gap(end) == " ":
        end += 1
    return end + 1 if end > last + 1 and words.gap(end) == ") " and words.is_capital(end + 1) else 0


def without_seat(first: int, last: int, words: Words) -> int:
    """The last word without the city that a state follows: "Alder Gaming of Ames, Iowa"."""
    ends = range(last + 1, min(last + 3, len(words)))
    is_seat = words.gap(last) == ", " and any(state_code_of(words.text(last + 1, end)) for end in ends)
    of = max((at for at in range(first + 1, last) if words.lower(at) == "of"), default=0)
    return of - 1 if is_seat and of else last
