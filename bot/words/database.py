"""What people read when the database cannot be used: on Discord, on the command line and in the log.

Plain text: chat/responses.py escapes it before it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.record.errors import DatabaseTrouble

_RUNNER = "Whoever runs this bot"
#: What it is, and what to do; between the two it is said what was recorded. Any other trouble is an unforeseen error.
_FOR_A_PERSON: Mapping[DatabaseTrouble, tuple[str, str]] = MappingProxyType(
    {
        DatabaseTrouble.BUSY: ("The database is busy", "Try again in a moment."),
        DatabaseTrouble.FULL: ("The disk of the database is full", f"{_RUNNER} has to make room on it."),
        DatabaseTrouble.READ_ONLY: ("The database can only be read", f"{_RUNNER} has to make it writable."),
        DatabaseTrouble.DAMAGED: ("The database is damaged", f"{_RUNNER} has to restore a backup (letterwatch restore)."),
        DatabaseTrouble.NOT_A_DATABASE: (
            "The database is damaged",
            f"{_RUNNER} has to restore a backup (letterwatch restore).",
        ),
        DatabaseTrouble.UNREACHABLE: ("The database cannot be opened", f"{_RUNNER} finds the reason in the log."),
        DatabaseTrouble.MOVED: ("The database was moved away", f"{_RUNNER} finds in the log how to put it back."),
        DatabaseTrouble.FAILING: ("The disk of the database fails", f"{_RUNNER} finds the reason in the log."),
    }
)
UNCLEAR = "The database failed while this was being recorded. Check /history to see if it was, before you send it again."

NOTHING_IMPORTED = "Nothing was recorded."
IMPORT_UNCLEAR = "It may have been recorded: import the file again, which records nothing twice."


def for_a_person(trouble: DatabaseTrouble, *, recorded: bool) -> str:
    """What somebody reads whose command could not be carried out; "" for what is to be treated as an unforeseen error.

    `recorded`: whether it was recorded before the database failed, so that only the answer is missing.
    """
    if trouble not in _FOR_A_PERSON:
        return ""
    what, to_do = _FOR_A_PERSON[trouble]
    if recorded:
        return f"What you sent was recorded, but no answer can be shown: {_lowered(what)}. Do not send it again."
    return f"{what}; nothing was recorded. {to_do}"


def for_the_runner(trouble: DatabaseTrouble, file: str, backup: str | None) -> str:
    """One line for who runs the bot: what it is, and what to do.

    `file` is the database's file or address, `backup` the newest good backup. Shown on the command line and in the log.
    """
    restore = (
        f"Its newest good backup is {backup}. Stop the bot, then run: letterwatch restore {backup}"
        if backup
        else "No good backup of it was found. letterwatch restore FILE takes one from another place."
    )
    match trouble:
        case DatabaseTrouble.BUSY:
            return f"The database is busy: another program has locked {file}. Try again when that has finished."
        case DatabaseTrouble.FULL:
            return f"The disk of the database is full: make room for {file}."
        case DatabaseTrouble.READ_ONLY:
            return (
                f"The database can only be read, or its folder can: {file}. Give whoever runs letterwatch the right to write "
                "the file and its folder, and see that the disk is not mounted read-only."
            )
        case DatabaseTrouble.DAMAGED:
            return f"The database is damaged: {file}. {restore}"
        case DatabaseTrouble.NOT_A_DATABASE:
            return f"The file is not a database, or its beginning is damaged: {file}. {restore}"
        case DatabaseTrouble.UNREACHABLE:
            return f"The database cannot be opened: {file}. It must be a file that letterwatch may read, in such a folder."
        case DatabaseTrouble.MOVED:
            return (
                f"The database or its -wal file was removed, or another file was put in its place while the bot ran: {file}. "
                "Nothing is recorded any more. Put back what was moved away. Stop the bot, but do not kill it: it may still "
                "have to write what was recorded last. Then start it again."
            )
        case DatabaseTrouble.FAILING:
            return f"The disk of the database fails: {file}. Check the disk. {restore}"
        case DatabaseTrouble.OTHER_TABLES:
            return f"The database lacks tables of this version: {file}. If an older version made it, run: letterwatch migrate"


def lost(file: str, backup: str, *, is_there: bool) -> str:
    """Why no new database is begun where one was."""
    what = "is empty" if is_there else "is not there"
    return (
        f"The database {what}, though there are backups of it: {file}. Its newest good backup is {backup}. Put it back with: "
        f"letterwatch restore {backup}. To begin with a new database instead, move the backups to another folder."
    )


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]
