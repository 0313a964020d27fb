"""Lists of deadlines that would move say what a replay of every case says, whatever is recorded in whatever order."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import FrozenClock
from bot.desk.closures import add_closure, every_closure
from bot.desk.deadlines import DeadlineInput
from bot.desk.letters import NewLetter, add_letter
from bot.desk.lookups import LetterRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.recounts import (
    AllClosures,
    CalendarChange,
    Cause,
    OneClosure,
    RecountList,
    listed_moves,
    recount_list,
    would_move,
)
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.store import case_histories
from bot.store.database import Database
from tests.conftest import database
from tests.desk.people import People, at_the_desk
from tests.desk.slow_recounts import SlowMove, moves_of
from tests.desk.test_state_index import DEADLINES, INSTANT, NAMES, Record
from tests.recording import NEW_YORK, SOURCE, Desk

CALENDARS = (CalendarChange("none", "US"), CalendarChange("US", "none"), CalendarChange("US", "of no state"))


async def every_list(people: People) -> list[RecountList]:
    async with people.reading() as session:
        causes: list[Cause] = [OneClosure(closure.id) for closure in await every_closure(session)]
        return [await recount_list(session, cause) for cause in (*causes, AllClosures(), *CALENDARS)]


async def shown_by(people: People, shown: RecountList) -> list[SlowMove]:
    async with people.reading() as session:
        moves = (await listed_moves(session, shown)).moves
    moved = [SlowMove(move.case.number, move.event_id, move.before, move.after) for move in moves.moved]
    assert moved == sorted(moved, key=lambda move: move.number)
    stuck = [(case.number, reason) for case, reason in moves.stuck]
    expected = await by_replay(people, shown)
    assert stuck == [(move.number, move.after) for move in expected if isinstance(move.after, str)]
    return moved


async def by_replay(people: People, shown: RecountList) -> list[SlowMove]:
    async with people.reading() as session:
        return moves_of(await Desk(people.db).cases(), shown, await every_closure(session))


async def play(folder: Path, data: st.DataObject) -> None:
    db = database(folder)
    clock = FrozenClock(datetime(2018, 1, 24, 17, tzinfo=UTC))
    people = await at_the_desk(db, clock)
    record = Record(people, data)
    async with people.alice() as session:
        letter = await add_letter(session, NewLetter("Second", "The authority", When("2018-01-24", NEW_YORK), "Files", SOURCE))
        counted = NamedRecipients(NAMES, deadline=DEADLINES[2])
        await add_named_recipients(session, LetterRef(letter.id, letter.title), counted)
    earlier: list[tuple[RecountList, list[SlowMove]]] = []
    try:
        for _ in range(data.draw(st.integers(1, 6), label="steps")):
            clock.set(clock.now() + data.draw(st.sampled_from((INSTANT, timedelta(hours=7), timedelta(days=5)))))
            with suppress(CaseError):  # nothing is left to move
                await data.draw(st.sampled_from((record.step, record.closure)))()
            for shown in data.draw(st.permutations(await every_list(people)))[:2]:
                moved = await shown_by(people, shown)
                assert moved == [move for move in await by_replay(people, shown) if not isinstance(move.after, str)]
                async with people.reading() as session:
                    assert await would_move(session, shown.cause) is bool(moved)
                earlier.append((shown, moved))
        for shown, moved in earlier:
            assert await shown_by(people, shown) == moved, "it can be made again as it was"
    finally:
        await db.close()


@given(st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_list_says_what_a_replay_of_every_case_says(migrated: Path, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(shutil.copy(migrated, folder)), data))


@pytest.mark.parametrize("most", [0, 1, 500])
async def test_however_many_different_deadlines_a_statement_names(
    db: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Of more, every case that ever had a deadline is read."""
    monkeypatch.setattr(case_histories, "MOST_DETAILS", most)
    people = await at_the_desk(db, clock)
    async with people.alice() as session:
        for days in (20, 21):
            wanted = NamedRecipients((NAMES[days - 20],), deadline=DeadlineInput(f"{days} business days", calendar="US"))
            await add_named_recipients(session, people.letter, wanted)
        change = await add_closure(session, date(2018, 2, 21), "Snow", SOURCE)
    moved = await shown_by(people, change.shown)
    assert moved == await by_replay(people, change.shown)
    assert len(moved) == 2
