"""The ladder of each server and letter; servers that exist keep the one that all had"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


# Rungs as `record.ladder` has them: 30, 14, 7, 3, 1 and 0 days before, passed, 3 and 7 days after, every 7 days from the 14th.
OF_ALL = [
    *({"name": f"{days}-days-before", "phase": "before", "days": days} for days in (30, 14, 7, 3)),
    {"name": "1-day-before", "phase": "before", "days": 1},
    {"name": "the-day-itself", "phase": "before"},
    {"name": "passed", "phase": "passed", "loud": True},
    {"name": "3-days-after", "phase": "after", "days": 3},
    {"name": "7-days-after", "phase": "after", "days": 7},
    {"name": "every-7-days", "phase": "after", "days": 14, "every": "week"},
]


def upgrade() -> None:
    op.add_column("servers", sa.Column("ladder", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("letters", sa.Column("ladder", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("letters", sa.Column("asked_at", sa.DateTime(), nullable=True))
    servers = sa.table("servers", sa.column("ladder", sa.JSON))
    op.execute(servers.update().values(ladder=OF_ALL))


def downgrade() -> None:
    op.drop_column("letters", "asked_at")
    op.drop_column("letters", "ladder")
    op.drop_column("servers", "ladder")
