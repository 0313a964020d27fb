"""The sandbox's world: who and what exists. Every change is published, so that bots and pages learn of it.

(Discord docs, Resources › Guild, Channel, User; Gateway Events)
"""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Iterable

from sandbox import permissions
from sandbox.bus import Bus, Event, Json
from sandbox.clock import Clock
from sandbox.model import (
    DIRECT_MESSAGE,
    TEXT,
    Application,
    Attachment,
    Channel,
    Guild,
    Member,
    Overwrite,
    Role,
    User,
)
from sandbox.snowflake import Snowflakes


class World:
    """Everything that exists. Methods take the things themselves; ids are ints."""

    def __init__(self, clock: Clock, bus: Bus) -> None:
        self.clock = clock
        self.bus = bus
        self.ids = Snowflakes(clock)
        self.users: dict[int, User] = {}
        self.applications: dict[int, Application] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.attachments: dict[int, Attachment] = {}
        self._directs: dict[tuple[int, int], Channel] = {}
        #: Where files are served; the server sets it once it knows its port.
        self.file_base = ""

    # People and applications

    def add_user(self, name: str, display: str | None = None) -> User:
        """A person."""
        user = User(self.ids.next(), name.lower().replace(" ", "_"), display or name)
        self.users[user.id] = user
        return user

    def add_application(self, name: str, token: str | None = None, *, privileged: int = 0) -> Application:
        """An application with its bot user; ``privileged`` are the privileged intents switched on for it."""
        number = self.ids.next()
        bot = User(number, name, name, bot=True)
        owner = self.add_user(f"{name} owner")
        app = Application(number, name, token or secrets.token_urlsafe(32), bot, owner, privileged)
        self.users[number] = bot
        self.applications[number] = app
        return app

    def set_closed_dms(self, user: User, closed: bool = True) -> None:
        """Whether a person refuses direct messages."""
        user.closed_dms = closed
        self._publish_change()

    def reset_token(self, application: Application, token: str | None = None) -> None:
        """Replace a bot's token. The old one is refused from now on, and sessions that began with it are closed with 4004."""
        application.token = token or secrets.token_urlsafe(32)
        self.bus.publish(Event("SANDBOX_TOKEN", application=application.id))

    def application_of(self, token: str) -> Application | None:
        """The application that a token belongs to."""
        return next((app for app in self.applications.values() if app.token == token), None)

    # Servers

    def add_guild(self, name: str, owner: User) -> Guild:
        """A server with its owner in it and an @everyone role that may read and write."""
        guild = Guild(self.ids.next(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", permissions.EVERYONE)
        guild.members[owner.id] = Member(owner, self.clock.now())
        self.guilds[guild.id] = guild
        self._publish_change()
        return guild

    def rename_guild(self, guild: Guild, name: str) -> None:
        """Rename a server."""
        guild.name = name
        self._publish_guild(guild)

    def set_owner(self, guild: Guild, owner: User) -> None:
        """Give a server, in which ``owner`` must be a member, to another owner."""
        guild.owner = guild.members[owner.id].user.id
        self._publish_guild(guild)

    def set_public_updates_channel(self, guild: Guild, channel: Channel | None) -> None:
        """Where Discord's own notices to the moderators go. (Resources › Guild, public_updates_channel_id)"""
        guild.public_updates_channel = channel.id if channel else None
        self._publish_guild(guild)

    def set_system_channel(self, guild: Guild, channel: Channel | None) -> None:
        """Where new members are welcomed. (Resources › Guild, system_channel_id)"""
        guild.system_channel = channel.id if channel else None
        self._publish_guild(guild)

    def set_unavailable(self, guild: Guild, unavailable: bool = True) -> None:
        """Begin or end an outage of a server; while it lasts, its bots receive no events of it.

        (Gateway Events › Guild Delete: "the unavailable field ... was set to true due to an outage")
        """
        guild.unavailable = unavailable
        for app in self.bots_in(guild):
            if unavailable:
                self._publish("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild, application=app.id)
            else:
                self._publish("GUILD_CREATE", guild.to_gateway_json(app.id), guild, application=app.id)

    # Channels

    def add_channel(self, guild: Guild, name: str, topic: str = "", type: int = TEXT) -> Channel:
        """A channel, of text unless ``type`` says otherwise."""
        channel = Channel(self.ids.next(), name, guild.id, topic, type, position=len(guild.channels))
        guild.channels[channel.id] = channel
        self.channels[channel.id] = channel
        self._publish("CHANNEL_CREATE", channel.to_json(), guild, channel)
        return channel

    def set_type(self, channel: Channel, type: int) -> None:
        """Turn a channel into one of another type, as ``model.FORUM``. (Resources › Channel › Channel Types)"""
        channel.type = type
        self._publish_channel(channel)

    def overwrite(self, channel: Channel, who: Role | User, *, allow: int = 0, deny: int = 0) -> None:
        """What a channel allows and denies to one role or member; with neither, an earlier overwrite is removed.

        (Resources › Channel › Edit Channel Permissions)
        """
        if allow or deny:
            channel.overwrites[who.id] = Overwrite(who.id, isinstance(who, User), int(allow), int(deny))
        else:
            channel.overwrites.pop(who.id, None)
        self._publish_channel(channel)

    def deny(self, channel: Channel, who: Role | User, permission: int) -> None:
        """Deny a permission to a role or member in a channel, and leave the rest of their overwrite as it is."""
        old = channel.overwrites.get(who.id, Overwrite(who.id))
        self.overwrite(channel, who, allow=old.allow & ~permission, deny=old.deny | permission)

    def allow(self, channel: Channel, who: Role | User, permission: int) -> None:
        """Allow a permission to a role or member in a channel, and leave the rest of their overwrite as it is."""
        old = channel.overwrites.get(who.id, Overwrite(who.id))
        self.overwrite(channel, who, allow=old.allow | permission, deny=old.deny & ~permission)

    def inherit(self, channel: Channel, who: Role | User, permission: int) -> None:
        """Neither allow nor deny a permission to a role or member in a channel: what holds elsewhere holds there too."""
        old = channel.overwrites.get(who.id, Overwrite(who.id))
        self.overwrite(channel, who, allow=old.allow & ~permission, deny=old.deny & ~permission)

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel for ever; a server that named it for Discord's notices or welcomes names none then."""
        guild = self.guild_of(channel)
        del guild.channels[channel.id]
        del self.channels[channel.id]
        self._publish("CHANNEL_DELETE", channel.to_json(), guild, channel)
        if channel.id == guild.system_channel:
            self.set_system_channel(guild, None)
        if channel.id == guild.public_updates_channel:
            self.set_public_updates_channel(guild, None)

    # Roles

    def add_role(self, guild: Guild, name: str, permissions: int = 0, color: int = 0, mentionable: bool = False) -> Role:
        """A role of a server."""
        role = Role(self.ids.next(), name, int(permissions), color, mentionable, position=len(guild.roles))
        return self._put_role(guild, role)

    def edit_role(self, guild: Guild, role: Role, *, name: str | None = None, permissions: int | None = None,
                  mentionable: bool | None = None) -> None:  # fmt: skip
        """Change a role's name, what it may do, or whether everybody may ping it."""
        role.name = role.name if name is None else name
        role.permissions = role.permissions if permissions is None else int(permissions)
        role.mentionable = role.mentionable if mentionable is None else mentionable
        self._publish("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": role.to_json()}, guild)

    def remove_role(self, guild: Guild, role: Role) -> None:
        """Delete a role, and take it from the overwrites of channels and from its members."""
        del guild.roles[role.id]
        self._publish("GUILD_ROLE_DELETE", {"guild_id": str(guild.id), "role_id": str(role.id)}, guild)
        for channel in guild.channels.values():
            if role.id in channel.overwrites:
                self.overwrite(channel, role)
        for member in guild.members.values():
            if role.id in member.roles:
                self.take_role(guild, member.user, role)

    # Members

    def add_member(self, guild: Guild, user: User, roles: Iterable[Role] = ()) -> Member:
        """Let a person join."""
        member = Member(user, self.clock.now(), [role.id for role in roles])
        guild.members[user.id] = member
        self._publish("GUILD_MEMBER_ADD", {**member.to_json(), "guild_id": str(guild.id)}, guild)
        return member

    def set_roles(self, guild: Guild, user: User, roles: Iterable[Role]) -> None:
        """Give a member exactly these roles; a bot also keeps the role that is its own."""
        member = guild.members[user.id]
        own = [number for number in member.roles if guild.roles[number].managed_by == user.id]
        self._write_roles(guild, member, own + [role.id for role in roles])

    def give_role(self, guild: Guild, user: User, role: Role) -> None:
        """Give a member one more role."""
        member = guild.members[user.id]
        self._write_roles(guild, member, [*(number for number in member.roles if number != role.id), role.id])

    def take_role(self, guild: Guild, user: User, role: Role) -> None:
        """Take one role from a member."""
        member = guild.members[user.id]
        self._write_roles(guild, member, [number for number in member.roles if number != role.id])

    def remove_member(self, guild: Guild, user: User) -> None:
        """Remove a person or a bot. A bot receives GUILD_DELETE, and its own role goes with it.

        (Gateway Events › Guild Delete: "If the unavailable field is not set, the user was removed from the guild.")
        """
        del guild.members[user.id]
        for role in [each for each in guild.roles.values() if each.managed_by == user.id]:
            self.remove_role(guild, role)
        if user.id in self.applications:
            self._publish("GUILD_DELETE", {"id": str(guild.id)}, guild, application=user.id)
        else:
            self._publish("GUILD_MEMBER_REMOVE", {"guild_id": str(guild.id), "user": user.to_json()}, guild)

    def add_bot(self, guild: Guild, application: Application, permissions: int | None = None) -> Member:
        """Invite a bot: it gets a role of its own with ``permissions``, and receives GUILD_CREATE with everything.

        Without ``permissions``, the role has those of the last invitation. The event has no ``unavailable``: that is how
        clients tell a new server from one that has become available. (Gateway Events › Guild Create)
        """
        granted = guild.invited.get(application.id, 0) if permissions is None else int(permissions)
        guild.invited[application.id] = granted
        role = Role(self.ids.next(), application.name, granted, managed_by=application.id)
        self._put_role(guild, role)
        member = Member(application.bot, self.clock.now(), [role.id])
        guild.members[application.id] = member
        data = guild.to_gateway_json(application.id)
        del data["unavailable"]
        self._publish("GUILD_CREATE", data, guild, application=application.id)
        return member

    def bots_in(self, guild: Guild) -> list[Application]:
        """The applications whose bots are members."""
        return [app for app in self.applications.values() if app.id in guild.members]

    # Direct messages and files

    def direct(self, user: User, bot: User) -> Channel:
        """The direct-message channel of a person and a bot; made if there is none yet. (Resources › User › Create DM)"""
        pair = (user.id, bot.id)
        if channel := self._directs.get(pair):
            return channel
        channel = self._directs[pair] = Channel(self.ids.next(), "", type=DIRECT_MESSAGE, recipients=pair)
        self.channels[channel.id] = channel
        self._publish_change()
        return channel

    def add_file(
        self, filename: str, content: bytes, content_type: str | None = None, description: str | None = None
    ) -> Attachment:
        """Store a file and give it an address."""
        number = self.ids.next()
        url = f"{self.file_base}/attachments/{number}/{filename}"
        kind = content_type or mimetypes.guess_type(filename)[0] or "application/octet-stream"
        file = Attachment(number, filename, content, url, kind, description)
        self.attachments[number] = file
        return file

    # Reading

    def guild_of(self, channel: Channel) -> Guild:
        """The server of a channel that is no direct message."""
        if channel.guild is None:
            raise ValueError("a direct message belongs to no server")
        return self.guilds[channel.guild]

    def shows(self, guild: int, application: Application) -> bool:
        """Whether a bot receives the events of a server: it is a member, and there is no outage."""
        return application.id in self.guilds[guild].members and not self.guilds[guild].unavailable

    def meet(self, user: int, other: int) -> bool:
        """Whether two have a server in common."""
        return any(user in guild.members and other in guild.members for guild in self.guilds.values())

    def may(self, user: int, channel: Channel) -> int:
        """A user's permissions in any channel, direct messages included."""
        if channel.type == DIRECT_MESSAGE:
            return permissions.DIRECT if user in channel.recipients else 0
        return permissions.within(self.guild_of(channel), channel, user)

    def channel_json(self, channel: Channel, viewer: int) -> Json:
        """The JSON of a channel for ``viewer``; a direct message lists the other people as recipients."""
        if channel.type != DIRECT_MESSAGE:
            return channel.to_json()
        return {
            "id": str(channel.id),
            "type": DIRECT_MESSAGE,
            "last_message_id": str(channel.last_message) if channel.last_message else None,
            "flags": 0,
            "recipients": [self.users[number].to_json() for number in channel.recipients if number != viewer],
        }

    def _write_roles(self, guild: Guild, member: Member, roles: list[int]) -> None:
        member.roles = roles
        self._publish("GUILD_MEMBER_UPDATE", {**member.to_json(), "guild_id": str(guild.id)}, guild)

    def _publish_guild(self, guild: Guild) -> None:
        self._publish("GUILD_UPDATE", guild.to_json(), guild)

    def _publish_channel(self, channel: Channel) -> None:
        self._publish("CHANNEL_UPDATE", channel.to_json(), self.guild_of(channel), channel)

    def _put_role(self, guild: Guild, role: Role) -> Role:
        guild.roles[role.id] = role
        self._publish("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role.to_json()}, guild)
        return role

    def _publish(
        self, name: str, data: Json, guild: Guild, channel: Channel | None = None, application: int | None = None
    ) -> None:
        where = channel.id if channel else None
        self.bus.publish(Event(name, data, guild=guild.id, channel=where, application=application))

    def _publish_change(self) -> None:
        self.bus.publish(Event("SANDBOX_WORLD"))
