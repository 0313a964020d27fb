"""Buttons that work after a restart: what they do stands in their custom_id, ``<verb>:<what>``, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import ui

from bot.chat import recounts
from bot.chat.actions import acknowledge, undo, undo_letter
from bot.chat.commands import closures, import_letter
from bot.chat.responses import answer, failed, turn
from bot.chat.session import Interaction, reading
from bot.chat.views import notice_page, render
from bot.words.paging import Query


async def _page(interaction: Interaction, what: str) -> None:
    """page:<view>:<page>:<arguments> turns the message it stands on."""
    view, page, *args = what.split(":")
    async with reading(interaction) as session:
        card = await render(session, Query(view, tuple(args) if args != [""] else ()), int(page))
    await turn(interaction, card)


def _opens(view: str) -> Callable[[Interaction, str], Awaitable[None]]:
    async def show(interaction: Interaction, what: str) -> None:
        async with reading(interaction) as session:
            card = await render(session, Query(view, (what,)))
        await answer(interaction, card, ephemeral=True)

    return show


async def _notice_page(interaction: Interaction, what: str) -> None:
    """npage:<token>:<page> shows that page of a notice to the person alone: the notice itself stays as it was posted."""
    token, page = what.split(":")
    async with reading(interaction) as session:
        card = await notice_page(session, token, int(page))
    private = interaction.message is not None and interaction.message.flags.ephemeral
    await (turn(interaction, card) if private else answer(interaction, card, ephemeral=True))


ACTIONS: dict[str, Callable[[Interaction, str], Awaitable[None]]] = {
    "page": _page,
    "npage": _notice_page,
    "hist": _opens("news"),
    "src": _opens("nsrc"),
    "chist": _opens("case"),
    "csrc": _opens("csrc"),
    "why": _opens("why"),
    "lwhy": _opens("lwhy"),
    "nwhy": _opens("nwhy"),
    "recount": closures.recount,
    "move": recounts.move,
    "stay": recounts.leave,
    "ack": acknowledge,
    "undo": undo,
    "unletter": undo_letter,
    "draft": import_letter.press,
}


class ActionButton(ui.DynamicItem[ui.Button[Any]], template=rf"(?P<verb>{'|'.join(ACTIONS)}):(?P<what>.*)"):
    """Any button of ours. discord.py only logs what a dynamic item raises, so failures are answered here."""

    def __init__(self, item: ui.Button[Any], verb: str, what: str) -> None:
        super().__init__(item)
        self.verb, self.what = verb, what

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /) -> Self:
        assert isinstance(item, ui.Button)
        return cls(item, match["verb"], match["what"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await ACTIONS[self.verb](interaction, self.what)
        except Exception as error:
            await failed(interaction, error)
