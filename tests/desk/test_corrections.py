"""What rests on a corrected event, corrections of corrections, deadlines, Undo, imports, and what is announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.clock import FrozenClock
from bot.desk import import_record, session, snapshot
from bot.desk.case_events import EventReport, close_case, extend_deadline, record_answer, record_event, settle_extent
from bot.desk.correction_answers import recorded_answers
from bot.desk.corrections import EventRef, plan_correction, record_correction
from bot.desk.deadlines import DeadlineInput
from bot.desk.lookups import CaseRef
from bot.desk.session import writing
from bot.desk.silences import silence_cases
from bot.desk.undo import UndoneEvents
from bot.desk.withdrawals import WithdrawalRequest, plan_restoring, plan_withdrawal, record_taking_back
from bot.files import example
from bot.record.case import Status
from bot.record.corrections import How
from bot.record.errors import CaseError
from bot.record.events import (
    Answer,
    Basis,
    Consequence,
    ConsequenceState,
    DeadlineSet,
    Event,
    Extent,
    Finding,
    Note,
    Outcome,
    Reopened,
    Result,
    effective_events,
)
from bot.record.import_report import DifferenceKind
from bot.record.silence_days import SilenceEnd
from bot.record.sources import Source
from bot.store.database import Database
from bot.store.tables import alerts, notices
from bot.watch.tick import tick
from bot.words.lists import case_history_cards
from tests.desk.correcting import REASON, corrected, newest, planned, request
from tests.desk.people import DAY_AFTER, People, at_the_desk
from tests.recording import OTHER_SERVER, SERVER, SOURCE, Desk
from tests.undoing import undo

REPORT = EventReport(None, SOURCE, "The paper says so.")
DENIAL = Source("Correction in the paper", "https://example.org/correction")


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


def later(people: People, **time: int) -> None:
    people.clock.set(people.clock.now() + timedelta(**time))


async def answered(people: People, extent: Extent = Extent.FULL) -> Event:
    async with people.alice() as opened:
        return (await record_answer(opened, people.denver, extent, REPORT)).event


async def extended(people: People, to: str) -> Event:
    async with people.alice() as opened:
        typed = DeadlineInput(to)
        return (await extend_deadline(opened, people.denver, typed, "The authority", EventReport(None, SOURCE))).recorded.event


async def look(people: People) -> None:
    async for _ in tick(people.db, people.clock.now()):
        pass


async def posted(people: People) -> None:
    async with people.db.write() as conn:
        await conn.execute(update(notices).values(state="sent", sent_at=people.clock.now()))


async def state_of(people: People, ref: CaseRef | None = None) -> tuple[list[Status], date | None]:
    state = (await people.case(ref or people.denver)).at(people.clock.now())
    return list(state.statuses), state.deadline.date if state.deadline else None


async def newest_deadline(people: People) -> Event:
    return await newest(people, people.denver, "deadline")


async def test_an_earlier_deadline_comes_back_and_what_was_counted_from_the_wrong_one_goes(people: People) -> None:
    wrong = await extended(people, "2018-06-20")
    longer = await extended(people, "+14 days")
    later(people, hours=2)
    plan = await planned(people, request(people.denver, wrong, How.TAKE_BACK))
    assert plan.along == (longer,)
    await corrected(people, people.denver, wrong, How.TAKE_BACK)
    assert (await state_of(people))[1] == date(2018, 2, 23)


async def test_the_right_deadline_is_a_correction_and_keeps_what_stands_on_it_too(people: People) -> None:
    wrong = await extended(people, "2018-06-20")
    later(people, hours=2)
    await corrected(people, people.denver, wrong, How.REPLACE, source=DENIAL, answers={"deadline": "2018-05-20"})
    right = await newest(people, people.denver)
    assert isinstance(right.detail, DeadlineSet)
    assert (right.detail.basis, right.detail.deadline.date) == (Basis.CORRECTION, date(2018, 5, 20))
    assert right.sources == (DENIAL, SOURCE) and right.reason == REASON
    longer = await extended(people, "+14 days")
    plan = await planned(people, request(people.denver, right, How.REPLACE, answers={"granted_by": "A judge"}))
    assert plan.along == (), "the extension still stands on the same day"
    plan = await planned(people, request(people.denver, right, How.REPLACE, answers={"deadline": "2018-05-21"}))
    assert plan.along == (longer,)


async def test_an_extension_recorded_before_a_correction_still_rests_on_what_was_corrected(people: People) -> None:
    """Neither a correction of a correction nor its taking back leaves an extension of it behind."""
    first = await extended(people, "2018-06-20")
    longer = await extended(people, "+14 days")
    await corrected(people, people.denver, first, How.REPLACE, answers={"granted_by": "A judge"})
    right = await newest(people, people.denver, "deadline")
    for how, answers in ((How.TAKE_BACK, {}), (How.REPLACE, {"deadline": "2018-06-21"})):
        assert (await planned(people, request(people.denver, right, how, answers=answers))).along == (longer,)


async def test_a_reopening_goes_with_the_end_that_never_was(people: People) -> None:
    async with people.alice() as opened:
        closed = (await close_case(opened, people.denver, Outcome.CLOSED, REPORT)).event
        reopened = (await record_event(opened, people.denver, Reopened(), REPORT)).event
    plan = await planned(people, request(people.denver, closed, How.REPLACE, answers={"outcome": "settled"}))
    assert plan.along == ()
    plan = await planned(people, request(people.denver, closed, How.TAKE_BACK))
    assert plan.along == (reopened,)


async def test_what_was_lifted_goes_with_what_never_moved(people: People) -> None:
    async with people.alice() as opened:
        done = Consequence("subpoena", ConsequenceState.CARRIED_OUT)
        moved = (await record_event(opened, people.denver, done, REPORT)).event
        lifted = await record_event(opened, people.denver, replace(done, state=ConsequenceState.LIFTED), REPORT)
    plan = await planned(people, request(people.denver, moved, How.REPLACE, answers={"state": "announced"}))
    assert plan.along == ()
    plan = await planned(people, request(people.denver, moved, How.REPLACE, answers={"state": "threatened"}))
    assert plan.along == (lifted.event,)
    with pytest.raises(CaseError, match="cannot be lifted"):
        await planned(people, request(people.denver, moved, How.REPLACE, answers={"state": "lifted"}))


async def test_a_correction_of_a_correction_and_its_taking_back(people: People) -> None:
    event = await answered(people)
    for extent in ("partial", "refusal"):
        later(people, hours=2)
        await corrected(people, people.denver, event, How.REPLACE, answers={"extent": extent}, by_bob=True)
        event = await newest(people, people.denver)
    assert (await state_of(people))[0] == [Status.REFUSED]
    await corrected(people, people.denver, event, How.TAKE_BACK)
    assert (await state_of(people))[0] == [Status.AWAITING], "nothing that was corrected before is in effect again"
    history = "\n".join(card.text for card in case_history_cards(await people.case(people.denver)))
    assert history.count("~~") == 6 and "corrected on 24 January 2018 by Bob. Entered by mistake." in history


async def test_what_was_corrected_is_refused_with_who_did(people: People) -> None:
    event = await answered(people)
    plan = await planned(people, request(people.denver, event, How.TAKE_BACK))
    await corrected(people, people.denver, event, How.REPLACE, answers={"extent": "partial"}, by_bob=True)
    with pytest.raises(CaseError, match=r"This was corrected on 24 January 2018 by Bob: partial answer\."):
        await planned(people, request(people.denver, event, How.TAKE_BACK))
    with pytest.raises(CaseError, match="has already been corrected"):
        async with people.alice() as opened:
            await record_correction(opened, plan)


async def test_undo_of_a_correction_and_a_correction_after_it(people: People) -> None:
    event = await answered(people)
    done = await corrected(people, people.denver, event, How.REPLACE, answers={"extent": "partial"})
    async with people.alice() as opened:
        undone = await undo(opened, done.operation)
    assert isinstance(undone, UndoneEvents) and (await state_of(people))[0] == [Status.ANSWERED]
    await corrected(people, people.denver, event, How.REPLACE, answers={"extent": "refusal"})
    assert (await state_of(people))[0] == [Status.REFUSED]
    await corrected(people, people.denver, await newest(people, people.denver), How.TAKE_BACK)
    assert (await state_of(people))[0] == [Status.AWAITING]


async def test_a_correction_that_was_corrected_since_is_not_undone_in_part(people: People) -> None:
    """What had gone along with it would be counted from a deadline that is recorded no more."""
    wrong = await extended(people, "+60 days")
    along = await extended(people, "+14 days")
    first = await corrected(people, people.denver, wrong, How.REPLACE, answers={"deadline": "2018-03-10"})
    assert first.planned.along == (along,)
    await corrected(people, people.denver, await newest_deadline(people), How.REPLACE, answers={"deadline": "2018-03-20"})
    async with people.alice() as opened:
        with pytest.raises(CaseError, match="was corrected since"):
            await undo(opened, first.operation)
    assert (await state_of(people))[1] == date(2018, 3, 20)


@pytest.mark.parametrize(("wrong", "right", "goes"), [("2018-02-20", "2018-02-19", False), ("2018-02-28", "2018-03-28", True)])
async def test_a_silence_goes_where_the_right_deadline_had_not_passed(
    people: People, wrong: str, right: str, goes: bool
) -> None:
    event = await extended(people, wrong)
    people.clock.set(datetime(2018, 2, 22 if wrong < "2018-02-22" else 28, 17, tzinfo=UTC) + timedelta(days=1 if goes else 0))
    async with people.alice() as opened:
        await silence_cases(opened, [people.denver], "Seen.", SilenceEnd(date(2018, 4, 20)))
    done = await corrected(people, people.denver, event, How.REPLACE, answers={"deadline": right})
    assert [fact.detail.kind for fact in done.planned.along] == (["silenced"] if goes else [])


async def test_what_was_taken_back_is_restored_with_all_that_went_along(people: People) -> None:
    wrong = await extended(people, "2018-06-20")
    await extended(people, "+14 days")
    await corrected(people, people.denver, wrong, How.TAKE_BACK)
    later(people, days=2)
    gone = next(e for e in (await people.case(people.denver)).events if e.replaces == wrong.id)
    async with people.reading() as opened:
        plan = await plan_restoring(opened, request(people.denver, gone, How.TAKE_BACK))
    assert [fact.detail.kind for fact in plan.facts] == ["deadline", "deadline"]
    async with people.bob() as opened:
        await record_taking_back(opened, plan)
    assert (await state_of(people))[1] == date(2018, 7, 4)


async def test_a_case_is_withdrawn_at_any_age_and_not_restored_beside_a_new_one(people: People) -> None:
    await answered(people)
    later(people, days=40)
    async with people.bob() as opened:
        plan = await plan_withdrawal(opened, WithdrawalRequest(people.denver, "It got none.", DENIAL))
        taken_back = await record_taking_back(opened, plan)
    assert taken_back.count == 3
    case = await people.case(people.denver)
    assert not case.is_recorded
    assert all(e.reason == "It got none." and e.sources == (DENIAL,) for e in case.events if e.replaces is not None)
    with pytest.raises(CaseError, match="There is no case"):
        async with people.reading() as opened:
            await plan_withdrawal(opened, WithdrawalRequest(people.denver, "Again.", DENIAL))


async def test_the_order_of_one_day_stays_when_an_answer_is_corrected(people: People) -> None:
    """The authority found it incomplete an hour later: a new text for the answer must not put it after that."""
    event = await answered(people)
    later(people, hours=1)
    async with people.alice() as opened:
        await record_event(opened, people.denver, Finding(Result.INCOMPLETE), REPORT)
    later(people, hours=2)
    before = await state_of(people)
    await corrected(people, people.denver, event, How.REPLACE, answers={"text": "Only the first part."})
    assert await state_of(people) == before and Status.ANSWERED not in before[0]


@pytest.mark.parametrize(
    ("extent", "told", "news"),
    [
        ("partial", True, ["answer", "answer"]),
        ("full", True, ["answer", "answer"]),
        ("partial", False, ["answer", "answer"]),
    ],
)
async def test_a_correction_is_announced_once(people: People, extent: str, told: bool, news: list[str]) -> None:
    event = await answered(people)
    if told:
        await posted(people)
    await corrected(people, people.denver, event, How.REPLACE, answers={"extent": extent, "text": "Another text."})
    assert await people.news() == news


async def test_what_the_channel_was_not_told_is_taken_back_silently(people: People) -> None:
    async with people.alice() as opened:
        note = (await record_event(opened, people.denver, Note(), REPORT)).event
    await corrected(people, people.denver, note, How.TAKE_BACK)
    assert await people.news() == []


async def test_an_event_of_another_server_or_of_another_second_is_not_found(people: People) -> None:
    event = await answered(people)
    wanted = request(people.denver, event, How.TAKE_BACK)
    await Desk(people.db, OTHER_SERVER).open()
    async with session.reading(people.db, OTHER_SERVER, people.clock.now()) as opened:
        with pytest.raises(CaseError):
            await plan_correction(opened, wanted)
    for ref in (EventRef(event.id, 1), EventRef(event.id + 100, EventRef.of(event).recorded)):
        with pytest.raises(CaseError, match="not recorded on this server"):
            await planned(people, replace(wanted, event=ref))
    with pytest.raises(CaseError, match="The reason is empty"):
        await planned(people, replace(wanted, reason="  "))
    with pytest.raises(CaseError, match="recorded already"):
        await planned(people, replace(wanted, how=How.REPLACE, answers=recorded_answers(event)))


async def test_a_deadline_that_had_passed_is_alerted_of_once(people: People) -> None:
    """The wrong one lay months ahead. The right one passed weeks ago: of its alerts only the newest is posted."""
    wrong = await extended(people, "2018-06-20")
    people.clock.set(DAY_AFTER + timedelta(days=20))
    await look(people)
    await corrected(people, people.denver, wrong, How.REPLACE, answers={"deadline": "2018-03-01"})
    for _ in range(2):
        await look(people)
    right = await newest(people, people.denver)
    assert await planned_rungs(people, right.id) == ["14-days-after"] or await planned_rungs(people, right.id) == [
        "7-days-after"
    ]


async def test_a_typing_mistake_in_a_deadline_posts_nothing_twice(people: People) -> None:
    right = await extended(people, "2018-03-01")
    for day in range(1, 12):
        people.clock.set(DAY_AFTER + timedelta(days=day))
        await look(people)
    assert await planned_rungs(people, right.id)
    await corrected(people, people.denver, right, How.REPLACE, answers={"granted_by": "A judge"})
    await look(people)
    assert await planned_rungs(people, (await newest(people, people.denver)).id) == []


async def planned_rungs(people: People, deadline_id: int) -> list[str]:
    query = select(alerts.c.rung).where(alerts.c.about_id == deadline_id, alerts.c.rung != "news", alerts.c.state == "planned")
    async with people.db.read() as conn:
        return list((await conn.execute(query.order_by(alerts.c.due_at))).scalars())


async def test_a_record_file_keeps_why_who_and_what_was_before(people: People) -> None:
    event = await answered(people)
    await corrected(people, people.denver, event, How.REPLACE, answers={"extent": "partial"})
    await corrected(people, people.denver, await newest(people, people.denver), How.MOVE, to=people.albany)
    moved = "Moved from #2 Denver, NY. Entered by mistake. Corrected on 24 January 2018 by Alice."
    for server in (SERVER, OTHER_SERVER):
        async with session.reading(people.db, server, people.clock.now()) as opened:
            file = (await snapshot.of_server(opened)).record_file()
        assert [(part.kind, part.correction) for part in file.events] == [("answer", moved)]
        await Desk(people.db, OTHER_SERVER).open()
        async with writing(people.db, OTHER_SERVER, people.clock.now(), "the record") as opened:
            await import_record.record_file(opened, file)
    history = "\n".join(card.text for card in case_history_cards((await Desk(people.db, OTHER_SERVER).cases())[0]))
    assert "Correction: Moved from #2 Denver, NY. Entered by mistake. Corrected on 24 January 2018 by Alice." in history


async def test_the_letters_own_deadline_is_corrected_and_exported(people: People) -> None:
    first = (await people.case(people.denver)).first_deadline
    assert first
    await corrected(people, people.denver, first, How.REPLACE, answers={"deadline": "30 days", "counted_from": "2018-01-26"})
    assert (await state_of(people))[1] == date(2018, 2, 25)
    assert (await state_of(people, people.albany))[1] == date(2018, 2, 23)
    async with people.reading() as opened:
        file = (await snapshot.of_server(opened)).record_file()
    await Desk(people.db, OTHER_SERVER).open()
    async with writing(people.db, OTHER_SERVER, people.clock.now(), "the record") as opened:
        await import_record.record_file(opened, file)
    again = {case.place.name: case.at(people.clock.now()).deadline for case in await Desk(people.db, OTHER_SERVER).cases()}
    assert {name: due and due.date for name, due in again.items()} == {"Albany": date(2018, 2, 23), "Denver": date(2018, 2, 25)}


async def test_a_button_settles_an_answer_whose_text_was_corrected(people: People) -> None:
    answer = await answered(people, Extent.UNKNOWN)
    await corrected(people, people.denver, answer, How.REPLACE, answers={"text": "Another paper says so."})
    async with people.alice() as opened:
        await settle_extent(opened, answer.id, Extent.PARTIAL, EventRef.of(answer).recorded)
    assert (await state_of(people))[0] == [Status.PARTLY]


async def test_an_older_export_does_not_bring_the_mistake_back(people: People) -> None:
    """What was recorded by hand has no key by which a file could name it."""
    event = await answered(people)
    async with people.reading() as opened:
        file = (await snapshot.of_server(opened)).record_file()
    await corrected(people, people.denver, event, How.REPLACE, answers={"extent": "partial"})
    async with writing(people.db, SERVER, people.clock.now(), "the record") as opened:
        report = await import_record.record_file(opened, file)
    assert [difference.kind for difference in report.differences] == [DifferenceKind.CORRECTED]
    assert (await state_of(people))[0] == [Status.PARTLY]


async def test_an_import_run_again_does_not_bring_the_mistake_back(db: Database, clock: FrozenClock) -> None:
    async def imported() -> None:
        async with writing(db, SERVER, clock.now(), "the record") as opened:
            await import_record.record_file(opened, example.example())

    desk = Desk(db)
    await desk.open()
    clock.set(clock.now() + timedelta(days=3000))
    await imported()
    people = People(db, clock, (await desk.cases())[:2])
    case = next(case for case in await desk.cases() if any(isinstance(e.detail, Answer) for e in case.events))
    ref = CaseRef(case.id, case.number)
    answer = next(event for event in case.events if isinstance(event.detail, Answer))
    await corrected(people, ref, answer, How.TAKE_BACK)
    before = [event.id for event in effective_events((await people.case(ref)).events)]
    assert answer.id not in before
    await imported()
    assert [event.id for event in effective_events((await people.case(ref)).events)] == before
