"""What the sandbox is made of. ``server.Sandbox`` builds each part once; whoever needs several of them receives this."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.actions import Actions
from sandbox.bus import Bus
from sandbox.clock import Clock
from sandbox.commands import Commands
from sandbox.gateway import Gateway
from sandbox.interactions import Interactions
from sandbox.messages import Messages
from sandbox.world import World


@dataclass(frozen=True)
class Parts:
    """The sandbox without its server: what exists, and the rules of using it."""

    clock: Clock
    bus: Bus
    world: World
    messages: Messages
    commands: Commands
    gateway: Gateway
    interactions: Interactions
    actions: Actions
