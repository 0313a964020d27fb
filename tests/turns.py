"""What was done in one turn of the event loop, and what in other threads, so that a test can say it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

import pytest

from bot import event_loop


@asynccontextmanager
async def turns_counted() -> AsyncIterator[Callable[[], int]]:
    """A function that gives the number of the turn that is under way."""
    turn = 0

    async def count() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await asyncio.sleep(0)
    try:
        yield lambda: turn
    finally:
        counting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await counting


@asynccontextmanager
async def calls_by_turn(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> AsyncIterator[Counter[int]]:
    """How often a function of a module is called in each turn, where every turn is long after its first piece of work."""
    calls: Counter[int] = Counter()
    counted = getattr(module, name)
    monkeypatch.setattr(event_loop, "LONG", 0.0)
    async with turns_counted() as turns:

        def call(*arguments: Any, **named: Any) -> Any:
            calls[turns()] += 1
            return counted(*arguments, **named)

        monkeypatch.setattr(module, name, call)
        yield calls
        monkeypatch.setattr(module, name, counted)


def threads_noted(monkeypatch: pytest.MonkeyPatch, *functions: tuple[ModuleType, str]) -> dict[str, set[threading.Thread]]:
    """The threads in which functions of modules are called from now on, by their names."""
    threads: dict[str, set[threading.Thread]] = {}

    def note(module: ModuleType, name: str) -> None:
        function = getattr(module, name)

        def called(*arguments: object) -> object:
            threads.setdefault(name, set()).add(threading.current_thread())
            return function(*arguments)

        monkeypatch.setattr(module, name, called)

    for module, name in functions:
        note(module, name)
    return threads
