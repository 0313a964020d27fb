"""What discord.py sends fits Discord's own description, and so the sandbox understands the same language."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest

from sandbox.model import COMPONENTS_V2
from sandbox.rest_requests import Request
from tests.sandbox.bot import Bot
from tests.sandbox.conftest import Town
from tests.sandbox.openapi import needs_description, validate_answer, validate_requests
from tests.sandbox.test_components import Json, button, menu, row, text


async def test_every_body_that_discord_py_sent_is_valid(town: Town, bot: Bot) -> None:
    needs_description()
    channel = bot.get_channel(town.general.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("hello", nonce="1")
    await message.edit(content="hello again")
    await town.bob.complete(town.general, "status", "city", "D")
    await town.bob.select(await town.bob.command(town.general, "card"), "Sort by", ["date"])
    await town.bob.press(await town.bob.command(town.general, "alert"), "Acknowledge")
    await town.bob.submit(await town.bob.command(town.general, "note"), {"Kind": "call", "Words": "hello"})
    await town.bob.command(town.general, "slow")
    assert validate_requests(town.sandbox.requests) >= 9


def test_what_the_sandbox_gives_back_is_valid_too(town: Town) -> None:
    sandbox, world = town.sandbox, town.sandbox.world
    file = world.add_file("plan.png", b"not really")
    body = {"flags": COMPONENTS_V2, "components": [everything()]}
    validate_answer("MessageResponse", sandbox.posts.to_json(sandbox.posts.post(town.general, town.app.bot, body, [file])))
    legacy = {"content": "hello", "embeds": [{"title": "hello"}], "components": [row(button())]}
    validate_answer("MessageResponse", sandbox.posts.to_json(sandbox.posts.post(town.general, town.app.bot, legacy)))
    validate_answer("GuildWithCountsResponse", town.guild.to_json())
    validate_answer("GuildRoleResponse", town.desk.to_json())
    validate_answer("GuildMemberResponse", town.guild.members[town.app.id].to_json())
    validate_answer("GuildChannelResponse", town.general.to_json())
    validate_answer("PrivateChannelResponse", world.channel_json(town.bob.direct(town.app), town.app.id))
    validate_answer("UserResponse", town.bob_user.to_json())
    validate_answer("PrivateApplicationResponse", town.app.to_json())
    validate_answer("MessageAttachmentResponse", file.to_json())
    command, _ = sandbox.commands.create(town.app.id, None, {"name": "status", "description": "Where it stands"})
    validate_answer("ApplicationCommandResponse", command)


def everything() -> Json:
    picture = {"media": {"url": "attachment://plan.png"}}
    inside = [text(), {"type": 14}, row(menu(3)), {"type": 12, "items": [picture]},
              {"type": 9, "components": [text()], "accessory": {"type": 11, **picture}},
              {"type": 13, "file": {"url": "attachment://plan.png"}}]  # fmt: skip
    return {"type": 17, "components": inside}


def test_a_wrong_body_is_named() -> None:
    needs_description()
    wrong = Request("POST", "/channels/123/messages", {}, {"content": "x" * 5000}, 200)
    with pytest.raises(AssertionError, match=r"POST /channels/123/messages: \$\.content"):
        validate_requests([wrong])
    with pytest.raises(AssertionError, match="Discord has no POST /nowhere"):
        validate_requests([Request("POST", "/nowhere", {}, {}, 200)])


def test_without_the_description_the_test_skips_by_name(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="no copy of Discord's OpenAPI description"):
        validate_requests([], tmp_path / "missing.json")
