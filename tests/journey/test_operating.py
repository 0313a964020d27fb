"""What an operator sees of the running bot: its health over HTTP, the dead man's switch, and a log of JSON."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from aiohttp import web

from sandbox import ALWAYS
from tests.journey.conftest import PATIENCE, TOKEN, Town, record_letters
from tests.journey.programs import Program
from tests.operate.test_health import free_port

ANSWER = {"case": "1", "extent": "full", "source": "https://example.org/a", "text": "All of it."}


async def health(port: int) -> tuple[int, dict[str, Any]]:
    """The status and what it says, once it answers at all."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/health") as response:
                    return response.status, await response.json()
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)  # another process begins to listen: there is no event to wait for


async def becomes(port: int, wanted: int) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            status, said = await health(port)
            if status == wanted:
                return said
            await asyncio.sleep(0.05)  # as in `health`


def lines(program: Program) -> list[dict[str, str]]:
    return [json.loads(line) for line in program.errors.splitlines()]


async def test_health_a_switch_and_a_log_of_json(town: Town) -> None:
    port, beats = free_port(), asyncio.Queue[str]()

    async def beat(request: web.Request) -> web.Response:
        beats.put_nowait(request.path)
        return web.Response()

    receiver = web.Application()
    receiver.router.add_get("/ping/5c1f2c3e", beat)
    runner, switch_port = web.AppRunner(receiver), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", switch_port).start()
    secret = f"http://127.0.0.1:{switch_port}/ping/5c1f2c3e"
    with town.config.open("a") as config:
        config.write(f'[health]\nport = {port}\ndead_mans_switch = "{secret}"\n[log]\nformat = "json"\nlevel = "debug"\n')
    away = town.sandbox.faults.answer("GET /gateway/bot", 503, times=ALWAYS)
    await record_letters(town, 1)
    program = await town.start("run", "--config", str(town.config))
    try:
        status, said = await health(port)
        assert (status, said["status"], said["gateway"]["connected"]) == (503, "unwell", False)
        assert said["last_tick"] == {"seconds_ago": None} and said["problems"]
        away.lift()
        town.sandbox.faults.answer("POST .*/messages", 503)
        said = await becomes(port, 200)
        assert said["status"] == "well" and said["problems"] == []
        await town.alice.command(town.alerts, "case answer", **ANSWER)
        await town.settled()
        assert not any(name in str(said) for name in ("Newsroom", "Albany", "Demand"))

        town.sandbox.gateway.refusing = True
        town.sandbox.gateway.cut()
        async with asyncio.timeout(PATIENCE):
            while (await health(port))[1]["gateway"]["connected"]:
                await asyncio.sleep(0.05)  # as in `health`
        program.terminate()
        assert await asyncio.wait_for(program.wait(), PATIENCE) == 0
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
        await runner.cleanup()

    logged = lines(program)
    assert {"time", "level", "logger", "message"} <= set.intersection(*(set(line) for line in logged))
    of_deliveries = [line for line in logged if line["logger"] == "bot.watch.deliver"]
    assert of_deliveries and all(line["notice"].isdecimal() for line in of_deliveries)
    of_answers = [line for line in logged if line["logger"] == "discord.webhook.async_"]
    assert of_answers and all(line["interaction"].isdecimal() for line in of_answers)
    for hidden in (TOKEN, secret, *town.sandbox.interactions._by_token):
        assert hidden not in program.errors
