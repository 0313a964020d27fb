"""Drives the sandbox as a person would: type a command, press a button, fill in a form, read the channel."""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox import commands, components, forms
from sandbox.bus import Json
from sandbox.inputs import Refused
from sandbox.interactions import Interaction
from sandbox.messages import Message, Messages
from sandbox.model import EPHEMERAL, Application, Channel, Guild, User
from sandbox.parts import Parts

#: Seconds that a person takes to fill in a form, at the least. A bot knows its form only once the answer to its request
#: has come back; nobody types faster than that, and no event shows from outside that it has.
FORM_TIME = 0.1


def text_of(message: Json | None) -> str:
    """Everything written in a message: its content and its text displays, a line each."""
    if message is None:
        return ""
    parts = [message.get("content", ""), *components.texts(message.get("components") or [])]
    return "\n".join(part for part in parts if part)


class Answer:
    """What a person gets for an interaction. The message is looked up each time, so it shows later edits too."""

    def __init__(self, messages: Messages, interaction: Interaction) -> None:
        self._messages = messages
        self.interaction = interaction

    @property
    def message(self) -> Json | None:
        """The message that answers, or that was changed; None if there is none, or it was deleted."""
        shown = self.interaction.shown
        return self._json(shown) if shown is not None else None

    @property
    def followups(self) -> list[Json]:
        """The messages that came after the first answer."""
        followups = [self._json(message) for message in self.interaction.followups]
        return [message for message in followups if message is not None]

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
        """Whether the first answer only promised another."""
        return self.interaction.status == "deferred"

    @property
    def failed(self) -> str | None:
        """What Discord shows when there was no answer in time."""
        return self.interaction.error

    @property
    def text(self) -> str:
        """Everything written in the message."""
        return text_of(self.message)

    def _json(self, message: Message) -> Json | None:
        exists = self._messages.find(message.channel.id, message.id)
        return self._messages.to_json(message) if exists else None

    def __repr__(self) -> str:
        return f"<Answer {self.interaction.status} {self.text!r}>"


class Person:
    """One person at their screen. Raises ``Refused`` for what Discord's client would not let them send."""

    def __init__(self, parts: Parts, user: User, guild: Guild | None, timeout: float) -> None:
        """``timeout``: how many seconds of real time to wait for an answer, also for one that was deferred."""
        self._parts = parts
        self.user = user
        self.guild = guild
        self.timeout = timeout

    async def command(self, channel: Channel | int, name: str, /, **options: Any) -> Answer:
        """Run a command ("status", or with its subcommand "case add") and wait for the answer."""
        where = self._channel(channel)
        root, entered = self._typed(name, options)
        return await self._wait(self._parts.actions.command(self.user, where, root, entered))

    async def complete(self, channel: Channel | int, name: str, option: str, text: str, /, **others: Any) -> list[Json]:
        """The choices offered while ``text`` is being typed into ``option``; none when the bot does not answer."""
        where = self._channel(channel)
        root, entered = self._typed(name, {**others, option: text}, focus=option)
        interaction = self._parts.actions.command(self.user, where, root, entered, typing=True)
        await self._wait(interaction)
        return interaction.choices or []

    async def press(self, message: Json | Answer, button: str) -> Answer:
        """Press a button, by its label or custom id."""
        current = self._current(message)
        component = self._component(current, button, (components.BUTTON,))
        return await self._use(current, component, [])

    async def select(self, message: Json | Answer, menu: str, values: list[Any]) -> Answer:
        """Choose from a menu, by its custom id or placeholder."""
        current = self._current(message)
        component = self._component(current, menu, components.SELECTS)
        return await self._use(current, component, [getattr(value, "id", value) for value in values])

    async def submit(self, answer: Answer, entries: dict[str, Any]) -> Answer:
        """Fill in the form that ``answer`` opened, by labels or custom ids, and send it."""
        if answer.modal is None:
            raise Refused("no form is open")
        custom_ids: dict[str, str] = {}
        for label, field in forms.form_fields(answer.modal):
            custom_ids[label] = custom_ids[field["custom_id"]] = field["custom_id"]
        if unknown := [each for each in entries if each not in custom_ids]:
            raise Refused(f"the form has no field {unknown[0]!r}, only {sorted(set(custom_ids))}")
        answers = {custom_ids[label]: entered for label, entered in entries.items()}
        await asyncio.sleep(FORM_TIME)
        return await self._wait(self._parts.actions.submit(self.user, answer.interaction, answers))

    def sees(self, channel: Channel | int) -> list[Json]:
        """The messages on this person's screen, their own ephemeral ones included, oldest first."""
        visible = self._parts.actions.visible_messages(self.user, self._channel(channel))
        return [self._parts.messages.to_json(message) for message in visible]

    def commands(self, channel: Channel | int) -> list[str]:
        """The names of the commands offered here."""
        offered = self._parts.commands.offered(self.user.id, self._channel(channel))
        return sorted(command["name"] for command in offered)

    def direct(self, application: Application) -> Channel:
        """The direct-message channel with a bot."""
        return self._parts.world.direct(self.user, application.bot)

    async def _use(self, message: Json, component: Json, values: list[Any]) -> Answer:
        where = self._channel(int(message["channel_id"]))
        if not component.get("custom_id"):
            raise Refused("a link opens a browser; the bot receives nothing")
        number, custom_id, kind = int(message["id"]), component["custom_id"], component["type"]
        return await self._wait(self._parts.actions.component(self.user, where, number, custom_id, kind, values))

    async def _wait(self, interaction: Interaction) -> Answer:
        """Wait for the answer. The time in which it is held, because the clock jumps, does not count."""
        bus = self._parts.bus
        await bus.until(lambda: interaction.status != "held", None, "the end of the jump")
        try:
            await bus.until(lambda: interaction.settled, self.timeout, "an answer")
        except TimeoutError:
            if interaction.status != "deferred":
                raise
        return Answer(self._parts.messages, interaction)

    def _channel(self, channel: Channel | int) -> Channel:
        return channel if isinstance(channel, Channel) else self._parts.world.channels[channel]

    def _current(self, message: Json | Answer) -> Json:
        """The message as it is now, so that a message can be used after an edit."""
        shown = message.message if isinstance(message, Answer) else message
        if shown is None:
            raise Refused("there is no message")
        where = self._channel(int(shown["channel_id"]))
        return self._parts.messages.to_json(self._parts.actions.visible_message(self.user, where, int(shown["id"])))

    def _component(self, message: Json, name: str, kinds: tuple[int, ...]) -> Json:
        usable = [each for each in components.walk(message["components"]) if each["type"] in kinds]
        for each in usable:
            if name in (each.get("custom_id"), each.get("label"), each.get("placeholder")):
                return each
        raise Refused(f"the message has no {name!r}, only {[each.get('label') or each.get('custom_id') for each in usable]}")

    def _typed(self, name: str, options: dict[str, Any], focus: str | None = None) -> tuple[str, list[Json]]:
        """The name of the command itself, and its options nested under the subcommands that ``name`` holds."""
        root, *path = name.split()
        entered: list[Json] = []
        for key, value in options.items():
            entry: Json = {"name": key, "value": getattr(value, "id", value)}
            entered.append(entry | {"focused": True} if key == focus else entry)
        for depth, step in reversed(list(enumerate(path, start=1))):
            kind = commands.SUBCOMMAND if depth == len(path) else commands.GROUP
            entered = [{"name": step, "type": kind, "options": entered}]
        return root, entered
