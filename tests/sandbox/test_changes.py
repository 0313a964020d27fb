"""Channels, roles and servers that change under a bot: its cache sees the events, and its requests meet the refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import discord
import pytest

from sandbox import FORUM, TEXT, Channel, Permission, Refused, Role, User
from tests.sandbox.bot import Bot, running
from tests.sandbox.conftest import BOT_MAY, Town
from tests.sandbox.openapi import validate_answer

SEES = Permission.VIEW_CHANNEL


def soon(bot: Bot, name: str) -> asyncio.Task[Any]:
    """The next event of a kind; asked for before what causes it."""
    return asyncio.ensure_future(bot.wait_for(name, timeout=10))


async def refusal(request: Awaitable[object]) -> tuple[int, int]:
    """The status and code with which a request is refused."""
    with pytest.raises(discord.HTTPException) as refused:
        await request
    return refused.value.status, refused.value.code


def post(bot: Bot, channel: Channel) -> Awaitable[object]:
    return bot.get_partial_messageable(channel.id).send("hello")


def cached(bot: Bot, town: Town, channel: Channel | None = None) -> discord.TextChannel:
    found = bot.get_channel((channel or town.general).id)
    assert isinstance(found, discord.TextChannel)
    return found


class TestPermissionsOfAChannel:
    """Who is denied what; each answer as Discord gives it."""

    @pytest.mark.parametrize("who", ["everyone", "the bot", "its role"])
    async def test_a_hidden_channel_is_missing_access(self, town: Town, bot: Bot, who: str) -> None:
        world = town.sandbox.world
        own_role = town.guild.roles[town.guild.members[town.app.id].roles[0]]
        everyone = town.guild.roles[town.guild.id]
        cast: dict[str, Role | User] = {"everyone": everyone, "the bot": town.app.bot, "its role": own_role}
        whom = cast[who]
        hidden = soon(bot, "guild_channel_update")
        world.deny(town.general, whom, SEES)
        await hidden
        channel = cached(bot, town)
        assert not channel.permissions_for(channel.guild.me).view_channel
        assert await refusal(post(bot, town.general)) == (403, 50001)
        assert await refusal(bot.fetch_channel(town.general.id)) == (403, 50001)
        assert await refusal(anext(channel.history())) == (403, 50001)
        shown = soon(bot, "guild_channel_update")
        world.inherit(town.general, whom, SEES)
        await shown
        assert channel.permissions_for(channel.guild.me).view_channel
        assert channel.overwrites == {}
        await post(bot, town.general)

    async def test_a_read_only_channel_is_missing_permissions(self, town: Town, bot: Bot) -> None:
        town.sandbox.world.deny(town.general, town.app.bot, Permission.SEND_MESSAGES)
        assert await refusal(post(bot, town.general)) == (403, 50013)
        assert await refusal(bot.http.send_typing(town.general.id)) == (403, 50013)

    async def test_without_its_history_a_channel_looks_empty(self, town: Town, bot: Bot) -> None:
        sent = await bot.get_partial_messageable(town.general.id).send("hello")
        town.sandbox.world.deny(town.general, town.app.bot, Permission.READ_MESSAGE_HISTORY)
        channel = bot.get_partial_messageable(town.general.id)
        assert [message async for message in channel.history()] == []
        assert await refusal(channel.fetch_message(sent.id)) == (403, 50013)
        town.sandbox.world.inherit(town.general, town.app.bot, Permission.READ_MESSAGE_HISTORY)
        assert [message.id async for message in channel.history()] == [sent.id]

    async def test_what_is_denied_to_everyone_is_allowed_to_the_bot(self, town: Town, bot: Bot) -> None:
        world = town.sandbox.world
        world.deny(town.general, town.guild.roles[town.guild.id], SEES | Permission.SEND_MESSAGES)
        world.allow(town.general, town.app.bot, SEES)
        assert await refusal(post(bot, town.general)) == (403, 50013)
        world.allow(town.general, town.app.bot, Permission.SEND_MESSAGES)
        await post(bot, town.general)


class TestChannels:
    async def test_a_deleted_channel_is_unknown(self, town: Town, bot: Bot) -> None:
        world = town.sandbox.world
        world.set_public_updates_channel(town.guild, town.general)
        world.set_system_channel(town.guild, town.general)
        deleted, updated = soon(bot, "guild_channel_delete"), soon(bot, "guild_update")
        world.remove_channel(town.general)
        assert (await deleted).id == town.general.id
        await updated
        assert bot.get_channel(town.general.id) is None
        assert await refusal(post(bot, town.general)) == (404, 10003)
        assert (town.guild.public_updates_channel, town.guild.system_channel) == (None, None)

    async def test_a_channel_made_anew_is_another(self, town: Town, bot: Bot) -> None:
        town.sandbox.world.remove_channel(town.general)
        again = town.sandbox.world.add_channel(town.guild, "general")
        assert again.id != town.general.id
        await bot.hears("channel general")
        await post(bot, again)

    async def test_an_answer_is_lost_with_its_channel(self, town: Town, bot: Bot) -> None:
        await town.bob.command(town.general, "whisper")
        [asked] = (each for each in town.sandbox.requests if "/callback" in each.path)
        token = asked.path.split("/")[3]
        town.sandbox.world.remove_channel(town.general)
        session = bot.http._HTTPClient__session  # type: ignore[attr-defined]
        hook: discord.Webhook = discord.Webhook.partial(town.app.id, token, session=session)
        assert await refusal(hook.send("too late")) == (404, 10003)

    async def test_a_forum_takes_no_messages(self, town: Town, bot: Bot) -> None:
        world = town.sandbox.world
        updated = soon(bot, "guild_channel_update")
        world.set_type(town.general, FORUM)
        await updated
        validate_answer("GuildChannelResponse", town.general.to_json())
        assert await refusal(post(bot, town.general)) == (400, 50008)
        assert [message async for message in bot.get_partial_messageable(town.general.id).history()] == []
        assert town.bob.commands(town.general) == []
        world.set_type(town.general, TEXT)
        await post(bot, town.general)

    async def test_a_bot_that_starts_later_knows_the_forum(self, town: Town) -> None:
        town.sandbox.world.set_type(town.general, FORUM)
        async with running(Bot(), town.token) as late:
            assert isinstance(late.get_channel(town.general.id), discord.ForumChannel)


class TestRoles:
    async def test_a_role_is_made_renamed_and_deleted(self, town: Town, bot: Bot) -> None:
        world, guild = town.sandbox.world, bot.get_guild(town.guild.id)
        assert guild is not None
        made = soon(bot, "guild_role_create")
        role = world.add_role(town.guild, "night desk")
        assert (await made).name == "night desk"
        renamed = soon(bot, "guild_role_update")
        world.edit_role(town.guild, role, name="day desk", mentionable=True)
        assert [(each.name, each.mentionable) for each in await renamed] == [("night desk", False), ("day desk", True)]
        deleted = soon(bot, "guild_role_delete")
        world.remove_role(town.guild, role)
        assert (await deleted).id == role.id
        assert guild.get_role(role.id) is None

    async def test_a_deleted_role_leaves_its_members_and_channels(self, town: Town, bot: Bot) -> None:
        world, guild = town.sandbox.world, bot.get_guild(town.guild.id)
        assert guild is not None
        given = soon(bot, "member_update")
        world.give_role(town.guild, town.app.bot, town.desk)
        world.give_role(town.guild, town.bob_user, town.desk)
        await given
        world.deny(town.general, town.desk, Permission.SEND_MESSAGES)
        assert guild.me.get_role(town.desk.id) is not None
        assert await refusal(post(bot, town.general)) == (403, 50013)
        taken = soon(bot, "member_update")
        world.remove_role(town.guild, town.desk)
        await taken
        assert not guild.me._roles.has(town.desk.id)
        assert town.guild.members[town.bob_user.id].roles == []
        assert cached(bot, town).overwrites == {}
        await post(bot, town.general)

    async def test_a_role_is_taken_from_the_bot(self, town: Town, bot: Bot) -> None:
        world, guild = town.sandbox.world, bot.get_guild(town.guild.id)
        assert guild is not None
        world.edit_role(town.guild, town.desk, permissions=Permission.MANAGE_MESSAGES)
        given = soon(bot, "member_update")
        world.give_role(town.guild, town.app.bot, town.desk)
        await given
        assert guild.me.guild_permissions.manage_messages
        taken = soon(bot, "member_update")
        world.take_role(town.guild, town.app.bot, town.desk)
        await taken
        assert not guild.me.guild_permissions.manage_messages
        assert guild.self_role is not None

    async def test_a_deleted_role_pings_nobody(self, town: Town, bot: Bot) -> None:
        world, channel = town.sandbox.world, bot.get_partial_messageable(town.general.id)
        world.edit_role(town.guild, town.desk, mentionable=True)
        allowed = discord.AllowedMentions(roles=[discord.Object(town.desk.id)])
        sent = await channel.send(f"<@&{town.desk.id}>", allowed_mentions=allowed)
        assert sent.raw_role_mentions == [town.desk.id]
        world.remove_role(town.guild, town.desk)
        sent = await channel.send(f"<@&{town.desk.id}>", allowed_mentions=allowed)
        assert town.sandbox.posts.to_json(town.sandbox.posts.public(town.general.id, sent.id))["mention_roles"] == []


class TestTheServer:
    async def test_a_bot_thrown_out_and_invited_again(self, town: Town, bot: Bot) -> None:
        world = town.sandbox.world
        alert = await town.bob.command(town.general, "alert")
        removed = soon(bot, "guild_remove")
        world.remove_member(town.guild, town.app.bot)
        assert (await removed).id == town.guild.id
        assert [role.managed_by for role in town.guild.roles.values()] == [None, None]
        assert await refusal(post(bot, town.general)) == (403, 50001)
        assert await refusal(bot.fetch_guild(town.guild.id)) == (404, 10004)
        assert town.bob.commands(town.general) == []
        with pytest.raises(Refused, match="Letters is no longer in this server"):
            await town.bob.press(alert, "Acknowledge")
        joined = soon(bot, "guild_join")
        world.add_bot(town.guild, town.app)
        guild = await joined
        assert [channel.name for channel in guild.text_channels] == ["general"]
        assert guild.me.guild_permissions.value & BOT_MAY == BOT_MAY
        await post(bot, town.general)

    async def test_an_outage_begins_and_ends(self, town: Town, bot: Bot) -> None:
        gone = soon(bot, "guild_unavailable")
        town.sandbox.world.set_unavailable(town.guild)
        guild = await gone
        assert guild.unavailable
        town.sandbox.world.rename_guild(town.guild, "Renamed meanwhile")
        back = soon(bot, "guild_available")
        town.sandbox.world.set_unavailable(town.guild, False)
        await back
        assert [each.name for each in bot.guilds] == ["Renamed meanwhile"]

    async def test_a_bot_that_starts_in_an_outage_receives_the_server_when_it_ends(self, town: Town) -> None:
        town.sandbox.world.set_unavailable(town.guild)
        async with running(Bot(), town.token) as late:
            assert [guild.unavailable for guild in late.guilds] == [True]
            back = soon(late, "guild_available")
            town.sandbox.world.set_unavailable(town.guild, False)
            assert (await back).name == "Newsroom"

    async def test_its_updates_channel_its_system_channel_and_its_owner(self, town: Town, bot: Bot) -> None:
        world, guild = town.sandbox.world, bot.get_guild(town.guild.id)
        assert guild is not None
        world.set_public_updates_channel(town.guild, town.general)
        world.set_system_channel(town.guild, town.general)
        updated = asyncio.ensure_future(bot.wait_for("guild_update", check=lambda _, new: new.owner_id == town.bob_user.id))
        world.set_owner(town.guild, town.bob_user)
        await updated
        assert guild.public_updates_channel == guild.system_channel == cached(bot, town)
        assert guild.owner_id == town.bob_user.id
        validate_answer("GuildWithCountsResponse", town.guild.to_json())


class TestDirectMessages:
    async def test_the_owner_is_written_to(self, town: Town, bot: Bot) -> None:
        owner = await bot.fetch_user(town.guild.owner)
        await owner.send("a word with you")
        [seen] = town.alice.sees(town.alice.direct(town.app))
        assert seen["content"] == "a word with you"

    async def test_closed_direct_messages_and_no_server_in_common_are_refused(self, town: Town, bot: Bot) -> None:
        owner = await bot.fetch_user(town.guild.owner)
        town.alice.user.closed_dms = True
        assert await refusal(owner.send("a word with you")) == (403, 50007)
        town.alice.user.closed_dms = False
        town.sandbox.world.remove_member(town.guild, town.app.bot)
        assert await refusal(owner.send("a word with you")) == (403, 50278)
