"""What `doctor` finds at Discord: the token, the clock, and each server's channels and roles. Nothing is changed there.

The gateway is not used: a second session of one bot would be one of those that Discord allows it a day.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import aiohttp
import discord

from bot.chat.connection import REFUSED_TOKEN, check_token
from bot.chat.outages import is_refused_token, problem_of
from bot.chat.pacing import Pace
from bot.clock import CheckedClock, SystemClock
from bot.config import ConfigError, Settings
from bot.operate.findings import Finding, right, unknown, wrong
from bot.record.servers import Server
from bot.words import doctor as words

ANSWER_WITHIN = 15.0  # seconds, for one thing that is asked
#: A difference to Discord's clock that makes alerts early or late.
NOTABLE = timedelta(minutes=1)
TOKEN, CLOCK, SERVERS = "token", "clock", "channels and roles"
_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, ValueError)


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
    except _FAILURES as failure:
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


async def _look_at(client: discord.Client, server: Server) -> Finding:
    return unknown(SERVERS, "")
