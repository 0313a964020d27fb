"""Which kinds of events a server announces, and for how long one person's news is collected in one message"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COLLECTING = sa.text("collects_for IS NOT NULL AND state = 'pending'")


def upgrade() -> None:
    op.add_column("servers", sa.Column("unannounced", sa.JSON(), nullable=True))
    op.add_column("servers", sa.Column("collect_seconds", sa.Integer(), server_default="90", nullable=False))
    op.add_column("notices", sa.Column("collects_for", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_notices_collecting",
        "notices",
        ["server_id", "collects_for"],
        sqlite_where=COLLECTING,
        postgresql_where=COLLECTING,
    )


def downgrade() -> None:
    op.drop_index("ix_notices_collecting", "notices")
    op.drop_column("notices", "collects_for")
    op.drop_column("servers", "collect_seconds")
    op.drop_column("servers", "unannounced")
