"""The commands everybody may use: the present state, what is due, what happened, what will be posted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Any

from discord import app_commands
from discord.app_commands import Range, Transform

from bot.chat.long_lists import MOST_DAYS, MOST_DAYS_AHEAD, alerts_query, deadlines_query
from bot.chat.responses import answer
from bot.chat.session import Interaction, desk_only, shared
from bot.chat.transformers import ChosenOption, LetterOption, PastDayOption, PlaceNameOption, StateOption
from bot.chat.views import render, status_query
from bot.desk.alert_list import AlertFilter, AlertState
from bot.desk.deadline_list import DeadlineFilter
from bot.desk.lookups import LetterRef, NamedPlaces, named_places
from bot.desk.session import Session
from bot.record.case import Status
from bot.words.card import Card
from bot.words.lists import which_place
from bot.words.paging import Query

LetterArgument = Transform[LetterRef, LetterOption(120)]
#: The question about a place, by its id and the ids of others that have its name.
PlaceQuery = Callable[[int, Sequence[int]], Query]
ALERT_STATES = ChosenOption({state: state.value for state in AlertState})
STATUSES = ChosenOption({status: status.value for status in Status})


@app_commands.command(name="status", description="The status of a jurisdiction: deadline, answers, consequences, sources")
@app_commands.describe(
    jurisdiction="A state, county or city: type a few letters",
    letter="Only this letter (default: all letters)",
    on="Its status on an earlier day, like 2018-02-23",
)
async def status(
    interaction: Interaction,
    jurisdiction: Transform[str, PlaceNameOption(120)],
    letter: LetterArgument | None = None,
    on: Transform[date, PastDayOption(120)] | None = None,
) -> None:
    letter_id = letter.id if letter else None

    def query(place_id: int, also: Sequence[int]) -> Query:
        return status_query(place_id, letter_id, on, also)

    await _show_place(interaction, ("status", jurisdiction, letter_id, on), jurisdiction, query)


@app_commands.command(name="deadlines", description="Open cases by the date of their deadline")
@app_commands.describe(
    within="Only deadlines within this many days",
    status="Only cases with this status",
    state="Only this state",
    letter="Only this letter",
)
async def deadlines(
    interaction: Interaction,
    within: Range[int, 0, MOST_DAYS] | None = None,
    status: Transform[Status, STATUSES] | None = None,
    state: Transform[str, StateOption(120)] | None = None,
    letter: LetterArgument | None = None,
) -> None:
    wanted = DeadlineFilter(within, status, state or "", letter.id if letter else None)
    await _show(interaction, deadlines_query(wanted))


@app_commands.command(name="history", description="Everything recorded about a jurisdiction, oldest first, with sources")
@app_commands.describe(jurisdiction="A state, county or city: type a few letters")
async def history(interaction: Interaction, jurisdiction: Transform[str, PlaceNameOption(120)]) -> None:
    await _show_place(interaction, ("history", jurisdiction), jurisdiction, lambda place_id, _: _history_query(place_id))


@app_commands.command(name="letters", description="Every letter, with the status of its recipients")
async def letters(interaction: Interaction) -> None:
    await _show(interaction, Query("letters"))


@app_commands.command(name="schedule", description="What will be posted, where and when, in the next days")
@app_commands.describe(days="How many days ahead (default: 30)")
async def schedule(interaction: Interaction, days: Range[int, 1, MOST_DAYS_AHEAD] = 30) -> None:
    await _show(interaction, Query("schedule", (str(days),)))


@app_commands.command(name="silences", description="Whose reminders are silenced until when; Lift ends it (desk)")
async def silences(interaction: Interaction) -> None:
    await _show(interaction, Query("silences"))


@app_commands.command(name="alerts", description="What was sent, waits, was superseded or failed, newest first")
@app_commands.describe(state="Only alerts in this state", letter="Only this letter")
@desk_only()
async def alerts(
    interaction: Interaction,
    state: Transform[AlertState, ALERT_STATES] | None = None,
    letter: LetterArgument | None = None,
) -> None:
    query = alerts_query(AlertFilter(state, letter.id if letter else None))
    card = await shared(interaction, query, lambda session: render(session, query))
    await answer(interaction, card, ephemeral=True)


def _history_query(place_id: int) -> Query:
    return Query("history", (str(place_id),))


def _is_asked(named: NamedPlaces) -> bool:
    """Whether it is asked who is meant: several places bear the name, or none does."""
    return len(named.places) > 1 or not named.is_known


async def _show_place(interaction: Interaction, question: Hashable, typed: str, query: PlaceQuery) -> None:
    """Look up the place that was typed and show what `query` asks of it, or buttons for the places that may be meant.

    A name that no place has is a mistake of the person alone.
    """

    async def read(session: Session) -> tuple[Card, bool]:
        named = await named_places(session, typed)
        if _is_asked(named):
            places = [(full_label, query(place_id, ())) for place_id, full_label in named.places]
            return which_place(named.typed, places, named.is_known), not named.is_known
        [(place_id, _)] = named.places
        return await render(session, query(place_id, named.also)), False

    card, ephemeral = await shared(interaction, question, read)
    await answer(interaction, card, ephemeral=ephemeral)


async def _show(interaction: Interaction, query: Query) -> None:
    await answer(interaction, await shared(interaction, query, lambda session: render(session, query)))


COMMANDS: tuple[app_commands.Command[Any, ..., None], ...] = (status, deadlines, history, letters, schedule, silences, alerts)
