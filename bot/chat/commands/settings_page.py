"""/settings show and /settings test: whether all is set, and whether it works. Manage Server only."""

from __future__ import annotations

from datetime import timedelta

import discord
from discord import app_commands

from bot.chat.alert_lines import MESSAGE
from bot.chat.commands.settings import settings
from bot.chat.components import components_of
from bot.chat.poster import DiscordPoster
from bot.chat.responses import answer
from bot.chat.session import Interaction, Refusal, managers_only, reading, settings_of
from bot.chat.surroundings import Surroundings, missing_permissions, unmentionable
from bot.desk.settings_page import AHEAD, Overview, overview
from bot.record.errors import CaseError, Undeliverable
from bot.record.ladder import standing
from bot.record.problems import FOR_THE_DESK, Fault, Obstacle, Problem, ProblemKind
from bot.record.server_problems import rung_problems, server_problems
from bot.record.servers import Server
from bot.words import channel_check
from bot.words import settings as words
from bot.words.channel_check import CheckedChannel

#: Between two test messages in one channel.
BETWEEN_TESTS = timedelta(minutes=1)
_STORED = FOR_THE_DESK | {ProblemKind.REFUSED}


@settings.command(name="show", description="What is set, what is missing and what comes next")
@managers_only(deferred=False)
async def show(interaction: Interaction) -> None:
    async with reading(interaction) as session:
        found = await overview(session)
    server = session.server
    facts = words.server_facts(server, _deleted(interaction, server))
    missing = words.missing_lines(server, found.has_letters, _broken(interaction, server, found), found.refused)
    coming = words.coming_lines(server, found.coming, found.waiting, AHEAD)
    coming += [words.silences_line(found.silences, found.next_end)] if found.silences else []
    card = words.settings_page(facts, found.last_change, missing, coming, server.zone)
    await answer(interaction, card, ephemeral=True)


@settings.command(name="test", description="Post one test message that says what the bot can do there; it pings nobody")
@app_commands.describe(channel="Where (default: the channel for alerts)")
@managers_only()
async def test_channel(interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
    server = await settings_of(interaction)
    channel_id = channel.id if channel else server.channel_id
    if channel_id is None:
        raise CaseError(channel_check.NO_CHANNEL)
    tested = _tested(interaction, server, channel_id)
    tests, now = interaction.client.tests, interaction.client.clock.now()
    if (last := tests.get(channel_id)) and abs(now - last) < BETWEEN_TESTS:
        raise CaseError(channel_check.TOO_SOON)
    for old in [tested_id for tested_id, at in tests.items() if abs(now - at) >= BETWEEN_TESTS]:
        del tests[old]
    tests[channel_id] = now
    card = channel_check.check_card(tested)
    try:
        message_id = await DiscordPoster(interaction.client).send(
            channel_id, components_of(card), f"test {channel_id % 10**6} {int(now.timestamp()) // 60}"
        )
    except Undeliverable as failure:
        raise Refusal(channel_check.not_posted(f"<#{channel_id}>", str(failure))) from failure
    url = MESSAGE.format(server=server.id, channel=channel_id, message=message_id)
    await answer(interaction, channel_check.check_receipt(tested, url), ephemeral=True)


def _tested(interaction: Interaction, server: Server, channel_id: int) -> CheckedChannel:
    """What the bot may do in a channel. Refusal if it cannot post there."""
    obstacle = Surroundings(interaction.client).channel(server.id, channel_id)
    guild = interaction.guild
    channel = guild.get_channel(channel_id) if guild else None
    if guild is None or channel is None or (obstacle and obstacle.fault is not Fault.PERMISSIONS):
        raise Refusal(channel_check.not_posted(f"<#{channel_id}>", channel_check.GONE))
    missing = missing_permissions(channel.permissions_for(guild.me))
    if obstacle:
        raise Refusal(channel_check.cannot_post(channel.mention, missing))
    role = server.escalation_role_id
    unpinged = unmentionable(guild, guild.me, role, channel) if role is not None else None
    why = channel_check.UNPINGED.get(unpinged.fault, "") if unpinged else ""
    return CheckedChannel(channel_id, interaction.user.display_name, _use(server, channel_id), tuple(missing), role, why)


def _use(server: Server, channel_id: int) -> str:
    if channel_id == server.channel_id:
        return channel_check.FOR_ALERTS
    if any(rung.channel_id == channel_id for rung in standing(server.ladder)):
        return channel_check.FOR_RUNGS
    return channel_check.FALLBACK if channel_id == server.fallback_channel_id else channel_check.UNUSED


def _broken(interaction: Interaction, server: Server, found: Overview) -> list[Problem]:
    """What is broken now, as far as Discord has told of it; else what was found at the last check."""
    around = Surroundings(interaction.client)
    if not around.knows(server.id):
        return list(found.problems)

    def obstacle(channel_id: int | None) -> Obstacle | None:
        return None if channel_id is None else around.channel(server.id, channel_id)

    own = {rung.channel_id: obstacle(rung.channel_id) for rung in found.own_rungs if rung.channel_id is not None}
    channel = obstacle(server.channel_id)
    usable = server.channel_id if channel is None else None
    return [
        *server_problems(server, channel, obstacle(server.fallback_channel_id), around),
        *rung_problems(server.id, found.own_rungs, own, usable, around),
        *(problem for problem in found.problems if problem.kind in _STORED),
    ]


def _deleted(interaction: Interaction, server: Server) -> set[int]:
    """Which of the channels and roles that are set no longer exist, by what the gateway has said."""
    guild = interaction.client.get_guild(server.id)
    if guild is None or guild.unavailable:
        return set()
    channels = {server.channel_id, server.fallback_channel_id} - {None}
    roles = {*server.desk_role_ids, server.escalation_role_id} - {None}
    there = {channel.id for channel in guild.channels} | {role.id for role in guild.roles}
    return {number for number in channels | roles if number is not None and number not in there}
