"""A draft letter: what was found in a text, each value with its place in the text, for a person to confirm."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from bot.record.consequences import Threat
from bot.record.deadlines.deadline import Deadline
from bot.record.place_kinds import STATELESS
from bot.record.places import STATES, Jurisdiction, PlaceKind
from bot.record.questions import (
    DayReading,
    DeadlineReading,
    LetterKind,
    NameReading,
    Part,
    PlaceReading,
    Question,
    QuestionKind,
    Reading,
    Span,
)
from bot.record.sources import Source

__all__ = [
    "KIND_NOT_SETTLED",
    "SEVERAL_PLACES",
    "DayReading",
    "DeadlineReading",
    "Draft",
    "Found",
    "LetterKind",
    "MentionedPlace",
    "NameReading",
    "Part",
    "PlaceReading",
    "Question",
    "QuestionKind",
    "Reading",
    "Recipient",
    "Seen",
    "Span",
    "Threat",
]

T = TypeVar("T")

#: Behind the name of a recipient whose kind is open. It is no part of the name.
KIND_NOT_SETTLED = "(kind not settled)"
#: A doubt about a name.
SEVERAL_PLACES = "Several places have this name."


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value and where it was found."""

    value: T
    #: Its place in the text; None if a person entered it.
    span: Span | None = None
    #: Why a person should check it, in words; None if there is no reason. Nothing is decided by what it says.
    doubt: str | None = None


@dataclass(frozen=True)
class Recipient:
    """A place that the letter went to, as read from the text."""

    name: str
    #: None if neither the text nor the name settles it.
    kind: PlaceKind | None
    #: A postal code; None if not settled, or for an institution without a state.
    state: str | None = None
    aliases: tuple[str, ...] = ()
    ocd_id: str | None = None
    span: Span | None = None
    #: As in `Found`.
    doubt: str | None = None
    #: The places that may be meant, if kind or state is not settled.
    candidates: tuple[Jurisdiction, ...] = ()
    #: Which letter it got, if the text reports two.
    asked: LetterKind | None = None
    #: Its own deadline, if it differs from the letter's.
    deadline: Deadline | None = None
    #: A table gives a deadline in another row or nowhere, and none here, so that this one takes the letter's.
    states_no_deadline: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether it can be recorded without a further question."""
        return self.kind is not None and (bool(self.state) or self.kind in STATELESS)

    def place(self) -> Jurisdiction:
        """The place to record; ValueError if it is not settled."""
        if self.kind is None or not self.is_settled:
            raise ValueError(f"{self.name} is not settled")
        return Jurisdiction(0, self.name, self.kind, self.state or "", self.aliases, ocd_id=self.ocd_id or "")

    @property
    def label(self) -> str:
        """Denver, CO (city and county); Middlesex, NJ (kind not settled)"""
        if self.kind is not None:
            return Jurisdiction(0, self.name, self.kind, self.state or "").full_label
        where = f", {self.state}" if self.state in STATES else ""
        return f"{self.name}{where} {KIND_NOT_SETTLED}"


@dataclass(frozen=True)
class MentionedPlace:
    """A place that the text names and no rule makes a recipient: offered to the person, who may tick it."""

    #: The place as it would be recorded.
    place: Recipient
    #: How likely it is that it was written to, from 0 to 1. It orders what is offered and decides nothing else.
    score: float
    #: The words around it.
    words: str = ""
    #: Number of its list, from 1, the list of the likeliest place first; None for a place that stands alone.
    list_number: int | None = None


@dataclass(frozen=True)
class Seen:
    """How many places a text names, each counted once, in the sort that it was put in."""

    recipients: int = 0
    #: Offered, most likely first.
    offered: int = 0
    cleared: int = 0
    #: The sender's own place.
    sender: int = 0
    #: Named in passing: a dateline, an address, a part of another name.
    passing: int = 0

    @property
    def named(self) -> int:
        return self.recipients + self.offered + self.cleared + self.sender + self.passing


@dataclass(frozen=True)
class Draft:
    """What a text says about one letter. What is unknown is None or empty, never a guess."""

    #: The whole text that was read; every `Span` refers to it.
    text: str
    source: Source
    title: str = ""
    authority: Found[str] | None = None
    #: The day on the letter, in the zone that the draft was read for.
    letter_date: Found[date] | None = None
    deadline: Found[Deadline] | None = None
    demand: Found[str] | None = None
    legal_basis: tuple[Found[str], ...] = ()
    threatened: tuple[Found[str], ...] = ()
    recipients: tuple[Recipient, ...] = ()
    #: Places that the text says were cleared: no recipients.
    cleared: tuple[Recipient, ...] = ()
    #: Places that a person may tick, most likely first. None of them is a recipient, cleared or the sender.
    mentioned: tuple[MentionedPlace, ...] = ()
    seen: Seen = Seen()
    #: The number of recipients that the text states.
    stated_count: Found[int] | None = None
    questions: tuple[Question, ...] = field(default=())

    def words(self, span: Span) -> str:
        """The text that `span` marks, with white space folded."""
        return " ".join(self.text[span.start : span.end].split())
