"""The words that stand where a text says to whom letters went: any name among them is offered, whatever its shape."""

from __future__ import annotations

from collections.abc import Iterator

from bot.reader.mentions.grouping import BETWEEN
from bot.reader.mentions.list_lines import ListLines
from bot.reader.mentions.written_words import Words
from bot.reader.rules import rule_table, word_lists, word_set
from bot.reader.text_page import BULLET

RULES = rule_table("addressed")
PARTS = word_lists("name_parts")
VERBS = word_set("headline_verbs")
#: Between the names of those who are written to.
LINKS = BETWEEN | PARTS["joining"] | PARTS["before names"]
CLOSING = {"(": ")", "[": "]"}
LONGEST_NOTE = 60  # characters in brackets
LONGEST_CLAUSE = 25  # words of "which operates ..."
LONGEST_SUBJECT = 400  # characters before "received a letter"
MOST_WORDS = 400  # of one list


def addressed_words(words: Words, lines: ListLines) -> set[int]:
    """The numbers of the words of such lists.

    1. Behind "letters to" and the like, up to the first word that is no part of a list of names.
    2. Before "received a letter", if there is nothing else between it and the beginning of a sentence or a clause.
    3. Each line of a list that a heading or a sentence about letters introduces.
    """
    return set[int]().union(*_behind_cues(words), *_before_verbs(words), *_in_lines(words, lines))


def _behind_cues(words: Words) -> Iterator[set[int]]:
    titles = ("the title of a letter",) if RULES.search("a page of letters", words.flat) else ()
    for cue in ("letters go to", "asked to do something", *titles):
        for match in RULES[cue].regex.finditer(words.flat):
            is_headline = words.flat[match.start()].isupper() and not words.begins_sentence(words.at(match.start()))
            names, end = _list_at(match.end(), words)
            is_asked = cue != "asked to do something" or RULES.match("what is asked", words.flat, words.ends[end - 1])
            if is_asked and not is_headline:
                yield names


def _before_verbs(words: Words) -> Iterator[set[int]]:
    for match in RULES["they got letters"].regex.finditer(words.flat):
        start, got = match.start(), words.at(match.start("got"))
        begins = RULES["a clause begins"].regex.finditer(words.flat, max(0, start - LONGEST_SUBJECT), start)
        lists = (_list_at(begin.end(), words) for begin in begins)
        yield next(({at for at in names if at < got} for names, end in lists if end >= got), set())


def _in_lines(words: Words, lines: ListLines) -> Iterator[set[int]]:
    for start in lines.introduced():
        names, end = _list(words.at(start), words)
        is_bulleted = BULLET.match(words.flat, start) is not None
        rest = "the rest of an item behind a bullet" if is_bulleted else "the rest of an item"
        if names and RULES.match(rest, words.flat, words.ends[end - 1]):
            yield {min(names)} if is_bulleted else names


def _list_at(position: int, words: Words) -> tuple[set[int], int]:
    first = words.at(position)
    return _list(first, words) if first < len(words) and words.starts[first] == position else (set(), first)


def _list(first: int, words: Words) -> tuple[set[int], int]:
    """The numbers of the words with a capital, or of "1-800-Flowers", from there to the end of the list, and where that is."""
    names: set[int] = set()
    at = first
    while at < min(len(words), first + MOST_WORDS):
        if words.lower(at) in PARTS["of a clause"]:
            behind = _behind_clause(at, words)
        elif _is_verb(at, words):
            break
        elif words.is_capital(at) or words.texts[at][0].isdigit() or _is_link(at, words):
            names |= {at} if words.is_capital(at) or words.gap(at) == "-" else set()
            behind = at + 1 if _goes_on(at, words) else _behind_note(at, words)
            at += behind < 0
        else:
            break
        if behind < 0:
            break
        at = behind
    _drop_speaker(names, at, words)
    return names, at


def _is_verb(at: int, words: Words) -> bool:
    """Whether a headline goes on behind a name: "Roe to Alder Demanding Answers"."""
    return words.lower(at) in VERBS and words.is_capital(at - 1) and words.gap(at - 1) == " "


def _is_link(at: int, words: Words) -> bool:
    return words.lower(at) in LINKS or (words.lower(at) == "to" and words.lower(at - 1) == "and")


def _drop_speaker(names: set[int], end: int, words: Words) -> None:
    """Leave out the last name if somebody says something there: "letters to Alder and Birch, Jane Roe wrote"."""
    last = end - 1
    if names and RULES.match("they speak", words.flat, words.ends[last]):
        while last in names:
            names.remove(last)
            last -= words.gap(last - 1) == " "


def _goes_on(at: int, words: Words) -> bool:
    gap = words.gap(at)
    if "(" in gap or "[" in gap:
        return False
    if gap.startswith(". "):
        return words.are_joined(at) or words.texts[at] in PARTS["with a full stop"]
    return RULES.match("within a list", gap) is not None


def _behind_note(at: int, words: Words) -> int:
    """The word behind what stands in brackets; -1 if the list ends there."""
    sign = words.gap(at).strip()[-1:]
    if sign not in CLOSING:
        return -1
    close = words.flat.find(CLOSING[sign], words.ends[at], words.ends[at] + LONGEST_NOTE)
    behind = words.at(close) if close >= 0 and (sign == "(" or words.flat[close + 1 : close + 2] in ",;\n") else len(words)
    if behind == len(words) or not RULES.match("within a list", words.flat[close + 1 : words.starts[behind]]):
        return -1
    return behind


def _behind_clause(at: int, words: Words) -> int:
    """The word behind "which operates it, and"; -1 if the list ends there."""
    for end in range(at, min(at + LONGEST_CLAUSE, len(words))):
        gap = words.gap(end)
        if gap[:1] == ";" or (gap.endswith(", ") and words.lower(end + 1) == "and"):
            return end + 1
        if gap.startswith(("\n", ":", "?")) or (gap.startswith(". ") and not words.are_joined(end)):
            break
    return -1
