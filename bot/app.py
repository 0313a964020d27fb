"""The composition root: builds every part once, starts them in order and stops them in the reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import discord

from bot import event_loop, logs
from bot.chat.client import BotClient
from bot.chat.connection import GatewayLink, check_token
from bot.chat.messenger import DiscordMessenger
from bot.chat.poster import DiscordPoster
from bot.chat.startup import new_client
from bot.chat.surroundings import Surroundings
from bot.chat.troubled import tell_desks
from bot.clock import CheckedClock, Clock, SystemClock
from bot.config import ConfigError, Settings
from bot.desk import audit, backups, care, state_index, troubles
from bot.operate.dead_mans_switch import DeadMansSwitch
from bot.operate.health import Vitals
from bot.operate.health_address import health_address
from bot.reader.gazetteer.gazetteer import use_governments
from bot.record.deadlines.zones import zone_names
from bot.record.errors import CaseError
from bot.store.database import Database, DatabaseFailure
from bot.store.process_lock import DatabaseInUse, ProcessLock
from bot.watch.clock_check import ClockCheck
from bot.watch.deliver import Delivery
from bot.watch.preflight import Preflight
from bot.watch.schedule import Watch
from bot.watch.telling import Telling

log = logging.getLogger(__name__)
#: Seconds for which a write waits for another program: of Discord's three seconds for a form that cannot be deferred.
PATIENCE = 2.0
#: Seconds for which posts under way are waited for at the end, and then as long for what becomes of them to be written. What
#: stops a program from outside, such as Docker, kills it after ten.
POSTS_END_WITHIN = 4.0


@dataclass(frozen=True)
class App:
    """The parts, built and not started yet."""

    db: Database
    client: BotClient
    watch: Watch
    #: The connection; its `state` says whether Discord can be reached, and since when.
    link: GatewayLink
    #: Keeps the connection up. It ends only with ConfigError, for what a person must mend.
    connection: asyncio.Task[None]

    async def ready(self) -> None:
        """Until the bot can post, however long that takes: that is, until it is connected and knows its servers, but without
        the gateway if that cannot be reached. Raises ConfigError as `connection`."""
        ready = asyncio.create_task(self.link.until_able_to_post(), name="ready")
        try:
            await asyncio.wait((self.connection, ready), return_when=asyncio.FIRST_COMPLETED)
            if self.connection.done():
                self.connection.result()
        finally:
            ready.cancel()


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """The bot, ready to post (see `App.ready`); the watch is not started yet. Everything is stopped at the end.

    After an update the index of states is filled once the bot is connected: alerts do not wait for it.
    Raises as `connecting`, and ConfigError for what of the connection a person must mend.
    """
    async with connecting(settings, clock) as app:
        await app.ready()
        async with _all_kept(app):
            yield app


@asynccontextmanager
async def connecting(settings: Settings, clock: Clock) -> AsyncIterator[App]:
    """The bot with its database, about to be connected. Everything is stopped at the end.

    Raises ConfigError if the token or the list of governments is not there, or if another process runs on the database;
    CaseError if the database is gone.
    """
    check_token(settings.discord.token)
    use_governments(settings.list_in_use.file)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot has no voice, so no warning about it
    discord.http.Route.BASE = settings.discord.api  # discord.py has no option for it
    db = _database(settings)
    try:
        with _alone(settings.database_url) as lock:
            troubles.check_not_lost(settings)
            await db.migrate()
            client, watch = _build(settings, clock, db)
            link = GatewayLink(client, settings.discord.token, lock)
            connection = asyncio.create_task(link.stay(), name="discord")
            try:
                async with _kept(partial(backups.keep, settings, clock.now)):
                    yield App(db, client, watch, link, connection)
            finally:
                await watch.stop(POSTS_END_WITHIN)
                connection.cancel()
                await asyncio.gather(connection, return_exceptions=True)
                await client.close()
                await client.letter_reader.close()
    finally:
        await db.close()


@contextmanager
def _alone(database_url: str) -> Iterator[ProcessLock]:
    """The only process that runs the bot on that database; ConfigError says which other one does."""
    with contextlib.ExitStack() as held:
        try:
            lock = held.enter_context(ProcessLock(database_url, SystemClock().now()))
        except DatabaseInUse as other:
            raise ConfigError(str(other)) from other
        yield lock


@asynccontextmanager
async def _kept(keep: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Something is kept beside the bot, until the event is set at the end. No alert waits for it."""
    stopped = asyncio.Event()
    task = asyncio.create_task(keep(stopped), name="keeping")
    try:
        yield
    finally:
        stopped.set()
        await task


@asynccontextmanager
async def _all_kept(app: App) -> AsyncIterator[None]:
    """What the bot looks after by itself once it can post."""
    now = app.client.clock.now
    async with (
        _kept(partial(state_index.keep, app.db)),
        _kept(partial(care.keep, app.db, now, care.tell_desk, app.watch.wake)),
        _kept(partial(audit.keep, app.db, now, app.watch.wake, app.watch.is_in_doubt)),
    ):
        yield


@asynccontextmanager
async def _seen_from_outside(settings: Settings, app: App) -> AsyncIterator[None]:
    """Whoever runs the bot is told whether it is well, also while it waits for Discord."""
    vitals = Vitals(app.db, app.client.clock, app.watch, lambda: app.link.state)
    switch = DeadMansSwitch(settings.health.dead_mans_switch, vitals)
    async with health_address(settings.health, vitals), _kept(switch.keep):
        yield


@asynccontextmanager
async def _short_collections(db: Database) -> AsyncIterator[None]:
    event_loop.keep_collections_short()
    collecting = asyncio.create_task(event_loop.collect_in_quiet(db.work), name="garbage")
    try:
        yield
    finally:
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)


def _database(settings: Settings) -> Database:
    """The database, which tells in the log what keeps it from being used, and what to do."""
    db = Database(settings.database_url, patience=PATIENCE)
    db.trouble.advice = partial(troubles.advice, settings)
    return db


def _build(settings: Settings, clock: Clock, db: Database) -> tuple[BotClient, Watch]:
    def wake() -> None:
        watch.wake()

    checked = CheckedClock(clock)
    client = new_client(db, checked, wake)
    client.pace.clock = checked
    surroundings = Surroundings(client)
    poster = DiscordPoster(client, surroundings)
    lease = timedelta(seconds=settings.watch.lease_seconds)
    delivery = Delivery(db, checked, poster, lease, holds=checked.is_far_ahead)
    telling = Telling(db, checked, DiscordMessenger(client, poster, surroundings))
    check = ClockCheck(checked, client.ask_for_time)
    watch = Watch(db, checked, delivery, settings.watch.tick_seconds, check, Preflight(db, surroundings), telling)
    delivery.refused, client.changed, client.tell = watch.refused, watch.changed, watch.tell
    db.trouble.heard.append(partial(tell_desks, client))
    return client, watch


def run(settings: Settings) -> int:
    """Run the bot until it is stopped (Ctrl-C, SIGTERM): the exit code."""
    logs.set_up(settings)
    try:
        asyncio.run(_run(settings))
    except (ConfigError, CaseError, DatabaseFailure):
        raise  # a person can mend it; the command line says how
    except Exception:
        log.critical("the bot ends after an unexpected error", exc_info=True)
        return 1
    return 0


async def _run(settings: Settings) -> None:
    gc.freeze()  # the modules, so that the collections until then are short too
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(name, stopped.set)
    async with connecting(settings, SystemClock()) as app, _seen_from_outside(settings, app):
        if await _ended_first(app.ready(), stopped):
            async with _all_kept(app), _short_collections(app.db):
                app.watch.start()
                await asyncio.to_thread(zone_names)  # read from files once, and not when somebody types the first one
                if app.client.is_ready():
                    log.info("connected as %s; number of servers: %d", app.client.user, len(app.client.guilds))
                else:
                    log.warning("logged in as %s: alerts are posted, commands wait for the gateway", app.client.user)
                await _ended_first(asyncio.shield(app.connection), stopped)
        log.info("stopping")


async def _ended_first(work: Awaitable[None], stopped: asyncio.Event) -> bool:
    """Wait for one of both: whether the work ended first. Raises what it raised."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.create_task(stopped.wait(), name="stopping")
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
        return False
    working.result()
    return True
