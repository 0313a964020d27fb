"""The bot's health over HTTP: `GET /health`, for whatever watches over the machine."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.config import ConfigError, HealthSettings
from bot.operate.health import Health, Vitals

log = logging.getLogger(__name__)
PATH = "/health"
STOPS_WITHIN = 1.0  # seconds


@asynccontextmanager
async def health_address(settings: HealthSettings, vitals: Vitals) -> AsyncIterator[None]:
    """Answer there meanwhile, if there is a port. ConfigError if the address cannot be taken."""
    if not settings.port:
        yield
        return

    async def answer(_request: web.Request) -> web.Response:
        health = await vitals.read()
        status = 200 if health.is_well else 503
        return web.json_response(as_json(health), status=status, headers={"Cache-Control": "no-store"})

    app = web.Application()
    app.router.add_get(PATH, answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOPS_WITHIN)
    await runner.setup()
    where = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except (OSError, ValueError) as failure:  # ValueError: a name that cannot be one
            why = getattr(failure, "strerror", "") or failure
            raise ConfigError(f"health.host and health.port: {where} cannot be used: {why}.") from failure
        log.info("health is at http://%s%s", where, PATH)
        yield
    finally:
        await runner.cleanup()


def as_json(health: Health) -> dict[str, object]:
    """Times are in ISO 8601, in UTC; `seconds_ago` is null before the first tick."""
    oldest, gateway = health.oldest_waiting, health.gateway
    return {
        "status": "well" if health.is_well else "unwell",
        "problems": list(health.problems),
        "last_tick": {"seconds_ago": None if health.ticked_ago is None else round(health.ticked_ago, 1)},
        "oldest_waiting_notice": None if oldest is None else {"due_at": oldest.isoformat()},
        "gateway": {"connected": gateway.connected, "since": gateway.since.isoformat(timespec="seconds")},
    }
