"""Short turns of the event loop: what comes in while one lasts has to wait for it.

asyncio runs all that is ready before it looks at the network again. Two hundred answers that are ready at once are one turn.
Python's garbage collector stops everything, for longer the more objects it looks through.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")
#: Seconds of processor time after which a turn is long: what is still to be done goes on in the next one.
LONG = 0.01
#: As `gc.set_threshold` takes it. No full collection begins by itself: `collect_in_quiet` does them.
COLLECTED_AFTER = (2_000, 5, 1_000_000)
#: Seconds between two full collections, and for how many more at most one waits for quiet.
COLLECTED_EVERY, PATIENCE = 60.0, 600.0
#: Seconds without any work that are quiet.
QUIET = 0.5
#: Objects that are left after a collection, 15 ms of work, from which on the next ones do without them.
MANY = 20_000


class _Turn:
    """The turn that is under way, since the first time that somebody asked how long it has lasted."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._began = 0.0
        #: Who waits for a turn, the longest first.
        self.urgent: deque[object] = deque()
        self.others: deque[object] = deque()

    def is_for(self, place: object) -> bool:
        """Whether who waits there goes on: who has waited longest, if the turn is short."""
        return place is (self.urgent or self.others)[0] and self.is_short()

    def is_short(self) -> bool:
        return self._has_lasted() <= LONG

    def _has_lasted(self) -> float:
        """Seconds for which its thread ran. While other programs have the processor, nothing is gained by waiting."""
        loop, now = asyncio.get_running_loop(), time.thread_time()
        if self._loop is not loop:
            self._loop, self._began = loop, now
            loop.call_soon(self._end)
        return now - self._began

    def _end(self) -> None:
        self._loop = None


_turn = _Turn()


async def go_on(*, urgent: bool = False) -> None:
    """To be awaited before a piece of work of which many may be ready at once: waits for the next turn if this one is long.

    Who asked first goes on first: work that comes again and again must not keep anybody back. What is not `urgent` waits for
    all that is. A first response is: Discord takes it for three seconds.
    """
    line = _turn.urgent if urgent else _turn.others
    if not (_turn.urgent or line) and _turn.is_short():
        return
    place = object()
    line.append(place)
    try:
        while not _turn.is_for(place):  # noqa: ASYNC110 - an Event would wake all who wait in one turn
            await asyncio.sleep(0)
    finally:
        line.remove(place)


async def in_turns(pieces: Iterable[T]) -> AsyncIterator[T]:
    """What work is to be done with, piece by piece, each in a turn that is still short."""
    for piece in pieces:
        await go_on()
        yield piece


async def wait_for(event: asyncio.Event, at_most: float) -> None:
    """Wait until it is set, for so many seconds at most."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), at_most)


def keep_collections_short() -> None:
    """Have the garbage collector look at what is new from now on, and no more at what exists: modules, commands, servers.

    To be called once a program has started, since what exists now is kept for ever. Otherwise each full collection holds the
    loop for 90 ms. From now on `collect_in_quiet` is to run beside it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


class Work:
    """What is under way: to be entered by each piece of work, and asked by who waits until there is none."""

    def __init__(self) -> None:
        #: How many pieces have begun.
        self.begun = 0
        self._under_way = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        self.begun += 1
        self._under_way += 1
        self._none.clear()

    def __exit__(self, *_: object) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._none.set()

    async def none(self) -> None:
        """Wait until none is under way."""
        await self._none.wait()

    async def quiet(self) -> None:
        """Wait until none was under way for `QUIET` seconds: a use case may be several pieces."""
        begun = -1
        while begun != self.begun or self._under_way:
            await self.none()
            begun = self.begun
            await asyncio.sleep(QUIET)


async def collect_in_quiet(work: Work) -> None:
    """Look for garbage time and again, when no work is under way: for ever, until it is cancelled.

    A full collection looks through all that there is. In the midst of a use case these are tens of thousands of values, for
    170 ms; in quiet it takes 15. If it is never quiet, garbage goes all the same.

    Where much is left, such as modules that were loaded later and caches that have filled, it is looked through no more. What
    of it becomes garbage in a circle is kept; of what is left in quiet that is little.
    """
    while True:
        await asyncio.sleep(COLLECTED_EVERY)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await work.quiet()
        gc.collect()
        if len(gc.get_objects()) > MANY:
            gc.freeze()
