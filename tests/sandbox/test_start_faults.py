"""What can go wrong while a bot starts: the first requests, the first connection, the first identify."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import discord
import pytest

from sandbox import ALWAYS, Sandbox
from tests.sandbox.bot import Bot, running
from tests.sandbox.conftest import Town
from tests.sandbox.test_protocol import identity, line

PATHS = ["/gateway/bot", "/users/@me"]


async def get(town: Town, path: str) -> tuple[int, str, str]:
    """Status, type and text of an answer."""
    headers = {"Authorization": f"Bot {town.token}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(town.sandbox.api + path) as response:
        return response.status, response.content_type, await response.text()


@pytest.mark.parametrize("path", PATHS)
async def test_the_first_requests_meet_a_fault_so_many_times(town: Town, path: str) -> None:
    town.sandbox.faults.answer(f"GET {path}$", 503, times=2)
    town.sandbox.faults.rate_limit(f"GET {path}$", 0.01)
    answers = [await get(town, path) for _ in range(4)]
    assert [status for status, _, _ in answers] == [503, 503, 429, 200]
    assert {kind for _, kind, _ in answers} == {"application/json"}


async def test_a_fault_lasts_until_it_is_lifted(town: Town) -> None:
    fault = town.sandbox.faults.answer("GET /users/@me", 503, times=ALWAYS)
    assert [(await get(town, "/users/@me"))[0] for _ in range(3)] == [503, 503, 503]
    fault.lift()
    assert (await get(town, "/users/@me"))[0] == 200
    assert fault.met == 3


@pytest.mark.parametrize("path", PATHS)
async def test_a_proxy_answers_with_a_page(town: Town, path: str) -> None:
    town.sandbox.faults.proxy_page(path, 429, retry_after=7)
    headers = {"Authorization": f"Bot {town.token}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(town.sandbox.api + path) as response:
        assert (response.status, response.content_type, response.headers["Retry-After"]) == (429, "text/html", "7")
        assert "Via" not in response.headers
        assert "<h1>Error 429</h1>" in await response.text()


async def test_discord_py_gives_up_on_a_page(town: Town) -> None:
    town.sandbox.faults.proxy_page("/users/@me")
    with pytest.raises(discord.HTTPException) as refused:
        async with running(Bot(), town.token):
            pass
    assert refused.value.status == 429


@pytest.mark.parametrize("path", PATHS)
async def test_a_connection_is_dropped(town: Town, path: str) -> None:
    town.sandbox.faults.drop_request(path, times=2)  # aiohttp itself tries a GET once more
    with pytest.raises(aiohttp.ClientConnectionError):
        await get(town, path)
    assert (await get(town, path))[0] == 200


async def test_a_request_hangs(town: Town) -> None:
    fault = town.sandbox.faults.hold("/gateway/bot")
    assert fault.hold is not None
    hanging = asyncio.create_task(get(town, "/gateway/bot"))
    await town.sandbox.bus.until(lambda: fault.met, 10, "the request")
    assert not hanging.done()
    fault.hold.set()
    assert (await hanging)[0] == 200


async def test_the_gateway_refuses_the_first_connections(town: Town) -> None:
    town.sandbox.faults.answer("CONNECT /gateway", 503)
    town.sandbox.faults.proxy_page("CONNECT /gateway")
    town.sandbox.faults.drop_request("CONNECT /gateway", times=2)
    for status in (503, 429):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with line(town.sandbox):
                pass
        assert refused.value.status == status
    with pytest.raises(aiohttp.ClientConnectionError):
        async with line(town.sandbox):
            pass
    async with line(town.sandbox) as gateway:
        assert (await gateway.hear())["op"] == 10


@pytest.mark.parametrize("code", [4000, 4004, 4010, 4011, 4012, 4013, 4014])
async def test_an_identify_is_closed_with_any_code(town: Town, code: int) -> None:
    town.sandbox.faults.close_at_identify(code, "as asked")
    async with line(town.sandbox) as gateway:
        await gateway.say(2, identity(town))
        assert await gateway.closed() == code
    async with line(town.sandbox) as gateway:
        await gateway.say(2, identity(town))
        assert [(await gateway.hear())["t"] for _ in range(2)] == [None, "READY"]


async def test_discord_py_reports_the_close_code(town: Town) -> None:
    town.sandbox.faults.close_at_identify(4014)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(Bot(), town.token):
            pass


class TestSessionStarts:
    async def remaining(self, town: Town) -> tuple[int, int]:
        _, _, text = await get(town, "/gateway/bot")
        limit = json.loads(text)["session_start_limit"]
        assert (limit["total"], limit["max_concurrency"]) == (1000, 1)
        return limit["remaining"], limit["reset_after"]

    async def test_each_identify_counts_and_a_resume_does_not(self, town: Town) -> None:
        assert await self.remaining(town) == (1000, 0)
        async with running(Bot(), town.token) as bot:
            town.sandbox.gateway.close(4000)
            await bot.hears("resumed")
        remaining, reset_after = await self.remaining(town)
        assert remaining == 999
        assert 0 < reset_after <= 86_400_000

    async def test_one_too_many_resets_the_token(self, town: Town) -> None:
        starts, old = town.sandbox.gateway.starts, town.token
        starts.enforced = True
        starts.leave(town.app.id, 1)
        async with line(town.sandbox) as first, line(town.sandbox) as second:
            await first.say(2, identity(town))
            await town.sandbox.connected()
            assert (await self.remaining(town))[0] == 0
            await second.say(2, identity(town))
            assert (await second.closed(), await first.closed()) == (4004, 4004)
        assert town.token != old
        assert (await get(town, "/users/@me"))[0] == 200

    async def test_without_enforcement_half_always_remain(self, town: Town) -> None:
        town.sandbox.gateway.starts.leave(town.app.id, 0)
        assert (await self.remaining(town))[0] == 500
        async with running(Bot(), town.token):
            pass

    async def test_all_are_free_again_after_the_window(self, town: Town) -> None:
        starts = town.sandbox.gateway.starts
        starts.enforced = True
        starts.leave(town.app.id, 0)
        starts.window = 0.0
        assert await self.remaining(town) == (1000, 0)

    async def test_an_identify_too_soon_is_an_invalid_session(self, town: Town) -> None:
        town.sandbox.gateway.starts.spacing = 60.0
        async with line(town.sandbox) as first, line(town.sandbox) as second:
            await first.say(2, identity(town))
            await town.sandbox.connected()
            await second.say(2, identity(town))
            assert [(await second.hear())["op"] for _ in range(2)] == [10, 9]


async def test_a_token_reset_closes_the_bot_and_refuses_it(town: Town, sandbox: Sandbox) -> None:
    old = town.token
    async with line(sandbox) as gateway:
        await gateway.say(2, identity(town))
        await sandbox.connected()
        sandbox.world.reset_token(town.app)
        assert await gateway.closed() == 4004
        await sandbox.disconnected()
    with pytest.raises(discord.LoginFailure):
        async with running(Bot(), old):
            pass
