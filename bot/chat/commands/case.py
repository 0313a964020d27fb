"""/case: what the desk records of one letter to one place."""

from __future__ import annotations

from dataclasses import dataclass

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.commands import event_forms
from bot.chat.confirming import confirms_guesses
from bot.chat.fact_options import AmountOption, ConsequenceOption, FactKindOption
from bot.chat.forms import FormKind, Submitted
from bot.chat.responses import answer
from bot.chat.session import Interaction, desk_only, reading, recording
from bot.chat.transformers import (
    CalendarOption,
    CaseOption,
    CaseStartOption,
    ChosenOption,
    HappenedOption,
    KindOption,
    LetterToRecordOption,
    NewDeadline,
    PlaceNamesOption,
    RecipientsDeadline,
    SourceOption,
    StartOption,
    StateOption,
    TextOption,
)
from bot.desk import case_events, recipients
from bot.desk.case_events import EventReport
from bot.desk.deadlines import DeadlineInput
from bot.desk.draft_lines import load_gazetteer
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.recipients import NamedRecipients
from bot.record.deadlines.when import When
from bot.record.events import Amount, Certainty, Extent, Outcome
from bot.record.fact_words import FactKind, FactMeaning
from bot.record.place_kinds import WrittenKind
from bot.record.sources import Source
from bot.words import receipts
from bot.words.events import ANSWER_CHOICES

case = app_commands.Group(name="case", description="Record what happened (desk)", guild_only=True)

CaseArgument = Transform[CaseRef, CaseOption(120)]
SourceArgument = Transform[Source, SourceOption(500)]
DayArgument = Transform[When, HappenedOption(120)]
CalendarArgument = Transform[str, CalendarOption(120)]
TextArgument = Transform[str, TextOption("The text", 1000)]
CertaintyArgument = Transform[
    Certainty,
    ChosenOption({level: level.value for level in (Certainty.CONFIRMED, Certainty.REPORTED, Certainty.ANNOUNCED)}),
]
DESCRIPTIONS = {
    "chosen": "Which case: type a number or a place",
    "source": "Its source: an address (https://…) or the title of the document",
    "on": "When: 2018-02-23, yesterday, 2018-02, by 2018-04-16 (default: today)",
    "counted_from": "The day (or moment) that a rule like 30 days is counted from",
    "calendar": "Whose weekends and holidays count for a rule, like US-CA (default: the letter's, else the server's)",
    "certainty": "How certain it is (default: confirmed)",
}


@dataclass(frozen=True)
class _EventOptions:
    """What was given beside the form, checked before it opened."""

    chosen: CaseRef
    when: When
    source: Source
    certainty: Certainty
    amount: Amount | None
    form: event_forms.FactForm


def described(*names: str, **more: str) -> dict[str, str]:
    """The descriptions of options that several commands have, and those of others."""
    return {**{name: DESCRIPTIONS[name] for name in names}, **more}


@case.command(name="add", description="Record who received a letter (desk)")
@app_commands.describe(
    letter="Which letter: type a word of its title",
    jurisdictions="Known names, or new ones like Boulder, CO (city); separate several with semicolons",
    kind="The kind of new places that are written without one",
    state="The state of new places that are written without one",
    deadline="Their own deadline, if it is not the letter's: a date, or a rule like 20 business days",
    **described("counted_from", "calendar"),
    source="A source that says they received it (default: the letter's source)",
)
@desk_only()
@confirms_guesses
async def add(
    interaction: Interaction,
    letter: Transform[LetterRef, LetterToRecordOption(200)],
    jurisdictions: Transform[tuple[str, ...], PlaceNamesOption(4000)],
    kind: Transform[WrittenKind, KindOption] | None = None,
    state: Transform[str, StateOption(120)] | None = None,
    deadline: Transform[str, RecipientsDeadline(120)] | None = None,
    source: SourceArgument | None = None,
    counted_from: Transform[str, StartOption(120)] | None = None,
    calendar: CalendarArgument | None = None,
) -> None:
    named = NamedRecipients(
        jurisdictions, kind, state, DeadlineInput(deadline, counted_from, calendar), (source,) if source else ()
    )
    await load_gazetteer()  # before the transaction, which it would hold up
    async with recording(interaction) as session:
        added = await recipients.add_named_recipients(session, letter, named)
        new_places = [place.full_label for place in added.new_places]
        card = receipts.cases_receipt(added.letter, added.cases, new_places, added.operation, added.recounted)
    await answer(interaction, card, ephemeral=True)


@case.command(name="answer", description="Record an answer to the letter (desk)")
@app_commands.describe(
    **described(
        "chosen", "source", "on", "certainty", extent="How complete it is", text="What it says, in one or two sentences"
    )
)
@app_commands.rename(chosen="case")
@desk_only()
@confirms_guesses
async def answered(
    interaction: Interaction,
    chosen: CaseArgument,
    extent: Transform[Extent, ChosenOption(ANSWER_CHOICES)],
    source: SourceArgument,
    text: TextArgument,
    on: DayArgument | None = None,
    certainty: CertaintyArgument = Certainty.CONFIRMED,
) -> None:
    async with recording(interaction) as session:
        recorded = await case_events.record_answer(session, chosen, extent, EventReport(on, source, text, certainty))
        card = event_forms.receipt(recorded)
    await answer(interaction, card, ephemeral=True)


@case.command(name="extend", description="Record a new deadline for a case (desk)")
@app_commands.describe(
    **described(
        "chosen",
        "source",
        "counted_from",
        "calendar",
        deadline="The new deadline: a date, a date and time, +14 days (added to the old one), or a rule",
        granted_by="Who granted it",
        on="When it was granted: 2018-02-23, yesterday, by 2018-04-16 (default: today)",
    )
)
@app_commands.rename(chosen="case")
@desk_only()
@confirms_guesses
async def extend(
    interaction: Interaction,
    chosen: CaseArgument,
    deadline: Transform[str, NewDeadline(120)],
    granted_by: Transform[str, TextOption("Who granted it", 200)],
    source: SourceArgument,
    on: DayArgument | None = None,
    counted_from: Transform[str, CaseStartOption(120)] | None = None,
    calendar: CalendarArgument | None = None,
) -> None:
    typed = DeadlineInput(deadline, counted_from, calendar)
    async with recording(interaction) as session:
        extension = await case_events.extend_deadline(session, chosen, typed, granted_by, EventReport(on, source))
        remarks = receipts.extension_remarks(extension.before, extension.recorded.event)
        card = event_forms.receipt(extension.recorded, remarks)
    await answer(interaction, card, ephemeral=True)


@case.command(name="event", description="Record anything else that happened (desk); a form asks for the details")
@app_commands.describe(
    **described(
        "chosen", "source", "on", "certainty", kind="What happened: subpoena, grant withheld, lawsuit, ruling, statement …"
    ),
    consequence="Which consequence: one that the letter threatens, or another one",
    amount="An amount of money, like $252,157 or more than $2 million",
)
@app_commands.rename(chosen="case")
@desk_only(form=True)
@confirms_guesses
async def event(
    interaction: Interaction,
    chosen: CaseArgument,
    kind: Transform[tuple[FactMeaning, ...], FactKindOption(100, tuple(FactKind))],
    source: SourceArgument,
    on: DayArgument | None = None,
    certainty: CertaintyArgument = Certainty.CONFIRMED,
    amount: Transform[Amount, AmountOption(120)] | None = None,
    consequence: Transform[str, ConsequenceOption(100)] | None = None,
) -> None:
    async with reading(interaction) as session:
        reopening = any(meaning.kind is FactKind.REOPENED for meaning in kind)
        about = await case_events.case_for_event(session, chosen, reopening=reopening)
        when = on or case_events.today(session)
        form = event_forms.case_form(kind, about, session.now, consequence)

    title = f"#{chosen.number}: {form.title}"
    await CASE_EVENT.open(interaction, title, form.fields(), _EventOptions(chosen, when, source, certainty, amount, form))


async def _record_event(interaction: Interaction, form: Submitted[_EventOptions]) -> None:
    options, answers = form.state, form.answers
    report = EventReport(options.when, options.source, event_forms.text_of(answers), options.certainty, options.amount)
    detail = options.form.detail(answers)
    async with recording(interaction) as session:
        await form.use(session)
        card = event_forms.receipt(await case_events.record_event(session, options.chosen, detail, report))
    await answer(interaction, card, ephemeral=True)


CASE_EVENT = FormKind("event", _EventOptions, _record_event)


@case.command(name="close", description="Record that a case has ended (desk)")
@app_commands.describe(
    **described("chosen", "source", "on", "certainty", outcome="How it ended", text="What the source says about it")
)
@app_commands.rename(chosen="case")
@desk_only()
@confirms_guesses
async def close(
    interaction: Interaction,
    chosen: CaseArgument,
    outcome: Transform[Outcome, ChosenOption({outcome: outcome.value for outcome in Outcome})],
    source: SourceArgument,
    on: DayArgument | None = None,
    text: TextArgument | None = None,
    certainty: CertaintyArgument = Certainty.CONFIRMED,
) -> None:
    async with recording(interaction) as session:
        report = EventReport(on, source, text or "", certainty)
        card = event_forms.receipt(await case_events.close_case(session, chosen, outcome, report))
    await answer(interaction, card, ephemeral=True)
