"""How many notices each channel may have under way, and whose turn it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.watch.poster import Poster

MOST_UNDER_WAY = 500  # notices; each holds a connection to Discord
LEAST_WAIT = 0.01  # seconds
UNKNOWN_WAIT = 1.0  # seconds, where a channel takes nothing and does not say until when


class Rooms:
    """A notice holds a place of its own channel from its claim on until it is settled, so that what hangs delays no other."""

    def __init__(self, poster: Poster) -> None:
        self._poster = poster
        self._held: Counter[int] = Counter()  # places, by channel
        self._begun: Counter[int] = Counter()  # posts that were begun and have not ended, by channel
        self._met: set[int] = set()  # channels that may be full
        self._blocked: set[int] = set()  # full ones in which a notice waits
        self._last = 0  # the channel that had the last turn

    @property
    def last_turn(self) -> int:
        return self._last

    def hold(self, channel_id: int) -> None:
        self._held[channel_id] += 1
        self._met.add(channel_id)

    def leave(self, channel_id: int) -> None:
        self._held[channel_id] -= 1
        if not self._held[channel_id]:
            del self._held[channel_id]

    def begin(self, channel_id: int) -> None:
        self._begun[channel_id] += 1

    def end(self, channel_id: int) -> None:
        self._begun[channel_id] -= 1
        if not self._begun[channel_id]:
            del self._begun[channel_id]

    def may_begin(self, channel_id: int, others: int = 0) -> bool:
        """Whether a notice that holds a place may be posted now, after so many others that are about to be."""
        return self._poster.room(channel_id) - self._begun[channel_id] - others > 0

    def to_ask(self, most: int) -> int:
        """How many channels to ask for, so that `most` of them have room, if so many have: full ones are among them."""
        self._met = {channel_id for channel_id in self._met if not self._is_free(channel_id)}
        return most + sum(self._room(channel_id) <= 0 for channel_id in self._met)

    def share(self, waiting: Sequence[int], most: int) -> list[tuple[int, int]]:
        """Share `most` places among channels in turn: one for each at first, then another, as far as each has room.

        `waiting`: channels in which notices wait, the one whose turn it is first. Gives (channel, places) pairs.
        """
        most = min(most, MOST_UNDER_WAY - self._held.total())
        rooms = {channel_id: self._room(channel_id) for channel_id in waiting}
        self._blocked = {channel_id for channel_id, room in rooms.items() if room <= 0}
        self._met |= self._blocked
        first = [channel_id for channel_id in waiting if rooms[channel_id] > 0][: max(0, most)]
        places = dict.fromkeys(first, 1)
        left = most - len(first)
        while left > 0 and (more := [channel_id for channel_id in first if places[channel_id] < rooms[channel_id]]):
            for channel_id in more[:left]:
                places[channel_id] += 1
            left -= len(more[:left])
        if first:
            self._last = first[-1]
        return list(places.items())

    @property
    def crowded(self) -> bool:
        return self._held.total() >= MOST_UNDER_WAY

    def opens_in(self, kept: Iterable[int] = ()) -> float | None:
        """Seconds until a channel in which notices wait has room, 0 if one has; None if only the end of a post can make room.

        `kept`: channels of notices that hold a place already and wait until they may be posted.
        """
        blocked = () if self.crowded else self._blocked
        waits = [0.0 if self._room(channel_id) > 0 else self._wait(channel_id, self._held) for channel_id in blocked]
        waits += [0.0 if self.may_begin(channel_id) else self._wait(channel_id, self._begun) for channel_id in set(kept)]
        return min((wait for wait in waits if wait is not None), default=None)

    def _wait(self, channel_id: int, under_way: Counter[int]) -> float | None:
        if wait := self._poster.room_in(channel_id):
            return max(wait, LEAST_WAIT)
        return None if under_way[channel_id] else UNKNOWN_WAIT

    def _room(self, channel_id: int) -> int:
        return self._poster.room(channel_id) - self._held[channel_id]

    def _is_free(self, channel_id: int) -> bool:
        """Whether the channel has all its room."""
        return not self._held[channel_id] and not self._poster.room_in(channel_id) and self._room(channel_id) > 0
