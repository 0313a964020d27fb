"""A backup is whole and verified, or it is not there."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import BackupSettings, DatabaseSettings, Settings
from bot.desk import backups as desk
from bot.record.errors import CaseError
from bot.store import backups
from bot.store.backup_files import BackupFiles
from bot.store.backups import Made
from bot.store.database import Database
from tests.recording import NEW_YORK, Desk

NOW = datetime(2018, 3, 3, 14, 2, tzinfo=UTC)


@pytest.fixture
async def files(db: Database) -> BackupFiles:
    """Of a database with one letter."""
    desk = Desk(db)
    await desk.open()
    await desk.letter(datetime(2018, 1, 24, 12, tzinfo=NEW_YORK))
    await db.close()
    return BackupFiles.of(Path(str(db.url.database)), "")


def make(files: BackupFiles, number: int = 0, keep: int = 3, pause: Callable[[], None] = lambda: None) -> Made:
    return backups.make(files, keep, NOW + timedelta(days=number), pause)


def names(files: BackupFiles) -> list[str]:
    return sorted(file.name for file in files.folder.iterdir())


def events_in(backup: Path, folder: Path) -> int:
    """How many events a backup has, unpacked with nothing of ours."""
    plain = folder / "unpacked.db"
    with gzip.open(backup) as packed, plain.open("wb") as target:
        shutil.copyfileobj(packed, target)
    with closing(sqlite3.connect(plain)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def record_one(database: Path) -> None:
    columns = (
        "server_id, case_id, jurisdiction_id, happened, zone, recorded_at, recorded_by, certainty, kind, detail, text, sources"
    )
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            f"INSERT INTO events ({columns}, operation) SELECT {columns}, hex(randomblob(8)) FROM events LIMIT 1"
        )


def damage(database: Path) -> None:
    """Overwrite the first page of the events."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()
        [size] = connection.execute("PRAGMA page_size").fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x55" * size)


def test_a_backup_is_a_database_that_only_its_owner_may_read(files: BackupFiles, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = make(files)
    finally:
        os.umask(before)
    assert names(files) == ["letterwatch-20180303T140200Z.db.gz"]
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert made.backup.file.stat().st_mode & 0o777 == 0o600
    assert files.record_file.stat().st_mode & 0o777 == 0o600
    assert events_in(made.backup.file, tmp_path) == made.backup.events == 8


def test_what_is_recorded_meanwhile_is_not_in_it_and_does_not_make_it_begin_again(files: BackupFiles, tmp_path: Path) -> None:
    steps: list[int] = []

    def pause() -> None:
        record_one(files.database)
        steps.append(1)

    made = make(files, pause=pause)
    assert events_in(made.backup.file, tmp_path) == 8
    assert 2 <= len(steps) < 20


def test_only_the_newest_are_kept_and_no_file_of_others_is_removed(files: BackupFiles) -> None:
    files.folder.mkdir()
    others = [
        "letterwatch-20170101T000000Z.db.gz",  # called like one, but not made here
        "letterwatch-2-20170101T000000Z.db.gz",
        "letterwatch-20170101T000000Z.db.gz.bak",
        ".letterwatch-2-copy.db.partial",
        "notes.txt",
    ]
    for name in others:
        (files.folder / name).touch()
    removed = [len(make(files, day).removed) for day in range(5)]
    mine = [f"letterwatch-201803{day:02}T140200Z.db.gz" for day in (5, 6, 7)]
    assert removed == [0, 0, 0, 1, 1]
    assert names(files) == sorted(others + mine)


def test_two_of_one_second_have_two_names_and_the_later_one_is_the_newest(files: BackupFiles) -> None:
    made = [make(files).backup.file for _ in range(3)]
    assert [file.name for file in made] == [f"letterwatch-20180303T140200Z{again}.db.gz" for again in ("", "-2", "-3")]
    assert files.newest_first() == made[::-1]
    files.record_file.unlink()
    assert files.newest_first() == made[::-1]


def test_the_newest_is_the_one_that_was_made_last_even_if_the_clock_was_wrong_before(files: BackupFiles) -> None:
    ahead, right = make(files, 30), make(files, 1)
    assert files.newest_first() == [right.backup.file, ahead.backup.file]
    assert [make(files, day, keep=2).removed for day in (2, 3)] == [(ahead.backup.file,), (right.backup.file,)]


def test_a_damaged_database_is_not_backed_up_and_the_good_backups_stay(files: BackupFiles) -> None:
    good = [make(files, day, keep=2).backup.file for day in range(2)]
    intact = files.database.read_bytes()
    damage(files.database)
    for day in (2, 3, 4):
        with pytest.raises(CaseError, match=r"cannot be read|is damaged"):
            make(files, day, keep=2)
    assert names(files) == sorted(file.name for file in good)
    record = files.read()
    assert record.failed_at == NOW + timedelta(days=4) and record.failure
    assert record.newest and record.newest.file == good[-1]
    files.database.write_bytes(intact)
    make(files, 5)
    assert (files.read().failed_at, files.read().failure) == (None, "")


def test_a_row_without_the_row_it_refers_to_is_damage_too(files: BackupFiles) -> None:
    with closing(sqlite3.connect(files.database)) as connection, connection:
        connection.execute("DELETE FROM letters")
    with pytest.raises(CaseError, match="refers to one of letters that is not there"):
        make(files)
    assert names(files) == []


def test_what_was_written_is_read_back(files: BackupFiles) -> None:
    def spoil() -> None:
        packed = files.partial("packed")
        if packed.exists() and packed.stat().st_size > 100:
            with packed.open("r+b") as file:
                file.seek(60)
                file.write(bytes(8))

    with pytest.raises(CaseError, match="is damaged"):
        make(files, pause=spoil)
    assert names(files) == []


def test_a_kill_leaves_nothing_that_looks_good_and_the_next_one_removes_what_it_left(files: BackupFiles) -> None:
    probe = (
        "import os, sys; from datetime import UTC, datetime; from pathlib import Path; from bot.store import backups; "
        "from bot.store.backup_files import BackupFiles; "
        "backups.make(BackupFiles.of(Path(sys.argv[1]), ''), 3, datetime.now(UTC), lambda: os.kill(os.getpid(), 9))"
    )
    ended = subprocess.run([sys.executable, "-c", probe, str(files.database)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert names(files) == [".letterwatch-copy.db.partial", ".letterwatch.db-backup.lock"]
    assert (files.folder / names(files)[0]).stat().st_mode & 0o777 == 0o600
    assert files.newest_first() == []
    assert names(files) != [make(files).backup.file.name]
    assert len(names(files)) == 1


def test_of_two_at_once_the_second_is_refused_and_that_is_no_failure(files: BackupFiles) -> None:
    refusals = []

    def second() -> None:
        with pytest.raises(CaseError, match=r"Another backup of .*letterwatch\.db is being made at this moment") as refused:
            make(files, 1)
        refusals.append(refused)

    made = make(files, pause=second)
    assert refusals and names(files) == [made.backup.file.name]
    assert files.read().failure == ""


def test_two_databases_of_one_name_share_a_folder(files: BackupFiles, tmp_path: Path) -> None:
    """As two bots do that back up at the same hour: neither removes what the other is writing."""
    (tmp_path / "other").mkdir()
    other = BackupFiles(Path(shutil.copy(files.database, tmp_path / "other" / files.database.name)), files.folder)
    refusals = []

    def second() -> None:
        with pytest.raises(CaseError, match=r"Another backup of a letterwatch\.db in .* is being made") as refused:
            make(other)
        refusals.append(refused)

    mine = make(files, pause=second)
    assert refusals and other.read().failure == ""
    theirs = make(other)
    assert names(files) == sorted([mine.backup.file.name, theirs.backup.file.name])
    assert [len(make(other, day, keep=1).removed) for day in (1, 2)] == [1, 1]
    assert mine.backup.is_there()


def test_what_cannot_be_noted_is_not_left_for_ever(files: BackupFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the database is full, and that of the backups is not."""
    good = make(files)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(BackupFiles, "write", full)
        for day in (1, 2):
            with pytest.raises(CaseError, match=r"The record .* cannot be written to .*-backups\.json: No space left"):
                make(files, day)
    assert names(files) == [good.backup.file.name]
    assert make(files, 3, keep=1).removed == (good.backup.file,)


def test_a_folder_of_the_home_is_found(files: BackupFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert BackupFiles.of(files.database, "~/backups").folder == tmp_path / "backups"


def test_a_full_disk_is_named_and_leaves_nothing(files: BackupFiles) -> None:
    made = make(files)
    command = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "  # bytes of a file: the copy has more
        "from bot.cli.main import main; raise SystemExit(main(['backup']))"
    )
    environment = os.environ | {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{files.database}"}
    ended = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and ended.stdout == ""
    assert ended.stderr.startswith(f"The backup cannot be written to {files.folder}: "), ended.stderr
    assert names(files) == [made.backup.file.name]


def test_a_folder_that_cannot_be_made_is_named(files: BackupFiles, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(CaseError, match=r"The folder of the backups cannot be made: .*/taken/inside: "):
        make(BackupFiles(files.database, tmp_path / "taken" / "inside"))
    assert "cannot be made" in files.read().failure, "it is noted beside the database"


def test_a_database_with_fewer_events_than_a_backup_removes_none(files: BackupFiles, migrated: Path) -> None:
    """Such as a new one where the disk with the old one was not mounted: events are never removed."""
    full = make(files, 0, keep=1)
    for file in files.database.parent.glob("letterwatch.db-[ws]*"):
        file.unlink()
    shutil.copy(migrated, files.database)
    for day in (1, 2):
        made = make(files, day, keep=1)
        assert (made.removed, made.fuller) == ((), full.backup)
    assert files.read().fuller == full.backup
    full.backup.file.rename(files.folder / "moved away")
    made = make(files, 3, keep=1)
    assert (made.fuller, len(made.removed)) == (None, 2)


@pytest.mark.parametrize("record", ['{"kept": 5', "", "[]", '{"failed_at": "2018-03-03T14:02:00"}', "\x00" * 9])
def test_a_record_that_cannot_be_read_removes_nothing(files: BackupFiles, record: str) -> None:
    made = [make(files, day).backup.file for day in range(2)]
    files.record_file.write_text(record)
    made.append(make(files, 2, keep=1).backup.file)
    assert files.newest_first() == [made[2], made[1], made[0]]


def test_backups_whose_folder_was_moved_are_found(files: BackupFiles, tmp_path: Path) -> None:
    made = make(files).backup.file
    moved = BackupFiles(files.database, tmp_path / "elsewhere")
    files.folder.rename(moved.folder)
    assert moved.newest_first() == [moved.folder / made.name]
    assert len(make(moved, 1, keep=1).removed) == 1


@pytest.mark.parametrize(
    ("newest", "now", "is_due"),
    [
        (None, "2018-03-03T02:00", True),
        ("2018-03-03T03:00", "2018-03-03T12:00", False),
        ("2018-03-02T03:00", "2018-03-03T02:59", False),
        ("2018-03-02T03:00", "2018-03-03T03:00", True),
        ("2018-03-03T02:59", "2018-03-03T03:00", True),
        ("2018-02-01T03:00", "2018-03-03T01:00", True),  # the machine slept
        ("2018-04-03T03:00", "2018-03-03T01:00", True),  # a clock that was ahead made it
    ],
)
def test_a_nightly_backup_is_due_once_its_hour_has_passed(newest: str | None, now: str, is_due: bool) -> None:
    newest_at = datetime.fromisoformat(newest).replace(tzinfo=UTC) if newest else None
    assert desk.due(newest_at, datetime.fromisoformat(now).replace(tzinfo=UTC), 3) is is_due


def settings(files: BackupFiles, **backup: object) -> Settings:
    url = f"sqlite+aiosqlite:///{files.database}"
    return Settings(database=DatabaseSettings(url=url), backup=BackupSettings.model_validate(backup))


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("FIRST_LOOK", "LOOK_EVERY", "REST"):
        monkeypatch.setattr(desk, name, 0.001)
    monkeypatch.setattr(desk, "NEXT_ATTEMPT", 0.01)
    yield


@pytest.mark.usefixtures("hurried")
async def test_a_missed_night_is_made_up_for_and_each_night_has_one_backup(files: BackupFiles) -> None:
    now, stopped, looks = NOW, asyncio.Event(), 0

    def clock() -> datetime:
        nonlocal now, looks
        looks += 1
        if looks % 4 == 0:
            now += timedelta(days=1)
        if looks == 12:
            stopped.set()
        return now

    await desk.keep(settings(files), clock, stopped)
    assert [backup.made_at.day for backup in files.read().kept] == [3, 4, 5]


@pytest.mark.usefixtures("hurried")
async def test_a_failed_night_is_tried_again(files: BackupFiles, caplog: pytest.LogCaptureFixture) -> None:
    files.folder.touch()  # a file where the folder should be
    stopped, looks = asyncio.Event(), 0

    def clock() -> datetime:
        nonlocal looks
        looks += 1
        if looks == 4:
            files.folder.unlink()
        if files.read().kept or looks > 50:
            stopped.set()
        return NOW

    await desk.keep(settings(files), clock, stopped)
    levels = [record.levelname for record in caplog.records if record.name == "bot.desk.backups"]
    assert levels[0] == "ERROR", "it failed at first"
    assert len(files.read().kept) == 1
    last = desk.last_backup(settings(files))
    assert last.good and (last.failed_at, last.failure) == (None, "")


@pytest.mark.usefixtures("hurried")
async def test_it_can_be_turned_off(files: BackupFiles) -> None:
    await desk.keep(settings(files, nightly=False), lambda: NOW, asyncio.Event())
    assert not files.folder.exists()


async def test_a_stop_ends_a_backup_that_is_under_way(files: BackupFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "FIRST_LOOK", 0.0)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    monkeypatch.setattr("bot.desk.backups.time.sleep", lambda _: loop.call_soon_threadsafe(stopped.set))
    await desk.keep(settings(files), lambda: NOW, stopped)
    assert stopped.is_set()
    assert names(files) in ([], ["letterwatch-20180303T140200Z.db.gz"])


def test_what_is_known_of_the_backups_needs_no_database(files: BackupFiles) -> None:
    known = settings(files)
    assert desk.newest_good_backup(known) is None
    assert desk.overdue(desk.last_backup(known), NOW, known)
    made = make(files).backup
    files.database.write_bytes(b"damaged")
    last = desk.last_backup(known)
    assert desk.newest_good_backup(known) == made.file
    assert (last.good, last.failure, last.folder) == (made, "", files.folder)
    assert [desk.overdue(last, NOW + timedelta(hours=hours), known) for hours in (-720, 0, 25, 27)] == [
        True,
        False,
        False,
        True,
    ]
    assert not desk.overdue(last, NOW + timedelta(days=9), settings(files, nightly=False))
