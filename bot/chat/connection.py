"""Logs in to Discord and stays connected, however long Discord cannot be reached.

discord.py's own loop (`Client.connect`) ends with an error where the first connection fails or an answer is odd, waits for
up to 17 minutes in silence, and begins sessions without asking whether Discord allows one. What it does with one connection
is used as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from math import ceil, inf

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from bot.chat.client import BotClient
from bot.chat.outages import OddAnswer, asked_wait, growing_wait, is_refusal_of_token, is_refused_token, problem_of
from bot.chat.session_starts import APART, LastSession, SessionNotes, SessionStartLimit
from bot.clock import SystemClock
from bot.config import ConfigError

log = logging.getLogger(__name__)
#: Seconds for an answer to a request, to log in, and from the first byte to a session that has begun.
ANSWER_WITHIN, LOGIN_WITHIN, SESSION_WITHIN = 10.0, 60.0, 60.0
HANG_UP_WITHIN = 2.0
#: Seconds after the login for which alerts wait for the gateway: to post they need none.
POSTS_AFTER = 30.0
#: Seconds between two lines of the log that say that Discord cannot be reached.
SAID_EVERY = 60.0
#: A connection that lasted so many seconds was a good one.
STEADY = 60.0
#: After a shorter one, at most so many of the failures before it still count.
FORGIVEN = 4
#: How often a session is resumed in vain before another one is begun.
RESUMED_MOST = 5
REFUSED_TOKEN = "Discord refuses the token in DISCORD_TOKEN. Copy it again from the application's Bot page."  # noqa: S105
#: What a person must mend, by the code with which the gateway closes (Discord docs, "Gateway Close Event Codes").
CLOSED_FOR_GOOD = {
    4004: REFUSED_TOKEN,
    4010: "Discord refuses the shard (close code 4010). Letterwatch asks for none, so look at what is between it and Discord: "
    "discord.api in config.toml.",
    4011: "The bot is on too many servers for one connection (close code 4011). Remove it from some, or run a second "
    "application with a token and a database of its own.",
    4012: "Discord no longer takes this version of its gateway (close code 4012). Install a newer version of Letterwatch.",
    4013: "Discord does not know an intent that Letterwatch asks for (close code 4013): {intents}. Install a newer version of "
    "Letterwatch.",
    4014: "Discord does not allow the bot an intent that it asks for (close code 4014): {intents}. Allow it on the "
    "application's Bot page.",
}


@dataclass(frozen=True)
class LinkState:
    """Whether the bot is connected to Discord's gateway."""

    connected: bool
    #: Since when it is so.
    since: datetime
    #: The same by the clock's monotonic time, which nobody sets.
    began: float
    #: Why it is not connected, on one line; "" if it is, or nothing has failed yet.
    problem: str = ""
    #: When it tries again, if it waits.
    next_try: datetime | None = None


@dataclass(frozen=True)
class _Session:
    """A session that can be resumed (Discord docs, "Gateway › Resuming")."""

    gateway: yarl.URL
    id: str
    sequence: int | None
    #: How often that was tried in vain.
    tries: int = 0


class GatewayLink:
    """The connection of one client. `stay` keeps it up; `state` says how it is."""

    def __init__(self, client: BotClient, token: str, notes: SessionNotes | None = None) -> None:
        """`notes`: where the next process finds when the last session began."""
        self._client = client
        self._token = token
        self._clock = SystemClock()  # the real time, also in a replay
        self._last_session = LastSession(self._clock, notes)
        self._logged_in = asyncio.Event()
        self._session: _Session | None = None
        #: What the gateway's address and limit were before the login.
        self._asked: tuple[yarl.URL, SessionStartLimit] | None = None
        self._failures = 0
        #: By the event loop's time: when it was last said that there is no session.
        self._said_at = -inf
        #: Whether that was said since the last session.
        self._is_said = False
        self.state = self._new_state(connected=False)

    def _new_state(self, *, connected: bool) -> LinkState:
        return LinkState(connected, self._clock.now(), self._clock.monotonic())

    async def until_able_to_post(self) -> None:
        """Until the bot is ready; or is logged in, where the gateway keeps it waiting for more than `POSTS_AFTER` seconds."""
        await self._logged_in.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POSTS_AFTER):
                await self._client.wait_until_ready()

    async def stay(self) -> None:
        """Log in and stay connected until the client is closed. Raises ConfigError for what only a person can mend."""
        while not self._client.is_closed():
            try:
                if not self._logged_in.is_set():
                    await self._log_in()
                await self._be_connected()
            except ConfigError:
                raise
            except Exception as failure:  # discord.py lets any error of a bad answer through
                if self._client.is_closed():
                    return
                self._refuse_for_good(failure)
                await self._pause(failure)

    async def _log_in(self) -> None:
        self._asked = await self._gateway()  # it answers sooner than a login
        async with asyncio.timeout(LOGIN_WITHIN):
            await self._client.log_in(self._token)
        await self._client.start_syncing()
        self._logged_in.set()

    async def _be_connected(self) -> None:
        """One connection: resume the session, or begin one. Ends with the error that ended it."""
        session = self._session
        gateway = session.gateway if session else await self._allowed_gateway()
        before = self._client.newest_socket
        try:
            async with asyncio.timeout(SESSION_WITHIN) as limit:
                socket = await DiscordWebSocket.from_client(
                    self._client,
                    initial=True,  # discord.py would wait five seconds otherwise; `_allowed_gateway` does
                    gateway=gateway,
                    session=session.id if session else None,
                    sequence=session.sequence if session else None,
                    resume=session is not None,
                )
                self._client.ws = socket
                if session is None:
                    self._last_session.begin()
                socket.wait_for("RESUMED" if session else "READY", partial(self._has_begun, limit))
                while True:
                    await socket.poll_event()
        except BaseException as failure:
            newest = self._client.newest_socket
            lost = newest if newest is not before else None
            self._keep_session(lost, failure)
            await self._hang_up(lost, failure)
            raise

    def _has_begun(self, limit: asyncio.Timeout, _data: object) -> bool:
        """Called by discord.py when it has read READY or RESUMED: that one is the event which is awaited."""
        limit.reschedule(None)
        if self._is_said:
            log.info("Connected to Discord, which could not be reached since %s.", _shown(self.state.since))
        self._is_said = False
        self.state = self._new_state(connected=True)
        return True

    def _keep_session(self, socket: DiscordWebSocket | None, failure: BaseException) -> None:
        """What the next connection resumes: where this one ended, if a session had begun."""
        if isinstance(failure, ReconnectWebSocket) and not failure.resume:
            self._session = None
        elif self.state.connected and socket is not None and socket.session_id:
            self._session = _Session(socket.gateway, socket.session_id, socket.sequence)
        elif self._session:
            tries = self._session.tries + 1
            self._session = replace(self._session, tries=tries) if tries < RESUMED_MOST else None

    async def _hang_up(self, socket: DiscordWebSocket | None, failure: BaseException) -> None:
        """discord.py leaves a connection open, and its heartbeat going, if an odd answer or the lack of one ended it."""
        # 1000 ends the session too, 4000 leaves it to be resumed (Discord docs, "Gateway › Disconnecting").
        code = 1000 if isinstance(failure, asyncio.CancelledError) else 4000
        if socket is not None and socket.open:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(HANG_UP_WITHIN):
                    await socket.close(code)

    async def _allowed_gateway(self) -> yarl.URL:
        """The gateway's address, once a session may begin."""
        while True:
            gateway, limit = self._asked or await self._gateway()
            self._asked = None
            wait = self._last_session.wait(limit)
            if wait <= 0:
                return gateway
            if wait > APART:
                await self._wait(
                    f"Discord leaves it {limit.remaining:.0f} of {limit.total:.0f} sessions a day, so the next one waits", wait
                )
            else:
                await asyncio.sleep(wait)

    async def _gateway(self) -> tuple[yarl.URL, SessionStartLimit]:
        """The gateway's address, and how many sessions may begin (Discord docs, "Get Gateway Bot")."""
        address = discord.http.Route("GET", "/gateway/bot").url
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        headers = {"Authorization": f"Bot {self._token}", "User-Agent": self._client.http.user_agent}
        async with (
            self._client.pace.session() as http,
            http.get(address, headers=headers, timeout=timeout, allow_redirects=False) as response,
        ):
            status, body = response.status, await response.read()
            if is_refusal_of_token(status, response.content_type):
                raise ConfigError(REFUSED_TOKEN)
            if status != 200:
                raise OddAnswer(f"{address} answers with status {status}", response.headers)
        try:
            answer = json.loads(body)
            gateway = yarl.URL(answer["url"])
            if gateway.scheme not in ("ws", "wss") or not gateway.host:
                raise ValueError(gateway)
        except (ValueError, KeyError, TypeError, AttributeError) as odd:
            raise OddAnswer(f"{address} does not answer like Discord's API", response.headers) from odd
        return gateway, SessionStartLimit.of(answer)

    def _refuse_for_good(self, failure: Exception) -> None:
        """Raises ConfigError if waiting does not help."""
        if is_refused_token(failure):
            raise ConfigError(REFUSED_TOKEN) from failure
        if isinstance(failure, discord.ConnectionClosed) and failure.code in CLOSED_FOR_GOOD:
            intents = ", ".join(name for name, asked in self._client.intents if asked)
            raise ConfigError(CLOSED_FOR_GOOD[failure.code].format(intents=intents)) from failure

    async def _pause(self, failure: Exception) -> None:
        """Wait after a failure. The first try after a session that had begun comes at once."""
        log.debug("the connection to Discord failed", exc_info=failure)
        before = self.state
        if before.connected:
            self._client.dispatch("disconnect")
            self.state = self._new_state(connected=False)
            steady = self.state.began - before.began >= STEADY
            self._failures = 0 if steady else min(self._failures, FORGIVEN)
        self._failures += 1
        at_once = before.connected and self._failures == 1
        await self._wait(problem_of(failure), max(0.0 if at_once else growing_wait(self._failures), asked_wait(failure)))

    async def _wait(self, problem: str, seconds: float) -> None:
        """Wait so long, and say once a minute why."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        next_try = self._clock.now() + timedelta(seconds=seconds)
        self.state = replace(self.state, problem=problem, next_try=next_try)
        while (left := until - loop.time()) > 0:
            if loop.time() - self._said_at >= SAID_EVERY:
                self._said_at, self._is_said = loop.time(), True
                since = _shown(self.state.since)
                log.warning("Not connected to Discord since %s: %s. Next try in %d s.", since, problem, ceil(left))
            await asyncio.sleep(min(left, self._said_at + SAID_EVERY - loop.time()))


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def check_token(token: str) -> None:
    """Raises ConfigError, with what to do, if it is missing or cannot be one. Whether it is valid, Discord says."""
    if not token:
        raise ConfigError(
            "DISCORD_TOKEN is not set. Put the bot's token in the environment; the README explains how to get one."
        )
    if not token.isascii() or any(character.isspace() for character in token):
        raise ConfigError("DISCORD_TOKEN is not a bot token: it has characters that no token has. Copy it again.")
