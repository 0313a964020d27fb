"""Changes of letters and places are announced once, and not if they were undone before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.chat.views import notice_page, render
from bot.desk import letter_edits, place_edits
from bot.desk.letter_edits import LetterChange
from bot.desk.place_edits import PlaceEdit
from bot.desk.session import reading, writing
from bot.record.sources import Source
from bot.store import cases, places
from bot.store.tables import notices
from bot.words.paging import Query
from bot.words.plain_text import plain
from tests.recording import SERVER
from tests.undoing import undo
from tests.watch.test_delivery import House

ALICE = 11
SECOND = Source("Second letter", "https://example.org/second")
MINUTE = timedelta(minutes=1)


async def edited(house: House, title: str) -> str:
    """Alice edits the title of the only letter: the operation."""
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        [letter] = await cases.letters_of(session.conn, SERVER)
        edit = LetterChange(letter, replace(letter, title=title), "", SECOND)
        shown = await letter_edits.preview(session, edit)
        decision = await letter_edits.decide_edit(session, edit, shown.digest)
        return (await letter_edits.record_edit(session, decision)).revision.operation


async def undone(house: House, operation: str) -> None:
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        await undo(session, operation)


async def test_a_change_of_a_letter_is_posted_once_with_its_source(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.turn(house.clock.now())
    await edited(house, "The demand")
    [text] = await house.turn(house.clock.now() + MINUTE)
    assert text.startswith("The demand: title changed")
    assert "Title: Demand → The demand" in text and "by Alice; source: Second letter" in text
    assert await house.turn(house.clock.now() + timedelta(minutes=2)) == []
    async with reading(house.db, SERVER, house.clock.now()) as session:
        token = (await session.conn.execute(select(notices.c.token).order_by(notices.c.id.desc()).limit(1))).scalar_one()
        assert "Title: Demand → The demand" in plain(await render(session, Query("news", (token,))))
        assert "Second letter" in plain(await render(session, Query("nsrc", (token,))))
        assert "The demand: title changed" in plain(await notice_page(session, token, 0))


async def test_a_change_that_was_undone_before_it_was_posted_is_not(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.turn(house.clock.now())
    await undone(house, await edited(house, "The demand"))
    assert await house.turn(house.clock.now() + MINUTE) == []


async def test_the_undo_of_what_was_posted_is_posted(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.turn(house.clock.now())
    operation = await edited(house, "The demand")
    await house.turn(house.clock.now() + MINUTE)
    house.clock.set(house.clock.now() + MINUTE)
    await undone(house, operation)
    [text] = await house.turn(house.clock.now() + MINUTE)
    assert text.startswith("Demand: title changed back") and "Title: The demand → Demand" in text


async def test_the_new_name_of_a_place_with_an_open_case_is_posted(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.turn(house.clock.now())
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        place = next(iter(await places.all_of(session.conn, SERVER)))
        await place_edits.record_edit(session, PlaceEdit(place, replace(place, aliases=(place.name,), name="Old Town")))
    [text] = await house.turn(house.clock.now() + MINUTE)
    assert text.startswith("Old Town, NY (city): name and other names changed")
