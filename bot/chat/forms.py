"""Forms (modals): at most five rows (Discord docs, "Modal")."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.chat.client import BotClient
from bot.chat.responses import failed
from bot.chat.session import Interaction


@dataclass(frozen=True)
class Field:
    """One row: a text, or a choice from a list."""

    #: The key of its answer.
    name: str
    label: str
    hint: str = ""
    #: Whether the text may have several lines.
    long: bool = False
    required: bool = True
    #: The most characters of a text.
    limit: int = 1000
    #: The list to choose from, as (value, label); a text row if empty.
    choices: tuple[tuple[str, str], ...] = ()
    #: The text in the row when the form opens, cut at the limit.
    value: str = ""


Answers = dict[str, str]


class Form(ui.Modal):
    """Asks for `fields`, then calls `then` with the answers, by field name."""

    def __init__(self, title: str, fields: Sequence[Field], then: Callable[[Interaction, Answers], Awaitable[None]]) -> None:
        super().__init__(title=title[:45], timeout=3600)
        self._then = then
        self._inputs = {field.name: _input(field) for field in fields}
        for field in fields:
            label: ui.Label[Form] = ui.Label(
                text=field.label[:45], description=field.hint[:100] or None, component=self._inputs[field.name]
            )
            self.add_item(label)

    async def on_submit(self, interaction: discord.Interaction[BotClient], /) -> None:  # type: ignore[override]
        await self._then(interaction, {name: _written(item) for name, item in self._inputs.items()})

    async def on_error(self, interaction: discord.Interaction[BotClient], error: Exception, /) -> None:  # type: ignore[override]
        await failed(interaction, error)


def _input(field: Field) -> ui.TextInput[Form] | ui.Select[Form]:
    if field.choices:
        options = [discord.SelectOption(label=label[:100], value=value[:100]) for value, label in field.choices[:25]]
        return ui.Select(custom_id=field.name, options=options, required=field.required, min_values=int(field.required))
    style = discord.TextStyle.paragraph if field.long else discord.TextStyle.short
    value = field.value[: field.limit] or None
    return ui.TextInput(custom_id=field.name, style=style, required=field.required, max_length=field.limit, default=value)


def _written(item: ui.TextInput[Form] | ui.Select[Form]) -> str:
    if isinstance(item, ui.Select):
        return item.values[0] if item.values else ""
    return item.value
