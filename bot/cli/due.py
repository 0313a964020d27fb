"""due: when a rule falls due, and how that date is reached."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from bot.cli.options import OK, Verb, add_json, add_tz, calendar, closure, misused
from bot.record.errors import CaseError

if TYPE_CHECKING:
    from bot.record.deadlines.deadline import Deadline

EXAMPLES = (
    'letterwatch due "30 days" --after 2018-01-24\n'
    'letterwatch due "14 days + mail" --after 2018-01-24 --calendar US-CA --closed "2018-02-09=flood"\n'
    'letterwatch due "72 hours" --after "2018-01-24 10:23" --calendar US --json\n'
    'letterwatch due "10 days" --before 2018-02-23 --calendar US\n'
    'letterwatch due "10 business days" --after 2018-01-24 --calendar US-OH --authority "Ohio Attorney General"\n'
    'letterwatch due "February 23, 2018 5:00 p.m. ET" --tz America/Denver'
)
RULES = '"30 days", "20 business days", "72 hours", "14 days + mail" or "10 days before"'
SIDE = re.compile(r"\b(after|from|of|following|since|before|prior to)\b", re.IGNORECASE)  # of its start, in a rule


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("rule", metavar="RULE", nargs="+", help=f"a date, a date and a time, or a period: {RULES}")
    start = verb.add_mutually_exclusive_group()
    start.add_argument(
        "--after", metavar="DATE", help="what a period is counted from: a day, or a day and a time if it is in hours"
    )
    start.add_argument("--before", metavar="DATE", help="the same, but the period lies before it")
    verb.add_argument("--calendar", type=calendar, default="none", metavar="NAME", help="US, US-CA ..., or none (default)")
    verb.add_argument(
        "--authority", default="", metavar="NAME", help="who sent the letter; its law is named only where it is known to apply"
    )
    add_tz(verb, "time zone")
    verb.add_argument(
        "--closed", type=closure, action="append", default=[], metavar="DATE=REASON", help="a closure; may be repeated"
    )
    add_json(verb, "print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Prints the deadline with its work, or as JSON. It needs neither settings nor a database."""
    rule = " ".join(args.rule).strip()  # whether or not it was quoted
    if not rule:
        return misused(f"RULE is empty; write a date, or a period such as {RULES}.")
    from bot.cli import json_output, terminal
    from bot.words.deadlines import advice, result, work
    from bot.words.plain_text import harmless

    deadline = _deadline(rule, args)
    if wrong := _misuse(rule, args, deadline):
        return misused(harmless(wrong))
    if args.json:
        terminal.print_json(json_output.deadline(deadline, args.authority))
        return OK
    terminal.heading(f"Due {result(deadline)}", "cyan")
    for line in [*work(deadline, args.authority), *advice(deadline)]:
        terminal.say(harmless(line))
    return OK


def _deadline(rule: str, args: argparse.Namespace) -> Deadline:
    from dataclasses import replace

    from bot.clock import SystemClock
    from bot.record.deadlines import parsing

    today = SystemClock().now().astimezone(args.tz).date()
    with_closures = replace(args.calendar, closures=tuple(sorted(dict(args.closed).items())))
    counted_from = args.after or args.before
    start = parsing.parse_start(counted_from, args.tz, today=today) if counted_from else None
    try:
        return parsing.parse_deadline(_with_side(rule, args), args.tz, start=start, calendar=with_closures, today=today)
    except parsing.NoStart as unknown:
        raise CaseError(f"{unknown} Give it with --after or --before.") from unknown


def _with_side(rule: str, args: argparse.Namespace) -> str:
    """The rule, with "before" added if --before says so and the rule itself says nothing."""
    from bot.record.deadlines.periods import parse_period

    if args.before and (period := parse_period(rule)) and not _side(rule):
        return f"{period[0]} before"
    return rule


def _side(rule: str) -> str:
    word = SIDE.search(rule)
    return word[1].lower() if word else ""


def _misuse(rule: str, args: argparse.Namespace, deadline: Deadline) -> str:
    """Why --after or --before does not fit this rule; "" if it does."""
    from bot.record.deadlines.alternatives import statements
    from bot.record.deadlines.dates import tidy

    option = "--after" if args.after else "--before" if args.before else ""
    if option and not deadline.start and statements(tidy(rule)).is_one:
        return f"“{rule}” is a date, from which nothing is counted. Leave {option} out."
    if args.before and _side(rule) not in ("", "before", "prior to"):
        return f"“{rule}” lies after its start, so it cannot be counted with --before. Write --after."
    return ""


VERB = Verb("due", "show when a rule falls due, and how the date was calculated; needs no database", EXAMPLES, add_options, run)
