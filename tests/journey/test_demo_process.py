"""`letterwatch demo` as a newcomer starts, uses and stops it."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import httpx
import pytest

from bot.demo import START
from sandbox import text_of

Json = dict[str, Any]


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, str]]:
    """The demo, its address and its output until then."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout
    output = ""
    try:
        async with asyncio.timeout(60):
            while not (address := re.search(r"http://127\.0\.0\.1:\d+", output)):
                line = await process.stdout.readline()
                assert line, f"the demo ended: {output}"
                output += line.decode()
        yield process, address[0], output
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@dataclass
class OpenPage:
    """The demo's page, opened as its first person: Alice, who is on the desk."""

    http: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse
    address: str
    state: Json

    async def event(self, kind: str) -> Json:
        while True:
            event: Json = await self.socket.receive_json(timeout=60)
            if event["type"] == kind:
                return event

    async def ask(self, command: str, options: list[Json]) -> Json:
        """Run a command in the first channel, and wait for the answer."""
        guild = self.state["guilds"][0]
        where = {"as": self.state["me"]["id"], "guild": guild["id"], "channel": guild["channels"][0]["id"]}
        body = {**where, "type": 2, "data": {"name": command, "options": options}}
        async with self.http.post(f"{self.address}/page/interact", json=body) as response:
            answer: Json = await response.json()
            return answer


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[OpenPage]:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{address}/page/ws", max_msg_size=0) as socket:
        yield OpenPage(http, socket, address, await socket.receive_json(timeout=20))


async def turn_clock(address: str, do: str, value: object) -> Json:
    """Use the clock as the page does, without opening the page."""
    async with httpx.AsyncClient() as http:
        clock: Json = (await http.post(f"{address}/page/clock", json={"do": do, "value": value})).raise_for_status().json()
        return clock


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_prints_one_address_serves_its_page_and_stops_cleanly(sign: signal.Signals) -> None:
    async with started("--port", "0") as (process, address, _):
        async with httpx.AsyncClient() as http:
            page = await http.get(address)
        assert "Sandbox" in page.text
        process.send_signal(sign)
        async with asyncio.timeout(20):
            rest, _ = await process.communicate()
        assert (process.returncode, rest.decode().strip().split("\n")[-1]) == (0, "Stopped. Nothing was saved.")
        assert "Traceback" not in rest.decode()


async def test_a_port_that_is_taken_is_replaced_by_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with started("--port", str(port), "--start") as (_, address, output):
            assert f"Port {port} is taken" in output and not address.endswith(f":{port}")
            assert (await turn_clock(address, "speed", 3600))["paused"] is False, "--start: nobody needs to open the page"


async def test_the_clock_starts_with_the_page_and_a_year_s_jump_loses_no_command() -> None:
    async with started("--port", "0") as (process, address, _):
        assert (await turn_clock(address, "speed", 43_200))["paused"] is True, "nobody has opened the page"
        async with opened(address) as page:
            clock = page.state["clock"]
            assert clock["paused"] is False
            assert START <= datetime.fromisoformat(clock["now"]) < START + timedelta(days=1), "it waited for the page"
            while (await page.event("clock"))["now"] == clock["now"]:
                pass
            jump = await turn_clock(address, "jump", "2019-01-22T12:00:00-05:00")
            assert jump["jump"]["to"] == "2019-01-22T12:00:00-05:00"
            asking = asyncio.create_task(page.ask("status", [{"name": "jurisdiction", "type": 3, "value": "Denver"}]))
            held = await page.event("interaction")
            assert held["status"] == "held"
            on_the_way = await page.event("clock")
            assert on_the_way["jump"] and on_the_way["now"] < "2019-01-22"
            answer = await asking
            assert answer["held"] and answer["status"] in ("answered", "deferred")
            while text_of(message := (await page.event("message"))["message"]) == "" or not _answers(message, answer["id"]):
                pass
            assert "Denver" in text_of(message) and message["timestamp"] >= "2019-01-22"
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(20):
            rest, _ = await process.communicate()
        _, _, output = rest.decode().partition("Ctrl-C stops it.")
        assert output.strip() == "Stopped. Nothing was saved.", 'neither "Can\'t keep up" nor any other warning'


def _answers(message: Json, interaction: str) -> bool:
    return bool((message.get("interaction_metadata") or {}).get("id") == interaction)
