"""Interactions, from the question to the last followup. (Discord docs, Interactions › Receiving and Responding)"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from sandbox import commands, component_defaults, components, message_bodies
from sandbox.bus import Event, Json
from sandbox.clock import SystemClock
from sandbox.errors import Problems, known
from sandbox.messages import Message, Messages
from sandbox.model import EPHEMERAL, LOADING, Application, Attachment, Channel, User
from sandbox.snowflake import Snowflakes
from sandbox.world import World

# Interaction Object › Interaction Type
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
# Interaction Response Object › Interaction Callback Type
REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
NO_ANSWER = "The application did not respond"
_MAX_REMEMBERED = 10_000

_ALLOWED = {
    COMMAND: (REPLY, DEFER_REPLY, MODAL),
    COMPONENT: (REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, MODAL),
    AUTOCOMPLETE: (CHOICES,),
    MODAL_SUBMIT: (REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE),
}


@dataclass
class Interaction:
    """One question that a person put to an application, and its answers."""

    id: int
    token: str
    type: int
    application: Application
    user: User
    channel: Channel
    data: Json
    #: The message whose component was used, also for a form that was opened from it.
    message: Message | None
    #: When the application received it, on the monotonic clock.
    sent_at: float = 0.0
    #: When its first answer came, on the same clock; None as long as there is none.
    answered_at: float | None = None
    #: "held" (not sent yet), "waiting", "answered", "deferred" or "failed".
    status: str = "held"
    error: str | None = None
    #: The type of the first answer.
    answer: int | None = None
    original: Message | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    followups: list[Message] = field(default_factory=list)
    edits: int = 0
    timer: asyncio.TimerHandle | None = None

    @property
    def pending(self) -> bool:
        """Whether there is no first answer yet."""
        return self.status in ("held", "waiting")

    @property
    def settled(self) -> bool:
        """Whether the person need not wait any more: it failed, was answered, or the deferred answer has come."""
        if self.status != "deferred":
            return not self.pending
        return self.edits > 0 or bool(self.followups)

    @property
    def shown(self) -> Message | None:
        """The message in which a person reads the answer."""
        if self.status == "deferred" and not self.edits and self.followups:
            return self.followups[0]
        return self.original


class Interactions:
    """All interactions, and the rules of answering them."""

    def __init__(self, world: World, messages: Messages, answer_limit: float = 3.0, token_limit: float = 900.0) -> None:
        """``answer_limit``: seconds to the first answer; ``token_limit``: seconds that the token lasts. Real time."""
        self._world = world
        self._messages = messages
        self._ids = Snowflakes(SystemClock())  # clients compare these ids with their system's clock
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._pending: dict[int, Interaction] = {}
        self._holding = False
        self.answer_limit = answer_limit
        self.token_limit = token_limit

    def ask(self, kind: int, app: Application, user: User, channel: Channel, data: Json,
            message: Message | None = None) -> Interaction:  # fmt: skip
        """Send an interaction to its application, or keep it while ``hold`` is in force."""
        interaction = Interaction(self._ids.next(), secrets.token_urlsafe(64), kind, app, user, channel, data, message)
        self._by_id[interaction.id] = self._by_token[interaction.token] = interaction
        self._pending[interaction.id] = interaction
        self._forget_oldest()
        if self._holding and kind != AUTOCOMPLETE:  # suggestions that come late are of no use
            self._publish_status(interaction)
        else:
            self._send(interaction)
        return interaction

    def find(self, number: int) -> Interaction | None:
        """An interaction by its id."""
        return self._by_id.get(number)

    def hold(self) -> None:
        """Send nothing to applications and stop all answer clocks, until ``release``.

        For the time in which the sandbox's clock jumps: the bot then works through months in seconds, and an answer from
        the middle of that would be neither in time nor about the day that the person jumped to.
        """
        self._holding = True
        for interaction in self._pending.values():
            _stop_timer(interaction)

    def release(self) -> None:
        """Send what was held, oldest first, and start the answer clocks again."""
        if not self._holding:
            return
        self._holding = False
        for interaction in list(self._pending.values()):
            if interaction.status == "held":
                self._send(interaction)
            else:
                self._start_timer(interaction)

    def stop(self) -> None:
        """Stop all answer clocks."""
        for interaction in self._pending.values():
            _stop_timer(interaction)

    def _send(self, interaction: Interaction) -> None:
        """(Gateway Events › Interaction Create)"""
        interaction.status, interaction.sent_at = "waiting", time.monotonic()
        channel = interaction.channel
        if not self._holding:
            self._start_timer(interaction)
        self._publish_status(interaction)
        payload, app = self._payload(interaction), interaction.application
        self._world.bus.publish(
            Event("INTERACTION_CREATE", payload, guild=channel.guild, channel=channel.id, application=app.id)
        )

    def _start_timer(self, interaction: Interaction) -> None:
        interaction.timer = asyncio.get_running_loop().call_later(self.answer_limit, self._fail, interaction)

    # The first answer

    def respond(self, number: int, token: str, body: Json, files: list[Attachment]) -> Interaction:
        """Accept the first answer. Raises ApiError:

        1. for an unknown interaction, or one past its three seconds: 10062;
        2. for one that is already answered: 40060;
        3. for an answer whose kind does not fit the question, or that is wrong in itself: 50035.
        (Receiving and Responding › Interaction Callback; › Followup Messages)
        """
        interaction = self._by_id.get(number)
        if interaction is None or interaction.token != token or interaction.status == "failed":
            raise known(10062)
        if interaction.answer is not None:
            raise known(40060)
        kind = body.get("type")
        allowed = _ALLOWED[interaction.type]
        if interaction.message is None:
            allowed = tuple(each for each in allowed if each not in (DEFER_UPDATE, UPDATE))
        if kind not in allowed:
            problems = Problems()
            problems.choices(("type",), allowed)
            problems.settle()
        problems = Problems()
        data = problems.mapping(("data",), body.get("data"))
        problems.settle()
        self._apply(interaction, int(str(kind)), data, files)
        interaction.answer, interaction.answered_at = kind, time.monotonic()
        interaction.status = "deferred" if kind in (DEFER_REPLY, DEFER_UPDATE) else "answered"
        self._pending.pop(number, None)
        _stop_timer(interaction)
        self._publish_status(interaction)
        return interaction

    def response_json(self, interaction: Interaction) -> Json:
        """What ``with_response=true`` gives. (Interaction Callback Response Object)"""
        head: Json = {"id": str(interaction.id), "type": interaction.type}
        body: Json = {"interaction": head}
        message = interaction.original
        if message is not None:
            head["response_message_id"] = str(message.id)
            head["response_message_loading"] = bool(message.flags & LOADING)
            head["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
            if interaction.answer != DEFER_UPDATE:
                body["resource"] = {"type": interaction.answer, "message": self._messages.to_json(message)}
        return body

    def _apply(self, interaction: Interaction, kind: int, data: Json, files: list[Attachment]) -> None:
        if kind == REPLY:
            interaction.original = self._post(interaction, data, files)
        elif kind == DEFER_REPLY:
            hidden = interaction.user.id if message_bodies.flags_of(data) & EPHEMERAL else None
            bot = interaction.application.bot
            metadata = self._metadata(interaction)
            interaction.original = self._messages.wait_for_text(interaction.channel, bot, only_for=hidden, metadata=metadata)
        elif kind == DEFER_UPDATE:
            interaction.original = interaction.message
        elif kind == UPDATE:
            assert interaction.message is not None
            interaction.original = self._messages.edit(interaction.message, data, files)
        elif kind == CHOICES:
            interaction.choices = self._checked_choices(interaction, data)
        else:
            problems = Problems()
            components.check_modal(problems, data)
            problems.settle()
            interaction.modal = {**data, "components": component_defaults.number(data["components"])}

    def _checked_choices(self, interaction: Interaction, data: Json) -> list[Json]:
        """At most 25 choices, each with a name and a value of the option's type. (› Autocomplete)"""
        problems = Problems()
        option = focused(interaction.data.get("options") or [])
        listed = problems.listing(("data", "choices"), data.get("choices"), 0, 25)
        for index, choice in enumerate(listed):
            commands.check_choice(problems, ("data", "choices", index), choice, option["type"] if option else 3)
        problems.settle()
        return listed

    # After the first answer

    def by_webhook(self, application: int, token: str) -> Interaction:
        """The interaction behind a webhook. Raises 10015 when unknown or unanswered, 50027 after its 15 minutes.

        (› Followup Messages: "Interaction tokens are valid for 15 minutes")
        """
        interaction = self._by_token.get(token)
        if interaction is None or interaction.application.id != application:
            raise known(10015)
        if time.monotonic() - interaction.sent_at > self.token_limit:
            raise known(50027)
        if interaction.answer is None:
            raise known(10015)
        return interaction

    def follow_up(self, interaction: Interaction, body: Json, files: list[Attachment]) -> Message:
        """Post one more message; right after a deferral it fills in the waiting one. (› Create Followup Message)"""
        first = interaction.original
        if interaction.answer == DEFER_REPLY and first is not None and self._is_there(first) and first.flags & LOADING:
            return self.edit(interaction, first, {**body, "flags": message_bodies.flags_of(body) & ~EPHEMERAL}, files)
        message = self._post(interaction, body, files)
        interaction.followups.append(message)
        self._publish_status(interaction)
        return message

    def message_of(self, interaction: Interaction, which: str) -> Message:
        """``@original``, or a followup by its id. Raises 10008 for any other."""
        mine = [interaction.original, *interaction.followups]
        for message in mine:
            if message is not None and which in ("@original", str(message.id)):
                if not self._is_there(message):
                    break
                return message
        raise known(10008)

    def _is_there(self, message: Message) -> bool:
        return self._messages.find(message.channel.id, message.id) is not None

    def edit(self, interaction: Interaction, message: Message, body: Json, files: list[Attachment]) -> Message:
        """Edit an answer. (› Edit Original Interaction Response)"""
        self._messages.edit(message, body, files)
        interaction.edits += 1
        self._publish_status(interaction)
        return message

    def delete(self, interaction: Interaction, message: Message) -> None:
        """Delete an answer; a deferred one may be followed by another. (› Delete Original Interaction Response)"""
        self._messages.delete(message)
        interaction.edits += not message.flags & LOADING
        self._publish_status(interaction)

    def _post(self, interaction: Interaction, body: Json, files: list[Attachment]) -> Message:
        hidden = interaction.user.id if message_bodies.flags_of(body) & EPHEMERAL else None
        may = self._world.may(interaction.application.id, interaction.channel)
        return self._messages.post(
            interaction.channel,
            interaction.application.bot,
            body,
            files,
            only_for=hidden,
            metadata=self._metadata(interaction),
            may=may,
        )

    def _metadata(self, interaction: Interaction) -> Json:
        """(Resources › Message › Message Interaction Metadata)"""
        body: Json = {
            "id": str(interaction.id),
            "type": interaction.type,
            "user": interaction.user.to_json(),
            "authorizing_integration_owners": self._owners(interaction),
        }
        if interaction.message is not None:
            body["interacted_message_id"] = str(interaction.message.id)
        elif name := _full_name(interaction.data):
            body["name"] = name  # Discord sends it, and its clients show it; the page does too
        return body

    def _owners(self, interaction: Interaction) -> Json:
        return {"0": str(interaction.channel.guild or 0)}

    def _payload(self, interaction: Interaction) -> Json:
        """What the application receives. (› Interaction Object)"""
        channel, user, world = interaction.channel, interaction.user, self._world
        may = str(world.may(user.id, channel))
        body: Json = {
            "id": str(interaction.id),
            "application_id": str(interaction.application.id),
            "type": interaction.type,
            "token": interaction.token,
            "version": 1,
            "data": interaction.data,
            "channel_id": str(channel.id),
            "channel": {**world.channel_json(channel, interaction.application.id), "permissions": may},
            "app_permissions": str(world.may(interaction.application.id, channel)),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": self._owners(interaction),
            "context": commands.IN_BOT_DM if channel.guild is None else commands.IN_GUILD,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if interaction.message is not None:
            body["message"] = self._messages.to_json(interaction.message)
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
        """Keep the newest only: a demo may run for weeks."""
        while len(self._by_id) > _MAX_REMEMBERED:
            oldest = self._by_id.pop(next(iter(self._by_id)))
            del self._by_token[oldest.token]
            self._pending.pop(oldest.id, None)

    def _fail(self, interaction: Interaction) -> None:
        """Three seconds without an answer. (› Responding to an Interaction)"""
        interaction.status, interaction.error = "failed", NO_ANSWER
        self._pending.pop(interaction.id, None)
        self._publish_status(interaction)

    def _publish_status(self, interaction: Interaction) -> None:
        status = interaction.status
        if status in ("answered", "deferred"):
            status = "done" if interaction.settled else "waiting"
        data = {"id": str(interaction.id), "status": status, "error": interaction.error}
        channel, person = interaction.channel.id, interaction.user.id
        self._world.bus.publish(Event("SANDBOX_INTERACTION", data, channel=channel, person=person))


def _stop_timer(interaction: Interaction) -> None:
    if interaction.timer:
        interaction.timer.cancel()


def focused(options: list[Json]) -> Json | None:
    """The option that a person is typing into, in a subcommand too."""
    for option in options:
        if option.get("focused"):
            return option
        if inner := focused(option.get("options") or []):
            return inner
    return None


def _full_name(data: Json) -> str:
    """A command's name with its group and subcommand, as a person types it: "case add"."""
    names, options = [str(data.get("name", ""))], data.get("options") or []
    while options and options[0].get("type") in (commands.SUBCOMMAND, commands.GROUP):
        names.append(options[0]["name"])
        options = options[0].get("options") or []
    return " ".join(names)
