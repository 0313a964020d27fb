"""Drive the sandbox as a person would: type a command, press a button, fill in a form, read the channel."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sandbox import commands, components, forms
from sandbox.bus import Json
from sandbox.inputs import Refused
from sandbox.interactions import Interaction
from sandbox.messages import Message
from sandbox.model import EPHEMERAL, Application, Channel, Guild, User

if TYPE_CHECKING:
    from sandbox.server import Sandbox


def text_of(message: Json | None) -> str:
    """Everything written in a message: its content and its text displays, a line each."""
    if message is None:
        return ""
    parts = [message.get("content", ""), *components.texts(message.get("components") or [])]
    return "\n".join(part for part in parts if part)


FILLING = 0.1
"""Seconds that a person takes to fill a form, at the least. A bot knows its form only once the answer to its request has
come back; nobody types faster than that, and no event tells from outside that it has."""


class Answer:
    """What came back on an interaction. Its message is looked up anew each time, so later edits show."""

    def __init__(self, sandbox: Sandbox, asked: Interaction) -> None:
        self._sandbox = sandbox
        self.interaction = asked

    @property
    def message(self) -> Json | None:
        """The message that answers, or that was changed; None when there is none or it was deleted."""
        shown = self.interaction.shown
        return self._json(shown) if shown is not None else None

    @property
    def followups(self) -> list[Json]:
        """The messages that came after the first answer."""
        written = [self._json(message) for message in self.interaction.followups]
        return [message for message in written if message is not None]

    @property
    def ephemeral(self) -> bool:
        """Whether only the asker sees the message."""
        return bool((self.message or {}).get("flags", 0) & EPHEMERAL)

    @property
    def modal(self) -> Json | None:
        """The form that opened."""
        return self.interaction.modal

    @property
    def deferred(self) -> bool:
        """Whether the first answer was only that there will be one."""
        return self.interaction.status == "deferred"

    @property
    def failed(self) -> str | None:
        """What Discord tells the person when there was no answer in time."""
        return self.interaction.error

    @property
    def text(self) -> str:
        """Everything written in the message."""
        return text_of(self.message)

    def _json(self, message: Message) -> Json | None:
        posts = self._sandbox.posts
        return posts.to_json(message) if posts.find(message.channel.id, message.id) else None

    def __repr__(self) -> str:
        return f"<Answer {self.interaction.status} {self.text!r}>"


class Person:
    """One person at their screen. ``Refused`` is raised for what Discord's client would not let them send."""

    def __init__(self, sandbox: Sandbox, user: User, guild: Guild | None = None, timeout: float = 10.0) -> None:
        """``timeout``: how many seconds to wait for what a deferred answer promised."""
        self._sandbox = sandbox
        self.user = user
        self.guild = guild
        self.timeout = timeout

    async def command(self, channel: Channel | int, name: str, /, **options: Any) -> Answer:
        """Run a command ("status", or with its subcommand "case add") and wait for the answer."""
        where = self._channel(channel)
        root, given = self._typed(where, name, options)
        return await self._wait(self._sandbox.asking.command(self.user, where, root, given))

    async def complete(self, channel: Channel | int, name: str, option: str, text: str, **others: Any) -> list[Json]:
        """The choices offered while ``text`` is being typed into ``option``; none when the bot does not answer."""
        where = self._channel(channel)
        root, given = self._typed(where, name, {**others, option: text}, focus=option)
        asked = self._sandbox.asking.command(self.user, where, root, given, typing=True)
        await self._wait(asked)
        return asked.choices or []

    async def press(self, message: Json | Answer, button: str) -> Answer:
        """Press a button, by its label or custom id."""
        written = self._message(message)
        found = self._component(written, button, (components.BUTTON,))
        return await self._use(written, found, [])

    async def select(self, message: Json | Answer, menu: str, values: list[Any]) -> Answer:
        """Choose from a menu, by its custom id or placeholder."""
        written = self._message(message)
        found = self._component(written, menu, components.SELECTS)
        return await self._use(written, found, [getattr(value, "id", value) for value in values])

    async def submit(self, answer: Answer, entries: dict[str, Any]) -> Answer:
        """Fill in the form that ``answer`` opened, by captions or custom ids, and send it."""
        if answer.modal is None:
            raise Refused("no form is open")
        named: dict[str, str] = {}
        for caption, field in forms.form_fields(answer.modal):
            named[caption] = named[field["custom_id"]] = field["custom_id"]
        if unknown := [each for each in entries if each not in named]:
            raise Refused(f"the form has no field {unknown[0]!r}, only {sorted(set(named))}")
        answers = {named[caption]: entered for caption, entered in entries.items()}
        await asyncio.sleep(FILLING)
        return await self._wait(self._sandbox.asking.submit(self.user, answer.interaction, answers))

    def sees(self, channel: Channel | int) -> list[Json]:
        """The messages on this person's screen, their own ephemeral ones included, oldest first."""
        seen = self._sandbox.asking.all_seen(self.user, self._channel(channel))
        return [self._sandbox.posts.to_json(message) for message in seen]

    def commands(self, channel: Channel | int) -> list[str]:
        """The names of the commands offered here."""
        offered = self._sandbox.commands.offered(self.user.id, self._channel(channel))
        return sorted(command["name"] for command in offered)

    def direct(self, application: Application) -> Channel:
        """The direct-message channel with a bot."""
        return self._sandbox.world.direct(self.user, application.bot)

    async def _use(self, written: Json, found: Json, values: list[Any]) -> Answer:
        where = self._channel(int(written["channel_id"]))
        if not found.get("custom_id"):
            raise Refused("a link opens a browser, and tells the bot nothing")
        asking = self._sandbox.asking
        return await self._wait(
            asking.component(self.user, where, int(written["id"]), found["custom_id"], found["type"], values)
        )

    async def _wait(self, asked: Interaction) -> Answer:
        answer = Answer(self._sandbox, asked)
        try:
            await self._sandbox.bus.until(lambda: asked.settled, self.timeout, "an answer")
        except TimeoutError:
            if asked.status != "deferred":
                raise
        return answer

    def _channel(self, channel: Channel | int) -> Channel:
        return channel if isinstance(channel, Channel) else self._sandbox.world.channels[channel]

    def _message(self, message: Json | Answer) -> Json:
        """The message as it is now, so that what was edited meanwhile can be pressed."""
        written = message.message if isinstance(message, Answer) else message
        if written is None:
            raise Refused("there is no message")
        where = self._channel(int(written["channel_id"]))
        return self._sandbox.posts.to_json(self._sandbox.asking.seen(self.user, where, int(written["id"])))

    def _component(self, message: Json, name: str, kinds: tuple[int, ...]) -> Json:
        fitting = [each for each in components.walk(message["components"]) if each["type"] in kinds]
        for each in fitting:
            if name in (each.get("custom_id"), each.get("label"), each.get("placeholder")):
                return each
        raise Refused(f"the message has no {name!r}, only {[each.get('label') or each.get('custom_id') for each in fitting]}")

    def _typed(self, where: Channel, name: str, options: dict[str, Any], focus: str | None = None) -> tuple[str, list[Json]]:
        """The command's own name, and its options nested under the subcommands that ``name`` holds."""
        root, *path = name.split()
        given: list[Json] = []
        for key, entered in options.items():
            entry: Json = {"name": key, "value": getattr(entered, "id", entered)}
            given.append(entry | {"focused": True} if key == focus else entry)
        for depth, step in reversed(list(enumerate(path, start=1))):
            kind = commands.SUBCOMMAND if depth == len(path) else commands.GROUP
            given = [{"name": step, "type": kind, "options": given}]
        return root, given
