"""Interactions from the asking to the last followup. (Discord docs, Interactions › Receiving and Responding)"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from sandbox import bodies, commands, components, filling
from sandbox.bus import Event, Json
from sandbox.clock import SystemClock
from sandbox.errors import Problems, known
from sandbox.messages import Message, Messages
from sandbox.model import EPHEMERAL, LOADING, Application, Attachment, Channel, User
from sandbox.snowflake import Snowflakes
from sandbox.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_MOST_KEPT = 10_000
NO_ANSWER = "The application did not respond"

_ALLOWED = {
    COMMAND: (REPLY, DEFER_REPLY, MODAL),
    COMPONENT: (REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,),
    MODAL_SUBMIT: (REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE),
}


@dataclass
class Interaction:
    """One thing that a person asked of an application, and what came of it."""

    id: int
    token: str
    type: int
    application: Application
    user: User
    channel: Channel
    data: Json
    message: Message | None
    """The message whose component was used, also behind a form opened from it."""
    asked_at: float
    status: str = "waiting"
    """"waiting", "answered", "deferred" or "failed"."""
    error: str | None = None
    answer: int | None = None
    """The type of the first answer."""
    original: Message | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    followups: list[Message] = field(default_factory=list)
    edits: int = 0
    timer: asyncio.TimerHandle | None = None

    @property
    def settled(self) -> bool:
        """Whether the person has the final word: failed, answered, or what was deferred has come."""
        if self.status != "deferred":
            return self.status != "waiting"
        return self.edits > 0 or bool(self.followups)

    @property
    def shown(self) -> Message | None:
        """The message that a person looks at for the answer."""
        if self.answer == DEFER_UPDATE and not self.edits and self.followups:
            return self.followups[0]
        return self.original


class Interactions:
    """All interactions, and the rules of answering them."""

    def __init__(self, world: World, messages: Messages, answer_limit: float = 3.0, token_limit: float = 900.0) -> None:
        """``answer_limit``: seconds to the first answer; ``token_limit``: seconds that the token lasts."""
        self._world = world
        self._messages = messages
        self._ids = Snowflakes(SystemClock())  # clients compare these ids with their system's clock
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self.answer_limit = answer_limit
        self.token_limit = token_limit

    def ask(self, kind: int, app: Application, user: User, channel: Channel, data: Json,
            message: Message | None = None) -> Interaction:  # fmt: skip
        """Send an interaction to its application and start the clock for its answer."""
        asked = Interaction(
            self._ids.next(), secrets.token_urlsafe(64), kind, app, user, channel, data, message, time.monotonic()
        )
        self._by_id[asked.id] = asked
        self._by_token[asked.token] = asked
        self._forget_oldest()
        asked.timer = asyncio.get_running_loop().call_later(self.answer_limit, self._fail, asked)
        self._told(asked)
        self._world.bus.tell(
            Event("INTERACTION_CREATE", self._payload(asked), guild=channel.guild, channel=channel.id, application=app.id)
        )
        return asked

    def find(self, number: int) -> Interaction | None:
        """An interaction by its id."""
        return self._by_id.get(number)

    def stop(self) -> None:
        """Stop all clocks."""
        for each in self._by_id.values():
            if each.timer:
                each.timer.cancel()

    # The first answer

    def respond(self, number: int, token: str, body: Json, files: list[Attachment]) -> Interaction:
        """Take the first answer.

        1. An unknown interaction, or one past its three seconds: 10062.
        2. One already answered: 40060.
        3. An answer of a kind that does not fit the question, or wrong in itself: 50035.
        (Receiving and Responding › Interaction Callback; › Followup Messages)
        """
        asked = self._by_id.get(number)
        if asked is None or asked.token != token or asked.status == "failed":
            raise known(10062)
        if asked.answer is not None:
            raise known(40060)
        kind = body.get("type")
        allowed = _ALLOWED[asked.type]
        if asked.message is None:
            allowed = tuple(each for each in allowed if each not in (DEFER_UPDATE, UPDATE))
        if kind not in allowed:
            problems = Problems()
            problems.choices(("type",), allowed)
            problems.settle()
        problems = Problems()
        data = problems.mapping(("data",), body.get("data"))
        problems.settle()
        self._take(asked, int(str(kind)), data, files)
        asked.answer = kind
        asked.status = "deferred" if kind in (DEFER_REPLY, DEFER_UPDATE) else "answered"
        if asked.timer:
            asked.timer.cancel()
        self._told(asked)
        return asked

    def response_json(self, asked: Interaction) -> Json:
        """What ``with_response=true`` gives. (Interaction Callback Response Object)"""
        head: Json = {"id": str(asked.id), "type": asked.type}
        body: Json = {"interaction": head}
        message = asked.original
        if message is not None:
            head["response_message_id"] = str(message.id)
            head["response_message_loading"] = bool(message.flags & LOADING)
            head["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
            if asked.answer != DEFER_UPDATE:
                body["resource"] = {"type": asked.answer, "message": self._messages.to_json(message)}
        return body

    def _take(self, asked: Interaction, kind: int, data: Json, files: list[Attachment]) -> None:
        if kind == REPLY:
            asked.original = self._post(asked, data, files)
        elif kind == DEFER_REPLY:
            hidden = asked.user.id if bodies.flags_of(data) & EPHEMERAL else None
            bot = asked.application.bot
            asked.original = self._messages.wait_for_text(asked.channel, bot, only_for=hidden, metadata=self._metadata(asked))
        elif kind == DEFER_UPDATE:
            asked.original = asked.message
        elif kind == UPDATE:
            assert asked.message is not None
            asked.original = self._messages.edit(asked.message, data, files)
        elif kind == CHOICES:
            asked.choices = self._checked_choices(asked, data)
        else:
            problems = Problems()
            components.check_modal(problems, data)
            problems.settle()
            asked.modal = {**data, "components": filling.number(data["components"])}

    def _checked_choices(self, asked: Interaction, data: Json) -> list[Json]:
        """25 choices at most, each a name and a value of the option's type. (› Autocomplete)"""
        problems = Problems()
        option = focused(asked.data.get("options") or [])
        listed = problems.listing(("data", "choices"), data.get("choices"), 0, 25)
        for index, choice in enumerate(listed):
            commands.check_choice(problems, ("data", "choices", index), choice, option["type"] if option else 3)
        problems.settle()
        return listed

    # After it

    def by_webhook(self, application: int, token: str) -> Interaction:
        """The interaction behind a webhook; 10015 when unknown or unanswered, 50027 when its 15 minutes are over."""
        asked = self._by_token.get(token)
        if asked is None or asked.application.id != application:
            raise known(10015)
        if time.monotonic() - asked.asked_at > self.token_limit:
            raise known(50027)
        if asked.answer is None:
            raise known(10015)
        return asked

    def follow_up(self, asked: Interaction, body: Json, files: list[Attachment]) -> Message:
        """Another message; right after a deferral it fills the waiting one. (› Create Followup Message)"""
        first = asked.original
        if asked.answer == DEFER_REPLY and first is not None and first.flags & LOADING:
            return self.edit(asked, first, {**body, "flags": bodies.flags_of(body) & ~EPHEMERAL}, files)
        message = self._post(asked, body, files)
        asked.followups.append(message)
        self._told(asked)
        return message

    def message_of(self, asked: Interaction, which: str) -> Message:
        """``@original`` or one of the messages that the interaction made; 10008 for any other."""
        mine = [asked.original, *asked.followups]
        for message in mine:
            if message is not None and which in ("@original", str(message.id)):
                if self._messages.find(message.channel.id, message.id) is None:
                    break
                return message
        raise known(10008)

    def edit(self, asked: Interaction, message: Message, body: Json, files: list[Attachment]) -> Message:
        """Edit an answer. (› Edit Original Interaction Response)"""
        self._messages.edit(message, body, files)
        asked.edits += 1
        self._told(asked)
        return message

    def delete(self, asked: Interaction, message: Message) -> None:
        """Delete an answer."""
        self._messages.delete(message)
        asked.edits += 1
        self._told(asked)

    def _post(self, asked: Interaction, body: Json, files: list[Attachment]) -> Message:
        hidden = asked.user.id if bodies.flags_of(body) & EPHEMERAL else None
        may = self._world.may(asked.application.id, asked.channel)
        return self._messages.post(
            asked.channel, asked.application.bot, body, files, only_for=hidden, metadata=self._metadata(asked), may=may
        )

    def _metadata(self, asked: Interaction) -> Json:
        """(Resources › Message › Message Interaction Metadata)"""
        body: Json = {
            "id": str(asked.id),
            "type": asked.type,
            "user": asked.user.to_json(),
            "authorizing_integration_owners": self._owners(asked),
        }
        if asked.message is not None:
            body["interacted_message_id"] = str(asked.message.id)
        elif name := _full_name(asked.data):
            body["name"] = name  # Discord sends it, and its clients show it; the page does too
        return body

    def _owners(self, asked: Interaction) -> Json:
        return {"0": str(asked.channel.guild or 0)}

    def _payload(self, asked: Interaction) -> Json:
        """What the application gets. (› Interaction Object)"""
        channel, user, world = asked.channel, asked.user, self._world
        may = str(world.may(user.id, channel))
        body: Json = {
            "id": str(asked.id),
            "application_id": str(asked.application.id),
            "type": asked.type,
            "token": asked.token,
            "version": 1,
            "data": asked.data,
            "channel_id": str(channel.id),
            "channel": {**world.channel_json(channel, asked.application.id), "permissions": may},
            "app_permissions": str(world.may(asked.application.id, channel)),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": self._owners(asked),
            "context": commands.IN_BOT_DM if channel.guild is None else commands.IN_GUILD,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if asked.message is not None:
            body["message"] = self._messages.to_json(asked.message)
        if channel.guild is None:
            body["user"] = user.to_json()
            return body
        guild = world.guilds[channel.guild]
        body["guild_id"] = str(guild.id)
        body["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        body["guild_locale"] = guild.locale
        body["member"] = {**guild.members[user.id].to_json(), "permissions": may}
        return body

    def _forget_oldest(self) -> None:
        """A demo that runs for weeks must not keep every interaction."""
        while len(self._by_id) > _MOST_KEPT:
            oldest = self._by_id.pop(next(iter(self._by_id)))
            del self._by_token[oldest.token]

    def _fail(self, asked: Interaction) -> None:
        """Three seconds without an answer. (› Responding to an Interaction)"""
        if asked.status == "waiting":
            asked.status, asked.error = "failed", NO_ANSWER
            self._told(asked)

    def _told(self, asked: Interaction) -> None:
        state = {"waiting": "waiting", "failed": "failed"}.get(asked.status, "done" if asked.settled else "waiting")
        data = {"id": str(asked.id), "status": state, "error": asked.error}
        self._world.bus.tell(Event("SANDBOX_INTERACTION", data, channel=asked.channel.id, person=asked.user.id))


def focused(options: list[Json]) -> Json | None:
    """The option that a person is typing into."""
    for option in options:
        if option.get("focused"):
            return option
        if found := focused(option.get("options") or []):
            return found
    return None


def _full_name(data: Json) -> str:
    """A command with its group and subcommand, as a person types it: "case add"."""
    names, options = [str(data.get("name", ""))], data.get("options") or []
    while options and options[0].get("type") in (commands.SUBCOMMAND, commands.GROUP):
        names.append(options[0]["name"])
        options = options[0].get("options") or []
    return " ".join(names)
