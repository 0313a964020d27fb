"""export: everything recorded, as a record file or a table."""

from __future__ import annotations

import argparse
import json
import sys

from bot.cli.options import OK, REFUSED, Verb, add_json, add_output, add_source

EXAMPLES = "letterwatch export --example --csv\nletterwatch export --json --output record.json"


def add_options(verb: argparse.ArgumentParser) -> None:
    form = verb.add_mutually_exclusive_group()
    add_json(form, "a record file, which import reads (default)")
    form.add_argument("--csv", action="store_true", help="a table with one row for each case")
    add_source(verb)
    add_output(verb)


def run(args: argparse.Namespace) -> int:
    """Exit code 1 if something that is recorded cannot be read: everything else is exported."""
    from bot.cli import terminal
    from bot.cli.snapshots import snapshot_for
    from bot.clock import SystemClock
    from bot.files.sheets.case_table import csv_of

    snapshot = snapshot_for(args)
    if args.csv:
        text = csv_of(snapshot.cases, SystemClock().now())
    else:
        text = f"{json.dumps(snapshot.record_file().as_json(), ensure_ascii=False, indent=1)}\n"
    terminal.hand_over(text.encode(), args.output)
    if args.output:
        print(f"{args.output}: {len(snapshot.cases):,} cases of {snapshot.name}", file=sys.stderr)
    return REFUSED if snapshot.left_out else OK


VERB = Verb("export", "write out everything recorded, as a record file or a table", EXAMPLES, add_options, run)
