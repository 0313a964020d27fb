"""What is due in a channel at one moment is one message with a section for each letter, or a few."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.chat.views import notice_page, render
from bot.desk.notices import notice_content
from bot.desk.session import reading
from bot.record.events import Answer, Corrected, Extent
from bot.record.grouping import MOST_SECTIONS
from bot.store import tables
from bot.watch import tick as tick_module
from bot.watch.tick import tick
from bot.words.paging import Query
from tests.recording import CHANNEL, OTHER_SERVER, SERVER, Desk
from tests.watch.test_delivery import House, at

NINE = at(2, 9)
#: Letters in the order of their urgency at NINE, by the days that are left.
DUE = {name: NINE.date() + timedelta(days=days) for name, days in zip("ABCDEF", (0, 1, 3, 7, 14, 30), strict=True)}


async def letters(house: House, due: dict[str, date] = DUE, places: int = 1) -> None:
    """The least urgent are recorded first."""
    for name, day in reversed(due.items()):
        await house.alice.letter(
            house.clock.now(), due=day, to=[f"{name}ton {number}" for number in range(places)], title=f"Demand {name}"
        )


def told(house: House) -> list[str]:
    """The letters of each message, in the order of its sections."""
    return [
        "".join(sorted((n for n in DUE if f"Demand {n}" in text), key=lambda n: text.index(f"Demand {n}")))
        for text in house.channels.texts()
    ]


async def plan_and_send(house: House, slices: int = 1_000) -> None:
    async for _ in tick(house.db, house.clock.now()):
        await house.delivery.drain()
        slices -= 1
        if not slices:
            return
    await house.delivery.drain()


async def test_the_most_urgent_come_first_and_what_does_not_fit_continues_in_another_message(house: House) -> None:
    await letters(house)
    await house.turn(NINE)
    assert told(house) == ["ABCD", "EF"]
    assert len({token for _, token, _ in house.channels.posted}) == 2
    assert await house.turn(NINE + timedelta(seconds=5)) == []


@pytest.mark.parametrize("killed_after", [1, 2, 3, 4, 5])
async def test_no_section_is_split_or_doubled_however_often_planning_is_cut_off(
    house: House, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    monkeypatch.setattr(tick_module, "PAGE", 4)
    monkeypatch.setattr(tick_module, "SLICE", 3)
    await letters(house, places=2)
    await plan_and_send(house)
    house.clock.set(NINE)
    for _ in range(12 // killed_after):
        await plan_and_send(house, killed_after)
        house.clock.set(house.clock.now() + timedelta(seconds=1))
    await plan_and_send(house)
    assert sorted("".join(told(house))) == sorted(DUE)
    assert max(map(len, told(house))) <= MOST_SECTIONS
    async with house.db.read() as conn:
        query = (
            select(tables.alerts.c.case_id, tables.notices.c.state).join(tables.notices).where(tables.alerts.c.rung != "news")
        )
        assert sorted(await conn.execute(query)) == [(case_id, "sent") for case_id in range(1, 13)]


async def test_what_passed_stands_apart(house: House) -> None:
    await letters(house, {"A": DUE["A"], "B": DUE["A"], "C": DUE["C"], "D": DUE["C"]})
    await house.turn(NINE)
    house.channels.posted.clear()
    texts = await house.turn(at(2, 10))
    assert [text.startswith("Deadline passed: ") for text in texts] == [True, True]
    await house.turn(at(2, 11))
    assert sorted(told(house)) == ["A", "B", "DC"]


async def test_what_is_added_later_goes_to_a_message_that_was_not_posted(house: House) -> None:
    await letters(house)
    recorded = {case.letter.title[-1]: case for case in await house.alice.cases()}
    answers = {name: await house.alice.record(at(2, 8), recorded[name], Answer(Extent.FULL)) for name in "AB"}
    await house.plan(NINE)
    await house.alice.record(NINE, recorded["A"], Corrected(), replaces=answers["A"])
    house.clock.set(NINE + timedelta(seconds=1))
    await plan_and_send(house)
    assert told(house) == ["CDEF", "A"]
    await house.alice.record(house.clock.now(), recorded["B"], Corrected(), replaces=answers["B"])
    house.clock.set(NINE + timedelta(seconds=2))
    await plan_and_send(house)
    assert told(house) == ["CDEF", "A", "B"]


async def test_each_server_and_each_moment_has_its_own(house: House) -> None:
    charlie = Desk(house.db, OTHER_SERVER)
    await charlie.open()
    await letters(house, {"A": DUE["C"], "B": DUE["D"]})
    await charlie.letter(house.clock.now(), due=DUE["D"], to=("Denver",), title="Demand C")
    await house.turn(NINE)
    assert sorted((channel, names) for (channel, _, _), names in zip(house.channels.posted, told(house), strict=True)) == [
        (CHANNEL + SERVER, "AB"),
        (CHANNEL + OTHER_SERVER, "C"),
    ]


async def test_what_people_ask_about_a_message_is_answered_for_all_its_letters(house: House) -> None:
    await letters(house, places=60)
    await house.turn(NINE)
    for (_, token, _), names in zip(house.channels.posted, told(house), strict=True):
        async with reading(house.db, SERVER, house.clock.now()) as session:
            content = await notice_content(session, token)
            assert {case.letter.title[-1] for case in content.cases} == set(names)
            pages = [(await notice_page(session, token, page)).text for page in range(1, 9)]
            assert all(f"{name}ton {number}" in "\n".join(pages) for name in names for number in range(60))
            for view in ("news", "nsrc", "nwhy"):
                assert (await render(session, Query(view, (token,)))).text
