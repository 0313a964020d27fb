"""The composition root: builds every part once, starts them in order and stops them in the reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import discord
import yarl

from bot import event_loop
from bot.chat.client import BotClient
from bot.chat.poster import DiscordPoster
from bot.chat.startup import new_client
from bot.clock import Clock, SystemClock
from bot.config import ConfigError, Settings
from bot.desk import audit, care, state_index
from bot.reader.gazetteer.gazetteer import use_governments
from bot.record.deadlines.zones import zone_names
from bot.store.database import Database
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class App:
    """The running parts. `connection` ends only if Discord closes it for good, with ConfigError."""

    db: Database
    client: BotClient
    watch: Watch
    connection: asyncio.Task[None]


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """The bot, connected and ready; the watch is not started yet. Everything is stopped at the end.

    After an update the index of states is filled once the bot is connected: alerts do not wait for it.

    Raises ConfigError if the list of governments is not there, or Discord cannot be reached or refuses the token.
    """
    use_governments(settings.places.governments_file)
    gateway = await ask_for_gateway(settings)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot has no voice, so no warning about it
    # discord.py takes both addresses from these class attributes and has no option for them.
    discord.http.Route.BASE = settings.discord.api
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    db = Database(settings.database_url)
    try:
        await db.migrate()
        client, watch = _build(settings, clock, db)
        connection = asyncio.create_task(_connect(client, settings.discord.token), name="discord")
        try:
            ready = asyncio.create_task(client.wait_until_ready(), name="ready")
            await asyncio.wait((connection, ready), return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                ready.cancel()
                connection.result()
            async with _kept(db, clock, watch.wake):
                yield App(db, client, watch, connection)
        finally:
            await watch.stop()
            await client.close()
            await asyncio.gather(connection, return_exceptions=True)
    finally:
        await db.close()


@asynccontextmanager
async def _kept(db: Database, clock: Clock, wake: Callable[[], None]) -> AsyncIterator[None]:
    """What the bot looks after by itself."""
    stopped = asyncio.Event()
    keepers = {
        "index of states": state_index.keep(db, stopped),
        "care": care.keep(db, clock.now, care.tell_desk, wake, stopped),
        "audit": audit.keep(db, clock.now, wake, stopped),
    }
    keeping = [asyncio.create_task(keeper, name=name) for name, keeper in keepers.items()]
    try:
        yield
    finally:
        stopped.set()
        await asyncio.gather(*keeping)


@asynccontextmanager
async def _short_collections(db: Database) -> AsyncIterator[None]:
    event_loop.keep_collections_short()
    collecting = asyncio.create_task(event_loop.collect_in_quiet(db.work), name="garbage")
    try:
        yield
    finally:
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)


def _build(settings: Settings, clock: Clock, db: Database) -> tuple[BotClient, Watch]:
    def wake() -> None:
        watch.wake()

    client = new_client(db, clock, wake)
    lease = timedelta(seconds=settings.watch.lease_seconds)
    delivery = Delivery(db, clock, DiscordPoster(client), lease)
    watch = Watch(db, clock, delivery, settings.watch.tick_seconds)
    return client, watch


async def _connect(client: BotClient, token: str) -> None:
    """Stay connected. discord.py reconnects by itself; ConfigError for what only a person can fix."""
    try:
        await client.start(token)
    except discord.LoginFailure as refused:
        raise ConfigError(
            "Discord refuses the token in DISCORD_TOKEN. Copy it again from the application's Bot page."
        ) from refused
    except discord.ConnectionClosed as closed:
        raise ConfigError(f"Discord closed the connection for good (gateway close code {closed.code}).") from closed


async def ask_for_gateway(settings: Settings) -> str:
    """The gateway's address, as the API gives it (Discord docs, "Get Gateway Bot"). This also checks the token.

    Raises ConfigError, with what to do, if the token is missing or refused, or nobody answers.
    """
    token, api = settings.discord.token, settings.discord.api
    if not token:
        raise ConfigError(
            "DISCORD_TOKEN is not set. Put the bot's token in the environment; the README explains how to get one."
        )
    if not token.isascii() or any(character.isspace() for character in token):
        raise ConfigError("DISCORD_TOKEN is not a bot token: it has characters that no token has. Copy it again.")
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as http,
            http.get(f"{api}/gateway/bot", headers={"Authorization": f"Bot {token}"}) as response,
        ):
            status, answer = response.status, await response.read()
    except (aiohttp.ClientError, OSError, TimeoutError) as failure:
        raise ConfigError(f"Discord cannot be reached at {api}: {str(failure) or type(failure).__name__}.") from failure
    if status == 401:
        raise ConfigError("Discord refuses the token in DISCORD_TOKEN. Copy it again from the application's Bot page.")
    try:
        if status != 200:
            raise ValueError(status)
        return str(json.loads(answer)["url"])
    except (ValueError, KeyError, TypeError) as odd:
        raise ConfigError(f"{api} does not answer like Discord's API (status {status}).") from odd


def run(settings: Settings) -> int:
    """Run the bot until it is stopped (Ctrl-C, SIGTERM): the exit code."""
    logging.basicConfig(level=settings.log.level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    for noisy in ("apscheduler", "httpx", "httpcore", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))
    asyncio.run(_run(settings))
    return 0


async def _run(settings: Settings) -> None:
    gc.freeze()  # the modules, so that the collections until then are short too
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(name, stopped.set)
    async with running(settings, SystemClock()) as app, _short_collections(app.db):
        app.watch.start()
        await asyncio.to_thread(zone_names)  # read from files once, and not when somebody types the first one
        log.info("connected as %s; number of servers: %d", app.client.user, len(app.client.guilds))
        stopping = asyncio.create_task(stopped.wait(), name="stopping")
        await asyncio.wait((app.connection, stopping), return_when=asyncio.FIRST_COMPLETED)
        if app.connection.done():
            app.connection.result()
        log.info("stopping")
