"""/import: a text, a file or an address becomes a draft letter, which a person looks through, mends and confirms."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import aiohttp
import discord
from discord import app_commands
from discord.app_commands import Choice, Range, Transform

from bot.chat import draft_forms
from bot.chat.components import view_of
from bot.chat.draft_views import GONE, Opened, card_of, mark_of_answer, mark_of_kind, opened
from bot.chat.forms import Answers, Field, Form
from bot.chat.responses import answer
from bot.chat.session import Interaction, Refusal, defer, desk_only, reading, recording
from bot.chat.transformers import LetterOption, PastDayOption
from bot.desk import deadlines, draft_edits, draft_matching, inputs
from bot.desk.draft_matching import NEW_LETTER, PENDING, Pending
from bot.desk.lookups import LetterRef
from bot.desk.session import Session, WriteSession
from bot.reader.document import Document
from bot.reader.draft import Draft, Part
from bot.record.deadlines.dates import parse_date
from bot.record.errors import CaseError
from bot.record.ladder import DEFAULT_LADDER
from bot.record.plan import next_due
from bot.record.sources import Source
from bot.store import cases, drafts, notices
from bot.words import draft_pages as words
from bot.words.card import Card
from bot.words.draft_preview import ALL
from bot.words.errors import CHANGED
from bot.words.import_receipt import Imported, imported_receipt

MOST = 5_000  # recipients: a form opens within Discord's three seconds, and recording holds nobody else up for long
TOO_MANY = (
    f"At most {MOST:,} are shown here; `letterwatch import` on the bot's machine takes a table with more. Nothing was recorded."
)
PASTED = 4000  # characters that fit the form
FORM = (
    Field("text", "The text", "The letter, press release or article; a longer one goes in as a file", long=True, limit=PASTED),
    Field(
        "source", "Where it stands written", "An address (https://…), or the title of the document", required=False, limit=500
    ),
    Field("on", "The day the text bears", "Like 2018-01-24; empty where the text says it", required=False, limit=60),
)
TEMPLATES = [Choice(name="an empty table to fill in, as CSV", value="csv"), Choice(name="the same as XLSX", value="xlsx")]
CHANGED_SINCE = "The draft, or the record, has changed since this was shown. Nothing was recorded: look again."


@dataclass(frozen=True)
class _Asked:
    """What was typed beside the text: the day it bears, and the recorded letter to add recipients to (its id)."""

    on: date | None
    letter_id: int | None
    zone: ZoneInfo


@app_commands.command(name="import", description="Read a letter from a text, file or address; recorded once you confirm (desk)")
@app_commands.describe(
    file="A letter, press release, article or table: TXT, HTML, PDF, DOCX, CSV, XLSX",
    address="The page it stands on: https://…",
    on="The day the text bears, where it does not say so itself, like 2018-01-24",
    letter="A letter that is recorded already, to add recipients to",
    template="Get an empty table to fill in, and import nothing now",
)
@app_commands.choices(template=TEMPLATES)
@desk_only(form=True)
async def read_in(
    interaction: Interaction,
    file: discord.Attachment | None = None,
    address: Range[str, 1, 2000] | None = None,
    on: Transform[date, PastDayOption(60)] | None = None,
    letter: Transform[LetterRef, LetterOption(200)] | None = None,
    template: str | None = None,
) -> None:
    if template:
        await _give_template(interaction, template)
        return
    if file and address:
        raise CaseError("Give a file or an address, not both.")
    asked = await _asked(interaction, letter, on)
    if file is None and address is None:
        await interaction.response.send_modal(
            Form("Paste a letter", FORM, lambda interaction, answers: _pasted(interaction, asked, answers))
        )
        return
    await defer(interaction)
    from bot.reader import documents as reader

    if file is not None:
        document = await _of_file(file, interaction.client.clock.now())
    else:
        document = await reader.from_address(address or "", interaction.client.clock.now())
    await _draft(interaction, asked, document)


async def press(interaction: Interaction, what: str) -> None:
    """draft:<what>:<draft>:<page>[:<more>]: every button of the preview, for the person whose draft it is."""
    verb, id, page, *more = what.split(":")
    if verb not in BUTTONS:
        raise CaseError(CHANGED)
    await BUTTONS[verb](interaction, int(id), int(page), *more)


async def _pasted(interaction: Interaction, asked: _Asked, answers: Answers) -> None:
    await defer(interaction)
    from bot.reader import documents as reader

    try:
        source = inputs.read_source(answers["source"]) if answers["source"].strip() else None
        async with reading(interaction) as session:
            asked = replace(asked, on=_day(session, answers["on"]) or asked.on)
        document = reader.from_text(answers["text"], interaction.client.clock.now())
        await _draft(interaction, asked, document, source, needs_source=source is None)
    except Refusal:
        raise
    except CaseError as wrong:
        await draft_forms.give_back(interaction, wrong, FORM, answers)


async def _of_file(file: discord.Attachment, now: datetime) -> Document:
    from bot.reader import documents as reader

    if file.size > reader.MOST_BYTES:
        raise CaseError(reader.too_large(file.filename, file.size))
    try:
        content = await file.read()
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as lost:
        raise CaseError(f"Discord did not hand over “{file.filename}”. Attach it again.") from lost
    return await reader.from_file(file.filename, content, now)


async def _asked(interaction: Interaction, letter: LetterRef | None, on: date | None) -> _Asked:
    """The options beside the text, read and checked before anything is fetched."""
    async with reading(interaction) as session:
        return _Asked(on, letter.id if letter else None, session.server.zone)


def _day(session: Session, text: str | None) -> date | None:
    return parse_date(text, today=session.today, order=session.order) if text and text.strip() else None


async def _draft(
    interaction: Interaction, asked: _Asked, document: Document, source: Source | None = None, needs_source: bool = False
) -> None:
    """Read the letter out of a document, keep the draft, show it. Old drafts are removed on the occasion."""
    async with interaction.client.one_text:
        draft = await asyncio.to_thread(_extracted, document, asked)
    if len(draft.recipients) > MOST:
        raise CaseError(f"{document.name} names {len(draft.recipients):,} recipients. {TOO_MANY}")
    if source is not None:
        draft = replace(draft, source=replace(draft.source, title=source.title, url=source.url))
    draft = draft_edits.titled(draft)
    async with recording(interaction) as session:
        draft = draft_edits.asked_at_rows(draft_edits.on_calendar(draft, await deadlines.calendar_of(session)))
        letter_id = asked.letter_id or await _letter_named(session, draft)
        pending = Pending(draft, document.name, document.media_type, document.read_at, letter_id, needs_source)
        await drafts.expire(session.conn, session.now - interaction.client.drafts_for)
        body = PENDING.dump_python(pending, mode="json")
        id = await drafts.add(session.conn, session.server.id, interaction.user.id, session.now, body, document.content)
        card = card_of(session, await opened(interaction, session, id))
    await answer(interaction, card, ephemeral=True)


async def _letter_named(session: Session, draft: Draft) -> int | None:
    """The recorded letter whose short name a table gives."""
    names = {reading for one in draft.questions if one.about is Part.LETTER for reading in one.readings}
    return next((one.id for one in await cases.letters_of(session.conn, session.server.id) if one.slug in names), None)


def _extracted(document: Document, asked: _Asked) -> Draft:
    """Takes a second of computing for a long text, so it runs beside the event loop."""
    from bot.desk import sheet_draft
    from bot.reader import extract

    if document.rows:
        return sheet_draft.draft_of(document, asked.zone)
    return extract.draft_of(document, asked.zone, on=asked.on)


async def _give_template(interaction: Interaction, kind: str) -> None:
    from bot.files.sheets import template

    content = template.xlsx_bytes() if kind == "xlsx" else template.csv_bytes()
    file = discord.File(io.BytesIO(content), f"letterwatch-template.{kind}")
    text = "One row a recipient, below the example. Fill it in and give it back with `/import file:`."
    await interaction.response.send_message(text, file=file, ephemeral=True)


# The buttons of the preview


async def _page(interaction: Interaction, id: int, page: int, _: str = "") -> None:
    await interaction.response.defer()  # thousands of recipients take a second
    async with reading(interaction) as session:
        card = card_of(session, await opened(interaction, session, id), page)
    await _show(interaction, card)


async def _into(interaction: Interaction, id: int, page: int, letter_id: str) -> None:
    """Another letter to record it in: a recorded one, or a new one."""

    async def chosen(_: Session, found: Opened, __: dict[str, str]) -> tuple[Pending, str]:
        return replace(found.pending, letter_id=int(letter_id) or NEW_LETTER), ""

    await draft_forms.change(interaction, id, page, {}, chosen)


async def _only(interaction: Interaction, id: int, page: int, mark: str) -> None:
    """Only the recipients of one of the letters that the text tells of, or all of them as those of one."""

    async def chosen(_: Session, found: Opened, __: dict[str, str]) -> tuple[Pending, str]:
        asked = next((one for one in draft_matching.kinds_asked(found.draft) if mark_of_kind(one) == mark), None)
        if asked is None and mark != ALL:
            return found.pending, ""
        return replace(found.pending, draft=draft_edits.of_one_letter(found.draft, asked)), ""

    await draft_forms.change(interaction, id, page, {}, chosen)


async def _pick(interaction: Interaction, id: int, page: int, mark: str) -> None:
    """One of the answers that a question of the reading names."""

    async def chosen(session: Session, found: Opened, _: dict[str, str]) -> tuple[Pending, str]:
        for question in found.draft.questions:
            for label, chosen_one in draft_edits.answers(found.draft, question, session.server.zone):
                if mark_of_answer(question, label) == mark:
                    draft = draft_edits.picked(found.draft, chosen_one, await deadlines.calendar_of(session))
                    return replace(found.pending, draft=draft_edits.titled(draft)), ""
        return found.pending, "This was settled meanwhile; here is the draft as it stands now."

    await draft_forms.change(interaction, id, page, {}, chosen)


async def _drop(interaction: Interaction, id: int, page: int) -> None:
    await interaction.response.defer()
    async with recording(interaction) as session:
        found = await opened(interaction, session, id)
        await drafts.drop(session.conn, id)
    await _show(interaction, words.dropped_card(found.draft.title))


async def _confirm(interaction: Interaction, id: int, page: int, digest: str) -> None:
    """Record the draft: all of it or nothing, once, and exactly what was shown.

    1. Whoever removes the draft records it: of two presses, and of two devices, one does.
    2. The draft is held against the record again; where that comes out otherwise than what was shown, it is shown anew.
    """
    await interaction.response.defer()
    async with recording(interaction) as session:
        found = await opened(interaction, session, id)
        if found.digest != digest:
            card = card_of(session, found, page, CHANGED_SINCE)
        else:
            content = await drafts.content_of(session.conn, session.server.id, id)
            if content is None or not await drafts.drop(session.conn, id):
                raise CaseError(GONE)
            card = await _record(session, found, content)
    await _show(interaction, card)


async def _record(session: WriteSession, found: Opened, content: bytes) -> Card:
    filed = await draft_matching.record(session.conn, session.audit, found.pending, content, found.matched)
    await notices.announce(session.conn, session.server.id, filed.letter.id, filed.added, session.now)
    added = await cases.with_ids(session.conn, [case_id for case_id, _ in filed.added])
    case_states = [(case, case.at(session.now)) for case in added]
    posts = session.server.channel_id is not None
    dues = [next_due(case, DEFAULT_LADDER, session.server.posting, session.now) for case in added] if posts else []
    first = min((due for due in dues if due is not None), key=lambda due: due.at, default=None)
    receipt = Imported(
        filed.letter, found.draft.source, filed.new_letter, case_states, filed.new_places, filed.already, first, posts
    )
    return imported_receipt(receipt, session.server.zone, session.audit.operation)


async def _show(interaction: Interaction, card: Card) -> None:
    """Put a card in the place of the preview, after the deferral."""
    await interaction.edit_original_response(view=view_of(card))


BUTTONS: dict[str, Callable[..., Awaitable[None]]] = {
    "page": _page,
    "letter": draft_forms.edit_letter,
    "more": draft_forms.edit_more,
    "rows": draft_forms.edit_rows,
    "take": draft_forms.take,
    "into": _into,
    "only": _only,
    "pick": _pick,
    "drop": _drop,
    "confirm": _confirm,
}
