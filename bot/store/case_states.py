"""The index of states: how each case stands, kept beside its events so that lists and searches need not replay them all.

Written by the transaction that appends the events, and made from nothing but them: it is an index, and no source. The rows that
are alike are counted beside it (`store/case_counts.py`), in the same transaction.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Dialect, Row, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.record.case import Case
from bot.record.events import Acknowledged, Event
from bot.record.new_events import NewEvent
from bot.record.standing import FIRST_MOMENT, StandingPeriod, periods
from bot.store import case_counts
from bot.store.case_groups import ListKey
from bot.store.case_rows import REPLAYED, replayed_event
from bot.store.database import batches
from bot.store.many_rows import ALIKE, FEW, ManyRows, Values, many_rows, put_alike
from bot.store.standing_rows import values_of
from bot.store.tables import case_states, cases, events, jurisdictions, state_index

#: Of the rules that `record.standing` and `record.case.replay` make rows by. Raise it when what they say of recorded events
#: changes: the next start then fills the index anew.
RULES = 3
_THE_ROW = state_index.c.id == 1


def _newest_of(case_id: ColumnElement[int]) -> ColumnElement[int]:
    return select(func.coalesce(func.max(events.c.id), 0)).where(events.c.case_id == case_id).scalar_subquery()


#: The columns that a row takes from its case, its place and the ids of its events; all others from what the events say.
_OF_CASE: dict[str, ColumnElement[Any]] = {
    "case_id": cases.c.id,
    "server_id": cases.c.server_id,
    "letter_id": cases.c.letter_id,
    "place_state": jurisdictions.c.state,
    "last_event": _newest_of(cases.c.id),
}
# Made once, since each thing that is recorded needs them and making them takes longer than running them.
_IDS: BindParameter[Any] = bindparam("case_ids", expanding=True)
_DELETE = delete(case_states).where(case_states.c.case_id.in_(_IDS))
_DELETE_LATER = _DELETE.where(case_states.c.since > FIRST_MOMENT)
_NEW = {
    column.name: bindparam(f"new_{column.name}", type_=column.type) for column in case_states.c if column.name not in _OF_CASE
}
_ROW = insert(case_states).from_select(
    [*_OF_CASE, *_NEW],
    select(*_OF_CASE.values(), *_NEW.values())
    .join_from(cases, jurisdictions)
    .where(cases.c.id == bindparam("case_id", type_=cases.c.id.type)),
)
_CHANGED = [*(name for name in _NEW if name != "since"), "last_event"]  # the rest of a row stays as long as its case
_PUT = _ROW.on_conflict_do_update(index_elements=["case_id", "since"], set_={name: _ROW.excluded[name] for name in _CHANGED})
_OF_MANY = case_states.c.case_id.in_([bindparam(f"case_id_{number}", type_=cases.c.id.type) for number in range(ALIKE)])
_VALUES = {name: _NEW.get(name, _newest_of(case_states.c.case_id)) for name in _CHANGED}
_CHANGE = update(case_states).where(_OF_MANY, case_states.c.since == _NEW["since"]).values(_VALUES)
_ONLY_LATER = update(case_states).where(case_states.c.case_id.in_(_IDS)).values(last_event=_newest_of(case_states.c.case_id))
_EVENTS = select(events.c.case_id, *REPLAYED).where(events.c.case_id.in_(_IDS)).order_by(events.c.id)


@dataclass(frozen=True)
class WrongEntry:
    """A case of which the index says something else than its events."""

    case_id: int
    server_id: int
    number: int
    #: By the name of the column, what is stored and what the events say; empty if the case has no row, or rows too many.
    columns: tuple[tuple[str, object, object], ...] = ()


class NewStandings:
    """How cases stand after events that are about to be recorded, worked out before: rows of the index, which lack the id."""

    def __init__(self, dialect: Dialect, recorded_at: datetime) -> None:
        self.recorded_at = recorded_at
        self._statement = many_rows(_PUT, dialect)
        self._rows: dict[StandingPeriod, Values] = {}
        #: Of cases of which nothing is recorded, by the identities of dates and details, which are kept.
        self._first: dict[tuple[int, ...], tuple[Sequence[NewEvent], list[Values]]] = {}

    def of(self, new_events: Sequence[NewEvent]) -> list[Values]:
        """Of a new case with these events. Thousands of cases have the same dates and details, which are replayed once."""
        same = tuple(id(part) for event in new_events for part in (event.when, event.detail))
        if same not in self._first:
            self._first[same] = new_events, self.of_known((), new_events)
        return self._first[same][1]

    def of_known(self, recorded: Sequence[Event], new_events: Sequence[NewEvent]) -> list[Values]:
        """Of a case of which that is recorded, oldest first."""
        last = recorded[-1].id if recorded else 0
        new = (Event(id, new.when, self.recorded_at, new.detail) for id, new in enumerate(new_events, last + 1))
        return self.of_events((*recorded, *new))

    def of_events(self, history: tuple[Event, ...]) -> list[Values]:
        """Of a case of which that is recorded then."""
        return [self._row(period) for period in periods(history)]

    def _row(self, period: StandingPeriod) -> Values:
        if period not in self._rows:
            self._rows[period] = _values_of(self._statement, period)
        return self._rows[period]


async def follow(
    conn: AsyncConnection, case_ids: Collection[int], known: Mapping[int, list[Values]], new_cases: Collection[int] = ()
) -> None:
    """Bring the index up to what new events make of their cases. `new_cases` are those that have no rows yet.

    `known` has the rows of those that were worked out before, none if the rows that are there were made from these events too;
    none of these cases may have waited for anything (`waits`).
    """
    statement = many_rows(_PUT, conn.dialect)
    for batch in batches([case_id for case_id, of_case in known.items() if not of_case]):
        await conn.execute(_ONLY_LATER, {"case_ids": batch})
    new = known.keys() & set(new_cases)
    await _put_all(conn, statement, [(case_id, row) for case_id in new for row in known[case_id]])
    await case_counts.add(conn, sorted(new))
    for batch in batches([case_id for case_id, of_case in known.items() if of_case and case_id not in new]):
        await _replace(conn, statement, {case_id: known[case_id] for case_id in batch})
    for batch in batches(sorted(set(case_ids) - known.keys())):
        read = (await conn.execute(_EVENTS, {"case_ids": batch})).all()
        # Of many in a thread, while the event loop goes on.
        followed = partial(_followed, statement, batch, read)
        rows, waiting = await asyncio.to_thread(followed) if len(batch) > FEW else followed()
        await _replace(conn, statement, rows, waiting)


def _followed(statement: ManyRows, case_ids: Sequence[int], read: Iterable[Any]) -> tuple[dict[int, list[Values]], set[int]]:
    """The rows of these cases, and which of them may have rows for later moments. `read`: their events."""
    histories = _histories(case_ids, read)
    return _rows(statement, histories), {case_id for case_id, history in histories.items() if waits(history)}


async def _replace(
    conn: AsyncConnection, statement: ManyRows, rows: Mapping[int, list[Values]], waiting: Collection[int] = ()
) -> None:
    """Put the rows of some cases in place of those that are there, and count them. `waiting`: those that may have later rows.

    Where a case stands as before, as after a note, it is only noted from which events the rows were made.
    """
    counted = await case_counts.counted(conn, list(rows))
    (at,) = statement.at("new_alike")
    stood: dict[int, list[str]] = defaultdict(list)
    for row in counted:
        stood[row.case_id].append(row.alike)
    changed = [case_id for case_id, of_case in rows.items() if stood[case_id] != [row[at] for row in of_case]]
    if len(changed) < len(rows):
        await conn.execute(_ONLY_LATER, {"case_ids": sorted(rows.keys() - set(changed))})
    if changed:
        of_changed = set(changed)
        await case_counts.take_away(conn, [row for row in counted if row.case_id in of_changed])
        if later := sorted(of_changed.intersection(waiting)):  # most cases have but one row, which is put anew
            await conn.execute(_DELETE_LATER, {"case_ids": later})
        await _put_all(conn, statement, [(case_id, row) for case_id in changed for row in rows[case_id]])
        await case_counts.add(conn, changed)
        await _count_rewritten_anew(conn, counted)


async def _count_rewritten_anew(conn: AsyncConnection, counted: Sequence[Row[Any]]) -> None:
    """While the index is being filled, rows without a digest are those whose turn has not come: they were never counted."""
    if any(not row.alike for row in counted) and await filled_to(conn) is None:
        await case_counts.count_rewritten_anew(conn, counted)


def waits(history: Iterable[Event]) -> bool:
    """Whether a case with these events may have rows for later moments: one did not count yet when it was recorded."""
    return any(event.counts_from > event.recorded_at for event in history)


async def write(conn: AsyncConnection, case_ids: Collection[int]) -> None:
    """Make the rows of these cases anew from their events."""
    statement = many_rows(_PUT, conn.dialect)
    for batch in batches(sorted(case_ids)):
        counted = await case_counts.counted(conn, batch)
        await case_counts.take_away(conn, counted)
        await conn.execute(_DELETE, {"case_ids": batch})
        rows = _rows(statement, await _events_of(conn, batch))
        await _put_all(conn, statement, [(case_id, row) for case_id, of_case in rows.items() for row in of_case])
        await case_counts.add(conn, batch)
        await _count_rewritten_anew(conn, counted)


async def write_each(conn: AsyncConnection, case_ids: Collection[int]) -> None:
    """`write`, without the cases that may have no rows: a damaged one may name a server that there is not."""
    try:
        async with conn.begin_nested():
            await write(conn, case_ids)
    except IntegrityError:
        if len(case_ids) > 1:
            for case_id in case_ids:
                await write_each(conn, [case_id])


async def ids_after(conn: AsyncConnection, case_id: int, limit: int) -> list[int]:
    """The ids of the next cases, of all servers."""
    query = select(cases.c.id).where(cases.c.id > case_id).order_by(cases.c.id).limit(limit)
    return list((await conn.execute(query)).scalars())


async def count_after(conn: AsyncConnection, case_id: int) -> int:
    return int((await conn.execute(select(func.count()).where(cases.c.id > case_id))).scalar_one())


async def filled_to(conn: AsyncConnection) -> int | None:
    """The case up to which it is filled, by id; None if it is complete. 0 if it was filled by other rules."""
    row = (await conn.execute(select(state_index.c.version, state_index.c.filled_to).where(_THE_ROW))).first()
    return row.filled_to if row and row.version == RULES else 0


async def set_filled(conn: AsyncConnection, case_id: int | None) -> None:
    changed = await conn.execute(update(state_index).where(_THE_ROW).values(version=RULES, filled_to=case_id))
    if not changed.rowcount:
        await conn.execute(state_index.insert().values(id=1, version=RULES, filled_to=case_id))


async def checked_to(conn: AsyncConnection) -> int:
    """The event up to which no row is behind its case, by id."""
    event_id = (await conn.execute(select(state_index.c.checked_to).where(_THE_ROW))).scalar()
    return event_id if isinstance(event_id, int) else 0


async def set_checked(conn: AsyncConnection, event_id: int) -> None:
    await conn.execute(update(state_index).where(_THE_ROW).values(checked_to=event_id))


async def not_followed(conn: AsyncConnection, after: int, to: int, limit: int) -> list[tuple[int, int]]:
    """The next events between these ids, the last included, that the rows of their cases were not made from: (event, case).

    A program that knows no index has recorded them.
    """
    made_from = select(case_states.c.case_id).where(
        case_states.c.case_id == events.c.case_id, case_states.c.last_event >= events.c.id
    )
    query = select(events.c.id, events.c.case_id).where(
        events.c.id > after, events.c.id <= to, events.c.case_id.is_not(None), ~made_from.exists()
    )
    return [(row.id, row.case_id) for row in await conn.execute(query.order_by(events.c.id).limit(limit))]


def key_of(case: Case, now: datetime) -> ListKey:
    """What lists sort a recorded case by at `now`, made from its events as the index makes it."""
    period = next(period for period in periods(case.events) if period.since <= now < period.until)
    values = values_of(period)
    return ListKey(values["due_on"], values["due_time"], case.letter.id, values["alike"], case.place.state, case.id)


async def wrong_entries(conn: AsyncConnection, case_ids: Sequence[int]) -> list[WrongEntry]:
    """Of these cases, those of which the index says something else than their events; none of which those cannot be read."""
    stored: dict[int, list[Row[Any]]] = defaultdict(list)
    query = select(case_states).where(case_states.c.case_id.in_(case_ids)).order_by(case_states.c.since)
    for row in await conn.execute(query):
        stored[row.case_id].append(row)
    histories = await _events_of(conn, case_ids)
    about = select(cases.c.number, *(column.label(name) for name, column in _OF_CASE.items()))
    about = about.join_from(cases, jurisdictions).where(cases.c.id.in_(case_ids)).order_by(cases.c.id)
    wrong = []
    for case in await conn.execute(about):
        of_case = {name: case._mapping[name] for name in _OF_CASE}
        rows = stored[case.case_id]
        if case.case_id not in histories:
            continue
        wanted = [{**of_case, **values_of(period)} for period in periods(histories[case.case_id])]
        if [row._asdict() for row in rows] != wanted:
            wrong.append(WrongEntry(case.case_id, case.server_id, case.number, _differing(rows, wanted)))
    return wrong


def _rows(statement: ManyRows, histories: Mapping[int, tuple[Event, ...]]) -> dict[int, list[Values]]:
    """The rows of each case, without its id. Cases with the same history but for the ids are replayed once."""
    alike: dict[tuple[object, ...], list[Values]] = {}
    rows = {}
    for case_id, history in histories.items():
        same = _likeness(history)
        if same not in alike:
            alike[same] = [_values_of(statement, period) for period in periods(history)]
        rows[case_id] = alike[same]
    return rows


def _likeness(history: Sequence[Event]) -> tuple[object, ...]:
    """All that `periods` sees of events but their ids: dates and details by identity, since the codec reads equal texts once,
    and what one replaces or acknowledges by its position."""
    position: dict[int | None, int] = {event.id: at for at, event in enumerate(history)}
    return tuple(
        part
        for event in history
        for part in (
            id(event.when),
            id(event.detail),
            event.recorded_at,
            position.get(event.replaces),
            isinstance(event.detail, Acknowledged) and position.get(event.detail.deadline_id),
        )
    )


def _values_of(statement: ManyRows, period: StandingPeriod) -> Values:
    return statement.row(**{f"new_{name}": value for name, value in values_of(period).items()})


async def _put_all(conn: AsyncConnection, statement: ManyRows, rows: Iterable[tuple[int, Values]]) -> None:
    await put_alike(conn, statement, many_rows(_CHANGE, conn.dialect), "case_id", rows)


async def _events_of(conn: AsyncConnection, case_ids: Sequence[int]) -> dict[int, tuple[Event, ...]]:
    """The events of each case with what a replay needs of them: no texts, sources or amounts. Nothing of cases of which one
    cannot be read."""
    return _histories(case_ids, (await conn.execute(_EVENTS, {"case_ids": case_ids})).all())


def _histories(case_ids: Iterable[int], read: Iterable[Any]) -> dict[int, tuple[Event, ...]]:
    histories: dict[int, list[Event]] = {case_id: [] for case_id in case_ids}
    damaged: set[int] = set()
    for case_id, *event in read:
        try:
            histories[case_id].append(replayed_event(*event))
        except Exception:  # whoever reads the whole case notes it
            damaged.add(case_id)
    return {case_id: tuple(history) for case_id, history in histories.items() if case_id not in damaged}


def _differing(stored: Sequence[Row[Any]], wanted: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, object, object], ...]:
    if len(stored) != len(wanted):
        return ()
    pairs = [(row._mapping, values) for row, values in zip(stored, wanted, strict=True)]
    return tuple((name, row[name], values[name]) for row, values in pairs for name in values if row[name] != values[name])
