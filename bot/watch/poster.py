"""What delivery needs of Discord: to post, to look for what was posted, and to know how much it takes at once."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.words.card import Card


class Poster(Protocol):
    """Posts cards into channels, within the limits of Discord."""

    def room(self, channel_id: int) -> int:
        """How many posts the channel takes at once now. Posts that were not answered yet are not subtracted."""

    def room_in(self, channel_id: int) -> float:
        """Seconds until the channel takes as many as it ever does; 0 if it does now."""

    def backlog(self) -> float:
        """Seconds that a request begun now would wait for the bot's own limit, in all channels together."""

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        """Post a card: the message's id. A second post with the same nonce within minutes gives the first message again.

        Raises Undeliverable.
        """

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        """The bot's own message with this token in a button, if one was posted since then.

        Raises Undeliverable, and Unreadable if the bot may not read the channel's history.
        """
