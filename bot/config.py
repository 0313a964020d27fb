"""config.toml and the environment, as frozen settings. Every mistake is reported at once, by key.

This is the only module that reads the environment.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

DEFAULT_FILE = Path("config.toml")
GOVERNMENTS_VARIABLE = "LETTERWATCH_GOVERNMENTS"
FROM_ENVIRONMENT = {
    "DISCORD_TOKEN": ("discord", "token"),
    "LETTERWATCH_DISCORD_API": ("discord", "api"),
    "LETTERWATCH_DATABASE_URL": ("database", "url"),
    "LETTERWATCH_DEAD_MANS_SWITCH": ("health", "dead_mans_switch"),
    GOVERNMENTS_VARIABLE: ("places", "governments"),
}
#: Keys whose values are shown nowhere.
SECRET = frozenset({"discord.token", "health.dead_mans_switch"})
DEFAULT_GOVERNMENTS = "data/us-governments.csv"
#: What `letterwatch places install` calls the list that it puts beside the database.
INSTALLED_GOVERNMENTS = "us-governments.csv"


class ConfigError(Exception):
    """The settings cannot be used; the message names every key that is wrong and what it may be."""


def _database_url(value: str) -> str:
    from sqlalchemy import make_url  # only here: the process that parses files imports this module and should start quickly
    from sqlalchemy.exc import ArgumentError

    try:
        backend = make_url(value).get_backend_name()
    except ArgumentError as bad:
        raise ValueError("is not a database address; write it like sqlite+aiosqlite:///data/letterwatch.db") from bad
    if backend == "postgresql":
        raise ValueError(
            "must begin with sqlite+aiosqlite:///; PostgreSQL is not supported yet (backups of it are made with pg_dump)"
        )
    if backend != "sqlite" or not value.startswith("sqlite+aiosqlite:"):
        raise ValueError("must begin with sqlite+aiosqlite:///")
    return value


def _http_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with https:// or http://")
    return _address(value.rstrip("/"))


def _address(value: str) -> str:
    """A whole address: with a host, a port that can be one, and nothing that no address holds."""
    try:
        parts = urlsplit(value)
        is_whole = bool(parts.scheme in ("http", "https") and parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_whole = False
    if not is_whole or not value.isprintable() or " " in value:
        raise ValueError("must be a whole address, such as https://example.org/path")
    return value


def _http_url_or_none(value: str) -> str:
    """Unchanged: a slash at its end may matter to the service."""
    return value if not value else _address(value)


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


class PlacesSettings(_Section):
    #: The list of all U.S. governments (bot/data/README.md). The default stands for "no file is named".
    governments: str = DEFAULT_GOVERNMENTS

    @property
    def is_default(self) -> bool:
        """Whether no file is named. A file that says the default, as config.toml does, names none."""
        return self.governments == DEFAULT_GOVERNMENTS


class ListOrigin(StrEnum):
    """Why a list of governments is the one in use."""

    SETTING = "setting"
    INSTALLED = "installed"
    DEFAULT = "default"
    OWN = "own"


@dataclass(frozen=True)
class ListInUse:
    """Which list of governments is read beside our own (bot/data/places.csv)."""

    #: None: there is none, our own list is all.
    file: Path | None
    origin: ListOrigin


def list_in_use(places: PlacesSettings, installed: Path | None) -> ListInUse:
    """Which list of governments is in use. `installed`: where `places install` puts one; None if the database is in no file.

    1. The file that the settings name. ConfigError if it is not there. That is checked here, and not with the other
       settings, so that what needs no list works without it.
    2. Else the installed one, beside the database.
    3. Else data/us-governments.csv in the working folder.
    4. Else our own list alone.
    """
    named = Path(places.governments)
    if not places.is_default:
        if named.is_file():
            return ListInUse(named, ListOrigin.SETTING)
        origin = f"The settings file, or {GOVERNMENTS_VARIABLE} in the environment"
        raise ConfigError(f"{origin}: places.governments = {places.governments!r}: there is no such file.")
    if installed and installed.is_file():
        return ListInUse(installed, ListOrigin.INSTALLED)
    return ListInUse(named, ListOrigin.DEFAULT) if named.is_file() else ListInUse(None, ListOrigin.OWN)


def installed_list(database_url: object) -> Path | None:
    """Where `places install` puts a list: beside the database. None if the address is of no file, or of none at all."""
    if not isinstance(database_url, str) or not database_url.startswith(_SQLITE):
        return None
    # Not read with SQLAlchemy, which takes longer to load than a text to read.
    name, _, options = database_url.removeprefix(_SQLITE).partition("?")
    if "mode=memory" in options:
        return None
    if name.startswith("file:"):
        name = unquote(urlsplit(name).path)
    return Path(name).parent / INSTALLED_GOVERNMENTS if name and name != ":memory:" else None


_SQLITE = "sqlite+aiosqlite:///"


class BackupSettings(_Section):
    nightly: bool = True
    #: Of the nightly backup, in UTC.
    hour: int = Field(default=3, ge=0, le=23)
    keep: int = Field(default=14, ge=1, le=1000)
    #: Empty for the folder "backups" beside the database.
    folder: str = ""


class HealthSettings(_Section):
    host: str = Field(default="127.0.0.1", min_length=1)
    #: 0: the bot answers nobody.
    port: int = Field(default=0, ge=0, le=65535)
    #: An address that is fetched while all is well; "" for none. Whoever knows it can pretend that all is well.
    dead_mans_switch: Annotated[str, AfterValidator(_http_url_or_none)] = Field(default="", repr=False)


class LogSettings(_Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Settings(_Section):
    """Everything that can be set. config.toml says what each key does."""

    discord: Discord = Discord()
    database: DatabaseSettings = DatabaseSettings()
    watch: WatchSettings = WatchSettings()
    places: PlacesSettings = PlacesSettings()
    backup: BackupSettings = BackupSettings()
    health: HealthSettings = HealthSettings()
    log: LogSettings = LogSettings()

    @property
    def database_url(self) -> str:
        return self.database.url

    @property
    def list_in_use(self) -> ListInUse:
        """Which list of governments is in use, as `list_in_use` says."""
        return list_in_use(self.places, self.installed_list)

    @property
    def installed_list(self) -> Path | None:
        """Where `places install` puts a list, as `installed_list` says."""
        return installed_list(self.database.url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must stand in no log."""
        return tuple(secret for secret in (self.discord.token, self.health.dead_mans_switch) if secret)


def load(path: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of `path`, or of config.toml in the working directory if it exists. The environment overrules the file.

    `environment` is that of the process unless another one is given. Raises ConfigError for a file that is missing or is not
    TOML, and for keys or values that are not valid.
    """
    file, values = _values(path)
    discord = values.get("discord")
    if isinstance(discord, dict) and "token" in discord:
        raise ConfigError(f"{file}: discord.token does not belong in a file; set DISCORD_TOKEN in the environment.")
    _overrule(values, FROM_ENVIRONMENT, environment)
    try:
        return Settings.model_validate(values)
    except ValidationError as bad:
        raise ConfigError("\n".join(_mistake(file, error) for error in bad.errors())) from bad


def load_list_in_use(path: Path | None, environment: Mapping[str, str] | None = None) -> ListInUse:
    """The list of governments, for what works without a database and without Discord: of the other settings only where the
    database would be is looked at. Raises ConfigError as `load`, for the section `places` alone.
    """
    file, values = _values(path)
    needed = {name: place for name, place in FROM_ENVIRONMENT.items() if place[0] in ("places", "database")}
    _overrule(values, needed, environment)
    try:
        places = PlacesSettings.model_validate(values.get("places", {}))
    except ValidationError as bad:
        raise ConfigError("\n".join(_mistake(file, error, "places") for error in bad.errors())) from bad
    database = values.get("database", {})
    url = database.get("url", DatabaseSettings().url) if isinstance(database, dict) else None
    return list_in_use(places, installed_list(url))


def _values(path: Path | None) -> tuple[Path, dict[str, Any]]:
    """The settings file and what it holds; nothing if it is the default and is not there."""
    file = path or DEFAULT_FILE
    try:
        return file, tomllib.loads(file.read_text(encoding="utf-8")) if path or file.exists() else {}
    except OSError as missing:
        raise ConfigError(f"{file} cannot be read: {missing.strerror}.") from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
        raise ConfigError(f"{file} is not valid TOML: {bad}.") from bad


def _overrule(values: dict[str, Any], names: Mapping[str, tuple[str, str]], environment: Mapping[str, str] | None) -> None:
    """Write what these variables of the environment say into `values`."""
    variables = os.environ if environment is None else environment
    for name, (section, key) in names.items():
        here = values.setdefault(section, {}) if variables.get(name) else None
        if isinstance(here, dict):  # anything else is refused when it is validated
            here[key] = variables[name].strip()


def process_environment(*names: str) -> dict[str, str]:
    """Those of these variables that are set, for a process that is about to be started."""
    return {name: os.environ[name] for name in names if name in os.environ}


def _mistake(file: Path, error: ErrorDetails, *section: str) -> str:
    where = ".".join(map(str, (*section, *error["loc"])))
    names = [name for name, place in FROM_ENVIRONMENT.items() if ".".join(place) == where]
    origin = f"{file}, or {names[0]} in the environment" if names else str(file)
    if error["type"] == "extra_forbidden":
        return f"{origin}: there is no key {where}."
    if error["type"] == "model_type":
        return (
            f"{origin}: {where} = {error['input']!r}: must be a section; write [{where}] on a line of its own, then its keys."
        )
    message = error["msg"].removeprefix("Value error, ")
    value = where if where in SECRET else f"{where} = {error['input']!r}"
    return f"{origin}: {value}: {message[0].lower()}{message[1:]}."
