"""How many posts each channel takes, by what Discord's answers say. (Discord docs, "Rate Limits › Header Format")

Times are monotonic seconds, but for `resets`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isfinite

#: What holds of a channel until Discord says otherwise. Discord does not publish it; bots measure it.
USUAL_LIMIT, USUAL_SECONDS = 5, 5.0
#: The room in a channel that nothing limits.
UNLIMITED = 1000
#: Discord's word is believed for so long, then a post is tried.
LONGEST = 600.0
#: A channel is forgotten when it was silent for so long.
SILENT = 60.0
#: Answers whose windows are reset less than so many seconds apart are of the same window.
SAME_RESET = 0.25


@dataclass(frozen=True, slots=True)
class _Answer:
    """The headers of one answer."""

    limit: int
    remaining: int
    reset_after: float  #: seconds
    resets: float | None  #: by Discord's clock, in seconds: which window it is

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> _Answer | None:
        """None if the headers are missing or make no sense."""
        limit, remaining, reset_after = (
            _number(headers, f"X-RateLimit-{name}") for name in ("Limit", "Remaining", "Reset-After")
        )
        if limit is None or remaining is None or reset_after is None:
            return None
        most = max(1, int(min(limit, UNLIMITED)))
        return cls(
            most, min(max(0, int(remaining)), most), min(max(0.0, reset_after), LONGEST), _number(headers, "X-RateLimit-Reset")
        )


@dataclass(slots=True)
class _Channel:
    """What is known of one channel."""

    limit: int = USUAL_LIMIT
    remaining: int = USUAL_LIMIT  #: of the window that `ends`
    ends: float = -inf
    resets: float = -inf  #: by Discord's clock
    closed_until: float = -inf  #: a post was refused, and none will be taken before
    heard: float = -inf

    def learn(self, answer: _Answer, now: float) -> None:
        """Take over what an answer says.

        Answers overtake each other. Of the same window the lowest count of remaining posts is the newest; what is said of an
        earlier window says nothing of this one. Each answer's way takes time, so the earliest end is the nearest to the truth.
        """
        ends = now + answer.reset_after
        resets = self.resets if answer.resets is None else answer.resets
        if now >= self.ends or resets > self.resets + SAME_RESET:
            self.remaining, self.ends, self.resets = answer.remaining, ends, resets
        elif resets < self.resets - SAME_RESET:
            return
        else:
            self.remaining, self.ends = min(self.remaining, answer.remaining), min(self.ends, ends)
        self.limit = answer.limit

    def count(self, now: float) -> None:
        """A post went out, and Discord did not say what remains."""
        if now >= self.ends:
            self.remaining, self.ends = self.limit, now + USUAL_SECONDS
        self.remaining = max(0, self.remaining - 1)


class ChannelLimits:
    """Remembers what Discord said of the channels that were posted in during the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._channels: dict[int, _Channel] = {}
        self._next_sweep = -inf

    def room(self, channel_id: int) -> int:
        """How many posts the channel takes at once now; those that were not answered yet are not subtracted."""
        channel, now = self._channels.get(channel_id), self._clock()
        if channel is None:
            return USUAL_LIMIT
        if now < channel.closed_until:
            return 0
        return channel.remaining if now < channel.ends else channel.limit

    def room_in(self, channel_id: int) -> float:
        """Seconds until `room` is the channel's whole limit again; 0 if it is."""
        channel, now = self._channels.get(channel_id), self._clock()
        if channel is None:
            return 0.0
        ends = channel.ends if channel.remaining < channel.limit else -inf
        return max(0.0, ends - now, channel.closed_until - now)

    def answered(self, channel_id: int, status: int, headers: Mapping[str, str]) -> None:
        """A post was answered. An answer without limits comes from a server that has none, if the post was taken."""
        channel, now = self._channel(channel_id), self._clock()
        answer = _Answer.read(headers)
        if answer is not None:
            channel.learn(answer, now)
        elif 200 <= status < 300:
            channel.limit, channel.ends = UNLIMITED, -inf
        elif status != 429:
            channel.count(now)

    def refused(self, channel_id: int, seconds: float) -> None:
        """A post was answered with 429: the channel takes nothing for so long, whatever else its answers say.

        The limit may be another than the one that the headers count: a "shared" one is everybody's in this channel.
        """
        channel = self._channel(channel_id)
        channel.closed_until = max(channel.closed_until, self._clock() + min(seconds, LONGEST))

    def lost(self, channel_id: int) -> None:
        """A post had no answer; Discord may have counted it."""
        self._channel(channel_id).count(self._clock())

    def _channel(self, channel_id: int) -> _Channel:
        now = self._clock()
        if now >= self._next_sweep:
            self._next_sweep = now + SILENT
            self._channels = {id: channel for id, channel in self._channels.items() if not _is_over(channel, now)}
        channel = self._channels.setdefault(channel_id, _Channel())
        channel.heard = now
        return channel


def _is_over(channel: _Channel, now: float) -> bool:
    return now >= max(channel.ends, channel.closed_until, channel.heard + SILENT)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(headers.get(name, ""))
    except ValueError:
        return None
    return number if isfinite(number) else None
