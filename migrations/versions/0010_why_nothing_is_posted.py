"""The heartbeat says what keeps the watch from posting"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("heartbeat", sa.Column("held", sa.String(20)))
    op.add_column("heartbeat", sa.Column("ahead_by", sa.BigInteger()))


def downgrade() -> None:
    op.drop_column("heartbeat", "ahead_by")
    op.drop_column("heartbeat", "held")
