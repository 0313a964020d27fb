"""Puts the client together with its commands and buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from discord import app_commands

from bot.chat.buttons import ActionButton
from bot.chat.client import BotClient
from bot.chat.commands import case, closures, import_letter, letter, lookup, place, settings
from bot.chat.responses import failed
from bot.clock import Clock
from bot.store.database import Database

COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group, ...] = (
    *lookup.COMMANDS,
    import_letter.read_in,
    letter.letter,
    case.case,
    place.place,
    closures.closures,
    settings.settings,
)


def new_client(db: Database, clock: Clock, wake: Callable[[], None]) -> BotClient:
    """The client with everything that it answers to, not yet connected. `wake` makes the watch look at once."""
    client = BotClient(db, clock, wake)
    client.tree.error(failed)
    for command in COMMANDS:
        client.tree.add_command(command)
    client.add_dynamic_items(ActionButton)
    return client
