"""One thing in many cases over the wire: a form, a preview, Record; ticking cases; several cases in one option."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.desk import state_index
from bot.store import servers
from bot.store.tables import alerts, events
from sandbox import Answer
from sandbox.bus import Json
from sandbox.components import STRING_SELECT, walk
from sandbox.person import Person
from tests.chat.conftest import MEMORIAL_DAY, Newsroom, connected, count
from tests.recording import Desk

PAGE = "https://example.org/ruling"
DEMAND = "2018-01-24-documents"
RULING = {"step": "injunction", "court": "N.D. Cal.; 3:17-cv-05701", "text": "The court orders it.", "source": PAGE}
SENT = datetime(2018, 5, 1, 17, tzinfo=UTC)
running = asynccontextmanager(connected)


@pytest.fixture
async def on_memorial_day(on_memorial_day: Newsroom) -> Newsroom:
    """With an index of states, as a bot that has started makes one."""
    await state_index.fill(on_memorial_day.db)
    return on_memorial_day


async def bulk(room: Newsroom, which: str, what: str, letter: str = DEMAND, by: Person | None = None) -> Answer:
    return await (by or room.alice).command(room.room, "case bulk", letter=letter, which=which, what=what)


async def previewed(room: Newsroom, which: str = "CA", what: str = "court", letter: str = DEMAND, **more: str) -> Answer:
    return await room.alice.submit(await bulk(room, which, what, letter), more or RULING)


async def of_kind(room: Newsroom, kind: str) -> int:
    async with room.db.read() as conn:
        return int(
            (await conn.execute(select(func.count()).where(events.c.kind == kind, events.c.replaces.is_(None)))).scalar_one()
        )


async def news(room: Newsroom) -> list[int]:
    """How many cases each notice of news has."""
    query = select(func.count(alerts.c.case_id.distinct())).where(alerts.c.rung == "news", alerts.c.notice_id.is_not(None))
    async with room.db.read() as conn:
        return list((await conn.execute(query.group_by(alerts.c.notice_id))).scalars())


def select_of(answer: Answer) -> Json:
    assert answer.message
    return next(each for each in walk(answer.message["components"]) if each["type"] == STRING_SELECT)


def ticked(answer: Answer) -> list[str]:
    return [option["label"] for option in select_of(answer)["options"] if option["default"]]


async def to_towns(room: Newsroom, number: int, title: str = "Demand of May") -> str:
    """A letter of May to so many towns of New York: its title."""
    await Desk(room.db, room.guild.id).letter(SENT, due=None, to=[f"Town {n:03}" for n in range(1, number + 1)], title=title)
    return title


async def test_a_ruling_for_eight_states_takes_three_interactions(on_memorial_day: Newsroom) -> None:
    """The command, its form, and Record; with another one to untick somebody."""
    room = on_memorial_day
    await to_towns(room, 8)
    form = await bulk(room, "open", "court", "Demand of May")
    preview = await room.alice.submit(form, RULING)
    assert preview.ephemeral
    assert "Record “injunction, N.D. Cal., 3:17-cv-05701” in these 8 cases?" in preview.text
    assert "-# Demand of May" in preview.text
    before = await of_kind(room, "court")
    receipt = await room.alice.press(preview, "Record in 8 cases")
    assert "**Recorded in 8 cases:** injunction, N.D. Cal., 3:17-cv-05701" in receipt.text
    assert await of_kind(room, "court") == before + 8
    assert await news(room) == [8]
    undone = await room.alice.press(receipt, "Undo")
    assert "**Undone:** 8 events corrected" in undone.text


async def test_picked_in_a_select_it_takes_four(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await to_towns(room, 9)
    preview = await room.alice.submit(await bulk(room, "picked", "court", "Demand of May"), RULING)
    values = [option["value"] for option in select_of(preview)["options"]]
    assert len(ticked(preview)) == 9
    picked = await room.alice.select(preview, select_of(preview)["custom_id"], values[:8])
    assert "in these 8 cases?" in picked.text and "Not ticked: #" in picked.text
    receipt = await room.alice.press(picked, "Record in 8 cases")
    assert "Recorded in 8 cases" in receipt.text
    assert "Town 009" not in receipt.text
    assert await news(room) == [8]


FORMS: dict[str, tuple[dict[str, str], str, str]] = {
    "answer": (
        {"extent": "partial", "text": "200 pages.", "source": PAGE, "certainty": "reported"},
        "partial answer",
        "answer",
    ),
    "extension": ({"deadline": "2018-06-29", "granted_by": "The authority", "source": PAGE}, "new deadline", "deadline"),
    "finding": ({"result": "in-compliance", "text": "No violation.", "source": PAGE}, "found no violation", "finding"),
    "consequence": (
        {"name": "subpoena", "state": "announced", "text": "It may come.", "source": PAGE},
        "announced",
        "consequence",
    ),
    "court": (RULING, "injunction", "court"),
    "note": ({"text": "A hearing is planned.", "source": PAGE, "on": "2018-05-20"}, "note", "note"),
    "close": ({"outcome": "withdrawn", "source": PAGE}, "case closed: withdrawn", "closed"),
}


@pytest.mark.parametrize("what", FORMS)
async def test_each_kind_is_recorded(on_memorial_day: Newsroom, what: str) -> None:
    room = on_memorial_day
    written, shown, kind = FORMS[what]
    before = await of_kind(room, kind)
    form = await bulk(room, "overdue; CA", what)
    assert form.modal and form.modal["title"].endswith(": 9 cases")
    preview = await room.alice.submit(form, written)
    assert shown in preview.text
    receipt = await room.alice.press(preview, "Record in 9 cases")
    assert "Recorded in 9 cases" in receipt.text and shown in receipt.text
    assert await of_kind(room, kind) == before + 9
    assert await news(room) == ([] if what == "note" else [9])


@pytest.mark.parametrize(
    ("which", "number"), [("open", 21), ("overdue", 21), ("CA", 9), ("OR; wa", 2), ("#30-#33", 4), ("picked; IL", 3)]
)
async def test_each_choice_is_shown(on_memorial_day: Newsroom, which: str, number: int) -> None:
    preview = await previewed(on_memorial_day, which)
    assert f"in these {number} cases?" in preview.text


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"which": "awaiting"}, "has no such case: awaiting. It has 21 open"),
        ({"which": "Atlantis"}, "“Atlantis” does not say which cases"),
        ({"which": "  "}, "which is empty"),
        ({"letter": "nothing like it"}, "nothing like it"),
    ],
)
async def test_a_wrong_choice_opens_no_form(on_memorial_day: Newsroom, options: dict[str, str], why: str) -> None:
    entered = {"letter": DEMAND, "which": "open", "what": "court", **options}
    refused = await on_memorial_day.alice.command(on_memorial_day.room, "case bulk", **entered)
    assert refused.modal is None
    assert why in refused.text


@pytest.mark.parametrize(
    ("what", "wrong", "why"),
    [
        ("court", {"source": "?"}, "does not identify a source"),
        ("court", {"on": "2018-06-30"}, "in the future"),
        ("court", {"text": " "}, "What happened is empty"),
        ("extension", {"deadline": "14 days"}, "can be read as"),
        ("consequence", {"state": "lifted"}, "cannot be lifted"),
    ],
)
async def test_a_wrong_form_is_given_back(on_memorial_day: Newsroom, what: str, wrong: dict[str, str], why: str) -> None:
    room = on_memorial_day
    before = await count(room)
    refused = await room.alice.submit(await bulk(room, "CA", what), {**FORMS[what][0], **wrong})
    assert why in refused.text
    given_back = ("The court orders it.", "N.D. Cal.; 3:17-cv-05701", "The authority", "It may come.")
    assert any(text in refused.text for text in given_back)
    assert await count(room) == before


async def test_501_cases_are_refused_before_the_form(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    title = await to_towns(room, 501)
    refused = await bulk(room, "open", "note", title)
    assert refused.modal is None
    assert "These are 501 cases, and at most 500 can be recorded at once." in refused.text
    assert (await bulk(room, "#56-#555", "note", title)).modal


async def test_what_changes_between_preview_and_record_is_left_out_and_named(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    preview = await previewed(room, "#30-#33")
    await room.olga.command(room.room, "case close", case="30", outcome="withdrawn", source=PAGE)
    receipt = await room.alice.press(preview, "Record in 4 cases")
    assert "**Recorded in 3 cases:**" in receipt.text
    assert "- #30 Chicago, IL: changed since this was shown (ended)" in receipt.text
    again = await room.alice.press(await previewed(room, "#31-#33", "note", **FORMS["note"][0]), "Leave")
    assert again.text == "**Nothing was recorded.**"


async def test_it_is_recorded_once_however_often_the_button_is_pressed(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    preview = await previewed(room, "#30-#33")
    before = await of_kind(room, "court")
    await asyncio.gather(room.alice.press(preview, "Record in 4 cases"), room.alice.press(preview, "Record in 4 cases"))
    assert await of_kind(room, "court") == before + 4


async def test_two_people_who_record_the_same_at_once(on_memorial_day: Newsroom) -> None:
    """What the first has recorded is changed for the second: it is left out by name."""
    room = on_memorial_day
    first = await previewed(room, "#30-#33")
    second = await room.olga.submit(await bulk(room, "#30-#33", "court", by=room.olga), RULING)
    answers = await asyncio.gather(room.alice.press(first, "Record in 4 cases"), room.olga.press(second, "Record in 4 cases"))
    assert sorted("Recorded in 4 cases" in answer.text for answer in answers) == [False, True]
    assert any("changed since this was shown" in answer.text for answer in answers)
    assert await news(room) == [4]


async def test_who_may_not_record_gets_no_form_and_presses_in_vain(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    refused = await bulk(room, "CA", "court", by=room.bob)
    assert refused.modal is None and "desk" in refused.text
    preview = await previewed(room, "#30-#33")
    async with room.db.write() as conn:
        await servers.change(conn, room.guild.id, room.clock.now(), desk_role_ids=())
    before = await count(room)
    await room.alice.press(preview, "Record in 4 cases")
    await room.alice.press(preview, "Choose cases")
    assert await count(room) == before


async def test_pages_of_a_select_keep_what_was_unticked_through_a_restart(newsroom: Newsroom) -> None:
    room = newsroom
    room.clock.set(MEMORIAL_DAY)
    async with running(room):
        title = await to_towns(room, 60)
        preview = await room.alice.submit(await bulk(room, "picked", "court", title), RULING)
        values = [option["value"] for option in select_of(preview)["options"]]
        assert (len(values), "Cases 1 to 25 of 60" in preview.text) == (25, True)
        await room.alice.select(preview, select_of(preview)["custom_id"], values[2:])
        second = await room.alice.press(preview, "More")
        assert "Cases 26 to 50 of 60" in second.text and len(ticked(second)) == 25
        await room.alice.select(second, select_of(second)["custom_id"], [])
        assert "in these 33 cases?" in second.text and "27 cases not ticked" in second.text
    async with running(room):
        first = await room.alice.press(preview, "Back")
        assert len(ticked(first)) == 23
        assert "Not ticked: #1 Town 001, NY, #2 Town 002, NY" in first.text
        every = await room.alice.press(first, "Tick all")
        assert "in these 60 cases?" in every.text
        none = await room.alice.press(every, "Untick all")
        assert "in these 0 cases?" in none.text
        last = await room.alice.press(await room.alice.press(none, "More"), "More")
        assert "Cases 51 to 60 of 60" in last.text
        values = [option["value"] for option in select_of(last)["options"]]
        await room.alice.select(last, select_of(last)["custom_id"], values[:1])
        receipt = await room.alice.press(last, "Record in 1 case")
        assert "**Recorded in 1 case:**" in receipt.text and "#51 Town 051, NY" in receipt.text


Command = Callable[[Newsroom, str], Awaitable[Answer]]


async def _event(room: Newsroom, case: str) -> Answer:
    form = await room.alice.command(room.room, "case event", case=case, kind="injunction", source=PAGE)
    assert form.modal and form.modal["title"] == "2 cases: court"
    return await room.alice.submit(form, {"court": "N.D. Cal.", "docket": "17-1", "stops": "no", "text": "It orders."})


SEVERAL: dict[str, Command] = {
    "answer": lambda room, case: room.alice.command(
        room.room, "case answer", case=case, extent="partial", source=PAGE, text="200 pages."
    ),
    "extend": lambda room, case: room.alice.command(
        room.room, "case extend", case=case, deadline="2018-06-29", granted_by="The authority", source=PAGE
    ),
    "close": lambda room, case: room.alice.command(room.room, "case close", case=case, outcome="withdrawn", source=PAGE),
    "event": _event,
}


@pytest.mark.parametrize("command", SEVERAL)
async def test_the_option_case_takes_several(on_memorial_day: Newsroom, command: str) -> None:
    room = on_memorial_day
    before = await count(room)
    preview = await SEVERAL[command](room, "#55; denver january")
    assert "in these 2 cases?" in preview.text
    assert "#38 Denver, CO" in preview.text and "#55 Oakland, CA" in preview.text
    assert await count(room) == before
    receipt = await room.alice.press(preview, "Record in 2 cases")
    assert "Recorded in 2 cases" in receipt.text
    assert await count(room) == before + 2


async def test_one_of_several_that_is_a_guess_is_confirmed_first(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    asked = await SEVERAL["answer"](room, "#38; Oaklnd")
    assert "Nothing is recorded until you choose" in asked.text and "Oakland" in asked.text
    preview = await room.alice.press(asked, "Record")
    assert "in these 2 cases?" in preview.text


async def test_of_several_that_cannot_all_take_it_some_are_left_out(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await room.alice.command(room.room, "case close", case="30", outcome="withdrawn", source=PAGE)
    preview = await SEVERAL["answer"](room, "30; 31; 55")
    assert "in these 2 cases?" in preview.text
    assert "**1 left out:** #30 Chicago, IL ended" in preview.text
    refused = await SEVERAL["answer"](room, "30; 999")
    assert "999" in refused.text


async def test_the_last_of_several_is_completed(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    offered = await room.alice.complete(room.room, "case answer", "case", "#55; denver")
    assert [choice["value"] for choice in offered] == ["#55; 6", "#55; 38"]
    assert offered[1]["name"].startswith("#55; #38 Denver, CO")
    others = await room.alice.complete(room.room, "case answer", "case", "38; denver")
    assert [choice["value"] for choice in others] == ["38; 6"]


async def test_choices_are_offered_with_their_counts(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day

    async def offered(typed: str, **options: Any) -> list[str]:
        return [each["name"] for each in await room.alice.complete(room.room, "case bulk", "which", typed, **options)]

    assert (await offered("", letter=DEMAND))[:4] == [
        "open (21)", "overdue (21)", "picked: choose in a list (23)", "California (9)",
    ]  # fmt: skip
    assert await offered("overdue; cal", letter=DEMAND) == ["overdue; California (9)"]
    assert await offered("") == []


async def test_a_preview_is_over_after_a_day(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    preview = await previewed(room, "#30-#33")
    before = await count(room)
    room.clock.set(room.clock.now() + timedelta(hours=25))
    assert "not kept any more" in (await room.alice.press(preview, "Record in 4 cases")).text
    assert await count(room) == before


async def test_what_is_unticked_is_what_was_shown_though_a_case_was_left_out_since(on_memorial_day: Newsroom) -> None:
    """The others stay on the pages on which they were."""
    room = on_memorial_day
    await to_towns(room, 30)
    preview = await room.alice.submit(await bulk(room, "picked", "note", "Demand of May"), FORMS["note"][0])
    numbers = [label.split()[0] for label in ticked(preview)]
    await room.olga.command(room.room, "case close", case=numbers[0], outcome="withdrawn", source=PAGE)
    shown = await room.alice.press(preview, "More")
    shown = await room.alice.press(shown, "Back")
    assert ticked(shown)[0].startswith(numbers[1])
    values = [option["value"] for option in select_of(shown)["options"]]
    shown = await room.alice.select(shown, select_of(shown)["custom_id"], values[:-1])
    receipt = await room.alice.press(shown, "Record in 28 cases")
    assert "Recorded in 28 cases" in receipt.text
    async with room.db.read() as conn:
        noted = (await conn.execute(select(events.c.case_id).where(events.c.kind == "note"))).scalars().all()
    assert int(values[-1]) not in noted


@pytest.mark.parametrize("number", [2, 8])
async def test_a_select_of_which_every_case_was_left_out_since_records_nothing(on_memorial_day: Newsroom, number: int) -> None:
    room = on_memorial_day
    await to_towns(room, number)
    preview = await room.alice.submit(await bulk(room, "picked", "note", "Demand of May"), FORMS["note"][0])
    closing = await room.olga.command(
        *(room.room, "case close"),
        case="; ".join(each.split()[0] for each in ticked(preview)),
        outcome="withdrawn",
        source=PAGE,
    )
    await room.olga.press(closing, f"Record in {number} cases")
    before = await count(room)
    shown = await room.alice.press(preview, "Untick all")
    assert "in these 0 cases?" in shown.text and f"{number} left out" in shown.text
    assert await count(room) == before
