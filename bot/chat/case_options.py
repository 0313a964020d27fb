"""The options of commands that record of one case or of several."""

from __future__ import annotations

from bot.chat.session import Interaction, reading
from bot.chat.transformers import SuggestingOption
from bot.desk import date_suggestions, inputs, lookups, suggestions
from bot.desk.guesses import Guess
from bot.desk.lookups import CaseRef
from bot.desk.session import Session
from bot.desk.suggestions import Suggestions
from bot.desk.which_cases import which_like
from bot.record.silence_days import SilenceEnd, parse_silence_end

LONGEST_START = 30  # characters of the cases before the one that is typed, in a line that shows at most 100


class CasesOption(SuggestingOption):
    """Cases that are recorded of, separated by semicolons, each by its number, its place or words that only one open case has.

    At least one CaseRef, or a Guess (for commands that are `confirming.confirms_guesses`). While the last one is completed, the
    others stay.
    """

    async def transform(self, interaction: Interaction, value: str, /) -> tuple[CaseRef, ...] | Guess[tuple[CaseRef, ...]]:
        async with reading(interaction) as session:
            return await lookups.some_cases(session, value)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        *before, last = current.split(";")
        named = [name.strip() for name in before if name.strip()]
        start = "".join(f"{name}; " for name in named)
        numbers = {name.removeprefix("#") for name in named}
        offered = await suggestions.open_cases_like(session, last)
        shown = start if len(start) <= LONGEST_START else f"{len(named)} cases; "
        return {f"{start}{number}": f"{shown}{line}" for number, line in offered.items() if number not in numbers}


class SilenceEndOption(SuggestingOption):
    """Until when reminders are silenced: a SilenceEnd."""

    async def transform(self, interaction: Interaction, value: str, /) -> SilenceEnd:
        async with reading(interaction) as session:
            return parse_silence_end(value, session.today, session.order)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return date_suggestions.silence_ends_like(session, current)


class WhichOption(SuggestingOption):
    """Which cases of the letter in the option beside: their text, since it means cases only together with a letter."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return inputs.limited("which", value, self.longest)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        letter = await lookups.one_letter(session, interaction.namespace.letter or "")
        return await which_like(session, letter.id, current)
