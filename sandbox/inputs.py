"""What Discord's own client checks in the options of a command, before the bot receives anything.

(Discord docs, Interactions › Application Commands › Application Command Option Structure)
"""

from __future__ import annotations

import math
from typing import Any

from sandbox import commands
from sandbox.bus import Json
from sandbox.model import Channel, Guild, User
from sandbox.permissions import Permission, within
from sandbox.world import World

_MAX_TEXT = 6000
_MAX_INTEGER = 2**53 - 1


class Refused(ValueError):
    """Discord's client would not send what a person entered; the text says why."""


class Resolver:
    """Collects Discord's ``resolved`` data for the ids that a person picked. Raises Refused for what is not there.

    (Receiving and Responding › Resolved Data Structure)
    """

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self._guild: Guild | None = world.guilds.get(channel.guild or 0)
        self.resolved: Json = {}

    def user(self, number: int) -> None:
        user = self._world.users.get(number)
        if user is None or not self._is_here(user):
            raise Refused(f"there is no user {number} here")
        self.resolved.setdefault("users", {})[str(number)] = user.to_json()
        if self._guild is not None:
            member = self._guild.members[number].to_json()
            for key in ("user", "deaf", "mute"):
                member.pop(key)
            member["permissions"] = str(within(self._guild, self._channel, number))
            self.resolved.setdefault("members", {})[str(number)] = member

    def role(self, number: int) -> None:
        if self._guild is None or number not in self._guild.roles:
            raise Refused(f"there is no role {number} here")
        self.resolved.setdefault("roles", {})[str(number)] = self._guild.roles[number].to_json()

    def mentionable(self, number: int) -> None:
        if self._guild is not None and number in self._guild.roles:
            self.role(number)
        else:
            self.user(number)

    def channel(self, number: int, kinds: list[int] | None, viewer: int) -> None:
        if self._guild is None or number not in self._guild.channels:
            raise Refused(f"there is no channel {number} here")
        channel = self._guild.channels[number]
        may = within(self._guild, channel, viewer)
        if not may & Permission.VIEW_CHANNEL or (kinds and channel.type not in kinds):
            raise Refused(f"#{channel.name} cannot be chosen here")
        keys = ("id", "type", "name", "parent_id", "nsfw", "position", "topic", "last_message_id", "flags",
                "guild_id", "permission_overwrites", "rate_limit_per_user")  # fmt: skip
        written = channel.to_json()
        entry = {**{key: written[key] for key in keys}, "permissions": str(may)}
        self.resolved.setdefault("channels", {})[str(number)] = entry

    def attachment(self, number: int) -> None:
        file = self._world.attachments.get(number)
        if file is None:
            raise Refused(f"there is no uploaded file {number}")
        self.resolved.setdefault("attachments", {})[str(number)] = file.to_json()

    def _is_here(self, user: User) -> bool:
        if self._guild is None:
            return user.id in self._channel.recipients
        return user.id in self._guild.members


def options(defined: list[Json], entered: list[Json], resolver: Resolver, viewer: int, *, typing: bool) -> list[Json]:
    """The entered options, checked against those of the command, with values of the right types.

    While ``typing`` (autocomplete), nothing is required yet, the value of the focused option is plain text, and options
    that are not valid yet are left out.
    """
    by_name = {each["name"]: each for each in defined}
    if any(each["type"] in (commands.SUBCOMMAND, commands.GROUP) for each in defined):
        return _subcommand(by_name, entered, resolver, viewer, typing=typing)
    checked = []
    for each in entered:
        option = by_name.get(each.get("name", ""))
        if option is None:
            raise Refused(f"there is no option {each.get('name')!r}")
        if typing and each.get("focused"):
            checked.append(_entry(option, str(each.get("value", ""))) | {"focused": True})
            continue
        try:
            checked.append(_entry(option, value(option, each.get("value"), resolver, viewer)))
        except Refused:
            if not typing:
                raise
    named = {each["name"] for each in checked}
    missing = [each["name"] for each in defined if each.get("required") and each["name"] not in named]
    if missing and not typing:
        raise Refused(f"{missing[0]}: this option is required")
    return checked


def _subcommand(by_name: dict[str, Json], entered: list[Json], resolver: Resolver, viewer: int, *, typing: bool) -> list[Json]:
    if len(entered) != 1 or entered[0].get("name") not in by_name:
        raise Refused(f"choose one of: {', '.join(by_name)}")
    chosen = by_name[entered[0]["name"]]
    inner = options(chosen.get("options") or [], entered[0].get("options") or [], resolver, viewer, typing=typing)
    return [{"name": chosen["name"], "type": chosen["type"], "options": inner}]


def _entry(option: Json, checked: Any) -> Json:
    return {"name": option["name"], "type": option["type"], "value": checked}


def value(option: Json, entered: Any, resolver: Resolver, viewer: int) -> Any:
    """The value of an option, in its type. Raises Refused when Discord's client would mark it as wrong."""
    kind, name = option["type"], option["name"]
    if kind == commands.STRING:
        checked: Any = _text(option, entered)
    elif kind == commands.INTEGER:
        checked = _whole(name, entered)
    elif kind == commands.NUMBER:
        checked = _number(name, entered)
    elif kind == commands.BOOLEAN:
        return _boolean(name, entered)
    else:
        return reference(option, entered, resolver, viewer)
    if kind != commands.STRING:
        _in_range(option, checked)
    allowed = [choice["value"] for choice in option.get("choices") or []]
    if allowed and checked not in allowed:
        raise Refused(f"{name}: choose one of the choices")
    return checked


def _text(option: Json, entered: Any) -> str:
    name, text = option["name"], entered
    if not isinstance(text, str) or not text:
        raise Refused(f"{name}: this option is required")
    least, most = option.get("min_length", 0), option.get("max_length", _MAX_TEXT)
    if not least <= len(text) <= most:
        raise Refused(f"{name}: must be between {least} and {most} characters")
    return text


def _whole(name: str, entered: Any) -> int:
    try:
        if isinstance(entered, bool) or (isinstance(entered, float) and not entered.is_integer()):
            raise ValueError
        number = int(entered)
    except (ValueError, TypeError):
        raise Refused(f"{name}: must be a whole number") from None
    if abs(number) > _MAX_INTEGER:
        raise Refused(f"{name}: must be between -2^53 and 2^53")
    return number


def _number(name: str, entered: Any) -> float:
    try:
        if isinstance(entered, bool):
            raise ValueError
        number = float(entered)
    except (ValueError, TypeError):
        raise Refused(f"{name}: must be a number") from None
    if not math.isfinite(number):
        raise Refused(f"{name}: must be a number")
    return number


def _in_range(option: Json, number: float) -> None:
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and number < least) or (most is not None and number > most):
        low = "any" if least is None else f"{least:g}"
        high = "any" if most is None else f"{most:g}"
        raise Refused(f"{option['name']}: must be from {low} to {high}")


def _boolean(name: str, entered: Any) -> bool:
    if isinstance(entered, str):
        entered = {"true": True, "false": False}.get(entered.lower(), entered)
    if not isinstance(entered, bool):
        raise Refused(f"{name}: must be True or False")
    return entered


def reference(option: Json, entered: Any, resolver: Resolver, viewer: int) -> str:
    """The id that a person picked, once its thing is resolved. Raises Refused when there is no such thing."""
    number = _id(option["name"], entered)
    kind = option["type"]
    if kind == commands.USER:
        resolver.user(number)
    elif kind == commands.CHANNEL:
        resolver.channel(number, option.get("channel_types"), viewer)
    elif kind == commands.ROLE:
        resolver.role(number)
    elif kind == commands.MENTIONABLE:
        resolver.mentionable(number)
    else:
        resolver.attachment(number)
    return str(number)


def _id(name: str, entered: Any) -> int:
    try:
        return int(getattr(entered, "id", entered))
    except (ValueError, TypeError):
        raise Refused(f"{name}: must be an id") from None
