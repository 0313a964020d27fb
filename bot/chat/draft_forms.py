"""The forms that change a draft: the letter, its threats and source, the recipients of one page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.chat.acknowledgement import Reply
from bot.chat.draft_views import UseCase, change, looked_up
from bot.chat.forms import LONGEST, Answers, Field, FormKind, Submitted, give_back
from bot.chat.kept_requests import key_of
from bot.chat.session import Interaction, Refusal, check_desk, defer_update, reading
from bot.desk import draft_lines, drafts, inputs, lookups
from bot.desk.draft_pending import NEW_LETTER
from bot.desk.draft_preview import preview_of
from bot.desk.drafts import DetailsEdit, LetterEdit
from bot.desk.session import Session
from bot.reader.draft import Draft, Found
from bot.record.errors import CaseError
from bot.words.draft_pages import rows_of_page

T = TypeVar("T")


class _Part(StrEnum):
    """What of a draft a form changes."""

    LETTER = "letter"
    DETAILS = "details"
    RECIPIENTS = "recipients"


@dataclass(frozen=True)
class _DraftEdit:
    """What a form was opened with."""

    part: _Part
    draft_id: int
    #: Of the preview, which is shown again.
    page: int
    #: The texts with which the fields opened.
    shown: dict[str, str] = field(default_factory=dict)
    #: The recipients on the page.
    before: Sequence[str] = ()


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
    await _open(interaction, "Edit letter", _DraftEdit(_Part.LETTER, draft_id, page), fields)


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
    await _open(interaction, "Edit threats, source…", _DraftEdit(_Part.DETAILS, draft_id, page), fields)


async def edit_recipients(interaction: Interaction, draft_id: int, page: int) -> None:
    """The recipients on this page, one per line."""
    await check_desk(interaction)
    await draft_lines.load_gazetteer()
    view = await looked_up(interaction, draft_id)
    before = [row.label for row in rows_of_page(await asyncio.to_thread(preview_of, view), page)]
    hint = "Delete a line to remove it, change it to rename it, add lines: Boulder, CO (city)"
    text = "\n".join(before)
    fields = (Field("rows", "Recipients on this page", hint, long=True, required=False, limit=LONGEST, value=text),)
    await _open(interaction, "Edit recipients", _DraftEdit(_Part.RECIPIENTS, draft_id, page, {}, before), fields)


async def _open(interaction: Interaction, title: str, edit: _DraftEdit, fields: Sequence[Field]) -> None:
    shown = {field.name: field.shown for field in fields}
    await DRAFT.open(interaction, title, fields, replace(edit, shown=shown))


async def _submitted(interaction: Interaction, form: Submitted[_DraftEdit]) -> None:
    """Only what a person changed in a form is applied, to the draft as it is when the form comes back."""
    edit = form.state
    typed = {name: form.answers[name] for name, text in edit.shown.items() if _folded(form.answers[name]) != _folded(text)}
    await defer_update(interaction)
    try:
        if edit.part is _Part.RECIPIENTS:
            await draft_lines.load_gazetteer()
        async with reading(interaction) as session:
            use_case = await _READ[edit.part](session, edit, typed)
        await change(interaction, edit.draft_id, edit.page, use_case)
    except Refusal:
        raise
    except CaseError as refused:
        await give_back(interaction, refused, form.form.labels, typed)


DRAFT = FormKind("draft", _DraftEdit, _submitted, Reply.UPDATE)


async def _read_recipients(session: Session, edit: _DraftEdit, typed: Answers) -> UseCase:
    lines = await draft_lines.read_lines(session, edit.before, typed.get("rows", edit.shown["rows"]))
    return lambda session, key: drafts.edit_recipients(session, key, lines)


async def _read_letter(session: Session, _: _DraftEdit, typed: Answers) -> UseCase:
    edit = LetterEdit(
        title=_read(typed, "title", lambda text: inputs.limited("The title", text, 150)),
        authority=_read(typed, "authority", lambda text: inputs.limited("Who sent it", text, 200)),
        sent=_read(typed, "sent", lambda text: drafts.read_letter_date(session, text)),
        deadline=_read(typed, "deadline", str.strip),
        demand=_read(typed, "demand", lambda text: inputs.limited("What it demands", text, 1500) if text.strip() else ""),
    )
    return lambda session, key: drafts.edit_letter(session, key, edit)


async def _read_details(session: Session, _: _DraftEdit, typed: Answers) -> UseCase:
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


#: Reads what a person changed in a form: the function that applies it to the draft. CaseError for what cannot be read.
_READ: dict[_Part, Callable[[Session, _DraftEdit, Answers], Awaitable[UseCase]]] = {
    _Part.LETTER: _read_letter,
    _Part.DETAILS: _read_details,
    _Part.RECIPIENTS: _read_recipients,
}


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
