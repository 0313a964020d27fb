"""A server's settings: what they are, changing them, and what a change does to notices that wait."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.desk.recounts import CalendarChange
from bot.desk.session import Session, WriteSession
from bot.record.errors import CaseError
from bot.record.problems import Problem
from bot.record.servers import Server
from bot.store import problems, redirects, servers

_CHANNELS = ("channel_id", "fallback_channel_id")


@dataclass(frozen=True)
class SettingsChange:
    before: Server
    after: Server


async def change_settings(session: WriteSession, **values: object) -> SettingsChange:
    """Change settings, by the names of `Server`'s fields; `zone` is a time zone's name.

    Cases are looked at again whose alerts may be due at another time now. If the channel is set, notices that wait or could
    not be delivered go there at once; so does what waits in a fallback channel that is one no longer. CaseError if both
    channels would be the same.
    """
    before = session.server
    channels: dict[str, Any] = {name: values[name] for name in _CHANNELS if name in values}
    _check_two_channels(replace(before, **channels))
    after = await servers.change(session.conn, before.id, session.now, **values)
    left_fallback = before.fallback_channel_id not in (None, after.fallback_channel_id)
    if after.channel_id is not None and ("channel_id" in values or left_fallback):
        await redirects.redirect(session.conn, after.id, after.channel_id, session.now)
    return SettingsChange(before, after)


def _check_two_channels(server: Server) -> None:
    if server.channel_id is not None and server.channel_id == server.fallback_channel_id:
        raise CaseError(
            "The channel for alerts and the fallback channel cannot be the same: the second is for what cannot be posted in "
            "the first. Choose another channel, or run /settings fallback without a channel to have none."
        )


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


@dataclass(frozen=True)
class Undelivered:
    """What a server's people have to correct."""

    #: (channel id, reason) of each notice that Discord refuses until somebody does.
    refused: list[tuple[int, str]]
    #: What is known to be broken.
    problems: list[Problem]


async def undelivered(session: Session) -> Undelivered:
    refused = await redirects.refused(session.conn, session.server.id)
    broken = await problems.open_of(session.conn, [session.server.id])
    return Undelivered(refused, [reported.problem for reported in broken])
