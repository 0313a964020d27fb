"""The index of states shows which of its rows are behind the events, and is filled anew with that"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("case_states", sa.Column("last_event", ID, server_default="0", nullable=False))
    op.add_column("state_index", sa.Column("checked_to", ID, server_default="0", nullable=False))
    op.execute("UPDATE state_index SET filled_to = 0 WHERE EXISTS (SELECT 1 FROM cases)")


def downgrade() -> None:
    op.drop_column("state_index", "checked_to")
    op.drop_column("case_states", "last_event")
