"""What the web page is told and what it may do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox import Permission, ReplayClock, Sandbox
from tests.sandbox.bot import Bot, pointed_at
from tests.sandbox.conftest import TIME_FACTOR, Town, settle

Json = dict[str, Any]


class Page:
    """One person's browser."""

    def __init__(self, town: Town, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.town, self.http, self.socket = town, http, socket

    async def hear(self, kind: str) -> Json:
        """The next thing told of this kind."""
        while True:
            told: Json = await self.socket.receive_json(timeout=5)
            if told["type"] == kind:
                return told

    async def post(self, path: str, body: Json, **headers: str) -> tuple[int, Json]:
        async with self.http.post(self.town.sandbox.url + path, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def interact(self, kind: int, data: Json, **other: str) -> tuple[int, Json]:
        town = self.town
        where = {"as": str(town.bob_user.id), "guild": str(town.guild.id), "channel": str(town.general.id)}
        return await self.post("/page/interact", {**where, "type": kind, "data": data, **other})


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=ReplayClock(datetime(2018, 1, 24, tzinfo=UTC)), time_factor=TIME_FACTOR) as started:
        with pointed_at(started):
            yield started


@pytest.fixture
async def page(town: Town) -> AsyncIterator[Page]:
    url = f"{town.sandbox.url}/page/ws?as={town.bob_user.id}"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        yield Page(town, http, socket)


async def test_the_state_comes_first(town: Town, bot: Bot, page: Page) -> None:
    state = await page.hear("state")
    assert state["me"]["username"] == "bob"
    assert [user["username"] for user in state["users"]] == ["alice", "bob"]
    [guild] = state["guilds"]
    assert (guild["name"], guild["channels"][0]["name"]) == ("Newsroom", "general")
    names = [command["name"] for command in state["commands"][str(town.guild.id)]]
    assert "status" in names and "settings" not in names
    assert state["commands"][str(town.guild.id)][0]["application"]["name"] == "Letters"
    assert state["clock"] == {"now": "2018-01-24T00:00:00+00:00", "speed": 1.0, "paused": True, "controls": True, "jump": None}


async def test_a_command_is_answered_and_told(bot: Bot, page: Page) -> None:
    options = [{"name": "city", "type": 3, "value": "Denver"}]
    status, answer = await page.interact(2, {"name": "status", "options": options})
    assert (status, answer["status"]) == (200, "answered")
    assert answer["message"]["content"] == "Denver: 7 days"
    assert (await page.hear("message"))["message"]["content"] == "Denver: 7 days"
    told = await page.hear("interaction")
    assert (told["id"], told["status"]) == (answer["id"], "done")


async def test_choices_a_form_and_a_press(bot: Bot, page: Page) -> None:
    typed = [{"name": "city", "type": 3, "value": "den", "focused": True}]
    _, answer = await page.interact(4, {"name": "status", "options": typed})
    assert answer["choices"] == [{"name": "Denver", "value": "Denver"}]
    _, opened = await page.interact(2, {"name": "note", "options": []})
    filled = [
        {"type": 18, "component": {"type": 3, "custom_id": "kind", "values": ["call"]}},
        {"type": 18, "component": {"type": 4, "custom_id": "words", "value": "hello"}},
    ]
    form = {"custom_id": opened["modal"]["custom_id"], "components": filled}
    _, answer = await page.interact(5, form, **{"from": opened["id"]})
    assert answer["message"]["content"] == "call: hello"
    _, alert = await page.interact(2, {"name": "alert"})
    press = {"custom_id": "ack:17", "component_type": 2}
    _, answer = await page.interact(3, press, message=alert["message"]["id"])
    assert answer["message"]["content"] == "Case 17: acknowledged"


async def test_what_the_client_would_refuse_is_a_400(bot: Bot, page: Page) -> None:
    assert await page.interact(2, {"name": "status"}) == (400, {"error": "city: this option is required"})
    assert (await page.interact(2, {"name": "settings"}))[0] == 400
    assert (await page.interact(3, {"custom_id": "x", "component_type": 2}, message="1"))[0] == 400
    assert (await page.interact(9, {}))[0] == 400
    assert (await page.post("/page/interact", {"as": "1"}))[0] == 400


async def test_a_whisper_is_told_to_its_asker_alone(town: Town, bot: Bot, page: Page) -> None:
    await town.alice.command(town.general, "whisper")
    await town.bob.command(town.general, "whisper")
    told = await page.hear("message")
    assert told["message"]["interaction_metadata"]["user"]["username"] == "bob"


async def test_messages_are_read_in_pages(town: Town, page: Page) -> None:
    posted = [town.sandbox.posts.post(town.general, town.app.bot, {"content": str(n)}) for n in range(5)]
    query = {"channel": str(town.general.id), "as": str(town.bob_user.id), "limit": "2", "before": str(posted[4].id)}
    async with page.http.get(town.sandbox.url + "/page/messages", params=query) as response:
        assert [message["content"] for message in await response.json()] == ["2", "3"]


async def test_a_channel_made_or_hidden_is_told(town: Town, page: Page) -> None:
    town.sandbox.world.add_channel(town.guild, "alerts")
    channels = (await page.hear("guilds"))["guilds"][0]["channels"]
    assert [channel["name"] for channel in channels] == ["general", "alerts"]
    town.sandbox.world.overwrite(town.general, town.guild.roles[town.guild.id], deny=Permission.VIEW_CHANNEL)
    channels = (await page.hear("guilds"))["guilds"][0]["channels"]
    assert [channel["name"] for channel in channels] == ["alerts"]


async def test_the_clock_has_controls(page: Page) -> None:
    _, clock = await page.post("/page/clock", {"do": "speed", "value": 86_400})
    assert clock["speed"] == 86_400
    _, clock = await page.post("/page/clock", {"do": "play"})
    assert clock["paused"] is False
    assert (await page.hear("clock"))["controls"] is True
    assert (await page.post("/page/clock", {"do": "jump", "value": "2017-01-01"}))[0] == 400
    assert (await page.post("/page/clock", {"do": "speed", "value": "fast"}))[0] == 400
    assert (await page.post("/page/clock", {"do": "rewind"}))[0] == 400


async def test_the_system_clock_has_none() -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as http:
        settle(sandbox)
        async with http.post(sandbox.url + "/page/clock", json={"do": "play"}) as response:
            assert response.status == 409


async def test_pages_from_elsewhere_are_refused(town: Town, page: Page) -> None:
    assert (await page.post("/page/clock", {"do": "play"}, Origin="https://evil.example"))[0] == 403
    assert (await page.post("/page/clock", {"do": "play"}, Host="evil.example"))[0] == 403
    assert (await page.post("/page/clock", {"do": "play"}, Origin=town.sandbox.url))[0] == 200


async def test_files_are_served_from_the_page_s_folder_only(town: Town, page: Page) -> None:
    async with page.http.get(town.sandbox.url + "/page/%2e%2e%2fserver.py") as response:
        assert response.status == 404
    file = town.sandbox.world.add_file("a.html", b"<script>")
    async with page.http.get(file.url) as response:
        assert response.headers["Content-Disposition"] == "attachment"


async def test_a_file_is_uploaded_for_an_option(bot: Bot, page: Page) -> None:
    form = aiohttp.FormData()
    form.add_field("file", b"dear mayor", filename="letter.txt")
    async with page.http.post(page.town.sandbox.url + "/page/upload", data=form) as response:
        file = await response.json()
    options = [{"name": "file", "type": 1, "options": [{"name": "file", "type": 11, "value": file["id"]}]}]
    _, answer = await page.interact(2, {"name": "case", "options": options})
    assert answer["message"]["attachments"][0]["filename"] == "answer.txt"


async def test_a_sandbox_started_again_keeps_its_address_and_world(town: Town) -> None:
    address = town.sandbox.url
    await town.sandbox.stop()
    await town.sandbox.start()
    assert town.sandbox.url == address
    async with aiohttp.ClientSession() as http, http.get(town.sandbox.api + "/gateway") as response:
        assert await response.json() == {"url": town.sandbox.gateway_url}


async def test_the_first_page_is_announced_before_it_is_sent_anything(town: Town) -> None:
    clock = town.sandbox.clock
    assert isinstance(clock, ReplayClock)
    opened: list[bool] = []

    def begin() -> None:
        opened.append(True)
        clock.play()

    town.sandbox.before_first_page(begin)
    async with aiohttp.ClientSession() as http:
        async with http.get(town.sandbox.url) as response:
            assert response.status == 200
        assert not opened, "only a page that runs counts"
        for _ in range(2):
            async with http.ws_connect(f"{town.sandbox.url}/page/ws") as socket:
                assert (await socket.receive_json(timeout=5))["clock"]["paused"] is False
    assert opened == [True]


async def test_a_jump_is_told_and_so_is_what_waits_for_its_end(town: Town, bot: Bot, page: Page) -> None:
    clock = town.sandbox.clock
    assert isinstance(clock, ReplayClock)
    _, told = await page.post("/page/clock", {"do": "jump", "value": "2019-01-24T00:00:00+00:00"})
    assert told["jump"] == {"from": "2018-01-24T00:00:00+00:00", "to": "2019-01-24T00:00:00+00:00"}
    options = [{"name": "city", "type": 3, "value": "Denver"}]
    asking = asyncio.create_task(page.interact(2, {"name": "status", "options": options}))
    assert (await page.hear("interaction"))["status"] == "held"
    clock.set(datetime(2019, 1, 24, tzinfo=UTC))
    _, answer = await asking
    assert (answer["status"], answer["held"]) == ("answered", True)
    while (await page.hear("clock"))["jump"]:
        pass
