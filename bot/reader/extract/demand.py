"""What the letter demands: the sentences that say what to produce."""

from __future__ import annotations

from bot.reader.draft import Found
from bot.reader.rules import rule_table
from bot.reader.text_page import TextPage
from bot.record.quoting import cut

LONGEST = 2000  # characters of a demand that are recorded
LONGEST_SENTENCE = 900  # characters of a sentence that is a demand
RULES = rule_table("demand")


def demand(page: TextPage, skip: frozenset[int], mail: frozenset[int], lists: frozenset[int]) -> Found[str] | None:
    """The first that there is: the list behind "the following documents:"; a sentence of the mailing that demands; another.

    `skip`: sentences about other letters; `mail`: those that say that this one was sent; `lists`: those
    before a list of places.
    """
    demands = [(n, one) for n, one in enumerate(page.sentences) if n not in skip and RULES.search("a demand", one.text)]
    behind = (
        sentence.end for index, sentence in demands if index not in lists and RULES.search("a list follows it", sentence.text)
    )
    for end in behind:
        if listed := RULES.match("a list or a paragraph", page.flat, end):
            return _found(page, *listed.span("items"))
    own = [
        (4 * (index in mail) + _score(sentence.text), sentence.start, sentence.end)
        for index, sentence in demands
        if len(sentence.text) <= LONGEST_SENTENCE and not RULES.search("no demand", sentence.text)
    ]
    _, start, end = max(own, key=lambda one: one[0], default=(0, 0, 0))
    return _found(page, start, end) if end else None


def _score(text: str) -> int:
    is_whole = text.rstrip("”’\"' ").endswith((".", ":", ";"))  # a headline says less
    return 3 * bool(RULES.search("the reader is asked", text)) + is_whole


def _found(page: TextPage, start: int, end: int) -> Found[str]:
    end = start + cut(page.flat[start:end], LONGEST)
    return Found(" ".join(page.flat[start:end].split()), page.span(start, end))
