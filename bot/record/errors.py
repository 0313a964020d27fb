"""Errors that carry a decision. `CaseError` is the only one whose message a person reads."""


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
