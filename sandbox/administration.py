"""What an administrator changes in a server, for the page: take things away from its bots, and give them back."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

from sandbox import permissions
from sandbox.bus import Json
from sandbox.inputs import Refused
from sandbox.model import FORUM, TEXT, Application, Channel, Guild, Role, User
from sandbox.permissions import Permission
from sandbox.world import World

#: What a bot may do in a channel, by the name under which the page offers it.
_PERMISSIONS = {
    "see": Permission.VIEW_CHANNEL,
    "post": Permission.SEND_MESSAGES,
    "read": Permission.READ_MESSAGE_HISTORY,
}
MAX_NAME = 100


class Administration:
    """The changes by name, and how things are; README.md of this package describes the JSON."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._readings = itertools.count(int(time.time() * 1000))
        self._changes: dict[str, Callable[[Guild, Json], None]] = {
            "permission": self._permission,
            "forum": self._forum,
            "add_channel": self._add_channel,
            "remove_channel": self._remove_channel,
            "add_role": self._add_role,
            "remove_role": self._remove_role,
            "mentionable": self._mentionable,
            "role": self._role,
            "bot": self._bot,
            "outage": self._outage,
            "updates_channel": self._updates_channel,
            "owner_messages": self._owner_messages,
        }

    def change(self, guild: Guild, body: Json) -> None:
        """Change what ``body`` names. Raises Refused for what does not exist, or no longer."""
        change = self._changes.get(str(body.get("do")))
        if change is None:
            raise Refused(f"a change is one of {', '.join(self._changes)}")
        change(guild, body)

    def state(self, guild: Guild) -> Json:
        """How everything stands that can be changed. `reading`: of two, the greater was read later, also by a sandbox that was
        started again.
        """
        owner = self._world.users[guild.owner]
        bots = self._bots(guild)
        return {
            "reading": next(self._readings),
            "owner": {"id": str(owner.id), "name": owner.display, "messages": not owner.closed_dms},
            "updates_channel": str(guild.public_updates_channel or ""),
            "outage": guild.unavailable,
            "bots": [{"id": str(app.id), "name": app.name, "here": app.id in guild.members} for app in bots],
            "channels": [
                {"id": str(channel.id), "name": channel.name, "forum": channel.type == FORUM}
                | {name: self._all_may(guild, channel, permission) for name, permission in _PERMISSIONS.items()}
                for channel in guild.channels.values()
            ],
            "roles": [
                {"id": str(role.id), "name": role.name, "color": role.color, "mentionable": role.mentionable}
                | {"members": [str(user.id) for user in self._holders(guild, role)]}
                for role in guild.roles.values()
                if role.managed_by is None and role.id != guild.id
            ],
        }

    # The changes

    def _permission(self, guild: Guild, body: Json) -> None:
        """Let the server's bots do something in a channel, or keep them from it.

        Taken away, it is denied to each bot. Given back, that denial goes; if others remain, it is allowed to each bot.
        """
        channel, permission = self._channel(guild, body), _PERMISSIONS.get(str(body.get("permission")))
        if permission is None:
            raise Refused(f"a permission is one of {', '.join(_PERMISSIONS)}")
        for app in self._world.bots_in(guild):
            if not body.get("on"):
                self._world.deny(channel, app.bot, permission)
                continue
            self._world.inherit(channel, app.bot, permission)
            if not permissions.stated(guild, channel, app.id) & permission:
                self._world.allow(channel, app.bot, permission)

    def _forum(self, guild: Guild, body: Json) -> None:
        self._world.set_type(self._channel(guild, body), FORUM if body.get("on") else TEXT)

    def _add_channel(self, guild: Guild, body: Json) -> None:
        """Discord writes the names of channels in small letters, with hyphens."""
        self._world.add_channel(guild, "-".join(_name(body).lower().split()))

    def _remove_channel(self, guild: Guild, body: Json) -> None:
        self._world.remove_channel(self._channel(guild, body))

    def _add_role(self, guild: Guild, body: Json) -> None:
        self._world.add_role(guild, _name(body), mentionable=True)

    def _remove_role(self, guild: Guild, body: Json) -> None:
        self._world.remove_role(guild, self._role_of(guild, body))

    def _mentionable(self, guild: Guild, body: Json) -> None:
        self._world.edit_role(guild, self._role_of(guild, body), mentionable=bool(body.get("on")))

    def _role(self, guild: Guild, body: Json) -> None:
        role, member = self._role_of(guild, body), guild.members.get(_number(body.get("member")))
        if member is None:
            raise Refused("they are not in this server")
        if body.get("on"):
            self._world.give_role(guild, member.user, role)
        else:
            self._world.take_role(guild, member.user, role)

    def _bot(self, guild: Guild, body: Json) -> None:
        app = next((each for each in self._bots(guild) if each.id == _number(body.get("bot"))), None)
        if app is None:
            raise Refused("there is no such bot")
        if app.id in guild.members and not body.get("on"):
            self._world.remove_member(guild, app.bot)
        elif app.id not in guild.members and body.get("on"):
            self._world.add_bot(guild, app)

    def _outage(self, guild: Guild, body: Json) -> None:
        self._world.set_unavailable(guild, bool(body.get("on")))

    def _updates_channel(self, guild: Guild, body: Json) -> None:
        self._world.set_public_updates_channel(guild, self._channel(guild, body) if body.get("channel") else None)

    def _owner_messages(self, guild: Guild, body: Json) -> None:
        self._world.set_closed_dms(self._world.users[guild.owner], not body.get("on"))

    # What they share

    def _bots(self, guild: Guild) -> list[Application]:
        """The bots that are or were in a server."""
        return [self._world.applications[number] for number in guild.invited]

    def _all_may(self, guild: Guild, channel: Channel, permission: Permission) -> bool:
        bots = self._world.bots_in(guild)
        return bool(bots) and all(permissions.stated(guild, channel, app.id) & permission for app in bots)

    def _holders(self, guild: Guild, role: Role) -> list[User]:
        return [member.user for member in guild.members.values() if role.id in member.roles]

    def _channel(self, guild: Guild, body: Json) -> Channel:
        channel = guild.channels.get(_number(body.get("channel")))
        if channel is None:
            raise Refused("there is no such channel in this server")
        return channel

    def _role_of(self, guild: Guild, body: Json) -> Role:
        role = guild.roles.get(_number(body.get("role")))
        if role is None or role.managed_by is not None or role.id == guild.id:
            raise Refused("there is no such role in this server")
        return role


def _name(body: Json) -> str:
    name = " ".join(str(body.get("name") or "").split())
    if not 1 <= len(name) <= MAX_NAME:
        raise Refused(f"a name has 1 to {MAX_NAME} characters")
    return name


def _number(text: Any) -> int:
    """An id, or 0, which nothing has."""
    return int(text) if str(text).isdecimal() else 0
