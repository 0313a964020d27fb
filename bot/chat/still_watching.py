"""The buttons under the question whether to go on watching: watching:<answer>:<token>, for the desk."""

from __future__ import annotations

from bot.chat.commands.bulk import BulkKind, open_form
from bot.chat.custom_ids import split
from bot.chat.responses import answer
from bot.chat.session import Interaction, check_desk, defer, reading, recording
from bot.desk import still_watching as desk
from bot.record.errors import CaseError
from bot.words import errors
from bot.words import still_watching as words


async def press(interaction: Interaction, arguments: str) -> None:
    """Monthly says that nothing changes; Yearly gives the letter a ladder of its own; Close opens a form, then a preview."""
    chosen, token = split(arguments, 2)
    await check_desk(interaction)
    match chosen:
        case words.MONTHLY:
            await defer(interaction)
            async with reading(interaction) as session:
                watched = await desk.asked_about(session, token)
            card = words.as_before(watched.letter, watched.next_alert, session.server.zone)
        case words.YEARLY:
            async with recording(interaction) as write_session:
                done = await desk.watch_yearly(write_session, token)
            zone = write_session.server.zone
            card = words.yearly_receipt(done.watched.letter, done.watched.next_alert, zone, done.operation)
        case words.CLOSE:
            async with reading(interaction) as session:
                letter, which = await desk.to_close(session, token)
            await open_form(interaction, letter, which, BulkKind.CLOSE)
            return
        case _:
            raise CaseError(errors.CHANGED)
    await answer(interaction, card, ephemeral=True)
