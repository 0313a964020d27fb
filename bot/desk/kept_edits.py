"""Changes that were shown to a person and wait for a decision. They are kept among the drafts: no button could hold them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter

from bot.desk.letter_edits import LetterEdit, unticked_but
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.store import codec, drafts
from bot.words import revisions as words

_EDIT = TypeAdapter(LetterEdit)
_NAME = "letter_edit"


@dataclass(frozen=True)
class EditKey:
    """Which change, and who decides on it."""

    id: int
    #: Discord's id of the person. Only the one who was asked can answer.
    person_id: int
    #: How long it is kept.
    lifetime: timedelta


async def keep(session: WriteSession, edit: LetterEdit, person_id: int, lifetime: timedelta) -> int:
    """The id under which it is kept."""
    await drafts.expire(session.conn, session.now - lifetime)
    return await drafts.add(session.conn, session.server.id, person_id, session.now, _body(edit), b"")


async def kept(session: Session, key: EditKey) -> LetterEdit:
    """CaseError if it is not that person's, was decided, or is not kept any more."""
    row = await drafts.get(session.conn, session.server.id, key.id)
    body = row.body.get(_NAME) if row else None
    if row is None or body is None or row.person_id != key.person_id or session.now - row.made_at > key.lifetime:
        raise CaseError(words.EDIT_OVER)
    try:
        return codec.value_from(_EDIT, body)
    except ValueError as unreadable:  # another version of the program kept it
        raise CaseError(words.EDIT_OVER) from unreadable


async def tick(session: WriteSession, key: EditKey, page: Collection[int], ticked: Collection[int]) -> LetterEdit:
    """Of the recipients on a page, these get the new deadline, and no others."""
    edit = unticked_but(await kept(session, key), page, ticked)
    await drafts.change(session.conn, key.id, _body(edit))
    return edit


async def drop(session: WriteSession, key: EditKey) -> None:
    """To be called in the transaction that records it: of several who press at once one gets here first."""
    if not await drafts.drop(session.conn, key.id):
        raise CaseError(words.EDIT_OVER)


def _body(edit: LetterEdit) -> dict[str, object]:
    return {_NAME: _EDIT.dump_python(edit, mode="json")}
