"""What goes through many cases is worked out in a thread, and full collections wait until it is done."""

from __future__ import annotations

import gc
import threading

from bot.desk.aside import FEW, aside
from bot.desk.collecting import NEVER, no_full_collections


async def test_a_thread_is_for_many_cases() -> None:
    here = threading.current_thread()
    assert await aside(FEW, threading.current_thread) is here
    assert await aside(FEW + 1, threading.current_thread) is not here


def test_full_collections_wait_for_the_last_of_several() -> None:
    before = gc.get_threshold()
    with no_full_collections():
        with no_full_collections():
            assert gc.get_threshold() == (*before[:2], NEVER)
        assert gc.get_threshold() == (*before[:2], NEVER)
    assert gc.get_threshold() == before
