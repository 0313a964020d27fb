"""News of a place apart from any letter: posted once, taken back aloud, and not posted once it was undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.chat.views import notice_page, render
from bot.desk import place_events
from bot.desk.case_events import EventReport
from bot.desk.session import reading, writing
from bot.record.errors import Undeliverable
from bot.record.events import Court, CourtStep, Detail, Note
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source
from bot.store import places
from bot.store.tables import alerts, notices
from bot.words.paging import Query
from bot.words.plain_text import plain
from tests.recording import SERVER
from tests.undoing import undo
from tests.watch.test_delivery import House

ALICE = 11
CHICAGO = Jurisdiction(0, "Chicago", PlaceKind.CITY, "IL")
RULING = Court(CourtStep.RULING, "N.D. Ill.")


async def record(house: House, detail: Detail = RULING) -> str:
    """Alice records a fact of Chicago, which has no letter: the operation."""
    async with house.db.write() as conn:
        [(place_id, _)] = await places.ensure_all(conn, SERVER, [CHICAGO])
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        report = EventReport(None, Source("The order", "https://example.org/order"), "A judge suspends the rule.")
        return (await place_events.record_place_event(session, place_id, detail, report)).operation


async def take_back(house: House, operation: str) -> None:
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        await undo(session, operation)


async def test_it_is_posted_once_with_its_source(house: House) -> None:
    await record(house)
    [text] = await house.turn(house.clock.now())
    assert text.startswith("Chicago, IL: court ruling (N.D. Ill.)")
    assert "Not tied to a letter" in text and "A judge suspends the rule." in text and "The order" in text
    assert await house.turn(house.clock.now() + timedelta(days=1)) == []


async def test_the_database_refuses_a_second_alert_of_one_fact(house: House) -> None:
    await record(house)
    columns = [column for column in alerts.c if column.name != "id"]
    again = alerts.insert().from_select([column.name for column in columns], select(*columns))
    with pytest.raises(IntegrityError):
        async with house.db.write() as conn:
            await conn.execute(again)


async def test_a_note_is_not_announced(house: House) -> None:
    await record(house, Note())
    assert await house.turn(house.clock.now()) == []


async def test_what_was_undone_before_it_was_posted_is_not_posted(house: House) -> None:
    await take_back(house, await record(house))
    assert await house.turn(house.clock.now()) == []
    assert await house.states() == [("news", "superseded")]


async def test_what_was_posted_and_undone_is_taken_back_aloud(house: House) -> None:
    operation = await record(house)
    await house.turn(house.clock.now())
    house.clock.set(house.clock.now() + timedelta(minutes=1))
    await take_back(house, operation)
    [text] = await house.turn(house.clock.now())
    assert text.startswith("Chicago, IL: court ruling (N.D. Ill.), entry undone")


@pytest.mark.parametrize("channel_id", [101, 202])
async def test_news_that_was_refused_is_posted_where_the_channel_is_now(house: House, channel_id: int) -> None:
    await record(house)
    house.channels.failures = [lambda: Undeliverable("the channel is gone", permanent=True)]
    await house.turn(house.clock.now())
    await house.alice.open(house.clock.now(), channel_id=channel_id)
    [text] = await house.turn(house.clock.now() + timedelta(hours=2))
    assert "court ruling" in text


async def test_its_buttons_show_the_history_of_the_place_and_the_source(house: House) -> None:
    await record(house)
    await house.turn(house.clock.now())
    async with house.db.read() as conn:
        token = (await conn.execute(select(notices.c.token))).scalar_one()
    async with reading(house.db, SERVER, house.clock.now()) as session:
        history = plain(await render(session, Query("news", (token,))))
        sources = plain(await render(session, Query("nsrc", (token,))))
        page = plain(await notice_page(session, token, 0))
    assert "Chicago, IL, not tied to a letter" in history and "A judge suspends the rule." in history
    assert "https://example.org/order" in sources
    assert page.startswith("Chicago, IL: court ruling")
