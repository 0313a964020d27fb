"""due: when a rule falls due, and how that is reached. It needs neither settings nor a database."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.cli import terminal
from bot.clock import SystemClock
from bot.record.deadlines import parsing
from bot.record.deadlines.deadline import Deadline, start_text
from bot.record.deadlines.periods import parse_period
from bot.record.errors import CaseError
from bot.words.deadlines import advice, result, rule_text, step_lines, work
from bot.words.plain_text import harmless

MISUSED = 2


def due(args: argparse.Namespace) -> int:
    """Prints the deadline with its work, or as JSON: exit code 0; 2 where the options contradict the rule."""
    zone, today = args.tz, SystemClock().now().astimezone(args.tz).date()
    calendar = replace(args.calendar, closures=tuple(sorted(dict(args.closed).items())))
    begun = args.after or args.before
    start: date | datetime | None = parsing.parse_start(begun, zone, today=today) if begun else None
    try:
        deadline = parsing.parse_deadline(_with_side(args), zone, start=start, calendar=calendar, today=today)
    except parsing.NoStart as unknown:
        raise CaseError(f"{unknown} Give it with --after or --before.") from unknown
    if wrong := _misuse(args, deadline):
        terminal.refuse(wrong)
        return MISUSED
    if args.json:
        print(json.dumps(shape(deadline), ensure_ascii=False, indent=2))
        return 0
    terminal.heading(f"Due {result(deadline)}", "cyan")
    for line in [*work(deadline), *advice(deadline)]:
        terminal.say(harmless(line))
    return 0


def _with_side(args: argparse.Namespace) -> str:
    """The rule as typed, with "before" after it where --before says so and the rule says nothing."""
    if args.before and (stated := parse_period(args.rule)) and not _side(args.rule):
        return f"{stated[0]} before"
    return str(args.rule)


def _side(rule: str) -> str:
    found = re.search(r"\b(after|from|of|following|since|before|prior to)\b", rule, re.IGNORECASE)
    return found[1].lower() if found else ""


def _misuse(args: argparse.Namespace, deadline: Deadline) -> str:
    """Why --after or --before cannot go with this rule; "" where it can."""
    option = "--after" if args.after else "--before" if args.before else ""
    if option and not deadline.start:
        return f"“{args.rule}” is a date, from which nothing is counted. Leave {option} out."
    if args.before and _side(args.rule) not in ("", "before", "prior to"):
        return f"“{args.rule}” lies after its start, so it cannot be counted with --before. Write --after."
    return ""


def shape(deadline: Deadline) -> dict[str, Any]:
    """Keys are a promise: add, never rename."""
    return {
        "due": deadline.last_moment.astimezone(deadline.zone).replace(microsecond=0).isoformat(),
        "date": deadline.date.isoformat(),
        "time": f"{deadline.time:%H:%M}" if deadline.time is not None else None,
        "timezone": deadline.zone.key,
        "rule": rule_text(deadline),
        "start": start_text(deadline.start) or None,
        "calendar": deadline.calendar or None,
        "steps": step_lines(deadline),
        "advice": advice(deadline),
    }
