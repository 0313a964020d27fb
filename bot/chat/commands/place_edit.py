"""/place edit and /place merge: what is recorded of a place is changed, after a preview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate

from discord import app_commands
from discord.app_commands import Transform

from bot.chat.commands.place import place
from bot.chat.confirming import confirms_guesses
from bot.chat.custom_ids import number_in, split
from bot.chat.forms import LONGEST, Field, FormKind, Submitted
from bot.chat.kept_requests import key_of
from bot.chat.responses import answer
from bot.chat.session import Interaction, decide_and_record, desk_only, reading, recording
from bot.chat.transformers import PlaceOption, SourceOption, TextOption
from bot.desk import kept_edits, place_edits, place_merge
from bot.desk.inputs import limited, read_lines
from bot.desk.lookups import place_with_id
from bot.desk.new_places import LONGEST_NAME
from bot.desk.place_edits import PlaceEdit, with_old_name
from bot.desk.place_merge import MergePreview, PlaceMerge
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.record.place_kinds import PlaceKind
from bot.record.places import Jurisdiction
from bot.record.sources import Source
from bot.words import place_edits as words
from bot.words.card import Card
from bot.words.revisions import OUT_OF_DATE

KINDS = tuple((kind.value, kind.words) for kind in PlaceKind)


@dataclass(frozen=True)
class _Options:
    """What was given beside the form, and the place as the form shows it."""

    before: Jurisdiction
    reason: str
    source: Source | None
    quietly: bool


@place.command(name="edit", description="Change a place's name, kind, other names or division id (desk); a form opens")
@app_commands.describe(
    jurisdiction="A state, county or city: type a few letters",
    reason="Why, like: the name was mistyped",
    source="What the change rests on: an address (https://…) or the title of the document",
    quietly="Change it without announcing it (default: announced)",
)
@desk_only(form=True)
@confirms_guesses
async def edit(
    interaction: Interaction,
    jurisdiction: Transform[int, PlaceOption(120)],
    reason: Transform[str, TextOption("The reason", 500)] | None = None,
    source: Transform[Source, SourceOption(500)] | None = None,
    quietly: bool = False,
) -> None:
    async with reading(interaction) as session:
        before = await place_with_id(session, jurisdiction)
    await PLACE_EDIT.open(
        interaction, f"Change: {before.label}", _fields(before), _Options(before, reason or "", source, quietly)
    )


def _fields(before: Jurisdiction) -> tuple[Field, ...]:
    shown = _shown_aliases(before)
    others = len(before.aliases) - len(shown)
    hint = f"One per line. {others:,} more, which do not fit here, stay" if others else "One per line"
    aliases = "\n".join(shown)
    return (
        Field("name", "Name", "Without the state. The old name stays among the other names", limit=200, value=before.name),
        Field("kind", "Kind", choices=KINDS, value=before.kind.value),
        Field("aliases", "Other names", hint, True, False, LONGEST if others else max(1000, len(aliases)), value=aliases),
        Field("ocd_id", "Division id", "Like ocd-division/country:us/state:ny", False, False, 200, value=before.ocd_id),
    )


def _shown_aliases(before: Jurisdiction) -> tuple[str, ...]:
    """The first of the other names: as many as a form takes."""
    ends = accumulate(len(alias) + 1 for alias in before.aliases)
    return before.aliases[: sum(end - 1 <= LONGEST for end in ends)]


async def _submitted(interaction: Interaction, form: Submitted[_Options]) -> None:
    options, answers = form.state, form.answers
    before = options.before
    name = before.name if answers["name"].strip() == before.name else limited("The name", answers["name"], LONGEST_NAME)
    written = read_lines("The other names", answers["aliases"], limit=200, most=max(50, len(before.aliases)))
    after = replace(
        before,
        name=name,
        kind=_kind(answers["kind"]),
        aliases=with_old_name(before, name, (*written, *before.aliases[len(_shown_aliases(before)) :])),
        ocd_id=answers["ocd_id"].strip().casefold(),
    )
    edited = PlaceEdit(before, after, options.reason, options.source, options.quietly)
    async with recording(interaction) as session:
        await form.use(session)
        await place_edits.check_edit(session, edited)
        kept_id = await kept_edits.PLACE.keep(session, edited, interaction.user.id, interaction.client.drafts_for)
    press = f"editplace:{kept_id}:{edited.digest}"
    before_and_after = edited.changes
    await answer(
        interaction,
        words.edit_preview(before.full_label, *before_and_after, options.reason, options.source, press),
        ephemeral=True,
    )


def _kind(value: str) -> PlaceKind:
    try:
        return PlaceKind(value)
    except ValueError as unknown:
        raise CaseError(f"“{value}” is not one of the kinds. Choose one from the list.") from unknown


PLACE_EDIT = FormKind("placeedit", _Options, _submitted)


async def record_edit(interaction: Interaction, arguments: str) -> None:
    """editplace:<kept>:<digest> records the change that was shown."""
    kept_id, digest = split(arguments, 2)
    key = key_of(interaction, number_in(kept_id))
    async with recording(interaction) as session:
        edited = await kept_edits.PLACE.kept(session, key)
        if edited.digest != digest:
            raise CaseError(OUT_OF_DATE)
        await kept_edits.PLACE.drop(session, key)
        recorded = await place_edits.record_edit(session, edited)
        card = words.edit_receipt(recorded.place.full_label, *edited.changes, recorded.revision.operation)
    await answer(interaction, card, ephemeral=True)


@place.command(name="merge", description="Two recorded places are one: the first becomes a part of the second (desk)")
@app_commands.describe(
    jurisdiction="The place that goes: its cases, facts and names go to the other one",
    into="The place that stays",
    reason="Why, like: they were recorded under two names",
    source="What the merge rests on: an address (https://…) or the title of the document",
    quietly="Merge them without announcing it (default: announced)",
)
@desk_only()
@confirms_guesses
async def merge(
    interaction: Interaction,
    jurisdiction: Transform[int, PlaceOption(120)],
    into: Transform[int, PlaceOption(120)],
    reason: Transform[str, TextOption("The reason", 500)] | None = None,
    source: Transform[Source, SourceOption(500)] | None = None,
    quietly: bool = False,
) -> None:
    wanted = PlaceMerge(jurisdiction, into, reason or "", source, quietly)
    async with recording(interaction) as session:
        shown = await place_merge.preview(session, wanted)
        kept_id = await kept_edits.MERGE.keep(session, wanted, interaction.user.id, interaction.client.drafts_for)
    press = f"mergeplace:{kept_id}:{shown.digest}"
    names = shown.place, shown.into
    card = words.merge_preview(*names, shown.cases, shown.facts, shown.new_names, wanted.reason, press)
    await answer(interaction, card, ephemeral=True)


async def record_merge(interaction: Interaction, arguments: str) -> None:
    """mergeplace:<kept>:<digest> records the merge that was shown."""
    kept_id, digest = split(arguments, 2)
    key = key_of(interaction, number_in(kept_id))

    async def decide(session: Session) -> MergePreview:
        shown = await place_merge.preview(session, await kept_edits.MERGE.kept(session, key))
        if shown.digest != digest:
            raise CaseError(OUT_OF_DATE)
        return shown

    async def record(session: WriteSession, shown: MergePreview) -> Card:
        await kept_edits.MERGE.drop(session, key)
        merged = await place_merge.record_merge(session, shown)
        return words.merge_receipt(merged.place, merged.into, merged.moved, merged.revision.operation)

    await answer(interaction, await decide_and_record(interaction, decide, record), ephemeral=True)
