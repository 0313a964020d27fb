"""Tells a server's people what is broken: once, again after a week, and where nobody reads of letters who may not."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.record.errors import Undeliverable, Unreadable
from bot.record.problems import FOR_THE_DESK, Problem
from bot.record.servers import Server
from bot.store import problems, servers
from bot.store.database import Database
from bot.store.problems import TELL_AGAIN, OpenProblem, telling_token
from bot.words.card import Card
from bot.words.problems import problem_card

log = logging.getLogger(__name__)

NOBODY = timedelta(hours=6)  # after which it is tried again, where nobody could be told
UNANSWERED = timedelta(minutes=1)  # the same, where Discord did not answer
PATIENCE = 30.0  # seconds
SERVER = "https://discord.com/channels/{}"


class Messenger(Protocol):
    """Reaches the people who look after a server."""

    def moderators(self, server_id: int) -> int | None:
        """The channel in which Discord's own notes to the moderators are, if the bot may post there."""

    def usable(self, server_id: int, channel_id: int) -> bool:
        """Whether the bot may post there, as far as is known."""

    async def owner(self, server_id: int) -> int | None:
        """The channel of direct messages with the owner; None if the server is not known. Raises Undeliverable."""

    async def post(self, channel_id: int, card: Card, token: str) -> int:
        """Post a card under a token: the message's id. Raises Undeliverable."""

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        """The message that was posted under that token. Raises Undeliverable, and Unreadable."""


class Telling:
    """Says what `store.problems` has to say, one problem a message."""

    def __init__(self, db: Database, clock: Clock, messenger: Messenger) -> None:
        self._db = db
        self._clock = clock
        self._messenger = messenger
        self._next: datetime | None = None
        self._known = False  # whether `_next` is
        self._working: asyncio.Task[None] | None = None
        self._unrecorded: dict[tuple[int, Problem], datetime] = {}  # when each was told, which the database could not keep
        self._saying: set[asyncio.Task[None]] = set()

    def news(self) -> None:
        """Something was reported."""
        self._known = False

    async def turn(self, now: datetime) -> None:
        """Begin to tell what is due, without waiting for it. Costs nothing if nothing is."""
        if self._working and not self._working.done():
            return
        if not self._known:
            self._known = True
            async with self._db.read() as conn:
                self._next = await problems.next_telling(conn)
        if self._next is not None and not now < self._next <= now + TELL_AGAIN:  # later was written by a clock that was ahead
            self._working = asyncio.create_task(self._tell_all(now), name="telling servers")

    async def drain(self) -> None:
        """Wait for what is being told."""
        for task in (self._working, *self._saying):
            if task:
                await asyncio.wait([task])

    async def stop(self) -> None:
        for task in (self._working, *self._saying):
            if task:
                task.cancel()
                await asyncio.wait([task])

    async def _tell_all(self, now: datetime) -> None:
        try:
            async with self._db.read() as conn:
                due = await problems.to_tell(conn, now)
                of_ids = await servers.with_ids(conn, {problem.server_id for problem in due})
            for problem in due:
                if server := of_ids.get(problem.server_id):
                    await self._tell(problem, server)
                else:  # its settings cannot be read
                    await self._put_off(problem, NOBODY, problem.maybe_in)
        except Exception:
            log.exception("a server could not be told of a problem; it is tried again")
            await asyncio.sleep(1)
        finally:
            self._known = False

    async def _tell(self, problem: OpenProblem, server: Server) -> None:
        """Exactly once, as a notice is posted:

        1. Where an earlier attempt may have posted it, look for it there.
        2. Note where it is about to be posted.
        3. Post it, in the first place that takes it, and write the receipt.
        """
        doubtful = problem.maybe_in
        try:
            if doubtful is not None and await self._was_told(problem, doubtful):
                return
            for channel_id in self._inside(server, problem.problem):
                doubtful = channel_id
                if await self._told_in(problem, server, channel_id, outside=False):
                    return
            doubtful = None
            if (owner := await self._messenger.owner(server.id)) is not None:
                doubtful = owner
                if await self._told_in(problem, server, owner, outside=True):
                    return
        except Undeliverable as failure:
            log.warning("server %s could not be told of a problem yet: %s", server.id, failure)
            await self._put_off(problem, UNANSWERED, doubtful if failure.maybe_sent else None)
            return
        log.warning("nobody on server %s can be told: %s", server.id, problem_card(problem.problem).text.replace("\n", " "))
        await self._put_off(problem, NOBODY, None)

    def _inside(self, server: Server, problem: Problem) -> list[int]:
        """Channels of the server for it, best first. Never the channel for alerts, unless it is for the desk."""
        wanted = [server.fallback_channel_id, self._messenger.moderators(server.id)]
        if problem.kind in FOR_THE_DESK:
            wanted.insert(0, server.channel_id)
        chosen = dict.fromkeys(channel_id for channel_id in wanted if channel_id)
        return [channel_id for channel_id in chosen if self._messenger.usable(server.id, channel_id)]

    async def _told_in(self, problem: OpenProblem, server: Server, channel_id: int, outside: bool) -> bool:
        """False if that place does not take it. Raises Undeliverable if that is not certain."""
        async with self._db.write(records=False) as conn:
            if not await problems.begin_telling(conn, problem, channel_id):
                return True
        url = SERVER.format(server.id) if outside else ""
        try:
            posted = await self._posted(channel_id, problem_card(problem.problem, url), problem.token)
        except TimeoutError as late:
            raise Undeliverable("Discord does not answer", permanent=False, maybe_sent=True) from late
        if posted:
            await self._receipt(problem, channel_id)
        return posted

    async def _posted(self, channel_id: int, card: Card, token: str) -> bool:
        """False if that place does not take it. Raises Undeliverable or TimeoutError if that is not certain."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._messenger.post(channel_id, card, token)
        except Undeliverable as failure:
            if failure.permanent:
                return False
            raise
        return True

    async def _was_told(self, problem: OpenProblem, channel_id: int) -> bool:
        """Raises Undeliverable if Discord does not answer."""
        try:
            message_id = await self._messenger.find(channel_id, problem.token, problem.tell_at - TELL_AGAIN)
        except Unreadable:  # told twice is better than never
            return False
        except Undeliverable as failure:
            if failure.permanent:
                return False
            raise
        if message_id is None:
            return False
        await self._receipt(problem, channel_id)
        return True

    async def _receipt(self, problem: OpenProblem, channel_id: int) -> None:
        async with self._db.write(records=False) as conn:
            await problems.told(conn, problem, channel_id, self._clock.now())
        log.info("server %s was told that it has a problem: %s", problem.server_id, problem.problem.kind.value)

    async def _put_off(self, problem: OpenProblem, wait: timedelta, maybe_in: int | None) -> None:
        async with self._db.write(records=False) as conn:
            await problems.put_off(conn, problem, self._clock.now() + wait, maybe_in)

    def tell(self, server_id: int, problem: Problem) -> None:
        """Say it without writing anything down, since the database cannot be written. Once a week in this process."""
        now = self._clock.now()
        told_at = self._unrecorded.get((server_id, problem))
        if told_at is not None and abs(now - told_at) < TELL_AGAIN:
            return
        self._unrecorded[server_id, problem] = now
        task = asyncio.get_running_loop().create_task(self._say(server_id, problem, now), name="telling a server")
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def _say(self, server_id: int, problem: Problem, now: datetime) -> None:
        """A nonce of the week keeps a restart within minutes from saying it again."""
        token = telling_token(server_id, problem, now.toordinal() // 7)
        try:
            async with self._db.read() as conn:
                server = await servers.get(conn, server_id)
            for channel_id in self._inside(server, problem):
                if await self._posted(channel_id, problem_card(problem), token):
                    return
            if (owner := await self._messenger.owner(server_id)) is not None:
                url = SERVER.format(server_id)
                if await self._posted(owner, problem_card(problem, url), token):
                    return
            log.warning("nobody on server %s can be told of a problem: %s", server_id, problem.kind.value)
        except Exception:
            log.exception("server %s could not be told of a problem: %s", server_id, problem.kind.value)
