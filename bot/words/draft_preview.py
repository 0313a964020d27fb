"""What the preview of a draft letter shows: each value with the words it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Generic, TypeVar

from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.places import Jurisdiction
from bot.record.sources import Source
from bot.words.prose import clipped, safe

T = TypeVar("T")

QUOTE = 110  # characters of the text beside what was read from it
ASKED = {"documents": "documents demanded", "letter": "no documents demanded"}  # as the reading tells letters apart
ALL = "all"  # the mark of every recipient, where `Preview.kinds` tells them apart


@dataclass(frozen=True)
class Said(Generic[T]):
    """A value, the words of the text that it was read from with those around them, and why it should be looked at. `seen_from`:
    the date in the text that words like “today” go with."""

    value: T
    words: str = ""
    doubt: str = ""
    before: str = ""
    after: str = ""
    seen_from: str = ""

    @property
    def quoted(self) -> str:
        """The words in bold, in their sentence."""
        words = f"**{safe(clipped(self.words, QUOTE))}**" if self.before or self.after else safe(clipped(self.words, QUOTE))
        return f"“{safe(self.before)}{words}{safe(self.after)}”"


@dataclass(frozen=True)
class Asked:
    """What the text leaves open, with its words, the answers that can be chosen, each with its mark, and the button under which
    another is written."""

    about: str
    quote: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    where: str = ""


@dataclass(frozen=True)
class Row:
    """A recipient of the draft. `mark` names it in buttons; `known`: the server's own name for it, where that differs;
    `case`: the number under which it is recorded already; `twin`: named before."""

    label: str
    state: str
    mark: str
    quote: str = ""
    doubt: str = ""
    settled: bool = True
    candidates: tuple[tuple[str, Jurisdiction], ...] = ()
    new_place: bool = False
    known: str = ""
    case: int | None = None
    twin: bool = False
    asked: str = ""
    deadline: Deadline | None = None

    @property
    def is_open(self) -> bool:
        """Whether a person should look at it."""
        return not self.settled or bool(self.doubt)

    @property
    def counts(self) -> bool:
        return self.settled and self.case is None and not self.twin


@dataclass(frozen=True)
class Preview:
    """Everything a preview shows.

    `letter`: the recorded letter it goes into; `others`: letters it could go into instead; `kinds`: where the text tells of
    several letters, what each asks, with its mark and how many it went to. `source_is_file`: nothing but the name of a file is
    known of the source; `read_from`: the file that names the source, where it is not the source itself. `digest` names
    exactly this state, so that only what was shown is recorded.
    """

    id: int
    digest: str
    now: datetime
    title: str
    source: Source | None
    authority: Said[str] | None
    sent: Said[date] | None
    deadline: Said[Deadline] | None
    demand: Said[str] | None
    legal_basis: tuple[Said[str], ...] = ()
    threatened: tuple[Said[str], ...] = ()
    rows: tuple[Row, ...] = ()
    cleared: tuple[Row, ...] = ()
    stated: Said[int] | None = None
    to_settle: tuple[Asked, ...] = ()
    to_look_at: tuple[Asked, ...] = ()
    letter: Letter | None = None
    others: tuple[Letter, ...] = ()
    kinds: tuple[tuple[str, str, int], ...] = ()
    source_is_file: bool = False
    read_from: str = ""

    @property
    def new(self) -> int:
        return sum(row.counts for row in self.rows)

    @cached_property
    def all_new_places(self) -> bool:
        return all(row.new_place for row in self.rows if row.settled)

    def action(self, what: str, page: int, *more: object) -> str:
        """The custom_id of a button of this draft."""
        return ":".join(map(str, ("draft", what, self.id, page, *more)))


def told_apart(asked: str) -> str:
    """What the recipients of one of several letters are asked, in words."""
    return ASKED.get(asked, asked)


def quoted(words: str, limit: int = QUOTE) -> str:
    return f"“{safe(clipped(words, limit))}”"
