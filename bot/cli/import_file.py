"""import: a record file, a spreadsheet or a text."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.options import Verb, add_server, day, misused

EXAMPLES = (
    "letterwatch import record.json --dry-run\n"
    'letterwatch import record.json --server 1089365710498873344 --name "City Desk"\n'
    "letterwatch import record.json\n"
    "letterwatch import record.json --quiet\n"
    "letterwatch import --template --output recipients.xlsx\n"
    "letterwatch import recipients.xlsx --letter 2018-01-24-document-demand\n"
    "letterwatch import story.txt --pick\n"
    "letterwatch import story.txt --pick 1-5,8 --pick 'Denver, CO; Cook County, IL'"
)
TABLES = (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".tsv")  # the last four are refused, with what to save them as
TEXTS = (".txt", ".html", ".htm", ".xhtml", ".pdf", ".docx")  # of which a person says who the recipients are


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="JSON in the record format (docs/record-format.md), .csv or .xlsx, or a text",
    )
    verb.add_argument("--dry-run", action="store_true", help="show what would change and record nothing")
    verb.add_argument("--quiet", action="store_true", help="announce nothing in the server's channel")
    add_server(verb)
    verb.add_argument("--name", help="with --server: the server's name; adds the server if it is not in the database")
    verb.add_argument("--letter", metavar="SLUG", help="the recorded letter that the file is about, by its short name")
    verb.add_argument("--new-letter", action="store_true", help="record a letter that may be a recorded one as another letter")
    verb.add_argument(
        "--pick",
        action="append",
        nargs="?",
        const="",
        metavar="WHICH",
        help="texts: which of the places that are named and not ticked received the letter: 1-5,8 or 'list 2' or names "
        "('Denver, CO; Cook County, IL') or all or none; without WHICH you are asked",
    )
    verb.add_argument("--date", type=day, metavar="DATE", help="texts: the day from which “today” and “Wednesday” are read")
    verb.add_argument("--authority", metavar="NAME", help="texts: who sent the letter, if the text does not say so")
    verb.add_argument("--sent", type=day, metavar="DATE", help="texts: the date of the letter, if the text does not say so")
    verb.add_argument("--deadline", metavar="WHEN", help="texts: a date, a date and a time, or a rule such as '30 days'")
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
    if args.file.suffix.lower() in TEXTS:
        from bot.cli.importing_texts import import_text_file

        return import_text_file(args)
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
    if args.file is None and any(text and Path(text).suffix.lower() in TEXTS for text in args.pick or ()):
        return f"Write the FILE before --pick: letterwatch import {args.pick[-1]} --pick"
    if (args.file is None) is not args.template:
        return "Name either the FILE to import or --template."
    if args.output and not args.template:
        return "--output says where --template is written; give both."
    if args.letter and args.new_letter:
        return "--letter says that it is a recorded letter, --new-letter that it is not; give one of them."
    if args.template:
        return ""
    if str(args.file).lower().startswith(("http:/", "https:/")):
        return "import reads files: save the page as one, or give its address to /import in Discord."
    suffix = args.file.suffix.lower()
    return _misuse_of_file(args, is_table=suffix in TABLES, is_text=suffix in TEXTS)


def _misuse_of_file(args: argparse.Namespace, *, is_table: bool, is_text: bool) -> str:
    """Which options are not for such a file; "" if none is."""
    if not is_table and (args.hidden_rows or args.skip_bad_rows or args.dates):
        return "--dates, --hidden-rows and --skip-bad-rows are for spreadsheets (.csv, .xlsx)."
    if is_text and args.keep_garbled:
        return "--keep-garbled is for record files and spreadsheets."
    if not is_text and any(value is not None for value in (args.pick, args.date, args.authority, args.sent, args.deadline)):
        return f"--pick, --date, --authority, --sent and --deadline are for texts ({', '.join(TEXTS)})."
    return ""


VERB = Verb(
    "import",
    "record a record file, a spreadsheet or a text; what is already recorded is not changed",
    EXAMPLES,
    add_options,
    run,
)
