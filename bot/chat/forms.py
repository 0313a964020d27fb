"""Forms (modals): at most five rows (Discord docs, "Modal").

A form is answered by its custom_id, ``form:<kind>:<id>``, also after a restart: what it was opened with is kept in the database
(desk/kept_forms.py). Whatever happens to a form, nobody has to write its text again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import discord
from discord import ui
from pydantic import TypeAdapter

from bot.chat.acknowledgement import Reply, is_too_late
from bot.chat.kept_requests import key_of
from bot.chat.responses import answer, failed, tell, trouble_text
from bot.chat.session import RECORDED, Interaction, Refusal, reading
from bot.desk import kept_forms
from bot.desk.kept_forms import AlreadySent, KeptForm
from bot.desk.session import WriteSession
from bot.record.errors import CaseError
from bot.record.quoting import clipped, cut
from bot.words import errors
from bot.words.draft_pages import given_back, typed_cards, with_typed

StateT = TypeVar("StateT")
Answers = dict[str, str]
PREFIX = "form"
LONGEST = 4000  # characters of a text in a form (Discord docs, "Text Input")


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
    #: The text in the row when the form opens, cut at the limit; of a list, the choice that is made then.
    value: str = ""

    @property
    def shown(self) -> str:
        """The text with which the form opens."""
        return self.value[: cut(self.value, self.limit)]


@dataclass(frozen=True)
class Submitted(Generic[StateT]):
    """A form that was filled in and sent."""

    #: What it was opened with.
    state: StateT
    #: By the names of its fields.
    answers: Answers
    form: KeptForm
    is_stored: bool

    async def use(self, session: WriteSession) -> None:
        """To be called in the transaction that records it. AlreadySent if it was sent, and recorded, before."""
        await kept_forms.use(session, self.form, is_stored=self.is_stored)


class FormKind(Generic[StateT]):
    """Forms of one kind: what they are opened with, and what is done with the answers.

    `name` stands in custom_ids. `then` may raise CaseError: the person is told, and given back what was written. `reply` says
    what answers the form if that takes long.
    """

    def __init__(
        self,
        name: str,
        state: type[StateT],
        then: Callable[[Interaction, Submitted[StateT]], Awaitable[None]],
        reply: Reply = Reply.PRIVATE,
    ) -> None:
        self.name = name
        self.reply = reply
        self._adapter = TypeAdapter(state)
        self._then = then

    async def open(self, interaction: Interaction, title: str, fields: Sequence[Field], state: StateT) -> None:
        """Open a form. It is kept while it is on its way, since Discord waits for three seconds only."""
        assert interaction.guild_id is not None
        labels = {field.name: field.label for field in fields}
        form = KeptForm(kept_forms.new_id(), interaction.user.id, self.name, labels, kept_forms.dump(self._adapter, state))
        client = interaction.client
        storing = client.open_forms.keep(client.db, interaction.guild_id, form, client.clock.now(), client.drafts_for)
        await interaction.response.send_modal(_modal(title, fields, f"{PREFIX}:{self.name}:{-form.id:x}"))
        await storing

    async def submitted(self, interaction: Interaction, form: KeptForm, is_stored: bool, answers: Answers) -> None:
        state = kept_forms.load(self._adapter, form.state)
        if form.labels.keys() - answers.keys():
            raise CaseError(errors.FORM_OF_OTHER_VERSION)
        await self._then(interaction, Submitted(state, answers, form, is_stored))


async def submit(interaction: Interaction, kinds: Mapping[str, FormKind[Any]]) -> None:
    """Answer a form that was sent, whatever its custom_id and its fields are."""
    data: Mapping[str, Any] = interaction.data or {}
    name, form_id = _named(str(data.get("custom_id")))
    kind = kinds.get(name)
    interaction.client.expect(interaction, kind.reply if kind else Reply.PRIVATE)
    labels: Mapping[str, str] = {}
    texts: Answers = {}
    try:
        answers, texts = _written(data.get("components"))
        if kind is None or form_id is None:
            raise CaseError(errors.FORM_OF_OTHER_VERSION)
        form, is_stored = await _kept(interaction, form_id)
        labels = form.labels
        await kind.submitted(interaction, form, is_stored, answers)
        interaction.client.open_forms.drop(form.id)
    except Exception as error:
        typed = [(labels.get(field) or _label_of(field), text) for field, text in texts.items()]
        await _give_back_after(interaction, error, typed)


async def _kept(interaction: Interaction, form_id: int) -> tuple[KeptForm, bool]:
    """The form, and whether it is stored: it may have been opened while nothing could be written."""
    client = interaction.client
    if unstored := await client.open_forms.unstored(form_id, interaction.guild_id, interaction.user.id):
        return unstored, False
    async with reading(interaction) as session:
        return await kept_forms.kept_form(session, key_of(interaction, form_id)), True


async def _give_back_after(interaction: Interaction, error: Exception, typed: Sequence[tuple[str, str]]) -> None:
    if isinstance(error, CaseError) and not isinstance(error, Refusal | AlreadySent):
        cards = given_back(str(error), typed)
    elif text := trouble_text(interaction, error):
        cards = with_typed(text, typed, " What you typed, to copy:")
    else:
        await failed(interaction, error)
        was_recorded = RECORDED in interaction.extras or isinstance(error, AlreadySent)
        cards = [] if was_recorded or is_too_late(error) else typed_cards(typed)
    await tell(interaction, cards)


async def give_back(interaction: Interaction, refused: CaseError, labels: Mapping[str, str], typed: Answers) -> None:
    """Say why a form was refused, with what was typed into it."""
    for card in given_back(str(refused), [(labels[name], text) for name, text in typed.items()]):
        await answer(interaction, card, ephemeral=True)


def _named(custom_id: str) -> tuple[str, int | None]:
    """The kind of a form and its id; None for an id that no form of ours has."""
    prefix, _, rest = custom_id.partition(":")
    kind, _, number = rest.partition(":")
    is_number = 0 < len(number) <= 16 and set(number) <= set("0123456789abcdef")
    form_id = -int(number, 16) if is_number else 0
    return kind, form_id if prefix == PREFIX and -(2**63) <= form_id < 0 else None


def _written(rows: Any) -> tuple[Answers, Answers]:
    """What was written into the rows of a form, by their custom_ids: all of it, and the texts without the choices.

    A row is a label with a component, or, in forms of old, a row of components (Discord docs, "Modal Submit Data Structure").
    What is none of these is left out.
    """
    answers: Answers = {}
    texts: Answers = {}
    for row in _mappings(rows):
        for item in _mappings([*_listed(row.get("components")), row.get("component")]):
            name, values = str(item.get("custom_id")), item.get("values")
            if values is None:
                answers[name] = texts[name] = str(item.get("value") or "")
            else:
                answers[name] = "".join(str(value) for value in _listed(values)[:1])
    return answers, texts


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(values: Any) -> Iterator[Mapping[str, Any]]:
    return (value for value in _listed(values) if isinstance(value, Mapping))


def _label_of(name: str) -> str:
    """Of a field whose form is not known any more: "legal_basis" is "Legal basis"."""
    return clipped(name.replace("_", " ").capitalize(), 45)


def _modal(title: str, fields: Sequence[Field], custom_id: str) -> ui.Modal:
    modal = ui.Modal(title=clipped(title, 45), custom_id=custom_id)
    for field in fields:
        label: ui.Label[ui.Modal] = ui.Label(
            text=clipped(field.label, 45), description=clipped(field.hint, 100) or None, component=_input(field)
        )
        modal.add_item(label)
    modal.stop()  # discord.py would otherwise keep it, and answer it too
    return modal


def _input(field: Field) -> ui.TextInput[ui.Modal] | ui.Select[ui.Modal]:
    if field.choices:
        options = [
            discord.SelectOption(label=clipped(label, 100), value=value[:100], default=value == field.value)
            for value, label in field.choices[:25]
        ]
        return ui.Select(custom_id=field.name, options=options, required=field.required, min_values=int(field.required))
    style = discord.TextStyle.paragraph if field.long else discord.TextStyle.short
    value = field.shown or None
    return ui.TextInput(custom_id=field.name, style=style, required=field.required, max_length=field.limit, default=value)
