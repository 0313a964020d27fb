"""Changes that were shown to a person and wait for a decision. They are kept among the drafts: no button could hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bot.desk.letter_edits import LetterChange
from bot.desk.place_edits import PlaceEdit
from bot.desk.place_merge import PlaceMerge
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.store import codec, drafts
from bot.words import revisions as words

EditT = TypeVar("EditT")


@dataclass(frozen=True)
class EditKey:
    """Which change, and who decides on it."""

    id: int
    #: Discord's id of the person. Only the one who was asked can answer.
    person_id: int
    #: How long it is kept.
    lifetime: timedelta


class KeptKind(Generic[EditT]):
    """Changes of one kind. `name` is that of the kind in what is kept."""

    def __init__(self, name: str, edit: type[EditT]) -> None:
        self._name = name
        self._adapter = TypeAdapter(edit)

    async def keep(self, session: WriteSession, edit: EditT, person_id: int, lifetime: timedelta) -> int:
        """The id under which it is kept."""
        await drafts.expire(session.conn, session.now - lifetime)
        return await drafts.add(session.conn, session.server.id, person_id, session.now, self._body(edit), b"")

    async def kept(self, session: Session, key: EditKey) -> EditT:
        """CaseError if it is not that person's, was decided, or is not kept any more."""
        row = await drafts.get(session.conn, session.server.id, key.id)
        body = row.body.get(self._name) if row else None
        if row is None or body is None or row.person_id != key.person_id or session.now - row.made_at > key.lifetime:
            raise CaseError(words.EDIT_OVER)
        try:
            return codec.value_from(self._adapter, body)
        except ValueError as unreadable:  # another version of the program kept it
            raise CaseError(words.EDIT_OVER) from unreadable

    async def change(self, session: WriteSession, key: EditKey, edit: EditT) -> None:
        await drafts.change(session.conn, key.id, self._body(edit))

    async def drop(self, session: WriteSession, key: EditKey) -> None:
        """To be called in the transaction that records it: of several who press at once one gets here first."""
        if not await drafts.drop(session.conn, key.id):
            raise CaseError(words.EDIT_OVER)

    def _body(self, edit: EditT) -> dict[str, object]:
        return {self._name: self._adapter.dump_python(edit, mode="json")}


LETTER = KeptKind("letter_edit", LetterChange)
PLACE = KeptKind("place_edit", PlaceEdit)
MERGE = KeptKind("place_merge", PlaceMerge)
