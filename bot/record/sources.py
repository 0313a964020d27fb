"""Where a fact is written: the source that every event names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A page, document or statement that says so. Raises ValueError if it has neither title nor address."""

    title: str
    url: str = ""
    publisher: str = ""
    #: An ISO date; empty if the page carries none.
    published: str = ""
    #: Of the copy that was read, if one is saved.
    sha256: str = ""
    #: The ISO date on which that copy was read.
    read_on: str = ""

    def __post_init__(self) -> None:
        if not (self.title.strip() or self.url.strip()):
            raise ValueError("a source needs a title or an address")
