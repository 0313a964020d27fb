"""/closures: days on which a server's offices are closed. Everybody sees them; the desk records."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.custom_ids import split
from bot.chat.recount_codes import cause_of, list_of
from bot.chat.responses import answer, turn
from bot.chat.session import Interaction, decide_and_record, defer, desk_only, reading, recording, shared
from bot.chat.transformers import ClosedDayOption, DayOption, SourceOption, TextOption
from bot.chat.views import moves_card, render
from bot.desk import closures as closures_desk
from bot.desk import recounts
from bot.desk.recount_moves import MovesDecision, decide_moves, record_moves
from bot.desk.recounts import RecountList
from bot.desk.session import WriteSession
from bot.record.sources import Source
from bot.words import closures as words
from bot.words.card import Card
from bot.words.paging import Query

closures = app_commands.Group(
    name="closures", description="Days on which offices are closed: show them, or record one (desk)", guild_only=True
)


@closures.command(name="show", description="The closures of this server, and the deadlines they would move")
async def show(interaction: Interaction) -> None:
    query = Query("closures")
    await answer(interaction, await shared(interaction, query, lambda session: render(session, query)))


@closures.command(name="add", description="Record a day on which offices are closed (desk)")
@app_commands.describe(
    day="The day, like 2018-02-23 or tomorrow",
    reason="Why, like City Hall closed by snow",
    source="Its source: an address (https://…) or the title of the document",
)
@desk_only()
async def add(
    interaction: Interaction,
    day: Transform[date, DayOption(60)],
    reason: Transform[str, TextOption("The reason", 200)],
    source: Transform[Source, SourceOption(500)],
) -> None:
    async with recording(interaction) as session:
        change = await closures_desk.add_closure(session, day, reason, source)
    await _show_list(interaction, change.shown)


@closures.command(name="remove", description="Remove a closure (desk)")
@app_commands.describe(day="The day of the closure")
@desk_only()
async def remove(interaction: Interaction, day: Transform[date, ClosedDayOption(100)]) -> None:
    async with recording(interaction) as session:
        change = await closures_desk.remove_closure(session, day)
    await _show_list(interaction, change.shown)


async def recount(interaction: Interaction, code: str) -> None:
    """recount:<cause> shows the person alone the deadlines that would move now."""
    cause = cause_of(code)
    await defer(interaction)
    async with reading(interaction) as session:
        shown = await recounts.recount_list(session, cause)
    await _show_list(interaction, shown)


async def _show_list(interaction: Interaction, shown: RecountList) -> None:
    async with reading(interaction) as session:
        card = await moves_card(session, shown)
    await answer(interaction, card, ephemeral=True)


async def move(interaction: Interaction, arguments: str) -> None:
    """move:<list>:<fingerprint> sets the deadlines that the list showed."""
    code, at, newest, digest = split(arguments, 4)
    decide = partial(decide_moves, shown=list_of(code, at, newest), digest=digest)

    async def record(session: WriteSession, decision: MovesDecision) -> Card:
        moved = await record_moves(session, decision)
        return await asyncio.to_thread(words.moved_receipt, moved.moved, moved.not_moved, moved.operation)

    card = await decide_and_record(interaction, decide, record)
    await answer(interaction, card, ephemeral=True)


async def leave(interaction: Interaction, arguments: str) -> None:
    """stay: leaves the deadlines as they are. The list goes, nothing is recorded."""
    await turn(interaction, words.left_alone())
