"""The ladder of each server and letter; servers that exist keep the one that all had"""

from datetime import UTC, datetime

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
    own = sa.text("ladder IS NOT NULL")
    op.create_index("ix_letters_with_ladder", "letters", ["server_id"], sqlite_where=own, postgresql_where=own)
    op.add_column("notices", sa.Column("own_channel", sa.Boolean(), server_default=sa.false(), nullable=False))
    servers = sa.table("servers", sa.column("id"), sa.column("channel_id"), sa.column("ladder", sa.JSON))
    op.execute(servers.update().values(ladder=OF_ALL))
    told = sa.table("problems", *map(sa.column, ("server_id", "kind")), sa.column("since", sa.DateTime), sa.column("tell_at"))
    now = sa.literal(datetime.now(UTC).replace(tzinfo=None), sa.DateTime())
    posting = sa.select(servers.c.id, sa.literal("ladder"), now, now).where(servers.c.channel_id.is_not(None))
    op.execute(told.insert().from_select(["server_id", "kind", "since", "tell_at"], posting))


def downgrade() -> None:
    op.execute("DELETE FROM problems WHERE kind = 'ladder'")
    op.drop_column("notices", "own_channel")
    op.drop_index("ix_letters_with_ladder", "letters")
    op.drop_column("letters", "asked_at")
    op.drop_column("letters", "ladder")
    op.drop_column("servers", "ladder")
