"""Which recorded letter a new one may be: the same authority, the same day and nearly the same title.

Two letters of a day can be alike, so nobody decides this but a person: whoever records a letter asks first if it has a twin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.desk.letter_names import letters_that
from bot.desk.session import Session
from bot.reader.extract.authorities import authorities_in
from bot.record.case import Letter
from bot.record.deadlines.when import When

#: Words that do not distinguish one authority, or one title, from another.
SMALL_WORDS = {"the", "of", "for", "and", "us", "united", "states", "a", "an", "to", "on", "in", "by"}
#: Letters of a word in which two titles may differ: "Documnet demand", "Document demands".
TYPOS = 1
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")  # "D.O.J.", "U.S."


async def letter_twin(session: Session, authority: str, sent: When, title: str) -> Letter | None:
    """The recorded letter that this one may be, or None. Of several it is the oldest. Letters that were undone do not count."""
    likely = await letters_that(session, lambda day, other: same_day(day, sent) and same_title(other, title))
    return next(iter(twins_among(likely, authority, sent, title)), None)


def twins_among(letters: Iterable[Letter], authority: str, sent: When, title: str) -> list[Letter]:
    """Those of the same authority, which may be of the same day, with nearly the same title; in the order given."""
    return [
        letter
        for letter in letters
        if same_day(letter.sent, sent) and same_title(letter.title, title) and same_authority(letter.authority, authority)
    ]


def same_day(ours: When, theirs: When) -> bool:
    """Whether both can be of one day: "2018-01" and "2018-01-24" can. Each day is taken in its own zone."""
    first, last = _days(ours)
    other_first, other_last = _days(theirs)
    return first <= other_last and other_first <= last


@lru_cache(maxsize=2**10)  # a server may have thousands of letters, many of one day
def _days(when: When) -> tuple[date, date]:
    """The first and the last day. If no first day is known, it is the last: most letters are older than any such day."""
    first = when.earliest.astimezone(when.zone).date() if when.earliest else when.last_day
    return first, when.last_day


def same_title(ours: str, theirs: str) -> bool:
    """Whether two titles differ in nothing but case, spaces, punctuation, order, small words, or one letter of each long word.

    A number or a single letter is never taken for a typing mistake: "Demand 2" is not "Demand 3".
    """
    our_words, their_words = _words(ours), _words(theirs)
    if our_words == their_words:
        return True
    exact, their_exact = ([word for word in words if _is_mark(word)] for words in (our_words, their_words))
    if exact != their_exact or len(our_words) != len(their_words):
        return exact == their_exact and OSA.distance(" ".join(our_words), " ".join(their_words), score_cutoff=TYPOS) <= TYPOS
    pairs = zip(our_words, their_words, strict=True)
    return all(our == their or OSA.distance(our, their, score_cutoff=TYPOS) <= TYPOS for our, their in pairs)


@lru_cache(maxsize=2**10)
def _words(title: str) -> tuple[str, ...]:
    words = _folded(title)
    return tuple(sorted(word for word in words if word not in SMALL_WORDS or len(words) == 1))


def _is_mark(word: str) -> bool:
    return len(word) < 4 or any(sign.isdigit() for sign in word)


def same_authority(ours: str, theirs: str) -> bool:
    """Whether two names can be of one authority: "Justice Department", "DOJ" and "U.S. Department of Justice".

    1. Two names that the reader knows are the same if it knows one authority by both.
    2. Else all distinctive words of one are in the other: "Department of Examples, Office of Grants".
    3. Or one is made of the first letters of the other: "DOE" of "Department of Examples".
    """
    known, other_known = _known(ours), _known(theirs)
    if known and other_known:
        return bool(known & other_known)
    words, other_words = _distinctive(ours), _distinctive(theirs)
    if not words or not other_words:
        return _folded(ours) == _folded(theirs)
    return words <= other_words or other_words <= words or _abbreviates(ours, theirs) or _abbreviates(theirs, ours)


def _known(authority: str) -> set[str]:
    plain = _undotted(authority)
    forms = (plain, plain.upper(), re.sub(r"^US(?=[A-Z])", "", plain.upper())) if len(plain.split()) == 1 else (plain,)
    return {mention.name for form in forms for mention in authorities_in(form)}


def _distinctive(authority: str) -> set[str]:
    return set(_folded(authority)) - SMALL_WORDS


def _abbreviates(short: str, name: str) -> bool:
    """Whether `short` is the first letters of the words of `name`, with or without the small ones."""
    letters = "".join(_folded(short))
    words = _folded(name)
    own = [word for word in words if word not in SMALL_WORDS]
    return (
        len(letters) > 1 and len(own) > 1 and letters in ("".join(word[0] for word in words), "".join(word[0] for word in own))
    )


def _folded(text: str) -> list[str]:
    """Its words without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", _undotted(text).replace("&", " and "))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign) and sign not in "'’")
    return re.findall(r"[^\W_]+", bare.casefold())


def _undotted(text: str) -> str:
    return _DOTTED.sub(lambda letters: letters[0].replace(".", ""), text)
