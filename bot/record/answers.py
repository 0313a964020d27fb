"""The answers of a case that still say something about it: the newest of each extent, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from bot.record.case import CaseState
from bot.record.events import Answer, Event, Extent

#: The order in which answers are named.
IN_ORDER = (Extent.FULL, Extent.REFUSAL, Extent.UNKNOWN, Extent.PARTIAL, Extent.HOLDING)


class AnswerRole(StrEnum):
    #: The full answer that stops the clock, or a refusal.
    DECISIVE = "decisive"
    #: An answer that the authority found incomplete.
    INCOMPLETE = "incomplete"
    #: A full answer that a refusal came after.
    OVERTAKEN = "overtaken"
    #: Any other that came after a full answer.
    AFTER_FULL = "after-full"
    #: Any other while there is no full answer.
    LESSER = "lesser"


def answers_in(case_state: CaseState) -> Iterator[tuple[Extent, AnswerRole, Event]]:
    """The newest answer of each extent, from the last full answer on, since that overtakes those before it."""
    newest: dict[Extent, Event] = {}
    for event in case_state.answers:
        if isinstance(event.detail, Answer):
            if event.detail.extent is Extent.FULL:
                newest.clear()
            newest[event.detail.extent] = event
    return ((extent, _role(case_state, extent, newest[extent]), newest[extent]) for extent in IN_ORDER if extent in newest)


def _role(case_state: CaseState, extent: Extent, event: Event) -> AnswerRole:
    if event is case_state.answered or extent is Extent.REFUSAL:
        return AnswerRole.DECISIVE
    overtaken = extent is Extent.UNKNOWN and case_state.unknown is not event
    if overtaken or extent is Extent.FULL:
        return AnswerRole.INCOMPLETE if overtaken or case_state.partly is event else AnswerRole.OVERTAKEN
    return AnswerRole.AFTER_FULL if case_state.answered else AnswerRole.LESSER
