"""Buttons that work after a restart: all they need is in their custom_id, ``<action>:<arguments>``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from bot.chat import bulk_preview, confirming, draft_buttons, still_watching
from bot.chat.acknowledgement import Reply
from bot.chat.commands import (
    closures,
    corrections,
    ladders,
    letter,
    letter_edit,
    letter_picks,
    place_corrections,
    place_edit,
    quiet_times,
    silences,
)
from bot.chat.commands.event_forms import receipt
from bot.chat.custom_ids import MANY, member, number_in, split
from bot.chat.long_lists import OF_DESK, render_at
from bot.chat.responses import answer, failed, turn
from bot.chat.session import Interaction, check_desk, decide_and_record, reading, recording, settings_of, shared
from bot.chat.views import OF_PERSON, later_facts_card, notice_page, render
from bot.desk import case_events, undo
from bot.desk.session import WriteSession
from bot.desk.undo import LaterFacts, UndoDecision, UndoneEvents
from bot.record.errors import CaseError
from bot.record.events import Extent
from bot.record.silence import undoes_silence
from bot.words import errors
from bot.words import revisions as revision_words
from bot.words import undo as words
from bot.words.card import Card
from bot.words.paging import Query


async def _page(interaction: Interaction, arguments: str) -> None:
    """page:<view>:<page>:<arguments> replaces the message with that page."""
    view, page, *args = split(arguments, 2, MANY)
    query, number = Query(view, tuple(args) if args != [""] else ()), number_in(page)
    if view in OF_DESK:
        await check_desk(interaction)
    if view in OF_PERSON and args[-1:] != [str(interaction.user.id)]:
        raise CaseError(errors.CHANGED)
    await turn(interaction, await shared(interaction, (query, number), lambda session: render(session, query, number)))


async def _turn(interaction: Interaction, arguments: str) -> None:
    """turn:<view>:<edge>:<arguments> replaces the message with the page of a long list that is at that edge."""
    view, edge, *args = split(arguments, 2, MANY)
    query = Query(view, tuple(args) if args != [""] else ())
    if view in OF_DESK:
        await check_desk(interaction)
    await turn(interaction, await shared(interaction, (query, edge), lambda session: render_at(session, query, edge)))


def _opens(view: str) -> Callable[[Interaction, str], Awaitable[None]]:
    """Shows the first page of a view to the person alone."""

    async def show(interaction: Interaction, argument: str) -> None:
        query = Query(view, (argument,))
        card = await shared(interaction, query, lambda session: render(session, query))
        await answer(interaction, card, ephemeral=True)

    return show


async def _notice_page(interaction: Interaction, arguments: str) -> None:
    """npage:<token>:<page> shows that page of a notice to the person alone: the notice itself stays as it was posted."""
    token, page = split(arguments, 2)
    async with reading(interaction) as session:
        card = await notice_page(session, token, number_in(page))
    await (turn(interaction, card) if _is_private(interaction) else answer(interaction, card, ephemeral=True))


def _is_private(interaction: Interaction) -> bool:
    """Whether only the person sees the message whose button was pressed."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _settle_extent(interaction: Interaction, arguments: str) -> None:
    """extent:<answer>:<extent>:<recorded> records how complete an answer was; the answer by the id of its event, and by when it
    was recorded, in seconds. Older buttons do not have the last."""
    answer_id, name, *seconds = split(arguments, 2, 3)
    event_id, extent, recorded = number_in(answer_id), member(Extent, name), number_in(seconds[0]) if seconds else None
    async with recording(interaction) as session:
        card = receipt(await case_events.settle_extent(session, event_id, extent, recorded))
    await answer(interaction, card, ephemeral=True)


async def _undo(interaction: Interaction, arguments: str) -> None:
    """undo:<operation>[:<list>] takes back what was recorded together.

    <list>: the digest of the later facts that a person agreed to take back with it.
    """
    operation, _, agreed = arguments.partition(":")
    silenced: list[int] = []  # cases
    pressed = undo.Press(
        operation, interaction.user.id, interaction.client.undo_for, agreed, manages=interaction.permissions.manage_guild
    )

    async def record(session: WriteSession, decision: UndoDecision | LaterFacts) -> Card:
        undone = await undo.record_undo(session, decision)
        if isinstance(undone, UndoneEvents):
            silenced.extend(case.id for case, _ in undone.cases if undoes_silence(case.events))
        return _undo_card(undone, (operation,), agreed)

    card = await decide_and_record(interaction, partial(undo.decide_undo, press=pressed), record)
    if silenced and interaction.guild_id:
        interaction.client.refresh(interaction.guild_id, silenced, "")
    interaction.client.changed((await settings_of(interaction)).id)  # it may have been a setting
    await answer(interaction, card, ephemeral=True)


async def _undo_letter(interaction: Interaction, arguments: str) -> None:
    """unletter:<operation>:<person>[:<list>] removes a letter, with the recipients on the list that a person agreed to."""
    operation, person, agreed = (*split(arguments, 2, 3), "")[:3]
    async with recording(interaction) as session:
        undone = await undo.undo_letter(session, operation, number_in(person), interaction.client.undo_for, agreed)
        card = _undo_card(undone, (operation, person), agreed)
    await answer(interaction, card, ephemeral=True)


def _undo_card(undone: UndoneEvents | LaterFacts, args: tuple[str, ...], agreed: str) -> Card:
    """What was undone, or what it would also take back. `args` as in `later_facts_card`."""
    if isinstance(undone, LaterFacts):
        return later_facts_card(undone, args, again=bool(agreed))
    if undone.changed_back and not undone.count:
        return revision_words.changed_back_receipt(undone.changed_back)
    with_it = undone.letter
    if with_it and not undone.count:
        return words.letter_undone(with_it.title)
    remark = words.undone_letter(with_it.title, with_it.stays) if with_it else ""
    return words.undone_receipt(undone.count, undone.cases, undone.case_count, remark)


async def _leave(interaction: Interaction, _: str) -> None:
    """leave: undoes nothing. The list goes."""
    await turn(interaction, words.nothing_undone())


#: By their names in custom_ids, which must stay: messages that were posted long ago have them.
ACTIONS: dict[str, Callable[[Interaction, str], Awaitable[None]]] = {
    "page": _page,
    "turn": _turn,
    "npage": _notice_page,
    "hist": _opens("news"),
    "src": _opens("nsrc"),
    "asked": _opens("asked"),
    "chist": _opens("case"),
    "csrc": _opens("csrc"),
    "why": _opens("why"),
    "lwhy": _opens("lwhy"),
    "nwhy": _opens("nwhy"),
    "lhist": _opens("letterhist"),
    "recount": closures.recount,
    "move": closures.move,
    "stay": closures.leave,
    "ladder": ladders.record,
    "ladderstay": ladders.leave,
    "ack": silences.silence_notice,
    "silence": silences.silence_notice,
    "lift": silences.lift,
    "watching": still_watching.press,
    "extent": _settle_extent,
    "undo": _undo,
    "leave": _leave,
    "noquiet": quiet_times.turn_off,
    "unletter": _undo_letter,
    "newletter": letter.record_another,
    "thatletter": letter.use_recorded,
    "editletter": letter_edit.record,
    "pickletter": letter_picks.pick,
    "tickletter": letter_picks.tick,
    "backletter": letter_picks.done,
    "editplace": place_edit.record_edit,
    "mergeplace": place_edit.record_merge,
    "asitis": letter_edit.leave,
    "draft": draft_buttons.press,
    "bulk": bulk_preview.press,
    "sure": confirming.record_meant,
    "unsure": confirming.leave,
    "fix": corrections.press,
    "pfix": place_corrections.press,
}

#: What answers them, where it is not a message for the person alone. `sure` may go on with a command that opens a form, and
#: `draft`, `fix`, `pfix` and `watching` open some; what else they do defers by itself.
REPLIES = {
    **dict.fromkeys(
        ("page", "turn", "ack", "silence", "leave", "stay", "ladderstay", "asitis", "unsure", "bulk"), Reply.UPDATE
    ),
    **dict.fromkeys(("pickletter", "tickletter", "backletter"), Reply.UPDATE),
    **dict.fromkeys(("draft", "sure", "fix", "pfix", "watching"), Reply.FORM),
}


async def press(interaction: Interaction) -> None:
    """Answer a button, whatever its custom_id is: anybody can send any, and old messages have those of older versions."""
    data: Mapping[str, Any] = interaction.data or {}
    action, _, arguments = str(data.get("custom_id")).partition(":")
    interaction.client.expect(interaction, _reply(action, interaction))
    try:
        if action not in ACTIONS:
            raise CaseError(errors.CHANGED)
        await ACTIONS[action](interaction, arguments)
    except Exception as error:
        await failed(interaction, error)


def _reply(action: str, interaction: Interaction) -> Reply:
    if action == "npage":
        return Reply.UPDATE if _is_private(interaction) else Reply.PRIVATE
    return REPLIES.get(action, Reply.PRIVATE)
