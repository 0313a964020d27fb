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

    def add_channel(self, guild: Guild, name: str, topic: str = "") -> Channel:
        """A text channel."""
        channel = Channel(self.ids.next(), name, guild.id, topic, position=len(guild.channels))
        guild.channels[channel.id] = channel
        self.channels[channel.id] = channel
        self._publish("CHANNEL_CREATE", channel.to_json(), guild, channel)
        return channel

    def overwrite(self, channel: Channel, who: Role | User, *, allow: int = 0, deny: int = 0) -> None:
        """What a channel allows and denies to one role or member; with neither, an earlier overwrite is removed.

        (Resources › Channel › Edit Channel Permissions)
        """
        if allow or deny:
            channel.overwrites[who.id] = Overwrite(who.id, isinstance(who, User), allow, deny)
        else:
            channel.overwrites.pop(who.id, None)
        self._publish("CHANNEL_UPDATE", channel.to_json(), self.guild_of(channel), channel)

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel."""
        guild = self.guild_of(channel)
        del guild.channels[channel.id]
        del self.channels[channel.id]
        self._publish("CHANNEL_DELETE", channel.to_json(), guild, channel)

    def add_role(self, guild: Guild, name: str, permissions: int = 0, color: int = 0, mentionable: bool = False) -> Role:
        """A role of a server."""
        role = Role(self.ids.next(), name, int(permissions), color, mentionable, position=len(guild.roles))
        return self._put_role(guild, role)

    def edit_role(self, guild: Guild, role: Role, *, permissions: int, mentionable: bool | None = None) -> None:
        """Change what a role may do."""
        role.permissions = int(permissions)
        role.mentionable = role.mentionable if mentionable is None else mentionable
        self._publish("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": role.to_json()}, guild)

    def rename_guild(self, guild: Guild, name: str) -> None:
        """Rename a server."""
        guild.name = name
        self._publish("GUILD_UPDATE", guild.to_json(), guild)

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
        member.roles = own + [role.id for role in roles]
        self._publish("GUILD_MEMBER_UPDATE", {**member.to_json(), "guild_id": str(guild.id)}, guild)

    def remove_member(self, guild: Guild, user: User) -> None:
        """Remove a person or a bot; the bot receives GUILD_DELETE. (Gateway Events › Guild Delete)"""
        del guild.members[user.id]
        if user.id in self.applications:
            self._publish("GUILD_DELETE", {"id": str(guild.id)}, guild, application=user.id)
        else:
            self._publish("GUILD_MEMBER_REMOVE", {"guild_id": str(guild.id), "user": user.to_json()}, guild)

    def add_bot(self, guild: Guild, application: Application, permissions: int = 0) -> Member:
        """Invite a bot: it gets a role of its own with ``permissions``, and receives GUILD_CREATE."""
        role = Role(self.ids.next(), application.name, int(permissions), managed_by=application.id)
        self._put_role(guild, role)
        member = Member(application.bot, self.clock.now(), [role.id])
        guild.members[application.id] = member
        self._publish("GUILD_CREATE", guild.to_gateway_json(application.id), guild, application=application.id)
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
