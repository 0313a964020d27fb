"""/letter new asks before it records a letter that may be recorded already."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text

from bot.store import cases
from bot.store.tables import drafts
from sandbox import Answer
from tests.chat.conftest import Newsroom, connected
from tests.chat.test_recording import PAGE

DEMAND = "Document demand of 24 January 2018"
TYPED = {"Title": "Demand of May", "What it demands": "All files\nof 2018", "What it threatens": "subpoena\nfine"}


async def recorded(room: Newsroom, written: dict[str, str] | None = None, **options: str) -> Answer:
    entered = {"authority": "The authority", "sent": "2018-05-25", "source": PAGE, **options}
    form = await room.alice.command(room.room, "letter new", **entered)
    return await room.alice.submit(form, {**TYPED, **(written or {})})


async def slugs(room: Newsroom) -> list[str]:
    async with room.db.read() as conn:
        return [letter.slug for letter in await cases.letters_of(conn, room.guild.id)]


async def kept(room: Newsroom) -> int:
    async with room.db.read() as conn:
        return int((await conn.execute(select(func.count()).where(drafts.c.id > 0))).scalar_one())


@pytest.mark.parametrize(
    ("title", "options"),
    [
        ("Demand of May", {}),
        ("demand of  MAY", {"authority": "the Authority"}),
        ("The demand of May.", {"sent": "May 25, 2018"}),
        ("Demand of May", {"sent": "2018-05"}),
    ],
)
async def test_a_letter_like_a_recorded_one_is_asked_about(
    on_memorial_day: Newsroom, title: str, options: dict[str, str]
) -> None:
    room = on_memorial_day
    await recorded(room)
    before = await slugs(room)
    asked = await recorded(room, {"Title": title}, **options)
    assert asked.ephemeral
    assert "A letter of that day, authority and title is already recorded" in asked.text
    assert "The authority, sent 25 May 2018" in asked.text and "Short name: 2018-05-25-demand-of-may" in asked.text
    assert await slugs(room) == before


async def test_the_name_of_the_authority_may_be_another(on_memorial_day: Newsroom) -> None:
    asked = await recorded(on_memorial_day, {"Title": DEMAND}, authority="DOJ", sent="2018-01-24")
    assert "is already recorded" in asked.text and "23 recipients" in asked.text


@pytest.mark.parametrize(
    ("title", "options"),
    [
        ("Demand of June", {}),
        ("Demand of May 2", {}),
        ("Demand of May", {"sent": "2018-05-24"}),
        ("Demand of May", {"authority": "The county"}),
    ],
)
async def test_any_other_letter_is_recorded_at_once(on_memorial_day: Newsroom, title: str, options: dict[str, str]) -> None:
    await recorded(on_memorial_day)
    receipt = await recorded(on_memorial_day, {"Title": title}, **options)
    assert f"**Recorded: {title}**" in receipt.text


async def test_that_letter_is_used_and_what_was_typed_is_given_back(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await recorded(room)
    before = await slugs(room)
    used = await room.alice.press(await recorded(room), "Use that letter")
    assert used.ephemeral and "**Nothing was recorded:** Demand of May is the letter." in used.text
    assert "/case add letter:2018-05-25-demand-of-may" in used.text
    for typed in TYPED.values():
        assert typed in used.text
    assert (await slugs(room), await kept(room)) == (before, 0)


async def test_another_letter_is_recorded_as_it_was_typed(newsroom: Newsroom) -> None:
    """After a restart, too: what was typed is kept in the database."""
    room = newsroom
    counted = {"sent": "2018-01-20", "deadline": "30 days", "calendar": "US"}
    async for _ in connected(room):
        await recorded(room, None, **counted)
        asked = await recorded(room, {"What it demands": "Other files", "Note on the deadline": "By mail"}, **counted)
    async for _ in connected(room):
        receipt = await room.alice.press(asked, "Record another letter")
        assert "**Recorded: Demand of May**" in receipt.text and "Demand: Other files" in receipt.text
        assert "letter:2018-01-20-demand-of-may-2" in receipt.text
        again = await room.alice.press(asked, "Record another letter")
        assert again.text == "This question was answered already, or it is too old. Run /letter new again."
    async with room.db.read() as conn:
        first, second = await cases.letters_of(conn, room.guild.id)
    assert second.deadline and second.deadline == first.deadline and second.deadline.rule
    assert (second.sent, second.threatened, second.sources) == (first.sent, first.threatened, first.sources)
    assert second.deadline_note == "By mail"


async def test_the_new_letter_can_be_undone(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await recorded(room)
    before = await slugs(room)
    receipt = await room.alice.press(await recorded(room), "Record another letter")
    assert len(await slugs(room)) == len(before) + 1
    assert "is no longer recorded" in (await room.alice.press(receipt, "Undo")).text
    assert await slugs(room) == before


async def test_a_letter_that_was_undone_is_no_twin_and_cannot_be_used(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await recorded(room)
    asked = await recorded(room)
    await room.alice.press(receipt, "Undo")
    gone = await room.alice.press(asked, "Use that letter")
    assert gone.text == "This button is for something that is not recorded on this server."
    assert "**Recorded: Demand of May**" in (await room.alice.press(asked, "Record another letter")).text


async def test_the_question_ends_with_the_day(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await recorded(room)
    asked = await recorded(room)
    room.clock.set(room.clock.now() + timedelta(hours=25))
    assert "it is too old" in (await room.alice.press(asked, "Record another letter")).text


async def test_after_a_restore_an_old_question_records_no_other_letter(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await recorded(room)
    await recorded(room, {"Title": "Demand of June"})
    async with room.db.read() as conn:
        counted = (await conn.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'drafts'"))).scalar() or 0
    old = await recorded(room)
    async with room.db.write() as conn:  # as the backup has them
        await conn.execute(delete(drafts).where(drafts.c.id > 0))
        await conn.execute(text("UPDATE sqlite_sequence SET seq = :seq WHERE name = 'drafts'"), {"seq": counted})
    before = await slugs(room)
    asked = await recorded(room, {"Title": "Demand of June"})
    for button in ("Record another letter", "Use that letter"):
        assert "it is too old" in (await room.alice.press(old, button)).text
    assert (await slugs(room), await kept(room)) == (before, 1)
    assert "**Recorded: Demand of June**" in (await room.alice.press(asked, "Record another letter")).text
