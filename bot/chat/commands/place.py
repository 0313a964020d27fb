"""/place: what the desk records of a place apart from any letter."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.commands import event_forms
from bot.chat.commands.case import CertaintyArgument, DayArgument, SourceArgument, described
from bot.chat.fact_options import AmountOption, FactKindOption, PlaceConsequenceOption
from bot.chat.forms import Answers, Form
from bot.chat.responses import answer
from bot.chat.session import Interaction, desk_only, reading, recording
from bot.chat.transformers import PlaceOption
from bot.desk import case_events, place_events
from bot.desk.case_events import EventReport
from bot.desk.lookups import place_with_id
from bot.record.events import Amount, Certainty
from bot.record.fact_words import FactKind, FactMeaning
from bot.words import receipts

place = app_commands.Group(name="place", description="Record what happened apart from any letter (desk)", guild_only=True)

KINDS = tuple(kind for kind in FactKind if kind is not FactKind.REOPENED)


@place.command(
    name="event", description="Record what happened to a place apart from any letter (desk); a form asks for details"
)
@app_commands.describe(
    jurisdiction="A state, county or city: type a few letters",
    kind="What happened: lawsuit, ruling, injunction, statement, law enacted, note …",
    **described("source", "on", "certainty"),
    consequence="Which consequence, if it is one",
    amount="An amount of money, like $252,157 or more than $2 million",
)
@desk_only(form=True)
async def event(
    interaction: Interaction,
    jurisdiction: Transform[int, PlaceOption(120)],
    kind: Transform[tuple[FactMeaning, ...], FactKindOption(100, KINDS)],
    source: SourceArgument,
    on: DayArgument | None = None,
    certainty: CertaintyArgument = Certainty.CONFIRMED,
    amount: Transform[Amount, AmountOption(120)] | None = None,
    consequence: Transform[str, PlaceConsequenceOption(100)] | None = None,
) -> None:
    async with reading(interaction) as session:
        about = await place_with_id(session, jurisdiction)
        when = on or case_events.today(session)
        known = await place_events.consequences_of_place(session, about.id)
    form = event_forms.place_form(kind, known, consequence)

    async def submitted(interaction: Interaction, answers: Answers) -> None:
        report = EventReport(when, source, event_forms.text_of(answers), certainty, amount)
        detail = form.detail(answers)
        async with recording(interaction) as session:
            recorded = await place_events.record_place_event(session, about.id, detail, report)
            card = receipts.place_fact_receipt(recorded.place, recorded.event, recorded.operation)
        await answer(interaction, card, ephemeral=True)

    await interaction.response.send_modal(Form(f"{about.label}: {form.title}", form.fields(), submitted))
