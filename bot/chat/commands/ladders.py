"""/settings ladder: which alerts a server posts, and which a letter has of its own. Manage Server only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Transform

from bot.chat.commands.settings import check_pinged, check_writable, settings
from bot.chat.custom_ids import member, number_in, split
from bot.chat.responses import answer, turn
from bot.chat.session import Interaction, managers_only, managing, reading
from bot.chat.transformers import LetterOption, SuggestingOption
from bot.desk import ladders as desk
from bot.desk import lookups
from bot.desk.ladders import LadderPreview, LadderStep, WantedLadder
from bot.desk.lookups import LetterRef
from bot.desk.session import Session
from bot.desk.suggestions import Suggestions
from bot.record.case import Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.ladder import MONTHLY, PASSED, STILL_WATCHING, WEEKLY, YEARLY, Ladder, Rung, after, before, rung_named, standing
from bot.record.rung_words import read_when, when_words
from bot.words import errors
from bot.words import ladders as words
from bot.words.card import Card, Text

ladder = app_commands.Group(name="ladder", description="When alerts are posted before and after a deadline", parent=settings)
#: What is offered before anything is typed.
OFFERED = (
    *(before(days) for days in (60, 45, 30, 21, 14, 10, 7, 5, 3, 2, 1, 0)),
    PASSED,
    *(after(days) for days in (3, 7, 14, 21, 30, 60, 90)),
    *(MONTHLY, YEARLY, WEEKLY, STILL_WATCHING),
)
Letters = LetterOption(100)


class RungOption(SuggestingOption):
    """A rung that may be added: a Rung."""

    async def transform(self, interaction: Interaction, value: str, /) -> Rung:
        return read_when(value)

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        on_ladder = await _ladder_beside(interaction, session)
        offered = [rung for rung in OFFERED if rung.name not in {other.name for other in on_ladder}]
        return _matching(offered, current) or _matching([read_when(current)], "")


class OwnRungOption(RungOption):
    """A rung that is on the ladder: a Rung."""

    async def suggested(self, interaction: Interaction, session: Session, current: str) -> Suggestions:
        return _matching(await _ladder_beside(interaction, session), current) or _matching([read_when(current)], "")


async def _ladder_beside(interaction: Interaction, session: Session) -> Ladder:
    """That of the letter in the option beside, or of the server."""
    typed = interaction.namespace.letter
    own = session.server.ladder_of(await lookups.one_letter(session, typed)) if typed else session.server.ladder
    return standing(own)


def _matching(rungs: Any, current: str) -> Suggestions:
    wanted = " ".join(current.casefold().split())
    return {when_words(rung): when_words(rung) for rung in rungs if wanted in when_words(rung)}


@ladder.command(name="show", description="When alerts are posted, with the dates of a letter")
@app_commands.describe(letter="A letter (default: the server's ladder)")
@managers_only()
async def show(interaction: Interaction, letter: Transform[LetterRef, Letters] | None = None) -> None:
    shown = await _shown(interaction, letter)
    follows = shown.letter is not None and shown.letter.ladder is None
    card = words.ladder_card(shown.letter, shown.before, follows, _sample(shown), shown.posting)
    await answer(interaction, card, ephemeral=True)


@ladder.command(name="preview", description="The dates of a letter by the ladder now and by the default one, side by side")
@app_commands.describe(letter="A letter (default: the newest one with a deadline)")
@managers_only()
async def preview(interaction: Interaction, letter: Transform[LetterRef, Letters] | None = None) -> None:
    shown = await _shown(interaction, letter)
    card = words.comparison_card(shown.letter, shown.before, shown.after, _sample(shown), shown.posting)
    await answer(interaction, card, ephemeral=True)


@ladder.command(name="add", description="Post one more alert; the change is shown before it is recorded")
@app_commands.describe(
    when="Like 14 days before, the day, passed, 30 days after, monthly after",
    letter="Only for this letter",
    channel="Where (default: the channel for alerts)",
    role="Whom it pings (default: the role of /settings escalation)",
    loud="Whether it pings anybody (default: only passed, or with a role)",
)
@managers_only()
async def add(
    interaction: Interaction,
    when: Transform[Rung, RungOption(60)],
    letter: Transform[LetterRef, Letters] | None = None,
    channel: discord.TextChannel | None = None,
    role: discord.Role | None = None,
    loud: bool | None = None,
) -> None:
    if channel:
        check_writable(interaction, channel)
    notes = check_pinged(interaction, role) if role else ()
    is_loud = (when.loud or role is not None) if loud is None else loud
    rung = replace(when, loud=is_loud, channel_id=channel.id if channel else None, role_id=role.id if role else None)
    await _propose(interaction, WantedLadder(LadderStep.ADD, _id(letter), rung), notes)


@ladder.command(name="remove", description="Post one alert fewer; the change is shown before it is recorded")
@app_commands.describe(when="An alert of the ladder", letter="Only for this letter")
@managers_only()
async def remove(
    interaction: Interaction,
    when: Transform[Rung, OwnRungOption(60)],
    letter: Transform[LetterRef, Letters] | None = None,
) -> None:
    await _propose(interaction, WantedLadder(LadderStep.REMOVE, _id(letter), when))


@ladder.command(name="reset", description="Take the default ladder, or for a letter the server's; shown before it is recorded")
@app_commands.describe(letter="Only for this letter, which then has the server's ladder")
@managers_only()
async def reset(interaction: Interaction, letter: Transform[LetterRef, Letters] | None = None) -> None:
    await _propose(interaction, WantedLadder(LadderStep.RESET, _id(letter)))


async def record(interaction: Interaction, arguments: str) -> None:
    """ladder:<step>:<letter>:<rung>:<channel>:<role>:<loud>:<digest> records what was shown."""
    *parts, digest = split(arguments, 7)
    wanted = _wanted(parts)
    async with managing(interaction) as session:
        if wanted.step is LadderStep.ADD and wanted.rung:
            _check_there(interaction, wanted.rung)
        change = await desk.record_change(session, wanted, digest)
    interaction.client.changed(session.server.id)
    card = words.changed_receipt(change.letter, change.before, change.after, change.follows, change.operation)
    await answer(interaction, card, ephemeral=True)


def _check_there(interaction: Interaction, rung: Rung) -> None:
    """CaseError if the channel or role of a rung is none of this server that the bot can use, now that it is recorded."""
    guild = interaction.guild
    assert guild is not None
    if rung.channel_id is not None:
        channel = guild.get_channel(rung.channel_id)
        if not isinstance(channel, discord.TextChannel):
            raise CaseError(errors.UNSEEN_CHANNEL)
        check_writable(interaction, channel)
    if rung.role_id is not None:
        role = guild.get_role(rung.role_id)
        if role is None:
            raise CaseError("That role does not exist on this server. Use the command again with another one.")
        check_pinged(interaction, role)


async def leave(interaction: Interaction, _: str) -> None:
    """ladderstay: changes nothing. The preview goes."""
    await turn(interaction, Card((Text(words.LEFT),)))


async def _shown(interaction: Interaction, letter: LetterRef | None) -> LadderPreview:
    async with reading(interaction) as session:
        return await desk.shown_ladder(session, _id(letter))


async def _propose(interaction: Interaction, wanted: WantedLadder, notes: tuple[str, ...] = ()) -> None:
    async with reading(interaction) as session:
        shown = await desk.preview(session, wanted)
    if shown.changes:
        press = f"ladder:{_code(wanted)}:{shown.digest}"
        card = words.change_card(shown.letter, shown.before, shown.after, _sample(shown), shown.posting, press, notes)
    else:
        card = words.no_change(shown.letter)
    await answer(interaction, card, ephemeral=True)


def _sample(shown: LadderPreview) -> tuple[Letter, Deadline] | None:
    return (shown.sample.letter, shown.sample.deadline) if shown.sample else None


def _id(letter: LetterRef | None) -> int | None:
    return letter.id if letter else None


def _code(wanted: WantedLadder) -> str:
    """In a custom_id, which has at most 100 characters: ids have at most 20."""
    rung = wanted.rung
    parts = [wanted.step.value, str(wanted.letter_id or "")]
    parts += [rung.name, str(rung.channel_id or ""), str(rung.role_id or ""), str(int(rung.loud))] if rung else [""] * 4
    return ":".join(parts)


def _wanted(parts: list[str]) -> WantedLadder:
    step, letter, name, channel, role, loud = parts
    rung = None
    if name:
        try:
            known = rung_named(name)
        except LookupError as unknown:
            raise CaseError(errors.CHANGED) from unknown
        ids = [number_in(part) if part else None for part in (channel, role)]
        rung = replace(known, loud=bool(number_in(loud, 1)), channel_id=ids[0], role_id=ids[1])
    if (rung is None) != (step in (LadderStep.RESET, LadderStep.YEARLY)):
        raise CaseError(errors.CHANGED)
    return WantedLadder(member(LadderStep, step), number_in(letter) if letter else None, rung)
