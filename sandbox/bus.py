"""What happens in the sandbox is told once, to everyone who listens: gateway, page and tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Event:
    """One dispatch, named as Discord's gateway names it, and who may hear of it."""

    name: str
    data: Json = field(default_factory=dict)
    guild: int | None = None
    channel: int | None = None
    application: int | None = None
    """Only this application's sessions hear it (interactions)."""
    person: int | None = None
    """Only this person sees it (ephemeral messages, interactions)."""


class Bus:
    """Tells listeners synchronously, then wakes whoever waits for something to become true."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._waiters: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event from now on; returns the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, event: Event) -> None:
        """Tell an event to everyone."""
        for listener in list(self._listeners):
            listener(event)
        self.stir()

    def stir(self) -> None:
        """Look again at what people wait for, without telling an event."""
        for check, future in list(self._waiters):
            if not future.done() and (found := check()):
                future.set_result(found)

    async def until(self, check: Callable[[], T | None], seconds: float, what: str) -> T:
        """Wait until ``check()`` gives something true and return it; TimeoutError names ``what`` after so many seconds."""
        if found := check():
            return found
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
