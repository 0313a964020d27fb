"""The command line. Heavy modules are imported by the verb that needs them, so that --help answers at once."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from bot.record.errors import CaseError

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from bot.config import Settings
    from bot.record.deadlines.calendars import Calendar

    Verbs = argparse._SubParsersAction["Parser"]

T = TypeVar("T")
OK, REFUSED, MISUSED, INTERRUPTED = 0, 1, 2, 130
LONGEST_PLAN = 1100  # days
ZONE = "America/New_York"
TABLES = (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".tsv")  # of the last four it is said what to save them as
TEXTS = (".txt", ".html", ".htm", ".xhtml", ".pdf", ".docx")  # that only a person can confirm

ABOUT = "Letterwatch keeps the clock on demand letters: what was asked of whom, by when, and what has happened since."
EXITS = "Exit codes: 0 done; 1 not found or refused, with the reason on standard error; 2 wrong use or wrong settings."
RULES = '"30 days", "20 business days", "72 hours", "14 days + mail" or "10 days before"'
EXAMPLES = {
    "run": "DISCORD_TOKEN=... letterwatch run\nletterwatch run --config /etc/letterwatch/config.toml",
    "demo": "letterwatch demo\nletterwatch demo --port 9000 --start",
    "migrate": "letterwatch migrate\nLETTERWATCH_DATABASE_URL=sqlite+aiosqlite:///data/letterwatch.db letterwatch migrate",
    "import": (
        "letterwatch import record.json --dry-run\n"
        'letterwatch import record.json --server 1089365710498873344 --name "City Desk"\n'
        "letterwatch import record.json\n"
        "letterwatch import --template --output recipients.xlsx\n"
        "letterwatch import recipients.xlsx --letter 2018-01-24-document-demand"
    ),
    "status": (
        "letterwatch status Denver --example --on 2018-02-24\n"
        'letterwatch status "Washington, D.C." --example --on 2018-04-20 --json\nletterwatch status Vermont'
    ),
    "plan": (
        "letterwatch plan --example --from 2018-02-01 --to 2018-03-31\n"
        "letterwatch plan --example --from 2018-02-01 --to 2018-03-31 --json"
    ),
    "due": (
        'letterwatch due "30 days" --after 2018-01-24\n'
        'letterwatch due "14 days + mail" --after 2018-01-24 --calendar US-CA --closed "2018-02-09=flood"\n'
        'letterwatch due "72 hours" --after "2018-01-24 10:23" --calendar US --json\n'
        'letterwatch due "10 days" --before 2018-02-23 --calendar US\n'
        'letterwatch due "February 23, 2018 5:00 p.m. ET" --tz America/Denver'
    ),
    "extract": (
        "letterwatch extract release.pdf\n"
        "letterwatch extract https://example.org/letters.html --json\n"
        "letterwatch extract - --date 2018-01-24 --json < story.txt"
    ),
    "export": "letterwatch export --example --csv\nletterwatch export --json --output record.json",
    "copy": "letterwatch copy 1a2b3c4d --output letter.pdf\nletterwatch copy 1a2b3c4d | sha256sum",
    "health": "letterwatch health && echo ticking",
}


class Parser(argparse.ArgumentParser):
    """Tells a mistake in one line and where to read on, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        print(f"{message}\nSee: {self.prog} --help", file=sys.stderr)
        sys.exit(MISUSED)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb: its exit code."""
    for stream in (sys.stdout, sys.stderr):
        _say_everything(stream)
    args = parser().parse_args(argv)
    if args.do is None:
        parser().print_help()
        return OK
    args.settings = partial(_settings, args)
    do: Callable[[argparse.Namespace], int] = args.do
    try:
        code = do(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as failure:
        told = _told(failure)
        if told is None:
            raise
        from bot.cli.terminal import refuse

        refuse(told[0])
        return told[1]


def parser() -> argparse.ArgumentParser:
    made = Parser(prog="letterwatch", description=ABOUT, epilog=EXITS)
    _config(made, None)
    made.set_defaults(do=None)
    verbs = made.add_subparsers(title="verbs", metavar="VERB", parser_class=Parser)
    _verb(verbs, "run", _run, "run the bot until Ctrl-C; DISCORD_TOKEN must be set")
    demo = _verb(verbs, "demo", _demo, "replay the real record on a local Discord and print its address")
    demo.add_argument("--port", type=_port, help="port of the page (default: 8018, or a free one where that is taken)")
    demo.add_argument("--speed", type=_speed, help="simulated seconds a second (default: 43200, a day every two seconds)")
    demo.add_argument("--start", action="store_true", help="start the clock at once (default: when the page is first opened)")
    _verb(verbs, "migrate", _migrate, "make the database, or bring its tables up to date")
    _import_verb(verbs)
    status = _verb(verbs, "status", _status, "where a jurisdiction stands, with dates, consequences and sources")
    status.add_argument("name", metavar="NAME", type=_name, help="the jurisdiction, by any of its names")
    status.add_argument("--on", type=_day, metavar="DATE", help="as it stood at the end of that day (default: now)")
    _json(status, "one JSON object")
    _source(status)
    plan = _verb(verbs, "plan", _plan, "what would be posted in a span of days; nothing is sent")
    plan.add_argument("--from", dest="first", type=_day, metavar="DATE", required=True, help="first day")
    plan.add_argument("--to", dest="last", type=_day, metavar="DATE", required=True, help="last day, included")
    _json(plan, "one JSON object a line, one line a message")
    _source(plan)
    _due_verb(verbs)
    extract = _verb(verbs, "extract", _extract, "what a text says of a letter, as a draft; records nothing, needs no database")
    extract.add_argument(
        "text", metavar="FILE|URL|-", help="a file of any kind that is read, a web address, or - for standard input"
    )
    extract.add_argument("--date", type=_day, metavar="DATE", help="what “today” and “Wednesday” in it are seen from")
    _tz(extract, "time zone of its days")
    _json(extract, "one JSON object")
    export = _verb(verbs, "export", _export, "everything recorded, as a record file or a table")
    form = export.add_mutually_exclusive_group()
    _json(form, "a record file, which import reads (default)")
    form.add_argument("--csv", action="store_true", help="a table with one row a case")
    _source(export)
    export.add_argument("--output", type=Path, metavar="FILE", help="write to that file (default: standard output)")
    copy = _verb(verbs, "copy", _copy, "write out a kept copy of what a letter was read from, as it was read")
    copy.add_argument("sha256", metavar="SHA256", help="the SHA-256 that a source names; eight of its digits do")
    copy.add_argument("--output", type=Path, metavar="FILE", help="write to that file (default: standard output)")
    _server(copy)
    _verb(verbs, "health", _health, "exit 0 where the bot ticked in the last three minutes, else 1")
    return made


def _import_verb(verbs: Verbs) -> None:
    verb = _verb(verbs, "import", _import, "record a record file or a spreadsheet; what is recorded already is left as it is")
    verb.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="JSON in the record format (docs/record-format.md), or .csv or .xlsx"
    )
    verb.add_argument("--dry-run", action="store_true", help="show what would change and record nothing")
    _server(verb)
    verb.add_argument("--name", help="with --server: the server's name, which makes it known where it is not yet")
    verb.add_argument("--letter", metavar="SLUG", help="of a spreadsheet: the recorded letter of the rows that name none")
    verb.add_argument("--dates", choices=("month-first", "day-first"), help="of a spreadsheet: how 2/3/2018 is to be read")
    verb.add_argument("--skip-bad-rows", action="store_true", help="of a spreadsheet: record the rows that are right")
    verb.add_argument("--template", action="store_true", help="write an empty spreadsheet to fill in, and record nothing")
    verb.add_argument("--output", type=Path, metavar="FILE", help="with --template: a .csv or .xlsx file (default: CSV, here)")


def _due_verb(verbs: Verbs) -> None:
    verb = _verb(verbs, "due", _due, "when a rule falls due, and how that is reached; needs no database")
    verb.add_argument("rule", metavar="RULE", nargs="+", help=f"a date, a date and a time, or a period: {RULES}")
    start = verb.add_mutually_exclusive_group()
    start.add_argument("--after", metavar="DATE", help="what a period is counted from: a day, or a day and a time for hours")
    start.add_argument("--before", metavar="DATE", help="the same, and the period lies before it")
    verb.add_argument("--calendar", type=_calendar, default="none", metavar="NAME", help="US, US-CA ..., or none (default)")
    _tz(verb, "time zone")
    verb.add_argument(
        "--closed", type=_closure, action="append", default=[], metavar="DATE=REASON", help="a closure; may be repeated"
    )
    _json(verb, "one JSON object")


def _verb(verbs: Verbs, name: str, do: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
    examples = "\n".join(f"  {line}" for line in EXAMPLES[name].split("\n"))
    verb = verbs.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.set_defaults(do=do)
    _config(verb, argparse.SUPPRESS)
    return verb


def _config(to: argparse.ArgumentParser, default: str | None) -> None:
    to.add_argument("--config", type=Path, metavar="PATH", default=default, help="settings (default: config.toml, if there)")


def _json(to: argparse._ActionsContainer, about: str) -> None:
    to.add_argument("--json", action="store_true", help=about)


def _server(to: argparse._ActionsContainer) -> None:
    to.add_argument("--server", type=_id, metavar="ID", help="the Discord server, where the database holds several")


def _tz(to: argparse.ArgumentParser, about: str) -> None:
    to.add_argument("--tz", type=_zone, default=ZONE, metavar="ZONE", help=f"{about} (default: {ZONE})")


def _source(to: argparse.ArgumentParser) -> None:
    to.add_argument("--example", action="store_true", help="answer from the example record, without a database")
    _server(to)


def _day(text: str) -> date:
    from bot.record.deadlines.dates import parse_date

    return _read(parse_date, text)


def _zone(text: str) -> ZoneInfo:
    from bot.record.deadlines.zones import zone_named

    return _read(zone_named, text)


def _calendar(text: str) -> Calendar:
    from bot.record.deadlines.calendars import calendar_named

    return _read(calendar_named, text)


def _closure(text: str) -> tuple[date, str]:
    day, _, reason = text.partition("=")
    return _day(day), reason.strip()


def _read(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except CaseError as refused:
        raise argparse.ArgumentTypeError(str(refused)) from refused


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; write the name of a jurisdiction, such as Denver")
    return text.strip()


def _whole(text: str, first: int, last: int, what: str) -> int:
    if not text.isascii() or not text.isdigit() or not first <= int(text) <= last:
        raise argparse.ArgumentTypeError(f"“{text}” is not {what}")
    return int(text)


def _id(text: str) -> int:
    return _whole(text, 1, 2**63 - 1, "a server's id, which is a number such as 1089365710498873344")


def _port(text: str) -> int:
    return _whole(text, 0, 65535, "a port (0 to 65535)")


def _speed(text: str) -> int:
    return _whole(text, 1, 100_000_000, "a speed, in simulated seconds a second")


def _say_everything(stream: object) -> None:
    """Pipes and files get UTF-8 whatever the locale; a terminal that lacks a character shows another instead of failing."""
    if isinstance(stream, io.TextIOWrapper):
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8")


def _settings(args: argparse.Namespace) -> Settings:
    from bot.config import load

    return load(args.config, os.environ)


def _told(failure: Exception) -> tuple[str, int] | None:
    """What to say about a failure that a person can mend, and the exit code; None for any other."""
    if isinstance(failure, CaseError):
        return str(failure), REFUSED
    from sqlalchemy.exc import DBAPIError

    from bot.config import ConfigError

    if isinstance(failure, ConfigError):
        return str(failure), MISUSED
    if isinstance(failure, DBAPIError):
        advice = "If it was made by an older version: letterwatch migrate."
        return f"The database cannot be used: {failure.orig}. {advice}", REFUSED
    return None


def _run(args: argparse.Namespace) -> int:
    from bot.app import run

    return run(args.settings())


def _demo(args: argparse.Namespace) -> int:
    from bot.demo import demo

    given = {name: getattr(args, name) for name in ("port", "speed") if getattr(args, name) is not None}
    return demo(**given, start=args.start)


def _migrate(args: argparse.Namespace) -> int:
    from bot.cli.writing import migrate

    return migrate(args)


def _import(args: argparse.Namespace) -> int:
    if args.name is not None and args.server is None:
        print("--name names the server that --server ID makes known; give both.", file=sys.stderr)
        return MISUSED
    if (args.file is None) is not args.template:
        print("Name either the FILE to import or --template.", file=sys.stderr)
        return MISUSED
    if args.output and not args.template:
        print("--output says where --template is written; give both.", file=sys.stderr)
        return MISUSED
    if args.template or args.file.suffix.lower() in TABLES:
        from bot.cli import sheets

        return sheets.write_template(args.output) if args.template else sheets.import_rows(args)
    if args.file.suffix.lower() in TEXTS:
        print(
            f"{args.file} is a text. A person looks through what is read from it: /import in Discord; "
            f"letterwatch extract {args.file} shows it here.",
            file=sys.stderr,
        )
        return MISUSED
    if args.letter or args.skip_bad_rows or args.dates:
        print("--letter, --dates and --skip-bad-rows are for spreadsheets (.csv, .xlsx).", file=sys.stderr)
        return MISUSED
    from bot.cli.writing import import_

    return import_(args)


def _status(args: argparse.Namespace) -> int:
    from bot.cli.questions import status

    return status(args)


def _plan(args: argparse.Namespace) -> int:
    if args.last < args.first:
        print(f"--to {args.last} is before --from {args.first}.", file=sys.stderr)
        return MISUSED
    if (args.last - args.first).days > LONGEST_PLAN:
        print(f"That is more than {LONGEST_PLAN:,} days; ask for a shorter span.", file=sys.stderr)
        return MISUSED
    from bot.cli.questions import plan

    return plan(args)


def _due(args: argparse.Namespace) -> int:
    args.rule = " ".join(args.rule).strip()  # whether or not it was quoted
    if not args.rule:
        print(f"RULE is empty; write a date, or a period such as {RULES}.", file=sys.stderr)
        return MISUSED
    from bot.cli.due import due

    return due(args)


def _extract(args: argparse.Namespace) -> int:
    from bot.cli.extract import extract

    return extract(args)


def _export(args: argparse.Namespace) -> int:
    from bot.cli.writing import export

    return export(args)


def _copy(args: argparse.Namespace) -> int:
    from bot.cli.copy import copy

    return copy(args)


def _health(args: argparse.Namespace) -> int:
    from bot.cli.writing import health

    return health(args)
