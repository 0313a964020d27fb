"""The short form of `make torture`: a few kills, of each kind."""

from __future__ import annotations

import logging
from pathlib import Path
from random import Random

import pytest

from bot.store.database import Database
from tests.recording import OPENED, Desk
from tests.torture.crash_points import POINTS, CrashPoint, deadly, place_of
from tests.torture.kills import Torture, is_whole, report
from tests.torture.town import Recorded, Tally, Town, tally_of


@pytest.mark.parametrize("seed", [1])
async def test_nothing_is_lost_and_nothing_doubled(db: Database, tmp_path: Path, seed: int) -> None:
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    town = Town(db, Random(seed), closed=1)
    async with town.sandbox:
        await town.open()
        torture = Torture(town, tmp_path, Random(seed), show=lambda line: None)
        tallies = await torture.kill(4, settle_every=4)
    assert is_whole(tallies), "\n".join(report(torture, tallies))
    assert tallies[0].expected and torture.starts == 5


@pytest.mark.parametrize("name", POINTS)
def test_each_crash_point_is_a_function_of_the_bot(name: str) -> None:
    owner, attribute = place_of(name)
    assert callable(getattr(owner, attribute))


@pytest.mark.parametrize("after", [False, True])
async def test_a_crash_point_is_met_at_its_call(after: bool) -> None:
    happened: list[str] = []

    async def work() -> None:
        happened.append("work")

    point = deadly(work, CrashPoint("posting", after, 2), lambda: happened.append("death"))
    for _ in range(3):
        await point()
    assert happened == ["work", *(["work", "death"] if after else ["death", "work"]), "work"]


async def test_what_is_lost_doubled_or_split_is_counted(db: Database) -> None:
    desk, places = Desk(db), [f"Town 00001{letter}" for letter in "ABC"]
    await desk.open()
    town = Town(db, Random(1))
    letter = Recorded("Demand 00001", town.guilds[0][1], await desk.letter(OPENED, to=places))
    alert = "## 3 days left: {}\n\nDemand 00001".format
    news = "## {} answered in full\n\nDemand 00001, 3 days left: nothing".format
    all_three = alert(", ".join(places))
    assert tally_of(letter, [all_three]) == Tally(3)
    assert tally_of(letter, [alert(places[0])]).lost == ("Demand 00001: Town 00001B", "Demand 00001: Town 00001C")
    assert len(tally_of(letter, [all_three, all_three]).doubled) == 3
    assert tally_of(letter, [alert(places[0]), alert(", ".join(places[1:]))]).split == ("Demand 00001",)
    letter.answered.add(places[0])
    assert tally_of(letter, [alert(", ".join(places[1:])), news(places[0])]) == Tally(4)
    assert tally_of(letter, [all_three]).lost == ("Demand 00001: the answer of Town 00001A",)
    assert tally_of(letter, [all_three, news(places[0]), news(places[0])]).doubled == (
        "Demand 00001: the answer of Town 00001A",
    )
