"""Cases that stand alike are counted together. The program fills the groups, as it fills the index of states"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = ("in_court", "escalated", "answered", "refused", "extent_unknown", "partly_answered", "holding_reply")
ORDER = ["due_on", "due_time", "letter_id", "alike", "place_state"]
COUNTED = ["clock_runs", "due_by", "since", "until", "cases"]
OLD_ORDER = ["due_on", "due_time", "letter_id", "case_id"]
EMPTY = sa.text("cases = 0")


def upgrade() -> None:
    for index in ("open", "of_state", "of_letter", *STATUSES, "ended"):
        op.drop_index(f"ix_case_states_{index}", "case_states")
    op.add_column("case_states", sa.Column("facts", sa.Text(), server_default="", nullable=False))
    op.add_column("case_states", sa.Column("days_given", sa.Integer(), nullable=True))
    op.add_column("case_states", sa.Column("alike", sa.String(length=16), server_default="", nullable=False))
    op.create_index("ix_case_states_alike", "case_states", ["letter_id", "alike", "place_state", "case_id"])
    op.create_table(
        "case_groups",
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("alike", sa.String(length=16), nullable=False),
        sa.Column("place_state", sa.String(length=2), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        *_counted(),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_case_groups_letter_id")),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_case_groups_server_id")),
        sa.PrimaryKeyConstraint("letter_id", "alike", "place_state", name=op.f("pk_case_groups")),
    )
    op.create_table(
        "case_totals",
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("alike", sa.String(length=16), nullable=False),
        *_counted(),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_case_totals_server_id")),
        sa.PrimaryKeyConstraint("server_id", "alike", name=op.f("pk_case_totals")),
    )
    _index("unanswered", ["server_id", *ORDER, *COUNTED], "is_open = 1 AND answered = 0", "is_open AND NOT answered")
    for status in STATUSES:
        _index(status, ["server_id", *ORDER, *COUNTED], f"{status} = 1", status)
    _index("ended", ["server_id", "outcome", *ORDER, *COUNTED], "outcome IS NOT NULL", "outcome IS NOT NULL")
    for table in ("case_groups", "case_totals"):
        op.create_index(f"ix_{table}_empty", table, ["cases"], sqlite_where=EMPTY, postgresql_where=EMPTY)
    of_state = ["server_id", "place_state", "is_open", "answered", *ORDER[:-1], *COUNTED]
    op.create_index("ix_case_groups_of_state", "case_groups", of_state)
    op.add_column("letters", sa.Column("sent_by", sa.DateTime(), nullable=True))
    standing = sa.text("taken_back_at IS NULL")
    by_age = ["server_id", "sent_by", "id"]
    op.create_index("ix_letters_by_age", "letters", by_age, sqlite_where=standing, postgresql_where=standing)
    op.execute("UPDATE state_index SET version = 2 WHERE NOT EXISTS (SELECT id FROM letters)")  # there is nothing to fill


def _counted() -> list[sa.Column]:
    """How many cases there are, and how they stand."""
    return [
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("recorded", "is_open", "clock_runs")),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in (*STATUSES, "acknowledged", "asks_extent")),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_time", sa.String(length=15), nullable=False),
        sa.Column("due_zone", sa.String(length=64), nullable=False),
        sa.Column("due_by", sa.DateTime(), nullable=True),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.Column("days_given", sa.Integer(), nullable=True),
    ]


def _index(name: str, columns: list[str], on_sqlite: str, on_postgresql: str) -> None:
    where = {"sqlite_where": sa.text(on_sqlite), "postgresql_where": sa.text(on_postgresql)}
    op.create_index(f"ix_case_groups_{name}", "case_groups", columns, **where)


def downgrade() -> None:
    op.drop_index("ix_letters_by_age", "letters")
    op.drop_column("letters", "sent_by")
    op.drop_table("case_totals")
    op.drop_table("case_groups")
    op.drop_index("ix_case_states_alike", "case_states")
    for column in ("alike", "days_given", "facts"):
        op.drop_column("case_states", column)
    op.create_index("ix_case_states_open", "case_states", ["server_id", "is_open", *OLD_ORDER])
    op.create_index("ix_case_states_of_state", "case_states", ["server_id", "place_state", "is_open", *OLD_ORDER])
    op.create_index("ix_case_states_of_letter", "case_states", ["letter_id", "is_open", "due_on", "due_time", "case_id"])
    for status in STATUSES:
        where = {"sqlite_where": sa.text(f"{status} = 1"), "postgresql_where": sa.text(status)}
        op.create_index(f"ix_case_states_{status}", "case_states", ["server_id", *OLD_ORDER], **where)
    ended = sa.text("outcome IS NOT NULL")
    columns = ["server_id", "outcome", *OLD_ORDER]
    op.create_index("ix_case_states_ended", "case_states", columns, sqlite_where=ended, postgresql_where=ended)
