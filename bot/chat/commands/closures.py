"""/closures: days on which a server's offices are shut, for counting deadlines. Everybody sees them, the desk records them."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat import date_choices, inputs, recounts
from bot.chat.responses import answer, defer
from bot.chat.session import Interaction, reading, recording
from bot.chat.views import render
from bot.record.deadlines.dates import full_day, parse_date
from bot.record.deadlines.parsing import MOST_YEARS
from bot.record.errors import CaseError
from bot.store import closures as store
from bot.words.paging import Query
from bot.words.prose import day as day_text

closures = app_commands.Group(
    name="closures", description="Days on which nothing is counted or due: show them, or record one (desk)", guild_only=True
)


@closures.command(name="show", description="The closures of this server, and the deadlines they would move")
async def show(interaction: Interaction) -> None:
    async with reading(interaction) as session:
        card = await render(session, Query("closures"))
    await answer(interaction, card)


@closures.command(name="add", description="Record a day on which offices are closed (desk)")
@app_commands.describe(
    day="The day, like 2018-02-23 or tomorrow",
    reason="Why, like City Hall closed by snow",
    source="Where it stands: an address (https://…) or the title of the document",
)
@app_commands.autocomplete(day=date_choices.any_day)
async def add(interaction: Interaction, day: Range[str, 1, 60], reason: Range[str, 1, 200], source: Range[str, 1, 500]) -> None:
    await defer(interaction)
    async with recording(interaction) as session:
        on = parse_date(day, today=session.today, order=session.order)
        if abs((on - session.today).days) > MOST_YEARS * 366:
            raise CaseError(f"{day_text(on)} is more than {MOST_YEARS} years away. Check the year.")
        why, origin = inputs.limited("The reason", reason, 200), inputs.read_source(source)
        closure = await store.add(session.conn, session.audit, on, why, (origin,))
        card = await render(session, (await recounts.listing(session, f"c{closure.id}")).query)
    await answer(interaction, card, ephemeral=True)


async def _standing(interaction: Interaction, current: str) -> list[Choice[str]]:
    async with reading(interaction) as session:
        found = await store.standing(session.conn, session.server.id)
    named = {day.isoformat(): f"{full_day(day)}: {reason}"[:100] for day, reason in found.items()}
    wanted = current.strip().casefold()
    return [Choice(name=name, value=day) for day, name in named.items() if wanted in f"{day} {name}".casefold()][-25:]


@closures.command(name="remove", description="Take a closure off the calendar again (desk)")
@app_commands.describe(day="The day of the closure")
@app_commands.autocomplete(day=_standing)
async def remove(interaction: Interaction, day: Range[str, 1, 100]) -> None:
    await defer(interaction)
    async with recording(interaction) as session:
        on = parse_date(day, today=session.today, order=session.order)
        closure = await store.remove(session.conn, session.server.id, on, session.now)
        if closure is None:
            raise CaseError(f"No closure is recorded on {day_text(on)}; see /closures show.")
        card = await render(session, (await recounts.listing(session, f"c{closure.id}")).query)
    await answer(interaction, card, ephemeral=True)


async def recount(interaction: Interaction, what: str) -> None:
    """recount:all shows the deadlines that all closures would move now, to the person alone."""
    await defer(interaction)
    async with reading(interaction) as session:
        card = await render(session, (await recounts.listing(session, what)).query)
    await answer(interaction, card, ephemeral=True)
