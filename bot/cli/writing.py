"""import, export, migrate and health."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli import terminal
from bot.cli.questions import book
from bot.cli.snapshot import FIRST_FILE, Book, chosen, existing, sqlite_file
from bot.clock import SystemClock
from bot.desk import import_record
from bot.desk.import_report import KINDS, Report
from bot.files.export import record_of
from bot.files.record_file import RecordFile
from bot.files.sheets.export import csv_of
from bot.record.errors import CaseError
from bot.record.servers import Server
from bot.store import events, notices, servers
from bot.store.database import Database
from bot.words.plain_text import harmless

IN_MEMORY = "sqlite+aiosqlite://"
STALE = timedelta(minutes=3)


def import_(args: argparse.Namespace) -> int:
    record = import_record.load(args.file)
    report = asyncio.run(_import(args, record))
    for line in told(report, args.dry_run):
        print(harmless(line))
    return 0


def export(args: argparse.Namespace) -> int:
    known = book(args)
    text = (
        csv_of(known.cases, SystemClock().now())
        if args.csv
        else f"{json.dumps(_record(known), ensure_ascii=False, indent=1)}\n"
    )
    terminal.hand_over(text.encode(), args.output)
    if args.output:
        print(f"{args.output}: {len(known.cases):,} cases of {known.name}", file=sys.stderr)
    return 0


def migrate(args: argparse.Namespace) -> int:
    url = args.settings().database_url
    asyncio.run(_migrate(url))
    print(f"The database at {sqlite_file(url) or url} is up to date.")
    return 0


def health(args: argparse.Namespace) -> int:
    beat = asyncio.run(_last_beat(args.settings().database_url))
    if beat is None:
        raise CaseError("The bot has never ticked on this database.")
    age = SystemClock().now() - beat
    if age > STALE:
        raise CaseError(f"The last tick was {age.total_seconds():,.0f} seconds ago; more than {STALE.seconds} is too old.")
    print(f"The last tick was {max(age.total_seconds(), 0):.0f} seconds ago.")
    return 0


@asynccontextmanager
async def recording(args: argparse.Namespace) -> AsyncIterator[tuple[AsyncConnection, Server]]:
    """One transaction on the server named, or the only one there is; undone at its end for a trial run.

    A trial run needs neither database nor server, and makes none.
    """
    url = args.settings().database_url
    file = sqlite_file(url)
    missing = file is not None and not file.is_file()
    if missing and not args.dry_run and not (args.server and args.name):
        raise CaseError(f"There is no database yet at {file}. {FIRST_FILE.replace('FILE', shlex.quote(str(args.file)))}")
    db = Database(IN_MEMORY if missing and args.dry_run else url)
    try:
        if not args.dry_run or missing:
            await db.migrate()
        async with db.write() as conn:
            trial = await conn.begin_nested()
            yield conn, await servers.get(conn, await _server(conn, args))
            await (trial.rollback() if args.dry_run else trial.commit())
    finally:
        await db.close()


async def _import(args: argparse.Namespace, record: RecordFile) -> Report:
    async with recording(args) as (conn, server):
        audit = events.audit_context(server.id, imported_by(args.file), SystemClock().now(), record.zone)
        with terminal.advancing("Recording", len(record.letters) + len(record.events)) as advance:
            return await import_record.apply(conn, audit, record, progress=advance)


def imported_by(file: Path) -> str:
    """Who is said to have recorded what a file holds."""
    return f"import of {file.name}"[:100]


async def _server(conn: AsyncConnection, args: argparse.Namespace) -> int:
    known = await servers.known(conn)
    if args.server and args.name:
        await servers.ensure(conn, args.server, args.name)
        known = await servers.known(conn)
    elif args.dry_run and not known:
        return await _passing_server(conn)
    return chosen(known, args.server).id


async def _passing_server(conn: AsyncConnection) -> int:
    """A server for the length of a trial run."""
    await servers.ensure(conn, 1, "")
    return 1


def told(report: Report, dry_run: bool, most: int | None = None) -> list[str]:
    """Counts, then differences (at most so many), then what it means."""
    lines = []
    for kind in KINDS:
        new, same, different = report.new[kind], report.same[kind], report.different[kind]
        lines.append(f"{kind:<8} {new:>6,} new   {same:>6,} the same   {different:>6,} different")
    if report.differences:
        lines += ["", "Different from what is recorded, and left as recorded (record a correction to change it):"]
        lines += [f"  {line}" for line in report.differences[:most]]
        more = len(report.differences) - len(report.differences[:most])
        lines += [f"  and {more:,} more"] if more else []
    if dry_run:
        return [*lines, "", "Nothing was recorded: this was a dry run."]
    return [*lines, "", "Recorded." if report.changes else "Nothing to record: all of it is recorded already."]


def _record(known: Book) -> object:
    if known.file:
        return known.file.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return record_of(
        known.name,
        known.posting.zone,
        known.places,
        known.letters,
        known.cases,
        known.context,
        known.place_sources,
        known.keys,
    )


async def _migrate(url: str) -> None:
    db = Database(url)
    try:
        await db.migrate()
    finally:
        await db.close()


async def _last_beat(url: str) -> datetime | None:
    async with existing(url, "The bot has not run here: letterwatch run.") as db, db.read() as conn:
        return await notices.last_beat(conn)
