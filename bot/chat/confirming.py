"""A write that rests on a guess is confirmed first: the person picks who was meant, and the same command goes on."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.chat.custom_ids import number_in, split
from bot.chat.pending import PendingCommand
from bot.chat.responses import answer, turn
from bot.chat.session import Interaction, check_desk
from bot.desk.guesses import Guess, NamesToConfirm
from bot.record.errors import CaseError
from bot.words import errors
from bot.words.guesses import guess_card, left_alone

MOST_BUTTONS = 40  # of a message (Discord docs, "Component Reference")
HandlerT = TypeVar("HandlerT", bound=Callable[..., Awaitable[None]])
ANSWERED = (
    "This question was answered already, is more than 15 minutes old, or was asked before the bot was started again. "
    "If /history does not show it, use the command again."
)


def confirms_guesses(handler: HandlerT) -> HandlerT:
    """A command some of whose options are guesses (`desk.guesses.Guess`) or are found to be when it records
    (`NamesToConfirm`, of the option `jurisdictions`). It is carried out once each of them is confirmed."""

    @functools.wraps(handler)
    async def ask_first(interaction: Interaction, **options: Any) -> None:
        for name, value in options.items():
            if isinstance(value, Guess):
                await _ask(interaction, value, name, options, ask_first)
                return
        try:
            await handler(interaction, **options)
        except NamesToConfirm as unsure:
            await _ask(interaction, unsure.guess, "jurisdictions", options, ask_first)

    # discord.py evaluates annotations in the module of the function that it is given, which is this one.
    ask_first.__signature__ = inspect.signature(handler, eval_str=True)  # type: ignore[attr-defined]
    return ask_first  # type: ignore[return-value]


async def _ask(
    interaction: Interaction, guess: Guess[Any], name: str, options: dict[str, Any], command: Callable[..., Awaitable[None]]
) -> None:
    async def go_on(pressed: Interaction, value: Any) -> None:
        await command(pressed, **{**options, name: value})

    client = interaction.client
    values = tuple(meaning.value for meaning in guess.meanings)
    waiting = PendingCommand(interaction.user.id, interaction.guild_id, client.clock.monotonic(), values, go_on)
    token = client.pending.keep(waiting)
    await answer(interaction, guess_card(guess.why, [meaning.label for meaning in guess.meanings], token), ephemeral=True)


async def record_meant(interaction: Interaction, arguments: str) -> None:
    """sure:<token>:<index> goes on with the meaning that was picked."""
    token, index = split(arguments, 2)
    place = number_in(index, MOST_BUTTONS - 1)
    await check_desk(interaction)
    command = _taken(interaction, token)
    if place >= len(command.values):
        raise CaseError(errors.CHANGED)
    await command.go_on(interaction, command.values[place])


async def leave(interaction: Interaction, token: str) -> None:
    """unsure:<token> records nothing."""
    _taken(interaction, token)
    await turn(interaction, left_alone())


def _taken(interaction: Interaction, token: str) -> PendingCommand:
    client = interaction.client
    command = client.pending.take(token, interaction.user.id, interaction.guild_id, client.clock.monotonic())
    if command is None:
        raise CaseError(ANSWERED)
    return command
