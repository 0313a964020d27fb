"""Changes that were shown to a person and wait for a decision. They are kept among the drafts: no button could hold them."""

from __future__ import annotations

from datetime import timedelta
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bot.desk.kept import KeptKey, kept_body
from bot.desk.letter_edits import LetterChange
from bot.desk.place_edits import PlaceEdit
from bot.desk.place_merge import PlaceMerge
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.store import codec, drafts
from bot.words import revisions as words

EditT = TypeVar("EditT")


class KeptKind(Generic[EditT]):
    """Changes of one kind. `name` is that of the kind in what is kept."""

    def __init__(self, name: str, edit: type[EditT]) -> None:
        self._name = name
        self._adapter = TypeAdapter(edit)

    async def keep(self, session: WriteSession, edit: EditT, person_id: int, lifetime: timedelta) -> int:
        """The id under which it is kept."""
        await drafts.expire(session.conn, session.now - lifetime)
        return await drafts.add(session.conn, session.server.id, person_id, session.now, self._body(edit), b"")

    async def kept(self, session: Session, key: KeptKey) -> EditT:
        """CaseError if it is not that person's, was decided, or is not kept any more."""
        body = await kept_body(session, key, self._name)
        if body is None:
            raise CaseError(words.EDIT_OVER)
        try:
            return codec.value_from(self._adapter, body)
        except ValueError as unreadable:  # another version of the program kept it
            raise CaseError(words.EDIT_OVER) from unreadable

    async def change(self, session: WriteSession, key: KeptKey, edit: EditT) -> None:
        await drafts.change(session.conn, key.id, self._body(edit))

    async def drop(self, session: WriteSession, key: KeptKey) -> None:
        """To be called in the transaction that records it: of several who press at once one gets here first."""
        if not await drafts.drop(session.conn, key.id):
            raise CaseError(words.EDIT_OVER)

    def _body(self, edit: EditT) -> dict[str, object]:
        return {self._name: self._adapter.dump_python(edit, mode="json")}


LETTER = KeptKind("letter_edit", LetterChange)
PLACE = KeptKind("place_edit", PlaceEdit)
MERGE = KeptKind("place_merge", PlaceMerge)
