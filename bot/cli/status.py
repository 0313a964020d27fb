"""status: the cases of a jurisdiction."""

from __future__ import annotations

import argparse

from bot.cli.options import OK, Verb, add_json, add_source, day, place_name

EXAMPLES = (
    "letterwatch status Denver --example --on 2018-02-24\n"
    'letterwatch status "Washington, D.C." --example --on 2018-04-20 --json\nletterwatch status Vermont'
)


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", type=place_name, help="the jurisdiction, by any of its names")
    when = "as of the end of this day, in the time zone of each deadline (default: now)"
    verb.add_argument("--on", type=day, metavar="DATE", help=when)
    add_json(verb, "print one JSON object")
    add_source(verb)


def run(args: argparse.Namespace) -> int:
    from bot.cli import json_output, terminal
    from bot.cli.snapshots import snapshot_for
    from bot.clock import SystemClock
    from bot.desk.place_status import AskedFor
    from bot.words.lists import also_named
    from bot.words.status import status_cards

    snapshot = snapshot_for(args, about=args.name)
    zone, on = snapshot.posting.zone, args.on
    now = SystemClock().now()
    status = snapshot.status(args.name, AskedFor(None if on else now, on))
    alerts = status.next_alerts
    if not args.json:
        remarks = also_named(status.also_named)
        terminal.show(*status_cards(status.place, status.cases, status.context, status.latest, alerts, zone, on, remarks))
        return OK
    terminal.print_json(
        {
            **json_output.place(status.place),
            "also": [other.full_label for other in status.also_named],
            "on": (on or now.astimezone(zone).date()).isoformat(),
            "cases": [json_output.case(case, case_state, alerts.get(case.id), zone) for case, case_state in status.cases],
            "context": [json_output.event(event) for event in status.context],
        }
    )
    return OK


VERB = Verb("status", "show the cases of a jurisdiction, with dates, consequences and sources", EXAMPLES, add_options, run)
