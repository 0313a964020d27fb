"""No full garbage collection while a use case makes tens of thousands of values: each looks through all that there are, and
holds the event loop for a quarter of a second. They form no cycles, so they go anyway when they are no longer used.

In `letterwatch run` no full collection begins by itself (`bot.event_loop`); in the other programs some would.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEVER = 1_000_000  # collections of the generation before


class _Held:
    """How many use cases hold full collections back now, and the thresholds from before the first of them."""

    count = 0
    thresholds = gc.get_threshold()


@contextmanager
def no_full_collections() -> Iterator[None]:
    if _Held.count == 0:
        _Held.thresholds = gc.get_threshold()
        gc.set_threshold(*_Held.thresholds[:2], NEVER)
    _Held.count += 1
    try:
        yield
    finally:
        _Held.count -= 1
        if _Held.count == 0:
            gc.set_threshold(*_Held.thresholds)
