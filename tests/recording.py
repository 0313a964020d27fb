"""Records letters and facts for tests, through the same functions the commands use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.events import Basis, DeadlineSet, Detail
from bot.record.new_events import NewCase, NewEvent
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source
from bot.store import cases, events, places, servers
from bot.store.database import Database

NEW_YORK = ZoneInfo("America/New_York")
SERVER, OTHER_SERVER = 1, 2
CHANNEL = 100
SOURCE = Source("Press release", "https://example.org/release", "The authority", "2018-01-24")
OPENED = datetime(2018, 1, 1, tzinfo=NEW_YORK)
FOUR_PLACES = ("Albany", "Denver", "Seattle", "Oakland")


@dataclass(frozen=True)
class Desk:
    """Alice's desk on one server."""

    db: Database
    server_id: int = SERVER

    async def open(self, now: datetime = OPENED, **settings: object) -> None:
        async with self.db.write() as conn:
            await servers.ensure(conn, self.server_id, f"Server {self.server_id}")
            at_once = {"channel_id": CHANNEL + self.server_id, "collect_seconds": 0}  # news waits for nothing, unless asked to
            await servers.change(conn, self.server_id, now, **{**at_once, **settings})

    def audit(self, now: datetime) -> events.AuditContext:
        return events.audit_context(self.server_id, "Alice", now, NEW_YORK)

    async def letter(
        self, now: datetime, due: date | None = date(2018, 2, 23), to: Sequence[str] = FOUR_PLACES, title: str = "Demand"
    ) -> list[Case]:
        """A letter sent on the day of `now` to these places, recorded at `now`."""
        deadline = Deadline(due, NEW_YORK) if due else None
        sent = When(now.astimezone(NEW_YORK).date().isoformat(), NEW_YORK)
        letter = Letter(0, "", title, "The authority", sent, "all documents", threatened=("subpoena",), sources=(SOURCE,))
        async with self.db.write() as conn:
            audit = self.audit(now)
            recorded = await events.add_letter(conn, audit, letter)
            cities = [Jurisdiction(0, name, PlaceKind.CITY, "NY") for name in to]
            ids = [place_id for place_id, _ in await places.ensure_all(conn, self.server_id, cities)]
            await events.add_cases(conn, audit, recorded, [NewCase(place_id, deadline) for place_id in ids])
            return await cases.of_letter(conn, self.server_id, recorded.id)

    async def record(self, now: datetime, case: Case, detail: Detail, when: str = "", replaces: int | None = None) -> int:
        """One event of a case, recorded at `now`: its id."""
        event = NewEvent(When(when or now.isoformat(), NEW_YORK), detail, "As told.", (SOURCE,), replaces=replaces)
        async with self.db.write() as conn:
            return (await events.append_events(conn, self.audit(now), [(case.id, case.place.id, event)]))[0]

    async def extend(self, now: datetime, case: Case, to: date) -> int:
        return await self.record(now, case, DeadlineSet(Deadline(to, NEW_YORK), Basis.EXTENSION))

    async def cases(self) -> list[Case]:
        async with self.db.read() as conn:
            return await cases.of_server(conn, self.server_id)
