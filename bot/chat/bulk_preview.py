"""Previews of what is recorded in many cases. Their buttons, bulk:<verb>:<batch>[:<more>], are for the batch's person alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.chat.custom_ids import answer_of, number_in, split
from bot.chat.kept_requests import key_of
from bot.chat.responses import answer, turn
from bot.chat.session import Interaction, check_desk, decide_and_record, defer, defer_update, reading
from bot.desk import bulk
from bot.desk.bulk import Batch, BatchView
from bot.desk.case_events import EventReport, when_of
from bot.desk.kept import KeptKey
from bot.desk.session import WriteSession
from bot.record.bulk import BatchFact
from bot.record.errors import CaseError
from bot.words import bulk as words
from bot.words.bulk import BatchPage
from bot.words.card import Card
from bot.words.errors import CHANGED


async def show_new(
    interaction: Interaction,
    case_ids: Collection[int],
    fact: BatchFact,
    report: EventReport,
    *,
    picks: bool = False,
    quietly: bool = False,
) -> None:
    """Show the person alone what would be recorded, with Record and Leave. Without a day in the report it happened today.

    `quietly`: it will not be announced.
    """
    await defer(interaction)
    assert interaction.guild_id is not None
    client = interaction.client
    async with reading(interaction) as session:
        report = replace(report, when=when_of(session, report))
        view = await bulk.new_batch(session, case_ids, fact, report, picks=picks, quietly=quietly)
    kept = (client.db, interaction.guild_id, interaction.user.id, session.now, view.batch, client.drafts_for)
    key = await bulk.keep(*kept)
    await answer(interaction, _card(view, key), ephemeral=True)


async def press(interaction: Interaction, what: str) -> None:
    verb, number, *more = split(what, 2, 4)
    if verb not in BUTTONS:
        raise CaseError(CHANGED)
    key = key_of(interaction, -number_in(number))
    await answer_of(BUTTONS[verb], (interaction, key), more)


async def _record(interaction: Interaction, key: KeptKey, version: str) -> None:
    decide = partial(bulk.decide_batch, key=key, version=number_in(version))

    async def record(session: WriteSession, decided: BatchView) -> Card:
        recorded = await bulk.record_batch(session, decided, key)
        return words.recorded_receipt(decided.batch.fact, recorded.planned, recorded.left_out, recorded.operation)

    await defer_update(interaction)
    await turn(interaction, await decide_and_record(interaction, decide, record))


async def _leave(interaction: Interaction, key: KeptKey) -> None:
    async with reading(interaction) as session:
        await bulk.leave(interaction.client.db, session, key)
    await turn(interaction, words.nothing_recorded())


async def _page(interaction: Interaction, key: KeptKey, page: str) -> None:
    await defer_update(interaction)
    async with reading(interaction) as session:
        view = await bulk.view(session, await bulk.kept_batch(session, key))
    await turn(interaction, _card(view, key, number_in(page)))


async def _tick(interaction: Interaction, key: KeptKey, page: str) -> None:
    """The cases of a page that are ticked now: the values of the select."""
    data: Mapping[str, Any] = interaction.data or {}
    values = data.get("values")
    case_ids = [number_in(str(value)) for value in values] if isinstance(values, list) else []
    await _change(interaction, key, bulk.ticked(number_in(page), case_ids), number_in(page))


async def _tick_all(interaction: Interaction, key: KeptKey, page: str) -> None:
    await _change(interaction, key, bulk.all_ticked, number_in(page))


async def _tick_none(interaction: Interaction, key: KeptKey, page: str) -> None:
    await _change(interaction, key, bulk.none_ticked, number_in(page))


async def _pick(interaction: Interaction, key: KeptKey) -> None:
    await _change(interaction, key, bulk.picking)


async def _change(interaction: Interaction, key: KeptKey, change: Callable[[Batch], Batch], page: int = 0) -> None:
    await defer_update(interaction)
    await check_desk(interaction)
    async with reading(interaction) as session:
        view = await bulk.view(session, await bulk.change(interaction.client.db, session, key, change))
    await turn(interaction, _card(view, key, page))


def _card(view: BatchView, key: KeptKey, page: int = 0) -> Card:
    """A page of a preview. The button Record names the version that is shown."""
    batch, number = view.batch, -key.id
    press = {verb: f"bulk:{verb}:{number}" for verb in BUTTONS} | {"record": f"bulk:record:{number}:{batch.version}"}
    planned, unticked, order = view.planned, frozenset(batch.unticked), [case.id for case in batch.cases]
    told = bulk.told_of(batch)
    shown = BatchPage(batch.fact, told, planned, unticked, view.left_out, batch.picks, batch.quietly, order, bulk.PAGE, press)
    return words.preview_card(shown, page)


BUTTONS: dict[str, Callable[..., Awaitable[None]]] = {
    "record": _record,
    "leave": _leave,
    "page": _page,
    "tick": _tick,
    "all": _tick_all,
    "none": _tick_none,
    "pick": _pick,
}
