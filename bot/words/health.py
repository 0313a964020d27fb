"""Whether the running bot is well, and why not, for the person who runs it. No sentence names a server or a place."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.words.prose import moment, span

NEVER_CHECKED = "The bot has never checked for alerts on this database."
NOT_LOOKED = "The bot has not looked for alerts since its start."
HELD = "Nothing is posted, since this machine's clock is not confirmed by Discord's."
NO_DATABASE = "The database does not answer."


def checked(age: timedelta) -> str:
    return f"The last check was {max(age.total_seconds(), 0):.0f} seconds ago."


def too_old(age: timedelta, most: timedelta) -> str:
    return f"The last check was {age.total_seconds():,.0f} seconds ago; more than {most.seconds} is too old."


def in_the_future(by: timedelta) -> str:
    return (
        f"The last check bears a time {span(by)} in the future. This machine's clock was ahead then, or is behind now.\n"
        "If the bot is running, it checks again within seconds, by the clock as it is."
    )


def clock_ahead(seconds: int | None) -> str:
    return f"{_ahead(seconds)}. Nothing is posted until it is right."


def clock_unconfirmed(seconds: int | None) -> str:
    """`seconds`: by how much it seems to be ahead, if anything is known."""
    seems = "" if seconds is None else f"This machine's clock seems to be {span(timedelta(seconds=seconds))} ahead, and "
    return f"{seems}Discord has not confirmed the time. Nothing is posted until it does."


def nothing_recorded(seconds: int | None) -> str:
    return f"{_ahead(seconds)}, so that nothing was recorded. Set it right first."


def looked(seconds: float) -> str:
    return f"The last look for alerts was {span(timedelta(seconds=seconds))} ago."


def waits(seconds: float) -> str:
    return f"A notice has waited for {span(timedelta(seconds=seconds))} to be sent."


def not_connected(since: datetime, problem: str) -> str:
    return f"Not connected to Discord since {moment(since)}" + (f": {problem}." if problem else ".")


def _ahead(seconds: int | None) -> str:
    by = "" if seconds is None else f"{span(timedelta(seconds=seconds))} "
    return f"This machine's clock is {by}ahead of Discord's"
