"""config.toml and the environment, as frozen settings; every mistake is reported at once, by key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

DEFAULT_FILE = Path("config.toml")
FROM_ENVIRONMENT = {
    "DISCORD_TOKEN": ("discord", "token"),
    "LETTERWATCH_DISCORD_API": ("discord", "api"),
    "LETTERWATCH_DATABASE_URL": ("database", "url"),
}


class ConfigError(Exception):
    """The settings cannot be used; the message names every key that is wrong and what it may be."""


def _database_url(value: str) -> str:
    try:
        backend = make_url(value).get_backend_name()
    except ArgumentError as bad:
        raise ValueError("is not a database address; write it like sqlite+aiosqlite:///data/letterwatch.db") from bad
    if backend != "sqlite" or not value.startswith("sqlite+aiosqlite:"):
        raise ValueError("must begin with sqlite+aiosqlite:///")
    return value


def _http_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with https:// or http://")
    return value.rstrip("/")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Discord(_Section):
    token: str = Field(default="", repr=False)
    api: Annotated[str, AfterValidator(_http_url)] = "https://discord.com/api/v10"


class DatabaseSettings(_Section):
    url: Annotated[str, AfterValidator(_database_url)] = "sqlite+aiosqlite:///data/letterwatch.db"


class WatchSettings(_Section):
    tick_seconds: float = Field(default=5, ge=0.05, le=60)
    lease_seconds: float = Field(default=60, ge=1, le=3600)


class LogSettings(_Section):
    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(_Section):
    """Everything that can be set; see config.toml for what each key does."""

    discord: Discord = Discord()
    database: DatabaseSettings = DatabaseSettings()
    watch: WatchSettings = WatchSettings()
    log: LogSettings = LogSettings()

    @property
    def database_url(self) -> str:
        return self.database.url


def load(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of `path` (or config.toml here, where there is one), overruled by the environment.

    Raises ConfigError for a file that is missing or is not TOML, and for keys or values that mean nothing.
    """
    file = path or DEFAULT_FILE
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8")) if path or file.exists() else {}
    except OSError as missing:
        raise ConfigError(f"{file} cannot be read: {missing.strerror}.") from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
        raise ConfigError(f"{file} is not valid TOML: {bad}.") from bad
    if "token" in values.get("discord", {}):
        raise ConfigError(f"{file}: discord.token does not belong in a file; set DISCORD_TOKEN in the environment.")
    for name, (section, key) in FROM_ENVIRONMENT.items():
        if environment.get(name):
            values.setdefault(section, {})[key] = environment[name].strip()
    try:
        return Settings.model_validate(values)
    except ValidationError as bad:
        raise ConfigError("\n".join(_mistake(file, error) for error in bad.errors())) from bad


def _mistake(file: Path, error: Mapping[str, object]) -> str:
    where = ".".join(str(part) for part in error["loc"])  # type: ignore[attr-defined]
    names = [name for name, at in FROM_ENVIRONMENT.items() if ".".join(at) == where]
    place = f"{file}, or {names[0]} in the environment" if names else str(file)
    if error["type"] == "extra_forbidden":
        return f"{place}: there is no key {where}."
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {where} = {error['input']!r}: {said[0].lower()}{said[1:]}."
