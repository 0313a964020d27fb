"""Turns of the event loop stay short, and so do the collections of a program that has started."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import weakref
from collections.abc import AsyncIterator

import pytest

from bot import event_loop
from tests.turns import turns_counted

PIECES = 20


async def turns_of_pieces() -> list[int]:
    """The turn in which each of many pieces of work was done that were ready at once."""
    turn = 0
    done: list[int] = []

    async def count() -> None:
        nonlocal turn
        while len(done) < PIECES:
            turn += 1
            await asyncio.sleep(0)

    async def piece() -> None:
        await event_loop.go_on()
        done.append(turn)

    await asyncio.gather(count(), *(piece() for _ in range(PIECES)))
    return done


async def test_work_that_is_ready_at_once_is_spread_over_turns_once_one_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "LONG", 0.0)  # after its first piece every turn is
    assert len(set(await turns_of_pieces())) == PIECES


async def test_long_work_is_spread_over_turns_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "LONG", 0.0)
    async with turns_counted() as turns:
        done = [(piece, turns()) async for piece in event_loop.in_turns(range(PIECES))]
    assert [piece for piece, _ in done] == list(range(PIECES)) and len({turn for _, turn in done}) == PIECES


async def test_short_work_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "LONG", 60.0)
    assert set(await turns_of_pieces()) == {1}


async def test_first_responses_go_before_other_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "LONG", 0.0)
    done: list[bool] = []

    async def piece(urgent: bool) -> None:
        await event_loop.go_on(urgent=urgent)
        done.append(urgent)

    work = [asyncio.create_task(piece(False)) for _ in range(PIECES)]
    responses = [asyncio.create_task(piece(True)) for _ in range(PIECES)]
    await asyncio.gather(*work, *responses)
    assert done == [False] + [True] * PIECES + [False] * (PIECES - 1)  # the first went on before there was any response


@pytest.mark.parametrize("urgent", [False, True])
async def test_work_that_comes_again_and_again_keeps_nobody_back(monkeypatch: pytest.MonkeyPatch, urgent: bool) -> None:
    monkeypatch.setattr(event_loop, "LONG", 0.0)
    pieces = 0

    async def again_and_again() -> None:
        nonlocal pieces
        while True:
            await event_loop.go_on()
            pieces += 1

    work = asyncio.create_task(again_and_again())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(event_loop.go_on(urgent=urgent))
    for _ in range(PIECES):
        await asyncio.sleep(0)
    assert waiting.done()
    before = pieces
    for _ in range(PIECES):
        await asyncio.sleep(0)
    assert pieces > before
    work.cancel()


async def test_a_response_that_is_given_up_keeps_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "LONG", -1.0)  # no turn is ever short enough
    waiting = asyncio.create_task(event_loop.go_on(urgent=True))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    monkeypatch.setattr(event_loop, "LONG", 60.0)
    async with asyncio.timeout(30):
        await event_loop.go_on()


def test_what_exists_once_a_program_has_started_is_left_out_of_collections() -> None:
    assert printed_once_started("print(len(gc.get_objects()) < 1000)") == "True\n"


def test_no_full_collection_begins_in_the_midst_of_a_use_case_with_many_values() -> None:
    full = "before = gc.get_stats()[2]['collections']; cases = [[] for _ in range(1_300_000)]; "
    assert printed_once_started(f"{full}print(gc.get_stats()[2]['collections'] - before)") == "0\n"


def printed_once_started(program: str) -> str:
    started = "import gc; from bot import event_loop; event_loop.keep_collections_short(); "
    return subprocess.run([sys.executable, "-c", started + program], check=True, capture_output=True, text=True).stdout


class Knot:
    """Goes only when garbage is collected."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
async def knot(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[weakref.ref[Knot]]:
    """Garbage, while nothing is collected by itself."""
    monkeypatch.setattr(event_loop, "COLLECTED_EVERY", 0)
    monkeypatch.setattr(event_loop, "QUIET", 0)
    before = gc.isenabled()
    gc.disable()
    yield weakref.ref(Knot())
    if before:
        gc.enable()


async def test_garbage_goes_once_no_work_is_under_way(knot: weakref.ref[Knot]) -> None:
    work = event_loop.Work()
    with work:
        collecting = asyncio.create_task(event_loop.collect_in_quiet(work))
        with work:
            await some_turns()
        await some_turns()
        assert knot() is not None
    await gone(knot)
    collecting.cancel()


async def test_it_is_not_quiet_between_two_transactions_of_one_use_case(knot: weakref.ref[Knot]) -> None:
    work = event_loop.Work()
    with work:
        collecting = asyncio.create_task(event_loop.collect_in_quiet(work))
        await some_turns()
    for _ in range(20):
        await asyncio.sleep(0)
        with work:
            assert knot() is not None
    await gone(knot)
    collecting.cancel()


async def test_garbage_goes_though_it_is_never_quiet(knot: weakref.ref[Knot], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "PATIENCE", 0)
    work = event_loop.Work()
    with work:
        collecting = asyncio.create_task(event_loop.collect_in_quiet(work))
        await gone(knot)
    collecting.cancel()


@pytest.mark.usefixtures("knot")
async def test_what_is_left_is_looked_through_no_more_where_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    many = len(gc.get_objects())
    before = gc.get_freeze_count()
    for most, is_frozen in ((2 * many, False), (many // 2, True)):
        monkeypatch.setattr(event_loop, "MANY", most)
        another = weakref.ref(Knot())
        collecting = asyncio.create_task(event_loop.collect_in_quiet(event_loop.Work()))
        await gone(another)
        collecting.cancel()
        assert (gc.get_freeze_count() > before + many // 2) is is_frozen
    gc.unfreeze()


async def some_turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def gone(knot: weakref.ref[Knot]) -> None:
    async with asyncio.timeout(30):
        while knot() is not None:
            await asyncio.sleep(0)
