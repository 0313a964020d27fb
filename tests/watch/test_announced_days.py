"""An alert is not posted just after the notice that announced its deadline; where there was none, it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.desk.case_events import EventReport, extend_deadline
from bot.desk.deadlines import DeadlineInput
from bot.desk.letters import NewLetter, add_letter
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.schedule_list import schedule_page
from bot.desk.session import writing
from bot.desk.status import place_status
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import Undeliverable
from bot.store.tables import cases, notices
from tests.recording import NEW_YORK, OPENED, SERVER, SOURCE
from tests.watch.test_delivery import House, at

DUE = date(2018, 2, 25)  # 32 days after 24 January


async def record(house: House, due: date = DUE) -> CaseRef:
    """A letter to Denver, recorded as the desk does it."""
    async with writing(house.db, SERVER, house.clock.now(), "Alice") as session:
        new = NewLetter(
            "Demand", "The authority", When("2018-01-24", NEW_YORK), "All", SOURCE, deadline=Deadline(due, NEW_YORK)
        )
        letter = await add_letter(session, new)
        ref = LetterRef(letter.id, letter.title)
        [(case, _)] = (await add_named_recipients(session, ref, NamedRecipients(("Denver, CO (city-and-county)",)))).cases
    return CaseRef(case.id, case.number)


async def heads(house: House, last: datetime) -> list[str]:
    """The headlines of every notice until then, with a look twice a day."""
    posted = []
    moment = house.clock.now()
    while moment <= last:
        posted += [text.split("\n")[0] for text in await house.turn(moment)]
        moment += timedelta(hours=12)
    return posted


async def test_thirty_days_are_not_told_two_days_after_thirty_two(house: House) -> None:
    await record(house)
    assert await heads(house, at(2, 26, hour=12)) == [
        "New letter: Demand",
        "14 days left: Denver, CO",
        "7 days left: Denver, CO",
        "3 days left: Denver, CO",
        "1 day left: Denver, CO",
        "Due today: Denver, CO",
        "Deadline passed: Denver, CO, no full answer on record",
    ]
    assert "32 days left" in house.channels.texts()[0]


async def test_what_is_said_to_come_next_comes_next(house: House) -> None:
    case = await record(house)
    async with writing(house.db, SERVER, house.clock.now(), "Alice") as session:
        [first, *_] = (await schedule_page(session, 60)).rows
        [notice] = first.notices
        [(recorded, _)] = (await place_status(session, 1)).cases
        coming = (await place_status(session, recorded.place.id)).next_alerts[case.id]
    assert notice.due == coming
    assert coming.rung.name == "14-days-before"


@pytest.mark.parametrize("settings", [{"announce": False}, {"channel_id": None}])
async def test_without_an_announcement_nothing_is_left_out(house: House, settings: dict[str, object]) -> None:
    """The server wants none, or had no channel when the letter was recorded."""
    await house.alice.open(OPENED, **settings)
    await record(house)
    await house.alice.open()
    assert await heads(house, at(1, 27)) == ["30 days left: Denver, CO"]


async def test_recipients_that_were_loaded_quietly_lose_no_alert(house: House) -> None:
    await house.alice.letter(house.clock.now(), due=DUE, to=("Denver",))
    assert await heads(house, at(1, 27)) == ["30 days left: Denver, NY"]


async def test_an_announcement_that_still_waits_counts_and_one_that_was_dropped_does_not(house: House) -> None:
    await record(house)
    house.channels.failures = [lambda: Undeliverable("no permission", permanent=True) for _ in range(20)]
    assert await heads(house, at(1, 26, hour=12)) == []
    assert await house.states() == [("news", "undeliverable")]
    async with house.db.write() as conn:
        await conn.execute(notices.update().values(state="superseded"))
        await conn.execute(cases.update().values(look_at=house.clock.now()))
    house.channels.failures = []
    assert await heads(house, at(1, 27)) == ["30 days left: Denver, CO"]


async def test_an_extension_tells_the_days_left_and_covers_the_next_rung(house: House) -> None:
    case = await record(house)
    house.clock.set(at(2, 20, hour=12))
    await house.watch.turn()
    before = len(house.channels.posted)
    async with writing(house.db, SERVER, house.clock.now(), "Alice") as session:
        typed = DeadlineInput("2018-03-23")
        await extend_deadline(session, case, typed, "The authority", EventReport(None, SOURCE))
    after = await heads(house, at(3, 9, hour=12))
    assert [head.partition(" Fri")[0] for head in after] == ["Denver, CO: deadline extended to", "14 days left: Denver, CO"]
    assert "31 days left" in house.channels.texts()[before]
