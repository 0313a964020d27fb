"""/place: what the desk records of a place apart from any letter."""

from __future__ import annotations

from dataclasses import dataclass

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.commands import event_forms
from bot.chat.commands.case import CertaintyArgument, DayArgument, SourceArgument, described
from bot.chat.confirming import confirms_guesses
from bot.chat.fact_options import AmountOption, FactKindOption, PlaceConsequenceOption
from bot.chat.forms import FormKind, Submitted
from bot.chat.responses import answer
from bot.chat.session import Interaction, desk_only, reading, recording
from bot.chat.transformers import PlaceOption
from bot.desk import case_events, place_events
from bot.desk.case_events import EventReport
from bot.desk.lookups import place_with_id
from bot.record.deadlines.when import When
from bot.record.events import Amount, Certainty
from bot.record.fact_words import FactKind, FactMeaning
from bot.record.sources import Source
from bot.words import receipts

place = app_commands.Group(name="place", description="Record what happened apart from any letter (desk)", guild_only=True)


@dataclass(frozen=True)
class _PlaceEventOptions:
    """What was given beside the form, checked before it opened."""

    place_id: int
    when: When
    source: Source
    certainty: Certainty
    amount: Amount | None
    form: event_forms.FactForm
    quietly: bool = False


KINDS = tuple(kind for kind in FactKind if kind is not FactKind.REOPENED)


@place.command(
    name="event", description="Record what happened to a place apart from any letter (desk); a form asks for details"
)
@app_commands.describe(
    jurisdiction="A state, county or city: type a few letters",
    kind="What happened: lawsuit, ruling, injunction, statement, law enacted, note …",
    **described("source", "on", "certainty", "quietly"),
    consequence="Which consequence, if it is one",
    amount="An amount of money, like $252,157 or more than $2 million",
)
@desk_only(form=True)
@confirms_guesses
async def event(
    interaction: Interaction,
    jurisdiction: Transform[int, PlaceOption(120)],
    kind: Transform[tuple[FactMeaning, ...], FactKindOption(100, KINDS)],
    source: SourceArgument,
    on: DayArgument | None = None,
    certainty: CertaintyArgument = Certainty.CONFIRMED,
    amount: Transform[Amount, AmountOption(120)] | None = None,
    consequence: Transform[str, PlaceConsequenceOption(100)] | None = None,
    quietly: bool = False,
) -> None:
    async with reading(interaction) as session:
        about = await place_with_id(session, jurisdiction)
        when = on or case_events.today(session)
        known = await place_events.consequences_of_place(session, about.id)
    form = event_forms.place_form(kind, known, consequence)

    options = _PlaceEventOptions(about.id, when, source, certainty, amount, form, quietly)
    await PLACE_EVENT.open(interaction, f"{about.label}: {form.title}", form.fields(), options)


async def _record_event(interaction: Interaction, form: Submitted[_PlaceEventOptions]) -> None:
    options, answers = form.state, form.answers
    report = EventReport(options.when, options.source, event_forms.text_of(answers), options.certainty, options.amount)
    detail = options.form.detail(answers)
    async with recording(interaction, quietly=options.quietly) as session:
        await form.use(session)
        recorded = await place_events.record_place_event(session, options.place_id, detail, report)
        card = receipts.place_fact_receipt(recorded.place, recorded.event, recorded.operation)
    await answer(interaction, card, ephemeral=True)


PLACE_EVENT = FormKind("place", _PlaceEventOptions, _record_event)
