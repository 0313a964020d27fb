"""/case correct and /case withdraw: what was recorded wrongly, at any age. Also behind the Correct buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.commands.case import SourceArgument, case
from bot.chat.commands.correction_forms import LONGEST_REASON, choosing_fields, fields_of, parts_of
from bot.chat.confirming import confirms_guesses
from bot.chat.correction_options import AnyCaseOption, EntryOption
from bot.chat.custom_ids import member, number_in, split
from bot.chat.forms import FormKind, Submitted
from bot.chat.kept_requests import KeptRequests, new_form_id
from bot.chat.responses import answer, turn
from bot.chat.session import Interaction, check_desk, decide_and_record, defer, desk_only, reading
from bot.chat.transformers import CaseOption, ChosenOption, TextOption
from bot.desk import correction_events, kept_forms
from bot.desk.correction_preview import changes_of, preview
from bot.desk.corrections import (
    CorrectionRequest,
    EventRef,
    PlannedCorrection,
    check_in_effect,
    check_replaceable,
    event_in,
    plan_correction,
    record_correction,
)
from bot.desk.guesses import Guess
from bot.desk.inputs import limited, read_source
from bot.desk.kept_forms import KeptForm
from bot.desk.lookups import CaseRef, one_case
from bot.desk.session import Session, WriteSession
from bot.desk.withdrawals import (
    PlannedTakingBack,
    WithdrawalRequest,
    plan_restoring,
    plan_withdrawal,
    record_taking_back,
)
from bot.record.corrections import How
from bot.record.errors import CaseError
from bot.record.events import Corrected
from bot.words import correction_refusals as refusals
from bot.words import corrections as words
from bot.words import errors
from bot.words.card import Button, Card, Style

Request = CorrectionRequest | WithdrawalRequest
Planned = PlannedCorrection | PlannedTakingBack
REQUESTS: KeptRequests[Request] = KeptRequests(correction=CorrectionRequest, withdrawal=WithdrawalRequest)


ReasonArgument = Transform[str, TextOption("The reason", LONGEST_REASON)]
AnyCaseArgument = Transform[CaseRef, AnyCaseOption(120)]


@case.command(name="correct", description="Correct what was recorded: replace it, take it back, or move it (desk)")
@app_commands.describe(
    chosen="Which case: type a number or a place",
    event="Which entry of it, newest first",
    how="What to do with it",
    reason="Why: it is shown in the history",
    to="Only for move: the case it belongs to",
    source="Its source, if it is another one: an address (https://…) or the title of the document",
)
@app_commands.rename(chosen="case")
@desk_only(form=True)
@confirms_guesses
async def correct(
    interaction: Interaction,
    chosen: AnyCaseArgument,
    event: Transform[str, EntryOption(100)],
    how: Transform[How, ChosenOption({how: how.value for how in How})],
    reason: ReasonArgument,
    to: Transform[CaseRef, CaseOption(120)] | None = None,
    source: SourceArgument | None = None,
) -> None:
    if to and how is not How.MOVE:
        raise CaseError(refusals.NO_TARGET)
    async with reading(interaction) as session:
        about = await correction_events.case_to_correct(session, chosen.number)
        request = CorrectionRequest(chosen, correction_events.event_named(about, event), how, reason, to, source)
    if how is How.REPLACE:
        await _open_part(interaction, request, 0)
    else:
        await _show(interaction, request)


@case.command(name="withdraw", description="Take back a case that should not be recorded, with all of it (desk)")
@app_commands.describe(
    chosen="Which case: type a number or a place",
    reason="Why: it is shown in the history",
    source="What says so: an address (https://…) or the title of the document",
)
@app_commands.rename(chosen="case")
@desk_only()
@confirms_guesses
async def withdraw(interaction: Interaction, chosen: AnyCaseArgument, reason: ReasonArgument, source: SourceArgument) -> None:
    await _show(interaction, WithdrawalRequest(chosen, reason, source))


@dataclass(frozen=True)
class _Filling:
    """A correction whose form is open."""

    request: CorrectionRequest
    part: int


@dataclass(frozen=True)
class _Choosing:
    """A case of which something is to be corrected; with the entry, if it is known."""

    case: CaseRef
    event: EventRef | None


async def _open_part(interaction: Interaction, request: CorrectionRequest, part: int) -> None:
    """Open a form that says what is recorded instead."""
    async with reading(interaction) as session:
        about = await correction_events.case_to_correct(session, request.case.number)
        event = event_in(about.events, request.event)
        check_in_effect(about, event)
        check_replaceable(event)
    if part >= len(parts_of(event)):
        raise CaseError(errors.CHANGED)
    title = f"#{about.number}: {words.plain_what(event)}"
    await FILLING.open(interaction, title, fields_of(event, part, request.answers), _Filling(request, part))


async def _filled(interaction: Interaction, form: Submitted[_Filling]) -> None:
    request = form.state.request
    await _show(interaction, replace(request, answers={**request.answers, **form.answers}))


FILLING = FormKind("fix", _Filling, _filled)


async def _open_choosing(interaction: Interaction, number: int, ref: EventRef | None) -> None:
    async with reading(interaction) as session:
        about = await correction_events.case_to_correct(session, number)
        options = correction_events.options_of(about)
        if ref is not None:
            check_in_effect(about, event_in(about.events, ref))
    if not options:
        raise CaseError(refusals.NOTHING_LEFT)
    shown = {} if ref else dict(list(options.items())[: correction_events.MOST])
    fields = choosing_fields(about, shown)
    await CHOOSING.open(
        interaction, f"Correct #{number} {about.place.label}", fields, _Choosing(CaseRef(about.id, number), ref)
    )


async def _chosen(interaction: Interaction, form: Submitted[_Choosing]) -> None:
    await defer(interaction)
    answers, state = form.answers, form.state
    how = member(How, answers.get("how", ""))
    to = answers.get("to", "").strip()
    if to and how is not How.MOVE:
        raise CaseError(refusals.NO_TARGET_IN_FORM)
    source = answers.get("source", "").strip()
    async with reading(interaction) as session:
        about = await correction_events.case_to_correct(session, state.case.number)
        ref = state.event or correction_events.event_named(about, answers.get("event", ""))
        target = await _target(session, to) if to else None
        reason = limited("The reason", answers["reason"], LONGEST_REASON)
        request = CorrectionRequest(state.case, ref, how, reason, target, read_source(source) if source else None)
        if how is How.REPLACE:
            event = event_in(about.events, ref)
            check_in_effect(about, event)
            check_replaceable(event)
    if how is How.REPLACE:
        form_id = await REQUESTS.keep(interaction, request)
        await answer(interaction, words.fill_in_card(about, event, f"fix:edit:{form_id}:0"), ephemeral=True)
    else:
        await _show(interaction, request)


async def _target(session: Session, typed: str) -> CaseRef:
    target = await one_case(session, typed)
    if isinstance(target, Guess):
        raise CaseError(f"{target.why} Write the number of the case to which it is moved, like #17.")
    return target


CHOOSING = FormKind("fixhow", _Choosing, _chosen)


async def _show(interaction: Interaction, request: Request) -> None:
    """Show what would change, and keep the request until that is decided."""
    await defer(interaction)
    async with reading(interaction) as session:
        planned = await _plan(session, request)
        form_id = new_form_id()
        card = await _card(session, planned, request, form_id)
    await REQUESTS.keep(interaction, request, form_id)
    await answer(interaction, card, ephemeral=True)


async def _plan(session: Session, request: Request) -> Planned:
    if isinstance(request, WithdrawalRequest):
        return await plan_withdrawal(session, request)
    about = await correction_events.case_to_correct(session, request.case.number)
    if isinstance(event_in(about.events, request.event).detail, Corrected):
        return await plan_restoring(session, request)
    return await plan_correction(session, request)


async def _card(session: Session, planned: Planned, request: Request, form_id: str, again: bool = False) -> Card:
    record = Button("Record", f"fix:record:{form_id}:{planned.digest}", style=Style.PRIMARY)
    leave = Button("Leave", "fix:leave:")
    if isinstance(planned, PlannedCorrection):
        parts = parts_of(planned.event) if planned.request.how is How.REPLACE else ()
        labels = ("Edit", "More fields")
        edits = tuple(Button(labels[part], f"fix:edit:{form_id}:{part}") for part in range(len(parts)))
        return words.preview_card(await preview(session, planned), (record, *edits, leave), again)
    return words.taking_back_cards(
        planned.case,
        planned.facts,
        request.reason,
        (replace(record, style=Style.DANGER), leave),
        is_withdrawal=isinstance(request, WithdrawalRequest),
        is_told=planned.is_told,
        again=again,
    )


async def press(interaction: Interaction, arguments: str) -> None:
    """fix:<what>:<arguments>: a button of a correction, or one that begins it."""
    what, _, rest = arguments.partition(":")
    handlers = {"record": _record, "edit": _edit, "leave": _leave, "event": _of_event, "case": _of_case}
    if what not in handlers:
        raise CaseError(errors.CHANGED)
    await handlers[what](interaction, rest)


async def _of_case(interaction: Interaction, number: str) -> None:
    """fix:case:<number> asks which entry of a case is to be corrected."""
    await check_desk(interaction)
    await _open_choosing(interaction, number_in(number), None)


async def _of_event(interaction: Interaction, arguments: str) -> None:
    """fix:event:<case's number>:<event>:<second in which it was recorded> asks how that entry is to be corrected."""
    number, event_id, recorded = split(arguments, 3)
    await check_desk(interaction)
    await _open_choosing(interaction, number_in(number), EventRef(number_in(event_id), number_in(recorded)))


async def _edit(interaction: Interaction, arguments: str) -> None:
    """fix:edit:<kept request>:<part> opens a form that says what is recorded instead."""
    form_id, part = split(arguments, 2)
    await check_desk(interaction)
    async with reading(interaction) as session:
        _, request = await REQUESTS.kept(interaction, session, form_id)
    if not isinstance(request, CorrectionRequest):
        raise CaseError(errors.CHANGED)
    await _open_part(interaction, request, number_in(part))


async def _leave(interaction: Interaction, _: str) -> None:
    await turn(interaction, words.nothing_corrected())


async def _record(interaction: Interaction, arguments: str) -> None:
    """fix:record:<kept request>:<digest> records what was shown; shows it again if it is something else now."""
    form_id, digest = split(arguments, 2)

    async def decide(session: Session) -> Card | tuple[KeptForm, Request, Planned]:
        form, request = await REQUESTS.kept(interaction, session, form_id)
        planned = await _plan(session, request)
        if planned.digest != digest:
            return await _card(session, planned, request, form_id, again=True)
        return form, request, planned

    async def record(session: WriteSession, decision: Card | tuple[KeptForm, Request, Planned]) -> Card:
        if isinstance(decision, Card):
            return decision
        form, request, planned = decision
        await kept_forms.use(session, form, is_stored=True)
        return await _recorded(session, request, planned)

    card = await decide_and_record(interaction, decide, record)
    await answer(interaction, card, ephemeral=True)


async def _recorded(session: WriteSession, request: Request, planned: Planned) -> Card:
    if isinstance(planned, PlannedCorrection):
        is_told = bool(planned.news) and session.server.announce and session.server.channel_id is not None
        recorded = await record_correction(session, planned)
        changes = changes_of(session, recorded)
        return words.corrected_receipt(planned.event, changes, len(planned.along), recorded.operation, is_told)
    taken_back = await record_taking_back(session, planned)
    return words.taken_back_receipt(
        taken_back.case,
        taken_back.case.at(session.now),
        taken_back.count,
        taken_back.operation,
        is_withdrawal=isinstance(request, WithdrawalRequest),
    )
