"""Cases whose overdue repeats are silenced. The rows of the index of states that there are stay right: none is silenced"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("case_states", "case_groups", "case_totals")
SILENCED = sa.text("silenced_until IS NOT NULL")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("silenced_until", sa.Date(), nullable=True))
        op.add_column(table, sa.Column("silenced_since", sa.DateTime(), nullable=True))
        op.add_column(table, sa.Column("silence_ended_at", sa.DateTime(), nullable=True))
    by_day = ["server_id", "silenced_until", "letter_id", "silenced_since"]
    op.create_index("ix_case_groups_silenced", "case_groups", by_day, sqlite_where=SILENCED, postgresql_where=SILENCED)
    op.execute("UPDATE state_index SET version = 3 WHERE NOT EXISTS (SELECT id FROM letters)")  # there is nothing to fill


def downgrade() -> None:
    op.drop_index("ix_case_groups_silenced", "case_groups")
    for table in TABLES:
        op.drop_column(table, "silence_ended_at")
        op.drop_column(table, "silenced_since")
        op.drop_column(table, "silenced_until")
