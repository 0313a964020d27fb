"""/letter edit and /letter history over the wire: a form that is filled in, a preview, the recipients, Record, Undo."""

from __future__ import annotations

from typing import Any

from bot.store import cases
from bot.words import errors
from sandbox import Answer
from sandbox.forms import form_fields
from tests.chat.conftest import Newsroom
from tests.chat.test_others_buttons import button, sent

JANUARY = "doc-2018-01-24"
PAGE = "https://example.org/second"


async def slug(room: Newsroom, words: str = "24 January 2018") -> str:
    async with room.db.read() as conn:
        return next(letter.slug for letter in await cases.letters_of(conn, room.guild.id) if letter.sent.text == "2018-01-24")


async def opened(room: Newsroom, **options: str) -> Answer:
    return await room.alice.command(room.room, "letter edit", letter=await slug(room), **options)


def shown_in(form: Answer) -> dict[str, Any]:
    assert form.modal is not None
    return {field["custom_id"]: field.get("value") for _, field in form_fields(form.modal)}


async def test_a_letter_is_edited_in_a_form_after_a_preview(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await opened(room, source=PAGE)
    recorded = shown_in(form)
    assert recorded["demand"] and recorded["title"]
    preview = await room.alice.submit(form, {**recorded, "title": "The January demand", "demand": "Every e-mail."})
    assert preview.ephemeral and "Nothing is recorded yet." in preview.text
    assert f"Before: {recorded['title']}" in preview.text and "After: The January demand" in preview.text
    assert "Source of the change" in preview.text and PAGE in preview.text
    receipt = await room.alice.press(preview, "Record")
    assert "**Changed: The January demand**" in receipt.text
    letter = await room.bob.command(room.room, "letter show", letter=await slug(room))
    assert "Demand: Every e-mail." in letter.text and "changed on 28 May 2018 by Alice" in letter.text
    history = await room.bob.press(letter, "Changes")
    assert "**Title, demand and source changed** on 28 May 2018" in history.text and "Letter recorded" in history.text
    assert "decided already" in (await room.alice.press(preview, "Record")).text
    undone = await room.alice.press(receipt, "Undo")
    assert "**Undone:** letter: title, demand and source" in undone.text
    history = await room.bob.command(room.room, "letter history", letter=await slug(room))
    assert "~~**Title, demand and source changed**" in history.text and "Undone on 28 May 2018 by Alice" in history.text


async def test_a_form_that_was_left_as_it_was_changes_nothing(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await opened(room)
    refused = await room.alice.submit(form, shown_in(form))
    assert "Nothing was changed" in refused.text


async def test_what_the_letter_says_is_not_changed_without_a_source(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await opened(room)
    refused = await room.alice.submit(form, {**shown_in(form), "threatened": "a fine"})
    assert "needs a source" in refused.text and "a fine" in refused.text, "what was typed is given back"
    assert "Only the desk" in (await room.bob.command(room.room, "letter edit", letter=await slug(room))).text


async def test_the_default_deadline_moves_for_those_who_are_ticked(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    preview = await opened(room, deadline="2018-06-15", source=PAGE)
    assert "deadlines would move:** Fri 23 February 2018" in preview.text and "Fri 15 June 2018" in preview.text
    picking = await room.alice.press(preview, "Choose recipients")
    assert picking.message is not None
    [menu] = [row["components"][0] for row in picking.message["components"][0]["components"] if row["type"] == 1][:1]
    assert all(line["default"] for line in menu["options"])
    picking = await room.alice.select(picking, menu["custom_id"], [menu["options"][0]["value"], menu["options"][1]["value"]])
    assert "2 of 23 recipients ticked" in picking.text
    preview = await room.alice.press(picking, "Done")
    assert "**2 deadlines would move:**" in preview.text and "**Not ticked**, so their deadline stays: (21)" in preview.text
    receipt = await room.alice.press(preview, "Record")
    assert "2 deadlines moved." in receipt.text
    letter = await room.bob.command(room.room, "letter show", letter=await slug(room))
    assert "Deadline: Fri 15 June 2018" in letter.text
    undone = await room.alice.press(receipt, "Undo")
    assert "**Undone:** 2 events corrected" in undone.text
    letter = await room.bob.command(room.room, "letter show", letter=await slug(room))
    assert "Deadline: Fri 23 February 2018" in letter.text


async def test_leave_changes_nothing(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    left = await room.alice.press(await opened(room, deadline="2018-06-15", source=PAGE), "Leave")
    assert "**Nothing was changed.**" in left.text


async def test_a_source_takes_the_place_of_another(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    [first, *_] = await room.alice.complete(room.room, "letter edit", "instead_of", "", letter=await slug(room))
    form = await opened(room, source=f"A better copy {PAGE}", instead_of=first["value"])
    preview = await room.alice.submit(form, shown_in(form))
    assert "- Taken off:" in preview.text and "- Added: [A better copy]" in preview.text
    await room.alice.press(preview, "Record")
    letter = await room.bob.command(room.room, "letter show", letter=await slug(room))
    assert "A better copy" in letter.text and first["value"] not in letter.text


async def test_a_change_without_recipients_has_none_to_pick(on_memorial_day: Newsroom) -> None:
    """Its preview has no such button; a client may send one."""
    room = on_memorial_day
    form = await room.alice.command(room.room, "letter edit", letter="2018-01-24-documents", reason="Mistyped.")
    preview = await room.alice.submit(form, {"title": "The demand of January"})
    kept = button(preview, "Record").split(":")[1]
    refused = await sent(room, room.alice, f"pickletter:{kept}:0")
    assert "no longer works" in " ".join([refused.text, *map(str, refused.followups)])


async def test_only_the_person_who_asked_sees_the_pages_of_a_preview(on_memorial_day: Newsroom) -> None:
    """A client may send the custom_id of another person's page."""
    room = on_memorial_day
    preview = await opened(room, deadline="2018-06-15", source=PAGE)
    kept_id = button(preview, "Record").split(":")[1]
    page = f"page:letteredit:0:{kept_id}:{room.alice.user.id}"
    refused = await sent(room, room.bob, page)
    assert "15 June 2018" not in refused.text and errors.CHANGED in refused.text
    assert "deadlines would move" in (await sent(room, room.alice, page)).text
