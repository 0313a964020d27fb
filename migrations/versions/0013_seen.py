"""What cannot be read is set aside; what each case should have been sent is compared with what was; alerts can be listed"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CASES = sa.table("cases", *map(sa.column, ("id", "server_id", "letter_id")))
ALERTS = sa.table("alerts", *map(sa.column, ("state", "case_id", "server_id", "letter_id")))
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "set_aside",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("of_id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
        sa.UniqueConstraint("kind", "of_id", name=op.f("uq_set_aside_kind_of_id")),
    )
    op.create_index("ix_set_aside_server_id", "set_aside", ["server_id"])
    op.create_table(
        "audits",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checked_to", ID, server_default="0", nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    op.create_table(
        "audit_differences",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about_id", ID, nullable=False),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_differences")),
        sa.UniqueConstraint(
            *("case_id", "kind", "about_id", "rung", "occurrence"),
            name="uq_audit_differences_case_id_kind_about_id_rung_occurrence",
        ),
    )
    op.create_index("ix_audit_differences_server_id_found_at", "audit_differences", ["server_id", "found_at"])
    for name in ("server_id", "letter_id"):
        op.add_column("alerts", sa.Column(name, sa.BigInteger(), nullable=True))
        of_case = sa.select(CASES.c[name]).where(CASES.c.id == ALERTS.c.case_id).scalar_subquery()
        superseded = (ALERTS.c.state == "superseded") & ALERTS.c.case_id.is_not(None)
        op.execute(sa.update(ALERTS).where(superseded).values({name: of_case}))
        named = "superseded" if name == "server_id" else "superseded_of_letter"
        _index(named, "alerts", [name, "due_at", "id"], f"state = 'superseded' AND {name} IS NOT NULL")
    op.create_index("ix_notices_by_time", "notices", ["server_id", "due_at", "id"])
    op.create_index("ix_notices_of_letter", "notices", ["letter_id", "due_at", "id"])
    _index("set_aside", "notices", ["server_id", "id"], "state = 'set aside'")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for index in ("set_aside", "of_letter", "by_time"):
        op.drop_index(f"ix_notices_{index}", "notices")
    for index in ("superseded", "superseded_of_letter"):
        op.drop_index(f"ix_alerts_{index}", "alerts")
    for name in ("letter_id", "server_id"):
        op.drop_column("alerts", name)
    op.drop_table("audit_differences")
    op.drop_table("audits")
    op.drop_table("set_aside")
