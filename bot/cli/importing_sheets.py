"""What `import` does with a spreadsheet, and the template for them.

While a child process reads the file, what is needed then is loaded beside it: it takes about as long.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from bot.cli.options import OK
from bot.clock import SystemClock
from bot.reader.document import Document
from bot.reader.documents import content_of, from_file
from bot.record.errors import CaseError


def import_sheet_file(args: argparse.Namespace) -> int:
    lines = asyncio.run(_imported(args, args.settings().list_in_use.file, content_of(args.file)))
    from bot.cli.importing import print_lines

    print_lines(lines)
    return OK


def write_template(output: Path | None) -> int:
    """The template as a CSV or XLSX file, by the ending of the name; CSV to standard output."""
    from bot.cli import terminal
    from bot.files.sheets import template

    suffix = output.suffix.lower() if output else ".csv"
    if suffix not in (".csv", ".xlsx"):
        raise CaseError(f"{output} has to end in .csv or .xlsx.")
    terminal.hand_over(template.xlsx_bytes() if suffix == ".xlsx" else template.csv_bytes(), output)
    if output:
        print(f"{output}: fill in a row for each recipient, then run: letterwatch import {output}", file=sys.stderr)
    return OK


async def _imported(args: argparse.Namespace, governments: Path | None, content: bytes) -> list[str]:
    """What to print. (Not what was recorded: asyncio writes out the result of what it runs, to say nothing with it.)"""
    reading = from_file(args.file.name, content, SystemClock().now())
    document, record = await asyncio.gather(reading, asyncio.to_thread(_loaded, governments))
    return await record(args, document)


def _loaded(governments: Path | None) -> Callable[[argparse.Namespace, Document], Awaitable[list[str]]]:
    from bot.cli.recording_sheets import imported
    from bot.reader.gazetteer.gazetteer import gazetteer, use_governments

    use_governments(governments)
    with suppress(CaseError):  # raised again if a place has to be looked up
        gazetteer()
    return imported
