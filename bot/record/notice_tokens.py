"""The token of a notice: the same for the same alerts in the same channel, whatever ids the database gives them.

It is derived from what the alerts say, and not from their ids: after a restore the database gives out again, for other facts,
the ids of what was recorded since the backup. A message that is found by its token says what the notice says.
"""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from bot.record.case import Case
from bot.record.events import DeadlineSet, Event
from bot.record.ladder import NEWS
from bot.record.place_facts import PlaceFact
from bot.record.places import Jurisdiction
from bot.record.revisions import Revision

BYTES = 15  # 24 characters in base 32; a nonce has at most 25 (Discord docs, "Create Message")


@dataclass(frozen=True)
class CaseAlert:
    """One line of a notice about a case."""

    case: Case
    #: The event that set the deadline, or the event that is announced.
    about_id: int
    rung: str
    occurrence: int = 0

    @property
    def key(self) -> list[str]:
        """What no two alerts of a server have in common.

        Without the moment when it was due: another posting hour makes no other alert of it.
        """
        event = next(event for event in self.case.events if event.id == self.about_id)
        # Of several that say the same and were recorded together, which of them.
        alike = sum(other.id < event.id and _is_like(other, event) for other in self.case.events)
        line = [self.case.letter.slug, *_of_place(self.case.place), self.rung, str(self.occurrence), str(alike)]
        return line + _of_event(event)


@dataclass(frozen=True)
class PlaceAlert:
    """One line of a notice about places apart from any letter."""

    fact: PlaceFact

    @property
    def key(self) -> list[str]:
        return ["", *_of_place(self.fact.place), NEWS, "0", "0", *_of_event(self.fact.event)]


@dataclass(frozen=True)
class ChangeAlert:
    """One line of a notice about a change of a letter or a place."""

    revision: Revision

    @property
    def key(self) -> list[str]:
        said = json.dumps([self.revision.before, self.revision.after], sort_keys=True)
        is_undoing = str(self.revision.undoes is not None)
        return ["", self.revision.subject.value, is_undoing, NEWS, self.revision.recorded_at.isoformat(), said]


def token_of(server_id: int, channel_id: int, alerts: Iterable[CaseAlert | PlaceAlert | ChangeAlert]) -> str:
    """The token of a notice with these alerts, in any order."""
    lines = sorted([alert.key for alert in alerts])
    digest = blake2b(json.dumps([server_id, channel_id, lines]).encode(), digest_size=BYTES)
    return b32encode(digest.digest()).decode().lower()


def _of_place(place: Jurisdiction) -> tuple[str, str, str]:
    return place.name, place.state, place.kind.value


def _of_event(event: Event) -> list[str]:
    """What it says, and when it was recorded. Of a deadline only the moment: how it was reached is worded anew now and then."""
    detail = event.detail
    if isinstance(detail, DeadlineSet):
        own = [detail.kind, detail.deadline.last_moment.isoformat(), detail.basis.value, detail.granted_by]
    else:
        own = [f"{name}: {value}" for name, value in vars(detail).items()]
    return [event.recorded_at.isoformat(), event.when.text, event.text, *own]


def _is_like(other: Event, event: Event) -> bool:
    alike = other.recorded_at == event.recorded_at and other.detail.kind == event.detail.kind
    return alike and _of_event(other) == _of_event(event)
