"""What `doctor` finds at Discord: the token, the clock, and each server's channels and roles. Nothing is changed there.

The gateway is not used: a second session of one bot would be one of those that Discord allows it a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta

import discord

from bot.chat.connection import REFUSED_TOKEN, check_token
from bot.chat.membership import MISSING_ACCESS, UNKNOWN_GUILD
from bot.chat.outages import is_refused_token, problem_of
from bot.chat.pacing import Pace
from bot.chat.surroundings import obstacle_of, unmentionable
from bot.clock import CheckedClock, SystemClock
from bot.config import ConfigError, Settings
from bot.operate.findings import Finding, right, unknown, wrong
from bot.record.ladder import standing
from bot.record.problems import Fault, Obstacle
from bot.record.server_problems import rung_problems, server_problems
from bot.record.servers import Server
from bot.words import doctor as words
from bot.words.problems import problem_line

ANSWER_WITHIN = 15.0  # seconds, for one thing that is asked
#: A difference to Discord's clock that makes alerts early or late.
NOTABLE = timedelta(minutes=1)
TOKEN, CLOCK, SERVERS = "token", "clock", "channels and roles"


async def ask_discord(settings: Settings, servers: Sequence[Server]) -> AsyncIterator[Finding]:
    """The findings, one after the other. `servers`: those whose channels and roles are looked at."""
    try:
        check_token(settings.discord.token)
    except ConfigError as missing:
        yield wrong(TOKEN, str(missing))
        yield unknown(CLOCK, words.not_asked("there is no token"))
        return
    discord.http.Route.BASE = settings.discord.api  # discord.py has no option for it
    clock, pace = CheckedClock(SystemClock()), Pace()
    pace.clock = clock
    client = discord.Client(intents=discord.Intents(guilds=True), connector=pace.connector, http_trace=pace.trace)
    try:
        token = await _log_in(client, settings)
        yield token
        yield _compared(clock)
        for server in servers:
            yield await _look_at(client, server) if client.user else unknown(SERVERS, words.not_asked("there was no login"))
    finally:
        await client.close()
        await pace.connector.close()


async def _log_in(client: discord.Client, settings: Settings) -> Finding:
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            await client.login(settings.discord.token)
    except Exception as failure:  # discord.py lets any error of a bad answer through
        if is_refused_token(failure):
            return wrong(TOKEN, REFUSED_TOKEN)
        return unknown(TOKEN, words.unreachable(settings.discord.api, problem_of(failure)))
    assert client.application_id is not None
    return right(TOKEN, words.token_right(str(client.user), client.application_id))


def _compared(clock: CheckedClock) -> Finding:
    ahead, behind = clock.ahead(), clock.behind()
    if ahead is None:
        return unknown(CLOCK, words.not_asked("Discord's time is not known"))
    if max(ahead, behind) > NOTABLE:
        return wrong(CLOCK, words.clock_wrong(max(ahead, behind), is_ahead=ahead > behind))
    return right(CLOCK, words.clock_right(max(ahead, behind)))


class _Fetched:
    """A server as Discord describes it when it is asked (`bot.record.server_problems.Rights`)."""

    def __init__(self, guild: discord.Guild, channels: Iterable[discord.abc.GuildChannel], me: discord.Member) -> None:
        self._guild = guild
        self._channels = {channel.id: channel for channel in channels}
        self._me = me

    def channel(self, channel_id: int | None) -> Obstacle | None:
        return None if channel_id is None else obstacle_of(self._channels.get(channel_id), self._me)

    def reads(self, channel_id: int) -> bool:
        return self._channels[channel_id].permissions_for(self._me).read_message_history

    def role(self, server_id: int, role_id: int) -> Obstacle | None:
        return None if self._guild.get_role(role_id) else Obstacle(Fault.GONE)

    def mention(self, server_id: int, role_id: int, channel_id: int | None) -> Obstacle | None:
        return unmentionable(self._guild, self._me, role_id, self._channels.get(channel_id or 0))


async def _look_at(client: discord.Client, server: Server) -> Finding:
    assert client.user is not None
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            guild = await client.fetch_guild(server.id, with_counts=False)
            fetched = _Fetched(guild, await guild.fetch_channels(), await guild.fetch_member(client.user.id))
    except Exception as failure:
        if isinstance(failure, discord.HTTPException) and failure.code in (UNKNOWN_GUILD, MISSING_ACCESS):
            return wrong(SERVERS, words.absent(server.id))
        return unknown(SERVERS, words.server_unknown(server.id, problem_of(failure)))
    channel, fallback = fetched.channel(server.channel_id), fetched.channel(server.fallback_channel_id)
    usable = None if channel else server.channel_id
    rungs = standing(server.ladder)
    own = {rung.channel_id: fetched.channel(rung.channel_id) for rung in rungs if rung.channel_id is not None}
    problems = [
        *server_problems(server, channel, fallback, fetched),
        *rung_problems(server.id, rungs, own, usable, fetched),
    ]
    found = [problem_line(problem) for problem in problems]
    return wrong(SERVERS, words.server_wrong(server.id, found)) if found else right(SERVERS, words.server_right(server.id))
