"""Silencing reminders over the wire: the button, /case silence, /silences and Lift, and what the notices say of it."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.client import BotClient
from bot.chat.components import view_of
from bot.chat.poster import DiscordPoster
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from bot.words.card import Button, Buttons, Card, Text
from sandbox import Rate, text_of
from sandbox.bus import Json
from tests.chat.conftest import Newsroom, WorldClock, connected, count
from tests.chat.test_buttons import DAY_AFTER, notice

EPHEMERAL = 64
REASON = "They have asked for time."


def shown(newsroom: Newsroom, posted: Json) -> str:
    """What the message says now."""
    [message] = [message for message in newsroom.sandbox.messages(newsroom.alerts) if message["id"] == posted["id"]]
    return str(message["components"])


async def press(newsroom: Newsroom, message: Json, button: str = "Silence 14 days") -> Json:
    """Press it: the receipt, for Alice alone, that follows the change of the message."""
    answer = await newsroom.alice.press(message, button)
    receipt = await newsroom.sandbox.bus.until(lambda: next(iter(answer.followups), None), 20, "the receipt")
    assert receipt["flags"] & EPHEMERAL
    return receipt


async def edited(newsroom: Newsroom, posted: Json, text: str) -> None:
    """Once the message says that."""
    await newsroom.sandbox.bus.until(lambda: text in shown(newsroom, posted), 20, f"the notice to say {text!r}")


async def silence(newsroom: Newsroom, **options: str) -> str:
    chosen = {"until": "2 weeks", "reason": REASON, **options}
    return (await newsroom.alice.command(newsroom.room, "case silence", **chosen)).text


async def test_the_notice_that_was_pressed_says_who_and_until_when(newsroom: Newsroom, bot: BotClient) -> None:
    posted = await notice(newsroom, bot)
    receipt = await press(newsroom, posted)
    assert "**Silenced until Sat 10 March 2018: 3 cases**" in text_of(receipt)
    assert "the newest of them is posted Sat 10 March 2018, 09:00 EST" in text_of(receipt)
    after = shown(newsroom, posted)
    assert "Silenced until Sat 10 March 2018 by Alice: Seen in the channel." in after
    assert "Silence 14 days" not in after and "History" in after
    status = await newsroom.bob.command(newsroom.room, "status", jurisdiction="Place 1")
    assert "overdue by 1 day, silenced until Sat 10 March 2018" in status.text
    assert "Silenced until Sat 10 March 2018 by Alice: Seen in the channel." in status.text
    assert "Next alert: Sat 10 March 2018, 09:00 EST, the end of the silence" in status.text
    await newsroom.alice.press(receipt, "Undo")
    assert "silenced" not in (await newsroom.bob.command(newsroom.room, "status", jurisdiction="Place 1")).text
    await edited(newsroom, posted, "Silence 14 days")


async def test_a_button_of_old_silences_too_and_works_after_a_restart(newsroom: Newsroom) -> None:
    async for client in connected(newsroom):
        posted = await notice(newsroom, client)
        token = shown(newsroom, posted).split("silence:")[1].split("'")[0]
        old = Card((Text("Overdue"), Buttons((Button("Acknowledge", f"ack:{token}"),))))
        await client.get_partial_messageable(newsroom.alerts.id).send(view=view_of(old))
        old_message = await newsroom.sandbox.message_in(newsroom.alerts, "Overdue")
    async for _ in connected(newsroom):
        receipt = await press(newsroom, old_message, "Acknowledge")
        assert "**Silenced until Sat 10 March 2018: 3 cases**" in text_of(receipt)
        assert "by Alice" in shown(newsroom, old_message)
        assert "Nothing to silence" in text_of(await press(newsroom, posted))


async def test_only_the_desk_silences(newsroom: Newsroom, bot: BotClient) -> None:
    posted = await notice(newsroom, bot)
    before = await count(newsroom)
    refused = await newsroom.bob.press(posted, "Silence 14 days")
    await newsroom.sandbox.bus.until(lambda: refused.followups, 20, "the refusal")
    assert f"You need the role <@&{newsroom.desk.id}>" in text_of(refused.followups[0])
    assert "Silence 14 days" in shown(newsroom, posted)
    assert await count(newsroom) == before


async def test_a_case_that_was_answered_is_no_part_of_it(newsroom: Newsroom, bot: BotClient) -> None:
    posted = await notice(newsroom, bot)
    source = "https://example.org/a"
    await newsroom.alice.command(newsroom.room, "case answer", case="1", extent="full", source=source, text="All of it.")
    receipt = text_of(await press(newsroom, posted))
    assert "2 cases" in receipt and "Place 0, NY: answered" in receipt
    assert "(Place 1, NY and Place 2, NY)" in shown(newsroom, posted)


async def test_a_case_is_silenced_by_command_and_its_newest_notice_says_so(newsroom: Newsroom, bot: BotClient) -> None:
    posted = await notice(newsroom, bot)
    receipt = await silence(newsroom, case="#1; #2", until="Monday")
    assert "**Silenced until Mon 26 February 2018: 2 cases**" in receipt
    await edited(newsroom, posted, "Silenced until Mon 26 February 2018 by Alice: They have asked for time. (Place 0, NY and")
    assert "Silence 14 days" in shown(newsroom, posted), "one of its cases is not silenced"


async def test_a_notice_that_is_edited_says_of_the_alerts_before_it_what_it_said(newsroom: Newsroom, bot: BotClient) -> None:
    await notice(newsroom, bot)
    newsroom.clock.set(datetime(2018, 2, 26, 14, tzinfo=UTC))
    await Watch(newsroom.db, newsroom.clock, Delivery(newsroom.db, newsroom.clock, DiscordPoster(bot))).turn()
    posted = await newsroom.sandbox.message_in(newsroom.alerts, "first reminder")
    before = text_of(posted)
    assert "Nothing new is recorded since Saturday" in before and "Posted late" not in before
    newsroom.clock.set(datetime(2018, 2, 27, 20, tzinfo=UTC))
    await silence(newsroom, letter="Demand")
    await edited(newsroom, posted, "by Alice")
    after = shown(newsroom, posted)
    assert "Overdue by 4 days: Place 0, NY, Place 1, NY and Place 2, NY, first reminder" in after
    assert "Nothing new is recorded since Saturday" in after
    assert "Posted late" not in after and "threatens" not in after and "not announced" not in after


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"until": "today"}, "is not after today"),
        ({"until": "2020-01-01"}, "is more than 400 days ahead"),
        ({"until": "next Friday"}, "can be read as"),
        ({"letter": "Demand"}, "Name either a case or a letter"),
        ({"case": "99"}, "99"),
        ({"reason": " "}, "reason"),
    ],
    ids=str,
)
async def test_what_is_refused_silences_nothing(newsroom: Newsroom, bot: BotClient, options: dict[str, str], why: str) -> None:
    await notice(newsroom, bot)
    before = await count(newsroom)
    assert why in await silence(newsroom, **{"case": "1", **options})
    assert await count(newsroom) == before


async def test_neither_a_case_nor_a_letter_is_refused(newsroom: Newsroom, bot: BotClient) -> None:
    assert "Name either a case or a letter" in await silence(newsroom)


async def test_days_are_suggested_with_their_dates(newsroom: Newsroom, bot: BotClient) -> None:
    newsroom.clock.set(DAY_AFTER)
    names = [choice["name"] for choice in await newsroom.alice.complete(newsroom.room, "case silence", "until", "")]
    assert "Monday: Mon 26 February 2018 (America/New_York)" in names and "next event" in names
    [choice] = await newsroom.alice.complete(newsroom.room, "case silence", "until", "2 weeks")
    assert (choice["name"], choice["value"]) == ("2 weeks: Sat 10 March 2018 (America/New_York)", "2018-03-10")


async def test_everybody_sees_the_silences_and_the_desk_lifts_them(newsroom: Newsroom, bot: BotClient) -> None:
    assert "No reminders are silenced" in (await newsroom.bob.command(newsroom.room, "silences")).text
    posted = await notice(newsroom, bot)
    assert "3 cases" in await silence(newsroom, letter="Demand", until="next event")
    listed = await newsroom.bob.command(newsroom.room, "silences")
    assert not listed.ephemeral
    assert "**Until the next event**" in listed.text
    assert "Demand: #1 Place 0, NY; #2 Place 1, NY; #3 Place 2, NY" in listed.text
    assert f"Alice, 24 February 2018: {REASON}" in listed.text
    await edited(newsroom, posted, "Silenced until the next event by Alice")
    refused = await newsroom.bob.press(listed, "Lift")
    assert refused.ephemeral and "You need the role" in refused.text
    lifted = await newsroom.alice.press(listed, "Lift")
    assert lifted.ephemeral and "**Silence lifted: 3 cases**" in lifted.text
    assert "No reminders are silenced" in (await newsroom.bob.command(newsroom.room, "silences")).text
    assert "Nothing to lift" in (await newsroom.alice.press(listed, "Lift")).text
    await newsroom.alice.press(lifted, "Undo")
    assert "**Until the next event**" in (await newsroom.bob.command(newsroom.room, "silences")).text


@pytest.mark.usefixtures("refusals_expected")
async def test_edits_of_old_messages_that_discord_refuses_change_nothing_else(
    newsroom: Newsroom, bot: BotClient, caplog: pytest.LogCaptureFixture
) -> None:
    """429 with code 30046: the silence is recorded, nobody waits, and what is posted next is posted at once."""
    newsroom.sandbox.limits.old_edits = Rate(0, 3600.0)
    posted = await notice(newsroom, bot)
    clock = newsroom.sandbox.clock
    assert isinstance(clock, WorldClock)
    clock.stands_at = clock.now() + timedelta(hours=2)
    with caplog.at_level(logging.INFO, "bot.chat.notice_edits"):
        assert "1 case" in await silence(newsroom, case="1")
        await asyncio.gather(*bot.beside)
    assert "429, code 30046" in caplog.text
    assert "Silenced" not in shown(newsroom, posted)
    assert bot.pace.requests.backlog() < 1, "the limit is of edits alone"
