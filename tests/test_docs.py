"""Every config key, slash command, command-line verb and variable is in the docs, and what the docs name exists."""

from __future__ import annotations

import argparse
import importlib
import re
import tomllib
from pathlib import Path

import pytest
from discord import app_commands
from pydantic import BaseModel

from bot.chat.startup import new_client
from bot.cli import main
from bot.clock import SystemClock
from bot.config import FROM_ENVIRONMENT, Settings
from bot.store.database import Database

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (ROOT / "docs/commands.md").read_text()
CONFIGURATION = (ROOT / "docs/configuration.md").read_text()
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
FILE_ENDINGS = (".py", ".md", ".toml", ".yaml", ".json", ".sql", ".txt", ".csv", "/")


def keys() -> dict[str, object]:
    defaults: dict[str, object] = {}
    for section, values in Settings():
        assert isinstance(values, BaseModel)
        defaults |= {f"{section}.{key}": value for key, value in values}
    del defaults["discord.token"]  # from the environment only
    return defaults


@pytest.mark.parametrize("key", keys())
def test_every_key_is_in_the_docs_and_has_its_default_in_config_toml(key: str) -> None:
    section, name = key.split(".")
    assert f"`{key}`" in CONFIGURATION
    assert tomllib.loads((ROOT / "config.toml").read_text())[section][name] == keys()[key]


@pytest.mark.parametrize("variable", [*FROM_ENVIRONMENT, "NO_COLOR"])
def test_every_variable_is_in_the_docs(variable: str) -> None:
    assert f"`{variable}`" in CONFIGURATION


def verbs() -> dict[str, argparse.ArgumentParser]:
    actions = main.parser()._subparsers
    assert actions is not None
    [choices] = [a.choices for a in actions._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(choices)


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_and_its_options_are_in_the_docs(verb: str) -> None:
    assert f"letterwatch {verb}" in COMMANDS
    options = [option for action in verbs()[verb]._actions for option in action.option_strings if option.startswith("--")]
    assert [option for option in options if option != "--help" and not re.search(rf"{option}\b", COMMANDS)] == []


async def test_every_slash_command_and_its_options_are_in_the_docs(db: Database) -> None:
    client = new_client(db, SystemClock(), lambda: None)
    missing = []
    for command in client.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            names = [f"/{command.qualified_name}", *(f"`{option.display_name}`" for option in command.parameters)]
            missing += [f"{command.qualified_name}: {name}" for name in names if name not in COMMANDS]
    assert missing == []


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/contributing.md"])
def test_every_file_and_name_on_a_page_for_contributors_exists(page: str) -> None:
    in_code = re.findall(r"`([^`\s]+)`", _without_blocks((ROOT / page).read_text()))
    paths = {words for words in in_code if words.endswith(FILE_ENDINGS) and not words.startswith(("/", "."))}
    names = {words for words in in_code if re.fullmatch(r"[A-Za-z_]\w*(\.\w+)+", words)} - paths
    assert len(paths) > 20 and len(names) > 10
    assert sorted(path for path in paths if not (ROOT / path).exists() and not (ROOT / "bot" / path).exists()) == []
    assert sorted(name for name in names if not _exists(name)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", _without_blocks(page.read_text())):
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            broken.append(target)
    assert broken == []


def _without_blocks(markdown: str) -> str:
    return re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _without_blocks(page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _exists(name: str) -> bool:
    """Whether `module.function` or `module.Class.method` exists, in `bot` or as it is written."""
    for full_name in (f"bot.{name}", name):
        parts = full_name.split(".")
        for length in range(len(parts), 0, -1):
            try:
                found: object = importlib.import_module(".".join(parts[:length]))
            except ImportError:
                continue
            for part in parts[length:]:
                found = getattr(found, part, None)
            if found is not None:
                return True
            break
    return False
