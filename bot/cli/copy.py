"""copy: a kept copy of what a letter was read from, written out as it was read."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.cli import terminal
from bot.cli.snapshot import FIRST_FILE, chosen, existing
from bot.record.deadlines.dates import written
from bot.record.errors import CaseError
from bot.store import documents, servers
from bot.store.documents import StoredCopy
from bot.words.plain_text import harmless

READABLE = ("text/", "application/json")


def copy(args: argparse.Namespace) -> int:
    found = asyncio.run(_kept(args))
    if args.output is None and sys.stdout.isatty() and not found.media_type.startswith(READABLE):
        raise CaseError(f"{harmless(found.name)} is no text: name a file for it with --output FILE.")
    terminal.hand_over(found.content, args.output)
    if args.output:
        print(harmless(_told(args.output, found)), file=sys.stderr)
    return 0


async def _kept(args: argparse.Namespace) -> StoredCopy:
    async with existing(args.settings().database_url, FIRST_FILE) as db, db.read() as conn:
        server = chosen(await servers.known(conn), args.server)
        found = await documents.kept(conn, server.id, args.sha256)
    if found is None:
        raise CaseError(f"No copy whose SHA-256 begins with {args.sha256} is kept for server {server.id}.")
    return found


def _told(file: Path, found: StoredCopy) -> str:
    origin = found.url or found.name
    return f"{file}: copy of {origin}, read on {written(found.read_at.date())}, {found.media_type}, SHA-256 {found.sha256}"
