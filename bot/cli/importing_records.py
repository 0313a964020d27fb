"""What `import` does with a record file."""

from __future__ import annotations

import argparse
import asyncio
from functools import partial

from bot.cli import terminal
from bot.cli.importing import import_target, print_lines
from bot.cli.options import OK
from bot.clock import SystemClock
from bot.desk.deciding import decide_and_record
from bot.desk.import_record import RecordDecision, RecordOptions, decide_record, record_decided
from bot.desk.session import Session
from bot.files.loading import load
from bot.files.record_file import RecordFile
from bot.words.import_report import report_lines


def import_record_file(args: argparse.Namespace) -> int:
    print_lines(asyncio.run(_recorded(args, load(args.file, keep_garbled=args.keep_garbled))))
    return OK


async def _recorded(args: argparse.Namespace, record: RecordFile) -> list[str]:
    options = RecordOptions(letter=args.letter or "", new_letters=args.new_letter, quiet=args.quiet)

    async def decide(session: Session) -> RecordDecision:
        return await decide_record(session, record, options)

    async with import_target(args, SystemClock().now()) as target:
        with terminal.advancing("Recording", len(record.letters) + len(record.events)) as advance:
            recording = partial(record_decided, progress=advance)
            report = await decide_and_record(target.reading, target.writing, decide, recording)
    return report_lines(report, args.dry_run)
