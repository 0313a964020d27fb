"""Showing a draft: as the answer to /import, and in place of the preview whose button was pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.chat.kept_requests import key_of
from bot.chat.responses import turn
from bot.chat.session import Interaction, defer_update, reading, recording
from bot.desk import drafts
from bot.desk.draft_preview import DraftView, preview_of
from bot.desk.kept import KeptKey
from bot.desk.session import WriteSession
from bot.words.card import Card
from bot.words.draft_pages import preview_card

UseCase = Callable[[WriteSession, KeptKey], Awaitable[DraftView]]


def card_of(view: DraftView, page: int = 0) -> Card:
    """To be called in a thread: thousands of recipients take half a second."""
    return preview_card(preview_of(view), page, view.remark)


async def looked_up(interaction: Interaction, draft_id: int) -> DraftView:
    async with reading(interaction) as session:
        return await drafts.view_draft(session, key_of(interaction, draft_id))


async def change(
    interaction: Interaction,
    draft_id: int,
    page: int,
    use_case: UseCase,
    card_shown: Callable[[DraftView, int], Card] = card_of,
) -> None:
    """Change the draft and show it again, as the card that is made of it. CaseError if it cannot be changed.

    The interaction is deferred first, since a write may wait for another writer.
    """
    await defer_update(interaction)
    async with recording(interaction) as session:
        view = await use_case(session, key_of(interaction, draft_id))
        card = await asyncio.to_thread(card_shown, view, page)  # of thousands of recipients it takes a moment
    await show(interaction, card)


async def show(interaction: Interaction, card: Card) -> None:
    """Put a card in place of the preview. The interaction must be deferred."""
    await turn(interaction, card)
