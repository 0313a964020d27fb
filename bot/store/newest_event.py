"""Whether anybody has recorded something, asked just before a post: what another process records shows nowhere else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_NEWEST = "SELECT max(id) FROM events"


class NewestEvent:
    """The newest event of a SQLite database. Events are only ever appended.

    Its own connection and no SQLAlchemy: 10 microseconds, so that it can be asked before each post.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None

    def id(self) -> int | None:
        """Its id; None if there is none, or it cannot be known: the database is not in a file, or does not answer at once."""
        if self._file is None:
            return None
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(self._file, timeout=0, isolation_level=None)
            newest: int | None = self._connection.execute(_NEWEST).fetchone()[0]
        except sqlite3.Error:
            return None
        return newest

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
