"""The tables of the index of states, which is made from the events: `store/case_states.py`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.store.columns import Day, Flag, Id, UtcDateTime, metadata, partial_index

FLAGS = ("in_court", "escalated", "answered", "refused", "extent_unknown", "partly_answered", "holding_reply")


def _standing() -> tuple[Column[Any], ...]:
    """How a case stands from `since` on and before `until`: `record.standing.StandingPeriod` in columns."""
    return (
        Column("recorded", Flag, nullable=False),  # the letter was sent, and that was not undone
        Column("is_open", Flag, nullable=False),
        Column("clock_runs", Flag, nullable=False),
        Column("outcome", String(20)),  # how it ended; NULL if it has not
        *(Column(flag, Flag, nullable=False) for flag in FLAGS),  # the statuses that hold
        Column("acknowledged", Flag, nullable=False),
        Column("asks_extent", Flag, nullable=False),
        Column("due_on", Day, nullable=False),  # in due_zone; 9999-12-31 without a deadline, which lists put last
        Column("due_time", String(15), nullable=False),  # "17:00:00" or "end"
        Column("due_zone", String(64), nullable=False),
        Column("due_by", UtcDateTime),  # the last moment of the deadline: overdue is what this and the clock say
        Column("facts", Text, nullable=False, server_default=""),  # answers, suits and consequences, as JSON; empty without any
        Column("days_given", Integer),  # that were left when the deadline was recorded
        Column("silenced_until", Day),  # overdue repeats are held back; 9999-12-31 until the next event that is news
        Column("silenced_since", UtcDateTime),
        Column("silence_ended_at", UtcDateTime),  # early: by the news for which it waited, or by being lifted
    )


def _counted() -> tuple[Column[Any], ...]:
    """How many rows are alike, and what they have alike."""
    return (
        Column("cases", Integer, nullable=False),
        Column("since", UtcDateTime, nullable=False),
        Column("until", UtcDateTime, nullable=False),
        *_standing(),
    )


#: A row for each case, and one more for each moment still to come at which another of its events begins to count.
case_states = Table(
    "case_states",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("since", UtcDateTime, primary_key=True),
    Column("until", UtcDateTime, nullable=False),  # not included
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("letter_id", ForeignKey("letters.id"), nullable=False),
    Column("place_state", String(2), nullable=False),  # the postal code of the recipient's state
    *_standing(),
    # The rows of one letter that stand alike have the same; in its order, a list has those alike side by side.
    Column("alike", String(16), nullable=False, server_default=""),
    Column("last_event", Id, nullable=False, server_default="0"),  # the newest event that the row was made from
    Index("ix_case_states_alike", "letter_id", "alike", "place_state", "case_id"),
)
#: How many rows of `case_states` are alike: what lists walk along, however many cases each stands for.
case_groups = Table(
    "case_groups",
    metadata,
    Column("letter_id", ForeignKey("letters.id"), primary_key=True),
    Column("alike", String(16), primary_key=True),
    Column("place_state", String(2), primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    *_counted(),
)
#: The same without letters and states: what counts of a whole server are made of.
case_totals = Table(
    "case_totals",
    metadata,
    Column("server_id", ForeignKey("servers.id"), primary_key=True, autoincrement=False),
    Column("alike", String(16), primary_key=True),
    *_counted(),
)
#: What a list sorts by, within one server; then by the number of the case.
ORDER = ("due_on", "due_time", "letter_id", "alike", "place_state")
#: What counts need besides, so that they read an index alone.
COUNTED = ("clock_runs", "due_by", "since", "until", "cases")
#: By name, the condition of an index that has only such groups: as SQLAlchemy writes it for SQLite, and for PostgreSQL.
PARTS = {
    "unanswered": ("is_open = 1 AND answered = 0", "is_open AND NOT answered"),
    **{flag: (f"{flag} = 1", flag) for flag in FLAGS},
    "ended": ("outcome IS NOT NULL", "outcome IS NOT NULL"),
}


def index_of(part: str) -> str:
    return f"ix_case_groups_{part}"


for _part, (_on_sqlite, _on_postgresql) in PARTS.items():
    _columns = ("server_id", *(("outcome",) if _part == "ended" else ()), *ORDER, *COUNTED)
    partial_index(index_of(_part), (case_groups.c[name] for name in _columns), text(_on_sqlite), text(_on_postgresql))
Index(
    index_of("of_state"),
    *(case_groups.c[name] for name in ("server_id", "place_state", "is_open", "answered", *ORDER[:-1], *COUNTED)),
)
for _table in (case_groups, case_totals):
    partial_index(f"ix_{_table.name}_empty", [_table.c.cases], text("cases = 0"))

#: The groups that are silenced, or were, by the day.
SILENCED = index_of("silenced")
partial_index(
    SILENCED,
    [case_groups.c[name] for name in ("server_id", "silenced_until", "letter_id", "silenced_since")],
    text("silenced_until IS NOT NULL"),
)

state_index = Table(  # how far the index of states is filled: one row
    "state_index",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # of the rules it was filled by
    Column("filled_to", Id),  # the id of a case; NULL once it is complete
    Column("checked_to", Id, nullable=False, server_default="0"),  # the id of an event: up to it, no row is behind its case
)
