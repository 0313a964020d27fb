"""health: whether the bot is running."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.cli.options import OK, Verb
from bot.record.errors import CaseError

if TYPE_CHECKING:
    from bot.desk.heartbeat import Heartbeat

EXAMPLES = "letterwatch health && echo running"
#: What keeps a clock right may set it back by less.
FUTURE = timedelta(seconds=10)


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds none."""


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.clock import SystemClock
    from bot.desk.heartbeat import STALE
    from bot.words.prose import span

    heartbeat = asyncio.run(_last_heartbeat(args.settings().database_url))
    if heartbeat is None:
        raise CaseError("The bot has never checked for alerts on this database.")
    age = SystemClock().now() - heartbeat.ticked_at
    if age > STALE:
        raise CaseError(f"The last check was {age.total_seconds():,.0f} seconds ago; more than {STALE.seconds} is too old.")
    if age < -FUTURE:
        raise CaseError(
            f"The last check bears a time {span(age)} in the future. This machine's clock was ahead then, or is behind now.\n"
            "If the bot is running, it checks again within seconds, by the clock as it is."
        )
    if heartbeat.held:
        raise CaseError(_why_held(heartbeat))
    print(f"The last check was {max(age.total_seconds(), 0):.0f} seconds ago.")
    return OK


def _why_held(heartbeat: Heartbeat) -> str:
    from bot.desk.heartbeat import Held
    from bot.words.prose import span

    by = "" if heartbeat.ahead_by is None else f"{span(timedelta(seconds=heartbeat.ahead_by))} "
    if heartbeat.held is Held.AHEAD:
        return f"This machine's clock is {by}ahead of Discord's. Nothing is posted until it is right."
    seems = f"This machine's clock seems to be {by}ahead, and " if by else ""
    return f"{seems}Discord has not confirmed the time. Nothing is posted until it does."


async def _last_heartbeat(url: str) -> Heartbeat | None:
    from bot.cli.connection import existing
    from bot.desk.heartbeat import last_heartbeat

    async with existing(url, "The bot has not run here: letterwatch run.") as db:
        return await last_heartbeat(db)


VERB = Verb(
    "health", "exit 0 if the bot checked for alerts in the last three minutes and may post, else 1", EXAMPLES, add_options, run
)
