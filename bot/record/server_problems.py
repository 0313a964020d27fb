"""What of a server's channels and roles is not as its alerts need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from bot.record.ladder import Rung
from bot.record.problems import Fault, Obstacle, Problem, ProblemKind
from bot.record.servers import Server


class Rights(Protocol):
    """What the bot may do on servers, apart from posting."""

    def reads(self, channel_id: int) -> bool:
        """Whether the bot may read the history there."""

    def role(self, server_id: int, role_id: int) -> Obstacle | None:
        """Whether the role was deleted."""

    def mention(self, server_id: int, role_id: int, channel_id: int | None) -> Obstacle | None:
        """What keeps the role from being pinged there."""


def server_problems(server: Server, channel: Obstacle | None, fallback: Obstacle | None, around: Rights) -> Iterator[Problem]:
    """What of a server a person has to correct. `channel`, `fallback`: what keeps the bot from posting there."""
    yield from _problem(ProblemKind.CHANNEL, server.channel_id, channel)
    yield from _problem(ProblemKind.FALLBACK, server.fallback_channel_id, fallback)
    usable = None if channel else server.channel_id
    if usable is not None and not around.reads(usable):
        yield Problem(ProblemKind.HISTORY, usable)
    if role := server.escalation_role_id:
        yield from _problem(ProblemKind.ESCALATION_ROLE, role, around.mention(server.id, role, usable))
    for role in server.desk_role_ids:
        yield from _problem(ProblemKind.DESK_ROLE, role, around.role(server.id, role))


def rung_problems(
    server_id: int, rungs: Iterable[Rung], channels: Mapping[int, Obstacle | None], usable: int | None, around: Rights
) -> Iterator[Problem]:
    """What of the channels and roles that rungs have of their own a person has to correct; each once.

    `channels`: what keeps the bot from posting in each. `usable`: the channel of the other rungs, if it can be used.
    """
    for channel_id, obstacle in sorted(channels.items()):
        yield from _problem(ProblemKind.RUNG_CHANNEL, channel_id, obstacle)
    pinged: dict[int, Obstacle | None] = {}
    for rung in rungs:
        if rung.role_id is not None:
            there = rung.channel_id if rung.channel_id is not None and channels[rung.channel_id] is None else usable
            pinged[rung.role_id] = pinged.get(rung.role_id) or around.mention(server_id, rung.role_id, there)
    for role_id, obstacle in sorted(pinged.items()):
        yield from _problem(ProblemKind.RUNG_ROLE, role_id, obstacle)


def _problem(kind: ProblemKind, about: int | None, obstacle: Obstacle | None) -> Iterable[Problem]:
    """None where the bot was removed from the server: it can tell nobody there, and it was done on purpose."""
    if about is None or obstacle is None or obstacle.fault is Fault.ABSENT:
        return []
    return [Problem(kind, about, obstacle.fault, obstacle.detail)]
