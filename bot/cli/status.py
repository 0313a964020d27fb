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
    verb.add_argument("--on", type=day, metavar="DATE", help="as of the end of this day (default: now)")
    add_json(verb, "print one JSON object")
    add_source(verb)


def run(args: argparse.Namespace) -> int:
    from bot.cli import json_output, terminal
    from bot.cli.connection import snapshot_for
    from bot.clock import SystemClock
    from bot.record.deadlines.zones import end_of
    from bot.record.events import effective_events
    from bot.record.ladder import DEFAULT_LADDER
    from bot.record.plan import next_due
    from bot.words.lists import also_named
    from bot.words.status import status_cards

    snapshot = snapshot_for(args)
    place, also = snapshot.find(args.name), snapshot.named(args.name).also
    zone, on = snapshot.posting.zone, args.on
    now = end_of(on, zone) if on else SystemClock().now()
    of_place = [(case, case.at(now)) for case in snapshot.cases if case.place.id == place.id]
    cases = [(case, case_state) for case, case_state in of_place if case_state.exists]
    alerts = {case.id: due for case, _ in cases if (due := next_due(case, DEFAULT_LADDER, snapshot.posting, now))}
    around = snapshot.context.get(place.id, [])
    if not args.json:
        terminal.show(*status_cards(place, cases, around, now, alerts, zone, on, also_named(also)))
        return OK
    terminal.print_json(
        {
            **json_output.place(place),
            "also": [other.full_label for other in also],
            "on": now.astimezone(zone).date().isoformat(),
            "cases": [json_output.case(case, case_state, alerts.get(case.id), zone) for case, case_state in cases],
            "context": [json_output.event(event) for event in effective_events(tuple(around)) if event.counts_from <= now],
        }
    )
    return OK


VERB = Verb("status", "show the cases of a jurisdiction, with dates, consequences and sources", EXAMPLES, add_options, run)
