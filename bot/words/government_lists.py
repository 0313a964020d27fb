"""What the command line says of the list of governments: which one is in use, and what became of one that was installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.record.place_names import STATES
from bot.words.prose import listed, moment

OWN = (
    "Only the list that comes with this bot is in use, without most local governments. letterwatch places install FILE adds "
    "them (docs/configuration.md#the-list-of-governments)."
)
NO_FOLDER = (
    "The database is in no file, so there is no folder to put a list beside it. Name a file in places.governments instead."
)
ONE_LIST = (
    "A list with the columns id,name,census_geoid is a whole one. Install it alone, or files of the Census Bureau together."
)
MEANWHILE = "Another list was installed in this moment. That one is in use; to put yours in its place, install it again."
RESTART = "The bot reads it at its next start: restart it."
REPLACE = "letterwatch places install puts another one in its place."
ORIGINS = {
    "setting": "the settings name it (places.governments, or LETTERWATCH_GOVERNMENTS in the environment)",
    "installed": "it is beside the database",
    "default": "it is in the usual place in the working folder",
}
LEFT_OUT = {
    "STATISTICAL": "statistical",
    "NOT_ACTIVE": "not active",
    "SUBORDINATE": "part of another government",
    "SAME_GOVERNMENT": "the same government as another entry",
}


def not_documented(name: str) -> str:
    return f"{name} has not the columns id,name,census_geoid. letterwatch places install translates files of the Census Bureau."


def in_two_files(code: str) -> str:
    return (
        f"The Census code {code} is in two of these files. Give one file of counties, one of places, one of county "
        "subdivisions."
    )


def too_small(what: str, before: int, after: int) -> str:
    return (
        f"The new list has {after:,} {what}, the one in use has {before:,}. A list that lost half of them is taken for a "
        "mistake: the old one stays in use. If the new one is right, use --force."
    )


def state_lost(what: str, state: str, before: int) -> str:
    return (
        f"The new list has no {what} in {STATES[state]}, the one in use has {before:,}. It is taken for one that was cut off: "
        "the old one stays in use. If there are several files of these, install them together. If the new list is right, use "
        "--force."
    )


def in_use(file: Path | None, origin: str, total: int, missing: Sequence[str], changed_at: datetime | None, sha256: str) -> str:
    """On one line, for doctor."""
    if file is None or changed_at is None:
        return OWN
    lacks = f" {lacking(missing)}" if missing else ""
    return (
        f"{file}: {total:,} governments, from {moment(changed_at)}, SHA-256 {sha256}. It is in use because "
        f"{ORIGINS[origin]}.{lacks}"
    )


def overruled(file: Path) -> str:
    return f"{file} is not in use: the settings name another list. To use it, take places.governments out of them."


def counts(total: int, by_level: Mapping[str, int], by_state: Mapping[str, int]) -> Iterator[str]:
    levels = ", ".join(f"{count:,} {level}" for level, count in by_level.items())
    yield f"{total:,} governments: {levels}."
    states = ", ".join(f"{code} {count:,}" for code, count in sorted(by_state.items()))
    absent = [name for code, name in STATES.items() if code not in by_state and code not in _SMALL]
    yield f"By state: {states}."
    if absent:
        some = listed([*absent[:5], f"{len(absent) - 5} more"] if len(absent) > 6 else absent)
        yield f"It has nothing in {some}."


#: Territories that the lists of the Census and of the Open Civic Data project leave out, and the federal district.
_SMALL = frozenset({"AS", "DC", "GU", "MP", "VI"})


def left_out(reasons: Mapping[str, int]) -> str:
    which = ", ".join(f"{count:,} {LEFT_OUT[reason]}" for reason, count in reasons.items())
    return f"Left out of the Census's files, being no government of their own: {which}."


def kept(levels: Sequence[str]) -> str:
    return f"The {listed(levels)} are those of the list before: no file of these has any."


def lacking(levels: Sequence[str]) -> str:
    return (
        f"It has no {listed(levels, 'or')}: until they are installed too, a name that only one place in it has may still be "
        "asked about."
    )


def became(file: Path, changes: tuple[int, int] | None, previous: Path | None, unreadable: str) -> Iterator[str]:
    """What was done, and what became of the list before."""
    yield f"Installed: {file}."
    if changes == (0, 0) and previous is None:
        yield "It is the list that was there before."
    elif changes:
        added, gone = changes
        yield f"{added:,} ids are new, {gone:,} are gone."
    if unreadable:
        yield f"The list before could not be read, and nothing was taken over from it: {unreadable}"
    if previous:
        yield f"The list before is kept: {previous}."


def not_used(file: Path, named: Path, *, is_there: bool) -> str:
    what = f"{named} stays in use, since the settings name it" if is_there else f"The settings name {named}, which is not there"
    return f"{what}. To use {file}, take places.governments out of them."
