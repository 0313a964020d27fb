"""/letter: one letter shown, and a new one recorded."""

from __future__ import annotations

from dataclasses import dataclass

from discord import app_commands
from discord.app_commands import Range

from bot.chat import dating, echo, options, typed
from bot.chat.forms import Answers, Field, Form
from bot.chat.house import Ask, reading, recording, require_desk
from bot.chat.pages import render
from bot.chat.replies import answer, defer
from bot.record.case import Letter
from bot.record.dates import Deadline, When
from bot.record.events import Source
from bot.store import desk
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
@app_commands.autocomplete(chosen=options.letter_choices)
@app_commands.rename(chosen="letter")
async def show(ask: Ask, chosen: Range[str, 1, 200]) -> None:
    async with reading(ask) as room:
        found = await typed.one_letter(room, chosen)
        card = await render(room, Query("letter", (str(found.id),)))
    await answer(ask, card)


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
    sent=echo.past, deadline=echo.letters_deadline, counted_from=echo.start, calendar=options.calendar_choices
)
async def new(
    ask: Ask,
    authority: Range[str, 1, 200],
    sent: Range[str, 1, 60],
    source: Range[str, 1, 500],
    deadline: Range[str, 1, 120] | None = None,
    counted_from: Range[str, 1, 120] | None = None,
    calendar: Range[str, 1, 120] | None = None,
) -> None:
    async with reading(ask) as room:
        require_desk(ask, room.server)
        when = dating.happened_on(room, sent)
        by = await dating.counting(room, when.zone, counted_from, calendar)
    dated = _Dated(
        typed.limited("The authority", authority, 200),
        when,
        dating.letter_deadline(deadline, when, by),
        typed.read_source(source),
    )

    async def submitted(ask: Ask, answers: Answers) -> None:
        await _record(ask, dated, answers)

    await ask.response.send_modal(Form("New letter", FIELDS, submitted))


async def _record(ask: Ask, dated: _Dated, answers: Answers) -> None:
    await defer(ask)
    drafted = Letter(
        id=0,
        slug="",
        title=typed.limited("The title", answers["title"], 150),
        authority=dated.authority,
        sent=dated.sent,
        demand=typed.limited("What it asks for", answers["demand"], 1500),
        legal_basis=typed.read_lines("The legal basis", answers["legal_basis"]),
        threatened=typed.read_lines("What it threatens", answers["threatened"]),
        sources=(dated.source,),
        deadline=dated.deadline,
        deadline_note=answers["note"].strip(),
    )
    async with recording(ask) as room:
        recorded = await desk.add_letter(room.conn, room.entry, drafted)
    await answer(ask, receipts.letter_receipt(recorded, ask.user.id), ephemeral=True)
