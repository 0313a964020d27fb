"""What one person's page shows: the state at first, then each event that they are to know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.bus import Event, Json
from sandbox.clock import ReplayClock
from sandbox.model import Channel, Guild, User
from sandbox.permissions import Permission

if TYPE_CHECKING:
    from sandbox.server import Sandbox


class Screen:
    """Reads the world through a person's eyes; README.md of this package has the shapes."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def state(self, user: User) -> Json:
        """Everything that a page needs to begin."""
        return {
            "type": "state",
            "me": user.to_json(),
            "users": [each.to_json() for each in self.people()],
            "guilds": self._guilds(user),
            "dms": self._directs(user),
            "commands": self._commands(user),
            "clock": self.clock(),
            "typing": [],
        }

    def people(self) -> list[User]:
        """Whom one may act as: the members of some server."""
        members = {number for guild in self._sandbox.world.guilds.values() for number in guild.members}
        return [user for user in self._sandbox.world.users.values() if not user.bot and user.id in members]

    def _guilds(self, user: User) -> list[Json]:
        return [
            {
                "id": str(guild.id),
                "name": guild.name,
                "channels": [
                    {"id": str(each.id), "name": each.name, "topic": each.topic, "type": each.type}
                    for each in self._visible(guild, user)
                ],
                "roles": [{"id": str(role.id), "name": role.name, "color": role.color} for role in guild.roles.values()],
                "members": [
                    {"user": member.user.to_json(), "roles": [str(role) for role in member.roles]}
                    for member in guild.members.values()
                ],
            }
            for guild in self._sandbox.world.guilds.values()
            if user.id in guild.members
        ]

    def _directs(self, user: User) -> list[Json]:
        world = self._sandbox.world
        mine = [each for each in world.channels.values() if user.id in each.recipients]
        return [
            {"id": str(each.id), "type": each.type, "name": world.users[bot].display, "user": world.users[bot].to_json()}
            for each in mine
            for bot in each.recipients
            if bot != user.id
        ]

    def _visible(self, guild: Guild, user: User) -> list[Channel]:
        may = self._sandbox.world.may
        return [each for each in guild.channels.values() if may(user.id, each) & Permission.VIEW_CHANNEL]

    def _commands(self, user: User) -> Json:
        """By server (and by direct-message channel), what this person may use somewhere in it."""
        offered: Json = {}
        for guild in self._sandbox.world.guilds.values():
            if user.id in guild.members:
                offered[str(guild.id)] = self._offered(user, self._visible(guild, user))
        for channel in self._directs(user):
            offered[channel["id"]] = self._offered(user, [self._sandbox.world.channels[int(channel["id"])]])
        return offered

    def _offered(self, user: User, channels: list[Channel]) -> list[Json]:
        found = {each["id"]: each for channel in channels for each in self._sandbox.commands.offered(user.id, channel)}
        apps = self._sandbox.world.applications
        return [
            {**each, "application": {"id": each["application_id"], "name": apps[int(each["application_id"])].name}}
            for each in found.values()
        ]

    def event(self, event: Event, user: User) -> Json | None:
        """An event as one person's page gets it, if that person is to know of it."""
        if event.person not in (None, user.id):
            return None
        if event.name == "SANDBOX_INTERACTION":
            return {"type": "interaction", **event.data}
        if event.name == "SANDBOX_COMMANDS":
            return {"type": "commands", "commands": self._commands(user)}
        if event.name == "SANDBOX_TYPING" and self._sees(user, event):
            return {"type": "typing", **event.data}
        if event.name.startswith("MESSAGE_"):
            op = event.name.removeprefix("MESSAGE_").lower()
            return {"type": "message", "op": op, "message": event.data} if self._sees(user, event) else None
        if event.name.startswith(("GUILD_", "CHANNEL_", "SANDBOX_WORLD")):
            return {
                "type": "guilds",
                "guilds": self._guilds(user),
                "dms": self._directs(user),
                "users": [each.to_json() for each in self.people()],
                "commands": self._commands(user),
            }
        return None

    def _sees(self, user: User, event: Event) -> bool:
        channel = self._sandbox.world.channels.get(event.channel or 0)
        return channel is not None and bool(self._sandbox.world.may(user.id, channel) & Permission.VIEW_CHANNEL)

    def clock(self) -> Json:
        """The time, and whether it can be steered."""
        clock = self._sandbox.clock
        controls = isinstance(clock, ReplayClock)
        return {
            "now": clock.now().isoformat(),
            "speed": clock.speed if isinstance(clock, ReplayClock) else 1.0,
            "paused": clock.paused if isinstance(clock, ReplayClock) else False,
            "controls": controls,
        }
