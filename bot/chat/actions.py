"""What buttons record: alerts acknowledged, and what was recorded taken back."""

from __future__ import annotations

from datetime import timedelta

from bot.chat.deadline_inputs import read_when
from bot.chat.responses import answer, defer
from bot.chat.session import Interaction, recording
from bot.chat.views import notice_cases, notice_lines
from bot.desk.session import WriteSession
from bot.record.errors import CaseError
from bot.record.events import Acknowledged
from bot.store import cases, events, notices
from bot.store.events import NewEvent
from bot.words import errors, receipts


async def acknowledge(interaction: Interaction, token: str) -> None:
    """Record that somebody has seen the overdue alerts of a notice: its repeats stop until a deadline changes.

    Only cases that are overdue at this moment, by the deadline that the notice spoke of, and not acknowledged yet.
    """
    await defer(interaction)
    async with recording(interaction) as session:
        found = [(case, case.at(session.now)) for case in await notice_cases(session, token)]
        told = {line.about_id for line in await notice_lines(session, token)}
        overdue = [
            (case, case_state.deadline_event)
            for case, case_state in found
            if case_state.overdue and not case_state.acknowledged
        ]
        waiting = [(case, event) for case, event in overdue if event and event.id in told]
        if not waiting:
            raise CaseError("Nothing to acknowledge: each case of this notice is answered, ended or acknowledged already.")
        when, text = read_when(None, session.server.zone, session.now), f"Acknowledged by {interaction.user.display_name[:70]}."
        facts = [(case.id, case.place.id, NewEvent(when, Acknowledged(event.id), text)) for case, event in waiting]
        await events.append_events(session.conn, session.audit, facts)
        card = receipts.acknowledged_receipt([case for case, _ in waiting], session.audit.operation)
    await answer(interaction, card, ephemeral=True)


async def undo(interaction: Interaction, operation: str) -> None:
    """Take back what was recorded together, within 15 minutes, by the person who recorded it.

    A letter that was recorded with it goes too, unless recipients were added to it since.
    """
    await defer(interaction)
    async with recording(interaction) as session:
        done = await events.operation(session.conn, session.server.id, operation)
        if done is None:
            raise CaseError(errors.STALE)
        if done.by_id != interaction.user.id:
            raise CaseError(receipts.undo_not_yours(done.by))
        if session.now - done.at > interaction.client.undo_for:
            raise CaseError(receipts.undo_too_late(interaction.client.undo_for))
        undone = await events.undo(session.conn, session.audit, operation)
        await notices.announce_undone(session.conn, session.server.id, undone, session.now)
        found = await cases.with_ids(session.conn, done.case_ids)
        case_states = [(case, case.at(session.now)) for case in found]
        card = receipts.undone_receipt(len(undone), case_states, await _with_its_letter(session, operation))
    await answer(interaction, card, ephemeral=True)


async def _with_its_letter(session: WriteSession, operation: str) -> str:
    """Take back the letter of an import, too: what became of it, in words; "" where none was recorded with it."""
    letter_id = await events.letter_recorded_under(session.conn, session.server.id, operation)
    if letter_id is None:
        return ""
    title = next(one.title for one in await cases.letters_of(session.conn, session.server.id) if one.id == letter_id)
    if await events.has_recipients(session.conn, letter_id):
        return f"Recipients were added to the letter “{title}” since, so it stays."
    await events.take_back_letter(session.conn, session.audit, letter_id)
    return f"The letter “{title}” is no longer recorded."


async def undo_letter(interaction: Interaction, what: str) -> None:
    """unletter:<letter>:<person>: remove a letter that has no recipients yet."""
    await defer(interaction)
    letter_id, person = map(int, what.split(":"))
    async with recording(interaction) as session:
        if person != interaction.user.id:
            raise CaseError(receipts.undo_not_yours("the person this receipt was shown to"))
        title = await _removed(session, letter_id, interaction.client.undo_for)
    await answer(interaction, receipts.letter_undone(title), ephemeral=True)


async def _removed(session: WriteSession, letter_id: int, undo_for: timedelta) -> str:
    letters = {one.id: one for one in await cases.letters_of(session.conn, session.server.id)}
    recorded_at = await events.letter_recorded_at(session.conn, session.server.id, letter_id)
    if letter_id not in letters or recorded_at is None:
        raise CaseError("There is nothing left to undo: the letter is not recorded any more.")
    if session.now - recorded_at > undo_for:
        raise CaseError(receipts.undo_too_late(undo_for))
    await events.take_back_letter(session.conn, session.audit, letter_id)
    return letters[letter_id].title
