"""What the verbs share: how a verb is described, the options that several have, and how their values are read.

Only the standard library is imported here and in the modules of the verbs; a verb imports the rest when it runs. So
`letterwatch --help` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from bot.record.errors import CaseError

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from bot.record.deadlines.calendars import Calendar

T = TypeVar("T")
OK, REFUSED, MISUSED, INTERRUPTED = 0, 1, 2, 130  # exit codes
ZONE = "America/New_York"


class Parser(argparse.ArgumentParser):
    """Reports a mistake in one line, with where to read on, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        print(f"{message}\nSee: {self.prog} --help", file=sys.stderr)
        sys.exit(MISUSED)


@dataclass(frozen=True)
class Verb:
    name: str
    #: What it does, in a line; without a full stop.
    about: str
    #: Command lines to start from, one a line.
    examples: str
    #: Adds the verb's own options.
    add_options: Callable[[argparse.ArgumentParser], None]
    #: Runs it: the exit code. What it refuses is a CaseError, or a line on standard error for wrong use.
    run: Callable[[argparse.Namespace], int]

    def add_to(self, verbs: argparse._SubParsersAction[Parser]) -> None:
        examples = "\n".join(f"  {line}" for line in self.examples.split("\n"))
        parser = verbs.add_parser(
            self.name,
            help=self.about,
            description=f"{self.about[0].upper()}{self.about[1:]}.",
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.set_defaults(run=self.run)
        add_config(parser, argparse.SUPPRESS)
        self.add_options(parser)


def misused(message: str) -> int:
    """Report wrong use on standard error: the exit code."""
    print(message, file=sys.stderr)
    return MISUSED


def add_config(to: argparse.ArgumentParser, default: str | None) -> None:
    to.add_argument(
        "--config", type=Path, metavar="PATH", default=default, help="settings file (default: config.toml, if it exists)"
    )


def add_json(to: argparse._ActionsContainer, about: str) -> None:
    to.add_argument("--json", action="store_true", help=about)


def add_server(to: argparse._ActionsContainer) -> None:
    to.add_argument("--server", type=server_id, metavar="ID", help="the Discord server, if the database has several")


def add_tz(to: argparse.ArgumentParser, about: str) -> None:
    to.add_argument("--tz", type=zone, default=ZONE, metavar="ZONE", help=f"{about} (default: {ZONE})")


def add_source(to: argparse.ArgumentParser) -> None:
    to.add_argument("--example", action="store_true", help="answer from the example record, without a database")
    add_server(to)


def add_output(to: argparse.ArgumentParser) -> None:
    to.add_argument("--output", type=Path, metavar="FILE", help="write to this file (default: standard output)")


def day(text: str) -> date:
    from bot.record.deadlines.dates import parse_date

    return _read(parse_date, text)


def zone(text: str) -> ZoneInfo:
    from bot.record.deadlines.zones import zone_named

    return _read(zone_named, text)


def calendar(text: str) -> Calendar:
    from bot.record.deadlines.calendars import calendar_named

    return _read(calendar_named, text)


def closure(text: str) -> tuple[date, str]:
    """A closed day and the reason, "2018-02-09=flood"; the reason may be missing."""
    closed, _, reason = text.partition("=")
    return day(closed), reason.strip()


def place_name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; write the name of a jurisdiction, such as Denver")
    return text.strip()


def server_id(text: str) -> int:
    return whole(text, 1, 2**63 - 1, "a server's id, which is a number such as 1089365710498873344")


def whole(text: str, first: int, last: int, what: str) -> int:
    """A whole number from `first` to `last`; `what` says what it is."""
    if not text.isascii() or not text.isdigit() or not first <= int(text) <= last:
        raise argparse.ArgumentTypeError(f"“{text}” is not {what}")
    return int(text)


def _read(read: Callable[[str], T], text: str) -> T:
    """What `read` makes of the text. argparse takes a refusal as a mistake in the option."""
    try:
        return read(text)
    except CaseError as refused:
        raise argparse.ArgumentTypeError(str(refused)) from refused
