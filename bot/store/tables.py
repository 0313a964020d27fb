"""The tables. Every moment is stored in UTC; events are append-only (triggers of the first migration)."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from bot.store.care_tables import audit_differences as audit_differences
from bot.store.care_tables import audits as audits
from bot.store.care_tables import set_aside as set_aside
from bot.store.columns import Day, Flag, partial_index
from bot.store.columns import Id as Id
from bot.store.columns import UtcDateTime as UtcDateTime
from bot.store.columns import metadata as metadata
from bot.store.notice_tables import IS_UNSETTLED as IS_UNSETTLED
from bot.store.notice_tables import UNSETTLED as UNSETTLED
from bot.store.notice_tables import UNSETTLED_STATES as UNSETTLED_STATES
from bot.store.notice_tables import alerts as alerts
from bot.store.notice_tables import notice_sections as notice_sections
from bot.store.notice_tables import notices as notices
from bot.store.revision_tables import notice_revisions as notice_revisions
from bot.store.revision_tables import revisions as revisions
from bot.store.state_tables import case_groups as case_groups
from bot.store.state_tables import case_states as case_states
from bot.store.state_tables import case_totals as case_totals
from bot.store.state_tables import state_index as state_index

servers = Table(
    "servers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False, server_default=""),
    Column("zone", String(64), nullable=False, server_default="America/New_York"),
    Column("hour", Integer, nullable=False, server_default="9"),
    Column("posting_since", UtcDateTime),  # when zone, hour or quiet times were last changed while alerts were posted
    Column("channel_id", BigInteger),
    Column("escalation_role_id", BigInteger),
    Column("announce", Flag, nullable=False, server_default=true()),
    Column("calendar", String(20), nullable=False, server_default="none"),  # of holidays, for counting days
    Column("fallback_channel_id", BigInteger),  # for what Discord refuses to post in the first one
    Column("ladder", JSON(none_as_null=True)),  # rungs; NULL for the default ladder
    Column("unannounced", JSON(none_as_null=True)),  # kinds of news that are not announced (`record.news_kinds`); NULL for none
    Column("collect_seconds", Integer, nullable=False, server_default="90"),  # in which one person's news becomes one message
    Column("quiet", JSON(none_as_null=True)),
    Column("posting_before", JSON(none_as_null=True)),  # the posting times until posting_since, the newest first
    Column("desk_role_ids", JSON(none_as_null=True)),
)

jurisdictions = Table(
    "jurisdictions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(2), nullable=False, server_default=""),
    Column("aliases", JSON, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("sources", JSON, nullable=False),
    Column("ocd_id", String(200), nullable=False, server_default=""),  # Open Civic Data division
    Column("merged_into", Id),  # the id of the place that it is a part of now; that one is merged into none
    UniqueConstraint("server_id", "name", "state", "kind"),
)
partial_index("ix_jurisdictions_merged", (jurisdictions.c.merged_into,), jurisdictions.c.merged_into.is_not(None))

place_names = Table(
    "place_names",
    metadata,
    Column("server_id", ForeignKey("servers.id"), primary_key=True),
    Column("key", String(250), primary_key=True),
    Column("jurisdiction_id", ForeignKey("jurisdictions.id"), primary_key=True),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("slug", String(80), nullable=False),
    Column("title", String(200), nullable=False),
    Column("authority", String(200), nullable=False),
    Column("sent", String(60), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("demand", Text, nullable=False),
    Column("legal_basis", JSON, nullable=False),
    Column("threatened", JSON, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("amounts", JSON, nullable=False),
    Column("conflicts", JSON, nullable=False),
    Column("deadline", JSON(none_as_null=True)),
    Column("deadline_note", Text, nullable=False, server_default=""),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("operation", String(32), nullable=False),
    Column("taken_back_at", UtcDateTime),  # a letter whose recipients were all undone; its slug is free again
    Column("ladder", JSON(none_as_null=True)),  # rungs of its own; NULL for the server's
    Column("asked_at", UtcDateTime),  # when the question was due whether to go on watching
    Column("sent_by", UtcDateTime),  # the last moment of `sent`, by which lists sort; NULL until the index of states is filled
    UniqueConstraint("server_id", "slug"),
    sqlite_autoincrement=True,  # buttons name letters: the id of one that was removed must not name another one
)

partial_index("ix_letters_with_ladder", (letters.c.server_id,), letters.c.ladder.is_not(None))
partial_index("ix_letters_by_age", (letters.c.server_id, letters.c.sent_by, letters.c.id), letters.c.taken_back_at.is_(None))

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("letter_id", ForeignKey("letters.id"), nullable=False),
    Column("jurisdiction_id", ForeignKey("jurisdictions.id"), nullable=False, index=True),
    Column("tracked_since", UtcDateTime, nullable=False),
    Column("looked_at", UtcDateTime),
    Column("look_at", UtcDateTime, index=True),
    Column("changed_at", UtcDateTime),  # when something was last recorded that the next alert of its letter tells
    UniqueConstraint("server_id", "number"),
    UniqueConstraint("letter_id", "jurisdiction_id"),
)
partial_index("ix_cases_changed", (cases.c.letter_id, cases.c.changed_at, cases.c.id), cases.c.changed_at.is_not(None))

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("case_id", ForeignKey("cases.id"), index=True),
    Column("jurisdiction_id", ForeignKey("jurisdictions.id"), nullable=False, index=True),
    Column("happened", String(60), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", String(100), nullable=False),
    Column("certainty", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("amount", JSON(none_as_null=True)),
    Column("conflict", Text, nullable=False, server_default=""),
    Column("replaces", ForeignKey("events.id"), unique=True),  # one correction each: a second one is refused
    Column("key", String(200)),  # its name in an imported file, so that importing twice changes nothing
    Column("operation", String(32), nullable=False, index=True),  # what was recorded together, and is undone together
    Column("recorded_by_id", BigInteger),  # Discord's id of the person; NULL where a file was imported
    Column("reason", Text, nullable=False, server_default=""),  # why it corrects another event
    UniqueConstraint("server_id", "key"),
)

restores = Table(  # of backups; what was due until then may have been posted, and is looked for
    "restores",
    metadata,
    Column("id", Id, primary_key=True),
    Column("restored_at", UtcDateTime, nullable=False),
    Column("send_old", Flag, nullable=False, server_default=false()),  # also where the history of the channel cannot be read
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("ticked_at", UtcDateTime, nullable=False),
    Column("held", String(20)),  # why nothing is posted: ahead, unconfirmed
    Column("ahead_by", BigInteger),  # seconds by which the machine's clock is ahead of Discord's, if nothing is posted
)

problems = Table(  # what a person has to correct; the row stays when that is done
    "problems",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("about", BigInteger, nullable=False, server_default="0"),  # the id of a channel or role, or the number of a case
    Column("fault", String(20), nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("since", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("tell_at", UtcDateTime),  # when the server is to be told, for the first time or again; NULL once it has ended
    Column("told_at", UtcDateTime),
    Column("told_in", BigInteger),  # the channel
    Column("times", Integer, nullable=False, server_default="0"),  # how often it was told, which the nonce counts
    Column("maybe_in", BigInteger),  # the channel in which a message may have been posted: look there before telling
    UniqueConstraint("server_id", "kind", "about"),
)
partial_index("ix_problems_to_tell", (problems.c.tell_at,), problems.c.tell_at.is_not(None))

synced_commands = Table(
    "synced_commands",
    metadata,
    Column("application_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
)

closures = Table(
    "closures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False, index=True),
    Column("day", Day, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("sources", JSON, nullable=False),
    Column("recorded_by", String(100), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),  # taken off the calendar again; the row stays
    Column("recorded_by_id", BigInteger),  # Discord's id of the person
)
partial_index(  # one closure a day
    "uq_closures_standing", (closures.c.server_id, closures.c.day), closures.c.removed_at.is_(None), unique=True
)

drafts = Table(  # what /import has read; removed when it is confirmed or dropped, or when it is old. Below zero: forms
    "drafts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False, index=True),
    Column("person_id", BigInteger, nullable=False),  # Discord's id; only they may change and confirm it
    Column("made_at", UtcDateTime, nullable=False, index=True),
    Column("body", JSON, nullable=False),  # of a draft, or of a letter that /letter new has asked about
    Column("content", LargeBinary, nullable=False),  # what was read, byte for byte
    sqlite_autoincrement=True,  # as with letters
)

documents = Table(  # copies of what letters were read from, as they were read
    "documents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("name", String(500), nullable=False),
    Column("url", String(2000), nullable=False, server_default=""),
    Column("media_type", String(100), nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("server_id", "sha256"),
)

forgettings = Table(  # of servers whose rows are being removed, or were: the one exception to events being append-only
    "forgettings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", BigInteger, unique=True),  # its events may be removed (trigger of revision 0014); NULL once it is done
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("events", Integer, nullable=False, server_default="0"),  # how many were removed
)
