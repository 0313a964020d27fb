"""What a person can do with a draft letter: look at it, change it, drop it.

`draft_keeping` keeps it, `draft_confirming` records it.

Every function takes the transaction of its caller and reads the draft in it. All raise CaseError if the draft is gone, too
old, or another person's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from bot.desk import deadlines, draft_edits, draft_matching, draft_pending, draft_questions, draft_ticks, lookups
from bot.desk.draft_lines import RecipientsEdit, recipient_of
from bot.desk.draft_pending import GONE, NEW_LETTER, PendingDraft
from bot.desk.draft_preview import DraftView, mark_of_answer, mark_of_place, mark_of_row
from bot.desk.kept import KeptKey
from bot.desk.session import Session, WriteSession
from bot.reader.draft import Draft
from bot.record.case import Letter
from bot.record.deadlines.dates import parse_date
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.questions import LetterKind
from bot.record.sources import Source
from bot.store import drafts as store
from bot.words.draft_preview import Remark
from bot.words.prose import day

NOT_YOURS = "This is another person's draft. Only the person who ran /import can change and confirm it."


@dataclass(frozen=True)
class LetterEdit:
    """What a person changed of the letter; None is unchanged."""

    title: str | None = None
    authority: str | None = None
    sent: date | None = None
    #: As it was typed: a date, a date and a time, or a rule; "" for none. It is read in the transaction, since a rule counts
    #: from the letter's date as the draft has it then.
    deadline: str | None = None
    demand: str | None = None


@dataclass(frozen=True)
class DetailsEdit:
    """What a person changed besides; None is unchanged."""

    threatened: tuple[str, ...] | None = None
    legal_basis: tuple[str, ...] | None = None
    source: Source | None = None
    #: The id of the recorded letter to add the recipients to, or `NEW_LETTER`.
    letter_id: int | None = None


Changed = tuple[PendingDraft, Remark | None]
Change = Callable[[DraftView], Awaitable[Changed]]


def read_letter_date(session: Session, text: str) -> date:
    """The date on a letter, as it was typed; CaseError if it cannot be read or is in the future."""
    typed = parse_date(text, today=session.today, order=session.order)
    if typed > session.today:
        raise CaseError(f"{day(typed)} is in the future (today is {day(session.today)}). Enter the date of the letter.")
    return typed


async def view_draft(session: Session, key: KeptKey) -> DraftView:
    """The draft, matched with what the server has recorded."""
    return (await view_of_body(session, key))[0]


async def pending_draft(session: Session, key: KeptKey) -> PendingDraft:
    """The draft alone, not matched with anything."""
    return (await _pending_of_body(session, key))[0]


async def view_of_body(session: Session, key: KeptKey) -> tuple[DraftView, str]:
    """The draft as in `view_draft`, and the text it is stored as."""
    pending, body = await _pending_of_body(session, key)
    matched = await draft_matching.match(session, pending)
    return DraftView(key.id, pending, matched, session.server.zone, session.now), body


async def _pending_of_body(session: Session, key: KeptKey) -> tuple[PendingDraft, str]:
    """The draft as in `pending_draft`, and the text it is stored as. That is read in a thread: it may be megabytes."""
    stored = await store.as_stored(session.conn, session.server.id, key.id)
    if stored is None or session.now - stored.made_at > key.lifetime:
        raise CaseError(GONE)
    if stored.person_id != key.person_id:
        raise CaseError(NOT_YOURS)
    return await asyncio.to_thread(draft_pending.load_text, stored.body), stored.body


# Changing a draft


async def change_draft(session: WriteSession, key: KeptKey, change: Change) -> DraftView:
    """Change the draft as the database has it now. `change` returns the new draft, and a remark on it."""
    view = await view_draft(session, key)
    pending, remark = await change(view)
    if pending != view.pending:
        body = await asyncio.to_thread(draft_pending.dump, pending)
        if not await store.change(session.conn, key.id, body):
            raise CaseError(GONE)
        view = await view_draft(session, key)
    return replace(view, remark=remark)


async def edit_letter(session: WriteSession, key: KeptKey, edit: LetterEdit) -> DraftView:
    """CaseError if the deadline cannot be read or counted.

    If the date changes and the deadline was counted from it, the deadline is counted again, unless a new one was typed too.
    """

    async def change(view: DraftView) -> Changed:
        chosen = view.matched.letter if view.pending.letter_id else None
        draft, remark = await with_letter_edit(session, view.draft, edit, chosen)
        pending = replace(view.pending, draft=draft_edits.titled(draft))
        return await _asked_again(session, view, pending), remark

    return await change_draft(session, key, change)


async def with_letter_edit(
    session: Session, draft: Draft, edit: LetterEdit, letter: Letter | None
) -> tuple[Draft, Remark | None]:
    """The draft with what a person changed of its letter. `letter` is the recorded one that a person chose for it, if any.

    CaseError as `edit_letter`.
    """
    remark = None
    if edit.title is not None:
        draft = replace(draft, title=edit.title)
    if edit.authority is not None:
        draft = draft_edits.with_authority(draft, edit.authority)
    if edit.sent is not None:
        draft, remark = await _dated(session, draft, edit.sent, count_again=edit.deadline is None)
    if edit.deadline is not None:
        deadline = await _deadline(session, letter, draft, edit.deadline) if edit.deadline else None
        draft = draft_edits.with_deadline(draft, deadline)
    if edit.demand is not None:
        draft = draft_edits.with_demand(draft, edit.demand)
    return draft, remark


async def _asked_again(session: Session, before: DraftView, pending: PendingDraft) -> PendingDraft:
    """Whoever chose a new letter did not choose between it and a letter that only now has its authority and day."""
    if pending.letter_id != NEW_LETTER:
        return pending
    likely = (await draft_matching.match(session, pending)).likely
    return replace(pending, letter_id=None) if set(likely) - set(before.matched.likely) else pending


async def _dated(session: Session, before: Draft, sent: date, *, count_again: bool) -> tuple[Draft, Remark | None]:
    calendar = await deadlines.calendar_of(session)
    draft = draft_edits.with_date(before, sent, calendar)
    again = draft_edits.counted_again(before, draft, calendar) if count_again else None
    return (again, Remark.COUNTED_AGAIN) if again else (draft, None)


async def _deadline(session: Session, letter: Letter | None, draft: Draft, text: str) -> Deadline:
    """What was typed, counted from the letter's date if it is a rule.

    That is the date of the recorded letter if a person chose one. A letter that was only found by its date does not count:
    the date may just have been changed, and then it is another letter.
    """
    inherited = ""
    if letter is not None:
        sent, inherited = letter.sent, letter.calendar
    elif draft.letter_date is not None:
        sent = When(draft.letter_date.value.isoformat(), session.server.zone)
    else:
        raise CaseError("The letter's date is not known yet: enter it too, so that the deadline can be checked against it.")
    calendar = await deadlines.calendar_of(session, inherited)
    counting = deadlines.Counting(calendar=calendar, today=session.today, order=session.order)
    deadline = deadlines.letter_deadline(text, sent, counting)
    assert deadline is not None
    return deadline


async def edit_details(session: WriteSession, key: KeptKey, edit: DetailsEdit) -> DraftView:
    """CaseError if the letter is no longer recorded."""
    if edit.letter_id:
        await lookups.letter_with_id(session, edit.letter_id)

    async def change(view: DraftView) -> Changed:
        pending, draft = view.pending, view.draft
        if edit.threatened is not None:
            draft = draft_edits.with_threats(draft, edit.threatened)
        if edit.legal_basis is not None:
            draft = draft_edits.with_legal_basis(draft, edit.legal_basis)
        if edit.source is not None:
            draft = draft_edits.with_source(draft, edit.source)
            pending = replace(pending, needs_source=False)
        if edit.letter_id is not None:
            pending = replace(pending, letter_id=edit.letter_id)
        return replace(pending, draft=draft), None

    return await change_draft(session, key, change)


async def choose_letter(session: WriteSession, key: KeptKey, letter_id: int) -> DraftView:
    """Add the recipients to that recorded letter, or with `NEW_LETTER` to a new one. CaseError if it is gone."""
    return await edit_details(session, key, DetailsEdit(letter_id=letter_id))


async def edit_recipients(session: WriteSession, key: KeptKey, edit: RecipientsEdit) -> DraftView:
    """Apply the changes of the form. Others that were made meanwhile, to other rows, are kept."""

    async def change(view: DraftView) -> Changed:
        return replace(view.pending, draft=draft_edits.with_rows(view.draft, edit.changes, edit.meant)), None

    return await change_draft(session, key, change)


async def tick_page(session: WriteSession, key: KeptKey, page: int, chosen: Collection[int]) -> DraftView:
    """Tick of the places on a page those that are chosen, by their index in `Draft.mentioned`, and untick the others.

    CaseError for more recipients than a draft holds.
    """
    return await _tick(session, key, lambda draft: draft_ticks.with_ticked_on_page(draft, page, chosen))


async def tick_list(session: WriteSession, key: KeptKey, number: int, *, is_ticked: bool) -> DraftView:
    """Tick or untick all places of one list of the text. CaseError as `tick_page`."""
    return await _tick(session, key, lambda draft: draft_ticks.with_list(draft, number, is_ticked=is_ticked))


async def untick_all(session: WriteSession, key: KeptKey) -> DraftView:
    return await _tick(session, key, lambda draft: draft_ticks.with_ticks(draft, untick=range(len(draft.mentioned))))


async def _tick(session: WriteSession, key: KeptKey, changed: Callable[[Draft], Draft]) -> DraftView:
    async def change(view: DraftView) -> Changed:
        return replace(view.pending, draft=changed(view.draft)), None

    return await change_draft(session, key, change)


async def choose_candidate(session: WriteSession, key: KeptKey, row_mark: str, place_mark: str) -> DraftView:
    """Settle an unsettled recipient by one of the places it may be. A row that is gone or settled already is left as it is."""

    async def change(view: DraftView) -> Changed:
        row = next((row for row in view.draft.recipients if mark_of_row(row) == row_mark), None)
        place = next((place for place in (row.candidates if row else ()) if mark_of_place(place) == place_mark), None)
        if row is None or place is None:
            return view.pending, Remark.ROW_CHANGED
        return replace(view.pending, draft=draft_edits.with_candidate(view.draft, row, recipient_of(place))), None

    return await change_draft(session, key, change)


async def choose_answer(session: WriteSession, key: KeptKey, mark: str) -> DraftView:
    """Answer a question of the reader by one of its readings. One that is answered meanwhile is left as it is."""

    async def change(view: DraftView) -> Changed:
        for question in view.draft.questions:
            for reading in draft_edits.answers(question):
                if mark_of_answer(question, reading) == mark:
                    calendar = await deadlines.calendar_of(session)
                    draft = draft_edits.with_answer(view.draft, question, reading, calendar)
                    return replace(view.pending, draft=draft_edits.titled(draft)), None
        return view.pending, Remark.ANSWERED

    return await change_draft(session, key, change)


async def choose_kind(session: WriteSession, key: KeptKey, kind: LetterKind | None) -> DraftView:
    """Keep only the recipients of one of the letters that the text describes; with None all of them, as those of one."""

    async def change(view: DraftView) -> Changed:
        if kind is not None and kind not in draft_questions.kinds_asked(view.draft):
            return view.pending, None  # chosen already
        return replace(view.pending, draft=draft_edits.of_one_letter(view.draft, kind)), None

    return await change_draft(session, key, change)


# Its end


async def drop_draft(session: WriteSession, key: KeptKey) -> str:
    """Remove the draft without recording anything: its title."""
    pending = await pending_draft(session, key)
    await store.drop(session.conn, key.id)
    return pending.draft.title
