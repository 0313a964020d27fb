"""What the gateway has said of a server's channels and roles, and which channels Discord has refused to post in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from bot.chat.client import BotClient
from bot.record.errors import Undeliverable
from bot.record.problems import Fault, Obstacle
from bot.words.problems import obstacle_text

#: A channel that was refused is tried again after so long, whatever the gateway says of it: less than a refused notice waits.
BELIEVED = timedelta(minutes=50)
#: What the bot needs in a channel (Discord docs, "Create Message"), and to see whether a notice was posted ("Get Channel
#: Messages"). A card needs neither Embed Links nor Attach Files.
_HISTORY = "Read Message History"
NEEDED = (
    ("view_channel", "View Channel"),
    ("send_messages", "Send Messages"),
    ("read_message_history", _HISTORY),
)
TAKES_MESSAGES = (discord.ChannelType.text, discord.ChannelType.news)


@dataclass
class _Refusal:
    failure: Undeliverable
    at: datetime
    #: What the gateway said of the channel then.
    seen: Obstacle | None
    #: One post is to be tried: Discord has said something of the server since, or the refusal is the first one.
    doubted: bool = False
    #: Nothing was tried since. What refused it may have been corrected before the answer came.
    first: bool = False


def missing_permissions(may: discord.Permissions) -> list[str]:
    """What the bot lacks of what it needs in a channel, by the names in Discord's settings."""
    return [name for flag, name in NEEDED if not getattr(may, flag)]


def _missing_to_post(may: discord.Permissions) -> list[str]:
    """Without Read Message History the bot posts all the same. Who may not view a channel may do nothing in it."""
    return [name for name in missing_permissions(may) if name != _HISTORY][: 1 if not may.view_channel else None]


class Surroundings:
    """What the bot can see of its servers (`bot.watch.preflight.Surroundings`). Asks Discord nothing."""

    def __init__(self, client: BotClient) -> None:
        self._client = client
        self._refusals: dict[int, _Refusal] = {}

    def knows(self, server_id: int) -> bool:
        """Whether it is known how that server is: not before the bot is connected, nor while Discord has an outage there."""
        guild = self._client.get_guild(server_id)
        return self._client.is_ready() and (guild is None or (not guild.unavailable and guild.me is not None))

    def channel(self, server_id: int, channel_id: int) -> Obstacle | None:
        """What keeps the bot from posting in a channel of a server that it `knows`; None if nothing is known to."""
        guild = self._client.get_guild(server_id)
        if guild is None:
            return Obstacle(Fault.ABSENT)
        refusal = self._current(channel_id)
        return _obstacle(guild.get_channel(channel_id)) or (refusal.failure.obstacle if refusal else None)

    def doubt(self, server_id: int) -> None:
        """Let one post be tried in each channel of which nothing but a refusal says that it cannot be used."""
        for channel_id, refusal in self._refusals.items():
            if refusal.seen is None and self._server_of(channel_id) == server_id:
                refusal.doubted = True

    def doubted(self, channel_id: int) -> bool:
        return (refusal := self._current(channel_id)) is not None and refusal.doubted

    def remember(self, channel_id: int, obstacle: Obstacle) -> None:
        """A channel was refused before the program was started: let one post be tried, unless the gateway says why."""
        if self._seen(channel_id) is None:
            self._refusals[channel_id] = _Refusal(_failure(obstacle, ""), self._client.clock.now(), None, doubted=True)

    def untried(self, channel_id: int) -> None:
        """There is nothing to try in a channel that is doubted. A first refusal is then believed, an older one forgotten."""
        if (refusal := self._refusals.get(channel_id)) is None:
            return
        if refusal.first:
            refusal.first = refusal.doubted = False
        else:
            del self._refusals[channel_id]

    def moderators(self, server_id: int) -> int | None:
        """Where Discord posts its own notes for a community's moderators. Never the channel for greetings, which all read."""
        guild = self._client.get_guild(server_id)
        public = guild.public_updates_channel if guild and self.knows(server_id) else None
        return public.id if public and self.channel(server_id, public.id) is None else None

    def reads(self, channel_id: int) -> bool:
        """Whether the bot may read the channel's history, as far as the gateway says.

        Without that permission Discord answers that there are no messages (Discord docs, "Get Channel Messages").
        """
        channel = self._client.get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel) or channel.guild.me is None:
            return True
        return channel.permissions_for(channel.guild.me).read_message_history

    def role(self, server_id: int, role_id: int) -> Obstacle | None:
        """Whether a role of a server that it `knows` was deleted."""
        guild = self._client.get_guild(server_id)
        return Obstacle(Fault.GONE) if guild is not None and guild.get_role(role_id) is None else None

    def mention(self, server_id: int, role_id: int, channel_id: int | None) -> Obstacle | None:
        """What keeps a role of a server that it `knows` from being pinged, in that channel if there is one."""
        guild = self._client.get_guild(server_id)
        if guild is None:
            return None
        return unmentionable(guild, guild.me, role_id, guild.get_channel(channel_id) if channel_id else None)

    def role_in(self, channel_id: int, role_id: int) -> Obstacle | None:
        """What keeps a role from being pinged in a channel; None if nothing is known to."""
        server_id = self._server_of(channel_id)
        return self.mention(server_id, role_id, channel_id) if server_id and self.knows(server_id) else None

    def refused(self, channel_id: int, failure: Undeliverable) -> Undeliverable:
        """Discord has refused a post in that channel, whatever is posted there. Gives the failure in words that say why."""
        seen = self._seen(channel_id)
        obstacle = failure.obstacle if seen is None or seen.fault is Fault.GONE else seen
        failure = _failure(obstacle, failure.code)
        first = seen is None and channel_id not in self._refusals
        self._refusals[channel_id] = _Refusal(failure, self._client.clock.now(), seen, first, first)
        return failure

    def accepted(self, channel_id: int) -> None:
        """A post came through."""
        if self._refusals.pop(channel_id, None) and (server_id := self._server_of(channel_id)):
            self._client.changed(server_id)

    def refusal(self, channel_id: int) -> Undeliverable | None:
        """What a post in that channel would be answered with, as far as nothing has changed since Discord refused one."""
        refusal = self._current(channel_id)
        if refusal is None or refusal.doubted or abs(self._client.clock.now() - refusal.at) >= BELIEVED:
            return None
        return _failure(refusal.failure.obstacle, refusal.failure.code, repeated=True)

    def _current(self, channel_id: int) -> _Refusal | None:
        """The refusal, unless the gateway has said something else of the channel since."""
        refusal = self._refusals.get(channel_id)
        if refusal is not None and self._seen(channel_id) != refusal.seen:
            del self._refusals[channel_id]
            return None
        return refusal

    def _seen(self, channel_id: int) -> Obstacle | None:
        return _obstacle(self._client.get_channel(channel_id))

    def _server_of(self, channel_id: int) -> int | None:
        channel = self._client.get_channel(channel_id)
        return channel.guild.id if isinstance(channel, discord.abc.GuildChannel) else None


def _failure(obstacle: Obstacle | None, code: str, repeated: bool = False) -> Undeliverable:
    assert obstacle is not None
    return Undeliverable(obstacle_text(obstacle), permanent=True, obstacle=obstacle, code=code, repeated=repeated)


def obstacle_of(channel: discord.abc.GuildChannel | None, me: discord.Member) -> Obstacle | None:
    """What keeps the bot from posting in a channel of a server, as far as Discord has told of it; None is no channel."""
    if channel is None:
        return Obstacle(Fault.GONE)
    if channel.type not in TAKES_MESSAGES:
        return Obstacle(Fault.KIND)
    if missing := _missing_to_post(channel.permissions_for(me)):
        return Obstacle(Fault.PERMISSIONS, ", ".join(missing))
    return None


def _obstacle(channel: object) -> Obstacle | None:
    """The same, of a channel that the gateway has told of."""
    return obstacle_of(channel, channel.guild.me) if isinstance(channel, discord.abc.GuildChannel) else Obstacle(Fault.GONE)


def unmentionable(
    guild: discord.Guild, me: discord.Member, role_id: int, channel: discord.abc.GuildChannel | None
) -> Obstacle | None:
    """What keeps the bot from pinging a role, in that channel if there is one."""
    if (role := guild.get_role(role_id)) is None:
        return Obstacle(Fault.GONE)
    may = channel.permissions_for(me) if channel else me.guild_permissions
    return None if role.mentionable or may.mention_everyone else Obstacle(Fault.UNMENTIONABLE)
