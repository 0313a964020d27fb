"""Recording a spreadsheet that was read."""

from __future__ import annotations

import argparse
from functools import partial

from bot.cli import terminal
from bot.cli.importing import import_target
from bot.desk.deciding import decide_and_record
from bot.desk.import_sheet import SheetDecision, SheetOptions, decide_sheet, record_decided
from bot.desk.session import Session
from bot.desk.sheet_places import Settling
from bot.files.sheets.row_reading import read
from bot.files.sheets.rows import HiddenRows, Sheet
from bot.reader.document import Document
from bot.words.import_report import hidden_rows, report_lines, sheet_lines

MOST_NAMED = 50  # rows, differences


async def imported(args: argparse.Namespace, document: Document) -> list[str]:
    """What to print about it. What takes time is done before the transaction that writes begins."""
    hidden = HiddenRows(args.hidden_rows) if args.hidden_rows else None
    options = SheetOptions(args.letter or "", args.new_letter, args.skip_bad_rows, MOST_NAMED, args.quiet)
    settling = Settling()
    async with import_target(args, document.read_at) as target:
        server = await target.server_as_it_will_be()
        sheet = read(document, server.zone, target.order, hidden=hidden, keep_garbled=args.keep_garbled)

        async def decide(session: Session) -> SheetDecision:
            return await decide_sheet(session, document, sheet, options, settling)

        with terminal.advancing("Recording", len(sheet.rows)) as advance:
            record = partial(record_decided, progress=advance)
            result = await decide_and_record(target.reading, target.writing, decide, record)
    return [
        *sheet_lines(sheet.columns.ignored, _hidden(sheet), _texts(result.doubtful), _texts(result.bad), MOST_NAMED),
        *report_lines(result.report, args.dry_run, MOST_NAMED),
    ]


def _hidden(sheet: Sheet) -> str:
    return hidden_rows(sheet.hidden_rows, skipped=sheet.hidden is HiddenRows.SKIP)


def _texts(rows: tuple[object, ...]) -> list[str]:
    return [str(row) for row in rows]
