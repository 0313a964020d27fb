"""/import where something goes wrong or is meant ill: nothing is lost, doubled or dated otherwise than it was shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.chat.client import BotClient
from bot.store import cases
from bot.store.tables import letters, notices
from tests.chat.conftest import Newsroom
from tests.chat.test_import import PLAIN, buttons, counts, labels, of_file, pasted, record_button
from tests.chat.test_import_edit import edited

EVIL = "[Mobile](http://evil.example) @everyone `x` **b**"
HEADER = "jurisdiction,kind,state,deadline,authority,title,sent,source\n"


def row(name: str, due: str = "2018-02-23", kind: str = "city", state: str = "MN", title: str = "Demand") -> str:
    return f'"{name}",{kind},{state},{due},The Authority,"{title}",2018-01-22,https://example.org/a\n'


async def deadlines(room: Newsroom) -> dict[str, str]:
    """By when each recipient on record has to answer."""
    async with room.db.read() as conn:
        every_case = await cases.of_server(conn, room.guild.id)
    case_states = {case.place.label: case.at(room.clock.now()) for case in every_case}
    return {label: str(one.deadline and one.deadline.date) for label, one in case_states.items() if one.exists}


async def test_a_count_follows_the_new_date_away_from_a_recorded_letter(newsroom: Newsroom, bot: BotClient) -> None:
    """A letter of the same day was found; the changed day makes another letter of it, counted from its own day."""
    await newsroom.alice.press(first := await pasted(newsroom), record_button(first))
    text = PLAIN.replace("by Feb. 23, 2018", "within 30 days of the date of this letter")
    preview = await pasted(newsroom, text.replace("· Mobile, Alabama;", "· Boulder, Colorado;"))
    assert "which is already recorded" in preview.text
    await edited(newsroom, preview, "Edit letter", deadline="30 days")
    assert "Wed 21 February 2018" in preview.text
    await edited(newsroom, preview, "Edit letter", sent="2018-01-19")
    assert "counted again from the letter's new date" in preview.text
    assert "To be recorded as **a new letter**" in preview.text
    assert "Deadline: **Sun 18 February 2018" in preview.text
    await edited(newsroom, preview, "Edit letter", sent="2018-01-22", deadline="20 days")
    await edited(newsroom, preview, "Edit letter", sent="2018-01-18", deadline="10 days")
    assert "Deadline: **Sun 28 January 2018" in preview.text


async def test_a_letter_whose_deadline_moved_after_the_preview_is_shown_again(newsroom: Newsroom, bot: BotClient) -> None:
    await newsroom.alice.press(first := await pasted(newsroom), record_button(first))
    preview = await of_file(newsroom, "more.csv", b"jurisdiction,kind,state\nBoulder,city,CO\n", letter="2018-01-22")
    assert "as recorded with the letter" in preview.text
    async with newsroom.db.write() as conn:
        stored = (await conn.execute(select(letters.c.deadline))).scalar_one()
        await conn.execute(letters.update().values(deadline={**stored, "date": "2018-03-01"}))
    await newsroom.alice.press(preview, record_button(preview))
    assert "has changed since this was shown" in preview.text
    assert "Boulder, CO" not in await labels(newsroom)
    await newsroom.alice.press(preview, record_button(preview))
    assert (await deadlines(newsroom))["Boulder, CO"] == "2018-03-01"


async def test_own_deadlines_are_told_where_the_letter_has_none(newsroom: Newsroom, bot: BotClient) -> None:
    table = HEADER + row("Duluth") + row("Rochester", "2018-03-02") + row("Mankato", "")
    preview = await of_file(newsroom, "own.csv", table.encode())
    assert "There will be no countdown" not in preview.text
    assert buttons(preview)["Record 3 recipients, 1 without a deadline"]
    await newsroom.alice.press(preview, record_button(preview))
    assert await deadlines(newsroom) == {"Duluth, MN": "2018-02-23", "Rochester, MN": "2018-03-02", "Mankato, MN": "None"}


async def test_what_is_added_to_a_recorded_letter_bears_its_own_source(newsroom: Newsroom, bot: BotClient) -> None:
    await newsroom.alice.press(first := await pasted(newsroom), record_button(first))
    more = PLAIN.replace("· Mobile, Alabama;", "· Mobile, Alabama;\n\n· Boulder, Colorado;")
    preview = await pasted(newsroom, more, source="https://example.org/second")
    receipt = await newsroom.alice.press(preview, "Record 1 recipient")
    assert "-# Source: [example.org/second](<https://example.org/second>)" in receipt.text
    for asked in ("status", "history"):
        answer = await newsroom.bob.command(newsroom.room, asked, jurisdiction="Boulder")
        assert "https://example.org/second" in answer.text, answer.text


async def test_names_that_are_meant_ill_stay_words(newsroom: Newsroom, bot: BotClient) -> None:
    names = (EVIL, "a\u202eb\u200bc <@&1> ||x||", "x" * 190, "```code``` # head")
    content = (HEADER + "".join(row(name, title=EVIL) for name in names)).encode()
    preview = await of_file(newsroom, "[x](evil) @everyone `a`.csv", content)
    assert record_button(preview) == "Record 4 recipients", preview.text
    await edited(newsroom, preview, "Edit letter", title=EVIL)
    receipt = await newsroom.alice.press(preview, record_button(preview))
    assert "**Recorded: 4 recipients**" in receipt.text
    for text in (receipt.text, (await newsroom.bob.command(newsroom.room, "letters")).text):
        assert "](http://evil" not in text.replace("\\](", "") and "@everyone" not in text and "<@&1>" not in text
    undone = await newsroom.alice.press(receipt, "Undo")
    assert "**Undone:**" in undone.text


async def test_a_thousand_recipients_are_recorded_and_taken_back(newsroom: Newsroom, bot: BotClient) -> None:
    content = (HEADER + "".join(row(f"Place {number}") for number in range(1_000))).encode()
    preview = await of_file(newsroom, "many.csv", content)
    receipt = await newsroom.alice.press(preview, "Record 1,000 recipients")
    assert "**Recorded: 1,000 recipients**" in receipt.text
    assert len(await labels(newsroom)) == 1_000
    undone = await newsroom.alice.press(receipt, "Undo")
    assert "2,000 events corrected" in undone.text
    assert await labels(newsroom) == []


async def test_more_recipients_than_a_form_can_open_with_are_for_the_command_line(newsroom: Newsroom, bot: BotClient) -> None:
    content = (HEADER + "".join(row(f"Place {number}") for number in range(5_001))).encode()
    refused = await of_file(newsroom, "many.csv", content)
    assert refused.ephemeral and "many.csv names 5,001 recipients" in refused.text and len(refused.text.splitlines()) == 1
    assert (await counts(newsroom))["drafts"] == 0


async def test_a_file_that_is_lost_on_the_way_is_one_line(newsroom: Newsroom, bot: BotClient) -> None:
    before = await counts(newsroom)
    for nowhere in ("http://127.0.0.1:1/release.txt", f"{newsroom.sandbox.url}/attachments/1/release.txt"):
        file = newsroom.sandbox.world.add_file("release.txt", PLAIN.encode())
        file.url = nowhere
        refused = await newsroom.alice.command(newsroom.room, "import", file=file)
        assert refused.ephemeral and "Attach it again" in refused.text and len(refused.text.splitlines()) == 1
    assert await counts(newsroom) == before


async def test_undo_asks_about_what_was_recorded_since(newsroom: Newsroom, bot: BotClient) -> None:
    receipt = await newsroom.alice.press(preview := await pasted(newsroom), record_button(preview))
    answered = await newsroom.alice.command(
        newsroom.room, "case answer", case="Duluth", extent="full", source="https://example.org/answer", text="All of it."
    )
    assert "Recorded for #" in answered.text, answered.text
    asked = await newsroom.alice.press(receipt, "Undo")
    assert "**This also takes back 1 later fact:**" in asked.text and "Duluth, MN" in asked.text and "All of it." in asked.text
    assert "no longer recorded" in (await newsroom.alice.press(asked, "Undo all")).text
    assert await labels(newsroom) == []


async def test_a_deadline_long_past_is_posted_once_by_its_newest_rung(newsroom: Newsroom, bot: BotClient) -> None:
    newsroom.clock.set(datetime(2018, 6, 1, 17, tzinfo=UTC))
    preview = await pasted(newsroom)
    assert "passed 98 days ago" in preview.text
    await newsroom.alice.press(preview, record_button(preview))
    from bot.watch.tick import tick

    for hours in (0, 0, 24):
        async for _ in tick(newsroom.db, newsroom.clock.now() + timedelta(hours=hours)):
            pass
    async with newsroom.db.read() as conn:
        posted = [(row.rung, row.occurrence) for row in (await conn.execute(select(notices))).all()]
    assert len(posted) == len(set(posted))
    assert posted[0][0] == "news" and len(posted) <= 3, posted
