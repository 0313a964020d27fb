"""/alerts: what was sent, waits, was superseded or failed; what is set aside and what the audit found above it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.long_lists import render_at
from bot.chat.views import render
from bot.desk import audit, care
from bot.desk.alert_list import AlertFilter, AlertState, alert_page
from bot.desk.pages import FIRST, LAST
from bot.desk.session import reading
from bot.record.errors import Undeliverable
from bot.store.database import Database
from bot.words.card import Buttons
from bot.words.paging import Query
from sandbox.person import Answer as Shown
from tests.chat.conftest import Newsroom, connected
from tests.desk.test_list_plans import wasteful
from tests.recording import SERVER, Desk
from tests.watch.conftest import apart as apart  # a fixture, and so the next
from tests.watch.conftest import house as house
from tests.watch.test_delivery import House, at
from tests.watch.test_query_plans import analyze_as_if, recorded


def asked(state: str = "", letter: str = "") -> Query:
    return Query("alerts", (state, letter))


async def text_of(db: Database, query: Query, now: datetime) -> str:
    async with reading(db, SERVER, now) as session:
        return (await render(session, query)).text


async def several(house: House) -> None:
    """One notice that was sent late, one refused, one that waits, and alerts that were superseded."""
    await house.alice.letter(house.clock.now(), to=("Albany", "Denver"), title="First")
    await house.turn(at(2, 9, minute=12))
    await house.alice.letter(at(2, 17), to=("Seattle",), title="Second")
    refused, unwell = Undeliverable("403 Missing Access", permanent=True), Undeliverable("503", permanent=False)
    house.channels.failures = [lambda: refused, lambda: unwell]
    await house.turn(at(2, 22))


@pytest.mark.usefixtures("apart")
async def test_each_state_is_told_with_what_there_is_to_know(house: House) -> None:
    await several(house)
    now = house.clock.now()
    every = await text_of(house.db, asked(), now)
    assert "14 days before the deadline — First: 2 alerts\n  **Sent** <t:1518185520:f> in <#101>, 12 minutes late" in every
    assert f"https://discord.com/channels/{SERVER}/101/1)" in every
    failed = await text_of(house.db, asked("failed"), now)
    assert "**Failed** in <#101> (next try <t:" in failed and "403 Missing Access" in failed and "Second" not in failed
    waiting = await text_of(house.db, asked("waiting"), now)
    assert "Second: 1 alert\n  **Waiting** in <#101>; next try <t:" in waiting and "503" in waiting
    superseded = await text_of(house.db, asked("superseded"), now)
    assert "3 days before the deadline — First: 2 alerts (#1 Albany, NY; #2 Denver, NY)\n" in superseded
    assert "**Superseded**: a newer alert was due" in superseded


@pytest.mark.usefixtures("apart")
async def test_a_letter_is_asked_for_alone(house: House) -> None:
    await several(house)
    for state in ("", "superseded"):
        of_second = await text_of(house.db, asked(state, "2"), house.clock.now())
        assert "— Second:" in of_second and "— First:" not in of_second
        assert of_second.startswith("## Alerts: " + ("superseded, " if state else "") + "Second")


async def test_a_message_about_several_letters_is_listed_with_each_of_them(house: House) -> None:
    for title in ("First", "Second"):
        await house.alice.letter(house.clock.now(), to=("Albany", "Denver"), title=title)
    await house.alice.letter(house.clock.now(), due=date(2018, 2, 16), to=("Seattle",), title="Third")
    await house.turn(at(2, 9))
    line = "7 days before the deadline — Third; 14 days before the deadline — First and Second: 5 alerts\n  **Sent**"
    for query in (asked(), asked("sent"), asked("", "1"), asked("", "3")):
        text = await text_of(house.db, query, house.clock.now())
        assert line in text and text.count("**Sent**") == 1
    assert "No alert matches" in await text_of(house.db, asked("waiting", "1"), house.clock.now())


async def test_what_is_set_aside_and_what_the_audit_found_stand_above(house: House) -> None:
    await several(house)
    async with house.db.write() as conn:
        await conn.exec_driver_sql("UPDATE cases SET tracked_since = 'some day' WHERE number = 1")
        await conn.exec_driver_sql("UPDATE cases SET look_at = NULL WHERE number = 2")
    await audit.audit(house.db, house.clock.now, lambda: None)
    await care.look(house.db, house.clock.now, care.tell_desk)
    text = await text_of(house.db, asked(), house.clock.now())
    assert "Cannot be read, and set aside**\n- Case #1: tracked since holds no moment" in text
    assert "Found by the hourly audit**\n- Case #2: its next alert would have been missed" in text
    async with reading(house.db, SERVER, house.clock.now()) as session:
        listed = (await render(session, Query("deadlines", ("", "", "", "")))).text
    assert "Cannot be read, and left out here: #1." in listed and "#2 Denver" in listed


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("state", ["", "superseded"])
async def test_pages_lead_to_the_oldest_and_back(house: House, state: str) -> None:
    for number in range(30):
        await house.alice.letter(house.clock.now(), to=("Albany", "Denver"), title=f"Letter {number}")
    for day in (9, 22):
        await house.turn(at(2, day))
    query = asked(state)
    titles: list[str] = []
    async with reading(house.db, SERVER, house.clock.now()) as session:
        card = await render(session, query)
        while True:
            titles += [line.split("Letter ")[1].split(":")[0] for line in card.text.splitlines() if " — Letter " in line]
            buttons = {b.label: b for block in card.blocks if isinstance(block, Buttons) for b in block.buttons}
            if buttons["More"].disabled:
                break
            card = await render_at(session, query, buttons["More"].action.split(":")[2])
        assert len(set(titles)) == 30 and len(titles) >= 60
        back = await render_at(session, query, buttons["First"].action.split(":")[2])
        assert back == await render(session, query)


async def test_only_the_desk_reads_it_and_pages_turn_after_a_restart(newsroom: Newsroom) -> None:
    desk = Desk(newsroom.db, newsroom.guild.id)
    for number in range(20):
        await desk.letter(newsroom.clock.now() - timedelta(days=1), to=["Albany"], title=f"Letter {number}")
    async with newsroom.db.write() as conn:
        await conn.exec_driver_sql(
            "INSERT INTO notices (token, server_id, channel_id, letter_id, rung, due_at, not_before, state, message_id) "
            f"SELECT slug, server_id, {newsroom.alerts.id}, id, 'passed', recorded_at, recorded_at, 'sent', 5 FROM letters"
        )
    async for _ in connected(newsroom):
        shown: Shown = await newsroom.alice.command(newsroom.room, "alerts")
        assert shown.ephemeral and "the deadline has passed — Letter 19" in shown.text
        refused = await newsroom.bob.command(newsroom.room, "alerts")
        assert "Only the desk" in refused.text
    async for _ in connected(newsroom):
        assert "Letter 0" in (await newsroom.alice.press(shown, "Last")).text


@pytest.mark.parametrize("state", ["", "sent", "waiting", "superseded", "failed"])
@pytest.mark.parametrize("letter", ["", "1"])
async def test_no_statement_of_a_page_reads_a_whole_table_or_sorts_what_was_sent(house: House, state: str, letter: str) -> None:
    await several(house)
    with recorded(house.db) as statements:
        async with reading(house.db, SERVER, house.clock.now()) as session:
            for edge in (FIRST, LAST):
                await alert_page(
                    session, AlertFilter(AlertState(state) if state else None, int(letter) if letter else None), edge
                )
    file = Path(str(house.db.url.database))
    assert wasteful(file, statements, sorts=True) == []
    with closing(sqlite3.connect(file)) as connection:
        for statement, parameters in statements.items():
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            if "by_time" in statement or "of_letter" in statement or "ix_alerts_superseded" in statement:
                assert not any("TEMP B-TREE" in step for step in plan), (statement, plan)
    analyze_as_if(file, 1_000_000, ("alerts", "notices"))
    assert wasteful(file, statements, sorts=True) == []
