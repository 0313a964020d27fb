"""What the preview of a draft letter and the receipt of a confirmed one show, as values: no card is made here.

A value of the preview comes with the words of the text that it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bot.record.case import Case, CaseState, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.ladder import Due
from bot.record.places import Jurisdiction
from bot.record.questions import LetterKind, Question, Reading
from bot.record.sources import Source
from bot.words.prose import clipped, safe

T = TypeVar("T")

#: Characters of the text that are quoted beside a value.
QUOTE = 110
KINDS = {LetterKind.DOCUMENTS: "documents demanded", LetterKind.NO_DOCUMENTS: "no documents demanded"}
#: In the custom_id of a button, in place of a `LetterKind`: the recipients of all letters.
ALL = "all"


class Remark(StrEnum):
    """What has just happened to a draft, besides the change that a person made. `draft_pages.REMARKS` has the words."""

    COUNTED_AGAIN = "deadline counted again"
    ROW_CHANGED = "row changed meanwhile"
    ANSWERED = "question answered meanwhile"
    #: It, or the record, is no longer what was shown when it was confirmed.
    OUTDATED = "changed since it was shown"


@dataclass(frozen=True)
class QuotedValue(Generic[T]):
    """A value and the words of the text that it was read from."""

    value: T
    words: str = ""
    #: Why it should be checked.
    doubt: str | None = None
    #: The words before and after in the same sentence.
    before: str = ""
    after: str = ""
    #: The date in the text that words like “today” refer to.
    seen_from: str = ""

    @property
    def quoted(self) -> str:
        """The words in bold in their sentence, as markdown."""
        words = f"**{safe(clipped(self.words, QUOTE))}**" if self.before or self.after else safe(clipped(self.words, QUOTE))
        return f"“{safe(self.before)}{words}{safe(self.after)}”"


@dataclass(frozen=True)
class OpenQuestion:
    """A question about the draft."""

    question: Question
    #: The words of the text that it is about.
    quote: str = ""
    #: The answers that a button can choose, each with its mark.
    choices: tuple[tuple[str, Reading], ...] = ()


@dataclass(frozen=True)
class RecipientRow:
    """A recipient of the draft."""

    label: str
    #: The state's name; "" for an institution outside the states.
    state: str
    #: Names it in the custom_id of buttons.
    mark: str
    quote: str = ""
    doubt: str | None = None
    settled: bool = True
    #: Places it may be, each with its mark.
    candidates: tuple[tuple[str, Jurisdiction], ...] = ()
    new_place: bool = False
    #: The server's own name for it, if that is another.
    known: str = ""
    #: The number of the case under which it is already recorded.
    case: int | None = None
    #: It was named before.
    twin: bool = False
    asked: LetterKind | None = None
    #: Its own deadline.
    deadline: Deadline | None = None
    #: The table states none for it, so that it takes the letter's.
    takes_letters_deadline: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a person should check it."""
        return not self.settled or self.doubt is not None

    @property
    def counts(self) -> bool:
        """Whether confirming makes a case of it."""
        return self.settled and self.case is None and not self.twin


@dataclass(frozen=True)
class OfferedPlace:
    """A place that the text names, to be ticked if it received the letter."""

    label: str
    #: As the text writes it.
    name: str
    #: The words around it, with the name.
    words: str
    #: Number of its list in the text; None for a place that stands alone.
    list_number: int | None = None
    ticked: bool = False


@dataclass(frozen=True)
class NamedCounts:
    """How many places the text names, and of which sort they are now."""

    named: int
    #: Read as recipients and not removed since.
    recipients: int
    ticked: int
    unticked: int
    cleared: int
    #: The sender's own.
    sender: int
    passing: int

    @property
    def removed(self) -> int:
        """Recipients that a person removed."""
        return self.named - self.recipients - self.ticked - self.unticked - self.cleared - self.sender - self.passing


@dataclass(frozen=True)
class Preview:
    """Everything that a preview shows."""

    id: int
    #: Names exactly this state of the draft and the record, so that only what was shown is recorded.
    digest: str
    now: datetime
    title: str
    #: None if the text was pasted and its source is missing.
    source: Source | None
    authority: QuotedValue[str] | None
    sent: QuotedValue[date] | None
    deadline: QuotedValue[Deadline] | None
    demand: QuotedValue[str] | None
    legal_basis: tuple[QuotedValue[str], ...] = ()
    threatened: tuple[QuotedValue[str], ...] = ()
    rows: tuple[RecipientRow, ...] = ()
    #: Places that the text names, but not as recipients.
    cleared: tuple[RecipientRow, ...] = ()
    #: Places that the text names and no rule makes recipients, most likely first: those that can be ticked.
    offered: tuple[OfferedPlace, ...] = ()
    #: None if nothing was counted, as in a table.
    counts: NamedCounts | None = None
    #: The number of recipients that the text gives.
    stated: QuotedValue[int] | None = None
    #: Questions without whose answer nothing is recorded, and the others.
    to_settle: tuple[OpenQuestion, ...] = ()
    to_check: tuple[OpenQuestion, ...] = ()
    #: The recorded letter that it will be added to; None for a new one.
    letter: Letter | None = None
    #: Recorded letters that it could be added to instead.
    others: tuple[Letter, ...] = ()
    #: Whether a person must say if it is one of those.
    must_choose: bool = False
    #: The numbers of the rows that the spreadsheet does not show; and whether they are left out, None if nobody chose.
    hidden_rows: tuple[int, ...] = ()
    hidden_skipped: bool | None = None
    #: If the text describes several letters: which, with the number of recipients of each.
    kinds: tuple[tuple[LetterKind, int], ...] = ()
    #: Nothing but the name of a file is known of the source.
    source_is_file: bool = False
    #: The file that names the source, if it is not the source itself.
    read_from: str = ""
    #: It will not be announced.
    quietly: bool = False

    @property
    def new(self) -> int:
        """How many cases confirming makes."""
        return sum(row.counts for row in self.rows)

    @property
    def without_own_deadline(self) -> list[str]:
        """The new recipients that take the letter's deadline, since the table states none for them."""
        return [row.label for row in self.rows if row.counts and row.takes_letters_deadline]

    @cached_property
    def all_new_places(self) -> bool:
        return all(row.new_place for row in self.rows if row.settled)

    @property
    def unticked(self) -> int:
        """How many places can still be ticked."""
        return sum(not place.ticked for place in self.offered)

    def action(self, verb: str, page: int, *more: object) -> str:
        """The custom_id of a button of this draft."""
        return ":".join(map(str, ("draft", verb, self.id, page, *more)))


@dataclass(frozen=True)
class ImportedLetter:
    """What was recorded of a draft, and what comes next."""

    letter: Letter
    #: The source of what was recorded.
    source: Source
    new_letter: bool
    #: The new cases, by number.
    added: tuple[tuple[Case, CaseState], ...]
    #: Labels of the places that were new on the server.
    new_places: tuple[str, ...]
    #: Numbers of the cases that were recorded before.
    already: tuple[int, ...]
    #: Labels of the recipients that have the letter's deadline, since the table states none for them.
    without_own_deadline: tuple[str, ...]
    #: The numbers of the rows that the spreadsheet does not show, and whether they were left out.
    hidden_rows: tuple[int, ...]
    hidden_skipped: bool
    #: The first alert to come.
    first: Due | None
    #: Whether the server has a channel for alerts.
    posts: bool
    #: The server's time zone.
    zone: ZoneInfo
    #: What Undo takes back.
    operation: str


def kind_text(kind: LetterKind) -> str:
    """What the recipients of one of two letters are asked."""
    return KINDS[kind]


def quoted(words: str, limit: int = QUOTE) -> str:
    return f"“{safe(clipped(words, limit))}”"
