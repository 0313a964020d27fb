"""Sessions and the connections that carry them. (Discord docs, Gateway › Connection Lifecycle; Gateway Intents)"""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.bus import Event, Json
from sandbox.model import Application
from sandbox.permissions import Permission
from sandbox.world import World

# Topics › Opcodes and Status Codes › Gateway Opcodes
DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME = 0, 1, 2, 3, 4, 6
RECONNECT, MEMBERS, INVALID, HELLO, ACK = 7, 8, 9, 10, 11

# Gateway › List of Intents
GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = GUILD_MEMBERS | PRESENCES | MESSAGE_CONTENT
ALL_INTENTS = (1 << 26) - 1 - (1 << 17) - (1 << 18) - (1 << 19) - (1 << 22) - (1 << 23)


@dataclass
class Session:
    """One identified client, or shard of one. It outlives its connection, so that it can be resumed."""

    id: str
    application: Application
    intents: int
    shard: int
    shards: int
    sequence: int = 0
    missed: deque[Json] = field(default_factory=lambda: deque(maxlen=1000))
    connection: Connection | None = None
    resumes: int = 0

    def dispatch(self, name: str, data: Json) -> None:
        """Number an event, keep it for a resume, and send it if there is a connection. (Gateway › Resuming)"""
        self.sequence += 1
        payload = {"op": DISPATCH, "t": name, "s": self.sequence, "d": data}
        self.missed.append(payload)
        if self.connection is not None:
            self.connection.send(payload)

    def remembers(self, sequence: int) -> bool:
        """Whether everything after ``sequence`` can still be replayed."""
        return not self.missed or bool(self.missed[0]["s"] <= sequence + 1)

    def receives(self, event: Event, world: World) -> bool:
        """Whether this session receives an event: by application, shard, intents, and permission to view the channel.

        (Gateway › Gateway Intents; › Sharding; Topics › Permissions)
        """
        if event.name.startswith("SANDBOX_"):
            return False
        if event.application is not None and event.application != self.application.id:
            return False
        guild = event.guild
        if (0 if guild is None else (guild >> 22) % self.shards) != self.shard:
            return False
        if event.name == "INTERACTION_CREATE":
            return True
        if guild is not None and event.name != "GUILD_DELETE" and not world.shows(guild, self.application):
            return False
        return bool(self.intents & self._needed(event)) and self._sees(event, world)

    def _needed(self, event: Event) -> int:
        if event.name.startswith("MESSAGE_"):
            return DIRECT_MESSAGES if event.guild is None else GUILD_MESSAGES
        if event.name.startswith("GUILD_MEMBER_"):
            own = (event.data.get("user") or {}).get("id") == str(self.application.id)
            return GUILDS | GUILD_MEMBERS if own and event.name == "GUILD_MEMBER_UPDATE" else GUILD_MEMBERS
        return GUILDS

    def _sees(self, event: Event, world: World) -> bool:
        if not event.name.startswith("MESSAGE_"):
            return True
        channel = world.channels.get(event.channel or 0)
        if channel is None or event.person is not None:
            return False
        return bool(world.may(self.application.id, channel) & Permission.VIEW_CHANNEL)


class SessionStarts:
    """How often each application has identified, and how often it may. Times are real.

    (Gateway › Rate Limiting: "limited to a certain number of Identify calls"; › Session Start Limit Object)
    """

    def __init__(self) -> None:
        self.total = 1000
        #: Seconds from the first identify until all are free again.
        self.window = 86_400.0
        self.max_concurrency = 1
        #: Whether the excess is refused, as by Discord. If not, half always remain, so that tests may start a bot often.
        self.enforced = False
        #: Seconds between two identifies of one bucket (Discord's: 5). One that comes sooner gets Invalid Session.
        self.spacing = 0.0
        self._begun: dict[int, float] = {}
        self._used: dict[int, int] = {}
        self._latest: dict[tuple[int, int], float] = {}

    def limit(self, application: int) -> Json:
        """What GET /gateway/bot says of an application."""
        self._renew(application)
        remaining = max(self.total - self._used.get(application, 0), 0 if self.enforced else self.total // 2)
        begun = self._begun.get(application)
        rest = 0.0 if begun is None else begun + self.window - time.monotonic()
        return {"total": self.total, "remaining": remaining, "reset_after": max(0, round(rest * 1000)),
                "max_concurrency": self.max_concurrency}  # fmt: skip

    def leave(self, application: int, remaining: int) -> None:
        """Leave an application so many identifies; its window begins now."""
        self._begun[application] = time.monotonic()
        self._used[application] = self.total - remaining

    def take(self, application: int) -> bool:
        """Count an identify; False when it is one too many."""
        self._renew(application)
        self._begun.setdefault(application, time.monotonic())
        self._used[application] = self._used.get(application, 0) + 1
        return not self.enforced or self._used[application] <= self.total

    def too_soon(self, application: int, shard: int) -> bool:
        """Whether an identify comes too soon after the last one of its bucket. (› Sharding, Max Concurrency)"""
        bucket, now = (application, shard % self.max_concurrency), time.monotonic()
        if now < self._latest.get(bucket, now - self.spacing) + self.spacing:
            return True
        self._latest[bucket] = now
        return False

    def _renew(self, application: int) -> None:
        if time.monotonic() >= self._begun.get(application, time.monotonic()) + self.window:
            del self._begun[application], self._used[application]


class Connection:
    """One websocket and the queue of what is to be sent, compressed as the client asked."""

    def __init__(self, socket: web.WebSocketResponse, compress: str | None, transport: asyncio.Transport | None) -> None:
        self.socket = socket
        self.transport = transport
        self.session: Session | None = None
        #: The code with which the sandbox closed it; None if it did not.
        self.closed_with: int | None = None
        #: When the last heartbeat came, on the monotonic clock.
        self.last_heartbeat = time.monotonic()
        self._queue: asyncio.Queue[Json | tuple[int, str]] = asyncio.Queue()
        self._pack = _packer(compress)

    def send(self, payload: Json) -> None:
        """Queue a payload."""
        self._queue.put_nowait(payload)

    def close(self, code: int, reason: str = "") -> None:
        """Close after what is queued."""
        self._queue.put_nowait((code, reason))

    async def write(self) -> None:
        """Send what is queued, until the connection is closed."""
        while True:
            item = await self._queue.get()
            if isinstance(item, tuple):
                self.closed_with = item[0]
                await self.socket.close(code=item[0], message=item[1].encode())
                return
            text = json.dumps(item, separators=(",", ":"))
            try:
                if self._pack is None:
                    await self.socket.send_str(text)
                else:
                    await self.socket.send_bytes(self._pack(text.encode()))
            except ConnectionError:
                return


def _packer(compress: str | None) -> Callable[[bytes], bytes] | None:
    """Transport compression; plain text, which clients read too, for other kinds. (Gateway › Transport Compression)"""
    if compress != "zlib-stream":
        return None
    compressor = zlib.compressobj()
    return lambda text: compressor.compress(text) + compressor.flush(zlib.Z_SYNC_FLUSH)
