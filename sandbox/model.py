"""The things of the sandbox's world, and their JSON as Discord writes it. Ids are ints here and texts there.

The pages named are those of Discord's documentation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.bus import Json

# Resources › Channel › Channel Types
TEXT = 0
DIRECT_MESSAGE = 1
ANNOUNCEMENT = 5
FORUM = 15
#: The kinds of channel in which messages can be posted, of those that the sandbox has.
WRITABLE = (TEXT, DIRECT_MESSAGE, ANNOUNCEMENT)

# Resources › Message › Message Flags
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_EMBEDS = 1 << 2
SUPPRESS_NOTIFICATIONS = 1 << 12
COMPONENTS_V2 = 1 << 15


@dataclass
class User:
    """A person or a bot. (Resources › User)"""

    id: int
    name: str
    display: str
    bot: bool = False
    #: Whether direct messages to this person are refused (50007).
    closed_dms: bool = False

    def to_json(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.bot else self.display,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "system": False,
            "public_flags": 0,
            "flags": 0,
            "avatar_decoration_data": None,
            "collectibles": None,
            "primary_guild": None,
        }


@dataclass
class Role:
    """A role; the one with its server's id is @everyone. (Topics › Permissions › Role Object)"""

    id: int
    name: str
    permissions: int = 0
    color: int = 0
    mentionable: bool = False
    position: int = 0
    #: The bot whose own role this is.
    managed_by: int | None = None

    def to_json(self) -> Json:
        body: Json = {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "color": self.color,
            "colors": {"primary_color": self.color, "secondary_color": None, "tertiary_color": None},
            "mentionable": self.mentionable,
            "position": self.position,
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "managed": self.managed_by is not None,
            "flags": 0,
        }
        if self.managed_by is not None:
            body["tags"] = {"bot_id": str(self.managed_by)}
        return body


@dataclass(frozen=True)
class Overwrite:
    """What a channel allows and denies to one role or member. (Resources › Channel › Overwrite Object)"""

    id: int
    is_member: bool = False
    allow: int = 0
    deny: int = 0

    def to_json(self) -> Json:
        kind = 1 if self.is_member else 0
        return {"id": str(self.id), "type": kind, "allow": str(self.allow), "deny": str(self.deny)}


@dataclass
class Channel:
    """A channel of a server, or a direct message. (Resources › Channel)"""

    id: int
    name: str
    guild: int | None = None
    topic: str = ""
    type: int = TEXT
    position: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    #: Of a direct message: the person and the bot.
    recipients: tuple[int, ...] = ()
    last_message: int | None = None

    def to_json(self) -> Json:
        """A channel of a server. For direct messages use ``World.channel_json``, which knows the people."""
        body: Json = {
            "id": str(self.id),
            "type": self.type,
            "guild_id": str(self.guild),
            "name": self.name,
            "topic": self.topic or None,
            "position": self.position,
            "permission_overwrites": [each.to_json() for each in self.overwrites.values()],
            "parent_id": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_message_id": str(self.last_message) if self.last_message else None,
            "flags": 0,
        }
        if self.type == FORUM:
            body |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None,
                     "default_forum_layout": 0}  # fmt: skip
        return body


@dataclass
class Member:
    """A user in a server. (Resources › Guild › Guild Member Object)"""

    user: User
    joined: datetime
    roles: list[int] = field(default_factory=list)
    nick: str | None = None

    def to_json(self) -> Json:
        return {
            "user": self.user.to_json(),
            "nick": self.nick,
            "avatar": None,
            "banner": None,
            "roles": [str(role) for role in self.roles],
            "joined_at": self.joined.isoformat(),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }


@dataclass
class Guild:
    """A server. (Resources › Guild)"""

    id: int
    name: str
    owner: int
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    locale: str = "en-US"
    #: Where Discord writes about safety and updates: a Community server has one. (› Guild Features, COMMUNITY)
    public_updates_channel: int | None = None
    #: Where Discord welcomes new members.
    system_channel: int | None = None
    #: Whether an outage keeps it from its bots. (› Unavailable Guild Object)
    unavailable: bool = False
    #: What each bot asked for when it was last invited, by application.
    invited: dict[int, int] = field(default_factory=dict)

    def to_json(self) -> Json:
        """As REST returns it: without members and channels."""
        empty = dict.fromkeys(
            ("icon", "splash", "discovery_splash", "banner", "description", "vanity_url_code", "afk_channel_id",
             "application_id", "rules_channel_id", "safety_alerts_channel_id", "home_header", "widget_channel_id",
             "incidents_data", "max_presences"),
        )  # fmt: skip
        zero = dict.fromkeys(
            ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level",
             "system_channel_flags", "premium_tier", "premium_subscription_count", "nsfw_level"),
            0,
        )  # fmt: skip
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner),
            "preferred_locale": self.locale,
            "roles": [role.to_json() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": ["COMMUNITY"] if self.public_updates_channel else [],
            "system_channel_id": _id_or_none(self.system_channel),
            "public_updates_channel_id": _id_or_none(self.public_updates_channel),
            "afk_timeout": 300,
            "max_members": 500000,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "region": "us-west",
            "widget_enabled": False,
            "nsfw": False,
            "premium_progress_bar_enabled": False,
            **empty,
            **zero,
        }

    def to_gateway_json(self, bot: int) -> Json:
        """As in GUILD_CREATE, for a bot without the members intent: its only member is the bot itself.

        (Gateway Events › Guild Create)
        """
        own = self.members.get(bot)
        return {
            **self.to_json(),
            "joined_at": own.joined.isoformat() if own else None,
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "voice_states": [],
            "members": [own.to_json()] if own else [],
            "channels": [channel.to_json() for channel in self.channels.values()],
            "threads": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


@dataclass
class Application:
    """An application and its bot user, which share an id. (Resources › Application)"""

    id: int
    name: str
    token: str
    bot: User
    owner: User
    #: The privileged intents switched on for it. (Gateway › Privileged Intents)
    privileged: int = 0

    def to_json(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "description": "",
            "type": None,
            "bot": self.bot.to_json(),
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": self.owner.to_json(),
            "team": None,
            "verify_key": "0" * 64,
            "flags": 0,
            "flags_new": "0",
            "explicit_content_filter": 0,
            "role_connections_verification_url": None,
            "approximate_guild_count": 0,
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "eligible_oauth2_scopes": [],
            "hook": True,
            "is_monetized": False,
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "integration_types_config": {"0": {}},
        }


@dataclass
class Attachment:
    """A file, in memory, and the address at which it is served. (Resources › Message › Attachment Object)"""

    id: int
    filename: str
    content: bytes
    url: str
    content_type: str
    description: str | None = None

    def to_json(self) -> Json:
        body: Json = {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.content),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type,
        }
        if self.description:
            body["description"] = self.description
        return body


def _id_or_none(number: int | None) -> str | None:
    return None if number is None else str(number)
