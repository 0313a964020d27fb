"""What is due for one channel at one moment is one notice, with sections of several letters"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MORNING = "letter_id IS NULL AND rung = 'morning'"
HELD = "{asleep} AND state = 'pending' AND attempts = 0"


def _held(columns: list[str], more: str = "") -> None:
    on_sqlite, on_postgresql = (sa.text(HELD.format(asleep=asleep) + more) for asleep in ("ready = 0", "NOT ready"))
    op.create_index("ix_notices_held", "notices", columns, sqlite_where=on_sqlite, postgresql_where=on_postgresql)


def upgrade() -> None:
    op.create_table(
        "notice_sections",
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("letter_id", ID, nullable=False),
        sa.Column("rung", sa.String(40), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_sections_notice_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_notice_sections_letter_id"),
        sa.PrimaryKeyConstraint("notice_id", "letter_id", "rung", "occurrence", name="pk_notice_sections"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notice_sections_of_letter", "notice_sections", ["letter_id", "due_at", "notice_id"])
    op.create_index(
        "uq_notices_of_morning",
        "notices",
        ["server_id", "channel_id", "due_at", "part"],
        unique=True,
        sqlite_where=sa.text(MORNING),
        postgresql_where=sa.text(MORNING),
    )
    op.drop_index("ix_notices_held", "notices")
    _held(["server_id"], " AND rung != 'news'")


def downgrade() -> None:
    op.drop_index("ix_notices_held", "notices")
    _held(["letter_id"])
    op.drop_index("uq_notices_of_morning", "notices")
    op.drop_table("notice_sections")
