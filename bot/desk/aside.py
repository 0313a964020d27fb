"""Work for many cases, in a thread, so that the event loop goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
FEW = 100  # cases: a thread is not worthwhile for so few


async def aside(cases: int, work: Callable[[], T]) -> T:
    """What `work` gives, which goes through so many cases. It must not use the session, nor change what others have."""
    return await asyncio.to_thread(work) if cases > FEW else work()
