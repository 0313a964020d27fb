"""What many tests share. The cast: Alice is on the desk, Bob reads, Charlie belongs to another server."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.cli.main import main
from bot.clock import FrozenClock
from bot.reader.gazetteer.gazetteer import governments_in_use, use_governments
from bot.store.database import Database

Run = Callable[..., tuple[int, str, str]]
Template = Callable[[str, Callable[[Database], Awaitable[None]]], Path]

settings.register_profile("dev", deadline=None)  # a busy machine is no failure
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def database(file: Path) -> Database:
    """A database that does not wait for the disk: no test pulls the plug."""
    db = Database(f"sqlite+aiosqlite:///{file}")

    @event.listens_for(db.engine.sync_engine, "connect")
    def hurry(connection: DBAPIConnection, record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.close()

    return db


@pytest.fixture(autouse=True)
def same_list_of_governments() -> Iterator[None]:
    """A verb that ran in this process leaves its list of governments in use; the next test has the one from before."""
    before, _ = governments_in_use()
    yield
    if governments_in_use()[0] != before:
        use_governments(before)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Makes a database once per run, by its name, for all of pytest-xdist's processes; tests copy the file."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made_once(name: str, fill: Callable[[Database], Awaitable[None]]) -> Path:
        ready, unfinished = folder / f"{name}.db", folder / f"{name}-unfinished.db"

        async def make() -> None:
            db = database(unfinished)
            await fill(db)
            await db.close()

        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be making it; released when the file is closed
            if not ready.exists():
                asyncio.run(make())
                unfinished.rename(ready)
        return ready

    return made_once


@pytest.fixture(scope="session")
def migrated(template: Template) -> Path:
    """A migrated, empty database."""
    return template("empty", Database.migrate)


@pytest.fixture
async def db(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of its own, migrated and empty."""
    file = tmp_path / "letterwatch.db"
    shutil.copy(migrated, file)
    opened = database(file)
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


WAITING_FIRST = ("journey", "sandbox", "watch")  # the rest keeps the processors busy while these wait


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what mostly waits for other processes, so that no processor is idle at the end."""
    folders = {item.nodeid: item.nodeid.split("/")[1] for item in items if "/" in item.nodeid}
    items.sort(key=lambda item: folders.get(item.nodeid) not in WAITING_FIRST)
