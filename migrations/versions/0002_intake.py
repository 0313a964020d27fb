"""What intake and counted deadlines need: drafts, copies of what was read, closures, a calendar, division ids"""

import sqlalchemy as sa
from alembic import op

from bot.record.places import Jurisdiction, PlaceKind

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("servers", sa.Column("calendar", sa.String(length=20), server_default="none", nullable=False))
    op.add_column("jurisdictions", sa.Column("ocd_id", sa.String(length=200), server_default="", nullable=False))
    op.create_table(
        "closures",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_closures_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    op.create_index(op.f("ix_closures_server_id"), "closures", ["server_id"])
    stands = sa.text("removed_at IS NULL")
    op.create_index(
        "uq_closures_standing", "closures", ["server_id", "day"], unique=True, sqlite_where=stands, postgresql_where=stands
    )
    op.create_table(
        "drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_drafts_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_server_id"), "drafts", ["server_id"])
    op.create_index(op.f("ix_drafts_made_at"), "drafts", ["made_at"])
    op.create_table(
        "documents",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_documents_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("server_id", "sha256", name=op.f("uq_documents_server_id_sha256")),
    )
    _index_names_anew()


def _index_names_anew() -> None:
    """`place_names` is made from the names by the program, which has learned more ways of writing them ("Mt." and "Mount")."""
    places = sa.table(
        "jurisdictions", *map(sa.column, ("id", "server_id", "name", "kind", "state")), sa.column("aliases", sa.JSON)
    )
    names = sa.table("place_names", *map(sa.column, ("server_id", "key", "jurisdiction_id")))
    found = op.get_bind().execute(sa.select(places)).all()
    rows = [
        {"server_id": row.server_id, "key": key, "jurisdiction_id": row.id}
        for row in found
        for key in Jurisdiction(row.id, row.name, PlaceKind(row.kind), row.state, tuple(row.aliases)).search_keys()
    ]
    op.execute(names.delete())
    if rows:
        op.bulk_insert(names, rows)


def downgrade() -> None:
    for table in ("documents", "drafts", "closures"):
        op.drop_table(table)
    with op.batch_alter_table("jurisdictions") as batch:
        batch.drop_column("ocd_id")
    op.drop_column("servers", "calendar")
