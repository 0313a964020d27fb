"""One process for each database."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.record.errors import CaseError
from bot.store.process_lock import DatabaseInUse, ProcessLock, lock_file

NOW = datetime(2018, 2, 1, 12, tzinfo=UTC)


def lock(path: object, now: datetime = NOW) -> ProcessLock:
    return ProcessLock(f"sqlite+aiosqlite:///{path}", now)


def test_a_second_process_is_told_who_runs_and_since_when(tmp_path: Path) -> None:
    with lock(tmp_path / "letterwatch.db"), pytest.raises(DatabaseInUse) as refused, lock(tmp_path / "letterwatch.db"):
        pass
    assert str(refused.value) == (
        f"Letterwatch already runs on the database {tmp_path}/letterwatch.db: process {os.getpid()} on {socket.gethostname()}, "
        "since 2018-02-01 12:00:00 UTC. Stop it first, or use another database."
    )


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with lock(tmp_path / "letterwatch.db"):
            pass


@pytest.mark.parametrize("notes", [b"", b"\xff\x00", b"[]", b'{"host": "a", "pid": "x", "since": 5}', b'{"pid": 1'])
def test_a_holder_who_left_no_readable_note_is_another_process(tmp_path: Path, notes: bytes) -> None:
    with lock(tmp_path / "letterwatch.db"):
        (tmp_path / "letterwatch.db.lock").write_bytes(notes)
        with (
            pytest.raises(DatabaseInUse, match=r"already runs on the database .*: another process\."),
            lock(tmp_path / "letterwatch.db"),
        ):
            pass


def test_all_paths_to_a_database_lead_to_one_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "letterwatch.db"
    file.touch()
    (tmp_path / "linked.db").symlink_to(file)
    (tmp_path / "folder").symlink_to(tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    with lock(file):
        for path in (
            "letterwatch.db",
            "../data/letterwatch.db",
            tmp_path / "linked.db",
            tmp_path / "folder/letterwatch.db",
            f"file:{file}?uri=true",
            "file:letterwatch.db?uri=true&mode=rwc",
        ):
            with pytest.raises(DatabaseInUse), lock(path):
                pass


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "sqlite+aiosqlite:///file:x?uri=true&mode=memory"]
)
def test_a_database_in_memory_needs_none(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with ProcessLock(url, NOW) as first, ProcessLock(url, NOW):
        first.note_identified(NOW)
        assert first.identified_at() == NOW
    assert list(tmp_path.iterdir()) == []


def test_a_child_process_that_lives_on_does_not_keep_the_lock(tmp_path: Path) -> None:
    with lock(tmp_path / "letterwatch.db"):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with lock(tmp_path / "letterwatch.db"):
            assert child.poll() is None
    finally:
        child.communicate(b"\n")


def test_the_next_process_knows_when_a_session_was_last_begun(tmp_path: Path) -> None:
    with lock(tmp_path / "letterwatch.db") as first:
        assert first.identified_at() is None
        first.note_identified(NOW + timedelta(seconds=3))
    with lock(tmp_path / "letterwatch.db") as second:
        assert second.identified_at() == NOW + timedelta(seconds=3)
    notes = lock_file(tmp_path / "letterwatch.db")
    for odd in (7, "soon", "2018-02-01T12:00:03", None):
        notes.write_text(json.dumps({"identified": odd}))
        with lock(tmp_path / "letterwatch.db") as third:
            assert third.identified_at() is None


def test_a_lock_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "letterwatch.db.lock").mkdir()
    with (
        pytest.raises(CaseError, match=r"lock file of the database cannot be opened: .*letterwatch\.db\.lock"),
        lock(tmp_path / "letterwatch.db"),
    ):
        pass


def test_a_second_name_of_the_database_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """SQLite keeps a log for each name, so that two processes damage it."""
    file = tmp_path / "letterwatch.db"
    file.touch()
    (tmp_path / "another.db").hardlink_to(file)
    with ProcessLock(f"sqlite+aiosqlite:///{file}", datetime.now(UTC)):
        assert f"{file} has a second name" in caplog.text
