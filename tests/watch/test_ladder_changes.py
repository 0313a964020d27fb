"""A ladder that changes while alerts are due: at the very moment of posting, nothing is lost and nothing is posted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.desk import ladders
from bot.desk.audit import audit
from bot.desk.ladders import LadderStep, WantedLadder
from bot.desk.session import writing
from bot.desk.settings import change_settings
from bot.record.errors import Undeliverable
from bot.record.ladder import LEGACY_LADDER, Rung, after, before, rung_named
from bot.record.problems import Fault, Obstacle
from bot.store import servers
from bot.store.tables import alerts, notices
from tests.recording import CHANNEL, SERVER
from tests.watch.test_delivery import House, at

THREE = after(3)  # due on 26 February at nine
NINE = at(2, 26)
JUST_AFTER = at(2, 26, 9, 0, 1)
OWN = 555

Change = Callable[[House, datetime], Awaitable[None]]


async def change(house: House, now: datetime, step: LadderStep, rung: Rung | None = None) -> None:
    async with writing(house.db, SERVER, now, "Olga", 1) as session:
        await ladders.record_wanted(session, WantedLadder(step, None, rung))


async def remove(house: House, now: datetime) -> None:
    await change(house, now, LadderStep.REMOVE, THREE)


async def put_on_again(house: House, now: datetime) -> None:
    await remove(house, now)
    await change(house, now + timedelta(milliseconds=5), LadderStep.ADD, THREE)


async def give_a_channel(house: House, now: datetime) -> None:
    await remove(house, now)
    await change(house, now + timedelta(milliseconds=5), LadderStep.ADD, replace(THREE, channel_id=OWN))


async def remove_another(house: House, now: datetime) -> None:
    await change(house, now, LadderStep.REMOVE, rung_named("7-days-after"))


async def add_a_newer_one(house: House, now: datetime) -> None:
    await change(house, now, LadderStep.ADD, after(4))


async def reset(house: House, now: datetime) -> None:
    await change(house, now, LadderStep.RESET)


async def undo(house: House, now: datetime) -> None:
    await remove(house, now)
    async with writing(house.db, SERVER, now + timedelta(milliseconds=5), "Olga", 1) as session:
        await ladders.put_back(session, 0, {"ladder": None})


CHANGES: tuple[Change, ...] = (remove, put_on_again, give_a_channel, remove_another, add_a_newer_one, reset, undo)
WHEN = ("due", "planned", "posting", "answer lost", "posted")


async def posted(house: House) -> list[tuple[str, int, str]]:
    """(rung, occurrence, channel) of every alert whose notice was posted."""
    query = select(alerts.c.rung, alerts.c.occurrence, notices.c.channel_id).join(notices, alerts.c.notice_id == notices.c.id)
    query = query.where(notices.c.state == "sent", alerts.c.rung != "news").order_by(alerts.c.due_at, alerts.c.id)
    async with house.db.read() as conn:
        return [(row.rung, row.occurrence, str(row.channel_id)) for row in await conn.execute(query)]


async def go_through(house: House, changed: Change, when: str) -> None:
    """Post what is due on 26 February, with a change of the ladder at that point, and then all until April."""
    if when == "due":
        await changed(house, JUST_AFTER)
        await house.turn(at(2, 26, 9, 0, 5))
    elif when == "planned":
        await house.plan(NINE)
        await changed(house, JUST_AFTER)
        await house.turn(at(2, 26, 9, 0, 5))
    elif when in ("posting", "answer lost"):
        post, is_first = house.channels.post, True

        async def post_meanwhile(channel_id: int, card: object, nonce: str) -> int:
            nonlocal is_first
            if not is_first:
                return await post(channel_id, card, nonce)  # type: ignore[arg-type]
            is_first = False
            await changed(house, JUST_AFTER)
            message_id = await post(channel_id, card, nonce)  # type: ignore[arg-type]
            if when == "answer lost":
                raise Undeliverable("the connection was lost", permanent=False, maybe_sent=True)
            return message_id

        house.channels.post = post_meanwhile  # type: ignore[method-assign]
        await house.turn(at(2, 26, 9, 0, 5))
        await house.turn(at(2, 26, 9, 30))
    else:
        await house.turn(NINE)
        await changed(house, JUST_AFTER)
        await house.turn(at(2, 26, 9, 0, 5))
    for day in (1, 2, 4, 11, 27, 33):
        await house.turn(NINE + timedelta(days=day))


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("changed", CHANGES)
async def test_a_change_at_the_moment_of_posting_loses_and_doubles_nothing(house: House, changed: Change, when: str) -> None:
    await house.alice.letter(at(2, 23, 12), to=("Albany", "Denver"))
    await house.turn(at(2, 24, 23))
    await go_through(house, changed, when)
    heard = Counter((rung, occurrence) for rung, occurrence, _ in await posted(house))
    later = {"7-days-after": changed is not remove_another, "4-days-after": changed is add_a_newer_one}
    expected = {"passed", "3-days-after", "14-days-after", "30-days-after", *(name for name, comes in later.items() if comes)}
    assert heard == Counter({(name, 0): 2 for name in expected})
    found = await audit(house.db, house.clock.now, lambda: None)
    assert found.found == 0
    assert not await house.turn(house.clock.now()), "and nothing more"


async def test_what_is_due_by_the_old_ladder_comes_although_the_new_one_has_it_on_that_day_too(house: House) -> None:
    """On the fourteenth day `every-7-days` gives way to `14-days-after`, which holds from then on: one of them is posted."""
    async with house.db.write() as conn:
        await servers.change(conn, SERVER, at(2, 1), ladder=LEGACY_LADDER)
    await house.alice.letter(at(2, 23, 12), to=("Albany",))
    await house.turn(at(3, 2))
    await change(house, at(3, 9, 9, 0, 1), LadderStep.RESET)
    await house.turn(at(3, 9, 9, 0, 5))
    for day in range(10, 32):
        await house.turn(at(3, day))
    await house.turn(at(4, 1))
    rungs = [rung for rung, _, _ in await posted(house)]
    assert rungs == ["7-days-after", "every-7-days", "30-days-after", "monthly-after"]


async def test_no_old_case_is_announced_again_when_a_rung_is_added(house: House) -> None:
    await house.alice.letter(at(1, 24), to=("Albany",))
    await house.turn(at(3, 20))
    told = await posted(house)
    for days in (10, 20):
        await change(house, at(3, 20, 12), LadderStep.ADD, after(days))
    await change(house, at(3, 20, 12), LadderStep.ADD, before(2))
    await house.turn(at(3, 20, 13))
    assert await posted(house) == told


async def test_a_rungs_own_channel_stays_when_the_servers_is_another_one(house: House) -> None:
    await change(house, at(2, 1), LadderStep.REMOVE, THREE)
    await change(house, at(2, 1), LadderStep.ADD, replace(THREE, channel_id=OWN, loud=True, role_id=77))
    await house.alice.letter(at(2, 23, 12), to=("Albany",))
    await house.turn(at(2, 25))
    await house.plan(NINE)
    async with writing(house.db, SERVER, JUST_AFTER, "Olga", 1) as session:
        await change_settings(session, channel_id=CHANNEL + 50)
    await house.turn(at(2, 26, 9, 0, 5))
    [(channel, _, card)] = house.channels.posted[-1:]
    assert (channel, card.ping_role) == (OWN, 77)
    await house.turn(at(3, 2))
    assert house.channels.posted[-1][0] == CHANNEL + 50


@pytest.mark.parametrize(("fallback", "expected"), [(None, CHANNEL + SERVER), (900, 900)])
async def test_what_a_rungs_own_channel_refuses_goes_to_the_fallback_or_the_servers_channel(
    house: House, fallback: int | None, expected: int
) -> None:
    async with writing(house.db, SERVER, at(2, 1), "Olga", 1) as session:
        await change_settings(session, fallback_channel_id=fallback)
    await change(house, at(2, 1), LadderStep.REMOVE, THREE)
    await change(house, at(2, 1), LadderStep.ADD, replace(THREE, channel_id=OWN))
    await house.alice.letter(at(2, 23, 12), to=("Albany",))
    await house.turn(at(2, 25))
    gone = Undeliverable("The channel was deleted", permanent=True, obstacle=Obstacle(Fault.GONE))
    house.channels.failures.append(lambda: gone)
    await house.turn(NINE)
    await house.turn(at(2, 26, 9, 1))
    assert [channel for channel, _, _ in house.channels.posted][-1] == expected
    assert Counter(rung for rung, _, _ in await posted(house))["3-days-after"] == 1


async def test_changes_at_one_moment_leave_a_ladder_that_can_be_read(house: House) -> None:
    """As where the clock of the demo is stopped."""
    for _ in range(3):
        await remove(house, NINE)
        await change(house, NINE, LadderStep.ADD, THREE)
    await remove(house, NINE)
    async with house.db.read() as conn:
        ladder = (await servers.get(conn, SERVER)).ladder
    assert [rung.until for rung in ladder if rung.name == THREE.name] == [NINE]


async def test_what_the_server_took_off_while_a_letter_had_its_own_ladder_is_not_due_of_that_letter(house: House) -> None:
    [case] = await house.alice.letter(house.clock.now(), to=("Albany",))

    async def of_letter(moment: datetime, step: LadderStep, rung: Rung | None = None) -> None:
        async with writing(house.db, SERVER, moment, "Olga", 1) as session:
            await ladders.record_wanted(session, WantedLadder(step, case.letter.id, rung))

    await house.turn(at(2, 24))
    await of_letter(at(2, 25), LadderStep.REMOVE, THREE)
    assert await house.turn(at(2, 26)) == []
    await change(house, at(2, 27), LadderStep.REMOVE, THREE)
    await of_letter(at(2, 28), LadderStep.RESET)
    assert await house.turn(at(2, 28)) == []
    assert [text.split(":")[0] for text in await house.turn(at(3, 2))] == ["Overdue by 7 days"]
