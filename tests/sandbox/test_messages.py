"""Posting, editing and reading back, with what Discord refuses on the way."""

from __future__ import annotations

import io

import aiohttp
import discord
import pytest

from sandbox import Permission
from tests.sandbox.bot import Bot
from tests.sandbox.conftest import Town


def place(town: Town, bot: Bot) -> discord.TextChannel:
    channel = bot.get_channel(town.general.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def refusal(doing: object) -> tuple[int, int]:
    with pytest.raises(discord.HTTPException) as refused:
        await doing  # type: ignore[misc]
    return refused.value.status, refused.value.code


async def test_the_same_nonce_posts_one_message(town: Town, bot: Bot) -> None:
    first = await place(town, bot).send("overdue", nonce="notice-17")
    again = await place(town, bot).send("overdue", nonce="notice-17")
    assert again.id == first.id
    assert len(town.sandbox.messages(town.general)) == 1
    town.sandbox.posts.forget_nonces()
    third = await place(town, bot).send("overdue", nonce="notice-17")
    assert third.id != first.id


async def test_a_lost_answer_leaves_one_message_when_sent_again(town: Town, bot: Bot) -> None:
    town.sandbox.faults.drop_answer(r"POST /channels/\d+/messages")
    with pytest.raises((aiohttp.ClientError, OSError)):
        await place(town, bot).send("overdue", nonce="notice-17")
    await place(town, bot).send("overdue", nonce="notice-17")
    assert len(town.sandbox.messages(town.general)) == 1


async def test_a_lost_request_leaves_no_message(town: Town, bot: Bot) -> None:
    town.sandbox.faults.drop_request(r"POST /channels/\d+/messages")
    with pytest.raises((aiohttp.ClientError, OSError)):
        await place(town, bot).send("overdue")
    assert town.sandbox.messages(town.general) == []


async def test_an_error_on_demand_is_met_once(town: Town, bot: Bot) -> None:
    fault = town.sandbox.faults.answer(r"POST /channels/\d+/messages", 403, code=50013, message="Missing Permissions")
    assert await refusal(place(town, bot).send("hello")) == (403, 50013)
    await place(town, bot).send("hello")
    assert fault.met == 1


async def test_a_rate_limit_on_demand_is_waited_out(town: Town, bot: Bot) -> None:
    fault = town.sandbox.faults.rate_limit(r"POST /channels/\d+/messages", 0.01, times=2)
    await place(town, bot).send("hello")
    assert (fault.met, town.sandbox.limits.refused) == (2, 2)
    assert [request.status for request in town.sandbox.requests[-3:]] == [429, 429, 200]


async def test_a_request_can_be_held_and_delayed(town: Town, bot: Bot) -> None:
    town.sandbox.faults.delay(r"POST /channels/\d+/messages", 0.01)
    await place(town, bot).send("first")
    fault = town.sandbox.faults.hold(r"POST /channels/\d+/messages")
    sending = bot.loop.create_task(place(town, bot).send("second"))
    await town.sandbox.bus.until(lambda: fault.met, 5, "the request")
    assert len(town.sandbox.messages(town.general)) == 1
    assert fault.hold is not None
    fault.hold.set()
    assert (await sending).content == "second"


async def test_only_allowed_mentions_ping(town: Town, bot: Bot) -> None:
    world = town.sandbox.world
    world.edit_role(town.guild, town.desk, permissions=0, mentionable=True)
    text = f"<@&{town.desk.id}> <@{town.bob_user.id}> @everyone"
    await place(town, bot).send(text)
    written = town.sandbox.messages(town.general)[-1]
    assert (written["mention_roles"], written["mentions"], written["mention_everyone"]) == ([], [], False)
    await place(town, bot).send(text, allowed_mentions=discord.AllowedMentions(roles=[discord.Object(town.desk.id)]))
    loud = town.sandbox.messages(town.general)[-1]
    assert (loud["mention_roles"], loud["mentions"]) == ([str(town.desk.id)], [])


async def test_everyone_is_pinged_only_with_the_permission(town: Town, bot: Bot) -> None:
    everything = discord.AllowedMentions.all()
    await place(town, bot).send("@everyone", allowed_mentions=everything)
    assert not town.sandbox.messages(town.general)[-1]["mention_everyone"]
    town.sandbox.world.overwrite(town.general, town.app.bot, allow=Permission.MENTION_EVERYONE)
    await place(town, bot).send(f"@everyone <@&{town.desk.id}>", allowed_mentions=everything)
    loud = town.sandbox.messages(town.general)[-1]
    assert loud["mention_everyone"]
    assert loud["mention_roles"] == [str(town.desk.id)]


async def test_without_permission_the_bot_may_not_write(town: Town, bot: Bot) -> None:
    world, channel = town.sandbox.world, place(town, bot)
    world.overwrite(town.general, town.app.bot, deny=Permission.SEND_MESSAGES)
    assert await refusal(channel.send("hello")) == (403, 50013)
    world.overwrite(town.general, town.app.bot, deny=Permission.VIEW_CHANNEL)
    assert await refusal(channel.send("hello")) == (403, 50001)
    world.remove_channel(town.general)
    assert await refusal(channel.send("hello")) == (404, 10003)


async def test_without_history_there_is_nothing_to_read(town: Town, bot: Bot) -> None:
    await place(town, bot).send("one")
    town.sandbox.world.overwrite(town.general, town.app.bot, deny=Permission.READ_MESSAGE_HISTORY)
    assert [message async for message in place(town, bot).history()] == []


async def test_embeds_and_files_need_their_permissions(town: Town, bot: Bot) -> None:
    town.sandbox.world.overwrite(town.general, town.app.bot, deny=Permission.EMBED_LINKS | Permission.ATTACH_FILES)
    assert await refusal(place(town, bot).send(embed=discord.Embed(title="hello"))) == (403, 50013)
    file = discord.File(io.BytesIO(b"hello"), "hello.txt")
    assert await refusal(place(town, bot).send(file=file)) == (403, 50013)


async def test_history_is_read_in_pages(town: Town, bot: Bot) -> None:
    town.sandbox.limits.enabled = False
    channel = place(town, bot)
    sent = [await channel.send(str(number)) for number in range(5)]
    assert [message.content async for message in channel.history(limit=2)] == ["4", "3"]
    assert [message.content async for message in channel.history(before=sent[2])] == ["1", "0"]
    assert [message.content async for message in channel.history(after=sent[2])] == ["3", "4"]
    around = [message.content async for message in channel.history(around=sent[2], limit=3)]
    assert sorted(around) == ["1", "2", "3"]


async def test_a_message_is_edited_and_deleted(town: Town, bot: Bot) -> None:
    message = await place(town, bot).send("draft")
    assert town.sandbox.messages(town.general)[0]["edited_timestamp"] is None
    await message.edit(content="final")
    edited = await place(town, bot).fetch_message(message.id)
    assert edited.content == "final" and edited.edited_at is not None
    await message.delete()
    assert await refusal(place(town, bot).fetch_message(message.id)) == (404, 10008)


async def test_ephemeral_messages_are_not_in_the_channel(town: Town, bot: Bot) -> None:
    answer = await town.bob.command(town.general, "whisper")
    assert answer.message is not None
    assert await refusal(place(town, bot).fetch_message(int(answer.message["id"]))) == (404, 10008)


async def test_a_direct_message_arrives_unless_they_are_closed(town: Town, bot: Bot) -> None:
    bob = await bot.fetch_user(town.bob_user.id)
    await bob.send("Denver is overdue")
    assert [message["content"] for message in town.bob.sees(town.bob.direct(town.app))] == ["Denver is overdue"]
    town.bob_user.closed_dms = True
    assert await refusal(bob.send("again")) == (403, 50007)


async def test_an_empty_or_overlong_message_is_refused(town: Town, bot: Bot) -> None:
    assert await refusal(place(town, bot).send("")) == (400, 50006)
    with pytest.raises(discord.HTTPException) as refused:
        await place(town, bot).send("x" * 2001)
    assert refused.value.code == 50035
    assert "In content: Must be 2000 or fewer in length." in refused.value.text


async def test_a_test_can_wait_for_a_message(town: Town, bot: Bot) -> None:
    sending = bot.loop.create_task(place(town, bot).send("Denver is overdue"))
    message = await town.sandbox.message_in(town.general, "is overdue")
    assert message["author"]["id"] == str(town.app.id)
    await sending
    with pytest.raises(TimeoutError, match=r"waited 0\.01 s in vain for a message like 'Boston'"):
        await town.sandbox.message_in(town.general, "Boston", timeout=0.01)
