"""A server's own closures: recording a day on which its offices are closed, and removing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.desk.recounts import OneClosure, RecountList, recount_list
from bot.desk.session import Session, WriteSession
from bot.record.deadlines.closures import Closure
from bot.record.deadlines.parsing import MOST_YEARS
from bot.record.errors import CaseError
from bot.record.sources import Source
from bot.store import closures
from bot.words.prose import day as day_text


@dataclass(frozen=True)
class ClosureChange:
    """A closure that was recorded or removed. No deadline has moved: see `recounts`."""

    closure: Closure
    #: The list of those that would move by it, as of this transaction. `recounts.listed_moves` makes it afterwards, when others
    #: need not wait for it.
    shown: RecountList


async def add_closure(session: WriteSession, day: date, reason: str, source: Source) -> ClosureChange:
    """Record a closure. It moves no deadline: see `recounts`. CaseError if the day is already a closure."""
    if abs((day - session.today).days) > MOST_YEARS * 366:
        raise CaseError(f"{day_text(day)} is more than {MOST_YEARS} years away. Check the year.")
    return await _change(session, await closures.add(session.conn, session.audit, day, reason, (source,)))


async def remove_closure(session: WriteSession, day: date) -> ClosureChange:
    """Remove the closure of that day. It stays in the list, struck out."""
    closure = await closures.remove(session.conn, session.server.id, day, session.now)
    if closure is None:
        raise CaseError(f"No closure is recorded on {day_text(day)}; see /closures show.")
    return await _change(session, closure)


async def _change(session: WriteSession, closure: Closure) -> ClosureChange:
    return ClosureChange(closure, await recount_list(session, OneClosure(closure.id)))


async def every_closure(session: Session) -> list[Closure]:
    """Every closure ever recorded on the server, the removed ones included, by day."""
    return await closures.of_server(session.conn, session.server.id)


async def closed_days(session: Session) -> dict[date, str]:
    """The days of the closures in force, each with its reason, by day."""
    return await closures.in_force(session.conn, session.server.id)
