"""Why the running bot is not well, for the person who runs it. No sentence names a server or a place."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.words.prose import moment, span

NOT_LOOKED = "The bot has not looked for alerts since its start."
HELD = "Nothing is posted, since this machine's clock is not confirmed by Discord's."
NO_DATABASE = "The database does not answer."


def looked(seconds: float) -> str:
    return f"The last look for alerts was {span(timedelta(seconds=seconds))} ago."


def waits(seconds: float) -> str:
    return f"A notice has waited for {span(timedelta(seconds=seconds))} to be sent."


def not_connected(since: datetime, problem: str) -> str:
    return f"Not connected to Discord since {moment(since)}" + (f": {problem}." if problem else ".")
