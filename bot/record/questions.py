"""What a text leaves open about a letter, as values. `bot.words.questions` puts each question into words.

The reader asks, `/import` asks, and both are worded in one place, so they are here, in the lowest
layer that all of them may import.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from bot.record.deadlines.deadline import Deadline
from bot.record.places import Jurisdiction


class Part(StrEnum):
    """The part of a draft that a question is about: whoever fills it in answers the question."""

    AUTHORITY = "authority"
    LETTER_DATE = "letter_date"
    DEADLINE = "deadline"
    RECIPIENTS = "recipients"
    LETTER = "letter"


class LetterKind(StrEnum):
    """Which letter a recipient got, where a text reports two and only one of them demands documents."""

    DOCUMENTS = "documents"
    NO_DOCUMENTS = "letter"


class QuestionKind(StrEnum):
    """Everything that is asked about a draft. `about`: the part of the draft that answers it.

    What a kind needs to be worded is named behind it; those are fields of `Question`.
    """

    about: Part

    def __new__(cls, value: str, about: Part) -> QuestionKind:
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.about = about
        return kind

    # Who sent it
    SEVERAL_SENDERS = "several senders", Part.AUTHORITY  # readings
    NO_SENDER = "no sender", Part.AUTHORITY
    AUTHORITY_UNKNOWN = "authority unknown", Part.AUTHORITY

    # When it was sent
    NO_LETTER_DATE = "no letter date", Part.LETTER_DATE
    LETTER_DATE_UNKNOWN = "letter date unknown", Part.LETTER_DATE
    SEVERAL_LETTER_DATES = "several letter dates", Part.LETTER_DATE  # readings
    LETTER_DATE_AMBIGUOUS = "letter date ambiguous", Part.LETTER_DATE  # quote, readings
    LETTER_DATE_IMPOSSIBLE = "letter date impossible", Part.LETTER_DATE  # quote
    LETTER_DATE_CONTRADICTS_ITSELF = "letter date contradicts itself", Part.LETTER_DATE  # quote, day
    LETTER_DATE_OF_RECEIPT = "letter date of receipt", Part.LETTER_DATE  # quote, readings
    LETTER_DATE_IN_QUOTATION = "letter date in a quotation", Part.LETTER_DATE  # quote
    LETTER_DATE_RELATIVE = "letter date relative", Part.LETTER_DATE  # quote
    LETTER_DATE_WITHOUT_YEAR = "letter date without a year", Part.LETTER_DATE  # quote
    LETTER_DATE_WITHOUT_WEEK = "letter date without a week", Part.LETTER_DATE  # quote
    LETTER_DATE_IMPRECISE = "letter date imprecise", Part.LETTER_DATE  # quote
    LETTER_DATE_IN_FUTURE = "letter date in the future", Part.LETTER_DATE  # day, today

    # By when to answer
    NO_DEADLINE = "no deadline", Part.DEADLINE
    SEVERAL_DEADLINES = "several deadlines", Part.DEADLINE  # readings
    DEADLINE_AMBIGUOUS = "deadline ambiguous", Part.DEADLINE  # quote, readings
    DEADLINE_IMPOSSIBLE = "deadline impossible", Part.DEADLINE  # quote
    DEADLINE_CONTRADICTS_ITSELF = "deadline contradicts itself", Part.DEADLINE  # quote, day
    DEADLINE_WITHOUT_YEAR = "deadline without a year", Part.DEADLINE  # quote
    DEADLINE_WITHOUT_WEEK = "deadline without a week", Part.DEADLINE  # quote
    DEADLINE_YEAR_UNSURE = "deadline of an unsure year", Part.DEADLINE  # quote
    DEADLINE_FAR_OFF = "deadline far off", Part.DEADLINE  # quote, day
    DEADLINE_BEFORE_SENT = "deadline before the letter was sent", Part.DEADLINE  # quote, sent
    DEADLINE_LAST_DAY = "last day of a deadline", Part.DEADLINE  # quote, readings: the day before, and the day
    DEADLINE_MIDNIGHT = "midnight of a deadline", Part.DEADLINE  # quote, day, readings: the day's start, and its end
    DEADLINE_WITHOUT_TIME = "deadline without a time", Part.DEADLINE  # quote
    DEADLINE_CONDITIONAL = "deadline with a condition", Part.DEADLINE  # quote; readings, if every statement gives a day
    DEADLINE_REFUSED = "deadline refused", Part.DEADLINE  # quote, reason
    DEADLINE_VAGUE = "deadline vague", Part.DEADLINE  # quote
    COUNTED_FROM_RECEIPT = "counted from receipt", Part.DEADLINE  # quote
    COUNTED_FROM_UNSTATED_DAY = "counted from an unstated day", Part.DEADLINE  # quote
    COUNTED_ON_UNKNOWN_CALENDAR = "counted on an unknown calendar", Part.DEADLINE  # quote
    COUNTED_FROM_UNKNOWN_LETTER_DATE = "counted from an unknown letter date", Part.DEADLINE  # quote
    PERIOD_REFUSED = "period refused", Part.DEADLINE  # quote, reason
    DEADLINE_COUNTED_FROM_OLD_DATE = "deadline counted from an old date", Part.DEADLINE  # day
    DEADLINE_BEFORE_LETTER = "deadline before the letter", Part.DEADLINE  # day, sent

    # Who received it
    NO_RECIPIENT_NAMED = "no recipient named", Part.RECIPIENTS
    NO_RECIPIENT = "no recipient", Part.RECIPIENTS
    RECIPIENTS_TO_TICK = "recipients to tick", Part.RECIPIENTS  # names: the likeliest; count: all that are offered
    PLACE_AMBIGUOUS = "place ambiguous", Part.RECIPIENTS  # names: as written; readings, count: of all it may be; reason
    PLACE_UNKNOWN = "place unknown", Part.RECIPIENTS  # names: as written; readings
    MORE_NAMES_UNSETTLED = "more names unsettled", Part.RECIPIENTS  # names, count
    SENT_AND_CLEARED = "sent and cleared", Part.RECIPIENTS  # names
    SOME_RECIPIENTS_NAMED = "some recipients named", Part.RECIPIENTS  # found
    STATES_READ_AS_HEADINGS = "states read as headings", Part.RECIPIENTS  # names
    SEVERAL_COUNTS = "several counts", Part.RECIPIENTS  # counts, found
    COUNT_DIFFERS = "count differs", Part.RECIPIENTS  # count, found
    COUNT_OF_SOME_DIFFERS = "count of some differs", Part.RECIPIENTS  # count, found
    RECIPIENT_UNSETTLED = "recipient unsettled", Part.RECIPIENTS  # names: its label; reason
    MORE_RECIPIENTS_UNSETTLED = "more recipients unsettled", Part.RECIPIENTS  # count
    OWN_DEADLINE_BEFORE_LETTER = "own deadline before the letter", Part.RECIPIENTS  # names: its label; day, sent
    SAME_PLACE_OTHER_DEADLINE = "same place, other deadline", Part.RECIPIENTS  # names: its label, the earlier one's

    # Which letter it is
    NO_TITLE = "no title", Part.LETTER
    NO_SOURCE = "no source", Part.LETTER
    PAGES_NOT_READ = "pages not read", Part.LETTER  # counts: the pages that are pictures; count: of all pages
    TEXT_TOO_LONG = "text too long", Part.LETTER  # count: characters that were read
    LETTER_NOT_UNDERSTOOD = "letter not understood", Part.LETTER  # names: the authority
    TWO_LETTERS = "two letters", Part.LETTER  # names: asked for documents; other_names: not asked
    SEVERAL_LETTERS = "several letters", Part.LETTER
    LETTER_MAY_BE_RECORDED = "letter may be recorded", Part.LETTER  # names: the titles of recorded letters
    LETTER_NAMED_BY_FILE = "letter named by the file", Part.LETTER  # readings: its short name
    NO_LETTER_NAMED_BY_FILE = "no letter named by the file", Part.LETTER


@dataclass(frozen=True)
class Span:
    """Characters `start` up to `end` (not included) of `Draft.text`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span of text: {self.start} to {self.end}")


# One class for each type of value, distinguished by `of`: as JSON, a date and a name are both texts.


@dataclass(frozen=True)
class NameReading:
    """A name that may be meant: an authority, or the short name of a letter."""

    value: str
    #: Where the text says it; None if it is the question's own span.
    span: Span | None = None
    #: The text's words, folded, where each reading has words of its own.
    quote: str = ""
    of: Literal["name"] = "name"


@dataclass(frozen=True)
class DayReading:
    """A day on which the letter may have been sent. `span` and `quote` as in `NameReading`."""

    value: date
    span: Span | None = None
    quote: str = ""
    of: Literal["day"] = "day"


@dataclass(frozen=True)
class DeadlineReading:
    """A deadline that may be meant. `span` and `quote` as in `NameReading`."""

    value: Deadline
    span: Span | None = None
    quote: str = ""
    of: Literal["deadline"] = "deadline"


@dataclass(frozen=True)
class PlaceReading:
    """A place that may be meant. `span` and `quote` as in `NameReading`."""

    value: Jurisdiction
    span: Span | None = None
    quote: str = ""
    of: Literal["place"] = "place"


Reading = NameReading | DayReading | DeadlineReading | PlaceReading


@dataclass(frozen=True)
class Question:
    """What is open about a draft, with the values that it is worded with. `QuestionKind` says which kinds have which."""

    kind: QuestionKind
    #: Where in the text it arose.
    span: Span | None = None
    #: What it may be, to choose from.
    readings: tuple[Reading, ...] = ()
    #: The text's words that it is about, white space folded.
    quote: str = ""
    day: date | None = None
    #: The letter's date, where `day` or `quote` lies before it.
    sent: date | None = None
    #: The day it is now, where `day` lies after it.
    today: date | None = None
    names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    count: int | None = None
    #: Counts that the text gives, where they differ.
    counts: tuple[int, ...] = ()
    #: How many recipients were found.
    found: int | None = None
    #: Why a recipient is doubtful, or a period was refused: a text for people.
    reason: str = ""

    @property
    def about(self) -> Part:
        """The part of the draft that answers it."""
        return self.kind.about
