"""A record with edited letters and merged places: what a file has of it, and what an older file means in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.clock import FrozenClock
from bot.desk import import_record, letter_edits, place_edits, place_merge, snapshot
from bot.desk.letter_edits import LetterChange
from bot.desk.place_edits import PlaceEdit
from bot.desk.place_events import record_place_event
from bot.desk.place_merge import PlaceMerge
from bot.desk.session import reading, writing
from bot.files.record_file import RecordFile
from bot.record.deadlines.deadline import Deadline
from bot.record.import_report import ItemKind
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import cases, places
from bot.store.database import Database
from tests.desk.people import People, at_the_desk
from tests.desk.test_place_edits import REPORT, RULING
from tests.recording import NEW_YORK, OTHER_SERVER, SERVER, SOURCE, Desk


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    return await at_the_desk(db, clock)


async def exported(people: People, server_id: int = SERVER) -> RecordFile:
    async with reading(people.db, server_id, people.clock.now()) as session:
        return (await snapshot.of_server(session)).record_file()


async def edited(people: People) -> None:
    """The letter has another title and deadline; Denver has another name and kind, and is part of Oakland; it has a ruling."""
    async with people.alice() as session:
        [letter] = await cases.letters_of(session.conn, SERVER)
        edit = LetterChange(letter, replace(letter, title="The demand"), "", SOURCE)
        shown = await letter_edits.preview(session, edit)
        await letter_edits.record_edit(session, await letter_edits.decide_edit(session, edit, shown.digest))
        case = await cases.numbered(session.conn, SERVER, people.denver.number)
        assert case
        await record_place_event(session, case.place.id, RULING, REPORT)
        after = replace(case.place, name="Mile High", kind=PlaceKind.CITY_AND_COUNTY, aliases=("Denver",))
        await place_edits.record_edit(session, PlaceEdit(case.place, after))
        oakland, _ = await places.ensure(session.conn, SERVER, Jurisdiction(0, "Oakland", PlaceKind.CITY, "NY"))
        await place_merge.record_merge(session, await place_merge.preview(session, PlaceMerge(case.place.id, oakland)))


async def test_a_file_has_merged_places_as_names_of_the_other_and_gives_the_same_elsewhere(people: People) -> None:
    await edited(people)
    record = await exported(people)
    assert {part.name: part.aliases for part in record.jurisdictions} == {"Albany": (), "Oakland": ("Mile High", "Denver")}
    [letter] = record.letters
    assert (letter.title, letter.recipients) == ("The demand", ("Albany, NY", "Oakland, NY"))
    await Desk(people.db, OTHER_SERVER).open()
    async with writing(people.db, OTHER_SERVER, people.clock.now(), "an import") as session:
        await import_record.record_file(session, record)
    there, here = (await exported(people, OTHER_SERVER)).as_json(), record.as_json()
    assert {key: there[key] for key in there.keys() - {"title", "about"}} == {
        key: here[key] for key in here.keys() - {"title", "about"}
    }


async def test_a_file_from_before_records_nothing_twice(people: People) -> None:
    """It names Denver, which was renamed, got another kind, and was merged."""
    before = await exported(people)
    await edited(people)
    people.clock.set(people.clock.now() + timedelta(days=1))
    async with writing(people.db, SERVER, people.clock.now(), "an import") as session:
        report = await import_record.record_file(session, before)
    assert [report.new[kind] for kind in ItemKind] == [0] * len(ItemKind)
    async with people.reading() as session:
        assert [case.number for case in await cases.of_server(session.conn, SERVER)] == [1, 2]
        assert {place.name for place in await places.all_of(session.conn, SERVER)} == {"Albany", "Oakland"}


async def test_a_corrected_default_deadline_is_exported_as_the_letters(people: People) -> None:
    march = Deadline(date(2018, 3, 9), NEW_YORK)
    async with people.alice() as session:
        [letter] = await cases.letters_of(session.conn, SERVER)
        for new in (Deadline(date(2018, 2, 23), NEW_YORK), march):
            edit = LetterChange(letter, replace(letter, deadline=new), "", SOURCE)
            shown = await letter_edits.preview(session, edit)
            decision = await letter_edits.decide_edit(session, edit, shown.digest)
            letter = (await letter_edits.record_edit(session, decision)).letter
    [part] = (await exported(people)).letters
    assert part.deadline and (part.deadline.on, part.deadlines) == (march.date.isoformat(), ())
    assert not [event for event in (await exported(people)).events if event.kind == "deadline"]
