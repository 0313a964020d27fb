"""Options of one kind, each with its own checks and its own suggestions while it is typed.

A transformer gives ids and values, never records: the use case reads those again in its own transaction, and refuses what
was undone or renamed in the meantime. An option that means something only beside others (a deadline) gives its text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from discord import app_commands
from discord.app_commands import Choice

from bot.chat import autocomplete
from bot.chat.autocomplete import Choices
from bot.chat.client import BotClient
from bot.chat.session import Interaction, reading
from bot.desk import date_suggestions, inputs, lookups, suggestions
from bot.desk.deadlines import happened_on, read_past_day
from bot.desk.guesses import Guess
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.session import Session
from bot.desk.suggestions import Suggestions
from bot.record.case import Case
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.dates import parse_date
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.place_kinds import TOWN_WORDS, PlaceKind, WrittenKind, read_kind
from bot.record.place_names import read_state
from bot.record.sources import Source
from bot.store.database import DatabaseFailure

EnumT = TypeVar("EnumT", bound=StrEnum)


class Option(app_commands.Transformer[BotClient]):
    """A text of at most `longest` characters."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    @property
    def min_value(self) -> int:
        return 1

    @property
    def max_value(self) -> int:
        return self.longest


class SuggestingOption(Option):
    """An option with suggestions from what the server has recorded, or by its settings."""

    async def autocomplete(self, interaction: Interaction, value: int | float | str, /) -> Choices:
        try:
            async with reading(interaction) as session:
                return autocomplete.choices(await self.suggested(interaction, session, str(value)))
        except CaseError as refused:
            return autocomplete.unread(str(value), refused)
        except DatabaseFailure as failure:
            if not interaction.client.db.trouble.note(failure, "nothing could be suggested"):
                raise
            return []

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        """What to offer for what was typed so far; CaseError if it cannot be read.

        `interaction.namespace` holds the other options, as typed.
        """
        raise NotImplementedError


class ListedOption(Option):
    """An option with suggestions from a list that is the same everywhere: the database is not asked."""

    async def autocomplete(self, interaction: Interaction, value: int | float | str, /) -> Choices:
        return autocomplete.choices(self.suggested(str(value)))

    def suggested(self, current: str) -> Suggestions:
        raise NotImplementedError


class TextOption(Option):
    """Free text that is not blank. `what` names it in a refusal."""

    def __init__(self, what: str, longest: int) -> None:
        super().__init__(longest)
        self.what = what

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return inputs.limited(self.what, value, self.longest)


class SourceOption(Option):
    async def transform(self, interaction: Interaction, value: str, /) -> Source:
        return inputs.read_source(value)


class ChosenOption(app_commands.Transformer[BotClient], Generic[EnumT]):
    """One of a fixed list: values of an enum, each with its words."""

    def __init__(self, words: Mapping[EnumT, str]) -> None:
        self.words = words

    @property
    def choices(self) -> list[Choice[Any]]:
        return [Choice(name=words, value=value.value) for value, words in self.words.items()]

    async def transform(self, interaction: Interaction, value: str, /) -> EnumT:
        chosen = next((known for known in self.words if known.value == value), None)
        if chosen is None:  # a command that Discord still shows as it was before an update
            raise CaseError(f"“{value}” is not one of the choices. Choose one from the list.")
        return chosen


class _SuggestingPlaces(SuggestingOption):
    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return {label: label for label in await suggestions.places_like(session, current)}


class PlaceOption(_SuggestingPlaces):
    """The place that is recorded of, by its name: its id, or a Guess (for commands that are `confirming.confirms_guesses`)."""

    async def transform(self, interaction: Interaction, value: str, /) -> int | Guess[int]:
        async with reading(interaction) as session:
            return await lookups.place_to_record(session, value)


class PlaceNameOption(_SuggestingPlaces):
    """The name of the place that is asked about, as typed: it is looked up in the transaction that answers."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return value


class PlaceNamesOption(SuggestingOption):
    """Names of places, separated by semicolons or line breaks. The last one is completed, the others stay."""

    async def transform(self, interaction: Interaction, value: str, /) -> tuple[str, ...]:
        return tuple(name.strip() for name in value.replace("\n", ";").split(";") if name.strip())

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        *before, last = current.split(";")
        start = "".join(f"{name.strip()}; " for name in before if name.strip())
        return {start + label: start + label for label in await suggestions.places_like(session, last)}


class _SuggestingLetters(SuggestingOption):
    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return await suggestions.letters_like(session, current)


class LetterOption(_SuggestingLetters):
    """The letter that is asked about, by words of its title or its short name: a LetterRef."""

    async def transform(self, interaction: Interaction, value: str, /) -> LetterRef:
        async with reading(interaction) as session:
            letter = await lookups.one_letter(session, value)
        return LetterRef(letter.id, letter.title)


class LetterToRecordOption(_SuggestingLetters):
    """The letter that is recorded of: a LetterRef, or a Guess (for commands that are `confirming.confirms_guesses`)."""

    async def transform(self, interaction: Interaction, value: str, /) -> LetterRef | Guess[LetterRef]:
        async with reading(interaction) as session:
            return await lookups.letter_to_record(session, value)


class CaseOption(SuggestingOption):
    """The case that is recorded of, by its number, its place or words that only one open case has: a CaseRef, or a Guess
    (for commands that are `confirming.confirms_guesses`)."""

    async def transform(self, interaction: Interaction, value: str, /) -> CaseRef | Guess[CaseRef]:
        async with reading(interaction) as session:
            return await lookups.one_case(session, value)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return await suggestions.open_cases_like(session, current)


class KindOption(app_commands.Transformer[BotClient]):
    """A kind of place as it is written: a WrittenKind."""

    @property
    def choices(self) -> list[Choice[Any]]:
        return [Choice(name=words, value=words) for words in (*(kind.words for kind in PlaceKind), *TOWN_WORDS)]

    async def transform(self, interaction: Interaction, value: str, /) -> WrittenKind:
        return read_kind(value)


class StateOption(ListedOption):
    """A state: its postal code."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return read_state(value)

    def suggested(self, current: str) -> Suggestions:
        return suggestions.states_like(current)


class ZoneOption(ListedOption):
    async def transform(self, interaction: Interaction, value: str, /) -> ZoneInfo:
        return inputs.read_zone(value)

    def suggested(self, current: str) -> Suggestions:
        return suggestions.zones_like(current)


class CalendarOption(ListedOption):
    """A calendar: its name."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return (await asyncio.to_thread(calendar_named, value)).name  # the first time it loads the library of holidays

    def suggested(self, current: str) -> Suggestions:
        return suggestions.calendars_like(current)


class HappenedOption(SuggestingOption):
    """When something happened, with the precision that was typed: a When. Today is offered first."""

    async def transform(self, interaction: Interaction, value: str, /) -> When:
        async with reading(interaction) as session:
            return happened_on(session, value)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return date_suggestions.happened_like(session, current)


class DayOption(SuggestingOption):
    """Any day, past or future."""

    #: Offered before anything is typed.
    examples: tuple[str, ...] = ("today", "tomorrow")

    async def transform(self, interaction: Interaction, value: str, /) -> date:
        async with reading(interaction) as session:
            return self.read_day(session, value)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return date_suggestions.days_like(session, current, self.read_day, self.examples)

    @staticmethod
    def read_day(session: Session, text: str) -> date:
        return parse_date(text, today=session.today, order=session.order)


class PastDayOption(DayOption):
    """An earlier day, or today."""

    examples = ("yesterday",)

    @staticmethod
    def read_day(session: Session, text: str) -> date:
        return read_past_day(text, session.server.zone, session.now, session.order)


class ClosedDayOption(DayOption):
    """A day of a closure, by its date or words of its reason."""

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return await date_suggestions.closed_days_like(session, current)


class DeadlineOption(SuggestingOption):
    """A deadline: its text, since it means a date only together with a letter and the options beside it."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return inputs.limited("The deadline", value, self.longest)


class NewLettersDeadline(DeadlineOption):
    """The deadline of a letter that is being recorded, counted from the day that was typed for it."""

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        typed = interaction.namespace
        sent = happened_on(session, typed.sent or "")
        return await date_suggestions.letter_deadlines_like(session, current, sent, typed.counted_from, typed.calendar)


class RecipientsDeadline(DeadlineOption):
    """The deadline of recipients of a letter that is recorded."""

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        typed = interaction.namespace
        letter = await lookups.one_letter(session, typed.letter or "")
        beside = (typed.counted_from, typed.calendar, letter.calendar)
        return await date_suggestions.letter_deadlines_like(session, current, letter.sent, *beside)


class NewDeadline(DeadlineOption):
    """The new deadline of a case."""

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        typed = interaction.namespace
        case = await case_picked(interaction, session)
        beside = (typed.on, typed.counted_from, typed.calendar)
        offered = await date_suggestions.new_deadlines_like(session, current, case, *beside)
        several = ";" in str(typed.case).strip(" ;")
        return {value: f"#{case.number}: {text}" if several else text for value, text in offered.items()}


class StartOption(SuggestingOption):
    """What a rule is counted from, a day or a moment: its text, since a day lies in the time zone of a letter or case."""

    async def transform(self, interaction: Interaction, value: str, /) -> str:
        return inputs.limited("counted_from", value, self.longest)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return date_suggestions.starts_like(session, current)


class CaseStartOption(StartOption):
    """As StartOption, and offers what happened in the case."""

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        try:
            case = await case_picked(interaction, session)
        except CaseError:
            return await super().suggested(interaction, session, current)
        return date_suggestions.case_starts_like(session, current, case)


async def case_picked(interaction: Interaction, session: Session) -> Case:
    """The case in the option beside, or the first of several; only by its number, since words would load every case at each
    letter typed."""
    number = str(interaction.namespace.case or "").split(";")[0].strip().removeprefix("#")
    if not (number.isdecimal() and number.isascii() and len(number) <= 9):
        raise CaseError("pick the case first, by its number")
    return await lookups.case_numbered(session, int(number))
