"""`letterwatch demo` as a newcomer starts and stops it."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest


@asynccontextmanager
async def started(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, str]]:
    """The demo, its address and what it said until then."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout
    said = ""
    try:
        async with asyncio.timeout(30):
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", said)):
                line = await process.stdout.readline()
                assert line, f"the demo ended: {said}"
                said += line.decode()
        yield process, found[0], said
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_prints_one_address_serves_its_page_and_stops_cleanly(sign: signal.Signals) -> None:
    async with started("--port", "0") as (process, address, _):
        async with httpx.AsyncClient() as http:
            page = await http.get(address)
        assert "Sandbox" in page.text
        process.send_signal(sign)
        async with asyncio.timeout(20):
            rest, _ = await process.communicate()
        assert (process.returncode, rest.decode().strip().split("\n")[-1]) == (0, "Stopped. Nothing was kept.")
        assert "Traceback" not in rest.decode()


async def test_a_port_that_is_taken_is_replaced_by_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with started("--port", str(port)) as (_, address, said):
            assert f"Port {port} is taken" in said and not address.endswith(f":{port}")
