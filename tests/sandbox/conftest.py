"""The cast: Alice owns the server, Bob is a member, Charlie never has access."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from sandbox import Application, Channel, Guild, Permission, Person, Role, Sandbox, User
from tests.sandbox.bot import Bot, add_commands, pointed_at, running

TIME_FACTOR = 5  # so that a busy machine does not fail the tests
BOT_MAY = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY


@dataclass
class Town:
    """A server with two channels, three people and an application."""

    sandbox: Sandbox
    app: Application
    guild: Guild
    general: Channel
    desk: Role
    alice: Person
    bob: Person
    charlie: Person
    bob_user: User

    @property
    def token(self) -> str:
        return self.app.token


def settle(sandbox: Sandbox) -> Town:
    """Build the town in a sandbox."""
    world = sandbox.world
    alice, bob, charlie = (world.add_user(name) for name in ("Alice", "Bob", "Charlie"))
    guild = world.add_guild("Newsroom", alice)
    general = world.add_channel(guild, "general", "where letters are discussed")
    desk = world.add_role(guild, "desk", color=0x3498DB)
    world.add_member(guild, bob)
    app = world.add_application("Letters", token="a-token")
    world.add_bot(guild, app, BOT_MAY)
    alice_here, bob_here, charlie_here = (sandbox.person(user, guild) for user in (alice, bob, charlie))
    return Town(sandbox, app, guild, general, desk, alice_here, bob_here, charlie_here, bob)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(time_factor=TIME_FACTOR) as started:
        with pointed_at(started):
            yield started


@pytest.fixture
def town(sandbox: Sandbox) -> Town:
    return settle(sandbox)


@pytest.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    """A ready bot whose commands are synced."""
    async with running(add_commands(Bot()), town.token) as ready:
        await ready.tree.sync()
        await town.sandbox.commands_synced()
        yield ready
        assert ready.errors == [], "the bot's handlers failed"
