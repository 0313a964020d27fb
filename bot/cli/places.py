"""places: which list of governments is in use, by which names of places are settled, and installing another one."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.cli.options import OK, Parser, Verb, add_config, add_json

if TYPE_CHECKING:
    from bot.desk.government_lists import InstalledList
    from bot.reader.gazetteer.listed import GovernmentCounts

EXAMPLES = (
    "letterwatch places\n"
    "letterwatch places install us_census_places.csv\n"
    "letterwatch places install 2025_Gaz_counties_national.zip 2025_Gaz_place_national.zip 2025_Gaz_cousubs_national.zip\n"
    "letterwatch places install https://www2.census.gov/geo/docs/maps-data/data/gazetteer/2025_Gazetteer/"
    "2025_Gaz_place_national.zip"
)


def add_options(verb: argparse.ArgumentParser) -> None:
    add_json(verb, "print one JSON object")
    actions = verb.add_subparsers(metavar="ACTION", parser_class=Parser, title="actions")
    verb.set_defaults(action=_status)
    for name in ("status", "list"):
        _add_action(actions, name, "show which list is in use (also without an action)", _status)
    install = _add_action(actions, "install", "put a list beside the database, in the place of the one there", _install)
    install.add_argument(
        "files",
        nargs="+",
        metavar="FILE|URL",
        help="a list with the columns id,name,census_geoid, or the Census Bureau's Gazetteer files of counties, places and "
        "county subdivisions, as .txt, .csv or .zip, on this machine or at a web address",
    )
    install.add_argument(
        "--force", action="store_true", help="also if the list is half as long as the one in use, or seems cut off"
    )


def _add_action(
    actions: argparse._SubParsersAction[Parser], name: str, about: str, do: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    action.set_defaults(action=do)
    add_config(action, argparse.SUPPRESS)
    action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")
    return action


def run(args: argparse.Namespace) -> int:
    action: Callable[[argparse.Namespace], int] = args.action
    return action(args)


def _status(args: argparse.Namespace) -> int:
    from bot.cli.terminal import print_json, say
    from bot.desk.government_lists import list_status
    from bot.words import government_lists as words

    status = list_status(args.settings())
    counts = status.counts
    if args.json:
        changed_at = status.changed_at.isoformat() if status.changed_at else None
        about = {"file": _text(status.file), "origin": status.origin.value, "installed_at": _text(status.place)}
        print_json({**about, "changed_at": changed_at, "sha256": status.sha256 or None, **_counts(counts)})
        return OK
    missing = counts.missing if status.file else ()
    say(words.in_use(status.file, status.origin.value, counts.total, missing, status.changed_at, status.sha256))
    if status.file:
        _say_counts(counts)
    if status.overruled:
        say(words.overruled(status.overruled))
    return OK


def _install(args: argparse.Namespace) -> int:
    import asyncio

    from bot.cli.terminal import print_json
    from bot.clock import SystemClock
    from bot.desk.government_lists import content_named, install

    settings = args.settings()
    files = []
    for name in args.files:
        with _downloading() as progress:
            files.append(asyncio.run(content_named(name, progress=progress)))
    installed = install(settings, files, SystemClock().now(), force=args.force)
    if not args.json:
        _say_installed(installed)
        return OK
    added, gone = installed.changes or (None, None)
    print_json(
        {
            "file": _text(installed.file),
            "in_use": installed.overruled_by is None,
            "sha256": installed.sha256,
            **_counts(installed.counts),
            "new": added,
            "gone": gone,
            "left_out": {reason.name.lower(): count for reason, count in installed.left_out.items()},
            "kept": [level.plural for level in installed.kept],
            "previous": _text(installed.previous),
        }
    )
    return OK


def _say_installed(installed: InstalledList) -> None:
    from bot.cli.terminal import say
    from bot.words import government_lists as words

    for line in words.became(installed.file, installed.changes, installed.previous, installed.unreadable):
        say(line)
    _say_counts(installed.counts)
    if installed.left_out:
        say(words.left_out({reason.name: count for reason, count in installed.left_out.items()}))
    if installed.kept:
        say(words.kept([level.plural for level in installed.kept]))
    if missing := installed.counts.missing:
        say(words.lacking(missing))
    if named := installed.overruled_by:
        say(words.not_used(installed.file, named, is_there=named.is_file()))
    else:
        say(words.RESTART)


def _say_counts(counts: GovernmentCounts) -> None:
    from bot.cli.terminal import say
    from bot.words.government_lists import counts as in_words

    for line in in_words(counts.total, counts.levels, counts.by_state):
        say(line)


def _counts(counts: GovernmentCounts) -> dict[str, Any]:
    return {"governments": counts.total, "by_kind": counts.levels, "by_state": dict(sorted(counts.by_state.items()))}


def _text(path: object) -> str | None:
    return str(path) if path else None


@contextmanager
def _downloading() -> Iterator[Callable[[int, int], None]]:
    """Shows how much of a file has come, on a terminal."""
    from contextlib import ExitStack

    from bot.cli.terminal import bar

    with ExitStack() as stack:
        bars: list[Any] = []

        def progress(done: int, total: int) -> None:
            if not bars:
                bars.append(stack.enter_context(bar("Downloading", total)))
            if bars[0]:
                bars[0].update(bars[0].task_ids[0], completed=done)

        yield progress


VERB = Verb("places", "show which list of governments is in use, or install another one", EXAMPLES, add_options, run)
