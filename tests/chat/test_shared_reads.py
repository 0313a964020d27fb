"""A question is read once for everybody who asks it before the read begins, and is never older than the question."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.chat import views
from bot.chat.shared_reads import AT_ONCE, SharedReads
from bot.record.errors import CaseError
from bot.words.card import Card
from tests.chat.conftest import Newsroom


class Source:
    """Reads that wait until they are let go on; `reads` counts those that began."""

    def __init__(self) -> None:
        self.reads = 0
        self.go_on = asyncio.Event()

    async def read(self) -> int:
        self.reads += 1
        await self.go_on.wait()
        return self.reads


async def _until_idle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_question_that_waits_for_its_turn_is_read_once() -> None:
    shared, busy, asked = SharedReads(), Source(), Source()
    others = [asyncio.create_task(shared.read(number, busy.read)) for number in range(AT_ONCE)]
    await _until_idle()
    equal = [asyncio.create_task(shared.read("letters", asked.read)) for _ in range(200)]
    await _until_idle()
    assert (busy.reads, asked.reads) == (AT_ONCE, 0)
    busy.go_on.set()
    asked.go_on.set()
    assert await asyncio.gather(*equal) == [1] * 200
    await asyncio.gather(*others)


async def test_whoever_asks_after_a_read_began_is_answered_by_a_later_one() -> None:
    shared, asked = SharedReads(), Source()
    first = asyncio.create_task(shared.read("letters", asked.read))
    await _until_idle()
    later = asyncio.create_task(shared.read("letters", asked.read))
    await _until_idle()
    assert asked.reads == 2
    asked.go_on.set()
    await asyncio.gather(first, later)


async def test_one_person_who_goes_away_takes_no_answer_from_the_others() -> None:
    shared, asked = SharedReads(), Source()
    gone, waiting = (asyncio.create_task(shared.read("letters", asked.read)) for _ in range(2))
    await _until_idle()
    gone.cancel()
    asked.go_on.set()
    assert await waiting == 1


async def test_a_refusal_goes_to_all_who_asked() -> None:
    async def refuse() -> None:
        raise CaseError("No.")

    shared = SharedReads()
    for _ in range(2):  # the second: a failed read gives its turn back
        results = await asyncio.gather(*(shared.read("letters", refuse) for _ in range(AT_ONCE + 1)), return_exceptions=True)
        assert [str(result) for result in results] == ["No."] * (AT_ONCE + 1)


async def test_people_of_two_servers_never_share(on_memorial_day: Newsroom) -> None:
    room = on_memorial_day
    here, there = await asyncio.gather(
        room.bob.command(room.room, "letters"), room.charlie.command(room.away, "letters")
    )  # on the other server nothing is recorded
    assert "Document demand" in here.text
    assert "No letters are recorded yet" in there.text


async def test_what_was_just_recorded_is_in_every_answer_asked_for_afterwards(
    on_memorial_day: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, status = on_memorial_day, views.VIEWS["status"]
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def held(*args: Any) -> list[Card]:
        reached.set()
        await go_on.wait()
        return await status(*args)

    monkeypatch.setitem(views.VIEWS, "status", held)
    before = asyncio.create_task(room.bob.command(room.room, "status", jurisdiction="Denver"))
    await reached.wait()
    receipt = await room.alice.command(
        room.room, "case answer", case="38", extent="partial", source="https://example.org/answer", text="200 pages."
    )
    assert "Recorded for #38" in receipt.text
    after = asyncio.create_task(room.bob.command(room.room, "status", jurisdiction="Denver"))
    go_on.set()
    await before
    assert "200 pages." in (await after).text


@pytest.mark.parametrize("command", ["status", "history"])
async def test_a_name_that_no_place_has_is_a_refusal_for_the_person_alone(on_memorial_day: Newsroom, command: str) -> None:
    answer = await on_memorial_day.bob.command(on_memorial_day.room, command, jurisdiction="Nowhere at all")
    assert answer.ephemeral
    assert "Nowhere at all" in answer.text
