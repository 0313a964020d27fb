"""Reading a letter out of a document.

It takes a second of computing for a long text: the bot has `letter_reader` do it in another process.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.desk.draft_edits import titled
from bot.files.sheets.rows import HiddenRows
from bot.reader.document import Document
from bot.reader.draft import Draft
from bot.record.errors import CaseError
from bot.record.questions import Question, QuestionKind

#: Recipients of a draft: more of them would delay a form beyond Discord's three seconds, and hold up other writers.
MOST = 5_000
#: Places that a draft offers to tick, the likeliest. A text of two million characters may name tens of thousands; `Draft.seen`
#: counts all of them.
MOST_OFFERED = 1_000


def read_document(document: Document, zone: ZoneInfo, on: date | None = None, hidden: HiddenRows | None = None) -> Draft:
    """The letter that a document describes, with a title. Days are days in `zone`; `on` is the date of the text itself.

    CaseError if the document cannot be read as a letter, or names too many recipients; HiddenRowsFound if it is a table with
    hidden rows and `hidden` does not say what becomes of them.
    """
    draft = draft_of(document, zone, on, hidden)
    if len(draft.recipients) > MOST:
        raise CaseError(
            f"{document.name} names {len(draft.recipients):,} recipients. At most {MOST:,} fit into a draft; "
            "`letterwatch import` on the bot's machine takes a table with more. Nothing was recorded."
        )
    return titled(replace(draft, mentioned=draft.mentioned[:MOST_OFFERED]))


def draft_of(document: Document, zone: ZoneInfo, on: date | None = None, hidden: HiddenRows | None = None) -> Draft:
    """What a table or a text says of a letter, of any length. CaseError if it is a table and cannot be read as one letter."""
    if document.rows:
        from bot.desk import sheet_draft

        return sheet_draft.draft_of(document, zone, hidden)
    from bot.reader.extract import whole_text

    draft = whole_text.draft_of(document, zone, on=on)
    if not document.pictures:
        return draft
    unread = Question(QuestionKind.PAGES_NOT_READ, counts=document.pictures, count=document.pages)
    return replace(draft, questions=(*draft.questions, unread))
