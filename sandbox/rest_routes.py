"""The REST endpoints that a slash-command bot calls, each a function of a ``Call`` that returns JSON or None (204).

(Discord docs, Resources; Interactions)
"""

from __future__ import annotations

from sandbox.bus import Event, Json
from sandbox.errors import invalid, known
from sandbox.interactions import Interaction
from sandbox.messages import Message, page
from sandbox.model import DIRECT_MESSAGE, WRITABLE, Channel, Guild
from sandbox.permissions import Permission
from sandbox.rest_requests import Call, Route, snowflake

P = Permission


# The gateway, users, servers and channels


def gateway(call: Call) -> Json:
    """(Gateway › Get Gateway)"""
    return {"url": call.parts.gateway.url}


def gateway_bot(call: Call) -> Json:
    """(Gateway › Get Gateway Bot)"""
    the_gateway = call.parts.gateway
    limit = the_gateway.starts.limit(call.bot.id)
    return {"url": the_gateway.url, "shards": the_gateway.shards, "session_start_limit": limit}


def me(call: Call) -> Json:
    """(Resources › User › Get Current User)"""
    return {**call.bot.bot.to_json(), "verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"}


def application(call: Call) -> Json:
    """(Resources › Application › Get Current Application)"""
    return call.bot.to_json()


def user(call: Call) -> Json:
    """(Resources › User › Get User)"""
    if person := call.parts.world.users.get(call.id("user")):
        return person.to_json()
    raise known(10013)


def guild(call: Call) -> Json:
    """(Resources › Guild › Get Guild)"""
    return _guild(call).to_json()


def guild_channels(call: Call) -> list[Json]:
    """(Resources › Guild › Get Guild Channels)"""
    return [channel.to_json() for channel in _guild(call).channels.values()]


def guild_roles(call: Call) -> list[Json]:
    """(Resources › Guild › Get Guild Roles)"""
    return [role.to_json() for role in _guild(call).roles.values()]


def guild_member(call: Call) -> Json:
    """(Resources › Guild › Get Guild Member)"""
    if member := _guild(call).members.get(call.id("user")):
        return member.to_json()
    raise known(10007)


def channel(call: Call) -> Json:
    """(Resources › Channel › Get Channel)"""
    where, _ = _channel(call)
    return call.parts.world.channel_json(where, call.bot.id)


def open_direct(call: Call) -> Json:
    """(Resources › User › Create DM)"""
    number = snowflake("recipient_id", call.form.get("recipient_id"))
    person = call.parts.world.users.get(number)
    if person is None:
        raise known(10013)
    if person.bot:
        raise known(50007)
    direct = call.parts.world.direct(person, call.bot.bot)
    return call.parts.world.channel_json(direct, call.bot.id)


# Messages


def post_message(call: Call) -> Json:
    """(Resources › Message › Create Message)"""
    where, may = _writable(call)
    if call.form.get("embeds"):
        _need(may, P.EMBED_LINKS)
    if call.files:
        _need(may, P.ATTACH_FILES)
    messages = call.parts.messages
    return messages.to_json(messages.post(where, call.bot.bot, call.form, call.files))


def list_messages(call: Call) -> list[Json]:
    """Newest first; none at all without READ_MESSAGE_HISTORY, or in a channel that holds none, as a forum.

    (Resources › Message › Get Channel Messages)
    """
    where, may = _channel(call)
    limit = call.whole("limit", 50, 1, 100)
    if not may & P.READ_MESSAGE_HISTORY or where.type not in WRITABLE:
        return []
    messages = call.parts.messages
    public = [message for message in messages.of(where.id) if message.only_for is None]
    return [messages.to_json(message) for message in reversed(_slice(call, public, limit))]


def get_message(call: Call) -> Json:
    """(Resources › Message › Get Channel Message)"""
    where, may = _channel(call)
    _need(may, P.READ_MESSAGE_HISTORY)
    messages = call.parts.messages
    return messages.to_json(messages.public(where.id, call.id("message")))


def edit_message(call: Call) -> Json:
    """A bot edits its own messages only. (Resources › Message › Edit Message)"""
    where, _ = _channel(call)
    messages = call.parts.messages
    message = messages.public(where.id, call.id("message"))
    if message.author.id != call.bot.id:
        raise known(50005)
    return messages.to_json(messages.edit(message, call.form, call.files))


def delete_message(call: Call) -> None:
    """A bot deletes its own messages, and others' with MANAGE_MESSAGES. (Resources › Message › Delete Message)"""
    where, may = _channel(call)
    message = call.parts.messages.public(where.id, call.id("message"))
    if message.author.id != call.bot.id:
        _need(may, P.MANAGE_MESSAGES)
    call.parts.messages.delete(message)


def typing(call: Call) -> None:
    """(Resources › Channel › Trigger Typing Indicator)"""
    where, _ = _writable(call)
    data = {"channel_id": str(where.id), "user_id": str(call.bot.id)}
    call.parts.bus.publish(Event("SANDBOX_TYPING", data, channel=where.id))


# Commands (Interactions › Application Commands › Endpoints)


def list_commands(call: Call) -> list[Json]:
    return call.parts.commands.listing(*_scope(call))


def put_commands(call: Call) -> list[Json]:
    return call.parts.commands.replace(*_scope(call), call.body)


def post_command(call: Call) -> Json:
    command, is_new = call.parts.commands.create(*_scope(call), call.form)
    call.status = 201 if is_new else 200
    return command


def get_command(call: Call) -> Json:
    return call.parts.commands.find(*_scope(call), call.id("command"))


def patch_command(call: Call) -> Json:
    return call.parts.commands.edit(*_scope(call), call.id("command"), call.form)


def delete_command(call: Call) -> None:
    call.parts.commands.remove(*_scope(call), call.id("command"))


# Interactions (Interactions › Receiving and Responding › Endpoints)


def callback(call: Call) -> Json | None:
    """(› Create Interaction Response)"""
    number = snowflake("interaction", call.params["interaction"])
    interaction = call.parts.interactions.respond(number, call.params["token"], call.form, call.files)
    if call.query.get("with_response") in ("1", "true", "True"):
        return call.parts.interactions.response_json(interaction)
    return None


def follow_up(call: Call) -> Json:
    """(› Create Followup Message)"""
    return _json(call, call.parts.interactions.follow_up(_by_webhook(call), call.form, call.files))


def get_answer(call: Call) -> Json:
    """(› Get Original Interaction Response; › Get Followup Message)"""
    return _json(call, _answer(call)[1])


def edit_answer(call: Call) -> Json:
    """(› Edit Original Interaction Response; › Edit Followup Message)"""
    interaction, message = _answer(call)
    return _json(call, call.parts.interactions.edit(interaction, message, call.form, call.files))


def delete_answer(call: Call) -> None:
    """(› Delete Original Interaction Response; › Delete Followup Message)"""
    call.parts.interactions.delete(*_answer(call))


# What the handlers share


def _json(call: Call, message: Message) -> Json:
    return call.parts.messages.to_json(message)


def _by_webhook(call: Call) -> Interaction:
    """The interaction that is answered. Raises 10003 once its channel is deleted, and what ``by_webhook`` raises."""
    interaction = call.parts.interactions.by_webhook(call.id("application"), call.params["token"])
    if interaction.channel.id not in call.parts.world.channels:
        raise known(10003)
    return interaction


def _answer(call: Call) -> tuple[Interaction, Message]:
    interaction = _by_webhook(call)
    return interaction, call.parts.interactions.message_of(interaction, call.params["message"])


def _scope(call: Call) -> tuple[int, int | None]:
    """The application and the server (None: global) whose commands are meant. Raises 20012 or 50001."""
    number = call.id("application")
    if number != call.bot.id:
        raise known(20012)
    if "guild" not in call.params:
        return number, None
    where = call.parts.world.guilds.get(call.id("guild"))
    if where is None or number not in where.members:
        raise known(50001)
    return number, where.id


def _guild(call: Call) -> Guild:
    """A server in which the bot is a member. Raises 10004."""
    where = call.parts.world.guilds.get(call.id("guild"))
    if where is None or call.bot.id not in where.members:
        raise known(10004)
    return where


def _channel(call: Call) -> tuple[Channel, int]:
    """The channel, and the bot's permissions in it. Raises 10003 when there is none, 50001 when it may not view it."""
    where = call.parts.world.channels.get(call.id("channel"))
    if where is None:
        raise known(10003)
    may = call.parts.world.may(call.bot.id, where)
    if not may & P.VIEW_CHANNEL:
        raise known(50001)
    return where, may


def _writable(call: Call) -> tuple[Channel, int]:
    """The channel, in which the bot may post, and its permissions there. Raises, in this order:

    1. 10003 and 50001 as for any channel;
    2. for a person who accepts no direct messages 50007, for one with whom the bot shares no server 50278;
    3. for a forum or another channel without messages of its own 50008; without SEND_MESSAGES 50013.
    (Opcodes and Status Codes › JSON Error Codes)
    """
    where, may = _channel(call)
    world = call.parts.world
    if where.type == DIRECT_MESSAGE and any(world.users[number].closed_dms for number in where.recipients):
        raise known(50007)
    if where.type == DIRECT_MESSAGE and not world.meet(*where.recipients):
        raise known(50278)
    if where.type not in WRITABLE:
        raise known(50008)
    _need(may, P.SEND_MESSAGES)
    return where, may


def _need(may: int, permission: Permission) -> None:
    if not may & permission:
        raise known(50013)


def _slice(call: Call, messages: list[Message], limit: int) -> list[Message]:
    """The part that ``around``, ``before`` or ``after`` asks for; only one of them may be used."""
    used = [name for name in ("around", "before", "after") if name in call.query]
    if len(used) > 1:
        raise invalid((used[1],), "QUERY_EXCLUSIVE", "around, before and after are mutually exclusive")
    if not used:
        return messages[-limit:]
    pivot = snowflake(used[0], call.query[used[0]])
    if used[0] == "after":
        return page(messages, lambda message: message.id > pivot, limit, newest=False)
    if used[0] == "before":
        return page(messages, lambda message: message.id < pivot, limit, newest=True)
    older = page(messages, lambda message: message.id < pivot, limit // 2, newest=True) if limit > 1 else []
    return older + page(messages, lambda message: message.id >= pivot, limit - len(older), newest=False)


_COMMANDS = "/applications/{application}/commands"
_GUILD_COMMANDS = "/applications/{application}/guilds/{guild}/commands"
_HOOK = "/webhooks/{application}/{token}"

ROUTES = [
    Route("GET", "/gateway", gateway, token=False),
    Route("GET", "/gateway/bot", gateway_bot),
    Route("GET", "/users/@me", me),
    Route("POST", "/users/@me/channels", open_direct),
    Route("GET", "/users/{user}", user),
    Route("GET", "/applications/@me", application),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/guilds/{guild}", guild),
    Route("GET", "/guilds/{guild}/channels", guild_channels),
    Route("GET", "/guilds/{guild}/roles", guild_roles),
    Route("GET", "/guilds/{guild}/members/{user}", guild_member),
    Route("GET", "/channels/{channel}", channel),
    Route("POST", "/channels/{channel}/typing", typing),
    Route("GET", "/channels/{channel}/messages", list_messages),
    Route("POST", "/channels/{channel}/messages", post_message),
    Route("GET", "/channels/{channel}/messages/{message}", get_message),
    Route("PATCH", "/channels/{channel}/messages/{message}", edit_message),
    Route("DELETE", "/channels/{channel}/messages/{message}", delete_message),
    *(
        route
        for base in (_COMMANDS, _GUILD_COMMANDS)
        for route in (
            Route("GET", base, list_commands),
            Route("PUT", base, put_commands),
            Route("POST", base, post_command),
            Route("GET", base + "/{command}", get_command),
            Route("PATCH", base + "/{command}", patch_command),
            Route("DELETE", base + "/{command}", delete_command),
        )
    ),
    Route("POST", "/interactions/{interaction}/{token}/callback", callback, token=False),
    Route("POST", _HOOK, follow_up, token=False),
    Route("GET", _HOOK + "/messages/{message}", get_answer, token=False),
    Route("PATCH", _HOOK + "/messages/{message}", edit_answer, token=False),
    Route("DELETE", _HOOK + "/messages/{message}", delete_answer, token=False),
]
