"""/settings announce: which kinds of facts are announced, and for how long one person's news is collected."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Range, Transform

from bot.chat.commands.settings import change_and_answer, settings
from bot.chat.session import Interaction, managers_only
from bot.chat.transformers import ChosenOption
from bot.desk.settings import kinds_announced
from bot.record.errors import CaseError
from bot.record.news_kinds import NewsKind
from bot.words import announcing as words

LONGEST = 600  # seconds


@settings.command(name="announce", description="Which kinds of facts are announced as they are recorded")
@app_commands.describe(
    kind="Which kind of fact (default: every kind)",
    announced="Whether it is announced; leave all options out to see what is set",
    within="Seconds in which what one person records becomes one message, 0 to 600; 0: each thing at once",
)
@managers_only()
async def announce(
    interaction: Interaction,
    kind: Transform[NewsKind, ChosenOption(words.KINDS)] | None = None,
    announced: bool | None = None,
    within: Range[int, 0, LONGEST] | None = None,
) -> None:
    if kind is not None and announced is None:
        raise CaseError(words.WHETHER)
    values: dict[str, object] = {} if within is None else {"collect_seconds": within}
    decide = None if announced is None else kinds_announced(frozenset({kind} if kind else NewsKind), announced)
    await change_and_answer(interaction, (words.CORRECTIONS,), decide, **values)
