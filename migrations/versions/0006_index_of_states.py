"""An index of states beside the cases. The program fills it in batches afterwards, since that takes a replay of every case"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = ("in_court", "escalated", "answered", "refused", "extent_unknown", "partly_answered", "holding_reply")
ORDER = ["due_on", "due_time", "letter_id", "case_id"]


def upgrade() -> None:
    flags = ("recorded", "is_open", "clock_runs", *STATUSES, "acknowledged", "asks_extent")
    op.create_table(
        "case_states",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("place_state", sa.String(length=2), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in flags),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_time", sa.String(length=15), nullable=False),
        sa.Column("due_zone", sa.String(length=64), nullable=False),
        sa.Column("due_by", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_states_case_id")),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_case_states_server_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_case_states_letter_id")),
        sa.PrimaryKeyConstraint("case_id", "since", name=op.f("pk_case_states")),
    )
    op.create_index("ix_case_states_open", "case_states", ["server_id", "is_open", *ORDER])
    op.create_index("ix_case_states_of_state", "case_states", ["server_id", "place_state", "is_open", *ORDER])
    op.create_index("ix_case_states_of_letter", "case_states", ["letter_id", "is_open", "due_on", "due_time", "case_id"])
    for status in STATUSES:
        _partial(f"ix_case_states_{status}", ["server_id", *ORDER], f"{status} = 1", status)
    _partial("ix_case_states_ended", ["server_id", "outcome", *ORDER], "outcome IS NOT NULL", "outcome IS NOT NULL")
    marker = op.create_table(
        "state_index",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filled_to", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state_index")),
    )
    is_empty = op.get_bind().execute(sa.text("SELECT id FROM cases LIMIT 1")).first() is None
    op.bulk_insert(marker, [{"id": 1, "version": 1, "filled_to": None if is_empty else 0}])


def _partial(name: str, columns: list[str], on_sqlite: str, on_postgresql: str) -> None:
    op.create_index(name, "case_states", columns, sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(on_postgresql))


def downgrade() -> None:
    op.drop_table("state_index")
    op.drop_table("case_states")
