"""The commands everybody may use: where it stands, what is due, what happened, what will be posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat import dating, echo, options, typed
from bot.chat.house import Ask, reading
from bot.chat.pages import render
from bot.chat.replies import answer
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
@app_commands.autocomplete(jurisdiction=options.place_choices, letter=options.letter_choices, on=echo.past_day)
async def status(ask: Ask, jurisdiction: Name, letter: Name | None = None, on: Name | None = None) -> None:
    async with reading(ask) as room:
        day = dating.read_day(on, room.server.zone, room.now, room.order) if on else None
        letter_id = str((await typed.one_letter(room, letter)).id) if letter else ""
        try:
            meant = await typed.one_meant(room, jurisdiction)
        except typed.Ambiguous as several:
            card = _which(jurisdiction, several.candidates, letter_id, day)
        else:
            also = "-".join(str(place.id) for place in meant.also[:5])
            card = await render(room, Query("status", (str(meant.places[0].id), letter_id, str(day or ""), also)))
    await answer(ask, card)


@app_commands.command(name="deadlines", description="Open cases by the date of their deadline")
@app_commands.describe(
    within="Only deadlines within this many days",
    status="Only cases with this status",
    state="Only this state",
    letter="Only this letter",
)
@app_commands.choices(status=STATUSES)
@app_commands.autocomplete(state=options.state_choices, letter=options.letter_choices)
async def deadlines(
    ask: Ask,
    within: Range[int, 0, 3650] | None = None,
    status: str | None = None,
    state: Name | None = None,
    letter: Name | None = None,
) -> None:
    async with reading(ask) as room:
        letter_id = str((await typed.one_letter(room, letter)).id) if letter else ""
        code = typed.read_state(state) if state else ""
        days = "" if within is None else str(within)
        card = await render(room, Query("deadlines", (days, status or "", code, letter_id)))
    await answer(ask, card)


@app_commands.command(name="history", description="Everything recorded of a jurisdiction, oldest first, with sources")
@app_commands.describe(jurisdiction="A state, county or city: type a few letters")
@app_commands.autocomplete(jurisdiction=options.place_choices)
async def history(ask: Ask, jurisdiction: Name) -> None:
    async with reading(ask) as room:
        place = await typed.one_place(room, jurisdiction)
        card = await render(room, Query("history", (str(place.id),)))
    await answer(ask, card)


@app_commands.command(name="letters", description="Every letter, and how its recipients stand")
async def letters(ask: Ask) -> None:
    await _show(ask, Query("letters"))


@app_commands.command(name="schedule", description="What will be posted, where and when, in the next days")
@app_commands.describe(days="How many days ahead (30 otherwise)")
async def schedule(ask: Ask, days: Range[int, 1, 365] = 30) -> None:
    await _show(ask, Query("schedule", (str(days),)))


async def _show(ask: Ask, query: Query) -> None:
    async with reading(ask) as room:
        card = await render(room, query)
    await answer(ask, card)


def _which(name: str, candidates: Sequence[Jurisdiction], letter_id: str, day: date | None) -> Card:
    """One button for each place that goes by the name; the answer takes this card's place."""
    buttons = [
        Button(place.full_label[:80], Query("status", (str(place.id), letter_id, str(day or ""))).action(0))
        for place in candidates[:25]
    ]
    rows = [Buttons(tuple(buttons[start : start + 5])) for start in range(0, len(buttons), 5)]
    return Card((Text(safe(several_places(name, [place.full_label for place in candidates[:25]]))), *rows))


COMMANDS: tuple[app_commands.Command[Any, ..., None], ...] = (status, deadlines, history, letters, schedule)
