"""Long lists by pages that each read only their own rows.

A page is asked for by its edge: the row before which it ends or behind which it begins. What is recorded between two pages
moves no other row, so that none is shown twice or left out unless it changed itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from bot.record.errors import CaseError
from bot.words import errors

RowT = TypeVar("RowT")
KeyT = TypeVar("KeyT")
#: Cases that are replayed at once while the index of states is not complete: some ten milliseconds.
REPLAYED_AT_ONCE = 50


@dataclass(frozen=True)
class Edge:
    """Where a page begins. Without a key it is the first page of a list, with `backwards` the last."""

    #: What the list sorts by, of the row at the edge, as texts without a colon or a dot.
    key: tuple[str, ...] = ()
    #: Whether the page is the one that ends before that row.
    backwards: bool = False
    #: How many rows came before the page; with `backwards`, before the row at the edge.
    position: int = 0


_PART = re.compile(r"[0-9A-Za-z+-]*")
_NUMBER = re.compile(r"[0-9a-z]{1,12}")  # under 2 to the power of 63
FIRST, LAST = Edge(), Edge(backwards=True)


class KeyList(Protocol[KeyT]):
    """The keys of a list, in its order."""

    async def keys(self, most: int, edge: KeyT | None = None, backwards: bool = False) -> list[KeyT]:
        """The first keys, behind `edge` if there is one; with `backwards` the last ones, before it, the nearest first."""
        ...


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


OrderedT = TypeVar("OrderedT", bound=_Ordered)


class SortedKeys(Generic[OrderedT]):
    """The keys of a list that is in memory as a whole."""

    def __init__(self, in_order: Sequence[OrderedT]) -> None:
        self.in_order = in_order

    async def keys(self, most: int, edge: OrderedT | None = None, backwards: bool = False) -> list[OrderedT]:
        if backwards:
            end = bisect_left(self.in_order, edge) if edge else len(self.in_order)
            return list(self.in_order[max(end - most, 0) : end][::-1])
        start = bisect_right(self.in_order, edge) if edge else 0
        return list(self.in_order[start : start + most])


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Rows of a list, in its order. A message may have room for less than all of them."""

    rows: tuple[RowT, ...]
    edge: Edge
    #: Of the whole list; 0 if that is not counted.
    total: int
    #: As many rows as were asked for.
    most: int
    is_first: bool
    is_last: bool

    def fitted(self, most: int) -> Page[RowT]:
        """With at most so many rows: those next to the edge."""
        if most >= len(self.rows):
            return self
        if self.edge.backwards:
            return Page(self.rows[-most:], self.edge, self.total, self.most, False, self.is_last)
        return Page(self.rows[:most], self.edge, self.total, self.most, self.is_first, False)

    @property
    def before(self) -> int:
        """How many rows come before it; nearly so where rows were added or left while somebody turned pages."""
        if self.is_first:
            return 0
        if self.is_last:
            return max(self.total - len(self.rows), 0)
        return max(self.edge.position - (len(self.rows) if self.edge.backwards else 0), 1)


async def read_page(
    listed: KeyList[KeyT],
    load: Callable[[Sequence[KeyT]], Awaitable[Sequence[RowT]]],
    key_of: Callable[[RowT], KeyT],
    edge: Edge,
    at: KeyT | None,
    total: int,
    most: int,
) -> Page[RowT]:
    """The page at that edge, whose key is `at`.

    `load` gives the rows of some keys, without those that are not on the list after all; then the next are read. If nothing is
    left behind the edge, it is the last page, and if nothing is left before it, the first.
    """
    rows: list[RowT] = []
    key = at
    while len(rows) <= most and (keys := await listed.keys(most + 1 - len(rows), key, edge.backwards)):
        rows += await load(keys)
        key = keys[-1]
    if not rows and edge.key:
        other = FIRST if edge.backwards else LAST
        return await read_page(listed, load, key_of, other, None, total, most)
    ends, shown = len(rows) <= most, rows[:most]
    begins = not edge.key or not shown or not await listed.keys(1, key_of(shown[0]), not edge.backwards)
    is_first, is_last = (ends, begins) if edge.backwards else (begins, ends)
    return Page(tuple(shown[::-1] if edge.backwards else shown), edge, max(total, len(shown)), most, is_first, is_last)


def code(edge: Edge) -> str:
    """An edge in the custom_id of a button: ``>50.abc.17`` begins behind that row, ``<50.abc.17`` ends before it."""
    return ".".join((f"{'<' if edge.backwards else '>'}{in_base_36(edge.position)}", *edge.key))


def edge_of(text: str) -> Edge:
    """CaseError for anything else than a `code`."""
    position, *key = text[1:].split(".")
    if not text.startswith(("<", ">")) or not all(map(_PART.fullmatch, key)):
        raise CaseError(errors.CHANGED)
    try:
        return Edge(tuple(key), text.startswith("<"), from_base_36(position))
    except ValueError as unknown:
        raise CaseError(errors.CHANGED) from unknown


def key_at(edge: Edge, read: Callable[[tuple[str, ...]], KeyT]) -> KeyT | None:
    """The key of the row at an edge; None if it has none. CaseError for a key that `read` cannot make of its texts."""
    try:
        return read(edge.key) if edge.key else None
    except (ValueError, OverflowError) as unknown:  # of another version of the program
        raise CaseError(errors.CHANGED) from unknown


def time_part(due_time: str) -> str:
    """A time of day as lists sort it, as a part of a code: without a colon or a dot."""
    return due_time.replace(":", "-").replace(".", "+")


def time_from(part: str) -> str:
    """What `time_part` made a part of."""
    return part.replace("-", ":").replace("+", ".")


def from_base_36(text: str) -> int:
    """ValueError for anything else than `in_base_36` makes, and for more than a column for ids holds."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text, 36)


def in_base_36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
