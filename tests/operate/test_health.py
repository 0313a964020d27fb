"""Whether the bot is well, over HTTP and by the dead man's switch."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import httpx
import pytest
from aiohttp import web
from sqlalchemy import text

from bot.chat.connection import LinkState
from bot.config import ConfigError, HealthSettings
from bot.operate.dead_mans_switch import DeadMansSwitch
from bot.operate.health import Health
from bot.operate.health_address import PATH, health_address
from bot.record.errors import Undeliverable
from tests.operate.conftest import NOON, Engine


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def started(engine: Engine) -> Engine:
    """As after `Watch.start`, but each look is asked for."""
    await engine.desk.open()
    engine.watch.began_at = engine.clock.monotonic()
    await engine.watch.turn()
    return engine


async def test_it_is_well_after_a_look(engine: Engine) -> None:
    health = await (await started(engine)).vitals.read()
    assert health == Health(0.0, None, engine.gateway, ())


async def test_it_is_not_well_before_its_first_look(engine: Engine) -> None:
    assert (await engine.vitals.read()).problems == ("The bot has not looked for alerts since its start.",)


async def no_looks(engine: Engine) -> None:
    engine.clock.set(NOON + timedelta(seconds=181))


async def no_gateway(engine: Engine) -> None:
    engine.gateway = LinkState(False, NOON, engine.clock.monotonic(), "an answer with status 503")
    engine.clock.set(NOON + timedelta(seconds=181))
    await engine.watch.turn()


async def no_gateway_and_a_clock_that_was_set_back(engine: Engine) -> None:
    await no_gateway(engine)
    engine.clock.jump(NOON - timedelta(hours=12))


async def a_notice_that_waits(engine: Engine) -> None:
    await engine.desk.letter(NOON - timedelta(days=14))
    engine.channels.failures = [lambda: Undeliverable("503", permanent=False)] * 50
    await engine.watch.turn()
    engine.clock.set(NOON + timedelta(minutes=16))
    await engine.watch.turn()


async def no_database(engine: Engine) -> None:
    async with engine.db.write() as conn:
        await conn.execute(text("ALTER TABLE notices RENAME TO elsewhere"))


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (no_looks, "The last look for alerts was 3 minutes ago."),
        (no_gateway, "Not connected to Discord since Fri 9 February 2018, 17:00 UTC: an answer with status 503."),
        (
            no_gateway_and_a_clock_that_was_set_back,
            "Not connected to Discord since Fri 9 February 2018, 17:00 UTC: an answer with status 503.",
        ),
        (a_notice_that_waits, "A notice has waited for 16 minutes to be sent."),
        (no_database, "The database does not answer."),
    ],
)
async def test_it_says_why_it_is_not_well(engine: Engine, happens: Callable[[Engine], object], said: str) -> None:
    await started(engine)
    await happens(engine)  # type: ignore[misc]
    assert (await engine.vitals.read()).problems == (said,)


async def test_what_waits_for_a_person_makes_no_bot_unwell(engine: Engine) -> None:
    await started(engine)
    await engine.desk.letter(NOON - timedelta(days=14))
    engine.channels.failures = [lambda: Undeliverable("50013", permanent=True)]
    await engine.watch.turn()
    engine.clock.set(NOON + timedelta(hours=12))
    engine.watch.looked_at = engine.clock.monotonic()
    assert (await engine.vitals.read()).is_well


async def test_what_fell_due_while_nothing_ran_waits_since_the_start(engine: Engine) -> None:
    await engine.desk.open()
    await engine.desk.letter(NOON - timedelta(days=14))
    engine.clock.set(NOON + timedelta(days=2))
    engine.channels.failures = [lambda: Undeliverable("503", permanent=False)]
    engine.watch.began_at = engine.clock.monotonic()
    await engine.watch.turn()
    health = await engine.vitals.read()
    assert health.is_well and health.oldest_waiting


@asynccontextmanager
async def asked(engine: Engine) -> AsyncIterator[str]:
    settings = HealthSettings(port=free_port())
    async with health_address(settings, engine.vitals):
        yield f"http://127.0.0.1:{settings.port}"


async def test_it_answers_over_http_without_any_name(engine: Engine) -> None:
    await started(engine)
    async with asked(engine) as address, aiohttp.ClientSession() as http:
        async with http.get(address + PATH) as response:
            assert response.status == 200
            assert await response.json() == {
                "status": "well",
                "problems": [],
                "last_tick": {"seconds_ago": 0.0},
                "oldest_waiting_notice": None,
                "gateway": {"connected": True, "since": "2018-02-09T17:00:00+00:00"},
            }
        await a_notice_that_waits(engine)
        async with http.get(address + PATH) as response:
            assert response.status == 503
            answer = await response.json()
        assert answer["status"] == "unwell" and answer["oldest_waiting_notice"] == {"due_at": "2018-02-09T14:00:00+00:00"}
        for name in ("Albany", "Denver", "Newsroom", "Demand"):
            assert name not in json.dumps(answer)
        async with http.get(address + "/") as elsewhere:
            assert elsewhere.status == 404
        async with http.post(address + PATH) as changed:
            assert changed.status == 405


async def test_it_is_off_unless_there_is_a_port(engine: Engine) -> None:
    async with health_address(HealthSettings(), engine.vitals):
        with pytest.raises(aiohttp.ClientConnectionError):
            async with aiohttp.ClientSession() as http:
                await http.get(f"http://127.0.0.1:{free_port()}{PATH}")


async def test_an_address_that_is_taken_is_named(engine: Engine) -> None:
    async with asked(engine) as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(ConfigError, match=f"health.host and health.port: 127.0.0.1:{port} cannot be used"):
            async with health_address(HealthSettings(port=port), engine.vitals):
                pass


@pytest.mark.parametrize("host", ["a..b", "nowhere.invalid", "192.0.2.1"])
async def test_a_host_that_cannot_be_one_is_named(engine: Engine, host: str) -> None:
    with pytest.raises(ConfigError, match=f"health.host and health.port: {host}:9 cannot be used: (?!None)"):
        async with health_address(HealthSettings(host=host, port=9), engine.vitals):
            pass


async def test_it_answers_at_an_address_of_ipv6_and_a_question_for_the_head(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    await started(engine)
    settings = HealthSettings(host="::1", port=free_port())
    with caplog.at_level(logging.INFO, "bot"):
        async with health_address(settings, engine.vitals), aiohttp.ClientSession() as http:
            address = f"http://[::1]:{settings.port}{PATH}"
            async with http.head(address) as response:
                assert response.status == 200 and await response.read() == b""
    assert address in caplog.text


class Receiver:
    """Where the dead man's switch arrives."""

    def __init__(self) -> None:
        self.status = 200
        self.arrived: asyncio.Queue[str] = asyncio.Queue()

    async def answer(self, request: web.Request) -> web.Response:
        self.arrived.put_nowait(request.path)
        return web.Response(status=self.status)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    held, app, port = Receiver(), web.Application(), free_port()
    app.router.add_get("/ping/{secret}", held.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield held, f"http://127.0.0.1:{port}/ping/5c1f2c3e"
    await runner.cleanup()


@asynccontextmanager
async def kept(switch: DeadMansSwitch) -> AsyncIterator[None]:
    stopped = asyncio.Event()
    keeping = asyncio.create_task(switch.keep(stopped))
    yield
    stopped.set()
    async with asyncio.timeout(10):
        await keeping


async def test_the_switch_is_fetched_while_all_is_well(engine: Engine, receiver: tuple[Receiver, str]) -> None:
    await started(engine)
    held, url = receiver
    async with kept(DeadMansSwitch(url, engine.vitals, every=0.01)), asyncio.timeout(10):
        assert [await held.arrived.get() for _ in range(3)] == ["/ping/5c1f2c3e"] * 3


async def test_a_switch_that_never_ends_its_answer_keeps_nobody_waiting(engine: Engine) -> None:
    """Its address may be anybody's: a byte now and then would keep a reader for ever."""
    asked, left = asyncio.Event(), asyncio.Event()

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        asked.set()
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        left.set()

    await started(engine)
    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with kept(DeadMansSwitch(f"http://127.0.0.1:{port}/", engine.vitals)), asyncio.timeout(5):
        await asked.wait()
    await left.wait()
    server.close()


async def test_a_switch_that_cannot_be_fetched_at_all_is_logged_once(
    engine: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await started(engine)
    monkeypatch.setenv("ALL_PROXY", "nothing://that.is.a.proxy")
    async with kept(DeadMansSwitch("https://example.org/ping", engine.vitals, every=0.01)):
        while "the dead man's switch failed" not in caplog.text:
            await asyncio.sleep(0.01)
    assert sum(record.name == "bot.operate.dead_mans_switch" for record in caplog.records) == 1


async def test_the_switch_is_not_fetched_while_something_is_wrong(engine: Engine, receiver: tuple[Receiver, str]) -> None:
    await started(engine)
    held, url = receiver
    switch = DeadMansSwitch(url, engine.vitals)
    async with httpx.AsyncClient() as http:
        engine.clock.set(NOON + timedelta(minutes=5))
        await switch.beat(http)
        assert held.arrived.empty()
        await engine.watch.turn()
        await switch.beat(http)
        assert not held.arrived.empty()


async def test_a_switch_that_cannot_be_reached_is_logged_once_without_its_address(
    engine: Engine, receiver: tuple[Receiver, str], caplog: pytest.LogCaptureFixture
) -> None:
    await started(engine)
    held, url = receiver
    held.status = 500
    with caplog.at_level(logging.INFO, "bot"):
        async with kept(DeadMansSwitch(url, engine.vitals, every=0.01)), asyncio.timeout(10):
            for _ in range(4):
                await held.arrived.get()
            held.status = 200
            while "reached again" not in caplog.text:
                await held.arrived.get()
    assert caplog.text.count("cannot be reached: it answers with status 500") == 1
    assert "5c1f2c3e" not in caplog.text
