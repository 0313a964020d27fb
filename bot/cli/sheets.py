"""import of CSV and XLSX files: recipients as rows; and the template for them."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli import terminal
from bot.cli.writing import imported_by, recording, told
from bot.clock import SystemClock
from bot.desk import import_sheet, sheet_draft
from bot.desk.import_sheet import Recorded
from bot.files.sheets import template
from bot.files.sheets.rows import Bad, Sheet
from bot.reader.documents import content_of, from_file
from bot.record.case import Letter
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.dates import DateOrder
from bot.record.errors import CaseError
from bot.record.servers import Server
from bot.store import cases, closures, events
from bot.words.plain_text import harmless
from bot.words.prose import plural

MOST_TOLD = 50  # rows, differences


def import_rows(args: argparse.Namespace) -> int:
    read, recorded = asyncio.run(_import(args, content_of(args.file)))
    for line in _told(read, recorded, args.dry_run):
        print(harmless(line))
    return 0


def write_template(output: Path | None) -> int:
    """The template as a CSV or XLSX file, by the name's ending; CSV to standard output."""
    suffix = output.suffix.lower() if output else ".csv"
    if suffix not in (".csv", ".xlsx"):
        raise CaseError(f"{output} has to end in .csv or .xlsx.")
    terminal.hand_over(template.xlsx_bytes() if suffix == ".xlsx" else template.csv_bytes(), output)
    if output:
        print(f"{output}: fill in a row for each recipient, then letterwatch import {output}", file=sys.stderr)
    return 0


async def _import(args: argparse.Namespace, content: bytes) -> tuple[Sheet, Recorded]:
    document = await from_file(args.file.name, content, SystemClock().now())
    async with recording(args) as (conn, server):
        order = DateOrder(args.dates) if args.dates else None
        read = sheet_draft.read(document, server.zone, order)
        calendar = calendar_named(server.calendar, await closures.standing(conn, server.id))
        letter = await _letter(conn, server, args.letter) if args.letter else None
        audit = events.audit_context(server.id, imported_by(args.file), document.read_at, server.zone)
        with terminal.advancing("Recording", len(read.rows)) as advance:
            recorded = await import_sheet.record(
                conn,
                audit,
                document,
                read,
                letter=letter,
                calendar=calendar,
                order=order,
                refuse=None if args.skip_bad_rows else lambda bad: sheet_draft.refusal(read.name, bad, MOST_TOLD),
                progress=advance,
            )
    return read, recorded


async def _letter(conn: AsyncConnection, server: Server, slug: str) -> Letter:
    if letter := await cases.letter_with_slug(conn, server.id, slug):
        return letter
    known = [one.slug for one in await cases.letters_of(conn, server.id)]
    listed = f" Recorded letters: {', '.join(known)}." if known else " None is recorded yet."
    raise CaseError(f"No letter with the short name “{slug}” is recorded here.{listed}")


def _told(read: Sheet, recorded: Recorded, dry_run: bool) -> list[str]:
    """What is to be known of the file, what was left out, then as for a record file."""
    lines = []
    if read.columns.ignored:
        lines.append(f"Columns that are not read: {', '.join(read.columns.ignored)}.")
    lines += _rows("Look at these places again", recorded.notes)
    lines += _rows(f"{plural(len(recorded.bad), 'row')} left out", recorded.bad)
    return [*lines, *([""] if lines else []), *told(recorded.report, dry_run, MOST_TOLD)]


def _rows(head: str, rows: Sequence[Bad]) -> list[str]:
    if not rows:
        return []
    more = [f"  and {len(rows) - MOST_TOLD:,} more"] if len(rows) > MOST_TOLD else []
    return [f"{head}:", *(f"  {row}" for row in rows[:MOST_TOLD]), *more]
