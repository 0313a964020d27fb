"""A database that cannot be used: each verb says in one line what it is and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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


def damaged_settings(file: Path, column: str = "zone", value: object = "Mars/Olympus") -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f"UPDATE servers SET {column} = ? WHERE id = 7", (value,))
        connection.commit()


@pytest.mark.parametrize(
    "args", [("status", "Denver"), ("export",), IMPORT[:2], (*IMPORT[:2], "--dry-run"), (*IMPORT, "--dry-run"), IMPORT]
)
def test_settings_that_cannot_be_read_are_told_from_no_server(run: Run, file: Path, args: tuple[str, ...]) -> None:
    assert run(*IMPORT)[0] == 0
    damaged_settings(file)
    line = told(run, *args)
    assert "The settings of this server cannot be read" in line and "zone or hour is not known" in line
    assert "(table servers, id 7)" in line and "no server yet" not in line


def test_a_server_whose_settings_cannot_be_read_counts(run: Run, file: Path) -> None:
    """Else an import without --server would go to the other one."""
    assert run(*IMPORT)[0] == 0 and run(*IMPORT[:2], "--server", "8", "--name", "Metro Desk")[0] == 0
    damaged_settings(file)
    for args in (IMPORT[:2], (*IMPORT[:2], "--dry-run"), ("status", "Denver")):
        line = told(run, *args)
        assert "several servers" in line and "--server 7 (its settings cannot be read)" in line and "Metro Desk" in line
    assert run("status", "Denver", "--server", "8")[0] == 0


def test_doctor_names_what_cannot_be_read(run: Run, file: Path) -> None:
    assert run(*IMPORT)[0] == 0
    damaged_settings(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO set_aside (kind, of_id, why, server_id, number, found_at) "
            "VALUES ('case', 3, 'event 9: ValidationError', 7, 3, '2018-02-01 00:00:00')"
        )
        connection.commit()
    code, out, _ = run("doctor", "--offline")
    out = " ".join(out.split())
    assert code == 1 and "The settings of this server cannot be read" in out and "(table servers, id 7)" in out
    assert "The case with id 3 of server 7 cannot be read (event 9: ValidationError)" in out


def as_older(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE audits")
        connection.execute("UPDATE alembic_version SET version_num = '0012'")
        connection.commit()


def with_a_damaged_index(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_alerts_notice_id'")
        connection.commit()


@pytest.mark.parametrize(
    ("harm", "what"), [(as_older, "letterwatch migrate"), (with_a_damaged_index, "The database is damaged")]
)
def test_nothing_is_forgotten_half(run: Run, file: Path, harm: Callable[[Path], None], what: str) -> None:
    assert run(*IMPORT)[0] == 0
    harm(file)
    code, _, err = run(*FORGET)
    assert code == 1 and what in " ".join(err.split()) and "Nothing was changed." in err
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM forgettings").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM servers").fetchone() == (1,)
