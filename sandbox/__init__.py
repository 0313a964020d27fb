"""A local Discord: good enough that an unchanged discord.py client connects to it, for demos, rehearsals and tests."""

from sandbox.clock import Clock, Jump, ReplayClock, SystemClock
from sandbox.errors import ApiError
from sandbox.faults import ALWAYS, Fault, Faults
from sandbox.inputs import Refused
from sandbox.limits import Limits, Rate
from sandbox.model import ANNOUNCEMENT, FORUM, TEXT, Application, Channel, Guild, Member, Role, User
from sandbox.permissions import Permission
from sandbox.person import Answer, Person, text_of
from sandbox.server import Sandbox
from sandbox.world import World

__all__ = [
    "ALWAYS",
    "ANNOUNCEMENT",
    "FORUM",
    "TEXT",
    "Answer",
    "ApiError",
    "Application",
    "Channel",
    "Clock",
    "Fault",
    "Faults",
    "Guild",
    "Jump",
    "Limits",
    "Member",
    "Permission",
    "Person",
    "Rate",
    "Refused",
    "ReplayClock",
    "Role",
    "Sandbox",
    "SystemClock",
    "User",
    "World",
    "text_of",
]
