"""The tables of what the bot looks after by itself: what it has set aside, and what its audit has found."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.columns import Id, UtcDateTime, metadata

#: Without foreign keys: what is damaged may name anything.
set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),  # as `store.unreadable.Unreadable`, and so the next four
    Column("of_id", Id, nullable=False),
    Column("server_id", BigInteger, index=True),
    Column("number", BigInteger),
    Column("place_id", BigInteger),
    Column("why", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("reported_at", UtcDateTime),  # when the server was told
    UniqueConstraint("kind", "of_id"),
)

audits = Table(  # how far the audit has come: one row
    "audits",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("checked_to", Id, nullable=False, server_default="0"),  # the id of a case; 0 before the first
    Column("began_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
)

audit_differences = Table(
    "audit_differences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("case_id", Id, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("kind", String(20), nullable=False),  # as `record.audit.DifferenceKind`
    Column("about_id", Id, nullable=False),  # as in `alerts`, and so the next three
    Column("rung", String(40), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),  # when the audit found that it is no longer so
    UniqueConstraint("case_id", "kind", "about_id", "rung", "occurrence"),
    Index("ix_audit_differences_server_id_found_at", "server_id", "found_at"),
)
