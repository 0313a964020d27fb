"""Ticking the places that a text names, 25 a page, in place of the preview of its draft.

The custom_ids are those of `draft_buttons`. The values of the select are the indexes of places in `Draft.mentioned`, which no
change of a draft changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.chat.custom_ids import number_in
from bot.chat.draft_views import UseCase, change, looked_up, show
from bot.chat.session import Interaction, defer_update
from bot.desk import drafts
from bot.desk.draft_preview import DraftView, preview_of
from bot.record.errors import CaseError
from bot.words.card import Card
from bot.words.draft_offers import offer_card
from bot.words.errors import CHANGED


def card_of(view: DraftView, page: int) -> Card:
    """To be called in a thread. CaseError if the draft offers nothing."""
    if not view.draft.mentioned:
        raise CaseError(CHANGED)
    return offer_card(preview_of(view), page)


async def show_page(interaction: Interaction, draft_id: int, page: int, _: str = "") -> None:
    await defer_update(interaction)
    await show(interaction, await asyncio.to_thread(card_of, await looked_up(interaction, draft_id), page))


async def tick_page(interaction: Interaction, draft_id: int, page: int) -> None:
    """Of the places on a page those are ticked that the select names."""
    data: Mapping[str, Any] = interaction.data or {}
    values = data.get("values")
    chosen = {number_in(str(value)) for value in values} if isinstance(values, list) else set()
    await _change(interaction, draft_id, page, lambda session, key: drafts.tick_page(session, key, page, chosen))


async def tick_list(interaction: Interaction, draft_id: int, page: int, number: str) -> None:
    await _tick_list(interaction, draft_id, page, number, is_ticked=True)


async def untick_list(interaction: Interaction, draft_id: int, page: int, number: str) -> None:
    await _tick_list(interaction, draft_id, page, number, is_ticked=False)


async def _tick_list(interaction: Interaction, draft_id: int, page: int, number: str, *, is_ticked: bool) -> None:
    which = number_in(number)
    await _change(interaction, draft_id, page, lambda session, key: drafts.tick_list(session, key, which, is_ticked=is_ticked))


async def untick_all(interaction: Interaction, draft_id: int, page: int) -> None:
    await _change(interaction, draft_id, page, drafts.untick_all)


async def _change(interaction: Interaction, draft_id: int, page: int, use_case: UseCase) -> None:
    await change(interaction, draft_id, page, use_case, card_of)
