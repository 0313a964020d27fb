"""Turns what a person does into interactions, refusing what Discord's own client would not send."""

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


class Asking:
    """The ways to ask something of a bot. Every one raises ``inputs.Refused`` for what a client would not send."""

    def __init__(self, world: World, posts: Messages, commands: Commands, asked: Interactions) -> None:
        self._world = world
        self._posts = posts
        self._commands = commands
        self._interactions = asked

    def command(self, user: User, channel: Channel, name: str, options: list[Json], *, typing: bool = False,
                application: int | None = None) -> Interaction:  # fmt: skip
        """Run a slash command, or with ``typing`` ask for the choices of its focused option."""
        command = self._offered(user, channel, name, application)
        resolver = Resolver(self._world, channel)
        given = inputs.options(command.get("options") or [], options, resolver, user.id, typing=typing)
        if typing and interactions.focused(given) is None:
            raise Refused("no option is being typed")
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": given}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if resolver.found:
            data["resolved"] = resolver.found
        kind = interactions.AUTOCOMPLETE if typing else interactions.COMMAND
        app = self._world.applications[int(command["application_id"])]
        return self._interactions.ask(kind, app, user, channel, data)

    def component(self, user: User, channel: Channel, message: int, custom_id: str, kind: int,
                  values: list[Any] | None = None) -> Interaction:  # fmt: skip
        """Press a button or choose from a menu of a message that ``user`` sees."""
        found = self.seen(user, channel, message)
        resolver = Resolver(self._world, channel)
        data = forms.press(found.components, custom_id, kind, values or [], resolver, user.id)
        app = self._author(found)
        return self._interactions.ask(interactions.COMPONENT, app, user, channel, data, found)

    def submit(self, user: User, opened: Interaction, answers: dict[str, Any]) -> Interaction:
        """Send the form that ``opened`` was answered with; ``answers`` by custom id."""
        if opened.modal is None or opened.user is not user:
            raise Refused("no form is open")
        resolver = Resolver(self._world, opened.channel)
        filled = forms.form(opened.modal, answers, resolver, user.id)
        data: Json = {"custom_id": opened.modal["custom_id"], "components": filled}
        if resolver.found:
            data["resolved"] = resolver.found
        kind = interactions.MODAL_SUBMIT
        return self._interactions.ask(kind, opened.application, user, opened.channel, data, opened.message)

    def seen(self, user: User, channel: Channel, number: int) -> Message:
        """A message that ``user`` sees."""
        found = self._posts.find(channel.id, number)
        if found is None or found not in self.all_seen(user, channel):
            raise Refused("that message is not there")
        return found

    def all_seen(self, user: User, channel: Channel) -> list[Message]:
        """What ``user`` sees in a channel: its messages and their own ephemeral ones, oldest first."""
        if not self._world.may(user.id, channel) & Permission.VIEW_CHANNEL:
            return []
        return [each for each in self._posts.of(channel.id) if each.only_for in (None, user.id)]

    def _offered(self, user: User, channel: Channel, name: str, application: int | None) -> Json:
        for command in self._commands.offered(user.id, channel):
            if command["name"] == name and application in (None, int(command["application_id"])):
                return command
        raise Refused(f"there is no command /{name} for {user.display} here")

    def _author(self, message: Message) -> Application:
        app = self._world.applications.get(message.author.id)
        if app is None:
            raise Refused("only an application's message has components")
        return app
