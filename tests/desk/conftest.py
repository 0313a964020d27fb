"""Alice's desk on one server."""

from __future__ import annotations

import pytest

from bot.store.database import Database
from tests.recording import Desk


@pytest.fixture
async def alices(db: Database) -> Desk:
    desk = Desk(db)
    await desk.open()
    return desk
