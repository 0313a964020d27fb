"""/case silence, the Silence button of overdue notices, and Lift in the list of silences."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.case_options import CasesOption, SilenceEndOption
from bot.chat.commands.case import DESCRIPTIONS, case
from bot.chat.confirming import confirms_guesses
from bot.chat.responses import answer, turn
from bot.chat.session import Interaction, defer_update, desk_only, reading, recording
from bot.chat.transformers import LetterToRecordOption, TextOption
from bot.chat.views import notice_page
from bot.desk import silence_list
from bot.desk import silences as desk
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.silences import SilencedCases
from bot.record.errors import CaseError
from bot.record.silence_days import SilenceEnd
from bot.words import errors, silences
from bot.words.card import Card
from bot.words.silences import LONGEST_REASON


@case.command(name="silence", description="Hold back the overdue reminders of cases until a day (desk)")
@app_commands.describe(
    until="tomorrow, Monday, a week, next event, or a date at most 400 days ahead",
    reason="Why, in a few words",
    chosen=DESCRIPTIONS["chosen"],
    letter="Every overdue case of this letter",
)
@app_commands.rename(chosen="case")
@desk_only()
@confirms_guesses
async def silence(
    interaction: Interaction,
    until: Transform[SilenceEnd, SilenceEndOption(120)],
    reason: Transform[str, TextOption("The reason", LONGEST_REASON)],
    chosen: Transform[tuple[CaseRef, ...], CasesOption(1000)] | None = None,
    letter: Transform[LetterRef, LetterToRecordOption(200)] | None = None,
) -> None:
    async with recording(interaction) as session:
        if chosen and not letter:
            silenced = await desk.silence_cases(session, chosen, reason, until)
        elif letter and not chosen:
            silenced = await desk.silence_letter(session, letter, reason, until)
        else:
            raise CaseError("Name either a case or a letter whose overdue cases are meant. Nothing was silenced.")
        card = _receipt(silenced)
    interaction.client.refresh(session.server.id, silenced.case_ids, "")
    await answer(interaction, card, ephemeral=True)


async def silence_notice(interaction: Interaction, token: str) -> None:
    """silence:<token> silences the overdue cases of a notice for two weeks: the notice says so. Older ones have ack:<token>."""
    await defer_update(interaction)
    async with recording(interaction) as session:
        silenced = await desk.silence_notice(session, token)
        card = _receipt(silenced)
    async with reading(interaction) as now:
        notice = await notice_page(now, token, 0)
    await turn(interaction, notice)
    interaction.client.refresh(now.server.id, silenced.case_ids, token)
    await answer(interaction, card, ephemeral=True)


async def lift(interaction: Interaction, arguments: str) -> None:
    """lift:<silence> ends a silence of the list."""
    try:
        key = silence_list.key_from(tuple(arguments.split(":")))
    except (ValueError, OverflowError) as unknown:
        raise CaseError(errors.CHANGED) from unknown
    async with recording(interaction) as session:
        lifted = await desk.lift_silence(session, key)
        card = silences.lifted_receipt(lifted.cases, lifted.count, lifted.operation)
    interaction.client.refresh(session.server.id, lifted.case_ids, "")
    await answer(interaction, card, ephemeral=True)


def _receipt(silenced: SilencedCases) -> Card:
    return silences.silenced_receipt(
        silenced.cases, silenced.count, silenced.until, silenced.end, silenced.left, silenced.operation
    )
