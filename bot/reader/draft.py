"""A draft letter: what was found in a text, each thing with the words it came from, for a person to confirm."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from bot.record.deadlines.deadline import Deadline
from bot.record.places import STATES, Jurisdiction, PlaceKind
from bot.record.sources import Source

T = TypeVar("T")


class Threat(StrEnum):
    """What a letter may threaten: the fixed list that texts are read for. A person may add others by hand."""

    SUBPOENA = "subpoena"
    RETURN_OF_GRANTS = "return of grants"
    CONDITIONS = "additional conditions on grants"
    INELIGIBILITY = "ineligibility for grants"
    WITHHOLDING = "withholding of funds"
    TERMINATION = "termination of funding"
    LAWSUIT = "lawsuit"
    PROSECUTION = "criminal prosecution"
    CONTEMPT = "contempt"
    PENALTY = "civil penalty"


class Part(StrEnum):
    """What a question is about."""

    AUTHORITY = "authority"
    LETTER_DATE = "letter_date"
    DEADLINE = "deadline"
    RECIPIENTS = "recipients"
    LETTER = "letter"


@dataclass(frozen=True)
class Span:
    """Characters `start` up to `end` (not included) of `Draft.text`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span of text: {self.start} to {self.end}")


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value and where it stands in the text; no span where a person gave it. `doubt`: why it should be looked at."""

    value: T
    span: Span | None = None
    doubt: str = ""


@dataclass(frozen=True)
class Recipient:
    """A place as read. `state` is a postal code. `kind` or `state` are None where the text and the names do not settle them;
    `candidates` are then the places that may be meant, of which none was chosen.

    `asked`: what this recipient is asked for, where the text tells recipients of several letters apart.
    """

    name: str
    kind: PlaceKind | None
    state: str | None = None
    aliases: tuple[str, ...] = ()
    ocd_id: str | None = None
    span: Span | None = None
    doubt: str = ""
    candidates: tuple[Jurisdiction, ...] = ()
    asked: str = ""
    deadline: Deadline | None = None  # its own, where it is not the letter's

    @property
    def is_settled(self) -> bool:
        """Whether it can be recorded as it stands."""
        return self.kind is not None and (bool(self.state) or self.kind is PlaceKind.INSTITUTION)

    def place(self) -> Jurisdiction:
        """The place to record; ValueError where it is not settled."""
        if self.kind is None or not self.is_settled:
            raise ValueError(f"{self.name} is not settled")
        return Jurisdiction(0, self.name, self.kind, self.state or "", self.aliases, ocd_id=self.ocd_id or "")

    @property
    def label(self) -> str:
        """Denver, CO (city and county); Middlesex, NJ (kind not settled)"""
        if self.kind is not None:
            return Jurisdiction(0, self.name, self.kind, self.state or "").full_label
        where = f", {self.state}" if self.state in STATES else ""
        return f"{self.name}{where} (kind not settled)"


@dataclass(frozen=True)
class Question:
    """What the text does not settle, in words for a person, with the readings to choose from where there are some."""

    about: Part
    words: str
    span: Span | None = None
    readings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What a text says of one letter. Unknown is None or empty, never a guess.

    `letter_date` and `deadline` are days in the zone that the draft was read for (`Deadline.zone`).
    """

    text: str
    source: Source
    title: str = ""
    authority: Found[str] | None = None
    letter_date: Found[date] | None = None
    deadline: Found[Deadline] | None = None
    demand: Found[str] | None = None
    legal_basis: tuple[Found[str], ...] = ()
    threatened: tuple[Found[str], ...] = ()
    recipients: tuple[Recipient, ...] = ()
    cleared: tuple[Recipient, ...] = ()
    stated_count: Found[int] | None = None
    questions: tuple[Question, ...] = field(default=())

    def words(self, span: Span) -> str:
        """The text that `span` marks, white space folded."""
        return " ".join(self.text[span.start : span.end].split())
