"""Names of recipients: known places, governments of the list in use, new places; and everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.clock import FrozenClock
from bot.desk.guesses import NamesToConfirm
from bot.desk.recipient_names import NamedRecipient, recipients_named
from bot.reader.gazetteer.gazetteer import use_governments
from bot.record.errors import CaseError
from bot.record.place_kinds import PlaceKind, WrittenKind
from bot.record.places import Jurisdiction
from bot.store import places
from bot.store.database import Database
from tests.desk.people import People, at_the_desk

US = "ocd-division/country:us/state"
LIST = f"""id,name,census_geoid
{US}:oh/county:franklin,Franklin County,place-39049
{US}:oh/county:belmont,Belmont County,place-39013
{US}:oh/county:warren/place:franklin,Franklin township,place-3916528490
{US}:oh/place:columbus,Columbus city,place-3918000
{US}:oh/place:zaleskiburg,Zaleskiburg city,place-3999999
{US}:oh/county:belmont/place:zaleskiburg,Zaleskiburg township,place-3901399999
{US}:oh/place:quillton,Quillton village,place-3988888
{US}:oh/place:zaleskiburg_city,Zaleskiburg City city,place-3988777
{US}:ny/place:hempville,Hempville village,place-3688888
{US}:ny/county:albany,Albany County,place-36001
{US}:ny/county:albany/place:hempville,Hempville town,place-3600188888
{US}:nj/county:camden,Camden County,place-34007
{US}:nj/county:camden/place:cherry_hillock,Cherry Hillock township,place-3400712280
"""


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


@pytest.fixture
def list_in_use(tmp_path: Path) -> Iterator[None]:
    file = tmp_path / "governments.csv"
    file.write_text(LIST, encoding="utf-8")
    use_governments(file)
    yield
    use_governments(None)


async def named(people: People, *names: str, kind: WrittenKind | None = None, state: str | None = None) -> list[NamedRecipient]:
    async with people.alice() as session:
        return await recipients_named(session, names, kind, state)


async def label(people: People, name: str) -> str:
    [recipient] = await named(people, name)
    return recipient.place.full_label


@pytest.mark.usefixtures("list_in_use")
@pytest.mark.parametrize(
    ("typed", "full_label"),
    [
        ("Columbus, OH", "Columbus, OH (city)"),
        ("columbus, ohio", "Columbus, OH (city)"),
        ("Columbus Ohio", "Columbus, OH (city)"),
        ("City of Columbus, OH", "Columbus, OH (city)"),
        ("Quillton, OH", "Quillton, OH (town)"),
        ("Village of Quillton, OH", "Quillton, OH (town)"),
        ("Quillton village, OH", "Quillton, OH (town)"),
        ("Quillton, OH (village)", "Quillton, OH (town)"),
        ("Cherry Hillock, NJ", "Cherry Hillock Township, NJ (town)"),
        ("Cherry Hillock Township, NJ", "Cherry Hillock Township, NJ (town)"),
        ("Zaleskiburg, OH (city)", "Zaleskiburg, OH (city)"),
        ("City of Zaleskiburg, OH", "Zaleskiburg, OH (city)"),
        ("Zaleskiburg Township, OH", "Zaleskiburg Township, OH (town)"),
        ("Zaleskiburg Township, OH (town)", "Zaleskiburg Township, OH (town)"),
        ("Village of Hempville, NY", "Village of Hempville, NY (town)"),
        ("Town of Hempville, NY", "Hempville, NY (town)"),
        ("Franklin County, OH", "Franklin County, OH (county)"),
        ("County of Franklin, OH", "Franklin County, OH (county)"),
        ("Unlistedville, OH (city)", "Unlistedville, OH (city)"),
        ("Denver, CO (city and county)", "Denver, CO (city and county)"),
        ("State of Ohio", "Ohio (state)"),
        ("Columbus School District, OH (school district)", "Columbus School District, OH (school district)"),
    ],
)
async def test_a_name_that_one_listed_government_bears_needs_no_kind(people: People, typed: str, full_label: str) -> None:
    assert await label(people, typed) == full_label


@pytest.mark.usefixtures("list_in_use")
async def test_its_division_is_recorded_and_it_is_known_again_by_other_names(people: People) -> None:
    [first] = await named(people, "Columbus, OH")
    [second] = await named(people, "City of Columbus, Ohio")
    assert (first.is_new, second.is_new, second.place.id) == (True, False, first.place.id)
    assert first.place.ocd_id == f"{US}:oh/place:columbus"


@pytest.mark.usefixtures("list_in_use")
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Zaleskiburg, OH", ["Zaleskiburg, OH (city)", "Zaleskiburg Township, OH (town)"]),
        ("Franklin, OH", ["Franklin County, OH (county)", "Franklin Township, OH (town)"]),
        ("Belmont, OH", ["Belmont County, OH (county)"]),
        ("Hempville, NY", ["Hempville, NY (town)", "Village of Hempville, NY (town)"]),
    ],
)
async def test_a_name_that_two_listed_governments_bear_is_asked_about(people: People, typed: str, meant: list[str]) -> None:
    with pytest.raises(NamesToConfirm) as asked:
        await named(people, typed)
    assert sorted(meaning.label for meaning in asked.value.guess.meanings) == sorted(meant)
    assert all(one in str(asked.value) for one in meant)
    for meaning in asked.value.guess.meanings:  # each can be copied
        assert await label(people, meaning.label) == meaning.label


@pytest.mark.usefixtures("list_in_use")
@pytest.mark.parametrize("typed", ["Columbus", "Columbus, HI", "Nowhere, OH", "Ohio", "Town of Columbus"])
async def test_a_name_that_no_listed_government_of_the_state_bears_is_refused(people: People, typed: str) -> None:
    with pytest.raises(CaseError, match=r"is not recorded yet\. To record it, write it with its state and kind"):
        await named(people, typed)


@pytest.mark.parametrize("typed", ["Columbus, OH", "Quillton, OH", "Oak Park, IL"])
async def test_without_a_list_in_use_a_kind_is_needed(people: People, typed: str) -> None:
    with pytest.raises(CaseError, match="is not recorded yet"):
        await named(people, typed)


async def test_kind_and_state_beside_the_names_are_for_new_places(people: People) -> None:
    village = WrittenKind(PlaceKind.TOWN, "village")
    [oak_park, city] = await named(people, "Oak Park", "Evanston, WY (city)", kind=village, state="IL")
    assert [oak_park.place.full_label, city.place.full_label] == ["Village of Oak Park, IL (town)", "Evanston, WY (city)"]


async def test_a_known_name_of_another_state_than_the_one_given_is_confirmed(people: People) -> None:
    with pytest.raises(
        NamesToConfirm, match=r"“Denver” is recorded as Denver, NY \(city\), which is not what kind and state say"
    ):
        await named(people, "Denver", state="CO")


async def test_a_known_name_with_its_own_kind_and_state_is_not_touched_by_those_beside_it(people: People) -> None:
    [denver, boulder] = await named(people, "Denver, NY (city)", "Boulder", kind=WrittenKind(PlaceKind.COUNTY), state="CO")
    assert [denver.place.full_label, boulder.place.full_label] == ["Denver, NY (city)", "Boulder, CO (county)"]


async def test_a_village_is_never_recorded_as_the_town_of_its_name(people: People) -> None:
    [town] = await named(people, "Town of Hempstead, NY")
    [village] = await named(people, "Village of Hempstead, NY")
    assert town.place.id != village.place.id
    assert [town.place.label, village.place.label] == ["Hempstead, NY", "Village of Hempstead, NY"]


@pytest.mark.usefixtures("list_in_use")
@pytest.mark.parametrize("typed", ["Hempville, NY (town)", "Town of Hempville, NY"])
async def test_the_full_name_of_a_town_is_not_its_villages(people: People, typed: str) -> None:
    [village] = await named(people, "Village of Hempville, NY")
    [town] = await named(people, typed)
    assert town.place.id != village.place.id
    assert town.place.full_label == "Hempville, NY (town)"


@pytest.mark.usefixtures("list_in_use")
async def test_the_short_name_of_a_village_is_asked_about_if_the_list_has_the_town(people: People) -> None:
    await named(people, "Village of Hempville, NY")
    with pytest.raises(NamesToConfirm) as asked:
        await named(people, "Hempville, NY")
    labels = [meaning.label for meaning in asked.value.guess.meanings]
    assert labels == ["Village of Hempville, NY (town)", "Hempville, NY (town)"]


async def test_every_wrong_name_is_named_at_once(people: People) -> None:
    names = ("Boston, MA (city)", "Xyzzy", "Dnver", "Plugh, CO (hamlet)", "Boulder, XX (city)", "x" * 130)
    with pytest.raises(CaseError) as refused:
        await named(people, *names)
    assert not isinstance(refused.value, NamesToConfirm)
    for why in (
        "“Xyzzy” is not recorded yet",
        "“Dnver” is not recorded yet",
        "Did you mean Denver, NY (city)?",
        "“hamlet” is not a kind of place",
        "“XX” is not a state",
        "A name is 130 characters long",
    ):
        assert why in str(refused.value)


async def test_several_names_that_are_guesses_are_confirmed_together(people: People) -> None:
    with pytest.raises(NamesToConfirm) as asked:
        await named(people, "Boston, MA (city)", "Dnver", "Albanny")
    [meaning] = asked.value.guess.meanings
    assert meaning.value == ("Boston, MA (city)", "Denver, NY (city)", "Albany, NY (city)")
    recipients = await named(people, *meaning.value)
    assert [recipient.place.label for recipient in recipients] == ["Boston, MA", "Denver, NY", "Albany, NY"]


async def test_a_recorded_place_keeps_its_kind_whatever_is_said_of_it(people: People) -> None:
    async with people.alice() as session:
        await places.ensure(session.conn, session.server.id, Jurisdiction(0, "Oak Park", PlaceKind.TOWN, "IL"))
    [village] = await named(people, "Village of Oak Park, IL")  # whether the town is a village was never recorded
    assert (village.is_new, village.place.full_label) == (True, "Village of Oak Park, IL (town)")
    [town] = await named(people, "Oak Park, IL (town)")
    assert (town.is_new, town.place.full_label) == (False, "Oak Park, IL (town)")
    [city] = await named(people, "City of Oak Park, IL")
    assert (city.is_new, city.place.full_label) == (True, "Oak Park, IL (city)")


@pytest.mark.usefixtures("list_in_use")
async def test_a_longer_name_that_only_the_list_has_is_offered(people: People) -> None:
    await named(people, "Zaleskiburg, OH (city)")
    with pytest.raises(NamesToConfirm) as unsure:
        await named(people, "Zaleskiburg City, OH")
    assert [meaning.label for meaning in unsure.value.guess.meanings] == [
        "Zaleskiburg, OH (city)",
        "Zaleskiburg City, OH (city)",
    ]
    assert await label(people, "Zaleskiburg City, OH (city)") == "Zaleskiburg City, OH (city)"


async def test_a_longer_name_can_be_recorded_in_full_without_a_list(people: People) -> None:
    await named(people, "Park, KS (city)", "Nevada, MO (city)")
    with pytest.raises(NamesToConfirm):
        await named(people, "Park City, KS")
    assert await label(people, "Park City, KS (city)") == "Park City, KS (city)"
    assert await label(people, "Nevada (state)") == "Nevada (state)"


async def test_the_recorded_names_are_read_once_for_all_that_are_unknown(people: People) -> None:
    statements: list[str] = []
    await named(people, "Zaleskiburg, OH (city)")
    async with people.alice() as session:

        @event.listens_for(people.db.engine.sync_engine, "before_cursor_execute")
        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            statements.append(statement)

        for _ in range(2):
            with pytest.raises(NamesToConfirm, match="Zaleskiburg, OH"):
                await recipients_named(session, [f"Zaleskibur{letter}, OH" for letter in "abcdefh"], None, None)
    of_every_place = [s for s in statements if "has_case" in s and "ORDER BY jurisdictions.name, jurisdictions.state, j" in s]
    assert len(of_every_place) == 2  # a page, and that no other follows
