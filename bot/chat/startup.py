"""Puts the client together with its commands and buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot.chat import buttons, draft_forms, forms
from bot.chat.client import BotClient
from bot.chat.commands import (
    announcing,
    bulk,
    case,
    closures,
    corrections,
    import_letter,
    ladders,
    letter,
    letter_edit,
    lookup,
    place,
    place_corrections,
    place_edit,
    quiet_times,
    settings,
    settings_page,
)
from bot.chat.forms import FormKind
from bot.chat.notice_edits import NoticeEdits
from bot.chat.responses import failed
from bot.chat.session import Interaction
from bot.clock import Clock
from bot.desk.letter_reader import LetterReader
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
#: Modules that put commands of their own on these groups as they are imported.
SUBCOMMANDS = (announcing, bulk, corrections, ladders, place_corrections, quiet_times, settings_page)

#: By their names in custom_ids, which must stay: a form may be open while the bot is updated.
FORMS: dict[str, FormKind[Any]] = {
    kind.name: kind
    for kind in (
        letter.NEW_LETTER,
        letter_edit.LETTER_EDIT,
        case.CASE_EVENT,
        bulk.BULK,
        place.PLACE_EVENT,
        place_edit.PLACE_EDIT,
        import_letter.PASTE,
        draft_forms.DRAFT,
        corrections.FILLING,
        corrections.CHOOSING,
        place_corrections.FILLING,
    )
}


def new_client(db: Database, clock: Clock, wake: Callable[[], None], letter_reader: LetterReader | None = None) -> BotClient:
    """The client with everything that it answers to, not yet connected. `wake` makes the watch look at once."""
    client = BotClient(db, clock, wake, letter_reader)
    client.refresh = NoticeEdits(client).ask
    client.tree.error(failed)
    for command in COMMANDS:
        client.tree.add_command(command)
    client.event(on_interaction)
    return client


async def on_interaction(interaction: Interaction) -> None:
    """What discord.py reports for every interaction. Buttons and forms are answered here; commands by the tree.

    discord.py itself finds a button only in a message that it can read, and a form only if this process has opened it; it
    answers nothing else.
    """
    if interaction.type is discord.InteractionType.component:
        await buttons.press(interaction)
    elif interaction.type is discord.InteractionType.modal_submit:
        await forms.submit(interaction, FORMS)
