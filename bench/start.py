"""How long the bot takes from the start of its process to its connection, and how much memory it uses then."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.desk import import_record
from bot.desk.session import writing
from bot.files import example
from bot.store import servers
from bot.store.database import Database
from sandbox import Sandbox

REST = 3.0  # seconds between the connection and the look at the memory


@dataclass(frozen=True)
class Start:
    seconds: float
    megabytes: float


async def start_and_measure(file: Path) -> Start:
    """Start `letterwatch run` once against the sandbox, on a database with the example record."""
    sandbox = Sandbox()
    owner = sandbox.world.add_user("alice")
    guild = sandbox.world.add_guild("City Desk", owner)
    channel = sandbox.world.add_channel(guild, "alerts")
    sandbox.world.add_bot(guild, sandbox.world.add_application("Letterwatch", "bench"))
    url = f"sqlite+aiosqlite:///{file}"
    await _import_example(url, guild.id, channel.id)
    async with sandbox:
        environment = os.environ | {
            "DISCORD_TOKEN": "bench",
            "LETTERWATCH_DISCORD_API": sandbox.api,
            "LETTERWATCH_DATABASE_URL": url,
        }
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await sandbox.connected(timeout=30)
            seconds = time.perf_counter() - began
            await asyncio.sleep(REST)
            return Start(seconds, _resident(process.pid))
        finally:
            process.terminate()
            await process.wait()


async def _import_example(url: str, server_id: int, channel_id: int) -> None:
    db = Database(url)
    await db.migrate()
    now = datetime.now(UTC)
    async with db.write() as conn:
        await servers.ensure(conn, server_id, "City Desk")
        await servers.change(conn, server_id, now, channel_id=channel_id)
    async with writing(db, server_id, now, "bench") as session:
        await import_record.record_file(session, example.example())
    await db.close()


def _resident(pid: int) -> float:
    """Resident memory in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("/proc does not give the resident memory on this system")
