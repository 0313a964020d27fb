"""Everything that happens in the sandbox is published here once; the gateway, the page and waiting tests subscribe."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Event:
    """One event, and who may receive it.

    The names are those of Discord's gateway events; names that begin with ``SANDBOX_`` are for the page only.
    """

    name: str
    data: Json = field(default_factory=dict)
    guild: int | None = None
    channel: int | None = None
    #: The only application that receives it (interactions).
    application: int | None = None
    #: The only person who sees it (ephemeral messages, interactions).
    person: int | None = None


class Bus:
    """Calls all subscribers at once, then wakes the tasks whose condition has become true."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._waiters: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Call ``listener`` with every event from now on."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Give an event to every subscriber."""
        for listener in list(self._listeners):
            listener(event)
        self.recheck()

    def recheck(self) -> None:
        """Check again what tasks are waiting for, without an event."""
        for check, future in list(self._waiters):
            if not future.done() and (result := check()):
                future.set_result(result)

    async def until(self, check: Callable[[], T | None], seconds: float | None, what: str) -> T:
        """Wait until ``check()`` returns something true, and return that.

        ``seconds`` is real time; None waits for ever. Raises TimeoutError, which names ``what``.
        """
        if result := check():
            return result
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        waiter = (check, future)
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            raise TimeoutError(f"waited {seconds:g} s in vain for {what}") from None
        finally:
            self._waiters.remove(waiter)
