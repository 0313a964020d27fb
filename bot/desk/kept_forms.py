"""Forms that are open on people's screens: what each was opened with, so that it can be used after a restart too.

They are kept among the drafts, under ids of their own: random numbers below zero. So an id is known before the form is opened,
and no button of a draft can have it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import TypeAdapter

from bot.desk.kept import KeptKey, kept_body
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.store import codec, drafts
from bot.store.database import Database
from bot.words import errors

StateT = TypeVar("StateT")


@dataclass(frozen=True)
class KeptForm:
    """A form that was opened. The caller makes sure that only its person uses it."""

    id: int
    #: Discord's id.
    person_id: int
    #: Of the names in custom_ids.
    kind: str
    #: The labels of its fields, by their names.
    labels: Mapping[str, str]
    #: What it was opened with, as JSON.
    state: Any


def new_id() -> int:
    return -1 - secrets.randbits(62)


def dump(adapter: TypeAdapter[StateT], state: StateT) -> Any:
    """A form's state as JSON values."""
    return adapter.dump_python(state, mode="json")


def load(adapter: TypeAdapter[StateT], state: Any) -> StateT:
    """What `dump` made. CaseError if another version of the program made it, which had it in another shape."""
    try:
        return codec.value_from(adapter, state)
    except ValueError as unreadable:
        raise CaseError(errors.FORM_OF_OTHER_VERSION) from unreadable


async def keep(db: Database, server_id: int, form: KeptForm, now: datetime, lifetime: timedelta) -> None:
    """Keep a form. Those that were opened more than `lifetime` ago are dropped."""
    body = {"form": {"kind": form.kind, "labels": dict(form.labels), "state": form.state}}
    async with db.write(records=False) as conn:
        await drafts.expire(conn, now - lifetime)
        await drafts.add_form(conn, server_id, form.person_id, form.id, now, body)


async def kept_form(session: Session, key: KeptKey) -> KeptForm:
    """The form with that key. CaseError if it is not that person's, or is not kept any more; AlreadySent if it was used."""
    form = await kept_body(session, key, "form")
    if form is None:
        raise CaseError(errors.FORM_OVER)
    if "used" in form:
        raise AlreadySent
    try:
        return KeptForm(key.id, key.person_id, form["kind"], form["labels"], form["state"])
    except LookupError as unknown:
        raise CaseError(errors.FORM_OF_OTHER_VERSION) from unknown


async def use(session: WriteSession, form: KeptForm, *, is_stored: bool) -> None:
    """Mark a form as used, in the transaction that records what was written into it.

    If the program is killed between the commit and the answer, the person still has the form open and sends it again.
    AlreadySent if it was used before. `is_stored`: False if it could not be stored when it was opened.
    """
    row = await drafts.get(session.conn, session.server.id, form.id)
    if row and "used" in row.body.get("form", {}):
        raise AlreadySent
    if not await drafts.drop(session.conn, form.id) and is_stored:  # of several who send it at once, one gets here first
        raise AlreadySent
    body = {"form": {"used": session.audit.operation}}
    await drafts.add_form(session.conn, session.server.id, form.person_id, form.id, session.now, body)


class AlreadySent(CaseError):
    """A form was sent once more."""

    def __init__(self) -> None:
        super().__init__(errors.FORM_SENT)
