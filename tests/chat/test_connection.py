"""Starting and staying connected: what Discord, a proxy or the network does wrong is waited for."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from typing import Any

import aiohttp
import pytest
from discord.http import Route

from bot.chat import connection, outages, session_starts
from bot.chat.connection import CLOSED_FOR_GOOD, GatewayLink
from bot.chat.outages import FIRST, LONGEST, OddAnswer, asked_wait, growing_wait
from bot.chat.session_starts import APART, DAY, SPREAD_MOST, LastSession, SessionNotes, SessionStartLimit
from bot.chat.startup import new_client
from bot.clock import FrozenClock
from bot.config import ConfigError
from bot.store.database import Database
from bot.store.process_lock import ProcessLock
from sandbox import ALWAYS, Sandbox
from sandbox.faults import Faults
from tests.chat.conftest import Newsroom

PATHS = ["GET /gateway/bot", "GET /users/@me"]
PATIENCE = 30.0


@pytest.fixture
async def town(db: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Newsroom]:
    """A newsroom of which Discord may refuse anything, and a bot that does not wait for long."""
    room = Newsroom.founded(db, clock)
    monkeypatch.setattr(outages, "FIRST", 0.02)
    monkeypatch.setattr(outages, "LONGEST_ASKED", 0.05)
    for module in (connection, session_starts):
        monkeypatch.setattr(module, "APART", 0.02)
    async with room.sandbox as sandbox:
        monkeypatch.setattr(Route, "BASE", sandbox.api)
        yield room


@asynccontextmanager
async def linked(room: Newsroom, notes: SessionNotes | None = None) -> AsyncIterator[tuple[GatewayLink, asyncio.Task[None]]]:
    """The client and its link, which begins to connect."""
    client = new_client(room.db, room.clock, lambda: None)
    client._connection.guild_ready_timeout = 0.05
    link = GatewayLink(client, "a-token", notes)
    staying = asyncio.create_task(link.stay())
    try:
        yield link, staying
    finally:
        staying.cancel()
        await asyncio.gather(staying, return_exceptions=True)
        await client.close()


async def becomes_ready(room: Newsroom) -> None:
    async with linked(room) as (link, _), asyncio.timeout(PATIENCE):
        await link.until_able_to_post()
        assert link.state.connected


async def refusal(room: Newsroom) -> str:
    """Why the link ends for good."""
    async with linked(room) as (_, staying):
        with pytest.raises(ConfigError) as refused:
            await asyncio.wait_for(staying, PATIENCE)
    return str(refused.value)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines that say that the bot is not connected."""
    return [record.getMessage() for record in caplog.records if record.getMessage().startswith("Not connected to Discord")]


async def test_a_client_that_is_closed_before_it_is_ready_never_becomes_so(
    town: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = asyncio.Event()

    async def on_connect() -> None:
        connected.set()

    async with linked(town) as (link, _), asyncio.timeout(PATIENCE):
        monkeypatch.setattr(link._client, "on_connect", on_connect, raising=False)
        link._client._connection.guild_ready_timeout = 60
        await connected.wait()
    assert [task for task in asyncio.all_tasks() if "_delay_ready" in repr(task)] == []
    events = [task for task in asyncio.all_tasks() if task.get_name().startswith("discord.py: ")]
    assert "discord.py: on_ready" not in {task.get_name() for task in events}
    await asyncio.gather(*events)  # servers that came before the close are still written down


FAULTS: dict[str, Callable[[Faults, str], object]] = {
    "503": lambda faults, path: faults.answer(path, 503, times=2),
    "404": lambda faults, path: faults.answer(path, 404),
    "rate limit": lambda faults, path: faults.rate_limit(path, 0.01),
    "page with 429": lambda faults, path: faults.proxy_page(path, 429),
    "page with 403": lambda faults, path: faults.proxy_page(path, 403),
    "page with 401": lambda faults, path: faults.proxy_page(path, 401),
    "page with 200": lambda faults, path: faults.proxy_page(path, 200),
    "dropped": lambda faults, path: faults.drop_request(path, times=2),
    "answer dropped": lambda faults, path: faults.drop_answer(path, times=2),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_first_request_that_fails_is_made_again(
    town: Newsroom, path: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    FAULTS[fault](town.sandbox.faults, path)
    await becomes_ready(town)
    assert not any(record.exc_info for record in caplog.records), "a traceback"


@pytest.mark.parametrize("path", PATHS)
async def test_a_first_request_that_hangs_is_given_up(town: Newsroom, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWER_WITHIN", 0.1)
    monkeypatch.setattr(connection, "LOGIN_WITHIN", 0.3)
    town.sandbox.faults.hold(path)
    await becomes_ready(town)


@pytest.mark.parametrize(
    "body", ['{"url": "wss://x"', "[]", "{}", '{"url": null}', '{"url": "https://discord.com"}', '{"url": 5}']
)
async def test_an_odd_answer_is_asked_for_again(town: Newsroom, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read, answers = aiohttp.ClientResponse.read, iter([body.encode()])

    async def odd_once(response: aiohttp.ClientResponse) -> bytes:
        content = await read(response)
        return next(answers, content) if response.url.path.endswith("/gateway/bot") else content

    monkeypatch.setattr(aiohttp.ClientResponse, "read", odd_once)
    await becomes_ready(town)
    assert town.sandbox.request_counts["GET /gateway/bot", 200] == 2


GATEWAY_FAULTS: dict[str, Callable[[Sandbox], object]] = {
    "503": lambda sandbox: sandbox.faults.answer("CONNECT /gateway", 503, times=2),
    "page": lambda sandbox: sandbox.faults.proxy_page("CONNECT /gateway", 200),
    "dropped": lambda sandbox: sandbox.faults.drop_request("CONNECT /gateway", times=2),
    "closed": lambda sandbox: sandbox.faults.close_at_identify(4000),
    "closed as if well": lambda sandbox: sandbox.faults.close_at_identify(1000),
    "hanging": lambda sandbox: sandbox.faults.hold("CONNECT /gateway"),
    "session timed out": lambda sandbox: sandbox.faults.close_at_identify(4009),
}


@pytest.mark.parametrize("fault", GATEWAY_FAULTS)
async def test_a_first_connection_that_fails_is_made_again(
    town: Newsroom, fault: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SESSION_WITHIN", 0.5)
    GATEWAY_FAULTS[fault](town.sandbox)
    await becomes_ready(town)
    assert not any(record.exc_info for record in caplog.records), "a traceback"
    assert said(caplog), "the log does not say why it took longer"


@pytest.mark.parametrize("frame", ["{", "[]", "null", '{"op": 0, "t": "READY", "s": 1, "d": {}}', '{"op": 10, "d": null}', ""])
async def test_an_odd_first_event_ends_the_connection_and_not_the_bot(
    town: Newsroom, frame: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SESSION_WITHIN", 0.5)  # "" is a gateway that says nothing more
    gateway: Any = town.sandbox.gateway
    greet, odd = gateway._greet, iter([frame])

    def greet_oddly(session: Any, shard: list[int]) -> None:
        frame = next(odd, None)
        if frame is None:
            greet(session, shard)
        elif frame:
            sending.append(asyncio.ensure_future(session.connection.socket.send_str(frame)))

    sending: list[asyncio.Future[None]] = []
    monkeypatch.setattr(gateway, "_greet", greet_oddly)
    async with linked(town) as (link, _), asyncio.timeout(PATIENCE):
        await link.until_able_to_post()
        monkeypatch.setattr(connection, "SESSION_WITHIN", PATIENCE)
        await town.sandbox.bus.until(lambda: len(gateway._connections) == 1, PATIENCE, "the odd connection to be closed")


@pytest.mark.parametrize("code", CLOSED_FOR_GOOD)
async def test_what_a_person_must_mend_ends_it_at_the_first_connection(town: Newsroom, code: int) -> None:
    town.sandbox.faults.close_at_identify(code)
    message = await refusal(town)
    assert message == CLOSED_FOR_GOOD[code].format(intents="guilds")
    assert "\n" not in message


@pytest.mark.parametrize("code", CLOSED_FOR_GOOD)
async def test_what_a_person_must_mend_ends_it_later_too(town: Newsroom, code: int) -> None:
    async with linked(town) as (link, staying):
        await asyncio.wait_for(link.until_able_to_post(), PATIENCE)
        town.sandbox.gateway.close(code)
        with pytest.raises(ConfigError):
            await asyncio.wait_for(staying, PATIENCE)


@pytest.mark.parametrize("path", [*PATHS, "GET /oauth2/applications/@me"])
async def test_a_token_that_discord_refuses_ends_it(town: Newsroom, path: str) -> None:
    town.sandbox.faults.answer(path, 401, times=ALWAYS)
    assert "Discord refuses the token" in await refusal(town)


async def test_a_lost_connection_is_resumed_which_costs_no_session(town: Newsroom) -> None:
    gateway = town.sandbox.gateway
    async with linked(town) as (link, _), asyncio.timeout(PATIENCE):
        await link.until_able_to_post()
        for lose in (gateway.cut, gateway.close, gateway.ask_reconnect):
            resumed = asyncio.get_running_loop().create_future()
            link._client.on_resumed = partial(event_of, resumed)  # type: ignore[method-assign]
            lose()
            await resumed
            assert link.state.connected
    assert gateway.identified == 1


async def event_of(future: asyncio.Future[None]) -> None:
    future.set_result(None)


@pytest.mark.parametrize("forget", [True, False])
async def test_a_session_that_cannot_be_resumed_is_followed_by_another(town: Newsroom, forget: bool) -> None:
    gateway = town.sandbox.gateway
    async with linked(town) as (link, _), asyncio.timeout(PATIENCE):
        await link.until_able_to_post()
        if forget:
            gateway.forget_sessions()
            gateway.cut()
        else:
            gateway.invalidate()
        await town.sandbox.bus.until(lambda: gateway.identified == 2, PATIENCE, "another session")


async def test_where_the_address_to_resume_at_is_dead_another_session_begins(town: Newsroom) -> None:
    async with linked(town) as (link, _), asyncio.timeout(PATIENCE):
        await link.until_able_to_post()
        socket = link._client.ws
        assert socket is not None
        socket.gateway = socket.gateway.with_port(9)
        town.sandbox.gateway.cut()
        await town.sandbox.bus.until(lambda: town.sandbox.gateway.identified == 2, PATIENCE, "another session")


@pytest.mark.parametrize("request_", [*PATHS, "PUT .*/commands", "CONNECT /gateway"])
async def test_it_stops_while_discord_does_not_answer(town: Newsroom, request_: str) -> None:
    fault = town.sandbox.faults.hold(request_)
    async with linked(town) as (link, staying), asyncio.timeout(PATIENCE):
        await town.sandbox.bus.until(lambda: fault.met, PATIENCE, "the request")
        staying.cancel()
        await asyncio.gather(staying, return_exceptions=True)
        assert not link.state.connected
    assert fault.hold is not None
    fault.hold.set()


async def test_it_is_said_once_a_minute_that_discord_cannot_be_reached(
    town: Newsroom, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "LONGEST", 0.02)
    fault = town.sandbox.faults.answer("GET /gateway/bot", 503, times=ALWAYS)
    async with linked(town) as (link, _), asyncio.timeout(PATIENCE):
        await town.sandbox.bus.until(lambda: fault.met >= 5, PATIENCE, "five requests")
        assert len(said(caplog)) == 1
        assert re.fullmatch(
            r"Not connected to Discord since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC: http://127\.0\.0\.1:\d+/api/v10/gateway/bot "
            r"answers with status 503\. Next try in \d+ s\.",
            said(caplog)[0],
        )
        assert not link.state.connected and "status 503" in link.state.problem and link.state.next_try is not None
        monkeypatch.setattr(connection, "SAID_EVERY", 0.0)
        await town.sandbox.bus.until(lambda: fault.met >= 10, PATIENCE, "ten requests")
        assert len(said(caplog)) > 2
        fault.lift()
        with caplog.at_level(logging.INFO):
            await link.until_able_to_post()
        assert "Connected to Discord, which could not be reached since" in caplog.text
        assert link.state.connected and link.state.problem == ""


async def test_commands_that_discord_cannot_take_now_are_sent_later(town: Newsroom) -> None:
    fault = town.sandbox.faults.answer("PUT .*/commands", 503, times=ALWAYS)
    async with linked(town) as (link, _), asyncio.timeout(PATIENCE):
        await link.until_able_to_post()
        await town.sandbox.bus.until(lambda: fault.met > 2, PATIENCE, "commands sent again")
        fault.lift()
        await town.sandbox.commands_synced()


# Waits


def test_waits_grow_are_jittered_and_end_at_some_minutes() -> None:
    assert {growing_wait(1) for _ in range(9)} != {growing_wait(1)}
    for failures in range(1, 200):
        full = min(FIRST * 2 ** (failures - 1), LONGEST)
        assert full / 2 <= growing_wait(failures) <= full


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "7", "X-RateLimit-Reset-After": "9.5"}, 9.5),
        ({"Retry-After": "1e99"}, 3600),
        ({"Retry-After": "inf"}, 0),
        ({"Retry-After": "nan"}, 0),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, 0),
    ],
)
def test_it_waits_as_long_as_discord_asks(headers: dict[str, str], seconds: float) -> None:
    assert asked_wait(OddAnswer("refused", headers)) == seconds


# Sessions that may begin


def limit(remaining: int, reset_after: float = DAY) -> SessionStartLimit:
    return SessionStartLimit(1000, remaining, reset_after)


@pytest.mark.parametrize(
    ("left", "own", "last", "wait"),
    [
        (1000, inf, inf, 0),
        (1000, 2, 2, APART - 2),
        (1000, inf, 2, 0),  # another process's: Discord says if that is too soon
        (500, inf, 2, 0),
        (499, inf, 2, DAY / 494 - 2),  # a bot that is started again and again
        (10, inf, 2, SPREAD_MOST - 2),
        (10, inf, SPREAD_MOST, 0),
        (10, inf, inf, 0),
        (5, inf, inf, DAY),
        (0, inf, inf, DAY),
    ],
)
def test_when_a_session_may_begin(left: int, own: float, last: float, wait: float) -> None:
    assert limit(left).wait(own, last) == pytest.approx(wait)


def test_a_bot_that_is_started_every_two_seconds_never_uses_all_sessions() -> None:
    """A day of it, with each session as soon as it may begin."""
    begun, last, now = 0, -inf, 0.0
    while now < DAY:
        wait = limit(1000 - begun, DAY - now).wait(inf, now - last)
        if wait == 0:
            begun, last = begun + 1, now
        now += max(wait, 2.0)
    assert 500 < begun <= 995


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"session_start_limit": None},
        {"session_start_limit": {"total": "many", "remaining": 0, "reset_after": 0}},
        {"session_start_limit": {"total": 1000, "remaining": -1, "reset_after": 0}},
        {"session_start_limit": {"total": 1000, "remaining": 0, "reset_after": float("nan")}},
    ],
)
def test_a_limit_that_cannot_be_read_keeps_nobody_waiting(answer: dict[str, object]) -> None:
    assert SessionStartLimit.of(answer).wait(inf, inf) == 0


async def test_the_next_process_knows_the_last_session_and_trusts_no_clock_that_was_set_back() -> None:
    begun = datetime(2018, 2, 1, 12, tzinfo=UTC)
    clock, notes = FrozenClock(begun), ProcessLock("sqlite+aiosqlite://", begun)
    LastSession(clock, notes).begin()
    clock.set(begun + timedelta(seconds=10))
    assert LastSession(clock, notes).wait(limit(10)) == SPREAD_MOST - 10
    clock.set(begun - timedelta(hours=12))
    assert LastSession(clock, notes).wait(limit(10)) == 0


@pytest.fixture
def few_sessions(town: Newsroom) -> Iterator[Newsroom]:
    """Discord lets nobody begin a session for a second and a half, and resets the token of who does."""
    starts = town.sandbox.gateway.starts
    starts.enforced, starts.window = True, 1.5
    starts.leave(town.app.id, 0)
    yield town


async def test_no_session_begins_while_discord_allows_none(few_sessions: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    await becomes_ready(few_sessions)
    assert few_sessions.sandbox.gateway.identified == 1
    assert few_sessions.app.token == "a-token"
    assert "Discord leaves it 0 of 1000 sessions a day, so the next one waits" in said(caplog)[0]
