"""Runs the migrations on the connection that the program hands over; from the shell, on the database of the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from bot.config import load
from bot.store.tables import metadata


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(load(None).database_url.replace("+aiosqlite", "")).begin() as opened:
        run(opened)
