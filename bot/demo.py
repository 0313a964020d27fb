"""The demo: a local Discord, the real bot connected to it, and the real record replayed day by day.

The clock starts when the page is first opened, so that nobody misses the first days of the story.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import tempfile
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import App, running
from bot.config import BackupSettings, DatabaseSettings, Discord, PlacesSettings, Settings
from bot.desk import import_record
from bot.desk.session import writing
from bot.desk.settings import change_settings
from bot.files import example
from bot.files.record_file import LetterPart
from sandbox import Channel, Guild, Limits, Permission, ReplayClock, Role, Sandbox

ZONE = ZoneInfo("America/New_York")
START = datetime(2018, 1, 22, 8, tzinfo=ZONE)
SPEED = 43_200.0  # simulated seconds a second: a day every two seconds
PORT = 8018
UNDO_FOR = timedelta(days=366)  # at the speed of the demo, the usual quarter of an hour or day passes unseen
GLANCE = 0.05  # seconds between two looks at the clock's goal


class StoryClock(ReplayClock):
    """The clock of the story, for the sandbox and for the bot. For the bot, no time passes but the story's: it is never set."""

    def monotonic(self) -> float:
        return self.now().timestamp()


class Town:
    """The people, servers and channels of the demo: one server for the replay, and an empty one to try things on."""

    def __init__(self, sandbox: Sandbox) -> None:
        world = sandbox.world
        alice, bob = world.add_user("alice", "Alice (desk)"), world.add_user("bob", "Bob (reader)")
        self.token = "demo"  # noqa: S105  # the sandbox's own, good for nothing else
        application = world.add_application("Letterwatch", self.token)
        self.guild: Guild = world.add_guild("City Desk", alice)
        self.alerts: Channel = world.add_channel(self.guild, "alerts", "Countdowns and escalations, posted by Letterwatch")
        world.add_channel(self.guild, "newsroom", "Ask here: /status, /deadlines, /history, /letters, /schedule")
        self.desk: Role = world.add_role(self.guild, "Desk", color=0x3B6EA8)
        self.escalation: Role = world.add_role(self.guild, "Escalation", color=0xB23A3A, mentionable=True)
        world.add_member(self.guild, alice, [self.desk, self.escalation])
        world.add_member(self.guild, bob)
        world.add_bot(self.guild, application, int(Permission.MENTION_EVERYONE))
        self.practice: Guild = world.add_guild("Practice desk", alice)
        self.practice_room: Channel = world.add_channel(
            self.practice, "try-import", "Try /import here, with docs/sample-release.txt: nothing is recorded yet"
        )
        self.practice_alerts: Channel = world.add_channel(
            self.practice, "alerts", "What Letterwatch posts about your own letters"
        )
        self.practice_desk: Role = world.add_role(self.practice, "Desk", color=0x3B6EA8)
        world.add_member(self.practice, alice, [self.practice_desk])
        world.add_member(self.practice, bob)
        world.add_bot(self.practice, application)


async def replay(app: App, clock: ReplayClock, town: Town) -> None:
    """Move the clock towards its goal, and halt at every moment at which there is something to do.

    Each event of the record is recorded when its day comes (at noon, or at its own time); in between the watch turns
    whenever a case is due to be looked at, or a notice waits. So everything is posted at its own moment, at any speed.
    Every halt waits for the database, so the connection to Discord keeps its heartbeat during a jump over years.
    """
    record = example.example()
    await _settle(app, clock, town.guild, town.alerts, town.desk, escalation_role_id=town.escalation.id)
    await _settle(app, clock, town.practice, town.practice_alerts, town.practice_desk)
    history = example.before(record, clock.now())
    for step in history:  # of which only the letters are announced, since their alerts go on
        await _record(app, clock, town, record, step, quiet=not isinstance(step.part, LetterPart))
    steps = deque(example.steps(record)[len(history) :])
    while True:
        goal = clock.goal()  # before the moments are read: a jump that begins meanwhile may pass what was recorded before it
        moments = [await app.watch.next_moment(), steps[0].moment if steps else None]
        stop = min((moment for moment in moments if moment), default=None)
        if stop is None or stop > goal:
            clock.set(max(goal, clock.now()))
            await asyncio.sleep(GLANCE)
            continue
        clock.set(max(stop, clock.now()))
        while steps and steps[0].moment <= clock.now():
            await _record(app, clock, town, record, steps.popleft())
        await app.watch.turn()


async def _record(
    app: App, clock: ReplayClock, town: Town, record: example.RecordFile, step: example.RecordStep, quiet: bool = False
) -> None:
    async with writing(app.db, town.guild.id, clock.now(), "the record of the section 1373 letters") as session:
        await import_record.record_step(session, record, step, quiet=quiet)


async def _settle(app: App, clock: ReplayClock, guild: Guild, alerts: Channel, desk_role: Role, **more: int) -> None:
    """A server's settings, as /settings would leave them."""
    async with writing(app.db, guild.id, clock.now(), "the demo", name=guild.name) as session:
        await change_settings(session, zone=ZONE.key, channel_id=alerts.id, desk_role_ids=(desk_role.id,), **more)


async def show(places: PlacesSettings, port: int, speed: float, *, at_once: bool = False) -> None:
    """Serve the demo until SIGINT or SIGTERM. `at_once`: the clock does not wait for the page to be opened."""
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    clock = StoryClock(START, speed)
    with tempfile.TemporaryDirectory(prefix="letterwatch-demo-") as folder:
        sandbox = Sandbox(port, clock, Limits.off(), time_factor=5)  # patience for a busy machine
        town = Town(sandbox)
        async with sandbox:
            settings = Settings(
                discord=Discord(token=town.token, api=sandbox.api),
                database=DatabaseSettings(url=f"sqlite+aiosqlite:///{Path(folder) / 'demo.db'}"),
                places=places,
                backup=BackupSettings(nightly=False),
            )
            async with running(settings, clock) as app:
                app.client.undo_for = app.client.drafts_for = UNDO_FOR
                replaying = asyncio.create_task(replay(app, clock, town), name="replay")
                clock.play() if at_once else sandbox.before_first_page(clock.play)
                begins = _AT_ONCE if at_once else _WITH_THE_PAGE
                print(_WELCOME.format(url=sandbox.url, begins=begins, pace=_pace(speed)), flush=True)
                waiting = asyncio.create_task(stopped.wait(), name="stopped")
                await asyncio.wait((replaying, waiting), return_when=asyncio.FIRST_COMPLETED)
                replaying.cancel() if stopped.is_set() else replaying.result()
                await asyncio.gather(replaying, return_exceptions=True)
    print("\nStopped. Nothing was saved.")


_WELCOME = """
  Letterwatch demo is running:   {url}

  {begins}
  It runs at {pace}. On the page you can pause it, step, jump and change its speed.
  Type / to ask something: /status jurisdiction: Denver

  To import a letter yourself, pause the clock, go to the server "Practice desk"
  and use /import, with docs/sample-release.txt as the file.

  Ctrl-C stops it.
"""


_WITH_THE_PAGE = "Open that address: the clock starts then, on 22 January 2018."
_AT_ONCE = "The clock is running, from 22 January 2018."


def _pace(speed: float) -> str:
    days = speed / 86_400
    if days < 1:
        return f"a day every {1 / days:g} seconds"
    return "a day every second" if days == 1 else f"{days:g} days a second"


def demo(places: PlacesSettings, port: int = PORT, speed: float = SPEED, start: bool = False) -> int:
    """Run the demo and return the exit code. Takes a free port where `port` is taken.

    `start`: the clock starts at once, for scripts; otherwise when the page is first opened.
    """
    logging.basicConfig(level="WARNING", format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    try:
        asyncio.run(show(places, port, speed, at_once=start))
    except OSError as taken:
        if taken.errno != errno.EADDRINUSE:
            raise
        print(f"Port {port} is taken; using a free one.")
        asyncio.run(show(places, 0, speed, at_once=start))
    return 0
