"""A place or an institution that a text names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bot.reader.state_names import state_code_of
from bot.record.places import Jurisdiction


class StateFrom(IntEnum):
    """How it is known in which state a name lies; what is more certain is greater."""

    #: A guess from its list or the whole text.
    REST = 0
    #: The same name has it elsewhere in the text.
    ELSEWHERE = 1
    #: A heading: "California: Oakland, Fresno", "the Iowa cities of".
    HEADING = 2
    #: Behind the last of several: "Berkeley and Fremont, Calif.".
    GROUP = 3
    #: Written with it.
    ITSELF = 4


@dataclass(slots=True, eq=False)
class Mention:
    """One place in the text where a government or an institution is named: `TextPage.flat[start:end]`.

    The span holds the words for the kind and the state that are written with the name: "City of Aurora, Ill.". It is
    filled while the text is read, and stays as it is afterwards.
    """

    start: int
    end: int
    #: As written, without the words for its kind and the state: "Aurora".
    name: str
    #: The word for its kind, written with it or shared over its list: "city", "county", "states"; empty if there is none.
    word: str = ""
    #: Postal code of the state in which it lies.
    state: str | None = None
    state_from: StateFrom = StateFrom.ITSELF
    #: An official named with it, in small letters: "mayor", "attorney general".
    title: str = ""
    #: A university, a school district, a tribe, a company, a board: `name` is then the whole name.
    is_institution: bool = False
    #: Number of its list: mentions that only commas, "and", line ends, titles and persons' names part.
    group: int = 0
    #: Index in `TextPage.sentences`.
    sentence: int = 0
    #: The government that is meant, if that is certain; institutions have none.
    place: Jurisdiction | None = None
    #: The governments that may be meant, likeliest first.
    candidates: tuple[Jurisdiction, ...] = ()
    #: Whether it stands inside a longer name ("Los Angeles Times"), or is a state that only says where places are: "three Iowa
    #: cities", a heading above them.
    is_part_of_name: bool = False
    #: Whether its name and its state may be two states: "Nevada, Missouri".
    is_unsure: bool = False
    #: Words of the text: `first` to `last` are the name itself, `following` is behind what is written with it.
    first: int = 0
    last: int = 0
    following: int = 0
    #: Whether it is an ordinary word, or in no list: a place only if something else says so.
    is_unknown: bool = False
    #: Whether it is a name only if its list shows it.
    is_unlisted: bool = False
    #: Whether it stands where the text says to whom letters went.
    is_addressed: bool = False
    #: Whether it is a federal body that a sentence about letters names, as its sender or otherwise.
    is_beside_letters: bool = False
    #: Whether it is a state above or before its places.
    is_heading: bool = False
    #: Whether it begins a row of a column of places.
    is_in_column: bool = False
    #: Whether its word counts for those before it: "Lake and Cook counties".
    is_word_shared: bool = False

    @property
    def own_state(self) -> str | None:
        """The postal code of the state that has this name."""
        return state_code_of(self.name)

    @property
    def written(self) -> str:
        """The name with the word for its kind: "Cook County", "City of Aurora"; that of an institution has it."""
        return self.name if self.is_institution else as_written(self.name, self.word)

    @property
    def own_name(self) -> str:
        """The name with a word that is a part of it, as of Cook County; Cook alone is another place."""
        is_part = not self.is_institution and SINGULAR.get(self.word, self.word) in ("county", "parish", "township")
        return self.written if is_part else self.name


SINGULAR = {
    "cities": "city", "counties": "county", "states": "state", "towns": "town", "villages": "village", "boroughs": "borough",
    "townships": "township", "parishes": "parish", "commonwealths": "commonwealth", "territories": "territory",
}  # fmt: skip


def as_written(name: str, word: str) -> str:
    word = SINGULAR.get(word, word)
    if not word:
        return name
    return f"{name} {word.title()}" if word in ("county", "parish", "township", "metro") else f"{word.capitalize()} of {name}"
