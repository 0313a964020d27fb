"""What every handler stands on: the client's database and clock, and one transaction with the server's settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import discord

from bot.chat.locales import date_order
from bot.clock import Clock
from bot.desk import session
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.record.servers import Server
from bot.store.database import Database
from bot.words import errors


class BotClient(discord.Client):
    """The client as handlers know it. `wake` makes the watch look at once.

    `undo_for`: how long Undo works; `drafts_for`: how long a draft waits to be confirmed; both by the clock. `one_text`: a
    letter is read out of one text at a time, since computing on a long one slows alerts and answers, and on two twice as much.
    """

    db: Database
    clock: Clock
    wake: Callable[[], None]
    one_text: asyncio.Semaphore
    undo_for: timedelta = timedelta(minutes=15)
    drafts_for: timedelta = timedelta(hours=24)


class Refusal(CaseError):
    """A CaseError whose message is markdown of ours, with nothing in it that a person typed."""


Interaction = discord.Interaction[BotClient]


@asynccontextmanager
async def reading(interaction: Interaction) -> AsyncIterator[Session]:
    """A transaction that reads, on behalf of the server the interaction came from."""
    client, guild = interaction.client, interaction.guild
    name = guild.name if guild and guild.name else ""
    order = date_order(interaction.guild_locale)
    async with session.reading(client.db, _guild_id(interaction), client.clock.now(), name=name, order=order) as opened:
        yield opened


@asynccontextmanager
async def recording(interaction: Interaction) -> AsyncIterator[WriteSession]:
    """A transaction for the desk; CaseError for anybody else. The watch is woken once it is committed."""
    await check_desk(interaction)  # refused before the one writer's place is taken
    client, now = interaction.client, interaction.client.clock.now()
    order = date_order(interaction.guild_locale)
    async with session.writing(client.db, _guild_id(interaction), now, *recorder(interaction.user), order=order) as opened:
        yield opened
    client.wake()


async def check_desk(interaction: Interaction) -> Session:
    """Whether this person may record, before a form opens; the room's transaction is over when it returns."""
    async with reading(interaction) as session:
        require_desk(interaction, session.server)
    return session


def require_desk(interaction: Interaction, server: Server) -> None:
    role = server.desk_role_id
    holds = role is not None and isinstance(interaction.user, discord.Member) and interaction.user.get_role(role) is not None
    if not (holds or interaction.permissions.manage_guild):
        raise Refusal(errors.desk_only(role))


def require_manager(interaction: Interaction) -> None:
    """Checked here too: a server's own command permissions can let others through to the handler."""
    if not interaction.permissions.manage_guild:
        raise CaseError(errors.MANAGERS_ONLY)


def recorder(user: discord.abc.User) -> tuple[str, int]:
    """Who records: a name for people to read, at most 100 characters, and Discord's id, which decides who may undo."""
    return user.display_name[:100], user.id


def _guild_id(interaction: Interaction) -> int:
    if interaction.guild_id is None:
        raise CaseError("This works on a server only, not in direct messages.")
    return interaction.guild_id
