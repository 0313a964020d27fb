"""/letter edit: what is recorded of a letter is changed, after a preview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.commands.case import DESCRIPTIONS
from bot.chat.commands.letter import FIELDS, letter
from bot.chat.confirming import confirms_guesses
from bot.chat.custom_ids import number_in, split
from bot.chat.forms import LONGEST, Field, FormKind, Submitted
from bot.chat.kept_requests import key_of
from bot.chat.responses import answer, turn
from bot.chat.session import Interaction, decide_and_record, desk_only, reading, recording, shared
from bot.chat.transformers import (
    CalendarOption,
    LetterOption,
    LetterToRecordOption,
    RecipientsDeadline,
    SourceOption,
    StartOption,
    SuggestingOption,
    TextOption,
)
from bot.chat.views import render
from bot.desk import kept_edits, letter_edits, lookups
from bot.desk.deadlines import DeadlineInput, deadline_for
from bot.desk.inputs import limited, read_lines
from bot.desk.letter_edits import EditDecision, LetterChange
from bot.desk.lookups import LetterRef, letter_again
from bot.desk.session import Session, WriteSession
from bot.desk.suggestions import Suggestions
from bot.record.case import Letter
from bot.record.sources import Source
from bot.words import letter_edits as words
from bot.words.card import Card
from bot.words.paging import Query


@dataclass(frozen=True)
class _Options:
    """What was given beside the form, and the letter as the form shows it."""

    before: Letter
    reason: str
    source: Source | None
    instead_of: Source | None
    quietly: bool


class LetterSourceOption(SuggestingOption):
    """One of the letter's sources, as typed."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return value

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        of_letter = await lookups.one_letter(session, interaction.namespace.letter or "")
        names = [letter_edits.source_name(cited)[:100] for cited in of_letter.sources]
        return {name: name for name in names if current.casefold() in name.casefold()}


@letter.command(name="edit", description="Change what is recorded of a letter (desk); shows the change before it is recorded")
@app_commands.describe(
    chosen="Which letter: type a word of its title",
    source="What the change rests on: an address (https://…) or the title of the document",
    instead_of="The source of the letter whose place it takes (default: none, it is added)",
    reason="Why, like: the date was mistyped",
    deadline="A new default deadline: a date, a date and time, or a rule like 30 days; then no form opens",
    counted_from="The day (or moment) that a rule is counted from, if it is not the letter's date",
    calendar=DESCRIPTIONS["calendar"],
    quietly="Change it without announcing it (default: announced)",
)
@app_commands.rename(chosen="letter")
@desk_only(form=True)
@confirms_guesses
async def edit(
    interaction: Interaction,
    chosen: Transform[LetterRef, LetterToRecordOption(200)],
    source: Transform[Source, SourceOption(500)] | None = None,
    instead_of: Transform[str, LetterSourceOption(500)] | None = None,
    reason: Transform[str, TextOption("The reason", 500)] | None = None,
    deadline: Transform[str, RecipientsDeadline(120)] | None = None,
    counted_from: Transform[str, StartOption(120)] | None = None,
    calendar: Transform[str, CalendarOption(120)] | None = None,
    quietly: bool = False,
) -> None:
    typed = DeadlineInput(deadline, counted_from, calendar)
    async with reading(interaction) as session:
        before = await letter_again(session, chosen)
        due = await deadline_for(session, typed, before.sent, before.calendar) if typed.is_given else None
    replaced = letter_edits.source_named(before, instead_of, source)
    options = _Options(before, reason or "", source, replaced, quietly)
    if due is None:
        await LETTER_EDIT.open(interaction, f"Change: {before.title}", _fields(before), options)
        return
    after = replace(before, deadline=due, sources=letter_edits.with_source(before, source, replaced))
    await _show(interaction, LetterChange(before, after, options.reason, source, quietly=quietly))


def _fields(before: Letter) -> list[Field]:
    """The fields of a new letter, filled in; a longer text than they take fits as well."""
    texts = _texts(before)
    return [
        replace(field, value=texts[field.name], limit=min(max(field.limit, len(texts[field.name])), LONGEST))
        for field in FIELDS
    ]


def _texts(before: Letter) -> dict[str, str]:
    return {
        "title": before.title,
        "demand": before.demand,
        "threatened": "\n".join(before.threatened),
        "legal_basis": "\n".join(before.legal_basis),
        "note": before.deadline_note,
    }


async def _submitted(interaction: Interaction, form: Submitted[_Options]) -> None:
    options = form.state
    after = _after(options.before, form.answers)
    after = replace(after, sources=letter_edits.with_source(after, options.source, options.instead_of))
    edit = LetterChange(options.before, after, options.reason, options.source, quietly=options.quietly)
    await _show(interaction, edit, form)


def _after(before: Letter, answers: dict[str, str]) -> Letter:
    """The letter as the form has it. A text that was left as it was shown stays, whatever it is."""
    shown = {field.name: field.shown.strip() for field in _fields(before)}
    changed = {name: text for name, text in answers.items() if _plain(text) != _plain(shown[name])}
    values: dict[str, str | tuple[str, ...]] = {}
    for name, text in changed.items():
        match name:
            case "title":
                values["title"] = limited("The title", text, 150)
            case "demand":
                values["demand"] = limited("What it demands", text, LONGEST)
            case "threatened":
                values["threatened"] = read_lines("What it threatens", text, most=max(10, len(before.threatened)))
            case "legal_basis":
                values["legal_basis"] = read_lines("The legal basis", text, most=max(10, len(before.legal_basis)))
            case "note":
                values["deadline_note"] = limited("The note", text, LONGEST) if text.strip() else ""
    return replace(before, **values)  # type: ignore[arg-type]  # by the names of its fields


def _plain(text: str) -> str:
    """Forms give back other line breaks than they were opened with."""
    return "\n".join(text.strip().splitlines())


@letter.command(name="history", description="Every change of a letter, and when its recipients were recorded")
@app_commands.describe(chosen="Which letter: type a word of its title")
@app_commands.rename(chosen="letter")
async def history(interaction: Interaction, chosen: Transform[LetterRef, LetterOption(200)]) -> None:
    query = Query("letterhist", (str(chosen.id),))
    await answer(interaction, await shared(interaction, query, lambda session: render(session, query)))


LETTER_EDIT = FormKind("letteredit", _Options, _submitted)


async def _show(interaction: Interaction, edit: LetterChange, form: Submitted[_Options] | None = None) -> None:
    """Keep the change, and show what it would do."""
    async with recording(interaction) as session:
        if form:
            await form.use(session)
        await letter_edits.check_edit(session, edit)
        kept_id = await kept_edits.LETTER.keep(session, edit, interaction.user.id, interaction.client.drafts_for)
    async with reading(interaction) as session:
        card = await render(session, preview_query(interaction, kept_id))
    await answer(interaction, card, ephemeral=True)


def preview_query(interaction: Interaction, kept_id: int) -> Query:
    return Query("letteredit", (str(kept_id), str(interaction.user.id)))


async def record(interaction: Interaction, arguments: str) -> None:
    """editletter:<kept>:<digest> records the change that was shown."""
    kept_id, digest = split(arguments, 2)
    key = key_of(interaction, number_in(kept_id))
    async with reading(interaction) as session:
        edit = await kept_edits.LETTER.kept(session, key)

    async def write(session: WriteSession, decision: EditDecision) -> Card:
        await kept_edits.LETTER.drop(session, key)
        edited = await letter_edits.record_edit(session, decision)
        moved = sum(recipient.keeps is None for recipient in edited.recipients)
        _, changed = edit.changes
        numbers = moved, len(edited.recipients) - moved
        return words.edit_receipt(edit.before, edit.after, changed, *numbers, edited.revision.operation)

    card = await decide_and_record(interaction, partial(letter_edits.decide_edit, edit=edit, digest=digest), write)
    await answer(interaction, card, ephemeral=True)


async def leave(interaction: Interaction, _: str) -> None:
    """asitis: changes nothing. The preview goes."""
    await turn(interaction, words.left_as_it_is())
