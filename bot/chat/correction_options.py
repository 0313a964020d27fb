"""The options of /case correct, /case withdraw and /place correct that say what is corrected: the case and the entry."""

from __future__ import annotations

from bot.chat.session import Interaction, reading
from bot.chat.transformers import SuggestingOption
from bot.desk import correction_events
from bot.desk.guesses import Guess
from bot.desk.lookups import CaseRef, place_to_record
from bot.desk.place_corrections import facts_of
from bot.desk.session import Session
from bot.desk.suggestions import Suggestions
from bot.record.errors import CaseError


class AnyCaseOption(SuggestingOption):
    """As CaseOption, and also a case that has ended or was taken back."""

    async def transform(self, interaction: Interaction, value: str, /) -> CaseRef | Guess[CaseRef]:
        async with reading(interaction) as session:
            return await correction_events.case_typed(session, value)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return await correction_events.cases_like(session, current)


class EntryOption(SuggestingOption):
    """An entry of the case beside: its text, since it means one only together with the case."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return value

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        number = str(interaction.namespace.case or "").strip().removeprefix("#")
        if not (number.isdecimal() and number.isascii() and len(number) <= 9):
            raise CaseError("pick the case first, by its number")
        return correction_events.events_like(await correction_events.case_to_correct(session, int(number)), current)


class PlaceEntryOption(SuggestingOption):
    """As EntryOption, of the place beside, apart from any letter."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return value

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        place_id = await place_to_record(session, str(interaction.namespace.jurisdiction or ""))
        if isinstance(place_id, Guess):
            raise CaseError("pick the place first, by its full name")
        return correction_events.facts_like(await facts_of(session, place_id), current)
