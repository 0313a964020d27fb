"""/settings: where and when a server's alerts are posted, and who may record facts. Manage Server only."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat import autocomplete, inputs, recounts
from bot.chat.responses import answer, defer
from bot.chat.session import Interaction, Refusal, reading, require_manager
from bot.record.deadlines.calendars import calendar_named
from bot.record.errors import CaseError
from bot.record.servers import Server
from bot.store import deliveries, servers
from bot.words.card import Button
from bot.words.settings import calendar_words, refused_remarks, settings_card

STAY = "Deadlines that are recorded stay as they are; new ones are counted by it."
settings = app_commands.Group(
    name="settings",
    description="Where and when alerts are posted, who records facts (Manage Server)",
    guild_only=True,
    default_permissions=discord.Permissions(manage_guild=True),
)


@settings.command(name="show", description="The settings of this server")
async def show(interaction: Interaction) -> None:
    require_manager(interaction)
    async with reading(interaction) as session:
        server, stuck = session.server, await deliveries.refused(session.conn, session.server.id)
    await answer(interaction, settings_card(server_facts(server), remarks=refused_remarks(stuck)), ephemeral=True)


@settings.command(name="channel", description="Where alerts are posted")
@app_commands.describe(channel="A text channel in which the bot may write")
async def channel(interaction: Interaction, channel: discord.TextChannel) -> None:
    require_manager(interaction)
    _check_writable(interaction, channel)
    await _change(interaction, channel_id=channel.id)


@settings.command(name="timezone", description="The time zone in which alerts are posted and days are counted")
@app_commands.describe(timezone="Like America/New_York: type a city")
@app_commands.autocomplete(timezone=autocomplete.zone_choices)
async def timezone(interaction: Interaction, timezone: Range[str, 1, 64]) -> None:
    require_manager(interaction)
    await _change(interaction, zone=inputs.one_zone(timezone).key)


@settings.command(name="hour", description="The hour of the day at which alerts are posted")
@app_commands.describe(hour="0 to 23, in the server's time zone")
async def hour(interaction: Interaction, hour: Range[int, 0, 23]) -> None:
    require_manager(interaction)
    await _change(interaction, hour=hour)


@settings.command(name="calendar", description="Whose weekends and legal holidays count when a deadline is counted")
@app_commands.describe(calendar="Like US or US-CA: type a state; none: nothing rolls but over the server's closures")
@app_commands.autocomplete(calendar=autocomplete.calendar_choices)
async def calendar(interaction: Interaction, calendar: Range[str, 1, 64]) -> None:
    """New deadlines are counted by it; those that it would move are shown, and stay until the desk says otherwise."""
    require_manager(interaction)
    await defer(interaction)
    name = calendar_named(calendar).name
    async with reading(interaction) as session:
        change = f"k{session.server.calendar}~{name}"
        found = (await recounts.would_move(session, await recounts.listing(session, change))).found
    buttons = (Button("Deadlines it would move", f"recount:{change}"),) if found else ()
    await _change(interaction, (STAY,), buttons, calendar=name)


@settings.command(name="desk", description="Who may record facts")
@app_commands.describe(role="People with this role may record facts; Manage Server always may")
async def desk(interaction: Interaction, role: discord.Role) -> None:
    require_manager(interaction)
    _check_not_everyone(role, "Everybody on the server could then record facts")
    await _change(interaction, desk_role_id=role.id)


@settings.command(name="escalation", description="Who is pinged when a deadline has passed; leave the role out for nobody")
@app_commands.describe(role="The role to ping")
async def escalation(interaction: Interaction, role: discord.Role | None = None) -> None:
    require_manager(interaction)
    if role:
        _check_not_everyone(role, "Everybody on the server would then be pinged")
    remarks: tuple[str, ...] = ()
    if role and not role.mentionable and not interaction.app_permissions.mention_everyone:
        remarks = (f"<@&{role.id}> cannot be mentioned by the bot yet: make the role mentionable in the server's settings.",)
    await _change(interaction, remarks, escalation_role_id=role.id if role else None)


async def _change(
    interaction: Interaction, remarks: tuple[str, ...] = (), buttons: tuple[Button, ...] = (), **values: int | str | None
) -> None:
    """Change settings; what waits or could not be delivered goes to a channel that is set."""
    if not interaction.response.is_done():
        await defer(interaction)
    async with reading(interaction) as before:
        now = before.now
    async with interaction.client.db.write() as conn:
        server = await servers.change(conn, before.server.id, now, **values)
        if "channel_id" in values and server.channel_id is not None:
            await deliveries.redirect(conn, server.id, server.channel_id, now)
    interaction.client.wake()
    card = settings_card(server_facts(server), server_facts(before.server), remarks, buttons)
    await answer(interaction, card, ephemeral=True)


def server_facts(server: Server) -> dict[str, str]:
    """The settings in words, by what they set."""
    return {
        "Alerts go to": f"<#{server.channel_id}>" if server.channel_id else "nowhere yet: /settings channel",
        "Posted at": f"{server.hour:02}:00, {server.zone.key}",
        "Days are counted by": calendar_words(server.calendar),
        "Facts are recorded by": (f"<@&{server.desk_role_id}> and " if server.desk_role_id else "") + "Manage Server",
        "Pinged when a deadline passed": f"<@&{server.escalation_role_id}>" if server.escalation_role_id else "nobody",
    }


def _check_writable(interaction: Interaction, channel: discord.TextChannel) -> None:
    """Refuse a channel that alerts could not reach."""
    assert interaction.guild is not None
    may = channel.permissions_for(interaction.guild.me)
    missing = [
        name
        for name, allowed in (
            ("View Channel", may.view_channel),
            ("Send Messages", may.send_messages),
            ("Read Message History", may.read_message_history),
        )
        if not allowed
    ]
    if missing:
        lacking = ", ".join(missing)
        raise Refusal(f"In {channel.mention} I lack: {lacking}. Allow me that in the channel's settings, then repeat.")


def _check_not_everyone(role: discord.Role, why: str) -> None:
    if role.is_default():
        raise CaseError(f"@everyone is not a role to choose here. {why}. Make a role for these people and choose that.")
