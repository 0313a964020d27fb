"""Lists of places one below the other, and tables: where they end, and what each line is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile, tee, zip_longest

from bot.reader.extract.place_lists import UNSENT, PlaceList, Places, doubted
from bot.reader.mentions.mention import Mention, StateFrom
from bot.reader.rules import rule_table
from bot.reader.state_names import state_code_of
from bot.reader.text_page import BULLET

RULES = rule_table("line_lists")
MOST_BY_CHANCE = 3  # unknown places that are named like states; as many rows of two states are a table of states
REACH = 200_000  # characters of a list in lines
MOST_WORDS = 8  # of an unknown name
NO_NAMES = ("no name of a place", "a law or a closing", "a small word in no name")
HEADS = ("head of a part of a list", "state as a head")


@dataclass(frozen=True)
class ListEntry:
    """A line of a list, at `flat[start:end]`, without its bullet."""

    start: int
    end: int
    text: str
    has_bullet: bool = False
    #: Whether a blank line comes before it.
    after_blank: bool = False


class LineList:
    """The list in the lines from `start` on: bulleted, numbered, bare lines or a table.

    It ends at the first line that is not an entry: a sentence, another heading, or a line without the bullet of the others.
    """

    def __init__(self, places: Places, start: int, most: int = REACH) -> None:
        """`most`: how many places are read at most."""
        self.places, self.flat, self.most = places, places.flat, most
        #: The state that heads the lines.
        self.state: str | None = None
        self.items: list[Mention] = []
        self.headed: list[str] = []
        #: Rows of two states, by where they begin.
        self.pairs: dict[int, tuple[Mention, Mention]] = {}
        self.has_state_column = False
        self.end = start
        self.last: ListEntry | None = None
        #: Whether blank lines part its entries, and bullets mark them.
        self.spaced = self.bulleted = False

    def read(self) -> PlaceList:
        entries, ahead = tee(_entries(self.flat, self.end))
        next(ahead, None)
        skipped, below_heading = 0, False
        for entry, following in zip_longest(entries, ahead):
            if len(self.items) > self.most or (self.items and not below_heading and self._is_over(entry)):
                break
            if below_heading := self._heads(entry, following):
                continue
            is_remnant = RULES["rest of a name that is struck out"].regex.fullmatch(self.flat, entry.start, entry.end)
            if is_remnant or self._is_unsent(entry):
                continue
            named = self._named(entry)
            if not named:
                skipped += 1
                if self.items or skipped > 1 or not RULES.search("line below a heading", entry.text):
                    break
                continue
            self.spaced |= bool(self.items and entry.after_blank)
            self.bulleted |= entry.has_bullet
            self.items += named
            self.last = entry
            self.end = max(entry.end, named[-1].end)
        return PlaceList(tuple(self._settled()), self.end, tuple(self.headed))

    def _is_over(self, entry: ListEntry) -> bool:
        assert self.last
        is_spaced = entry.after_blank and not self.spaced and len(self.items) > 1 and self.last.text[-1] not in ";,:d"
        if is_spaced or self.last.has_bullet is not entry.has_bullet:
            return not any(RULES[head].regex.fullmatch(entry.text) for head in HEADS)
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
        if len(heads) > 1 and RULES.match("head of a table", entry.text):
            self.has_state_column = "state" in [head.strip().lower() for head in heads[1:]]
            return True
        if state := RULES["state as a head"].regex.fullmatch(entry.text):
            return self._is_state_head(entry, following, state)
        if following and RULES["head of a part of a list"].regex.fullmatch(entry.text):
            self.state = None
            return True
        return False

    def _is_state_head(self, entry: ListEntry, following: ListEntry | None, state: re.Match[str]) -> bool:
        """Whether a state heads the lines below it: it is marked as such, or the next line is a place there."""
        code = state_code_of(state["state"])
        if entry.has_bullet or not self.bulleted:
            if following is None:
                return False
            is_marked = bool(state["colon"]) or entry.has_bullet is not following.has_bullet
            is_place = self.items and not self.headed and (following.after_blank or not entry.after_blank)  # as those before
            below = self.places.whole(following.start, following.end, code)[:1]
            is_above = any(one.state == code and one.state_from is StateFrom.HEADING for one in below)
            if not is_marked and (is_place or not is_above):
                return False
            if not state["colon"]:
                self._take_as_headings()
            if not is_marked:
                self.headed.append(code or "")
        self.state = code
        return True

    def _take_as_headings(self) -> None:
        """Take the states so far for headings without places, now that one like them heads places."""
        states = [code for item in self.items if not item.state and (code := state_code_of(item.name))]
        if len(states) == len(self.items):
            self.headed += states
            self.items = []

    def _named(self, entry: ListEntry) -> list[Mention]:
        """The places that a line names; none if it is not an entry of a list of places."""
        cells = _cells(self.flat, entry.start, entry.end)
        if len(cells) > 1:
            return self._row(cells)
        line = (entry.start, entry.end, self.state)
        items = self.places.whole(*line)
        if not items and (entry.has_bullet or self.items or not entry.text.endswith(".")):
            items = _unknown(entry.start, entry.text, self.state)
        return [] if items and not entry.has_bullet and self._are_strange(items) else items

    def _are_strange(self, items: Sequence[Mention]) -> bool:
        """Whether a line is a heading or a caption: it names no place, after lines that do."""
        if not self.items or any(item.is_institution or (not item.state and self._is_unknown(item)) for item in self.items):
            return False
        return all((item.is_institution or self._is_unknown(item)) and not item.state for item in items)

    def _row(self, cells: Sequence[tuple[int, int]]) -> list[Mention]:
        """A row of a table: a name, its state and its kind; or the entries of several columns."""
        texts = [self.flat[start:end].strip() for start, end in cells]
        name = next((number for number, text in enumerate(texts) if re.search(r"[A-Za-z]{3}", text)), 0)
        others = [number for number in range(len(texts)) if number != name]
        states = [number for number in others if state_code_of(texts[number])]
        kinds = [texts[number].lower() for number in others if RULES["kind in a cell"].regex.fullmatch(texts[number])]
        if len(states) != 1:
            return [item for cell in cells for item in self.places.whole(*cell)]
        code = state_code_of(texts[states[0]])
        named = self.places.whole(*cells[name], self.state)
        if not named:
            return _unknown(cells[name][0], texts[name], code)
        first = named[0]
        if own := state_code_of(first.name):
            if own == code and "city" not in kinds:
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
        if len(self.pairs) < 2 or len(self.pairs) < len(self.items):
            return doubted(self.places.known, self.items)
        if len(self.pairs) >= MOST_BY_CHANCE and all(map(self._is_unknown, self.items)):
            return [state for item in self.items for state in self.pairs[item.start]]
        return [replace(item, is_unsure=True) for item in self.items]


def _unknown(start: int, text: str, near: str | None) -> list[Mention]:
    """A line that looks like a name, though no place of that name is known; none if it does not."""
    text = RULES["end of a name in a line"].regex.sub("", text)
    behind = RULES["state behind an unknown name"].regex.search(text)
    name, state = (text[: behind.start()], state_code_of(behind["state"])) if behind else (text, near)
    is_name = re.match(r"[A-ZÀ-Þ]", text) and len(name.split()) <= MOST_WORDS
    if not is_name or any(RULES.search(rule, text) for rule in NO_NAMES):
        return []
    return [Mention(start, start + len(text), " ".join(name.split()), state=state)]


def _cells(flat: str, start: int, end: int) -> list[tuple[int, int]]:
    edges = [start, *(at for gap in RULES["end of a cell"].regex.finditer(flat, start, end) for at in gap.span()), end]
    return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if flat[first:last].strip()]


def cells_below(flat: str, start: int, end: int, head: str) -> Iterator[tuple[int, int]]:
    """The cells of a table below a head that the rule finds. A row with fewer cells than heads does not say which it lacks."""
    heads: list[bool] = []
    for entry in takewhile(lambda line: line.start < end, _entries(flat, start)):
        cells = _cells(flat, entry.start, entry.end)
        if any(found := [bool(RULES[head].regex.fullmatch(flat[first:last].strip())) for first, last in cells]):
            heads = found
        elif len(cells) == len(heads):
            yield from (cell for cell, is_below in zip(cells, heads, strict=True) if is_below)


def _entries(flat: str, start: int) -> Iterator[ListEntry]:
    """The lines from `start` on, without bullets and blank lines, as far as `REACH`."""
    is_blank = False
    for line in re.compile(r"[^\n]*(?:\n|$)").finditer(flat, start, min(len(flat), start + REACH)):
        bullet = BULLET.match(line[0])
        text = line[0][bullet.end() if bullet else 0 :].strip()
        if text.strip("|:+-=\t "):  # not the line below the heads of a table
            end = line.start() + len(line[0].rstrip())
            yield ListEntry(end - len(text), end, text, bool(bullet), is_blank)
        is_blank = not text
