"""Whether each server's channels and roles are as its alerts need them: checked daily, and when Discord says that they changed.

What is broken is reported before an alert is due, and what Discord refused is sent at once when it is right again.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.errors import Undeliverable
from bot.record.ladder import Rung
from bot.record.problems import FOR_THE_DESK, Fault, Obstacle, Problem, ProblemKind
from bot.record.server_problems import Rights, rung_problems, server_problems
from bot.record.servers import Server
from bot.store import ladders, looks, problems, redirects, servers
from bot.store.database import Database, batches
from bot.store.problems import OpenProblem

log = logging.getLogger(__name__)

DAILY = timedelta(days=1)
AHEAD = timedelta(days=7)  # what an alert within so many days needs is checked
RECHECK = timedelta(minutes=1)  # after which something that was recorded has a server checked of which nothing was needed
AT_ONCE = 50  # servers that are checked in one transaction
#: Kinds that are found here; all others are ended by who reported them.
FOUND_HERE = frozenset(ProblemKind) - FOR_THE_DESK


class Surroundings(Rights, Protocol):
    """What is known of Discord's servers without asking Discord."""

    def knows(self, server_id: int) -> bool:
        """Whether it is known how that server is now. Of the others, nothing below means anything."""

    def channel(self, server_id: int, channel_id: int) -> Obstacle | None:
        """What keeps the bot from posting there."""

    def doubt(self, server_id: int) -> None:
        """Try channels again of which nothing but a refusal of Discord says that they cannot be used."""

    def doubted(self, channel_id: int) -> bool:
        """Whether such a channel is to be tried."""

    def remember(self, channel_id: int, obstacle: Obstacle) -> None:
        """A channel was refused before the program was started."""

    def untried(self, channel_id: int) -> None:
        """There is nothing to try there."""

    def moderators(self, server_id: int) -> int | None:
        """The channel in which Discord's own notes to the moderators are, if the bot may post there."""


@dataclass(frozen=True)
class _Seen:
    """What a server's notices depend on, as it was found at the last check."""

    channel_id: int | None
    fallback_id: int | None
    channel: Obstacle | None
    fallback: Obstacle | None
    #: Where its moderators can be told.
    moderators: int | None
    #: What is wrong with channels and roles that rungs have of their own.
    of_rungs: tuple[Problem, ...] = ()

    @property
    def can_be_told(self) -> bool:
        """Whether there is a channel in which to say what is broken."""
        return self.moderators is not None or (self.fallback_id is not None and self.fallback is None)

    @property
    def channels(self) -> list[int]:
        return [channel_id for channel_id in (self.channel_id, self.fallback_id) if channel_id is not None]

    @property
    def usable(self) -> int | None:
        """Where notices can be posted now."""
        if self.channel_id is not None and self.channel is None:
            return self.channel_id
        return self.fallback_id if self.fallback is None else None

    @property
    def gone(self) -> set[int]:
        """Channels that were deleted."""
        both = ((self.channel_id, self.channel), (self.fallback_id, self.fallback))
        return {channel_id for channel_id, found in both if channel_id and found and found.fault is Fault.GONE}


@dataclass(frozen=True)
class _Findings:
    """What some servers were found to be like. All by server."""

    seen: Mapping[int, _Seen]
    #: Those that are not as they were at the last check.
    changed: Collection[int]
    #: Those of which something that was refused may be posted now.
    refused: Collection[int]
    reported: Mapping[int, Sequence[OpenProblem]]
    broken: Mapping[int, set[Problem]]
    #: (server, channel): a post is to be tried there before anything is said of it.
    doubted: Sequence[tuple[int, int]]

    def news(self) -> list[int]:
        """Servers of which something else is broken than was reported."""
        uncertain = {channel_id for _, channel_id in self.doubted}
        servers_with_news = []
        for server_id, broken in self.broken.items():
            reported = {known.problem for known in self.reported[server_id]}
            named = {(problem.kind, problem.about) for problem in reported}
            broken -= {p for p in broken if p.about in uncertain and (p.kind, p.about) not in named}
            if broken != reported:
                servers_with_news.append(server_id)
        return servers_with_news

    def untold(self) -> list[int]:
        """Servers with something that nobody could be told, where there is a channel for it now."""
        can_be_told = [server_id for server_id in self.changed if self.seen[server_id].can_be_told]
        return [i for i in can_be_told if any(known.times == 0 for known in self.reported[i])]


class Preflight:
    """Checks servers, and keeps what is broken of them (`store.problems`)."""

    def __init__(self, db: Database, surroundings: Surroundings) -> None:
        self._db = db
        self._surroundings = surroundings
        self._marked: set[int] = set()
        self._seen: dict[int, _Seen] = {}
        self._refused: dict[int, str] = {}  # Discord's code, by server that a message was refused for, whatever its channel
        self._corrected: set[int] = set()  # servers of which something was refused that would not be any more
        self._checked_all: datetime | None = None
        self._unneeded: set[int] = set()  # servers of which something is broken that no alert needs
        self._rechecked: tuple[datetime, int] | None = None  # when these were checked, and what was recorded until then

    def changed(self, server_id: int) -> None:
        """Have a server checked at the next turn: Discord has said something new of it, or its settings are others."""
        self._surroundings.doubt(server_id)
        self._marked.add(server_id)

    def refused(self, server_id: int, channel_id: int, failure: Undeliverable) -> bool:
        """It is written down that Discord has refused a notice until a person corrects something: whether that is news.

        Thousands may be refused of one server for one reason. But it may have been corrected just before that was written down.
        """
        if failure.obstacle is None and not failure.code:
            return False  # it is held by a decision of ours
        if failure.obstacle is None:
            self._refused[server_id] = failure.code
        elif self._surroundings.knows(server_id) and self._surroundings.channel(server_id, channel_id) is None:
            self._corrected.add(server_id)
        elif failure.repeated:
            return False
        self._marked.add(server_id)
        return True

    async def turn(self, now: datetime) -> bool:
        """Check what has changed, and everything once a day: whether anything of what is broken has changed.

        Costs nothing if nothing is marked. A server of which nothing is known now stays marked.
        """
        if self._checked_all is None or abs(now - self._checked_all) >= DAILY:
            async with self._db.read() as conn:
                self._marked |= {server.id for server in await servers.known(conn)}
            self._checked_all = now
        self._mark_unneeded(now)
        known = [server_id for server_id in self._marked if self._surroundings.knows(server_id)]
        news = False
        for some in batches(known, AT_ONCE):
            corrected = self._corrected.intersection(some)
            self._marked.difference_update(some)  # before anything is read: what comes meanwhile is for the next turn
            self._corrected -= corrected
            try:
                news |= await self._check(some, corrected, now)
            except BaseException:
                self._marked.update(some)
                self._corrected |= corrected
                raise
        return news

    def _mark_unneeded(self, now: datetime) -> None:
        """What was recorded since may need what is broken."""
        recorded = self._db.recorded
        if self._rechecked is None or (recorded != self._rechecked[1] and abs(now - self._rechecked[0]) >= RECHECK):
            self._rechecked = now, recorded
            self._marked |= self._unneeded

    async def _check(self, server_ids: Collection[int], corrected: set[int], now: datetime) -> bool:
        """1. Read settings, and what is known to be broken; see what is broken now, and where notices can be posted.
        2. Only where something of that is new: write it, and have sent what was refused.
        """
        async with self._db.read() as conn:
            findings = await self._findings(conn, server_ids, corrected, now)
        news, untold = findings.news(), findings.untold()
        for server_id in findings.refused:
            await self._send(server_id, findings.seen[server_id], now)
        if news or untold or findings.doubted:
            async with self._db.write(records=False) as conn:
                for server_id in news:
                    await _write_down(conn, server_id, findings.reported[server_id], findings.broken[server_id], now)
                for server_id in untold:
                    await problems.tell_now(conn, server_id, now)
                for server_id, channel_id in findings.doubted:
                    await self._probe(conn, server_id, channel_id, now)
        self._seen |= findings.seen
        return bool(news or untold)

    async def _findings(
        self, conn: AsyncConnection, server_ids: Collection[int], corrected: set[int], now: datetime
    ) -> _Findings:
        around = self._surroundings
        of_ids = await servers.with_ids(conn, server_ids)
        reported = await problems.open_of(conn, server_ids)
        self._remember(reported)
        own = await ladders.own_rungs(conn, of_ids.values())
        seen = {s.id: self._look_at(s, own[s.id]) for s in of_ids.values() if s.channel_id is not None}
        changed = {server_id for server_id, of_server in seen.items() if self._seen.get(server_id) != of_server}
        return _Findings(
            seen,
            changed,
            await redirects.with_refused(conn, (changed | corrected) & seen.keys()),
            {i: [p for p in reported if p.server_id == i and p.problem.kind in FOUND_HERE] for i in of_ids},
            {i: await self._found(conn, server, seen.get(i), now) for i, server in of_ids.items()},
            [(i, channel) for i, of_server in seen.items() for channel in of_server.channels if around.doubted(channel)],
        )

    def _remember(self, reported: Iterable[OpenProblem]) -> None:
        """What Discord refused before the program was started is not right because nothing is known of it now."""
        for known in reported:
            problem = known.problem
            if known.server_id in self._seen:
                continue
            if problem.kind is ProblemKind.REFUSED:
                self._refused.setdefault(known.server_id, problem.detail)
            if problem.kind in (ProblemKind.CHANNEL, ProblemKind.FALLBACK):
                self._surroundings.remember(problem.about, Obstacle(problem.fault or Fault.REFUSED, problem.detail))

    async def _probe(self, conn: AsyncConnection, server_id: int, channel_id: int, now: datetime) -> None:
        """Have one notice posted in a channel; if it comes through, the others follow (`Surroundings.accepted` of the chat)."""
        if not await redirects.try_one(conn, server_id, channel_id, now):
            self._surroundings.untried(channel_id)
            self._marked.add(server_id)

    async def _send(self, server_id: int, seen: _Seen, now: datetime) -> None:
        """In slices, so that who writes waits for one of them only."""
        count, last = 0, 0
        while seen.usable is not None:
            async with self._db.write(records=False) as conn:
                sent = await redirects.send_refused(conn, server_id, seen.usable, seen.gone, now, last)
            count += len(sent)
            if len(sent) < redirects.SLICE:
                log.info("server %s: sending what was refused: %d", server_id, count)
                return
            last = sent[-1]

    def _look_at(self, server: Server, own: Collection[Rung]) -> _Seen:
        def obstacle(channel_id: int | None) -> Obstacle | None:
            return None if channel_id is None else self._surroundings.channel(server.id, channel_id)

        channel, fallback = server.channel_id, server.fallback_channel_id
        moderators = self._surroundings.moderators(server.id)
        channels = {rung.channel_id: obstacle(rung.channel_id) for rung in own if rung.channel_id is not None}
        usable = channel if obstacle(channel) is None else None
        of_rungs = tuple(rung_problems(server.id, own, channels, usable, self._surroundings))
        return _Seen(channel, fallback, obstacle(channel), obstacle(fallback), moderators, of_rungs)

    async def _found(self, conn: AsyncConnection, server: Server, seen: _Seen | None, now: datetime) -> set[Problem]:
        """What is broken of a server and worth telling: of what only alerts need, if one is near."""
        channel, fallback = (seen.channel, seen.fallback) if seen else (None, None)
        found = {*server_problems(server, channel, fallback, self._surroundings), *(seen.of_rungs if seen else ())}
        self._unneeded.discard(server.id)
        if any(problem.kind is not ProblemKind.DESK_ROLE for problem in found) and not await _is_needed(conn, server.id, now):
            found = {problem for problem in found if problem.kind is ProblemKind.DESK_ROLE}
            self._unneeded.add(server.id)
        if (code := self._refused.get(server.id)) is not None:
            if await redirects.any_tried_again(conn, server.id):
                found.add(Problem(ProblemKind.REFUSED, detail=code))
            else:
                del self._refused[server.id]
        return found


async def _is_needed(conn: AsyncConnection, server_id: int, now: datetime) -> bool:
    """Whether anything is to be posted within AHEAD, or waits already."""
    return await redirects.any_unsettled(conn, server_id) or await looks.any_until(conn, server_id, now + AHEAD)


async def _write_down(
    conn: AsyncConnection, server_id: int, reported: Iterable[OpenProblem], found: Collection[Problem], now: datetime
) -> None:
    named = {(problem.kind, problem.about) for problem in found}
    for known in reported:
        if (known.problem.kind, known.problem.about) not in named:
            await problems.end(conn, server_id, known.problem.kind, known.problem.about, now)
            log.info("server %s: %s is right again", server_id, known.problem.kind.value)
    for problem in sorted(found, key=lambda problem: (problem.kind.value, problem.about)):
        await problems.report(conn, server_id, problem, now)
