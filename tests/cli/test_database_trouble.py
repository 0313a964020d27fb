"""A database that cannot be used: each verb says in one line what it is and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.store import sqlite_driver
from tests.conftest import Run

EXAMPLE = Path(__file__).parents[2] / "bot/examples/section-1373.json"
IMPORT = ("import", str(EXAMPLE), "--server", "7", "--name", "City Desk")


@pytest.fixture
def file(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "letterwatch.db"))


def told(run: Run, *args: str) -> str:
    """The one line that a verb says, on standard error."""
    code, out, err = run(*args)
    assert (code, out) == (1, "")
    assert "Traceback" not in err and "sqlite3." not in err
    return " ".join(err.split())


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


def zeroed_in_part(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    file.write_bytes(content)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "garbage": (lambda file: file.write_text("not a database, whatever its name says\n" * 100), "is not a database"),
    "cut short": (cut_short, "The database is damaged"),
    "overwritten": (zeroed_in_part, "The database is damaged"),
}


@pytest.mark.parametrize("args", [("status", "Denver"), ("reindex",), ("health",), ("migrate",), ("export",), IMPORT])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_told(run: Run, file: Path, damage: str, args: tuple[str, ...]) -> None:
    harm, what = DAMAGES[damage]
    harm(file)
    before = file.read_bytes()
    line = told(run, *args)
    assert what in line and str(file) in line and "letterwatch restore" in line
    assert "older version" not in line
    assert ("Nothing was recorded." in line) == (args is IMPORT)
    assert file.read_bytes() == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_doctor_tells_a_damaged_database(run: Run, file: Path, damage: str) -> None:
    harm, what = DAMAGES[damage]
    harm(file)
    before = file.read_bytes()
    code, out, err = run("doctor", "--offline")
    assert code == 1 and "Traceback" not in err
    assert what in out and str(file) in out and "letterwatch restore" in out
    assert file.read_bytes() == before


@contextmanager
def locked(file: Path) -> Iterator[None]:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def test_while_another_program_has_it_an_import_records_nothing_and_the_others_answer(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database.Database.__init__.__defaults__", (0.01,))
    assert run(*IMPORT)[0] == 0
    with locked(file):
        assert run("status", "Denver")[0] == 0
        line = told(run, *IMPORT)
        assert "The database is busy" in line and "Nothing was recorded." in line
    assert run(*IMPORT)[0] == 0


def test_a_database_that_can_only_be_read_answers_and_takes_no_import(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*IMPORT)[0] == 0
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true")
    line = told(run, *IMPORT)
    assert "The database can only be read" in line and "Nothing was recorded." in line


def test_a_folder_that_can_only_be_read_is_told_from_a_file_that_cannot_be_opened(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says of both that it cannot open the file."""
    (file.parent / "letterwatch.db-wal").mkdir()
    assert "The database cannot be opened" in told(run, "status", "Denver")
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.R_OK)  # as on a disk that is mounted read-only
    assert "The database can only be read, or its folder can" in told(run, "status", "Denver")


def test_a_database_of_another_version_is_told_from_a_damaged_one(run: Run, file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("ALTER TABLE servers DROP COLUMN zone")
    line = told(run, "status", "Denver")
    assert "lacks tables of this version" in line and "letterwatch migrate" in line
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    line = told(run, "status", "Denver")
    assert "made by a newer version of Letterwatch" in line


def test_a_folder_in_the_place_of_the_database_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letterwatch.db").mkdir()
    for args in (("status", "Denver"), ("migrate",), IMPORT):
        assert "is a folder, not a database" in told(run, *args)


def test_a_folder_that_is_not_there_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/gone/letterwatch.db")
    line = told(run, "status", "Denver")
    assert "There is no database yet at" in line and "Its folder does not exist either" in line
    assert list(tmp_path.iterdir()) == []


def test_the_newest_good_backup_is_named(run: Run, file: Path) -> None:
    assert run(*IMPORT)[0] == 0
    assert run("backup")[0] == 0
    [backup] = (file.parent / "backups").glob("letterwatch-*.db.gz")
    zeroed_in_part(file)
    line = told(run, "status", "Denver")
    assert "The database is damaged" in line and f"letterwatch restore {backup}" in line


@pytest.mark.parametrize("is_there", [True, False])
def test_no_new_database_is_begun_where_one_was_lost(run: Run, file: Path, is_there: bool) -> None:
    assert run(*IMPORT)[0] == 0
    assert run("backup")[0] == 0
    for part in file.parent.glob("letterwatch.db*"):
        if part.suffix != ".json":
            part.unlink()
    if is_there:
        file.touch()
    for verb in (IMPORT, ("migrate",)):
        line = told(run, *verb)
        assert ("is empty" if is_there else "is not there") in line and "letterwatch restore" in line
    assert file.exists() == is_there and (not is_there or not file.stat().st_size)
    [backup] = (file.parent / "backups").glob("letterwatch-*.db.gz")
    backup.unlink()
    assert run("migrate")[0] == 0


FORGET = ("forget", "--server", "7", "--yes", "City Desk", "--left")
READING = [("status", "Denver"), ("export",), ("health",), ("doctor",), FORGET]


@pytest.mark.parametrize("args", READING)
@pytest.mark.parametrize("content", ["", "of another program"])
def test_what_is_no_database_of_ours_is_not_touched(run: Run, file: Path, content: str, args: tuple[str, ...]) -> None:
    """An empty file that was changed would not be taken for a lost database any more."""
    assert run("backup")[0] == 0
    file.write_bytes(b"")
    if content:
        with sqlite3.connect(file) as connection:
            connection.execute("CREATE TABLE theirs (a)")
    before = file.read_bytes()
    assert run(*args)[0] == 1
    assert file.read_bytes() == before
    if not content:
        assert "is empty, though there are backups" in told(run, "migrate")


def test_a_log_that_is_missing_is_none(run: Run, file: Path) -> None:
    """What SQLite had written ahead is lost with it; what was in the file itself is there."""
    assert run(*IMPORT)[0] == 0
    for part in file.parent.glob("letterwatch.db-*"):
        part.unlink()
    assert run("status", "Denver")[0] == 0


def test_patience_of_the_command_line_is_longer_than_that_of_the_bot() -> None:
    from bot.app import PATIENCE

    assert PATIENCE < sqlite_driver.PATIENCE
