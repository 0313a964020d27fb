"""What the desk records, the receipts it gets, and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.store import cases
from bot.store.tables import alerts, events
from sandbox import Answer
from tests.chat.conftest import Newsroom

PAGE = "https://example.org/answer"


async def announced(newsroom: Newsroom) -> list[str]:
    """The kinds of the events that stand on a notice."""
    async with newsroom.db.read() as conn:
        query = select(events.c.kind).join(alerts, alerts.c.about_id == events.c.id).where(alerts.c.rung == "news")
        return list((await conn.execute(query.order_by(alerts.c.id))).scalars())


async def record_letter(newsroom: Newsroom, title: str = "Demand of May", **options: str) -> Answer:
    entered = {"authority": "The authority", "sent": "2018-05-25", "source": PAGE, **options}
    form = await newsroom.alice.command(newsroom.room, "letter new", **entered)
    written = {"Title": title, "What it demands": "All files", "What it threatens": "subpoena\nfine"}
    return await newsroom.alice.submit(form, written)


async def test_an_answer_is_recorded_with_its_source_and_announced(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await room.alice.command(
        room.room, "case answer", case="38", extent="partial", source=PAGE, text="The city sends 200 pages.", on="2018-05-20"
    )
    assert receipt.ephemeral
    assert "Recorded for #38 Denver, CO" in receipt.text
    assert "**20 May 2018**: partial answer. The city sends 200 pages. ([example.org/answer](<" in receipt.text
    assert "Now: **overdue by 94 days, partly answered**" in receipt.text
    assert await announced(room) == ["answer"]
    assert room.wakes, "the watch was not woken"
    async with room.db.read() as conn:
        case = await cases.numbered(conn, room.guild.id, 38)
    assert case and (case.events[-1].recorded_by, case.events[-1].recorded_by_id) == ("Alice", room.alice.user.id)


async def test_words_that_fit_one_open_case_mean_that_one(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    answer = {"extent": "partial", "source": PAGE, "text": "200 pages."}
    for words in ("denver january", "#38 Denver, CO — Document demand of 24 January 2018 — overdue by 94 days"):
        receipt = await room.alice.command(room.room, "case answer", case=words, **answer)
        assert "Recorded for #38 Denver, CO" in receipt.text


async def test_what_was_recorded_can_be_undone_by_the_person_for_a_while(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await room.alice.command(room.room, "case answer", case="38", extent="full", source=PAGE, text="All of it.")
    room.clock.set(room.clock.now() + timedelta(minutes=14))
    undone = await room.alice.press(receipt, "Undo")
    assert "**Undone:** 1 event corrected" in undone.text
    assert "#38 Denver, CO: overdue by 94 days" in undone.text
    again = await room.alice.press(receipt, "Undo")
    assert "nothing left to undo" in again.text


async def test_undo_ends_after_fifteen_minutes(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await room.alice.command(room.room, "case answer", case="38", extent="full", source=PAGE, text="All of it.")
    room.clock.set(room.clock.now() + timedelta(minutes=16))
    late = await room.alice.press(receipt, "Undo")
    assert "Undo works for 15 minutes after recording." in late.text


async def test_an_extension_moves_the_deadline_and_says_from_where(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await room.alice.command(
        room.room, "case extend", case="#38", deadline="June 29, 2018 5:00 p.m.", granted_by="The authority", source=PAGE
    )
    assert "deadline extended to Fri 29 June 2018, 17:00 EDT" in receipt.text
    assert "Now: **awaiting answer, 32 days left**" in receipt.text
    assert "Was: Fri 23 February 2018, end of day" in receipt.text
    assert await announced(room) == ["deadline"]


async def test_an_extension_granted_before_the_one_in_force_does_not_take_its_place(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    entered = {"case": "38", "granted_by": "The authority", "source": PAGE}
    await room.alice.command(room.room, "case extend", deadline="2018-06-29", on="2018-05-20", **entered)
    earlier = await room.alice.command(room.room, "case extend", deadline="2018-06-15", on="2018-05-10", **entered)
    assert "Deadline: Fri 29 June 2018" in earlier.text
    assert "The deadline in force was set on a later day, so it remains in force." in earlier.text


@pytest.mark.parametrize(
    ("kind", "written", "headline", "parts"),
    [
        ("statement", {"by": "The mayor", "text": "We will answer."}, "public statement by The mayor. We will answer.", []),
        ("note", {"text": "@everyone look"}, "note. @\u200beveryone look", []),
        ("finding", {"result": "in-compliance", "text": "A letter says so."}, "Now: **cleared on 28 May 2018**", ["finding"]),
        (
            "consequence",
            {"name": "subpoena", "state": "carried-out", "text": "It was served."},
            "Now: **escalated: subpoena carried out on 28 May 2018, deadline passed 94 days ago**",
            ["consequence"],
        ),
        (
            "court",
            {"step": "filed", "court": "D. Colo.", "docket": "1:18-cv-1", "stops": "yes", "text": "Denver sues."},
            "Now: **in court (D. Colo., 1:18-cv-1), clock stopped**",
            ["court"],
        ),
    ],
)
async def test_each_kind_of_event_has_its_form(
    on_memorial_day: Newsroom, kind: str, written: dict[str, str], headline: str, parts: list[str]
) -> None:
    room = on_memorial_day
    form = await room.alice.command(room.room, "case event", case="38", kind=kind, source=PAGE)
    assert form.modal and form.modal["title"].startswith("#38")
    receipt = await room.alice.submit(form, written)
    assert receipt.ephemeral
    assert headline in receipt.text
    assert await announced(room) == parts


async def test_a_closed_case_can_be_reopened(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    closed = await room.alice.command(
        room.room, "case close", case="38", outcome="withdrawn", source=PAGE, on="by 2018-05-20", certainty="reported"
    )
    assert "Now: **withdrawn by 20 May 2018 (as reported)**" in closed.text
    again = await room.alice.command(room.room, "case close", case="38", outcome="closed", source=PAGE)
    assert "#38 Denver, CO has ended" in again.text
    form = await room.alice.command(room.room, "case event", case="38", kind="reopened", source=PAGE)
    assert "Now: **overdue by 94 days**" in (await room.alice.submit(form, {"text": "The withdrawal was withdrawn."})).text


async def test_a_letter_and_its_recipients_are_recorded(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await record_letter(room, deadline="30 days")
    assert "Deadline: Sun 24 June 2018, end of day" in receipt.text
    assert "day 30 is Sunday, 24 June 2018" in receipt.text
    added = await room.alice.command(
        room.room, "case add", letter="Demand of May", jurisdictions="Denver, CO; Boulder, CO (city); Utah (state)"
    )
    assert "**Recorded: 3 recipients** of Demand of May" in added.text
    assert "#57 Boulder, CO: awaiting answer, 27 days left" in added.text
    assert "New on this server: Boulder, CO (city); Utah (state)" in added.text
    assert await announced(room) == ["sent"] * 3


async def test_recipients_that_were_undone_can_be_recorded_again(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room)
    for _ in range(2):
        added = await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="Denver")
        assert "#56 Denver, CO: awaiting answer, no deadline recorded" in added.text
        undone = await room.alice.press(added, "Undo")
        assert "#56 Denver, CO: no longer recorded as sent" in undone.text
    gone = await room.alice.command(room.room, "case answer", case="56", extent="full", source=PAGE, text="Late.")
    assert gone.text.startswith("There is no case #56 on this server.")


async def test_a_letter_without_recipients_can_be_undone(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await record_letter(room)
    assert "the letter “Demand of May” is no longer recorded." in (await room.alice.press(receipt, "Undo")).text
    assert "Demand of May" not in (await room.bob.command(room.room, "letters")).text


async def test_a_letter_is_undone_whatever_digits_its_operation_has(
    on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.events.secrets.token_hex", lambda _: "1234567890123456")
    receipt = await record_letter(on_memorial_day)
    undone = await on_memorial_day.alice.press(receipt, "Undo")
    assert "the letter “Demand of May” is no longer recorded." in undone.text


async def test_all_recipients_are_recorded_or_none(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await record_letter(room)
    refused = await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="Boulder, CO (city); Dnver")
    assert "“Dnver” is not recorded yet" in refused.text
    assert "Did you mean Denver, CO" in refused.text
    assert "No place called “Boulder”" in (await room.bob.command(room.room, "status", jurisdiction="Boulder")).text
    known = await room.alice.command(room.room, "case add", letter="2018-04-12-documents", jurisdictions="Denver; Seattle")
    assert "Already recorded as recipients of this letter: #53 Seattle, WA" in known.text
    twice = await room.alice.command(room.room, "case add", letter="Demand of May", jurisdictions="Denver; Denver, CO")
    assert "Denver, CO is named twice" in twice.text


async def test_open_cases_complete_by_number_and_by_place(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    by_place = await room.alice.complete(room.room, "case answer", "case", "denv")
    assert {choice["value"] for choice in by_place} == {"6", "38"}
    assert "#38 Denver, CO — Document demand of 24 January 2018 — overdue by 94 days" in str(by_place)
    by_number = await room.alice.complete(room.room, "case answer", "case", "#38")
    assert [choice["value"] for choice in by_number] == ["38"]


async def test_several_recipients_complete_one_after_the_other(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    choices = await room.alice.complete(room.room, "case add", "jurisdictions", "Denver, CO; oakl", letter="2018-04-12-oakland")
    assert choices[0]["value"] == "Denver, CO; Oakland, CA"
