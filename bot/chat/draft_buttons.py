"""The buttons of a preview: draft:<verb>:<draft>:<page>[:<more>], for the person who owns the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from bot.chat import draft_forms, draft_offers
from bot.chat.custom_ids import answer_of, member, number_in, split
from bot.chat.draft_views import card_of, change, looked_up, show
from bot.chat.kept_requests import key_of
from bot.chat.session import Interaction, decide_and_record, defer_update, reading, recording, settings_of
from bot.desk import draft_confirming, draft_keeping, drafts
from bot.desk.draft_confirming import DraftDecision
from bot.desk.draft_preview import DraftView
from bot.desk.session import WriteSession
from bot.files.sheets.rows import HiddenRows
from bot.record.errors import CaseError
from bot.record.questions import LetterKind
from bot.words.card import Card
from bot.words.draft_pages import dropped_card
from bot.words.draft_preview import ALL
from bot.words.errors import CHANGED
from bot.words.import_receipt import imported_receipt


async def press(interaction: Interaction, what: str) -> None:
    verb, draft_id, page, *more = split(what, 3, 5)
    if verb not in BUTTONS:
        raise CaseError(CHANGED)
    await answer_of(BUTTONS[verb], (interaction, number_in(draft_id), number_in(page)), more)


async def _page(interaction: Interaction, draft_id: int, page: int, _: str = "") -> None:
    await defer_update(interaction)  # a draft of thousands of recipients takes a second
    await show(interaction, await asyncio.to_thread(card_of, await looked_up(interaction, draft_id), page))


async def _choose_letter(interaction: Interaction, draft_id: int, page: int, letter_id: str) -> None:
    number = number_in(letter_id)
    await change(interaction, draft_id, page, lambda session, key: drafts.choose_letter(session, key, number))


async def _choose_kind(interaction: Interaction, draft_id: int, page: int, name: str) -> None:
    if name not in (ALL, *LetterKind):
        raise CaseError(CHANGED)
    kind = None if name == ALL else LetterKind(name)
    await change(interaction, draft_id, page, lambda session, key: drafts.choose_kind(session, key, kind))


async def _choose_answer(interaction: Interaction, draft_id: int, page: int, mark: str) -> None:
    await change(interaction, draft_id, page, lambda session, key: drafts.choose_answer(session, key, mark))


async def _choose_candidate(interaction: Interaction, draft_id: int, page: int, row: str, place: str) -> None:
    await change(interaction, draft_id, page, lambda session, key: drafts.choose_candidate(session, key, row, place))


async def _choose_hidden_rows(interaction: Interaction, draft_id: int, _: int, name: str) -> None:
    """The file is read again: what its hidden rows say may change what all of it says, or be wrong."""
    hidden = member(HiddenRows, name)
    await defer_update(interaction)
    zone = (await settings_of(interaction)).zone
    async with reading(interaction) as session:
        unread = await draft_keeping.kept_file(session, key_of(interaction, draft_id))
    draft = (await interaction.client.letter_reader.read(unread, zone, hidden=hidden)).draft
    await change(interaction, draft_id, 0, lambda session, key: draft_keeping.read_hidden_rows(session, key, draft, hidden))


async def _drop(interaction: Interaction, draft_id: int, _: int) -> None:
    await defer_update(interaction)
    async with recording(interaction) as session:
        title = await drafts.drop_draft(session, key_of(interaction, draft_id))
    await show(interaction, dropped_card(title))


async def _confirm(interaction: Interaction, draft_id: int, page: int, digest: str) -> None:
    await defer_update(interaction)
    key = key_of(interaction, draft_id)

    async def record(session: WriteSession, decision: DraftDecision) -> Card:
        outcome = await draft_confirming.record_decided(session, key, decision)
        return await asyncio.to_thread(card_of, outcome, page) if isinstance(outcome, DraftView) else imported_receipt(outcome)

    decide = partial(draft_confirming.decide_draft, key=key, digest=digest)
    await show(interaction, await decide_and_record(interaction, decide, record))


BUTTONS: dict[str, Callable[..., Awaitable[None]]] = {
    "page": _page,
    "letter": draft_forms.edit_letter,
    "more": draft_forms.edit_details,
    "rows": draft_forms.edit_recipients,
    "take": _choose_candidate,
    "offer": draft_offers.show_page,
    "tick": draft_offers.tick_page,
    "ticklist": draft_offers.tick_list,
    "unticklist": draft_offers.untick_list,
    "untick": draft_offers.untick_all,
    "into": _choose_letter,
    "only": _choose_kind,
    "hidden": _choose_hidden_rows,
    "pick": _choose_answer,
    "drop": _drop,
    "confirm": _confirm,
}
