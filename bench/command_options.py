"""What a person enters into the options of a command. The commands and options are those that the bot has registered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.bus import Json
from sandbox.commands import ATTACHMENT, CHANNEL, GROUP, INTEGER, ROLE, SUBCOMMAND

ADDRESS = "https://example.org/press-release"
MOST_VALUES = 10  # of one option
#: Values of an option by its name, the usual one first; by "command option" where one name means two things. An option that
#: is not here gets its choices, its first suggestion, or TEXT.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "jurisdiction": ("Town 17, VT", "Town 23", "Twon 31", "Nowhere at all"),
    "jurisdictions": ("Newtown, VT (town); Town 18, VT",),
    "letter": ("Demand 7", "demand"),
    "case": ("17", "Town 23, VT", "Demand 7"),
    "case add letter": ("Demand 7",),
    "source": (ADDRESS,),
    "address": ("http://127.0.0.1/",),  # refused: no page is fetched
    "on": ("yesterday",),
    "sent": ("yesterday",),
    "state": ("VT", "Colorado"),
    "deadline": ("30 days",),
    "case extend deadline": ("+14 days", "2099-02-23"),
    "counted_from": ("today",),
    "calendar": ("US-CA",),
    "granted_by": ("The authority",),
    "authority": ("The authority",),
    "kind": ("statement", "subpoena", "lawsuit"),
    "consequence": ("subpoena",),
    "amount": ("more than $2 million",),
    "day": ("tomorrow",),
    "timezone": ("America/New_York",),
}
TEXT = "All documents are in, the city says."
PASTED = """January 24, 2018

The U.S. Department of Justice today sent letters to Denver, Colorado, Chicago, Illinois, and Town 17, Vermont, and demanded
all documents about orders to employees by February 23, 2018. Jurisdictions that do not answer will be subpoenaed."""


@dataclass(frozen=True)
class Command:
    """One command, or a subcommand of one."""

    name: str
    options: tuple[Json, ...]

    def values(self, option: Json, special: dict[int, Any]) -> tuple[Any, ...]:
        """What is entered into an option, the usual value first; nothing if only a suggestion fits.

        `special`: a channel, role or attachment, by the type of the option.
        """
        name = option["name"]
        if option["type"] in (CHANNEL, ROLE, ATTACHMENT):
            return (special[option["type"]],)
        if choices := option.get("choices"):
            return tuple(choice["value"] for choice in choices)[:MOST_VALUES]
        if examples := EXAMPLES.get(f"{self.name} {name}") or EXAMPLES.get(name):
            return examples
        if option["type"] == INTEGER:
            least, most = option.get("min_value", 0), option.get("max_value", 100)
            return tuple(dict.fromkeys((least, min(30, most), most)))
        return () if option.get("autocomplete") else (TEXT,)


def every_command(registered: list[Json]) -> Iterator[Command]:
    """The commands that a person can run, from their list as Discord has it."""
    for command in registered:
        yield from _runnable(command["name"], command.get("options") or [])


def _runnable(name: str, options: list[Json]) -> Iterator[Command]:
    inner = [option for option in options if option["type"] in (SUBCOMMAND, GROUP)]
    for option in inner:
        yield from _runnable(f"{name} {option['name']}", option.get("options") or [])
    if not inner:
        yield Command(name, tuple(options))


def typed(value: str) -> tuple[str, ...]:
    """What stands in an option at five moments while it is typed; the last two are mistaken."""
    return "", value[:3], value, value[:1] + value[2:], "zzqx"
