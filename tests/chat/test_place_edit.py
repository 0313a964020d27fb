"""/place edit and /place merge over the wire."""

from __future__ import annotations

from typing import Any

from bot.record.places import Jurisdiction, PlaceKind
from bot.store import places
from sandbox import Answer
from sandbox.forms import form_fields
from tests.chat.conftest import Newsroom


async def opened(room: Newsroom, name: str) -> tuple[Answer, dict[str, Any]]:
    form = await room.alice.command(room.room, "place edit", jurisdiction=name)
    assert form.modal is not None
    fields = {field["custom_id"]: field for _, field in form_fields(form.modal)}
    kind = next(option["value"] for option in fields["kind"]["options"] if option.get("default"))
    return form, {**{name: field.get("value") or "" for name, field in fields.items()}, "kind": [kind]}


async def test_a_place_is_renamed_after_a_preview(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form, recorded = await opened(room, "Chicago")
    assert recorded["name"] == "Chicago" and recorded["kind"] == ["city"]
    preview = await room.alice.submit(form, {**recorded, "name": "Windy City"})
    assert "Name: Chicago → **Windy City**" in preview.text and "Nothing is recorded yet." in preview.text
    receipt = await room.alice.press(preview, "Record")
    assert "**Changed: Windy City, IL (city)**" in receipt.text
    choices = await room.bob.complete(room.room, "status", "jurisdiction", "chic")
    assert [choice["value"] for choice in choices][:1] == ["Windy City, IL"]
    history = await room.bob.command(room.room, "history", jurisdiction="Chicago")
    while "The place itself" not in history.text:
        history = await room.bob.press(history, "More")
    assert "Name: Chicago → **Windy City**" in history.text
    assert "as it was before" in (await room.alice.press(receipt, "Undo")).text
    assert "## Chicago, IL" in (await room.bob.command(room.room, "status", jurisdiction="Chicago")).text


async def test_two_places_are_merged_and_separated(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    async with room.db.write() as conn:
        [(old_id, _)] = await places.ensure_all(conn, room.guild.id, [Jurisdiction(0, "Chicago Heights", PlaceKind.CITY, "IL")])
    preview = await room.alice.command(room.room, "place merge", jurisdiction="Chicago", into="Chicago Heights, IL")
    assert "## Merge Chicago, IL (city) into Chicago Heights, IL (city)?" in preview.text
    assert "would belong to Chicago Heights, IL:" in preview.text and "Chicago." in preview.text
    receipt = await room.alice.press(preview, "Record")
    assert "**Merged: Chicago, IL (city)** is part of **Chicago Heights, IL (city)** now." in receipt.text
    assert "## Chicago Heights, IL" in (await room.bob.command(room.room, "status", jurisdiction="Chicago")).text
    history = await room.bob.command(room.room, "history", jurisdiction="Chicago")
    while "The place itself" not in history.text:
        history = await room.bob.press(history, "More")
    assert "Chicago, IL (city) merged into Chicago Heights, IL (city) on 28 May 2018" in history.text
    separated = await room.alice.press(history, "Separate Chicago, IL (city)")
    assert "**Undone:** merge" in separated.text
    assert "## Chicago, IL" in (await room.bob.command(room.room, "status", jurisdiction="Chicago")).text
    assert old_id


async def test_places_with_the_same_letter_are_not_merged(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    refused = await room.alice.command(room.room, "place merge", jurisdiction="Chicago", into="Denver")
    assert "both received" in refused.text and "/case withdraw case:" in refused.text
