"""Answering an interaction once, whatever was answered before, and what happens when a handler fails."""

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
    """Show a card: as the first answer, or after it (a deferral fixed already who sees it)."""
    view = view_of(card)
    if interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=ephemeral)
    else:
        await interaction.response.send_message(view=view, ephemeral=ephemeral)


async def turn(interaction: Interaction, card: Card) -> None:
    """Put a card in the place of the one whose button was pressed."""
    await interaction.response.edit_message(view=view_of(card))


async def defer(interaction: Interaction) -> None:
    """Say at once that an answer for this person alone is coming: a write may wait for another writer."""
    await interaction.response.defer(ephemeral=True, thinking=True)


async def failed(interaction: Interaction, error: BaseException) -> None:
    """Tell the person alone what was wrong. What nobody foresaw is logged under a reference that the person is given."""
    while isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError) and error.__cause__:
        error = error.__cause__
    if isinstance(error, CaseError):
        card = errors.refusal(str(error) if isinstance(error, Refusal) else safe(str(error)))
    else:
        reference = secrets.token_hex(4)
        log.error("Unforeseen, reference %s, in %s", reference, _asked(interaction), exc_info=error)
        card = errors.unforeseen(reference)
    try:
        await answer(interaction, card, ephemeral=True)
    except discord.HTTPException:
        log.warning("The answer to %s could not be given", _asked(interaction), exc_info=True)


def _asked(interaction: Interaction) -> str:
    if interaction.command:
        return f"/{interaction.command.qualified_name}"
    data: Mapping[str, object] = interaction.data or {}
    return str(data.get("custom_id", "an interaction"))
