"""Buttons that work after a restart: what they do stands in their custom_id, ``<verb>:<what>``, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import ui

from bot.chat import closures, importing, moving
from bot.chat.acting import acknowledge, undo, undo_letter
from bot.chat.house import Ask, reading
from bot.chat.pages import notice_page, render
from bot.chat.replies import answer, failed, turn
from bot.words.paging import Query


async def _page(ask: Ask, what: str) -> None:
    """page:<view>:<page>:<arguments> turns the message it stands on."""
    view, page, *args = what.split(":")
    async with reading(ask) as room:
        card = await render(room, Query(view, tuple(args) if args != [""] else ()), int(page))
    await turn(ask, card)


def _opens(view: str) -> Callable[[Ask, str], Awaitable[None]]:
    async def show(ask: Ask, what: str) -> None:
        async with reading(ask) as room:
            card = await render(room, Query(view, (what,)))
        await answer(ask, card, ephemeral=True)

    return show


async def _notice_page(ask: Ask, what: str) -> None:
    """npage:<token>:<page> shows that page of a notice to the person alone: the notice itself stays as it was posted."""
    token, page = what.split(":")
    async with reading(ask) as room:
        card = await notice_page(room, token, int(page))
    private = ask.message is not None and ask.message.flags.ephemeral
    await (turn(ask, card) if private else answer(ask, card, ephemeral=True))


ACTIONS: dict[str, Callable[[Ask, str], Awaitable[None]]] = {
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
    "move": moving.move,
    "stay": moving.leave,
    "ack": acknowledge,
    "undo": undo,
    "unletter": undo_letter,
    "draft": importing.press,
}


class ActionButton(ui.DynamicItem[ui.Button[Any]], template=rf"(?P<verb>{'|'.join(ACTIONS)}):(?P<what>.*)"):
    """Any button of ours. discord.py only logs what a dynamic item raises, so failures are answered here."""

    def __init__(self, item: ui.Button[Any], verb: str, what: str) -> None:
        super().__init__(item)
        self.verb, self.what = verb, what

    @classmethod
    async def from_custom_id(cls, ask: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /) -> Self:
        assert isinstance(item, ui.Button)
        return cls(item, match["verb"], match["what"])

    async def callback(self, ask: discord.Interaction[Any]) -> None:
        try:
            await ACTIONS[self.verb](ask, self.what)
        except Exception as error:
            await failed(ask, error)
