"""Whom a message pings. (Discord docs, Resources › Message › Allowed Mentions Object)"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.bus import Json
from sandbox.errors import Problems
from sandbox.model import Guild
from sandbox.permissions import Permission

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


@dataclass(frozen=True)
class Pings:
    """Who is pinged: ids of users and roles, and whether everyone is."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False


def check(problems: Problems, allowed: Any) -> None:
    """Check ``allowed_mentions``: a kind is either parsed or listed, and a list holds at most 100 ids."""
    if allowed is None:
        return
    allowed = problems.mapping(("allowed_mentions",), allowed)
    parse = problems.listing(("allowed_mentions", "parse"), allowed.get("parse"), 0, 3)
    for index, kind in enumerate(parse):
        if kind not in ("users", "roles", "everyone"):
            problems.choices(("allowed_mentions", "parse", index), ("users", "roles", "everyone"))
    for kind in ("users", "roles"):
        listed = problems.listing(("allowed_mentions", kind), allowed.get(kind), 0, 100)
        if not all(str(each).isdigit() for each in listed):
            problems.add(("allowed_mentions", kind), "NUMBER_TYPE_COERCE", "Value is not snowflake.")
        if listed and kind in parse:
            problems.add(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                         f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.')  # fmt: skip


def pings(text: str, allowed: Json | None, guild: Guild | None, may: int) -> Pings:
    """Whom ``text`` pings.

    1. Without ``allowed_mentions`` every mention in the text counts; with them, only those that they parse or list.
    2. @everyone, and roles that are not mentionable, need MENTION_EVERYONE in ``may``. (Topics › Permissions)
    3. Only members and roles of the server can be pinged.
    """
    may_ping_all = bool(may & Permission.MENTION_EVERYONE)
    users = _wanted("users", _USER.findall(text), allowed)
    roles = _wanted("roles", _ROLE.findall(text), allowed)
    if guild is not None:
        users = [number for number in users if number in guild.members]
    known = guild.roles if guild else {}
    roles = [number for number in roles if number in known and (known[number].mentionable or may_ping_all)]
    parses_everyone = allowed is None or "everyone" in (allowed.get("parse") or [])
    everyone = bool(_EVERYONE.search(text)) and parses_everyone and may_ping_all and guild is not None
    return Pings(tuple(users), tuple(roles), everyone)


def _wanted(kind: str, written: list[str], allowed: Json | None) -> list[int]:
    numbers = list(dict.fromkeys(int(each) for each in written))
    if allowed is None or kind in (allowed.get("parse") or []):
        return numbers
    listed = {int(each) for each in allowed.get(kind) or []}
    return [number for number in numbers if number in listed]
