"""Which open cases are offered while one is named, on a server with more cases than are read for one text."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import FrozenClock
from bot.desk.session import reading
from bot.desk.suggestions import MOST, MOST_READ, open_cases_like
from bot.record.case import Case
from bot.record.events import Closed, Outcome
from bot.store.database import Database
from tests.recording import SERVER, Desk

TOWNS = tuple(f"Town {number:03}" for number in range(MOST_READ))
LATER = ("Springfield", "Spring Valley", "Salem")


@pytest.fixture
async def desk(db: Database, clock: FrozenClock) -> Desk:
    """A letter to a hundred towns and three more, whose cases have the highest numbers; and one to Salem alone."""
    desk = Desk(db)
    await desk.open()
    await desk.letter(clock.now(), to=(*TOWNS, *LATER), title="Document demand")
    await desk.letter(clock.now(), to=("Salem",), title="Second request")
    return desk


async def offered(desk: Desk, clock: FrozenClock, typed: str) -> list[str]:
    async with reading(desk.db, SERVER, clock.now()) as session:
        return list(await open_cases_like(session, typed))


async def close(desk: Desk, clock: FrozenClock, *cases: Case) -> None:
    clock.set(clock.now() + timedelta(minutes=1))
    for case in cases:
        await desk.record(clock.now(), case, Closed(Outcome.CLOSED))


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("springf", ["101"]),
        ("sprngfield", ["101"]),
        ("spring", ["102", "101"]),
        ("Salem, NY", ["103", "104"]),
        ("salme", ["103", "104"]),
        ("salem second", ["104"]),
        ("second salem", ["104"]),
        ("document salem", ["103"]),
        ("request", ["104"]),
        ("town 077", ["78"]),
        ("Salem, OH", []),
        ("State of Salem", []),
        ("#104", ["104"]),
        ("10", ["10", "100", "101", "102", "103", "104"]),
        ("010", []),
        ("1234567890", []),
    ],
)
async def test_cases_are_found_by_place_letter_and_number(
    desk: Desk, clock: FrozenClock, typed: str, numbers: list[str]
) -> None:
    assert (await offered(desk, clock, typed))[: len(numbers) or None] == numbers


async def test_before_anything_is_typed_the_first_open_cases_are_offered(desk: Desk, clock: FrozenClock) -> None:
    cases = await desk.cases()
    assert await offered(desk, clock, "") == [str(number) for number in range(1, MOST + 1)]
    await close(desk, clock, *cases[:MOST_READ])
    assert await offered(desk, clock, "") == ["101", "102", "103", "104"]


async def test_closed_cases_are_not_offered(desk: Desk, clock: FrozenClock) -> None:
    await close(desk, clock, (await desk.cases())[102])
    assert await offered(desk, clock, "salem") == ["104"]


async def test_other_words_of_a_line_find_cases_too(desk: Desk, clock: FrozenClock) -> None:
    assert "1" in await offered(desk, clock, "awaiting answer")
