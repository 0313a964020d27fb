"""Editing and merging places: what is found, what follows, and that Undo leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.clock import FrozenClock
from bot.desk import place_edits, place_merge, state_index, status
from bot.desk.case_events import EventReport
from bot.desk.lookups import place_to_record
from bot.desk.place_edits import EditedPlace, PlaceEdit, with_old_name
from bot.desk.place_events import record_place_event
from bot.desk.place_merge import MergedPlace, PlaceMerge
from bot.desk.undo import UndoneEvents
from bot.record.case import Case
from bot.record.errors import CaseError
from bot.record.events import Answer, Court, CourtStep, Extent, Sent
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import name_cache, place_facts, places, taking_back
from bot.store.database import Database
from tests.desk.people import People, at_the_desk
from tests.recording import SERVER, SOURCE, Desk
from tests.undoing import undo

OAKLAND = Jurisdiction(0, "Oakland", PlaceKind.CITY, "NY")
RULING = Court(CourtStep.RULING, "N.D. Cal.", "17-cv-1")
REPORT = EventReport(None, SOURCE, "A ruling.")


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def place(people: People, name: str) -> Jurisdiction:
    async with people.db.read() as conn:
        [found] = await places.with_names(conn, SERVER, [name])
        return found


async def add(people: People, name: str = "Oakland", kind: PlaceKind = PlaceKind.CITY) -> Jurisdiction:
    async with people.db.write() as conn:
        await places.ensure(conn, SERVER, Jurisdiction(0, name, kind, "NY"))
    return await place(people, name)


async def edited(people: People, called: str, **values: Any) -> EditedPlace:
    before = await place(people, called)
    if "name" in values:
        values["aliases"] = with_old_name(before, values["name"], values.get("aliases", before.aliases))
    async with people.bob() as session:
        return await place_edits.record_edit(session, PlaceEdit(before, replace(before, **values)))


async def merged(people: People, name: str, into: str) -> MergedPlace:
    merge = PlaceMerge((await place(people, name)).id, (await place(people, into)).id)
    async with people.bob() as session:
        return await place_merge.record_merge(session, await place_merge.preview(session, merge))


async def undone(people: People, operation: str) -> None:
    people.clock.set(people.clock.now() + timedelta(days=3))
    async with people.alice() as session:
        assert isinstance(await undo(session, operation), UndoneEvents)


async def labels(people: People, typed: str) -> list[str]:
    async with people.db.read() as conn:
        return await places.labels_like(conn, SERVER, typed)


async def found(people: People, typed: str) -> int | None:
    """The id of the place that is recorded of by that name."""
    async with people.reading() as session:
        try:
            id = await place_to_record(session, typed)
        except CaseError:
            return None
        return id if isinstance(id, int) else None


async def test_a_place_that_was_renamed_is_offered_by_its_new_name_and_found_by_the_old(people: People) -> None:
    denver = await place(people, "Denver")
    assert await labels(people, "denv") == ["Denver, NY"]
    recorded = await edited(people, "Denver", name="Mile High")
    assert (recorded.place.name, recorded.place.aliases) == ("Mile High", ("Denver",))
    assert await labels(people, "denv") == ["Mile High, NY"]
    assert await labels(people, "mile") == ["Mile High, NY"]
    assert await found(people, "Denver") == await found(people, "Mile High, NY") == denver.id
    assert (await people.case(people.denver)).place.name == "Mile High"
    await undone(people, recorded.revision.operation)
    assert await place(people, "Denver") == denver
    assert (await labels(people, "denv"), await labels(people, "mile")) == (["Denver, NY"], [])
    assert await found(people, "Mile High") is None


async def test_an_old_name_that_is_taken_off_finds_nothing_any_more(people: People) -> None:
    await edited(people, "Denver", name="Mile High")
    await edited(people, "Mile High", aliases=())
    assert await labels(people, "denv") == []
    assert await found(people, "Denver") is None


async def test_what_a_file_calls_by_its_old_name_or_kind_is_the_same_place(people: People) -> None:
    denver = await place(people, "Denver")
    await edited(people, "Denver", name="Mile High", kind=PlaceKind.CITY_AND_COUNTY)
    await edited(people, "Mile High", aliases=())
    stated = replace(denver, id=0)
    async with people.db.write() as conn:
        assert await places.ensure(conn, SERVER, stated) == (denver.id, False)
        [known] = (await places.matched(conn, SERVER, [stated])).values()
    assert (known.id, known.name) == (denver.id, "Mile High")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"name": "Albany"}, "recorded already, as another place.*/place merge"),
        ({"kind": PlaceKind.STATE}, "is not a state: New York is"),
        ({"ocd_id": "albany"}, "no division id"),
        ({}, "Nothing was changed"),
    ],
)
async def test_what_cannot_be_is_refused(people: People, values: dict[str, Any], why: str) -> None:
    with pytest.raises(CaseError, match=why):
        await edited(people, "Denver", **values)


async def test_a_division_that_another_place_has_is_refused(people: People) -> None:
    division = "ocd-division/country:us/state:ny/place:albany"
    await edited(people, "Albany", ocd_id=division)
    with pytest.raises(CaseError, match="is the division of Albany"):
        await edited(people, "Denver", ocd_id=division)


async def test_two_who_edit_one_place_do_not_overwrite_each_other(people: People) -> None:
    before = await place(people, "Denver")
    await edited(people, "Denver", name="Mile High")
    with pytest.raises(CaseError, match="changed by Bob in the meantime"):
        async with people.alice() as session:
            await place_edits.record_edit(session, PlaceEdit(before, replace(before, name="Queen City")))


async def test_the_cases_facts_and_names_of_a_merged_place_are_those_of_the_other(people: People) -> None:
    oakland = await add(people)
    denver = await place(people, "Denver")
    async with people.alice() as session:
        fact = (await record_place_event(session, denver.id, RULING, REPORT)).event
    recorded = await merged(people, "Denver", "Oakland")
    assert recorded.moved == 1
    case = await people.case(people.denver)
    assert (case.place.id, case.place.aliases) == (oakland.id, ("Denver",))
    assert await labels(people, "denv") == await labels(people, "oak") == ["Oakland, NY"]
    assert await found(people, "Denver, NY") == oakland.id
    async with people.reading() as session:
        history = await status.history(session, denver.id)
        assert (history.place.id, [each.id for each in history.context]) == (oakland.id, [fact.id])
        assert [each.number for each in history.cases] == [case.number]
        assert (await place_facts.with_ids(session.conn, [fact.id]))[fact.id].place.id == oakland.id
        assert oakland.id in await places.with_cases(session.conn, SERVER)
        assert denver.id not in {each.id for each in await places.all_of(session.conn, SERVER)}
        assert list(await place_facts.contexts(session.conn, SERVER)) == [oakland.id]
        assert await places.ensure(session.conn, SERVER, replace(denver, id=0)) == (oakland.id, False)
    assert not (await state_index.check(people.db, lambda *_: None)).wrong


async def test_a_fact_of_a_merged_place_can_be_taken_back(people: People) -> None:
    await add(people)
    denver = await place(people, "Denver")
    async with people.alice() as session:
        fact = await record_place_event(session, denver.id, RULING, REPORT)
    recorded = await merged(people, "Denver", "Oakland")
    async with people.alice() as session:
        await undo(session, fact.operation)
    for _ in range(2):  # merged, and separated
        async with people.reading() as session:
            [told] = (await place_facts.with_ids(session.conn, [fact.event.id])).values()
        assert not told.in_force
        if not _:
            await undone(people, recorded.revision.operation)


async def test_both_with_the_same_letter_are_refused_with_the_case_to_withdraw(people: People) -> None:
    with pytest.raises(CaseError, match=r"both received “Demand” \(#2 and #1\).*/case withdraw case:2"):
        await merged(people, "Denver", "Albany")
    with pytest.raises(CaseError, match="cannot be merged with itself"):
        await merged(people, "Denver", "Denver")


async def test_a_case_that_was_undone_makes_room(people: People) -> None:
    """Albany's case of the letter was undone, Denver's was not: of one place a letter has one case."""
    albany = await people.case(people.albany)
    await take_case_back(people, albany)
    recorded = await merged(people, "Denver", "Albany")
    assert (await people.case(people.denver)).place.name == "Albany"
    async with people.reading() as session:
        history = await status.history(session, albany.place.id)
    assert [case.number for case in history.cases] == [1, 2], "what was undone stays in the history"
    await undone(people, recorded.revision.operation)
    assert [(await people.case(ref)).place.name for ref in (people.albany, people.denver)] == ["Albany", "Denver"]


async def take_case_back(people: People, case: Case) -> None:
    async with people.db.write() as conn:
        audit = Desk(people.db).audit(people.clock.now())
        [sent] = [event.id for event in case.events if isinstance(event.detail, Sent)]
        await taking_back.take_back(conn, audit, {sent: "Undone."})


async def test_chains_of_merges_lead_to_the_last_and_are_undone_from_there(people: People) -> None:
    await add(people)
    await add(people, "Seattle")
    denver = await place(people, "Denver")
    first = await merged(people, "Denver", "Oakland")
    second = await merged(people, "Oakland", "Seattle")
    seattle = await place(people, "Seattle")
    assert set(seattle.aliases) == {"Oakland", "Denver"}
    assert (await people.case(people.denver)).place.id == seattle.id == await found(people, "Denver")
    with pytest.raises(CaseError, match=r"Oakland, NY .* was itself merged into Seattle, NY"):
        async with people.alice() as session:
            await undo(session, first.revision.operation)
    await undone(people, second.revision.operation)
    assert (await people.case(people.denver)).place.name == "Oakland"
    await undone(people, first.revision.operation)
    assert (await people.case(people.denver)).place == denver


async def test_what_was_recorded_since_stays_where_it_was_recorded(people: People) -> None:
    await add(people)
    recorded = await merged(people, "Denver", "Oakland")
    oakland = await place(people, "Oakland")
    [new] = await Desk(people.db).letter(people.clock.now(), date(2018, 3, 1), ["Oakland"], "Second")
    await Desk(people.db).record(people.clock.now(), await people.case(people.denver), Answer(Extent.PARTIAL))
    await edited(people, "Oakland", aliases=("Denver", "Oaktown"))
    await undone(people, recorded.revision.operation)
    assert (await people.case(people.denver)).place.name == "Denver"
    assert [type(event.detail) for event in (await people.case(people.denver)).events][-1] is Answer
    [second] = [case for case in await Desk(people.db).cases() if case.id == new.id]
    assert (second.place.id, (await place(people, "Oakland")).aliases) == (oakland.id, ("Oaktown",))
    assert not (await state_index.check(people.db, lambda *_: None)).wrong


async def test_the_names_in_memory_follow_an_answer_after_a_merge(people: People) -> None:
    """Events of the merged place's cases keep its id; the list asks for the place that they belong to now."""
    await add(people)
    await labels(people, "oak")
    await merged(people, "Denver", "Oakland")
    async with people.db.read() as conn:
        names = (await name_cache.names_of(conn, SERVER)).names
    oakland = await place(people, "Oakland")
    assert names.has_case(oakland.id)
    await take_case_back(people, await people.case(people.denver))
    async with people.db.read() as conn:
        names = (await name_cache.names_of(conn, SERVER)).names
    assert not names.has_case(oakland.id)
