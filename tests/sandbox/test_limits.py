"""Rate limits, as discord.py meets them and as the headers say them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from sandbox import Limits, Rate, Sandbox
from tests.sandbox.bot import Bot, pointed_at
from tests.sandbox.conftest import Town, settle

ROUTE = "POST /channels/{channel}/messages"


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with Sandbox(limits=Limits(per_second=20, routes={ROUTE: Rate(2, 0.3)})) as sandbox:
        with pointed_at(sandbox):
            yield settle(sandbox)


async def post(town: Town, http: aiohttp.ClientSession) -> aiohttp.ClientResponse:
    headers = {"Authorization": f"Bot {town.token}"}
    url = f"{town.sandbox.api}/channels/{town.general.id}/messages"
    async with http.post(url, json={"content": "hello"}, headers=headers) as response:
        await response.read()
        return response


async def test_headers_count_down_and_then_comes_a_429(town: Town) -> None:
    async with aiohttp.ClientSession() as http:
        answers = [await post(town, http) for _ in range(3)]
        assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert [answer.status for answer in answers] == [200, 200, 429]
        body = await answers[2].json()
        assert body["message"] == "You are being rate limited."
        assert body["global"] is False and 0 < body["retry_after"] <= 0.3
        assert answers[2].headers["Via"] and answers[2].headers["X-RateLimit-Scope"] == "user"
    assert town.sandbox.limits.refused == 1
    assert town.sandbox.limits.refused_by_scope == {"user": 1}
    assert town.sandbox.request_counts == {(ROUTE, 200): 2, (ROUTE, 429): 1}


async def test_discord_py_waits_and_is_never_refused(town: Town, bot: Bot) -> None:
    channel = bot.get_partial_messageable(town.general.id)
    for number in range(5):
        await channel.send(str(number))
    assert len(town.sandbox.messages(town.general)) == 5
    assert town.sandbox.limits.refused == 0


async def test_the_global_limit_spares_answers_to_interactions(town: Town, bot: Bot) -> None:
    town.sandbox.limits.per_second = 0
    assert (await town.bob.command(town.general, "status", city="Denver")).text == "Denver: 7 days"


async def test_past_the_global_limit_comes_a_global_429(town: Town) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {town.token}"}) as http:

        async def ask() -> tuple[int, bool]:
            async with http.get(f"{town.sandbox.api}/users/@me") as response:
                return response.status, (await response.json()).get("global", False)

        answers = await asyncio.gather(*(ask() for _ in range(30)))
    assert (429, True) in answers
    assert (200, False) in answers


async def test_limits_can_be_off() -> None:
    async with Sandbox(limits=Limits.off()) as sandbox, aiohttp.ClientSession() as http:
        town = settle(sandbox)
        assert {(await post(town, http)).status for _ in range(20)} == {200}


async def test_edits_of_messages_over_an_hour_old_are_few() -> None:
    """429 with code 30046; an edit of a newer message is none of them."""
    clock = Standing(datetime(2018, 2, 24, 9, tzinfo=UTC))
    async with Sandbox(clock=clock, limits=Limits(old_edits=Rate(1, 60.0))) as sandbox, aiohttp.ClientSession() as http:
        town = settle(sandbox)
        headers, path = {"Authorization": f"Bot {town.token}"}, f"{sandbox.api}/channels/{town.general.id}/messages"
        async with http.post(path, json={"content": "hello"}, headers=headers) as response:
            message = (await response.json())["id"]

        async def edit() -> tuple[int, int | None]:
            async with http.patch(f"{path}/{message}", json={"content": "good morning"}, headers=headers) as response:
                return response.status, (await response.json()).get("code")

        clock.stands_at += timedelta(hours=1)
        assert [await edit(), await edit()] == [(200, None), (200, None)]
        clock.stands_at += timedelta(seconds=1)
        assert [await edit(), await edit()] == [(200, None), (429, 30046)]


@dataclass
class Standing:
    """A clock that shows what it is told."""

    stands_at: datetime

    def now(self) -> datetime:
        return self.stands_at
