"""/import: a text, a file or an address becomes a draft letter, which a person checks, corrects and confirms."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, replace
from datetime import date, datetime

import aiohttp
import discord
from discord import app_commands
from discord.app_commands import Choice, Range, Transform

from bot.chat.draft_views import card_of
from bot.chat.forms import Field, FormKind, Submitted
from bot.chat.responses import answer
from bot.chat.session import Interaction, defer, desk_only, reading, recording, settings_of
from bot.chat.transformers import DayOption, LetterOption
from bot.desk import draft_keeping, inputs
from bot.desk.lookups import LetterRef
from bot.reader.document import DocumentFile
from bot.record.errors import CaseError
from bot.record.sources import Source

#: Characters that fit the form.
PASTED = 4000
FORM = (
    Field("text", "Text", "The letter, press release or article; attach a longer one as a file", long=True, limit=PASTED),
    Field("source", "Source", "An address (https://…), or the title of the document", required=False, limit=500),
    Field("on", "Date of the text", "Like 2018-01-24; empty if the text states it", required=False, limit=60),
)
TEMPLATES = [Choice(name="an empty table to fill in, as CSV", value="csv"), Choice(name="the same, as XLSX", value="xlsx")]


@dataclass(frozen=True)
class _ImportOptions:
    """What was typed beside the text."""

    #: The date of the text.
    on: date | None
    #: The recorded letter to add the recipients to.
    letter: LetterRef | None
    quietly: bool = False


class _TextDayOption(DayOption):
    """The date of the text. It may be to come: a text can be dated ahead."""

    examples = ("today", "yesterday")


@app_commands.command(name="import", description="Read a letter from a text, file or address; recorded once you confirm (desk)")
@app_commands.describe(
    file="A letter, press release, article or table: TXT, HTML, PDF, DOCX, CSV, XLSX",
    address="The page to read: https://…",
    on="The date of the text, if it does not state one, like 2018-01-24",
    letter="A recorded letter to add recipients to",
    template="Get an empty table to fill in, and import nothing now",
    quietly="Record it without announcing it (default: announced)",
)
@app_commands.choices(template=TEMPLATES)
@desk_only(form=True)
async def read_in(
    interaction: Interaction,
    file: discord.Attachment | None = None,
    address: Range[str, 1, 2000] | None = None,
    on: Transform[date, _TextDayOption(60)] | None = None,
    letter: Transform[LetterRef, LetterOption(200)] | None = None,
    template: str | None = None,
    quietly: bool = False,
) -> None:
    if template:
        await _send_template(interaction, template)
        return
    if file and address:
        raise CaseError("Give a file or an address, not both.")
    options = _ImportOptions(on, letter, quietly)
    if file is None and address is None:
        await PASTE.open(interaction, "Paste a letter", FORM, options)
        interaction.client.letter_reader.prepare()
        return
    await defer(interaction)
    interaction.client.letter_reader.prepare()
    from bot.reader import documents

    now = interaction.client.clock.now()
    unread = await _of_file(file, now) if file is not None else await documents.page_at(address or "", now)
    await _keep(interaction, options, unread)


async def _of_file(file: discord.Attachment, now: datetime) -> DocumentFile:
    from bot.reader import documents

    if file.size > documents.MOST_BYTES:
        raise CaseError(documents.too_large(file.filename, file.size))
    try:
        content = await file.read()
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as failed:
        raise CaseError(f"Discord did not deliver “{file.filename}”. Attach it again.") from failed
    return documents.file_of(file.filename, content, now)


async def _pasted(interaction: Interaction, form: Submitted[_ImportOptions]) -> None:
    options, answers = form.state, form.answers
    await defer(interaction)
    from bot.reader import documents

    source = inputs.read_source(answers["source"]) if answers["source"].strip() else None
    if typed := answers["on"].strip():
        async with reading(interaction) as session:
            options = replace(options, on=_TextDayOption.read_day(session, typed))
    unread = documents.file_of_text(answers["text"], interaction.client.clock.now())
    await _keep(interaction, options, unread, source, needs_source=source is None)


PASTE = FormKind("paste", _ImportOptions, _pasted)


async def _keep(
    interaction: Interaction,
    options: _ImportOptions,
    unread: DocumentFile,
    source: Source | None = None,
    needs_source: bool = False,
) -> None:
    """Read the letter out of a text, keep the draft and show it."""
    client = interaction.client
    zone = (await settings_of(interaction)).zone
    letter = await client.letter_reader.read(unread, zone, options.on)
    async with recording(interaction) as session:
        view = await draft_keeping.keep_draft(
            session,
            letter.document,
            letter.draft,
            interaction.user.id,
            client.drafts_for,
            letter=options.letter,
            source=source,
            needs_source=needs_source,
            is_table=letter.is_table,
            hidden_rows=letter.hidden_rows,
            quietly=options.quietly,
        )
        card = await asyncio.to_thread(card_of, view)
    await answer(interaction, card, ephemeral=True)


async def _send_template(interaction: Interaction, kind: str) -> None:
    content = await asyncio.to_thread(_template, kind)
    file = discord.File(io.BytesIO(content), f"letterwatch-template.{kind}")
    text = "One row per recipient, below the example. Fill it in and import it with `/import file:`."
    await interaction.response.send_message(text, file=file, ephemeral=True)


def _template(kind: str) -> bytes:
    from bot.files.sheets import template  # with openpyxl: a tenth of a second

    return template.xlsx_bytes() if kind == "xlsx" else template.csv_bytes()
