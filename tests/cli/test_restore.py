"""A backup takes the place of the database, or the database stays as it is."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store.backup_files import BackupFiles
from bot.store.backups import make
from bot.store.process_lock import ProcessLock
from tests.conftest import Run
from tests.conftest import database as opened
from tests.recording import FOUR_PLACES, NEW_YORK, Desk

NOW = datetime(2018, 1, 24, 12, tzinfo=NEW_YORK)


@pytest.fixture(scope="module")
def backed_up(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of two letters, and a backup that has the first of them."""
    folder = tmp_path_factory.mktemp("backed-up")
    file = folder / "letterwatch.db"
    shutil.copy(migrated, file)

    async def record(now: datetime, *to: str) -> None:
        db = opened(file)
        desk = Desk(db)
        await desk.open()
        await desk.letter(now, to=to)
        await db.close()

    asyncio.run(record(NOW, *FOUR_PLACES))
    make(BackupFiles.of(file, ""), 14, NOW, lambda: None)
    asyncio.run(record(datetime(2018, 3, 3, 9, 2, tzinfo=NEW_YORK), "Albany"))
    return folder


@pytest.fixture
def database(backed_up: Path, tmp_path: Path) -> Path:
    """With a letter that is in the backup, and one that is not; nobody has it open."""
    shutil.copytree(backed_up, tmp_path, dirs_exist_ok=True)
    return tmp_path / "letterwatch.db"


def backup_of(database: Path) -> Path:
    [backup] = (database.parent / "backups").iterdir()
    return backup


def events_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


def files_beside(database: Path) -> dict[str, bytes]:
    """All files of the folder, but for those that only locks are on."""
    return {file.name: file.read_bytes() for file in database.parent.iterdir() if file.is_file() and file.suffix != ".lock"}


def kept_of(database: Path) -> Path:
    [kept] = database.parent.glob("letterwatch.db.before-restore-*")
    return kept


def test_the_newest_good_backup_is_restored_and_what_is_lost_is_named(database: Path, run: Run) -> None:
    code, out, err = run("restore", "--yes")
    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [
        f"{backup_of(database)} is a good backup: 8 events, the last one recorded on Wed 24 January 2018, 17:00 UTC.",
        "What was recorded from Sat 3 March 2018, 14:02 UTC until Sat 3 March 2018, 14:02 UTC is lost: 2 events.",
        "Changes of settings and drafts of imports that were made after the backup are lost too.",
    ]
    kept = kept_of(database)
    assert f"The database that was in use until now is {kept}." in out
    assert (events_in(database), events_in(kept)) == (8, 10)
    assert database.stat().st_mode == kept.stat().st_mode
    assert sorted(file.name for file in database.parent.glob("*-[ws]*")) == []


def test_a_restore_is_taken_back_by_restoring_what_was_kept(database: Path, run: Run) -> None:
    run("restore", str(backup_of(database)))
    code, out, _ = run("restore", str(kept_of(database)))
    assert (code, events_in(database)) == (0, 10)
    assert "No recorded event is lost." in out


def test_after_a_restore_fewer_events_are_no_suspicion(database: Path, run: Run) -> None:
    run("backup")
    run("restore", str(backup_of_first(database)))
    code, out, _ = run("backup")
    assert code == 0 and "more events" not in out


def backup_of_first(database: Path) -> Path:
    return min((database.parent / "backups").iterdir(), key=lambda file: (len(file.name), file.name))


def test_what_was_told_before_is_looked_for_although_the_clock_is_behind_now(database: Path, run: Run) -> None:
    """A machine that is set up anew may begin with a clock that is behind."""
    with closing(sqlite3.connect(database)) as connection, connection:
        columns = "token, server_id, channel_id, rung, due_at, state, not_before"
        [server] = connection.execute("SELECT id FROM servers").fetchone()
        values = ("told", server, 1, "news", "2099-03-09 14:00:00.250000", "sent", "2099-03-09 14:00:00.250000")
        connection.execute(f"INSERT INTO notices ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    run("restore", str(backup_of(database)))
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT restored_at >= '2099-03-09 14:00:00.250000' FROM restores").fetchall() == [(1,)]


def test_commands_are_synced_again_after_a_restore(database: Path, run: Run) -> None:
    """Discord may have those of the version that was just taken back."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO synced_commands VALUES (1, 'digest')")
    run("backup")
    newest = max((database.parent / "backups").iterdir(), key=lambda file: (len(file.name), file.name))
    run("restore", str(newest))
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT * FROM synced_commands").fetchall() == []


def test_a_dry_run_says_the_same_and_changes_nothing(database: Path, run: Run) -> None:
    before = files_beside(database)
    code, out, _ = run("restore", "--dry-run")
    assert (code, out.splitlines()[-1]) == (0, "Nothing was changed.")
    assert "is lost: 2 events." in out
    assert files_beside(database) == before


def test_what_a_killed_bot_left_in_the_log_is_compared_and_kept(database: Path, run: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE servers SET name = 'in the log'")
        connection.commit()
        for ending in ("", "-wal"):
            shutil.copy(f"{database}{ending}", tmp_path / f"left{ending}")
    for ending in ("", "-wal"):
        (tmp_path / f"left{ending}").rename(f"{database}{ending}")
    before = files_beside(database)
    assert "is lost: 2 events." in run("restore", "--dry-run")[1]
    after = files_beside(database)
    assert {name: after[name] for name in before} == before
    assert run("restore", "--yes")[0] == 0
    with closing(sqlite3.connect(kept_of(database))) as connection:
        assert connection.execute("SELECT name FROM servers").fetchall() == [("in the log",)]


def spoiled(kind: str, database: Path) -> Path:
    """Something that is no good backup."""
    backup, bad = backup_of(database), database.with_name("bad.db.gz")
    packed = backup.read_bytes()
    match kind:
        case "cut off" | "a bit flipped" | "empty" | "text" | "packed text":
            bad.write_bytes(bytes_of(kind, packed))
        case "folder":
            bad.mkdir()
        case "another program":
            with closing(sqlite3.connect(bad)) as connection, connection:
                connection.execute("CREATE TABLE bookmarks (id INTEGER)")
        case "newer":
            changed(backup, bad, "UPDATE alembic_version SET version_num = '9999'")
        case "damaged":
            changed(backup, bad, "DELETE FROM letters")
        case "in use":
            return database
    return bad


def bytes_of(kind: str, packed: bytes) -> bytes:
    return {
        "cut off": packed[: len(packed) // 2],
        "a bit flipped": packed[:400] + bytes([packed[400] ^ 1]) + packed[401:],
        "empty": b"",
        "text": b"Not a backup.",
        "packed text": gzip.compress(b"Not a database."),
    }[kind]


def changed(backup: Path, target: Path, statement: str) -> None:
    plain = target.with_suffix(".plain")
    plain.write_bytes(gzip.decompress(backup.read_bytes()))
    with closing(sqlite3.connect(plain)) as connection, connection:
        connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA journal_mode = DELETE")
    target.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("missing", "There is no file"),
        ("folder", "is not a file"),
        ("empty", "is not a database of Letterwatch"),
        ("text", "is damaged, or no backup"),
        ("cut off", "is damaged, or no backup"),
        ("a bit flipped", "is damaged"),
        ("packed text", "cannot be read: file is not a database"),
        ("another program", "is not a database of Letterwatch"),
        ("newer", "was made by a newer version of Letterwatch: its tables are at revision 9999"),
        ("damaged", "refers to one of letters that is not there"),
        ("in use", "is the database in use, not a backup of it"),
    ],
)
def test_what_cannot_be_restored_leaves_the_database_byte_for_byte(kind: str, refusal: str, database: Path, run: Run) -> None:
    bad = spoiled(kind, database)
    before = files_beside(database)
    code, out, err = run("restore", str(bad))
    assert (code, out) == (1, "")
    assert refusal in err and err.count("\n") == 1
    assert files_beside(database) == before


def test_a_damaged_newest_backup_is_passed_over_by_name(database: Path, run: Run) -> None:
    run("backup")
    older, newer = sorted((database.parent / "backups").iterdir(), key=lambda file: (len(file.name), file.name))
    with newer.open("r+b") as file:
        file.seek(400)
        file.write(bytes(64))
    code, out, _ = run("restore", "--yes")
    assert code == 0
    assert out.startswith(f"{newer} is damaged") and f"{older} is a good backup" in out
    newer.unlink()
    older.write_bytes(b"")
    code, _, err = run("restore", "--yes")
    assert code == 1 and f"There is no good backup of {database}" in err


def test_without_a_name_and_without_yes_it_asks(database: Path, run: Run) -> None:
    before = files_beside(database)
    code, out, err = run("restore")
    assert (code, err) == (2, "Name the backup, or say --yes. Nothing was changed.\n")
    assert str(backup_of(database)) in out
    assert files_beside(database) == before


def test_it_is_refused_while_the_bot_runs_but_for_a_dry_run(database: Path, run: Run) -> None:
    before = files_beside(database)
    with ProcessLock(f"sqlite+aiosqlite:///{database}", datetime(2018, 3, 4, tzinfo=UTC)):
        code, _, err = run("restore", "--yes")
        assert code == 1 and f"already runs on the database {database}" in err
        assert run("restore", "--dry-run")[0] == 0
        assert run("backup")[0] == 0
    assert files_beside(database).keys() == before.keys()
    assert events_in(database) == 10


def test_it_is_refused_while_another_program_has_the_database_open(database: Path, run: Run) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("SELECT count(*) FROM events").fetchone()
        before = files_beside(database)
        code, _, err = run("restore", "--yes")
        assert (code, err) == (1, f"Another program has the database at {database} open. Nothing was changed.\n")
        assert files_beside(database) == before


def test_a_dry_run_meanwhile_takes_nothing_from_a_restore_that_asks(
    database: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new, empty database would be begun where the unpacked backup was, and put in place."""
    answers = iter([("--dry-run",)])

    def asked() -> int:
        for verb in answers:
            assert run("restore", *verb)[0] == 0
        return 0

    monkeypatch.setattr("bot.cli.restore._asked", asked)
    code, _, err = run("restore")
    assert (code, err, events_in(database)) == (0, "", 8)


def test_what_was_unpacked_and_is_gone_is_not_replaced_by_an_empty_database(
    database: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> int:
        database.with_name(".letterwatch.db-restore.partial").unlink()
        return 0

    monkeypatch.setattr("bot.cli.restore._asked", asked)
    before = files_beside(database)
    code, _, err = run("restore")
    assert code == 1 and "was removed by another program. Nothing was changed." in err
    assert files_beside(database) == before


def test_what_a_killed_dry_run_has_left_is_removed_by_the_next_restore(database: Path, run: Run) -> None:
    command = (
        "import os, bot.words.backups; bot.words.backups.lost = lambda *_: os.kill(os.getpid(), 9); "
        "from bot.cli.main import main; main(['restore', '--dry-run'])"
    )
    environment = os.environ | {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    assert subprocess.run([sys.executable, "-c", command], env=environment, check=False).returncode == -signal.SIGKILL
    assert len(list(database.parent.glob(".*.partial"))) == 1
    assert run("restore", "--yes")[0] == 0
    assert list(database.parent.glob(".*.partial")) == []


def test_for_want_of_room_no_older_backup_is_taken(database: Path, run: Run) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE large AS SELECT randomblob(1000000) AS bytes")
    run("backup")
    before = files_beside(database)
    command = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000)); "  # the older one has less
        "from bot.cli.main import main; raise SystemExit(main(['restore', '--yes']))"
    )
    environment = os.environ | {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    ended = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and "cannot be unpacked" in ended.stderr, ended
    assert files_beside(database) == before


@pytest.mark.parametrize("has_links", [True, False])
def test_a_name_that_cannot_be_changed_leaves_the_database_in_use(
    has_links: bool, database: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    before = files_beside(database)
    monkeypatch.setattr(Path, "replace", refused)
    if not has_links:
        monkeypatch.setattr(os, "link", refused)
    code, _, err = run("restore", "--yes")
    assert code == 1 and "cannot be replaced: Operation not permitted. Nothing was changed." in err
    assert files_beside(database).keys() == before.keys()
    assert events_in(database) == 10


def test_a_full_disk_leaves_the_database(database: Path) -> None:
    before = files_beside(database)
    command = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        "from bot.cli.main import main; raise SystemExit(main(['restore', '--yes']))"
    )
    environment = os.environ | {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    ended = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and "cannot be unpacked" in ended.stderr
    assert files_beside(database) == before


@pytest.mark.parametrize("moment", ["os.link", "pathlib.Path.replace"])
def test_killed_at_any_moment_a_whole_database_is_left(moment: str, database: Path, run: Run) -> None:
    module, _, name = moment.rpartition(".")
    command = (
        f"import os, pathlib, bot.store.restoring; {module}.{name} = lambda *_: os.kill(os.getpid(), 9); "
        "from bot.cli.main import main; main(['restore', '--yes'])"
    )
    environment = os.environ | {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{database}"}
    assert subprocess.run([sys.executable, "-c", command], env=environment, check=False).returncode == -signal.SIGKILL
    assert events_in(database) == 10
    assert run("restore", "--yes")[0] == 0
    assert events_in(database) == 8


@pytest.mark.parametrize("state", ["gone", "damaged"])
def test_a_database_that_is_gone_or_damaged_is_replaced(state: str, database: Path, run: Run) -> None:
    shutil.rmtree(database.parent / "elsewhere", ignore_errors=True)
    if state == "gone":
        database.unlink()
    else:
        database.write_bytes(b"SQLite format 3\0" + bytes(4096))
    code, out, err = run("restore", "--yes")
    assert code == 0, err
    assert "What would be lost cannot be said" in out
    assert events_in(database) == 8
    assert len(list(database.parent.glob("letterwatch.db.before-restore-*"))) == (state == "damaged")


def left_log(database: Path, folder: Path) -> Path:
    """A log of some other database, as a killed program leaves it: SQLite would write it into any file it stands beside."""
    other = folder / "other.db"
    shutil.copy(database, other)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE spoiled (id INTEGER)")
        connection.execute("INSERT INTO spoiled SELECT 1 FROM events")
        connection.commit()
        return Path(shutil.copy(f"{other}-wal", folder / "left"))


@pytest.mark.parametrize("beside", ["letterwatch.db", ".letterwatch.db-restore.partial"])
def test_a_log_that_was_left_does_not_get_into_the_restored_database(
    beside: str, database: Path, run: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = left_log(database, tmp_path_factory.mktemp("left"))
    database.unlink()
    shutil.copy(log, tmp_path / f"{beside}-wal")
    code, _, err = run("restore", "--yes")
    assert code == 0, err
    assert events_in(database) == 8
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'spoiled'").fetchall() == []


def test_a_backup_of_an_older_version_is_brought_up_to_date(database: Path, run: Run, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript((Path(__file__).parents[1] / "store" / "revision_0002.sql").read_text())
    assert run("restore", str(old))[0] == 0
    code, out, err = run("status", "Chicago")
    assert code == 0, err
    assert out.startswith("Chicago")


def test_a_server_that_comes_back_is_named(database: Path, run: Run) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO servers (id, name) VALUES (77, 'Forgotten')")
    run("backup")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM servers WHERE id = 77")
    _, out, _ = run("restore", "--dry-run")
    assert "Server 77 (Forgotten), which is not in the present database, comes back." in out


def test_an_event_that_was_spoiled_and_a_name_of_any_characters_hinder_nothing(database: Path, run: Run) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TRIGGER events_are_never_altered")
        connection.execute("UPDATE events SET recorded_at = 'nonsense' WHERE id = (SELECT max(id) FROM events)")
        connection.execute("INSERT INTO servers (id, name) VALUES (77, 'For' || char(27) || '[31mgotten')")
    assert run("backup")[0] == 0
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM servers WHERE id = 77")
    code, out, err = run("restore", "--dry-run")
    assert (code, err) == (0, "")
    assert "10 events, the last one recorded on Sat 3 March 2018, 14:02 UTC." in out
    assert "Server 77 (For" in out and "\x1b" not in out


def test_nothing_is_held_where_nothing_was_restored(database: Path, run: Run) -> None:
    assert run("restore", "--send-old") == (0, "No notice is held. Old alerts are posted from now on.\n", "")


def test_a_link_to_the_database_stays_a_link(database: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    link = database.with_name("link.db")
    link.symlink_to(database)
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", f"sqlite+aiosqlite:///{link}")
    assert run("restore", "--yes")[0] == 0
    assert link.is_symlink() and events_in(database) == 8


def test_backup_says_what_it_made(database: Path, run: Run) -> None:
    code, out, err = run("backup")
    newest = BackupFiles.of(database, "").newest_first()[0]
    size = newest.stat().st_size
    assert (code, err) == (0, "")
    assert out == f"Backup made and verified: {newest} (10 events, {size / 1000:.3g} kB).\n"


@pytest.mark.parametrize(
    ("verb", "address", "code", "refusal"),
    [
        ("backup", "sqlite+aiosqlite:///none.db", 1, "There is no database yet at none.db. There is nothing to back up.\n"),
        ("backup", "sqlite+aiosqlite:///text.db", 1, "cannot be read: file is not a database.\n"),
        ("backup", "postgresql+asyncpg://host/letterwatch", 2, "(backups of it are made with pg_dump).\n"),
        ("restore", "postgresql+asyncpg://host/letterwatch", 2, "(backups of it are made with pg_dump).\n"),
        (
            "backup",
            "sqlite+aiosqlite:///:memory:",
            2,
            "Letterwatch backs up SQLite files alone. Use pg_dump and pg_restore for",
        ),
        ("restore", "sqlite+aiosqlite:///none.db", 1, "There is no good backup of"),
    ],
)
def test_without_a_database_that_can_be_backed_up_the_reason_is_said(
    verb: str, address: str, code: int, refusal: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", address)
    (tmp_path / "text.db").write_text("This is a text, and no database. " * 40)
    exit_code, out, err = run(verb)
    assert (exit_code, out) == (code, "")
    assert refusal in err


def test_settings_of_backups_that_cannot_be_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[backup]\nhour = 24\nkeep = 0\nnightly = 1\nfolders = ''\n")
    code, _, err = run("backup")
    assert code == 2
    assert [line.split(" = ")[0] for line in err.splitlines()] == [
        "config.toml: backup.nightly",
        "config.toml: backup.hour",
        "config.toml: backup.keep",
        "config.toml: there is no key backup.folders.",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_does_leaves_everything_to_the_user_that_the_bot_runs_as(database: Path, run: Run) -> None:
    shutil.rmtree(database.parent / "backups")
    database.with_name(f"{database.name}-backups.json").unlink()
    for path in (database, database.parent):
        os.chown(path, 12345, 12346)
    assert [run(*verb)[0] for verb in (("backup",), ("restore", "--yes"))] == [0, 0]
    made = [path for path in database.parent.rglob("*") if path.name.startswith("letterwatch") or path.name == "backups"]
    assert len(made) == 7
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(12345, 12346)}
    kept_of(database).unlink()
    database.unlink()
    assert run("restore", "--yes")[0] == 0
    assert database.stat().st_uid == 12345
