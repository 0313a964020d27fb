"""While the clock jumps, what people ask is held back, and answered when the clock has arrived."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox import ReplayClock, Sandbox
from tests.sandbox.bot import Bot, pointed_at
from tests.sandbox.conftest import TIME_FACTOR, Town

START = datetime(2018, 1, 24, tzinfo=UTC)
END = START + timedelta(days=365)


@pytest.fixture
def clock() -> ReplayClock:
    return ReplayClock(START)


@pytest.fixture
async def sandbox(clock: ReplayClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, time_factor=TIME_FACTOR) as started:
        with pointed_at(started):
            yield started


async def ask(town: Town, name: str, **options: object) -> asyncio.Task[object]:
    """Run a command, and return once it was asked."""
    asked = asyncio.Event()
    town.sandbox.bus.subscribe(lambda event: asked.set() if event.name == "SANDBOX_INTERACTION" else None)
    asking: asyncio.Task[object] = asyncio.create_task(town.bob.command(town.general, name, **options))
    await asked.wait()
    return asking


async def test_a_command_is_answered_after_the_jump(town: Town, bot: Bot, clock: ReplayClock) -> None:
    clock.jump(END)
    asking = await ask(town, "status", city="Denver")
    clock.set(START + timedelta(days=100))
    assert town.sandbox.messages(town.general) == [] and not asking.done()
    clock.set(END)
    await asking
    [message] = town.sandbox.messages(town.general)
    assert message["content"] == "Denver: 7 days"
    assert datetime.fromisoformat(message["timestamp"]) == END


async def test_the_end_of_a_jump_may_be_a_pause(town: Town, bot: Bot, clock: ReplayClock) -> None:
    clock.jump(END)
    asking = await ask(town, "status", city="Denver")
    clock.pause()
    await asking
    assert datetime.fromisoformat(town.sandbox.messages(town.general)[0]["timestamp"]) == START


async def test_choices_do_not_wait(town: Town, bot: Bot, clock: ReplayClock) -> None:
    clock.jump(END)
    choices = await town.bob.complete(town.general, "status", "city", "de")
    assert [choice["name"] for choice in choices] == ["Denver", "Detroit"]


async def test_no_answer_is_too_late_while_the_clock_jumps(town: Town, bot: Bot, clock: ReplayClock) -> None:
    limit = town.sandbox.interactions.answer_limit = 0.05
    asking = await ask(town, "late")
    clock.jump(END)
    await bot.hears("late")
    await asyncio.sleep(limit * 4)  # that nothing happens is no event
    assert not asking.done()
    assert bot.waiting is not None
    town.sandbox.interactions.answer_limit = 15
    clock.set(END)
    await bot.waiting.response.send_message("in time")
    await asking
    assert town.sandbox.messages(town.general)[0]["content"] == "in time"


async def test_three_seconds_and_patience_grow_with_the_time_factor() -> None:
    sandbox = Sandbox(time_factor=4)
    user = sandbox.world.add_user("Alice")
    assert (sandbox.interactions.answer_limit, sandbox.interactions.token_limit) == (12, 3600)
    assert (sandbox.person(user).timeout, sandbox.person(user, timeout=1).timeout) == (40, 1)
