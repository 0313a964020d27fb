"""The buttons under notices: they work after a restart, for the server they belong to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.chat.client import BotClient
from bot.chat.components import view_of
from bot.chat.poster import DiscordPoster
from bot.store.tables import notices
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from bot.words.card import Button, Buttons, Card, Text
from sandbox.bus import Json
from tests.chat.conftest import Newsroom, connected
from tests.recording import Desk

DAY_AFTER = datetime(2018, 2, 24, 17, tzinfo=UTC)


async def notice(newsroom: Newsroom, client: BotClient, places: int = 3) -> Json:
    """The notice that a deadline has passed for so many places."""
    await Desk(newsroom.db, newsroom.guild.id).letter(newsroom.clock.now(), to=[f"Place {n}" for n in range(places)])
    newsroom.clock.set(DAY_AFTER)
    delivery = Delivery(newsroom.db, newsroom.clock, DiscordPoster(client))
    await Watch(newsroom.db, newsroom.clock, delivery).turn()
    return await newsroom.sandbox.message_in(newsroom.alerts, "Deadline passed")


async def test_history_and_sources_answer_the_person_alone_after_a_restart(newsroom: Newsroom) -> None:
    async for client in connected(newsroom):
        posted = await notice(newsroom, client)
    async for _ in connected(newsroom):
        history = await newsroom.bob.press(posted, "History")
        assert history.ephemeral
        assert "**#1 Place 0, NY**" in history.text
        assert "letter sent" in history.text
        sources = await newsroom.bob.press(posted, "What was asked")
        assert sources.ephemeral
        assert "[Press release](<https://example.org/release>), The authority, 24 January 2018" in sources.text


async def test_a_long_notice_is_paged_for_the_person_alone(newsroom: Newsroom, bot: BotClient) -> None:
    posted = await notice(newsroom, bot, places=500)
    page = await newsroom.bob.press(posted, "Show all")
    assert page.ephemeral
    assert "Page 1 of" in page.text
    second = await newsroom.bob.press(page, "More")
    assert "Page 2 of" in second.text
    assert "Page 2 of" in page.text, "the person's own page was turned in its place"
    [first] = [message for message in newsroom.sandbox.messages(newsroom.alerts) if message["id"] == posted["id"]]
    assert "New York 500" in str(first["components"])


async def test_the_history_of_many_cases_turns_its_own_pages(newsroom: Newsroom, bot: BotClient) -> None:
    posted = await notice(newsroom, bot, places=100)
    history = await newsroom.bob.press(posted, "History")
    turned = await newsroom.bob.press(history, "More")
    assert turned.ephemeral
    assert "Page 2 of" in turned.text


@pytest.mark.parametrize("button", ["Silence 14 days", "History", "What was asked", "Why this date"])
async def test_a_button_of_another_servers_notice_is_refused_kindly(newsroom: Newsroom, bot: BotClient, button: str) -> None:
    posted = await notice(newsroom, bot)
    async with newsroom.db.write() as conn:
        await conn.execute(update(notices).values(token="somebody-elses"))
    answer = await newsroom.alice.press(posted, button)
    assert answer.ephemeral
    assert answer.text == "This button is for something that is not recorded on this server."


async def test_status_leads_to_a_cases_history_and_sources(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    status = await room.bob.command(room.room, "status", jurisdiction="Oakland")
    history = await room.bob.press(status, "History")
    assert history.ephemeral
    assert "## History of #55 Oakland, CA" in history.text
    assert "## Sources: #55 Oakland, CA" in (await room.bob.press(status, "Sources")).text


async def test_an_undo_button_that_names_a_letter_by_its_id_is_refused(newsroom: Newsroom, bot: BotClient) -> None:
    """As receipts had them before ids were given out once: the id may be another letter's by now."""
    [case, *_] = await Desk(newsroom.db, newsroom.guild.id).letter(newsroom.clock.now())
    old = Card((Text("Recorded"), Buttons((Button("Undo", f"unletter:{case.letter.id}:{newsroom.alice.user.id}"),))))
    await bot.get_partial_messageable(newsroom.room.id).send(view=view_of(old))
    refused = await newsroom.alice.press(await newsroom.sandbox.message_in(newsroom.room, "Recorded"), "Undo")
    assert refused.ephemeral and "This button no longer works" in refused.text
    assert "Demand" in (await newsroom.bob.command(newsroom.room, "letters")).text
