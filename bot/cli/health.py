"""health: whether the bot is running."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from bot.cli.options import OK, Verb
from bot.record.errors import CaseError

EXAMPLES = "letterwatch health && echo running"
STALE = timedelta(minutes=3)


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds none."""


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.clock import SystemClock

    ticked_at = asyncio.run(_last_heartbeat(args.settings().database_url))
    if ticked_at is None:
        raise CaseError("The bot has never checked for alerts on this database.")
    age = SystemClock().now() - ticked_at
    if age > STALE:
        raise CaseError(f"The last check was {age.total_seconds():,.0f} seconds ago; more than {STALE.seconds} is too old.")
    print(f"The last check was {max(age.total_seconds(), 0):.0f} seconds ago.")
    return OK


async def _last_heartbeat(url: str) -> datetime | None:
    from bot.cli.connection import existing
    from bot.desk.heartbeat import last_heartbeat

    async with existing(url, "The bot has not run here: letterwatch run.") as db:
        return await last_heartbeat(db)


VERB = Verb("health", "exit 0 if the bot checked for alerts in the last three minutes, else 1", EXAMPLES, add_options, run)
