"""Notices that are ready to be taken up, apart from those that sleep, so that neither are read for the sake of the others"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNSETTLED = "state IN ('claimed', 'pending', 'undeliverable')"


def upgrade() -> None:
    """`not_before` says of each unsettled notice when it may be taken up; of a claimed one, when its lease ends.

    All of them sleep at first. The next round wakes those whose time has come.
    """
    op.execute("UPDATE notices SET not_before = lease_until WHERE state = 'claimed' AND lease_until IS NOT NULL")
    op.drop_index("ix_notices_waiting", "notices")
    op.drop_column("notices", "lease_until")
    op.add_column("notices", sa.Column("ready", sa.Boolean(), server_default=sa.false(), nullable=False))
    _partial("ix_notices_ready", ["channel_id", "due_at", "id"], "ready = 1", "ready")
    asleep = f"ready = 0 AND {UNSETTLED}", f"NOT ready AND {UNSETTLED}"
    _partial("ix_notices_asleep", ["state", "not_before"], *asleep)
    _partial("ix_notices_unsettled", ["server_id"], UNSETTLED, UNSETTLED)
    held = "ready = 0 AND state = 'pending' AND attempts = 0", "NOT ready AND state = 'pending' AND attempts = 0"
    _partial("ix_notices_held", ["letter_id"], *held)


def _partial(name: str, columns: list[str], on_sqlite: str, on_postgresql: str) -> None:
    op.create_index(name, "notices", columns, sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(on_postgresql))


def downgrade() -> None:
    op.add_column("notices", sa.Column("lease_until", sa.DateTime(), nullable=True))
    op.execute("UPDATE notices SET lease_until = not_before WHERE state = 'claimed'")
    for name in ("ix_notices_held", "ix_notices_unsettled", "ix_notices_asleep", "ix_notices_ready"):
        op.drop_index(name, "notices")
    op.drop_column("notices", "ready")
    op.create_index("ix_notices_waiting", "notices", ["state", "not_before"])
