"""What verbs that only answer questions answer from: the example record, or a server of the configured database."""

from __future__ import annotations

import sys
from argparse import Namespace

from bot.desk import snapshot
from bot.desk.snapshot import Snapshot


def snapshot_for(args: Namespace, about: str = "") -> Snapshot:
    """The example record with --example, else the server that is meant; of that only what is about a place, if it is named."""
    if args.example:
        return snapshot.of_example()
    import asyncio  # and below what needs a database, which the example does not

    read = asyncio.run(_of_server(args.settings().database_url, args.server, about))
    for kind, number in read.left_out:
        print(f"{kind} {number} cannot be read, and is left out; the bot's log and /alerts say why", file=sys.stderr)
    return read


async def _of_server(url: str, server_id: int | None, about: str) -> Snapshot:
    from bot.cli.connection import FIRST_RECORD, session_on

    async with session_on(url, server_id, FIRST_RECORD) as session:
        return await (snapshot.about(session, about) if about else snapshot.of_server(session))
