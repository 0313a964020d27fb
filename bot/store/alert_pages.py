"""The notices of a server by a few at a time, newest first, and the alerts of it that were superseded: for the list of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.grouping import SectionKey
from bot.record.places import Jurisdiction
from bot.store.case_rows import PLACE, place_of
from bot.store.columns import values_like
from bot.store.database import by_index
from bot.store.tables import IS_UNSETTLED, alerts, cases, jurisdictions, letters, notice_sections, notices
from bot.store.unreadable import Shape

#: What both lists sort by: when it was due, and the id; those due last come first.
AlertKey = tuple[datetime, int]
MOST_COUNTED = 1_000  # alerts of one notice
_ASIDE = notices.c.state == literal_column("'set aside'", String)  # written out, as in the index, and so the next
_SUPERSEDED = alerts.c.state == literal_column("'superseded'", String)
_NOTICE = (
    notices.c.id,
    notices.c.due_at,
    notices.c.channel_id,
    notices.c.letter_id,
    notices.c.rung,
    notices.c.occurrence,
    notices.c.state,
    notices.c.reason,
    notices.c.attempts,
    notices.c.not_before,
    notices.c.message_id,
    notices.c.sent_at,
    notices.c.late_by,
)
_SHAPE = Shape(_NOTICE)
_ALERT = (
    alerts.c.id,
    alerts.c.due_at,
    alerts.c.rung,
    alerts.c.occurrence,
    alerts.c.reason,
    alerts.c.letter_id,
)
_ALERT_SHAPE = Shape(_ALERT)
_OF_SECTION = (notice_sections.c.letter_id, notice_sections.c.rung, notice_sections.c.occurrence)
_SECTIONS = select(notice_sections.c.notice_id, *_OF_SECTION).order_by(*_OF_SECTION)


@dataclass(frozen=True)
class ListedNotice:
    id: int
    due_at: datetime
    channel_id: int
    #: None where it has sections, and for news of places apart from any letter.
    letter_id: int | None
    rung: str
    occurrence: int
    state: str
    reason: str
    attempts: int
    not_before: datetime
    message_id: int | None
    sent_at: datetime | None
    #: Seconds.
    late_by: int | None
    #: How many alerts it carries; MOST_COUNTED for more.
    count: int = 0
    #: Its letters and rungs, where it may have several.
    sections: tuple[SectionKey, ...] = ()


@dataclass(frozen=True)
class DroppedAlert:
    """An alert that was superseded before it was posted."""

    id: int
    due_at: datetime
    rung: str
    occurrence: int
    reason: str
    letter_id: int | None
    #: None for a fact of a place, and for a case whose place cannot be read.
    number: int | None
    place: Jurisdiction | None


@dataclass(frozen=True)
class DamagedRow:
    """One of which the row cannot be read."""

    id: int
    due_at: datetime


@dataclass(frozen=True)
class StateCounts:
    #: Notices that wait, also those that are being sent.
    waiting: int
    failed: int


def _of_states(state: str) -> list[tuple[ColumnElement[bool] | None, str]]:
    """Which notices a state has, in parts that each have an index of their own; None for all."""
    unsettled, by_time = "ix_notices_unsettled", "ix_notices_by_time"
    match state:
        case "waiting":
            return [(and_(IS_UNSETTLED, notices.c.state != "undeliverable"), unsettled)]
        case "failed":
            return [(and_(IS_UNSETTLED, notices.c.state == "undeliverable"), unsettled), (_ASIDE, "ix_notices_set_aside")]
        case "sent":
            return [(notices.c.state == "sent", by_time)]
        case _:
            return [(None, by_time)]


async def notice_keys(
    conn: AsyncConnection,
    server_id: int,
    state: str,
    letter_id: int | None,
    most: int,
    edge: AlertKey | None = None,
    backwards: bool = False,
) -> list[AlertKey]:
    """The newest notices in that state, or in any with ""; those that follow `edge`, if there is one. With `backwards` the
    oldest, or those before it; the nearest first."""
    found: list[AlertKey] = []
    by = (notices.c.due_at, notices.c.id)
    for condition, index in _of_states(state):
        of_server = notices.c.server_id == server_id
        wanted = of_server if condition is None else of_server & condition
        query = select(*by).where(wanted)
        if letter_id is not None:
            found += await _with_section(conn, letter_id, wanted, most, edge, backwards)
            query, index = query.where(notices.c.letter_id == letter_id), "ix_notices_of_letter"
        query = _page(query, by, most, edge, backwards).with_hint(notices, by_index(index), "sqlite")
        found += [(due_at, id) for due_at, id in await conn.execute(query)]
    return sorted(found, reverse=not backwards)[:most]


async def _with_section(
    conn: AsyncConnection, letter_id: int, wanted: ColumnElement[bool], most: int, edge: AlertKey | None, backwards: bool
) -> list[AlertKey]:
    """The same of notices that may be about several letters, one of which is this one."""
    by = (notice_sections.c.due_at, notice_sections.c.notice_id)
    is_wanted = select(notices.c.id).where(notices.c.id == notice_sections.c.notice_id, wanted).exists()
    query = select(*by).distinct().where(notice_sections.c.letter_id == letter_id, is_wanted)
    query = _page(query, by, most, edge, backwards)
    query = query.with_hint(notice_sections, by_index("ix_notice_sections_of_letter"), "sqlite")
    return [(due_at, id) for due_at, id in await conn.execute(query)]


async def dropped_keys(
    conn: AsyncConnection,
    server_id: int,
    letter_id: int | None,
    most: int,
    edge: AlertKey | None = None,
    backwards: bool = False,
) -> list[AlertKey]:
    """The same of alerts that were superseded."""
    by = (alerts.c.due_at, alerts.c.id)
    index = "ix_alerts_superseded" if letter_id is None else "ix_alerts_superseded_of_letter"
    query = select(*by).where(_SUPERSEDED, alerts.c.server_id == server_id)
    query = query if letter_id is None else query.where(alerts.c.letter_id == letter_id)
    query = _page(query, by, most, edge, backwards).with_hint(alerts, by_index(index), "sqlite")
    return [(due_at, id) for due_at, id in await conn.execute(query)]


def _page(query: Any, by: tuple[ColumnElement[Any], ...], most: int, edge: AlertKey | None, backwards: bool) -> Any:
    if edge:
        query = query.where(tuple_(*by) > values_like(by, edge) if backwards else tuple_(*by) < values_like(by, edge))
    return query.order_by(*by if backwards else (column.desc() for column in by)).limit(most)


async def notices_at(conn: AsyncConnection, keys: Sequence[AlertKey]) -> list[ListedNotice | DamagedRow]:
    """The notices of these keys, in their order."""
    ids = [id for _, id in keys]
    rows = {row.id: row for row in await conn.execute(select(*_NOTICE).where(notices.c.id.in_(ids)))}
    sections: dict[int, list[SectionKey]] = defaultdict(list)
    for notice_id, *section in await conn.execute(_SECTIONS.where(notice_sections.c.notice_id.in_(ids))):
        if all(map(isinstance, section, (int, str, int))):
            sections[notice_id].append(SectionKey(*section))
    return [await _notice(conn, rows[id], due_at, tuple(sections[id])) for due_at, id in keys if id in rows]


async def _notice(
    conn: AsyncConnection, row: Any, due_at: datetime, sections: tuple[SectionKey, ...]
) -> ListedNotice | DamagedRow:
    try:
        _SHAPE.check(row)
    except ValueError:
        return DamagedRow(row.id, due_at)
    some = select(alerts.c.id).where(alerts.c.notice_id == row.id).limit(MOST_COUNTED).subquery()
    count = (await conn.execute(select(func.count()).select_from(some))).scalar_one()
    values = dict(zip((column.name for column in _NOTICE), row, strict=True))
    return ListedNotice(**values, count=int(count), sections=sections)


async def dropped_at(conn: AsyncConnection, keys: Sequence[AlertKey]) -> list[DroppedAlert | DamagedRow]:
    """The superseded alerts of these keys, in their order."""
    query = select(*_ALERT, cases.c.number, *PLACE).select_from(alerts).where(alerts.c.id.in_([id for _, id in keys]))
    query = query.join(cases, cases.c.id == alerts.c.case_id, isouter=True)
    query = query.join(jurisdictions, jurisdictions.c.id == cases.c.jurisdiction_id, isouter=True)
    rows = {row[0]: row for row in await conn.execute(query)}
    return list(_dropped((due_at, rows[id]) for due_at, id in keys if id in rows))


def _dropped(rows: Iterator[tuple[datetime, Any]]) -> Iterator[DroppedAlert | DamagedRow]:
    for due_at, row in rows:
        *alert, number = row[: len(_ALERT) + 1]
        try:
            _ALERT_SHAPE.check(alert)
        except ValueError:
            yield DamagedRow(row[0], due_at)
            continue
        try:
            place = place_of(*row[len(_ALERT) + 1 :])
        except Exception:
            place = None
        values = dict(zip((column.name for column in _ALERT), alert, strict=True))
        yield DroppedAlert(**values, number=number if place else None, place=place)


async def titles(conn: AsyncConnection, letter_ids: Sequence[int]) -> dict[int, str]:
    """The titles of letters, by id."""
    rows = await conn.execute(select(letters.c.id, letters.c.title).where(letters.c.id.in_(letter_ids)))
    return {row.id: row.title for row in rows if isinstance(row.title, str)}


async def counts(conn: AsyncConnection, server_id: int) -> StateCounts:
    """How many notices of a server are not settled; of those that were, none is read."""
    of_server = notices.c.server_id == server_id
    unsettled = select(notices.c.state, func.count()).where(of_server, IS_UNSETTLED).group_by(notices.c.state)
    by_state = {
        row[0]: row[1] for row in await conn.execute(unsettled.with_hint(notices, by_index("ix_notices_unsettled"), "sqlite"))
    }
    aside = select(func.count()).select_from(notices).where(of_server, _ASIDE)
    aside = aside.with_hint(notices, by_index("ix_notices_set_aside"), "sqlite")
    failed = by_state.get("undeliverable", 0) + (await conn.execute(aside)).scalar_one()
    return StateCounts(sum(by_state.values()) - by_state.get("undeliverable", 0), failed)
