"""/closures: what they would move is shown before and after, and moves only when the desk says so."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.chat.client import BotClient
from bot.chat.poster import DiscordPoster
from bot.record.events import Basis, DeadlineSet
from bot.store import cases
from bot.store.tables import alerts, notices
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from sandbox import Answer
from tests.chat.conftest import Newsroom, count
from tests.chat.test_recording import announced, record_letter

NOTICE = "https://example.org/closed"
CLOSED = {"day": "2018-06-25", "reason": "City Hall closed by flood", "source": f"Notice {NOTICE}"}
MONDAY, TUESDAY = "Mon 25 June 2018, end of day EDT", "Tue 26 June 2018, end of day EDT"


@pytest.fixture
async def counted(on_memorial_day: Newsroom) -> Newsroom:
    """Two cases, #56 and #57, due on Monday 25 June 2018: 30 days from Friday 25 May by the federal calendar."""
    room = on_memorial_day
    await room.olga.command(room.room, "settings calendar", calendar="us")
    await record_letter(room, deadline="30 days")
    added = await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="Denver; Seattle")
    assert f"Deadline: {MONDAY}" in added.text
    return room


async def deadlines(room: Newsroom) -> dict[int, date]:
    async with room.db.read() as conn:
        deadlines = [(case.number, case.at(room.clock.now()).deadline) for case in await cases.of_server(conn, room.guild.id)]
    return {number: deadline.date for number, deadline in deadlines if deadline and number > 55}


async def close(room: Newsroom, **more: str) -> Answer:
    return await room.alice.command(room.room, "closures add", **{**CLOSED, **more})


async def test_a_closure_shows_what_it_would_move_and_moves_nothing(counted: Newsroom) -> None:
    before = await count(counted)
    shown = await close(counted)
    assert shown.ephemeral
    assert "Closure recorded\n**Monday, 25 June 2018**: City Hall closed by flood ([Notice](<" in shown.text
    assert "2 deadlines of open cases would move. No deadline moves by itself" in shown.text
    assert f"{MONDAY} (<t:1529985599:f>) → **{TUESDAY} (<t:1530071999:f>)** (2)" in shown.text
    assert "#56 Denver, CO, #57 Seattle, WA" in shown.text
    assert await deadlines(counted) == {56: date(2018, 6, 25), 57: date(2018, 6, 25)}
    assert await count(counted) == before


async def test_the_desk_moves_them_as_new_deadline_events_announced_once(counted: Newsroom) -> None:
    counted.clock.set(counted.clock.now() + timedelta(hours=1))
    moved = await counted.alice.press(await close(counted), "Move these 2 deadlines")
    assert "**Moved: 2 deadlines**" in moved.text
    assert await deadlines(counted) == {56: date(2018, 6, 26), 57: date(2018, 6, 26)}
    async with counted.db.read() as conn:
        case = await cases.numbered(conn, counted.guild.id, 56)
        query = select(notices.c.id).join(alerts, alerts.c.notice_id == notices.c.id).where(alerts.c.about_id > 0)
        posted = (await conn.execute(query.where(alerts.c.rung == "news").distinct())).scalars().all()
    assert case is not None
    event = case.events[-1]
    assert isinstance(event.detail, DeadlineSet)
    assert event.detail.basis is Basis.CORRECTION
    assert event.sources[0].url == NOTICE
    assert event.text == (
        "Counted again: Monday, 25 June 2018 is closed (City Hall closed by flood). Before: Mon 25 June 2018, end of day EDT."
    )
    assert await announced(counted) == ["sent", "sent", "deadline", "deadline"]
    assert len(posted) == 2, "one notice for the letter, one for the deadlines that moved"


async def test_a_double_press_moves_them_once(counted: Newsroom) -> None:
    shown = await close(counted)
    before = await count(counted)
    presses = [counted.alice.press(shown, "Move these 2 deadlines") for _ in range(3)]
    answers = [answer.text for answer in await asyncio.gather(*presses)]
    assert await count(counted) == before + 2
    assert sum("**Moved: 2 deadlines**" in text for text in answers) == 1
    assert sum("Nothing is left to move" in text and "its deadline has changed since" in text for text in answers) == 2


async def test_moving_can_be_undone_and_done_again(counted: Newsroom) -> None:
    moved = await counted.alice.press(await close(counted), "Move these 2 deadlines")
    await counted.alice.press(moved, "Undo")
    assert await deadlines(counted) == {56: date(2018, 6, 25), 57: date(2018, 6, 25)}
    shown = await counted.alice.press(await counted.bob.command(counted.room, "closures show"), "Deadlines they would move")
    assert "2 deadlines of open cases would move" in shown.text
    again = await counted.alice.press(shown, "Move these 2 deadlines")
    assert "**Moved: 2 deadlines**" in again.text
    assert await deadlines(counted) == {56: date(2018, 6, 26), 57: date(2018, 6, 26)}


async def test_only_what_is_still_as_the_list_showed_it_is_moved(counted: Newsroom) -> None:
    shown = await close(counted)
    options = {"granted_by": "The authority", "source": NOTICE}
    await counted.alice.command(counted.room, "case extend", case="57", deadline="2018-07-31", **options)
    moved = await counted.alice.press(shown, "Move these 2 deadlines")
    assert "**Moved: 1 deadline**" in moved.text
    assert "Not moved: #57 Seattle, WA, its deadline has changed since" in moved.text
    assert await deadlines(counted) == {56: date(2018, 6, 26), 57: date(2018, 7, 31)}


async def test_a_case_that_was_answered_keeps_its_deadline(counted: Newsroom) -> None:
    shown = await close(counted)
    answer = {"extent": "full", "text": "All of it.", "source": NOTICE}
    await counted.alice.command(counted.room, "case answer", case="57", **answer)
    moved = await counted.alice.press(shown, "Move these 2 deadlines")
    assert "Not moved: #57 Seattle, WA, it has been answered since" in moved.text
    assert await deadlines(counted) == {56: date(2018, 6, 26), 57: date(2018, 6, 25)}
    assert "No deadline of an open case would move." in (await close(counted, day="2018-06-28")).text


async def test_a_moved_deadline_ends_the_old_countdown_and_plans_the_new_one(
    newsroom: Newsroom, bot: BotClient, subtests: pytest.Subtests
) -> None:
    room = newsroom
    room.clock.set(datetime(2018, 2, 1, 17, tzinfo=UTC))
    await record_letter(room, sent="2018-01-24", deadline="30 days", calendar="US")
    await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="Boulder, CO (city)")
    watch = Watch(room.db, room.clock, Delivery(room.db, room.clock, DiscordPoster(bot)))
    room.clock.set(datetime(2018, 2, 22, 17, tzinfo=UTC))
    await watch.turn()
    shown = await close(room, day="2018-02-23")
    await room.alice.press(shown, "Move this deadline")
    assert await announced(room) == ["sent", "deadline"]
    for day in (22, 23, 24, 25, 26, 27):
        room.clock.set(datetime(2018, 2, day, 18, tzinfo=UTC))
        await watch.turn()
        texts = [str(message["components"]) for message in room.sandbox.messages(room.alerts)]
        with subtests.test(f"{day} February"):
            assert sum("Deadline passed" in text for text in texts) == (day == 27)
            assert sum("deadline corrected to Mon 26 February 2018" in text for text in texts) == 1, texts[-1]


async def test_a_list_that_another_closure_has_changed_is_moved_nowhere(counted: Newsroom) -> None:
    shown = await close(counted)
    counted.clock.set(counted.clock.now() + timedelta(minutes=1))
    second = await close(counted, day="2018-06-26", reason="Still under water")
    assert f"{MONDAY} (<t:1529985599:f>) → **Wed 27 June 2018" in second.text
    before = await count(counted)
    refused = await counted.alice.press(shown, "Move these 2 deadlines")
    assert "it would fall on another day now" in refused.text
    assert await count(counted) == before
    await counted.alice.press(second, "Move these 2 deadlines")
    assert await deadlines(counted) == {56: date(2018, 6, 27), 57: date(2018, 6, 27)}


async def test_a_list_whose_closure_came_off_in_the_same_instant_is_out_of_date(counted: Newsroom) -> None:
    shown = await close(counted)
    await counted.alice.command(counted.room, "closures remove", day="2018-06-25")
    refused = await counted.alice.press(shown, "Move these 2 deadlines")
    assert "this list is out of date" in refused.text


async def test_removing_a_closure_shows_the_same_in_reverse(counted: Newsroom) -> None:
    await counted.alice.press(await close(counted), "Move these 2 deadlines")
    [offered] = await counted.alice.complete(counted.room, "closures remove", "day", "flood")
    assert offered == {"name": "Monday, 25 June 2018: City Hall closed by flood", "value": "2018-06-25"}
    shown = await counted.alice.command(counted.room, "closures remove", day=offered["value"])
    assert "Closure removed" in shown.text
    assert f"{TUESDAY} (<t:1530071999:f>) → **{MONDAY} (<t:1529985599:f>)** (2)" in shown.text
    await counted.alice.press(shown, "Move these 2 deadlines")
    assert await deadlines(counted) == {56: date(2018, 6, 25), 57: date(2018, 6, 25)}
    gone = await counted.bob.command(counted.room, "closures show")
    assert "~~Monday, 25 June 2018: City Hall closed by flood" in gone.text


async def test_only_the_closures_that_moved_a_deadline_are_its_reason_and_source(counted: Newsroom) -> None:
    await close(counted, day="2018-06-01", reason="Water main", source="https://example.org/earlier")
    await close(counted)
    shown = await counted.alice.press(await counted.bob.command(counted.room, "closures show"), "Deadlines they would move")
    await counted.alice.press(shown, "Move these 2 deadlines")
    async with counted.db.read() as conn:
        case = await cases.numbered(conn, counted.guild.id, 56)
    assert case is not None
    assert case.events[-1].text.startswith("Counted again: Monday, 25 June 2018 is closed (City Hall closed by flood). Before:")
    assert "https://example.org/earlier" not in [source.url for source in case.events[-1].sources]


async def test_leaving_them_leaves_them(counted: Newsroom) -> None:
    shown = await close(counted)
    before = await count(counted)
    left = await counted.alice.press(shown, "Leave them")
    assert left.text == "**The deadlines stay as they are.** /closures show lists them again."
    assert await count(counted) == before


async def test_dates_that_were_typed_never_move(on_memorial_day: Newsroom) -> None:
    shown = await close(on_memorial_day, day="2018-02-23", reason="Storm")
    assert "No deadline of an open case would move." in shown.text


async def test_a_new_deadline_is_counted_with_the_closures(counted: Newsroom) -> None:
    await close(counted)
    receipt = await record_letter(counted, "Second demand", deadline="30 days")
    assert f"Deadline: {TUESDAY}" in receipt.text
    assert "Monday 25 June is closed (City Hall closed by flood)" in receipt.text


async def test_closures_that_say_nothing_new_are_refused_or_remarked_on(counted: Newsroom) -> None:
    await close(counted)
    again = await close(counted, reason="Again")
    assert again.text == "Mon 25 June 2018 is already a closure; see /closures show."
    saturday = await close(counted, day="2018-06-30")
    assert "That day is a Saturday anyway." in saturday.text
    holiday = await close(counted, day="July 4, 2018")
    assert "That day is Independence Day anyway." in holiday.text
    for wrong, why in (
        ({"day": "soon"}, "cannot be read as a date"),
        ({"day": "2058-01-01"}, "Check the year"),
        ({"source": " "}, "source"),
    ):
        assert why in (await close(counted, **wrong)).text
    unknown = await counted.alice.command(counted.room, "closures remove", day="2018-06-29")
    assert unknown.text == "No closure is recorded on Fri 29 June 2018; see /closures show."


async def test_only_the_desk_records_closures_and_moves(counted: Newsroom) -> None:
    refused = await counted.bob.command(counted.room, "closures add", **CLOSED)
    assert "Only the desk can record facts" in refused.text
    assert "None is recorded." in (await counted.bob.command(counted.room, "closures show")).text
    await close(counted)
    shown = await counted.bob.press(await counted.bob.command(counted.room, "closures show"), "Deadlines they would move")
    refused = await counted.bob.press(shown, "Move these 2 deadlines")
    assert "Only the desk can record facts" in refused.text
    assert await deadlines(counted) == {56: date(2018, 6, 25), 57: date(2018, 6, 25)}


async def test_another_calendar_shows_what_it_would_move(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room, deadline="30 days")
    await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="Denver")
    changed = await room.olga.command(room.room, "settings calendar", calendar="US")
    assert "Calendar: **US: federal legal holidays** (was none" in changed.text
    assert "Recorded deadlines stay as they are" in changed.text
    shown = await room.olga.press(changed, "Deadlines it would move")
    moved = await room.olga.press(shown, "Move this deadline")
    assert f"Sun 24 June 2018, end of day EDT (<t:1529899199:f>) → **{MONDAY}" in moved.text
    assert await deadlines(room) == {56: date(2018, 6, 25)}
    refused = await room.olga.command(room.room, "settings calendar", calendar="Colorado")
    assert "“Colorado” is not a calendar. Did you mean US-CO" in refused.text
    offered = await room.olga.complete(room.room, "settings calendar", "calendar", "colorado")
    assert offered[0]["value"] == "US-CO"


async def test_a_long_list_is_turned_and_moved_from_any_page(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await room.olga.command(room.room, "settings calendar", calendar="US")
    await record_letter(room, deadline="30 days")
    names = [f"Long Name of a Place {number}, CO (city)" for number in range(100)]
    await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="; ".join(names))
    shown = await close(room)
    assert "100 deadlines of open cases would move." in shown.text
    second = await room.alice.press(shown, "More")
    assert "Page 2 of 2" in second.text
    moved = await room.alice.press(second, "Move these 100 deadlines")
    assert "**Moved: 100 deadlines**" in moved.text
    assert set((await deadlines(room)).values()) == {date(2018, 6, 26)}
    assert len(await deadlines(room)) == 100


async def test_a_recipient_added_after_a_closure_is_told_of_it(counted: Newsroom) -> None:
    await close(counted)
    added = await counted.alice.command(counted.room, "case add", letter="Demand of May", jurisdictions="Boston, MA (city)")
    assert f"Deadline: {MONDAY}" in added.text
    assert f"With the closures recorded since, it would be {TUESDAY}" in added.text
    shown = await counted.alice.press(await counted.bob.command(counted.room, "closures show"), "Deadlines they would move")
    await counted.alice.press(shown, "Move these 3 deadlines")
    assert set((await deadlines(counted)).values()) == {date(2018, 6, 26)}
