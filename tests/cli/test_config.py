"""config.toml and the environment: every mistake at once, by key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ConfigError, ListInUse, ListOrigin, installed_list, load, load_list_in_use


def test_the_file_that_ships_is_the_default(tmp_path: Path) -> None:
    assert load(Path(__file__).resolve().parents[2] / "config.toml", {}) == load(None, {})


def test_the_environment_overrules_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[database]\nurl = "sqlite+aiosqlite:///a.db"\n')
    environment = {
        "LETTERWATCH_DATABASE_URL": "sqlite+aiosqlite:///b.db",
        "DISCORD_TOKEN": " t ",
        "LETTERWATCH_DISCORD_API": "http://x/",
    }
    settings = load(file, environment)
    assert (settings.database_url, settings.discord.token, settings.discord.api) == (
        "sqlite+aiosqlite:///b.db",
        "t",
        "http://x",
    )


def test_every_mistake_is_told_at_once_by_key(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[watch]\ntick_seconds = "often"\nlease_seconds = 0\n[discord]\napi = "x"\n[clock]\nfast = true\n')
    with pytest.raises(ConfigError) as message:
        load(file, {})
    lines = str(message.value).split("\n")
    assert len(lines) == 4
    for key in ("watch.tick_seconds", "watch.lease_seconds", "discord.api", "no key clock"):
        assert any(key in line for line in lines)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[watch\n", "not valid TOML"),
        ('[discord]\ntoken = "secret"\n', "does not belong in a file"),
        ("watch = 3\n", "watch = 3"),
        ('[database]\nurl = "postgresql://x/y"\n', "must begin with sqlite"),
        ("\xff", "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(ConfigError, match=message):
        load(file, {})


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml", {})


def test_the_token_is_never_shown() -> None:
    assert "secret" not in repr(load(None, {"DISCORD_TOKEN": "secret"}))


def test_the_list_of_governments_is_the_file_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "all.csv"
    variable = {"LETTERWATCH_GOVERNMENTS": str(file)}
    settings = load(None, variable)  # most of what reads the settings needs no list
    with pytest.raises(ConfigError, match=r"LETTERWATCH_GOVERNMENTS in the environment: .* there is no such file"):
        _ = settings.list_in_use
    file.touch()
    assert load(None, variable).list_in_use == ListInUse(file, ListOrigin.SETTING)
    assert load(None, {}).list_in_use == ListInUse(None, ListOrigin.OWN)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/us-governments.csv").touch()
    assert load(None, {}).list_in_use == ListInUse(Path("data/us-governments.csv"), ListOrigin.INSTALLED)
    elsewhere = {"LETTERWATCH_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/volume/letterwatch.db"}
    assert load(None, elsewhere).list_in_use == ListInUse(Path("data/us-governments.csv"), ListOrigin.DEFAULT)
    (tmp_path / "volume").mkdir()
    installed = tmp_path / "volume/us-governments.csv"
    installed.touch()
    assert load(None, elsewhere).list_in_use == ListInUse(installed, ListOrigin.INSTALLED)
    assert load(None, elsewhere | variable).list_in_use == ListInUse(file, ListOrigin.SETTING)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("sqlite+aiosqlite:///data/a.db", "data"),
        ("sqlite+aiosqlite:////data/a.db?timeout=3", "/data"),
        ("sqlite+aiosqlite:///file:/data/b%20c/a.db?uri=true", "/data/b c"),
        ("sqlite+aiosqlite:///a.db", "."),
        ("sqlite+aiosqlite:///:memory:", None),
        ("sqlite+aiosqlite://", None),
        ("postgresql://x", None),
        (3, None),
    ],
)
def test_an_installed_list_is_beside_the_database(url: object, folder: str | None) -> None:
    assert installed_list(url) == (Path(folder) / "us-governments.csv" if folder else None)


def test_without_an_environment_that_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERWATCH_DATABASE_URL", "sqlite+aiosqlite:///c.db")
    assert load(None).database_url == "sqlite+aiosqlite:///c.db"


@pytest.mark.parametrize("environment", [{}, {"DISCORD_TOKEN": "t"}])
def test_a_section_that_is_none_is_a_mistake_whatever_the_environment_says(tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / "c.toml"
    file.write_text("discord = 3\n")
    with pytest.raises(ConfigError, match="discord = 3: must be a section"):
        load(file, environment)


def test_the_section_of_places_is_read_whatever_the_others_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[watch]\ntick_seconds = "often"\n[places]\ngovernments = "a.csv"\n')
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    assert load_list_in_use(file, {"LETTERWATCH_DATABASE_URL": "x"}).file == Path("a.csv")
    assert load_list_in_use(file, {"LETTERWATCH_GOVERNMENTS": "b.csv"}).file == Path("b.csv")
    file.write_text("[places]\ntowns = 3\n")
    with pytest.raises(ConfigError, match=r"there is no key places\.towns"):
        load_list_in_use(file, {})
    file.write_text("places = 3\n")
    with pytest.raises(ConfigError, match=r"places = 3: must be a section"):
        load_list_in_use(file, {})


@pytest.mark.parametrize(
    "address",
    ["example.org/secret", "https://", "https://[secret", "http://h:99999/secret", "https://a b/secret"],
)
def test_an_address_of_the_switch_that_is_none_is_named_and_not_shown(tmp_path: Path, address: str) -> None:
    file = tmp_path / "config.toml"
    file.touch()
    with pytest.raises(ConfigError, match=r"LETTERWATCH_DEAD_MANS_SWITCH .* must be a whole address") as bad:
        load(file, {"LETTERWATCH_DEAD_MANS_SWITCH": address})
    assert "secret" not in str(bad.value)
    whole = "https://example.org/secret/"
    assert load(file, {"LETTERWATCH_DEAD_MANS_SWITCH": whole}).health.dead_mans_switch == whole
