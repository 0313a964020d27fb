"""Who recorded an event has an id of its own, beside the name"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Until now the program wrote the id of a person behind the name: "Alice (159261654)". Imports are named for their file.
PERSON = re.compile(r"(?P<name>.+) \((?P<id>[0-9]{1,19})\)")
IMPORTED = "import of "
LARGEST = 2**63 - 1  # what a BIGINT holds

APPEND_ONLY = {  # as revision 0001 made it
    "sqlite": """CREATE TRIGGER events_are_never_altered BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only: record a correction instead'); END""",
    "postgresql": """CREATE TRIGGER events_are_never_altered BEFORE UPDATE ON events
        FOR EACH ROW EXECUTE FUNCTION events_append_only()""",
}
LIFTED = {
    "sqlite": "DROP TRIGGER events_are_never_altered",
    "postgresql": "DROP TRIGGER events_are_never_altered ON events",
}


def upgrade() -> None:
    """The trigger that keeps events as they are is lifted for this one change, and put back in the same transaction: both
    databases undo DROP TRIGGER with the rest where the transaction is not committed."""
    dialect = op.get_bind().dialect.name
    for table in ("events", "closures"):
        op.add_column(table, sa.Column("recorded_by_id", sa.BigInteger(), nullable=True))
    op.execute(LIFTED[dialect])
    for table in ("events", "closures"):
        _split(table)
    op.execute(APPEND_ONLY[dialect])


def _split(table: str) -> None:
    """ "Alice (159261654)" becomes the name "Alice" and the id 159261654."""
    rows = sa.table(table, *map(sa.column, ("recorded_by", "recorded_by_id")))
    for recorder in op.get_bind().execute(sa.select(rows.c.recorded_by).distinct()).scalars().all():
        person = PERSON.fullmatch(recorder)
        if person and not recorder.startswith(IMPORTED) and int(person["id"]) <= LARGEST:
            change = sa.update(rows).where(rows.c.recorded_by == recorder)
            op.execute(change.values(recorded_by=person["name"], recorded_by_id=int(person["id"])))


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.execute(LIFTED[dialect])
    for table in ("events", "closures"):
        rows = sa.table(table, *map(sa.column, ("recorded_by", "recorded_by_id")))
        named = sa.func.substr(rows.c.recorded_by, 1, 70) + " (" + sa.cast(rows.c.recorded_by_id, sa.String) + ")"
        op.execute(sa.update(rows).where(rows.c.recorded_by_id.is_not(None)).values(recorded_by=named))
        op.drop_column(table, "recorded_by_id")
    op.execute(APPEND_ONLY[dialect])
