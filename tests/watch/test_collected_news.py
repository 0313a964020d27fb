"""What one person records within a minute and a half is told in one message; a slip that is undone meanwhile is never told."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from bot.chat.views import notice_page
from bot.desk import case_events, place_events
from bot.desk.alert_list import AlertFilter, alert_page
from bot.desk.case_events import EventReport
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.session import reading, writing
from bot.desk.settings import change_settings
from bot.record.case import Case
from bot.record.events import Court, CourtStep, Detail, Extent, Note
from bot.record.news_kinds import NewsKind
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.posting import Quiet
from bot.store import events, places, servers
from bot.store.tables import notices
from bot.words.plain_text import plain
from tests.recording import SERVER, SOURCE
from tests.undoing import undo
from tests.watch.test_delivery import House, at

ALICE, BOB = 11, 12
SOON, LATER = timedelta(seconds=30), timedelta(seconds=90)
REPORT = EventReport(None, SOURCE, "As told.")
RULING = Court(CourtStep.RULING, "N.D. Ill.")


@pytest.fixture
async def first(house: House) -> Case:
    """The first case of a letter to four places; the server collects what is recorded for 90 seconds."""
    [case, *_] = await house.alice.letter(house.clock.now())
    await setting(house, collect_seconds=90)
    return case


async def setting(house: House, **values: object) -> None:
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, house.clock.now(), **values)


async def answer(house: House, case: Case, by: int = ALICE, extent: Extent = Extent.PARTIAL, *, quietly: bool = False) -> str:
    """The operation."""
    async with writing(house.db, SERVER, house.clock.now(), "Alice", by, quietly=quietly) as session:
        recorded = await case_events.record_answer(session, CaseRef(case.id, case.number), extent, REPORT)
    return recorded.operation


async def record(house: House, case: Case, detail: Detail) -> None:
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        await case_events.record_event(session, CaseRef(case.id, case.number), detail, REPORT)


async def of_chicago(house: House) -> None:
    async with house.db.write() as conn:
        chicago = Jurisdiction(0, "Chicago", PlaceKind.CITY, "IL")
        [(place_id, _)] = await places.ensure_all(conn, SERVER, [chicago])
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        await place_events.record_place_event(session, place_id, RULING, REPORT)


async def after(house: House, time: timedelta) -> list[str]:
    """What is posted when that much time has passed."""
    return await house.turn(house.clock.now() + time)


async def test_letters_and_places_share_one_message(house: House, first: Case) -> None:
    [boston] = await house.alice.letter(house.clock.now(), to=("Boston",), title="Another demand")
    await answer(house, first)
    assert await after(house, SOON) == []
    await answer(house, boston, extent=Extent.FULL)
    await of_chicago(house)
    assert await after(house, SOON) == []
    [text] = await after(house, SOON)
    heading, *lines = text.splitlines()
    assert heading == "Chicago, IL: court ruling (N.D. Ill.), and 2 more updates"
    headlines = ["Albany, NY: partial answer", "Boston, NY: full answer"]
    assert [line for line in lines if line in headlines] == headlines
    letters = ["Demand, The authority", "Another demand, The authority"]
    assert [line for line in lines if line in letters] == letters
    async with house.db.read() as conn:
        token = (await conn.execute(select(notices.c.token).where(notices.c.collects_for == ALICE))).scalar_one()
    async with reading(house.db, SERVER, house.clock.now()) as session:
        rest = plain(await notice_page(session, token, 1)).splitlines()
    of_place = rest.index("Not tied to a letter")
    assert rest[of_place + 1] == "Chicago, IL: court ruling (N.D. Ill.)"
    assert await after(house, LATER) == []


async def test_what_comes_later_is_another_message(house: House, first: Case) -> None:
    await answer(house, first)
    assert len(await after(house, LATER)) == 1
    await answer(house, first, extent=Extent.FULL)
    assert await after(house, LATER - timedelta(seconds=1)) == []
    assert len(await after(house, timedelta(seconds=1))) == 1


async def test_each_person_has_a_message_of_their_own(house: House, first: Case) -> None:
    await answer(house, first)
    await after(house, timedelta(seconds=1))
    await answer(house, first, BOB, Extent.FULL)
    assert [text.splitlines()[0] for text in await after(house, LATER)] == [
        "Albany, NY: partial answer",
        "Albany, NY: full answer",
    ]


async def test_a_slip_is_never_told(house: House, first: Case) -> None:
    operation = await answer(house, first)
    assert await after(house, SOON) == []
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        await undo(session, operation)
    assert await after(house, LATER) == []


async def test_what_was_told_is_taken_back_aloud(house: House, first: Case) -> None:
    operation = await answer(house, first)
    assert len(await after(house, LATER)) == 1
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        await undo(session, operation)
    [text] = await after(house, LATER)
    assert text.startswith("Albany, NY: partial answer, entry undone")


async def test_what_is_recorded_quietly_is_never_posted(house: House, first: Case) -> None:
    await answer(house, first, quietly=True)
    assert await after(house, LATER) == []


async def test_what_waits_when_the_channel_changes_goes_to_the_new_one_alone(house: House, first: Case) -> None:
    await answer(house, first)
    await setting(house, channel_id=4_711)
    await answer(house, first, extent=Extent.FULL)
    texts = await after(house, LATER)
    assert sorted(text.splitlines()[0] for text in texts) == ["Albany, NY: full answer", "Albany, NY: partial answer"]


async def test_a_server_chooses_the_kinds(house: House, first: Case) -> None:
    await setting(house, collect_seconds=0, unannounced=frozenset({NewsKind.ANSWER}))
    await answer(house, first)
    await record(house, first, Note())
    await record(house, first, RULING)
    [text] = await after(house, timedelta())
    assert text.splitlines()[0] == "Albany, NY: court ruling (N.D. Ill.), and 1 more update" and "Albany, NY: note" in text
    async with house.db.read() as conn:
        assert (await servers.get(conn, SERVER)).unannounced == {NewsKind.ANSWER}


async def test_a_correction_of_what_was_told_is_told_whatever_the_kind(house: House, first: Case) -> None:
    await setting(house, collect_seconds=0)
    told = await answer(house, first, extent=Extent.UNKNOWN)
    assert len(await after(house, timedelta())) == 1
    await setting(house, unannounced=frozenset(NewsKind))
    await answer(house, first, extent=Extent.HOLDING)
    async with house.db.read() as conn:
        [answered] = await events.ids_of(conn, SERVER, told)
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        await case_events.settle_extent(session, answered, Extent.FULL)
    [text] = await after(house, timedelta())
    assert text.splitlines()[0] == "Albany, NY: full answer (before: answered, extent unknown)"


async def test_what_was_recorded_before_the_letter_is_no_news_of_the_letter(house: House, first: Case) -> None:
    """A new recipient and an answer of an old one, together: the letter is not announced as a new one."""
    await answer(house, first)
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        letter = LetterRef(first.letter.id, first.letter.title)
        await add_named_recipients(session, letter, NamedRecipients(("Boston, MA (city)",)))
    [text] = await after(house, LATER)
    assert text.splitlines()[0] == "Demand: 1 more recipient, 5 in all"
    assert "Albany, NY: partial answer" in text


NIGHT = Quiet(hours=(time(22), time(7)))


async def test_news_of_the_night_waits_for_the_morning(house: House, first: Case) -> None:
    await setting(house, quiet=NIGHT)
    assert await house.turn(at(1, 25, 22, 30)) == []
    await answer(house, first)
    assert await house.turn(at(1, 26, 2)) == []
    await answer(house, first, extent=Extent.FULL)
    assert await house.turn(at(1, 26, 6, 59)) == []
    [text] = await house.turn(at(1, 26, 7))
    assert text.splitlines()[0] == "Albany, NY: partial answer, and 1 more update" and "Posted late" not in text
    assert await house.turn(at(1, 26, 8)) == []


async def test_news_of_an_import_waits_too(house: House, first: Case) -> None:
    await setting(house, quiet=NIGHT)
    await house.turn(at(1, 25, 23))
    async with writing(house.db, SERVER, house.clock.now(), "a file") as session:
        await case_events.record_answer(session, CaseRef(first.id, first.number), Extent.FULL, REPORT)
    assert await house.turn(at(1, 26, 1)) == []
    assert len(await house.turn(at(1, 26, 7))) == 1


async def test_without_quiet_times_what_waits_is_posted(house: House, first: Case) -> None:
    await setting(house, quiet=NIGHT)
    await house.turn(at(1, 25, 23))
    await answer(house, first)
    assert await house.turn(at(1, 26, 1)) == []
    async with writing(house.db, SERVER, house.clock.now(), "Olga", 13) as session:
        await change_settings(session, quiet=None)
    assert len(await after(house, timedelta(seconds=1))) == 1


async def test_a_clock_that_was_ahead_keeps_no_news_back(house: House, first: Case) -> None:
    """What was recorded by a clock a month ahead is posted when the clock is right again."""
    right = house.clock.now()
    house.clock.set(right + timedelta(days=30))
    await answer(house, first)
    assert len(await house.turn(right + timedelta(seconds=1))) == 1


async def test_a_message_of_several_letters_is_found_by_each_of_them(house: House, first: Case) -> None:
    """Also that something of it was taken back."""
    [boston] = await house.alice.letter(house.clock.now(), to=("Boston",), title="Another demand")
    operation = await answer(house, first)
    await answer(house, boston, extent=Extent.FULL)
    await after(house, LATER)
    async with writing(house.db, SERVER, house.clock.now(), "Alice", ALICE) as session:
        await undo(session, operation)
    await after(house, LATER)
    async with reading(house.db, SERVER, house.clock.now()) as session:
        of_first, of_other = [
            [row.titles for row in (await alert_page(session, AlertFilter(letter_id=letter_id))).page.rows]
            for letter_id in (first.letter.id, boston.letter.id)
        ]
    both = {first.letter.id: "Demand", boston.letter.id: "Another demand"}
    assert of_first == [{first.letter.id: "Demand"}, both]
    assert of_other == [both]
