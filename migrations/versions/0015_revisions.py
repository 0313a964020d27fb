"""What was changed of letters, places and settings, with what it was before; and places that were merged into others"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.String(32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(100), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.String(100), server_default="", nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name="fk_revisions_server_id"),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
    )
    op.create_index("ix_revisions_of_subject", "revisions", ["server_id", "subject", "subject_id", "id"])
    op.create_index("ix_revisions_operation", "revisions", ["operation"])
    op.create_table(
        "notice_revisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("state", sa.String(12), server_default="planned", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_revisions_notice_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_notice_revisions_revision_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_revisions"),
        sa.UniqueConstraint("notice_id", "revision_id", name="uq_notice_revisions_notice_id_revision_id"),
    )
    op.create_index("ix_notice_revisions_revision_id", "notice_revisions", ["revision_id"])
    op.add_column("jurisdictions", sa.Column("merged_into", ID, nullable=True))
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index("ix_jurisdictions_merged", "jurisdictions", ["merged_into"], sqlite_where=merged, postgresql_where=merged)


def downgrade() -> None:
    op.drop_index("ix_jurisdictions_merged", "jurisdictions")
    op.drop_column("jurisdictions", "merged_into")
    op.drop_table("notice_revisions")
    op.drop_table("revisions")
