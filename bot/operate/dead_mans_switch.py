"""A dead man's switch: an address of the operator's choice is fetched once a minute while all is well.

Whoever answers there tells the operator when that ends, also if the whole machine is gone.
"""

from __future__ import annotations

import asyncio
import logging
from importlib import import_module
from typing import TYPE_CHECKING

from bot.operate.health import Vitals

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)
EVERY, PATIENCE = 60.0, 10.0  # seconds


class DeadMansSwitch:
    """`url`: a secret, so no log has it."""

    def __init__(self, url: str, vitals: Vitals, every: float = EVERY) -> None:
        self._url = url
        self._vitals = vitals
        self._every = every
        self._is_failing = False

    async def keep(self, stopped: asyncio.Event) -> None:
        """Fetch it until the bot is stopped, which waits for no answer."""
        if not self._url:
            return
        beating = asyncio.create_task(self._beat_on(), name="dead man's switch")
        await stopped.wait()
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)

    async def _beat_on(self) -> None:
        try:
            await asyncio.to_thread(import_module, "httpx")  # it takes a tenth of a second, and most bots have no switch
            import httpx

            async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=True) as http:
                while True:
                    await self.beat(http)
                    await asyncio.sleep(self._every)
        except Exception:
            log.exception("the dead man's switch failed; it is no longer fetched")

    async def beat(self, http: httpx.AsyncClient) -> None:
        """Whatever comes of it, the bot goes on, and one line of the log says so. What it answers is not read."""
        if not (await self._vitals.read()).is_well:
            return
        try:
            async with asyncio.timeout(PATIENCE), http.stream("GET", self._url) as response:
                problem = "" if response.is_success else f"it answers with status {response.status_code}"
        except Exception as failure:  # httpx has errors that are no HTTPError, as for an address that it cannot read
            log.debug("the dead man's switch", exc_info=True)
            problem = type(failure).__name__
        if problem and not self._is_failing:
            log.warning("the dead man's switch cannot be reached: %s; this is said once", problem)
        elif self._is_failing and not problem:
            log.info("the dead man's switch is reached again")
        self._is_failing = bool(problem)
