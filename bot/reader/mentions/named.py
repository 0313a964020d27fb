"""A place or an institution while a text is read: what becomes a `Mention`."""

from __future__ import annotations

from dataclasses import dataclass

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
    #: Whether only its place in a list, or its form, shows that it is a name: no government of the lists is called so.
    is_unknown: bool = False
    group: int = 0
    place: Jurisdiction | None = None
    candidates: tuple[Jurisdiction, ...] = ()
