"""The forms that change a draft: the letter, its threats and source, the recipients of one page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TypeVar

from bot.chat.draft_views import UseCase, change, key_of, looked_up
from bot.chat.forms import Answers, Field, Form, give_back
from bot.chat.session import Interaction, Refusal, check_desk, defer_update, reading
from bot.desk import draft_lines, drafts, inputs, lookups
from bot.desk.draft_pending import NEW_LETTER
from bot.desk.draft_preview import preview_of
from bot.desk.drafts import DetailsEdit, LetterEdit
from bot.desk.session import Session
from bot.reader.draft import Draft, Found
from bot.record.errors import CaseError
from bot.words.draft_pages import rows_of_page

#: Reads what a person changed in a form; the function that applies it to the draft. CaseError for what cannot be read.
Read = Callable[[Session, Answers], Awaitable[UseCase]]
T = TypeVar("T")


async def edit_letter(interaction: Interaction, draft_id: int, page: int) -> None:
    await check_desk(interaction)
    async with reading(interaction) as session:
        draft = (await drafts.pending_draft(session, key_of(interaction, draft_id))).draft
    fields = (
        Field("title", "Title", "Your own name for the letter", required=False, limit=150, value=draft.title),
        Field("authority", "Who sent it", limit=200, required=False, value=_text(draft.authority)),
        Field("sent", "Date of the letter", "Like 2018-01-24", limit=60, required=False, value=_text(draft.letter_date)),
        Field("deadline", "Deadline", "A date, a date and a time, or 30 days; empty for none", limit=120, required=False,
              value=_deadline_text(draft)),
        Field("demand", "What it demands", long=True, required=False, limit=1500, value=_text(draft.demand)),
    )  # fmt: skip
    await _open(interaction, "Edit letter", draft_id, page, fields, _read_letter)


async def edit_details(interaction: Interaction, draft_id: int, page: int) -> None:
    await check_desk(interaction)
    view = await looked_up(interaction, draft_id)
    draft, letter = view.draft, view.matched.letter
    source = "" if view.pending.needs_source else f"{draft.source.title} {draft.source.url}".strip()
    fields = (
        Field("threatened", "What it threatens", "One per line, like: subpoena", long=True, required=False, limit=1000,
              value=_lines(draft.threatened)),
        Field("legal_basis", "Legal basis", "One per line, like: 8 U.S.C. § 1373", long=True, required=False, limit=1000,
              value=_lines(draft.legal_basis)),
        Field("source", "Source", "An address (https://…), or the title of the document", limit=700, required=False,
              value=source),
        Field("letter", "Recorded letter to add them to", "A word of its title, or its short name; empty for a new letter",
              limit=200, required=False, value=letter.slug if letter else ""),
    )  # fmt: skip
    await _open(interaction, "Edit threats, source…", draft_id, page, fields, _read_details)


async def edit_recipients(interaction: Interaction, draft_id: int, page: int) -> None:
    """The recipients on this page, one per line."""
    await check_desk(interaction)
    await draft_lines.load_gazetteer()
    view = await looked_up(interaction, draft_id)
    before = [row.label for row in rows_of_page(await asyncio.to_thread(preview_of, view), page)]
    text = "\n".join(before)
    hint = "Delete a line to remove it, change it to rename it, add lines: Boulder, CO (city)"
    fields = (Field("rows", "Recipients on this page", hint, long=True, required=False, limit=4000, value=text),)

    async def read(session: Session, typed: Answers) -> UseCase:
        edit = await draft_lines.read_lines(session, before, typed.get("rows", text))
        return lambda session, key: drafts.edit_recipients(session, key, edit)

    await _open(interaction, "Edit recipients", draft_id, page, fields, read)


async def _open(interaction: Interaction, title: str, draft_id: int, page: int, fields: Sequence[Field], read: Read) -> None:
    """Open a form. Only what a person changed in it is applied, to the draft as it is when the form comes back."""

    async def submitted(interaction: Interaction, answers: Answers) -> None:
        before = {field.name: field.shown for field in fields}
        typed = {name: text for name, text in answers.items() if _folded(text) != _folded(before[name])}
        await defer_update(interaction)
        try:
            async with reading(interaction) as session:
                use_case = await read(session, typed)
            await change(interaction, draft_id, page, use_case)
        except Refusal:
            raise
        except CaseError as refused:
            await give_back(interaction, refused, fields, typed)

    await interaction.response.send_modal(Form(title, fields, submitted))


async def _read_letter(session: Session, typed: Answers) -> UseCase:
    edit = LetterEdit(
        title=_read(typed, "title", lambda text: inputs.limited("The title", text, 150)),
        authority=_read(typed, "authority", lambda text: inputs.limited("Who sent it", text, 200)),
        sent=_read(typed, "sent", lambda text: drafts.read_letter_date(session, text)),
        deadline=_read(typed, "deadline", str.strip),
        demand=_read(typed, "demand", lambda text: inputs.limited("What it demands", text, 1500) if text.strip() else ""),
    )
    return lambda session, key: drafts.edit_letter(session, key, edit)


async def _read_details(session: Session, typed: Answers) -> UseCase:
    letter_id = None
    if "letter" in typed:
        name = typed["letter"].strip()
        letter_id = (await lookups.one_letter(session, name)).id if name else NEW_LETTER
    edit = DetailsEdit(
        threatened=_read(typed, "threatened", lambda text: inputs.read_lines("What it threatens", text)),
        legal_basis=_read(typed, "legal_basis", lambda text: inputs.read_lines("The legal basis", text)),
        source=_read(typed, "source", inputs.read_source),
        letter_id=letter_id,
    )
    return lambda session, key: drafts.edit_details(session, key, edit)


def _read(typed: Answers, name: str, read: Callable[[str], T]) -> T | None:
    """A field as `read` understands it; None if it was not changed."""
    return read(typed[name]) if name in typed else None


def _text(quoted: Found[str] | Found[date] | None) -> str:
    return str(quoted.value) if quoted else ""


def _lines(values: Sequence[Found[str]]) -> str:
    return "\n".join(quoted.value for quoted in values)


def _deadline_text(draft: Draft) -> str:
    """In a form that reads back as the same moment, its time zone included."""
    deadline = draft.deadline.value if draft.deadline else None
    if deadline is None:
        return ""
    at = f" {deadline.time:%H:%M}" if deadline.time else ""
    return f"{deadline.date}{at} {deadline.zone.key}"


def _folded(text: str) -> list[str]:
    """Without what a form may change in a text by itself: line ends, and space around lines."""
    return [line.strip() for line in text.strip().splitlines()]
