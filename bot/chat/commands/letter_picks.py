"""Which recipients get another default deadline: a select of 25 a page, all ticked at first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat.commands.letter_edit import preview_query
from bot.chat.custom_ids import number_in, split
from bot.chat.kept_requests import key_of
from bot.chat.responses import turn
from bot.chat.session import Interaction, check_desk, defer_update, reading, recording
from bot.chat.views import render
from bot.desk import kept_edits, letter_edits
from bot.desk.kept import KeptKey
from bot.desk.letter_edits import EditPreview, unticked_but
from bot.desk.session import Session
from bot.record.errors import CaseError
from bot.words import errors
from bot.words import letter_edits as words

PAGE = 25  # lines of a select (Discord docs, "String Select")


async def pick(interaction: Interaction, arguments: str) -> None:
    """pickletter:<kept>:<page> shows that page of the recipients in place of the preview."""
    kept_id, page = split(arguments, 2)
    await defer_update(interaction)
    await check_desk(interaction)
    async with reading(interaction) as session:
        shown = await _shown(session, key_of(interaction, number_in(kept_id)))
    await _show(interaction, shown, kept_id, number_in(page))


async def tick(interaction: Interaction, arguments: str) -> None:
    """tickletter:<kept>:<page>:<first>:<last>: of the cases with these numbers, those are ticked that the select names.

    They are what the page showed, whoever has become a recipient since.
    """
    kept_id, page, *ends = split(arguments, 4)
    first, last = map(number_in, ends)
    await defer_update(interaction)
    data: Mapping[str, Any] = interaction.data or {}
    values = data.get("values")
    ticked = {number_in(str(value)) for value in values} if isinstance(values, list) else set()
    key = key_of(interaction, number_in(kept_id))
    async with recording(interaction) as session:
        shown = await _shown(session, key)
        of_page = [each.case.id for each in shown.recipients if first <= each.case.number <= last]
        await kept_edits.LETTER.change(session, key, unticked_but(shown.edit, of_page, ticked & set(of_page)))
        shown = await _shown(session, key)
    await _show(interaction, shown, kept_id, number_in(page))


async def done(interaction: Interaction, kept_id: str) -> None:
    """backletter:<kept> shows the preview again."""
    await defer_update(interaction)
    async with reading(interaction) as session:
        card = await render(session, preview_query(interaction, number_in(kept_id)))
    await turn(interaction, card)


async def _shown(session: Session, key: KeptKey) -> EditPreview:
    return await letter_edits.preview(session, await kept_edits.LETTER.kept(session, key))


def _page(shown: EditPreview, page: int) -> tuple[letter_edits.DefaultRecipient, ...]:
    return shown.recipients[page * PAGE : (page + 1) * PAGE]


async def _show(interaction: Interaction, shown: EditPreview, kept_id: str, page: int) -> None:
    if not shown.recipients:
        raise CaseError(errors.CHANGED)
    page = min(page, (len(shown.recipients) - 1) // PAGE)
    rows = [(each.case, each.keeps, each.clock_runs, each.case.id not in shown.edit.unticked) for each in _page(shown, page)]
    total = len(shown.recipients)
    ticked = total - len({each.case.id for each in shown.recipients} & set(shown.edit.unticked))
    pages = (total + PAGE - 1) // PAGE
    await turn(interaction, words.picking_card(shown.edit.before, rows, (page, pages), (ticked, total), kept_id))
