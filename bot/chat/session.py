"""What every handler starts from: one transaction for the server that an interaction came from, and who may do what.

A server's settings and the clock are read once per interaction, when the first of these functions needs them: "tomorrow"
means one day in all its options. A write reads both again, since the interaction may have waited long for a download or for
another write.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.chat.acknowledgement import Reply, acknowledgement_of
from bot.chat.client import REPLY, BotClient
from bot.chat.locales import date_order
from bot.desk import deciding, session
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.record.servers import Server
from bot.words import errors

Interaction = discord.Interaction[BotClient]
CommandT = TypeVar("CommandT", bound="app_commands.Command[Any, ..., Any] | Callable[..., Any]")
T = TypeVar("T")
DecisionT = TypeVar("DecisionT")
#: Raises CaseError for people who may not do that.
Check = Callable[[Interaction], Awaitable[None]]
SETTINGS, NOW = "settings", "now"  # keys of an interaction's extras
RECORDED = "recorded"  # the same: the operation that was committed


class Refusal(CaseError):
    """A CaseError whose message is markdown of ours, with nothing in it that a person typed."""


@asynccontextmanager
async def reading(interaction: Interaction) -> AsyncIterator[Session]:
    """A transaction that reads."""
    client, guild = interaction.client, interaction.guild
    async with session.reading(
        client.db,
        _guild_id(interaction),
        interaction.extras.setdefault(NOW, client.clock.now()),
        name=guild.name if guild and guild.name else "",
        order=date_order(interaction.guild_locale),
        server=interaction.extras.get(SETTINGS),
    ) as opened:
        interaction.extras[SETTINGS] = opened.server
        yield opened


async def shared(interaction: Interaction, question: Hashable, read: Callable[[Session], Awaitable[T]]) -> T:
    """What `read` gives, in a transaction that others may share who ask the same question on that server.

    `read` must not depend on who asks. The clock and the settings are read when the transaction begins, which may be later
    than the interaction arrived, and not earlier than any of the others did.
    """

    async def begin() -> T:
        interaction.extras[NOW] = interaction.client.clock.now()
        interaction.extras.pop(SETTINGS, None)
        async with reading(interaction) as opened:
            return await read(opened)

    return await interaction.client.shared_reads.read((_guild_id(interaction), question), begin)


@asynccontextmanager
async def recording(interaction: Interaction, *, quietly: bool = False) -> AsyncIterator[WriteSession]:
    """A transaction in which the desk records; CaseError for anybody else. The watch is woken once it is committed.

    The interaction is deferred, if it was not answered yet. `quietly`: nothing is announced.
    """
    async with _writing(interaction, check_desk, quietly) as opened:
        yield opened


@asynccontextmanager
async def managing(interaction: Interaction) -> AsyncIterator[WriteSession]:
    """As `recording`, for settings: CaseError for people without Manage Server."""
    async with _writing(interaction, check_manager) as opened:
        yield opened


@asynccontextmanager
async def _writing(interaction: Interaction, check: Check, quietly: bool = False) -> AsyncIterator[WriteSession]:
    """Deferred and checked before it waits for the database's only writer, and checked again when it may write."""
    await defer(interaction)
    await settings_of(interaction)  # which adds a server that is not known yet
    await check(interaction)
    client, user = interaction.client, interaction.user
    interaction.extras[NOW] = client.clock.now()  # what is read after the write is not read as of before it
    async with session.writing(
        client.db,
        _guild_id(interaction),
        interaction.extras[NOW],
        by=user.display_name[:100],
        by_id=user.id,
        order=date_order(interaction.guild_locale),
        quietly=quietly,
    ) as opened:
        interaction.extras[SETTINGS] = opened.server
        await check(interaction)
        yield opened
    interaction.extras[RECORDED] = opened.audit.operation
    client.wake()


async def decide_and_record(
    interaction: Interaction,
    decide: Callable[[Session], Awaitable[DecisionT]],
    record: Callable[[WriteSession, DecisionT], Awaitable[T]],
) -> T:
    """`desk.deciding.decide_and_record` for the desk; CaseError for anybody else.

    The interaction is deferred, if it was not answered yet, and checked before anything is decided: that may take long.
    """
    await defer(interaction)
    await check_desk(interaction)
    return await deciding.decide_and_record(partial(reading, interaction), partial(recording, interaction), decide, record)


async def defer(interaction: Interaction) -> None:
    """Say at once that an answer for this person alone is coming: a write may wait for another one.

    Raises discord.HTTPException, so that nothing is written for a person who was told that there was no answer.
    """
    await acknowledgement_of(interaction).defer(Reply.PRIVATE)


async def defer_update(interaction: Interaction) -> None:
    """Say at once that the message whose button was pressed will change."""
    await acknowledgement_of(interaction).defer(Reply.UPDATE)


async def settings_of(interaction: Interaction) -> Server:
    """The settings of the server that the interaction came from."""
    if SETTINGS not in interaction.extras:
        async with reading(interaction):
            pass
    server: Server = interaction.extras[SETTINGS]
    return server


def desk_only(*, form: bool = False) -> Callable[[CommandT], CommandT]:
    """A command that records: only for the desk, which is checked before any option is read.

    It is deferred first, except if it opens a `form`: Discord opens none after a deferral.
    """
    return _only(check_desk, not form, Reply.FORM if form else Reply.PRIVATE)


def managers_only(*, deferred: bool = True) -> Callable[[CommandT], CommandT]:
    """A command for people with Manage Server.

    Checked here too: a server's own command permissions can let others through to the handler.
    """
    return _only(check_manager, deferred, Reply.PRIVATE)


def _only(check: Check, deferred: bool, reply: Reply) -> Callable[[CommandT], CommandT]:
    async def allowed(interaction: Interaction) -> bool:
        try:
            if deferred:
                await defer(interaction)
            await check(interaction)
        except Exception as error:  # of a check, discord.py hands only errors of its own kind to the tree's error handler
            raise app_commands.CheckFailure from error
        return True

    def mark(command: CommandT) -> CommandT:
        setattr(command, REPLY, reply)
        return app_commands.check(allowed)(command)

    return mark


async def check_desk(interaction: Interaction) -> None:
    """CaseError for people who may not record. Called by itself for buttons that open a form."""
    roles = (await settings_of(interaction)).desk_role_ids
    user = interaction.user
    holds = isinstance(user, discord.Member) and any(user.get_role(role) is not None for role in roles)
    if not (holds or interaction.permissions.manage_guild):
        guild = interaction.client.get_guild(_guild_id(interaction))
        known = guild is not None and not guild.unavailable
        there = [role for role in roles if not known or (guild and guild.get_role(role))]
        raise Refusal(errors.desk_only(there, deleted=len(roles) - len(there)))


async def check_manager(interaction: Interaction) -> None:
    if not interaction.permissions.manage_guild:
        raise CaseError(errors.MANAGERS_ONLY)


def _guild_id(interaction: Interaction) -> int:
    if interaction.guild_id is None:
        raise CaseError("This works only on a server, not in direct messages.")
    return interaction.guild_id
