"""Where a fact is written: the source that every event names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

SHORTEST_TITLE = 3  # characters


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


def is_title(text: str) -> bool:
    """Whether a text without an address says enough to be a source: "x" and "17" do not."""
    return len(text) >= SHORTEST_TITLE and any(character.isalpha() for character in text)


def title_of_address(address: str) -> str | None:
    """Host and path, the title of a source that has no other; None if the address cannot be opened.

    Such an address is http or https, names a host on the Internet, and holds no user name.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    opens = parts.scheme in ("http", "https") and "." in host and "@" not in parts.netloc
    return f"{host}{parts.path.rstrip('/')}" if opens else None
