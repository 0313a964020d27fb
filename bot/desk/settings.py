"""A server's settings: what they are, changing them, and what a change does to notices that wait."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.recounts import CalendarChange
from bot.desk.session import Session, WriteSession
from bot.record.servers import Server
from bot.store import deliveries, servers


@dataclass(frozen=True)
class SettingsChange:
    before: Server
    after: Server


async def change_settings(session: WriteSession, **values: int | str | None) -> SettingsChange:
    """Change settings, by the names of `Server`'s fields; `zone` is a time zone's name.

    Cases are looked at again whose alerts may be due at another time now. If the channel is set, notices that wait or could
    not be delivered go there at once.
    """
    after = await servers.change(session.conn, session.server.id, session.now, **values)
    if "channel_id" in values and after.channel_id is not None:
        await deliveries.redirect(session.conn, after.id, after.channel_id, session.now)
    return SettingsChange(session.server, after)


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


async def undelivered(session: Session) -> list[tuple[int, str]]:
    """(channel id, reason) of each notice that Discord refuses until somebody fixes something."""
    return await deliveries.refused(session.conn, session.server.id)
