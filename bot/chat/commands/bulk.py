"""/case bulk: one thing in many cases of a letter, with one form and one preview."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.bulk_preview import show_new
from bot.chat.case_options import WhichOption
from bot.chat.commands.case import DESCRIPTIONS, case
from bot.chat.commands.event_forms import consequence_named
from bot.chat.confirming import confirms_guesses
from bot.chat.forms import Answers, Field, FormKind, Submitted
from bot.chat.session import Interaction, desk_only, reading
from bot.chat.transformers import ChosenOption, LetterToRecordOption
from bot.desk import inputs
from bot.desk.case_events import EventReport
from bot.desk.deadlines import happened_on
from bot.desk.lookups import LetterRef, letter_again
from bot.desk.which_cases import cases_chosen, count_chosen
from bot.record.bulk import BatchFact, Extension
from bot.record.errors import CaseError
from bot.record.events import (
    Answer,
    Certainty,
    Closed,
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    Extent,
    Finding,
    Note,
    Outcome,
    Result,
)
from bot.words.events import ANSWER_CHOICES, FINDINGS, STATES, STEPS
from bot.words.prose import plural

EnumT = TypeVar("EnumT", bound=StrEnum)
STOPS = "+stops"  # behind a step in court that stops the clock


class BulkKind(StrEnum):
    """What can be recorded in many cases of a letter."""

    ANSWER = "answer"
    EXTENSION = "extension"
    FINDING = "finding"
    CONSEQUENCE = "consequence"
    COURT = "court"
    NOTE = "note"
    CLOSE = "close"


TITLES = {
    BulkKind.ANSWER: "An answer",
    BulkKind.EXTENSION: "A new deadline",
    BulkKind.FINDING: "A finding",
    BulkKind.CONSEQUENCE: "A consequence",
    BulkKind.COURT: "In court",
    BulkKind.NOTE: "A note",
    BulkKind.CLOSE: "The end",
}
SOURCE = Field("source", "Source", "An address (https://…) or the title of the document", limit=500)
ON = Field("on", "When", "2018-02-23, yesterday, 2018-02, by 2018-04-16; today if empty", required=False, limit=120)
TEXT = Field("text", "What happened", "In one or two sentences, who said or did what", long=True)
CERTAINTY = Field(
    "certainty",
    "How certain it is",
    required=False,
    choices=tuple((each.value, each.value) for each in (Certainty.CONFIRMED, Certainty.REPORTED, Certainty.ANNOUNCED)),
)


@dataclass(frozen=True)
class _BulkOptions:
    """What the form was opened with."""

    letter: LetterRef
    which: str
    what: BulkKind
    #: The consequences that the letter threatens.
    threatened: tuple[str, ...] = ()
    quietly: bool = False


@case.command(name="bulk", description="Record one thing in many cases of a letter (desk); a form asks for the details")
@app_commands.describe(
    letter="Which letter: type a word of its title",
    which="open, overdue, awaiting, refused, picked, a state, or #1-#40; several with semicolons",
    what="What happened",
    quietly=DESCRIPTIONS["quietly"],
)
@desk_only(form=True)
@confirms_guesses
async def bulk(
    interaction: Interaction,
    letter: Transform[LetterRef, LetterToRecordOption(200)],
    which: Transform[str, WhichOption(1000)],
    what: Transform[BulkKind, ChosenOption({kind: kind.value for kind in BulkKind})],
    quietly: bool = False,
) -> None:
    await open_form(interaction, letter, which, what, quietly)


async def open_form(interaction: Interaction, letter: LetterRef, which: str, what: BulkKind, quietly: bool = False) -> None:
    """Ask for the details of what happened in these cases; then they are shown."""
    async with reading(interaction) as session:
        count = await count_chosen(session, letter, which)
        threatened = (await letter_again(session, letter)).threatened
    title = f"{TITLES[what]}: {plural(count, 'case') if count else which}"
    await BULK.open(interaction, title, _fields(what, threatened), _BulkOptions(letter, which, what, threatened, quietly))


async def _preview(interaction: Interaction, form: Submitted[_BulkOptions]) -> None:
    options, answers = form.state, form.answers
    fact = _fact(options, answers)
    needs_text = options.what not in (BulkKind.EXTENSION, BulkKind.CLOSE)
    text = inputs.limited("What happened", answers["text"]) if needs_text else answers.get("text", "").strip()
    certainty = _chosen(Certainty, answers.get("certainty") or Certainty.CONFIRMED)
    async with reading(interaction) as session:
        report = EventReport(happened_on(session, answers["on"]), inputs.read_source(answers["source"]), text, certainty)
        which, case_ids = await cases_chosen(session, options.letter, options.which)
    await show_new(interaction, case_ids, fact, report, picks=which.picked, quietly=options.quietly)


BULK = FormKind("bulk", _BulkOptions, _preview)


def _fields(what: BulkKind, threatened: tuple[str, ...]) -> tuple[Field, ...]:
    """The rows of a form, at most five."""
    match what:
        case BulkKind.ANSWER:
            extents = tuple((extent.value, words) for extent, words in ANSWER_CHOICES.items())
            return (Field("extent", "How complete it is", choices=extents), TEXT, SOURCE, ON, CERTAINTY)
        case BulkKind.EXTENSION:
            hint = "A date, a date and time, +14 days (added to each case's own), or a rule"
            start = Field("counted_from", "Counted from", "The day that a rule like 30 days is counted from", required=False)
            by = Field("granted_by", "Who granted it", limit=200)
            return (Field("deadline", "The new deadline", hint, limit=120), by, SOURCE, ON, start)
        case BulkKind.FINDING:
            results = tuple((result.value, words) for result, words in FINDINGS.items())
            return (Field("result", "What was found", choices=results), TEXT, SOURCE, ON, CERTAINTY)
        case BulkKind.CONSEQUENCE:
            states = tuple((state.value, words) for state, words in STATES.items())
            hint = f"The letter threatens: {'; '.join(threatened)}" if threatened else "Like: subpoena"
            name = Field("name", "Which consequence", hint, limit=100, value=threatened[0] if len(threatened) == 1 else "")
            return (name, Field("state", "What became of it", choices=states), TEXT, SOURCE, ON)
        case BulkKind.COURT:
            where = Field("court", "Court; docket number", "N.D. Cal.; 3:17-cv-05701", required=False, limit=211)
            return (Field("step", "What happened in court", choices=_steps()), where, TEXT, SOURCE, ON)
        case BulkKind.NOTE:
            return (TEXT, SOURCE, ON, CERTAINTY)
        case BulkKind.CLOSE:
            outcomes = tuple((outcome.value, outcome.value) for outcome in Outcome)
            said = Field("text", "What the source says about it", required=False, long=True)
            return (Field("outcome", "How it ended", choices=outcomes), said, SOURCE, ON, CERTAINTY)


def _steps() -> tuple[tuple[str, str], ...]:
    """Each step in court, and again with the clock stopped."""
    steps = tuple((step.value, words) for step, words in STEPS.items())
    return steps + tuple((f"{step}{STOPS}", f"{words}; the clock stops while the suit is pending") for step, words in steps)


def _fact(options: _BulkOptions, answers: Answers) -> BatchFact:
    """What the filled form says; CaseError for what is wrong with it."""
    match options.what:
        case BulkKind.ANSWER:
            return Answer(_chosen(Extent, answers["extent"]))
        case BulkKind.EXTENSION:
            deadline = inputs.limited("The new deadline", answers["deadline"], 120)
            granted_by = inputs.limited("Who granted it", answers["granted_by"], 200)
            return Extension(deadline, granted_by, answers["counted_from"].strip() or None)
        case BulkKind.FINDING:
            return Finding(_chosen(Result, answers["result"]))
        case BulkKind.CONSEQUENCE:
            return Consequence(
                consequence_named(answers["name"], options.threatened), _chosen(ConsequenceState, answers["state"])
            )
        case BulkKind.COURT:
            step = answers["step"].removesuffix(STOPS)
            court, docket = _court_and_docket(answers["court"])
            return Court(_chosen(CourtStep, step), court, docket, answers["step"] != step)
        case BulkKind.CLOSE:
            return Closed(_chosen(Outcome, answers["outcome"]))
        case BulkKind.NOTE:
            return Note()


def _court_and_docket(typed: str) -> tuple[str, str]:
    """ "N.D. Cal.; 3:17-cv-05701": without a semicolon it is the court, or the docket if it begins with a number."""
    court, separator, docket = (part.strip() for part in typed.strip().partition(";"))
    if not separator and court[:1].isdigit():
        court, docket = "", court
    if court:
        court = inputs.limited("The court", court, 150)
    return court, inputs.limited("The docket number", docket, 60) if docket else ""


def _chosen(kind: type[EnumT], value: str) -> EnumT:
    try:
        return kind(value)
    except ValueError as unknown:
        raise CaseError("Choose one from the list.") from unknown
