"""doctor: whether all that Letterwatch depends on is as it should be, and what to do where it is not."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bot.cli.options import MISUSED, OK, REFUSED, Verb

if TYPE_CHECKING:
    from bot.operate.findings import Finding

EXAMPLES = "letterwatch doctor\nletterwatch doctor --offline"
WIDTH = 20  # of what a line is about
COLOURS = {"ok": "green", "wrong": "red", "unknown": "yellow"}


def add_options(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--offline", action="store_true", help="ask Discord nothing")


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot.cli import terminal
    from bot.config import ConfigError
    from bot.operate.doctor import examine
    from bot.operate.findings import Verdict, right, wrong
    from bot.words.doctor import VALID

    try:
        settings = args.settings()
    except ConfigError as bad:
        for line in str(bad).split("\n"):
            _show(wrong("settings", line))
        return MISUSED
    _show(right("settings", VALID))

    async def all_shown(progress: terminal.Counted) -> bool:
        verdicts = []
        async for finding in examine(settings, progress, offline=args.offline):
            _show(finding)
            verdicts.append(finding.verdict)
        return Verdict.WRONG not in verdicts

    with terminal.counting("Checking") as progress:
        return OK if asyncio.run(all_shown(progress)) else REFUSED


def _show(finding: Finding) -> None:
    """On one line: "ok       database            data/letterwatch.db, 1.2 MB"."""
    import sys

    from bot.cli import terminal
    from bot.words.plain_text import harmless

    line = f"{finding.verdict:<9}{finding.about:<{WIDTH}}{' '.join(harmless(finding.text).split())}"
    terminal.heading(line, COLOURS[finding.verdict])
    sys.stdout.flush()


VERB = Verb(
    "doctor",
    "check all that Letterwatch depends on, and say what to do; exit 1 if anything is wrong",
    EXAMPLES,
    add_options,
    run,
)
