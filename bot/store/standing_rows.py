"""A standing as a row of the index of states has it: made of one, and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import blake2s
from typing import Any

from sqlalchemy import Row

from bot.record.answers import AnswerRole
from bot.record.case import Status
from bot.record.events import ConsequenceState, Extent
from bot.record.standing import OUTCOMES, Moved, Standing, StandingPeriod, deadline_of

#: The name of its column, in each of the tables of the index.
COLUMN_OF_STATUS = {
    Status.IN_COURT: "in_court",
    Status.ESCALATED: "escalated",
    Status.ANSWERED: "answered",
    Status.REFUSED: "refused",
    Status.UNKNOWN: "extent_unknown",
    Status.PARTLY: "partly_answered",
    Status.HOLDING: "holding_reply",
}
NO_DEADLINE = date.max
#: Columns that older rows were made without: they count only where they say something, so that those rows are right.
_LATER = ("silenced_until", "silenced_since", "silence_ended_at")
_ORDER = list(Status)


def values_of(period: StandingPeriod) -> dict[str, Any]:
    """The columns that a period gives: all but those of its case, in the order of the table."""
    standing = period.standing
    values = {
        "since": period.since,
        "until": period.until,
        "recorded": standing.recorded,
        "is_open": standing.is_open,
        "clock_runs": standing.clock_runs,
        "outcome": next((status.value for status in standing.statuses & OUTCOMES), None),
        **{column: status in standing.statuses for status, column in COLUMN_OF_STATUS.items()},
        "acknowledged": standing.acknowledged,
        "asks_extent": standing.asks_extent,
        "due_on": standing.due_on or NO_DEADLINE,
        "due_time": standing.due_time,
        "due_zone": standing.zone,
        "due_by": standing.due_by,
        "facts": _as_json(standing),
        "days_given": standing.days_given,
        "silenced_until": standing.silenced_until,
        "silenced_since": standing.silenced_since,
        "silence_ended_at": standing.silence_ended_at,
    }
    return {**values, "alike": _digest(period, values)}


def _as_json(standing: Standing) -> str:
    """Whether a suit is pending, the answers, and the consequences that moved."""
    if not (standing.in_court or standing.answers or standing.consequences):
        return ""
    moved = [(consequence.name, consequence.state, consequence.unmoved) for consequence in standing.consequences]
    return json.dumps([standing.in_court, standing.answers, moved])


def _digest(period: StandingPeriod, values: Mapping[str, Any]) -> str:
    """The same for periods that are the same. It begins with the first status, so that lists have the weightiest first."""
    statuses = [_ORDER.index(status) for status in period.standing.statuses]
    counted = (str(value) for name, value in values.items() if value is not None or name not in _LATER)
    digest = blake2s("|".join(counted).encode(), digest_size=7).hexdigest()
    return f"{len(_ORDER) - 1 - max(statuses) if statuses else len(_ORDER):x}{digest}"


def standing_in(row: Row[Any]) -> Standing:
    """What a row of the index of states says, as a value."""
    values = row._mapping
    in_court, answers, moved = json.loads(values["facts"] or "[false, [], []]")
    held = {status for status, column in COLUMN_OF_STATUS.items() if values[column]}
    standing = Standing(
        recorded=values["recorded"],
        is_open=values["is_open"],
        clock_runs=values["clock_runs"],
        statuses=frozenset(held | ({Status(values["outcome"])} if values["outcome"] else set())),
        acknowledged=values["acknowledged"],
        asks_extent=values["asks_extent"],
        due_on=values["due_on"] if values["due_by"] else None,
        due_time=values["due_time"],
        zone=values["due_zone"],
        due_by=values["due_by"],
        in_court=in_court,
        answers=tuple((Extent(extent), AnswerRole(role)) for extent, role in answers),
        consequences=tuple(Moved(name, ConsequenceState(state), unmoved) for name, state, unmoved in moved),
        days_given=values["days_given"],
        silenced_until=values["silenced_until"],
        silenced_since=values["silenced_since"],
        silence_ended_at=values["silence_ended_at"],
    )
    if deadline := deadline_of(standing):
        _ = deadline.last_moment  # a day, time or zone that is none is found here
    return standing
