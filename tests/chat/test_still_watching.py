"""The question whether to go on, half a year after a deadline: posted once a letter, and answered with its buttons."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.record.ladder import DEFAULT_LADDER, standing
from bot.record.servers import Server
from bot.store import cases, servers
from bot.store.tables import alerts
from sandbox.person import text_of
from tests.chat.conftest import Newsroom
from tests.chat.test_broken import Scene
from tests.chat.test_broken import scene as scene
from tests.recording import Desk

RECORDED = datetime(2018, 1, 24, 15, tzinfo=UTC)
HALF_A_YEAR = datetime(2018, 8, 22, 14, tzinfo=UTC)  # 180 days after 23 February
LATER = datetime(2019, 12, 31, 15, tzinfo=UTC)


async def asked(scene: Scene) -> dict[str, Any]:
    """The question about a letter to three places, of which one was noted about in May."""
    room, desk = scene.room, Desk(scene.room.db, scene.room.guild.id)
    room.clock.set(RECORDED)
    await desk.letter(RECORDED, to=("Albany", "Denver", "Oakland"), title="Inquiry")
    await scene.turn(HALF_A_YEAR)
    [question] = [m for m in room.sandbox.messages(room.alerts) if "Still watching?" in text_of(m)]
    return question


async def server(room: Newsroom) -> Server:
    async with room.db.read() as conn:
        return await servers.get(conn, room.guild.id)


async def questions(room: Newsroom) -> int:
    async with room.db.read() as conn:
        return len((await conn.execute(select(alerts.c.id).where(alerts.c.rung == "still-watching"))).all())


async def test_it_is_asked_once_a_letter_and_monthly_changes_nothing(scene: Scene) -> None:
    question = await asked(scene)
    assert "3 cases of the Inquiry have been overdue for 180 days. Still watching?" in text_of(question)
    assert "Answer was due **Fri 23 February 2018, end of day EST**" in text_of(question)
    answer = await scene.room.alice.press(question, "Monthly")
    assert answer.ephemeral and "nothing changes" in answer.text and "monthly after the deadline" in answer.text
    assert await questions(scene.room) == 3
    await scene.turn(LATER)
    assert await questions(scene.room) == 3, "never again"
    async with scene.room.db.read() as conn:
        [letter] = await cases.letters_of(conn, scene.room.guild.id)
    assert letter.ladder is None and letter.asked_at == HALF_A_YEAR.replace(hour=13), "when it was due"


async def test_yearly_is_the_letters_own_and_can_be_undone(scene: Scene) -> None:
    room, question = scene.room, await asked(scene)
    done = await room.alice.press(question, "Yearly")
    assert "repeated once a year" in done.text and "1 January 2019" in done.text
    again = await room.alice.press(question, "Yearly")
    assert "once a year already" in again.text
    async with room.db.read() as conn:
        [letter] = await cases.letters_of(conn, room.guild.id)
    assert letter.ladder and [rung.name for rung in standing(letter.ladder)][-1] == "yearly-after"
    assert (await server(room)).ladder == DEFAULT_LADDER
    assert "Undone" in (await room.alice.press(done, "Undo")).text, "the desk may, not only Manage Server"
    async with room.db.read() as conn:
        assert (await cases.letters_of(conn, room.guild.id))[0].ladder is None


async def test_closing_asks_how_it_ended_and_shows_which_cases(scene: Scene) -> None:
    room, question = scene.room, await asked(scene)
    form = await room.alice.press(question, "Close with outcome")
    preview = await room.alice.submit(form, {"outcome": "closed", "text": "", "source": "https://example.org/end", "on": ""})
    assert "Albany" in preview.text and "Oakland" in preview.text
    recorded = await room.alice.press(preview, "Record in 3 cases")
    assert "3 cases" in recorded.text
    async with room.db.read() as conn:
        assert all(case.at(HALF_A_YEAR).ended for case in await cases.of_server(conn, room.guild.id))
    nothing = await room.alice.press(question, "Close with outcome")
    assert "nothing to close" in nothing.text


@pytest.mark.parametrize("button", ["Monthly", "Yearly", "Close with outcome"])
async def test_only_the_desk_answers(scene: Scene, button: str) -> None:
    question = await asked(scene)
    answer = await scene.room.bob.press(question, button)
    assert answer.ephemeral and "record" in answer.text
    async with scene.room.db.read() as conn:
        assert (await cases.letters_of(conn, scene.room.guild.id))[0].ladder is None
