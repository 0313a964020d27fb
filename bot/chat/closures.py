"""/closures: days on which a server's offices are shut, for counting deadlines. Everybody sees them, the desk records them."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat import echo, moving, typed
from bot.chat.house import Ask, reading, recording
from bot.chat.pages import render
from bot.chat.replies import answer, defer
from bot.record.dates import full_day, read_date
from bot.record.errors import CaseError
from bot.record.rules import MOST_YEARS
from bot.store import closures as store
from bot.words.paging import Query
from bot.words.prose import day as day_text

closures = app_commands.Group(
    name="closures", description="Days on which nothing is counted or due: show them, or record one (desk)", guild_only=True
)


@closures.command(name="show", description="The closures of this server, and the deadlines they would move")
async def show(ask: Ask) -> None:
    async with reading(ask) as room:
        card = await render(room, Query("closures"))
    await answer(ask, card)


@closures.command(name="add", description="Record a day on which offices are closed (desk)")
@app_commands.describe(
    day="The day, like 2018-02-23 or tomorrow",
    reason="Why, like City Hall closed by snow",
    source="Where it stands: an address (https://…) or the title of the document",
)
@app_commands.autocomplete(day=echo.any_day)
async def add(ask: Ask, day: Range[str, 1, 60], reason: Range[str, 1, 200], source: Range[str, 1, 500]) -> None:
    await defer(ask)
    async with recording(ask) as room:
        on = read_date(day, today=room.today, order=room.order)
        if abs((on - room.today).days) > MOST_YEARS * 366:
            raise CaseError(f"{day_text(on)} is more than {MOST_YEARS} years away. Check the year.")
        why, origin = typed.limited("The reason", reason, 200), typed.read_source(source)
        closure = await store.add(room.conn, room.entry, on, why, (origin,))
        card = await render(room, (await moving.listing(room, f"c{closure.id}")).query)
    await answer(ask, card, ephemeral=True)


async def _standing(ask: Ask, current: str) -> list[Choice[str]]:
    async with reading(ask) as room:
        found = await store.standing(room.conn, room.server.id)
    named = {day.isoformat(): f"{full_day(day)}: {reason}"[:100] for day, reason in found.items()}
    wanted = current.strip().casefold()
    return [Choice(name=name, value=day) for day, name in named.items() if wanted in f"{day} {name}".casefold()][-25:]


@closures.command(name="remove", description="Take a closure off the calendar again (desk)")
@app_commands.describe(day="The day of the closure")
@app_commands.autocomplete(day=_standing)
async def remove(ask: Ask, day: Range[str, 1, 100]) -> None:
    await defer(ask)
    async with recording(ask) as room:
        on = read_date(day, today=room.today, order=room.order)
        closure = await store.remove(room.conn, room.server.id, on, room.now)
        if closure is None:
            raise CaseError(f"No closure is recorded on {day_text(on)}; see /closures show.")
        card = await render(room, (await moving.listing(room, f"c{closure.id}")).query)
    await answer(ask, card, ephemeral=True)


async def recount(ask: Ask, what: str) -> None:
    """recount:all shows the deadlines that all closures would move now, to the person alone."""
    await defer(ask)
    async with reading(ask) as room:
        card = await render(room, (await moving.listing(room, what)).query)
    await answer(ask, card, ephemeral=True)
