"""Starting with something wrong: one clear line and no traceback. What only a person can mend ends it with exit code 2."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.store import heartbeat
from sandbox import ALWAYS
from tests.journey.conftest import PATIENCE, Town, record_letters
from tests.journey.programs import Program

EXAMPLE = Path(__file__).parents[2] / "bot/examples/section-1373.json"


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
        ({"LETTERWATCH_DISCORD_API": "elsewhere"}, "LETTERWATCH_DISCORD_API"),
        ({"LETTERWATCH_DATABASE_URL": "mysql://x"}, "must begin with sqlite"),
    ],
)
async def test_a_mistake_is_named_in_one_line(town: Town, environment: dict[str, str], message: str) -> None:
    code, lines = await outcome(town, **environment)
    assert code == 2
    assert len(lines) == 1 and message in lines[0]


@asynccontextmanager
async def waiting(town: Town, **environment: str) -> AsyncIterator[Program]:
    """`letterwatch run`, once it has said that it waits for Discord; it is asked to stop at the end."""
    program = await town.start("run", "--config", str(town.config), **environment)
    try:
        async with asyncio.timeout(PATIENCE):
            while "Not connected to Discord" not in program.errors and program.returncode is None:
                await asyncio.sleep(0.05)  # another process writes to a file: there is no event to wait for
        yield program
        program.terminate()
        async with asyncio.timeout(PATIENCE):
            assert await program.wait() == 0, program.errors
        assert "Traceback" not in program.errors
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()


@pytest.mark.parametrize(
    ("api", "problem"),
    [("http://127.0.0.1:9/api", "Cannot connect to host 127.0.0.1:9"), ("", "does not answer like Discord's API")],
)
async def test_it_waits_for_a_server_that_does_not_answer_and_stops_when_asked(town: Town, api: str, problem: str) -> None:
    town.sandbox.faults.proxy_page("GET /gateway/bot", 200, times=ALWAYS)
    async with waiting(town, **({"LETTERWATCH_DISCORD_API": api} if api else {})) as program:
        assert problem in program.errors
        async with town.db.read() as conn:
            assert await heartbeat.last_beat(conn) is None, "the watch has begun"
    assert program.errors.count("Not connected to Discord") == 1


async def test_a_post_that_discord_does_not_answer_keeps_it_from_no_stop(town: Town) -> None:
    """Docker kills it after ten seconds; the lease is a minute."""
    town.config.write_text("[watch]\ntick_seconds = 0.2\n")
    await record_letters(town, 1)
    held = town.sandbox.faults.hold("POST .*/messages")
    async with town.bot() as bot:
        await town.sandbox.bus.until(lambda: held.met, PATIENCE, "the post")
        bot.terminate()
        async with asyncio.timeout(10):
            assert await bot.wait() == 0, bot.errors
        assert "Traceback" not in bot.errors
    assert held.hold is not None
    held.hold.set()


async def test_it_connects_once_discord_is_back(town: Town) -> None:
    refused = town.sandbox.faults.answer("CONNECT /gateway", 503, times=ALWAYS)
    await record_letters(town, 1)
    async with waiting(town) as program:
        refused.lift()
        assert [state for _, state in await town.settled()] == ["sent"]
        assert "the gateway answers with status 503" in program.errors


async def test_a_bot_that_is_started_again_and_again_leaves_sessions_for_later(town: Town) -> None:
    starts = town.sandbox.gateway.starts
    starts.enforced = True
    starts.leave(next(iter(town.sandbox.world.applications)), 401)
    async with town.bot():
        pass
    await town.sandbox.disconnected()
    async with waiting(town) as program:
        assert "Discord leaves it 400 of 1000 sessions a day, so the next one waits. Next try in 2" in program.errors


async def test_a_close_code_that_a_person_must_mend_is_one_line(town: Town) -> None:
    town.sandbox.faults.close_at_identify(4014)
    code, lines = await outcome(town)
    assert code == 2
    assert lines[-1].endswith("guilds. Allow it on the application's Bot page.")
    assert not any("Traceback" in line for line in lines)


async def test_a_second_bot_on_a_database_says_which_one_runs_and_a_killed_one_is_in_nobodys_way(town: Town) -> None:
    async with town.bot() as first:
        code, lines = await outcome(town)
        assert code == 2
        assert len(lines) == 1
        assert f"process {first.pid} on {socket.gethostname()}, since 20" in lines[0]
        for verb in (("migrate",), ("backup",), ("doctor",), ("import", str(EXAMPLE), "--server", str(town.guild.id))):
            beside = await town.start(*verb)
            assert await beside.wait() == 0, beside.errors
        first.kill()
        await first.wait()
    await town.sandbox.disconnected()
    async with town.bot():
        pass


async def test_of_bots_that_start_together_exactly_one_runs(town: Town) -> None:
    programs = await asyncio.gather(*(town.start("run", "--config", str(town.config)) for _ in range(3)))
    async with asyncio.timeout(PATIENCE):
        while len(left := [one for one in programs if one.returncode is None]) > 1:  # two may end at once
            await asyncio.wait([asyncio.ensure_future(one.wait()) for one in left], return_when=asyncio.FIRST_COMPLETED)
        await town.sandbox.connected()
        (running,) = [program for program in programs if program.returncode is None]
        running.terminate()
        assert sorted([await program.wait() for program in programs]) == [0, 2, 2]


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
