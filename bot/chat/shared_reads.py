"""A question that several people ask before it is read is read once, for all of them.

Every read begins after the last of them asked, so nobody gets an answer that is older than their question. The more people ask,
the longer a question waits for its turn, and the more of them share it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
#: Questions that are read at the same time. Answers come one after the other: many at once would all come at the end.
AT_ONCE = 4


class SharedReads:
    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        #: Those that have not begun.
        self._waiting: dict[Hashable, asyncio.Task[Any]] = {}

    async def read(self, question: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` gives, in its turn. Equal questions must have the same answer, whoever asks."""
        task = self._waiting.get(question)
        if task is None:
            task = self._waiting[question] = asyncio.create_task(self._in_turn(question, work), name="shared read")
        return await asyncio.shield(task)  # the others still wait if one of them does not any more

    async def _in_turn(self, question: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        async with self._turns:
            del self._waiting[question]
            return await work()
