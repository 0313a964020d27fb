"""Starting with something wrong: one clear line, exit code 2, no traceback."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests.journey.conftest import Town


async def start(town: Town, *extra: str, **environment: str) -> tuple[int | None, list[str]]:
    """`letterwatch run`, which is expected to give up: its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", *extra),
        env=town.environment | environment,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        _, printed = await process.communicate()
    return process.returncode, printed.decode().splitlines()


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
async def test_what_is_wrong_is_told_in_one_line(town: Town, environment: dict[str, str], message: str) -> None:
    code, printed = await start(town, **environment)
    assert code == 2
    assert len(printed) == 1 and message in printed[0]


async def test_a_server_that_is_not_discord_is_told(town: Town) -> None:
    code, printed = await start(town, LETTERWATCH_DISCORD_API=town.sandbox.url)
    assert code == 2
    assert len(printed) == 1 and "does not answer like Discord" in printed[0]


async def test_a_bad_key_in_the_file_is_told(town: Town) -> None:
    town.config.write_text("[watch]\nspeed = 3\n")
    code, printed = await start(town, "--config", str(town.config))
    assert (code, printed) == (2, [f"{town.config}: there is no key watch.speed."])
