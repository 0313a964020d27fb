"""Where `import` records, and what both kinds of files share."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.cli.connection import FIRST_FILE, chosen
from bot.desk.heartbeat import refuse_wrong_clock
from bot.desk.servers import known_servers, unreadable_servers
from bot.desk.session import Session, WriteSession, reading, writing
from bot.desk.troubles import check_not_lost
from bot.record.deadlines.dates import DateOrder
from bot.record.errors import CaseError
from bot.record.quoting import clipped
from bot.record.servers import Server
from bot.store.database import Database, sqlite_file
from bot.words.plain_text import harmless

IN_MEMORY = "sqlite+aiosqlite://"
NEW_SERVER = 1  # the id of the server that a dry run makes up if there is none


@dataclass(frozen=True)
class ImportTarget:
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

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """A transaction that reads, with the settings of the server as they will be when it records."""
        server = await self.server_as_it_will_be()
        async with reading(self.db, self.server_id, self.now, order=self.order, server=server) as session:
            yield session

    async def server_as_it_will_be(self) -> Server:
        """The settings of the server, those of a new one included. Nothing is recorded."""
        async with writing(self.db, self.server_id, self.now, self.by, name=self.name, dry_run=True) as session:
            return session.server


@asynccontextmanager
async def import_target(args: argparse.Namespace, now: datetime) -> AsyncIterator[ImportTarget]:
    """To the server that is named, or to the only one. A dry run needs neither database nor server, and creates none."""
    url = args.settings().database_url
    file = sqlite_file(url)
    missing = file is not None and not file.is_file()
    if missing and not args.dry_run and not (args.server and args.name):
        raise CaseError(f"There is no database yet at {file}. {FIRST_FILE.replace('FILE', shlex.quote(str(args.file)))}")
    if not args.dry_run:
        check_not_lost(args.settings())
    db = Database(IN_MEMORY if missing and args.dry_run else url)
    by = clipped(f"import of {args.file.name}", 100)
    order = DateOrder(args.dates) if args.dates else None
    try:
        if not args.dry_run or missing:
            await db.migrate()
            await refuse_wrong_clock(db, now)
        else:
            await db.has_tables()  # refuses those of a newer program
        server_id, name = await _server(db, args)
        yield ImportTarget(db, server_id, name, now, by, order, args.dry_run)
    finally:
        await db.close()


async def _server(db: Database, args: argparse.Namespace) -> tuple[int, str | None]:
    """The server's id, and its name if it is to be added."""
    if args.server and args.name:
        return args.server, args.name
    is_first = args.dry_run and not await known_servers(db) and not await unreadable_servers(db)
    return (NEW_SERVER, "") if is_first else ((await chosen(db, args.server)).id, None)


def print_lines(lines: list[str]) -> None:
    for line in lines:
        print(harmless(line))
