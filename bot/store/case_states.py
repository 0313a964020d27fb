"""The index of states: how each case stands, kept beside its events so that lists and searches need not replay them all.

Written by the transaction that appends the events, and made from nothing but them: it is an index, and no source. The rows that
are alike are counted beside it (`store/case_counts.py`), in the same transaction.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2s
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Case, Status
from bot.record.events import Event
from bot.record.new_events import NewEvent
from bot.record.standing import OUTCOMES, Standing, StandingPeriod, periods
from bot.store import case_counts, codec
from bot.store.case_counts import OF_CASE, STANDING
from bot.store.case_groups import COLUMN_OF_STATUS, ListKey
from bot.store.database import batches
from bot.store.tables import case_states, cases, events, jurisdictions, state_index

#: Of the rules that `record.standing` and `record.case.replay` make rows by. Raise it when what they say of recorded events
#: changes: the next start then fills the index anew.
RULES = 2
NO_DEADLINE = date.max
_THE_ROW = state_index.c.id == 1
_ORDER = list(Status)
# Made once, since each thing that is recorded needs them and making them takes longer than running them.
_IDS: BindParameter[Any] = bindparam("case_ids", expanding=True)
_OF_CASE = {"case_id": cases.c.id, **OF_CASE}
_DELETE = delete(case_states).where(case_states.c.case_id.in_(_IDS))
_INSERT = insert(case_states).from_select(
    [*_OF_CASE, *STANDING],
    select(*_OF_CASE.values(), *STANDING.values()).join_from(cases, jurisdictions).where(cases.c.id.in_(_IDS)),
)
_ALIKE = select(case_states.c.case_id, case_states.c.alike).where(case_states.c.case_id.in_(_IDS)).order_by(case_states.c.since)
_EVENTS = (
    select(
        *(events.c[name] for name in ("case_id", "id", "happened", "zone", "recorded_at", "replaces")),
        codec.as_text(events.c.detail).label("detail"),
    )
    .where(events.c.case_id.in_(_IDS))
    .order_by(events.c.id)
)


@dataclass(frozen=True)
class WrongEntry:
    """A case of which the index says something else than its events."""

    case_id: int
    server_id: int
    number: int
    #: By the name of the column, what is stored and what the events say; empty if the case has no row, or rows too many.
    columns: tuple[tuple[str, object, object], ...] = ()


async def follow(
    conn: AsyncConnection,
    recorded_at: datetime,
    new_events: Iterable[tuple[int | None, int, NewEvent]],
    new_cases: frozenset[int],
) -> None:
    """Bring the index up to what new events make of their cases. They are given as to `events.append_events`.

    Thousands of new cases have the same first events, which are then replayed once, and not read again.
    """
    first_events: dict[int, list[NewEvent]] = defaultdict(list)
    changed = set()
    for case_id, _, event in new_events:
        if case_id is not None and case_id in new_cases:
            first_events[case_id].append(event)
        elif case_id is not None:
            changed.add(case_id)
    known: dict[tuple[int, ...], tuple[StandingPeriod, ...]] = {}
    for first in first_events.values():
        if (same := tuple(map(id, first))) not in known:
            numbered = (Event(number, new.when, recorded_at, new.detail) for number, new in enumerate(first, 1))
            known[same] = periods(tuple(numbered))
    await _insert(conn, {case_id: known[tuple(map(id, first))] for case_id, first in first_events.items()})
    await write(conn, changed, anew=False)


async def write(conn: AsyncConnection, case_ids: Collection[int], anew: bool = True) -> None:
    """Make the rows of these cases from their events: `anew` in any case, else of those that stand otherwise than before."""
    for batch in batches(sorted(case_ids)):
        by_case = {case_id: periods(events) for case_id, events in (await _events_of(conn, batch)).items()}
        if not anew:
            stood: dict[int, list[str]] = defaultdict(list)
            for row in await conn.execute(_ALIKE, {"case_ids": batch}):
                stood[row.case_id].append(row.alike)
            by_case = {id: of_case for id, of_case in by_case.items() if stood[id] != list(map(alike, of_case))}
        if by_case:
            await case_counts.take_away(conn, list(by_case))
            await conn.execute(_DELETE, {"case_ids": list(by_case)})
            await _insert(conn, by_case)


async def ids_after(conn: AsyncConnection, case_id: int, limit: int) -> list[int]:
    """The ids of the next cases, of all servers."""
    return list(
        (await conn.execute(select(cases.c.id).where(cases.c.id > case_id).order_by(cases.c.id).limit(limit))).scalars()
    )


async def count_after(conn: AsyncConnection, case_id: int) -> int:
    return int((await conn.execute(select(func.count()).where(cases.c.id > case_id))).scalar_one())


async def filled_to(conn: AsyncConnection) -> int | None:
    """The case up to which it is filled, by id; None if it is complete. 0 if it was filled by other rules."""
    row = (await conn.execute(select(state_index.c.version, state_index.c.filled_to).where(_THE_ROW))).first()
    return row.filled_to if row and row.version == RULES else 0


async def set_filled(conn: AsyncConnection, case_id: int | None) -> None:
    changed = await conn.execute(update(state_index).where(_THE_ROW).values(version=RULES, filled_to=case_id))
    if not changed.rowcount:
        await conn.execute(insert(state_index).values(id=1, version=RULES, filled_to=case_id))


def key_of(case: Case, now: datetime) -> ListKey:
    """What lists sort a recorded case by at `now`, made from its events as the index makes it."""
    period = next(period for period in periods(case.events) if period.since <= now < period.until)
    values = _values(period)
    due = (values["due_on"], values["due_time"])
    return ListKey(*due, case.letter.id, values["alike"], case.place.state, case.id)


async def wrong_entries(conn: AsyncConnection, case_ids: Sequence[int]) -> list[WrongEntry]:
    """Of these cases, those of which the index says something else than their events."""
    stored: dict[int, list[Row[Any]]] = defaultdict(list)
    query = select(case_states).where(case_states.c.case_id.in_(case_ids)).order_by(case_states.c.since)
    for row in await conn.execute(query):
        stored[row.case_id].append(row)
    histories = await _events_of(conn, case_ids)
    about = select(cases.c.number, *(column.label(name) for name, column in _OF_CASE.items()))
    wrong = []
    for case in await conn.execute(about.join(jurisdictions).where(cases.c.id.in_(case_ids)).order_by(cases.c.id)):
        of_case = {name: case._mapping[name] for name in _OF_CASE}
        rows = stored[case.case_id]
        wanted = [{**of_case, **_values(period)} for period in periods(histories.get(case.case_id, ()))]
        if [row._asdict() for row in rows] != wanted:
            wrong.append(WrongEntry(case.case_id, case.server_id, case.number, _differing(rows, wanted)))
    return wrong


def _values(period: StandingPeriod) -> dict[str, Any]:
    """The columns that a period gives: all but those of its case, in the order of the table."""
    standing = period.standing
    values = {
        "since": period.since,
        "until": period.until,
        "recorded": standing.recorded,
        "is_open": standing.is_open,
        "clock_runs": standing.clock_runs,
        "outcome": next((status.value for status in standing.statuses & OUTCOMES), None),
        **{column: status in standing.statuses for status, column in COLUMN_OF_STATUS.items()},
        "acknowledged": standing.acknowledged,
        "asks_extent": standing.asks_extent,
        "due_on": standing.due_on or NO_DEADLINE,
        "due_time": standing.due_time,
        "due_zone": standing.zone,
        "due_by": standing.due_by,
        "facts": _as_json(standing),
        "days_given": standing.days_given,
    }
    return {**values, "alike": _digest(period, values)}


def alike(period: StandingPeriod) -> str:
    """The same for periods that are the same. It begins with the first status, so that lists have the weightiest first."""
    digest: str = _values(period)["alike"]
    return digest


def _as_json(standing: Standing) -> str:
    """What `letter_pages.standing_in` reads: whether a suit is pending, the answers, and the consequences that moved."""
    if not (standing.in_court or standing.answers or standing.consequences):
        return ""
    moved = [(consequence.name, consequence.state, consequence.unmoved) for consequence in standing.consequences]
    return json.dumps([standing.in_court, standing.answers, moved])


def _digest(period: StandingPeriod, values: Mapping[str, Any]) -> str:
    statuses = [_ORDER.index(status) for status in period.standing.statuses]
    digest = blake2s("|".join(map(str, values.values())).encode(), digest_size=7).hexdigest()
    return f"{len(_ORDER) - 1 - max(statuses) if statuses else len(_ORDER):x}{digest}"


async def _insert(conn: AsyncConnection, by_case: Mapping[int, Iterable[StandingPeriod]]) -> None:
    """Add rows. Cases that stand alike share a statement, which takes the other columns from the case itself."""
    cases_alike: dict[StandingPeriod, list[int]] = defaultdict(list)
    for case_id, of_case in by_case.items():
        for period in of_case:
            cases_alike[period].append(case_id)
    for period, case_ids in cases_alike.items():
        values = {f"new_{name}": value for name, value in _values(period).items()}
        for batch in batches(case_ids):
            await case_counts.add(conn, batch, values)
            await conn.execute(_INSERT, {**values, "case_ids": batch})


async def _events_of(conn: AsyncConnection, case_ids: Sequence[int]) -> dict[int, tuple[Event, ...]]:
    """The events of each case with what a replay needs of them: no texts, sources or amounts."""
    histories: dict[int, list[Event]] = {case_id: [] for case_id in case_ids}
    for row in await conn.execute(_EVENTS, {"case_ids": case_ids}):
        when, detail = codec.when_from(row.happened, row.zone), codec.detail_from(row.detail)
        histories[row.case_id].append(Event(row.id, when, row.recorded_at, detail, replaces=row.replaces))
    return {case_id: tuple(history) for case_id, history in histories.items()}


def _differing(stored: Sequence[Row[Any]], wanted: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, object, object], ...]:
    if len(stored) != len(wanted):
        return ()
    pairs = [(row._mapping, values) for row, values in zip(stored, wanted, strict=True)]
    return tuple((name, row[name], values[name]) for row, values in pairs for name in values if row[name] != values[name])
