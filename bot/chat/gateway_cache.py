"""What Discord tells the client, and what stays in memory of it: servers, channels, roles, and the bot's own member.

discord.py has options for members and messages, and none for the rest. A server may have thousands of threads, voice states,
stickers and events, which the bot never looks at.
"""

from __future__ import annotations

from typing import Any

from discord.gateway import DiscordWebSocket
from discord.state import ConnectionState

from bot import logs

#: Gateway events that are read; all others are dropped unread (Discord docs, "Gateway Events"). Discord sends
#: GUILD_MEMBER_UPDATE for the bot itself alone, since the client asks for no members.
READ = frozenset(
    {
        "READY",
        "RESUMED",
        "INTERACTION_CREATE",
        "USER_UPDATE",
        "GUILD_CREATE",
        "GUILD_UPDATE",
        "GUILD_DELETE",
        "GUILD_MEMBER_UPDATE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE",
        "CHANNEL_CREATE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
    }
)
#: Parts of a server that are dropped unread (Discord docs, "Guild Object", "Guild Create").
DROPPED = (
    "emojis",
    "stickers",
    "threads",
    "presences",
    "voice_states",
    "stage_instances",
    "guild_scheduled_events",
    "soundboard_sounds",
)


class LeanState(ConnectionState[Any]):
    """discord.py's memory of a connection. `BotClient._get_state` makes it, as `AutoShardedClient` makes one of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.parsers = {name: read for name, read in self.parsers.items() if name in READ}
        #: The newest websocket, also while it is being opened; discord.py's `Client.ws` is set only afterwards.
        self.socket: DiscordWebSocket | None = None

    def _update_references(self, ws: DiscordWebSocket) -> None:
        """discord.py calls this when a websocket is opened."""
        self.socket = ws

    def parse_interaction_create(self, data: Any) -> None:
        with logs.about(interaction=int(data["id"])):
            super().parse_interaction_create(data)

    def parse_guild_create(self, data: Any) -> None:
        """After an outage, without the channels that were deleted meanwhile, which discord.py would keep."""
        if (guild := self._get_guild(int(data["id"]))) is not None:
            for channel in list(guild.channels):
                guild._remove_channel(channel)
        super().parse_guild_create(self._needed(data))

    def parse_guild_update(self, data: Any) -> None:
        super().parse_guild_update(self._needed(data))

    def parse_channel_update(self, data: Any) -> None:
        """A channel that became one of another kind is made anew: discord.py would go on taking a forum for a text channel."""
        guild = self._get_guild(int(data["guild_id"])) if "guild_id" in data else None
        channel = guild.get_channel(int(data["id"])) if guild else None
        if guild is None or channel is None or channel.type.value == data["type"]:
            super().parse_channel_update(data)
            return
        guild._remove_channel(channel)
        self.parse_channel_create(data)

    def _needed(self, guild: dict[str, Any]) -> dict[str, Any]:
        """A server without what is dropped, and with the bot as its only member."""
        needed = {name: value for name, value in guild.items() if name not in DROPPED}
        if "members" in needed:
            needed["members"] = [member for member in needed["members"] if int(member["user"]["id"]) == self.self_id]
        return needed
