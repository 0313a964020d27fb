"""The words that stand where a text says to whom letters went: any name among them is offered, whatever its shape."""

from __future__ import annotations

from collections.abc import Iterator

from bot.reader.mentions.list_lines import ListLines
from bot.reader.mentions.written_words import Words
from bot.reader.rules import rule_table
from bot.reader.text_page import BULLET

RULES = rule_table("addressed")
#: What has to stand behind the list of those who are asked.
ASKED = {"asked to do something": "what is asked", "demanded of somebody": "what is demanded"}
LONGEST_SUBJECT = 400  # characters before "received a letter"
LONGEST_LIST = 3000  # characters


def addressed_words(words: Words, lines: ListLines) -> set[int]:
    """The numbers of the words of such lists.

    1. Behind "letters to" and the like, up to the first word that is no part of a list of names.
    2. Before "received a letter", if there is nothing else between it and the beginning of a sentence or a clause.
    3. Each line of a list that a heading or a sentence about letters introduces.
    """
    return set[int]().union(*_behind_cues(words), *_before_verbs(words), *_in_lines(words, lines))


def _behind_cues(words: Words) -> Iterator[set[int]]:
    titles = ("the title of a letter",) if RULES.search("a page of letters", words.flat) else ()
    for cue in ("letters go to", *titles, *ASKED):
        end = 0
        for match in RULES[cue].regex.finditer(words.flat):
            if match.start() < end:
                continue  # within the last list
            is_headline = words.flat[match.start()].isupper() and not words.begins_sentence(words.at(match.start()))
            names, end = _list(match.end(), words)
            if not is_headline and (cue not in ASKED or RULES.match(ASKED[cue], words.flat, end)):
                yield names


def _before_verbs(words: Words) -> Iterator[set[int]]:
    for match in RULES["they got letters"].regex.finditer(words.flat):
        start, got = match.start(), match.start("got")
        begins = RULES["a clause begins"].regex.finditer(words.flat, max(0, start - LONGEST_SUBJECT), start)
        lists = (_list(begin.end(), words) for begin in begins)
        yield next(({at for at in names if words.starts[at] < got} for names, end in lists if end >= got - 1), set())


def _in_lines(words: Words, lines: ListLines) -> Iterator[set[int]]:
    for start in lines.introduced():
        bullet, first = BULLET.match(words.flat, start), words.at(start)
        names, end = _list(words.starts[first], words) if first < len(words) else (set(), start)
        if names and RULES.match("the rest of an item behind a bullet" if bullet else "the rest of an item", words.flat, end):
            yield {min(names)} if bullet else names


def _list(start: int, words: Words) -> tuple[set[int], int]:
    """The numbers of the words with a capital, or of "1-800-Flowers", in the list that begins there, and where it ends."""
    found = RULES["a list of names"].regex.match(words.flat, start, start + LONGEST_LIST)
    if not found:
        return set(), start
    end = found.end()
    notes = [note.span() for note in RULES["beside a name"].regex.finditer(words.flat, start, end)]
    beside = {at for first, last in notes for at in range(words.at(first), words.at(last))}
    names = {at for at in range(words.at(start), words.at(end)) if words.is_capital(at) or words.gap(at) == "-"} - beside
    if RULES.match("they speak", words.flat, end):
        last = words.at(end) - 1
        while last in names:
            names.remove(last)
            last -= words.gap(last - 1) == " "
    return names, end
