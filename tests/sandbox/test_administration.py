"""What the page can change in a server, and the state that it is shown afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import Permission
from tests.sandbox.bot import Bot
from tests.sandbox.conftest import BOT_MAY, Town

Json = dict[str, Any]


class Office:
    """The page's requests for one server."""

    def __init__(self, town: Town, http: aiohttp.ClientSession) -> None:
        self.town, self.http = town, http

    async def ask(self, do: str, **body: object) -> tuple[int, Json]:
        asked = {"guild": str(self.town.guild.id), "do": do, **body}
        async with self.http.post(self.town.sandbox.url + "/page/administration", json=asked) as response:
            return response.status, await response.json()

    async def change(self, do: str, **body: object) -> Json:
        status, state = await self.ask(do, **body)
        assert status == 200, state
        return state

    async def may(self, permission: str, on: bool) -> bool:
        """Give or take a permission in #general; whether the bot has it then."""
        state = await self.change("permission", channel=str(self.town.general.id), permission=permission, on=on)
        has: bool = state["channels"][0][permission]
        return has


@pytest.fixture
async def office(town: Town) -> AsyncIterator[Office]:
    async with aiohttp.ClientSession() as http:
        yield Office(town, http)


@pytest.mark.parametrize(("name", "permission"), [("see", 1 << 10), ("post", 1 << 11), ("read", 1 << 16)])
async def test_a_permission_is_taken_and_given_back(town: Town, office: Office, name: str, permission: int) -> None:
    assert not await office.may(name, False)
    assert not town.sandbox.world.may(town.app.id, town.general) & permission
    assert await office.may(name, True)
    assert town.sandbox.world.may(town.app.id, town.general) & permission
    assert town.general.overwrites == {}, "a channel given back is as it was"


async def test_what_was_read_later_bears_a_greater_number(office: Office) -> None:
    first, second = [await office.change("outage", on=on) for on in (True, False)]
    assert first["reading"] < second["reading"]


async def test_only_the_bot_loses_the_channel(town: Town, office: Office) -> None:
    await office.may("see", False)
    assert town.sandbox.world.may(town.bob_user.id, town.general) & Permission.VIEW_CHANNEL


async def test_what_others_deny_is_overruled(town: Town, office: Office) -> None:
    town.sandbox.world.deny(town.general, town.guild.roles[town.guild.id], Permission.VIEW_CHANNEL)
    assert await office.may("see", True)


async def test_a_channel_is_made_turned_into_a_forum_and_deleted(town: Town, bot: Bot, office: Office) -> None:
    state = await office.change("add_channel", name=" Night  Desk ")
    made = state["channels"][1]
    assert (made["name"], made["see"], made["post"], made["read"], made["forum"]) == ("night-desk", True, True, True, False)
    await bot.hears("channel night-desk")
    state = await office.change("forum", channel=made["id"], on=True)
    assert state["channels"][1]["forum"]
    state = await office.change("forum", channel=made["id"], on=False)
    assert not state["channels"][1]["forum"]
    state = await office.change("remove_channel", channel=made["id"])
    assert [channel["name"] for channel in state["channels"]] == ["general"]


async def test_a_role_is_made_given_taken_and_deleted(town: Town, office: Office) -> None:
    state = await office.change("add_role", name="Night desk")
    assert [role["name"] for role in state["roles"]] == ["desk", "Night desk"]
    role = {"role": state["roles"][1]["id"]}
    members = [str(town.app.id), str(town.bob_user.id)]
    for member in members:
        state = await office.change("role", **role, member=member, on=True)
    assert (sorted(state["roles"][1]["members"]), state["roles"][1]["mentionable"]) == (sorted(members), True)
    state = await office.change("role", **role, member=members[0], on=False)
    assert state["roles"][1]["members"] == members[1:]
    assert not (await office.change("mentionable", **role, on=False))["roles"][1]["mentionable"]
    state = await office.change("remove_role", **role)
    assert [role["name"] for role in state["roles"]] == ["desk"]


async def test_the_bot_is_thrown_out_and_invited_again(town: Town, bot: Bot, office: Office) -> None:
    removed = bot.wait_for("guild_remove", timeout=10)
    state = await office.change("bot", bot=str(town.app.id), on=False)
    assert state["bots"] == [{"id": str(town.app.id), "name": "Letters", "here": False}]
    assert not state["channels"][0]["see"]
    await removed
    joined = bot.wait_for("guild_join", timeout=10)
    state = await office.change("bot", bot=str(town.app.id), on=True)
    assert state["bots"][0]["here"] and state["channels"][0]["see"]
    assert (await joined).me.guild_permissions.value & BOT_MAY == BOT_MAY
    await office.change("bot", bot=str(town.app.id), on=True)
    assert len(town.sandbox.world.bots_in(town.guild)) == 1


async def test_an_outage_the_updates_channel_and_the_owner_s_messages(town: Town, bot: Bot, office: Office) -> None:
    gone = bot.wait_for("guild_unavailable", timeout=10)
    assert (await office.change("outage", on=True))["outage"]
    await gone
    assert not (await office.change("outage", on=False))["outage"]
    state = await office.change("updates_channel", channel=str(town.general.id))
    assert state["updates_channel"] == str(town.general.id) == str(town.guild.public_updates_channel)
    assert (await office.change("updates_channel", channel=""))["updates_channel"] == ""
    state = await office.change("owner_messages", on=False)
    assert state["owner"] == {"id": str(town.alice.user.id), "name": "Alice", "messages": False}
    with pytest.raises(discord.Forbidden):
        await (await bot.fetch_user(town.alice.user.id)).send("a word with you")
    assert (await office.change("owner_messages", on=True))["owner"]["messages"]


@pytest.mark.parametrize(
    ("do", "body", "error"),
    [
        ("fly", {}, "a change is one of"),
        ("permission", {"channel": "1", "permission": "see"}, "no such channel"),
        ("add_channel", {"name": "  "}, "a name has 1 to 100 characters"),
        ("remove_role", {"role": "x"}, "no such role"),
        ("bot", {"bot": "1"}, "no such bot"),
        ("role", {}, "no such role"),
        ("outage", {"guild": "1"}, "no such server"),
    ],
)
async def test_what_does_not_exist_is_a_400(town: Town, office: Office, do: str, body: Json, error: str) -> None:
    status, answer = await office.ask(do, **body)
    assert status == 400
    assert error in answer["error"]


async def test_neither_everyone_s_role_nor_the_bot_s_own_is_offered(town: Town, office: Office) -> None:
    for role in (town.guild.id, town.guild.members[town.app.id].roles[0]):
        assert (await office.ask("remove_role", role=str(role)))[0] == 400


async def test_every_page_is_told(town: Town, office: Office) -> None:
    url = f"{town.sandbox.url}/page/ws?as={town.bob_user.id}"
    async with office.http.ws_connect(url) as socket:
        state = await socket.receive_json(timeout=10)
        assert state["guilds"][0]["administration"]["channels"][0]["see"]
        await office.may("see", False)
        told = await socket.receive_json(timeout=10)
        assert (told["type"], told["guilds"][0]["administration"]["channels"][0]["see"]) == ("guilds", False)
        await office.change("owner_messages", on=False)
        told = await socket.receive_json(timeout=10)
        assert not told["guilds"][0]["administration"]["owner"]["messages"]
