"""`letterwatch doctor`: each thing that can be wrong is named in one line, with what to do."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import Database
from sandbox import ALWAYS, Limits, Permission, Sandbox
from tests.conftest import Run
from tests.recording import Desk

TOKEN = "a-token-of-the-sandbox"
NOW = datetime.now(UTC)


def findings(run: Run, *options: str) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and by what each line is about, "verdict text"."""
    code, out, err = run("doctor", *options)
    assert "Traceback" not in err
    by_name: dict[str, list[str]] = {}
    for line in out.splitlines():
        verdict, about, said = line[:9].strip(), line[9:29].strip(), line[29:]
        by_name.setdefault(about, []).append(f"{verdict} {said}")
    return code, by_name


def within(file: Path, do: Callable[[Database], object]) -> None:
    async def run() -> None:
        db = Database(f"sqlite+aiosqlite:///{file}")
        await do(db)  # type: ignore[misc]
        await db.close()

    asyncio.run(run())


@pytest.fixture
def file(tmp_path: Path, migrated: Path) -> Path:
    target = tmp_path / "letterwatch.db"
    target.write_bytes(migrated.read_bytes())
    return target


@contextmanager
def discord(monkeypatch: pytest.MonkeyPatch, prepare: Callable[[Sandbox], None]) -> Iterator[None]:
    """A sandbox in a thread of its own, since the command line has its own event loop."""
    loop, ready, ending = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with Sandbox(limits=Limits.off()) as sandbox:
            prepare(sandbox)
            monkeypatch.setenv("LETTERWATCH_DISCORD_API", sandbox.api)
            ready.set()
            await ending.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(30)
        loop.close()


def registered(sandbox: Sandbox) -> None:
    sandbox.world.add_application("Letterwatch", TOKEN)


def test_all_is_right(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def prepare(sandbox: Sandbox) -> None:
        world = sandbox.world
        guild = world.add_guild("Newsroom", world.add_user("Olga"))
        alerts, desk = world.add_channel(guild, "alerts"), world.add_role(guild, "Desk")
        loud = world.add_role(guild, "Loud", mentionable=True)
        world.add_bot(guild, world.add_application("Letterwatch", TOKEN))
        roles = {"desk_role_ids": (desk.id,), "escalation_role_id": loud.id}
        thread = threading.Thread(
            target=within, args=(file, lambda db: Desk(db, guild.id).open(NOW, channel_id=alerts.id, **roles))
        )
        thread.start()
        thread.join()

    with discord(monkeypatch, prepare):
        assert run("backup")[0] == 0
        code, found = findings(run)
    assert code == 0, found
    assert {line.split()[0] for lines in found.values() for line in lines} == {"ok"}
    assert set(found) == {
        "settings", "list of places", "time zones", "database", "migrations", "integrity", "index of states", "backups",
        "token", "clock", "channels and roles",
    }  # fmt: skip


def test_a_channel_and_roles_that_are_not_right_are_named(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def prepare(sandbox: Sandbox) -> None:
        world = sandbox.world
        guild = world.add_guild("Newsroom", world.add_user("Olga"))
        alerts, quiet = world.add_channel(guild, "alerts"), world.add_role(guild, "Quiet")
        app = world.add_application("Letterwatch", TOKEN)
        world.add_bot(guild, app)
        world.deny(alerts, app.bot, Permission.SEND_MESSAGES)
        ids = {"channel_id": alerts.id, "escalation_role_id": quiet.id, "desk_role_ids": (4711,)}

        async def fill(db: Database) -> None:
            await Desk(db, guild.id).open(NOW, **ids)
            await Desk(db, 5).open(NOW)

        thread = threading.Thread(target=within, args=(file, fill))
        thread.start()
        thread.join()

    with discord(monkeypatch, prepare):
        code, found = findings(run)
    assert code == 1
    [gone, of_newsroom] = sorted(found["channels and roles"], key=len)
    assert gone.startswith("wrong Server 5: the bot is not on it.")
    for said in ("The bot lacks Send Messages", "cannot be mentioned by the bot", "was deleted"):
        assert said in of_newsroom


@pytest.mark.parametrize("ahead", [timedelta(hours=-3), timedelta(days=30)], ids=["behind", "ahead"])
def test_a_clock_that_is_wrong_is_named(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    monkeypatch.setattr("bot.clock.SystemClock.now", lambda self: datetime.now(UTC) + ahead)
    with discord(monkeypatch, registered):
        code, found = findings(run)
    assert code == 1
    [said] = found["clock"]
    assert said.startswith("wrong It is") and ("ahead of" if ahead > timedelta() else "behind") in said


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "DISCORD_TOKEN is not set"), ("two words", "is not a bot token"), ("another-token", "Discord refuses the token")],
)
def test_a_token_that_is_wrong_is_named_and_not_shown(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, token: str, said: str
) -> None:
    with discord(monkeypatch, registered):
        monkeypatch.setenv("DISCORD_TOKEN", token)
        code, found = findings(run)
    assert code == 1
    [line] = found["token"]
    assert line.startswith("wrong") and said in line
    assert not token or token not in str(found)


def test_discord_that_cannot_be_reached_is_named(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("LETTERWATCH_DISCORD_API", "http://127.0.0.1:9/api")
    _, found = findings(run)
    assert found["token"][0].startswith("unknown http://127.0.0.1:9/api cannot be reached: ")
    assert found["clock"] == ["unknown Not checked, since Discord's time is not known."]


@pytest.mark.parametrize("status", [200, 401, 403, 429, 503])
@pytest.mark.parametrize("path", ["GET /users/@me$", "GET /oauth2/applications/@me", "GET /guilds/5$"])
def test_a_page_of_a_proxy_is_no_answer_of_discord(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, path: str, status: int
) -> None:
    monkeypatch.setattr("bot.operate.discord_checks.ANSWER_WITHIN", 1.0)
    within(file, lambda db: Desk(db, 5).open(NOW, channel_id=6))

    def prepare(sandbox: Sandbox) -> None:
        registered(sandbox)
        sandbox.faults.proxy_page(path, status, times=ALWAYS)

    with discord(monkeypatch, prepare):
        _, found = findings(run)
    assert "Discord" not in found, found
    about = "channels and roles" if "guilds" in path else "token"
    assert [line.split()[0] for line in found[about]] == ["unknown"]
    assert len(found["channels and roles"]) == 1


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:-4096] = b"\x55" * (len(content) - 8192)
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(b"not a database at all" * 500)


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def older(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0009'")


@pytest.mark.parametrize(
    ("harm", "about", "said"),
    [
        (Path.unlink, "database", "There is no database yet"),
        (cut, "database", "The file is not a database"),
        (damage, "database", "damaged"),
        (newer, "migrations", "made by a newer version of Letterwatch"),
        (older, "migrations", "letterwatch migrate brings them up to date"),
    ],
)
def test_a_database_that_is_not_right_is_named(
    run: Run, file: Path, harm: Callable[[Path], None], about: str, said: str
) -> None:
    harm(file)
    before = file.read_bytes() if file.exists() else None
    code, found = findings(run, "--offline")
    assert code == 1
    assert any(line.startswith("wrong") and said in line for name in (about, "integrity") for line in found.get(name, []))
    assert (file.read_bytes() if file.exists() else None) == before, "it changes nothing"


@pytest.mark.parametrize("name", ["servers", "sqlite_autoindex_servers_1"])
def test_where_the_servers_cannot_be_read_all_else_is_checked(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        [size] = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(content)
    with discord(monkeypatch, lambda sandbox: None):
        code, found = findings(run)
    assert code == 1
    assert found["integrity"][0].startswith("wrong") and found["token"][0].startswith("wrong")
    assert found["channels and roles"] == ["unknown Not checked, since the database cannot be used."]


def test_the_backup_for_a_damaged_database_is_named(run: Run, file: Path) -> None:
    assert run("backup")[0] == 0
    cut(file)
    _, found = findings(run, "--offline")
    assert str(next((file.parent / "backups").glob("*.gz"), "no backup")) in found["database"][0]


def killed(file: Path) -> None:
    """A bot that was killed has left what it wrote last in the log."""
    program = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA journal_mode = WAL'); c.execute('CREATE TABLE extra (a)'); c.execute('DROP TABLE extra');"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program, str(file)], check=False)


@pytest.mark.parametrize("harm", [lambda file: None, killed])
def test_it_changes_no_byte_of_the_database_and_of_its_log(run: Run, file: Path, harm: Callable[[Path], None]) -> None:
    harm(file)
    before = contents(file)
    _, found = findings(run, "--offline")
    assert found["index of states"][0].startswith("ok")
    assert contents(file) == before


def contents(file: Path) -> dict[str, bytes]:
    """Of the file and what is beside it, but for the index of the log, which SQLite makes anew."""
    return {path.name: path.read_bytes() for path in file.parent.glob(f"{file.name}*") if not path.name.endswith("-shm")}


def test_a_database_that_may_not_be_written_is_named(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    code, found = findings(run, "--offline")
    assert code == 1 and "may not be written by this user" in found["database"][0]


def test_a_database_that_may_not_be_read_is_named(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refused(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == file.name:  # root may read everything
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", refused)
    code, found = findings(run, "--offline")
    assert code == 1 and "letterwatch.db cannot be opened: Permission denied. Give it to the user" in found["database"][0]


def test_backups_that_are_missing_old_or_failed_are_named(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings(run, "--offline")[1]["backups"][0].startswith("wrong There is none in")
    assert run("backup")[0] == 0
    assert findings(run, "--offline")[1]["backups"][0].startswith("ok The newest good one is")
    (file.parent / "backups").rename(file.parent / "elsewhere")
    (file.parent / "backups").write_text("a file is in the way")
    assert run("backup")[0] == 1
    _, found = findings(run, "--offline")
    assert found["backups"][0].startswith("wrong The last attempt, on")


def test_settings_that_are_wrong_are_named_line_by_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[watch]\ntick_seconds = 0\n[health]\nport = 'x'\n")
    code, found = findings(run)
    assert code == 2
    assert [line.startswith("wrong config.toml: ") for line in found["settings"]] == [True, True]


def test_offline_asks_discord_nothing(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("LETTERWATCH_DISCORD_API", "http://127.0.0.1:9/api")
    _, found = findings(run, "--offline")
    assert {found[about][0] for about in ("token", "clock", "channels and roles")} == {"unknown Not asked (--offline)."}
