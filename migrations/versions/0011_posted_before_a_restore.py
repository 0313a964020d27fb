"""Notices know from when on they may stand in their channel, and whether they may have been posted before a restore"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("notices", sa.Column("restored", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("notices", sa.Column("posted_from", sa.DateTime(), nullable=True))
    op.create_table(
        "restores",
        sa.Column("id", ID, nullable=False),
        sa.Column("restored_at", sa.DateTime(), nullable=False),
        sa.Column("send_old", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_restores"),
    )


def downgrade() -> None:
    op.drop_table("restores")
    op.drop_column("notices", "posted_from")
    op.drop_column("notices", "restored")
