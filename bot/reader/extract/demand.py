"""What the letter demands: the sentences that say what to produce."""

from __future__ import annotations

from bot.reader.draft import Found
from bot.reader.rules import rule_table
from bot.reader.text_page import BULLET, Sentence, TextPage
from bot.record.quoting import cut

LONGEST = 2000  # characters of a demand that are recorded
RULES = rule_table("demand")


def demand(page: TextPage, skip: frozenset[int], mail: frozenset[int], lists: frozenset[int]) -> Found[str] | None:
    """The first that there is: the list behind "the following documents:"; a sentence of the mailing that demands; another.

    `skip`: sentences about other letters; `mail`: those that say that this one was sent; `lists`: those
    before a list of places.
    """
    sentences, left_out = page.sentences, skip | lists
    for index, sentence in enumerate(sentences):
        if (
            index not in left_out
            and RULES["a list of what is demanded follows"].regex.search(sentence.text)
            and RULES["a demand"].regex.search(sentence.text)
        ):
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
    return len(text) <= 900 and bool(RULES["a demand"].regex.search(text)) and not RULES["no demand"].regex.search(text)


def _score(text: str, is_about_mailing: bool) -> int:
    is_whole = text.rstrip("”’\"' ").endswith((".", ":", ";"))  # a headline says less
    return 4 * is_about_mailing + 3 * bool(RULES["the reader is asked"].regex.search(text)) + is_whole


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
