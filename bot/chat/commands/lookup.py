"""The commands everybody may use: where it stands, what is due, what happened, what will be posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat import autocomplete, date_choices, deadline_inputs, inputs
from bot.chat.responses import answer
from bot.chat.session import Interaction, reading
from bot.chat.views import render
from bot.record.case import Status
from bot.record.places import Jurisdiction
from bot.words.card import Button, Buttons, Card, Text
from bot.words.errors import several_places
from bot.words.paging import Query
from bot.words.prose import safe

Name = Range[str, 1, 120]
STATUSES = [Choice(name=status.value, value=status.value) for status in Status]


@app_commands.command(name="status", description="Where a jurisdiction stands: deadline, answers, consequences, sources")
@app_commands.describe(
    jurisdiction="A state, county or city: type a few letters",
    letter="Only this letter (all letters otherwise)",
    on="How it stood on an earlier day, like 2018-02-23",
)
@app_commands.autocomplete(
    jurisdiction=autocomplete.place_choices, letter=autocomplete.letter_choices, on=date_choices.past_day
)
async def status(interaction: Interaction, jurisdiction: Name, letter: Name | None = None, on: Name | None = None) -> None:
    async with reading(interaction) as session:
        day = deadline_inputs.read_day(on, session.server.zone, session.now, session.order) if on else None
        letter_id = str((await inputs.one_letter(session, letter)).id) if letter else ""
        try:
            meant = await inputs.one_meant(session, jurisdiction)
        except inputs.Ambiguous as several:
            card = _which(jurisdiction, several.candidates, letter_id, day)
        else:
            also = "-".join(str(place.id) for place in meant.also[:5])
            card = await render(session, Query("status", (str(meant.places[0].id), letter_id, str(day or ""), also)))
    await answer(interaction, card)


@app_commands.command(name="deadlines", description="Open cases by the date of their deadline")
@app_commands.describe(
    within="Only deadlines within this many days",
    status="Only cases with this status",
    state="Only this state",
    letter="Only this letter",
)
@app_commands.choices(status=STATUSES)
@app_commands.autocomplete(state=autocomplete.state_choices, letter=autocomplete.letter_choices)
async def deadlines(
    interaction: Interaction,
    within: Range[int, 0, 3650] | None = None,
    status: str | None = None,
    state: Name | None = None,
    letter: Name | None = None,
) -> None:
    async with reading(interaction) as session:
        letter_id = str((await inputs.one_letter(session, letter)).id) if letter else ""
        code = inputs.read_state(state) if state else ""
        days = "" if within is None else str(within)
        card = await render(session, Query("deadlines", (days, status or "", code, letter_id)))
    await answer(interaction, card)


@app_commands.command(name="history", description="Everything recorded of a jurisdiction, oldest first, with sources")
@app_commands.describe(jurisdiction="A state, county or city: type a few letters")
@app_commands.autocomplete(jurisdiction=autocomplete.place_choices)
async def history(interaction: Interaction, jurisdiction: Name) -> None:
    async with reading(interaction) as session:
        place = await inputs.one_place(session, jurisdiction)
        card = await render(session, Query("history", (str(place.id),)))
    await answer(interaction, card)


@app_commands.command(name="letters", description="Every letter, and how its recipients stand")
async def letters(interaction: Interaction) -> None:
    await _show(interaction, Query("letters"))


@app_commands.command(name="schedule", description="What will be posted, where and when, in the next days")
@app_commands.describe(days="How many days ahead (30 otherwise)")
async def schedule(interaction: Interaction, days: Range[int, 1, 365] = 30) -> None:
    await _show(interaction, Query("schedule", (str(days),)))


async def _show(interaction: Interaction, query: Query) -> None:
    async with reading(interaction) as session:
        card = await render(session, query)
    await answer(interaction, card)


def _which(name: str, candidates: Sequence[Jurisdiction], letter_id: str, day: date | None) -> Card:
    """One button for each place that goes by the name; the answer takes this card's place."""
    buttons = [
        Button(place.full_label[:80], Query("status", (str(place.id), letter_id, str(day or ""))).action(0))
        for place in candidates[:25]
    ]
    rows = [Buttons(tuple(buttons[start : start + 5])) for start in range(0, len(buttons), 5)]
    return Card((Text(safe(several_places(name, [place.full_label for place in candidates[:25]]))), *rows))


COMMANDS: tuple[app_commands.Command[Any, ..., None], ...] = (status, deadlines, history, letters, schedule)
