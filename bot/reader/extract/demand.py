"""What the letter demands: the sentences that say what to produce."""

from __future__ import annotations

from bot.reader.draft import Found
from bot.reader.rules import rule_table
from bot.reader.text_page import BULLET, TextPage
from bot.record.quoting import cut

LONGEST = 2000  # characters of a demand that are recorded
LONGEST_SENTENCE = 900  # characters of a sentence that is a demand
RULES = rule_table("demand")


def demand(page: TextPage, skip: frozenset[int], mail: frozenset[int], lists: frozenset[int]) -> Found[str] | None:
    """The first that there is: the list behind "the following documents:"; a sentence of the mailing that demands; another.

    `skip`: sentences about other letters; `mail`: those that say that this one was sent; `lists`: those
    before a list of places.
    """
    sentences = page.sentences
    demands = [index for index, one in enumerate(sentences) if index not in skip and RULES["a demand"].regex.search(one.text)]
    for index in demands:
        if index not in lists and RULES["a list of what is demanded follows"].regex.search(sentences[index].text):
            last = _end_of_list(page, index)
            if last > index:
                return _found(page, sentences[index + 1].start, sentences[last].end)
    short = [index for index in demands if len(sentences[index].text) <= LONGEST_SENTENCE]
    own = [index for index in short if not RULES["no demand"].regex.search(sentences[index].text)]
    best = max(own, key=lambda index: _score(sentences[index].text, index in mail), default=None)
    return None if best is None else _found(page, sentences[best].start, sentences[best].end)


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
