"""`python -m bench commands`: every command, every option while it is typed, every form and every button, on a server with
100,000 cases: how soon each is answered, and for how long the event loop of the bot is held meanwhile.

The commands are taken from those that the bot registers, so that a new one is measured too. A step that records is undone with
its button before the next one. `--cases`, `--letters` (cases of one letter: their quotient) and `--times` change the size;
`--only /closures` measures those commands alone.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import update

from bench.bot_process import TOKEN, Hold, bot_process, holds
from bench.command_options import PASTED, TEXT, Command, every_command, typed
from bench.filled import PLANNED, WRITTEN, Size, fill
from bot.desk import state_index
from bot.store import tables
from bot.store.database import Database
from sandbox import Answer, Channel, Permission, Person, Sandbox
from sandbox.bus import Json
from sandbox.commands import ATTACHMENT, CHANNEL, ROLE
from sandbox.components import BUTTON, SELECTS, TEXT_INPUT, walk
from sandbox.forms import form_fields
from sandbox.inputs import Refused

CASES, LETTERS, TIMES = 100_000, 20, 3
TARGET = 0.050  # seconds for which the event loop may be held
SLOW = 2.0  # seconds: what takes longer is not repeated
PATIENCE = 300.0  # seconds that a person waits
AFTER = 0.1  # seconds after an answer in which a hold still counts as the step's: the watch is woken by what was recorded
DEEP = 3  # how many buttons are pressed one after another
UNDO = ("undo", "unletter")


@dataclass(frozen=True)
class Step:
    """One thing that a person did."""

    began: float  #: on the monotonic clock
    seconds: float  #: until the whole answer was there
    answer: str  #: its first line; empty if there was none


@dataclass
class Figures:
    """What the steps of one kind came to."""

    name: str
    steps: list[Step] = field(default_factory=list)
    held: list[float] = field(default_factory=list)  #: the longest hold in each step, in seconds
    ran: list[float] = field(default_factory=list)  #: how long the thread ran in the hold in which it ran longest

    def line(self) -> str:
        seconds = [step.seconds * 1000 for step in self.steps]
        p99 = quantiles(seconds, n=100)[-1] if len(seconds) > 100 else max(seconds)
        failed = sum(1 for step in self.steps if not step.answer)
        return (
            f"{max(self.held) * 1000:8.0f} {max(self.ran) * 1000:8.0f} {median(seconds):9.0f} {p99:9.0f} {len(seconds):5} "
            f"{failed:6}  {self.name}  [{self.steps[-1].answer[:60]}]"
        )


HEADING = "held ms   ran ms    p50 ms    p99 ms times failed  step  [answer]"


@dataclass
class Visitor:
    """A manager of the server, who does everything that can be done."""

    sandbox: Sandbox
    person: Person
    where: Channel
    special: dict[int, Any]
    times: int
    steps: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    pressed: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: What Discord's client would not send, with the reason.
    not_sent: dict[str, str] = field(default_factory=dict)

    async def use(self, command: Command) -> None:
        """Type into every option, and run the command with each of them."""
        usual = await self._usual(command)
        for option in command.options:
            if option.get("autocomplete"):
                await self._type(command, option, usual)
        for name, entered in self._runs(command, usual):
            for _ in range(self.times):
                answer = await self._step(name, partial(self.person.command, self.where, command.name, **entered))
                await self._go_on(f"/{command.name}", answer, DEEP)
                if self._is_slow(name):
                    break

    async def press_all(self, where: str, channel: Channel) -> None:
        """The buttons of the newest messages of a channel."""
        for message in self.sandbox.messages(channel)[:-20:-1]:
            await self._press(where, message, DEEP)

    async def _usual(self, command: Command) -> dict[str, Any]:
        """A value for each required option."""
        values: dict[str, Any] = {}
        for option in command.options:
            if option.get("required"):
                usual = command.values(option, self.special)
                if not usual:
                    choices = await self.person.complete(self.where, command.name, option["name"], "", **values)
                    usual = (choices[0]["value"],) if choices else (TEXT,)
                values[option["name"]] = usual[0]
        return values

    async def _type(self, command: Command, option: Json, usual: dict[str, Any]) -> None:
        name = option["name"]
        others = {key: value for key, value in usual.items() if key != name}
        example = str((command.values(option, self.special) or (TEXT,))[0])
        for text in typed(example) * self.times:
            complete = partial(self.person.complete, self.where, command.name, name, text, **others)
            await self._step(f"/{command.name}, {name} typed", complete)

    def _runs(self, command: Command, usual: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The command with what it needs, and with each value of each option in turn."""
        yield f"/{command.name}", usual
        for option in command.options:
            name = option["name"]
            for value in command.values(option, self.special):
                if usual.get(name) != value:
                    shown = getattr(value, "name", None) or getattr(value, "filename", value)
                    yield f"/{command.name} {name}:{shown}", usual | {name: value}

    async def _go_on(self, where: str, answer: Answer | list[Json] | None, deep: int) -> None:
        """Fill in the form that was opened, or press the buttons of the answer."""
        if not isinstance(answer, Answer):
            return
        if answer.modal is not None:
            form = answer.modal
            name = f"{where}, form {re.sub(r'#?[0-9]+', 'N', form['title'])}"
            submitted = await self._step(name, partial(self.person.submit, answer, _filled(form)))
            await self._go_on(where, submitted, deep - 1)
        else:
            for message in (answer.message, *answer.followups):
                await self._press(where, message, deep)

    async def _press(self, where: str, message: Json | None, deep: int) -> None:
        """One button of each kind: Undo last, so that the next step meets what this one met."""
        if message is None or deep <= 0:
            return
        buttons = {_action(each): each for each in walk(message.get("components")) if _is_usable(each)}
        for action in sorted(buttons, key=lambda action: action in UNDO):
            if action not in UNDO and self.pressed[where, action] >= self.times:
                continue
            self.pressed[where, action] += 1
            button = buttons[action]
            name = f"{where}, button {button.get('label') or action}"
            answer = await self._step(re.sub(r"#?[0-9]+", "N", name), partial(self._pressed, message, button))
            await self._go_on(where, answer, deep - 1)

    async def _pressed(self, message: Json, button: Json) -> Answer:
        if button["type"] in SELECTS:
            return await self.person.select(message, button["custom_id"], [button["options"][0]["value"]])
        return await self.person.press(message, button["custom_id"])

    async def _step(self, name: str, do: Callable[[], Awaitable[Any]]) -> Any:
        began = time.monotonic()
        try:
            answer = await do()
        except Refused as refused:
            self.not_sent[name] = str(refused)
            return None
        except TimeoutError:
            answer = None
        if isinstance(answer, Answer):
            began = answer.interaction.sent_at  # a person takes a moment to fill in a form
        seconds = time.monotonic() - began
        self.steps[name].append(Step(began, seconds, _first_line(answer)))
        await asyncio.sleep(AFTER)
        return answer

    def _is_slow(self, name: str) -> bool:
        return any(step.seconds > SLOW for step in self.steps.get(name, ()))


def _first_line(answer: Any) -> str:
    if isinstance(answer, list):
        return f"{len(answer)} suggestions"
    if answer is None or answer.failed:
        return ""
    text = answer.text or (f"form {answer.modal['title']}" if answer.modal else "?")
    return str(text).partition("\n")[0]


def _is_usable(component: Json) -> bool:
    is_menu = component.get("type") in SELECTS and bool(component.get("options"))
    return (component.get("type") == BUTTON or is_menu) and bool(component.get("custom_id")) and not component.get("disabled")


def _action(component: Json) -> str:
    """What a button does, without the arguments: `draft:<id>:edit` and `draft:<id>:record` are two."""
    words = component["custom_id"].split(":")
    return ":".join(word for word in words if word.isalpha()) if words[0] == "draft" else str(words[0])


def _filled(form: Json) -> dict[str, Any]:
    """Something in every field that is required or empty. What a field holds already stays."""
    entries: dict[str, Any] = {}
    for label, each in form_fields(form):
        if each["type"] == TEXT_INPUT and not each.get("value"):
            text = PASTED if label == "Text" else "" if not each.get("required", True) else TEXT
            entries[each["custom_id"]] = text[: each.get("max_length") or 4000]
        elif each["type"] in SELECTS and each.get("required", True) and each.get("options"):
            entries[each["custom_id"]] = [each["options"][0]["value"]]
    return entries


async def measure(
    folder: Path, cases: int = CASES, letters: int = LETTERS, times: int = TIMES, only: str = ""
) -> list[Figures]:
    """The figures of each step, the longest hold first. `only`: of commands with these words, `an alert` or `news`."""
    report = folder / "held.json"
    async with _visit(folder, report, cases, letters, times) as visitor:
        commands = every_command(visitor.sandbox.commands.listing(_bot(visitor.sandbox), None))
        if only in "an alert":
            await visitor.press_all("an alert", visitor.where)
        for command in sorted((each for each in commands if only in f"/{each.name}"), key=_reads_first):
            await visitor.use(command)
        if only in "news":
            await visitor.press_all("news", visitor.where)
    for name, why in visitor.not_sent.items():
        print(f"not sent: {name}: {why}")
    return _figures(visitor.steps, holds(report))


def _bot(sandbox: Sandbox) -> int:
    [application] = sandbox.world.applications
    return application


def _reads_first(command: Command) -> tuple[bool, str]:
    """Settings last: they change what other commands show."""
    return command.name.startswith("settings"), command.name


@asynccontextmanager
async def _visit(folder: Path, report: Path, cases: int, letters: int, times: int) -> AsyncIterator[Visitor]:
    sandbox = Sandbox()
    world = sandbox.world
    manager = world.add_user("Alice")
    guild = world.add_guild("City Desk", manager)
    channel = world.add_channel(guild, "alerts")
    role = world.add_role(guild, "Desk")
    world.add_bot(guild, world.add_application("Letterwatch", TOKEN), Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    url = f"sqlite+aiosqlite:///{folder / 'commands.db'}"
    db = Database(url)
    await db.migrate()
    await fill(db, Size(cases, letters, server_ids=(guild.id,), written=_written(), days=30, mixed=True))
    await state_index.prepare(db)
    async with db.write() as conn:
        await conn.execute(update(tables.servers).values(channel_id=channel.id))
    async with sandbox, bot_process(sandbox.api, url, report):
        await sandbox.connected(timeout=120)
        await sandbox.commands_synced(timeout=120)
        # A large notice: the alerts of one letter, which passed its deadline days ago or is about to.
        async with db.write() as conn:
            await conn.execute(
                update(tables.cases).where(tables.cases.c.letter_id == letters).values(look_at=datetime.now(UTC))
            )
        await sandbox.message_in(channel, "Demand", timeout=PATIENCE)
        file = world.add_file("letter.txt", PASTED.encode())
        special = {CHANNEL: channel, ROLE: role, ATTACHMENT: file}
        yield Visitor(sandbox, sandbox.person(manager, guild, timeout=PATIENCE), channel, special, times)
    await db.close()


def _written() -> datetime:
    """Such that everything is planned up to now."""
    return datetime.now(UTC) - (PLANNED - WRITTEN)


def _figures(steps: dict[str, list[Step]], held: list[Hold]) -> list[Figures]:
    figures = []
    for name, kind in steps.items():
        each = Figures(name, kind)
        for step in kind:
            ended = step.began + step.seconds + AFTER
            during = [hold for hold in held if hold.began < ended and hold.ended > step.began]
            each.held.append(max((hold.seconds for hold in during), default=0.0))
            each.ran.append(max((hold.ran for hold in during), default=0.0))
        figures.append(each)
    return sorted(figures, key=lambda each: (-max(each.ran), -max(each.held)))


def show(figures: list[Figures], most: int | None = None) -> None:
    """Print the worst, or all."""
    print(HEADING)
    for each in figures[:most]:
        print(each.line())
    over = [each for each in figures if max(each.held) > TARGET]
    print(
        f"{len(over)} of {len(figures)} kinds of steps held the event loop for more than {TARGET * 1000:.0f} ms; "
        f"{sum(1 for each in over if max(each.ran) > TARGET)} of them with its thread running",
        flush=True,
    )


async def main(folder: Path, arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench commands")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--letters", type=int, default=LETTERS)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--only", default="", metavar="TEXT", help="commands with these words, `an alert`, or `news`")
    chosen = parser.parse_args(arguments)
    print(f"{chosen.cases:,} cases of {chosen.letters:,} letters on one server")
    show(await measure(folder, chosen.cases, chosen.letters, chosen.times, chosen.only))
