"""What a person can do with a draft, without Discord: kept, changed, confirmed once, and announced with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.desk import draft_confirming, draft_keeping, draft_lines, drafts, session
from bot.desk.draft_pending import GONE, NEW_LETTER
from bot.desk.draft_preview import DraftView, mark_of_answer, mark_of_place, mark_of_row, preview_of
from bot.desk.draft_reading import read_document
from bot.desk.drafts import DetailsEdit, LetterEdit
from bot.desk.kept import KeptKey
from bot.desk.lookups import LetterRef
from bot.desk.session import Session, WriteSession
from bot.reader.draft import Draft, Found, Recipient
from bot.record.deadlines.parsing import parse_deadline
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.questions import DayReading, LetterKind, Question, QuestionKind
from bot.record.sources import Source
from bot.store import places, tables
from bot.words.draft_preview import ImportedLetter, Remark
from tests.corpus.tables import recipients
from tests.desk.test_confirm_draft import DOCUMENT, NOW, SENT, city, draft
from tests.files.test_sheets import DENVER
from tests.recording import NEW_YORK, SERVER, Desk

ALICE, BOB = 11, 12
A_DAY = timedelta(hours=24)


@asynccontextmanager
async def writing(room: Desk, now: datetime = NOW) -> AsyncIterator[WriteSession]:
    async with session.writing(room.db, SERVER, now, "Alice", ALICE) as opened:
        yield opened


@asynccontextmanager
async def reading(room: Desk, now: datetime = NOW) -> AsyncIterator[Session]:
    async with session.reading(room.db, SERVER, now) as opened:
        yield opened


async def kept(room: Desk, read: Draft | None = None, needs_source: bool = False) -> DraftView:
    async with writing(room) as open_:
        return await draft_keeping.keep_draft(open_, DOCUMENT, read or draft(), ALICE, A_DAY, needs_source=needs_source)


def key(view: DraftView, person_id: int = ALICE) -> KeptKey:
    return KeptKey(view.id, person_id, A_DAY)


async def confirm(open_: WriteSession, view: DraftView) -> ImportedLetter | DraftView:
    decision = await draft_confirming.decide_draft(open_, key(view), view.digest)
    return await draft_confirming.record_decided(open_, key(view), decision)


async def confirmed(room: Desk, view: DraftView, now: datetime = NOW) -> ImportedLetter | DraftView:
    async with writing(room, now) as open_:
        return await confirm(open_, view)


async def rows(room: Desk, *counted: Table) -> list[int]:
    """How many rows there are in each table."""
    async with room.db.read() as conn:
        return [len((await conn.execute(select(table))).all()) for table in counted]


# Confirming


async def test_confirming_records_the_draft_and_announces_it(alices: Desk) -> None:
    imported = await confirmed(alices, await kept(alices))
    assert isinstance(imported, ImportedLetter)
    assert imported.new_letter and imported.posts and imported.first
    assert [(case.number, case.place.label, case_state.days_left) for case, case_state in imported.added] == [
        (1, "Albany, NY", 29),
        (2, "Denver, NY", 29),
    ]
    assert await rows(alices, tables.notices, tables.alerts, tables.drafts) == [1, 2, 0]


async def test_what_is_added_to_a_recorded_letter_is_announced_alone(alices: Desk) -> None:
    await confirmed(alices, await kept(alices))
    later = NOW + timedelta(minutes=10)
    async with writing(alices, later) as open_:
        view = await draft_keeping.keep_draft(open_, DOCUMENT, draft(city("Albany"), city("Utica")), ALICE, A_DAY)
    imported = await confirmed(alices, view, later)
    assert isinstance(imported, ImportedLetter)
    assert not imported.new_letter and imported.already == (1,)
    assert await rows(alices, tables.notices, tables.alerts) == [2, 3]


async def test_two_confirmations_record_once(alices: Desk) -> None:
    view = await kept(alices)
    outcomes = await asyncio.gather(*(confirmed(alices, view) for _ in range(3)), return_exceptions=True)
    assert [isinstance(outcome, ImportedLetter) for outcome in outcomes].count(True) == 1
    refused = [outcome for outcome in outcomes if not isinstance(outcome, ImportedLetter)]
    assert [str(outcome) for outcome in refused] == [GONE] * 2
    assert await rows(alices, tables.letters, tables.cases, tables.notices) == [1, 2, 1]


async def test_a_letter_that_was_renamed_meanwhile_shows_the_draft_again(alices: Desk) -> None:
    first = await confirmed(alices, await kept(alices))
    assert isinstance(first, ImportedLetter)
    view = await kept(alices, draft(city("Utica")))
    assert view.matched.letter and view.matched.letter.id == first.letter.id
    async with alices.db.write() as conn:
        await conn.execute(tables.letters.update().values(title="Renamed"))
    shown = await confirmed(alices, view)
    assert isinstance(shown, DraftView) and shown.remark is Remark.OUTDATED
    assert shown.matched.letter and shown.matched.letter.title == "Renamed"
    assert await rows(alices, tables.cases, tables.drafts) == [2, 1]
    assert isinstance(await confirmed(alices, shown), ImportedLetter)


async def test_what_is_not_settled_is_not_recorded_though_it_is_confirmed(alices: Desk) -> None:
    view = await kept(alices, needs_source=True)
    with pytest.raises(CaseError, match="Settle this first: The source is missing"):
        await confirmed(alices, view)
    assert await rows(alices, tables.letters, tables.notices, tables.drafts) == [0, 0, 1]


# Whose it is, and how long


async def test_a_draft_is_for_one_person_and_one_day(alices: Desk) -> None:
    view = await kept(alices)
    async with reading(alices) as open_:
        with pytest.raises(CaseError, match="another person's draft"):
            await drafts.view_draft(open_, key(view, BOB))
    async with reading(alices, NOW + A_DAY + timedelta(seconds=1)) as open_:
        with pytest.raises(CaseError, match="Run /import again"):
            await drafts.view_draft(open_, key(view))


async def test_old_drafts_are_removed_when_one_is_kept(alices: Desk) -> None:
    await kept(alices)
    async with writing(alices, NOW + A_DAY) as open_:
        await draft_keeping.keep_draft(open_, DOCUMENT, draft(), BOB, A_DAY)
    assert await rows(alices, tables.drafts) == [2]
    async with writing(alices, NOW + A_DAY + timedelta(seconds=1)) as open_:
        await draft_keeping.keep_draft(open_, DOCUMENT, draft(), BOB, A_DAY)
    assert await rows(alices, tables.drafts) == [2]


async def test_a_draft_of_an_older_version_is_gone_in_every_way(alices: Desk) -> None:
    view = await kept(alices)
    older = {"about": "deadline", "words": "Which?", "span": None, "readings": ["1 March 2018"]}
    async with alices.db.write() as conn:
        body = (await conn.execute(select(tables.drafts.c.body))).scalar_one()
        body["draft"]["questions"] = [older]
        await conn.execute(tables.drafts.update().values(body=body))
    async with writing(alices) as open_:
        for use in (
            drafts.view_draft(open_, key(view)),
            confirm(open_, view),
            drafts.drop_draft(open_, key(view)),
            drafts.choose_letter(open_, key(view), NEW_LETTER),
        ):
            with pytest.raises(CaseError, match="Run /import again"):
                await use


async def test_a_dropped_draft_is_gone(alices: Desk) -> None:
    view = await kept(alices)
    async with writing(alices) as open_:
        assert await drafts.drop_draft(open_, key(view)) == view.draft.title
        with pytest.raises(CaseError, match="Run /import again"):
            await drafts.drop_draft(open_, key(view))


# Keeping


async def test_a_table_that_names_a_recorded_letter_is_added_to_it(alices: Desk) -> None:
    first = await confirmed(alices, await kept(alices))
    assert isinstance(first, ImportedLetter)
    document = recipients(DENVER, authority="", title="", sent="", letter=first.letter.slug)
    async with writing(alices) as open_:
        view = await draft_keeping.keep_draft(open_, document, read_document(document, NEW_YORK), ALICE, A_DAY)
    assert view.matched.letter == first.letter


async def test_a_count_goes_by_the_servers_calendar(alices: Desk) -> None:
    await alices.open(calendar="US")
    counted = draft(deadline=Found(parse_deadline("25 days", NEW_YORK, start=SENT)))  # Sunday 18 February, then a holiday
    view = await kept(alices, counted)
    assert view.draft.deadline and view.draft.deadline.value.date == date(2018, 2, 20)


async def test_a_letter_that_was_taken_back_meanwhile_cannot_be_chosen(alices: Desk) -> None:
    view = await kept(alices)
    async with writing(alices) as open_:
        with pytest.raises(CaseError):
            await drafts.choose_letter(open_, key(view), 999)
        with pytest.raises(CaseError):
            await draft_keeping.keep_draft(open_, DOCUMENT, draft(), ALICE, A_DAY, letter=LetterRef(999, "Gone"))


# Changing


async def test_the_letter_is_edited_and_its_count_follows_its_date(alices: Desk) -> None:
    view = await kept(alices)
    async with writing(alices) as open_:
        await drafts.edit_letter(open_, key(view), LetterEdit(title="Harbor lights", deadline="20 days"))
        view = await drafts.edit_letter(open_, key(view), LetterEdit(sent=SENT - timedelta(days=1)))
    assert view.remark is Remark.COUNTED_AGAIN and view.draft.title == "Harbor lights"
    assert view.draft.deadline and view.draft.deadline.value.date == date(2018, 2, 12)
    async with writing(alices) as open_:
        view = await drafts.edit_letter(open_, key(view), LetterEdit(deadline="", demand="All ledgers", authority="The Senate"))
    assert view.draft.deadline is None and view.draft.demand == Found("All ledgers")
    assert view.draft.authority == Found("The Senate")


async def test_a_deadline_that_cannot_be_is_refused(alices: Desk) -> None:
    view = await kept(alices)
    with pytest.raises(CaseError, match="before the letter"):
        async with writing(alices) as open_:
            await drafts.edit_letter(open_, key(view), LetterEdit(title="Lost", deadline="2018-01-02"))
    async with reading(alices) as open_:
        assert (await drafts.view_draft(open_, key(view))).digest == view.digest


async def test_threats_basis_source_and_letter_are_edited(alices: Desk) -> None:
    first = await confirmed(alices, await kept(alices))
    assert isinstance(first, ImportedLetter)
    view = await kept(alices, draft(city("Utica"), letter_date=Found(date(2018, 1, 2))), needs_source=True)
    assert view.matched.letter is None
    source = Source("The release", "https://example.org/r")
    async with writing(alices) as open_:
        edit = DetailsEdit(("subpoena",), ("5 U.S.C. § 1",), source, first.letter.id)
        view = await drafts.edit_details(open_, key(view), edit)
    assert view.matched.letter == first.letter and not view.pending.needs_source
    assert (view.draft.threatened, view.draft.legal_basis) == ((Found("subpoena"),), (Found("5 U.S.C. § 1"),))
    assert (view.draft.source.url, view.draft.source.sha256) == (source.url, DOCUMENT.sha256)


async def test_rows_are_edited_by_lines_that_were_read_before(alices: Desk) -> None:
    view = await kept(alices)
    async with reading(alices) as open_:
        edit = await draft_lines.read_lines(open_, ["Albany, NY (city)", "Denver, NY (city)"], "Albany, NY (city)\nBoulder, CO")
    async with writing(alices) as open_:
        await drafts.edit_letter(open_, key(view), LetterEdit(title="Changed meanwhile"))
        view = await drafts.edit_recipients(open_, key(view), edit)
    assert [row.label for row in view.draft.recipients] == ["Albany, NY (city)", "Boulder, CO (city)"]
    assert view.draft.title == "Changed meanwhile"


@pytest.mark.parametrize(
    ("known", "line", "meant"),
    [
        (("Nevada", PlaceKind.CITY, "MO"), "Nevada", {"Nevada, MO (city)", "Nevada (state)"}),
        (("Virginia", PlaceKind.CITY, "MN"), "Virginia", {"Virginia, MN (city)", "Virginia (state)"}),
        (
            ("Village of Quillton", PlaceKind.TOWN, "OH", ("Quillton",)),
            "Quillton, OH (town)",
            {"Village of Quillton, OH (town)", "Quillton, OH (town)"},
        ),
        (("Nevada", PlaceKind.CITY, "MO"), "Nevada, Mo.", {"Nevada, MO (city)"}),
        (("Illinois", PlaceKind.STATE, "IL"), "Illinois, IL", {"Illinois (state)"}),
    ],
)
async def test_a_line_that_is_not_the_exact_name_of_the_known_place_is_asked_about(
    alices: Desk, known: tuple[Any, ...], line: str, meant: set[str]
) -> None:
    name, kind, state, *aliases = known
    async with writing(alices) as open_:
        await places.ensure(open_.conn, open_.server.id, Jurisdiction(0, name, kind, state, *aliases))
    async with reading(alices) as open_:
        edit = await draft_lines.read_lines(open_, [], line)
    recipient = edit.meant[line]
    choices = recipient.candidates or (recipient.place(),)
    assert {place.full_label for place in choices} == meant


async def test_a_candidate_is_chosen_once(alices: Desk) -> None:
    county = Jurisdiction(0, "Middlesex County", PlaceKind.COUNTY, "NJ")
    middlesex = Recipient("Middlesex", None, "NJ", candidates=(county,), asked=LetterKind.DOCUMENTS)
    view = await kept(alices, draft(middlesex))
    [asked] = preview_of(view).to_settle
    assert asked.question.kind is QuestionKind.RECIPIENT_UNSETTLED
    async with writing(alices) as open_:
        marks = mark_of_row(middlesex), mark_of_place(county)
        view = await drafts.choose_candidate(open_, key(view), *marks)
        assert [row.label for row in view.draft.recipients] == ["Middlesex County, NJ (county)"]
        assert (await drafts.choose_candidate(open_, key(view), *marks)).remark is Remark.ROW_CHANGED


async def test_an_answer_is_chosen_once(alices: Desk) -> None:
    first, second = DayReading(date(2018, 1, 3)), DayReading(date(2018, 1, 4))
    question = Question(QuestionKind.SEVERAL_LETTER_DATES, readings=(first, second))
    view = await kept(alices, draft(letter_date=None, questions=(question,)))
    [asked] = preview_of(view).to_settle
    assert [reading for _, reading in asked.choices] == [first, second]
    assert preview_of(view).to_check == ()
    async with writing(alices) as open_:
        view = await drafts.choose_answer(open_, key(view), mark_of_answer(question, second))
        assert view.draft.letter_date == Found(date(2018, 1, 4)) and view.draft.questions == ()
        assert (await drafts.choose_answer(open_, key(view), mark_of_answer(question, first))).remark is Remark.ANSWERED


async def test_of_two_letters_one_is_kept(alices: Desk) -> None:
    both = draft(city("Albany", asked=LetterKind.DOCUMENTS), city("Denver", asked=LetterKind.NO_DOCUMENTS))
    view = await kept(alices, both)
    assert preview_of(view).kinds == ((LetterKind.DOCUMENTS, 1), (LetterKind.NO_DOCUMENTS, 1))
    async with writing(alices) as open_:
        view = await drafts.choose_kind(open_, key(view), LetterKind.DOCUMENTS)
        again = await drafts.choose_kind(open_, key(view), LetterKind.NO_DOCUMENTS)
    assert [row.label for row in view.draft.recipients] == ["Albany, NY (city)"]
    assert replace(again, remark=None) == view, "the other letter's recipients are gone already"


async def test_a_recorded_letter_or_a_new_one_is_chosen(alices: Desk) -> None:
    first = await confirmed(alices, await kept(alices))
    assert isinstance(first, ImportedLetter)
    view = await kept(alices)
    assert view.matched.letter == first.letter and not view.matched.new
    async with writing(alices) as open_:
        view = await drafts.choose_letter(open_, key(view), NEW_LETTER)
        assert view.matched.letter is None and len(view.matched.new) == 2
        view = await drafts.choose_letter(open_, key(view), first.letter.id)
    assert view.matched.letter == first.letter


async def test_what_was_read_from_rows_is_a_table_whatever_its_name(alices: Desk) -> None:
    """A page of rows has a path for a name, and a text may be called like a table."""
    rows = replace(recipients(DENVER), name="example.org/recipients")
    async with writing(alices) as open_:
        table = await draft_keeping.keep_draft(open_, rows, read_document(rows, NEW_YORK), ALICE, A_DAY)
        text = await draft_keeping.keep_draft(open_, replace(DOCUMENT, name="a.csv"), draft(), ALICE, A_DAY)
    assert (table.pending.is_table, text.pending.is_table) == (True, False)
