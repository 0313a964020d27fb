"""The REST calls that a slash-command bot makes. (Discord docs, Resources; Interactions)"""

from __future__ import annotations

from typing import Any

from sandbox import calls
from sandbox.bus import Event, Json
from sandbox.calls import Call, Route
from sandbox.errors import invalid, known
from sandbox.messages import Message, page
from sandbox.model import DIRECT_MESSAGE, Channel, Guild
from sandbox.permissions import Permission

P = Permission


# Who and where


def gateway(call: Call) -> Json:
    return {"url": call.sandbox.gateway_url}


def gateway_bot(call: Call) -> Json:
    """(Gateway › Get Gateway Bot)"""
    start = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": call.sandbox.gateway_url, "shards": call.sandbox.gateway.shards, "session_start_limit": start}


def me(call: Call) -> Json:
    return {**call.bot.bot.to_json(), "verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"}


def application(call: Call) -> Json:
    return call.bot.to_json()


def user(call: Call) -> Json:
    if found := call.sandbox.world.users.get(call.id("user")):
        return found.to_json()
    raise known(10013)


def guild(call: Call) -> Json:
    return _guild(call).to_json()


def guild_channels(call: Call) -> list[Json]:
    return [channel.to_json() for channel in _guild(call).channels.values()]


def guild_roles(call: Call) -> list[Json]:
    return [role.to_json() for role in _guild(call).roles.values()]


def guild_member(call: Call) -> Json:
    if found := _guild(call).members.get(call.id("user")):
        return found.to_json()
    raise known(10007)


def channel(call: Call) -> Json:
    found, _ = _channel(call)
    return call.sandbox.world.channel_json(found, call.bot.id)


def open_direct(call: Call) -> Json:
    """(Resources › User › Create DM)"""
    number = calls.snowflake("recipient_id", call.form.get("recipient_id"))
    person = call.sandbox.world.users.get(number)
    if person is None:
        raise known(10013)
    if person.bot:
        raise known(50007)
    opened = call.sandbox.world.direct(person, call.bot.bot)
    return call.sandbox.world.channel_json(opened, call.bot.id)


# Messages


def post_message(call: Call) -> Json:
    """(Resources › Message › Create Message)"""
    where, may = _channel(call)
    world = call.sandbox.world
    if where.type == DIRECT_MESSAGE and any(world.users[number].closed_dms for number in where.recipients):
        raise known(50007)
    _need(may, P.SEND_MESSAGES)
    if call.form.get("embeds"):
        _need(may, P.EMBED_LINKS)
    if call.files:
        _need(may, P.ATTACH_FILES)
    messages = call.sandbox.posts
    return messages.to_json(messages.post(where, call.bot.bot, call.form, call.files))


def list_messages(call: Call) -> list[Json]:
    """Newest first; none at all without READ_MESSAGE_HISTORY. (Resources › Message › Get Channel Messages)"""
    where, may = _channel(call)
    limit = call.whole("limit", 50, 1, 100)
    if not may & P.READ_MESSAGE_HISTORY:
        return []
    store = call.sandbox.posts
    found = [message for message in store.of(where.id) if message.only_for is None]
    return [store.to_json(message) for message in reversed(_slice(call, found, limit))]


def get_message(call: Call) -> Json:
    where, may = _channel(call)
    _need(may, P.READ_MESSAGE_HISTORY)
    store = call.sandbox.posts
    return store.to_json(store.public(where.id, call.id("message")))


def edit_message(call: Call) -> Json:
    """Only one's own. (Resources › Message › Edit Message)"""
    where, _ = _channel(call)
    store = call.sandbox.posts
    message = store.public(where.id, call.id("message"))
    if message.author.id != call.bot.id:
        raise known(50005)
    return store.to_json(store.edit(message, call.form, call.files))


def delete_message(call: Call) -> None:
    """One's own, or with MANAGE_MESSAGES any. (Resources › Message › Delete Message)"""
    where, may = _channel(call)
    message = call.sandbox.posts.public(where.id, call.id("message"))
    if message.author.id != call.bot.id:
        _need(may, P.MANAGE_MESSAGES)
    call.sandbox.posts.delete(message)


def typing(call: Call) -> None:
    """(Resources › Channel › Trigger Typing Indicator)"""
    where, may = _channel(call)
    _need(may, P.SEND_MESSAGES)
    data = {"channel_id": str(where.id), "user_id": str(call.bot.id)}
    call.sandbox.bus.tell(Event("SANDBOX_TYPING", data, channel=where.id))


# Commands


def list_commands(call: Call) -> list[Json]:
    return call.sandbox.commands.listing(*_scope(call))


def put_commands(call: Call) -> list[Json]:
    return call.sandbox.commands.replace(*_scope(call), call.body)


def post_command(call: Call) -> Json:
    command, is_new = call.sandbox.commands.create(*_scope(call), call.form)
    call.status = 201 if is_new else 200
    return command


def get_command(call: Call) -> Json:
    return call.sandbox.commands.find(*_scope(call), call.id("command"))


def patch_command(call: Call) -> Json:
    return call.sandbox.commands.edit(*_scope(call), call.id("command"), call.form)


def delete_command(call: Call) -> None:
    call.sandbox.commands.remove(*_scope(call), call.id("command"))


# Interactions


def callback(call: Call) -> Json | None:
    """(Interactions › Receiving and Responding › Create Interaction Response)"""
    number = calls.snowflake("interaction", call.params["interaction"])
    asked = call.sandbox.interactions.respond(number, call.params["token"], call.form, call.files)
    if call.query.get("with_response") in ("1", "true", "True"):
        return call.sandbox.interactions.response_json(asked)
    return None


def follow_up(call: Call) -> Json:
    asked = call.sandbox.interactions.by_webhook(call.id("application"), call.params["token"])
    return _json(call, call.sandbox.interactions.follow_up(asked, call.form, call.files))


def get_answer(call: Call) -> Json:
    return _json(call, _answer(call)[1])


def edit_answer(call: Call) -> Json:
    asked, message = _answer(call)
    return _json(call, call.sandbox.interactions.edit(asked, message, call.form, call.files))


def delete_answer(call: Call) -> None:
    call.sandbox.interactions.delete(*_answer(call))


# What the handlers share


def _json(call: Call, message: Message) -> Json:
    return call.sandbox.posts.to_json(message)


def _answer(call: Call) -> tuple[Any, Message]:
    asked = call.sandbox.interactions.by_webhook(call.id("application"), call.params["token"])
    return asked, call.sandbox.interactions.message_of(asked, call.params["message"])


def _scope(call: Call) -> tuple[int, int | None]:
    number = call.id("application")
    if number != call.bot.id:
        raise known(20012)
    if "guild" not in call.params:
        return number, None
    where = call.sandbox.world.guilds.get(call.id("guild"))
    if where is None or number not in where.members:
        raise known(50001)
    return number, where.id


def _guild(call: Call) -> Guild:
    found = call.sandbox.world.guilds.get(call.id("guild"))
    if found is None or call.bot.id not in found.members:
        raise known(10004)
    return found


def _channel(call: Call) -> tuple[Channel, int]:
    """The channel and what the bot may do in it; 10003 when there is none, 50001 when it may not look."""
    found = call.sandbox.world.channels.get(call.id("channel"))
    if found is None:
        raise known(10003)
    may = call.sandbox.world.may(call.bot.id, found)
    if not may & P.VIEW_CHANNEL:
        raise known(50001)
    return found, may


def _need(may: int, permission: Permission) -> None:
    if not may & permission:
        raise known(50013)


def _slice(call: Call, found: list[Message], limit: int) -> list[Message]:
    """``around``, ``before`` or ``after``, of which one may be given."""
    given = [name for name in ("around", "before", "after") if name in call.query]
    if len(given) > 1:
        raise invalid((given[1],), "QUERY_EXCLUSIVE", "around, before and after are mutually exclusive")
    if not given:
        return found[-limit:]
    pivot = calls.snowflake(given[0], call.query[given[0]])
    if given[0] == "after":
        return page(found, lambda message: message.id > pivot, limit, newest=False)
    if given[0] == "before":
        return page(found, lambda message: message.id < pivot, limit, newest=True)
    older = page(found, lambda message: message.id < pivot, limit // 2, newest=True) if limit > 1 else []
    return older + page(found, lambda message: message.id >= pivot, limit - len(older), newest=False)


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
