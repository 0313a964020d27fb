"""/letter: one letter shown, and a new one recorded."""

from __future__ import annotations

from dataclasses import dataclass

from discord import app_commands
from discord.app_commands import Range

from bot.chat import autocomplete, date_choices, deadline_inputs, inputs
from bot.chat.forms import Answers, Field, Form
from bot.chat.responses import answer, defer
from bot.chat.session import Interaction, reading, recording, require_desk
from bot.chat.views import render
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.sources import Source
from bot.store import events
from bot.words import receipts
from bot.words.paging import Query

letter = app_commands.Group(name="letter", description="A letter: show it, or record a new one", guild_only=True)

FIELDS = (
    Field("title", "Title", "What people here will call it, like: Document demand of 24 January 2018", limit=150),
    Field("demand", "What it asks for", long=True, limit=1500),
    Field("threatened", "What it threatens", "One a line, like: subpoena", long=True, required=False, limit=1000),
    Field("legal_basis", "Legal basis", "One a line, like: 8 U.S.C. § 1373", long=True, required=False, limit=1000),
    Field("note", "Note on the deadline", "Its words, or why none is known", required=False, limit=300),
)


@dataclass(frozen=True)
class _Dated:
    """What was typed beside the form, read and checked before the form opened."""

    authority: str
    sent: When
    deadline: Deadline | None
    source: Source


@letter.command(name="show", description="A letter: what it asks and threatens, and how its recipients stand")
@app_commands.describe(chosen="Which letter: type a word of its title")
@app_commands.autocomplete(chosen=autocomplete.letter_choices)
@app_commands.rename(chosen="letter")
async def show(interaction: Interaction, chosen: Range[str, 1, 200]) -> None:
    async with reading(interaction) as session:
        found = await inputs.one_letter(session, chosen)
        card = await render(session, Query("letter", (str(found.id),)))
    await answer(interaction, card)


@letter.command(name="new", description="Record a letter (desk); a form asks for its title, demand and threats")
@app_commands.describe(
    authority="Who sent it, like U.S. Department of Justice",
    sent="The day it bears, like 2018-01-24",
    source="Where it stands: an address (https://…) or the title of the document",
    deadline="By when an answer is due: a date, a date and time, or a rule like 30 days (from the day it bears)",
    counted_from="The day (or moment) that a rule is counted from, where it is not the day the letter bears",
    calendar="Whose weekends and holidays count for a rule, like US-CA (the server's otherwise)",
)
@app_commands.autocomplete(
    sent=date_choices.past,
    deadline=date_choices.letters_deadline,
    counted_from=date_choices.start,
    calendar=autocomplete.calendar_choices,
)
async def new(
    interaction: Interaction,
    authority: Range[str, 1, 200],
    sent: Range[str, 1, 60],
    source: Range[str, 1, 500],
    deadline: Range[str, 1, 120] | None = None,
    counted_from: Range[str, 1, 120] | None = None,
    calendar: Range[str, 1, 120] | None = None,
) -> None:
    async with reading(interaction) as session:
        require_desk(interaction, session.server)
        when = deadline_inputs.happened_on(session, sent)
        by = await deadline_inputs.counting(session, when.zone, counted_from, calendar)
    dated = _Dated(
        inputs.limited("The authority", authority, 200),
        when,
        deadline_inputs.letter_deadline(deadline, when, by),
        inputs.read_source(source),
    )

    async def submitted(interaction: Interaction, answers: Answers) -> None:
        await _record(interaction, dated, answers)

    await interaction.response.send_modal(Form("New letter", FIELDS, submitted))


async def _record(interaction: Interaction, dated: _Dated, answers: Answers) -> None:
    await defer(interaction)
    drafted = Letter(
        id=0,
        slug="",
        title=inputs.limited("The title", answers["title"], 150),
        authority=dated.authority,
        sent=dated.sent,
        demand=inputs.limited("What it asks for", answers["demand"], 1500),
        legal_basis=inputs.read_lines("The legal basis", answers["legal_basis"]),
        threatened=inputs.read_lines("What it threatens", answers["threatened"]),
        sources=(dated.source,),
        deadline=dated.deadline,
        deadline_note=answers["note"].strip(),
    )
    async with recording(interaction) as session:
        recorded = await events.add_letter(session.conn, session.audit, drafted)
    await answer(interaction, receipts.letter_receipt(recorded, interaction.user.id), ephemeral=True)
