"""Registering commands: what Discord takes, keeps and refuses."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from sandbox import ApiError
from sandbox.commands import check
from sandbox.errors import Problems
from tests.sandbox.bot import Bot
from tests.sandbox.conftest import Town

Json = dict[str, Any]


def command(**other: Any) -> Json:
    return {"name": "status", "description": "Where it stands", **other}


def option(name: str = "city", kind: int = 3, **other: Any) -> Json:
    return {"name": name, "description": "A city", "type": kind, **other}


@pytest.mark.parametrize(
    "body",
    [
        command(name="Status"),
        command(name="two words"),
        command(name="x" * 33),
        command(description=""),
        command(description="x" * 101),
        command(options=[option(str(number)) for number in range(26)]),
        command(options=[option("a"), option("b", required=True)]),
        command(options=[option("a"), option("a")]),
        command(options=[option("a"), option("sub", 1)]),
        command(options=[option("group", 2, options=[option("deeper", 2)])]),
        command(options=[option(choices=[{"name": "a", "value": "a"}], autocomplete=True)]),
        command(options=[option(choices=[{"name": "a", "value": "x" * 101}])]),
        command(options=[option(kind=4, choices=[{"name": "a", "value": "one"}])]),
        command(options=[option(f"sub-{number}", 1) for number in range(26)]),
        command(options=[option("group", 2, options=[option(f"sub-{number}", 1) for number in range(26)])]),
        command(options=[option("sub", 1, options=[option(str(number)) for number in range(26)])]),
        command(options=[option("sub", 1, options=[option("deeper", 1)])]),
        command(options=[option("sub", 1, options=[option(description="x" * 101)])]),
        command(options=[option(choices=[{"name": "x" * 101, "value": "a"}])]),
        command(options=[option(choices=[{"name": str(number), "value": "a"} for number in range(26)])]),
        command(
            options=[option(str(one), choices=[
                {"name": "a", "name_localizations": {"de": "x" * 100}, "value": f"{two}"} for two in range(25)
            ]) for one in range(4)]
        ),
        command(
            options=[option(str(one), choices=[{"name": f"{two}", "value": "x" * 99} for two in range(25)])
            for one in range(4)]
        ),
    ],
)  # fmt: skip
def test_a_command_that_discord_refuses(body: Json) -> None:
    problems = Problems()
    check(problems, (0,), body)
    with pytest.raises(ApiError) as refused:
        problems.settle()
    assert refused.value.code == 50035


def of_size(characters: int) -> Json:
    """A command with a subcommand, whose names, descriptions, and names and values of choices have so many characters."""
    choices = [[{"name": "ab", "value": "c"} for _ in range(25)] for _ in range(4)]
    options = [option(f"o{number}", choices=of_option) for number, of_option in enumerate(choices)]
    body = command(options=[option("sub", 1, options=options)])
    left = characters - len("statusWhere it standssubA city") - 4 * len("o0A city") - 100 * len("abc")
    for choice in (each for of_option in choices for each in of_option):
        more = min(left, 99)
        choice["value"] += "c" * more
        left -= more
    assert left == 0
    return body


@pytest.mark.parametrize(("characters", "allowed"), [(8000, True), (8001, False)])
def test_a_command_has_at_most_8000_characters_with_its_subcommands(characters: int, *, allowed: bool) -> None:
    problems = Problems()
    check(problems, (3,), of_size(characters))
    errors = problems.error().body().get("errors")
    assert (errors is None) == allowed
    if errors:
        assert errors["3"]["_errors"][0]["code"] == "APPLICATION_COMMAND_TOO_LARGE"


async def test_a_sync_that_breaks_a_limit_is_refused_with_its_place(town: Town, bot: Bot) -> None:
    before = town.bob.commands(town.general)
    bodies = [command(), command(name="long", options=[option("sub", 1, description="x" * 101)])]
    with pytest.raises(discord.HTTPException) as refused:
        await bot.http.bulk_upsert_global_commands(town.app.id, bodies)
    assert refused.value.code == 50035
    assert "1.options.0.description" in refused.value.text
    assert town.bob.commands(town.general) == before


async def test_commands_of_a_server_are_its_own(town: Town, bot: Bot) -> None:
    guild = discord.Object(town.guild.id)
    bot.tree.copy_global_to(guild=guild)
    await bot.tree.sync(guild=guild)
    assert town.bob.commands(town.general).count("status") == 1
    assert (await town.bob.command(town.general, "status", city="Denver")).text == "Denver: 7 days"


async def test_a_command_is_edited_and_deleted(town: Town, bot: Bot) -> None:
    command = next(each for each in await bot.tree.fetch_commands() if each.name == "status")
    edited = await command.edit(description="Something else")
    assert (edited.id, edited.description) == (command.id, "Something else")
    await command.delete()
    assert "status" not in town.bob.commands(town.general)


async def test_two_commands_of_one_name_are_refused(town: Town, bot: Bot) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await bot.http.bulk_upsert_global_commands(town.app.id, [command(), command()])
    assert refused.value.code == 50035
    assert "must be unique" in refused.value.text


async def test_another_application_s_commands_are_out_of_reach(town: Town, bot: Bot) -> None:
    with pytest.raises(discord.Forbidden):
        await bot.http.bulk_upsert_global_commands(town.app.id + 1, [])
    with pytest.raises(discord.Forbidden) as refused:
        await bot.http.bulk_upsert_guild_commands(town.app.id, 1, [])
    assert refused.value.code == 50001
