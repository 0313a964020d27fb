"""One thing in many cases: what it says of each, what it leaves out, and that it records what single entries would."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from bot.clock import FrozenClock
from bot.desk import bulk, case_events, deciding, session
from bot.desk.bulk import BatchView, RecordedBatch
from bot.desk.case_events import EventReport
from bot.desk.closures import add_closure
from bot.desk.deadlines import DeadlineInput
from bot.desk.guesses import Guess
from bot.desk.index_faults import is_usable
from bot.desk.kept import KeptKey
from bot.desk.letters import NewLetter, add_letter
from bot.desk.lookups import CaseRef, LetterRef, some_cases
from bot.desk.session import WriteSession
from bot.desk.state_index import fill, reindex
from bot.desk.undo import LaterFacts, UndoneEvents
from bot.desk.which_cases import cases_chosen, count_chosen, which_like
from bot.record.bulk import BatchFact, Extension
from bot.record.case import Case
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import (
    Answer,
    Closed,
    Consequence,
    ConsequenceState,
    Court,
    CourtStep,
    Extent,
    Finding,
    Note,
    Outcome,
    Reopened,
    Result,
)
from bot.record.sources import Source
from bot.record.which_cases import CaseGroup
from bot.store.database import Database
from bot.store.tables import alerts, cases, events, jurisdictions, state_index
from bot.watch.tick import tick
from tests.conftest import database
from tests.recording import CHANNEL, NEW_YORK, OTHER_SERVER, SERVER, SOURCE, Desk
from tests.undoing import undo

NOW = datetime(2018, 3, 1, 17, tzinfo=UTC)  # six days after the deadline
ALICE, BOB = 11, 12
DAY = timedelta(hours=24)
INJUNCTION = Court(CourtStep.INJUNCTION, "N.D. Cal.", "3:17-cv-05701")
TOWNS = tuple(f"Town {number}" for number in range(8))
REPORT = EventReport(When("2018-03-01", NEW_YORK), SOURCE, "The court orders.")


class Room:
    """Alice's desk, with one letter to eight towns that is overdue."""

    def __init__(self, db: Database, clock: FrozenClock, server_id: int = SERVER) -> None:
        self.db, self.clock, self.server_id = db, clock, server_id
        self.desk = Desk(db, server_id)
        self.reading = partial(self._reading)
        self.recorded: list[Case] = []

    async def open(self, to: Sequence[str] = TOWNS) -> Room:
        await self.desk.open(channel_id=CHANNEL)
        self.recorded = await self.desk.letter(datetime(2018, 1, 24, 17, tzinfo=UTC), to=to)
        await fill(self.db)
        return self

    @property
    def ids(self) -> list[int]:
        return [case.id for case in self.recorded]

    @property
    def letter(self) -> LetterRef:
        return LetterRef(self.recorded[0].letter.id, self.recorded[0].letter.title)

    def _reading(self) -> Any:
        return session.reading(self.db, self.server_id, self.clock.now())

    def writing(self, by: str = "Alice", by_id: int = ALICE) -> Any:
        return session.writing(self.db, self.server_id, self.clock.now(), by, by_id)

    async def shown(
        self, fact: BatchFact, report: EventReport = REPORT, ids: Sequence[int] | None = None
    ) -> tuple[BatchView, KeptKey]:
        async with self.reading() as opened:
            view = await bulk.new_batch(opened, self.ids if ids is None else ids, fact, report)
        return view, await bulk.keep(self.db, self.server_id, ALICE, self.clock.now(), view.batch, DAY)

    async def record(self, key: KeptKey, version: int = 0) -> RecordedBatch:
        async def write(opened: WriteSession, decided: BatchView) -> RecordedBatch:
            return await bulk.record_batch(opened, decided, key)

        decide = partial(bulk.decide_batch, key=key, version=version)
        return await deciding.decide_and_record(self.reading, self.writing, decide, write)

    async def in_all(self, fact: BatchFact, report: EventReport = REPORT) -> RecordedBatch:
        _, key = await self.shown(fact, report)
        return await self.record(key)

    async def single(self, case: Case, fact: BatchFact, report: EventReport = REPORT) -> None:
        ref = CaseRef(case.id, case.number)
        async with self.writing() as opened:
            match fact:
                case Extension(deadline=deadline, granted_by=granted_by):
                    await case_events.extend_deadline(opened, ref, DeadlineInput(deadline), granted_by, report)
                case Answer(extent=extent):
                    await case_events.record_answer(opened, ref, extent, report)
                case Closed(outcome=outcome):
                    await case_events.close_case(opened, ref, outcome, report)
                case detail:
                    await case_events.record_event(opened, ref, detail, report)

    async def notices(self) -> list[tuple[int, int]]:
        """Of each notice of news: how many cases and how many events it has."""
        query = select(func.count(alerts.c.case_id.distinct()), func.count()).where(alerts.c.rung == "news")
        query = query.where(alerts.c.notice_id.is_not(None)).group_by(alerts.c.notice_id)
        async with self.db.read() as conn:
            return [(row[0], row[1]) for row in await conn.execute(query.order_by(alerts.c.notice_id))]

    async def count(self) -> int:
        async with self.db.read() as conn:
            return int((await conn.execute(select(func.count()).select_from(events))).scalar_one())

    async def outlook(self) -> list[object]:
        """How every case stands and what its history says, without ids, people and operations."""
        shown: list[object] = []
        for case in await self.desk.cases():
            state = case.at(self.clock.now())
            known = [(e.when, e.detail, e.text, e.sources, e.certainty, e.replaces is None) for e in case.events]
            shown.append((case.place.label, state.statuses, state.deadline, state.clock_runs, list(state.consequences), known))
        return shown

    async def planned(self) -> list[object]:
        """The alerts that are planned: by case."""
        columns = jurisdictions.c.name, alerts.c.rung, alerts.c.occurrence, alerts.c.due_at, alerts.c.state
        query = select(*columns).join(cases, cases.c.id == alerts.c.case_id)
        query = query.join(jurisdictions, jurisdictions.c.id == cases.c.jurisdiction_id)
        query = query.where(cases.c.server_id == self.server_id).order_by(*columns[:3], alerts.c.id)
        async with self.db.read() as conn:
            return [tuple(row) for row in await conn.execute(query)]


@pytest.fixture
async def room(db: Database, clock: FrozenClock) -> Room:
    clock.set(NOW)
    return await Room(db, clock).open()


async def test_one_operation_one_announcement_one_undo(room: Room) -> None:
    view, key = await room.shown(INJUNCTION)
    assert len(view.ticked) == len(TOWNS)
    recorded = await room.record(key)
    assert len(recorded.planned) == len(TOWNS)
    assert await room.notices() == [(8, 8)]
    async with room.db.read() as conn:
        operations = select(events.c.operation).where(events.c.kind == "court").distinct()
        assert list((await conn.execute(operations)).scalars()) == [recorded.operation]
    async with room.writing() as opened:
        undone = await undo(opened, recorded.operation)
    assert isinstance(undone, UndoneEvents)
    assert (undone.count, undone.case_count) == (8, 8)
    assert all("in court" not in case.at(NOW).statuses for case in await room.desk.cases())


async def test_undo_of_many_takes_what_rests_on_it_after_asking(room: Room) -> None:
    recorded = await room.in_all(Extension("+14 days", "The authority"))
    await room.single(room.recorded[0], Extension("+7 days", "The authority"))
    async with room.writing() as opened:
        later = await undo(opened, recorded.operation)
        assert isinstance(later, LaterFacts)
        assert [fact.case.number for fact in later.facts if fact.case] == [room.recorded[0].number]
        undone = await undo(opened, recorded.operation, agreed=later.digest)
    assert isinstance(undone, UndoneEvents)
    assert {case.at(NOW).deadline for case in await room.desk.cases()} == {room.recorded[0].at(NOW).deadline}


async def test_what_cannot_take_it_is_left_out_and_named(room: Room) -> None:
    ended, has_it, other_step, *rest = room.recorded
    await room.single(ended, Closed(Outcome.WITHDRAWN))
    await room.single(has_it, Court(CourtStep.INJUNCTION, "N. D. California", "3:17-CV-05701"), REPORT)
    await room.single(other_step, Court(CourtStep.FILED, "N.D. Cal.", "3:17-cv-05701"))
    view, _ = await room.shown(INJUNCTION)
    assert [(each.number, each.why) for each in view.left_out] == [
        (ended.number, "ended"),
        (has_it.number, "has this docket already (injunction)"),
    ]
    assert [each.case.id for each in view.planned] == [case.id for case in (other_step, *rest)]


async def test_a_letter_that_was_sent_later_is_left_out(room: Room) -> None:
    later = await room.desk.letter(datetime(2018, 2, 27, 17, tzinfo=UTC), due=None, to=("Late",), title="Second")
    report = EventReport(When("2018-02-20", NEW_YORK), SOURCE, "The city answers.")
    view, _ = await room.shown(Answer(Extent.FULL), report, [*room.ids, later[0].id])
    assert [(each.label, each.why) for each in view.left_out] == [("Late, NY", "its letter was sent later (27 February 2018)")]


async def test_several_letters_are_one_operation(room: Room) -> None:
    second = await room.desk.letter(datetime(2018, 2, 27, 17, tzinfo=UTC), to=("A", "B"), title="Second")
    _, key = await room.shown(Note(), ids=[*room.ids, *(case.id for case in second)])
    recorded = await room.record(key)
    assert len(recorded.planned) == 10
    assert await room.notices() == [], "notes are not news"
    async with room.writing() as opened:
        undone = await undo(opened, recorded.operation)
    assert isinstance(undone, UndoneEvents) and undone.count == 10


async def test_an_extension_counts_from_the_deadline_of_each(room: Room) -> None:
    await room.single(room.recorded[0], Extension("2018-04-02", "The authority"))
    view, key = await room.shown(Extension("+14 days", "The authority"))
    new = [each.event.detail.deadline.date for each in view.planned]  # type: ignore[union-attr]
    assert new == [date(2018, 4, 16), *[date(2018, 3, 9)] * 7]
    await room.record(key)
    assert [case.at(NOW).deadline.date for case in await room.desk.cases()] == new  # type: ignore[union-attr]


async def test_a_mistake_that_all_share_is_refused_in_full(room: Room) -> None:
    with pytest.raises(CaseError, match="“soon” cannot be read as a date"):
        await room.shown(Extension("soon", "The authority"))
    with pytest.raises(CaseError, match="cannot be lifted"):
        await room.shown(Consequence("subpoena", ConsequenceState.LIFTED))


async def test_where_nothing_can_be_recorded_each_reason_is_told(room: Room) -> None:
    await room.in_all(Closed(Outcome.CLOSED))
    with pytest.raises(CaseError, match=r"None of these cases can take this.*#1 Town 0, NY: ended"):
        await room.shown(INJUNCTION)
    view, _ = await room.shown(Reopened())
    assert len(view.planned) == len(TOWNS)


async def test_what_was_recorded_between_is_left_out_by_name(room: Room) -> None:
    _, key = await room.shown(INJUNCTION)
    answered, ended, *rest = room.recorded
    await room.single(answered, Answer(Extent.PARTIAL))
    await room.single(ended, Closed(Outcome.WITHDRAWN))
    recorded = await room.record(key)
    assert [(each.number, each.why) for each in recorded.left_out] == [
        (answered.number, "changed since this was shown"),
        (ended.number, "changed since this was shown (ended)"),
    ]
    assert [each.case.id for each in recorded.planned] == [case.id for case in rest]


async def test_a_deadline_that_would_be_another_one_now_is_left_out(room: Room) -> None:
    _, key = await room.shown(Extension("10 business days", "The authority", "2018-03-01"))
    async with room.writing() as opened:
        await add_closure(opened, date(2018, 3, 7), "Snow", SOURCE)
    with pytest.raises(CaseError, match=r"None of these cases can take this.*changed since"):
        await room.record(key)


async def test_it_is_recorded_once_and_by_its_person(room: Room) -> None:
    _, key = await room.shown(INJUNCTION)
    before = await room.count()
    results = await asyncio.gather(room.record(key), room.record(key), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["CaseError", "RecordedBatch"]
    assert await room.count() == before + len(TOWNS)
    with pytest.raises(CaseError, match="recorded or left already"):
        await room.record(key)
    _, other = await room.shown(Note())
    with pytest.raises(CaseError, match="not kept any more"):
        await room.record(KeptKey(other.id, BOB, DAY))
    room.clock.set(NOW + timedelta(hours=25))
    with pytest.raises(CaseError, match="not kept any more"):
        await room.record(other)


async def test_only_what_is_ticked_is_recorded(room: Room) -> None:
    _, key = await room.shown(INJUNCTION)
    async with room.reading() as opened:
        batch = await bulk.change(room.db, opened, key, bulk.ticked(0, room.ids[:3]))
    with pytest.raises(CaseError, match="Other cases have been ticked"):
        await room.record(key, 0)
    recorded = await room.record(key, batch.version)
    assert [each.case.id for each in recorded.planned] == room.ids[:3]


async def test_nothing_ticked_records_nothing(room: Room) -> None:
    _, key = await room.shown(INJUNCTION)
    async with room.reading() as opened:
        batch = await bulk.change(room.db, opened, key, bulk.none_ticked)
    with pytest.raises(CaseError, match="No case is ticked"):
        await room.record(key, batch.version)


async def test_a_batch_has_at_most_500_cases(db: Database, clock: FrozenClock) -> None:
    clock.set(NOW)
    many = await Room(db, clock).open(tuple(f"Town {number:03}" for number in range(501)))
    async with many.reading() as opened:
        with pytest.raises(
            CaseError, match=r"These are 501 cases, and at most 500 .*Narrow it in the option which: numbers, like #1-#500"
        ):
            await cases_chosen(opened, many.letter, "open")
        _, ids = await cases_chosen(opened, many.letter, "open; #1-#500")
        assert len(ids) == 500
        assert "picked" not in await which_like(opened, many.letter.id, "")
        with pytest.raises(CaseError, match="Name fewer of them"):
            await bulk.new_batch(opened, many.ids, INJUNCTION, REPORT)
        view = await bulk.new_batch(opened, ids, INJUNCTION, REPORT)
    key = await bulk.keep(db, SERVER, ALICE, NOW, view.batch, DAY)
    recorded = await many.record(key)
    assert await many.notices() == [(500, 500)]
    async with many.writing() as opened:
        undone = await undo(opened, recorded.operation)
    assert isinstance(undone, UndoneEvents)
    assert undone.count == 500


@pytest.fixture(params=["index", "replay"])
async def mixed(request: pytest.FixtureRequest, room: Room) -> Room:
    """Eight towns and a state's: one ended, one refused, one answered; with and without the index of states."""
    await room.single(room.recorded[0], Closed(Outcome.WITHDRAWN))
    await room.single(room.recorded[1], Answer(Extent.REFUSAL))
    await room.single(room.recorded[2], Answer(Extent.FULL))
    async with room.db.write() as conn:
        await conn.execute(update(jurisdictions).where(jurisdictions.c.name == "Town 3").values(state="CA"))
        if request.param == "replay":
            await conn.execute(update(state_index).values(filled_to=0))
    if request.param == "index":
        await reindex(room.db, lambda *_: None)
    return room


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("open", [2, 3, 4, 5, 6, 7, 8]),
        ("overdue", [2, 4, 5, 6, 7, 8]),
        ("Refused", [2]),
        ("refused; overdue", [2, 4, 5, 6, 7, 8]),
        ("California", [4]),
        ("CA (1)", [4]),
        ("CA; New York", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("overdue; NY", [2, 5, 6, 7, 8]),
        ("#2-#4; 7", [2, 3, 4, 7]),
        ("overdue; #2-#4", [2, 4]),
        ("picked", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("all", [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
async def test_cases_are_chosen_by_word_state_and_number(mixed: Room, typed: str, numbers: list[int]) -> None:
    async with mixed.reading() as opened:
        which, ids = await cases_chosen(opened, mixed.letter, typed)
    by_id = {case.id: case.number for case in mixed.recorded}
    assert sorted(by_id[id] for id in ids) == numbers
    assert which.picked == (typed == "picked")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "not said which cases"),
        (";", "not said which cases"),
        ("nobody", "“nobody” does not say which cases. Write open"),
        ("#9-#2", r"ends before it begins. Write #2-#9"),
        ("awaiting", r"has no such case: awaiting\."),
        ("Oregon", r"has no such case: Oregon\."),
        ("#400", "has no such case"),
    ],
)
async def test_a_choice_that_cannot_be_used_is_refused_with_the_reason(mixed: Room, typed: str, why: str) -> None:
    async with mixed.reading() as opened:
        with pytest.raises(CaseError, match=why):
            await cases_chosen(opened, mixed.letter, typed)


async def test_choices_are_offered_with_their_counts(mixed: Room) -> None:
    """But not while they could be counted by a replay alone, which would take long for a large letter."""
    async with mixed.reading() as opened:
        if not await is_usable(opened):
            assert await which_like(opened, mixed.letter.id, "ca") == {"CA": "California"}
            assert list(await which_like(opened, mixed.letter.id, ""))[:5] == [*CaseGroup, "picked"]
            assert await count_chosen(opened, mixed.letter, "open") is None
            return
        assert await count_chosen(opened, mixed.letter, "open") == 7
        with pytest.raises(CaseError, match=r"no such case: Oregon\. It has 7 open, 6 overdue, 1 refused, 7 in New York"):
            await count_chosen(opened, mixed.letter, "Oregon")
        offered = await which_like(opened, mixed.letter.id, "")
        assert list(offered.items()) == [
            ("open", "open (7)"),
            ("overdue", "overdue (6)"),
            ("refused", "refused (1)"),
            ("picked", "picked: choose in a list (8)"),
            ("NY", "New York (7)"),
            ("CA", "California (1)"),
        ]
        assert await which_like(opened, mixed.letter.id, "cal") == {"CA": "California (1)"}
        assert (await which_like(opened, mixed.letter.id, "overdue; "))["overdue; NY"] == "overdue; New York (5)"
        assert (await which_like(opened, mixed.letter.id, "CA; "))["CA; overdue"] == "CA; overdue (1)"
        assert "CA; CA" not in await which_like(opened, mixed.letter.id, "CA; ")


async def test_a_letter_without_recipients_has_none_to_choose(room: Room) -> None:
    async with room.writing() as opened:
        letter = await add_letter(opened, NewLetter("Empty", "The authority", REPORT.when, "Files", SOURCE))  # type: ignore[arg-type]
        with pytest.raises(CaseError, match="has no recipients yet"):
            await cases_chosen(opened, LetterRef(letter.id, letter.title), "open")


async def test_one_option_takes_several_cases(room: Room) -> None:
    async with room.reading() as opened:
        refs = tuple(CaseRef(case.id, case.number) for case in room.recorded)
        for typed in ("#1; #2", "1;2;", "1, #2", "Town 0; Town 1, NY", "#1 Town 0, NY — Demand — overdue; 2", "2; 1; 2"):
            named = await some_cases(opened, typed)
            assert isinstance(named, tuple)
            assert set(named) == set(refs[:2]), typed
        assert await some_cases(opened, "Town 3") == (refs[3],)
        with pytest.raises(CaseError, match="99"):
            await some_cases(opened, "#1; #99")
        unsure = await some_cases(opened, "#1; Town 33")
        assert isinstance(unsure, Guess), unsure
        assert all(meaning.value[0] == refs[0] for meaning in unsure.meanings)


async def test_a_title_with_a_semicolon_is_no_list(room: Room) -> None:
    [case] = await room.desk.letter(datetime(2018, 2, 27, 17, tzinfo=UTC), to=("Late",), title="Demand; second")
    async with room.reading() as opened:
        typed = f"#{case.number} Late, NY — Demand; second — 3 days left"
        assert await some_cases(opened, typed) == (CaseRef(case.id, case.number),)


facts: st.SearchStrategy[BatchFact] = st.one_of(
    st.builds(Answer, st.sampled_from(Extent)),
    st.builds(Extension, st.sampled_from(("+14 days", "2018-03-20", "+3 business days")), st.just("The authority")),
    st.builds(Closed, st.sampled_from(Outcome)),
    st.builds(Finding, st.sampled_from(Result)),
    st.builds(Consequence, st.sampled_from(("subpoena", "Subpoena", "fine")), st.sampled_from(ConsequenceState)),
    st.builds(Court, st.sampled_from(CourtStep), st.just("N.D. Cal."), st.sampled_from(("", "17-1", "17-2")), st.booleans()),
    st.just(Note()),
    st.just(Reopened()),
)
reports = st.builds(
    EventReport,
    st.sampled_from(("2018-02-20", "2018-02", "2018-03-01")).map(lambda text: When(text, NEW_YORK)),
    st.sampled_from((SOURCE, Source("A paper"))),
    st.sampled_from(("As told.", "In other words.")),
)


@given(
    st.lists(st.tuples(st.integers(0, 3), facts, reports), max_size=3),
    st.lists(st.tuples(facts, reports), min_size=3, max_size=6),
)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_many_at_once_are_the_same_as_one_by_one(
    migrated: Path, before: list[tuple[int, BatchFact, EventReport]], many: list[tuple[BatchFact, EventReport]]
) -> None:
    """But for the operation and the announcement."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_compare(Path(shutil.copy(migrated, folder)), before, many))


async def _compare(
    file: Path, before: list[tuple[int, BatchFact, EventReport]], many: list[tuple[BatchFact, EventReport]]
) -> None:
    db, clock = database(file), FrozenClock(NOW)
    try:
        together, alone = [await Room(db, clock, server).open(TOWNS[:4]) for server in (SERVER, OTHER_SERVER)]
        for at, earlier, told in before:
            for room in (together, alone):
                with suppress(CaseError):
                    await room.single(room.recorded[at], earlier, told)
        for fact, report in many:
            clock.set(clock.now() + timedelta(minutes=5))
            with suppress(CaseError):  # no case can take it
                recorded = await together.in_all(fact, report)
                taking = {each.case.place.label for each in recorded.planned}
                assert taking.isdisjoint(each.label for each in recorded.left_out)
                assert len(taking) + len(recorded.left_out) == 4
                for case in alone.recorded:
                    if case.place.label in taking:
                        await one_by_one(alone, case, fact, report)
            assert await together.outlook() == await alone.outlook()
        for days in (0, 9, 20):
            clock.set(NOW + timedelta(days=days, hours=1))
            async for _ in tick(db, clock.now()):
                pass
            assert await together.planned() == await alone.planned()
    finally:
        await db.close()


async def one_by_one(alone: Room, case: Case, fact: BatchFact, report: EventReport) -> None:
    try:
        await alone.single(case, fact, report)
    except CaseError as refused:
        raise AssertionError("a single entry is refused that many at once took") from refused
