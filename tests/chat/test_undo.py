"""Undo in Discord: what rests on an entry is listed first, and goes with it if the person says so."""

from __future__ import annotations

from datetime import timedelta

from bot.record.events import Note
from bot.record.new_events import NewEvent
from bot.store import cases
from bot.store import events as event_store
from sandbox import Answer
from tests.chat.conftest import NEW_YORK, Newsroom, connected, count
from tests.chat.test_recording import PAGE, announced, record_letter

LISTED = "**This also takes back 1 later fact:**"


async def added(room: Newsroom, places: str = "Denver") -> Answer:
    """Places added to a letter of May, due 29 June."""
    return await room.alice.command(
        room.room, "case add", letter="Demand of May", jurisdictions=places, deadline="2018-06-29", source=PAGE
    )


async def extended(room: Newsroom, case: str = "56", to: str = "2018-07-13") -> Answer:
    """An extension that Olga records."""
    entered = {"deadline": to, "granted_by": "The authority", "source": "https://example.org/mail"}
    return await room.olga.command(room.room, "case extend", case=case, **entered)


async def test_add_extend_undo_and_add_again(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room)
    first = await added(room)
    await extended(room)
    asked = await room.alice.press(first, "Undo")
    assert asked.ephemeral
    assert LISTED in asked.text and "**#56 Denver, CO**, Demand of May" in asked.text
    assert "deadline extended to Fri 13 July 2018" in asked.text and "recorded 28 May 2018 by Olga" in asked.text
    assert "[example.org/mail](<https://example.org/mail>)" in asked.text
    undone = await room.alice.press(asked, "Undo all")
    assert "**Undone:** 3 events corrected" in undone.text
    assert "#56 Denver, CO: no longer recorded as sent" in undone.text
    assert "#56 Denver, CO: awaiting answer, 32 days left" in (await added(room)).text
    status = await room.bob.command(room.room, "status", jurisdiction="Denver", letter="Demand of May")
    assert "Deadline: **Fri 29 June 2018" in status.text and "July" not in status.text
    history = (await room.bob.press(status, "History")).text.splitlines()
    extension = next(line for line in history if "13 July" in line)
    assert extension.startswith("- ~~") and extension.endswith("corrected on 28 May 2018 by Alice. Undone with its case.")
    assert [line for line in history if line.startswith("- ") and "~~" not in line and "13 July" in line] == []


async def test_leave_undoes_nothing(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room)
    first = await added(room)
    await extended(room)
    before = await count(room)
    asked = await room.alice.press(first, "Undo")
    left = await room.alice.press(asked, "Leave")
    assert left.text == "**Nothing was undone.**" and await count(room) == before
    assert LISTED in (await room.alice.press(first, "Undo")).text, "it can be asked again"


async def test_what_was_recorded_while_the_list_was_read_is_shown_first(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room)
    first = await added(room)
    await extended(room)
    asked = await room.alice.press(first, "Undo")
    await room.olga.command(room.room, "case answer", case="56", extent="partial", source=PAGE, text="200 pages.")
    again = await room.alice.press(asked, "Undo all")
    assert again.text.startswith("Something else was recorded in the meantime, so nothing was undone yet.")
    assert "**This also takes back 2 later facts:**" in again.text and "200 pages." in again.text
    assert "**Undone:** 4 events corrected" in (await room.alice.press(again, "Undo all")).text
    twice = await room.alice.press(again, "Undo all")
    assert "There is nothing left to undo" in twice.text


async def test_the_list_works_after_a_restart_and_only_for_the_time_allowed(newsroom: Newsroom) -> None:
    room = newsroom
    async for _ in connected(room):
        await record_letter(room, sent="2018-01-20")
        first = await room.alice.command(
            room.room, "case add", letter="Demand of May", jurisdictions="Boston, MA (city)", deadline="2018-06-29"
        )
        await extended(room, "1")
        asked = await room.alice.press(first, "Undo")
    async for _ in connected(room):
        room.clock.set(room.clock.now() + timedelta(minutes=16))
        assert "Undo works for 15 minutes" in (await room.alice.press(asked, "Undo all")).text
        room.clock.set(room.clock.now() - timedelta(minutes=2))
        assert "**Undone:** 3 events corrected" in (await room.alice.press(asked, "Undo all")).text


async def test_a_long_list_has_pages_and_each_can_undo(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room)
    first = await added(room)
    for number in range(8):
        await room.olga.command(
            room.room, "case answer", case="56", extent="partial", source=PAGE, text=f"{number} {'pages ' * 120}"
        )
    asked = await room.alice.press(first, "Undo")
    assert "**This also takes back 8 later facts:**" in asked.text and "Page 1 of" in asked.text
    turned = await room.alice.press(asked, "More")
    assert "Page 2 of" in turned.text
    assert "**Undone:** 10 events corrected" in (await room.alice.press(asked, "Undo all")).text


async def test_a_list_of_many_cases_fits_into_messages(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room)
    first = await added(room, "; ".join(f"Place {number}, VT (city)" for number in range(60)))
    await extended(room, "56")
    async with room.db.write() as conn:
        known = await cases.of_letter(conn, room.guild.id, (await cases.letters_of(conn, room.guild.id))[-1].id)
        audit = event_store.audit_context(room.guild.id, "Olga", room.clock.now(), NEW_YORK, room.olga.user.id)
        notes = [(case.id, case.place.id, NewEvent(case.letter.sent, Note(), "Seen.")) for case in known]
        await event_store.append_events(conn, audit, notes)
    asked = await room.alice.press(first, "Undo")
    assert "**This also takes back 61 later facts:**" in asked.text and "Page 1 of" in asked.text
    assert "**Undone:** 181 events corrected" in (await room.alice.press(asked, "Undo all")).text


async def test_a_letter_goes_with_its_recipients(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    letter = await record_letter(room)
    await added(room, "Denver; Chicago")
    await extended(room)
    asked = await room.alice.press(letter, "Undo")
    assert "**This also takes back 2 recipients with 5 later facts:**" in asked.text
    undone = await room.alice.press(asked, "Undo all")
    assert "**Undone:** 5 events corrected" in undone.text
    assert "The letter “Demand of May” is no longer recorded." in undone.text
    assert "Demand of May" not in (await room.bob.command(room.room, "letters")).text


async def test_the_announcements_of_later_facts_are_taken_back_with_the_case(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room)
    first = await added(room)
    await extended(room)
    await room.olga.command(room.room, "case answer", case="56", extent="partial", source=PAGE, text="200 pages.")
    assert await announced(room) == ["sent", "deadline", "answer"]
    await room.alice.press(await room.alice.press(first, "Undo"), "Undo all")
    assert await announced(room) == ["sent", "deadline", "answer"], "what was not posted is taken back without a word"
