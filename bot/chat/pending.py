"""Commands that wait until a guess is confirmed. They are kept in memory: after a restart the command is typed again."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

#: Seconds for which a question can be answered.
WAITS = 15 * 60.0


@dataclass(frozen=True)
class PendingCommand:
    """A command whose options are read, but for one that was a guess."""

    person_id: int
    guild_id: int | None
    #: Monotonic time.
    asked_at: float
    #: What the guess may mean, in the order of the buttons.
    values: tuple[Any, ...]
    #: Carries out the command for the interaction of the button, with the value that was picked.
    go_on: Callable[[Any, Any], Awaitable[None]]


@dataclass
class PendingCommands:
    """Each is given out once: a button that is pressed twice records once."""

    _waiting: dict[str, PendingCommand] = field(default_factory=dict)

    def keep(self, command: PendingCommand) -> str:
        """A token for it. Those that nobody answered in time are dropped."""
        self._waiting = {token: kept for token, kept in self._waiting.items() if kept.asked_at > command.asked_at - WAITS}
        token = secrets.token_hex(8)
        self._waiting[token] = command
        return token

    def take(self, token: str, person_id: int, guild_id: int | None, now: float) -> PendingCommand | None:
        """The command of that person on that server; None if it was taken, or asked more than 15 minutes ago."""
        command = self._waiting.get(token)
        if command is None or (command.person_id, command.guild_id) != (person_id, guild_id):
            return None
        del self._waiting[token]
        return command if now - command.asked_at <= WAITS else None
