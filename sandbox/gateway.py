"""The gateway: who may connect, identify and resume. (Discord docs, Gateway › Connection Lifecycle)"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.bus import Event, Json
from sandbox.model import Application
from sandbox.sessions import (
    ACK,
    ALL_INTENTS,
    GUILDS,
    HEARTBEAT,
    HELLO,
    IDENTIFY,
    INVALID,
    MEMBERS,
    PRESENCE,
    PRIVILEGED,
    RECONNECT,
    RESUME,
    VOICE,
    Connection,
    Session,
)
from sandbox.world import World


class Refused(Exception):
    """The connection must close with a code. (Opcodes and Status Codes › Gateway Close Event Codes)"""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Gateway:
    """All sessions, and the ways in which a test can disturb them."""

    def __init__(self, world: World, heartbeat: float = 41.25) -> None:
        """``heartbeat``: seconds between heartbeats; a client silent for one and a half of it is dropped."""
        self._world = world
        self.heartbeat = heartbeat
        self.url = ""
        self.refusing = False
        self.shards = 1
        self.identified = 0
        self.sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        world.bus.listen(self._tell)

    # Faults on demand

    def close(self, code: int = 4000, reason: str = "") -> None:
        """Close every connection with a code; sessions can be resumed unless the code forbids it."""
        for connection in list(self._connections):
            connection.close(code, reason)

    def cut(self) -> None:
        """Cut every connection without a word, as a network does."""
        for connection in list(self._connections):
            if connection.transport is not None:
                connection.transport.abort()

    def ask_reconnect(self) -> None:
        """Ask every client to reconnect and resume. (Gateway Events › Reconnect)"""
        for connection in list(self._connections):
            connection.send({"op": RECONNECT, "d": None, "s": None, "t": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Invalidate every session. (Gateway Events › Invalid Session)"""
        for connection in list(self._connections):
            connection.send({"op": INVALID, "d": resumable, "s": None, "t": None})
        if not resumable:
            self.sessions.clear()

    def forget_sessions(self) -> None:
        """Let no session be resumed any more, without telling."""
        self.sessions.clear()

    def connected(self, application: int | None = None) -> list[Session]:
        """The sessions that have a connection."""
        return [
            session
            for session in self.sessions.values()
            if session.connection is not None and application in (None, session.application.id)
        ]

    # The protocol

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from HELLO to its end."""
        if self.refusing:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=4096 * 4, autoclose=True)
        await socket.prepare(request)
        connection = Connection(socket, request.query.get("compress"), request.transport)
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write())
        watcher = asyncio.create_task(self._watch(connection))
        try:
            connection.send({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000)}, "s": None, "t": None})
            await self._read(connection, request.query)
            await self._finish(connection, writer)
        finally:
            watcher.cancel()
            writer.cancel()
            self._connections.discard(connection)
            self._detach(connection)
        return socket

    async def shut(self) -> None:
        """Close what is open."""
        for connection in list(self._connections):
            await connection.socket.close(code=1001)

    async def _read(self, connection: Connection, query: Any) -> None:
        try:
            if query.get("v", "10") not in ("9", "10"):
                raise Refused(4012, "Invalid API version")
            async for message in connection.socket:
                if message.type == WSMsgType.TEXT:
                    self._receive(connection, message.data)
        except Refused as refused:
            connection.close(refused.code, refused.reason)

    async def _finish(self, connection: Connection, writer: asyncio.Task[None]) -> None:
        """Let a refusal's close frame go out."""
        if not connection.socket.closed:
            await writer

    async def _watch(self, connection: Connection) -> None:
        """Drop a client whose heart has stopped. (Gateway › Heartbeat Interval; close code 4009)"""
        allowed = self.heartbeat * 1.5
        while (rest := connection.heard + allowed - time.monotonic()) > 0:  # noqa: ASYNC110 (a time, not an event)
            await asyncio.sleep(rest)
        connection.close(4009, "Session timed out")

    def _receive(self, connection: Connection, text: str) -> None:
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            raise Refused(4002, "Error while decoding payload.") from None
        if op == HEARTBEAT:
            connection.heard = time.monotonic()
            connection.send({"op": ACK, "d": None, "s": None, "t": None})
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif op not in (PRESENCE, VOICE, MEMBERS):
            raise Refused(4001, "Unknown opcode.")
        elif connection.session is None:
            raise Refused(4003, "Not authenticated.")

    def _identify(self, connection: Connection, data: Json) -> None:
        """(Gateway › Identifying; Gateway Events › Ready)"""
        if connection.session is not None:
            raise Refused(4005, "Already authenticated.")
        app = self._world.application_of(data.get("token", ""))
        if app is None:
            raise Refused(4004, "Authentication failed.")
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            raise Refused(4010, "Invalid shard.")
        intents = self._checked_intents(app, data.get("intents"))
        session = Session(secrets.token_hex(16), app, intents, shard, shards)
        self.sessions[session.id] = session
        self._attach(connection, session)
        self.identified += 1
        self._greet(session, [shard, shards])
        self._world.bus.stir()

    def _checked_intents(self, app: Application, intents: Any) -> int:
        """(Gateway › Gateway Intents; close codes 4013 and 4014)"""
        if not isinstance(intents, int) or intents < 0 or intents & ~ALL_INTENTS:
            raise Refused(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~app.privileged:
            raise Refused(4014, "Disallowed intent(s).")
        return intents

    def _greet(self, session: Session, shard: list[int]) -> None:
        """READY with unavailable guilds, then a GUILD_CREATE for each. (Gateway Events › Ready, Guild Create)"""
        app = session.application
        guilds = [guild for guild in self._world.guilds.values() if app.id in guild.members]
        mine = [guild for guild in guilds if (guild.id >> 22) % session.shards == session.shard]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": {**app.bot.to_json(), "verified": True, "mfa_enabled": False, "email": None},
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": shard,
                "application": {"id": str(app.id), "flags": 0},
                "session_type": "normal",
                "private_channels": [],
                "relationships": [],
                "user_settings": {},
            },
        )
        if session.intents & GUILDS:
            for guild in mine:
                session.dispatch("GUILD_CREATE", guild.to_gateway_json(app.id))

    def _resume(self, connection: Connection, data: Json) -> None:
        """Replay what was missed, then RESUMED; a session unknown or too old is invalid. (Gateway › Resuming)"""
        app = self._world.application_of(data.get("token", ""))
        if app is None:
            raise Refused(4004, "Authentication failed.")
        session = self.sessions.get(data.get("session_id", ""))
        sequence = data.get("seq") or 0
        if session is None or session.application is not app or not session.remembers(sequence):
            connection.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        if sequence > session.sequence:
            raise Refused(4007, "Invalid seq.")
        missed = [payload for payload in session.missed if payload["s"] > sequence]
        if session.connection is not None:
            session.connection.close(4000)
        self._attach(connection, session)
        for payload in missed:
            connection.send(payload)
        session.resumes += 1
        session.dispatch("RESUMED", {})
        self._world.bus.stir()

    def _attach(self, connection: Connection, session: Session) -> None:
        self._detach(connection)
        connection.session = session
        session.connection = connection

    def _detach(self, connection: Connection) -> None:
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection = None
        if _ends_session(connection):
            self.sessions.pop(session.id, None)
        self._world.bus.stir()

    def _tell(self, event: Event) -> None:
        for session in list(self.sessions.values()):
            if session.hears(event, self._world):
                session.dispatch(event.name, event.data)


def _ends_session(connection: Connection) -> bool:
    """Whether a connection took its session with it.

    A client that closes with 1000 or 1001 gives its session up (Gateway › Disconnecting); closed from this side, the
    session is lost with the codes after which a client must start anew (Gateway Close Event Codes).
    """
    if connection.closed_with is None:
        return connection.socket.close_code in (1000, 1001)
    return connection.closed_with in (4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014)
