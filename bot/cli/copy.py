"""copy: the saved copy of a letter's source, byte for byte."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from bot.cli.options import OK, Verb, add_output, add_server
from bot.record.errors import CaseError

if TYPE_CHECKING:
    from bot.desk.copies import StoredCopy

EXAMPLES = "letterwatch copy 1a2b3c4d --output letter.pdf\nletterwatch copy 1a2b3c4d | sha256sum"
READABLE = ("text/", "application/json")  # media types that a terminal may show


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("sha256", metavar="SHA256", help="the SHA-256 that a source names; its first eight digits are enough")
    add_output(verb)
    add_server(verb)


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.cli import terminal
    from bot.record.deadlines.dates import written
    from bot.words.plain_text import harmless

    kept = asyncio.run(_copy(args))
    if args.output is None and sys.stdout.isatty() and not kept.media_type.startswith(READABLE):
        raise CaseError(f"{harmless(kept.name)} is not text. Name a file for it with --output FILE.")
    terminal.hand_over(kept.content, args.output)
    if args.output:
        origin = f"copy of {kept.url or kept.name}, read on {written(kept.read_at.date())}"
        print(harmless(f"{args.output}: {origin}, {kept.media_type}, SHA-256 {kept.sha256}"), file=sys.stderr)
    return OK


async def _copy(args: argparse.Namespace) -> StoredCopy:
    from bot.cli.connection import session_on
    from bot.desk.copies import copy_of

    async with session_on(args.settings().database_url, args.server) as session:
        return await copy_of(session, args.sha256)


VERB = Verb("copy", "write out the saved copy of a letter's source, byte for byte", EXAMPLES, add_options, run)
