"""Answering an interaction once, whatever was answered before, and what happens if a handler fails."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import discord
from discord import AppCommandOptionType, app_commands

from bot import event_loop
from bot.chat.acknowledgement import BROKEN, acknowledgement_of, is_too_late
from bot.chat.components import view_of
from bot.chat.session import RECORDED, Interaction, Refusal
from bot.record.errors import CaseError
from bot.store.database import UnclearCommit, trouble_of
from bot.words import database, errors
from bot.words.card import Card
from bot.words.prose import safe

log = logging.getLogger(__name__)


async def answer(interaction: Interaction, card: Card, *, ephemeral: bool = False) -> None:
    """Show a card: as the first answer, in the place of a deferral, or after another answer."""
    acknowledgement = acknowledgement_of(interaction)
    await event_loop.go_on(urgent=not acknowledgement.is_done)
    with _perhaps_too_late(interaction):
        await acknowledgement.send(view_of(card), ephemeral=ephemeral)


async def turn(interaction: Interaction, card: Card) -> None:
    """Replace the message whose button was pressed by a card."""
    acknowledgement = acknowledgement_of(interaction)
    await event_loop.go_on(urgent=not acknowledgement.is_done)
    with _perhaps_too_late(interaction):
        await acknowledgement.update(view_of(card))


async def failed(interaction: Interaction, error: BaseException) -> None:
    """Show the person alone what was wrong.

    An unforeseen error is logged under a reference, which the person is given.
    """
    if outdated := _outdated(error):
        error = CaseError(outdated)
    # discord.py wraps what a command, a check or an option's transformer raised.
    while isinstance(error, app_commands.AppCommandError) and error.__cause__:
        error = error.__cause__
    if is_too_late(error):
        _log_too_late(interaction)
        return
    if isinstance(error, CaseError):
        card = errors.refusal(str(error) if isinstance(error, Refusal) else safe(str(error)))
    elif text := trouble_text(interaction, error):
        card = errors.refusal(text)
    else:
        reference = secrets.token_hex(4)
        log.error("Unexpected error, reference %s, in %s", reference, _name_of(interaction), exc_info=error)
        card = errors.unforeseen(reference)
    await tell(interaction, [card])


def _outdated(error: BaseException) -> str:
    """Why a command cannot be read that Discord sent as another version of the bot had it; "" for any other error."""
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return errors.CHANGED_COMMAND
    if not isinstance(error, app_commands.TransformerError):
        return ""
    if error.type is AppCommandOptionType.channel:
        return errors.UNSEEN_CHANNEL
    return "" if error.__cause__ else errors.CHANGED_COMMAND


async def tell(interaction: Interaction, cards: Iterable[Card]) -> None:
    """Show cards to the person alone, after something went wrong. What cannot be shown is logged."""
    try:
        for card in cards:
            await answer(interaction, card, ephemeral=True)
    except (discord.HTTPException, *BROKEN):
        log.warning("The answer to %s could not be sent; %s", _name_of(interaction), _outcome(interaction), exc_info=True)


def trouble_text(interaction: Interaction, error: BaseException) -> str:
    """What to say if the database cannot be used, with what became of the interaction; "" for any other error.

    It is logged once a minute, not for each person.
    """
    trouble = trouble_of(error)
    recorded = RECORDED in interaction.extras
    text = database.for_a_person(trouble, recorded=recorded) if trouble else ""
    if isinstance(error, UnclearCommit) and not recorded:
        text = database.UNCLEAR
    if text:
        interaction.client.db.trouble.note(error, "people could not be answered")
    return text


@contextmanager
def _perhaps_too_late(interaction: Interaction) -> Iterator[None]:
    """An answer that comes too late is logged: there is no other way to reach the person."""
    try:
        yield
    except discord.HTTPException as refused:
        if not is_too_late(refused):
            raise
        _log_too_late(interaction)


def _log_too_late(interaction: Interaction) -> None:
    log.warning("Discord takes no answer to %s any more; %s", _name_of(interaction), _outcome(interaction))


def _outcome(interaction: Interaction) -> str:
    """What became of an interaction whose person saw no answer."""
    operation = interaction.extras.get(RECORDED)
    if operation is None:
        return "nothing was recorded"
    by, server = interaction.user.display_name, interaction.guild_id
    return f"what {by} recorded on server {server} was saved as operation {operation}, and /history shows it"


def _name_of(interaction: Interaction) -> str:
    if interaction.command:
        return f"/{interaction.command.qualified_name}"
    if interaction.type is discord.InteractionType.modal_submit:
        return "a form"
    data: Mapping[str, object] = interaction.data or {}
    return str(data.get("custom_id", "an interaction"))
