"""A damaged row is set aside alone: every other case, list, answer, tick and post goes on."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.chat.long_lists import deadlines_query
from bot.chat.views import render, status_query
from bot.clock import FrozenClock
from bot.desk import care, closures, letter_edits, lookups, place_merge, recounts, settings_page, state_index, suggestions
from bot.desk import ladders as ladder_changes
from bot.desk.audit import audit
from bot.desk.deadline_list import DeadlineFilter
from bot.desk.letter_edits import LetterChange
from bot.desk.place_merge import PlaceMerge
from bot.desk.session import Session, reading, writing
from bot.desk.snapshot import of_server
from bot.record.audit import Difference, DifferenceKind
from bot.record.case import Case, Status
from bot.record.deadlines.when import When
from bot.record.errors import CannotBeRead, CaseError
from bot.record.events import Answer, Corrected, Extent, Note
from bot.record.ladder import LEGACY_LADDER, NEWS
from bot.record.new_events import NewEvent
from bot.record.posting import Quiet
from bot.record.problems import Problem, ProblemKind
from bot.store import announcements, audits, cases, drafts, events, heartbeat, ladders, places, problems
from bot.store.database import Database
from bot.store.tables import metadata
from bot.store.unreadable import Unreadable
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
DERIVED = ("case_states", "case_groups", "case_totals", "state_index")
Question = Callable[[Session], Awaitable[object]]
COLUMNS = [(table.name, column.name) for table in metadata.sorted_tables for column in table.columns]


async def fill(db: Database) -> None:
    """Two letters on one server, one on another; some of it was announced, posted, corrected and undone."""
    await db.migrate()
    alice, charlie = Desk(db), Desk(db, OTHER_SERVER)
    clock = FrozenClock(datetime(2018, 1, 24, 17, tzinfo=NEW_YORK))
    channels = Channels()
    house = House(db, clock, channels, delivery := Delivery(db, clock, channels), Watch(db, clock, delivery), alice)
    await alice.open(escalation_role_id=7, desk_role_ids=(8,), ladder=LEGACY_LADDER, quiet=Quiet(weekends=True))
    await charlie.open()
    first = await alice.letter(clock.now(), to=DAMAGED, title="Damaged")
    await alice.letter(clock.now(), to=WHOLE, title="Whole")
    await charlie.letter(clock.now(), to=("Denver", "Cary"), title="Elsewhere")
    answer = await alice.record(at(1, 25), first[0], Answer(Extent.PARTIAL))
    await alice.record(at(1, 26), first[0], Corrected(), replaces=answer)
    fact = NewEvent(When("2018-01-25", NEW_YORK), Note(), "A fact.", (SOURCE,))
    async with db.write() as conn:
        [fact_id] = await events.append_events(conn, alice.audit(at(1, 25)), [(None, first[0].place.id, fact)])
        await announcements.announce(conn, SERVER, None, [(None, fact_id)], at(1, 25))
        await announcements.announce(conn, SERVER, first[0].letter.id, [(first[0].id, answer)], at(1, 25))
        await drafts.add(conn, SERVER, 5, at(1, 25), {"new_letter": {}}, b"text")
    async with writing(db, SERVER, at(1, 25), "Alice") as session:
        await closures.add_closure(session, date(2018, 2, 1), "Storm", SOURCE)
    await change_letter_and_place(db, first[0])
    await house.turn(at(2, 9))
    await house.plan(at(2, 16))  # planned, and not posted
    await state_index.fill(db)


async def change_letter_and_place(db: Database, case: Case) -> None:
    """Two edits and a ladder of the damaged letter, and a place that was merged into its first; one edit was not posted yet."""
    async with db.write() as conn:
        await ladders.change(conn, case.letter, ladders.stored(LEGACY_LADDER), at(1, 25))
        [other] = [place_id for place_id, _ in await places.ensure_all(conn, SERVER, [replace(case.place, name="Albany City")])]
    for moment, demand in ((at(1, 25), "all papers"), (at(2, 15), "all records")):
        async with writing(db, SERVER, moment, "Alice", 123) as session:
            letter = (await cases.letters_by_id(session.conn, [case.letter.id]))[case.letter.id]
            edit = LetterChange(letter, replace(letter, demand=demand), "A slip.")
            shown = await letter_edits.preview(session, edit)
            await letter_edits.record_edit(session, await letter_edits.decide_edit(session, edit, shown.digest))
    async with writing(db, SERVER, at(1, 26), "Alice", 123) as session:
        await place_merge.record_merge(session, await place_merge.preview(session, PlaceMerge(other, case.place.id)))


@pytest.fixture(scope="session")
def recorded(template: Template) -> Path:
    return template("damaged-rows", fill)


def damage(file: Path, table: str, column: str, garbage: object, row: int = 0) -> bool:
    """Put garbage into one row; False if the table takes no such value there, or has no rows."""
    with closing(sqlite3.connect(file)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        key = ", ".join(each.name for each in metadata.tables[table].primary_key)  # a table may have no rowid
        rows = connection.execute(f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {row}").fetchall()
        if not rows:
            return False
        raw = isinstance(garbage, str) and garbage.startswith("CAST(")
        try:
            changed = (
                f"UPDATE {table} SET {column} = {garbage if raw else '?'} WHERE ({key}) = ({', '.join('?' * len(rows[0]))})"
            )
            connection.execute(changed, rows[0] if raw else (garbage, *rows[0]))
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
        "silences": shown(Query("silences")),
        "settings": settings_page.overview,
        "ladder": partial(ladder_changes.shown_ladder, letter_id=None),
        "letter's ladder": partial(ladder_changes.shown_ladder, letter_id=1),
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
        asked |= {f"{view} {number}": shown(Query(view, (number,))) for view in ("case", "why", "csrc", "letter", "letterhist")}
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
        if table in DERIVED:  # it is the other server's, perhaps: lists say what it says until it is made anew
            elsewhere = await every_answer(house.db, OTHER_SERVER, at(2, 22))
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


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(cell=("events", "detail"), garbage="broken", row=0)
@example(cell=("events", "kind"), garbage="text", row=0)
@example(cell=("cases", "look_at"), garbage="empty", row=0)
@example(cell=("notices", "due_at"), garbage="text", row=2)
@example(cell=("jurisdictions", "aliases"), garbage="no text", row=0)
@example(cell=("case_groups", "facts"), garbage="text", row=0)
@example(cell=("servers", "zone"), garbage="zone", row=0)
@given(st.sampled_from(COLUMNS), st.sampled_from(sorted(GARBAGE)), st.integers(0, 2))
def test_a_damaged_value_keeps_nobody_from_anything_else(recorded: Path, cell: tuple[str, str], garbage: str, row: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(recorded, folder))
        if damage(file, *cell, GARBAGE[garbage], 0 if cell[0] in ("servers", "letters") else row):  # others are to be whole
            asyncio.run(goes_on(file, cell[0]))


@pytest.fixture
async def damaged(recorded: Path, tmp_path: Path) -> AsyncIterator[House]:
    house = house_of(Path(shutil.copy(recorded, tmp_path)))
    yield house
    await house.delivery.stop(1)
    await house.db.close()


def file_of(house: House) -> Path:
    return Path(str(house.db.url.database))


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


async def answer(house: House, query: Query) -> str:
    async with reading(house.db, SERVER, house.clock.now()) as session:
        return (await render(session, query)).text


async def test_it_is_kept_and_logged_once(damaged: House, caplog: pytest.LogCaptureFixture) -> None:
    damage(file_of(damaged), "events", "detail", '{"kind": "abducted"}')
    reports: list[Unreadable] = []

    async def report(_: object, what: Unreadable, now: datetime) -> None:
        reports.append(what)

    for minute in range(3):
        await damaged.turn(at(2, 20, minute=minute))
        await care.look(damaged.db, damaged.clock.now, report)
    [text] = [text for text in logged(caplog) if "set aside" in text]
    assert text == "set aside: case 1 of server 1: event 1: ValidationError"
    again = house_of(file_of(damaged))  # another process
    assert not await care.look(again.db, again.clock.now, report)
    await again.db.close()
    assert [(what.kind, what.number) for what in reports] == [("case", 1)]
    deadlines = await answer(damaged, Query("deadlines", ("", "", "", "")))
    assert "Cannot be read, and left out here: #1. `/alerts` says why." in deadlines and "#2 Denver" in deadlines
    assert "left out here: #1" in await answer(damaged, status_query(1))
    with pytest.raises(CaseError, match="Case #1 cannot be read"):
        await answer(damaged, Query("case", ("1",)))
    assert "Case #1: event 1: ValidationError" in await answer(damaged, Query("alerts", ("", "")))


@pytest.mark.parametrize(
    ("table", "column", "named"),
    [("events", "happened", "#1"), ("cases", "tracked_since", "#1"), ("letters", "zone", "letter 1"), ("servers", "zone", "")],
)
async def test_a_repaired_row_comes_back_by_itself(damaged: House, table: str, column: str, named: str) -> None:
    file = file_of(damaged)
    with closing(sqlite3.connect(file)) as connection:
        [(before,)] = connection.execute(f"SELECT {column} FROM {table} LIMIT 1").fetchall()
    damage(file, table, column, "garbage")
    texts = await damaged.turn(at(2, 20))
    assert not any("Albany" in text for text in texts)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT look_at FROM cases WHERE id = 1").fetchall() == [(None,)], "not tried each tick"
    assert await damaged.turn(at(2, 20, minute=1)) == []
    await care.look(damaged.db, damaged.clock.now, no_report)
    damage(file, table, column, before)
    assert await care.look(damaged.db, damaged.clock.now, no_report)
    texts = await damaged.turn(at(2, 20, minute=2))
    assert any("Albany" in text and "3 days left" in text for text in texts)
    assert "left out" not in await answer(damaged, Query("letters"))
    assert await damaged.turn(at(2, 20, minute=3)) == []


async def test_the_others_of_a_message_are_told_in_time(damaged: House) -> None:
    file = file_of(damaged)
    with closing(sqlite3.connect(file)) as connection:
        [(before,)] = connection.execute("SELECT detail FROM events LIMIT 1").fetchall()
        connection.execute("UPDATE alerts SET rung = 'news', about_id = 1 WHERE case_id = 1 AND rung = '7-days-before'")
        connection.execute("DELETE FROM alerts WHERE case_id IN (4, 5) AND rung = '7-days-before'")
        connection.execute("UPDATE notices SET rung = 'news', letter_id = 1 WHERE server_id = 1 AND state = 'pending'")
        connection.execute("UPDATE alerts SET rung = 'news', about_id = 3 WHERE case_id = 2 AND rung = '7-days-before'")
        connection.execute("UPDATE alerts SET rung = 'news', about_id = 5 WHERE case_id = 3 AND rung = '7-days-before'")
        connection.commit()
    damage(file, "events", "detail", "garbage")
    await damaged.delivery.drain()
    texts = damaged.channels.texts()
    [told] = [text for text in texts if "Damaged" in text]
    assert "Denver" in told and "Seattle" in told and "Albany" not in told
    await damaged.turn(at(2, 16, minute=1))
    damage(file, "events", "detail", before)
    await care.look(damaged.db, damaged.clock.now, no_report)
    again = await damaged.turn(at(2, 16, minute=2))
    assert [("Albany" in text, "Denver" in text) for text in again].count((True, False)) >= 1
    assert not any("Denver" in text for text in again)


async def test_a_line_that_is_dropped_after_the_repair_is_listed(damaged: House) -> None:
    file = file_of(damaged)
    with closing(sqlite3.connect(file)) as connection:
        [(before,)] = connection.execute("SELECT detail FROM events LIMIT 1").fetchall()
    damage(file, "events", "detail", "garbage")
    await damaged.delivery.drain()
    damage(file, "events", "detail", before)
    await care.look(damaged.db, damaged.clock.now, no_report)
    assert "it could not be read" in await answer(damaged, Query("alerts", ("superseded", "")))


async def test_an_empty_look_stops_no_tick(damaged: House) -> None:
    damage(file_of(damaged), "cases", "look_at", "")
    texts = await damaged.turn(at(2, 20))
    assert any("Albany" in text and "3 days left" in text for text in texts)
    with closing(sqlite3.connect(file_of(damaged))) as connection:
        assert connection.execute("SELECT look_at FROM cases WHERE id = 1").fetchall()[0][0].startswith("2018-02-22")


async def test_a_damaged_notice_holds_up_no_other(damaged: House) -> None:
    file = file_of(damaged)
    with closing(sqlite3.connect(file)) as connection:
        [(notice_id, before)] = connection.execute(
            "SELECT id, due_at FROM notices WHERE state = 'pending' AND server_id = 1"
        ).fetchall()
        connection.execute("UPDATE notices SET due_at = 'garbage' WHERE id = ?", (notice_id,))
        connection.commit()
    await damaged.delivery.drain()
    assert any("Elsewhere" in text for text in damaged.channels.texts())
    assert not any("Damaged" in text for text in damaged.channels.texts())
    await care.look(damaged.db, damaged.clock.now, no_report)
    assert "**Set aside**" in await answer(damaged, Query("alerts", ("failed", ""))) or "cannot be read" in await answer(
        damaged, Query("alerts", ("failed", ""))
    )
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE notices SET due_at = ? WHERE id = ?", (before, notice_id))
        connection.commit()
    assert await care.look(damaged.db, damaged.clock.now, no_report)
    await damaged.delivery.drain()
    assert len([text for text in damaged.channels.texts() if "Damaged" in text]) == 1


async def test_a_damaged_notice_is_reported_once(damaged: House, caplog: pytest.LogCaptureFixture) -> None:
    with closing(sqlite3.connect(file_of(damaged))) as connection:
        connection.execute("UPDATE notices SET due_at = 'garbage' WHERE state = 'pending' AND server_id = 1")
        connection.commit()
    await damaged.delivery.drain()
    for _ in range(3):
        await care.look(damaged.db, damaged.clock.now, care.tell_desk)
    [text] = [text for text in logged(caplog) if "set aside" in text or "can be read again" in text]
    assert text.startswith("set aside: notice") and text.endswith("due at holds no moment")
    async with damaged.db.read() as conn:
        assert [each.problem for each in await problems.open_of(conn, [SERVER])] == [Problem(ProblemKind.UNREADABLE_CASE)]


async def test_settings_that_cannot_be_read_stop_that_server_alone(damaged: House) -> None:
    damage(file_of(damaged), "servers", "zone", "Mars/Olympus")
    await damaged.delivery.drain()
    assert all("Elsewhere" in text for text in damaged.channels.texts()) and damaged.channels.texts()
    with pytest.raises(CaseError, match="The settings of this server cannot be read"):
        await answer(damaged, Query("letters"))
    damage(file_of(damaged), "servers", "zone", "America/New_York")
    assert await care.look(damaged.db, damaged.clock.now, no_report)
    await damaged.delivery.drain()
    assert any("Damaged" in text for text in damaged.channels.texts())


async def noted_before(house: House) -> None:
    """One row of each table in which the bot notes what is broken, and a sound one after it."""
    async with house.db.write() as conn:
        for of_id, number in ((1, 1), (2, 2)):
            await conn.exec_driver_sql(
                "INSERT INTO set_aside (kind, of_id, why, server_id, number, found_at) "
                f"VALUES ('letter', {of_id + 70}, 'why {number}', {SERVER}, {number}, '2018-02-15 00:00:00.000000')"
            )
            await audits.add(conn, SERVER, Difference(DifferenceKind.STRANDED, of_id, number, 5, NEWS, 0, at(2, 9)), at(2, 10))
            await problems.report(conn, SERVER, Problem(ProblemKind.REFUSED, number), at(2, 15))


NOTES = {
    "set_aside": ("kind", "of_id", "why", "server_id", "number", "place_id", "found_at", "reported_at"),
    "audit_differences": ("kind", "case_id", "number", "about_id", "rung", "occurrence", "due_at", "found_at", "settled_at"),
    "problems": ("kind", "about", "fault", "detail", "since", "tell_at", "told_at", "told_in", "times", "maybe_in"),
}


@pytest.mark.parametrize("table", NOTES)
async def test_what_is_noted_of_broken_things_may_be_broken_too(damaged: House, table: str) -> None:
    await noted_before(damaged)
    file = file_of(damaged)
    for column in NOTES[table]:
        with closing(sqlite3.connect(file)) as connection:
            [(before,)] = connection.execute(f"SELECT {column} FROM {table} ORDER BY id LIMIT 1").fetchall()
        for garbage in ("{", b"\xff", 9e999, "2018-99-99"):
            damage(file, table, column, garbage)
            shown = await answer(damaged, Query("alerts", ("", "")))
            assert "why 2" in shown and "Case #2: " in shown, (column, garbage)
            async with damaged.db.read() as conn:
                await problems.next_telling(conn)
                for told in (await problems.to_tell(conn, at(2, 16)), await problems.open_of(conn, [SERVER])):
                    assert 2 in [each.problem.about for each in told], (column, garbage)
        damage(file, table, column, before)
    damage(file, table, NOTES[table][0], "{")
    await audit(damaged.db, damaged.clock.now, lambda: None)
    await care.look(damaged.db, damaged.clock.now, care.tell_desk)
    shown = await answer(damaged, Query("alerts", ("", "")))
    assert "why 2" not in shown and "(settled)" in shown, "neither is there"


async def test_a_heartbeat_that_cannot_be_read_is_none(damaged: House) -> None:
    await damaged.turn(at(2, 16))
    for column, garbage in (("held", "garbage"), ("ticked_at", "2018-99-99"), ("ahead_by", "{")):
        assert damage(file_of(damaged), "heartbeat", column, garbage)
        async with damaged.db.read() as conn:
            assert await heartbeat.last_beat(conn) is None
        damage(file_of(damaged), "heartbeat", "held", None)


async def test_a_place_that_cannot_be_read_is_not_recorded_twice(damaged: House) -> None:
    async with damaged.db.read() as conn:
        [albany] = await places.with_names(conn, SERVER, ["Albany"])
    damage(file_of(damaged), "jurisdictions", "aliases", "garbage", albany.id - 1)
    with pytest.raises(CannotBeRead, match="A place that is recorded under one of these names cannot be read"):
        async with damaged.db.write() as conn:
            await places.ensure(conn, SERVER, albany)


async def test_what_is_set_aside_is_looked_after_once_the_database_can_be_read(
    damaged: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not given up for good where the database is in trouble just when the bot starts."""
    monkeypatch.setattr(care, "EVERY", 0.001)
    tried, stopped = [], asyncio.Event()

    async def remember(conn: object) -> None:
        tried.append(conn)
        if len(tried) == 1:
            raise sqlite3.OperationalError("disk I/O error")

    async def look(*_: object) -> bool:
        stopped.set()
        return False

    monkeypatch.setattr(care, "_remember", remember)
    monkeypatch.setattr(care, "look", look)
    await care.keep(damaged.db, damaged.clock.now, no_report, lambda: None, stopped)
    assert len(tried) == 2


@pytest.mark.parametrize("garbage", [b"\xff", "garbage", 9e999, 2**63 - 1])
async def test_new_cases_get_numbers_after_one_that_is_damaged(damaged: House, garbage: object) -> None:
    assert damage(file_of(damaged), "cases", "number", garbage)
    new = await damaged.alice.letter(at(2, 16), to=("Boulder",), title="Newer")
    assert [case.number for case in new] == [6]
