"""What many tests share. The cast: Alice is on the desk, Bob reads, Charlie belongs to another server."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from bot.clock import ReplayClock
from bot.store.database import Database

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
def clock() -> ReplayClock:
    return ReplayClock(datetime(2018, 1, 24, 17, tzinfo=UTC))
