"""A place or an institution while a text is read: what becomes a `Mention`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reader.mentions.mention import as_written
from bot.record.places import Jurisdiction


@dataclass(slots=True)
class Named:
    """Words `first` to `last` of the text are the name itself; `start` and `end` hold what is written with it.

    The other fields are those of `Mention`.
    """

    first: int
    last: int
    start: int
    end: int
    name: str
    #: The word behind what is written with it.
    following: int
    word: str = ""
    state: str | None = None
    is_state_shared: bool = False
    title: str = ""
    is_institution: bool = False
    is_part_of_name: bool = False
    #: Whether it is an ordinary word, or in no list: a place only if something else says so.
    is_unknown: bool = False
    #: Whether it is a name only if its list shows it.
    is_unlisted: bool = False
    #: Whether its word counts for those before it: "Lake and Cook counties".
    is_word_shared: bool = False
    group: int = 0
    place: Jurisdiction | None = None
    candidates: tuple[Jurisdiction, ...] = ()

    @property
    def written(self) -> str:
        """The name with the word for its kind: "Cook County", "City of Aurora"."""
        return as_written(self.name, self.word)
