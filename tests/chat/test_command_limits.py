"""Every command as Discord gets it, against Discord's limits (Discord docs, "Application Commands")."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.chat.startup import new_client
from bot.clock import FrozenClock
from bot.store.database import Database

Json = dict[str, Any]
MOST_CHARACTERS = 8000  # of a command with all in it; › Slash Commands
MOST_OF_EACH = 25  # options, subcommands, choices; › Application Command Option Structure
SUBCOMMAND, GROUP = 1, 2


@pytest.fixture
async def described(db: Database, clock: FrozenClock) -> AsyncIterator[list[Json]]:
    client = new_client(db, clock, lambda: None)
    yield [command.to_dict(client.tree) for command in client.tree.get_commands()]
    await client.close()


def longest(of: Json, name: str) -> int:
    """Of a text that is localized, its longest form counts. (› Localization)"""
    return max(len(text) for text in (of.get(name) or "", *(of.get(f"{name}_localizations") or {}).values()))


def size(of: Json) -> int:
    choices = sum(longest(choice, "name") + len(str(choice["value"])) for choice in of.get("choices", ()))
    return longest(of, "name") + longest(of, "description") + choices + sum(map(size, of.get("options", ())))


def walked(of: Json, depth: int = 0) -> Iterator[tuple[Json, int]]:
    yield of, depth
    for option in of.get("options", ()):
        yield from walked(option, depth + 1)


async def test_no_command_has_more_characters_than_discord_takes(described: list[Json]) -> None:
    sizes = {command["name"]: size(command) for command in described}
    assert max(sizes.values()) <= MOST_CHARACTERS, sizes
    assert len(described) <= 100


async def test_names_descriptions_and_choices_are_short_and_few(described: list[Json]) -> None:
    for command in described:
        for part, _ in walked(command):
            where = f"/{command['name']} … {part['name']}"
            assert re.fullmatch(r"[a-z0-9_-]{1,32}", part["name"]), where
            assert 1 <= longest(part, "description") <= 100, where
            assert len(part.get("options", ())) <= MOST_OF_EACH, where
            assert len(part.get("choices", ())) <= MOST_OF_EACH, where
            assert all(1 <= longest(choice, "name") <= 100 for choice in part.get("choices", ())), where
            assert all(len(str(choice["value"])) <= 100 for choice in part.get("choices", ())), where


async def test_groups_are_one_level_deep(described: list[Json]) -> None:
    for command in described:
        for part, depth in walked(command):
            assert part.get("type") != GROUP or depth == 1, f"/{command['name']} {part['name']}"
            if part.get("type") == GROUP:
                assert {option["type"] for option in part["options"]} == {SUBCOMMAND}
