"""/settings: where and when a server's alerts are posted, and who may record. Manage Server only."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.app_commands import Range, Transform

from bot.chat.recount_codes import code_of
from bot.chat.responses import answer
from bot.chat.session import Interaction, Refusal, managers_only, managing, reading
from bot.chat.surroundings import missing_permissions
from bot.chat.transformers import CalendarOption, ZoneOption
from bot.desk.recounts import would_move
from bot.desk.settings import SettingsChange, change_calendar, change_settings, undelivered
from bot.record.errors import CaseError
from bot.record.servers import Server
from bot.words.card import Button, Card
from bot.words.settings import CALENDAR_CHANGED, remarks, server_facts, settings_card

settings = app_commands.Group(
    name="settings",
    description="Where and when alerts are posted, who records facts (Manage Server)",
    guild_only=True,
    default_permissions=discord.Permissions(manage_guild=True),
)


@settings.command(name="show", description="The settings of this server")
@managers_only(deferred=False)
async def show(interaction: Interaction) -> None:
    async with reading(interaction) as session:
        waiting = await undelivered(session)
    facts = server_facts(session.server, _deleted(interaction, session.server))
    card = settings_card(facts, remarks=remarks(waiting.refused, waiting.problems))
    await answer(interaction, card, ephemeral=True)


@settings.command(name="channel", description="Where alerts are posted")
@app_commands.describe(channel="A text channel in which the bot may write")
@managers_only()
async def channel(interaction: Interaction, channel: discord.TextChannel) -> None:
    _check_writable(interaction, channel)
    await change_and_answer(interaction, channel_id=channel.id)


@settings.command(
    name="fallback", description="Where alerts are posted that Discord refuses in the first channel; leave it out for none"
)
@app_commands.describe(channel="A text channel in which the bot may write, with the same readers: alerts may be confidential")
@managers_only()
async def fallback(interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
    if channel:
        _check_writable(interaction, channel)
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
    card = _card(setting.change, (CALENDAR_CHANGED,), buttons)
    await answer(interaction, card, ephemeral=True)


@settings.command(name="desk", description="Who may record facts")
@app_commands.describe(role="People with this role may record facts; Manage Server always may")
@managers_only()
async def desk(interaction: Interaction, role: discord.Role) -> None:
    _check_not_everyone(role, "Everybody on the server could then record facts")
    await change_and_answer(interaction, desk_role_id=role.id)


@settings.command(name="escalation", description="Who is pinged when a deadline has passed; leave the role out for nobody")
@app_commands.describe(role="The role to ping")
@managers_only()
async def escalation(interaction: Interaction, role: discord.Role | None = None) -> None:
    if role:
        _check_not_everyone(role, "Everybody on the server would then be pinged")
    unmentionable: tuple[str, ...] = ()
    if role and not role.mentionable and not interaction.app_permissions.mention_everyone:
        unmentionable = (
            f"<@&{role.id}> cannot be mentioned by the bot yet: make the role mentionable in the server's settings.",
        )
    await change_and_answer(interaction, unmentionable, escalation_role_id=role.id if role else None)


async def change_and_answer(interaction: Interaction, notes: tuple[str, ...] = (), **values: object) -> None:
    async with managing(interaction) as session:
        card = _card(await change_settings(session, **values), notes)
    interaction.client.changed(session.server.id)
    await answer(interaction, card, ephemeral=True)


def _deleted(interaction: Interaction, server: Server) -> set[int]:
    """Which of the channels and roles that are set no longer exist, by what the gateway has said."""
    guild = interaction.client.get_guild(server.id)
    if guild is None or guild.unavailable:
        return set()
    channels = {server.channel_id, server.fallback_channel_id} - {None}
    roles = {server.desk_role_id, server.escalation_role_id} - {None}
    there = {channel.id for channel in guild.channels} | {role.id for role in guild.roles}
    return {number for number in channels | roles if number is not None and number not in there}


def _card(change: SettingsChange, notes: tuple[str, ...], buttons: tuple[Button, ...] = ()) -> Card:
    return settings_card(server_facts(change.after), server_facts(change.before), notes, buttons)


def _check_writable(interaction: Interaction, channel: discord.TextChannel) -> None:
    """Refuse a channel that alerts could not reach."""
    assert interaction.guild is not None
    missing = missing_permissions(channel.permissions_for(interaction.guild.me))
    if missing:
        raise Refusal(
            f"Missing permissions in {channel.mention}: {', '.join(missing)}. Give them to the bot in the channel's settings, "
            "then repeat the command."
        )


def _check_not_everyone(role: discord.Role, why: str) -> None:
    if role.is_default():
        raise CaseError(f"@everyone cannot be chosen here. {why}. Create a role for these people and choose that one.")
