"""The tables of what was changed of letters, places and settings."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from bot.store.columns import Id, UtcDateTime, metadata

revisions = Table(  # rows are added, and marked as undone, but never changed otherwise
    "revisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("subject", String(20), nullable=False),  # as `record.revisions.Subject`
    Column("subject_id", BigInteger, nullable=False),
    Column("operation", String(32), nullable=False),  # what was recorded together, also events, and is undone together
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", String(100), nullable=False),
    Column("recorded_by_id", BigInteger),
    Column("reason", Text, nullable=False, server_default=""),
    Column("sources", JSON, nullable=False),
    Column("before", JSON, nullable=False),  # what was changed, by name
    Column("after", JSON, nullable=False),
    Column("undone_at", UtcDateTime),
    Column("undone_by", String(100), nullable=False, server_default=""),
    # The id of the revision that this row undoes. So the highest id says whether anything was changed, or changed back.
    Column("undoes", BigInteger),
    Index("ix_revisions_of_subject", "server_id", "subject", "subject_id", "id"),
    Index("ix_revisions_operation", "operation"),
)

notice_revisions = Table(  # the lines of notices that announce revisions
    "notice_revisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("notice_id", ForeignKey("notices.id"), nullable=False),
    Column("revision_id", ForeignKey("revisions.id"), nullable=False),
    Column("state", String(12), nullable=False, server_default="planned"),  # or superseded: it was not posted
    Column("reason", Text, nullable=False, server_default=""),
    UniqueConstraint("notice_id", "revision_id"),
    Index("ix_notice_revisions_revision_id", "revision_id"),
)
