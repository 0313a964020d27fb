"""Which recorded places a misspelled name is a guess for: none that contradicts what the name says."""

from __future__ import annotations

import pytest

from bot.clock import FrozenClock
from bot.desk.guesses import Guess
from bot.desk.lookups import place_to_record
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import places
from bot.store.database import Database
from tests.desk.people import People, at_the_desk

KNOWN = [
    Jurisdiction(0, "Springfield", PlaceKind.CITY, "OH"),
    Jurisdiction(0, "Chicago", PlaceKind.CITY, "IL"),
    Jurisdiction(0, "Kansas City", PlaceKind.CITY, "KS"),
    Jurisdiction(0, "Charleston", PlaceKind.CITY, "SC"),
    Jurisdiction(0, "North Carolina", PlaceKind.STATE, "NC"),
    Jurisdiction(0, "Jefferson County", PlaceKind.COUNTY, "CO"),
    Jurisdiction(0, "Village of Hempstead", PlaceKind.TOWN, "NY", ("Hempstead",)),
    Jurisdiction(0, "Mountain Village", PlaceKind.CITY, "AK"),
    Jurisdiction(0, "Oklahoma City", PlaceKind.CITY, "OK"),
]


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    people = await at_the_desk(db, clock)
    async with people.alice() as session:
        await places.ensure_all(session.conn, session.server.id, KNOWN)
    return people


@pytest.mark.parametrize(
    "typed",
    [
        "Sprngfield MO", "Sprngfield, MO", "Chcago IN", "Chcago Indiana", "Kansas Cty MO", "Charlestn WV", "Charlestn W.Va.",
        "South Carolina", "State of South Carolina", "South Carolina State", "N. Dakota", "Jefferson City",
        "Jefferson Conty KY", "Town of Hempsted", "State of Oklahma",
    ],
)  # fmt: skip
async def test_a_misspelled_name_that_says_another_state_or_kind_is_no_guess(people: People, typed: str) -> None:
    async with people.alice() as session:
        with pytest.raises(CaseError, match="No place called"):
            await place_to_record(session, typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Sprngfield", "Springfield, OH (city)"),
        ("Sprngfield OH", "Springfield, OH (city)"),
        ("Chcago Ill.", "Chicago, IL (city)"),
        ("Kansas Cty KS", "Kansas City, KS (city)"),
        ("N. Carolina", "North Carolina (state)"),
        ("North Carolin", "North Carolina (state)"),
        ("Jeferson County", "Jefferson County, CO (county)"),
        ("Village of Hempsted", "Village of Hempstead, NY (town)"),
        ("Mountan Village", "Mountain Village, AK (city)"),
        ("Oklahoma", "Oklahoma City, OK (city)"),
    ],
)
async def test_a_misspelled_or_begun_name_is_a_guess(people: People, typed: str, meant: str) -> None:
    async with people.alice() as session:
        guess = await place_to_record(session, typed)
    assert isinstance(guess, Guess)
    assert [meaning.label for meaning in guess.meanings] == [meant]
