"""Lists of places one below the other: where they end, and what each line is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from bot.reader.extract.list_entries import entry_places, semicolon_places
from bot.reader.extract.place_patterns import ListedPlace
from bot.reader.extract.place_scanner import PlaceScanner
from bot.reader.extract.state_rows import doubted
from bot.reader.extract.vocabulary import PLACES
from bot.reader.state_names import STATE, state_code_of
from bot.reader.text_page import BULLET
from bot.record.places import STATES

_HEAD = re.compile(
    rf"(?:(?:the\s+)?(?:(?:local|state|county|city|tribal|territorial|municipal|other)\s+)?(?:{PLACES})(?:\s*(?:\(\d+\)|-"
    rf"|in\s+{STATE}))?|(?:in\s+)?(?P<state>{STATE})(?:\s*\(\d+\))?|(?:region"
    rf"|district|group|tier)\s+[\w-]{{1,4}})\s*:?",
    re.IGNORECASE,
)
_STATE_HEAD = re.compile(rf"(?:in\s+)?(?:the\s+state\s+of\s+)?({STATE})(?:\s*\(\d+\))?\s*(:)?")
_OTHER_LIST = re.compile(
    (
        r"\b(?:cleared|no\s+longer|not\s+(?:receive|sent)|earlier|previous|cc|courtesy|contact|media|already|answered|responded"
        r"|source|photo|related|more)\b"
    ),
    re.IGNORECASE,
)
_TABLE_HEAD = re.compile(
    r"^\W*(?:jurisdiction|recipient|city|county|place|name|addressee|government|locality|municipality|entity|agency"
    r"|institution)s?\b",
    re.IGNORECASE,
)
MOST_BY_CHANCE = 3  # unknown places that are named like states; as many rows of two states are a table of states
_CELLS = re.compile(r"\t+|\s*\|\s*|[^\S\n]{3,}")
_KIND_CELL = re.compile(
    r"(?:city|county|town|state|village|borough|township|city and county|metro|parish|university|district)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class ListEntry:
    """A line of a list, at `flat[start:end]`, without its bullet."""

    start: int
    end: int
    bullet: str = ""
    #: Whether a blank line comes before it.
    after_blank: bool = False
    #: Whether it ends with a full stop.
    closes: bool = False
    #: Spaces at its beginning.
    indent: int = 0


@dataclass(frozen=True)
class PlaceList:
    """The places of a list and where it ends. `headed`: states read as headings of places, though they may be places."""

    items: tuple[ListedPlace, ...]
    end: int
    headed: tuple[tuple[int, int, str], ...] = ()


def line_list(scan: PlaceScanner, start: int, near: str | None = None) -> PlaceList:
    """The list in the lines from `start` on: bulleted, numbered, bare lines or a table.

    It ends at the first line that is not an entry: a sentence, another heading, or a line without the bullet of the others.
    """
    return _LineList(scan, start, near).read()


class _LineList:
    def __init__(self, scan: PlaceScanner, start: int, near: str | None) -> None:
        self.scan, self.near, self.state = scan, near, near
        self.items: list[ListedPlace] = []
        self.headed: list[tuple[int, int, str]] = []
        self.rows_of_states: dict[ListedPlace, list[ListedPlace]] = {}
        self.has_state_column = False
        self.end = start
        self.bulleted: bool | None = None
        self.spaced = False
        self.last: ListEntry | None = None

    def read(self) -> PlaceList:
        ahead = _entries(self.scan.flat, self.end)
        following = next(ahead, None)
        for number in count():
            entry, following = following, next(ahead, None)
            if entry is None:
                break
            if self.is_over(entry):
                break
            if self.heading(entry, following):
                self.last = entry
                continue
            places = self.places(entry)
            if places and self.is_strange(entry, places):
                break
            if places is None:
                if self.items or number >= 2 or not _skippable(self.scan.flat[entry.start : entry.end]):
                    self.tail(entry)
                    break
                continue
            if self.bulleted is None:
                self.bulleted = bool(entry.bullet)
            elif entry.after_blank and self.last:
                self.spaced = True
            self.items += places
            self.last = entry
            if re.match(r"[^.]{0,40}[.]\s+[A-Z]", self.scan.flat[places[-1].end : entry.end]):
                self.end = places[-1].end
                break
            self.end = max(entry.end, places[-1].end)
        return PlaceList(tuple(self.columns_of_states()), self.end, tuple(self.headed))

    def is_over(self, entry: ListEntry) -> bool:
        if not self.items or self.last is None or self.bulleted is None:
            return False
        flat = self.scan.flat
        if self.bulleted:
            return not entry.bullet and not self.is_heading(entry)
        if entry.bullet:
            return True
        before = flat[self.last.start : self.last.end].rstrip()
        if entry.after_blank and self.last.closes and not self.spaced:
            return True
        if entry.after_blank and not self.spaced and len(self.items) > 1 and not before.endswith((";", ",", "and", ":")):
            return not self.is_heading(entry)
        return self.last.closes and any(flat[item.end : item.end + 1] == ";" for item in self.items[:-1])

    def is_strange(self, entry: ListEntry, places: list[ListedPlace]) -> bool:
        """Whether it is a heading or a caption: an unknown name without a state, after places that are known or have one."""
        unknown = any(item.is_unknown or item.is_institution for item in places) and not any(item.state for item in places)
        return (
            unknown
            and not entry.bullet
            and len(self.items) > 1
            and all(item.state or not item.is_unknown for item in self.items)
        )

    def is_heading(self, entry: ListEntry) -> bool:
        text = self.scan.flat[entry.start : entry.end].strip()
        return bool(_HEAD.fullmatch(text)) or (text.endswith(":") and len(text) < 60 and not _OTHER_LIST.search(text))

    def heading(self, entry: ListEntry, following: ListEntry | None) -> bool:
        """Read a line above a part of the list: a state ("California:"), a kind ("Counties"), the head of a table."""
        text = self.scan.flat[entry.start : entry.end].strip()
        if _OTHER_LIST.search(text):
            return False
        if _TABLE_HEAD.match(text) and len(heads := _CELLS.split(text)) > 1 and not self.items:
            self.has_state_column = any(head.strip().lower() == "state" for head in heads[1:])
            return True
        if following is None:
            return False
        if state := _STATE_HEAD.fullmatch(text):
            code = state_code_of(state[1])
            other_style = bool(entry.bullet) != bool(following.bullet) or following.indent > entry.indent + 1
            if code and (state[2] or other_style or (not self.plain and self.all_in(code, following))):
                self.state = code
                if not state[2] and not other_style:
                    self.headed.append((entry.start, entry.end, code))
                return True
            return False
        if not entry.bullet and _HEAD.fullmatch(text) and not _STATE_HEAD.fullmatch(text):
            self.state = self.near
            return True
        return False

    @property
    def plain(self) -> bool:
        """Whether places came before any state as a heading: then a bare state is a place too."""
        return bool(self.items) and not self.headed

    def all_in(self, code: str, following: ListEntry) -> bool:
        """Whether the next line is the bare name of a place in that state, so that the state is a heading."""
        text = self.scan.flat[following.start : following.end].strip(" ;,.")
        bare = re.fullmatch(r"[A-Z][\w .'-]+", text)
        return bool(bare and not state_code_of(text) and self.scan.look.knows(text, code) and not re.match(r"State of", text))

    def places(self, entry: ListEntry) -> list[ListedPlace] | None:
        """The places that the entry names; None if it is not an entry of a list of places."""
        flat, start, end = self.scan.flat, entry.start, entry.end
        if _OTHER_LIST.match(flat[start:end]):
            return None
        if ";" in re.sub(r"\([^()]*\)", "", flat[start:end]).rstrip("; \n"):
            places, _ = semicolon_places(self.scan, start, end, self.state)
            return places or None
        if joined := self.lines_of(start, end):
            return joined
        cells = _cells(flat, start, end)
        if len(cells) > 1 and (row := self.row(cells)):
            return row
        return entry_places(
            self.scan, start, end, self.state, in_list=bool(entry.bullet) or bool(self.items) or entry.closes is False
        )

    def lines_of(self, start: int, end: int) -> list[ListedPlace] | None:
        """The places of lines that were joined into one paragraph, if each line by itself is a place."""
        clean = self.scan.clean
        if "\n" not in clean[start:end]:
            return None
        places: list[ListedPlace] = []
        for line in re.finditer(r"[^\n]+", clean[start:end]):
            line_places = self.scan.whole(start + line.start(), start + line.end(), self.state)
            if len(line_places) != 1 or not line[0].strip():
                return None
            places += line_places
        return places

    def row(self, cells: list[tuple[int, int]]) -> list[ListedPlace] | None:
        """A row of a table: a name and its state; or the entries of several columns."""
        flat = self.scan.flat
        texts = [flat[start:end].strip() for start, end in cells]
        name = next((cell for cell, text in zip(cells, texts, strict=True) if re.search(r"[A-Za-z]{3}", text)), None)
        if name is None:
            return None
        others = [text for cell, text in zip(cells, texts, strict=True) if cell != name]
        states = [code for text in others if (code := state_code_of(text))]
        kinds = [text.lower() for text in others if _KIND_CELL.fullmatch(text)]
        if len(states) == 1 and (own := state_code_of(flat[name[0] : name[1]].strip())):
            if own == states[0] and "state" in kinds:
                return [ListedPlace(*name, f"State of {STATES[own]}")]
            other = next(cell for cell, text in zip(cells, texts, strict=True) if cell != name and state_code_of(text))
            if own == states[0] and "city" not in kinds and len(flat[other[0] : other[1]].strip()) == len(own):
                return self.scan.whole(*name) or None  # "Oregon | OR"
            return [self.named_as_state(name, other, states[0], kinds)]
        if len(states) == 1:
            named = entry_places(self.scan, *name, states[0], in_list=True)
            if named and len(named) == 1:
                return [replace(named[0], name=_of_kind(named[0].name, kinds), end=named[0].end)]
            return named
        places: list[ListedPlace] = []
        for start, end in cells:
            places += self.scan.whole(start, end, self.state)
        return places or None

    def named_as_state(self, cell: tuple[int, int], other: tuple[int, int], state: str, kinds: list[str]) -> ListedPlace:
        """The place of a row like "Nevada | Missouri", unless `columns_of_states` finds two states in it."""
        name, second = (" ".join(self.scan.flat[start:end].split()) for start, end in (cell, other))
        place = ListedPlace(*cell, _of_kind(name, kinds), state)
        self.rows_of_states[place] = [ListedPlace(*cell, name), ListedPlace(*other, second)]
        return place

    def columns_of_states(self) -> list[ListedPlace]:
        """The items. Rows of two states are unsure if there is no column for the state, and states if none can be a place."""
        pairs = self.rows_of_states
        if self.has_state_column:
            return self.items
        if len(pairs) < 2 or any(item not in pairs for item in self.items):
            return doubted(self.scan.look, self.items)
        if len(pairs) >= MOST_BY_CHANCE and not any(self.scan.look.knows(item.name, item.state) for item in self.items):
            return [state for item in self.items for state in pairs[item]]
        return [replace(item, is_unsure=True) for item in self.items]

    def tail(self, entry: ListEntry) -> None:
        """Read a last entry that runs into the next sentence: "and State of Oregon. The Department says"."""
        if not self.items or not (self.bulleted is False or entry.bullet):
            return
        sentence_end = re.compile(r"[.]\s+(?=[A-Z])|(?<=[a-z])[.](?=[A-Z][a-z])").search(self.scan.flat, entry.start, entry.end)
        if sentence_end and (places := self.scan.whole(entry.start, sentence_end.start(), self.state)):
            self.items += places
            self.end = sentence_end.start()


def _of_kind(name: str, kinds: list[str]) -> str:
    if "county" in kinds and not re.search(r"\bcounty\b", name, re.IGNORECASE):
        return f"{name} County"
    if "city" in kinds and not re.search(r"\bcity\b", name, re.IGNORECASE):
        return f"City of {name}"
    return name


def _skippable(text: str) -> bool:
    """Whether it is a line that may come between the heading of a list and its first entry: "Response due: February 7"."""
    return len(text) < 80 and bool(re.search(r"\b(?:due|date|deadline|updated|total)\b", text, re.IGNORECASE))


def _cells(flat: str, start: int, end: int) -> list[tuple[int, int]]:
    cells, at = [], start
    for gap in _CELLS.finditer(flat, start, end):
        if flat[at : gap.start()].strip():
            cells.append((at, gap.start()))
        at = gap.end()
    if flat[at:end].strip():
        cells.append((at, end))
    return cells


def _entries(flat: str, start: int) -> Iterator[ListEntry]:
    """The lines from `start` on, without bullets and blank lines.

    They end after 200,000 characters, or after 100 empty lines.
    """
    blank, empty = False, 0
    for line in re.compile(r"[^\n]*(?:\n|$)").finditer(flat, start, min(len(flat), start + 200_000)):
        if not line[0] or empty > 100:
            return
        if not line[0].strip():
            blank, empty = True, empty + 1
            continue
        bullet = BULLET.match(line[0])
        first = line.start() + (bullet.end() if bullet else 0)
        text = flat[first : line.end()].rstrip()
        first += len(text) - len(text.lstrip())
        last = first + len(text.strip())
        empty += 1
        if last > first:
            empty = 0
            indent = len(line[0]) - len(line[0].lstrip(" "))
            yield ListEntry(first, last, bullet[0].strip() if bullet else "", blank, text.endswith("."), indent)
        blank = False
