"""What discord.py sends fits Discord's own description, and so the sandbox understands the same language."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest

from sandbox.calls import Request
from tests.sandbox.bot import Bot
from tests.sandbox.conftest import Town
from tests.sandbox.openapi import needs_description, validate_requests


async def test_every_body_that_discord_py_sent_is_valid(town: Town, bot: Bot) -> None:
    needs_description()
    channel = bot.get_channel(town.general.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("hello", nonce="1", embed=None)
    await message.edit(content="hello again")
    await town.bob.complete(town.general, "status", "city", "D")
    await town.bob.press(await town.bob.command(town.general, "card"), "Acknowledge")
    await town.bob.submit(await town.bob.command(town.general, "note"), {"Kind": "call", "Words": "hello"})
    await town.bob.command(town.general, "slow")
    assert validate_requests(town.sandbox.requests) >= 9


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
