"""Starting with something wrong: one clear line, exit code 2, no traceback."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests.journey.conftest import PATIENCE, Town


async def outcome(town: Town, **environment: str) -> tuple[int, list[str]]:
    """`letterwatch run`, which is expected to give up: its exit code and the lines of its standard error."""
    program = await town.start("run", **environment)
    async with asyncio.timeout(PATIENCE):
        code = await program.wait()
    return code, program.errors.splitlines()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DISCORD_TOKEN": ""}, "DISCORD_TOKEN is not set"),
        ({"DISCORD_TOKEN": "wrong"}, "Discord refuses the token"),
        ({"DISCORD_TOKEN": "two words"}, "not a bot token"),
        ({"LETTERWATCH_DISCORD_API": "http://127.0.0.1:9/api"}, "Discord cannot be reached at http://127.0.0.1:9/api"),
        ({"LETTERWATCH_DISCORD_API": "elsewhere"}, "LETTERWATCH_DISCORD_API"),
        ({"LETTERWATCH_DATABASE_URL": "mysql://x"}, "must begin with sqlite"),
    ],
)
async def test_a_mistake_is_named_in_one_line(town: Town, environment: dict[str, str], message: str) -> None:
    code, lines = await outcome(town, **environment)
    assert code == 2
    assert len(lines) == 1 and message in lines[0]


async def test_a_server_that_is_not_discord_is_named(town: Town) -> None:
    code, lines = await outcome(town, LETTERWATCH_DISCORD_API=town.sandbox.url)
    assert code == 2
    assert len(lines) == 1 and "does not answer like Discord" in lines[0]


async def test_a_bad_key_in_the_file_is_named(town: Town) -> None:
    """Started as a user does, in a new interpreter."""
    town.config.write_text("[watch]\nspeed = 3\n")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(town.config)),
        env=town.environment,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        _, errors = await process.communicate()
    assert (process.returncode, errors.decode()) == (2, f"{town.config}: there is no key watch.speed.\n")
