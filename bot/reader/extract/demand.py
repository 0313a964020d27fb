"""What the letter demands: the sentences that say what to produce."""

from __future__ import annotations

from bot.reader.draft import Found
from bot.reader.rules import Rule, words
from bot.reader.text_page import BULLET, Sentence, TextPage
from bot.record.quoting import cut

LONGEST = 2000  # characters of a demand that are recorded
_THINGS = words("demanded_things")
_FOLLOWS = Rule(
    "a list of what is demanded follows",
    rf"\b(?:the\s+following|these|as\s+follows|{_THINGS}\s+(?:(?:listed|described)\s+)?below)\b[^.\n]{{0,80}}:\s*$",
    ("Please produce [the following documents:]", "the [records described below:]"),
)
_DEMANDS = Rule(
    "a demand",
    rf"\b{words('demands')}\b[^.]{{0,160}}?\b(?:(?:produc|provid|submi|turn\w*\s+over|hand\w*\s+over|send|deliver|furnish|certif)\w*"
    rf"|{_THINGS}|return|explain|confirm|show|upload)\b",
    ("It [asked each of them to provide] a list", "The agency [wants the records]"),
    ("It asked a question of law.",),
)
_ADDRESSED = Rule("the reader is asked", r"\b(?:please|you)\b", ("[Please] send it",))
_REPORTED = Rule(
    "no demand",
    r"\b(?:court|judge|lawsuit|said\s+(?:he|she)|mayor|tweeted|reporters|previously)\b",
    ("a [judge] asked for documents",),
)
RULES = (_FOLLOWS, _DEMANDS, _ADDRESSED, _REPORTED)


def demand(page: TextPage, skip: frozenset[int], mail: frozenset[int], lists: frozenset[int]) -> Found[str] | None:
    """The first that there is: the list behind "the following documents:"; a sentence of the mailing that demands; another.

    `skip`: sentences about other letters; `mail`: those that say that this one was sent; `lists`: those
    before a list of places.
    """
    sentences, left_out = page.sentences, skip | lists
    for index, sentence in enumerate(sentences):
        if index not in left_out and _FOLLOWS.regex.search(sentence.text) and _DEMANDS.regex.search(sentence.text):
            last = _end_of_list(page, index)
            if last > index:
                return _found(page, sentences[index + 1].start, sentences[last].end)
    scores = {
        index: _score(sentence.text, index in mail)
        for index, sentence in enumerate(sentences)
        if index not in skip and _is_demand(sentence)
    }
    best = max(scores, key=lambda index: (scores[index], -index), default=None)
    return None if best is None else _found(page, sentences[best].start, sentences[best].end)


def _is_demand(sentence: Sentence) -> bool:
    text = sentence.text
    return len(text) <= 900 and bool(_DEMANDS.regex.search(text)) and not _REPORTED.regex.search(text)


def _score(text: str, is_about_mailing: bool) -> int:
    is_whole = text.rstrip("”’\"' ").endswith((".", ":", ";"))  # a headline says less
    return 4 * is_about_mailing + 3 * bool(_ADDRESSED.regex.search(text)) + is_whole


def _end_of_list(page: TextPage, index: int) -> int:
    """The index of the last sentence of the list or paragraph that follows sentence `index`."""
    flat, sentences, last = page.flat, page.sentences, index
    is_bulleted = False
    for number in range(index + 1, len(sentences)):
        start = sentences[number].start
        is_item = bool(BULLET.match(flat[flat.rfind("\n", 0, start) + 1 : start + 6]))
        lines = flat.count("\n", sentences[last].end, start) if last > index else 0
        if sentences[number].end - sentences[index].end > LONGEST or (not is_item and lines > (0 if is_bulleted else 1)):
            break
        is_bulleted = is_bulleted or is_item
        last = number
    return last


def _found(page: TextPage, start: int, end: int) -> Found[str]:
    end = start + cut(page.flat[start:end], LONGEST)
    return Found(" ".join(page.flat[start:end].split()), page.span(start, end))
