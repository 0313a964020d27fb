"""/case: what the desk records of one letter to one place."""

from __future__ import annotations

from discord import app_commands
from discord.app_commands import Choice, Range

from bot.chat import autocomplete, date_choices, deadline_inputs, inputs
from bot.chat.commands import event_form
from bot.chat.forms import Answers, Form
from bot.chat.recipients import record_recipients
from bot.chat.responses import answer, defer
from bot.chat.session import Interaction, check_desk, recording
from bot.record.events import Answer, Basis, Certainty, Closed, DeadlineSet, Extent, Outcome
from bot.record.places import PlaceKind
from bot.store.events import NewEvent
from bot.words.events import ANSWERS

case = app_commands.Group(name="case", description="Record what happened (desk)", guild_only=True)

Line = Range[str, 1, 120]
SourceText = Range[str, 1, 500]
EXTENTS = [Choice(name=words, value=extent.value) for extent, words in ANSWERS.items()]
OUTCOMES = [Choice(name=outcome.value, value=outcome.value) for outcome in Outcome]
CERTAINTIES = [
    Choice(name=one.value, value=one.value) for one in (Certainty.CONFIRMED, Certainty.REPORTED, Certainty.ANNOUNCED)
]
KINDS = [Choice(name=kind.words, value=kind.value) for kind in PlaceKind]
HOW = {
    "chosen": "Which case: type a number or a place",
    "source": "Where it stands: an address (https://…) or the title of the document",
    "on": "When: 2018-02-23, yesterday, 2018-02, by 2018-04-16 (today otherwise)",
    "counted_from": "The day (or moment) that a rule like 30 days is counted from",
    "calendar": "Whose weekends and holidays count for a rule, like US-CA (the server's otherwise)",
    "certainty": "How sure it is (confirmed otherwise)",
}


def how(*names: str, **more: str) -> dict[str, str]:
    return {**{name: HOW[name] for name in names}, **more}


@case.command(name="add", description="Record who received a letter (desk)")
@app_commands.describe(
    letter="Which letter: type a word of its title",
    jurisdictions="Known names, or new like Boulder, CO (city); several separated by semicolons",
    kind="The kind of new places that are written without one",
    state="The state of new places that are written without one",
    deadline="Their own deadline, where it is not the letter's: a date, or a rule like 20 business days",
    **how("counted_from", "calendar"),
    source="Where it stands that they received it (the letter's source otherwise)",
)
@app_commands.choices(kind=KINDS)
@app_commands.autocomplete(
    letter=autocomplete.letter_choices,
    jurisdictions=autocomplete.places_choices,
    state=autocomplete.state_choices,
    deadline=date_choices.recipients_deadline,
    counted_from=date_choices.start,
    calendar=autocomplete.calendar_choices,
)
async def add(
    interaction: Interaction,
    letter: Range[str, 1, 200],
    jurisdictions: Range[str, 1, 4000],
    kind: str | None = None,
    state: Line | None = None,
    deadline: Line | None = None,
    source: SourceText | None = None,
    counted_from: Line | None = None,
    calendar: Line | None = None,
) -> None:
    await defer(interaction)
    code = inputs.read_state(state) if state else None
    sources = (inputs.read_source(source),) if source else ()
    async with recording(interaction) as session:
        found = await inputs.one_letter(session, letter)
        by = await deadline_inputs.counting(session, found.sent.zone, counted_from, calendar)
        due = deadline_inputs.letter_deadline(deadline, found.sent, by) if deadline or by.chosen else found.deadline
        names = [name.strip() for name in jurisdictions.replace("\n", ";").split(";") if name.strip()]
        card = await record_recipients(session, found, names, PlaceKind(kind) if kind else None, code, due, sources)
    await answer(interaction, card, ephemeral=True)


@case.command(name="answer", description="Record an answer to the letter (desk)")
@app_commands.describe(
    **how("chosen", "source", "on", "certainty", extent="How far it goes", text="What it says, in one or two sentences")
)
@app_commands.choices(extent=EXTENTS, certainty=CERTAINTIES)
@app_commands.autocomplete(chosen=autocomplete.case_choices, on=date_choices.past)
@app_commands.rename(chosen="case")
async def answered(
    interaction: Interaction,
    chosen: Line,
    extent: str,
    source: SourceText,
    text: Range[str, 1, 1000],
    on: Line | None = None,
    certainty: str = Certainty.CONFIRMED.value,
) -> None:
    await defer(interaction)
    async with recording(interaction) as session:
        found = await inputs.one_case(session, chosen)
        when = deadline_inputs.not_before_letter(deadline_inputs.happened_on(session, on), found.letter, "An answer")
        said, origin = inputs.limited("The text", text), inputs.read_source(source)
        fact = NewEvent(when, Answer(Extent(extent)), said, (origin,), Certainty(certainty))
        card = await event_form.record(session, found, fact)
    await answer(interaction, card, ephemeral=True)


@case.command(name="extend", description="Record a new deadline for a case (desk)")
@app_commands.describe(
    **how(
        "chosen",
        "source",
        "counted_from",
        "calendar",
        deadline="The new deadline: a date, a date and time, +14 days (more than now), or a rule and counted_from",
        granted_by="Who granted it",
        on="When it was granted: 2018-02-23, yesterday, by 2018-04-16 (today otherwise)",
    )
)
@app_commands.autocomplete(
    chosen=autocomplete.case_choices,
    deadline=date_choices.new_deadline,
    on=date_choices.past,
    counted_from=date_choices.case_start,
    calendar=autocomplete.calendar_choices,
)
@app_commands.rename(chosen="case")
async def extend(
    interaction: Interaction,
    chosen: Line,
    deadline: Line,
    granted_by: Range[str, 1, 200],
    source: SourceText,
    on: Line | None = None,
    counted_from: Line | None = None,
    calendar: Line | None = None,
) -> None:
    await defer(interaction)
    async with recording(interaction) as session:
        found = await inputs.one_case(session, chosen)
        event_form.still_open(found, session.now)
        when = deadline_inputs.not_before_letter(deadline_inputs.happened_on(session, on), found.letter, "An extension")
        before = found.at(session.now).deadline
        by = await deadline_inputs.counting(session, (before or found.letter.sent).zone, counted_from, calendar)
        due = deadline_inputs.new_deadline(deadline, found, session.now, by, when)
        grantor, origin = inputs.limited("Who granted it", granted_by, 200), inputs.read_source(source)
        basis = Basis.EXTENSION if before else Basis.ORIGINAL
        fact = NewEvent(when, DeadlineSet(due, basis, grantor), "", (origin,))
        card = await event_form.record(session, found, fact, event_form.moved(before, due))
    await answer(interaction, card, ephemeral=True)


@case.command(name="event", description="Record anything else that happened (desk); a form asks for the details")
@app_commands.describe(
    **how("chosen", "source", "on", "certainty", kind="What happened", amount="Money it is about, like $252,157")
)
@app_commands.choices(kind=event_form.KINDS, certainty=CERTAINTIES)
@app_commands.autocomplete(chosen=autocomplete.case_choices, on=date_choices.past)
@app_commands.rename(chosen="case")
async def event(
    interaction: Interaction,
    chosen: Line,
    kind: str,
    source: SourceText,
    on: Line | None = None,
    certainty: str = Certainty.CONFIRMED.value,
    amount: Line | None = None,
) -> None:
    session = await check_desk(interaction)
    draft = event_form.Draft(
        kind, deadline_inputs.happened_on(session, on), inputs.read_source(source), certainty, inputs.read_amount(amount)
    )
    number, fields = await event_form.form_for(interaction, chosen, kind)

    async def submitted(interaction: Interaction, answers: Answers) -> None:
        await defer(interaction)
        async with recording(interaction) as session:
            found = await inputs.one_case(session, str(number))
            card = await event_form.record(session, found, event_form.fact_of(draft, answers))
        await answer(interaction, card, ephemeral=True)

    await interaction.response.send_modal(Form(f"#{number}: {kind}", fields, submitted))


@case.command(name="close", description="Record that a case has ended (desk)")
@app_commands.describe(**how("chosen", "source", "on", "certainty", outcome="How it ended", text="What is said about it"))
@app_commands.choices(outcome=OUTCOMES, certainty=CERTAINTIES)
@app_commands.autocomplete(chosen=autocomplete.case_choices, on=date_choices.past)
@app_commands.rename(chosen="case")
async def close(
    interaction: Interaction,
    chosen: Line,
    outcome: str,
    source: SourceText,
    on: Line | None = None,
    text: Range[str, 1, 1000] | None = None,
    certainty: str = Certainty.CONFIRMED.value,
) -> None:
    await defer(interaction)
    async with recording(interaction) as session:
        found = await inputs.one_case(session, chosen)
        event_form.still_open(found, session.now)
        when = deadline_inputs.not_before_letter(deadline_inputs.happened_on(session, on), found.letter, "An end")
        said = inputs.limited("The text", text) if text else ""
        fact = NewEvent(when, Closed(Outcome(outcome)), said, (inputs.read_source(source),), Certainty(certainty))
        card = await event_form.record(session, found, fact)
    await answer(interaction, card, ephemeral=True)
