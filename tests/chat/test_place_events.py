"""Facts of a place apart from any letter: recorded by a form, announced, undone, and shown around its letters."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from bot.desk import snapshot
from bot.desk.session import reading
from bot.store.tables import alerts, events, notices
from sandbox import Answer
from tests.chat.conftest import Newsroom, count

PAGE = "https://example.org/ruling"
RULING = {"step": "ruling", "court": "N.D. Ill.", "docket": "1:17-cv-05720", "text": "A judge suspends the rule."}


async def rule(room: Newsroom, **options: str) -> Answer:
    """Alice records a ruling in Chicago of 20 May 2018."""
    typed = {"jurisdiction": "Chicago", "kind": "court", "source": PAGE, "on": "2018-05-20", **options}
    return await room.alice.submit(await room.alice.command(room.room, "place event", **typed), RULING)


async def whole(room: Newsroom, command: str) -> str:
    """Every page of what a command shows of Chicago."""
    page = await room.bob.command(room.room, command, jurisdiction="Chicago")
    texts = [page.text]
    while f"Page {len(texts)} of " in page.text and f"Page {len(texts)} of {len(texts)}" not in page.text:
        page = await room.bob.press(page, "More")
        texts.append(page.text)
    return "\n".join(texts)


async def announced(room: Newsroom) -> list[tuple[str, int | None, int | None]]:
    """(kind, case, letter) of each event that is on a notice."""
    async with room.db.read() as conn:
        query = (
            select(events.c.kind, alerts.c.case_id, notices.c.letter_id)
            .join(alerts, alerts.c.about_id == events.c.id)
            .join(notices, notices.c.id == alerts.c.notice_id)
        )
        return [tuple(row) for row in await conn.execute(query.order_by(alerts.c.id))]


async def test_a_ruling_is_recorded_of_the_place_and_announced(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await rule(room, certainty="reported")
    assert receipt.ephemeral
    assert "**Recorded for Chicago, IL (city)**, not tied to a letter" in receipt.text
    assert "**20 May 2018** (as reported): court ruling (N.D. Ill., 1:17-cv-05720). A judge suspends the rule." in receipt.text
    assert "It changes the status of no case." in receipt.text
    assert await announced(room) == [("court", None, None)]
    assert room.wakes, "the watch was not woken"
    status = await whole(room, "status")
    assert "A judge suspends the rule." in status.partition("**Background**, not tied to a letter")[2]
    assert "## Chicago, IL — overdue by 94 days" in status, "it changes no status"
    history = await whole(room, "history")
    assert "A judge suspends the rule." in history and "recorded 28 May 2018 by Alice" in history


async def test_it_can_be_undone(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    receipt = await rule(room)
    undone = await room.alice.press(receipt, "Undo")
    assert "**Undone:** 1 event corrected" in undone.text
    assert "A judge suspends" not in await whole(room, "status")
    assert "~~**20 May 2018**: court ruling" in await whole(room, "history")
    assert "nothing left to undo" in (await room.alice.press(receipt, "Undo")).text


async def test_it_is_exported(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await rule(room)
    async with reading(room.db, room.guild.id, room.clock.now()) as session:
        record = (await snapshot.of_server(session)).record_file().as_json()
    [ruling] = [event for event in record["events"] if event["text"] == RULING["text"]]
    assert (ruling["letter"], ruling["who"], ruling["step"]) == (None, ["Chicago, IL"], "ruling")
    json.dumps(record)


@pytest.mark.parametrize(
    ("kind", "written", "shown", "kinds"),
    [
        ("press release", {"by": "The mayor", "text": "We sue."}, "public statement by The mayor. We sue.", []),
        ("law enacted", {"text": "SB 54 is signed."}, "note. SB 54 is signed.", []),
        ("lawsuit", {"court": "D.D.C.", "text": "The city sues."}, "suit filed (D.D.C.). The city sues.", ["court"]),
        ("finding", {"result": "in-compliance", "text": "So it says."}, "the authority found no violation", ["finding"]),
        (
            "grant withheld",
            {"text": "It is held."},
            "withholding of funds: carried out. It is held.",
            ["consequence"],
        ),
        (
            "consequence",
            {"other": "an audit", "state": "announced", "text": "One will come."},
            "an audit: announced. One will come.",
            ["consequence"],
        ),
    ],
)
async def test_each_kind_can_be_recorded_of_a_place(
    on_memorial_day: Newsroom, kind: str, written: dict[str, str], shown: str, kinds: list[str]
) -> None:
    room = on_memorial_day
    form = await room.alice.command(room.room, "place event", jurisdiction="Evanston", kind=kind, source=PAGE)
    assert form.modal and form.modal["title"].startswith("Evanston, IL: ")
    receipt = await room.alice.submit(form, written)
    assert shown in receipt.text
    assert "not threatened" not in receipt.text
    assert [kind for kind, _, _ in await announced(room)] == kinds


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"jurisdiction": "Springfield"}, "Springfield"),
        ({"kind": "reopened"}, "A place has no case to reopen."),
        ({"kind": "answered"}, "“answered” is recorded with /case answer."),
        ({"kind": "weather"}, "“weather” is not a known kind of event."),
        ({"source": " "}, "Every fact needs a source"),
        ({"on": "tomorrow"}, "is in the future"),
        ({"amount": "€2 million"}, "is in another currency than US dollars"),
        ({"consequence": "subpoena"}, "A consequence goes with the kind “consequence”."),
    ],
)
async def test_what_cannot_be_is_refused(on_memorial_day: Newsroom, options: dict[str, str], why: str) -> None:
    room = on_memorial_day
    before = await count(room)
    typed = {"jurisdiction": "Chicago", "kind": "note", "source": PAGE, **options}
    answer = await room.alice.command(room.room, "place event", **typed)
    assert why in answer.text and answer.modal is None and answer.ephemeral
    assert await count(room) == before


async def test_only_the_desk_records_of_places(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    answer = await room.bob.command(room.room, "place event", jurisdiction="nonsense", kind="nonsense", source=" ")
    assert f"You need the role <@&{room.desk.id}>" in answer.text
    async with room.db.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(alerts))).scalar_one() == 0


async def test_only_what_is_recorded_of_the_place_can_be_lifted(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    typed = {"jurisdiction": "Evanston", "kind": "consequence", "consequence": "grant withheld", "source": PAGE}

    async def record(state: str) -> str:
        form = await room.alice.command(room.room, "place event", **typed)
        return (await room.alice.submit(form, {"state": state, "text": "So it is."})).text

    assert "cannot be lifted: it is not recorded that it was announced" in await record("lifted")
    assert "withholding of funds: carried out. So it is." in await record("carried-out")
    assert "withholding of funds: lifted. So it is." in await record("lifted")
