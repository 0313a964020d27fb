"""/case: what the desk records of one letter to one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.bulk_preview import show_new
from bot.chat.case_options import CasesOption
from bot.chat.commands import event_forms
from bot.chat.confirming import confirms_guesses
from bot.chat.fact_options import AmountOption, ConsequenceOption, FactKindOption
from bot.chat.forms import FormKind, Submitted
from bot.chat.responses import answer
from bot.chat.session import Interaction, desk_only, reading, recording
from bot.chat.transformers import (
    CalendarOption,
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
from bot.record.bulk import Extension
from bot.record.deadlines.when import When
from bot.record.events import Amount, Answer, Certainty, Closed, Extent, Outcome
from bot.record.fact_words import FactKind, FactMeaning
from bot.record.place_kinds import WrittenKind
from bot.record.sources import Source
from bot.words import receipts
from bot.words.events import ANSWER_CHOICES
from bot.words.prose import plural

case = app_commands.Group(name="case", description="Record what happened (desk)", guild_only=True)

CasesArgument = Transform[tuple[CaseRef, ...], CasesOption(4000)]
SourceArgument = Transform[Source, SourceOption(500)]
DayArgument = Transform[When, HappenedOption(120)]
CalendarArgument = Transform[str, CalendarOption(120)]
TextArgument = Transform[str, TextOption("The text", 1000)]
CertaintyArgument = Transform[
    Certainty,
    ChosenOption({level: level.value for level in (Certainty.CONFIRMED, Certainty.REPORTED, Certainty.ANNOUNCED)}),
]
DESCRIPTIONS = {
    "chosen": "Which case: type a number or a place; several with semicolons, like #53; #54",
    "source": "Its source: an address (https://…) or the title of the document",
    "on": "When: 2018-02-23, yesterday, 2018-02, by 2018-04-16 (default: today)",
    "counted_from": "The day (or moment) that a rule like 30 days is counted from",
    "calendar": "Whose weekends and holidays count for a rule, like US-CA (default: the letter's, else the server's)",
    "certainty": "How certain it is (default: confirmed)",
    "quietly": "Record it without announcing it (default: announced)",
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
    #: Other cases in which the same is recorded.
    others: tuple[CaseRef, ...] = ()
    quietly: bool = False


def described(*names: str, **more: str) -> dict[str, str]:
    """The descriptions of options that several commands have, and those of others."""
    return {**{name: DESCRIPTIONS[name] for name in names}, **more}


def ids_of(chosen: Sequence[CaseRef]) -> list[int]:
    return [ref.id for ref in chosen]


@case.command(name="add", description="Record who received a letter (desk)")
@app_commands.describe(
    letter="Which letter: type a word of its title",
    jurisdictions="Known names, or new ones like Boulder, CO (city); separate several with semicolons",
    kind="The kind of new places that are written without one",
    state="The state of new places that are written without one",
    deadline="Their own deadline, if it is not the letter's: a date, or a rule like 20 business days",
    **described("counted_from", "calendar", "quietly"),
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
    quietly: bool = False,
) -> None:
    named = NamedRecipients(
        jurisdictions, kind, state, DeadlineInput(deadline, counted_from, calendar), (source,) if source else ()
    )
    await load_gazetteer()  # before the transaction, which it would hold up
    async with recording(interaction, quietly=quietly) as session:
        added = await recipients.add_named_recipients(session, letter, named)
        new_places = [place.full_label for place in added.new_places]
        card = receipts.cases_receipt(added.letter, added.cases, new_places, added.operation, added.recounted)
    await answer(interaction, card, ephemeral=True)


@case.command(name="answer", description="Record an answer to the letter (desk)")
@app_commands.describe(
    **described(
        *("chosen", "source", "on", "certainty", "quietly"),
        extent="How complete it is",
        text="What it says, in one or two sentences",
    )
)
@app_commands.rename(chosen="case")
@desk_only()
@confirms_guesses
async def answered(
    interaction: Interaction,
    chosen: CasesArgument,
    extent: Transform[Extent, ChosenOption(ANSWER_CHOICES)],
    source: SourceArgument,
    text: TextArgument,
    on: DayArgument | None = None,
    certainty: CertaintyArgument = Certainty.CONFIRMED,
    quietly: bool = False,
) -> None:
    report = EventReport(on, source, text, certainty)
    if len(chosen) > 1:
        await show_new(interaction, ids_of(chosen), Answer(extent), report, quietly=quietly)
        return
    async with recording(interaction, quietly=quietly) as session:
        recorded = await case_events.record_answer(session, chosen[0], extent, report)
        card = event_forms.receipt(recorded)
    await answer(interaction, card, ephemeral=True)


@case.command(name="extend", description="Record a new deadline for a case (desk)")
@app_commands.describe(
    **described(
        "chosen",
        "source",
        "counted_from",
        "calendar",
        "quietly",
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
    chosen: CasesArgument,
    deadline: Transform[str, NewDeadline(120)],
    granted_by: Transform[str, TextOption("Who granted it", 200)],
    source: SourceArgument,
    on: DayArgument | None = None,
    counted_from: Transform[str, CaseStartOption(120)] | None = None,
    calendar: CalendarArgument | None = None,
    quietly: bool = False,
) -> None:
    if len(chosen) > 1:
        extension_of_each = Extension(deadline, granted_by, counted_from, calendar)
        await show_new(interaction, ids_of(chosen), extension_of_each, EventReport(on, source), quietly=quietly)
        return
    typed = DeadlineInput(deadline, counted_from, calendar)
    async with recording(interaction, quietly=quietly) as session:
        extension = await case_events.extend_deadline(session, chosen[0], typed, granted_by, EventReport(on, source))
        remarks = receipts.extension_remarks(extension.before, extension.recorded.event)
        card = event_forms.receipt(extension.recorded, remarks)
    await answer(interaction, card, ephemeral=True)


@case.command(name="event", description="Record anything else that happened (desk); a form asks for the details")
@app_commands.describe(
    **described(
        *("chosen", "source", "on", "certainty", "quietly"),
        kind="What happened: subpoena, grant withheld, lawsuit, ruling, statement …",
    ),
    consequence="Which consequence: one that the letter threatens, or another one",
    amount="An amount of money, like $252,157 or more than $2 million",
)
@app_commands.rename(chosen="case")
@desk_only(form=True)
@confirms_guesses
async def event(
    interaction: Interaction,
    chosen: CasesArgument,
    kind: Transform[tuple[FactMeaning, ...], FactKindOption(100, tuple(FactKind))],
    source: SourceArgument,
    on: DayArgument | None = None,
    certainty: CertaintyArgument = Certainty.CONFIRMED,
    amount: Transform[Amount, AmountOption(120)] | None = None,
    consequence: Transform[str, ConsequenceOption(100)] | None = None,
    quietly: bool = False,
) -> None:
    async with reading(interaction) as session:
        reopening = any(meaning.kind is FactKind.REOPENED for meaning in kind)
        about = await case_events.cases_for_event(session, chosen, reopening=reopening)
        when = on or case_events.today(session)
        form = event_forms.case_form(kind, about, session.now, consequence)

    first, *others = chosen
    title = f"{plural(len(chosen), 'case') if others else f'#{first.number}'}: {form.title}"
    options = _EventOptions(first, when, source, certainty, amount, form, tuple(others), quietly)
    await CASE_EVENT.open(interaction, title, form.fields(), options)


async def _record_event(interaction: Interaction, form: Submitted[_EventOptions]) -> None:
    options, answers = form.state, form.answers
    report = EventReport(options.when, options.source, event_forms.text_of(answers), options.certainty, options.amount)
    detail = options.form.detail(answers)
    if options.others:
        await show_new(interaction, ids_of((options.chosen, *options.others)), detail, report, quietly=options.quietly)
        return
    async with recording(interaction, quietly=options.quietly) as session:
        await form.use(session)
        card = event_forms.receipt(await case_events.record_event(session, options.chosen, detail, report))
    await answer(interaction, card, ephemeral=True)


CASE_EVENT = FormKind("event", _EventOptions, _record_event)


@case.command(name="close", description="Record that a case has ended (desk)")
@app_commands.describe(
    **described("chosen", "source", "on", "certainty", "quietly", outcome="How it ended", text="What the source says about it")
)
@app_commands.rename(chosen="case")
@desk_only()
@confirms_guesses
async def close(
    interaction: Interaction,
    chosen: CasesArgument,
    outcome: Transform[Outcome, ChosenOption({outcome: outcome.value for outcome in Outcome})],
    source: SourceArgument,
    on: DayArgument | None = None,
    text: TextArgument | None = None,
    certainty: CertaintyArgument = Certainty.CONFIRMED,
    quietly: bool = False,
) -> None:
    report = EventReport(on, source, text or "", certainty)
    if len(chosen) > 1:
        await show_new(interaction, ids_of(chosen), Closed(outcome), report, quietly=quietly)
        return
    async with recording(interaction, quietly=quietly) as session:
        card = event_forms.receipt(await case_events.close_case(session, chosen[0], outcome, report))
    await answer(interaction, card, ephemeral=True)
