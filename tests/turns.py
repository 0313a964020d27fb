"""Counts turns of the event loop, so that a test can say what was done in one."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
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
