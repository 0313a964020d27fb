"""A fallback channel for each server, and what is broken of it, with when its people were told"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("servers", sa.Column("fallback_channel_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "problems",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("about", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fault", sa.String(20), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("tell_at", sa.DateTime(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.Column("told_in", sa.BigInteger(), nullable=True),
        sa.Column("times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("maybe_in", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name="fk_problems_server_id"),
        sa.PrimaryKeyConstraint("id", name="pk_problems"),
        sa.UniqueConstraint("server_id", "kind", "about", name="uq_problems_server_id_kind_about"),
    )
    not_told = sa.text("tell_at IS NOT NULL")
    op.create_index("ix_problems_to_tell", "problems", ["tell_at"], sqlite_where=not_told, postgresql_where=not_told)


def downgrade() -> None:
    op.drop_table("problems")
    op.drop_column("servers", "fallback_channel_id")
