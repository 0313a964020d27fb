"""Alembic migrations, applied at start and by `letterwatch migrate`. Never edited once released."""
