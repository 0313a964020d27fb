"""The gateway: connecting, identifying, heartbeats, resuming. (Discord docs, Gateway › Connection Lifecycle)"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.bus import Event, Json
from sandbox.faults import Faults
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
    SessionStarts,
)
from sandbox.world import World

#: Seconds until a heartbeat is acknowledged. discord.py sends it from a thread, and that thread notes the time only when it
#: has its turn again. If the answer comes before that, as it does from a server in the same process, it is measured against
#: the heartbeat before: 41 seconds, and discord.py warns that it "can't keep up" although nothing is late. (Measured during
#: a jump of a year: one heartbeat in seven or eight; on a busy machine a tenth of a second was not always enough.)
ACK_AFTER = 1.0


class CloseConnection(Exception):
    """The connection must be closed with a code. (Opcodes and Status Codes › Gateway Close Event Codes)"""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Gateway:
    """All sessions, and the faults that a test can cause in them."""

    def __init__(self, world: World, faults: Faults, heartbeat: float = 41.25) -> None:
        """``heartbeat``: seconds of real time between heartbeats; after one and a half times that, a client is dropped."""
        self._world = world
        self._faults = faults
        self.heartbeat = heartbeat
        self.url = ""
        self.refusing = False
        self.shards = 1
        self.identified = 0
        self.starts = SessionStarts()
        self.sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        world.bus.subscribe(self._dispatch)

    # Faults that a test can cause

    def close(self, code: int = 4000, reason: str = "") -> None:
        """Close every connection with a code; sessions can be resumed unless the code forbids it."""
        for connection in list(self._connections):
            connection.close(code, reason)

    def cut(self) -> None:
        """Cut every connection without a close frame, as a network does."""
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
        """Make all sessions impossible to resume, without telling the clients."""
        self.sessions.clear()

    def connected(self, application: int | None = None) -> list[Session]:
        """The sessions that are connected now."""
        return [
            session
            for session in self.sessions.values()
            if session.connection is not None and application in (None, session.application.id)
        ]

    # The protocol

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from HELLO to its end. (Gateway › Connection Lifecycle)"""
        if (refusal := await self._refusal(request)) is not None:
            return refusal
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

    async def _refusal(self, request: web.Request) -> web.Response | None:
        """The answer to a client that is not let in."""
        fault = self._faults.meet("CONNECT", "/gateway")
        if fault is None:
            return web.Response(status=503) if self.refusing else None
        self._world.bus.recheck()  # a test may be waiting for the fault to be met
        await fault.wait()
        if fault.drop and request.transport is not None:
            request.transport.abort()
        if fault.is_page:
            return fault.page()
        return web.Response(status=fault.status or 503) if fault.status or fault.drop else None

    async def shut(self) -> None:
        """Close all connections."""
        for connection in list(self._connections):
            await connection.socket.close(code=1001)

    async def _read(self, connection: Connection, query: Any) -> None:
        try:
            if query.get("v", "10") not in ("9", "10"):
                raise CloseConnection(4012, "Invalid API version")
            async for message in connection.socket:
                if message.type == WSMsgType.TEXT:
                    self._receive(connection, message.data)
        except CloseConnection as closing:
            connection.close(closing.code, closing.reason)

    async def _finish(self, connection: Connection, writer: asyncio.Task[None]) -> None:
        """Wait until the close frame of a refusal is sent."""
        if not connection.socket.closed:
            await writer

    async def _watch(self, connection: Connection) -> None:
        """Drop a client that sends no heartbeats. (Gateway › Heartbeat Interval; close code 4009)"""
        allowed = self.heartbeat * 1.5
        while (rest := connection.last_heartbeat + allowed - time.monotonic()) > 0:  # noqa: ASYNC110 (a time, not an event)
            await asyncio.sleep(rest)
        connection.close(4009, "Session timed out")

    def _receive(self, connection: Connection, text: str) -> None:
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            raise CloseConnection(4002, "Error while decoding payload.") from None
        if op == HEARTBEAT:
            self._acknowledge(connection)
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif op not in (PRESENCE, VOICE, MEMBERS):
            raise CloseConnection(4001, "Unknown opcode.")
        elif connection.session is None:
            raise CloseConnection(4003, "Not authenticated.")

    def _acknowledge(self, connection: Connection) -> None:
        """(Gateway › Sending Heartbeats)"""
        connection.last_heartbeat = time.monotonic()
        acknowledgement = {"op": ACK, "d": None, "s": None, "t": None}
        asyncio.get_running_loop().call_later(ACK_AFTER, connection.send, acknowledgement)

    def _identify(self, connection: Connection, data: Json) -> None:
        """(Gateway › Identifying; Gateway Events › Ready)"""
        if connection.session is not None:
            raise CloseConnection(4005, "Already authenticated.")
        if fault := self._faults.meet("IDENTIFY", "/gateway"):
            raise CloseConnection(fault.code, fault.message)
        app = self._world.application_of(data.get("token", ""))
        if app is None:
            raise CloseConnection(4004, "Authentication failed.")
        shard, shards = data.get("shard") or (0, 1)
        if not 0 <= shard < shards:
            raise CloseConnection(4010, "Invalid shard.")
        intents = self._checked_intents(app, data.get("intents"))
        if self.starts.too_soon(app.id, shard):
            connection.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        if not self.starts.take(app.id):
            self._world.reset_token(app)
            raise CloseConnection(4004, "Authentication failed.")
        session = Session(secrets.token_hex(16), app, intents, shard, shards)
        self.sessions[session.id] = session
        self._attach(connection, session)
        self.identified += 1
        self._greet(session, [shard, shards])
        self._world.bus.recheck()

    def _checked_intents(self, app: Application, intents: Any) -> int:
        """(Gateway › Gateway Intents; close codes 4013 and 4014)"""
        if not isinstance(intents, int) or intents < 0 or intents & ~ALL_INTENTS:
            raise CloseConnection(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~app.privileged:
            raise CloseConnection(4014, "Disallowed intent(s).")
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
            for guild in (each for each in mine if not each.unavailable):
                session.dispatch("GUILD_CREATE", guild.to_gateway_json(app.id))

    def _resume(self, connection: Connection, data: Json) -> None:
        """Send what was missed, then RESUMED. A session that is unknown or too old is invalid. (Gateway › Resuming)"""
        app = self._world.application_of(data.get("token", ""))
        if app is None:
            raise CloseConnection(4004, "Authentication failed.")
        session = self.sessions.get(data.get("session_id", ""))
        sequence = data.get("seq") or 0
        if session is None or session.application is not app or not session.remembers(sequence):
            connection.send({"op": INVALID, "d": False, "s": None, "t": None})
            return
        if sequence > session.sequence:
            raise CloseConnection(4007, "Invalid seq.")
        missed = [payload for payload in session.missed if payload["s"] > sequence]
        if session.connection is not None:
            session.connection.close(4000)
        self._attach(connection, session)
        for payload in missed:
            connection.send(payload)
        session.resumes += 1
        session.dispatch("RESUMED", {})
        self._world.bus.recheck()

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
        self._world.bus.recheck()

    def _dispatch(self, event: Event) -> None:
        if event.name == "SANDBOX_TOKEN":
            self._close_all_of(event.application)
        for session in list(self.sessions.values()):
            if session.receives(event, self._world):
                session.dispatch(event.name, event.data)

    def _close_all_of(self, application: int | None) -> None:
        for session in self.connected(application):
            assert session.connection is not None
            session.connection.close(4004, "Authentication failed.")


def _ends_session(connection: Connection) -> bool:
    """Whether a session ended with its connection.

    It ends when the client closes with 1000 or 1001 (Gateway › Disconnecting), and when the sandbox closes with a code
    after which a client must identify again (Gateway Close Event Codes).
    """
    if connection.closed_with is None:
        return connection.socket.close_code in (1000, 1001)
    return connection.closed_with in (4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014)
