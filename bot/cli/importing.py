"""What `import` does: with record files, with spreadsheets, and the template for them."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.cli import terminal
from bot.cli.connection import FIRST_FILE, chosen
from bot.cli.options import OK
from bot.clock import SystemClock
from bot.desk import import_record, import_sheet
from bot.desk.import_sheet import SheetImport
from bot.desk.servers import known_servers
from bot.desk.session import WriteSession, writing
from bot.files.record_file import RecordFile
from bot.files.sheets import template
from bot.files.sheets.rows import HiddenRows, Sheet, read
from bot.reader.documents import content_of, from_file
from bot.reader.gazetteer.gazetteer import use_governments
from bot.record.deadlines.dates import DateOrder
from bot.record.errors import CaseError
from bot.record.import_report import ImportReport
from bot.record.quoting import clipped
from bot.record.servers import Server
from bot.store.database import Database, sqlite_file
from bot.words.import_report import hidden_rows, report_lines, sheet_lines
from bot.words.plain_text import harmless

IN_MEMORY = "sqlite+aiosqlite://"
NEW_SERVER = 1  # the id of the server that a dry run makes up if there is none
MOST_NAMED = 50  # rows, differences


def import_record_file(args: argparse.Namespace) -> int:
    report = asyncio.run(_record_file(args, import_record.load(args.file, keep_garbled=args.keep_garbled)))
    _print(report_lines(report, args.dry_run))
    return OK


def import_sheet_file(args: argparse.Namespace) -> int:
    use_governments(args.settings().places.governments_file)
    sheet, imported = asyncio.run(_sheet_file(args, content_of(args.file)))
    _print(
        [
            *sheet_lines(sheet.columns.ignored, _hidden(sheet), _texts(imported.doubtful), _texts(imported.bad), MOST_NAMED),
            *report_lines(imported.report, args.dry_run, MOST_NAMED),
        ]
    )
    return OK


def write_template(output: Path | None) -> int:
    """The template as a CSV or XLSX file, by the ending of the name; CSV to standard output."""
    suffix = output.suffix.lower() if output else ".csv"
    if suffix not in (".csv", ".xlsx"):
        raise CaseError(f"{output} has to end in .csv or .xlsx.")
    terminal.hand_over(template.xlsx_bytes() if suffix == ".xlsx" else template.csv_bytes(), output)
    if output:
        print(f"{output}: fill in a row for each recipient, then run: letterwatch import {output}", file=sys.stderr)
    return OK


async def _record_file(args: argparse.Namespace, record: RecordFile) -> ImportReport:
    async with _import(args, SystemClock().now()) as importing, importing.writing() as session:
        with terminal.advancing("Recording", len(record.letters) + len(record.events)) as advance:
            return await import_record.record_file(
                session, record, letter=args.letter or "", new_letters=args.new_letter, quiet=args.quiet, progress=advance
            )


async def _sheet_file(args: argparse.Namespace, content: bytes) -> tuple[Sheet, SheetImport]:
    """Whatever takes time and needs no transaction is done before the one that writes begins."""
    document = await from_file(args.file.name, content, SystemClock().now())
    async with _import(args, document.read_at) as importing:
        server = await importing.server_as_it_will_be()
        hidden = HiddenRows(args.hidden_rows) if args.hidden_rows else None
        sheet = read(document, server.zone, importing.order, hidden=hidden, keep_garbled=args.keep_garbled)
        settling = await import_sheet.settle_places(importing.db, server, sheet, importing.now)
        async with importing.writing() as session:
            with terminal.advancing("Recording", len(sheet.rows)) as advance:
                imported = await import_sheet.record_sheet(
                    session,
                    document,
                    sheet,
                    settling=settling,
                    letter=args.letter or "",
                    new_letters=args.new_letter,
                    skip_bad_rows=args.skip_bad_rows,
                    most_named=MOST_NAMED,
                    quiet=args.quiet,
                    progress=advance,
                )
    return sheet, imported


@dataclass(frozen=True)
class _Import:
    """Where an import goes."""

    db: Database
    server_id: int
    #: The server's name if it is to be made known under it, else None.
    name: str | None
    now: datetime
    #: Who records, for people to read.
    by: str
    order: DateOrder | None
    dry_run: bool

    def writing(self) -> AbstractAsyncContextManager[WriteSession]:
        """The transaction that records; rolled back for a dry run."""
        return writing(self.db, self.server_id, self.now, self.by, order=self.order, name=self.name, dry_run=self.dry_run)

    async def server_as_it_will_be(self) -> Server:
        """The settings of the server, those of a new one included. Nothing is recorded."""
        async with writing(self.db, self.server_id, self.now, self.by, name=self.name, dry_run=True) as session:
            return session.server


@asynccontextmanager
async def _import(args: argparse.Namespace, now: datetime) -> AsyncIterator[_Import]:
    """To the server that is named, or to the only one. A dry run needs neither database nor server, and creates none."""
    url = args.settings().database_url
    file = sqlite_file(url)
    missing = file is not None and not file.is_file()
    if missing and not args.dry_run and not (args.server and args.name):
        raise CaseError(f"There is no database yet at {file}. {FIRST_FILE.replace('FILE', shlex.quote(str(args.file)))}")
    db = Database(IN_MEMORY if missing and args.dry_run else url)
    by = clipped(f"import of {args.file.name}", 100)
    order = DateOrder(args.dates) if args.dates else None
    try:
        if not args.dry_run or missing:
            await db.migrate()
        server_id, name = await _server(db, args)
        yield _Import(db, server_id, name, now, by, order, args.dry_run)
    finally:
        await db.close()


async def _server(db: Database, args: argparse.Namespace) -> tuple[int, str | None]:
    """The server's id, and its name if it is to be added."""
    if args.server and args.name:
        return args.server, args.name
    known = await known_servers(db)
    return (NEW_SERVER, "") if args.dry_run and not known else (chosen(known, args.server).id, None)


def _hidden(sheet: Sheet) -> str:
    return hidden_rows(sheet.hidden_rows, skipped=sheet.hidden is HiddenRows.SKIP)


def _texts(rows: tuple[object, ...]) -> list[str]:
    return [str(row) for row in rows]


def _print(lines: list[str]) -> None:
    for line in lines:
        print(harmless(line))
