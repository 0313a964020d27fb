"""When something was last recorded of a case that the next alert of its letter tells; at first from the events of each"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CHANGED = sa.text("changed_at IS NOT NULL")
KINDS = ("answer", "finding", "consequence", "court", "closed", "reopened", "corrected")


def upgrade() -> None:
    op.add_column("cases", sa.Column("changed_at", sa.DateTime(), nullable=True))
    op.execute(_filled())
    columns = ["letter_id", "changed_at", "id"]
    op.create_index("ix_cases_changed", "cases", columns, sqlite_where=CHANGED, postgresql_where=CHANGED)


def downgrade() -> None:
    op.drop_index("ix_cases_changed", "cases")
    op.drop_column("cases", "changed_at")


def _filled() -> sa.Update:
    """A deadline that was recorded after its case is another one than that with which it began."""
    cases = sa.table("cases", *(sa.column(name) for name in ("id", "changed_at", "tracked_since")))
    events = sa.table("events", *(sa.column(name) for name in ("case_id", "kind", "recorded_at")))
    is_change = events.c.kind.in_(KINDS) | ((events.c.kind == "deadline") & (events.c.recorded_at > cases.c.tracked_since))
    newest = sa.select(sa.func.max(events.c.recorded_at)).where(events.c.case_id == cases.c.id, is_change)
    return sa.update(cases).values(changed_at=newest.scalar_subquery())
