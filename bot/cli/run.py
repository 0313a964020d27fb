"""run: the bot itself."""

from __future__ import annotations

import argparse

from bot.cli.options import Verb

EXAMPLES = "DISCORD_TOKEN=... letterwatch run\nletterwatch run --config /etc/letterwatch/config.toml"


def add_options(verb: argparse.ArgumentParser) -> None:
    """Adds none."""


def run(args: argparse.Namespace) -> int:
    from bot.app import run as run_bot

    return run_bot(args.settings())


VERB = Verb("run", "run the bot until Ctrl-C; DISCORD_TOKEN must be set", EXAMPLES, add_options, run)
