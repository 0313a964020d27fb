"""News of places, whose notices have no letter and whose alerts no case; and a look at every case that was undone once"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _rebuild(optional=True)
    # What was recorded before such a case was undone does not count any more, so that its clock may run where it had stopped.
    op.execute(
        "UPDATE cases SET look_at = tracked_since WHERE id IN (SELECT sending.case_id FROM events AS sending "
        "JOIN events AS correction ON correction.replaces = sending.id WHERE sending.kind = 'sent')"
    )


def downgrade() -> None:
    """News of places cannot be kept where each notice has a letter."""
    op.execute("DELETE FROM alerts WHERE case_id IS NULL")
    op.execute("DELETE FROM notices WHERE letter_id IS NULL")
    _rebuild(optional=False)


def _rebuild(optional: bool) -> None:
    """SQLite alters no column, so both tables are made anew, the one that refers to the other last, and filled again."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("notices", "letter_id", existing_type=sa.BigInteger(), nullable=optional)
        op.alter_column("alerts", "case_id", existing_type=sa.BigInteger(), nullable=optional)
        _index_places(optional)
        return
    columns = {}
    for table in ("alerts", "notices"):
        columns[table] = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
        op.execute(f"CREATE TEMPORARY TABLE old_{table} AS SELECT * FROM {table}")  # noqa: S608
        op.drop_table(table)
    _create_notices(optional)
    _create_alerts(optional)
    for table in ("notices", "alerts"):
        old, new = (sa.table(name, *map(sa.column, columns[table])) for name in (f"old_{table}", table))
        op.execute(sa.insert(new).from_select(columns[table], sa.select(old)))
        op.execute(f"DROP TABLE old_{table}")


def _create_notices(optional: bool) -> None:
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(length=25), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("letter_id", ID, nullable=optional),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("occurrence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("part", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="pending", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("maybe_sent", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("late_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_notices_letter_id")),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_notices_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "server_id",
            "channel_id",
            "letter_id",
            "rung",
            "occurrence",
            "due_at",
            "part",
            name=op.f("uq_notices_server_id_channel_id_letter_id_rung_occurrence_due_at_part"),
        ),
        sa.UniqueConstraint("token", name=op.f("uq_notices_token")),
    )
    op.create_index("ix_notices_waiting", "notices", ["state", "not_before"])


def _create_alerts(optional: bool) -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ID, nullable=False),
        sa.Column("notice_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=optional),
        sa.Column("about_id", ID, nullable=False),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("occurrence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("destination", sa.String(length=40), server_default="channel", nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="planned", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["events.id"], name=op.f("fk_alerts_about_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_alerts_case_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_alerts_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "case_id",
            "about_id",
            "rung",
            "occurrence",
            "destination",
            name=op.f("uq_alerts_case_id_about_id_rung_occurrence_destination"),
        ),
    )
    op.create_index(op.f("ix_alerts_notice_id"), "alerts", ["notice_id"])
    _index_places(optional)


def _index_places(optional: bool) -> None:
    if optional:
        no_case = sa.text("case_id IS NULL")
        key = ["about_id", "rung", "occurrence", "destination"]
        op.create_index("uq_alerts_about_place", "alerts", key, unique=True, sqlite_where=no_case, postgresql_where=no_case)
    elif op.get_bind().dialect.name != "sqlite":
        op.drop_index("uq_alerts_about_place", "alerts")
