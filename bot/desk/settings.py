"""A server's settings: what they are, changing them, and what a change does to notices that wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk.recounts import CalendarChange
from bot.desk.session import WriteSession
from bot.record.errors import CaseError
from bot.record.news_kinds import NewsKind
from bot.record.revisions import Subject
from bot.record.servers import Server
from bot.store import announcements, redirects, revisions, servers

_CHANNELS = ("channel_id", "fallback_channel_id")
MOST_DESK_ROLES = 25
#: What to change of the settings that hold when it is changed.
Decide = Callable[[Server], Mapping[str, Any]]


@dataclass(frozen=True)
class SettingsChange:
    before: Server
    after: Server
    #: What undoes it; empty if nothing was changed.
    operation: str = ""


async def change_settings(session: WriteSession, decide: Decide | None = None, /, **values: Any) -> SettingsChange:
    """Change settings, by the names of `Server`'s fields; `zone` is a time zone's name. `decide` gives further ones.

    What was there before is kept, with who changed it. Cases are looked at again whose alerts may be due at another time now.
    If the channel is set, notices that wait or could not be delivered go there at once; so does what waits in a fallback
    channel that is one no longer. CaseError if both channels would be the same.
    """
    before = session.server
    values |= decide(before) if decide else {}
    after = await _change(session, before, values)
    stored = [servers.in_json({name: _value(server, name) for name in values}) for server in (before, after)]
    changed = [name for name in values if stored[0][name] != stored[1][name]]
    if not changed:
        return SettingsChange(before, after)
    was, now_is = ({name: of_server[name] for name in changed} for of_server in stored)
    await revisions.append(session.conn, session.audit, Subject.SETTINGS, 0, was, now_is)
    return SettingsChange(before, after, session.audit.operation)


async def put_back(session: WriteSession, stored: Mapping[str, Any]) -> None:
    """Give settings the values that they had, as `store.revisions` kept them. CaseError as of `change_settings`."""
    await _change(session, session.server, servers.from_json(stored))


def _value(server: Server, name: str) -> Any:
    value = getattr(server, name)
    return value.key if isinstance(value, ZoneInfo) else value


async def _change(session: WriteSession, before: Server, values: Mapping[str, Any]) -> Server:
    channels: dict[str, Any] = {name: values[name] for name in _CHANNELS if name in values}
    _check_two_channels(replace(before, **channels))
    after = await servers.change(session.conn, before.id, session.now, **values)
    left_fallback = before.fallback_channel_id not in (None, after.fallback_channel_id)
    if after.channel_id is not None and ("channel_id" in values or left_fallback):
        await redirects.redirect(session.conn, after.id, after.channel_id, session.now)
    await announcements.post_when_open(session.conn, after, session.now)
    return after


def _check_two_channels(server: Server) -> None:
    if server.channel_id is not None and server.channel_id == server.fallback_channel_id:
        raise CaseError(
            "The channel for alerts and the fallback channel cannot be the same: the second is for what cannot be posted in "
            "the first. Choose another channel, or run /settings fallback without a channel to have none."
        )


def desk_role_added(role_id: int) -> Decide:
    """One more role whose people may record facts. CaseError if there are too many."""

    def decide(server: Server) -> dict[str, Any]:
        roles = server.desk_role_ids
        if role_id not in roles and len(roles) >= MOST_DESK_ROLES:
            raise CaseError(f"There are {MOST_DESK_ROLES} desk roles already. Remove one first with /settings desk.")
        return {"desk_role_ids": roles if role_id in roles else (*roles, role_id)}

    return decide


def desk_role_removed(role_id: int) -> Decide:
    """CaseError if it is none of them."""

    def decide(server: Server) -> dict[str, Any]:
        if role_id not in server.desk_role_ids:
            raise CaseError("This role is none of the desk roles. /settings show lists them. Nothing was changed.")
        return {"desk_role_ids": tuple(kept for kept in server.desk_role_ids if kept != role_id)}

    return decide


def kinds_announced(kinds: frozenset[NewsKind], announced: bool) -> Decide:
    """Whether facts of these kinds are announced; the others stay as they are."""

    def decide(server: Server) -> dict[str, Any]:
        return {"unannounced": server.unannounced - kinds if announced else server.unannounced | kinds}

    return decide


@dataclass(frozen=True)
class CalendarSetting:
    """Another calendar for counting. No deadline has moved."""

    change: SettingsChange
    #: Why those would move that were counted by the old one: `recounts.would_move` says whether there are any.
    cause: CalendarChange


async def change_calendar(session: WriteSession, calendar: str) -> CalendarSetting:
    """Count new deadlines by that calendar, given by its name."""
    cause = CalendarChange(session.server.calendar, calendar)
    return CalendarSetting(await change_settings(session, calendar=calendar), cause)
