"""The words that stand where a text says to whom letters went: any name among them is offered, whatever its shape."""

from __future__ import annotations

from collections.abc import Iterator

from bot.reader.mentions.grouping import BETWEEN
from bot.reader.mentions.list_lines import ListLines
from bot.reader.mentions.written_words import Words
from bot.reader.rules import rule_table, word_lists

RULES = rule_table("addressed")
PARTS = word_lists("name_parts")
#: Between the names of those who are written to.
LINKS = BETWEEN | PARTS["joining"] | PARTS["before names"]
LONGEST_NOTE = 60  # characters in brackets
LONGEST_CLAUSE = 25  # words of "which operates ..."
MOST_WORDS = 400  # of one list


def addressed_words(words: Words, lines: ListLines) -> set[int]:
    """The numbers of the words of such lists.

    1. Behind "letters to" and the like, up to the first word that is no part of a list of names.
    2. Before "received a letter", if there is nothing else between it and the beginning of a sentence or a clause.
    3. Each line of a list that a heading or a sentence about letters introduces.
    """
    flat, listed = words.flat, set[int]()
    for cue in ("letters go to", "asked to do something"):
        for match in RULES[cue].regex.finditer(flat):
            if flat[match.start()].isupper() and not words.begins_sentence(words.at(match.start())):
                continue  # a headline
            names, end = _list_at(match.end(), words)
            if cue == "letters go to" or RULES.match("what is asked", flat, words.ends[end - 1]):
                listed |= names
    for match in RULES["they got letters"].regex.finditer(flat):
        got = words.at(match.start("got"))
        for begin in RULES["a clause begins"].regex.finditer(flat, max(0, match.start() - 400), match.start()):
            names, end = _list_at(begin.end(), words)
            if end >= got:
                listed |= {at for at in names if at < got}
                break
    for start in lines.introduced():
        names, end = _list(words.at(start), words)
        if RULES.match("the rest of an item", flat, words.ends[end - 1]):
            listed |= names
    return listed


def _list_at(position: int, words: Words) -> tuple[set[int], int]:
    first = words.at(position)
    return _list(first, words) if first < len(words) and words.starts[first] == position else (set(), first)


def _list(first: int, words: Words) -> tuple[set[int], int]:
    """The numbers of the words with a capital from there to the end of the list, and where that is."""
    names: set[int] = set()
    at = first
    while at < min(len(words), first + MOST_WORDS):
        if words.is_capital(at):
            names.add(at)
        elif words.lower(at) in PARTS["of a clause"]:
            if (behind := _behind_clause(at, words)) < 0:
                break
            at = behind
            continue
        elif not (words.texts[at][0].isdigit() or words.lower(at) in LINKS):
            break
        at += 1
        if not _goes_on(at - 1, words):
            if (behind := _behind_note(at - 1, words)) < 0:
                break
            at = behind
    if RULES.match("they speak", words.flat, words.ends[at - 1]):
        last = at - 1
        while last in names:
            names.remove(last)
            last -= 1
            if words.gap(last) != " ":
                break
    return names, at


def _goes_on(at: int, words: Words) -> bool:
    gap = words.gap(at)
    if "(" in gap:
        return False
    if gap.startswith(". "):
        return words.are_joined(at) or words.texts[at] in PARTS["with a full stop"]
    return RULES.match("within a list", gap) is not None


def _behind_note(at: int, words: Words) -> int:
    """The word behind what stands in brackets; -1 if the list ends there."""
    if "(" not in words.gap(at):
        return -1
    close = words.flat.find(")", words.ends[at], words.ends[at] + LONGEST_NOTE)
    behind = words.at(close) if close >= 0 else len(words)
    if behind == len(words) or not RULES.match("within a list", words.flat[close + 1 : words.starts[behind]]):
        return -1
    return behind


def _behind_clause(at: int, words: Words) -> int:
    """The word behind "which operates it, and"; -1 if the list ends there."""
    for end in range(at, min(at + LONGEST_CLAUSE, len(words))):
        gap = words.gap(end)
        if gap[:1] == ";" or (gap == ", " and words.lower(end + 1) == "and"):
            return end + 1
        if gap.startswith(("\n", ":", "?")) or (gap.startswith(". ") and not words.are_joined(end)):
            break
    return -1
