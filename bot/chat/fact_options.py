"""The options of /case event and /place event that say what happened: the kind, the consequence, the amount."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import autocomplete
from bot.chat.autocomplete import Choices
from bot.chat.session import Interaction
from bot.chat.transformers import Option, SuggestingOption, case_picked
from bot.desk import fact_suggestions, inputs
from bot.desk.case_events import consequences_of
from bot.desk.session import Session
from bot.desk.suggestions import Suggestions
from bot.record.amounts import read_amount
from bot.record.errors import CaseError
from bot.record.events import Amount
from bot.record.fact_words import FactKind, FactMeaning, meanings
from bot.words.prose import figure


class AmountOption(Option):
    """An amount of money. While it is typed, how it is understood is shown."""

    async def transform(self, interaction: Interaction, value: str, /) -> Amount:
        return read_amount(value)

    async def autocomplete(self, interaction: Interaction, value: int | float | str, /) -> Choices:
        typed = " ".join(str(value).split())
        if not typed:
            return []
        try:
            return autocomplete.choices({typed: f"{typed} → {figure(read_amount(typed))}"})
        except CaseError as refused:
            return autocomplete.unread(typed, refused)


class FactKindOption(Option):
    """What happened, as people call it: what that word can mean, of the kinds that can be recorded here."""

    def __init__(self, longest: int, kinds: Sequence[FactKind]) -> None:
        super().__init__(longest)
        self.kinds = kinds

    async def transform(self, interaction: Interaction, value: str, /) -> tuple[FactMeaning, ...]:
        return meanings(value)

    async def autocomplete(self, interaction: Interaction, value: int | float | str, /) -> Choices:
        try:
            return autocomplete.choices(fact_suggestions.kinds_like(str(value), self.kinds))
        except CaseError as refused:
            return autocomplete.unread(str(value), refused)


class ConsequenceOption(SuggestingOption):
    """The name of a consequence: its text, since it may be one of the letter's only together with the case beside it."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return inputs.limited("The consequence", value, self.longest)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        try:
            known = consequences_of(await case_picked(interaction, session), session)
        except CaseError:
            known = ()
        return fact_suggestions.consequences_like(current, known, of_case=bool(known))


class PlaceConsequenceOption(ConsequenceOption):
    """As ConsequenceOption, for a place apart from any letter."""

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return fact_suggestions.consequences_like(current, (), of_case=False)
