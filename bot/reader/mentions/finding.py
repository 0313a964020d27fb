"""Every place and institution that a text names."""

from __future__ import annotations

import re
from dataclasses import fields

from bot.reader.gazetteer.gazetteer import Gazetteer
from bot.reader.mentions.cells import know_by_column
from bot.reader.mentions.grouping import number_lists
from bot.reader.mentions.institutions import institutions_in
from bot.reader.mentions.mention import Mention, Named
from bot.reader.mentions.run_together import joints
from bot.reader.mentions.scanning import NameScanner
from bot.reader.mentions.settling import settle
from bot.reader.mentions.state_rows import with_rows
from bot.reader.mentions.unlisted import with_unlisted
from bot.reader.mentions.written_words import NameLookup, Words
from bot.reader.text_page import TextPage

#: Fields of a name that its mention keeps.
SHARED_FIELDS = {field.name for field in fields(Mention)} & {field.name for field in fields(Named)}
_WORDS = re.compile(r"[^\W_]+")


def mentions_in(page: TextPage, known: Gazetteer) -> tuple[Mention, ...]:
    """The places and institutions that the text names, in order; no two overlap.

    1. Institutions are found by their words, places by the longest known name, each with what is written beside it.
    2. Names that only commas, "and", line ends, titles and persons part are one list.
    3. Kinds and states are shared over a list, and each name is settled or left open.
    """
    words = Words(page.flat, joints(page.flat, known))
    look = NameLookup(words, known)
    scanned = NameScanner(words, look, institutions_in(words, look)).names()
    know_by_column(scanned, words)
    names = with_rows(page.flat, known, with_unlisted(scanned, words))
    number_lists(page.flat, names)
    settled = settle(names, words, look)
    if len(settled) < len(names):
        number_lists(page.flat, settled)
    return tuple(_mention(page, name) for name in settled)


def _mention(page: TextPage, name: Named) -> Mention:
    written = name.name
    if name.is_institution:
        span = page.span(name.start, name.end)
        original = " ".join(page.raw[span.start : span.end].split())
        written = original if _WORDS.findall(original) == _WORDS.findall(written) else written
    shared = {field: getattr(name, field) for field in SHARED_FIELDS}
    return Mention(**shared | {"name": written, "sentence": page.sentence_at(name.start)})
