"""One thing that is recorded in many cases: what it is, and what it would be in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.record.case import Case, CaseState
from bot.record.events import (
    Answer,
    Closed,
    Consequence,
    Court,
    DeadlineSet,
    Event,
    Finding,
    Note,
    Reopened,
    Statement,
    effective_events,
)
from bot.record.new_events import NewEvent


@dataclass(frozen=True)
class Extension:
    """A new deadline as it was typed. What it means depends on the case."""

    deadline: str
    granted_by: str = ""
    counted_from: str | None = None
    calendar: str | None = None
    kind: Literal["extension"] = "extension"


BatchFact = Extension | Answer | Closed | Statement | Finding | Consequence | Court | Note | Reopened


@dataclass(frozen=True)
class Planned:
    """What would be recorded in one case, and how that stands before and after."""

    case: Case
    event: NewEvent
    before: CaseState
    after: CaseState

    @property
    def mark(self) -> str:
        """The same as long as nothing is recorded of the case, and a new deadline stays what it is."""
        detail = self.event.detail
        due = f"@{detail.deadline.last_moment.timestamp():.0f}" if isinstance(detail, DeadlineSet) else ""
        return f"{max(event.id for event in self.case.events)}{due}"


@dataclass(frozen=True)
class LeftOut:
    """A case that was chosen, and in which nothing is recorded."""

    number: int
    #: Of its place.
    label: str
    #: Plain text: "ended".
    why: str


def is_recorded_already(case: Case, new: NewEvent) -> bool:
    """Whether a case has the same event: a step in court by its docket, anything else by its day and its sources."""
    return any(_same(event, new) for event in effective_events(case.events))


def _same(event: Event, new: NewEvent) -> bool:
    old, detail = event.detail, new.detail
    if isinstance(old, Court) and isinstance(detail, Court) and old.docket and detail.docket:
        return old.step is detail.step and _plain(old.docket) == _plain(detail.docket)
    told = not isinstance(detail, Note | Statement) or event.text == new.text
    return old == detail and told and (event.when.text, event.sources) == (new.when.text, new.sources)


def _plain(docket: str) -> str:
    return "".join(sign for sign in docket.casefold() if sign.isalnum())
