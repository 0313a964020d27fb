"""The command line: which verbs there are, and what a failure of one looks like. Each verb is a module of its own."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.cli import (
    backup,
    copy,
    demo,
    doctor,
    due,
    export,
    extract,
    forget,
    health,
    import_file,
    migrate,
    places,
    plan,
    reindex,
    restore,
    run,
    status,
)
from bot.cli.options import INTERRUPTED, MISUSED, OK, REFUSED, Parser, add_config
from bot.record.errors import CaseError

if TYPE_CHECKING:
    from bot.config import ListInUse, Settings

VERBS = (
    run.VERB,
    demo.VERB,
    migrate.VERB,
    import_file.VERB,
    status.VERB,
    plan.VERB,
    due.VERB,
    extract.VERB,
    export.VERB,
    copy.VERB,
    health.VERB,
    doctor.VERB,
    places.VERB,
    reindex.VERB,
    backup.VERB,
    restore.VERB,
    forget.VERB,
)
ABOUT = "Letterwatch keeps the clock on demand letters: what was demanded of whom, by when, and what has happened since."
EXITS = (
    "Exit codes: 0 done; 1 not found or refused, with the reason on standard error; 2 wrong use or wrong settings; "
    "130 interrupted."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb: its exit code."""
    for stream in (sys.stdout, sys.stderr):
        _allow_every_character(stream)
    args = parser().parse_args(argv)
    if args.run is None:
        parser().print_help()
        return OK
    args.settings, args.list_in_use = partial(_settings, args), partial(_list_in_use, args)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads the output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as failure:
        explained = _explained(failure, args)
        if explained is None:
            raise
        message, code = explained
        _say(message)
        return code


def parser() -> argparse.ArgumentParser:
    top = Parser(prog="letterwatch", description=ABOUT, epilog=EXITS)
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    add_config(top, None)
    top.set_defaults(run=None)
    verbs = top.add_subparsers(title="verbs", metavar="VERB", parser_class=Parser)
    for verb in VERBS:
        verb.add_to(verbs)
    return top


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: reading the metadata of packages takes time."""

    def __call__(self, parser: argparse.ArgumentParser, *args: Any) -> None:
        from importlib.metadata import version

        print(f"letterwatch {version('letterwatch')}")
        parser.exit(OK)


def _allow_every_character(stream: object) -> None:
    """Pipes and files get UTF-8 whatever the locale; a terminal that lacks a character shows another instead of failing."""
    if isinstance(stream, io.TextIOWrapper):
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8")


def _settings(args: argparse.Namespace) -> Settings:
    from bot.config import load

    return load(args.config)


def _list_in_use(args: argparse.Namespace) -> ListInUse:
    from bot.config import load_list_in_use

    return load_list_in_use(args.config)


def _say(message: str) -> None:
    """Why the program ends, on standard error; as a line of the log where that is JSON, since a program reads it."""
    from bot import logs
    from bot.cli.terminal import refuse

    if logs.is_json():
        logging.getLogger("letterwatch").critical(message)
    else:
        refuse(message)


def _explained(failure: Exception, args: argparse.Namespace) -> tuple[str, int] | None:
    """What to say about a failure that a person can fix, and the exit code; None for any other."""
    if isinstance(failure, CaseError):
        return str(failure), REFUSED
    from bot.config import ConfigError
    from bot.store.database import trouble_of

    if isinstance(failure, ConfigError):
        return str(failure), MISUSED
    if trouble := trouble_of(failure):
        from bot.desk.troubles import advice, import_outcome

        line = advice(args.settings(), trouble)
        return (f"{line} {import_outcome(failure)}" if args.run is import_file.VERB.run else line), REFUSED
    return None
