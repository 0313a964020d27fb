"""What could lose or double an alert, or keep others from being heard: each of these once did, on paper or in a rehearsal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.chat.components import view_of
from bot.record.case import Case, Letter
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import When
from bot.record.errors import Undeliverable, Unreadable
from bot.record.events import Answer, Basis, Corrected, DeadlineSet, Event, Extent, Sent
from bot.record.grouping import APART, MOST_SECTIONS
from bot.record.ladder import DEFAULT_LADDER
from bot.record.news import news_of
from bot.record.notice_tokens import CaseAlert
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sections import sections_of
from bot.record.sources import Source
from bot.store import redirects, servers
from bot.store.tables import notices
from bot.words.card import Card
from bot.words.news_card import news_card
from bot.words.notice import card_of
from bot.words.notice_parts import Head
from tests.recording import CHANNEL, NEW_YORK, OTHER_SERVER, SERVER, Desk
from tests.watch import claims as deliveries
from tests.watch.test_delivery import Channels, House, at

HERE, THERE = CHANNEL + SERVER, 555


def lost() -> Undeliverable:
    return Undeliverable("the connection was lost", permanent=False, maybe_sent=True)


def refused() -> Undeliverable:
    return Undeliverable("403 Missing Access", permanent=True)


async def set_channel(house: House, to: int, now: datetime) -> None:
    """What /settings channel does."""
    house.clock.set(now)
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, now, channel_id=to)
        await redirects.redirect(conn, SERVER, to, now)


async def one_answered(house: House, *names: str) -> tuple[list[Case], list[int]]:
    """A letter to these places; an answer is recorded for each but the first, to be taken back later."""
    letter_cases = await house.alice.letter(house.clock.now(), to=names)
    return letter_cases, [await house.alice.record(at(2, 1), case, Answer(Extent.FULL)) for case in letter_cases[1:]]


async def take_back(house: House, now: datetime, case: Case, event_id: int) -> list[str]:
    await house.alice.record(now, case, Corrected(), replaces=event_id)
    return await house.turn(now)


async def test_parts_that_were_moved_to_another_channel_leave_room_for_more(house: House) -> None:
    letter_cases, answers = await one_answered(house, "Albany", "Denver", "Seattle")
    assert len(await house.turn(at(2, 9))) == 1
    house.channels.failures = [refused]
    assert await take_back(house, at(2, 9, hour=10), letter_cases[1], answers[0]) == []
    await set_channel(house, THERE, at(2, 9, hour=10, minute=30))
    assert len(await house.turn(at(2, 9, hour=10, minute=30))) == 1
    assert len(await take_back(house, at(2, 9, hour=11), letter_cases[2], answers[1])) == 1
    await set_channel(house, HERE, at(2, 9, hour=12))
    assert await house.turn(at(2, 9, hour=12)) == []
    assert [state for _, state in await house.states()] == ["sent"] * 3


async def test_a_letter_that_cannot_be_planned_does_not_silence_the_others(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    charlie = Desk(house.db, OTHER_SERVER)
    await charlie.open()
    await house.alice.letter(house.clock.now())
    await charlie.letter(house.clock.now())
    async with house.db.write() as conn:  # a zone that no machine knows, as after a downgrade of its tables
        await conn.exec_driver_sql(f"UPDATE servers SET zone = 'Mars/Olympus' WHERE id = {SERVER}")
    await house.turn(at(2, 9))
    assert [channel for channel, _, _ in house.channels.posted] == [CHANNEL + OTHER_SERVER]
    assert f"set aside: server {SERVER}" in caplog.text


async def test_a_zone_that_skipped_a_whole_day_has_its_posting_hours(house: House) -> None:
    await house.alice.open(zone="Pacific/Apia")
    [case] = await house.alice.letter(house.clock.now(), due=None, to=("Albany",))
    apia = ZoneInfo("Pacific/Apia")
    skipped = Deadline(date(2011, 12, 31), apia, datetime(2011, 12, 31, 5, tzinfo=apia).time())
    await house.alice.record(house.clock.now(), case, DeadlineSet(skipped, Basis.ORIGINAL))
    [text] = await house.turn(at(2, 9))
    assert "Overdue by" in text


async def test_a_changed_hour_does_not_lose_a_rung_where_server_and_letter_lie_in_different_zones(house: House) -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    await house.alice.open(zone="Asia/Tokyo", hour=9)
    await house.alice.letter(house.clock.now())
    await house.turn(datetime(2018, 2, 24, 9, tzinfo=tokyo))
    change = datetime(2018, 2, 25, 8, tzinfo=tokyo)  # an hour before "Deadline passed" would be due
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, change, hour=20)
    heads = [text.split("\n")[0] for hours in range(48) for text in await house.turn(change + timedelta(hours=hours))]
    assert [head.split(":")[0] for head in heads] == ["Deadline passed", "Overdue by 3 days"]


async def test_an_alert_never_joins_a_notice_that_may_stand_in_the_channel_already(house: House) -> None:
    letter_cases, answers = await one_answered(house, "Albany", "Denver")
    house.channels.failures, house.channels.keep_before_failing = [lost], True
    await house.turn(at(2, 9))
    await take_back(house, at(2, 9, second=1), letter_cases[1], answers[0])
    await house.turn(at(2, 9, minute=30))
    texts = house.channels.texts()
    assert len(texts) == 2
    assert "Albany" in texts[0] and "Denver" in texts[1]


async def test_a_notice_whose_old_channel_is_gone_goes_to_the_new_one(house: House) -> None:
    class Gone(Channels):
        async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
            if channel_id == HERE:
                raise refused()
            return await super().find(channel_id, token, since)

    house.channels.__class__ = Gone
    await house.alice.letter(house.clock.now())
    house.channels.failures = [lost]
    await house.turn(at(2, 9))
    await set_channel(house, THERE, at(2, 9, minute=1))
    await house.turn(at(2, 9, minute=30))
    assert [channel for channel, _, _ in house.channels.posted] == [THERE]


async def test_a_lost_answer_is_not_forgotten_when_the_channel_cannot_be_read_for_a_while(house: House) -> None:
    class Closed(Channels):
        closed = False

        async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
            if Closed.closed:
                raise Unreadable
            return await super().find(channel_id, token, since)

    house.channels.__class__ = Closed
    await house.alice.letter(house.clock.now())
    house.channels.failures, house.channels.keep_before_failing = [lost], True
    await house.turn(at(2, 9))
    Closed.closed, house.channels.keep_before_failing = True, False
    house.channels.failures = [refused]
    await house.turn(at(2, 9, minute=30))
    Closed.closed = False
    await set_channel(house, HERE, at(2, 9, hour=10))
    await house.turn(at(2, 9, hour=10))
    assert len(house.channels.posted) == 1
    assert await house.states() == [("14-days-before", "sent")]


async def test_what_discord_refuses_is_tried_again_every_hour_while_it_is_true(house: House) -> None:
    await house.alice.letter(house.clock.now())
    house.channels.failures = [refused]
    assert await house.turn(at(2, 24)) == []
    async with house.db.read() as conn:
        assert await redirects.refused(conn, SERVER) == [(HERE, "403 Missing Access")]
    assert await house.turn(at(2, 24, hour=9, minute=59)) == []
    [text] = await house.turn(at(2, 24, hour=10))
    assert text.startswith("Deadline passed") and "Posted late" in text


async def test_a_post_that_outlives_its_claim_is_given_up_before_it_can_be_untrue(house: House) -> None:
    @dataclass
    class Slow(Channels):
        asked: asyncio.Event = field(default_factory=asyncio.Event)

        async def post(self, channel_id: int, card: Card, nonce: str) -> int:
            self.asked.set()
            await asyncio.Event().wait()
            raise AssertionError("never reached")

    slow = Slow()
    house.delivery._poster, house.delivery._lease = slow, timedelta(seconds=0.1)
    await house.alice.letter(house.clock.now())
    house.clock.set(at(2, 9))
    await house.watch.turn()
    assert slow.asked.is_set()
    async with house.db.read() as conn:
        row = (await conn.execute(select(notices.c.state, notices.c.maybe_sent))).one()
    assert (row.state, row.maybe_sent) == ("pending", True)


async def test_a_notice_under_way_is_not_taken_up_a_second_time_by_the_same_watch(house: House) -> None:
    gate, looks = asyncio.Event(), []

    class Searching(Channels):
        async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
            looks.append(token)
            await gate.wait()
            return await super().find(channel_id, token, since)

    house.channels.__class__ = Searching
    await house.alice.letter(house.clock.now())
    house.channels.failures = [lost]
    await house.turn(at(2, 9))
    for minute in (10, 20, 30):  # each later than the lease of the claim before
        house.clock.set(at(2, 9, minute=minute))
        await house.watch.look()
    gate.set()
    await house.watch.turn()
    assert len(looks) == 1
    assert await house.states() == [("14-days-before", "sent")]


async def test_a_claim_that_was_lost_changes_nothing_of_what_its_successor_sent(house: House) -> None:
    [case] = await house.alice.letter(house.clock.now(), to=("Albany",))
    await house.plan(at(2, 9))
    async with house.db.write() as conn:
        [slow] = await deliveries.claim(conn, at(2, 9), 10, timedelta(minutes=1))
    assert len(await house.turn(at(2, 9, minute=5))) == 1  # another took it up when the lease was over
    await set_channel(house, THERE, at(2, 9, minute=6))
    answer = await house.alice.record(at(2, 9, minute=7), case, Answer(Extent.FULL))
    house.clock.set(at(2, 9, minute=8))
    await deliveries.carry_on(house.delivery, slow)
    async with house.db.write() as conn:
        await deliveries.undeliverable(conn, slow, house.clock.now(), "404", maybe_sent=False)
    assert await take_back(house, at(2, 9, minute=9), case, answer) == []
    assert await house.states() == [("14-days-before", "sent")]


async def test_a_page_turned_later_says_what_is_true_then(house: House) -> None:
    letter_cases = await house.alice.letter(house.clock.now(), to=("Albany", "Denver"))
    head = Head("t", NEW_YORK, at(2, 9))

    async def turned(now: datetime) -> str:
        sections = sections_of(CaseAlert(case, 0, "14-days-before") for case in await house.alice.cases())
        return card_of(head, sections, now).text

    assert "## 14 days left: Albany, NY and Denver, NY" in await turned(at(2, 9))
    await house.alice.record(at(2, 20), letter_cases[0], Answer(Extent.FULL))
    later = await turned(at(3, 9))
    assert "## Overdue by 14 days: Denver, NY, no full answer on record\n**Demand**, The authority\nAnswer was due" in later
    assert "**Answered** (1)" in later
    await house.alice.record(at(3, 10), letter_cases[1], Answer(Extent.FULL))
    assert "## No longer due: Albany, NY and Denver, NY" in await turned(at(3, 11))


async def test_a_clock_set_back_does_not_make_a_planned_alert_untrue(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.plan(at(2, 9))
    async with house.db.write() as conn:
        await conn.exec_driver_sql("UPDATE notices SET not_before = '2018-02-09 13:00:00'")
    assert len(await house.turn(at(2, 9) - timedelta(seconds=1))) == 1


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=90)
urls = st.integers(0, 2000).map(lambda length: "https://example.org/" + "a" * length)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(
    title=names,
    demand=st.integers(0, 3000),
    threats=st.lists(names, max_size=20),
    place=names,
    count=st.integers(1, 120),
    deadlines=st.integers(1, 8),
    url=urls,
    rung=st.sampled_from([rung.name for rung in DEFAULT_LADDER]),
    letters=st.integers(1, MOST_SECTIONS),
)
def test_every_notice_fits_one_message_and_names_every_place_on_some_page(
    title: str, demand: int, threats: list[str], place: str, count: int, deadlines: int, url: str, rung: str, letters: int
) -> None:
    source = Source(title * 5, url)
    when = When("2018-01-24", NEW_YORK)
    first = Letter(0, "l", title, title * 2, when, "x" * demand or "y", threatened=tuple(threats), sources=(source,))
    now = at(2, 9)
    letter_cases = []
    for number in range(count):
        due = Deadline(date(2018, 2, 23 + number % deadlines % 5), NEW_YORK)
        events = (
            Event(2 * number + 1, when, now, Sent(), title * 20, sources=(source,) * 4),
            Event(2 * number + 2, when, now, DeadlineSet(due), sources=(source,)),
        )
        jurisdiction = Jurisdiction(number, f"{place} {number}.", PlaceKind.CITY, "CA" if number % 3 else "")
        letter = replace(first, id=0 if rung in APART else number % letters)
        letter_cases.append(Case(number, number, letter, jurisdiction, now, events))
    head = Head("t" * 20, NEW_YORK, now)
    sections = sections_of(CaseAlert(case, case.events[1].id, rung) for case in letter_cases)
    shown: list[str] = []
    for page in range(100):
        card = card_of(head, sections, at(3, 9), page)
        view_of(card)
        if card.text in shown:  # there is no such page: it is the last one
            break
        shown.append(card.text)
    assert all(f" {case.number}." in "\n".join(shown) for case in letter_cases)
    for number in (0, 1):
        view_of(news_card(head, news_of((case, case.events[number].id) for case in letter_cases), now))
