"""forget: everything of a server that the bot has left, removed from the database."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bot.cli.options import OK, Verb, misused, server_id

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.desk.forgetting import Known

EXAMPLES = (
    'letterwatch forget --server 1089365710498873344\nletterwatch forget --server 1089365710498873344 --yes "The Newsroom"'
)


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--server", type=server_id, metavar="ID", required=True, help="the Discord server to forget")
    verb.add_argument("--yes", metavar="NAME", help="its name, to confirm without being asked")
    verb.add_argument("--left", action="store_true", help="do not ask Discord: you know that the bot has left the server")


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.cli.terminal import ask
    from bot.clock import SystemClock
    from bot.desk import forgetting
    from bot.words import backups as words
    from bot.words.plain_text import harmless

    settings = args.settings()
    server = asyncio.run(_known(settings, args.server, args.left))
    for line in words.to_forget(server.id, server.name, server.events, server.began_at):
        print(harmless(line))
    name = args.yes if args.yes is not None else ask("Type its name to remove all of it for good:")
    if name is None:
        return misused("Confirm with --yes and the server's name. Nothing was changed.")
    forgetting.check_name(server, name)
    now = SystemClock().now()
    result = asyncio.run(forgetting.forget(settings, server.id, now))
    for line in words.forgotten(result.events, result.rows, result.traces):
        print(harmless(line))
    held = forgetting.holding(settings, now)
    for line in words.still_held(held.backups, held.until, held.kept):
        print(harmless(line))
    return OK


async def _known(settings: Settings, server_id: int, left: bool) -> Known:
    """The server, if the bot has left it; CaseError if not, or if that cannot be found out."""
    from bot.chat.membership import is_on
    from bot.cli.connection import existing
    from bot.desk import forgetting
    from bot.record.errors import CaseError

    async with existing(settings.database_url) as db:
        server = await forgetting.known(db, server_id)
        applications = await forgetting.applications(db)
    if not left and server.began_at is None and await is_on(settings, server_id, applications):
        raise CaseError(
            f"The bot is still on server {server_id} ({server.name}). Remove it there first (Server Settings, Integrations). "
            "Nothing was changed."
        )
    return server


VERB = Verb("forget", "remove everything of a server that the bot has left; the bot may run", EXAMPLES, add_options, run)
