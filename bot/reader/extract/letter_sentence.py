"""A sentence about letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.reader.extract.place_lists import PlaceList
from bot.reader.text_page import Sentence


class About(StrEnum):
    """What a sentence about letters is about: this letter or another, places cleared, or no letter sent."""

    LETTER = "letter"
    EARLIER = "earlier"
    CLEARED = "cleared"
    NOT_SENT = "not sent"


@dataclass(frozen=True)
class LetterSentence:
    """A sentence about letters sent."""

    #: Its index in `TextPage.sentences`.
    index: int
    sentence: Sentence
    about: About
    #: Where it says that letters were sent, in `TextPage.flat`.
    verb: tuple[int, int]
    #: The places that it names.
    listing: PlaceList = field(default_factory=PlaceList)
    #: Whether it names only some of the recipients ("including").
    is_partial: bool = False
    #: Whether it introduces a list.
    is_list: bool = False
