"""health: whether the bot is running."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.cli.options import OK, Verb

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
    from bot.desk.heartbeat import STALE, Held
    from bot.record.errors import CaseError
    from bot.words import health as words

    heartbeat = asyncio.run(_last_heartbeat(args.settings().database_url))
    if heartbeat is None:
        raise CaseError(words.NEVER_CHECKED)
    age = SystemClock().now() - heartbeat.ticked_at
    if age > STALE:
        raise CaseError(words.too_old(age, STALE))
    if age < -FUTURE:
        raise CaseError(words.in_the_future(-age))
    if heartbeat.held:
        reason = words.clock_ahead if heartbeat.held is Held.AHEAD else words.clock_unconfirmed
        raise CaseError(reason(heartbeat.ahead_by))
    print(words.checked(age))
    return OK


async def _last_heartbeat(url: str) -> Heartbeat | None:
    from bot.cli.connection import existing
    from bot.desk.heartbeat import last_heartbeat

    async with existing(url, "The bot has not run here: letterwatch run.") as db:
        return await last_heartbeat(db)


VERB = Verb(
    "health", "exit 0 if the bot checked for alerts in the last three minutes and may post, else 1", EXAMPLES, add_options, run
)
