"""import: a record file or a spreadsheet."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.options import Verb, add_server, misused

EXAMPLES = (
    "letterwatch import record.json --dry-run\n"
    'letterwatch import record.json --server 1089365710498873344 --name "City Desk"\n'
    "letterwatch import record.json\n"
    "letterwatch import record.json --quiet\n"
    "letterwatch import --template --output recipients.xlsx\n"
    "letterwatch import recipients.xlsx --letter 2018-01-24-document-demand"
)
TABLES = (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".tsv")  # the last four are refused, with what to save them as
TEXTS = (".txt", ".html", ".htm", ".xhtml", ".pdf", ".docx")  # which only a person can confirm


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="JSON in the record format (docs/record-format.md), or .csv or .xlsx"
    )
    verb.add_argument("--dry-run", action="store_true", help="show what would change and record nothing")
    verb.add_argument("--quiet", action="store_true", help="announce nothing in the server's channel")
    add_server(verb)
    verb.add_argument("--name", help="with --server: the server's name; adds the server if it is not in the database")
    verb.add_argument("--letter", metavar="SLUG", help="the recorded letter that the file is about, by its short name")
    verb.add_argument("--new-letter", action="store_true", help="record a letter that may be a recorded one as another letter")
    verb.add_argument("--dates", choices=("month-first", "day-first"), help="spreadsheets: how to read 2/3/2018")
    verb.add_argument("--hidden-rows", choices=("include", "skip"), help="spreadsheets: whether hidden rows count")
    verb.add_argument("--keep-garbled", action="store_true", help="record texts as they are, also if they seem garbled")
    verb.add_argument("--skip-bad-rows", action="store_true", help="spreadsheets: record the other rows if some are wrong")
    verb.add_argument("--template", action="store_true", help="write an empty spreadsheet to fill in, and record nothing")
    verb.add_argument(
        "--output", type=Path, metavar="FILE", help="with --template: a .csv or .xlsx file (default: CSV to standard output)"
    )


def run(args: argparse.Namespace) -> int:
    if wrong := _misuse(args):
        return misused(wrong)
    if args.template:
        from bot.cli.importing_sheets import write_template

        return write_template(args.output)
    with _collecting_no_cycles():
        return _import(args)


def _import(args: argparse.Namespace) -> int:
    if args.file.suffix.lower() in TABLES:
        from bot.cli.importing_sheets import import_sheet_file

        return import_sheet_file(args)
    from bot.cli.importing_records import import_record_file

    return import_record_file(args)


@contextmanager
def _collecting_no_cycles() -> Iterator[None]:
    """While thousands of rows are read, Python's garbage collector would look through all of them again and again, for a third
    of the time. What this process makes has hardly any cycles, and it ends when it is done."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _misuse(args: argparse.Namespace) -> str:
    """Why the options do not fit together; "" if they do."""
    if args.name is not None and args.server is None:
        return "--name is the name of the server that --server ID adds; give both."
    if (args.file is None) is not args.template:
        return "Name either the FILE to import or --template."
    if args.output and not args.template:
        return "--output says where --template is written; give both."
    if args.letter and args.new_letter:
        return "--letter says that it is a recorded letter, --new-letter that it is not; give one of them."
    if args.template or args.file.suffix.lower() in TABLES:
        return ""
    if args.file.suffix.lower() in TEXTS:
        return (
            f"{args.file} is a text, and what is read from a text has to be confirmed by a person: use /import in Discord. "
            f"To see what would be read, run: letterwatch extract {args.file}"
        )
    if args.hidden_rows or args.skip_bad_rows or args.dates:
        return "--dates, --hidden-rows and --skip-bad-rows are for spreadsheets (.csv, .xlsx)."
    return ""


VERB = Verb(
    "import", "record a record file or a spreadsheet; what is already recorded is not changed", EXAMPLES, add_options, run
)
