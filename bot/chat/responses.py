"""Answering an interaction once, whatever was answered before, and what happens if a handler fails."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping

import discord
from discord import app_commands

from bot.chat.components import view_of
from bot.chat.session import Interaction, Refusal
from bot.record.errors import CaseError
from bot.words import errors
from bot.words.card import Card
from bot.words.prose import safe

log = logging.getLogger(__name__)


async def answer(interaction: Interaction, card: Card, *, ephemeral: bool = False) -> None:
    """Show a card: as the first answer, or after it (a deferral has already decided who sees it)."""
    view = view_of(card)
    if interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=ephemeral)
    else:
        await interaction.response.send_message(view=view, ephemeral=ephemeral)


async def turn(interaction: Interaction, card: Card) -> None:
    """Replace the message whose button was pressed by a card."""
    await interaction.response.edit_message(view=view_of(card))


async def failed(interaction: Interaction, error: BaseException) -> None:
    """Show the person alone what was wrong.

    An unforeseen error is logged under a reference, which the person is given.
    """
    # discord.py wraps what a command, a check or an option's transformer raised.
    while isinstance(error, app_commands.AppCommandError) and error.__cause__:
        error = error.__cause__
    if isinstance(error, CaseError):
        card = errors.refusal(str(error) if isinstance(error, Refusal) else safe(str(error)))
    else:
        reference = secrets.token_hex(4)
        log.error("Unexpected error, reference %s, in %s", reference, _name_of(interaction), exc_info=error)
        card = errors.unforeseen(reference)
    try:
        await answer(interaction, card, ephemeral=True)
    except discord.HTTPException:
        log.warning("The answer to %s could not be sent", _name_of(interaction), exc_info=True)


def _name_of(interaction: Interaction) -> str:
    if interaction.command:
        return f"/{interaction.command.qualified_name}"
    data: Mapping[str, object] = interaction.data or {}
    return str(data.get("custom_id", "an interaction"))
