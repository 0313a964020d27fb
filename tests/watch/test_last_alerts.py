"""What an alert says of the one before: since when, what changed, and how often it was reminded of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.record.errors import Undeliverable
from bot.record.events import Answer, Corrected, Court, CourtStep, Extent, Finding, Result
from bot.store import servers
from bot.store.last_alerts import MOST_READ
from tests.recording import SERVER
from tests.watch.test_delivery import House, at
from tests.watch.test_query_plans import analyze, recorded, scans, steps


def told(text: str) -> str:
    """The line that says what changed; empty if there is none."""
    return next((line for line in text.splitlines() if line.startswith(("Since", "Nothing new"))), "")


async def test_the_first_alert_says_what_was_asked_and_the_next_ones_what_changed(house: House) -> None:
    albany, denver, *_ = await house.alice.letter(house.clock.now())
    [first] = await house.turn(at(2, 9))
    assert "Demand: all documents" in first and "The letter threatens: subpoena" in first and told(first) == ""
    await house.alice.record(at(2, 12), albany, Answer(Extent.FULL))
    await house.alice.record(at(2, 13), denver, Court(CourtStep.FILED))
    [second] = await house.turn(at(2, 16))
    assert "Demand: all documents" not in second and "threatens" not in second
    assert told(second) == "Since last week: suit filed (Denver, NY); Albany, NY answered"
    [third] = await house.turn(at(2, 20))
    assert told(third) == "Nothing new is recorded since Friday."


async def test_what_was_undone_since_is_not_told_and_what_was_told_and_taken_back_is(house: House) -> None:
    albany, denver, *_ = await house.alice.letter(house.clock.now())
    before = await house.alice.record(at(2, 1), denver, Answer(Extent.PARTIAL))
    await house.turn(at(2, 9))
    slip = await house.alice.record(at(2, 10), albany, Finding(Result.INCOMPLETE))
    await house.alice.record(at(2, 10, hour=11), albany, Corrected(), replaces=slip)
    await house.alice.record(at(2, 12), denver, Corrected(), replaces=before)
    [text] = await house.turn(at(2, 16))
    assert told(text) == "Since last week: partial answer, entry undone (Denver, NY)"


async def test_repeats_are_counted_by_what_was_posted(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=("Albany",))
    await house.turn(at(2, 24))
    heads = []
    for day in (at(2, 26), at(3, 2), at(3, 9)):
        if day == at(3, 2):  # Discord refuses it for good: nobody has read it
            house.channels.failures = [lambda: Undeliverable("gone", permanent=True)]
        heads += [text.splitlines()[0] for text in await house.turn(day)]
    assert heads == ["Overdue by 3 days: Albany, NY, first reminder", "Overdue by 14 days: Albany, NY, second reminder"]


async def test_a_new_deadline_is_reminded_of_anew(house: House) -> None:
    [albany] = await house.alice.letter(house.clock.now(), to=("Albany",))
    for day in (at(2, 24), at(2, 26)):
        await house.turn(day)
    await house.alice.extend(at(2, 27), albany, at(3, 5).date())
    for day in (at(3, 4), at(3, 6)):
        await house.turn(day)
    [text] = await house.turn(at(3, 8))
    assert text.splitlines()[0] == "Overdue by 3 days: Albany, NY, first reminder"


async def test_who_reads_another_channel_is_told_what_was_asked(house: House) -> None:
    albany, *_ = await house.alice.letter(house.clock.now())
    await house.turn(at(2, 9))
    await house.alice.record(at(2, 12), albany, Answer(Extent.FULL))
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, at(2, 13), channel_id=555)
    [text] = await house.turn(at(2, 16))
    assert "Demand: all documents" in text and told(text) == ""


async def test_of_many_that_changed_the_last_ones_are_told_and_the_others_counted(house: House) -> None:
    places = [f"Place {number:02}" for number in range(MOST_READ + 7)]
    letter_cases = await house.alice.letter(house.clock.now(), to=(*places, "Zion"))
    await house.turn(at(2, 9))
    for number, case in enumerate(letter_cases[: MOST_READ + 7]):
        await house.alice.record(at(2, 10) + timedelta(minutes=number), case, Answer(Extent.FULL))
    [text] = await house.turn(at(2, 16))
    assert told(text) == f"Since last week: {MOST_READ} jurisdictions answered; changes in 7 more cases"


async def test_what_is_read_does_not_grow_with_the_recipients_of_a_letter(house: House) -> None:
    albany, *_ = await house.alice.letter(house.clock.now())
    await house.turn(at(2, 9))
    await house.alice.record(at(2, 12), albany, Answer(Extent.FULL))
    with recorded(house.db) as statements:
        await house.turn(at(2, 16))
    reading = {sql: values for sql, values in statements.items() if "changed_at >" in sql or "AS mine" in sql}
    assert len(reading) == 2
    file = Path(str(house.db.url.database))
    few = steps(file, reading)
    with closing(sqlite3.connect(file)) as connection, connection:  # which lets a case be of no place
        columns = [row[1] for row in connection.execute("PRAGMA table_info(cases)")]
        [row] = connection.execute("SELECT * FROM cases WHERE id = ?", [albany.id]).fetchall()
        changing = {columns.index(name): name for name in ("id", "number", "jurisdiction_id")}
        changed_at = columns.index("changed_at")
        for number in range(1_000, 4_000):
            values = [number if at in changing else value for at, value in enumerate(row)]
            values[changed_at] = "2018-02-01 14:00:00.000000"
            connection.execute(f"INSERT INTO cases VALUES ({', '.join('?' * len(columns))})", values)
    analyze(file)
    assert scans(file, reading) == []
    assert all(count <= few[sql] + 500 for sql, count in steps(file, reading).items())
