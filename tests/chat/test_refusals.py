"""Wrong input is answered kindly, to the person alone, and records nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.chat.client import BotClient
from bot.reader.documents.child_process import turn
from bot.store import servers
from bot.store.tables import drafts
from tests.chat.conftest import Newsroom, count

PAGE = "https://example.org/answer"
ANSWER = {"case": "38", "extent": "full", "source": PAGE, "text": "All of it."}
EXTENSION = {"case": "38", "deadline": "2018-06-29", "granted_by": "The authority", "source": PAGE}
LETTER = {"authority": "The authority", "sent": "2018-05-25", "source": PAGE}


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("status", {"jurisdiction": "Denvre, CO"}, "No place called “Denvre, CO” is recorded on this server. Did you mean Denver"),
    ("status", {"jurisdiction": "  "}, "The name of the place is empty."),
    ("status", {"jurisdiction": "Denver", "on": "2018-02-30"}, "February 2018 has 28 days"),
    ("status", {"jurisdiction": "Denver", "on": "last monday"}, "can be read as 21 May 2018 or as 14 May 2018"),
    ("status", {"jurisdiction": "Denver", "on": "2018-06-01"}, "is in the future"),
    ("status", {"jurisdiction": "Denver", "letter": "of June"}, "No letter called “of June” is recorded."),
    ("letter show", {"letter": "nonsense"}, "No letter called “nonsense” is recorded."),
    ("letter show", {"letter": "2018"}, "Several letters match “2018”. Write the short name of the one you mean: "),
    ("deadlines", {"state": "Atlantis"}, "“Atlantis” is not a state"),
    ("case answer", {**ANSWER, "source": "   "}, "Every fact needs a source"),
    ("case answer", {**ANSWER, "source": "ftp://example.org/a"}, "begins with https:// or http://"),
    ("case answer", {**ANSWER, "source": "javascript:alert(1)"}, "begins with https:// or http://"),
    ("case answer", {**ANSWER, "source": "ok"}, "“ok” does not identify a source."),
    ("case answer", {**ANSWER, "source": "https://nowhere"}, "is not an address that can be opened"),
    ("case answer", {**ANSWER, "text": "  "}, "The text is empty."),
    ("case answer", {**ANSWER, "on": "*soon*"}, "“\\*soon\\*” cannot be read as a date"),
    ("case answer", {**ANSWER, "on": "2018-05-29"}, "is in the future (today is Mon 28 May 2018)"),
    ("case answer", {**ANSWER, "on": "by 2018-06-29"}, "is in the future"),
    ("case answer", {**ANSWER, "on": "2018-01-03"}, "cannot belong to a letter sent 24 January 2018"),
    ("case answer", {**ANSWER, "on": "tomorrow"}, "29 May 2018 is in the future (today is Mon 28 May 2018)"),
    ("case answer", {**ANSWER, "on": "soon"}, "cannot be read as a date with certainty"),
    ("case answer", {**ANSWER, "case": "999"}, "There is no case #999 on this server."),
    ("case answer", {**ANSWER, "case": "Denver"}, "“Denver” may be #6 Denver, CO (Compliance inquiry of 15"),
    ("case answer", {**ANSWER, "case": "january county"}, "“january county” may be #"),
    ("case answer", {**ANSWER, "case": "West Palm Beach january"}, "No place called “West Palm Beach january” is recorded"),
    ("case extend", {**EXTENSION, "deadline": "2018-05-28"}, "is not later than today"),
    ("case extend", {**EXTENSION, "deadline": "2218-06-29"}, "is more than 20 years after today. Check the year."),
    ("case extend", {**EXTENSION, "deadline": "14 days"}, "can be read as Mon 11 June 2018 (counted from today) or as"),
    ("case extend", {**EXTENSION, "case": "50"}, "#50 West Palm Beach, FL has ended"),
    ("case close", {"case": "50", "outcome": "closed", "source": PAGE}, "has ended (cleared on 27 March 2018)"),
    ("case event", {"case": "38", "kind": "note", "source": PAGE, "amount": "lots"}, "“lots” is not an amount"),
    ("case event", {"case": "38", "kind": "reopened", "source": PAGE}, "there is nothing to reopen"),
    ("letter new", {**LETTER, "deadline": "2018-05-01"}, "is before the letter"),
    ("letter new", {**LETTER, "sent": "2018-05-29"}, "is in the future"),
    ("letter new", {**LETTER, "sent": "2018-05", "deadline": "30 days"}, "days cannot be counted from it"),
    ("letter new", {**LETTER, "source": " "}, "Every fact needs a source"),
    ("case add", {"letter": "2018-04-12-oakland", "jurisdictions": " ; "}, "Name 1 to 100 places"),
    ("case add", {"letter": "2018-04-12-oakland", "jurisdictions": "Boulder, CO (hamlet)"}, "is not a kind of place"),
    ("case add", {"letter": "2018-04-12-oakland", "jurisdictions": "Boulder, XX (city)"}, "“XX” is not a state"),
]


async def test_wrong_input_is_refused_kindly(on_memorial_day: Newsroom, subtests: pytest.Subtests) -> None:
    room = on_memorial_day
    before = await count(room)
    for command, options, why in WRONG:
        with subtests.test(f"/{command} {options}"):
            answer = await room.alice.command(room.room, command, **options)
            assert why in answer.text
            assert answer.ephemeral
            assert answer.modal is None
    assert await count(room) == before


async def test_an_extension_to_the_same_day_is_refused(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    await room.alice.command(room.room, "case extend", **EXTENSION)
    again = await room.alice.command(room.room, "case extend", **EXTENSION)
    assert "Fri 29 June 2018 is already the deadline in force." in again.text


async def test_a_form_with_blank_or_endless_text_is_refused(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await room.alice.command(room.room, "letter new", **LETTER)
    blank = await room.alice.submit(form, {"title": "Demand", "demand": "   "})
    assert "What it demands is empty." in blank.text
    form = await room.alice.command(room.room, "letter new", **LETTER)
    endless = await room.alice.submit(form, {"title": "Demand", "demand": "All", "threatened": "x" * 101})
    assert "is 101 characters long; the limit is 100" in endless.text
    assert endless.ephemeral


async def test_what_was_typed_into_a_refused_form_is_given_back(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await room.alice.command(room.room, "letter new", **LETTER)
    refused = await room.alice.submit(form, {"title": " ", "demand": "All emails of the mayor"})
    assert "The title is empty." in refused.text and "All emails of the mayor" in refused.text
    form = await room.alice.command(room.room, "case event", case="38", kind="court", source="The complaint")
    refused = await room.alice.submit(form, {"step": "filed", "stops": "yes", "docket": "18-1", "text": " "})
    assert "18-1" in refused.text and "filed" not in refused.text
    assert refused.ephemeral


async def test_only_the_desk_records(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    before = await count(room)
    for command, options in (("case answer", ANSWER), ("case extend", EXTENSION), ("letter new", LETTER)):
        answer = await room.bob.command(room.room, command, **options)
        assert answer.ephemeral
        assert f"You need the role <@&{room.desk.id}>" in answer.text
    assert await count(room) == before
    assert "Recorded for #38" in (await room.olga.command(room.room, "case answer", **ANSWER)).text, "Manage Server may"


async def test_who_may_not_record_is_told_so_before_any_option_is_read(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("case add", {"letter": "nonsense", "jurisdictions": ";"}),
        ("case answer", {**ANSWER, "case": "999", "on": "soon"}),
        ("case close", {"case": "999", "outcome": "closed", "source": " "}),
        ("case event", {"case": "999", "kind": "note", "source": " "}),
        ("case extend", {**EXTENSION, "deadline": " "}),
        ("closures add", {"day": "soon", "reason": " ", "source": " "}),
        ("closures remove", {"day": "soon"}),
        ("import", {"letter": "nonsense", "on": "soon"}),
        ("letter new", {**LETTER, "sent": "soon"}),
    ]
    for command, options in wrong:
        answer = await room.bob.command(room.room, command, **options)
        assert f"You need the role <@&{room.desk.id}>" in answer.text, command


async def test_who_left_the_desk_while_a_text_was_read_records_nothing(newsroom: Newsroom, bot: BotClient) -> None:
    room = newsroom
    file = room.sandbox.world.add_file("release.txt", b"The harbor office wrote to Boulder, Colorado.")
    async with turn(), turn():  # other texts are being read
        waiting = asyncio.create_task(room.alice.command(room.room, "import", file=file))
        while not room.sandbox.requests or "callback" not in room.sandbox.requests[-1].path:
            await asyncio.sleep(0.01)
        async with room.db.write() as conn:
            await servers.change(conn, room.guild.id, room.clock.now(), desk_role_ids=())
    assert "no desk role is set" in (await waiting).text
    async with room.db.read() as conn:
        assert (await conn.execute(select(drafts.c.id))).all() == []


async def test_another_servers_case_is_not_there(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    owner = room.sandbox.person(room.olga.user, room.elsewhere)
    answer = await owner.command(room.away, "case answer", **ANSWER)
    assert answer.text.startswith("There is no case #38 on this server.")
    charlie = await room.charlie.command(room.away, "case answer", **ANSWER)
    assert "no desk role is set" in charlie.text


async def test_a_note_to_everyone_pings_nobody(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await room.alice.command(room.room, "case event", case="38", kind="note", source="@everyone")
    receipt = await room.alice.submit(form, {"text": f"@everyone @here <@&{room.desk.id}> <@{room.bob.user.id}>"})
    history = await room.bob.command(room.room, "history", jurisdiction="Denver")
    while "Page" in history.text and "note." not in history.text:
        history = await room.bob.press(history, "More")
    for message in (receipt.message, history.message):
        assert message is not None
        assert not message["mention_everyone"]
        assert message["mentions"] == []
        assert message["mention_roles"] == []
        assert "@everyone" not in str(message["components"])
