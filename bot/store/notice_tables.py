"""The tables of what is posted: notices with their sections, and the alerts in them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    text,
)

from bot.store.columns import Flag, Id, UtcDateTime, metadata, partial_index

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("token", String(25), nullable=False, unique=True),  # the nonce; also in the custom_id of its buttons
    Column("server_id", ForeignKey("servers.id"), nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("letter_id", ForeignKey("letters.id")),  # NULL where it may be about several, or about places apart from any letter
    Column("rung", String(40), nullable=False),  # or "morning", where it has sections, or "news"
    Column("occurrence", Integer, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("part", Integer, nullable=False, server_default="0"),
    # or claimed, sent, superseded, undeliverable, set aside
    Column("state", String(12), nullable=False, server_default="pending"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("claim", String(32)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("maybe_sent", Flag, nullable=False, server_default=false()),  # look in the channel before sending
    Column("not_before", UtcDateTime, nullable=False),  # when it may be taken up; of a claimed one, when its lease ends
    Column("ready", Flag, nullable=False, server_default=false()),  # not_before has come, and nobody has taken it up
    Column("message_id", BigInteger),
    Column("sent_at", UtcDateTime),
    Column("late_by", Integer),  # seconds
    Column("restored", Flag, nullable=False, server_default=false()),  # it may have been posted before a restore (`restores`)
    Column("posted_from", UtcDateTime),  # when it was first claimed: it cannot have been posted before
    Column("own_channel", Flag, nullable=False, server_default=false()),  # a rung's own: it does not follow the server's
    Column("collects_for", BigInteger),  # Discord's id of the person whose news it collects until it is due
    UniqueConstraint("server_id", "channel_id", "letter_id", "rung", "occurrence", "due_at", "part"),
)
Index("ix_notices_by_time", notices.c.server_id, notices.c.due_at, notices.c.id)
Index("ix_notices_of_letter", notices.c.letter_id, notices.c.due_at, notices.c.id)
UNSETTLED = ("claimed", "pending", "undeliverable")  # states of what is still to be sent
#: The same for statements. Written out as in the indexes: SQLite uses those for no other condition.
UNSETTLED_STATES = {state: literal_column(f"'{state}'", String) for state in UNSETTLED}
IS_UNSETTLED = notices.c.state.in_(UNSETTLED_STATES.values())
partial_index(
    "ix_notices_collecting",
    (notices.c.server_id, notices.c.collects_for),
    text("collects_for IS NOT NULL AND state = 'pending'"),
)
partial_index("ix_notices_set_aside", (notices.c.server_id, notices.c.id), text("state = 'set aside'"))
# Each has only what its readers ask for, and none of all that was ever sent. To those that are held more lines are to come.
_UNSETTLED = f"state IN {UNSETTLED}"
for _name, _columns, _condition in (
    ("unsettled", ("server_id",), _UNSETTLED),
    ("ready", ("channel_id", "due_at", "id"), "{ready}"),
    ("asleep", ("state", "not_before"), f"{{asleep}} AND {_UNSETTLED}"),
    ("held", ("server_id",), "{asleep} AND state = 'pending' AND attempts = 0 AND rung != 'news'"),
):
    partial_index(
        f"ix_notices_{_name}",
        (notices.c[column] for column in _columns),
        text(_condition.format(ready="ready = 1", asleep="ready = 0")),
        text(_condition.format(ready="ready", asleep="NOT ready")),
    )
partial_index(  # settles who opens one, as the constraint does where there is a letter: NULLs never equal each other
    "uq_notices_of_morning",
    (notices.c[column] for column in ("server_id", "channel_id", "due_at", "part")),
    text("letter_id IS NULL AND rung = 'morning'"),
    unique=True,
)

notice_sections = Table(  # of notices that may be about several letters: which share a part, and the notices of a letter
    "notice_sections",
    metadata,
    Column("notice_id", ForeignKey("notices.id"), primary_key=True),
    Column("letter_id", ForeignKey("letters.id"), primary_key=True),
    Column("rung", String(40), primary_key=True),
    Column("occurrence", Integer, primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),  # of the notice
    sqlite_with_rowid=False,
)
Index("ix_notice_sections_of_letter", *(notice_sections.c[name] for name in ("letter_id", "due_at", "notice_id")))

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("notice_id", ForeignKey("notices.id"), index=True),
    Column("case_id", ForeignKey("cases.id")),  # NULL for news of a place apart from any letter
    Column("about_id", ForeignKey("events.id"), nullable=False),  # the deadline's version, or the event announced
    Column("rung", String(40), nullable=False),
    Column("occurrence", Integer, nullable=False, server_default="0"),
    Column("destination", String(40), nullable=False, server_default="channel"),  # who gets it: the server's channel
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(12), nullable=False, server_default="planned"),  # or superseded, or set aside: it was not posted
    Column("reason", Text, nullable=False, server_default=""),
    Column("server_id", BigInteger),  # of a superseded one alone, for lists of those; and so the next
    Column("letter_id", BigInteger),
    UniqueConstraint("case_id", "about_id", "rung", "occurrence", "destination"),
)
for _name, _of in (("superseded", "server_id"), ("superseded_of_letter", "letter_id")):
    partial_index(
        f"ix_alerts_{_name}",
        (alerts.c[_of], alerts.c.due_at, alerts.c.id),
        text(f"state = 'superseded' AND {_of} IS NOT NULL"),
    )
partial_index(  # the key above holds nothing where there is no case: NULLs never equal each other
    "uq_alerts_about_place",
    (alerts.c.about_id, alerts.c.rung, alerts.c.occurrence, alerts.c.destination),
    alerts.c.case_id.is_(None),
    unique=True,
)
