"""Forms (modals): at most five rows (Discord docs, "Modal")."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.chat.client import BotClient
from bot.chat.responses import answer, failed
from bot.chat.session import Interaction, Refusal
from bot.record.errors import CaseError
from bot.record.quoting import clipped, cut
from bot.words.draft_pages import given_back


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

    @property
    def shown(self) -> str:
        """The text with which the form opens."""
        return self.value[: cut(self.value, self.limit)]


Answers = dict[str, str]


class Form(ui.Modal):
    """Asks for `fields`, then calls `then` with the answers, by field name. What `then` refuses is given back."""

    def __init__(self, title: str, fields: Sequence[Field], then: Callable[[Interaction, Answers], Awaitable[None]]) -> None:
        super().__init__(title=clipped(title, 45), timeout=3600)
        self._then = then
        self._fields = tuple(fields)
        self._inputs = {field.name: _input(field) for field in fields}
        for field in fields:
            label: ui.Label[Form] = ui.Label(
                text=clipped(field.label, 45), description=clipped(field.hint, 100) or None, component=self._inputs[field.name]
            )
            self.add_item(label)

    async def on_submit(self, interaction: discord.Interaction[BotClient], /) -> None:  # type: ignore[override]
        answers = {name: _written(item) for name, item in self._inputs.items()}
        try:
            await self._then(interaction, answers)
        except Refusal:
            raise
        except CaseError as refused:
            texts = {field.name: answers[field.name] for field in self._fields if not field.choices}
            await give_back(interaction, refused, self._fields, texts)

    async def on_error(self, interaction: discord.Interaction[BotClient], error: Exception, /) -> None:  # type: ignore[override]
        await failed(interaction, error)


async def give_back(interaction: Interaction, refused: CaseError, fields: Sequence[Field], typed: Answers) -> None:
    """Say why a form was refused, with what was typed into it."""
    labels = {field.name: field.label for field in fields}
    for card in given_back(str(refused), [(labels[name], text) for name, text in typed.items()]):
        await answer(interaction, card, ephemeral=True)


def _input(field: Field) -> ui.TextInput[Form] | ui.Select[Form]:
    if field.choices:
        options = [discord.SelectOption(label=clipped(label, 100), value=value[:100]) for value, label in field.choices[:25]]
        return ui.Select(custom_id=field.name, options=options, required=field.required, min_values=int(field.required))
    style = discord.TextStyle.paragraph if field.long else discord.TextStyle.short
    value = field.shown or None
    return ui.TextInput(custom_id=field.name, style=style, required=field.required, max_length=field.limit, default=value)


def _written(item: ui.TextInput[Form] | ui.Select[Form]) -> str:
    if isinstance(item, ui.Select):
        return item.values[0] if item.values else ""
    return item.value
