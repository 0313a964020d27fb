"""/place correct: what was recorded wrongly of a place apart from any letter, at any age."""

from __future__ import annotations

from dataclasses import dataclass, replace

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.commands.case import SourceArgument
from bot.chat.commands.correction_forms import LONGEST_REASON, fields_of, parts_of
from bot.chat.commands.place import place
from bot.chat.confirming import confirms_guesses
from bot.chat.correction_options import PlaceEntryOption
from bot.chat.custom_ids import number_in, split
from bot.chat.forms import FormKind, Submitted
from bot.chat.kept_requests import KeptRequests, new_form_id
from bot.chat.responses import answer
from bot.chat.session import Interaction, check_desk, decide_and_record, defer, desk_only, reading
from bot.chat.transformers import ChosenOption, PlaceOption, TextOption
from bot.desk import correction_events, kept_forms
from bot.desk.corrections import check_replaceable
from bot.desk.kept_forms import KeptForm
from bot.desk.place_corrections import (
    PlaceCorrectionRequest,
    PlannedPlaceCorrection,
    event_to_correct,
    facts_of,
    is_posted,
    place_preview,
    plan_place_correction,
    record_place_correction,
)
from bot.desk.session import Session, WriteSession
from bot.record.corrections import How
from bot.record.errors import CaseError
from bot.words import corrections as words
from bot.words import errors
from bot.words.card import Button, Card, Style

REQUESTS: KeptRequests[PlaceCorrectionRequest] = KeptRequests(placecorrection=PlaceCorrectionRequest)
_HOWS = {how: how.value for how in (How.REPLACE, How.TAKE_BACK)}


@dataclass(frozen=True)
class _Filling:
    """A correction whose form is open."""

    request: PlaceCorrectionRequest
    part: int


@place.command(name="correct", description="Correct what was recorded of a place apart from any letter (desk)")
@app_commands.describe(
    jurisdiction="A state, county or city: type a few letters",
    event="Which entry of it, newest first",
    how="What to do with it",
    reason="Why: it is shown in the history",
    source="Its source, if it is another one: an address (https://…) or the title of the document",
)
@desk_only(form=True)
@confirms_guesses
async def correct(
    interaction: Interaction,
    jurisdiction: Transform[int, PlaceOption(120)],
    event: Transform[str, PlaceEntryOption(100)],
    how: Transform[How, ChosenOption(_HOWS)],
    reason: Transform[str, TextOption("The reason", LONGEST_REASON)],
    source: SourceArgument | None = None,
) -> None:
    async with reading(interaction) as session:
        ref = correction_events.fact_named(await facts_of(session, jurisdiction), event)
    request = PlaceCorrectionRequest(jurisdiction, ref, how, reason, source)
    await (_open_part(interaction, request, 0) if how is How.REPLACE else _show(interaction, request))


async def _open_part(interaction: Interaction, request: PlaceCorrectionRequest, part: int) -> None:
    """Open a form that says what is recorded instead."""
    async with reading(interaction) as session:
        about, event = await event_to_correct(session, request.place_id, request.event)
    check_replaceable(event)
    if part >= len(parts_of(event)):
        raise CaseError(errors.CHANGED)
    fields = tuple(field for field in fields_of(event, part, request.answers) if field.name != "stops")
    await FILLING.open(interaction, f"{about.label}: {words.plain_what(event)}", fields, _Filling(request, part))


async def _filled(interaction: Interaction, form: Submitted[_Filling]) -> None:
    request = form.state.request
    await _show(interaction, replace(request, answers={**request.answers, **form.answers}))


FILLING = FormKind("pfix", _Filling, _filled)


async def _show(interaction: Interaction, request: PlaceCorrectionRequest) -> None:
    """Show what would change, and keep the request until that is decided."""
    await defer(interaction)
    form_id = new_form_id()
    async with reading(interaction) as session:
        card = _card(session, await plan_place_correction(session, request), form_id)
    await REQUESTS.keep(interaction, request, form_id)
    await answer(interaction, card, ephemeral=True)


def _card(session: Session, planned: PlannedPlaceCorrection, form_id: str, again: bool = False) -> Card:
    parts = parts_of(planned.event) if planned.new else ()
    buttons = (
        Button("Record", f"pfix:record:{form_id}:{planned.digest}", style=Style.PRIMARY),
        *(Button(("Edit", "More fields")[part], f"pfix:edit:{form_id}:{part}") for part in range(len(parts))),
        Button("Leave", "fix:leave:"),
    )
    return words.place_preview_card(place_preview(session, planned), buttons, again)


async def press(interaction: Interaction, arguments: str) -> None:
    """pfix:edit:<kept request>:<part> opens a form; pfix:record:<kept request>:<digest> records what was shown."""
    what, form_id, rest = split(arguments, 3)
    if what == "edit":
        await check_desk(interaction)
        async with reading(interaction) as session:
            _, request = await REQUESTS.kept(interaction, session, form_id)
        await _open_part(interaction, request, number_in(rest))
    elif what == "record":
        await _record(interaction, form_id, rest)
    else:
        raise CaseError(errors.CHANGED)


async def _record(interaction: Interaction, form_id: str, digest: str) -> None:
    async def decide(session: Session) -> Card | tuple[KeptForm, PlannedPlaceCorrection]:
        form, request = await REQUESTS.kept(interaction, session, form_id)
        planned = await plan_place_correction(session, request)
        return (form, planned) if planned.digest == digest else _card(session, planned, form_id, again=True)

    async def record(session: WriteSession, decision: Card | tuple[KeptForm, PlannedPlaceCorrection]) -> Card:
        if isinstance(decision, Card):
            return decision
        form, planned = decision
        await kept_forms.use(session, form, is_stored=True)
        operation = await record_place_correction(session, planned)
        return words.place_corrected_receipt(planned.place, planned.event, operation, is_posted(session, planned))

    card = await decide_and_record(interaction, decide, record)
    await answer(interaction, card, ephemeral=True)
