"""Forms: answered after a restart, used once, and whatever happens, nobody has to write a text again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from bot.chat.client import BotClient
from bot.desk import kept_forms
from bot.desk.kept_forms import KeptForm
from bot.store.database import Database
from bot.store.drafts import MOST_FORMS
from bot.store.tables import drafts
from sandbox import Answer
from sandbox.interactions import MODAL_SUBMIT
from tests.chat.conftest import MEMORIAL_DAY, Newsroom, connected, count
from tests.chat.test_import import SAMPLE, labels, pasted
from tests.locking import locked

PAGE = "https://example.org/a"
NOTE = {"case": "38", "kind": "note", "source": PAGE, "on": "2018-05-20"}
Opened = Callable[[Newsroom], Awaitable[Answer]]

running = asynccontextmanager(connected)


async def forms_kept(room: Newsroom) -> int:
    async with room.db.read() as conn:
        return int((await conn.execute(select(func.count()).where(drafts.c.id < 0))).scalar_one())


async def forget_forms(room: Newsroom) -> None:
    async with room.db.write() as conn:
        await conn.execute(delete(drafts).where(drafts.c.id < 0))


async def of_case(room: Newsroom) -> Answer:
    return await room.alice.command(room.room, "case event", **NOTE)


async def of_place(room: Newsroom) -> Answer:
    return await room.alice.command(
        room.room, "place event", jurisdiction="Chicago", kind="court", source=PAGE, on="2018-05-20"
    )


async def of_letter(room: Newsroom) -> Answer:
    return await room.alice.command(
        room.room, "letter new", authority="The authority", sent="2018-05-25", source=PAGE, deadline="30 days"
    )


async def of_paste(room: Newsroom) -> Answer:
    return await room.alice.command(room.room, "import", on="2018-05-25")


OPENED_BY_COMMANDS: dict[str, tuple[Opened, dict[str, str], str]] = {
    "case event": (of_case, {"text": "What the desk wrote."}, "What the desk wrote."),
    "place event": (of_place, {"step": "ruling", "court": "N.D. Ill.", "text": "A rule is suspended."}, "A rule is suspended."),
    "letter new": (of_letter, {"title": "Demand of May", "demand": "All files"}, "24 June 2018"),
    "import": (of_paste, {"text": SAMPLE, "source": PAGE}, "Edit recipients|recipients"),
}

#: How many events each records.
EVENTS = {"case event": 1, "place event": 1, "letter new": 0, "import": 0}


@pytest.fixture
async def recorded(newsroom: Newsroom) -> AsyncIterator[Newsroom]:
    newsroom.clock.set(MEMORIAL_DAY)
    await newsroom.load()
    yield newsroom


@pytest.mark.parametrize("command", OPENED_BY_COMMANDS)
async def test_a_form_that_was_opened_before_a_restart_is_recorded(recorded: Newsroom, command: str) -> None:
    opened, written, shown = OPENED_BY_COMMANDS[command]
    async with running(recorded):
        form = await opened(recorded)
        before = await count(recorded)
    async with running(recorded):
        answer = await recorded.alice.submit(form, written)
        assert answer.ephemeral
        assert any(words in answer.text for words in shown.split("|")), answer.text
        assert "Nothing was changed" not in answer.text
        assert await count(recorded) == before + EVENTS[command]


@pytest.mark.parametrize(
    ("button", "written"),
    [
        ("Edit letter", {"title": "Harbor lights"}),
        ("Edit threats, source…", {"threatened": "a fine"}),
        ("Edit recipients", None),
    ],
)
async def test_a_form_of_a_draft_too(newsroom: Newsroom, button: str, written: dict[str, str] | None) -> None:
    async with running(newsroom):
        preview = await pasted(newsroom)
        form = await newsroom.alice.press(preview, button)
    async with running(newsroom):
        await newsroom.alice.submit(form, written or {"rows": "Mobile, AL (city)\nBoulder, CO (city)"})
        async with newsroom.db.read() as conn:
            body = str((await conn.execute(select(drafts.c.body).where(drafts.c.id > 0))).scalar_one())
        assert all(text in body for text in (written or {"": "Boulder"}).values())
        assert ("Monterey" in body.split("'recipients'")[1]) == (button != "Edit recipients")


async def test_a_form_that_is_sent_twice_is_recorded_once(recorded: Newsroom) -> None:
    """The program may be killed between the commit and the answer: the form is still open then."""
    async with running(recorded):
        form = await of_case(recorded)
        before = await count(recorded)
        await recorded.alice.submit(form, {"text": "Once."})
        again = await recorded.alice.submit(form, {"text": "Once."})
    async with running(recorded):
        after_restart = await recorded.alice.submit(form, {"text": "Once."})
    for answer in (again, after_restart):
        assert "This form was sent before" in answer.text
        assert "Nothing was changed" not in answer.text
    assert await count(recorded) == before + 1


async def test_a_form_that_is_sent_twice_at_once_is_recorded_once(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await of_case(room)
    before = await count(room)
    answers = await asyncio.gather(*(room.alice.submit(form, {"text": "Once."}) for _ in range(2)))
    assert sorted("This form was sent before" in answer.text for answer in answers) == [False, True], answers
    assert await count(room) == before + 1


async def test_a_refused_form_can_be_sent_again(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await of_case(room)
    refused = await room.alice.submit(form, {"text": "  "})
    assert "What happened is empty" in refused.text
    assert "“" not in (await room.alice.submit(form, {"text": "Written now."})).text


async def test_what_cannot_be_used_is_given_back(on_memorial_day: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    room = on_memorial_day
    long = "A long text. " * 110
    form = await of_letter(room)
    await forget_forms(room)
    before = await count(room)
    answer = await room.alice.submit(form, {"title": "Demand of May", "demand": long, "legal_basis": "8 U.S.C. § 1373"})
    shown = room.alice.sees(room.room)
    assert answer.ephemeral
    assert "can no longer be used" in answer.text and "Nothing was changed or recorded." in answer.text
    assert long.strip() in str(shown) or long.strip() in answer.text
    assert "Legal basis:\n8 U.S.C. § 1373" in answer.text
    assert await count(room) == before
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    "custom_id",
    ["0123456789abcdef0123456789abcdef", "form:event:zzz", "form:event", "form:nothing:1f", "form:event:" + "f" * 16,
     "form:event:-1", "form:event:١", "x" * 100, "form:draft:1f", "form:event:0", ":", "form:event:1f:1f"],
)  # fmt: skip
async def test_forms_of_other_versions_are_refused_politely(
    on_memorial_day: Newsroom, custom_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    room = on_memorial_day
    form = await of_case(room)
    assert form.interaction.modal is not None
    form.interaction.modal["custom_id"] = custom_id
    before = await count(room)
    answer = await room.alice.submit(form, {"text": "What the desk wrote."})
    assert answer.ephemeral
    assert "another version of the bot" in answer.text or "can no longer be used" in answer.text
    assert "Nothing was changed or recorded." in answer.text and "What the desk wrote." in answer.text
    assert await count(room) == before
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_form_without_the_fields_of_this_version_is_given_back(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await of_place(room)
    assert form.interaction.modal is not None
    for label in form.interaction.modal["components"]:
        if label["component"]["custom_id"] == "docket":
            label["component"]["custom_id"] = "case_number"
    answer = await room.alice.submit(form, {"step": "ruling", "case_number": "1:17-cv", "text": "So it is."})
    assert "another version of the bot" in answer.text
    assert "Case number:\n1:17-cv" in answer.text and "What happened:\nSo it is." in answer.text


async def test_what_another_version_kept_is_given_back(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await of_case(room)
    async with room.db.write() as conn:
        row = (await conn.execute(select(drafts).where(drafts.c.id < 0))).mappings().one()
        body: dict[str, Any] = {"form": {**row["body"]["form"], "state": {"case": 38}}}
        await conn.execute(drafts.update().where(drafts.c.id == row["id"]).values(body=body))
    answer = await room.alice.submit(form, {"text": "What the desk wrote."})
    assert "another version of the bot" in answer.text and "What the desk wrote." in answer.text


async def test_a_form_is_used_by_its_person_on_its_server_for_a_day(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    form = await of_case(room)
    assert form.interaction.modal is not None
    custom_id = form.interaction.modal["custom_id"]
    of_olga = await room.olga.command(room.room, "case event", **NOTE)
    assert of_olga.interaction.modal is not None
    of_olga.interaction.modal["custom_id"] = custom_id
    before = await count(room)
    assert "can no longer be used" in (await room.olga.submit(of_olga, {"text": "Not mine."})).text
    room.clock.set(room.clock.now() + timedelta(hours=24, seconds=1))
    assert "can no longer be used" in (await room.alice.submit(form, {"text": "Too late."})).text
    assert await count(room) == before


async def test_while_the_database_is_locked_a_form_opens_and_its_text_is_given_back(
    on_memorial_day: Newsroom, bot: BotClient
) -> None:
    room = on_memorial_day
    room.db._patience = 0.05
    before = await count(room)
    async with locked(room.db):
        form = await of_case(room)
        answer = await room.alice.submit(form, {"text": "What the desk wrote."})
        assert answer.text.startswith("The database is busy; nothing was recorded. Try again in a moment.")
        assert "What the desk wrote." in answer.text
        form = await of_case(room)
        await asyncio.wait([kept.storing for kept in bot.open_forms._open.values()])
    assert await count(room) == before
    assert await forms_kept(room) == 0
    receipt = await room.alice.submit(form, {"text": "Written while it was locked."})
    assert "Written while it was locked." in receipt.text
    assert await count(room) == before + 1
    assert "This form was sent before" in (await room.alice.submit(form, {"text": "Once more."})).text


async def test_a_form_that_could_not_be_stored_can_be_sent_again_once_it_was_refused(
    on_memorial_day: Newsroom, bot: BotClient
) -> None:
    room = on_memorial_day
    room.db._patience = 0.05
    async with locked(room.db):
        form = await of_case(room)
        await asyncio.wait([kept.storing for kept in bot.open_forms._open.values()])
        assert (await room.alice.submit(form, {"text": "Too early."})).text.startswith("The database is busy")
    before = await count(room)
    assert "What happened is empty" in (await room.alice.submit(form, {"text": "  "})).text
    assert await bot.open_forms.unstored(next(iter(bot.open_forms._open)), room.away.id, room.alice.user.id) is None
    answers = await asyncio.gather(*(room.alice.submit(form, {"text": "Written now."}) for _ in range(2)))
    assert sorted("This form was sent before" in answer.text for answer in answers) == [False, True], answers
    assert await count(room) == before + 1
    assert not bot.open_forms._open


TYPED = {"type": 4, "custom_id": "text", "value": "What the desk wrote."}


@pytest.mark.parametrize(
    "rows",
    [None, 5, {}, "x", [None], ["x"], [[]], [{"component": None}], [{"component": "x"}], [{"components": None}],
     [{"components": 7, "component": 7}], [{"components": [None, []]}], [{"component": {}}],
     [None, {"component": {**TYPED, "custom_id": "other"}}], [{"component": {**TYPED, "custom_id": "text", "values": {}}}]],
)  # fmt: skip
async def test_odd_rows_of_a_form_are_answered(on_memorial_day: Newsroom, rows: Any, caplog: pytest.LogCaptureFixture) -> None:
    room = on_memorial_day
    form = await of_case(room)
    assert form.interaction.modal is not None
    before = await count(room)
    data = {"custom_id": form.interaction.modal["custom_id"], "components": rows}
    parts = room.alice._parts
    answer = await room.alice._wait(parts.interactions.ask(MODAL_SUBMIT, room.app, room.alice.user, room.room, data))
    assert answer.ephemeral and "Nothing was changed or recorded." in answer.text
    assert ("What the desk wrote." in answer.text) == ("other" in str(rows))
    assert await count(room) == before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_question_that_was_asked_before_a_restart_is_answered_politely(recorded: Newsroom) -> None:
    async with running(recorded):
        asked = await recorded.alice.command(
            recorded.room, "case answer", case="Oaklnd", extent="full", source=PAGE, text="All of it."
        )
        before = await count(recorded)
    async with running(recorded):
        for button in ("Record", "Leave"):
            answer = await recorded.alice.press(asked, button)
            assert answer.ephemeral and "before the bot was started again" in answer.text
    assert await count(recorded) == before


async def test_the_newest_forms_of_a_person_are_kept_and_old_ones_go(db: Database, newsroom: Newsroom) -> None:
    now = newsroom.clock.now()
    for number in range(MOST_FORMS + 2):
        form = KeptForm(-1 - number, 7, "event", {}, None)
        await kept_forms.keep(db, newsroom.guild.id, form, now + timedelta(seconds=number), timedelta(hours=24))
    async with db.read() as conn:
        ids = set((await conn.execute(select(drafts.c.id))).scalars())
    assert ids == {-1 - number for number in range(2, MOST_FORMS + 2)}
    await kept_forms.keep(
        db, newsroom.guild.id, KeptForm(-99, 7, "event", {}, None), now + timedelta(days=2), timedelta(hours=24)
    )
    assert await forms_kept(newsroom) == 1


async def test_forms_push_no_draft_out(newsroom: Newsroom, bot: BotClient) -> None:
    await pasted(newsroom)
    for _ in range(MOST_FORMS + 1):
        await newsroom.alice.command(newsroom.room, "import")
    async with newsroom.db.read() as conn:
        assert (await conn.execute(select(func.count()).where(drafts.c.id > 0))).scalar_one() == 1
    assert await labels(newsroom) == []
