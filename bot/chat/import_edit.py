"""Changing a draft in forms: the letter, its threats and source, the recipients of one page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.chat import dating, typed
from bot.chat.dating import Counting
from bot.chat.forms import Answers, Field, Form
from bot.chat.house import Ask, Refusal, Room, check_desk, reading, recording
from bot.chat.import_places import ready, recipient_of, resolved
from bot.chat.import_preview import Opened, card_of, keep, mark_of, mark_of_place, opened, preview_of
from bot.chat.layout import view_of
from bot.chat.replies import answer
from bot.intake import editing
from bot.intake.draft import Draft, Found
from bot.intake.filing import NEW_LETTER, Pending
from bot.record.dates import Deadline, When, read_date
from bot.record.errors import CaseError
from bot.words import draft as words
from bot.words.prose import day

Change = Callable[[Room, Opened, dict[str, str]], Awaitable[tuple[Pending, str]]]
ROWS = "Delete a line to remove it, change it to rename it, add lines: Boulder, CO (city)"


async def edit_letter(ask: Ask, id: int, page: int) -> None:
    draft = (await _looked_at(ask, id)).draft
    fields = (
        Field("title", "Title", "What people here will call it", required=False, limit=150, value=draft.title),
        Field("authority", "Who sent it", limit=200, required=False, value=_text(draft.authority)),
        Field("sent", "The day it bears", "Like 2018-01-24", limit=60, required=False, value=_text(draft.letter_date)),
        Field("deadline", "Deadline", "A date, a date and a time, or 30 days; empty for none", required=False, limit=120,
              value=_deadline_text(draft)),
        Field("demand", "What it asks for", long=True, required=False, limit=1500, value=_text(draft.demand)),
    )  # fmt: skip
    await _open(ask, "Edit letter", id, page, fields, _letter_changed)


async def edit_more(ask: Ask, id: int, page: int) -> None:
    found = await _looked_at(ask, id)
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
    await _open(ask, "Edit more", id, page, fields, _more_changed)


async def edit_rows(ask: Ask, id: int, page: int) -> None:
    """The recipients that stand on this page, one a line."""
    await ready()
    async with reading(ask) as room:
        preview = preview_of(room, await opened(ask, room, id))
    before = [row.label for row in words.rows_of_page(preview, page)]
    fields = (Field("rows", "Recipients on this page", ROWS, long=True, required=False, limit=4000, value="\n".join(before)),)

    async def changed(room: Room, found: Opened, typed: dict[str, str]) -> tuple[Pending, str]:
        return await _rows_changed(room, found, before, typed.get("rows", "\n".join(before)))

    await _open(ask, "Edit recipients", id, page, fields, changed)


async def take(ask: Ask, id: int, page: int, row_mark: str, place_mark: str) -> None:
    """Settle a doubtful recipient by one of the places it may be. A row that is gone or settled meanwhile is left alone."""

    async def chosen(room: Room, found: Opened, _: dict[str, str]) -> tuple[Pending, str]:
        row = next((one for one in found.draft.recipients if mark_of(one) == row_mark), None)
        place = next((one for one in (row.candidates if row else ()) if mark_of_place(one) == place_mark), None)
        if row is None or place is None:
            return found.pending, "This row was changed meanwhile; here is the draft as it stands now."
        return replace(found.pending, draft=editing.chosen(found.draft, row, recipient_of(place))), ""

    await change(ask, id, page, {}, chosen)


async def change(ask: Ask, id: int, page: int, typed: dict[str, str], changed: Change) -> None:
    """Change the draft as the database has it now, and show the page anew. CaseError where that cannot be done.

    The interaction is answered at once, since a write may wait for another writer.
    """
    if not ask.response.is_done():
        await ask.response.defer()
    async with recording(ask) as room:
        found = await opened(ask, room, id)
        pending, remark = await changed(room, found, typed)
        if pending != found.pending:
            await keep(room.conn, id, pending)
        card = card_of(room, await opened(ask, room, id), page, remark)
    await ask.edit_original_response(view=view_of(card))


async def _looked_at(ask: Ask, id: int) -> Opened:
    await check_desk(ask)
    async with reading(ask) as room:
        return await opened(ask, room, id)


async def _open(ask: Ask, title: str, id: int, page: int, fields: Sequence[Field], changed: Change) -> None:
    """Open a form. Only what a person changed in it is applied, to the draft as it stands when the form comes back."""
    await check_desk(ask)

    async def submitted(ask: Ask, answers: Answers) -> None:
        opened_with = {one.name: one.value[: one.limit] for one in fields}
        touched = {name: text for name, text in answers.items() if _folded(text) != _folded(opened_with[name])}
        try:
            await change(ask, id, page, touched, changed)
        except Refusal:
            raise
        except CaseError as wrong:
            await give_back(ask, wrong, fields, touched)

    await ask.response.send_modal(Form(title, fields, submitted))


async def give_back(ask: Ask, wrong: CaseError, fields: Sequence[Field], typed: Answers) -> None:
    """Why a form was refused, with what was typed into it."""
    labels = {one.name: one.label for one in fields}
    for card in words.given_back(str(wrong), [(labels[name], text) for name, text in typed.items()]):
        await answer(ask, card, ephemeral=True)


async def _letter_changed(room: Room, found: Opened, typed_in: dict[str, str]) -> tuple[Pending, str]:
    draft, remark = found.draft, ""
    if "title" in typed_in:
        draft = replace(draft, title=typed.limited("The title", typed_in["title"], 150))
    if "authority" in typed_in:
        draft = editing.sent_by(draft, typed.limited("Who sent it", typed_in["authority"], 200))
    if "sent" in typed_in:
        before, calendar = draft, await dating.calendar_of(room)
        draft = editing.dated(draft, _letter_day(room, typed_in["sent"]), calendar)
        if "deadline" not in typed_in and (counted := editing.counted_anew(before, draft, calendar)):
            draft, remark = counted, "The deadline was counted anew from the letter's new date."
    if "deadline" in typed_in:
        text = typed_in["deadline"].strip()
        draft = editing.due(draft, await _deadline(room, found, draft, text) if text else None)
    if "demand" in typed_in:
        draft = editing.asking(draft, typed_in["demand"].strip())
    return replace(found.pending, draft=editing.titled(draft)), remark


async def _more_changed(room: Room, found: Opened, typed_in: dict[str, str]) -> tuple[Pending, str]:
    pending, draft = found.pending, found.draft
    if "threatened" in typed_in:
        draft = editing.threatening(draft, typed.read_lines("What it threatens", typed_in["threatened"]))
    if "legal_basis" in typed_in:
        draft = editing.based_on(draft, typed.read_lines("The legal basis", typed_in["legal_basis"]))
    if "source" in typed_in:
        draft = editing.standing_at(draft, typed.read_source(typed_in["source"]))
        pending = replace(pending, needs_source=False)
    if "letter" in typed_in:
        name = typed_in["letter"].strip()
        pending = replace(pending, letter_id=(await typed.one_letter(room, name)).id if name else NEW_LETTER)
    return replace(pending, draft=draft), ""


async def _rows_changed(room: Room, found: Opened, before: Sequence[str], text: str) -> tuple[Pending, str]:
    after = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    steps = editing.changed_lines(before, after)
    meant = await resolved(room, [step.new for step in steps if step.new is not None], after)
    return replace(found.pending, draft=editing.with_rows(found.draft, steps, meant)), ""


def _letter_day(room: Room, text: str) -> date:
    sent = read_date(text, today=room.today, order=room.order)
    if sent > room.today:
        raise CaseError(f"{day(sent)} is still to come (today is {day(room.today)}). A letter bears a day that has been.")
    return sent


async def _deadline(room: Room, found: Opened, draft: Draft, text: str) -> Deadline:
    """What was typed, counted from the letter's day where it is a count.

    That is the recorded letter's day where a person chose that letter. One that was found by its day is not asked: the day
    may have been changed just now, and then it is another letter.
    """
    letter = found.matched.letter
    if letter is not None and found.pending.letter_id:
        sent = letter.sent
    elif draft.letter_date is not None:
        sent = When(draft.letter_date.value.isoformat(), room.server.zone)
    else:
        raise CaseError("The letter's own date is not known yet: write it too, so that the deadline can be checked against it.")
    by = Counting(calendar=await dating.calendar_of(room), today=room.today, order=room.order)
    deadline = dating.letter_deadline(text, sent, by)
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
