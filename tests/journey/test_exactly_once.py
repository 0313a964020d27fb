"""Whatever happens on the way, each notice stands in the channel exactly once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.record.grouping import MOST_SECTIONS
from sandbox import text_of
from tests.journey.conftest import Town, record_letters
from tests.recording import NEW_YORK

POSTS = r"^POST .*/channels/\d+/messages"


async def test_a_kill_in_the_middle_of_a_delivery_neither_loses_nor_doubles_a_notice(town: Town) -> None:
    await record_letters(town, 8 * MOST_SECTIONS)
    town.sandbox.faults.hold_answer(POSTS, times=100)  # Discord has it, the bot will never hear of it
    async with town.bot() as process:
        await town.sandbox.bus.until(lambda: town.sandbox.messages(town.alerts), 20, "a message")
        process.kill()
        await process.wait()
    town.sandbox.faults.clear()
    await town.sandbox.disconnected()
    async with town.bot():
        states = await town.settled()
    assert [state for _, state in states] == ["sent"] * 8
    assert [town.standing_in_channel(token) for token, _ in states] == [1] * 8
    assert len(town.sandbox.messages(town.alerts)) == 8


async def test_an_answer_that_was_lost_after_discord_accepted_the_message_doubles_nothing(town: Town) -> None:
    await record_letters(town, 2 * MOST_SECTIONS)
    lost = town.sandbox.faults.drop_answer(POSTS, times=2)
    async with town.bot():
        states = await town.settled()
    assert lost.met == 2
    assert [(state, town.standing_in_channel(token)) for token, state in states] == [("sent", 1)] * 2


async def test_server_errors_and_a_closed_gateway_only_delay(town: Town) -> None:
    await record_letters(town, 2 * MOST_SECTIONS)
    town.sandbox.faults.answer(POSTS, 503, times=2)
    async with town.bot():
        town.sandbox.gateway.close(4000)
        states = await town.settled()
    assert [(state, town.standing_in_channel(token)) for token, state in states] == [("sent", 1)] * 2


async def test_a_letter_goes_in_by_commands_and_its_news_and_status_come_out(town: Town) -> None:
    today = datetime.now(NEW_YORK).date()
    async with town.bot():
        await town.sandbox.commands_synced()
        form = await town.alice.command(
            town.alerts,
            "letter new",
            authority="U.S. Department of Justice",
            sent=today.isoformat(),
            source="https://example.org/letter",
            deadline="30 days",
        )
        receipt = await town.alice.submit(form, {"title": "Demand for documents", "demand": "All documents"})
        assert receipt.failed is None, receipt.failed
        added = await town.alice.command(
            town.alerts, "case add", letter="Demand for documents", jurisdictions="Denver, CO (city-and-county)"
        )
        assert added.failed is None, added.failed
        news = await town.sandbox.message_in(town.alerts, "New letter: Demand for documents")
        assert "30 days left" in text_of(news)
        status = await town.bob.command(town.alerts, "status", jurisdiction="Denver, CO")
        assert "awaiting answer, 30 days left" in status.text
        due = today + timedelta(days=30)
        assert f"{due.day} {due:%B %Y}" in status.text
    assert len([m for m in town.sandbox.messages(town.alerts) if "New letter" in text_of(m)]) == 1


async def test_two_bots_on_one_database_post_each_notice_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await record_letters(town, 6 * MOST_SECTIONS)
    async with town.two_bots(monkeypatch):
        states = await town.settled()
    assert [town.standing_in_channel(token) for token, _ in states] == [1] * 6
