"""Servers have quiet times, earlier posting times, and several roles that may record"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SERVERS = sa.table(
    "servers", sa.column("id", sa.BigInteger), sa.column("desk_role_id", sa.BigInteger), sa.column("desk_role_ids", sa.JSON)
)


def upgrade() -> None:
    op.add_column("servers", sa.Column("quiet", sa.JSON(), nullable=True))
    op.add_column("servers", sa.Column("posting_before", sa.JSON(), nullable=True))
    op.add_column("servers", sa.Column("desk_role_ids", sa.JSON(), nullable=True))
    conn = op.get_bind()
    with_role = conn.execute(sa.select(SERVERS.c.id, SERVERS.c.desk_role_id).where(SERVERS.c.desk_role_id.is_not(None))).all()
    for server_id, role_id in with_role:
        conn.execute(SERVERS.update().where(SERVERS.c.id == server_id).values(desk_role_ids=[role_id]))
    op.drop_column("servers", "desk_role_id")


def downgrade() -> None:
    op.add_column("servers", sa.Column("desk_role_id", sa.BigInteger(), nullable=True))
    conn = op.get_bind()
    with_roles = conn.execute(
        sa.select(SERVERS.c.id, SERVERS.c.desk_role_ids).where(SERVERS.c.desk_role_ids.is_not(None))
    ).all()
    for server_id, role_ids in with_roles:
        conn.execute(SERVERS.update().where(SERVERS.c.id == server_id).values(desk_role_id=role_ids[0] if role_ids else None))
    op.drop_column("servers", "desk_role_ids")
    op.drop_column("servers", "posting_before")
    op.drop_column("servers", "quiet")
