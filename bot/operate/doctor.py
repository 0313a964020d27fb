"""All that `letterwatch doctor` checks, in the order in which one thing builds on another."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence

from bot.clock import SystemClock
from bot.config import ConfigError, Settings
from bot.desk import soundness
from bot.desk.servers import known_servers
from bot.desk.state_index import Progress
from bot.operate import machine_checks
from bot.operate.discord_checks import CLOCK, SERVERS, TOKEN, ask_discord
from bot.operate.findings import Finding, Verdict, unknown, wrong
from bot.record.servers import Server
from bot.store.database import Database, DatabaseFailure
from bot.words import doctor as words

log = logging.getLogger(__name__)


async def examine(settings: Settings, progress: Progress, *, offline: bool = False) -> AsyncIterator[Finding]:
    """The findings, as they are made. A check that fails itself is one of them, and keeps back no other."""
    for finding in machine_checks.governments(settings):
        yield finding
    yield machine_checks.zone_data()
    is_right: set[str] = set()
    async for finding in _unbroken("database", machine_checks.database(settings, progress)):
        if finding.verdict is Verdict.RIGHT:
            is_right.add(finding.about)
        yield finding
    yield machine_checks.last_backup(settings, SystemClock().now())
    if offline:
        for about in (TOKEN, CLOCK, SERVERS):
            yield unknown(about, words.OFFLINE)
        return
    servers = await _servers(settings) if "migrations" in is_right else []
    async for finding in _unbroken("Discord", ask_discord(settings, servers)):
        yield finding
    if not servers:
        is_usable = {"migrations", "integrity"} <= is_right
        yield unknown(SERVERS, words.NO_SERVER if is_usable else words.not_asked("the database cannot be used"))


async def _unbroken(about: str, findings: AsyncIterator[Finding]) -> AsyncIterator[Finding]:
    try:
        async for finding in findings:
            yield finding
    except ConfigError as failure:
        yield wrong(about, str(failure))
    except Exception as failure:
        log.exception("a check failed")
        yield wrong(about, words.check_failed(failure))


async def _servers(settings: Settings) -> Sequence[Server]:
    """Those on which alerts are posted; none if a damaged database cannot name them."""
    db = Database(soundness.reading_url(settings))
    try:
        return [server for server in await known_servers(db) if server.channel_id is not None]
    except DatabaseFailure as failure:  # the check of the database says so
        log.debug("the servers could not be read: %r", failure)
        return []
    finally:
        await db.close()
