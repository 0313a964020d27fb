"""What the page of one person shows: the state at first, then each event that this person may know of."""

from __future__ import annotations

from sandbox.administration import Administration
from sandbox.bus import Event, Json
from sandbox.clock import Clock, ReplayClock
from sandbox.commands import Commands
from sandbox.model import Channel, Guild, User
from sandbox.permissions import Permission
from sandbox.world import World


class PageState:
    """Reads the world as one person sees it; README.md of this package describes the JSON."""

    def __init__(self, world: World, commands: Commands, clock: Clock, administration: Administration) -> None:
        self._world = world
        self._commands = commands
        self._clock = clock
        self._administration = administration

    def state(self, user: User) -> Json:
        """Everything that a page needs to begin."""
        return {
            "type": "state",
            "me": user.to_json(),
            "users": [each.to_json() for each in self.people()],
            "guilds": self._guilds(user),
            "dms": self._directs(user),
            "commands": self._commands_of(user),
            "clock": self.clock(),
            "typing": [],
        }

    def people(self) -> list[User]:
        """Whom one may act as: the members of any server, bots excepted."""
        members = {number for guild in self._world.guilds.values() for number in guild.members}
        return [user for user in self._world.users.values() if not user.bot and user.id in members]

    def event(self, event: Event, user: User) -> Json | None:
        """An event as the page of ``user`` receives it; None if it is not for them."""
        if event.person not in (None, user.id):
            return None
        if event.name == "SANDBOX_INTERACTION":
            return {"type": "interaction", **event.data}
        if event.name == "SANDBOX_COMMANDS":
            return {"type": "commands", "commands": self._commands_of(user)}
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
                "commands": self._commands_of(user),
            }
        return None

    def clock(self) -> Json:
        """The time, whether it can be controlled, and the jump under way, if there is one."""
        clock = self._clock
        if not isinstance(clock, ReplayClock):
            return {"now": clock.now().isoformat(), "speed": 1.0, "paused": False, "controls": False, "jump": None}
        jump = clock.jumping
        return {
            "now": clock.now().isoformat(),
            "speed": clock.speed,
            "paused": clock.paused,
            "controls": True,
            "jump": {"from": jump.start.isoformat(), "to": jump.end.isoformat()} if jump else None,
        }

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
                "administration": self._administration.state(guild),
            }
            for guild in self._world.guilds.values()
            if user.id in guild.members
        ]

    def _directs(self, user: User) -> list[Json]:
        users = self._world.users
        mine = [each for each in self._world.channels.values() if user.id in each.recipients]
        return [
            {"id": str(each.id), "type": each.type, "name": users[bot].display, "user": users[bot].to_json()}
            for each in mine
            for bot in each.recipients
            if bot != user.id
        ]

    def _visible(self, guild: Guild, user: User) -> list[Channel]:
        may = self._world.may
        return [each for each in guild.channels.values() if may(user.id, each) & Permission.VIEW_CHANNEL]

    def _commands_of(self, user: User) -> Json:
        """What this person may use somewhere in each server (and each direct-message channel), by its id."""
        offered: Json = {}
        for guild in self._world.guilds.values():
            if user.id in guild.members:
                offered[str(guild.id)] = self._offered(user, self._visible(guild, user))
        for channel in self._directs(user):
            offered[channel["id"]] = self._offered(user, [self._world.channels[int(channel["id"])]])
        return offered

    def _offered(self, user: User, channels: list[Channel]) -> list[Json]:
        by_id = {each["id"]: each for channel in channels for each in self._commands.offered(user.id, channel)}
        apps = self._world.applications
        return [
            {**each, "application": {"id": each["application_id"], "name": apps[int(each["application_id"])].name}}
            for each in by_id.values()
        ]

    def _sees(self, user: User, event: Event) -> bool:
        channel = self._world.channels.get(event.channel or 0)
        return channel is not None and bool(self._world.may(user.id, channel) & Permission.VIEW_CHANNEL)
