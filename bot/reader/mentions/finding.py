"""Every place and institution that a text names."""

from __future__ import annotations

import re

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.mentions.address_blocks import addresses_in, with_bodies
from bot.reader.mentions.context import letter_sentences
from bot.reader.mentions.governors import with_governors
from bot.reader.mentions.grouping import number_lists
from bot.reader.mentions.institutions import institutions_in
from bot.reader.mentions.list_lines import know_by_column, without_counties
from bot.reader.mentions.mention import Mention
from bot.reader.mentions.run_together import joints
from bot.reader.mentions.scanning import NameScanner
from bot.reader.mentions.settling import settle
from bot.reader.mentions.state_rows import with_rows
from bot.reader.mentions.unlisted import with_unlisted
from bot.reader.mentions.written_words import NameLookup, Words
from bot.reader.text_page import TextPage

#: What a `TextPage` writes for several signs.
_UNEVEN = re.compile("[\"'—-]")
_WORDS = re.compile(r"[^\W_]+")


def mentions_in(page: TextPage, known: Gazetteer) -> tuple[Mention, ...]:
    """The places and institutions that the text names, in order; no two overlap.

    1. Institutions are found by their words, places by the longest known name, each with what is written beside it.
    2. Names that only commas, "and", line ends, titles and persons part are one list.
    3. Kinds and states are shared over a list, and each name is settled or left open.
    """
    words = Words(page.flat, joints(page.flat, known))
    look = NameLookup(words, known)
    scanned = without_counties(NameScanner(words, look, institutions_in(words, look)).names(), page.flat)
    know_by_column(scanned, page.flat)
    names = with_bodies(with_unlisted(scanned, words, _told_of_letters(page, words)), addresses_in(page.clean), words)
    names = with_rows(page.flat, known, names)
    number_lists(page.flat, names)
    settled = with_governors(settle(names, words, look), words, look)
    if len(settled) != len(names):
        number_lists(page.flat, settled)
    for name in settled:
        name.sentence = page.sentence_at(name.start)
        if name.is_institution:
            name.name = _spelled(page, name)
    return tuple(settled)


def _told_of_letters(page: TextPage, words: Words) -> set[int]:
    """The numbers of the words of sentences that speak of letters."""
    sentences = (page.sentences[index] for index in letter_sentences(page).indexes)
    return {at for one in sentences for at in range(words.at(one.start), words.at(one.end))}


def _spelled(page: TextPage, name: Mention) -> str:
    """The name of an institution as the text has it, with its own quotes and dashes."""
    if not _UNEVEN.search(name.name):
        return name.name
    span = page.span(name.start, name.end)
    original = " ".join(page.raw[span.start : span.end].split())
    return original if _WORDS.findall(original) == _WORDS.findall(name.name) else name.name
