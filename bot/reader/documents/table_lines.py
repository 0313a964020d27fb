"""How the rows of a table become lines of text, whatever kind of file it is in.

- A row of data is one line. A cell that spans rows counts in each of them. If it is the first of its row, and so names a
  group, it stands before the others with a colon: "Colorado: Denver".
- The names of a column that is headed by a state are a list below it, if all columns are.
- A row with a list in a cell is a frame: what its cells hold stays as it is, one below the other. In a column of lists each
  cell is one, even of a single name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

from bot.record.place_names import state_code

T = TypeVar("T")
FRAMED = 3  # a row with that many lines in a cell is not a row of data
LONGEST_HEADING = 6  # words
LONGEST_ITEM = 8  # words
LONGEST_CARRIED = 200  # characters of a cell that count in each row that it spans


@dataclass(frozen=True)
class Cell(Generic[T]):
    """A cell in one of its rows."""

    #: What the file has there.
    content: T
    #: The first of its columns, from 0.
    column: int
    lines: Sequence[str]
    #: The lines, as one.
    text: str
    #: It has a list or a table in it.
    has_items: bool = False
    is_heading: bool = False
    #: It spans several columns.
    is_wide: bool = False
    #: How many rows below it spans.
    rows_left: int = 0
    #: It began in a row above.
    is_carried: bool = False
    #: A further column of a cell that spans several: nothing else can be there.
    is_filler: bool = False
    #: Words in it that are no date or number are struck out or hidden, and not part of its lines.
    is_struck: bool = False

    @property
    def is_list(self) -> bool:
        return not self.is_carried and (len(self.lines) >= FRAMED or self.has_items)

    @property
    def counts(self) -> bool:
        """Whether its text is part of the row."""
        return not self.is_filler and not (self.is_carried and len(self.text) > LONGEST_CARRIED)

    def below(self) -> Cell[T]:
        """The same in the next row that it spans."""
        return replace(self, rows_left=self.rows_left - 1, is_carried=True)


Row = Sequence[Cell[T]]


def is_shown(row: Row[T]) -> bool:
    """Whether there is anything in a row itself. Of one whose place was struck out, the state that is left is nothing."""
    is_struck = any(cell.is_struck for cell in row)
    return any(
        cell.text and not cell.is_carried and (not is_struck or cell.is_struck or not state_code(cell.text)) for cell in row
    )


def has_full_names(lines: Sequence[str]) -> bool:
    """Whether each line of a cell is a name by itself: "Denver, Colorado"."""
    return len(lines) > 1 and all(
        line.count(",") == 1 and state_code(line.split(",")[1].strip(" .;")) is not None for line in lines
    )


def list_columns(rows: Sequence[Row[T]]) -> frozenset[int]:
    """The columns of which some cell is a list of items, or half of them are of several lines."""
    columns: dict[int, list[Cell[T]]] = {}
    for row in rows:
        for cell in row:
            if cell.text and not cell.is_heading and not cell.is_carried:
                columns.setdefault(cell.column, []).append(cell)
    return frozenset(number for number, cells in columns.items() if _is_of_lists(cells))


def _is_of_lists(cells: Sequence[Cell[T]]) -> bool:
    if any(cell.has_items for cell in cells):
        return True
    several = sum(len(cell.lines) > 1 for cell in cells)
    return max(len(cell.lines) for cell in cells) >= FRAMED and several * 2 >= len(cells)


def item_columns(rows: Sequence[Row[T]]) -> frozenset[int]:
    """The columns of which some cell has a list in it, so that a cell of one line there is an item too."""
    return frozenset(cell.column for row in rows for cell in row if cell.has_items)


def becomes_list(cell: Cell[T], row: Row[T], lists: frozenset[int], items: frozenset[int]) -> bool:
    """Whether the lines of a frame's cell become items: in a column of lists, or beside the heading of the row.

    An address has a number in it and stays as it is.
    """
    if cell.has_items or cell.is_heading or cell.column not in lists:
        return False
    is_address = any(map(str.isdigit, cell.text)) or max(len(line.split()) for line in cell.lines) > LONGEST_ITEM
    return cell.column in items or (has_own_heading(row, lists) and not is_address)


def column_headings(rows: Sequence[Row[T]], lists: frozenset[int]) -> dict[int, str]:
    """What the first row says of each column, by the column's number, if lists beside each other have headings there."""
    if len(lists) < 2 or len(rows) < 2 or any(cell.is_list or not cell.text for cell in rows[0]):
        return {}
    is_marked = all(cell.is_heading for cell in rows[0])
    is_short = all(len(cell.text.split()) <= LONGEST_HEADING for cell in rows[0])
    is_above_lists = len(rows) == 2 and len(rows[0]) == len(rows[1]) and all(cell.is_list for cell in rows[1])
    return {cell.column: cell.text for cell in rows[0]} if is_marked or (is_short and is_above_lists) else {}


def is_frame(row: Row[T], lists: frozenset[int]) -> bool:
    """Whether a row has a list in a cell."""
    return any(cell.is_list or (cell.column in lists and cell.text and not cell.is_heading) for cell in row)


def has_own_heading(row: Row[T], lists: frozenset[int]) -> bool:
    """Whether a cell of a frame stands beside the lists and so names what they have in common."""
    return any(len(cell.lines) == 1 and cell.column not in lists for cell in row)


def is_grouped(rows: Sequence[Row[T]]) -> bool:
    """Whether the first column names groups: a cell of it spans rows of data or says the same as the one above, or it has
    nothing but states, and the column beside it has not."""
    firsts = [row for row in rows if row[0].column == 0 and any(cell.text for cell in row[1:])]
    if any(row[0].is_carried for row in firsts) or _is_by_state(firsts):
        return True
    return any(
        one[0].text == other[0].text != "" and [cell.text for cell in one] != [cell.text for cell in other]
        for one, other in pairwise(firsts)
    )


def _is_by_state(rows: Sequence[Row[T]]) -> bool:
    body = rows[1:] if rows and not state_code(rows[0][0].text) else rows
    return (
        bool(body)
        and all(state_code(row[0].text) for row in body)
        and not any(state_code(cell.text) for row in body for cell in row[1:2])
    )


def state_columns(rows: Sequence[Row[T]]) -> Sequence[tuple[str, Sequence[str]]]:
    """The names below each state, if the first row has nothing but states and the others have none; else nothing."""
    head, *body = rows or ((),)
    if len(head) < 2 or not body or not all(state_code(cell.text) for cell in head):
        return ()
    if any(state_code(cell.text) or cell.is_list for row in body for cell in row):
        return ()
    columns = {cell.column: cell.text for cell in head}
    if any(cell.text and cell.column not in columns for row in body for cell in row):
        return ()
    return [
        (state, [cell.text for row in body for cell in row if cell.column == number and cell.text])
        for number, state in columns.items()
    ]


def line_of(row: Row[T], separator: str, *, grouped: bool) -> str:
    """A row of data as one line, with the separator between its cells."""
    first, *others = row
    words = separator.join(cell.text for cell in others)
    is_alone = not words.strip(separator)
    if is_alone and first.is_heading and first.is_wide:
        return with_colon(first.text)
    if grouped and not is_alone and first.column == 0 and first.text:
        is_head = all(cell.is_heading for cell in row)  # what the column of groups is called is no group, and comes last
        return f"{words}{separator}{first.text}" if is_head else f"{with_colon(first.text)} {words}"
    return separator.join(cell.text for cell in row)


def with_colon(heading: str) -> str:
    """The heading with a colon, unless it ends a sentence."""
    return heading if heading.endswith((":", ".", "?", "!")) else f"{heading}:"
