"""extract: what a text says about a letter, as a draft."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.options import OK, Verb, add_json, add_tz, day
from bot.record.errors import CaseError

if TYPE_CHECKING:
    from bot.reader.document import Document

EXAMPLES = (
    "letterwatch extract release.pdf\n"
    "letterwatch extract https://example.org/letters.html --json\n"
    "letterwatch extract - --date 2018-01-24 --json < story.txt"
)
STDIN, PIPED = "-", "standard-input"
BINARY = re.compile(rb"%PDF|\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)  # files that need no ending
ADDRESSES = ("http://", "https://")
SCHEME = re.compile(r"\s*[a-z][a-z0-9+.\-]+:", re.IGNORECASE)  # longer than a Windows drive letter
HOST = re.compile(r"\s*(?:www\.|(?:[\w-]+\.)+(?:com|edu|gov|info|net|news|org|us)(?:/|$))", re.IGNORECASE)


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("text", metavar="FILE|URL|-", help="a file, a web address, or - for standard input")
    verb.add_argument("--date", type=day, metavar="DATE", help="the day from which “today” and “Wednesday” are read")
    verb.add_argument("--hidden-rows", choices=("include", "skip"), help="spreadsheets: whether hidden rows count")
    add_tz(verb, "time zone of the days in the text")
    add_json(verb, "print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Prints the draft, or as JSON. CaseError if the text cannot be read."""
    import asyncio

    from bot.cli import terminal
    from bot.cli.draft_text import draft_lines
    from bot.desk.draft_reading import draft_of
    from bot.files.sheets.rows import HiddenRows
    from bot.reader.extract.draft_json import as_json
    from bot.reader.gazetteer.gazetteer import use_governments
    from bot.words.plain_text import harmless

    use_governments(args.list_in_use().file)
    document = asyncio.run(_document(args.text))
    draft = draft_of(document, args.tz, args.date, HiddenRows(args.hidden_rows) if args.hidden_rows else None)
    if args.json:
        terminal.print_json(as_json(draft))
        return OK
    terminal.heading(harmless(draft.title or document.name), "cyan")
    for line in draft_lines(draft):
        print(harmless(line))
    return OK


async def _document(what: str) -> Document:
    from bot.clock import SystemClock
    from bot.reader.documents import MOST_BYTES, content_of, from_address, from_file
    from bot.reader.documents.kinds import one_line

    now = SystemClock().now()
    if what == STDIN:
        if sys.stdin is None:
            raise CaseError("Standard input is closed; nothing can be read from it.")
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
        return await from_file(PIPED if BINARY.match(content) else f"{PIPED}.txt", content, now)
    is_file = _exists(what)
    if what.strip().lower().startswith(ADDRESSES) or (not is_file and SCHEME.match(what)):
        return await from_address(what, now)
    if not is_file and HOST.match(what):
        raise CaseError(f"{one_line(what)} is not a file. If it is a web address, write https:// before it.")
    path = Path(what)
    return await from_file(path.name, content_of(path), now)


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # the name is longer than a name may be
        return False


VERB = Verb(
    "extract",
    "show what a text says about a letter, as a draft; records nothing, needs no database",
    EXAMPLES,
    add_options,
    run,
)
