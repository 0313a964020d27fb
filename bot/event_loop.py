"""Short turns of the event loop: what comes in while one lasts has to wait for it.

asyncio runs all that is ready before it looks at the network again. Two hundred answers that are ready at once are one turn.
"""

from __future__ import annotations

import asyncio

#: Seconds after which a turn is long: what is still to be done goes on in the next one.
LONG = 0.01


class _Turn:
    """The turn that is under way, since the first time that somebody asked how long it has lasted."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._began = 0.0

    def has_lasted(self) -> float:
        """Seconds."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._loop is not loop:
            self._loop, self._began = loop, now
            loop.call_soon(self._end)
        return now - self._began

    def _end(self) -> None:
        self._loop = None


_turn = _Turn()


async def go_on() -> None:
    """To be awaited before a piece of work of which many may be ready at once: waits for the next turn if this one is long."""
    while _turn.has_lasted() > LONG:  # noqa: ASYNC110 - an Event would wake all who wait in one turn again
        await asyncio.sleep(0)
