"""What /schedule, /status, /settings show and `letterwatch plan` say will be posted is what a watch then posts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.clock import FrozenClock
from bot.desk.ladders import LadderStep, WantedLadder, record_wanted
from bot.desk.planned_notices import planned_notices
from bot.desk.session import reading, writing
from bot.desk.settings import change_settings
from bot.desk.settings_page import AHEAD, overview
from bot.desk.status import place_status
from bot.record.case import Case
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.events import (
    Answer,
    Basis,
    Closed,
    Corrected,
    DeadlineSet,
    Extent,
    Finding,
    Outcome,
    Reopened,
    Result,
    Silenced,
)
from bot.record.ladder import MONTHLY, NEWS, PASSED, STILL_WATCHING, WEEKLY, YEARLY, Ladder, after, before
from bot.record.ladder_changes import with_rung
from bot.record.posting import Quiet, Urgent
from bot.store import servers
from bot.store.database import Database
from bot.store.tables import alerts, cases, notices
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from tests.desk.test_deadline_list import played
from tests.desk.test_schedule_list import walk
from tests.recording import CHANNEL, NEW_YORK, SERVER, Desk
from tests.watch.test_delivery import Channels

SENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
LONGEST = 240  # days that are compared: what is asked after half a year lies in them
OWN = 555
ZONES = (NEW_YORK, *map(ZoneInfo, ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Europe/Berlin")))
#: What is posted, without the words: when, in which channel, which rung, of which case.
Posted = tuple[datetime, int, str, int, int]

rungs = st.one_of(
    st.integers(0, 40).map(before),
    st.integers(1, 60).map(after),
    st.sampled_from((PASSED, MONTHLY, YEARLY, WEEKLY, STILL_WATCHING)),
    st.sampled_from((replace(after(5), loud=True), replace(after(9), channel_id=OWN), replace(before(2), channel_id=OWN))),
)
deadlines = st.builds(
    Deadline,
    st.dates(date(2018, 2, 1), date(2018, 3, 20)),
    st.sampled_from(ZONES),
    st.sampled_from((None, None, time(0), time(0, 30), time(17), time(23, 59))),
)
quiet_times = st.one_of(
    st.none(),
    st.builds(
        Quiet,
        st.booleans(),
        st.booleans(),
        st.sampled_from(((time(22), time(8)), (time(1, 30), time(3, 15)), (time(6), time(20)))),
        st.sampled_from(Urgent),
    ),
    st.builds(Quiet, st.just(True), st.booleans(), st.none(), st.sampled_from(Urgent)),
)


def ladder_of(chosen: list[Any]) -> Ladder:
    """As many of these rungs as fit."""
    ladder: Ladder = ()
    for rung in chosen:
        try:
            ladder = with_rung(ladder, rung, SENT - timedelta(days=400))
        except CaseError:
            continue
    return tuple(replace(rung, since=None) for rung in ladder)


@dataclass
class Played:
    db: Database
    clock: FrozenClock
    desk: Desk
    watch: Watch

    async def until(self, moment: datetime) -> None:
        """Turn the watch whenever it wants to look."""
        while (at := await self.watch.next_moment()) and at <= moment:
            self.clock.set(max(at, self.clock.now()))
            await self.watch.turn()
        self.clock.set(moment)
        await self.watch.turn()

    async def posted(self, start: datetime, end: datetime) -> Counter[Posted]:
        query = select(alerts.c.due_at, notices.c.channel_id, alerts.c.rung, alerts.c.occurrence, alerts.c.case_id)
        query = query.join(notices, notices.c.id == alerts.c.notice_id)
        query = query.where(alerts.c.rung != NEWS, alerts.c.state == "planned", notices.c.state == "sent")
        async with self.db.read() as conn:
            rows = await conn.execute(query.where(alerts.c.due_at > start, alerts.c.due_at <= end))
        return Counter((row[0], row[1], row[2], row[3], row[4]) for row in rows)


def facts(data: st.DataObject, case: Case, at: datetime) -> tuple[Any, int | None]:
    """Something to record, and what it takes back."""
    if len(case.events) > 2 and data.draw(st.integers(0, 4)) == 0:
        return Corrected(True), data.draw(st.sampled_from(case.events[2:])).id
    return data.draw(
        st.one_of(
            st.builds(DeadlineSet, deadlines, st.just(Basis.EXTENSION)),
            st.builds(Answer, st.sampled_from(Extent)),
            st.just(Finding(Result.INCOMPLETE)),
            st.just(Closed(Outcome.CLOSED)),
            st.just(Reopened()),
            st.builds(Silenced, st.dates(at.date(), at.date() + timedelta(days=40))),
            st.just(Silenced(None)),
        )
    ), None


async def something(played: Played, data: st.DataObject, at: datetime) -> None:
    """A fact, another ladder of the server or of a letter, other posting times."""
    case = data.draw(st.sampled_from(await played.desk.cases()))
    what = data.draw(st.sampled_from(("fact", "fact", "fact", "fact", "ladder", "ladder", "settings")))
    try:
        if what == "fact":
            detail, replaces = facts(data, case, at)
            await played.desk.record(at, case, detail, replaces=replaces)
            return
        async with writing(played.db, SERVER, at, "Olga", 1) as session:
            if what == "ladder":
                step = data.draw(st.sampled_from(LadderStep))
                rung = data.draw(rungs) if step in (LadderStep.ADD, LadderStep.REMOVE) else None
                letter_id = case.letter.id if step is LadderStep.YEARLY else data.draw(st.sampled_from((None, case.letter.id)))
                await record_wanted(session, WantedLadder(step, letter_id, rung))
            else:
                zone, hour = data.draw(st.sampled_from(ZONES)), data.draw(st.integers(0, 23))
                await change_settings(session, zone=zone.key, hour=hour, quiet=data.draw(quiet_times), calendar="US")
    except CaseError:  # corrected before, on the ladder already, or nothing left of it
        return


@given(st.data())
@settings(
    max_examples=4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_said_to_come_is_what_comes(migrated: Path, data: st.DataObject) -> None:
    async def play(db: Database) -> None:
        clock = FrozenClock(SENT)
        delivery = Delivery(db, clock, Channels())
        bench = Played(db, clock, Desk(db), Watch(db, clock, delivery))
        await bench.desk.open(SENT, zone=data.draw(st.sampled_from(ZONES)).key, hour=data.draw(st.integers(0, 23)))
        async with db.write() as conn:
            chosen = data.draw(st.lists(rungs, min_size=1, max_size=12), label="ladder")
            values = {"ladder": ladder_of(chosen), "quiet": data.draw(quiet_times), "calendar": "US"}
            await servers.change(conn, SERVER, SENT, **values)
        for number, due in enumerate((date(2018, 2, 23), None)):
            await bench.desk.letter(SENT, due, ["Albany", "Denver", "Reno"], f"Demand {number}")
        at = SENT
        for _ in range(data.draw(st.integers(0, 8))):
            at += data.draw(st.timedeltas(timedelta(0), timedelta(days=12)))
            await bench.until(at)
            await something(bench, data, at)
        now = at + data.draw(st.timedeltas(timedelta(0), timedelta(days=2)))
        await bench.until(now)
        await compare(bench, now)
        await delivery.stop(patience=1)

    played(migrated, play)


async def compare(played: Played, now: datetime) -> None:
    end = now + timedelta(days=LONGEST)
    db, known = played.db, await played.desk.cases()
    scheduled = await walk(db, now, LONGEST, 5)
    async with reading(db, SERVER, now) as session:
        server, shown = session.server, await overview(session)
        states = [await place_status(session, place_id) for place_id in sorted({case.place.id for case in known})]
    zone = server.zone
    last = end.astimezone(zone).date()
    messages = list(planned_notices(known, server.ladder_of, server.posting, now.astimezone(zone).date(), last))

    await played.until(end)
    posted = await played.posted(now, end)
    by_letter = Counter[tuple[object, ...]]()
    async with db.read() as conn:
        letter_of = {row.id: row.letter_id for row in await conn.execute(select(cases.c.id, cases.c.letter_id))}
    for (at, channel, rung, occurrence, case_id), count in posted.items():
        by_letter[at, channel, rung, occurrence, letter_of[case_id]] += count

    listed = Counter[tuple[object, ...]]()
    for row in scheduled:
        for notice in row.notices:
            channel = notice.due.rung.channel_id or CHANNEL + SERVER
            listed[notice.due.at, channel, notice.due.rung.name, notice.due.occurrence, notice.letter.id] += notice.count
    assert listed == by_letter, "schedule"

    planned = Counter[tuple[object, ...]]()
    for message in messages:
        for section in message.sections:
            key = (message.at, message.channel_id or CHANNEL + SERVER, section.rung.name, section.occurrence, section.letter.id)
            planned[key] += len(section.lines) if now < message.at <= end else 0
    assert +planned == by_letter, "plan"

    first: dict[int, datetime] = {}
    for at, _, _, _, case_id in sorted(posted):
        first.setdefault(case_id, at)
    next_alerts = {case_id: due for state in states for case_id, due in state.next_alerts.items() if due.at <= end}
    assert {case_id: due.at for case_id, due in next_alerts.items()} == first, "status"
    names = {(case_id, at): (rung, occurrence) for at, _, rung, occurrence, case_id in posted}
    assert all(names[case_id, due.at] == (due.rung.name, due.occurrence) for case_id, due in next_alerts.items())

    soon = [at for at in first.values() if at <= now + timedelta(days=AHEAD)]
    assert {notice.due.at for notice in shown.coming} == ({min(soon)} if soon else set()), "settings show"
