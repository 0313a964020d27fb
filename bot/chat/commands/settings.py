"""/settings: where and when a server's alerts are posted, and who may record. Manage Server only."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.app_commands import Range, Transform

from bot.chat.recount_codes import code_of
from bot.chat.responses import answer
from bot.chat.session import Interaction, Refusal, managers_only, managing, reading
from bot.chat.surroundings import missing_permissions
from bot.chat.transformers import CalendarOption, ChosenOption, ZoneOption
from bot.desk.quiet_times import moved_alerts
from bot.desk.recounts import would_move
from bot.desk.settings import (
    Decide,
    SettingsChange,
    change_calendar,
    change_settings,
    desk_role_added,
    desk_role_removed,
)
from bot.record.errors import CaseError
from bot.words.card import Button
from bot.words.quiet_times import NO_LONGER_QUIET, moved_words
from bot.words.settings import CALENDAR_CHANGED, server_facts, settings_card

settings = app_commands.Group(
    name="settings",
    description="Where and when alerts are posted, who records facts (Manage Server)",
    guild_only=True,
    default_permissions=discord.Permissions(manage_guild=True),
)


@settings.command(name="channel", description="Where alerts are posted")
@app_commands.describe(channel="A text channel in which the bot may write")
@managers_only()
async def channel(interaction: Interaction, channel: discord.TextChannel) -> None:
    check_writable(interaction, channel)
    await change_and_answer(interaction, channel_id=channel.id)


@settings.command(
    name="fallback", description="Where alerts are posted that Discord refuses in the first channel; leave it out for none"
)
@app_commands.describe(channel="A text channel in which the bot may write, with the same readers: alerts may be confidential")
@managers_only()
async def fallback(interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
    if channel:
        check_writable(interaction, channel)
    await change_and_answer(interaction, fallback_channel_id=channel.id if channel else None)


@settings.command(name="timezone", description="The time zone in which alerts are posted and days are counted")
@app_commands.describe(timezone="Like America/New_York: type a city")
@managers_only()
async def timezone(interaction: Interaction, timezone: Transform[ZoneInfo, ZoneOption(64)]) -> None:
    await change_and_answer(interaction, zone=timezone.key)


@settings.command(name="hour", description="The hour of the day at which alerts are posted")
@app_commands.describe(hour="0 to 23, in the server's time zone")
@managers_only()
async def hour(interaction: Interaction, hour: Range[int, 0, 23]) -> None:
    await change_and_answer(interaction, hour=hour)


@settings.command(name="calendar", description="Whose weekends and legal holidays count when a deadline is counted")
@app_commands.describe(calendar="Like US or US-CA: type a state. none: no holidays; only closures move a deadline")
@managers_only()
async def calendar(interaction: Interaction, calendar: Transform[str, CalendarOption(64)]) -> None:
    """New deadlines are counted by it. Those that it would move are offered, and stay until the desk moves them."""
    async with managing(interaction) as session:
        setting = await change_calendar(session, calendar)
    async with reading(interaction) as session:  # others need not wait for it
        moves = await would_move(session, setting.cause)
    buttons = (Button("Deadlines it would move", f"recount:{code_of(setting.cause)}"),) if moves else ()
    quiet = setting.change.after.quiet
    notes = (NO_LONGER_QUIET,) if calendar == "none" and quiet and quiet.holidays else ()
    await answer_change(interaction, setting.change, (CALENDAR_CHANGED, *notes), buttons)


class DeskStep(StrEnum):
    ADD = "add"
    REMOVE = "remove"


@settings.command(name="desk", description="Whose roles may record facts; Manage Server always may")
@app_commands.describe(role="People with one of the desk roles may record facts", action="add, the default, or remove")
@managers_only()
async def desk(
    interaction: Interaction,
    role: discord.Role,
    action: Transform[DeskStep, ChosenOption({step: step.value for step in DeskStep})] = DeskStep.ADD,
) -> None:
    if action is DeskStep.REMOVE:
        await change_and_answer(interaction, (), desk_role_removed(role.id))
        return
    check_not_everyone(role, "Everybody on the server could then record facts")
    await change_and_answer(interaction, (), desk_role_added(role.id))


@settings.command(name="escalation", description="Who is pinged when a deadline has passed; leave the role out for nobody")
@app_commands.describe(role="The role to ping")
@managers_only()
async def escalation(interaction: Interaction, role: discord.Role | None = None) -> None:
    notes = check_pinged(interaction, role) if role else ()
    await change_and_answer(interaction, notes, escalation_role_id=role.id if role else None)


async def change_and_answer(
    interaction: Interaction, notes: tuple[str, ...] = (), decide: Decide | None = None, /, **values: Any
) -> None:
    """Change settings (`desk.settings.change_settings`), and say what that did, with Undo."""
    async with managing(interaction) as session:
        change = await change_settings(session, decide, **values)
    await answer_change(interaction, change, notes)


async def answer_change(
    interaction: Interaction, change: SettingsChange, notes: tuple[str, ...] = (), buttons: tuple[Button, ...] = ()
) -> None:
    """What a change of the settings did, and which alerts it moved; with Undo."""
    interaction.client.changed(change.after.id)
    if change.before.posting != change.after.posting:
        async with reading(interaction) as session:  # others need not wait for it
            moved = await moved_alerts(session, change.before, change.after)
        notes = (*notes, *moved_words(moved.alerts, moved.example, change.after.zone))
    undo = (Button("Undo", f"undo:{change.operation}"),) if change.operation else ()
    card = settings_card(server_facts(change.after), server_facts(change.before), notes, (*undo, *buttons))
    await answer(interaction, card, ephemeral=True)


def check_writable(interaction: Interaction, channel: discord.TextChannel) -> None:
    """Refuse a channel that alerts could not reach."""
    assert interaction.guild is not None
    missing = missing_permissions(channel.permissions_for(interaction.guild.me))
    if missing:
        raise Refusal(
            f"Missing permissions in {channel.mention}: {', '.join(missing)}. Give them to the bot in the channel's settings, "
            "then repeat the command."
        )


def check_pinged(interaction: Interaction, role: discord.Role) -> tuple[str, ...]:
    """A note if the bot cannot ping the role yet; CaseError for @everyone."""
    check_not_everyone(role, "Everybody on the server would then be pinged")
    if role.mentionable or interaction.app_permissions.mention_everyone:
        return ()
    return (f"<@&{role.id}> cannot be mentioned by the bot yet: make the role mentionable in the server's settings.",)


def check_not_everyone(role: discord.Role, why: str) -> None:
    if role.is_default():
        raise CaseError(f"@everyone cannot be chosen here. {why}. Create a role for these people and choose that one.")
