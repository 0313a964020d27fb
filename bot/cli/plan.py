"""plan: what would be posted in a span of days."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from bot.cli.options import OK, Verb, add_json, add_source, day, misused

if TYPE_CHECKING:
    from bot.desk.planned_notices import PlannedNotice
    from bot.desk.snapshot import Snapshot
    from bot.words.card import Card

EXAMPLES = (
    "letterwatch plan --example --from 2018-02-01 --to 2018-03-31\n"
    "letterwatch plan --example --from 2018-02-01 --to 2018-03-31 --json"
)
LONGEST = 1100  # days


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--from", dest="first", type=day, metavar="DATE", required=True, help="first day")
    verb.add_argument("--to", dest="last", type=day, metavar="DATE", required=True, help="last day, included")
    add_json(verb, "print one JSON object a line, one for each message")
    add_source(verb)


def run(args: argparse.Namespace) -> int:
    if args.last < args.first:
        return misused(f"--to {args.last} is before --from {args.first}.")
    if (args.last - args.first).days > LONGEST:
        return misused(f"That is more than {LONGEST:,} days; ask for a shorter span.")
    from bot.cli import terminal
    from bot.cli.snapshots import snapshot_for
    from bot.desk.planned_notices import planned_notices
    from bot.words.prose import day as in_words
    from bot.words.prose import moment

    snapshot = snapshot_for(args)
    cases = terminal.tracked(snapshot.cases, "Planning")
    count = 0
    for count, notice in enumerate(planned_notices(cases, snapshot.ladder_of, snapshot.posting, args.first, args.last), 1):
        if args.json:
            terminal.print_json(_json(notice, snapshot), indent=None)
            continue
        if count > 1:
            terminal.rule()
        terminal.say(f"{moment(notice.at.astimezone(snapshot.posting.zone))}, channel {notice.channel_id or snapshot.channel}")
        terminal.show(_card(notice, snapshot))
    if not count and not args.json:
        terminal.say(f"Nothing would be posted from {in_words(args.first)} to {in_words(args.last)}.")
    return OK


def _card(notice: PlannedNotice, snapshot: Snapshot) -> Card:
    from bot.words.notice import card_of
    from bot.words.notice_parts import Head

    return card_of(Head("plan", snapshot.posting.zone, notice.at), notice.sections, notice.at)


def _json(notice: PlannedNotice, snapshot: Snapshot) -> dict[str, Any]:
    """Keys are a promise: add, never rename. Those of a section stand at the top too where there is no other."""
    from bot.cli import json_output
    from bot.words.plain_text import plain

    sections = [json_output.section(section, notice.at) for section in notice.sections]
    return {
        "at": json_output.local(notice.at, snapshot.posting.zone),
        "channel": str(notice.channel_id or snapshot.channel),
        **(sections[0] if len(sections) == 1 else {}),
        "sections": sections,
        "text": plain(_card(notice, snapshot)),
    }


VERB = Verb("plan", "show what would be posted in a span of days; nothing is sent", EXAMPLES, add_options, run)
