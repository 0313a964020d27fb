"""What `letterwatch doctor` says: one line for each thing, with what to do where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.words.backups import size_of
from bot.words.prose import moment, plural, span

VALID = "The settings are valid."
NO_ZONES = "The machine has no data of time zones. Install the package tzdata."
OLD_ZONES = "The machine's data of time zones are from before 2007. Update them, or install the package tzdata."
BEHIND = "The tables are those of an older version. letterwatch migrate brings them up to date, and so does the next start."
NIGHTLY_OFF = "There is none, and nightly backups are off (backup.nightly)."
OFFLINE = "Not asked (--offline)."
NO_SERVER = "No server has a channel for alerts yet: /settings channel sets it."


def zones(name: str) -> str:
    return f"Their data come from {name}."


def file(path: Path, size: int) -> str:
    return f"{path}, {size_of(size)}, may be read and written."


def unreadable(failure: OSError) -> str:
    return f"{failure.filename} cannot be opened: {failure.strerror}. Give it to the user who runs the bot, with its folder."


def read_only(path: Path) -> str:
    return f"{path} may not be written by this user. Give it to the user who runs the bot, with its folder."


def current(revision: str) -> str:
    return f"The tables are those of this version (revision {revision})."


def damaged(what: str, backup: Path | None) -> str:
    restore = f"Stop the bot, then run: letterwatch restore {backup}" if backup else "No good backup of it was found."
    return f"{what} {restore}"


def sound(events: int) -> str:
    return f"Every page and every reference is sound; {plural(events, 'event')} recorded."


def set_aside(kind: str, id: int, server_id: int | None, why: str) -> str:
    of = "" if server_id is None else f" of server {server_id}"
    return f"The {kind} with id {id}{of} cannot be read ({why}). Repair its row; then it comes back by itself within a minute."


def more(count: int) -> str:
    return f"and {count:,} more"


def backup(path: Path, made_at: datetime, events: int) -> str:
    return f"The newest good one is {path}, of {moment(made_at)}, with {plural(events, 'event')}."


def backup_failed(at: datetime, why: str) -> str:
    return f"The last attempt, on {moment(at)}, failed: {why} When that is fixed, run: letterwatch backup"


def backup_old(path: Path, made_at: datetime) -> str:
    return (
        f"The newest good one is from {moment(made_at)}: {path}. Does the bot run at night? letterwatch backup makes one now."
    )


def no_backup(folder: Path) -> str:
    return f"There is none in {folder} yet. The running bot makes one each night; letterwatch backup makes one now."


def token_right(name: str, application_id: int) -> str:
    return f"Discord accepts it: {name}, application {application_id}."


def unreachable(api: str, problem: str) -> str:
    return f"{api} cannot be reached: {problem}. Check the network, and discord.api in the settings."


def not_asked(why: str) -> str:
    return f"Not checked, since {why}."


def clock_right(ahead: timedelta) -> str:
    return f"It agrees with Discord's within {span(max(abs(ahead), timedelta(seconds=1)))}."


def clock_wrong(by: timedelta, *, is_ahead: bool) -> str:
    way = "ahead of" if is_ahead else "behind"
    return f"It is {span(by)} {way} Discord's. Set it, and keep it right with NTP."


def server_right(server_id: int) -> str:
    return f"Server {server_id}: nothing is wrong with the channels and roles that alerts need."


def server_wrong(server_id: int, problems: Sequence[str]) -> str:
    return f"Server {server_id}: {' '.join(problems)}"


def absent(server_id: int) -> str:
    return f"Server {server_id}: the bot is not on it. Invite it again, or remove what is stored: letterwatch forget."


def server_unknown(server_id: int, problem: str) -> str:
    return f"Server {server_id} cannot be looked at: {problem}."


def check_failed(failure: Exception) -> str:
    return f"This check failed unexpectedly ({type(failure).__name__}: {failure}). Please report it."
