"""Many places and cases at once: the same as one by one, all or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.clock import FrozenClock
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Sent
from bot.record.new_events import NewCase
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source
from bot.store import cases, codec, places
from bot.store import events as desk
from bot.store.database import BATCH, Database
from bot.store.tables import events
from tests.recording import NEW_YORK, OTHER_SERVER, SERVER, SOURCE, Desk
from tests.undoing import undo_operation

FEBRUARY_23 = Deadline(date(2018, 2, 23), NEW_YORK)
MANY = 2 * BATCH + 7
DENVER = Jurisdiction(
    0, "Denver", PlaceKind.CITY_AND_COUNTY, "CO", ("City and County of Denver",), ocd_id="ocd-division/denver"
)


@pytest.fixture
async def alice(db: Database) -> Desk:
    alice = Desk(db)
    await alice.open()
    return alice


def towns(count: int) -> list[Jurisdiction]:
    return [Jurisdiction(0, f"Town {number}", PlaceKind.TOWN, "VT") for number in range(count)]


async def ensured(alice: Desk, *wanted: Jurisdiction) -> list[tuple[int, bool]]:
    async with alice.db.write() as conn:
        return await places.ensure_all(conn, alice.server_id, wanted, codec.dump(codec.SOURCES, (SOURCE,)))


async def matches(alice: Desk, *wanted: Jurisdiction) -> dict[int, str]:
    async with alice.db.read() as conn:
        return {index: place.full_label for index, place in (await places.matched(conn, alice.server_id, wanted)).items()}


async def test_many_places_keep_their_order_and_are_found_by_name(alice: Desk) -> None:
    recorded = await ensured(alice, *towns(MANY))
    async with alice.db.read() as conn:
        stored = [await places.with_id(conn, SERVER, id) for id, _ in recorded]
        found = await places.named(conn, SERVER, "town 1000, vermont")
    assert [place.name for place in stored if place] == [place.name for place in towns(MANY)]
    assert all(new for _, new in recorded)
    assert [place.name for place in found.places] == ["Town 1000"]


async def test_a_place_named_twice_is_recorded_once(alice: Desk) -> None:
    [(first, new), (again, twice)] = await ensured(alice, DENVER, DENVER)
    [(later, thrice)] = await ensured(alice, DENVER)
    assert first == again == later
    assert (new, twice, thrice) == (True, False, False)


async def test_a_place_keeps_its_division(alice: Desk) -> None:
    [(id, _)] = await ensured(alice, DENVER)
    async with alice.db.read() as conn:
        stored = await places.with_id(conn, SERVER, id)
    assert stored is not None
    assert stored.ocd_id == DENVER.ocd_id


async def test_two_towns_of_one_name_and_state_are_never_taken_for_each_other(alice: Desk) -> None:
    berrien = Jurisdiction(0, "Lincoln", PlaceKind.TOWN, "MI", ocd_id="ocd-division/berrien/lincoln")
    clare = Jurisdiction(0, "Lincoln", PlaceKind.TOWN, "MI", ocd_id="ocd-division/clare/lincoln")
    with pytest.raises(CaseError, match="tell the two apart"):
        await ensured(alice, berrien, clare)
    await ensured(alice, berrien)
    with pytest.raises(CaseError, match="tell the two apart"):
        await ensured(alice, clare)
    assert await matches(alice, clare, berrien) == {1: "Lincoln, MI (town)"}


async def test_known_places_are_matched_by_name_division_or_alias(alice: Desk) -> None:
    await ensured(alice, DENVER, Jurisdiction(0, "Cook County", PlaceKind.COUNTY, "IL"))
    wanted = (
        Jurisdiction(0, "Denver", PlaceKind.CITY_AND_COUNTY, "CO"),
        Jurisdiction(0, "Denver City and County", PlaceKind.CITY_AND_COUNTY, "CO", ocd_id=DENVER.ocd_id),
        Jurisdiction(0, "City and County of Denver", PlaceKind.CITY_AND_COUNTY, "CO"),
        Jurisdiction(0, "County of Cook", PlaceKind.COUNTY, "IL"),
        Jurisdiction(0, "Denver", PlaceKind.CITY, "CO"),
        Jurisdiction(0, "Cook County", PlaceKind.COUNTY, "GA"),
    )
    denver, cook = "Denver, CO (city and county)", "Cook County, IL (county)"
    assert await matches(alice, *wanted) == {0: denver, 1: denver, 2: denver, 3: cook}


async def test_a_name_that_two_known_places_go_by_matches_neither(alice: Desk) -> None:
    east = Jurisdiction(0, "East Orange", PlaceKind.CITY, "NJ", ("Orange",))
    west = Jurisdiction(0, "West Orange", PlaceKind.CITY, "NJ", ("Orange",))
    await ensured(alice, east, west)
    assert await matches(alice, Jurisdiction(0, "Orange", PlaceKind.CITY, "NJ")) == {}
    await ensured(alice, Jurisdiction(0, "Orange", PlaceKind.CITY, "NJ"))
    assert await matches(alice, Jurisdiction(0, "Orange", PlaceKind.CITY, "NJ")) == {0: "Orange, NJ (city)"}


async def test_places_of_another_server_are_not_matched(alice: Desk) -> None:
    charlie = Desk(alice.db, OTHER_SERVER)
    await charlie.open()
    await ensured(charlie, DENVER)
    assert await matches(alice, DENVER) == {}


async def test_many_cases_are_numbered_in_order_with_their_first_facts(alice: Desk, clock: FrozenClock) -> None:
    [albany] = await alice.letter(clock.now(), to=("Albany",))
    recorded = await ensured(alice, *towns(MANY))
    own = Source("The letter to one town")
    wanted = [NewCase(id, FEBRUARY_23 if id % 2 else None, (own,) if id % 3 else ()) for id, _ in recorded]
    async with alice.db.write() as conn:
        added = await desk.add_cases(conn, alice.audit(clock.now()), albany.letter, wanted)
    stored = (await alice.cases())[1:]
    assert [case.number for case in stored] == list(range(2, MANY + 2))
    assert [case.place.id for case in stored] == [one.jurisdiction_id for one in wanted]
    assert [(case.id, [event.id for event in case.events]) for case in stored] == added
    for case, one in zip(stored, wanted, strict=True):
        due = [DeadlineSet(one.deadline)] if one.deadline else []
        assert [event.detail for event in case.events] == [Sent(), *due]
        assert {event.sources for event in case.events} == {one.sources or albany.letter.sources}


async def test_of_many_cases_one_of_which_stands_none_is_recorded(alice: Desk, clock: FrozenClock) -> None:
    known = await alice.letter(clock.now(), to=("Albany", "Denver"))
    [(new, _)] = await ensured(alice, *towns(1))
    for places_wanted, says in (
        ((new, known[1].place.id), "Denver, NY is already recorded"),
        ((new, new), "twice to the same"),
    ):
        with pytest.raises(CaseError, match=says):
            async with alice.db.write() as conn:
                wanted = [NewCase(id, None) for id in places_wanted]
                await desk.add_cases(conn, alice.audit(clock.now()), known[0].letter, wanted)
    assert len(await alice.cases()) == 2


async def test_cases_undone_earlier_keep_their_numbers_among_new_ones(alice: Desk, clock: FrozenClock) -> None:
    known = await alice.letter(clock.now(), to=("Albany", "Denver"))
    later = clock.now() + timedelta(minutes=1)
    async with alice.db.write() as conn:
        operation = (await conn.execute(select(events.c.operation).limit(1))).scalar_one()
        await undo_operation(conn, alice.audit(later), operation)
    [(new, _)] = await ensured(alice, *towns(1))
    wanted = [NewCase(id, FEBRUARY_23) for id in (new, known[1].place.id)]
    async with alice.db.write() as conn:
        added = await desk.add_cases(conn, alice.audit(later), known[0].letter, wanted)
        stored = {case.id: case for case in await cases.with_ids(conn, [id for id, _ in added])}
    assert [stored[id].number for id, _ in added] == [3, 2]
    assert [len(ids) for _, ids in added] == [2, 2]
    assert stored[known[1].id].at(later).exists


async def test_a_village_is_never_taken_for_the_town_of_its_name(alice: Desk) -> None:
    division = "ocd-division/country:us/state:ny/{}place:hempstead"
    village = Jurisdiction(0, "Village of Hempstead", PlaceKind.TOWN, "NY", ("Hempstead",), ocd_id=division.format(""))
    town = Jurisdiction(0, "Hempstead", PlaceKind.TOWN, "NY", ("Town of Hempstead",), ocd_id=division.format("county:nassau/"))
    plan = [
        Jurisdiction(0, name, PlaceKind.TOWN, "NY")
        for name in ("Hempstead", "Town of Hempstead", "Village of Hempstead", "Township of Hempstead")
    ]
    await ensured(alice, village)
    assert await matches(alice, *plan, town) == {2: "Village of Hempstead, NY (town)"}
    charlie = Desk(alice.db, OTHER_SERVER)
    await charlie.open()
    await ensured(charlie, town)
    assert await matches(charlie, *plan, village) == dict.fromkeys((0, 1), "Hempstead, NY (town)")


async def test_another_name_in_common_makes_no_two_places_one(alice: Desk) -> None:
    ohio, oregon = (
        Jurisdiction(0, f"{state} State University", PlaceKind.INSTITUTION, "", ("OSU",)) for state in ("Ohio", "Oregon")
    )
    await ensured(alice, ohio)
    assert await matches(alice, oregon, Jurisdiction(0, "OSU", PlaceKind.INSTITUTION), ohio) == dict.fromkeys(
        (1, 2), "Ohio State University (institution)"
    )
