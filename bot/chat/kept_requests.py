"""What a person wants, kept from its preview until it is decided.

Among the forms, so that it outlives a restart and is used once.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from bot.chat.custom_ids import number_in
from bot.chat.session import Interaction
from bot.desk import kept_forms
from bot.desk.kept import KeptKey
from bot.desk.kept_forms import KeptForm
from bot.desk.session import Session
from bot.record.errors import CaseError
from bot.words import errors

RequestT = TypeVar("RequestT")


class KeptRequests(Generic[RequestT]):
    """Requests of some types, each kept under the name of its type."""

    def __init__(self, **types: type[Any]) -> None:
        self._types = types
        self._adapters = {name: TypeAdapter(type) for name, type in types.items()}

    async def keep(self, interaction: Interaction, request: RequestT, form_id: str = "") -> str:
        """Keep a request: its id as it stands in custom_ids, which is `form_id` if that was made before."""
        assert interaction.guild_id is not None
        client, id = interaction.client, form_id or new_form_id()
        name = next(name for name, type in self._types.items() if isinstance(request, type))
        state = kept_forms.dump(self._adapters[name], request)
        form = KeptForm(-int(id), interaction.user.id, name, {}, state)
        await kept_forms.keep(client.db, interaction.guild_id, form, client.clock.now(), client.drafts_for)
        return id

    async def kept(self, interaction: Interaction, session: Session, form_id: str) -> tuple[KeptForm, RequestT]:
        """What was kept under an id. CaseError if it is another person's, was recorded already, or is too old."""
        form = await kept_forms.kept_form(session, key_of(interaction, -number_in(form_id)))
        if form.kind not in self._adapters:
            raise CaseError(errors.CHANGED)
        request: RequestT = kept_forms.load(self._adapters[form.kind], form.state)
        return form, request


def new_form_id() -> str:
    return str(-kept_forms.new_id())


def key_of(interaction: Interaction, id: int) -> KeptKey:
    """The key of what is kept under that id for the person of the interaction."""
    return KeptKey(id, interaction.user.id, interaction.client.drafts_for)
