"""Telling the people of every server that the database cannot be written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.chat.client import BotClient
from bot.record.errors import DatabaseTrouble
from bot.record.problems import Problem, ProblemKind

#: What people are told unasked. A lock goes by itself; a damaged page may concern nobody, and whoever meets it is told.
TOLD: Mapping[DatabaseTrouble, ProblemKind] = MappingProxyType(
    {
        DatabaseTrouble.FULL: ProblemKind.DISK_FULL,
        DatabaseTrouble.READ_ONLY: ProblemKind.DATABASE,
        DatabaseTrouble.MOVED: ProblemKind.DATABASE,
        DatabaseTrouble.NOT_A_DATABASE: ProblemKind.DATABASE,
    }
)


def tell_desks(client: BotClient, trouble: DatabaseTrouble) -> None:
    """Tell each server in one line, once (`BotClient.tell`). Nothing is written for it."""
    if kind := TOLD.get(trouble):
        for guild in client.guilds:
            client.tell(guild.id, Problem(kind))
