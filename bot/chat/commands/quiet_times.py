"""/settings quiet: days and hours in which nothing is posted. Manage Server only."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Range, Transform

from bot.chat.commands.settings import change_and_answer, settings
from bot.chat.responses import answer
from bot.chat.session import Interaction, managers_only, reading
from bot.chat.transformers import ChosenOption
from bot.desk.quiet_times import QuietWish, made_quiet, nothing_quiet
from bot.record.deadlines.times import parse_time
from bot.record.posting import QuietDays, Urgent
from bot.words import quiet_times as words
from bot.words.settings import quiet_card

#: What is typed for from or to so that no hours are quiet.
_NO_HOURS = {"none", "off", "no", "never", "-"}


@settings.command(name="quiet", description="Days and hours in which nothing is posted; without options: what is set")
@app_commands.describe(
    days="Days on which nothing is posted",
    begin="When quiet hours begin, like 22:00 or 10 pm; none: no quiet hours",
    end="When they end, like 08:00; on the next day if that is earlier",
    urgent="Alerts that are posted all the same",
)
@app_commands.rename(begin="from", end="to")
@managers_only()
async def quiet(
    interaction: Interaction,
    days: Transform[QuietDays, ChosenOption(words.DAYS)] | None = None,
    begin: Range[str, 1, 30] | None = None,
    end: Range[str, 1, 30] | None = None,
    urgent: Transform[Urgent, ChosenOption(words.URGENT)] | None = None,
) -> None:
    no_hours = any(typed is not None and typed.strip().casefold() in _NO_HOURS for typed in (begin, end))
    times = (None, None) if no_hours else tuple(typed if typed is None else parse_time(typed) for typed in (begin, end))
    wish = QuietWish(days, times[0], times[1], no_hours, urgent)
    if wish.is_empty:
        async with reading(interaction) as session:
            card = quiet_card(session.server)
        await answer(interaction, card, ephemeral=True)
        return
    await change_and_answer(interaction, (words.WAITS,), made_quiet(wish))


async def turn_off(interaction: Interaction, _: str) -> None:
    """noquiet: nothing is quiet any more."""
    await change_and_answer(interaction, (), nothing_quiet)
