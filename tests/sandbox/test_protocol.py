"""The gateway's rules that discord.py never breaks, spoken by hand."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox import ReplayClock, Sandbox
from tests.sandbox.conftest import Town, settle

Json = dict[str, Any]


class Line:
    """A websocket to the gateway."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, op: int, data: object) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def hear(self) -> Json:
        heard: Json = await self.socket.receive_json(timeout=5)
        return heard

    async def closed(self) -> int | None:
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code


@asynccontextmanager
async def line(sandbox: Sandbox) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as http, http.ws_connect(sandbox.gateway_url + "?v=10&encoding=json") as socket:
        yield Line(socket)


def identity(town: Town, **other: object) -> Json:
    return {"token": town.token, "intents": 1, "properties": {}, **other}


async def test_hello_comes_first_and_heartbeats_are_acknowledged(town: Town) -> None:
    async with line(town.sandbox) as gateway:
        assert (await gateway.hear())["d"] == {"heartbeat_interval": 41250}
        sent_at = time.monotonic()
        await gateway.say(1, None)
        assert (await gateway.hear())["op"] == 11
        assert time.monotonic() - sent_at > 0.9, "an answer at once would make discord.py warn that it cannot keep up"


async def test_ready_then_the_servers_each_with_its_number(town: Town) -> None:
    async with line(town.sandbox) as gateway:
        await gateway.hear()
        await gateway.say(2, identity(town))
        heard = [await gateway.hear(), await gateway.hear()]
        assert [(each["t"], each["s"]) for each in heard] == [("READY", 1), ("GUILD_CREATE", 2)]


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "wrong"}, 4004),
        (2, {"intents": -1}, 4013),
        (2, {"intents": 1 << 30}, 4013),
        (2, {"intents": 1 | 1 << 15}, 4014),
        (2, {"shard": [2, 2]}, 4010),
        (3, {}, 4003),
        (99, {}, 4001),
    ],
)
async def test_what_closes_the_connection(town: Town, op: int, data: Json, code: int) -> None:
    async with line(town.sandbox) as gateway:
        await gateway.hear()
        await gateway.say(op, identity(town, **data))
        assert await gateway.closed() == code


async def test_nonsense_closes_the_connection(town: Town) -> None:
    async with line(town.sandbox) as gateway:
        await gateway.socket.send_str("hello?")
        assert await gateway.closed() == 4002


async def test_identifying_twice_closes_the_connection(town: Town) -> None:
    async with line(town.sandbox) as gateway:
        await gateway.say(2, identity(town))
        await gateway.say(2, identity(town))
        assert await gateway.closed() == 4005


async def test_a_stopped_heart_closes_the_connection() -> None:
    async with Sandbox(heartbeat=0.1) as sandbox, line(sandbox) as gateway:
        assert await gateway.closed() == 4009


async def test_messages_are_told_only_to_those_who_asked_for_them(town: Town) -> None:
    async with line(town.sandbox) as gateway:
        await gateway.say(2, identity(town, intents=1 << 9))
        assert [(await gateway.hear())["t"] for _ in range(2)] == [None, "READY"]
        town.sandbox.posts.post(town.general, town.app.bot, {"content": "hello"})
        heard = await gateway.hear()
        assert (heard["t"], heard["d"]["content"]) == ("MESSAGE_CREATE", "hello")


async def test_the_gateway_can_refuse_connections(town: Town) -> None:
    town.sandbox.gateway.refusing = True
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with line(town.sandbox):
            pass


async def test_calls_without_a_token_or_to_nowhere_are_refused(town: Town) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(town.sandbox.api + "/users/@me") as response:
            assert (response.status, await response.json()) == (401, {"message": "401: Unauthorized", "code": 0})
        async with http.get(town.sandbox.api + "/nowhere") as response:
            assert (response.status, await response.json()) == (404, {"message": "404: Not Found", "code": 0})
            assert response.headers["Via"] == "1.1 sandbox"
        async with http.post(f"{town.sandbox.api}/webhooks/{town.app.id}/wrong", json={"content": "hi"}) as response:
            assert (await response.json())["code"] == 10015
        async with http.post(town.sandbox.api + "/interactions/1/wrong/callback", json={"type": 4}) as response:
            assert (await response.json())["code"] == 10062


async def test_each_answer_bears_the_date_of_the_sandboxs_clock() -> None:
    async with Sandbox(clock=ReplayClock(datetime(2018, 1, 24, 17, tzinfo=UTC))) as sandbox, aiohttp.ClientSession() as http:
        for path in ("/gateway", "/users/@me", "/nowhere"):
            async with http.get(sandbox.api + path) as response:
                assert response.headers["Date"] == "Wed, 24 Jan 2018 17:00:00 GMT"


async def test_two_worlds_do_not_know_each_other(town: Town) -> None:
    async with Sandbox() as other:
        settle(other)
        assert other.url != town.sandbox.url
        assert town.sandbox.gateway.connected() == other.gateway.connected() == []
