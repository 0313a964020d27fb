"""Whether the running bot is well: what its health address says, and on what the dead man's switch depends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.chat.connection import LinkState
from bot.clock import Clock
from bot.desk.heartbeat import STALE
from bot.desk.waiting import oldest_waiting
from bot.store.database import Database, DatabaseFailure
from bot.watch.schedule import Watch
from bot.words import health as words

log = logging.getLogger(__name__)
#: In seconds. A tick comes every few seconds; a tick that plans much says so every 20 s.
TICK_TOO_OLD = STALE.total_seconds()
#: Discord's gateway lets a connection go now and then, and most come back within seconds.
GATEWAY_AWAY = 180.0
#: The longest line that a channel's limit makes of what is due at one moment is some minutes.
WAITING_TOO_LONG = 900.0
ANSWER_WITHIN = 5.0


@dataclass(frozen=True)
class Health:
    """How the bot is, without a name of a server or a place."""

    #: Seconds since the watch looked last for what is due; None before its first look.
    ticked_ago: float | None
    #: When the oldest notice was due that is to be sent and waits for no person; None if there is none.
    oldest_waiting: datetime | None
    gateway: LinkState
    #: Why it is not well, as sentences.
    problems: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        return not self.problems


class Vitals:
    """Where the parts of the running bot are asked how they are."""

    def __init__(self, db: Database, clock: Clock, watch: Watch, gateway: Callable[[], LinkState]) -> None:
        self._db = db
        self._clock = clock
        self._watch = watch
        self._gateway = gateway

    async def read(self) -> Health:
        """How all parts are now. It ends within seconds, also if the database does not answer."""
        problems = list(self._of_watch())
        oldest = None
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                oldest = await oldest_waiting(self._db)
        except (TimeoutError, DatabaseFailure) as failure:
            log.debug("the database could not be asked what waits: %r", failure)
            problems.append(words.NO_DATABASE)
        if oldest is not None and (waited := self._waited(oldest)) > WAITING_TOO_LONG:
            problems.append(words.waits(waited))
        gateway = self._gateway()
        if not gateway.connected and self._clock.monotonic() - gateway.began > GATEWAY_AWAY:
            problems.append(words.not_connected(gateway.since, gateway.problem))
        return Health(self._ticked_ago(), oldest, gateway, tuple(problems))

    def _of_watch(self) -> Iterator[str]:
        ago = self._ticked_ago()
        if ago is None:
            yield words.NOT_LOOKED
        elif ago > TICK_TOO_OLD:
            yield words.looked(ago)
        if self._watch.is_held:
            yield words.HELD

    def _ticked_ago(self) -> float | None:
        at = self._watch.looked_at
        return None if at is None else self._clock.monotonic() - at

    def _waited(self, due_at: datetime) -> float:
        """For how long it could have been sent: what fell due while nothing ran waits since the first look."""
        began = self._watch.began_at
        since_began = 0.0 if began is None else self._clock.monotonic() - began
        return min((self._clock.now() - due_at).total_seconds(), since_began)
