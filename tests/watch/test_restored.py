"""After a restore: what was posted since the backup is recognised, by what it says; what was not is posted."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import FrozenClock
from bot.record.errors import Undeliverable, Unreadable
from bot.record.events import Answer, Corrected, Extent
from bot.store import redirects, restores, servers
from bot.store.tables import notices
from bot.watch.deliver import Delivery
from bot.watch.schedule import Watch
from tests.conftest import database
from tests.recording import CHANNEL, SERVER, Desk
from tests.watch.test_delivery import Channels, House, at
from tests.watch.test_place_news import record as record_place_news


class Closed(Channels):
    """Channels whose history the bot may not read."""

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        raise Unreadable


class Gone(Channels):
    """Channels that are not there any more."""

    async def find(self, channel_id: int, token: str, since: datetime) -> int | None:
        raise Undeliverable("Unknown Channel", permanent=True)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def back_up(house: House, backup: Path) -> None:
    file = house.db.url.database
    assert file
    with closing(sqlite3.connect(file)) as db:
        db.execute("VACUUM INTO ?", [str(backup)])


@asynccontextmanager
async def restored(house: House, backup: Path, now: datetime) -> AsyncIterator[House]:
    """The backup in use from `now` on, with the same channels."""
    db, clock = database(backup), FrozenClock(now)
    async with db.write() as conn:
        await restores.note(conn, now)
    delivery = Delivery(db, clock, house.channels)
    yield House(db, clock, house.channels, delivery, Watch(db, clock, delivery), Desk(db))
    await delivery.stop(patience=1)
    await db.close()


async def reasons(house: House) -> list[tuple[str, str]]:
    async with house.db.read() as conn:
        return [tuple(row) for row in await conn.execute(select(notices.c.state, notices.c.reason).order_by(notices.c.id))]


async def test_what_was_posted_since_the_backup_is_not_posted_again(house: House, backup: Path) -> None:
    """An alert that was planned since, one that waited, and news of a letter and of a place that waited."""
    await house.alice.letter(house.clock.now(), to=("Albany", "Denver"))
    await house.alice.letter(house.clock.now(), to=("Buffalo",), title="Another demand")
    await house.plan(at(2, 9))
    await record_place_news(house)
    back_up(house, backup)
    posted = [*await house.turn(at(2, 9)), *await house.turn(at(2, 16)), *await house.turn(at(2, 20))]
    assert len(posted) == 4
    async with restored(house, backup, at(2, 20, 12)) as again:
        assert await again.turn(at(2, 20, 12)) == []
        assert {state for _, state in await again.states()} == {"sent", "superseded"}
        assert len(await again.turn(at(2, 22))) == 1


async def test_an_alert_that_nobody_posted_is_posted(house: House, backup: Path) -> None:
    await house.alice.letter(house.clock.now(), to=("Albany",))
    await house.plan(at(2, 9))
    back_up(house, backup)
    async with restored(house, backup, at(2, 9, 12)) as again:
        assert len(await again.turn(at(2, 9, 12))) == 1
        assert await again.turn(at(2, 9, 13)) == []


async def test_what_has_the_ids_of_something_else_that_was_posted_is_posted(house: House, backup: Path) -> None:
    """The rows that were recorded since are gone, and the database gives their ids out again."""
    back_up(house, backup)
    await house.alice.letter(house.clock.now(), to=("Albany",), title="Lost")
    await house.turn(at(2, 9))
    house.channels.posted.clear()
    async with restored(house, backup, house.clock.now()) as again:
        again.clock.set(at(1, 25))
        await again.alice.letter(again.clock.now(), to=("Albany",), title="New")
        [text] = await again.turn(at(2, 9))
        assert "New" in text


async def test_an_alert_for_more_recipients_than_were_named_is_posted(house: House, backup: Path) -> None:
    """What Denver answered is lost, so that its alert, which nobody has heard, is due."""
    _, denver = await house.alice.letter(house.clock.now(), to=("Albany", "Denver"))
    back_up(house, backup)
    await house.alice.record(at(2, 8), denver, Answer(Extent.FULL))
    [text] = await house.turn(at(2, 9))
    assert "Denver" not in text
    async with restored(house, backup, at(2, 9, 12)) as again:
        [text] = await again.turn(at(2, 9, 12))
        assert "Denver" in text


async def test_what_was_left_out_of_a_notice_since_it_was_planned_is_found_without_it(house: House, backup: Path) -> None:
    _, denver = await house.alice.letter(house.clock.now(), to=("Albany", "Denver"))
    await house.plan(at(2, 9))
    await house.alice.record(at(2, 9), denver, Answer(Extent.FULL), "2018-02-08")
    back_up(house, backup)
    assert len(await house.turn(at(2, 9, 10))) == 1
    async with restored(house, backup, at(2, 9, 12)) as again:
        assert await again.turn(at(2, 9, 12)) == []


async def test_what_was_dropped_and_planned_anew_is_posted_once_and_found(house: House, backup: Path) -> None:
    """Its first notice gives up the token that the second one needs."""
    [albany] = await house.alice.letter(house.clock.now(), to=("Albany",))
    await house.plan(at(2, 9))
    back_up(house, backup)
    answer = await house.alice.record(at(2, 9), albany, Answer(Extent.FULL), "2018-02-08")
    assert await house.turn(at(2, 9)) == []
    await house.alice.record(at(2, 9, 11), albany, Corrected(), replaces=answer)
    assert len(await house.turn(at(2, 9, 11))) == 1
    async with restored(house, backup, at(2, 9, 12)) as again:
        assert await again.turn(at(2, 9, 12)) == []


async def test_where_the_history_cannot_be_read_it_is_held_until_it_is_to_be_sent(house: House, backup: Path) -> None:
    await house.alice.letter(house.clock.now(), to=("Albany",))
    await house.plan(at(2, 9))
    await house.alice.letter(house.clock.now(), to=("Buffalo",), title="Planned later")
    back_up(house, backup)
    house.channels = Closed()
    async with restored(house, backup, at(2, 9, 12)) as again:
        assert await again.turn(at(2, 9, 12)) == await again.turn(at(2, 10)) == []
        assert {state for state, _ in await reasons(again)} == {"undeliverable"}
        assert all("restore" in reason for _, reason in await reasons(again))
        async with again.db.write() as conn:
            await servers.change(conn, SERVER, again.clock.now(), channel_id=CHANNEL + 7)
            await redirects.redirect(conn, SERVER, CHANNEL + 7, again.clock.now())  # where they may not have been posted
            assert await restores.held(conn) == 1
        assert await again.turn(at(2, 10, 12)) == []
        async with again.db.write() as conn:
            assert await restores.send_old(conn, again.clock.now()) == 1
        [both] = await again.turn(at(2, 10, 12))
        assert "Albany" in both and "Buffalo" in both
        await again.alice.letter(at(2, 10, 13), to=("Denver",), title="Recorded later")
        [every] = await again.turn(at(2, 16))
        assert all(place in every for place in ("Albany", "Buffalo", "Denver"))


async def test_after_send_old_also_what_is_planned_later_is_posted_unseen(house: House, backup: Path) -> None:
    await house.alice.letter(house.clock.now(), to=("Albany",))
    back_up(house, backup)
    house.channels = Closed()
    async with restored(house, backup, at(2, 9, 12)) as again:
        async with again.db.write() as conn:
            assert await restores.send_old(conn, again.clock.now()) == 0
        assert len(await again.turn(at(2, 9, 12))) == 1


async def test_what_is_sent_after_it_was_held_follows_where_its_channel_is_gone(house: House, backup: Path) -> None:
    await house.alice.letter(house.clock.now(), to=("Albany",))
    back_up(house, backup)
    house.channels = Gone()
    async with restored(house, backup, at(2, 9, 12)) as again:
        assert await again.turn(at(2, 9, 12)) == []
        async with again.db.write() as conn:
            await servers.change(conn, SERVER, again.clock.now(), channel_id=CHANNEL + 7)
            await restores.send_old(conn, again.clock.now())
        await again.turn(at(2, 9, 12) + timedelta(minutes=1))
        async with again.db.read() as conn:
            assert (await conn.execute(select(notices.c.channel_id))).scalars().all() == [CHANNEL + 7]


async def test_a_backup_that_was_made_after_a_restore_is_restored(house: House, backup: Path, tmp_path: Path) -> None:
    await house.alice.letter(house.clock.now(), to=("Albany", "Denver"))
    back_up(house, backup)
    await house.turn(at(2, 9))
    async with restored(house, backup, at(2, 9, 12)) as again:
        assert await again.turn(at(2, 9, 12)) == []
        back_up(again, tmp_path / "second.db")
        assert len(await again.turn(at(2, 16))) == 1
        async with restored(again, tmp_path / "second.db", at(2, 16, 12)) as third:
            assert await third.turn(at(2, 16, 12)) == []
            assert len(await third.turn(at(2, 20))) == 1


async def test_what_was_recorded_after_the_backup_and_is_recorded_again_is_posted(house: House, backup: Path) -> None:
    """It is another statement, made later; the message about the lost one stays."""
    back_up(house, backup)
    await house.alice.letter(house.clock.now(), to=("Albany",))
    assert len(await house.turn(at(2, 9))) == 1
    async with restored(house, backup, at(2, 9, 12)) as again:
        await again.alice.letter(at(1, 25, 12), to=("Albany",))
        assert len(await again.turn(at(2, 9, 13))) == 1
