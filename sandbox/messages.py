"""The messages of all channels: posting, editing, deleting, reading. (Discord docs, Resources › Message)"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox import component_defaults, components, mentions, message_bodies
from sandbox.bus import Event, Json
from sandbox.errors import known
from sandbox.model import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Attachment,
    Channel,
    User,
)
from sandbox.world import World

_SETTABLE = SUPPRESS_EMBEDS | EPHEMERAL | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


@dataclass
class Message:
    """One message. (› Message Object)"""

    id: int
    channel: Channel
    author: User
    timestamp: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    edited: datetime | None = None
    pings: mentions.Pings = field(default_factory=mentions.Pings)
    nonce: str | int | None = None
    application: int | None = None
    #: The one person who sees it (an ephemeral message).
    only_for: int | None = None
    #: Which interaction it answers. (Message Interaction Metadata Object)
    metadata: Json | None = None
    is_answer: bool = False

    @property
    def text(self) -> str:
        """Its content and its text displays, a line each."""
        return "\n".join(part for part in (self.content, *components.texts(self.components)) if part)


class Messages:
    """The store of messages, oldest first in each channel."""

    def __init__(self, world: World, nonce_window: float = 180.0) -> None:
        """``nonce_window``: for how many seconds of real time an enforced nonce is remembered."""
        self._world = world
        self._by_channel: dict[int, dict[int, Message]] = {}
        self._nonces: dict[tuple[int, int, str], tuple[float, int]] = {}
        self.nonce_window = nonce_window

    def of(self, channel: int) -> list[Message]:
        """A channel's messages, oldest first, ephemeral ones included."""
        return list(self._by_channel.get(channel, {}).values())

    def find(self, channel: int, number: int) -> Message | None:
        """One message, ephemeral or not."""
        return self._by_channel.get(channel, {}).get(number)

    def public(self, channel: int, number: int) -> Message:
        """One message that is not ephemeral. Raises 10008 when there is none."""
        message = self.find(channel, number)
        if message is None or message.only_for is not None:
            raise known(10008)
        return message

    def forget_nonces(self) -> None:
        """Forget all nonces, as Discord does after some minutes."""
        self._nonces.clear()

    def post(self, channel: Channel, author: User, body: Json, files: list[Attachment] | None = None, *,
             only_for: int | None = None, metadata: Json | None = None, may: int | None = None) -> Message:  # fmt: skip
        """Check a body and post it. With an enforced nonce that was used before, return that first message instead.

        (Create Message: "enforce_nonce ... If another message was created by the same author with the same nonce,
        that message will be returned and no new message will be created.")
        """
        message_bodies.check_new(body, len(files or []))
        if earlier := self._same_nonce(channel, author, body):
            return earlier
        message = Message(self._world.ids.next(), channel, author, self._world.clock.now())
        message.flags = message_bodies.flags_of(body) & _SETTABLE
        message.nonce, message.only_for, message.metadata = body.get("nonce"), only_for, metadata
        message.is_answer = metadata is not None
        message.application = author.id if author.bot else None
        message.attachments = files or []
        self._write(message, body, may)
        self._store(message, body)
        return message

    def wait_for_text(self, channel: Channel, author: User, *, only_for: int | None, metadata: Json) -> Message:
        """Post the "is thinking..." message of a deferred answer. (Message Flags › LOADING)"""
        message = Message(self._world.ids.next(), channel, author, self._world.clock.now(), flags=LOADING)
        message.flags |= EPHEMERAL if only_for is not None else 0
        message.only_for, message.metadata, message.application = only_for, metadata, author.id
        message.is_answer = True
        self._store(message, {})
        return message

    def edit(self, message: Message, body: Json, files: list[Attachment] | None = None) -> Message:
        """Change what ``body`` names, and nothing else. (Edit Message)"""
        message_bodies.check_edit(body, message.flags)
        was_loading = bool(message.flags & LOADING)
        new_flags = message_bodies.flags_of(body) & (COMPONENTS_V2 | SUPPRESS_EMBEDS)
        message.flags = (message.flags | new_flags) & ~LOADING
        self._keep_attachments(message, body, files or [])
        self._write(message, body, None)
        message.edited = None if was_loading else self._world.clock.now()
        self._publish("MESSAGE_UPDATE", message)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message. (Delete Message)"""
        del self._by_channel[message.channel.id][message.id]
        self._publish("MESSAGE_DELETE", message)

    def to_json(self, message: Message) -> Json:
        """The JSON of a message. (› Message Object)"""
        users = self._world.users
        body: Json = {
            "id": str(message.id),
            "channel_id": str(message.channel.id),
            "type": 20 if message.is_answer and (message.metadata or {}).get("type") == 2 else 0,
            "content": message.content,
            "author": message.author.to_json(),
            "timestamp": message.timestamp.isoformat(),
            "edited_timestamp": message.edited.isoformat() if message.edited else None,
            "tts": False,
            "mention_everyone": message.pings.everyone,
            "mentions": [users[number].to_json() for number in message.pings.users if number in users],
            "mention_roles": [str(number) for number in message.pings.roles],
            "attachments": [file.to_json() for file in message.attachments],
            "embeds": copy.deepcopy(message.embeds),
            "components": copy.deepcopy(message.components),
            "pinned": False,
            "flags": message.flags,
        }
        if message.nonce is not None:
            body["nonce"] = message.nonce
        if message.application is not None:
            body["application_id"] = str(message.application)
        if message.metadata is not None:
            body["webhook_id"] = str(message.application)
            body["interaction_metadata"] = message.metadata
        return body

    def _write(self, message: Message, body: Json, may: int | None) -> None:
        """Fill in content, embeds and components, and work out the pings, again on each edit.

        ("If there is no explicit allowed_mentions in the edit request, the content will be parsed with default
        allowances", Edit Message.)
        """
        if "content" in body:
            message.content = body["content"] or ""
        if "embeds" in body:
            message.embeds = [{"type": "rich", **embed} for embed in body["embeds"] or []]
        if "components" in body:
            raw = copy.deepcopy(body["components"] or [])
            message.components = component_defaults.fill_in(raw, message.attachments, self._world.ids)
        if "content" not in body and "components" not in body:
            return
        if may is None:
            may = self._world.may(message.author.id, message.channel)
        guild = self._world.guilds.get(message.channel.guild or 0)
        message.pings = mentions.pings(message.text, body.get("allowed_mentions"), guild, may)

    def _keep_attachments(self, message: Message, body: Json, files: list[Attachment]) -> None:
        """An edit that names attachments keeps only those, and the new ones."""
        if body.get("attachments") is not None:
            kept_ids = {str(each.get("id")) for each in body["attachments"]}
            message.attachments = [file for file in message.attachments if str(file.id) in kept_ids]
        message.attachments = message.attachments + files

    def _same_nonce(self, channel: Channel, author: User, body: Json) -> Message | None:
        if not body.get("enforce_nonce") or body.get("nonce") is None:
            return None
        posted = self._nonces.get((channel.id, author.id, str(body["nonce"])))
        if posted is None or time.monotonic() - posted[0] > self.nonce_window:
            return None
        return self.find(channel.id, posted[1])

    def _store(self, message: Message, body: Json) -> None:
        self._by_channel.setdefault(message.channel.id, {})[message.id] = message
        message.channel.last_message = message.id
        if message.nonce is not None:
            key = (message.channel.id, message.author.id, str(message.nonce))
            self._nonces[key] = (time.monotonic(), message.id)
            self._forget_old_nonces()
        self._publish("MESSAGE_CREATE", message)

    def _forget_old_nonces(self) -> None:
        """The oldest come first."""
        limit = time.monotonic() - self.nonce_window
        while self._nonces and self._nonces[first := next(iter(self._nonces))][0] < limit:
            del self._nonces[first]

    def _publish(self, name: str, message: Message) -> None:
        data = self.to_json(message)
        if name == "MESSAGE_DELETE":
            data = {"id": data["id"], "channel_id": data["channel_id"]}
        channel = message.channel
        if channel.guild is not None:
            data["guild_id"] = str(channel.guild)
        self._world.bus.publish(Event(name, data, guild=channel.guild, channel=channel.id, person=message.only_for))


def page(messages: list[Message], test: Callable[[Message], bool], limit: int, *, newest: bool) -> list[Message]:
    """The ``limit`` newest or oldest of the messages that pass ``test``, oldest first."""
    passing = [message for message in messages if test(message)]
    return passing[-limit:] if newest else passing[:limit]
