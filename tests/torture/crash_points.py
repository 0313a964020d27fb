"""Named places at which the bot's process dies. They are put around functions of the bot when the process starts."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Name, and where the function is looked up when it is called.
POINTS = {
    "planning": "bot.store.planning:plan_alerts",
    "looking ahead": "bot.store.looks:looked",
    "releasing": "bot.store.planning:release",
    "heartbeat": "bot.watch.schedule:Watch._beat",
    "waking": "bot.store.deliveries:wake",
    "claiming": "bot.store.deliveries:claim",
    "holding": "bot.store.deliveries:hold",
    "checking": "bot.watch.rounds:check",
    "naming": "bot.store.tokens:give",
    "settling": "bot.store.deliveries:settle",
    "committing": "bot.store.sqlite_driver:_Connection.commit",
    "round": "bot.watch.rounds:Round.run",
    "committed": "bot.watch.deliver:Delivery._committed",
    "beginning": "bot.watch.deliver:Delivery._begin",
    "posting": "bot.chat.poster:DiscordPoster.post",
    "finding": "bot.chat.poster:DiscordPoster.find",
    "receipt": "bot.watch.deliver:Delivery._end",
    "failure": "bot.watch.deliver:Delivery._failed",
}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class CrashPoint:
    """Before or after one of the calls of a function, which are counted from 1."""

    name: str
    after: bool
    call: int

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'} {self.name} ({self.call})"


def arm(point: CrashPoint) -> None:
    """Have this process die there."""
    owner, attribute = place_of(point.name)
    setattr(owner, attribute, deadly(getattr(owner, attribute), point))


def place_of(name: str) -> tuple[Any, str]:
    """The module or class in which the function of a point is, and its name there."""
    module_name, path = POINTS[name].split(":")
    owner: Any = importlib.import_module(module_name)
    *owners, attribute = path.split(".")
    for each in owners:
        owner = getattr(owner, each)
    return owner, attribute


def deadly(function: Callable[..., Any], point: CrashPoint, die: Callable[[], None] = die) -> Callable[..., Any]:
    calls = 0

    def count() -> bool:
        nonlocal calls
        calls += 1
        return calls == point.call

    if not inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        def called(*arguments: Any, **named: Any) -> Any:
            its_turn = count()
            if its_turn and not point.after:
                die()
            result = function(*arguments, **named)
            if its_turn and point.after:
                die()
            return result

        return called

    @functools.wraps(function)
    async def awaited(*arguments: Any, **named: Any) -> Any:
        its_turn = count()
        if its_turn and not point.after:
            die()
        result = await function(*arguments, **named)
        if its_turn and point.after:
            die()
        return result

    return awaited
