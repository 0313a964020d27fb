"""Turns what a person does into interactions, and refuses what Discord's own client would not send.

(Discord docs, Interactions › Receiving and Responding)
"""

from __future__ import annotations

from typing import Any

from sandbox import forms, inputs, interactions
from sandbox.bus import Json
from sandbox.commands import Commands
from sandbox.inputs import Refused, Resolver
from sandbox.interactions import Interaction, Interactions
from sandbox.messages import Message, Messages
from sandbox.model import Application, Channel, User
from sandbox.permissions import Permission
from sandbox.world import World


class Actions:
    """What a person can do with a bot. Every method raises ``inputs.Refused`` for what a client would not send."""

    def __init__(self, world: World, messages: Messages, commands: Commands, interactions: Interactions) -> None:
        self._world = world
        self._messages = messages
        self._commands = commands
        self._interactions = interactions

    def command(self, user: User, channel: Channel, name: str, options: list[Json], *, typing: bool = False,
                application: int | None = None) -> Interaction:  # fmt: skip
        """Run a slash command; with ``typing``, ask for the choices of the option that has the focus.

        (Application Commands › Slash Commands; › Autocomplete)
        """
        command = self._offered(user, channel, name, application)
        resolver = Resolver(self._world, channel)
        checked = inputs.options(command.get("options") or [], options, resolver, user.id, typing=typing)
        if typing and interactions.focused(checked) is None:
            raise Refused("no option is being typed")
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": checked}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if resolver.resolved:
            data["resolved"] = resolver.resolved
        kind = interactions.AUTOCOMPLETE if typing else interactions.COMMAND
        app = self._world.applications[int(command["application_id"])]
        return self._interactions.ask(kind, app, user, channel, data)

    def component(self, user: User, channel: Channel, message: int, custom_id: str, kind: int,
                  values: list[Any] | None = None) -> Interaction:  # fmt: skip
        """Press a button or choose from a menu of a message that ``user`` sees. (Components › Component Reference)"""
        used = self.visible_message(user, channel, message)
        resolver = Resolver(self._world, channel)
        data = forms.press(used.components, custom_id, kind, values or [], resolver, user.id)
        app = self._author(used, channel)
        return self._interactions.ask(interactions.COMPONENT, app, user, channel, data, used)

    def submit(self, user: User, opened_by: Interaction, answers: dict[str, Any]) -> Interaction:
        """Send the form that ``opened_by`` was answered with; ``answers`` by custom id. (› Modal Submit Data)"""
        if opened_by.modal is None or opened_by.user is not user:
            raise Refused("no form is open")
        resolver = Resolver(self._world, opened_by.channel)
        components = forms.form(opened_by.modal, answers, resolver, user.id)
        data: Json = {"custom_id": opened_by.modal["custom_id"], "components": components}
        if resolver.resolved:
            data["resolved"] = resolver.resolved
        kind = interactions.MODAL_SUBMIT
        return self._interactions.ask(kind, opened_by.application, user, opened_by.channel, data, opened_by.message)

    def visible_message(self, user: User, channel: Channel, number: int) -> Message:
        """A message that ``user`` sees."""
        message = self._messages.find(channel.id, number)
        if message is None or message not in self.visible_messages(user, channel):
            raise Refused("that message is not there")
        return message

    def visible_messages(self, user: User, channel: Channel) -> list[Message]:
        """What ``user`` sees in a channel: its messages and their own ephemeral ones, oldest first."""
        if not self._world.may(user.id, channel) & Permission.VIEW_CHANNEL:
            return []
        return [each for each in self._messages.of(channel.id) if each.only_for in (None, user.id)]

    def _offered(self, user: User, channel: Channel, name: str, application: int | None) -> Json:
        for command in self._commands.offered(user.id, channel):
            if command["name"] == name and application in (None, int(command["application_id"])):
                return command
        raise Refused(f"there is no command /{name} for {user.display} here")

    def _author(self, message: Message, channel: Channel) -> Application:
        app = self._world.applications.get(message.author.id)
        if app is None:
            raise Refused("only an application's message has components")
        if channel.guild is not None and app.id not in self._world.guild_of(channel).members:
            raise Refused(f"{app.name} is no longer in this server")
        return app
