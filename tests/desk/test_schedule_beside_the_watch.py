"""What /schedule says will be posted is what the watch posts when it looks at each case at its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.session import reading
from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.events import Acknowledged, Answer, Basis, Closed, Corrected, DeadlineSet, Extent, Outcome, Reopened, Silenced
from bot.record.ladder import DEFAULT_LADDER, Due
from bot.record.plan import Alert, plan
from bot.record.posting import Posting
from bot.record.rehearsal import upcoming
from bot.store import announcements, servers
from bot.store.database import Database
from tests.desk.test_deadline_list import played
from tests.desk.test_schedule_list import QUIET_TIMES, counts, walk
from tests.recording import NEW_YORK, SERVER, Desk

SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
ZONES = (NEW_YORK, *map(ZoneInfo, ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/St_Johns")))
deadlines = st.builds(
    Deadline,
    st.dates(date(2018, 2, 1), date(2018, 3, 20)),
    st.sampled_from(ZONES),
    st.sampled_from((None, None, time(0), time(0, 30), time(17), time(23, 59))),
)


def posted(case: Case, posting: Posting, now: datetime, end: datetime) -> Iterator[Alert]:
    """By looking whenever the plan of the look before says so, as the watch does."""
    look = plan(case, DEFAULT_LADDER, posting, now)
    seen = {alert.key for alert in upcoming(case, DEFAULT_LADDER, posting, SENT, now)}
    seen |= {look.due.key} if look.due else set()
    while look.look_at and look.look_at <= end:
        at = look.look_at
        look = plan(replace(case, looked_at=at), DEFAULT_LADDER, posting, at)
        if look.due and look.due.key not in seen:
            seen.add(look.due.key)
            yield look.due


@given(st.data())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_scheduled_is_what_the_watch_posts(migrated: Path, data: st.DataObject) -> None:
    async def play(db: Database) -> None:
        desk = Desk(db)
        await desk.open()
        now = SENT + data.draw(st.timedeltas(timedelta(hours=1), timedelta(days=60)), label="now")
        async with db.write() as conn:
            zone, hour = data.draw(st.sampled_from(ZONES)), data.draw(st.integers(0, 23))
            changed = data.draw(st.sampled_from((SENT, now - timedelta(minutes=1))))
            times = data.draw(st.sampled_from(QUIET_TIMES))
            await servers.change(conn, SERVER, changed, zone=zone.key, hour=hour, quiet=times, calendar="US")
        recorded = []
        for number, due in enumerate((date(2018, 2, 23), None)):
            recorded += await desk.letter(SENT, due, ["Albany", "Denver", "Reno", "Troy"], f"Demand {number}")
        async with db.write() as conn:
            news = [(case.id, event.id) for case in recorded[:4] for event in case.events[:2]]
            await announcements.announce(
                conn, SERVER, recorded[0].letter.id, data.draw(st.lists(st.sampled_from(news), unique=True)), SENT
            )
        at = SENT
        for _ in range(data.draw(st.integers(0, 10))):
            at = min(now, at + data.draw(st.timedeltas(timedelta(0), timedelta(days=8))))
            case = data.draw(st.sampled_from(await desk.cases()))
            details: list[st.SearchStrategy[Any]] = [
                st.builds(DeadlineSet, deadlines, st.just(Basis.EXTENSION)),
                st.builds(DeadlineSet, deadlines, st.just(Basis.EXTENSION)),
                st.builds(Answer, st.sampled_from(Extent)),
                st.just(Closed(Outcome.CLOSED)),
                st.just(Reopened()),
                st.sampled_from(case.events).map(lambda event: Acknowledged(event.id)),
            ]
            if not any(isinstance(event.detail, Silenced) for event in case.events):
                details.append(st.builds(Silenced, st.dates(at.date(), at.date() + timedelta(days=40))))
            replaces = None
            if data.draw(st.integers(0, 4)) == 0 and len(case.events) > 2:
                replaces = data.draw(st.sampled_from(case.events[2:])).id
                details = [st.just(Corrected(True))]
            try:
                event_id = await desk.record(at, case, data.draw(st.one_of(details)), replaces=replaces)
            except CaseError:  # it was corrected before
                continue
            if data.draw(st.booleans()):
                async with db.write() as conn:
                    await announcements.announce(conn, SERVER, case.letter.id, [(case.id, event_id)], at)
        days = data.draw(st.sampled_from((1, 30, 90)))
        async with reading(db, SERVER, now) as session:
            posting = session.server.posting
        wanted: Counter[tuple[Due, int]] = Counter()
        for case in await desk.cases():
            wanted.update((alert.due, alert.case.letter.id) for alert in posted(case, posting, now, now + timedelta(days=days)))
        assert counts(await walk(db, now, days, data.draw(st.integers(1, 6)), data.draw(st.booleans()))) == wanted

    played(migrated, play)
