"""Undo takes with it what rests on the entry, after asking; and what was undone does not come back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.clock import FrozenClock
from bot.desk import import_record, snapshot
from bot.desk.case_events import EventReport, close_case, extend_deadline, record_answer, record_event
from bot.desk.closures import add_closure
from bot.desk.deadlines import DeadlineInput
from bot.desk.letters import NewLetter, add_letter
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.place_events import record_place_event
from bot.desk.recipients import AddedRecipients, NamedRecipients, add_named_recipients
from bot.desk.session import writing
from bot.desk.silences import silence_notice
from bot.desk.undo import LaterFacts, UndoneEvents, undo_letter
from bot.record.case import Case, Status
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Acknowledged, Consequence, ConsequenceState, Extent, Note, Outcome, Reopened, Statement
from bot.record.new_events import NewEvent
from bot.store import events as event_store
from bot.store.database import Database
from bot.store.tables import alerts, events, notices
from bot.watch.tick import tick
from bot.words import undo as words
from bot.words.lists import case_history_cards
from tests.desk.moving import digest_of, move_listed
from tests.desk.people import ALICE, DAY_AFTER, People, at_the_desk
from tests.recording import NEW_YORK, OTHER_SERVER, SERVER, SOURCE, Desk
from tests.undoing import undo, undo_operation

REPORT = EventReport(None, SOURCE, "The paper says so.")
BOSTON = "Boston, MA (city)"


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def added(people: People, *names: str, deadline: str = "2018-02-23", calendar: str | None = None) -> AddedRecipients:
    """Places that Alice adds to the letter."""
    wanted = NamedRecipients(names or (BOSTON,), deadline=DeadlineInput(deadline, calendar=calendar))
    async with people.alice() as session:
        return await add_named_recipients(session, people.letter, wanted)


def ref(recipients: AddedRecipients, number: int = 0) -> CaseRef:
    case, _ = recipients.cases[number]
    return CaseRef(case.id, case.number)


async def extended(people: People, case: CaseRef, to: str = "2018-03-23") -> str:
    """An extension that Bob records: the operation."""
    async with people.bob() as session:
        return (
            await extend_deadline(session, case, DeadlineInput(to), "The authority", EventReport(None, SOURCE))
        ).recorded.operation


async def asked(people: People, operation: str, agreed: str = "") -> LaterFacts:
    """What the undo of Alice would also take back: it asks."""
    async with people.alice() as session:
        later = await undo(session, operation, agreed=agreed)
    assert isinstance(later, LaterFacts)
    return later


async def undone(people: People, operation: str, agreed: str = "") -> UndoneEvents:
    async with people.alice() as session:
        done = await undo(session, operation, agreed=agreed)
    assert isinstance(done, UndoneEvents), "it asks"
    return done


async def posted(people: People) -> None:
    """Everything that waits is posted."""
    async with people.db.write() as conn:
        await conn.execute(update(notices).where(notices.c.state == "pending").values(state="sent"))


def kinds(later: LaterFacts) -> list[str]:
    return [fact.event.detail.kind for fact in later.facts]


def history(case: Case) -> tuple[list[str], list[str]]:
    """The lines of its history that count, and those that are struck out."""
    [card] = case_history_cards(case)
    lines = [line for line in card.text.splitlines() if line.startswith("- ")]
    return [line for line in lines if "~~" not in line], [line for line in lines if "~~" in line]


async def test_an_undone_case_takes_its_facts_with_it_and_they_do_not_come_back(people: People) -> None:
    first = await added(people)
    await extended(people, ref(first))
    later = await asked(people, first.operation)
    assert kinds(later) == ["deadline"] and later.facts[0].event.recorded_by == "Bob"
    assert (await people.case(ref(first))).is_recorded, "it only asked"
    done = await undone(people, first.operation, later.digest)
    assert done.count == 3 and not done.cases[0][1].exists
    second = await added(people)
    assert ref(second) == ref(first)
    case = await people.case(ref(first))
    case_state = case.at(people.clock.now())
    assert case_state.deadline and case_state.deadline.date == date(2018, 2, 23)
    counting, struck = history(case)
    assert len(counting) == len(case_state.events) == 2 and "extended" not in "".join(counting)
    [extension] = [line for line in struck if "extended" in line]
    assert extension.endswith(f"corrected on 24 January 2018 by Alice. {words.WITH_CASE}"), extension


async def test_where_nothing_rests_on_it_undo_asks_nothing(people: People) -> None:
    first = await added(people)
    assert (await undone(people, first.operation)).count == 2


async def test_what_was_recorded_before_the_press_but_after_the_list_is_asked_about_again(people: People) -> None:
    first = await added(people)
    await extended(people, ref(first))
    old = await asked(people, first.operation)
    async with people.bob() as session:
        await record_answer(session, ref(first), Extent.PARTIAL, REPORT)
    new = await asked(people, first.operation, old.digest)
    assert kinds(new) == ["deadline", "answer"] and new.digest != old.digest
    assert (await undone(people, first.operation, new.digest)).count == 4


async def test_a_list_of_which_part_was_undone_since_is_asked_about_again_and_an_empty_one_is_not(people: People) -> None:
    first = await added(people)
    extension = await extended(people, ref(first))
    async with people.bob() as session:
        answer = await record_answer(session, ref(first), Extent.PARTIAL, REPORT)
    both = await asked(people, first.operation)
    async with people.bob() as session:
        await undo(session, answer.operation)
    one = await asked(people, first.operation, both.digest)
    assert kinds(one) == ["deadline"]
    async with people.bob() as session:
        await undo(session, extension)
    assert (await undone(people, first.operation, one.digest)).count == 2


async def test_the_rules_of_undo_hold_for_the_list_too(people: People) -> None:
    """Not by another person, not after the time allowed, not twice."""
    first = await added(people)
    extension = await extended(people, ref(first))
    later = await asked(people, first.operation)
    with pytest.raises(CaseError, match="Only the person who recorded it can undo it: Alice"):
        async with people.bob() as session:
            await undo(session, first.operation, agreed=later.digest)
    began = people.clock.now()
    people.clock.set(began + timedelta(minutes=16))
    with pytest.raises(CaseError, match="Undo works for 15 minutes"):
        await undone(people, first.operation, later.digest)
    people.clock.set(began + timedelta(minutes=14))
    await undone(people, first.operation, later.digest)
    with pytest.raises(CaseError, match="nothing left to undo"):
        await undone(people, first.operation, later.digest)
    with pytest.raises(CaseError, match="nothing left to undo"):
        async with people.bob() as session:
            await undo(session, extension)


async def test_of_two_presses_at_once_one_undoes(people: People) -> None:
    first = await added(people)
    await extended(people, ref(first))
    later = await asked(people, first.operation)
    presses = [undone(people, first.operation, later.digest) for _ in range(2)]
    results = await asyncio.gather(*presses, return_exceptions=True)
    [refused] = [result for result in results if not isinstance(result, UndoneEvents)]
    assert isinstance(refused, CaseError)
    async with people.db.read() as conn:
        query = select(func.count()).where(events.c.kind == "corrected")
        assert (await conn.execute(query)).scalar_one() == 3


async def test_all_places_that_were_added_together_are_listed(people: People) -> None:
    first = await added(people, BOSTON, "Utah (state)", "Boulder, CO (city)")
    await extended(people, ref(first, 0))
    async with people.bob() as session:
        await record_event(session, ref(first, 2), Statement("The mayor"), REPORT)
    later = await asked(people, first.operation)
    assert [fact.place.name for fact in later.facts] == ["Boston", "Boulder"]
    done = await undone(people, first.operation, later.digest)
    assert done.count == 8 and [case_state.exists for _, case_state in done.cases] == [False] * 3


async def test_a_letter_is_undone_with_the_recipients_added_since(people: People) -> None:
    new = NewLetter("Second demand", "The authority", When("2018-01-24", NEW_YORK), "All files", SOURCE)
    async with people.alice() as session:
        letter = await add_letter(session, new)
        operation = session.audit.operation
    async with people.bob() as session:
        recipients = await add_named_recipients(session, LetterRef(letter.id, letter.title), NamedRecipients((BOSTON,)))
        await record_answer(session, ref(recipients), Extent.FULL, REPORT)
    async with people.alice() as session:
        later = await undo_letter(session, operation, ALICE)
    assert isinstance(later, LaterFacts) and kinds(later) == ["sent", "answer"]
    async with people.alice() as session:
        done = await undo_letter(session, operation, ALICE, agreed=later.digest)
    assert isinstance(done, UndoneEvents) and done.count == 2
    assert done.letter and not done.letter.stays
    assert not (await people.case(ref(recipients))).is_recorded
    with pytest.raises(CaseError, match="is no longer recorded"):
        async with people.alice() as session:
            await undo_letter(session, operation, ALICE, agreed=later.digest)


async def test_what_was_announced_is_taken_back_in_one_notice(people: People) -> None:
    first = await added(people)
    await posted(people)
    await extended(people, ref(first))
    await posted(people)
    async with people.bob() as session:
        await record_event(session, ref(first), Note(), REPORT)  # which is not announced
    people.clock.set(people.clock.now() + timedelta(minutes=1))
    later = await asked(people, first.operation)
    await undone(people, first.operation, later.digest)
    async with people.db.read() as conn:
        query = (
            select(notices.c.id, notices.c.state, events.c.text)
            .join(alerts, alerts.c.notice_id == notices.c.id)
            .join(events, events.c.id == alerts.c.about_id)
            .where(events.c.kind == "corrected")
        )
        lines = (await conn.execute(query)).all()
    assert len({line.id for line in lines}) == 1 and {line.state for line in lines} == {"pending"}
    assert {line.text for line in lines} == {"Undone.", words.WITH_CASE} and len(lines) == 2


async def test_a_deadline_counted_from_one_that_is_undone_goes_with_it_and_a_date_stays(people: People) -> None:
    first = await added(people)
    async with people.alice() as session:
        typed = DeadlineInput("2018-03-09")
        extension = await extend_deadline(session, ref(first), typed, "The authority", EventReport(None, SOURCE))
    await extended(people, ref(first), "+14 days")
    await extended(people, ref(first), "2018-05-01")
    later = await asked(people, extension.recorded.operation)
    assert [fact.event.detail.deadline.date for fact in later.facts if fact.event.detail.kind == "deadline"] == [
        date(2018, 3, 23)
    ]
    assert later.facts[0].reason == words.WITH_ENTRY
    await undone(people, extension.recorded.operation, later.digest)
    deadline = (await people.case(ref(first))).at(people.clock.now()).deadline
    assert deadline and deadline.date == date(2018, 5, 1)


async def closed_office(people: People) -> str:
    """A closure on 21 February that moves the deadlines it met: the operation."""
    async with people.alice() as session:
        change = await add_closure(session, date(2018, 2, 21), "Snow", SOURCE)
    return (await move_listed(people, change.shown, await digest_of(people, change.shown))).operation


async def test_a_move_goes_with_the_case_and_what_rests_on_a_move_goes_with_that(people: People) -> None:
    first = await added(people, deadline="20 business days", calendar="US")
    moved = await closed_office(people)
    await extended(people, ref(first), "+14 days")
    assert kinds(await asked(people, moved)) == ["deadline"]
    later = await asked(people, first.operation)
    assert kinds(later) == ["deadline", "deadline"]
    assert (await undone(people, first.operation, later.digest)).count == 4


async def test_a_move_goes_with_the_extension_that_it_counted_again(people: People) -> None:
    first = await added(people, deadline="20 business days", calendar="US")
    async with people.alice() as session:
        typed = DeadlineInput("20 business days", counted_from="2018-01-23", calendar="US")
        extension = await extend_deadline(session, ref(first), typed, "The authority", EventReport(None, SOURCE))
    await closed_office(people)
    later = await asked(people, extension.recorded.operation)
    assert kinds(later) == ["deadline"]
    await undone(people, extension.recorded.operation, later.digest)
    deadline = (await people.case(ref(first))).at(people.clock.now()).deadline
    assert deadline and deadline.date == date(2018, 2, 22), "the letter's own: Presidents' Day does not count"


async def test_a_reopening_goes_with_the_end_and_a_lifting_with_what_was_lifted(people: People) -> None:
    first = await added(people)
    async with people.alice() as session:
        closing = await close_case(session, ref(first), Outcome.WITHDRAWN, EventReport(None, SOURCE))
    async with people.bob() as session:
        await record_event(session, ref(first), Reopened(), REPORT)
    async with people.alice() as session:
        moved = await record_event(session, ref(first), Consequence("subpoena", ConsequenceState.ANNOUNCED), REPORT)
    async with people.bob() as session:
        await record_event(session, ref(first), Consequence("subpoena", ConsequenceState.LIFTED), REPORT)
    assert kinds(await asked(people, closing.operation)) == ["reopened"]
    assert kinds(await asked(people, moved.operation)) == ["consequence"]


async def test_a_silence_stands_where_the_deadline_before_has_passed_too(people: People) -> None:
    people.clock.set(DAY_AFTER + timedelta(days=30))
    async with people.alice() as session:
        when = When("2018-02-22", NEW_YORK)
        typed = DeadlineInput("2018-03-09")
        extension = await extend_deadline(session, people.denver, typed, "The authority", EventReport(when, SOURCE))
    people.clock.set(people.clock.now() + timedelta(days=14))
    await posted(people)
    async for _ in tick(people.db, people.clock.now()):
        pass
    async with people.db.read() as conn:
        query = select(notices.c.token).join(alerts, alerts.c.notice_id == notices.c.id)
        denvers = query.where(alerts.c.about_id == extension.recorded.event.id, alerts.c.rung != "news")
        token = (await conn.execute(denvers)).scalar_one()
    async with people.bob() as session:
        await silence_notice(session, token)
    async with people.alice() as session:
        undone = await undo(session, extension.recorded.operation, timedelta(days=30))
    assert isinstance(undone, UndoneEvents)
    assert (await people.case(people.denver)).at(people.clock.now()).silenced


async def test_an_acknowledgement_of_old_goes_with_its_deadline(people: People) -> None:
    people.clock.set(DAY_AFTER + timedelta(days=30))
    async with people.alice() as session:
        report = EventReport(When("2018-02-22", NEW_YORK), SOURCE)
        extension = await extend_deadline(session, people.denver, DeadlineInput("2018-03-09"), "The authority", report)
    await Desk(people.db).record(people.clock.now(), extension.recorded.case, Acknowledged(extension.recorded.event.id))
    async with people.alice() as session:
        later = await undo(session, extension.recorded.operation, timedelta(days=30))
    assert isinstance(later, LaterFacts) and kinds(later) == ["acknowledged"]


async def test_an_old_record_in_which_later_facts_were_left_standing_agrees_with_itself(people: People) -> None:
    """Up to version 0.2.0 undo took back the first facts alone, as `store.events.undo` still does by itself."""
    first = await added(people)
    await extended(people, ref(first))
    async with people.alice() as session:
        await undo_operation(session.conn, session.audit, first.operation)
    gone = await people.case(ref(first))
    counting, struck = history(gone)
    assert counting == [] and len(struck) == 3
    assert struck[-1].endswith("undone with its case on 24 January 2018 by Alice")
    await added(people)
    case = await people.case(ref(first))
    case_state = case.at(people.clock.now())
    assert case_state.deadline and case_state.deadline.date == date(2018, 2, 23)
    assert len(history(case)[0]) == len(case_state.events) == 2
    async with people.reading() as session:
        file = (await snapshot.of_server(session)).record_file()
    assert [part for part in file.events if part.who == ("Boston, MA",)] == []


async def test_an_export_holds_the_case_that_was_recorded_again_and_nothing_of_the_old_one(people: People) -> None:
    first = await added(people)
    await extended(people, ref(first))
    await undone(people, first.operation, (await asked(people, first.operation)).digest)
    await added(people)
    async with people.bob() as session:
        await record_answer(session, ref(first), Extent.PARTIAL, REPORT)
    async with people.reading() as session:
        file = (await snapshot.of_server(session)).record_file()
    other = Desk(people.db, OTHER_SERVER)
    await other.open()
    async with writing(people.db, OTHER_SERVER, people.clock.now(), "a file") as session:
        await import_record.record_file(session, file)
    now = people.clock.now()
    ours = {case.place.label: case.at(now) for case in await Desk(people.db).cases()}
    theirs = {case.place.label: case.at(now) for case in await other.cases()}
    assert ours.keys() == theirs.keys()
    for label, case_state in theirs.items():
        same = [(state.status, state.deadline, [e.detail for e in state.events]) for state in (case_state, ours[label])]
        assert same[0] == same[1]
    assert theirs["Boston, MA"].status is Status.PARTLY


async def test_a_file_records_nothing_of_a_case_that_was_undone(people: People) -> None:
    first = await added(people)
    async with people.bob() as session:
        await record_answer(session, ref(first), Extent.PARTIAL, REPORT)
    async with people.reading() as session:
        file = (await snapshot.of_server(session)).record_file()
    await undone(people, first.operation, (await asked(people, first.operation)).digest)
    before = len((await people.case(ref(first))).events)
    async with writing(people.db, SERVER, people.clock.now(), "a file") as session:
        report = await import_record.record_file(session, file)
    assert len((await people.case(ref(first))).events) == before
    assert any(difference.item.event.startswith("recorded-") for difference in report.differences if difference.item.event)
    assert not report.new


async def counted(people: People, texts: Sequence[str]) -> int:
    async with people.db.read() as conn:
        return int((await conn.execute(select(func.count()).where(events.c.text.in_(texts)))).scalar_one())


async def test_a_thousand_later_facts_are_taken_back_at_once(people: People) -> None:
    first = await added(people)
    case, _ = first.cases[0]
    async with people.bob() as session:
        notes = [(case.id, case.place.id, NewEvent(case.letter.sent, Note(), f"Note {number}.")) for number in range(1_000)]
        await event_store.append_events(session.conn, session.audit, notes)
    later = await asked(people, first.operation)
    assert (await undone(people, first.operation, later.digest)).count == 1_002
    assert await counted(people, [words.WITH_CASE]) == 1_000
    assert all(len(card.text) < 4_000 for card in words.later_facts_cards(later.listed, "undo:x"))


STATES = ConsequenceState


@pytest.mark.parametrize(
    ("before", "undone_state", "after", "goes"),
    [
        ((STATES.THREATENED,), STATES.ANNOUNCED, (), True),
        ((STATES.ANNOUNCED, STATES.LIFTED), STATES.CARRIED_OUT, (), True),
        ((), STATES.BLOCKED, (), True),
        ((), STATES.ANNOUNCED, (STATES.CARRIED_OUT,), False),
        ((STATES.ANNOUNCED,), STATES.CARRIED_OUT, (), False),
    ],
)
@pytest.mark.parametrize("of_place", [False, True])
async def test_a_lifting_goes_where_nothing_is_left_to_lift(
    people: People,
    before: tuple[ConsequenceState, ...],
    undone_state: ConsequenceState,
    after: tuple[ConsequenceState, ...],
    goes: bool,
    of_place: bool,
) -> None:
    case = await people.case(people.albany)

    async def moved(state: ConsequenceState) -> str:
        detail = Consequence("aid withheld", state)
        async with people.alice() as session:
            if of_place:
                return (await record_place_event(session, case.place.id, detail, REPORT)).operation
            return (await record_event(session, people.albany, detail, REPORT)).operation

    for state in before:
        await moved(state)
    operation = await moved(undone_state)
    for state in (*after, STATES.LIFTED):
        await moved(state)
    if goes:
        later = await asked(people, operation)
        assert [fact.event.detail for fact in later.facts] == [Consequence("aid withheld", STATES.LIFTED)]
        [card] = words.later_facts_cards(later.listed, "undo:x")
        about = "**Albany, NY**, not tied to a letter" if of_place else "**#1 Albany, NY**, Demand"
        assert about in card.text and "aid withheld: lifted" in card.text
        assert (await undone(people, operation, later.digest)).count == 2
    else:
        assert (await undone(people, operation)).count == 1


async def test_facts_of_another_place_or_another_consequence_stay(people: People) -> None:
    albany, denver = (await people.case(people.albany)).place.id, (await people.case(people.denver)).place.id

    async def recorded(place_id: int, name: str, state: ConsequenceState) -> str:
        async with people.alice() as session:
            return (await record_place_event(session, place_id, Consequence(name, state), REPORT)).operation

    operation = await recorded(albany, "aid withheld", STATES.ANNOUNCED)
    for place_id, name in ((albany, "lawsuit"), (denver, "aid withheld")):
        await recorded(place_id, name, STATES.ANNOUNCED)
        await recorded(place_id, name, STATES.LIFTED)
    assert (await undone(people, operation)).count == 1
