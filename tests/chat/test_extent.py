"""Was the answer complete? Asked in notices, receipts and `/status`, and settled with a button by the desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bot.chat.client import BotClient
from bot.chat.poster import DiscordPoster
from bot.store.tables import alerts, events
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from sandbox import Answer, text_of
from sandbox.bus import Json
from tests.chat.conftest import Newsroom, connected, count
from tests.recording import Desk

DAY_AFTER = datetime(2018, 2, 24, 17, tzinfo=UTC)
SOURCE = "https://example.org/answered"
QUESTION = "Was it complete? The source of the answer does not say."


async def deliver(newsroom: Newsroom, client: BotClient) -> None:
    await Watch(newsroom.db, newsroom.clock, Delivery(newsroom.db, newsroom.clock, DiscordPoster(client))).turn()


async def answered(newsroom: Newsroom, to: tuple[str, ...] = ("Denver",)) -> Answer:
    """A letter of which the first recipient has answered, the source does not say how completely: the receipt."""
    await Desk(newsroom.db, newsroom.guild.id).letter(newsroom.clock.now(), to=to)
    return await newsroom.alice.command(
        newsroom.room, "case answer", case="1", extent="unknown", source=SOURCE, text="The city is reported to have answered."
    )


async def notice(newsroom: Newsroom, client: BotClient) -> Json:
    """The notice that the deadline of such a letter has passed."""
    await answered(newsroom)
    newsroom.clock.set(DAY_AFTER)
    await deliver(newsroom, client)
    return await newsroom.sandbox.message_in(newsroom.alerts, "Deadline passed")


async def test_the_receipt_asks_and_its_buttons_settle_it(newsroom: Newsroom, bot: BotClient) -> None:
    receipt = await answered(newsroom)
    assert "answered, extent unknown" in receipt.text and QUESTION in receipt.text
    settled = await newsroom.alice.press(receipt, "Partial")
    assert settled.ephemeral
    assert "partial answer. The city is reported to have answered." in settled.text
    assert f"([example.org/answered](<{SOURCE}>))" in settled.text
    assert QUESTION not in settled.text and "partly answered" in settled.text
    again = await newsroom.alice.press(receipt, "Complete")
    assert again.text.startswith("Alice has already recorded how complete this answer was: partial answer.")


async def test_the_clock_runs_on_and_the_notice_asks(newsroom: Newsroom, bot: BotClient) -> None:
    posted = await notice(newsroom, bot)
    text = text_of(posted)
    assert text.startswith("## Deadline passed: Denver, NY, answered, extent unknown\n")
    assert "no full answer" not in text and "No answer" not in text
    assert f"Denver, NY answered on 24 January 2018. {QUESTION}" in text


async def test_the_buttons_work_after_a_restart_for_the_desk_alone(newsroom: Newsroom) -> None:
    async for client in connected(newsroom):
        posted = await notice(newsroom, client)
    async for client in connected(newsroom):
        before = await count(newsroom)
        refused = await newsroom.bob.press(posted, "Complete")
        assert refused.ephemeral and f"You need the role <@&{newsroom.desk.id}>" in refused.text
        assert await count(newsroom) == before
        settled = await newsroom.alice.press(posted, "Complete")
        assert "Now: **answered on 24 January 2018**" in settled.text
        twice = await newsroom.alice.press(posted, "Complete")
        assert twice.ephemeral and "has already recorded" in twice.text
        assert await count(newsroom) == before + 1
        await deliver(newsroom, client)
        await newsroom.sandbox.message_in(newsroom.alerts, "Denver, NY: full answer (before: answered, extent unknown)")
        assert "No alerts are due." in (await newsroom.bob.command(newsroom.room, "schedule")).text
    async with newsroom.db.read() as conn:
        news = select(func.count()).select_from(alerts).join(events, events.c.id == alerts.c.about_id)
        about_it = news.where(alerts.c.rung == "news", events.c.replaces.is_not(None))
        assert (await conn.execute(about_it)).scalar_one() == 1


async def test_undone_it_is_asked_again(newsroom: Newsroom, bot: BotClient) -> None:
    posted = await notice(newsroom, bot)
    settled = await newsroom.alice.press(posted, "Complete")
    undone = await newsroom.alice.press(settled, "Undo")
    assert "overdue by 1 day, answered, extent unknown" in undone.text
    status = await newsroom.bob.command(newsroom.room, "status", jurisdiction="Denver")
    assert QUESTION in status.text and "No answer is recorded" not in status.text
    again = await newsroom.alice.press(status, "Partial")
    assert "Now: **overdue by 1 day, partly answered**" in again.text
    history = await newsroom.bob.command(newsroom.room, "history", jurisdiction="Denver")
    assert history.text.count("~~") == 4, "the answer and the correction that was undone are struck out"


async def test_an_alert_asks_about_one_case_and_counts_the_others(newsroom: Newsroom, bot: BotClient) -> None:
    await answered(newsroom, ("Albany", "Boulder"))
    await newsroom.alice.command(
        newsroom.room, "case answer", case="2", extent="unknown", source=SOURCE, text="It answered too."
    )
    newsroom.clock.set(DAY_AFTER)
    await deliver(newsroom, bot)
    posted = await newsroom.sandbox.message_in(newsroom.alerts, "Deadline passed")
    assert "The same is open for 1 more case" in str(posted["components"])
    assert "Recorded for #1 Albany, NY" in (await newsroom.alice.press(posted, "Partial (#1)")).text


async def test_a_refused_case_that_is_escalated_is_found_and_shown_as_both(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await room.alice.command(room.room, "case answer", case="38", extent="refusal", source=SOURCE, text="Denver refuses.")
    form = await room.alice.command(room.room, "case event", case="38", kind="consequence", source=SOURCE)
    receipt = await room.alice.submit(form, {"name": "subpoena", "state": "carried-out", "text": "It was served."})
    both = "escalated: subpoena carried out on 28 May 2018, refused on 28 May 2018, deadline passed 94 days ago"
    assert f"Now: **{both}**" in receipt.text
    status = await room.bob.command(room.room, "status", jurisdiction="Denver", letter="2018-01-24-documents")
    assert both in status.text and "On record: refusal on 28 May 2018" in status.text
    assert "No answer is recorded." not in status.text
    for wanted in ("refused", "escalated", "overdue"):
        found = await room.bob.command(room.room, "deadlines", status=wanted, letter="2018-01-24-documents")
        assert "#38 Denver, CO" in found.text, wanted
        assert both in found.text
    shown = await room.bob.command(room.room, "letter show", letter="2018-01-24-documents")
    assert both[1:] in (await room.bob.press(shown, "More")).text
    letters = (await room.bob.command(room.room, "letters")).text
    assert "1 refused" in letters and "1 subpoena carried out" in letters


@pytest.mark.parametrize("name", ["subpoena", "ineligibility for FY2017 Byrne JAG funding"])
async def test_what_never_moved_cannot_be_lifted_and_the_form_comes_back(on_memorial_day: Newsroom, name: str) -> None:
    room = on_memorial_day
    before = await count(room)
    form = await room.alice.command(room.room, "case event", case="38", kind="consequence", source=SOURCE)
    refused = await room.alice.submit(form, {"name": name, "state": "lifted", "text": "The award is released."})
    assert f"“{name}” cannot be lifted" in refused.text and "as a note" in refused.text
    assert "The award is released." in refused.text
    assert await count(room) == before
