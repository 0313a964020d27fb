"""Has notices that were posted say what is true now, where nobody has pressed their buttons: as well as Discord allows it.

Nothing depends on it. Discord limits edits of messages that are over an hour old, and does not say how many there may be
(Discord docs, "JSON Error Codes", 30046).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import discord
from discord.http import Route

from bot.chat.client import BotClient
from bot.chat.components import components_of
from bot.chat.views import notice_page
from bot.desk.notices import PostedNotice, newest_notices
from bot.desk.session import reading
from bot.record.errors import CaseError
from bot.store.database import DatabaseFailure
from bot.words.card import Card

log = logging.getLogger(__name__)

MOST_NOTICES = 5  # that are edited after one command
MOST_WAITING = 100  # commands
PATIENCE = aiohttp.ClientTimeout(total=20)
PAUSE = 1.0  # seconds between two edits: a channel takes five in five seconds


@dataclass(frozen=True)
class _Asked:
    server_id: int
    case_ids: Sequence[int]
    #: Of a notice that is not edited.
    but: str


class NoticeEdits:
    """Edits one notice after another, beside everything else. What fails is dropped: the next notice says it anyway."""

    def __init__(self, client: BotClient) -> None:
        self._client = client
        self._waiting: deque[_Asked] = deque(maxlen=MOST_WAITING)
        self._working: asyncio.Task[None] | None = None

    def ask(self, server_id: int, case_ids: Sequence[int], but: str) -> None:
        """Have the newest notices of these cases edited, but for the one with that token."""
        self._waiting.append(_Asked(server_id, tuple(case_ids), but))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(), name="edits of notices")
            self._client.beside.add(self._working)
            self._working.add_done_callback(self._client.beside.discard)

    async def _work(self) -> None:
        while self._waiting:
            asked = self._waiting.popleft()
            try:
                await self._edit_newest(asked)
            except (CaseError, DatabaseFailure, aiohttp.ClientError, OSError, TimeoutError) as failure:
                log.info("a notice that was posted on server %s is not edited: %s", asked.server_id, failure)
            except Exception:
                log.exception("a notice that was posted on server %s is not edited", asked.server_id)

    async def _edit_newest(self, asked: _Asked) -> None:
        now = self._client.clock.now()
        async with reading(self._client.db, asked.server_id, now) as session:
            posted = [each for each in await newest_notices(session, asked.case_ids, MOST_NOTICES) if each.token != asked.but]
            cards = [await notice_page(session, notice.token, 0) for notice in posted]
        for number, (notice, card) in enumerate(zip(posted, cards, strict=True)):
            if number:
                await asyncio.sleep(PAUSE)
            if not await self._edit(notice, card):
                return

    async def _edit(self, notice: PostedNotice, card: Card) -> bool:
        """Whether Discord took it. Not through discord.py, which would wait for as long as Discord says, and try again."""
        session, http = self._client.notices_session, self._client.http
        if session is None or session.closed:
            return False
        headers = {"Authorization": f"Bot {http.token}", "User-Agent": http.user_agent, "Content-Type": "application/json"}
        path = "/channels/{channel_id}/messages/{message_id}"
        url = Route("PATCH", path, channel_id=notice.channel_id, message_id=notice.message_id).url
        flags = discord.MessageFlags(components_v2=True).value
        body = {"components": components_of(card), "flags": flags, "allowed_mentions": {"parse": []}}
        async with session.patch(
            url, data=json.dumps(body), headers=headers, timeout=PATIENCE, allow_redirects=False
        ) as response:
            if 200 <= response.status < 300:
                return True
            log.info("Discord does not take the edit of message %s: %s", notice.message_id, await _refusal(response))
        return False


async def _refusal(response: aiohttp.ClientResponse) -> str:
    """The status, and Discord's code if it gives one."""
    try:
        body = await response.json(content_type=None)
        return f"{response.status}, code {body['code']}"
    except (ValueError, TypeError, KeyError):
        return str(response.status)
