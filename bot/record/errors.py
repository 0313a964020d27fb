"""Errors that carry a decision. `CaseError` is the only one whose message a person reads."""

from enum import Enum


class CaseError(Exception):
    """Something a person asked for cannot be done; the message says what is wrong and what to do. Nothing was changed."""


class Undeliverable(Exception):
    """A post that failed.

    `permanent`: Discord will refuse it until a person corrects something. `maybe_sent`: it may have been posted although no
    answer came back. `retry_after`: the seconds after which Discord will take it, if it said so (a rate limit).
    """

    def __init__(self, reason: str, *, permanent: bool, maybe_sent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.maybe_sent = maybe_sent
        self.retry_after = retry_after


class Unreadable(Exception):
    """The bot may not read the channel's history, so it cannot see whether a notice was posted there."""


class DatabaseTrouble(Enum):
    """What keeps the database as a whole from being used. The values are for the log."""

    #: Another program has it locked. It is tried again.
    BUSY = "another program has locked the database"
    FULL = "the disk of the database is full"
    READ_ONLY = "the database cannot be written"
    #: Its content contradicts itself.
    DAMAGED = "the database is damaged"
    NOT_A_DATABASE = "the file is not a database"
    #: The file cannot be opened, or the database's server does not answer.
    UNREACHABLE = "the database cannot be opened"
    #: Another file, or none, is in its place now. What is written goes to the old file, which is lost with this process.
    MOVED = "the file of the database was removed or replaced"
    #: Reading or writing failed.
    FAILING = "the disk of the database fails"
    #: Tables or columns are not there: another version made it.
    OTHER_TABLES = "the database lacks tables or columns"
