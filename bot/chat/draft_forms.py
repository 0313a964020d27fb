"""Changing a draft in forms: the letter, its threats and source, the recipients of one page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.chat.components import view_of
from bot.chat.draft_places import ready, recipient_of, resolved
from bot.chat.draft_views import Opened, card_of, keep, mark_of, mark_of_place, opened, preview_of
from bot.chat.forms import Answers, Field, Form
from bot.chat.responses import answer
from bot.chat.session import Interaction, Refusal, check_desk, reading, recording
from bot.desk import deadlines, draft_edits, lookups
from bot.desk import inputs as typed
from bot.desk.deadlines import Counting
from bot.desk.draft_matching import NEW_LETTER, Pending
from bot.desk.session import Session
from bot.reader.draft import Draft, Found
from bot.record.deadlines.dates import parse_date
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.words import draft_pages as words
from bot.words.prose import day

Change = Callable[[Session, Opened, dict[str, str]], Awaitable[tuple[Pending, str]]]
ROWS = "Delete a line to remove it, change it to rename it, add lines: Boulder, CO (city)"


async def edit_letter(interaction: Interaction, id: int, page: int) -> None:
    draft = (await _looked_at(interaction, id)).draft
    fields = (
        Field("title", "Title", "What people here will call it", required=False, limit=150, value=draft.title),
        Field("authority", "Who sent it", limit=200, required=False, value=_text(draft.authority)),
        Field("sent", "The day it bears", "Like 2018-01-24", limit=60, required=False, value=_text(draft.letter_date)),
        Field("deadline", "Deadline", "A date, a date and a time, or 30 days; empty for none", required=False, limit=120,
              value=_deadline_text(draft)),
        Field("demand", "What it asks for", long=True, required=False, limit=1500, value=_text(draft.demand)),
    )  # fmt: skip
    await _open(interaction, "Edit letter", id, page, fields, _letter_changed)


async def edit_more(interaction: Interaction, id: int, page: int) -> None:
    found = await _looked_at(interaction, id)
    draft = found.draft
    origin = "" if found.pending.needs_source else f"{draft.source.title} {draft.source.url}".strip()
    fields = (
        Field("threatened", "What it threatens", "One a line, like: subpoena", long=True, required=False, limit=1000,
              value="\n".join(one.value for one in draft.threatened)),
        Field("legal_basis", "Legal basis", "One a line, like: 8 U.S.C. § 1373", long=True, required=False, limit=1000,
              value="\n".join(one.value for one in draft.legal_basis)),
        Field("source", "Where it stands written", "An address (https://…), or the title of the document", limit=700,
              required=False, value=origin),
        Field("letter", "The recorded letter it goes into", "A word of its title, or its short name; empty for a new letter",
              limit=200, required=False, value=found.matched.letter.slug if found.matched.letter else ""),
    )  # fmt: skip
    await _open(interaction, "Edit more", id, page, fields, _more_changed)


async def edit_rows(interaction: Interaction, id: int, page: int) -> None:
    """The recipients that stand on this page, one a line."""
    await ready()
    async with reading(interaction) as session:
        preview = preview_of(session, await opened(interaction, session, id))
    before = [row.label for row in words.rows_of_page(preview, page)]
    fields = (Field("rows", "Recipients on this page", ROWS, long=True, required=False, limit=4000, value="\n".join(before)),)

    async def changed(session: Session, found: Opened, typed: dict[str, str]) -> tuple[Pending, str]:
        return await _rows_changed(session, found, before, typed.get("rows", "\n".join(before)))

    await _open(interaction, "Edit recipients", id, page, fields, changed)


async def take(interaction: Interaction, id: int, page: int, row_mark: str, place_mark: str) -> None:
    """Settle a doubtful recipient by one of the places it may be. A row that is gone or settled meanwhile is left alone."""

    async def chosen(session: Session, found: Opened, _: dict[str, str]) -> tuple[Pending, str]:
        row = next((one for one in found.draft.recipients if mark_of(one) == row_mark), None)
        place = next((one for one in (row.candidates if row else ()) if mark_of_place(one) == place_mark), None)
        if row is None or place is None:
            return found.pending, "This row was changed meanwhile; here is the draft as it stands now."
        return replace(found.pending, draft=draft_edits.chosen(found.draft, row, recipient_of(place))), ""

    await change(interaction, id, page, {}, chosen)


async def change(interaction: Interaction, id: int, page: int, typed: dict[str, str], changed: Change) -> None:
    """Change the draft as the database has it now, and show the page anew. CaseError where that cannot be done.

    The interaction is answered at once, since a write may wait for another writer.
    """
    if not interaction.response.is_done():
        await interaction.response.defer()
    async with recording(interaction) as session:
        found = await opened(interaction, session, id)
        pending, remark = await changed(session, found, typed)
        if pending != found.pending:
            await keep(session.conn, id, pending)
        card = card_of(session, await opened(interaction, session, id), page, remark)
    await interaction.edit_original_response(view=view_of(card))


async def _looked_at(interaction: Interaction, id: int) -> Opened:
    await check_desk(interaction)
    async with reading(interaction) as session:
        return await opened(interaction, session, id)


async def _open(interaction: Interaction, title: str, id: int, page: int, fields: Sequence[Field], changed: Change) -> None:
    """Open a form. Only what a person changed in it is applied, to the draft as it stands when the form comes back."""
    await check_desk(interaction)

    async def submitted(interaction: Interaction, answers: Answers) -> None:
        opened_with = {one.name: one.value[: one.limit] for one in fields}
        touched = {name: text for name, text in answers.items() if _folded(text) != _folded(opened_with[name])}
        try:
            await change(interaction, id, page, touched, changed)
        except Refusal:
            raise
        except CaseError as wrong:
            await give_back(interaction, wrong, fields, touched)

    await interaction.response.send_modal(Form(title, fields, submitted))


async def give_back(interaction: Interaction, wrong: CaseError, fields: Sequence[Field], typed: Answers) -> None:
    """Why a form was refused, with what was typed into it."""
    labels = {one.name: one.label for one in fields}
    for card in words.given_back(str(wrong), [(labels[name], text) for name, text in typed.items()]):
        await answer(interaction, card, ephemeral=True)


async def _letter_changed(session: Session, found: Opened, typed_in: dict[str, str]) -> tuple[Pending, str]:
    draft, remark = found.draft, ""
    if "title" in typed_in:
        draft = replace(draft, title=typed.limited("The title", typed_in["title"], 150))
    if "authority" in typed_in:
        draft = draft_edits.sent_by(draft, typed.limited("Who sent it", typed_in["authority"], 200))
    if "sent" in typed_in:
        before, calendar = draft, await deadlines.calendar_of(session)
        draft = draft_edits.dated(draft, _letter_day(session, typed_in["sent"]), calendar)
        if "deadline" not in typed_in and (counted := draft_edits.counted_anew(before, draft, calendar)):
            draft, remark = counted, "The deadline was counted anew from the letter's new date."
    if "deadline" in typed_in:
        text = typed_in["deadline"].strip()
        draft = draft_edits.due(draft, await _deadline(session, found, draft, text) if text else None)
    if "demand" in typed_in:
        draft = draft_edits.asking(draft, typed_in["demand"].strip())
    return replace(found.pending, draft=draft_edits.titled(draft)), remark


async def _more_changed(session: Session, found: Opened, typed_in: dict[str, str]) -> tuple[Pending, str]:
    pending, draft = found.pending, found.draft
    if "threatened" in typed_in:
        draft = draft_edits.threatening(draft, typed.read_lines("What it threatens", typed_in["threatened"]))
    if "legal_basis" in typed_in:
        draft = draft_edits.based_on(draft, typed.read_lines("The legal basis", typed_in["legal_basis"]))
    if "source" in typed_in:
        draft = draft_edits.standing_at(draft, typed.read_source(typed_in["source"]))
        pending = replace(pending, needs_source=False)
    if "letter" in typed_in:
        name = typed_in["letter"].strip()
        pending = replace(pending, letter_id=(await lookups.one_letter(session, name)).id if name else NEW_LETTER)
    return replace(pending, draft=draft), ""


async def _rows_changed(session: Session, found: Opened, before: Sequence[str], text: str) -> tuple[Pending, str]:
    after = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    steps = draft_edits.changed_lines(before, after)
    meant = await resolved(session, [step.new for step in steps if step.new is not None], after)
    return replace(found.pending, draft=draft_edits.with_rows(found.draft, steps, meant)), ""


def _letter_day(session: Session, text: str) -> date:
    sent = parse_date(text, today=session.today, order=session.order)
    if sent > session.today:
        raise CaseError(f"{day(sent)} is still to come (today is {day(session.today)}). A letter bears a day that has been.")
    return sent


async def _deadline(session: Session, found: Opened, draft: Draft, text: str) -> Deadline:
    """What was typed, counted from the letter's day where it is a count.

    That is the recorded letter's day where a person chose that letter. One that was found by its day is not asked: the day
    may have been changed just now, and then it is another letter.
    """
    letter = found.matched.letter
    if letter is not None and found.pending.letter_id:
        sent = letter.sent
    elif draft.letter_date is not None:
        sent = When(draft.letter_date.value.isoformat(), session.server.zone)
    else:
        raise CaseError("The letter's own date is not known yet: write it too, so that the deadline can be checked against it.")
    by = Counting(calendar=await deadlines.calendar_of(session), today=session.today, order=session.order)
    deadline = deadlines.letter_deadline(text, sent, by)
    assert deadline is not None
    return deadline


def _text(found: Found[str] | Found[date] | None) -> str:
    return str(found.value) if found else ""


def _deadline_text(draft: Draft) -> str:
    """In a form that reads back as the same moment, its time zone included."""
    deadline = draft.deadline.value if draft.deadline else None
    if deadline is None:
        return ""
    at = f" {deadline.time:%H:%M}" if deadline.time else ""
    return f"{deadline.date}{at} {deadline.zone.key}"


def _folded(text: str) -> list[str]:
    """What a form may change in a text by itself: line ends, and space around lines."""
    return [line.strip() for line in text.strip().splitlines()]
