"""What the client sends, with the limits of the local Discord: nothing is refused; what is refused all the same comes back."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import Route

from bot.chat.channel_limits import LONGEST, USUAL_SECONDS
from bot.chat.client import BotClient
from bot.chat.components import view_of
from bot.chat.pacing import Pace, retry_after
from bot.chat.poster import DiscordPoster
from bot.clock import CheckedClock, FrozenClock
from bot.record.errors import Undeliverable
from bot.words.card import Button, Buttons, Card, Text
from sandbox.limits import Rate
from tests.chat.conftest import Newsroom

POST, HISTORY = "POST /channels/{channel}/messages", "GET /channels/{channel}/messages"
LONG = 25.0  # seconds that no test waits; discord.py itself would
tokens = itertools.count()


@pytest.fixture
def poster(bot: BotClient) -> DiscordPoster:
    return DiscordPoster(bot)


def card(text: str = "3 days left") -> Card:
    return Card((Text(text),))


async def post(poster: DiscordPoster, channel_id: int, text: str = "3 days left") -> int:
    return await poster.post(channel_id, card(text), f"token{next(tokens)}")


def posts(room: Newsroom) -> int:
    """How many posts Discord was asked for."""
    return sum(1 for request in room.sandbox.requests if request.method == "POST" and request.path.endswith("/messages"))


async def test_a_channel_that_is_asked_for_its_room_never_refuses(newsroom: Newsroom, poster: DiscordPoster) -> None:
    channel_id = newsroom.alerts.id
    newsroom.sandbox.limits.routes[POST] = Rate(5, 0.5)
    left, rounds = 12, []
    while left:
        count = min(left, poster.room(channel_id))
        await asyncio.gather(*(post(poster, channel_id) for _ in range(count)))
        left -= count
        rounds.append(count)
        await asyncio.sleep(poster.room_in(channel_id))
    assert rounds == [5, 5, 2]
    assert len(newsroom.sandbox.messages(channel_id)) == 12


async def test_the_answer_to_the_last_post_of_a_window_comes_at_once(newsroom: Newsroom, poster: DiscordPoster) -> None:
    newsroom.sandbox.limits.routes[POST] = Rate(5, LONG)
    async with asyncio.timeout(LONG - 5):
        await asyncio.gather(*(post(poster, newsroom.alerts.id) for _ in range(5)))
    assert poster.room(newsroom.alerts.id) == 0
    assert 0 < poster.room_in(newsroom.alerts.id) <= LONG
    assert poster.room(newsroom.room.id) == 5


async def test_a_refused_post_comes_back_and_is_not_posted_later(
    newsroom: Newsroom, poster: DiscordPoster, refusals_expected: None
) -> None:
    fault = newsroom.sandbox.faults.rate_limit("/messages", 0.2)
    with pytest.raises(Undeliverable) as refused:
        await post(poster, newsroom.alerts.id, "no longer true")
    assert fault.met == 1
    assert (refused.value.permanent, refused.value.maybe_sent, refused.value.retry_after) == (False, False, 0.2)
    assert poster.room(newsroom.alerts.id) == 0
    assert 0 < poster.room_in(newsroom.alerts.id) <= 1
    await post(poster, newsroom.alerts.id, "true")  # by somebody who does not ask for room
    [message] = newsroom.sandbox.messages(newsroom.alerts)
    assert "no longer true" not in str(message)
    assert posts(newsroom) == 2


async def test_a_refusal_for_the_whole_bot_makes_everything_wait_but_answers_to_people(
    on_memorial_day: Newsroom, poster: DiscordPoster, bot: BotClient, refusals_expected: None
) -> None:
    room = on_memorial_day
    room.sandbox.limits.per_second = 0  # as if another process had used up the second
    with pytest.raises(Undeliverable) as refused:
        await post(poster, room.alerts.id)
    assert refused.value.retry_after is not None and not refused.value.maybe_sent
    assert poster.backlog() > 0
    assert poster.room(room.alerts.id) == 5
    room.sandbox.limits.per_second = 50
    bot.pace.requests.hold(3600)
    waiting = [
        asyncio.create_task(post(poster, room.alerts.id)),
        asyncio.create_task(poster.find(room.alerts.id, "x", long_ago())),
    ]
    before = len(room.sandbox.requests)
    assert "Letters" in (await room.bob.command(room.room, "letters")).text
    assert [request.path for request in room.sandbox.requests[before:] if "/channels/" in request.path] == []
    assert not any(task.done() for task in waiting)
    for task in waiting:
        task.cancel()


@pytest.mark.parametrize(
    ("headers", "body", "seconds", "for_all"),
    [
        ({"Retry-After": "7"}, "<html>You are being rate limited</html>", 7, True),
        ({}, "error code: 1015", USUAL_SECONDS, True),
        ({"Retry-After": "soon"}, "[]", USUAL_SECONDS, True),
        ({"Retry-After": "2", "X-RateLimit-Scope": "shared"}, '{"retry_after": 1.25, "global": false}', 1.25, False),
        ({"Retry-After": "2", "X-RateLimit-Scope": "user"}, '{"retry_after": -1}', USUAL_SECONDS, False),
        ({"X-RateLimit-Scope": "user"}, '{"retry_after": 1e400}', USUAL_SECONDS, False),
        ({"X-RateLimit-Scope": "user"}, '{"retry_after": 1e12}', LONGEST, False),
        ({"X-RateLimit-Scope": "user"}, '{"retry_after": 1' + "0" * 400 + "}", USUAL_SECONDS, False),
        ({"X-RateLimit-Global": "true"}, '{"retry_after": 3, "global": true}', 3, True),
    ],
)
async def test_whatever_a_refusal_looks_like_it_is_waited_for(
    headers: dict[str, str], body: str, seconds: float, for_all: bool
) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=429, headers=headers, text=body)

    app = web.Application()
    app.router.add_post("/channels/9/messages", refuse)
    pace = Pace()
    async with TestServer(app) as server, pace.session() as session:
        url = server.make_url("/channels/9/messages")
        async with session.post(url, headers={"Authorization": "Bot a-token"}) as response:
            assert await retry_after(response) == seconds
            assert await response.text() == body
    assert (pace.requests.backlog() > 1) == for_all
    assert pace.channels.room(9) == (5 if headers.get("X-RateLimit-Global") else 0)
    await pace.connector.close()


async def test_the_permit_is_given_when_the_connection_is_open() -> None:
    """And a request that is cancelled while it waits for its permit leaves the connection to the next."""
    connections, requests = [], []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                requests.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    pace = Pace()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, pace.session() as session:
        pace.requests.hold(60)
        waiting = asyncio.create_task(session.get(url, headers={"Authorization": "Bot a-token"}).__aenter__())
        while not (pace.requests._waiting and connections):
            await asyncio.sleep(0)
        assert requests == []
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with session.get(url) as response:
            assert response.status == 204
        assert (len(connections), len(requests)) == (1, 1)
        await pace.connector.close()


async def test_reading_the_history_counts_for_the_limit_of_the_bot(newsroom: Newsroom, poster: DiscordPoster) -> None:
    """A hundred requests at once, in a window of fifty a second: the fixture sees to it that none was refused."""
    newsroom.sandbox.limits.routes.clear()
    channel_id = newsroom.alerts.id
    reads = (poster.find(channel_id, "nothing", long_ago()) for _ in range(50))
    await asyncio.gather(*(post(poster, channel_id) for _ in range(50)), *reads)
    assert len(newsroom.sandbox.messages(channel_id)) == 50


async def test_a_server_without_limits_takes_what_there_is(newsroom: Newsroom, poster: DiscordPoster) -> None:
    newsroom.sandbox.limits.enabled = False
    await post(poster, newsroom.alerts.id)
    assert poster.room(newsroom.alerts.id) > 100


@pytest.mark.parametrize(
    ("status", "permanent", "maybe_sent"),
    [(400, True, False), (403, True, False), (404, True, False), (401, False, False), (500, False, True), (503, False, True)],
)
async def test_each_refusal_says_who_must_act(
    newsroom: Newsroom, poster: DiscordPoster, refusals_expected: None, status: int, permanent: bool, maybe_sent: bool
) -> None:
    newsroom.sandbox.faults.answer("/messages", status, code=50013, message="Missing Permissions")
    with pytest.raises(Undeliverable) as refused:
        await post(poster, newsroom.alerts.id)
    assert (refused.value.permanent, refused.value.maybe_sent, refused.value.retry_after) == (permanent, maybe_sent, None)
    assert posts(newsroom) == 1
    if permanent:
        reason = {
            400: "Discord refuses it: Missing Permissions",
            403: "The bot lacks View Channel",
            404: "The channel was deleted",
        }
        assert str(refused.value).startswith(reason[status])


async def test_a_post_whose_answer_was_lost_may_have_been_sent_and_counts_for_its_channel(
    newsroom: Newsroom, poster: DiscordPoster
) -> None:
    newsroom.sandbox.faults.drop_answer("/messages")
    with pytest.raises(Undeliverable) as lost:
        await post(poster, newsroom.alerts.id)
    assert lost.value.maybe_sent
    assert poster.room(newsroom.alerts.id) == 4
    assert len(newsroom.sandbox.messages(newsroom.alerts)) == 1


async def mentionable(newsroom: Newsroom, bot: BotClient) -> int:
    """A role that the bot may mention, once it knows of it."""
    role = newsroom.sandbox.world.add_role(newsroom.guild, "editors", mentionable=True)
    guild = bot.get_guild(newsroom.guild.id)
    while guild and guild.get_role(role.id) is None:
        await asyncio.sleep(0.005)
    return role.id


async def test_a_post_is_found_again_by_the_token_of_its_buttons(
    newsroom: Newsroom, bot: BotClient, poster: DiscordPoster
) -> None:
    role = await mentionable(newsroom, bot)
    sent = Card((Text("3 days left"), Buttons((Button("History", action="lw:tokenabc:history"),))), ping_role=role)
    message_id = await poster.post(newsroom.alerts.id, sent, "tokenabc")
    assert await poster.post(newsroom.alerts.id, sent, "tokenabc") == message_id
    assert await poster.find(newsroom.alerts.id, "tokenabc", long_ago()) == message_id
    [pinged, _] = [
        request.body["allowed_mentions"]
        for request in newsroom.sandbox.requests
        if request.path.endswith("/messages") and request.body
    ]
    assert pinged == {"parse": [], "roles": [role]}


def long_ago() -> datetime:
    return datetime(2017, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("pings", [False, True])
@pytest.mark.parametrize("text", ["3 days left", 'Zoë’s "demand" <@&8> @everyone \\ \u2028'])
async def test_a_notice_is_the_request_that_discord_py_would_send(
    newsroom: Newsroom, bot: BotClient, poster: DiscordPoster, monkeypatch: pytest.MonkeyPatch, text: str, pings: bool
) -> None:
    ping_role = await mentionable(newsroom, bot) if pings else None
    sent: list[tuple[str, str, dict[str, str], object, object]] = []
    request = aiohttp.ClientSession._request

    async def keep(session: aiohttp.ClientSession, method: str, url: str, **options: Any) -> aiohttp.ClientResponse:
        proxy = options.get("proxy"), options.get("proxy_auth")
        body = {"content": None, "tts": False, **json.loads(options["data"])}  # what is left out says the same
        sent.append((method, str(url), dict(options["headers"]), body, proxy))
        return await request(session, method, url, **options)

    monkeypatch.setattr(aiohttp.ClientSession, "_request", keep)
    notice = Card((Text(text), Buttons((Button("Acknowledge", "ack:a-token"),))), ping_role=ping_role)
    await poster.post(newsroom.alerts.id, notice, "a-token")
    pinged = [discord.Object(ping_role)] if ping_role else []
    mentions = discord.AllowedMentions(everyone=False, users=False, roles=pinged, replied_user=False)
    channel = bot.get_partial_messageable(newsroom.alerts.id)
    await channel.send(view=view_of(notice), nonce="a-token", allowed_mentions=mentions)
    assert sent[0] == sent[1]
    [message] = newsroom.sandbox.messages(newsroom.alerts)
    assert message["nonce"] == "a-token", "the repeat was answered with the first message"


@pytest.mark.parametrize(
    ("status", "body", "content_type", "permanent", "maybe_sent"),
    [
        (200, "<html>Welcome</html>", "text/html", False, True),
        (200, "<html>Welcome</html>", "application/json", False, True),
        (200, "[]", "application/json", False, True),
        (200, "", "application/json", False, True),
        (200, '{"id": "99999999999999999999"}', "application/json", False, True),
        (200, '{"id": "-1"}', "application/json", False, True),
        (204, "", "text/plain", False, True),
        (302, "", "text/html", False, True),
        (403, "<html>\n<p>Access denied</p>" + "\n<p>x</p>" * 5_000, "text/html", False, True),  # a proxy's: nothing is known
        (403, '{"message": "no \\ud800", "code": 50013}', "application/json", True, False),
        (500, '{"message": "no \\ud800", "code": 0}', "application/json", False, True),
        (403, "<html>Access denied</html>", "application/json", True, False),
        (400, '{"message": null, "code": 1}', "application/json", True, False),
        (400, '{"message": "no", "code": 1, "errors": ["odd"]}', "application/json", True, False),
    ],
)
async def test_whatever_answers_a_post_the_outcome_can_be_recorded(
    newsroom: Newsroom,
    bot: BotClient,
    poster: DiscordPoster,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: str,
    content_type: str,
    permanent: bool,
    maybe_sent: bool,
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, body=body.encode(), headers={"Content-Type": content_type})

    app = web.Application()
    app.router.add_post("/channels/9/messages", answer)
    async with TestServer(app) as server:
        with monkeypatch.context() as here:
            here.setattr(Route, "BASE", str(server.make_url("")).rstrip("/"))
            with pytest.raises(Undeliverable) as failure:
                await post(poster, 9)
    assert (failure.value.permanent, failure.value.maybe_sent) == (permanent, maybe_sent)
    reason = str(failure.value)
    assert reason.encode() and "\n" not in reason and len(reason) < 250


@pytest.mark.parametrize(
    ("status", "kind", "age", "is_heard"),
    [
        (200, "application/json", None, True),
        (404, "application/json", "0", True),
        (200, "application/json", "1800", False),
        (200, "text/html", None, False),
        (429, "text/html", None, False),
        (503, "text/html", None, False),
        (502, "application/json", None, False),
    ],
)
async def test_only_what_discord_itself_answers_now_says_what_time_it_is(
    status: int, kind: str, age: str | None, is_heard: bool
) -> None:
    """A proxy on a machine whose clock is wrong must not confirm it."""
    wrong = datetime(2018, 3, 9, tzinfo=UTC)
    headers = {"Date": format_datetime(wrong, usegmt=True)} | ({"Age": age} if age else {})

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text="{}", content_type=kind, headers=headers)

    app = web.Application()
    app.router.add_get("/gateway", answer)
    pace, clock = Pace(), CheckedClock(FrozenClock(wrong))
    pace.clock = clock
    async with TestServer(app) as server, pace.session() as session:
        async with session.get(server.make_url("/gateway"), headers={"Authorization": "Bot x"}):
            pass
        await pace.connector.close()
    assert (clock.ahead() is not None) == is_heard
    assert not is_heard or abs(clock.behind()) <= timedelta(seconds=2)
