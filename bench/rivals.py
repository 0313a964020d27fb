"""Two other designs of a bot that posts alerts, as people write them: what an alert costs there.

`jobs`: APScheduler keeps one job for each alert in its SQLAlchemy store; a job posts its alert and marks its row as sent.
`table`: one table of alerts; sleep until the next one is due, post all that are due at once, mark each as sent. (One after the
other would take five seconds a channel: the fifth `send` in a channel returns only when the channel has room again.)

Both post a card like Letterwatch's through the same client, and neither looks again whether the alert is still true, nor
whether it was posted before the process died. Both post at most 48 a second: without that, discord.py gives up after five
answers of 429; of 450 jobs that were due at the same second 83 failed so, and their alerts were lost.
`python -m bench.rivals jobs|table` runs one as a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
import discord
import yarl
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.chat.components import view_of
from bot.words.card import Button, Buttons, Card, Divider, Text, Tone

DESIGNS = ("jobs", "table")
TABLE = """
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, title TEXT NOT NULL, deadline TEXT NOT NULL,
    due_at TEXT NOT NULL, sent_at TEXT, message_id INTEGER
);
CREATE INDEX waiting ON alerts (due_at) WHERE sent_at IS NULL;
"""
PER_SECOND = 48
LONGEST_SLEEP = 60.0  # seconds: the next alert may have been added meanwhile


class Pace:
    """A turn each 1/48 of a second."""

    def __init__(self) -> None:
        self._next = 0.0

    async def turn(self) -> None:
        now = asyncio.get_running_loop().time()
        at, self._next = max(now, self._next), max(now, self._next) + 1 / PER_SECOND
        await asyncio.sleep(at - now)


pace = Pace()
client = discord.Client(intents=discord.Intents(guilds=True), allowed_mentions=discord.AllowedMentions.none())
database: aiosqlite.Connection


async def post(alert_id: int) -> None:
    """Post one alert and mark it as sent. A job of APScheduler's store: it is found by its name."""
    [row] = await database.execute_fetchall("SELECT channel_id, title, deadline FROM alerts WHERE id = ?", (alert_id,))
    channel_id, title, deadline = row
    card = Card(
        (
            Text(f"## 3 days left: Town 0, VT\nDeadline: {deadline}"),
            Text(f"**{title}**, The authority"),
            Divider(),
            Text("Town 0, VT: awaiting answer"),
            Buttons((Button("History", f"hist:{alert_id}"), Button("Sources", f"src:{alert_id}"))),
        ),
        Tone.SOON,
    )
    await pace.turn()
    message = await client.get_partial_messageable(channel_id).send(view=view_of(card))
    sent = "UPDATE alerts SET sent_at = ?, message_id = ? WHERE id = ?"
    await database.execute(sent, (datetime.now(UTC).isoformat(), message.id, alert_id))
    await database.commit()


async def keep_jobs(file: Path) -> None:
    scheduler(file).start()
    await asyncio.Event().wait()


async def keep_table(file: Path) -> None:
    waiting = "SELECT id, due_at FROM alerts WHERE sent_at IS NULL"
    while True:
        now = datetime.now(UTC).isoformat()
        due = await database.execute_fetchall(f"{waiting} AND due_at <= ? ORDER BY due_at", (now,))
        await asyncio.gather(*(post(alert_id) for alert_id, _ in due))
        following = list(await database.execute_fetchall(f"{waiting} ORDER BY due_at LIMIT 1"))
        until = datetime.fromisoformat(following[0][1]) - datetime.now(UTC) if following else None
        await asyncio.sleep(min(max(until.total_seconds(), 0), LONGEST_SLEEP) if until else LONGEST_SLEEP)


KEEP: dict[str, Callable[[Path], Awaitable[None]]] = {"jobs": keep_jobs, "table": keep_table}


def scheduler(file: Path) -> AsyncIOScheduler:
    """However late a job is, it runs."""
    store = SQLAlchemyJobStore(url=f"sqlite:///{file}")
    return AsyncIOScheduler(jobstores={"default": store}, job_defaults={"misfire_grace_time": None}, timezone=UTC)


async def fill(design: str, file: Path, channels: list[int], each: int, due: datetime) -> None:
    """A database with alerts that are due at that moment, `each` in each channel."""
    async with aiosqlite.connect(file) as db:
        await db.execute("PRAGMA journal_mode = WAL")
        await db.executescript(TABLE)
        rows = [
            (number * each + nth + 1, channel, f"Demand {number * each + nth + 1}", "Fri 23 February 2018", due.isoformat())
            for number, channel in enumerate(channels)
            for nth in range(each)
        ]
        await db.executemany("INSERT INTO alerts (id, channel_id, title, deadline, due_at) VALUES (?, ?, ?, ?, ?)", rows)
        await db.commit()
    if design == "jobs":
        jobs = scheduler(file)
        jobs.start(paused=True)
        for alert_id, *_ in rows:
            jobs.add_job("bench.rivals:post", "date", (alert_id,), run_date=due, id=str(alert_id))
        jobs.shutdown(wait=False)


async def run(design: str) -> None:
    """Until the process is stopped. The variables of the environment are those of `bench.bot_process`."""
    global database
    file = Path(os.environ["BENCH_FILE"])
    discord.http.Route.BASE = os.environ["LETTERWATCH_DISCORD_API"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["BENCH_GATEWAY"])
    database = await aiosqlite.connect(file)
    async with client:
        connection = asyncio.create_task(client.start(os.environ["DISCORD_TOKEN"]))
        await asyncio.sleep(0)
        while not client.is_ready():
            await asyncio.sleep(0.1)
        await asyncio.gather(connection, KEEP[design](file))


if __name__ == "__main__":
    from bench import rivals  # APScheduler imports the function of a job from there, not from this module's other copy

    asyncio.run(rivals.run(sys.argv[1]))
