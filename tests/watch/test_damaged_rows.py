"""A damaged row is set aside alone: every other case, list, answer, tick and post goes on."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.chat.long_lists import deadlines_query
from bot.chat.views import render, status_query
from bot.clock import FrozenClock
from bot.desk import care, closures, lookups, recounts, state_index, suggestions
from bot.desk.deadline_list import DeadlineFilter
from bot.desk.session import Session, reading, writing
from bot.desk.snapshot import of_server
from bot.record.case import Status
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.events import Answer, Corrected, Extent, Note
from bot.record.new_events import NewEvent
from bot.store import drafts, events, notices
from bot.store.database import Database
from bot.store.tables import metadata
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from bot.words.paging import Query
from tests.conftest import Template, database
from tests.recording import NEW_YORK, OTHER_SERVER, SERVER, SOURCE, Desk
from tests.watch.test_delivery import Channels, House, at

DAMAGED = ("Albany", "Denver", "Seattle")  # the letter and its places that are damaged
WHOLE = ("Oakland", "Boulder")  # another letter to other places
GARBAGE: dict[str, object] = {
    "text": "garbage",
    "empty": "",
    "none": None,
    "number": 7,
    "negative": -1,
    "huge": 2**62,
    "real": 1e300,
    "bytes": b"\xff\xfe\x00",
    "no text": "CAST(X'EDA080' AS TEXT)",  # a lone surrogate, which is no UTF-8
    "surrogate": '{"kind": "note", "deadline": "\\ud800"}',
    "list": "[1, 2]",
    "broken": '{"kind": "sent"',
    "unknown kind": '{"kind": "abducted"}',
    "no such day": "2018-02-31",
    "no such moment": "2018-02-31 25:61:00.000000",
    "far": "9999-12-31 23:59:59.999999",
    "ancient": "0001-01-01 00:00:00.000000",
    "zone": "Mars/Olympus",
    "deep": "[" * 2_000,
    "digits": '{"usd": ' + "9" * 5_000 + "}",
}
Question = Callable[[Session], Awaitable[object]]
COLUMNS = [(table.name, column.name) for table in metadata.sorted_tables for column in table.columns]


async def fill(db: Database) -> None:
    """Two letters on one server, one on another; some of it was announced, posted, corrected and undone."""
    await db.migrate()
    alice, charlie = Desk(db), Desk(db, OTHER_SERVER)
    clock = FrozenClock(datetime(2018, 1, 24, 17, tzinfo=NEW_YORK))
    channels = Channels()
    house = House(db, clock, channels, delivery := Delivery(db, clock, channels), Watch(db, clock, delivery), alice)
    await alice.open(escalation_role_id=7, desk_role_id=8)
    await charlie.open()
    first = await alice.letter(clock.now(), to=DAMAGED, title="Damaged")
    await alice.letter(clock.now(), to=WHOLE, title="Whole")
    await charlie.letter(clock.now(), to=("Denver", "Cary"), title="Elsewhere")
    answer = await alice.record(at(1, 25), first[0], Answer(Extent.PARTIAL))
    await alice.record(at(1, 26), first[0], Corrected(), replaces=answer)
    fact = NewEvent(When("2018-01-25", NEW_YORK), Note(), "A fact.", (SOURCE,))
    async with db.write() as conn:
        [fact_id] = await events.append_events(conn, alice.audit(at(1, 25)), [(None, first[0].place.id, fact)])
        await notices.announce(conn, SERVER, None, [(None, fact_id)], at(1, 25))
        await notices.announce(conn, SERVER, first[0].letter.id, [(first[0].id, answer)], at(1, 25))
        await drafts.add(conn, SERVER, 5, at(1, 25), {"new_letter": {}}, b"text")
    async with writing(db, SERVER, at(1, 25), "Alice") as session:
        await closures.add_closure(session, date(2018, 2, 1), "Storm", SOURCE)
    await house.turn(at(2, 9))
    await house.plan(at(2, 16))  # planned, and not posted
    await state_index.fill(db)


@pytest.fixture(scope="session")
def recorded(template: Template) -> Path:
    return template("damaged-rows", fill)


def damage(file: Path, table: str, column: str, garbage: object, row: int = 0) -> bool:
    """Put garbage into one row; False if the table takes no such value there, or has no rows."""
    with closing(sqlite3.connect(file)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        rows = connection.execute(f"SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row}").fetchall()
        if not rows:
            return False
        raw = isinstance(garbage, str) and garbage.startswith("CAST(")
        try:
            changed = f"UPDATE {table} SET {column} = {garbage if raw else '?'} WHERE rowid = ?"
            connection.execute(changed, (rows[0][0],) if raw else (garbage, rows[0][0]))
        except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError):
            return False
        connection.commit()
    return True


def house_of(file: Path) -> House:
    db, clock, channels = database(file), FrozenClock(at(2, 16)), Channels()
    delivery = Delivery(db, clock, channels)
    return House(db, clock, channels, delivery, Watch(db, clock, delivery), Desk(db))


async def every_answer(db: Database, server_id: int, now: datetime) -> dict[str, str]:
    """What people read, by what they asked; a refusal too."""
    answers: dict[str, str] = {}
    for name, question in questions().items():
        try:
            async with reading(db, server_id, now) as session:
                answers[name] = str(await question(session))
        except CaseError as refused:
            answers[name] = f"refused: {refused}"
    return answers


def questions() -> dict[str, Question]:
    asked: dict[str, Question] = {
        "deadlines": shown(deadlines_query(DeadlineFilter())),
        "awaiting": shown(deadlines_query(DeadlineFilter(status=Status.AWAITING))),
        "within": shown(deadlines_query(DeadlineFilter(within_days=30))),
        "letters": shown(Query("letters")),
        "schedule": shown(Query("schedule", ("30",))),
        "closures": shown(Query("closures")),
        "letter named": partial(lookups.one_letter, typed="Whole"),
        "export": of_server,
        "recounts": partial(recounts.would_move, cause=recounts.AllClosures()),
    }
    for state in ("", "sent", "waiting", "superseded", "failed"):
        asked[f"alerts {state}"] = shown(Query("alerts", (state, "")))
        asked[f"alerts of a letter {state}"] = shown(Query("alerts", (state, "1")))
    for place_id in map(str, range(1, 9)):
        asked |= {f"{view} {place_id}": shown(Query(view, (place_id,))) for view in ("history",)}
        asked[f"status {place_id}"] = shown(status_query(int(place_id)))
    for number in map(str, range(1, 6)):
        asked |= {f"{view} {number}": shown(Query(view, (number,))) for view in ("case", "why", "csrc", "letter")}
    for typed in ("", "al", "den", "oak", "whole", "2", "#1"):
        asked[f"places {typed}"] = partial(suggestions.places_like, typed=typed)
        asked[f"letters {typed}"] = partial(suggestions.letters_like, typed=typed)
        asked[f"cases {typed}"] = partial(suggestions.open_cases_like, typed=typed)
    for typed in ("Albany", "Oakland", "1", "5", "oakland whole"):
        asked[f"case named {typed}"] = partial(lookups.one_case, typed=typed)
        asked[f"place named {typed}"] = partial(lookups.named_places, typed=typed)
    return asked


def shown(query: Query) -> Question:
    return partial(render, query=query)


async def no_report(*_: object) -> None: ...


async def goes_on(file: Path, table: str) -> None:
    house = house_of(file)
    try:
        answers = await every_answer(house.db, SERVER, at(2, 16))
        elsewhere = await every_answer(house.db, OTHER_SERVER, at(2, 16))
        texts = await house.turn(at(2, 16))
        texts += await house.turn(at(2, 20))
        await care.look(house.db, house.clock.now, no_report)
        texts += await house.turn(at(2, 22))
        await state_index.fill(house.db)
        await state_index.catch_up(house.db)
        await state_index.reindex(house.db, lambda done, total: None)
        answers |= await every_answer(house.db, SERVER, at(2, 22))
        if table != "servers":
            assert any("Whole" in text and "3 days left" in text for text in texts)
            assert any("Whole" in text and "1 day left" in text for text in texts)
            assert "Oakland" in answers["deadlines"] and "Whole" in answers["letters"], answers["deadlines"]
            assert (
                "Whole" in answers["letter named"]
                or "LetterRef" in answers["letter named"]
                or "Letter(" in answers["letter named"]
            )
        assert any("Elsewhere" in text and "3 days left" in text for text in texts)
        assert "Cary" in elsewhere["deadlines"] and "Elsewhere" in elsewhere["schedule"]
    finally:
        await house.delivery.stop(1)
        await house.db.close()


@settings(max_examples=25, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(cell=("events", "detail"), garbage="broken", row=0)
@example(cell=("events", "kind"), garbage="text", row=0)
@example(cell=("cases", "look_at"), garbage="empty", row=0)
@example(cell=("notices", "due_at"), garbage="text", row=2)
@example(cell=("jurisdictions", "aliases"), garbage="no text", row=0)
@example(cell=("case_groups", "facts"), garbage="text", row=0)
@example(cell=("servers", "zone"), garbage="zone", row=0)
@given(st.sampled_from(COLUMNS), st.sampled_from(sorted(GARBAGE)), st.integers(0, 2))
def test_one_damaged_value_keeps_nobody_from_anything_else(
    recorded: Path, cell: tuple[str, str], garbage: str, row: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(recorded, folder))
        if damage(file, *cell, GARBAGE[garbage], row):
            asyncio.run(goes_on(file, cell[0]))
