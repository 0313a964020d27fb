"""The first response to an interaction: within Discord's three seconds, however long the answer takes.

Discord docs, "Receiving and Responding". An interaction that has no answer after a moment is deferred: Discord shows
"thinking…", and the answer has 15 minutes. Choices while typing and forms cannot be deferred, so what leads to them reads
little. A deferral fixes who sees the answer. If everybody would see what only the person should, it is deleted, and the answer
is a new message for the person.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Any

import aiohttp
import discord
from discord import ui

from bot import event_loop

log = logging.getLogger(__name__)

#: Seconds after which an interaction without an answer is deferred.
PATIENCE = 0.15
#: Seconds by which the event loop is late for an interaction to be deferred as it arrives.
BEHIND = 0.1
BEAT = 0.05  # seconds between two looks at how late the loop is
#: Discord's codes for what comes after the three seconds (10062) or the 15 minutes (10015, 50027).
TOO_LATE = (10062, 10015, 50027)
ANSWERED_ALREADY = 40060
TRIES = 3  # of a first response, if the connection breaks
#: What discord.py raises for it.
BROKEN = (aiohttp.ClientConnectionError, OSError)
_KEY = "acknowledgement"  # of an interaction's extras

AnyInteraction = discord.Interaction[Any]


class Reply(Enum):
    """What answers an interaction, as far as a deferral has to know it."""

    PUBLIC = auto()
    #: A message for the person alone.
    PRIVATE = auto()
    #: The message whose button was pressed changes.
    UPDATE = auto()
    #: A form, or whatever defers by itself: never deferred here.
    FORM = auto()


class Pulse:
    """Measures how late the event loop is."""

    def __init__(self) -> None:
        self._late = 0.0
        self._due = float("inf")  # before the first beat

    @property
    def lag(self) -> float:
        """Seconds: of the last beat, or of one that is overdue now."""
        return max(self._late, asyncio.get_running_loop().time() - self._due)

    async def beat(self) -> None:
        """Measure for ever."""
        loop = asyncio.get_running_loop()
        while True:
            self._due = loop.time() + BEAT
            await asyncio.sleep(BEAT)
            self._late = loop.time() - self._due


class Acknowledgement:
    """Answers one interaction. One request at a time: an answer and a deferral may both be on their way."""

    def __init__(self, interaction: AnyInteraction) -> None:
        self._interaction = interaction
        self._sending = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._responded = False
        self._deferred: Reply | None = None
        #: Whether a deferred message is still to be filled.
        self._waits = False

    @property
    def is_done(self) -> bool:
        """Whether there was a first response, an answer or a deferral."""
        return self._responded or self._interaction.response.is_done()

    def expect(self, reply: Reply, lag: float) -> None:
        """Defer the interaction soon, if nothing has answered it by then; at once if the event loop is late."""
        if reply is Reply.FORM:
            return
        wait = 0.0 if lag > BEHIND else PATIENCE
        self._timer = asyncio.get_running_loop().call_later(wait, self._begin_to_defer, reply)

    def _begin_to_defer(self, reply: Reply) -> None:
        if not self.is_done:
            self._task = asyncio.create_task(self._defer_late(reply), name="defer")

    async def _defer_late(self, reply: Reply) -> None:
        try:
            await self.defer(reply)
        except (discord.HTTPException, *BROKEN) as failed:
            log.warning("An interaction could not be deferred: %s", failed)

    async def defer(self, reply: Reply) -> None:
        """Say that an answer is coming; does nothing after a first response. Raises discord.HTTPException."""
        await event_loop.go_on(urgent=True)
        async with self._sending:
            if self.is_done:
                return
            self._stop_timer()
            response = self._interaction.response
            private, new = reply is Reply.PRIVATE, reply is not Reply.UPDATE
            await self._first(lambda: response.defer(ephemeral=private, thinking=new))
            self._deferred, self._waits = reply, new

    async def send(self, view: ui.LayoutView, *, ephemeral: bool) -> None:
        """Answer with a message, the first or one more. Raises discord.HTTPException."""
        async with self._sending:
            self._stop_timer()
            interaction = self._interaction
            if not self.is_done:
                await self._first(lambda: interaction.response.send_message(view=view, ephemeral=ephemeral))
            elif not self._waits:
                await interaction.followup.send(view=view, ephemeral=ephemeral)
            elif ephemeral and self._deferred is Reply.PUBLIC:
                with contextlib.suppress(discord.NotFound):  # somebody else deleted it
                    await interaction.delete_original_response()
                self._waits = False
                await interaction.followup.send(view=view, ephemeral=True)
            else:
                await interaction.edit_original_response(view=view)
                self._waits = False

    async def update(self, view: ui.LayoutView) -> None:
        """Change the message whose button was pressed. Raises discord.HTTPException."""
        async with self._sending:
            self._stop_timer()
            if self.is_done:
                await self._interaction.edit_original_response(view=view)
            else:
                await self._first(lambda: self._interaction.response.edit_message(view=view))

    async def _first(self, respond: Callable[[], Awaitable[object]]) -> None:
        """Respond, again if the connection broke: Discord takes one first response, and says if it has it already.

        Where it has one at the first try, another process with the same token has answered, and goes on: this one must not.
        """
        for attempt in range(1, TRIES + 1):
            try:
                await respond()
                break
            except discord.HTTPException as refused:
                if refused.code != ANSWERED_ALREADY or attempt == 1:
                    raise
                break
            except BROKEN:
                if attempt == TRIES:
                    raise
        self._responded = True

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()


def acknowledgement_of(interaction: AnyInteraction) -> Acknowledgement:
    """The one of this interaction."""
    if _KEY not in interaction.extras:
        interaction.extras[_KEY] = Acknowledgement(interaction)
    kept: Acknowledgement = interaction.extras[_KEY]
    return kept


def is_too_late(error: BaseException) -> bool:
    """Whether Discord takes no answer to that interaction any more."""
    return isinstance(error, discord.HTTPException) and error.code in TOO_LATE
