"""/case correct and /case withdraw: what was recorded wrongly is corrected at any age, by anybody at the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.chat.client import BotClient
from bot.chat.poster import DiscordPoster
from bot.store.tables import alerts, notices
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from sandbox import Answer, text_of
from tests.chat.conftest import Newsroom, count
from tests.recording import Desk

PAGE = "https://example.org/a"
DUE = datetime(2018, 2, 24, 17, tzinfo=UTC)


async def deliver(room: Newsroom, client: BotClient) -> None:
    await Watch(room.db, room.clock, Delivery(room.db, room.clock, DiscordPoster(client))).turn()


async def answered(room: Newsroom, extent: str = "full", case: str = "1") -> Answer:
    """A letter to three places, of which one has answered: the receipt."""
    await Desk(room.db, room.guild.id).letter(room.clock.now(), to=("Albany", "Denver", "Oakland"))
    return await room.alice.command(
        room.room, "case answer", case=case, extent=extent, source=PAGE, text="The paper says that all was sent."
    )


async def correct(room: Newsroom, how: str = "take back", event: str = "full answer", **more: str) -> Answer:
    options = {"case": "1", "event": event, "how": how, "reason": "It was another city.", **more}
    return await room.alice.command(room.room, "case correct", **options)


async def test_a_full_answer_is_taken_back_after_days_and_the_newest_alert_is_posted_late(
    newsroom: Newsroom, bot: BotClient
) -> None:
    await answered(newsroom)
    await deliver(newsroom, bot)
    newsroom.clock.set(DUE + timedelta(days=12))
    await deliver(newsroom, bot)
    shown = await correct(newsroom)
    assert shown.ephemeral
    assert "Now: **answered on 24 January 2018**" in shown.text
    assert "Then: **overdue by 13 days**" in shown.text
    assert "An alert becomes due again and is posted now, marked late: 7 days after the deadline" in shown.text
    assert "next alert Fri 9 March 2018, 09:00 EST" in shown.text
    assert "The channel was told on 24 January 2018; a correction will be posted." in shown.text
    recorded = await newsroom.alice.press(shown, "Record")
    assert "Now: **overdue by 13 days**" in recorded.text
    await deliver(newsroom, bot)
    await newsroom.sandbox.message_in(newsroom.alerts, "full answer, entry undone")
    late = await newsroom.sandbox.message_in(newsroom.alerts, "Overdue by 13 days: Albany, NY")
    assert "late" in text_of(late).casefold()
    history = await newsroom.bob.command(newsroom.room, "history", jurisdiction="Albany")
    assert "~~ corrected on 8 March 2018 by Alice. It was another city." in history.text
    async with newsroom.db.read() as conn:
        of_case = select(alerts.c.rung).join(notices, notices.c.id == alerts.c.notice_id)
        posted = (await conn.execute(of_case.where(alerts.c.case_id == 1, alerts.c.state == "planned"))).scalars().all()
    assert sorted(posted) == ["7-days-after", "news", "news"], "the answer and its correction"


async def test_an_answer_is_replaced_with_the_form_filled_in(newsroom: Newsroom, bot: BotClient) -> None:
    await answered(newsroom)
    newsroom.clock.set(newsroom.clock.now() + timedelta(hours=2))
    form = await correct(newsroom, "replace")
    assert form.modal and form.modal["title"] == "#1: full answer"
    shown = await newsroom.alice.submit(form, {"extent": "partial", "text": "It sent a part."})
    assert "Instead: **24 January 2018**: partial answer. It sent a part. Correction: It was another city." in shown.text
    edited = await newsroom.alice.press(shown, "Edit")
    assert edited.modal
    again = await newsroom.alice.submit(edited, {"text": "It sent half of it."})
    before = await count(newsroom)
    recorded = await newsroom.alice.press(again, "Record")
    assert "partly answered" in recorded.text
    twice = await newsroom.alice.press(again, "Record")
    assert "was sent before" in twice.text
    first = await newsroom.alice.press(shown, "Record")
    assert "This was corrected on 24 January 2018 by Alice: partial answer." in first.text
    assert await count(newsroom) == before + 1
    await deliver(newsroom, bot)
    await newsroom.sandbox.message_in(newsroom.alerts, "partial answer (before: full answer)")


async def test_of_two_people_the_second_is_told_who_was_first(newsroom: Newsroom, bot: BotClient) -> None:
    await answered(newsroom)
    shown = await correct(newsroom)
    other = await newsroom.olga.command(
        newsroom.room, "case correct", case="1", event="full answer", how="take back", reason="Wrong."
    )
    await newsroom.olga.press(other, "Record")
    refused = await newsroom.alice.press(shown, "Record")
    assert "This was taken back on 24 January 2018 by Olga." in refused.text


async def test_what_changes_between_preview_and_record_is_shown_again(newsroom: Newsroom, bot: BotClient) -> None:
    await answered(newsroom)
    shown = await correct(newsroom)
    await newsroom.alice.command(newsroom.room, "case answer", case="1", extent="partial", source=PAGE, text="More.")
    again = await newsroom.alice.press(shown, "Record")
    assert "Something else was recorded in the meantime, so nothing was corrected yet." in again.text
    assert "Then: **partly answered" in again.text
    assert "Corrected #1" in (await newsroom.alice.press(again, "Record")).text


async def test_it_is_moved_to_another_case_and_undone_in_one_step(newsroom: Newsroom, bot: BotClient) -> None:
    await answered(newsroom)
    await deliver(newsroom, bot)
    shown = await correct(newsroom, "move", to="2")
    assert "Moved to **#2 Denver, NY**" in shown.text
    assert "Then (#2): **answered on 24 January 2018**" in shown.text
    recorded = await newsroom.alice.press(shown, "Record")
    history = await newsroom.bob.command(newsroom.room, "history", jurisdiction="Denver")
    assert "Correction: Moved from #1 Albany, NY. It was another city." in history.text
    await deliver(newsroom, bot)
    await newsroom.sandbox.message_in(newsroom.alerts, "full answer, entry undone")
    undone = await newsroom.alice.press(recorded, "Undo")
    assert "#1 Albany, NY: answered on 24 January 2018" in undone.text and "#2 Denver, NY: awaiting" in undone.text


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"event": "letter sent"}, "/case withdraw"),
        ({"event": "something else"}, "No entry is like"),
        ({"reason": "   "}, "The reason is empty"),
        ({"to": "2"}, "is for how: move"),
        ({"how": "move"}, "Name the case to which it is moved"),
        ({"how": "move", "to": "1"}, "It is recorded of #1 Albany, NY already"),
        ({"how": "move", "to": "2", "event": "deadline"}, "belongs to #1 alone"),
    ],
)
async def test_refusals_say_what_to_do_and_change_nothing(
    newsroom: Newsroom, bot: BotClient, options: dict[str, str], refusal: str
) -> None:
    await answered(newsroom)
    before = await count(newsroom)
    refused = await correct(newsroom, **options)
    assert refused.ephemeral and refusal in refused.text
    assert await count(newsroom) == before


async def test_the_entries_of_the_case_are_offered_newest_first(newsroom: Newsroom, bot: BotClient) -> None:
    await answered(newsroom)
    offered = await newsroom.alice.complete(newsroom.room, "case correct", "event", "", case="1")
    assert [choice["name"].split(",")[1].strip() for choice in offered] == [
        "full answer",
        "deadline Fri 23 February 2018",
        "letter sent",
    ]


async def test_buttons_begin_a_correction(newsroom: Newsroom, bot: BotClient) -> None:
    receipt = await answered(newsroom)
    form = await newsroom.alice.press(receipt, "Correct")
    assert form.modal and form.modal["title"] == "Correct #1 Albany, NY"
    shown = await newsroom.alice.submit(form, {"how": "replace", "reason": "Not all of it."})
    filled = await newsroom.alice.press(shown, "Fill in what is right")
    preview = await newsroom.alice.submit(filled, {"extent": "partial"})
    await newsroom.alice.press(preview, "Record")
    refused = await newsroom.alice.press(receipt, "Correct")
    assert "This was corrected on" in refused.text
    history = await newsroom.bob.command(newsroom.room, "history", jurisdiction="Albany")
    assert "You need the role" in (await newsroom.bob.press(history, "Correct")).text
    chosen = await newsroom.alice.press(history, "Correct")
    assert chosen.modal


async def test_a_case_is_withdrawn_and_restored(newsroom: Newsroom, bot: BotClient) -> None:
    await answered(newsroom)
    await deliver(newsroom, bot)
    shown = await newsroom.alice.command(newsroom.room, "case withdraw", case="1", reason="It got no letter.", source=PAGE)
    assert "This takes back 3 events" in shown.text and "full answer" in shown.text
    withdrawn = await newsroom.alice.press(shown, "Record")
    assert "Withdrawn: #1 Albany, NY" in withdrawn.text
    await deliver(newsroom, bot)
    await newsroom.sandbox.message_in(newsroom.alerts, "full answer, entry undone")
    newsroom.clock.set(newsroom.clock.now() + timedelta(hours=2))
    late = await newsroom.alice.press(withdrawn, "Undo")
    assert "/case correct" in late.text
    offered = await newsroom.alice.complete(newsroom.room, "case correct", "event", "", case="1")
    assert "taken back" in offered[0]["name"]
    restoring = await correct(newsroom, "take back", event=offered[0]["value"])
    assert "In effect again" in restoring.text
    restored = await newsroom.alice.press(restoring, "Record")
    assert "Now: **answered on 24 January 2018**" in restored.text


async def test_a_fact_apart_from_any_letter_is_replaced_and_taken_back(newsroom: Newsroom, bot: BotClient) -> None:
    await Desk(newsroom.db, newsroom.guild.id).letter(newsroom.clock.now(), to=("Albany", "Denver"))
    form = await newsroom.alice.command(newsroom.room, "place event", jurisdiction="Albany, NY", kind="suit filed", source=PAGE)
    await newsroom.alice.submit(form, {"court": "N.D.N.Y.", "text": "Albany sues."})
    newsroom.clock.set(newsroom.clock.now() + timedelta(hours=3))
    await deliver(newsroom, bot)
    wanted = {"jurisdiction": "Albany, NY", "reason": "Another court."}
    offered = await newsroom.alice.complete(newsroom.room, "place correct", "event", "", jurisdiction="Albany, NY")
    assert "suit filed" in offered[0]["name"]
    form = await newsroom.alice.command(newsroom.room, "place correct", event=offered[0]["value"], how="replace", **wanted)
    shown = await newsroom.alice.submit(form, {"court": "S.D.N.Y."})
    assert "It changes the status of no case." in shown.text and "S.D.N.Y." in shown.text
    recorded = await newsroom.alice.press(shown, "Record")
    assert "Corrected Albany, NY" in recorded.text
    await deliver(newsroom, bot)
    await newsroom.sandbox.message_in(newsroom.alerts, "S.D.N.Y.")
    old = await newsroom.alice.command(newsroom.room, "place correct", event=offered[0]["value"], how="take back", **wanted)
    assert "This was corrected on 24 January 2018 by Alice" in old.text
    shown = await newsroom.alice.command(newsroom.room, "place correct", event="suit filed", how="take back", **wanted)
    await newsroom.alice.press(shown, "Record")
    history = await newsroom.bob.command(newsroom.room, "history", jurisdiction="Albany, NY")
    assert history.text.count("Another court.") == 2 and history.text.count("~~") == 4
