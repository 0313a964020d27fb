"""Silencing reminders: which cases, until when, by whom; the list of silences, and lifting them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.clock import FrozenClock
from bot.desk import import_record, silence_list, silences, snapshot
from bot.desk.case_events import EventReport, close_case, record_answer
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.pages import Edge
from bot.desk.schedule_list import schedule_page
from bot.desk.session import writing
from bot.desk.silence_list import silence_page
from bot.desk.silences import lift_silence, silence_cases, silence_letter, silence_notice
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Acknowledged, Answer, Extent, Outcome, Silenced
from bot.record.plan import next_due
from bot.record.posting import Quiet
from bot.record.silence_days import SilenceEnd
from bot.store import case_states, servers
from bot.store.database import Database
from bot.store.silence_pages import SilenceKey
from bot.store.tables import alerts, notices
from bot.watch.tick import tick
from tests.desk.people import DAY_AFTER, People, at_the_desk
from tests.recording import NEW_YORK, OTHER_SERVER, SERVER, SOURCE, Desk

APRIL_30 = SilenceEnd(date(2018, 4, 30))
NEXT = SilenceEnd(None)
REPORT = EventReport(None, SOURCE, "As told.")


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    people = await at_the_desk(db, clock)
    people.clock.set(DAY_AFTER)
    return people


async def silence(people: People, end: SilenceEnd = APRIL_30, refs: Sequence[CaseRef] = ()) -> silences.SilencedCases:
    async with people.alice() as session:
        return await silence_cases(session, refs or [people.denver], "They asked for time.", end)


async def listed(people: People) -> list[tuple[date, int]]:
    async with people.reading() as session:
        return [(row.key.until, row.count) for row in (await silence_page(session)).rows]


async def test_a_silence_is_recorded_with_who_why_and_until_when_and_is_no_news(people: People) -> None:
    silenced = await silence(people)
    case = await people.case(people.denver)
    state = case.at(people.clock.now())
    assert (silenced.count, silenced.until, silenced.left) == (1, date(2018, 4, 30), ())
    assert silenced.end and silenced.end.isoformat() == "2018-04-30T09:00:00-04:00"
    assert state.silenced and state.silence
    assert (state.silence.event.recorded_by, state.silence.event.text) == ("Alice", "They asked for time.")
    assert await people.news() == []
    assert not (await people.case(people.albany)).at(people.clock.now()).silenced


async def test_what_has_no_reminders_to_silence_is_left_out_and_named(people: People) -> None:
    async with people.alice() as session:
        await record_answer(session, people.albany, Extent.FULL, REPORT)
    silenced = await silence(people, refs=[people.albany, people.denver])
    assert silenced.left == ("#1 Albany, NY: answered",)
    with pytest.raises(
        CaseError, match=r"Nothing to silence\. #1 Albany, NY: answered; #2 Denver, NY \(until Mon 30 April 2018\)"
    ):
        await silence(people, SilenceEnd(date(2018, 4, 2)), [people.albany, people.denver])
    assert (await silence(people, SilenceEnd(date(2018, 5, 2)))).count == 1, "a longer one holds"
    async with people.alice() as session:
        await close_case(session, people.denver, Outcome.CLOSED, REPORT)
    with pytest.raises(CaseError, match="#2 Denver, NY: ended"):
        await silence(people)


async def test_before_the_deadline_there_is_nothing_to_silence(people: People) -> None:
    people.clock.set(datetime(2018, 2, 20, 17, tzinfo=UTC))
    with pytest.raises(CaseError, match=r"#2 Denver, NY \(awaiting answer, 3 days left\): not overdue"):
        await silence(people)


async def test_an_acknowledgement_of_old_still_means_what_it_meant(people: People) -> None:
    case = await people.case(people.denver)
    deadline = case.at(people.clock.now()).deadline_event
    assert deadline
    await Desk(people.db).record(people.clock.now(), case, Acknowledged(deadline.id))
    with pytest.raises(CaseError, match="acknowledged before: no reminders come"):
        await silence(people)


async def test_a_letter_is_silenced_for_its_overdue_cases(people: People) -> None:
    async with people.alice() as session:
        await record_answer(session, people.albany, Extent.FULL, REPORT)
    async with people.alice() as session:
        silenced = await silence_letter(session, people.letter, "Talks.", NEXT)
    assert ([case.number for case in silenced.cases], silenced.left) == ([2], ("#1 Albany, NY: answered",))
    assert silenced.end is None
    assert await listed(people) == [(date.max, 1)]


async def test_a_letter_with_many_recipients_is_silenced_in_parts(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silences, "MOST", 3)
    monkeypatch.setattr(silences, "MOST_NAMED", 2)
    towns = [f"Town {n}" for n in range(11)]
    cases = await Desk(people.db).letter(datetime(2018, 1, 24, tzinfo=UTC), to=towns, title="Second")
    for case in cases[:3]:
        await Desk(people.db).record(DAY_AFTER, case, Answer(Extent.FULL), "2018-02-20")
    ref = LetterRef(cases[0].letter.id, "Second")
    counts = []
    for _ in range(3):
        async with people.alice() as session:
            silenced = await silence_letter(session, ref, "Talks.", APRIL_30)
        counts.append((silenced.count, silenced.left))
    many = "more than 5,000 at once; repeat the command for the others"
    already = "silenced already until that day or longer"
    assert counts == [
        (3, ("3 cases: answered", f"5 cases: {many}")),
        (3, ("3 cases: answered", f"3 cases: {already}", f"2 cases: {many}")),
        (2, ("3 cases: answered", f"6 cases: {already}")),
    ]


async def test_the_button_silences_the_overdue_cases_of_a_notice_for_two_weeks(people: People) -> None:
    async for _ in tick(people.db, DAY_AFTER):
        pass
    async with people.db.read() as conn:
        token = (await conn.execute(select(notices.c.token).where(notices.c.rung == "passed"))).scalar_one()
    async with people.alice() as session:
        silenced = await silence_notice(session, token)
    assert ([case.number for case in silenced.cases], silenced.until) == ([1, 2], date(2018, 3, 10))
    assert await listed(people) == [(date(2018, 3, 10), 2)]
    with pytest.raises(CaseError, match="Nothing to silence"):
        async with people.bob() as session:
            await silence_notice(session, token)


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "replayed"])
async def test_the_list_has_the_first_to_end_first_and_lift_ends_one(people: People, indexed: bool) -> None:
    await silence(people, APRIL_30, [people.albany])
    await silence(people, SilenceEnd(date(2018, 3, 5)))
    if not indexed:
        async with people.db.write() as conn:
            await case_states.set_filled(conn, 0)
    assert await listed(people) == [(date(2018, 3, 5), 1), (date(2018, 4, 30), 1)]
    async with people.reading() as session:
        page = await silence_page(session)
        assert [silence_list.key_from(silence_list.key_texts(row.key)) for row in page.rows] == [row.key for row in page.rows]
    async with people.bob() as session:
        lifted = await lift_silence(session, page.rows[0].key)
    assert [case.number for case in lifted.cases] == [2]
    assert await listed(people) == [(date(2018, 4, 30), 1)]
    with pytest.raises(CaseError, match="Nothing to lift"):
        async with people.bob() as session:
            await lift_silence(session, page.rows[0].key)


async def test_one_that_has_ended_is_not_listed_from_its_posting_hour_on(people: People) -> None:
    await silence(people, SilenceEnd(date(2018, 3, 5)))
    people.clock.set(datetime(2018, 3, 5, 13, 59, tzinfo=UTC))
    assert await listed(people) == [(date(2018, 3, 5), 1)]
    people.clock.set(datetime(2018, 3, 5, 14, tzinfo=UTC))
    assert await listed(people) == []


async def test_pages_of_the_list_are_turned_both_ways(people: People) -> None:
    desk = Desk(people.db)
    cases = await desk.letter(datetime(2018, 1, 24, tzinfo=UTC), to=[f"Town {n}" for n in range(9)], title="Second")
    for number, case in enumerate(cases):
        await desk.record(DAY_AFTER, case, Silenced(date(2018, 3, 1) + timedelta(days=number)), "2018-02-24")
    async with people.reading() as session:
        first = await silence_page(session, most=4)
        second = await silence_page(session, Edge(first.rows[-1].edge_key, False, 4), most=4)
        back = await silence_page(session, Edge(second.rows[0].edge_key, True, 4), most=4)
    assert first.total == 9 and not first.is_last
    assert [row.key.until.day for row in (*first.rows, *second.rows)] == list(range(1, 9))
    assert [row.key for row in back.rows] == [row.key for row in first.rows]
    wrong = SilenceKey(date(2018, 3, 1), 99, DAY_AFTER)
    with pytest.raises(CaseError):
        async with people.alice() as session:
            await lift_silence(session, wrong)


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "replayed"])
async def test_the_schedule_has_the_end_of_a_silence(people: People, indexed: bool) -> None:
    people.clock.set(datetime(2018, 2, 27, 17, tzinfo=UTC))
    await silence(people, SilenceEnd(date(2018, 3, 5)))
    await silence(people, SilenceEnd(date(2018, 3, 1)), [people.albany])
    if not indexed:
        async with people.db.write() as conn:
            await case_states.set_filled(conn, 0)
    async with people.reading() as session:
        rows = (await schedule_page(session, 9)).rows
        expected = [next_due(await people.case(people.denver), session.server.ladder, session.server.posting, session.now)]
    ahead = [(notice.due, [case.number for case in notice.cases]) for row in rows for notice in row.notices]
    assert [(due.at.date(), due.held_back, numbers) for due, numbers in ahead] == [
        (date(2018, 3, 2), False, [1]),
        (date(2018, 3, 5), True, [2]),
    ]
    assert [due for due, numbers in ahead if numbers == [2]] == expected


async def test_one_that_news_has_ended_does_not_hold_again_elsewhere(people: People) -> None:
    """Of the news, the file has but the day, which lies before the silence."""
    people.clock.set(datetime(2018, 3, 5, 17, tzinfo=UTC))
    async with people.alice() as session:
        await silence_cases(session, [people.denver], "Seen.", SilenceEnd(None))
    people.clock.set(datetime(2018, 3, 10, 17, tzinfo=UTC))
    async with people.alice() as session:
        await record_answer(session, people.denver, Extent.PARTIAL, EventReport(When("2018-03-01", NEW_YORK), SOURCE))
    async with people.reading() as reading:
        file = (await snapshot.of_server(reading)).record_file()
    await Desk(people.db, OTHER_SERVER).open()
    async with writing(people.db, OTHER_SERVER, people.clock.now(), "the record") as session:
        await import_record.record_file(session, file)
    there = await Desk(people.db, OTHER_SERVER).cases()
    assert [case.at(people.clock.now()).silenced_until for case in there] == [None, None]


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "replayed"])
async def test_the_schedule_has_what_comes_back_after_the_event_that_was_waited_for(people: People, indexed: bool) -> None:
    people.clock.set(datetime(2018, 2, 25, 17, tzinfo=UTC))
    await silence(people, NEXT)
    people.clock.set(datetime(2018, 2, 26, 17, tzinfo=UTC))  # a reminder was held back
    async with people.alice() as session:
        await record_answer(session, people.denver, Extent.PARTIAL, REPORT)
    if not indexed:
        async with people.db.write() as conn:
            await case_states.set_filled(conn, 0)
    async with people.reading() as session:
        rows = (await schedule_page(session, 1)).rows
    assert [(n.due.at, n.due.held_back, n.count) for row in rows for n in row.notices] == [
        (datetime(2018, 2, 27, 14, tzinfo=UTC), True, 1)
    ]
    assert await listed(people) == [], "news has ended it"


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "replayed"])
async def test_one_until_a_quiet_day_is_listed_as_long_as_it_holds(people: People, indexed: bool) -> None:
    async with people.db.write() as conn:
        await servers.change(conn, SERVER, people.clock.now(), quiet=Quiet(weekends=True))
    people.clock.set(datetime(2018, 2, 27, 17, tzinfo=UTC))
    saturday = SilenceEnd(date(2018, 3, 3))
    await silence(people, saturday)
    if not indexed:
        async with people.db.write() as conn:
            await case_states.set_filled(conn, 0)
    people.clock.set(datetime(2018, 3, 5, 13, 59, tzinfo=UTC))
    assert await listed(people) == [(saturday.day, 1)], "it ends on Monday at nine"
    async with people.bob() as session:
        lifted = await lift_silence(session, (await silence_page(session)).rows[0].key)
    assert lifted.count == 1
    people.clock.set(datetime(2018, 3, 5, 14, tzinfo=UTC))
    assert await listed(people) == []


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "replayed"])
async def test_one_that_is_lifted_in_a_quiet_time_ends_at_the_next_posting_hour(people: People, indexed: bool) -> None:
    """What was held back is posted then, and /schedule says so."""
    async with people.db.write() as conn:
        await servers.change(conn, SERVER, people.clock.now(), quiet=Quiet(hours=(time(22), time(8))))
    await silence(people, SilenceEnd(date(2018, 3, 20)))
    people.clock.set(datetime(2018, 2, 28, 4, tzinfo=UTC))  # 23:00
    async with people.bob() as session:
        page = await silence_page(session)
        await lift_silence(session, page.rows[0].key)
    if not indexed:
        async with people.db.write() as conn:
            await case_states.set_filled(conn, 0)
    async with people.reading() as session:
        rows = (await schedule_page(session, 1)).rows
        assert (await silence_page(session)).total == 0
    ahead = [(notice.due.at, [case.number for case in notice.cases]) for row in rows for notice in row.notices]
    nine = datetime(2018, 2, 28, 14, tzinfo=UTC)
    assert ahead == [(nine, [2])]
    case = await people.case(people.denver)
    async with people.reading() as session:
        assert next_due(case, session.server.ladder, session.server.posting, session.now) == rows[0].notices[0].due
    people.clock.set(nine)
    async for _ in tick(people.db, nine):
        pass
    async with people.db.read() as conn:
        posted = select(alerts.c.due_at).where(alerts.c.case_id == people.denver.id, alerts.c.rung == "3-days-after")
        assert list((await conn.execute(posted)).scalars()) == [nine]
