"""Notices that an older version left on their way carry on after the migration to rounds."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import as_file, files

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from bot.store.database import Database
from bot.store.tables import notices
from tests.recording import SERVER, Desk
from tests.watch.test_delivery import House, at

LEASE_OVER = "2018-02-09 14:01:00"


def downgrade(connection: Connection, revision: str = "0006") -> None:
    with as_file(files("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


async def as_before(db: Database, change: str) -> None:
    """The tables as they were before rounds, with a notice of one letter and rung; then that is changed, and the program is
    updated.
    """
    async with db.write() as conn:
        await conn.run_sync(downgrade)
        await conn.execute(text("UPDATE notices SET letter_id = 1, rung = '14-days-before'"))
        await conn.execute(text(f"UPDATE notices SET {change}"))
        assert (await conn.execute(text("SELECT name FROM sqlite_master WHERE name = 'ix_notices_waiting'"))).all()
    await db.migrate()


CLAIMED = f"state = 'claimed', claim = 'dead', lease_until = '{LEASE_OVER}', attempts = 1"


@pytest.mark.parametrize(
    ("change", "silent_until", "looked_for"),
    [
        ("state = 'pending'", at(2, 9), False),
        ("not_before = '2018-02-09 14:00:30', attempts = 1", at(2, 9, second=30), False),
        (f"{CLAIMED}, maybe_sent = 0", at(2, 9, minute=1), False),
        (f"{CLAIMED}, maybe_sent = 1", at(2, 9, minute=1), True),
        ("state = 'undeliverable', reason = '403', not_before = '2018-02-09 15:00:00'", at(2, 9, hour=10), False),
    ],
    ids=["pending", "to be retried", "claimed", "perhaps sent", "refused"],
)
async def test_a_notice_on_its_way_is_sent_at_the_moment_it_waited_for(
    house: House, change: str, silent_until: object, looked_for: bool
) -> None:
    looked = []

    class Watched(type(house.channels)):  # type: ignore[misc]
        async def find(self, channel_id: int, token: str, since: object) -> int | None:
            looked.append(token)
            return None

    house.channels.__class__ = Watched
    await house.alice.letter(house.clock.now())
    await house.plan(at(2, 9))
    await as_before(house.db, change)
    assert isinstance(silent_until, type(at(2, 9)))
    if silent_until > at(2, 9):
        assert await house.turn(silent_until - timedelta(seconds=1)) == []
    assert len(await house.turn(silent_until)) == 1
    assert bool(looked) == looked_for
    assert await house.states() == [("14-days-before", "sent")]


@pytest.mark.parametrize("state", ["sent", "superseded"])
async def test_what_was_settled_stays_settled(house: House, state: str) -> None:
    await house.alice.letter(house.clock.now())
    await house.plan(at(2, 9))
    await as_before(house.db, f"state = '{state}'")
    assert await house.turn(at(2, 9, hour=12)) == []
    assert await house.states() == [("14-days-before", state)]


async def test_a_letter_that_was_being_planned_is_released_by_its_last_slice(house: House) -> None:
    await Desk(house.db, SERVER).letter(house.clock.now())
    await house.plan(at(2, 9))
    await as_before(house.db, "not_before = '2018-02-09 14:30:00'")
    async with house.db.write() as conn:
        await conn.execute(text("UPDATE cases SET look_at = '2018-02-09 14:00:00' WHERE number = 1"))
    assert len(await house.turn(at(2, 9, second=5))) == 1
    async with house.db.read() as conn:
        assert (await conn.execute(select(notices.c.ready))).scalars().all() == [False]


async def test_what_an_older_version_had_begun_to_plan_is_finished(house: House) -> None:
    """One letter is posted, one waits, and one is not planned yet: each is posted once."""
    for title in ("Posted", "Waits", "Unplanned"):
        await house.alice.letter(house.clock.now(), title=title)
    await house.plan(at(2, 9))
    values = "'pending', server_id, channel_id, due_at, not_before, ready FROM notices WHERE id = 1"
    columns = "state, server_id, channel_id, due_at, not_before, ready"
    async with house.db.write() as conn:
        await conn.run_sync(lambda connection: downgrade(connection, "0014"))
        for letter_id, token in ((1, "token 1"), (2, "token 2")):
            own = f"{letter_id}, '14-days-before', '{token}'"
            await conn.execute(text(f"INSERT INTO notices (letter_id, rung, token, {columns}) SELECT {own}, {values}"))
            of_it = f"notice_id = (SELECT id FROM notices WHERE token = '{token}')"
            await conn.execute(
                text(f"UPDATE alerts SET {of_it} WHERE case_id IN (SELECT id FROM cases WHERE letter_id = {letter_id})")
            )
        await conn.execute(text("UPDATE notices SET state = 'sent', ready = 0 WHERE token = 'token 1'"))
        await conn.execute(text("DELETE FROM alerts WHERE notice_id = 1"))
        await conn.execute(text("DELETE FROM notices WHERE id = 1"))
        await conn.execute(text("UPDATE cases SET look_at = '2018-02-09 14:00:00'"))
    await house.db.migrate()
    texts = await house.turn(at(2, 9, second=5))
    assert sorted(("Waits" in text, "Unplanned" in text, "Posted" in text) for text in texts) == [
        (False, True, False),
        (True, False, False),
    ]
    assert await house.turn(at(2, 9, hour=12)) == []
