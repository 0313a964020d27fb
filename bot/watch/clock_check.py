"""Whether the machine's clock can be right. Where it is far ahead of Discord's, nothing is planned or posted."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.clock import CheckedClock, JumpMeter
from bot.store.heartbeat import Heartbeat, Held
from bot.words.prose import span

log = logging.getLogger(__name__)

#: A difference to Discord's clock that is worth a line in the log.
NOTABLE = timedelta(minutes=1)
#: Seconds between two questions while something is held, doubled each time, and shortened at random by up to half.
FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0


class ClockCheck:
    """Compares the machine's clock with Discord's, before anything is due by it.

    `ask`: sends Discord a request, whose answer makes the clock hear Discord's time. It may fail in any way.
    """

    def __init__(self, clock: CheckedClock, ask: Callable[[], Awaitable[None]]) -> None:
        self._clock = clock
        self._ask = ask
        self._machine = JumpMeter(clock.machine)
        self._held: Held | None = None
        self._in_doubt_since: float | None = None  # monotonic time, as the next one
        self._ask_at = 0.0
        self._asked = 0  # times, since then
        self._differs = False

    @property
    def is_held(self) -> bool:
        return self._held is not None

    def latest(self) -> datetime:
        """It is no later now than this: by Discord's clock, where the machine's is behind."""
        return self._clock.now() + max(timedelta(), self._clock.behind()) + timedelta(seconds=2)

    async def passes(self) -> bool:
        """Read the clock: whether it can be right. Discord is asked where that is in doubt, but not at every look.

        It is in doubt if Discord was never heard, or if the clock is further ahead than Discord's can be by now: it was set, or
        the machine has slept.
        """
        self._report_jump()
        if self._is_in_doubt():
            if self._in_doubt_since is None:
                self._in_doubt_since = self._ask_at = self._clock.monotonic()
            if self._clock.monotonic() >= self._ask_at:
                await self._ask_now()
        self._clock.read()
        if self._is_in_doubt():
            self._hold()
            return False
        self._release()
        self._report_difference()
        return True

    def heartbeat(self) -> Heartbeat:
        """What a look leaves in the database."""
        ahead = self._clock.ahead() if self._held else None
        return Heartbeat(self._clock.machine.now(), self._held, None if ahead is None else round(ahead.total_seconds()))

    def _is_in_doubt(self) -> bool:
        return self._clock.ahead() is None or self._clock.is_far_ahead()

    async def _ask_now(self) -> None:
        wait = min(FIRST_WAIT * 2 ** min(self._asked, 10), LONGEST_WAIT)
        self._asked += 1
        try:
            await self._ask()
        except Exception as failure:  # whatever it is, Discord's time is not known; `_hold` says so
            log.debug("Discord could not be asked for the time: %r", failure)
        self._ask_at = self._clock.monotonic() + wait * random.uniform(0.5, 1)

    def _hold(self) -> None:
        heard_at, since = self._clock.heard_at, self._in_doubt_since
        held = Held.AHEAD if heard_at is not None and since is not None and heard_at >= since else Held.UNCONFIRMED
        if held is self._held:
            return
        self._held = held
        ahead = self._clock.ahead()
        if held is Held.AHEAD and ahead is not None:
            log.error("this machine's clock is %s ahead of Discord's: nothing is posted until it is right", span(ahead))
        elif ahead is not None:
            log.error("this machine's clock is %s ahead; nothing is posted until Discord confirms the time", span(ahead))
        else:
            log.error("nothing is posted until Discord confirms the time of this machine's clock")

    def _release(self) -> None:
        if self._held:
            log.warning("this machine's clock agrees with Discord's again; alerts are posted")
        self._held = self._in_doubt_since = None
        self._asked = 0

    def _report_jump(self) -> None:
        if jump := self._machine.jump():
            way = "ahead" if jump > timedelta() else "back"
            slept = ", or it slept" if jump > timedelta() else ""
            log.warning("this machine's clock was set %s by %s%s", way, span(jump), slept)

    def _report_difference(self) -> None:
        ahead, behind = self._clock.ahead() or timedelta(), self._clock.behind()
        if max(ahead, behind) <= NOTABLE:
            self._differs = False
        elif not self._differs:
            self._differs = True
            if behind > ahead:
                log.warning("this machine's clock is %s behind Discord's: alerts are late by as much", span(behind))
            else:
                log.warning("this machine's clock is %s ahead of Discord's: alerts are early by as much", span(ahead))
