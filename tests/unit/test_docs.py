"""Every config key, slash command, command-line verb and variable is in the docs."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import pytest
from discord import app_commands
from pydantic import BaseModel

from bot.chat.startup import new_client
from bot.cli import main
from bot.clock import SystemClock
from bot.config import FROM_ENVIRONMENT, Settings
from bot.reader.gazetteer.governments import VARIABLE as GOVERNMENTS
from bot.store.database import Database

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (ROOT / "docs/commands.md").read_text()
CONFIGURATION = (ROOT / "docs/configuration.md").read_text()


def keys() -> dict[str, object]:
    found: dict[str, object] = {}
    for section, values in Settings():
        assert isinstance(values, BaseModel)
        found |= {f"{section}.{key}": value for key, value in values}
    del found["discord.token"]  # from the environment only
    return found


@pytest.mark.parametrize("key", keys())
def test_every_key_is_in_the_docs_and_stands_with_its_default_in_config_toml(key: str) -> None:
    section, name = key.split(".")
    assert f"`{key}`" in CONFIGURATION
    assert tomllib.loads((ROOT / "config.toml").read_text())[section][name] == keys()[key]


@pytest.mark.parametrize("variable", [*FROM_ENVIRONMENT, GOVERNMENTS, "NO_COLOR"])
def test_every_variable_is_in_the_docs(variable: str) -> None:
    assert f"`{variable}`" in CONFIGURATION


def verbs() -> list[str]:
    actions = main.parser()._subparsers
    assert actions is not None
    [choices] = [a.choices for a in actions._actions if isinstance(a, argparse._SubParsersAction)]
    return list(choices)


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_is_in_the_docs(verb: str) -> None:
    assert f"letterwatch {verb}" in COMMANDS


async def test_every_slash_command_and_its_options_are_in_the_docs(db: Database) -> None:
    client = new_client(db, SystemClock(), lambda: None)
    missing = []
    for command in client.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            names = [f"/{command.qualified_name}", *(f"`{option.display_name}`" for option in command.parameters)]
            missing += [f"{command.qualified_name}: {name}" for name in names if name not in COMMANDS]
    assert missing == []
