"""The events of a server that is being forgotten may be removed; all others stay append-only"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIFTED = {
    "sqlite": "DROP TRIGGER events_are_never_removed",
    "postgresql": "DROP TRIGGER events_are_never_removed ON events",
}
REMOVED_IF_FORGOTTEN = {
    "sqlite": [
        """CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
        WHEN NOT EXISTS (SELECT 1 FROM forgettings WHERE forgettings.server_id = OLD.server_id)
        BEGIN SELECT RAISE(ABORT, 'events are append-only: record a correction instead'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION events_removed_if_forgotten() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NOT EXISTS (SELECT 1 FROM forgettings WHERE forgettings.server_id = OLD.server_id)
        THEN RAISE EXCEPTION 'events are append-only: record a correction instead'; END IF; RETURN OLD; END $$""",
        """CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
        FOR EACH ROW EXECUTE FUNCTION events_removed_if_forgotten()""",
    ],
}
NEVER_REMOVED = {  # as revision 0001 made it
    "sqlite": """CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only: record a correction instead'); END""",
    "postgresql": """CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
        FOR EACH ROW EXECUTE FUNCTION events_append_only()""",
}


def upgrade() -> None:
    op.create_table(
        "forgettings",
        sa.Column("id", ID, nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=True),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("events", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgettings")),
        sa.UniqueConstraint("server_id", name=op.f("uq_forgettings_server_id")),
    )
    dialect = op.get_bind().dialect.name
    op.execute(LIFTED[dialect])
    for statement in REMOVED_IF_FORGOTTEN[dialect]:
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.execute(LIFTED[dialect])
    op.execute(NEVER_REMOVED[dialect])
    if dialect == "postgresql":
        op.execute("DROP FUNCTION events_removed_if_forgotten()")
    op.drop_table("forgettings")
