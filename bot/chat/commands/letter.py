"""/letter: one letter shown, and a new one recorded."""

from __future__ import annotations

from dataclasses import dataclass

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.custom_ids import number_in, split
from bot.chat.forms import Field, FormKind, Submitted
from bot.chat.responses import answer
from bot.chat.session import Interaction, desk_only, reading, recording, shared
from bot.chat.transformers import (
    CalendarOption,
    HappenedOption,
    LetterOption,
    NewLettersDeadline,
    SourceOption,
    StartOption,
    TextOption,
)
from bot.chat.views import render
from bot.desk import letters
from bot.desk.deadlines import DeadlineInput, deadline_for
from bot.desk.inputs import limited, read_lines
from bot.desk.letters import KeptLetter, LetterQuestion, NewLetter
from bot.desk.lookups import LetterRef
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.sources import Source
from bot.words import letters as words
from bot.words import receipts
from bot.words.paging import Query

letter = app_commands.Group(name="letter", description="A letter: show it, or record a new one", guild_only=True)

FIELDS = (
    Field("title", "Title", "What people here will call it, like: Document demand of 24 January 2018", limit=150),
    Field("demand", "What it demands", long=True, limit=1500),
    Field("threatened", "What it threatens", "One per line, like: subpoena", long=True, required=False, limit=1000),
    Field("legal_basis", "Legal basis", "One per line, like: 8 U.S.C. § 1373", long=True, required=False, limit=1000),
    Field("note", "Note on the deadline", "In its own words, or why no deadline is known", required=False, limit=300),
)


@dataclass(frozen=True)
class _Options:
    """What was given beside the form, checked before it opened."""

    authority: str
    sent: When
    source: Source
    deadline: Deadline | None


@letter.command(name="show", description="A letter: what it demands and threatens, and the status of its recipients")
@app_commands.describe(chosen="Which letter: type a word of its title")
@app_commands.rename(chosen="letter")
async def show(interaction: Interaction, chosen: Transform[LetterRef, LetterOption(200)]) -> None:
    query = Query("letter", (str(chosen.id),))
    await answer(interaction, await shared(interaction, query, lambda session: render(session, query)))


@letter.command(name="new", description="Record a letter (desk); a form asks for its title, demand and threats")
@app_commands.describe(
    authority="Who sent it, like U.S. Department of Justice",
    sent="The date on the letter, like 2018-01-24",
    source="Its source: an address (https://…) or the title of the document",
    deadline="By when an answer is due: a date, a date and time, or a rule like 30 days (from the letter's date)",
    counted_from="The day (or moment) that a rule is counted from, if it is not the letter's date",
    calendar="Whose weekends and holidays count for a rule, like US-CA (default: the server's)",
)
@desk_only(form=True)
async def new(
    interaction: Interaction,
    authority: Transform[str, TextOption("The authority", 200)],
    sent: Transform[When, HappenedOption(60)],
    source: Transform[Source, SourceOption(500)],
    deadline: Transform[str, NewLettersDeadline(120)] | None = None,
    counted_from: Transform[str, StartOption(120)] | None = None,
    calendar: Transform[str, CalendarOption(120)] | None = None,
) -> None:
    async with reading(interaction) as session:
        due = await deadline_for(session, DeadlineInput(deadline, counted_from, calendar), sent)
    options = _Options(authority, sent, source, due)

    await NEW_LETTER.open(interaction, "New letter", FIELDS, options)


async def _record(interaction: Interaction, form: Submitted[_Options]) -> None:
    options, answers = form.state, form.answers
    new_letter = NewLetter(
        title=limited("The title", answers["title"], 150),
        authority=options.authority,
        sent=options.sent,
        demand=limited("What it demands", answers["demand"], 1500),
        source=options.source,
        threatened=read_lines("What it threatens", answers["threatened"]),
        legal_basis=read_lines("The legal basis", answers["legal_basis"]),
        deadline=options.deadline,
        deadline_note=limited("The note", answers["note"], 300) if answers["note"].strip() else "",
    )
    async with recording(interaction) as session:
        await form.use(session)
        recorded = await letters.add_letter_or_ask(session, new_letter, interaction.user.id, interaction.client.drafts_for)
        if isinstance(recorded, LetterQuestion):
            card = words.twin_card(recorded.recorded, recorded.recipients, recorded.kept_id, session.now)
        else:
            card = receipts.letter_receipt(recorded, session.audit.operation, interaction.user.id)
    await answer(interaction, card, ephemeral=True)


NEW_LETTER = FormKind("letter", _Options, _record)


async def record_another(interaction: Interaction, kept_id: str) -> None:
    """newletter:<kept> records the letter that was asked about beside the one that it is like."""
    kept = _kept(interaction, kept_id)
    async with recording(interaction) as session:
        recorded = await letters.record_another(session, kept)
        receipt = receipts.letter_receipt(recorded, session.audit.operation, interaction.user.id)
    await answer(interaction, receipt, ephemeral=True)


async def use_recorded(interaction: Interaction, arguments: str) -> None:
    """thatletter:<kept>:<letter> drops the letter that was asked about and gives back what was typed."""
    kept_id, letter_id = split(arguments, 2)
    kept, number = _kept(interaction, kept_id), number_in(letter_id)
    async with recording(interaction) as session:
        recorded, typed = await letters.use_recorded(session, kept, number)
    for card in words.use_cards(recorded, _typed(typed)):
        await answer(interaction, card, ephemeral=True)


def _kept(interaction: Interaction, kept_id: str) -> KeptLetter:
    return KeptLetter(number_in(kept_id), interaction.user.id, interaction.client.drafts_for)


def _typed(new: NewLetter) -> list[tuple[str, str]]:
    """What was written into the form, by the labels of its fields."""
    texts = {
        "title": new.title,
        "demand": new.demand,
        "threatened": "\n".join(new.threatened),
        "legal_basis": "\n".join(new.legal_basis),
        "note": new.deadline_note,
    }
    return [(field.label, texts[field.name]) for field in FIELDS]
