"""A database with many cases, written in large batches: thousands of recipients a second, as no command could record them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, count, islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, inspect

from bot.record.deadlines.calendars import NONE
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.events import Answer, Basis, DeadlineSet, Detail, Extent, Sent, Statement
from bot.record.sources import Source
from bot.store import case_states, codec
from bot.store.database import Database
from bot.store.tables import alerts, cases, events, jurisdictions, letters, notices, servers, state_index

ZONE = ZoneInfo("America/New_York")
WRITTEN = datetime(2018, 1, 24, 17, tzinfo=UTC)
SENT = date(2018, 1, 24)
#: Every case is planned up to this moment: 14 days before the deadlines, just posted.
PLANNED = datetime(2018, 2, 9, 15, tzinfo=UTC)
CHANNEL = 1_000
ROWS = 10_000  # of one INSERT


@dataclass(frozen=True)
class Size:
    """How much there is of each."""

    cases: int
    letters: int
    servers: int = 1
    #: Facts about each case besides that the letter was sent; at most three.
    facts: int = 3
    #: Whether each letter has posted one notice with an alert for each case.
    notices: bool = False
    #: The ids of the servers; by default 1, 2, 3 and so on.
    server_ids: tuple[int, ...] = ()
    #: When the letters were recorded; the newest was sent on that day.
    written: datetime = WRITTEN
    #: Whether the letters of one server follow one another; by default the servers take turns.
    by_server: bool = False
    #: On how many days the letters were sent, one day after the other.
    days: int = 1
    #: The deadline of each letter, counted from the day on which it was sent.
    term: str = "30 days"
    #: Whether one case in three each has one, two or three facts, so that their states differ; then `facts` is 3.
    mixed: bool = False

    @property
    def planned(self) -> datetime:
        """The moment up to which every case is planned."""
        return self.written + (PLANNED - WRITTEN)

    def server_id(self, number: int) -> int:
        """The id of a server by its number, from 1."""
        return self.server_ids[number - 1] if self.server_ids else number

    def sent(self, letter_id: int) -> date:
        return self.written.date() - timedelta(days=letter_id % self.days)


async def fill(db: Database, size: Size, look_at: datetime | None = None) -> None:
    """Fill a migrated, empty database. `look_at`: the next look at each case; by default on the days of the coming month."""
    per_letter = -(-size.cases // size.letters)
    await _insert(db, servers, (_server(number, size) for number in _ids(size.servers)))
    await _insert(db, jurisdictions, (_place(id, size, per_letter) for id in _ids(per_letter * size.servers)))
    await _insert(db, letters, (_letter(id, size) for id in _ids(size.letters)))
    await _insert(db, cases, (_case(id, size, per_letter, look_at) for id in _ids(size.cases)))
    await _insert(db, events, _events(size, per_letter))
    if size.notices:
        await _insert(db, notices, (_notice(id, size) for id in _ids(size.letters)))
        await _insert(db, alerts, (_alert(id, size, per_letter) for id in _ids(size.cases)))
    async with db.write() as conn:
        if await conn.run_sync(lambda sync: inspect(sync).has_table(state_index.name)):  # older versions have none
            await case_states.set_filled(conn, 0)  # it was complete while the database was empty


def deadline_of(letter_id: int, sent: date = SENT, term: str = "30 days") -> Deadline:
    """30 days from the day of the letter, counted with its steps; each letter has a time of day of its own."""
    counted = parse_deadline(term, ZONE, start=sent, calendar=NONE)
    at = (datetime(2018, 2, 23, tzinfo=UTC) + timedelta(minutes=letter_id % 1_440)).time()
    return Deadline(counted.date, ZONE, at, counted.words, counted.rule, counted.steps, counted.start, counted.calendar)


async def _insert(db: Database, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    """Insert rows through the driver, which takes half the time: each has the same columns, in the same order."""
    async with db.write() as conn:
        while batch := [{name: _stored(value) for name, value in row.items()} for row in islice(rows, ROWS)]:
            names, marks = ", ".join(batch[0]), ", ".join("?" for _ in batch[0])
            values = [tuple(row.values()) for row in batch]
            await conn.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)


def _stored(value: Any) -> Any:
    """A value as SQLite keeps it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return json.dumps(value) if isinstance(value, dict | list) else value


def _ids(number: int) -> Iterator[int]:
    return iter(range(1, number + 1))


def _server_of(letter_id: int, size: Size) -> int:
    return (letter_id - 1) * size.servers // size.letters + 1 if size.by_server else letter_id % size.servers + 1


def _server(number: int, size: Size) -> dict[str, Any]:
    return {"id": size.server_id(number), "name": f"Server {number}", "channel_id": CHANNEL + number}


def _place(id: int, size: Size, per_letter: int) -> dict[str, Any]:
    server, number = divmod(id - 1, per_letter)
    town = {"name": f"Town {number}", "kind": "town", "state": "VT", "aliases": [], "sources": []}
    return {"id": id, "server_id": size.server_id(server + 1), **town}


def _letter(id: int, size: Size) -> dict[str, Any]:
    return {
        "id": id,
        "server_id": size.server_id(_server_of(id, size)),
        "slug": f"letter-{id}",
        "title": f"Demand {id}",
        "authority": "The authority",
        "sent": size.sent(id).isoformat(),
        "zone": ZONE.key,
        "demand": "all documents about orders to employees",
        "legal_basis": ["8 U.S.C. 1373"],
        "threatened": ["subpoena"],
        "sources": codec.dump(codec.SOURCES, (_source(f"letter {id}"),)),
        "amounts": [],
        "conflicts": [],
        "deadline": codec.dump(codec.DEADLINE, deadline_of(id, size.sent(id), size.term)),
        "recorded_at": size.written,
        "operation": f"letter-{id}",
    }


def _case(id: int, size: Size, per_letter: int, look_at: datetime | None) -> dict[str, Any]:
    letter, number = divmod(id - 1, per_letter)
    server = _server_of(letter + 1, size)
    return {
        "id": id,
        "server_id": size.server_id(server),
        "number": id,
        "letter_id": letter + 1,
        "jurisdiction_id": (server - 1) * per_letter + number + 1,
        "tracked_since": size.written,
        "looked_at": size.planned,
        "look_at": look_at or size.planned + timedelta(days=1 + id % 30),
    }


def _events(size: Size, per_letter: int) -> Iterator[dict[str, Any]]:
    """Sent and deadline, as they are recorded with a letter; then for each case a statement and a partial answer of its own."""
    ids = count(1)
    shared: dict[int, list[dict[str, Any]]] = {}
    for case in (_case(id, size, per_letter, WRITTEN) for id in _ids(size.cases)):
        letter = case["letter_id"]
        if letter not in shared:
            sent = size.sent(letter)
            details: list[Detail] = [Sent(), DeadlineSet(deadline_of(letter, sent, size.term), Basis.ORIGINAL)]
            shared[letter] = [_event(detail, size.written, f"letter {letter}", sent) for detail in details]
        of_case = {"server_id": case["server_id"], "case_id": case["id"], "jurisdiction_id": case["jurisdiction_id"]}
        facts = case["id"] % 3 + 1 if size.mixed else size.facts
        for event in islice(chain(shared[letter], _own(case, size)), facts + 1):
            yield {"id": next(ids), **of_case, **event}


def _own(case: dict[str, Any], size: Size) -> Iterator[dict[str, Any]]:
    for days, detail in ((3, Statement("the mayor")), (5, Answer(Extent.PARTIAL))):
        yield _event(detail, size.written + timedelta(days=days), f"the website of town {case['id']}")


def _event(detail: Detail, at: datetime, source: str, on: date | None = None) -> dict[str, Any]:
    event = {
        "happened": (on or at.date()).isoformat(),
        "zone": ZONE.key,
        "recorded_at": at,
        "recorded_by": "Alice",
        "certainty": "confirmed",
        "kind": detail.kind,
        "detail": codec.dump(codec.DETAIL, detail),
        "text": "",
        "sources": codec.dump(codec.SOURCES, (_source(source),)),
        "operation": f"{source} {detail.kind}",
    }
    return {name: _stored(value) for name, value in event.items()}


def _notice(letter_id: int, size: Size) -> dict[str, Any]:
    server = _server_of(letter_id, size)
    return {
        "id": letter_id,
        "token": f"{letter_id:020}",
        "server_id": size.server_id(server),
        "channel_id": CHANNEL + server,
        "letter_id": letter_id,
        "rung": "14-days-before",
        "due_at": size.planned - timedelta(hours=1),
        "not_before": size.planned - timedelta(hours=1),
        "state": "sent",
        "message_id": letter_id,
        "sent_at": size.planned,
    }


def _alert(case_id: int, size: Size, per_letter: int) -> dict[str, Any]:
    return {
        "id": case_id,
        "notice_id": (case_id - 1) // per_letter + 1,
        "case_id": case_id,
        "about_id": (case_id - 1) * (size.facts + 1) + min(size.facts, 1) + 1,
        "rung": "14-days-before",
        "due_at": size.planned - timedelta(hours=1),
    }


def _source(what: str) -> Source:
    return Source(f"Copy of {what}", f"https://example.org/{what.replace(' ', '-')}", "The authority", "2018-01-24")
