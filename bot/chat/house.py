"""What every handler stands on: the client's database and clock, and one transaction with the server's settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import discord
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.locales import date_order
from bot.clock import Clock
from bot.record.dates import DateOrder
from bot.record.errors import CaseError
from bot.store import servers
from bot.store.database import Database
from bot.store.desk import Entry, entry
from bot.store.servers import Server
from bot.words import errors


class House(discord.Client):
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


Ask = discord.Interaction[House]


@dataclass(frozen=True)
class Room:
    """One transaction on behalf of one server; `now` was read once. `order`: of numbers in a date, as its locale has it."""

    conn: AsyncConnection
    server: Server
    now: datetime
    order: DateOrder | None = field(default=None, kw_only=True)

    @property
    def today(self) -> date:
        """The day it is on the server: what "tomorrow" is told from."""
        return self.now.astimezone(self.server.zone).date()


@dataclass(frozen=True)
class Desk(Room):
    """A room in which facts may be recorded, all under one entry."""

    entry: Entry


@asynccontextmanager
async def reading(ask: Ask) -> AsyncIterator[Room]:
    house, guild = ask.client, _guild_id(ask)
    async with house.db.read() as conn:
        try:
            server = await servers.get(conn, guild)
        except LookupError:
            server = None
        if server is not None:
            yield Room(conn, server, house.clock.now(), order=date_order(ask.guild_locale))
            return
    # Asked before the gateway told of the server (right after an invitation): make it known first.
    async with house.db.write() as conn:
        await servers.ensure(conn, guild, ask.guild.name if ask.guild and ask.guild.name else "")
    async with house.db.read() as conn:
        server = await servers.get(conn, guild)
        yield Room(conn, server, house.clock.now(), order=date_order(ask.guild_locale))


@asynccontextmanager
async def recording(ask: Ask) -> AsyncIterator[Desk]:
    """A transaction for the desk; CaseError for anybody else. The watch is woken once it is committed."""
    await check_desk(ask)  # refused before the one writer's place is taken
    house, now = ask.client, ask.client.clock.now()
    async with house.db.write() as conn:
        server = await servers.get(conn, _guild_id(ask))
        written = entry(server.id, recorder(ask.user), now, server.zone)
        yield Desk(conn, server, now, written, order=date_order(ask.guild_locale))
    house.wake()


async def check_desk(ask: Ask) -> Room:
    """Whether this person may record, before a form opens; the room's transaction is over when it returns."""
    async with reading(ask) as room:
        require_desk(ask, room.server)
    return room


def require_desk(ask: Ask, server: Server) -> None:
    role = server.desk_role_id
    holds = role is not None and isinstance(ask.user, discord.Member) and ask.user.get_role(role) is not None
    if not (holds or ask.permissions.manage_guild):
        raise Refusal(errors.desk_only(role))


def require_manager(ask: Ask) -> None:
    """Checked here too: a server's own command permissions can let others through to the handler."""
    if not ask.permissions.manage_guild:
        raise CaseError(errors.MANAGERS_ONLY)


def recorder(user: discord.abc.User) -> str:
    """Who records: a name for people to read, and the id that tells them apart. At most 100 characters."""
    return f"{user.display_name[:70]} ({user.id})"


def _guild_id(ask: Ask) -> int:
    if ask.guild_id is None:
        raise CaseError("This works on a server only, not in direct messages.")
    return ask.guild_id
