"""The gateway: connecting, resuming, and being refused."""

from __future__ import annotations

import discord
import pytest

from tests.sandbox.bot import Bot, running
from tests.sandbox.conftest import Town


async def test_a_client_connects_and_knows_the_server(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        session = await town.sandbox.connected()
        guild = bot.get_guild(town.guild.id)
        assert guild is not None
        assert guild.name == "Newsroom"
        assert [channel.name for channel in guild.text_channels] == ["general"]
        assert guild.me.guild_permissions.send_messages
        assert bot.user is not None and bot.user.id == town.app.id
        assert session.intents == discord.Intents(guilds=True).value


async def test_what_changes_after_the_start_is_told(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        town.sandbox.world.add_channel(town.guild, "alerts")
        await bot.hears("channel alerts")


async def test_a_client_whose_connection_closes_resumes_and_misses_nothing(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        session = await town.sandbox.connected()
        town.sandbox.gateway.close(4000)
        await town.sandbox.disconnected()
        town.sandbox.world.add_channel(town.guild, "made-meanwhile")
        await bot.hears("channel made-meanwhile")
        await bot.hears("resumed")
        assert session.resumes == 1
        assert town.sandbox.gateway.identified == 1


async def test_a_client_asked_to_reconnect_resumes(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        town.sandbox.gateway.ask_reconnect()
        await bot.hears("resumed")
        assert town.sandbox.gateway.identified == 1


async def test_an_invalid_session_makes_the_client_identify_again(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        await bot.hears("ready")
        town.sandbox.gateway.invalidate()
        await bot.hears("ready")
        assert town.sandbox.gateway.identified == 2


async def test_a_session_forgotten_while_away_cannot_be_resumed(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        await bot.hears("ready")
        town.sandbox.gateway.forget_sessions()
        town.sandbox.gateway.close(4000)
        await bot.hears("ready")
        assert town.sandbox.gateway.identified == 2


async def test_too_much_missed_cannot_be_replayed(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        await bot.hears("ready")
        town.sandbox.gateway.close(4000)
        await town.sandbox.disconnected()
        for number in range(1001):
            town.sandbox.world.rename_guild(town.guild, f"Newsroom {number}")
        await bot.hears("ready")
        assert [guild.name for guild in bot.guilds] == ["Newsroom 1000"]


async def test_a_cut_connection_is_resumed(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        town.sandbox.gateway.cut()
        await bot.hears("resumed")


async def test_a_wrong_token_is_refused(town: Town) -> None:
    with pytest.raises(discord.LoginFailure):
        async with running(Bot(), "not-a-token"):
            pass


async def test_two_shards_share_the_servers(town: Town) -> None:
    class Sharded(Bot, discord.AutoShardedClient):
        pass

    town.sandbox.gateway.shards = 2
    for number in range(4):
        guild = town.sandbox.world.add_guild(f"Server {number}", town.bob_user)
        town.sandbox.world.add_bot(guild, town.app)
    async with running(Sharded(), town.token) as bot:
        sessions = town.sandbox.gateway.connected()
        assert sorted(session.shard for session in sessions) == [0, 1]
        assert len(bot.guilds) == 5


async def test_a_bot_thrown_out_hears_it(town: Town) -> None:
    async with running(Bot(), town.token) as bot:
        removed = bot.loop.create_future()

        @bot.event
        async def on_guild_remove(guild: discord.Guild) -> None:
            removed.set_result(guild.id)

        town.sandbox.world.remove_member(town.guild, town.app.bot)
        assert await removed == town.guild.id
