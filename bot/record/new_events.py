"""What is about to be recorded: events and recipients that have no id yet."""

from __future__ import annotations

from dataclasses import dataclass

from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Amount, Certainty, Detail, Sent
from bot.record.sources import Source

_SENT = Sent()  # one, so that what is recorded of thousands of recipients is seen to be the same


@dataclass(frozen=True)
class NewEvent:
    """An event to be recorded."""

    when: When
    detail: Detail
    text: str = ""
    sources: tuple[Source, ...] = ()
    certainty: Certainty = Certainty.CONFIRMED
    amount: Amount | None = None
    conflict: str = ""
    replaces: int | None = None
    #: Its name in an imported file.
    key: str | None = None
    #: As in `Event`.
    reason: str = ""


@dataclass(frozen=True)
class NewCase:
    """A recipient to be recorded."""

    jurisdiction_id: int
    deadline: Deadline | None
    #: Those of the letter if there are none.
    sources: tuple[Source, ...] = ()
    #: Its name in an imported file.
    key: str | None = None
    #: What is recorded of it together with the sending and the deadline.
    further: tuple[NewEvent, ...] = ()
    #: What the same transaction appends later, so that the index of states is made once.
    later: tuple[NewEvent, ...] = ()


def sending_of(letter: Letter, sources: tuple[Source, ...] = (), case_key: str | None = None) -> NewEvent:
    """The first event of every case: that the letter was sent. `sources`: those of the letter if empty."""
    text = f"{letter.authority} sent the letter “{letter.title}”."
    return NewEvent(letter.sent, _SENT, text, sources or letter.sources, key=case_key and f"{case_key}/sent")
