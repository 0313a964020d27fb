"""The id of a letter or a draft that was removed is never given to another one"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GAP = 1_000  # ids left out: those of letters and drafts that were removed before, which buttons still name


def upgrade() -> None:
    """Only SQLite gives out an id again: it takes the highest one and adds 1, except with AUTOINCREMENT."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(autoincrement=True)
        for table in ("letters", "drafts"):
            _leave_gap(table)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(autoincrement=False)


def _rebuild(autoincrement: bool) -> None:
    """Tables with other rows that refer to them are rebuilt under their own names, in the transaction of the migration.

    Foreign keys stay enforced, since they cannot be switched off within a transaction, and are checked at its end: each row of
    `cases` and `notices` counts as a violation when the letters are dropped, and no longer when its letter is back. For each
    letter SQLite looks for such rows, so `notices` has an index for it in the meantime.
    """
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.create_index("notices_by_letter", "notices", ["letter_id"])
    for table in ("letters", "drafts"):
        op.execute(f"CREATE TEMPORARY TABLE old_{table} AS SELECT * FROM {table}")  # noqa: S608
        op.drop_table(table)
    _create_letters(autoincrement)
    _create_drafts(autoincrement)
    for table in ("letters", "drafts"):
        columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
        old, new = (sa.table(name, *map(sa.column, columns)) for name in (f"old_{table}", table))
        op.execute(sa.insert(new).from_select(columns, sa.select(old)))
        op.execute(f"DROP TABLE old_{table}")
    op.drop_index("notices_by_letter", "notices")


def _create_letters(autoincrement: bool) -> None:
    op.create_table(
        "letters",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("sent", sa.String(length=60), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.JSON(), nullable=False),
        sa.Column("threatened", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("conflicts", sa.JSON(), nullable=False),
        sa.Column("deadline", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("deadline_note", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("operation", sa.String(length=32), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_letters_server_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("server_id", "slug", name=op.f("uq_letters_server_id_slug")),
        sqlite_autoincrement=autoincrement,
    )


def _create_drafts(autoincrement: bool) -> None:
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
        sqlite_autoincrement=autoincrement,
    )
    op.create_index(op.f("ix_drafts_server_id"), "drafts", ["server_id"])
    op.create_index(op.f("ix_drafts_made_at"), "drafts", ["made_at"])


def _leave_gap(table: str) -> None:
    """A database that was never used needs none."""
    connection = op.get_bind()
    rows, sequence = sa.table(table, sa.column("id")), sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
    highest = connection.execute(sa.select(sa.func.coalesce(sa.func.max(rows.c.id), 0))).scalar_one()
    connection.execute(sa.delete(sequence).where(sequence.c.name == table))
    if connection.execute(sa.text("SELECT 1 FROM servers LIMIT 1")).first():
        connection.execute(sa.insert(sequence).values(name=table, seq=highest + GAP))
