"""/import of spreadsheets: hidden rows and a letter that may be recorded already are asked about, with buttons."""

from __future__ import annotations

from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from bot.chat.client import BotClient
from bot.reader.documents.kinds import FileKind
from bot.store import cases
from bot.store.tables import letters
from tests.chat.conftest import Newsroom, connected
from tests.chat.test_import import buttons, counts, labels, of_file, record_button, site
from tests.chat.test_import_edit import edited
from tests.chat.test_import_hardships import HEADER, deadlines, row
from tests.corpus import samples

PLACES = (("Duluth", "2018-02-23"), ("Rochester", "2018-02-23"), ("Winona", "2018-03-02"))


def hiding(*hidden: int, rows: tuple[tuple[str, str], ...] = PLACES, sources: bool = True) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(HEADER.strip().split(","))
    for name, due in rows:
        cells = [name, "city", "MN", due, "The Authority", "Demand", "2018-01-22", "https://example.org/a"]
        book.active.append(cells if sources else cells[:-1])
    for number in hidden:
        book.active.row_dimensions[number].hidden = True
    return samples.saved(book.save)


def table(*rows: str) -> bytes:
    return (HEADER + "".join(rows)).encode()


async def titles(room: Newsroom) -> list[tuple[str, str]]:
    async with room.db.read() as conn:
        query = select(letters.c.slug, letters.c.title).where(letters.c.taken_back_at.is_(None)).order_by(letters.c.id)
        return [(slug, title) for slug, title in await conn.execute(query)]


async def test_hidden_rows_are_asked_about_before_anything_is_read(newsroom: Newsroom, bot: BotClient) -> None:
    asked = await of_file(newsroom, "list.xlsx", hiding(3, 4))
    assert asked.ephemeral
    assert asked.text == (
        "**list.xlsx has 2 hidden rows**\n"
        "A filter or a person has hidden rows 3 and 4. Nothing is recorded yet. Do hidden rows count?"
    )
    assert list(buttons(asked)) == ["Include 2 hidden rows", "Leave them out", "Drop draft"]
    assert await labels(newsroom) == []


async def test_hidden_rows_are_left_out_and_named(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await of_file(newsroom, "list.xlsx", hiding(4))
    await newsroom.alice.press(preview, "Leave it out")
    assert "-# 1 hidden row left out: row 4." in preview.text
    assert "Deadline: **Fri 23 February 2018" in preview.text, "the hidden row's own deadline does not count"
    receipt = await newsroom.alice.press(preview, "Record 2 recipients")
    assert "-# 1 hidden row left out: row 4." in receipt.text
    assert await labels(newsroom) == ["Duluth, MN", "Rochester, MN"]


async def test_hidden_rows_are_included_also_after_a_restart(newsroom: Newsroom) -> None:
    async for _ in connected(newsroom):
        preview = await of_file(newsroom, "list.xlsx", hiding(3, 4))
    async for _ in connected(newsroom):
        await newsroom.alice.press(preview, "Include 2 hidden rows")
        assert "-# 2 hidden rows included: rows 3 and 4." in preview.text
        await newsroom.alice.press(preview, "Record 3 recipients")
    assert await labels(newsroom) == ["Duluth, MN", "Rochester, MN", "Winona, MN"]


async def test_hidden_rows_behind_an_address_are_left_out_and_its_address_is_the_source(
    newsroom: Newsroom, bot: BotClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(monkeypatch, hiding(4, sources=False), FileKind.XLSX.value):
        preview = await newsroom.alice.command(newsroom.room, "import", address="http://example.org/download")
    await newsroom.alice.press(preview, "Leave it out")
    assert "-# 1 hidden row left out: row 4." in preview.text
    assert "](<http://example.org/download>)" in preview.text


async def test_a_wrong_hidden_row_does_not_keep_the_others_from_being_read(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await of_file(newsroom, "list.xlsx", hiding(3, rows=(("Duluth", "2018-02-23"), ("Rochester", "soon"))))
    refused = await newsroom.alice.press(preview, "Include 1 hidden row")
    assert "Row 3: " in refused.text + str(refused.followups)
    await newsroom.alice.press(preview, "Leave it out")
    assert buttons(preview)["Record 1 recipient"]


async def test_hidden_rows_of_a_dropped_or_old_draft_are_not_read(newsroom: Newsroom, bot: BotClient) -> None:
    dropped = await of_file(newsroom, "list.xlsx", hiding(3))
    await newsroom.alice.press(dropped, "Drop draft")
    assert (await counts(newsroom))["drafts"] == 0
    old = await of_file(newsroom, "list.xlsx", hiding(3))
    newsroom.clock.set(newsroom.clock.now() + timedelta(hours=24, seconds=1))
    refused = await newsroom.alice.press(old, "Leave it out")
    assert "Run /import again" in refused.text + str(refused.followups)


@pytest.mark.parametrize("column", [0, 4, 5, 7])
async def test_a_garbled_cell_is_refused_with_its_row(newsroom: Newsroom, bot: BotClient, column: int) -> None:
    cells = row("Duluth").strip().split(",")
    cells[column] = "DoÃ±a Ana"
    refused = await of_file(newsroom, "list.csv", table(row("Rochester"), ",".join(cells)))
    assert "Row 3: " in refused.text and "seems to be “Doña Ana”, garbled by a wrong encoding" in refused.text
    assert (await counts(newsroom))["drafts"] == 0


# the letter's deadline


async def test_recipients_without_a_deadline_take_that_of_the_recorded_letter(newsroom: Newsroom, bot: BotClient) -> None:
    first = await of_file(newsroom, "first.csv", table(row("Duluth"), row("Rochester")))
    await newsroom.alice.press(first, "Record 2 recipients")
    more = await of_file(newsroom, "more.csv", table(row("Winona", due=""), row("Moorhead", due="2018-03-02")))
    says = "-# The letter's deadline for 1 recipient without one in the table: Winona, MN (city)"
    assert says in more.text
    receipt = await newsroom.alice.press(more, "Record 2 recipients")
    assert says in receipt.text
    assert (await deadlines(newsroom))["Winona, MN"] == "2018-02-23"


async def test_recipients_without_any_deadline_are_named(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await of_file(newsroom, "first.csv", table(row("Duluth"), row("Rochester", due="")))
    says = "-# No deadline, and so no countdown, for 1 recipient without one in the table: Rochester, MN (city)"
    assert says in preview.text
    receipt = await newsroom.alice.press(preview, "Record 2 recipients, 1 without a deadline")
    assert says in receipt.text


async def test_a_deadline_that_is_typed_is_theirs_too(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await of_file(newsroom, "first.csv", table(row("Duluth", due="2018-03-02"), row("Rochester", due="")))
    await edited(newsroom, preview, "Edit letter", deadline="2018-02-23")
    assert "-# The letter's deadline for 1 recipient without one in the table: Rochester, MN (city)" in preview.text
    await newsroom.alice.press(preview, "Record 2 recipients")
    assert (await deadlines(newsroom)) == {"Duluth, MN": "2018-03-02", "Rochester, MN": "2018-02-23"}


# a letter that may be recorded already


@pytest.mark.parametrize("title", ["Demand.", "“DEMAND”", "Demands", "Another"])
async def test_a_letter_that_may_be_recorded_is_asked_about(newsroom: Newsroom, bot: BotClient, title: str) -> None:
    first = await of_file(newsroom, "first.csv", table(row("Duluth")))
    await newsroom.alice.press(first, "Record 1 recipient")
    again = await of_file(newsroom, "again.csv", table(row("Winona", title=title)))
    assert "This may be a recorded letter of the same authority and day: “Demand”." in again.text
    shown = buttons(again)
    assert not shown["Record: 1 thing to settle first"]
    assert shown["Add to Demand"] and shown["Record as another letter"]
    other = await of_file(newsroom, "again.csv", table(row("Winona", title=title)))
    await newsroom.alice.press(again, "Add to Demand")
    await newsroom.alice.press(again, "Record 1 recipient")
    assert len(await titles(newsroom)) == 1
    await newsroom.alice.press(other, "Record as another letter")
    assert "To be recorded as **a new letter**." in other.text
    await newsroom.alice.press(other, "Record 1 recipient")
    assert len(await titles(newsroom)) == 2


async def test_a_letter_that_is_written_just_so_is_the_recorded_one(newsroom: Newsroom, bot: BotClient) -> None:
    first = await of_file(newsroom, "first.csv", table(row("Duluth")))
    await newsroom.alice.press(first, "Record 1 recipient")
    again = await of_file(newsroom, "again.csv", table(row("Winona", title="DEMAND")))
    assert "To be added to **Demand**, which is already recorded" in again.text
    await newsroom.alice.press(again, "Record 1 recipient")
    assert len(await titles(newsroom)) == 1


async def test_of_two_drafts_of_one_letter_the_second_is_asked_about(newsroom: Newsroom, bot: BotClient) -> None:
    first = await of_file(newsroom, "first.csv", table(row("Duluth")))
    second = await of_file(newsroom, "second.csv", table(row("Winona", title="Demand.")))
    await newsroom.alice.press(first, "Record 1 recipient")
    await newsroom.alice.press(second, "Record 1 recipient")
    assert "has changed since this was shown" in second.text
    assert "This may be a recorded letter" in second.text
    assert await labels(newsroom) == ["Duluth, MN"]


async def test_another_letter_is_chosen_again_once_its_day_is_another(newsroom: Newsroom, bot: BotClient) -> None:
    for title, day in (("Demand", "2018-01-22"), ("Request", "2018-01-19")):
        text = table(row("Duluth", title=title)).replace(b"2018-01-22", day.encode())
        preview = await of_file(newsroom, "first.csv", text)
        await newsroom.alice.press(preview, record_button(preview))
    preview = await of_file(newsroom, "more.csv", table(row("Winona", title="Demand.")))
    await newsroom.alice.press(preview, "Record as another letter")
    await edited(newsroom, preview, "Edit letter", sent="2018-01-19")
    assert "This may be a recorded letter of the same authority and day: “Request”." in preview.text
    async with newsroom.db.read() as conn:
        assert len(await cases.of_server(conn, newsroom.guild.id)) == 2
