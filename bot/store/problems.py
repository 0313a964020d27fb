"""What a person has to correct on a server, and when the server was told of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.problems import ONCE, Fault, Problem, ProblemKind
from bot.store.tables import UtcDateTime, problems
from bot.store.unreadable import Shape, Unreadable, note, readable, reason

TELL_AGAIN = timedelta(days=7)  # while it is still broken
#: Of a row, what a message needs; when it was told, and is to be told, is written anew with each.
_TOLD = ("id", "server_id", "kind", "about", "fault", "detail", "times", "maybe_in")
SETTLES = timedelta(minutes=1)  # what is broken again so soon after it was told may be somebody who is still changing things
#: A row of a newer version, or with garbage in it, is left out, and keeps nobody from being told of all others.
_OPEN = and_(
    problems.c.tell_at.is_not(None),
    problems.c.kind.in_([kind.value for kind in ProblemKind]),
    problems.c.fault.in_(["", *(fault.value for fault in Fault)]),
)
_SHAPE = Shape(problems.c[name] for name in _TOLD)
_IDS = bindparam("ids", type_=BigInteger, expanding=True)
_NOW = bindparam("now", type_=UtcDateTime)
_OPEN_OF = select(problems).where(problems.c.server_id.in_(_IDS), _OPEN).order_by(problems.c.id)
_NEXT = select(func.min(problems.c.tell_at)).where(_OPEN)
_FAR = bindparam("far", type_=UtcDateTime)
_TO_TELL = (
    select(problems)
    .where(_OPEN, or_(problems.c.tell_at <= _NOW, problems.c.tell_at > _FAR))
    .order_by(problems.c.tell_at, problems.c.id)
    .limit(50)
)


@dataclass(frozen=True)
class OpenProblem:
    """A problem that was reported and has not ended."""

    id: int
    server_id: int
    problem: Problem
    tell_at: datetime
    #: How often the server was told.
    times: int
    #: The channel in which a message may have been posted whose answer was lost.
    maybe_in: int | None

    @property
    def token(self) -> str:
        """The nonce of the next message: the same after a crash, so that it is recognised."""
        return telling_token(self.server_id, self.problem, self.times)


def telling_token(server_id: int, problem: Problem, number: int) -> str:
    """Names one message about a problem; 20 hexadecimal digits."""
    name = f"{server_id}/{problem.kind.value}/{problem.about}/{number}"
    return hashlib.sha256(name.encode()).hexdigest()[:20]


async def report(conn: AsyncConnection, server_id: int, problem: Problem, now: datetime) -> None:
    """Have the server told of it at the next look of the watch.

    One that is reported already only changes what is said; but that something was deleted after all is told at once. One that
    is back is told once it has lasted for SETTLES since the last message, if that said the same.
    """
    what = {"fault": problem.fault.value if problem.fault else "", "detail": problem.detail}
    new = insert(problems).values(
        server_id=server_id, kind=problem.kind.value, about=problem.about, since=now, tell_at=now, **what
    )
    if (await conn.execute(new.on_conflict_do_nothing().returning(problems.c.id))).scalar() is not None:
        return
    this = update(problems).where(*_named(server_id, problem.kind, problem.about))
    was = (await conn.execute(select(problems).where(*_named(server_id, problem.kind, problem.about)))).one()
    if was.tell_at is not None:
        deleted_now = problem.fault is Fault.GONE and was.fault != what["fault"]
        await conn.execute(this.values(tell_at=now if deleted_now else was.tell_at, **what))
        return
    waits = was.told_at is not None and was.fault == what["fault"]
    tell_at = max(now, min(was.told_at, now) + SETTLES) if waits else now
    await conn.execute(this.values(since=now, ended_at=None, tell_at=tell_at, **what))


async def end(conn: AsyncConnection, server_id: int, kind: ProblemKind, about: int, now: datetime) -> None:
    """It was corrected."""
    ended = update(problems).where(*_named(server_id, kind, about), _OPEN)
    await conn.execute(ended.values(ended_at=now, tell_at=None))


def _named(server_id: int, kind: ProblemKind, about: int) -> list[Any]:
    return [problems.c.server_id == server_id, problems.c.kind == kind.value, problems.c.about == about]


async def open_of(conn: AsyncConnection, server_ids: Collection[int]) -> list[OpenProblem]:
    """All that these servers have."""
    return _readable(conn, await conn.execute(_OPEN_OF, {"ids": list(server_ids)}))


async def to_tell(conn: AsyncConnection, now: datetime) -> list[OpenProblem]:
    """Those of which a server is to be told now, at most 50; also what a clock that was ahead has put off for too long."""
    return _readable(conn, await conn.execute(_TO_TELL, {"now": now, "far": now + TELL_AGAIN}))


async def next_telling(conn: AsyncConnection) -> datetime | None:
    """When a server is to be told next."""
    moment: datetime | None = (await conn.execute(_NEXT)).scalar()
    return moment


def _of_id(problem: OpenProblem) -> list[Any]:
    """It is still what it was when it was read: another process may have told it meanwhile."""
    return [problems.c.id == problem.id, problems.c.times == problem.times, _OPEN]


async def begin_telling(conn: AsyncConnection, problem: OpenProblem, channel_id: int) -> bool:
    """Note that a message may be posted in that channel from now on; False if there is nothing to tell any more."""
    begun = update(problems).where(*_of_id(problem)).values(maybe_in=channel_id)
    return (await conn.execute(begun)).rowcount == 1


async def told(conn: AsyncConnection, problem: OpenProblem, channel_id: int, now: datetime) -> None:
    """The receipt. It is told again after a week, if it lasts; some are told once."""
    values = {"told_at": now, "told_in": channel_id, "times": problem.times + 1, "maybe_in": None}
    again = update(problems).where(problems.c.id == problem.id, problems.c.times == problem.times)
    await conn.execute(again.values(**values))
    if problem.problem.kind in ONCE:
        await end(conn, problem.server_id, problem.problem.kind, problem.problem.about, now)
        return
    open_again = update(problems).where(problems.c.id == problem.id, problems.c.times == problem.times + 1, _OPEN)
    await conn.execute(open_again.values(tell_at=now + TELL_AGAIN))


async def put_off(conn: AsyncConnection, problem: OpenProblem, until: datetime, maybe_in: int | None) -> None:
    """It could not be told now. `maybe_in`: where a message may have been posted."""
    await conn.execute(update(problems).where(*_of_id(problem)).values(tell_at=until, maybe_in=maybe_in))


async def tell_now(conn: AsyncConnection, server_id: int, now: datetime) -> None:
    """Try at once what nobody could be told of, since there may be a place for it now."""
    untold = update(problems).where(problems.c.server_id == server_id, _OPEN, problems.c.tell_at > now)
    await conn.execute(untold.where(problems.c.told_at.is_(None)).values(tell_at=now))


async def is_readable(conn: AsyncConnection, problem_id: int) -> bool:
    """Also where it has ended, or is gone."""
    rows = (await conn.execute(select(problems).where(problems.c.id == problem_id, _OPEN))).all()
    return len(_readable(conn, rows)) == len(rows)


def _readable(conn: AsyncConnection, rows: Iterable[Any]) -> list[OpenProblem]:
    """Without those that cannot be read, which are noted."""

    def unread(row: Any, error: Exception) -> None:
        note(conn, Unreadable("problem", row.id, reason(error), row.server_id))

    return list(readable(((row,) for row in rows), _problem, lambda row, error: unread(row[0], error)))


def _problem(row: Any) -> OpenProblem:
    _SHAPE.check([row._mapping[name] for name in _TOLD])
    fault = Fault(row.fault) if row.fault else None
    problem = Problem(ProblemKind(row.kind), row.about, fault, row.detail)
    return OpenProblem(row.id, row.server_id, problem, row.tell_at, row.times, row.maybe_in)
