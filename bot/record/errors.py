"""Errors that carry a decision. `CaseError` is the only one whose message a person reads."""

from enum import Enum

from bot.record.problems import Obstacle


class CaseError(Exception):
    """Something a person asked for cannot be done; the message says what is wrong and what to do. Nothing was changed."""


class CannotBeRead(CaseError):
    """What a person asked for is recorded, and cannot be read: something else wrote garbage to the database."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} cannot be read, since its row in the database is damaged. It is set aside: nothing of it is posted or "
            "listed, and nothing can be recorded about it, until whoever runs this bot has repaired the row. /alerts says "
            "which row it is."
        )


class Undeliverable(Exception):
    """A post that failed."""

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        maybe_sent: bool = False,
        retry_after: float | None = None,
        obstacle: Obstacle | None = None,
        code: str = "",
        repeated: bool = False,
    ) -> None:
        super().__init__(reason)
        #: Discord will refuse it until a person corrects something.
        self.permanent = permanent
        #: It may have been posted although no answer came back.
        self.maybe_sent = maybe_sent
        #: The seconds after which Discord will take it, if it said so (a rate limit).
        self.retry_after = retry_after
        #: What is wrong with the channel, whatever is posted there: another one may do. None if it is the message.
        self.obstacle = obstacle
        #: Discord's own code, or the status of its answer.
        self.code = code
        #: It was not sent: Discord has refused another to this channel, and nothing has changed since.
        self.repeated = repeated


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
