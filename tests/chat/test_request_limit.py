"""The bot's own limit, on an event loop whose time passes only while there is nothing else to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from itertools import cycle, pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat.request_limit import CATCH_UP, EVERY, LONGEST_HOLD, MOST, TOGETHER, WITHIN, RequestLimit

SECOND = 1.0035  # what Discord counts, from the answer on, and a little
WAY = 0.002  # seconds to Discord's answer
#: Requests that come in crowds, up to fifty at once.
moments = st.lists(st.tuples(st.floats(0, 4), st.integers(1, 50)), min_size=1, max_size=8).map(
    lambda crowds: [moment for moment, count in crowds for _ in range(count)]
)
latenesses = st.lists(st.sampled_from([0.0, 0.0005, 0.002, 0.01, 0.08, 0.4]), min_size=1, max_size=20)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Waits for no real time. Each of its rounds is as much too late as `lateness` says, one after the other."""

    def __init__(self, lateness: Sequence[float] = (0.0,)) -> None:
        self._moment = 1000.0
        super().__init__()
        late, select = cycle(lateness), self._selector.select  # type: ignore[attr-defined]

        def jump(timeout: float | None) -> Any:
            self._moment += (timeout or 0.0) + next(late)
            return select(0)

        self._selector.select = jump  # type: ignore[attr-defined]

    def time(self) -> float:
        return self._moment


def run(coroutine: Coroutine[Any, Any, None], lateness: Sequence[float] = (0.0,)) -> None:
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(lateness)) as runner:
        runner.run(coroutine)


class Requests:
    """Requests that come at given moments; when each of them began, by its place in the list."""

    def __init__(self, way: float = WAY) -> None:
        self.limit = RequestLimit()
        self.began: dict[int, float] = {}
        self._way = way

    async def all(self, moments: Sequence[float], cancelled: Callable[[int], float | None] = lambda number: None) -> None:
        """`cancelled`: seconds after its coming at which a request is cancelled, if it is."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        tasks = []
        for number, moment in sorted(enumerate(moments), key=lambda pair: pair[1]):
            if (wait := start + moment - loop.time()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(self._one(number)))
            if (seconds := cancelled(number)) is not None:
                loop.call_at(loop.time() + seconds, tasks[-1].cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        self.began = {number: moment - start for number, moment in self.began.items()}

    async def _one(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        request = await self.limit.permit()
        self.began[number] = loop.time()
        loop.call_later(self._way, self.limit.answered, request)


def began(
    moments: Sequence[float], lateness: Sequence[float] = (0.0,), cancelled: Callable[[int], float | None] = lambda number: None
) -> dict[int, float]:
    requests = Requests()
    run(requests.all(moments, cancelled), lateness)
    return requests.began


@given(moments, latenesses)
def test_never_more_than_fifty_begin_within_a_second_however_late_the_loop_is(
    moments: list[float], lateness: list[float]
) -> None:
    times = sorted(began(moments, lateness).values())
    assert len(times) == len(moments)
    assert all(later - earlier >= SECOND for earlier, later in zip(times, times[50:], strict=False))


@given(moments, latenesses)
def test_they_begin_in_the_order_in_which_they_came(moments: list[float], lateness: list[float]) -> None:
    order = list(began(moments, lateness))
    assert order == sorted(order, key=lambda number: moments[number])


def test_those_that_wait_begin_a_few_at_a_time_so_that_the_loop_seldom_wakes() -> None:
    times = list(began([0.0] * 2000).values())
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps[:CATCH_UP] == [0.0] * CATCH_UP, "a short burst after silence"
    assert max(gaps) <= (CATCH_UP + 2) * EVERY, "no longer than what was saved up"
    assert len(set(times)) <= len(times) / TOGETHER * 1.1


def test_one_that_waits_alone_waits_no_longer_than_it_has_to() -> None:
    times = list(began([0.0] * (CATCH_UP + 1) + [0.001]).values())
    assert times[-1] == pytest.approx(EVERY)


@given(st.lists(st.tuples(st.sampled_from([0.001, 0.005, 0.03]), st.sampled_from([0.0, 0.1, 0.25, 0.45])), max_size=6))
def test_however_long_discord_stands_still_it_counts_no_more_than_fifty_in_a_second(
    stalls: list[tuple[float, float]],
) -> None:
    """It takes in what has come once it goes on, and its second begins then."""
    counted: list[float] = []

    async def scenario() -> None:
        limit, loop = RequestLimit(), asyncio.get_running_loop()
        stands_until = {second: loop.time() + second + stall for second, (_, stall) in enumerate(stalls)}

        async def one(number: int) -> None:
            request = await limit.permit()
            now = loop.time()
            second = int(now - start)
            way = stalls[second][0] if second < len(stalls) else 0.001
            counted.append(max(now + way, stands_until.get(second, 0.0)))
            loop.call_at(counted[-1] + 0.001, limit.answered, request)

        start = loop.time()
        await asyncio.gather(*(one(number) for number in range(250)))

    run(scenario())
    counted.sort()
    assert all(later - earlier > 1.0 for earlier, later in zip(counted, counted[50:], strict=False))


def test_a_request_that_is_never_answered_delays_no_other() -> None:
    async def scenario() -> None:
        limit, loop = RequestLimit(), asyncio.get_running_loop()
        times = []
        for number in range(500):
            request = await limit.permit()
            times.append(loop.time())
            if number % 10:
                loop.call_later(WAY, limit.answered, request)
        assert 499 / (times[-1] - times[0]) >= 48.5

    run(scenario())


def test_where_nothing_is_answered_they_begin_all_the_same() -> None:
    async def scenario() -> None:
        limit, loop = RequestLimit(), asyncio.get_running_loop()
        start = loop.time()
        for _ in range(200):
            await limit.permit()
        assert loop.time() - start < 7

    run(scenario())


@pytest.mark.parametrize("lateness", [[0.0], [0.001], [0.0, 0.004, 0.001], [0.0] * 400 + [0.06]])
def test_waking_up_late_does_not_lower_the_rate(lateness: list[float]) -> None:
    times = list(began([0.0] * 2000, lateness).values())
    assert 449 / (times[449] - times[0]) >= 48.5
    assert 1999 / (times[-1] - times[0]) >= 48


@example({34: 28 * EVERY})
@given(st.dictionaries(st.integers(0, 59), st.one_of(st.floats(0, 1.2), st.integers(0, 60).map(lambda n: n * EVERY))))
def test_the_turn_of_a_request_that_was_cancelled_is_the_next_ones(cancelled: dict[int, float]) -> None:
    """It takes no turn with it: the others begin no later, but for those that wait for the next few, to begin together.
    Some begin sooner, where the few no longer reach beyond the fiftieth, and then never more than fifty in a second.
    """
    some_cancelled, as_many = Requests(), Requests()
    run(some_cancelled.all([0.0] * 60, cancelled.get))
    run(as_many.all([0.0] * len(some_cancelled.began)))
    began_at, expected = (list(requests.began.values()) for requests in (some_cancelled, as_many))
    # The few wait for the last of them, which may be the first after fifty; so many could have begun sooner after silence.
    longest = (TOGETHER + CATCH_UP) * EVERY
    assert all(at <= other + longest for at, other in zip(began_at, expected, strict=True))
    assert all(later - earlier >= WITHIN - 1e-6 for earlier, later in zip(began_at, began_at[MOST:], strict=False))
    next_one, as_expected = (requests.limit._schedule._due for requests in (some_cancelled, as_many))
    assert next_one <= as_expected + EVERY


def test_cancelled_in_the_moment_of_its_turn_a_request_gives_it_to_the_next() -> None:
    async def scenario() -> None:
        limit, loop = RequestLimit(), asyncio.get_running_loop()
        for _ in range(CATCH_UP + 1):
            await limit.permit()
        first, second = (asyncio.create_task(limit.permit()) for _ in range(2))
        await asyncio.sleep(0)
        timer = limit._timer
        assert timer is not None
        loop.call_at(timer.when(), first.cancel)  # after the timer of the limit itself, in the same round of the loop
        moment = timer.when()
        await second
        assert first.cancelled()
        assert loop.time() == pytest.approx(moment, abs=1e-6)

    run(scenario())


def test_while_discord_wants_a_pause_nothing_begins() -> None:
    async def scenario() -> None:
        requests, loop = Requests(), asyncio.get_running_loop()
        start = loop.time()
        waiting = asyncio.create_task(requests.all([0.0] * 20))
        await asyncio.sleep(0.05)
        already = len(requests.began)
        requests.limit.hold(3.0)
        assert requests.limit.backlog() == pytest.approx(3.0 + (20 - already - CATCH_UP) * EVERY)
        await waiting
        assert min(list(requests.began.values())[already:]) == pytest.approx(3.05)
        requests.limit.hold(1e9)
        await requests.limit.permit()
        assert loop.time() - start < LONGEST_HOLD + 10, "nothing that Discord says stops the bot for good"

    run(scenario())


def test_the_backlog_is_what_a_new_request_would_wait() -> None:
    async def scenario() -> None:
        limit, loop = RequestLimit(), asyncio.get_running_loop()
        assert limit.backlog() == 0
        others = [asyncio.create_task(limit.permit()) for _ in range(40)]
        await asyncio.sleep(0)
        expected = limit.backlog()
        start = loop.time()
        await limit.permit()
        assert loop.time() - start == pytest.approx(expected, abs=6 * EVERY)
        await asyncio.gather(*others)
        with limit.coming():
            assert limit.backlog() == pytest.approx(2 * EVERY)
        assert limit.backlog() == pytest.approx(EVERY)

    run(scenario())
