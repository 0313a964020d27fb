"""A draft between reading and confirming: the letter as it was read, and what a person has settled beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bot.files.sheets.rows import HiddenRows
from bot.reader.document import Document
from bot.reader.draft import Draft, Recipient
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.store import codec

#: As `PendingDraft.letter_id`: a new letter, whatever else is recorded.
NEW_LETTER = 0
GONE = "This draft no longer exists: it was recorded or dropped, or it expired. Run /import again."
OTHER_VERSION = "This draft was read by another version of the bot, which kept it in another form. Run /import again."


@dataclass(frozen=True)
class PendingDraft:
    """A draft that waits for a person. `dump` and `load` write and read it as JSON."""

    draft: Draft
    #: The document's file name, or the host and path of the page.
    name: str
    media_type: str
    read_at: datetime
    #: The recorded letter to add the recipients to, `NEW_LETTER`, or None if nobody chose.
    letter_id: int | None = None
    #: The text was pasted and nobody has named its source yet.
    needs_source: bool = False
    #: It was read from rows and columns.
    is_table: bool = False
    #: The numbers of the rows that the spreadsheet does not show, and what becomes of them; None if nobody chose, and then
    #: nothing is read yet.
    hidden_rows: tuple[int, ...] = ()
    hidden: HiddenRows | None = None
    #: It will not be announced.
    quietly: bool = False

    def document(self, content: bytes) -> Document:
        """The copy to keep. A table that names a source of its own is not a copy of that source: it has no address or title."""
        source = self.draft.source
        url, title = (source.url, source.title) if source.sha256 else ("", "")
        return Document(self.name, self.media_type, content, self.read_at, self.draft.text, url, title)


_PENDING: TypeAdapter[PendingDraft] = TypeAdapter(PendingDraft)


def dump(pending: PendingDraft) -> dict[str, Any]:
    """As JSON values, for the database."""
    body: dict[str, Any] = _PENDING.dump_python(pending, mode="json")
    return body


def load(body: Mapping[str, Any]) -> PendingDraft:
    """What `dump` wrote. CaseError if this version of the program cannot read it.

    Drafts expire within a day, so those of other versions are not converted.
    """
    try:
        return codec.value_from(_PENDING, body)
    except ValueError as unreadable:
        raise CaseError(OTHER_VERSION) from unreadable


def load_text(body: str) -> PendingDraft:
    """As `load`, from the text of the JSON."""
    try:
        stored = json.loads(body)
    except (TypeError, ValueError, RecursionError) as unreadable:
        raise CaseError(OTHER_VERSION) from unreadable
    return load(stored)


def letter_of(pending: PendingDraft, zone: ZoneInfo) -> Letter:
    """The letter to record. Its date is a day in the deadline's time zone, or in `zone` if it has no deadline.

    CaseError if the title, the authority or the date is missing.
    """
    draft = pending.draft
    if not draft.title or draft.authority is None or draft.letter_date is None:
        raise CaseError("The letter needs a title, an authority and a date before it can be recorded.")
    return Letter(
        id=0,
        slug="",
        title=draft.title,
        authority=draft.authority.value,
        sent=When(draft.letter_date.value.isoformat(), draft.deadline.value.zone if draft.deadline else zone),
        demand=draft.demand.value if draft.demand else "",
        legal_basis=tuple(basis.value for basis in draft.legal_basis),
        threatened=tuple(threat.value for threat in draft.threatened),
        sources=(draft.source,),
        deadline=draft.deadline.value if draft.deadline else None,
    )


def deadline_of(pending: PendingDraft, letter: Letter | None, recipient: Recipient) -> Deadline | None:
    """A recipient's deadline: its own, else the one in the text, else that of the recorded `letter`."""
    if recipient.deadline:
        return recipient.deadline
    if pending.draft.deadline:
        return pending.draft.deadline.value
    return letter.deadline if letter else None
