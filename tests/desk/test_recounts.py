"""Deadlines that a closure would move: moved once, announced once a letter, refused if the list is out of date."""

from __future__ import annotations

import asyncio
import threading
from datetime import date, timedelta

import pytest

from bot.clock import FrozenClock
from bot.desk import deadlines, recount_moves, recounts
from bot.desk.case_events import EventReport, record_answer
from bot.desk.closures import add_closure, remove_closure
from bot.desk.deadlines import DeadlineInput
from bot.desk.letters import NewLetter, add_letter
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.recounts import RecountList, listed_moves, would_move
from bot.desk.settings import change_calendar
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Extent
from bot.record.moves import NotMoved
from bot.store.database import Database
from tests.desk.moving import digest_of, move_listed
from tests.desk.people import People, at_the_desk
from tests.recording import NEW_YORK, SOURCE, Desk
from tests.turns import threads_noted

CLOSED = date(2018, 2, 21)  # 20 business days after 24 January, by the federal calendar less Presidents' Day


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    """Two more cases, due 20 business days after the letter."""
    people = await at_the_desk(db, clock)
    new = NewLetter("Second demand", "The authority", When("2018-01-24", NEW_YORK), "All files", SOURCE)
    own = NamedRecipients(("Albany", "Denver"), deadline=DeadlineInput("20 business days", calendar="US"))
    async with people.alice() as session:
        letter = await add_letter(session, new)
        await add_named_recipients(session, LetterRef(letter.id, letter.title), own)
    return people


async def close_office(people: People) -> tuple[RecountList, str]:
    """A closure, with the list of what it would move and its fingerprint."""
    async with people.alice() as session:
        change = await add_closure(session, CLOSED, "Snow", SOURCE)
    return change.shown, await digest_of(people, change.shown)


async def test_a_closure_comes_with_the_deadlines_that_would_move_then(people: People) -> None:
    """The list is of the transaction's own moment, and can be made again from what its buttons say."""
    async with people.alice() as session:
        added = await add_closure(session, CLOSED, "Snow", SOURCE)
    people.clock.set(people.clock.now() + timedelta(minutes=1))
    async with people.alice() as session:
        removed = await remove_closure(session, CLOSED)
    assert (added.shown.at, removed.shown.at) == (added.closure.recorded_at, removed.closure.removed_at)
    async with people.reading() as session:
        lists = [(await listed_moves(session, change.shown)).moves.moved for change in (added, removed)]
    days = [[(move.case.number, move.after.date.day) for move in moved] for moved in lists]
    assert days == [[(3, 23), (4, 23)], []], "nothing has moved, so there is nothing to move back"


async def test_a_closure_moves_nothing_until_somebody_says_so(people: People) -> None:
    before = await people.news()
    shown, digest = await close_office(people)
    assert await people.news() == before
    moved = await move_listed(people, shown, digest)
    assert [(move.case.number, move.after.date.isoformat()) for move in moved.moved] == [(3, "2018-02-23"), (4, "2018-02-23")]
    assert await people.news() == [*before, "deadline", "deadline"]


@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_list_is_the_same_however_few_cases_are_in_memory(
    people: People, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    shown, _ = await close_office(people)
    async with people.reading() as session:
        whole = (await listed_moves(session, shown)).moves
        monkeypatch.setattr(recounts, "SLICE", at_once)
        assert (await listed_moves(session, shown)).moves == whole
    assert len(whole.moved) == 2


async def test_lists_and_holidays_are_worked_out_beside_the_event_loop(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may have a hundred thousand cases; the library of holidays takes a quarter of a second to load."""
    noted = (recounts, "_changes"), (recount_moves, "fingerprint"), (deadlines, "load_holidays")
    threads = threads_noted(monkeypatch, *noted)
    shown, digest = await close_office(people)
    await move_listed(people, shown, digest)
    async with people.reading() as session:
        await deadlines.calendar_of(session, "US")
    assert threads.keys() == {"_changes", "fingerprint", "load_holidays"}
    assert threading.main_thread() not in set().union(*threads.values())


async def test_of_two_who_move_them_at_once_one_is_refused(people: People) -> None:
    before = await people.news()
    shown, digest = await close_office(people)

    async def move(name: str) -> str:
        try:
            await move_listed(people, shown, digest, people.alice if name == "Alice" else people.bob)
        except CaseError as refused:
            return str(refused)
        return "moved"

    results = await asyncio.gather(move("Alice"), move("Bob"))
    assert results.count("moved") == 1
    assert len(await people.news()) == len(before) + 2


async def test_a_case_that_was_answered_since_is_left_out(people: People) -> None:
    shown, digest = await close_office(people)
    third = next(case for case in await Desk(people.db).cases() if case.number == 3)
    async with people.bob() as session:
        await record_answer(session, CaseRef(third.id, 3), Extent.FULL, EventReport(None, SOURCE, "All of it."))
    moved = await move_listed(people, shown, digest)
    assert [move.case.number for move in moved.moved] == [4]
    assert [(case.number, reason) for case, reason in moved.not_moved] == [(3, NotMoved.ANSWERED)]


async def test_a_list_whose_closure_was_removed_since_is_out_of_date(people: People) -> None:
    shown, digest = await close_office(people)
    async with people.bob() as session:
        await remove_closure(session, CLOSED)
    with pytest.raises(CaseError, match="this list is out of date"):
        await move_listed(people, shown, digest)


async def test_another_calendar_is_a_setting_that_moves_nothing(people: People) -> None:
    before = await people.news()
    settings, moves = [], []
    for calendar in ("US", "none"):
        async with people.alice() as session:
            settings.append(await change_calendar(session, calendar))
        async with people.reading() as session:
            moves.append(await would_move(session, settings[-1].cause))
    assert [(setting.change.before.calendar, setting.change.after.calendar) for setting in settings] == [
        ("none", "US"),
        ("US", "none"),
    ]
    assert moves == [False, True]
    assert await people.news() == before
