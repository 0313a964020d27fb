"""Whether the bot has left a server, asked of Discord by the command line; and forgetting one from there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.membership import is_on
from bot.clock import FrozenClock
from bot.config import DatabaseSettings, Discord, Settings
from bot.record.errors import CaseError
from bot.store.database import Database
from tests.chat.conftest import Newsroom
from tests.conftest import Run


@pytest.fixture
async def newsroom(db: Database, clock: FrozenClock) -> AsyncIterator[Newsroom]:
    """One whose sandbox may refuse what is asked of it."""
    room = Newsroom.founded(db, clock)
    async with room.sandbox:
        await room.settle()
        yield room


LEFT = "If you know that the bot has left the server, say so with --left."


def settings(newsroom: Newsroom, token: str = "a-token", api: str = "") -> Settings:
    url = newsroom.db.url.render_as_string()
    return Settings(discord=Discord(token=token, api=api or newsroom.sandbox.api), database=DatabaseSettings(url=url))


async def test_discord_says_whether_the_bot_is_on_a_server(newsroom: Newsroom) -> None:
    known = settings(newsroom)
    assert await is_on(known, newsroom.guild.id, [])
    assert await is_on(known, newsroom.guild.id, [newsroom.app.id, 5])
    newsroom.sandbox.world.remove_member(newsroom.guild, newsroom.app.bot)
    assert not await is_on(known, newsroom.guild.id, [newsroom.app.id])


@pytest.mark.parametrize(
    ("token", "application", "status", "refusal"),
    [
        ("", 0, 0, "DISCORD_TOKEN is not set, so Discord cannot be asked"),
        ("another", 0, 0, "Discord does not say whether the bot has left the server: it refuses the token."),
        ("a-token", 5, 0, "The token is that of another application"),
        ("a-token", 0, 500, "Discord does not say whether the bot has left the server: it answers with status 500."),
        ("a-token", 0, 404, "Discord does not say whether the bot has left the server: it answers with status 404."),
        ("a-token", 0, -1, "Discord cannot be asked whether the bot has left the server: "),
    ],
)
async def test_without_an_answer_nothing_is_forgotten(
    newsroom: Newsroom, token: str, application: int, status: int, refusal: str
) -> None:
    """A 404 that is not Discord's own, such as a proxy's, is no answer."""
    if status > 0:
        newsroom.sandbox.faults.proxy_page("GET .*/guilds/", status)
    known = settings(newsroom, token, "http://127.0.0.1:9" if status < 0 else "")
    with pytest.raises(CaseError) as refused:
        await is_on(known, newsroom.guild.id, [application] if application else [])
    assert str(refused.value).startswith(refusal) and str(refused.value).endswith(LEFT)


async def test_a_server_is_forgotten_by_its_name_once_the_bot_has_left(
    newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a-token")
    monkeypatch.setenv("LETTERWATCH_DISCORD_API", newsroom.sandbox.api)
    server = str(newsroom.guild.id)

    async def forget(*arguments: str) -> tuple[int, str, str]:
        return await asyncio.to_thread(run, "forget", "--server", server, *arguments)

    code, _, err = await forget("--yes", "Newsroom")
    assert (code, "The bot is still on server" in err) == (1, True)
    newsroom.sandbox.world.remove_member(newsroom.guild, newsroom.app.bot)
    assert await forget() == (
        2,
        f"Server {server} (Newsroom): 0 events recorded.\n",
        "Confirm with --yes and the server's name. Nothing was changed.\n",
    )
    code, _, err = await forget("--yes", "newsroom")
    assert (code, err) == (1, f"Server {server} is called “Newsroom”, not “newsroom”. Nothing was changed.\n")
    assert (await asyncio.to_thread(run, "backup"))[0] == 0
    code, out, err = await forget("--yes", "Newsroom")
    assert (code, err) == (0, "")
    assert "The server is forgotten: 0 events and all else that belonged to it" in out
    assert "1 older backup may still hold it, until " in out
    code, _, err = await forget("--yes", "Newsroom")
    assert (code, err) == (1, f"The database has no server {server}. Nothing was changed.\n")
