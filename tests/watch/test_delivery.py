"""From the clock to a message: planned once, delivered once, and only while it is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.clock import FrozenClock
from bot.record.errors import Undeliverable
from bot.record.events import Acknowledged, Answer, Extent, Finding, Result
from bot.store import announcements, redirects, servers
from bot.store.database import Database
from bot.store.tables import alerts, notice_sections, notices
from bot.watch.deliver import Delivery
from bot.watch.rounds import backoff
from bot.watch.schedule import Watch
from bot.watch.tick import tick
from bot.words.card import Card
from bot.words.plain_text import plain
from tests.recording import CHANNEL, OTHER_SERVER, SERVER, Desk
from tests.watch import claims as deliveries

NEW_YORK = ZoneInfo("America/New_York")


def at(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """That day of 2018 in New York, nine o'clock unless said otherwise."""
    return datetime(2018, month, day, hour, minute, second, tzinfo=NEW_YORK).astimezone(UTC)


@dataclass
class Channels:
    """The edge: channels that keep what is posted, and fail when told to."""

    posted: list[tuple[int, str, Card]] = field(default_factory=list)
    failures: list[Callable[[], Undeliverable]] = field(default_factory=list)
    keep_before_failing: bool = False

    def room(self, channel_id: int) -> int:
        return 1_000

    def room_in(self, channel_id: int) -> float:
        return 0

    def backlog(self) -> float:
        return 0

    async def post(self, channel_id: int, card: Card, nonce: str) -> int:
        if self.failures:
            if self.keep_before_failing:
                self.posted.append((channel_id, nonce, card))
            raise self.failures.pop(0)()
        self.posted.append((channel_id, nonce, card))
        return len(self.posted)

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        return next((i for i, (c, n, _) in enumerate(self.posted, 1) if (c, n) == (channel_id, token)), None)

    def texts(self) -> list[str]:
        return [plain(card) for _, _, card in self.posted]


@dataclass
class House:
    db: Database
    clock: FrozenClock
    channels: Channels
    delivery: Delivery
    watch: Watch
    alice: Desk

    async def turn(self, moment: datetime) -> list[str]:
        """Set the clock and turn the watch: the texts that this posted."""
        before = len(self.channels.posted)
        self.clock.set(moment)
        await self.watch.turn()
        return self.channels.texts()[before:]

    async def plan(self, moment: datetime) -> None:
        """Plan what is due, and send nothing."""
        async for _ in tick(self.db, moment):
            pass

    async def states(self) -> list[tuple[str, str]]:
        return await states(self.db)


async def states(db: Database) -> list[tuple[str, str]]:
    """The rung of each section with the state of its notice."""
    rung = func.coalesce(notice_sections.c.rung, notices.c.rung)
    query = select(rung, notices.c.state).join(notice_sections, notice_sections.c.notice_id == notices.c.id, isouter=True)
    async with db.read() as conn:
        return [(row[0], row[1]) for row in await conn.execute(query.order_by(notices.c.id))]


async def test_the_default_ladder_posts_each_rung_once_at_the_posting_hour(house: House) -> None:
    await house.alice.letter(house.clock.now())
    heads = []
    for days in range(52):
        for hour in (0, 8, 9, 21):
            day = date(2018, 1, 25) + timedelta(days=days)
            moment = at(day.month, day.day, hour=hour)
            local = f"{day:%m-%d} {hour:02}"
            heads += [(local, text.split("\n")[0]) for text in await house.turn(moment)]
    assert heads == [
        ("02-09 09", "14 days left: 4 jurisdictions"),
        ("02-16 09", "7 days left: 4 jurisdictions"),
        ("02-20 09", "3 days left: 4 jurisdictions"),
        ("02-22 09", "1 day left: 4 jurisdictions"),
        ("02-23 09", "Due today: 4 jurisdictions"),
        ("02-24 09", "Deadline passed: 4 jurisdictions, no full answer on record"),
        ("02-26 09", "Overdue by 3 days: 4 jurisdictions, first reminder"),
        ("03-02 09", "Overdue by 7 days: 4 jurisdictions, second reminder"),
        ("03-09 09", "Overdue by 14 days: 4 jurisdictions, third reminder"),
    ]


async def test_turning_again_posts_nothing_twice(house: House) -> None:
    await house.alice.letter(house.clock.now())
    assert len(await house.turn(at(2, 9))) == 1
    assert await house.turn(at(2, 9)) == []
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, house.clock.now(), hour=9)
    assert await house.turn(at(2, 9, minute=1)) == []


async def test_only_the_passed_deadline_pings_the_escalation_role(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.turn(at(2, 23))
    await house.turn(at(2, 24))
    await house.turn(at(2, 26))
    assert [card.ping_role for _, _, card in house.channels.posted] == [None, 7, None]


async def test_a_case_that_was_answered_is_left_out_and_an_empty_notice_is_not_sent(house: House) -> None:
    cases = await house.alice.letter(house.clock.now(), to=("Albany", "Denver"))
    await house.alice.record(at(2, 1), cases[0], Answer(Extent.FULL))
    [text] = await house.turn(at(2, 9))
    assert "Denver" in text and "Albany" not in text
    await house.alice.record(at(2, 10), cases[1], Finding(Result.IN_COMPLIANCE))
    assert await house.turn(at(2, 16)) == []


async def test_an_answer_between_planning_and_sending_supersedes_the_alert(house: House) -> None:
    cases = await house.alice.letter(house.clock.now(), to=("Albany",))
    await house.plan(at(2, 9))
    await house.alice.record(at(2, 9, minute=1), cases[0], Answer(Extent.FULL))
    assert await house.turn(at(2, 9, minute=2)) == []
    assert await house.states() == [("14-days-before", "superseded")]
    async with house.db.read() as conn:
        assert (await conn.execute(select(alerts.c.reason))).scalars().all() == ["meanwhile answered"]


async def test_after_downtime_the_newest_rung_alone_is_heard_and_says_that_it_is_late(house: House) -> None:
    await house.alice.letter(house.clock.now())
    [text] = await house.turn(at(2, 21, hour=15))
    assert text.startswith("2 days left: 4 jurisdictions")
    assert "Posted late: this was due Tue 20 February 2018, 09:00" in text
    async with house.db.read() as conn:
        rows = (await conn.execute(select(alerts.c.rung, alerts.c.state).where(alerts.c.case_id == 1))).all()
    assert sorted((row.rung, row.state) for row in rows) == [
        ("14-days-before", "superseded"),
        ("3-days-before", "planned"),
        ("7-days-before", "superseded"),
    ]


async def test_no_countdown_is_heard_after_the_deadline(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.plan(at(2, 23))
    [text] = await house.turn(at(2, 24))
    assert text.startswith("Deadline passed")


async def test_an_extension_cancels_the_old_countdown(house: House) -> None:
    cases = await house.alice.letter(house.clock.now(), to=("Albany", "Denver"))
    await house.turn(at(2, 16))
    await house.alice.extend(at(2, 17), cases[0], date(2018, 3, 23))
    [text] = await house.turn(at(2, 20))
    assert text.startswith("3 days left: Denver, NY\n")
    assert text.endswith("Since Friday: deadline extended to Fri 23 March 2018 (Albany, NY)")
    texts = [await house.turn(at(3, day)) for day in (8, 9, 10)]
    [text] = texts[1]
    headline, countdown, overdue = text.split("\n\n")[:3]
    assert headline == "Friday 9 March: 1 answer due and 1 overdue, 1 letter"
    assert countdown.startswith("14 days left: Albany, NY")
    assert overdue.startswith("Overdue by 14 days: Denver, NY")


async def test_an_acknowledgement_stops_the_repeats_until_the_deadline_changes(house: House) -> None:
    case = (await house.alice.letter(house.clock.now(), to=("Albany",)))[0]
    await house.turn(at(2, 24))
    version = case.known_at(house.clock.now()).deadline_event
    assert version is not None
    await house.alice.record(at(2, 24, hour=10), case, Acknowledged(version.id))
    assert [await house.turn(at(3, day)) for day in (1, 2, 9, 16)] == [[], [], [], []]
    await house.alice.extend(at(3, 17), case, date(2018, 3, 20))
    assert [len(await house.turn(at(3, day))) for day in (19, 20, 21, 23)] == [1, 1, 1, 1]


async def test_undoing_a_mistaken_answer_brings_the_missed_alert_back_late(house: House) -> None:
    case = (await house.alice.letter(house.clock.now(), to=("Albany",)))[0]
    answer = await house.alice.record(at(2, 8), case, Answer(Extent.FULL))
    assert await house.turn(at(2, 9)) == []
    await house.alice.record(at(2, 9, hour=12), case, Answer(Extent.HOLDING), replaces=answer)
    [text] = await house.turn(at(2, 9, hour=12))
    assert text.startswith("14 days left") and "Posted late" in text


async def test_moving_the_posting_hour_neither_loses_nor_doubles_a_rung(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.plan(at(2, 9))
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, at(2, 9), hour=15)
    assert len(await house.turn(at(2, 9, hour=10))) == 1, "it was due by the hour before"
    assert await house.turn(at(2, 9, hour=15)) == []
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, house.clock.now(), hour=17)
    assert await house.turn(at(2, 9, hour=17)) == []


async def test_an_hour_moved_earlier_on_the_day_posts_that_days_rung_at_once(house: House) -> None:
    await house.alice.open(hour=15)
    await house.alice.letter(house.clock.now())
    assert len(await house.turn(at(1, 24, hour=15))) == 1
    assert await house.turn(at(2, 9, hour=10)) == []
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, house.clock.now(), hour=9)
    assert len(await house.turn(at(2, 9, hour=10))) == 1


async def test_an_hour_moved_does_not_call_up_a_rung_of_an_earlier_day(house: House) -> None:
    await house.alice.letter(house.clock.now())  # at noon of the day of the 30-days rung, after its hour
    assert await house.turn(at(1, 26, hour=10)) == []
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, house.clock.now(), hour=15)
    assert await house.turn(at(1, 26, hour=11)) == []


async def test_an_alert_that_discord_could_not_take_outlives_a_change_of_the_hour(house: House) -> None:
    await house.alice.letter(house.clock.now())
    house.channels.failures = [lambda: Undeliverable("502", permanent=False)]
    assert await house.turn(at(2, 9)) == []
    house.clock.set(at(2, 10, hour=8))
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, house.clock.now(), hour=15)
    assert len(await house.turn(at(2, 10, hour=8))) == 1


async def test_a_server_without_a_channel_hears_the_newest_rung_once_one_is_set(house: House) -> None:
    await house.alice.open(channel_id=None)
    await house.alice.letter(house.clock.now())
    assert await house.turn(at(2, 16)) == []
    await house.alice.open(channel_id=55)
    [text] = await house.turn(at(2, 17))
    assert text.startswith("6 days left") and house.channels.posted[0][0] == 55


async def test_a_lost_answer_is_looked_for_before_it_is_sent_again(house: House) -> None:
    await house.alice.letter(house.clock.now())
    house.channels.failures = [lambda: Undeliverable("connection lost", permanent=False, maybe_sent=True)]
    house.channels.keep_before_failing = True
    await house.turn(at(2, 9))
    await house.turn(at(2, 9, minute=30))
    assert len(house.channels.posted) == 1
    assert await house.states() == [("14-days-before", "sent")]


async def test_a_transient_failure_is_tried_again_and_a_permanent_one_is_kept(house: House) -> None:
    await house.alice.letter(house.clock.now())
    house.channels.failures = [lambda: Undeliverable("502", permanent=False), lambda: Undeliverable("403", permanent=True)]
    assert await house.turn(at(2, 9)) == []
    assert await house.states() == [("14-days-before", "pending")]
    assert await house.turn(at(2, 9, minute=5)) == []
    assert await house.states() == [("14-days-before", "undeliverable")]
    async with house.db.write() as conn:
        await redirects.redirect(conn, SERVER, 66, house.clock.now())
    assert len(await house.turn(at(2, 9, minute=6))) == 1
    assert house.channels.posted[0][0] == 66


async def test_one_notice_that_fails_does_not_hold_up_the_others(house: House) -> None:
    charlie = Desk(house.db, OTHER_SERVER)
    await charlie.open()
    await house.alice.letter(house.clock.now())
    await charlie.letter(house.clock.now())
    house.channels.failures = [lambda: Undeliverable("403", permanent=True)]
    assert len(await house.turn(at(2, 9))) == 1
    assert sorted(state for _, state in await house.states()) == ["sent", "undeliverable"]


async def test_a_claim_that_outlived_its_lease_is_taken_up_by_somebody_else(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.plan(at(2, 9))
    lease = timedelta(minutes=1)
    async with house.db.write() as conn:
        [dead] = await deliveries.claim(conn, at(2, 9), 10, lease)
        assert await deliveries.hold(conn, dead, at(2, 9), lease)
    assert await house.turn(at(2, 9)) == []
    assert len(await house.turn(at(2, 9, minute=1))) == 1
    async with house.db.write() as conn:
        assert not await deliveries.hold(conn, dead, at(2, 9, minute=2), lease)


async def test_of_many_claimants_one_gets_each_notice(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.plan(at(2, 9))
    taken = []
    for _ in range(5):
        async with house.db.write() as conn:
            taken += await deliveries.claim(conn, at(2, 9), 10, timedelta(minutes=1))
    assert len(taken) == 1


async def test_each_server_posts_in_its_own_channel_at_its_own_hour(house: House) -> None:
    charlie = Desk(house.db, OTHER_SERVER)
    await charlie.open(zone="Asia/Tokyo", hour=18)
    await house.alice.letter(house.clock.now())
    await charlie.letter(house.clock.now())
    await house.turn(at(2, 9, hour=8))  # 22:00 in Tokyo; the day of the letter began there at 14:00
    assert [channel for channel, _, _ in house.channels.posted] == [CHANNEL + OTHER_SERVER]
    await house.turn(at(2, 9))
    assert [channel for channel, _, _ in house.channels.posted] == [CHANNEL + OTHER_SERVER, CHANNEL + SERVER]


async def test_the_receipt_says_which_message_and_how_late(house: House) -> None:
    await house.alice.letter(house.clock.now())
    await house.turn(at(2, 9, minute=2))
    async with house.db.read() as conn:
        row = (await conn.execute(select(notices.c.message_id, notices.c.late_by, notices.c.sent_at))).one()
    assert (row.message_id, row.late_by, row.sent_at) == (1, 120, at(2, 9, minute=2))


async def test_five_hundred_cases_fit_one_message_with_pages(house: House) -> None:
    await house.alice.letter(house.clock.now(), to=[f"Village number {n} with a long name" for n in range(500)])
    [text] = await house.turn(at(2, 9))
    assert text.startswith("14 days left: 500 jurisdictions") and text.endswith("New York 500")
    assert len(house.channels.posted[0][2].text) < 4000


async def test_the_wait_between_tries_grows_and_stays_bounded() -> None:
    assert timedelta(seconds=2.5) <= backoff(1) <= timedelta(seconds=5)
    assert timedelta(minutes=5) <= backoff(60) <= timedelta(minutes=10)


async def test_news_of_what_is_recorded_is_posted_once_and_not_when_it_was_taken_back(house: House) -> None:
    case = (await house.alice.letter(house.clock.now(), to=("Albany",)))[0]
    for moment in (at(2, 1), at(2, 2)):
        answer = await house.alice.record(moment, case, Answer(Extent.PARTIAL))
        async with house.db.write() as conn:
            await announcements.announce(conn, SERVER, case.letter.id, [(case.id, answer)], moment)
        if moment == at(2, 2):
            await house.alice.record(moment, case, Answer(Extent.HOLDING), replaces=answer)
        texts = await house.turn(moment)
        assert len(texts) == (1 if moment == at(2, 1) else 0)
