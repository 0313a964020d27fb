"""What buttons record: alerts acknowledged, and what was recorded taken back."""

from __future__ import annotations

from datetime import timedelta

from bot.chat.dating import read_when
from bot.chat.house import Ask, Desk, recording
from bot.chat.pages import notice_cases, notice_lines
from bot.chat.replies import answer, defer
from bot.record.errors import CaseError
from bot.record.events import Acknowledged
from bot.store import cases, desk, outbox
from bot.store.desk import Fact
from bot.words import errors, receipts


async def acknowledge(ask: Ask, token: str) -> None:
    """Record that somebody has seen the overdue alerts of a notice: its repeats stop until a deadline changes.

    Only cases that are overdue at this moment, by the deadline that the notice spoke of, and not acknowledged yet.
    """
    await defer(ask)
    async with recording(ask) as room:
        found = [(case, case.at(room.now)) for case in await notice_cases(room, token)]
        told = {line.about_id for line in await notice_lines(room, token)}
        overdue = [
            (case, standing.deadline_event) for case, standing in found if standing.overdue and not standing.acknowledged
        ]
        waiting = [(case, event) for case, event in overdue if event and event.id in told]
        if not waiting:
            raise CaseError("Nothing to acknowledge: each case of this notice is answered, ended or acknowledged already.")
        when, text = read_when(None, room.server.zone, room.now), f"Acknowledged by {ask.user.display_name[:70]}."
        facts = [(case.id, case.place.id, Fact(when, Acknowledged(event.id), text)) for case, event in waiting]
        await desk.add_facts(room.conn, room.entry, facts)
        card = receipts.acknowledged_receipt([case for case, _ in waiting], room.entry.operation)
    await answer(ask, card, ephemeral=True)


async def undo(ask: Ask, operation: str) -> None:
    """Take back what was recorded together, within 15 minutes, by the person who recorded it.

    A letter that was recorded with it goes too, unless recipients were added to it since.
    """
    await defer(ask)
    async with recording(ask) as room:
        done = await desk.operation(room.conn, room.server.id, operation)
        if done is None:
            raise CaseError(errors.STALE)
        if not done.by.endswith(f"({ask.user.id})"):
            raise CaseError(receipts.undo_not_yours(done.by))
        if room.now - done.at > ask.client.undo_for:
            raise CaseError(receipts.undo_too_late(ask.client.undo_for))
        undone = await desk.undo(room.conn, room.entry, operation)
        await outbox.announce_undone(room.conn, room.server.id, undone, room.now)
        found = await cases.with_ids(room.conn, done.case_ids)
        standings = [(case, case.at(room.now)) for case in found]
        card = receipts.undone_receipt(len(undone), standings, await _with_its_letter(room, operation))
    await answer(ask, card, ephemeral=True)


async def _with_its_letter(room: Desk, operation: str) -> str:
    """Take back the letter of an import, too: what became of it, in words; "" where none was recorded with it."""
    letter_id = await desk.letter_recorded_under(room.conn, room.server.id, operation)
    if letter_id is None:
        return ""
    title = next(one.title for one in await cases.letters_of(room.conn, room.server.id) if one.id == letter_id)
    if await desk.has_recipients(room.conn, letter_id):
        return f"Recipients were added to the letter “{title}” since, so it stays."
    await desk.take_back_letter(room.conn, room.entry, letter_id)
    return f"The letter “{title}” is no longer recorded."


async def undo_letter(ask: Ask, what: str) -> None:
    """unletter:<letter>:<person>: remove a letter that has no recipients yet."""
    await defer(ask)
    letter_id, person = map(int, what.split(":"))
    async with recording(ask) as room:
        if person != ask.user.id:
            raise CaseError(receipts.undo_not_yours("the person this receipt was shown to"))
        title = await _removed(room, letter_id, ask.client.undo_for)
    await answer(ask, receipts.letter_undone(title), ephemeral=True)


async def _removed(room: Desk, letter_id: int, undo_for: timedelta) -> str:
    letters = {one.id: one for one in await cases.letters_of(room.conn, room.server.id)}
    recorded_at = await desk.letter_recorded_at(room.conn, room.server.id, letter_id)
    if letter_id not in letters or recorded_at is None:
        raise CaseError("There is nothing left to undo: the letter is not recorded any more.")
    if room.now - recorded_at > undo_for:
        raise CaseError(receipts.undo_too_late(undo_for))
    await desk.take_back_letter(room.conn, room.entry, letter_id)
    return letters[letter_id].title
