"""What many tests share. The cast: Alice is on the desk, Bob reads, Charlie belongs to another server."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from bot.cli.main import main
from bot.clock import FrozenClock
from bot.store.database import Database

Run = Callable[..., tuple[int, str, str]]

settings.register_profile("letterwatch", deadline=None)  # a machine under load is no failure
settings.load_profile("letterwatch")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database, made once and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "empty.db"

    async def make() -> None:
        db = Database(f"sqlite+aiosqlite:///{file}")
        await db.migrate()
        await db.close()

    asyncio.run(make())
    return file


@pytest.fixture
async def db(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of its own, migrated and empty."""
    file = tmp_path / "letterwatch.db"
    shutil.copy(migrated, file)
    opened = Database(f"sqlite+aiosqlite:///{file}")
    yield opened
    await opened.close()


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line in an empty folder, with a database address in it: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'letterwatch.db'}")

    def call(*args: str) -> tuple[int, str, str]:
        try:
            code = main(args)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        sys.stdout.flush()
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2018, 1, 24, 17, tzinfo=UTC))
