"""Lists of places one below the other, and tables: where they end, and what each line is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import tee, zip_longest

from bot.reader.extract.place_lists import SENTENCE_STUCK, UNSENT, PlaceList, Places, doubted
from bot.reader.mentions.mention import Mention, StateFrom
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import BULLET
from bot.record.places import PlaceKind

RULES = rule_table("line_lists")
MOST_BY_CHANCE = 3  # unknown places that are named like states; as many rows of two states are a table of states
REACH = 200_000  # characters of a list in lines


@dataclass(frozen=True)
class ListEntry:
    """A line of a list, at `flat[start:end]`, without its bullet."""

    start: int
    end: int
    text: str
    has_bullet: bool = False
    #: Whether a blank line comes before it.
    after_blank: bool = False
    #: Spaces at its beginning.
    indent: int = 0


class LineList:
    """The list in the lines from `start` on: bulleted, numbered, bare lines or a table.

    It ends at the first line that is not an entry: a sentence, another heading, or a line without the bullet of the others.
    """

    def __init__(self, places: Places, start: int, near: str | None = None, most: int = REACH) -> None:
        self.places, self.flat, self.near, self.state = places, places.flat, near, near
        self.most = most  # places after which it is not read on
        self.items: list[Mention] = []
        self.headed: list[tuple[int, int, str]] = []
        self.pairs: dict[int, tuple[Mention, Mention]] = {}  # rows of two states, by where they begin
        self.has_state_column = False
        self.end = start
        self.last: ListEntry | None = None
        self.spaced = False  # whether blank lines part its entries
        self.bulleted = False  # whether bullets mark its entries

    def read(self) -> PlaceList:
        entries, ahead = tee(_entries(self.flat, self.end))
        next(ahead, None)
        skipped, below_heading = 0, False
        for entry, following in zip_longest(entries, ahead):
            if len(self.items) > self.most:
                break
            if self.last and self.items and not below_heading and self._is_over(entry):
                break
            if below_heading := self._heads(entry, following):
                continue
            is_remnant = RULES["rest of a name that is struck out"].regex.fullmatch(self.flat, entry.start, entry.end)
            if is_remnant or self._is_unsent(entry):
                continue
            named = self._named(entry)
            if not named:
                skipped += 1
                if self.items or skipped > 1 or not _is_skipped(entry.text):
                    break
                continue
            self.spaced = self.spaced or bool(self.items and entry.after_blank)
            self.bulleted = self.bulleted or entry.has_bullet
            self.items += named
            self.last = entry
            self.end = named[-1].end
            if SENTENCE_STUCK.match(self.flat, self.end, entry.end):
                break  # the next sentence is stuck to it
            self.end = max(entry.end, self.end)
        return PlaceList(tuple(self._settled()), self.end, tuple(self.headed))

    def _is_over(self, entry: ListEntry) -> bool:
        assert self.last
        is_other = self.last.has_bullet is not entry.has_bullet
        if is_other or (entry.after_blank and not self.spaced and len(self.items) > 1):
            return not _is_heading(entry.text) and (is_other or self.last.text[-1] not in ";,:d")
        is_in_prose = ";" in self.flat[self.items[0].end : self.items[-1].start]
        return self.last.text.endswith(".") and (entry.after_blank or is_in_prose)

    def _is_unsent(self, entry: ListEntry) -> bool:
        """Whether the line says of a place that it got no letter: "Worcester, Mass. - cleared"."""
        place = next(self.places.within(entry.start, entry.end), None)
        note = RULES["a note begins"].regex.match(self.flat, place.end, entry.end) if place else None
        return bool(note and UNSENT.search(self.flat, note.start(), entry.end))

    def _heads(self, entry: ListEntry, following: ListEntry | None) -> bool:
        """Read a line above a part of the list: a state ("California:"), a kind ("Counties"), the head of a table."""
        heads = RULES["end of a cell"].regex.split(entry.text)
        if len(heads) > 1 and not self.items and RULES["head of a table"].regex.match(entry.text):
            self.has_state_column = "state" in [head.strip().lower() for head in heads[1:]]
            return True
        if RULES["head of another list"].regex.search(entry.text):
            return False
        state = RULES["state as a head"].regex.fullmatch(entry.text)
        if state and not entry.has_bullet and self.bulleted:
            self.state = state_code_of(state["state"])
            return True
        if following is None:
            return False
        if state:
            return self._is_state_head(entry, following, state)
        if not entry.has_bullet and RULES["head of a part of a list"].regex.fullmatch(entry.text):
            self.state = self.near
            return True
        return False

    def _is_state_head(self, entry: ListEntry, following: ListEntry, state: re.Match[str]) -> bool:
        code = state_code_of(state["state"])
        is_marked = bool(state["colon"]) or entry.has_bullet is not following.has_bullet or following.indent > entry.indent + 1
        is_plain = bool(self.items) and not self.headed  # places came before: a bare state is a place too
        is_plain = is_plain and (following.after_blank or not entry.after_blank)
        if code is None or not (is_marked or (not is_plain and self._is_in(code, following))):
            return False
        self.state = code
        if not state["colon"]:
            self._take_as_headings()
        if not is_marked:
            self.headed.append((entry.start, entry.end, code))
        return True

    def _take_as_headings(self) -> None:
        """Take the states so far for headings without places, now that one like them heads places."""
        if all(state_code_of(item.name) and not item.state for item in self.items):
            self.headed += [(item.start, item.end, code) for item in self.items if (code := state_code_of(item.name))]
            self.items = []

    def _is_in(self, code: str, entry: ListEntry) -> bool:
        """Whether the line is the bare name of a place in that state, so that the state is a heading."""
        text = entry.text.strip(" ;,.")
        bare = re.fullmatch(r"[A-Z][\w .'-]+", text)
        return bool(
            bare and not state_code_of(text) and self.places.known.named(text, code) and not text.startswith("State of")
        )

    def _named(self, entry: ListEntry) -> list[Mention]:
        """The places that a line names; none if it is not an entry of a list of places."""
        text = entry.text
        if RULES["head of another list"].regex.match(text):
            return []
        cells = _cells(self.flat, entry.start, entry.end)
        if len(cells) > 1:
            return self._row(cells)
        items = self.places.parts(entry.start, entry.end, self.state)
        if not items and (entry.has_bullet or self.items or not text.endswith(".")):
            items = list(filter(None, [_unknown(entry.start, text, self.state)]))
        return [] if items and not entry.has_bullet and self._are_strange(items) else items

    def _are_strange(self, items: Sequence[Mention]) -> bool:
        """Whether a line is a heading or a caption: it names no place, after lines that do."""
        if not self.items or any(item.is_institution or (not item.state and self._is_unknown(item)) for item in self.items):
            return False
        return all((item.is_institution or self._is_unknown(item)) and not item.state for item in items)

    def _row(self, cells: Sequence[tuple[int, int]]) -> list[Mention]:
        """A row of a table: a name, its state and its kind; or the entries of several columns."""
        texts = [self.flat[start:end].strip() for start, end in cells]
        name = next((number for number, text in enumerate(texts) if re.search(r"[A-Za-z]{3}", text)), None)
        if name is None:
            return []
        others = [number for number in range(len(texts)) if number != name]
        states = [number for number in others if state_code_of(texts[number])]
        kinds = [texts[number].lower() for number in others if RULES["kind in a cell"].regex.fullmatch(texts[number])]
        named = self.places.parts(*cells[name], self.state)
        if len(states) != 1:
            return [item for start, end in cells for item in self.places.whole(start, end)]
        code = state_code_of(texts[states[0]])
        if not named:
            return list(filter(None, [_unknown(cells[name][0], texts[name], code)]))
        [first, *_] = named
        if first.place and first.place.kind is PlaceKind.STATE:
            if first.place.state == code and "city" not in kinds:
                return [replace(first, word="state")]
            if other := next(self.places.within(*cells[states[0]]), None):
                self.pairs[first.start] = (first, other)
        word = first.word or next((kind for kind in kinds if kind in ("city", "county")), "")
        return [replace(first, word=word, state=code, state_from=StateFrom.ITSELF)]

    def _is_unknown(self, item: Mention) -> bool:
        return not item.is_institution and not self.places.known.named(item.written, item.state)

    def _settled(self) -> list[Mention]:
        """The items. Rows of two states are unsure if there is no column for the state, and states if none can be a place."""
        if self.has_state_column:
            return self.items
        if len(self.pairs) < 2 or any(item.start not in self.pairs for item in self.items):
            return doubted(self.places.known, self.items)
        if len(self.pairs) >= MOST_BY_CHANCE and all(map(self._is_unknown, self.items)):
            return [state for item in self.items for state in self.pairs[item.start]]
        return [replace(item, is_unsure=True) for item in self.items]


def _is_heading(text: str) -> bool:
    is_known = any(RULES[head].regex.fullmatch(text) for head in ("head of a part of a list", "state as a head"))
    return is_known or (text.endswith(":") and len(text) < 60 and not RULES["head of another list"].regex.search(text))


def _is_skipped(text: str) -> bool:
    return len(text) < 80 and bool(RULES["line below a heading"].regex.search(text))


def _unknown(start: int, text: str, near: str | None) -> Mention | None:
    """A line that looks like a name, though no place of that name is known."""
    text = RULES["end of a name in a line"].regex.sub("", text)
    behind = RULES["state behind an unknown name"].regex.search(text)
    name, state = (text[: behind.start()], state_code_of(behind["state"])) if behind else (text, near)
    if (
        not re.match(r"[A-ZÀ-Þ]", text)
        or len(name.split()) > 8
        or RULES["a sentence, no name"].regex.search(text)
        or RULES["no name of a place"].regex.search(text)
    ):
        return None
    return Mention(start, start + len(text), " ".join(name.split()), state=state)


def _cells(flat: str, start: int, end: int) -> list[tuple[int, int]]:
    edges = [start, *(at for gap in RULES["end of a cell"].regex.finditer(flat, start, end) for at in gap.span()), end]
    return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if flat[first:last].strip()]


def _entries(flat: str, start: int) -> Iterator[ListEntry]:
    """The lines from `start` on, without bullets and blank lines, as far as `REACH`."""
    is_blank, blank_lines = False, 0
    for line in re.compile(r"[^\n]*(?:\n|$)").finditer(flat, start, min(len(flat), start + REACH)):
        bullet = BULLET.match(line[0])
        text = line[0][bullet.end() if bullet else 0 :].strip()
        if text:
            end = line.start() + len(line[0].rstrip())
            indent = len(line[0]) - len(line[0].lstrip(" "))
            yield ListEntry(end - len(text), end, text, bool(bullet), is_blank, indent)
        is_blank, blank_lines = not text and bool(line[0]), 0 if text else blank_lines + 1
        if not line[0] or blank_lines > 100:
            return
