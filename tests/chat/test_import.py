"""/import on the local Discord: read in, looked through, mended, confirmed once, taken back whole."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import func, select

from bot.chat import draft_forms, draft_views
from bot.chat.client import BotClient
from bot.desk import draft_pending
from bot.reader.documents import guard
from bot.reader.documents.guard import Guard
from bot.store import cases, places
from bot.store.tables import documents, drafts, events, letters, notices
from sandbox import Answer
from tests.chat.conftest import Newsroom, connected
from tests.corpus.stories import STORY
from tests.turns import threads_noted

NOW = datetime(2018, 1, 24, 17, tzinfo=UTC)
SAMPLE = (Path(__file__).parents[2] / "docs/sample-release.txt").read_text(encoding="utf-8")
PLAIN = (
    SAMPLE.replace("· Middlesex, New Jersey;\n\n", "").replace("12 jurisdictions", "11 jurisdictions").replace("12 J", "11 J")
)
PAGE = "https://example.org/release"


async def pasted(room: Newsroom, text: str = PLAIN, source: str = PAGE, on: str = "", **options: str) -> Answer:
    """Alice pastes a text into the form: the preview."""
    form = await room.alice.command(room.room, "import", **options)
    return await room.alice.submit(form, {"text": text, "source": source, "on": on})


async def of_file(room: Newsroom, name: str, content: bytes, **options: str) -> Answer:
    file = room.sandbox.world.add_file(name, content)
    return await room.alice.command(room.room, "import", file=file, **options)


async def counts(room: Newsroom) -> dict[str, int]:
    """How many rows there are of each thing an import could leave behind."""
    async with room.db.read() as conn:
        tables = (letters, events, documents, notices, drafts)
        return {table.name: (await conn.execute(select(func.count()).where(table.c.id > 0))).scalar_one() for table in tables}


async def labels(room: Newsroom) -> list[str]:
    """The recipients on record, by number."""
    async with room.db.read() as conn:
        every_case = await cases.of_server(conn, room.guild.id)
    return [case.place.label for case in every_case if case.at(room.clock.now()).exists]


def record_button(preview: Answer) -> str:
    """The label of the button that confirms."""
    return next(label for label in buttons(preview) if "ecord" in label and label != "Record as another letter")


def buttons(preview: Answer) -> dict[str, bool]:
    """The buttons on a message, and whether they can be pressed."""
    assert preview.message is not None
    states: dict[str, bool] = {}

    def walk(parts: list[dict[str, object]]) -> None:
        for part in parts:
            if part["type"] == 2:
                states[str(part["label"])] = not part.get("disabled")
            walk(part.get("components") or [])  # type: ignore[arg-type]

    walk(preview.message["components"])
    return states


# Reading in


async def test_a_pasted_letter_is_shown_before_anything_is_recorded(newsroom: Newsroom, bot: BotClient) -> None:
    before = await counts(newsroom)
    preview = await pasted(newsroom)
    assert preview.ephemeral
    assert "**Nothing is recorded yet.**" in preview.text
    assert "From: U.S. Department of Justice" in preview.text
    assert "Dated: Mon 22 January 2018" in preview.text
    assert "**today** sent letters" in preview.text and "; the date in the text is “January 22, 2018”" in preview.text
    assert "Deadline: **Fri 23 February 2018, end of day EST** (<t:1519448399:f>), 30 days left" in preview.text
    assert "produce the documents **by Feb. 23, 2018**." in preview.text
    assert "subpoena" in preview.text
    assert "**11 recipients, all new on this server**" in preview.text
    assert "- Honolulu, HI (city and county)" in preview.text
    assert "[example.org/release](<https://example.org/release>)" in preview.text
    assert buttons(preview)["Record 11 recipients"]
    assert await counts(newsroom) == before | {"drafts": 1}


async def test_a_draft_is_read_and_shown_beside_the_event_loop(
    newsroom: Newsroom, bot: BotClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft may have thousands of recipients, and nobody else would be answered meanwhile."""
    threads = threads_noted(
        monkeypatch,
        (draft_pending, "load_text"),
        (draft_pending, "dump"),
        (draft_views, "preview_of"),
        (draft_forms, "preview_of"),
    )
    preview = await pasted(newsroom)
    for button in ("Edit letter", "Edit threats, source…", "Edit recipients"):
        form = await newsroom.alice.press(preview, button)
        assert form.modal is not None
    receipt = await newsroom.alice.press(preview, record_button(preview))
    assert receipt.failed is None
    assert threads.keys() == {"load_text", "dump", "preview_of"}
    assert threading.main_thread() not in set().union(*threads.values())


async def test_confirming_records_all_of_it_and_says_what_comes_next(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    receipt = await newsroom.alice.press(preview, "Record 11 recipients")
    assert "**Recorded: 11 recipients** of " in receipt.text
    assert "Deadline: **Fri 23 February 2018, end of day EST**" in receipt.text
    assert "Next alert: Fri 9 February 2018, 09:00 EST, 14 days before the deadline" in receipt.text
    assert "All of these places are new on this server" in receipt.text
    assert "Why this date" in buttons(receipt)
    assert preview.text == receipt.text, "the receipt stands in the place of the preview"
    assert len(await labels(newsroom)) == 11
    assert (await counts(newsroom))["drafts"] == 0
    assert newsroom.wakes
    status = await newsroom.bob.command(newsroom.room, "status", jurisdiction="Savannah")
    assert "awaiting answer, 30 days left" in status.text
    assert "[example.org/release]" in status.text


async def test_a_text_file_keeps_its_copy(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await of_file(newsroom, "release.txt", PLAIN.encode())
    assert "Read from release.txt" in preview.text
    assert "The file's name will be shown as the source." in preview.text
    await newsroom.alice.press(preview, record_button(preview))
    async with newsroom.db.read() as conn:
        [kept] = (await conn.execute(select(documents))).all()
    assert (kept.server_id, kept.name, kept.content) == (newsroom.guild.id, "release.txt", PLAIN.encode())


async def test_the_source_that_every_row_of_a_table_names_is_the_source(newsroom: Newsroom, bot: BotClient) -> None:
    table = (
        "jurisdiction,authority,title,sent,source\n"
        '"Duluth, MN",The Authority,Demand,2018-01-22,https://example.org/demand\n'
        '"Erie County, PA",The Authority,Demand,2018-01-22,The demand; https://example.org/demand\n'
    )
    preview = await of_file(newsroom, "recipients.csv", table.encode())
    assert (
        "Read from recipients.csv, which gives as its source: [example.org/demand](<https://example.org/demand>)"
        in preview.text
    )
    receipt = await newsroom.alice.press(preview, record_button(preview))
    assert "Source: [example.org/demand]" in receipt.text


async def test_a_table_of_recipients_becomes_a_draft(newsroom: Newsroom, bot: BotClient) -> None:
    table = (
        "jurisdiction,deadline,authority,title,sent\n"
        '"Duluth, MN",2018-02-23,The Authority,Demand,2018-01-22\n'
        '"Erie County, PA",2018-03-02,The Authority,Demand,2018-01-22\n'
    )
    preview = await of_file(newsroom, "recipients.csv", table.encode())
    assert "From: The Authority" in preview.text
    assert "- Erie County, PA (county)" in preview.text
    assert "own deadline Fri 2 March 2018" in preview.text
    assert "-# “2018-01-22”" in preview.text, "the cells beside one are no sentence"


async def test_the_template_can_be_had_and_read_back(newsroom: Newsroom, bot: BotClient) -> None:
    for kind in ("csv", "xlsx"):
        answer = await newsroom.alice.command(newsroom.room, "import", template=kind)
        assert answer.ephemeral and answer.message is not None
        assert [file["filename"] for file in answer.message["attachments"]] == [f"letterwatch-template.{kind}"]


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("empty.txt", b"", "empty"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "photo.png"),
        ("broken.pdf", b"%PDF-1.7\nnothing", "broken.pdf"),
        ("broken.xlsx", b"PK\x03\x04nothing", "broken.xlsx"),
    ],
)
async def test_a_bad_file_is_one_clear_line_and_leaves_nothing(
    newsroom: Newsroom, bot: BotClient, name: str, content: bytes, refusal: str
) -> None:
    before = await counts(newsroom)
    refused = await of_file(newsroom, name, content)
    assert refused.ephemeral and refusal in refused.text and len(refused.text.splitlines()) == 1
    assert await counts(newsroom) == before


async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(newsroom: Newsroom, bot: BotClient) -> None:
    refused = await of_file(newsroom, "large.txt", b"x" * 25_000_001)
    assert "large.txt is 25.0 MB; the limit is 25 MB." in refused.text
    assert not [request for request in newsroom.sandbox.requests if "attachments" in request.path]


@asynccontextmanager
async def site(monkeypatch: pytest.MonkeyPatch, content: bytes, media_type: str) -> AsyncIterator[None]:
    """A server of this machine, which stands for every public one and has that content behind each address."""

    async def page(request: web.Request) -> web.Response:
        return web.Response(body=content, content_type=media_type)

    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.215.14"]  # a public one

    pages = web.Application()
    pages.router.add_get("/{path:.*}", page)
    async with TestServer(pages) as server:
        port = server.port or 0
        monkeypatch.setattr(guard, "PUBLIC", Guard(resolve=resolve, dial=lambda address, _: ("127.0.0.1", port)))
        yield


async def test_the_page_behind_an_address_is_read(newsroom: Newsroom, bot: BotClient, monkeypatch: pytest.MonkeyPatch) -> None:
    paragraphs = "".join(f"<p>{part}</p>" for part in PLAIN.split("\n\n"))
    page = f"<html><title>Release</title><article>{paragraphs}</article></html>"
    async with site(monkeypatch, page.encode(), "text/html"):
        preview = await newsroom.alice.command(newsroom.room, "import", address="http://example.org/release")
    assert "](<http://example.org/release>)" in preview.text
    receipt = await newsroom.alice.press(preview, record_button(preview))
    assert "](<http://example.org/release>)" in receipt.text
    assert len(await labels(newsroom)) == 11


async def test_an_address_that_is_not_public_is_refused(newsroom: Newsroom, bot: BotClient) -> None:
    before = await counts(newsroom)
    refused = await newsroom.alice.command(newsroom.room, "import", address=newsroom.sandbox.url)
    assert refused.ephemeral and len(refused.text.splitlines()) == 1
    assert await counts(newsroom) == before


async def test_file_and_address_together_are_refused(newsroom: Newsroom, bot: BotClient) -> None:
    file = newsroom.sandbox.world.add_file("release.txt", PLAIN.encode())
    refused = await newsroom.alice.command(newsroom.room, "import", file=file, address=PAGE)
    assert refused.text == "Give a file or an address, not both."


async def test_what_was_pasted_is_given_back_where_it_is_refused(newsroom: Newsroom, bot: BotClient) -> None:
    refused = await pasted(newsroom, source="javascript:alert(1)")
    assert "is not an address that can be opened" in refused.text
    shown = refused.text + "".join(str(message["components"]) for message in refused.followups)
    assert "City and County of Honolulu" in shown and "javascript:alert(1)" in shown
    assert (await counts(newsroom))["drafts"] == 0


async def test_a_pasted_letter_needs_its_source(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom, source="")
    assert "The source is missing" in preview.text
    assert "file" not in preview.text
    assert not buttons(preview)["Record: 1 thing to settle first"]
    form = await newsroom.alice.press(preview, "Edit threats, source…")
    await newsroom.alice.submit(form, {"source": f"The release {PAGE}"})
    assert f"Read from [The release](<{PAGE}>)" in preview.text
    assert buttons(preview)["Record 11 recipients"]


# Who may


async def test_only_the_desk_imports(newsroom: Newsroom, bot: BotClient) -> None:
    refused = await newsroom.bob.command(newsroom.room, "import")
    assert refused.ephemeral and refused.modal is None
    assert f"You need the role <@&{newsroom.desk.id}>" in refused.text


async def test_a_draft_is_for_the_person_who_read_it_in(newsroom: Newsroom, bot: BotClient) -> None:
    """Discord shows it to nobody else; whoever forges the press is refused all the same."""
    preview = await pasted(newsroom)
    assert preview.message is not None
    for message in newsroom.sandbox.posts.of(newsroom.room.id):
        message.only_for = None
    newsroom.sandbox.world.guilds[newsroom.guild.id].members[newsroom.bob.user.id].roles.append(newsroom.desk.id)
    for button in ("Record 11 recipients", "Drop draft", "Edit letter", "Edit recipients", "Edit threats, source…"):
        refused = await newsroom.bob.press(preview.message, button)
        assert "another person's draft" in refused.text + "".join(str(one) for one in refused.followups), button
    assert await labels(newsroom) == []


async def test_a_person_who_left_the_desk_confirms_nothing(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    newsroom.sandbox.world.guilds[newsroom.guild.id].members[newsroom.alice.user.id].roles.clear()
    refused = await newsroom.alice.press(preview, "Record 11 recipients")
    assert "You need the role" in str(refused.followups)
    assert await labels(newsroom) == []


async def test_another_server_cannot_touch_it(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    async with newsroom.db.write() as conn:
        await conn.execute(drafts.update().values(server_id=newsroom.elsewhere.id))
    for button in ("Record 11 recipients", "Drop draft"):
        refused = await newsroom.alice.press(preview, button)
        assert "This draft no longer exists" in str(refused.followups)
    assert (await counts(newsroom))["drafts"] == 1


# Confirming


async def test_two_presses_at_once_record_once(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    button = record_button(preview)
    first, second = await asyncio.gather(*(newsroom.alice.press(preview, button) for _ in range(2)))
    assert len(await labels(newsroom)) == 11
    assert "**Recorded: 11 recipients**" in preview.text
    assert ["This draft no longer exists" in str(one.followups) for one in (first, second)].count(True) == 1
    assert (await counts(newsroom)) | {"events": 0, "documents": 0} == {
        "letters": 1, "events": 0, "documents": 0, "notices": 1, "drafts": 0
    }  # fmt: skip


async def test_a_draft_can_be_confirmed_after_a_restart(newsroom: Newsroom) -> None:
    async for _ in connected(newsroom):
        preview = await pasted(newsroom)
    async for _ in connected(newsroom):
        await newsroom.alice.press(preview, record_button(preview))
        assert "**Recorded: 11 recipients**" in preview.text
        undone = await newsroom.alice.press(preview, "Undo")
        assert "is no longer recorded." in undone.text


async def test_a_dropped_draft_leaves_nothing(newsroom: Newsroom, bot: BotClient) -> None:
    before = await counts(newsroom)
    preview = await pasted(newsroom)
    dropped = await newsroom.alice.press(preview, "Drop draft")
    assert "was dropped.** Nothing was recorded." in dropped.text
    assert await counts(newsroom) == before


async def test_a_draft_is_gone_after_a_day(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    newsroom.clock.set(NOW + timedelta(hours=24, seconds=1))
    refused = await newsroom.alice.press(preview, record_button(preview))
    assert "Run /import again" in str(refused.followups)
    await pasted(newsroom)
    assert (await counts(newsroom))["drafts"] == 1, "the old one was removed on the occasion"


async def test_a_draft_that_an_older_version_kept_is_gone(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    async with newsroom.db.write() as conn:
        body = (await conn.execute(select(drafts.c.body).where(drafts.c.id > 0))).scalar_one()
        body["draft"]["questions"] = [{"about": "letter", "words": "Which?", "span": None, "readings": []}]
        await conn.execute(drafts.update().values(body=body))
    for button in ("Record 11 recipients", "Edit letter", "Edit recipients", "Drop draft"):
        refused = await newsroom.alice.press(preview, button)
        assert "read by another version of the bot" in refused.text + str(refused.followups), button
    assert await labels(newsroom) == []


async def test_only_what_was_shown_is_recorded(newsroom: Newsroom, bot: BotClient) -> None:
    """Two previews of one draft, as on two devices: the one that does not show the newest state records nothing."""
    preview = await pasted(newsroom)
    stale = record_button(preview)
    assert preview.message is not None
    old = next(one for one in _pressable(preview.message) if one["label"] == stale)["custom_id"]
    form = await newsroom.alice.press(preview, "Edit letter")
    await newsroom.alice.submit(form, {"title": "Another title"})
    for message in newsroom.sandbox.posts.of(newsroom.room.id):
        for part in _pressable({"components": message.components}):
            if part["label"] == stale:
                part["custom_id"] = old
    await newsroom.alice.press(preview, stale)
    assert "has changed since this was shown" in preview.text
    assert await labels(newsroom) == []


def _pressable(message: dict[str, object]) -> list[dict[str, object]]:
    pressable, parts = [], list(message["components"])  # type: ignore[call-overload]
    while parts:
        part = parts.pop()
        pressable += [part] if part["type"] == 2 else []
        parts += part.get("components") or []
    return pressable


async def test_undo_takes_the_whole_import_back(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    receipt = await newsroom.alice.press(preview, record_button(preview))
    undone = await newsroom.alice.press(receipt, "Undo")
    assert "**Undone:** 22 events corrected" in undone.text
    assert "is no longer recorded." in undone.text
    assert await labels(newsroom) == []
    assert "No letters are recorded yet" in (await newsroom.bob.command(newsroom.room, "letters")).text
    again = await pasted(newsroom)
    await newsroom.alice.press(again, "Record 11 recipients")
    assert len(await labels(newsroom)) == 11


async def test_undo_leaves_a_letter_to_which_others_were_added(newsroom: Newsroom, bot: BotClient) -> None:
    preview = await pasted(newsroom)
    receipt = await newsroom.alice.press(preview, record_button(preview))
    await newsroom.alice.command(newsroom.room, "case add", letter="2018-01-22", jurisdictions="Boulder, CO (city)")
    undone = await newsroom.alice.press(receipt, "Undo")
    assert "Recipients have since been added to the letter" in undone.text and "so it was not removed" in undone.text
    assert await labels(newsroom) == ["Boulder, CO"]


async def test_a_second_import_shows_what_is_recorded_already(newsroom: Newsroom, bot: BotClient) -> None:
    await newsroom.alice.press(preview := await pasted(newsroom), record_button(preview))
    again = await pasted(newsroom)
    assert "which is already recorded" in again.text
    assert "already recorded as #1" in again.text
    assert "11 recipients, all already recorded" in again.text
    assert not buttons(again)["Nothing to record: all are already recorded"]
    more = await pasted(newsroom, PLAIN.replace("· Mobile, Alabama;", "· Mobile, Alabama;\n\n· Boulder, Colorado;"))
    receipt = await newsroom.alice.press(more, "Record 1 recipient")
    assert "of a letter" not in receipt.text and "a letter that was already recorded" in receipt.text
    assert len(await labels(newsroom)) == 12
    assert "is no longer recorded." not in (await newsroom.alice.press(receipt, "Undo")).text
    assert len(await labels(newsroom)) == 11


async def test_a_story_about_a_recorded_letter_finds_its_cases(on_memorial_day: Newsroom) -> None:
    preview = await of_file(on_memorial_day, "story.txt", STORY.encode())
    assert "To be added to **Document demand of 24 January 2018**, which is already recorded" in preview.text
    assert "**23 recipients, all already recorded**" in preview.text
    assert "- New York City, NY (city) — already recorded as #32" in preview.text


async def test_a_new_letter_can_be_wanted_all_the_same(newsroom: Newsroom, bot: BotClient) -> None:
    await newsroom.alice.press(preview := await pasted(newsroom), record_button(preview))
    again = await pasted(newsroom)
    await newsroom.alice.press(again, "Record as another letter")
    assert "To be recorded as **a new letter**" in again.text
    assert buttons(again)["Record 11 recipients"]
    back = next(label for label in buttons(again) if label.startswith("Add to "))
    await newsroom.alice.press(again, back)
    assert not buttons(again)["Nothing to record: all are already recorded"]


async def test_a_recorded_letter_can_be_chosen_from_the_start(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    preview = await pasted(
        room, "Boulder, Colorado, got the letter, too. The Department wrote to Boulder, Colorado.", letter="2018-04-12-oakland"
    )
    assert "To be added to **Request to Oakland" in preview.text
    async with room.db.read() as conn:
        known = {place.label for place in await places.all_of(conn, room.guild.id)}
    assert "Boulder, CO" not in known


async def test_a_text_may_be_dated_ahead(newsroom: Newsroom, bot: BotClient) -> None:
    """As an option and in the form: an embargoed release bears a day to come."""
    for preview in (await pasted(newsroom, on="2018-01-30"), await of_file(newsroom, "a.txt", PLAIN.encode(), on="2018-01-30")):
        assert "Dated: Tue 30 January 2018" in preview.text
    offered = await newsroom.alice.complete(newsroom.room, "import", "on", "tomorrow")
    assert [choice["value"] for choice in offered] == ["2018-01-25"]
