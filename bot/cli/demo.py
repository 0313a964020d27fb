"""demo: the real record replayed on a local Discord."""

from __future__ import annotations

import argparse

from bot.cli.options import Verb, whole

EXAMPLES = "letterwatch demo\nletterwatch demo --port 9000 --start"


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--port", type=_port, help="port of the page (default: 8018, or a free one if that is taken)")
    verb.add_argument("--speed", type=_speed, help="simulated seconds per second (default: 43200, a day every two seconds)")
    verb.add_argument("--start", action="store_true", help="start the clock at once (default: when the page is first opened)")


def run(args: argparse.Namespace) -> int:
    from bot.config import PlacesSettings
    from bot.demo import demo

    file = args.list_in_use().file
    places = PlacesSettings(governments=str(file)) if file else PlacesSettings()
    options = {name: value for name in ("port", "speed") if (value := getattr(args, name)) is not None}
    return demo(places, **options, start=args.start)


def _port(text: str) -> int:
    return whole(text, 0, 65535, "a port (0 to 65535)")


def _speed(text: str) -> int:
    return whole(text, 1, 100_000_000, "a speed, in simulated seconds per second")


VERB = Verb("demo", "replay the real record on a local Discord and print its address", EXAMPLES, add_options, run)
