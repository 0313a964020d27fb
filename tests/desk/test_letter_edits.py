"""Editing a letter: shown first, kept as a revision, undone by one press."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.clock import FrozenClock
from bot.desk import kept_edits, letter_edits, state_index
from bot.desk.kept import KeptKey
from bot.desk.letter_edits import EditedLetter, LetterChange, unticked_but, with_source
from bot.desk.letter_history import letter_history
from bot.record.case import Case, Letter
from bot.record.corrections import How
from bot.record.deadlines.deadline import Deadline
from bot.record.errors import CaseError
from bot.record.events import Answer, Basis, Consequence, ConsequenceState, DeadlineSet, Extent
from bot.record.sources import Source
from bot.store import cases, codec, letter_changes
from bot.store.database import Database
from bot.store.tables import events, notice_revisions
from tests.desk.correcting import corrected
from tests.desk.people import ALICE, People, at_the_desk
from tests.recording import NEW_YORK, SERVER, Desk
from tests.undoing import undo

SECOND = Source("Second letter", "https://example.org/second")
MARCH = Deadline(date(2018, 3, 9), NEW_YORK)
DAY = timedelta(days=1)


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    """The letter has the deadline of its recipients as its default."""
    people = await at_the_desk(db, clock)
    default = codec.dump(codec.DEADLINE, Deadline(date(2018, 2, 23), NEW_YORK))
    async with db.write() as conn:
        await letter_changes.change(conn, SERVER, people.letter.id, {"deadline": default})
    return people


async def letter(people: People) -> Letter:
    async with people.db.read() as conn:
        return (await cases.letters_by_id(conn, [people.letter.id]))[people.letter.id]


async def edited(people: People, source: Source | None = SECOND, reason: str = "", **values: Any) -> EditedLetter:
    """Bob's edit, from the preview to the record, as the buttons do it."""
    before = await letter(people)
    after = replace(before, sources=with_source(before, source), **values)
    return await decided(people, LetterChange(before, after, reason, source))


async def decided(people: People, edit: LetterChange) -> EditedLetter:
    async with people.reading() as session:
        await letter_edits.check_edit(session, edit)
        shown = await letter_edits.preview(session, edit)
    async with people.bob() as session:
        decision = await letter_edits.decide_edit(session, edit, shown.digest)
        return await letter_edits.record_edit(session, decision)


async def test_what_was_changed_is_kept_with_both_sources_and_the_short_name_stays(people: People) -> None:
    before = await letter(people)
    recorded = await edited(people, title="Document demand", demand="all documents and e-mails")
    now = await letter(people)
    assert recorded.letter == now
    assert (now.title, now.demand, now.slug) == ("Document demand", "all documents and e-mails", before.slug)
    assert now.sources == (*before.sources, SECOND)
    async with people.reading() as session:
        history = await letter_history(session, before.id)
    [revision] = history.revisions
    assert revision.fields == {"title", "demand", "sources"}
    assert (revision.before["demand"], revision.recorded_by, revision.sources) == ("all documents", "Bob", (SECOND,))
    assert [(each.count, each.by, each.taken_back) for each in history.recipients] == [(2, "Alice", False)]


async def test_its_undo_gives_everything_back(people: People) -> None:
    before = await letter(people)
    recorded = await edited(people, title="Document demand", deadline=MARCH)
    assert {(case.at(people.clock.now()).deadline or MARCH).date for case in await Desk(people.db).cases()} == {MARCH.date}
    async with people.bob() as session:
        await undo(session, recorded.revision.operation)
    assert await letter(people) == before
    assert all(case.at(people.clock.now()).deadline == before.deadline for case in await Desk(people.db).cases())


@pytest.mark.parametrize("values", [{"demand": "nothing"}, {"threatened": ("fine",)}, {"legal_basis": ("8 U.S.C. § 1373",)}])
async def test_what_the_letter_says_needs_a_source_or_a_reason(people: People, values: dict[str, Any]) -> None:
    with pytest.raises(CaseError, match="needs a source"):
        await edited(people, source=None, **values)
    await edited(people, source=None, reason="A slip of the pen.", **values)


async def test_a_title_needs_none_and_a_deadline_needs_a_source_whatever_the_reason(people: People) -> None:
    await edited(people, source=None, title="Document demand")
    with pytest.raises(CaseError, match="deadline needs a source"):
        await edited(people, source=None, reason="A slip of the pen.", deadline=MARCH)


async def test_what_changes_nothing_is_refused(people: People) -> None:
    with pytest.raises(CaseError, match="Nothing was changed"):
        await edited(people, source=None, title="Demand")
    before = (await letter(people)).deadline
    assert before
    with pytest.raises(CaseError, match="already the letter's deadline"):
        await edited(people, deadline=replace(before, words="by 23 February"))


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(people: People) -> None:
    before = await letter(people)
    await edited(people, source=None, title="Document demand")
    stale = LetterChange(before, replace(before, title="The demand"))
    with pytest.raises(CaseError, match="changed by Bob in the meantime"):
        await decided(people, stale)
    await decided(people, LetterChange(before, replace(before, deadline_note="In two weeks.")))
    assert ((now := await letter(people)).title, now.deadline_note) == ("Document demand", "In two weeks.")


async def moved(people: People, case: Case, to: Extent | None = None, **values: Any) -> Case:
    return next(each for each in await Desk(people.db).cases() if each.id == case.id)


async def test_recipients_with_the_letters_deadline_get_the_new_one_and_an_extension_stays(people: People) -> None:
    albany, denver = await people.case(people.albany), await people.case(people.denver)
    extended = date(2018, 4, 1)
    people.clock.set(people.clock.now() + DAY)
    await Desk(people.db).extend(people.clock.now(), albany, extended)
    recorded = await edited(people, deadline=MARCH)
    assert [(each.case.number, each.keeps and each.keeps.date) for each in recorded.recipients] == [(1, extended), (2, None)]
    albany, denver = await moved(people, albany), await moved(people, denver)
    assert [case.at(people.clock.now()).deadline for case in (albany, denver)] == [Deadline(extended, NEW_YORK), MARCH]
    for case in (albany, denver):
        first = case.first_deadline
        assert first and first.detail == DeadlineSet(MARCH, Basis.CORRECTION) and first.sources == (SECOND,)
    async with people.db.read() as conn:
        announced = select(func.count()).select_from(events).where(events.c.replaces.is_not(None))
        assert (await conn.execute(announced)).scalar() == 2
    assert await people.news() == ["deadline"], "the extension stays in force, so nothing of Albany is news"
    recorded = await edited(people, deadline=Deadline(date(2018, 3, 16), NEW_YORK))
    assert len(recorded.recipients) == 2, "they still have the letter's"


async def test_recipients_that_are_not_ticked_keep_theirs(people: People) -> None:
    before = await letter(people)
    edit = LetterChange(before, replace(before, deadline=MARCH), "", SECOND, (people.albany.id,))
    recorded = await decided(people, edit)
    assert [each.case.number for each in recorded.recipients] == [people.denver.number]
    assert (await people.case(people.albany)).at(people.clock.now()).deadline == before.deadline
    assert (await letter(people)).deadline == MARCH


async def test_what_is_recorded_between_the_preview_and_record_is_noticed(people: People) -> None:
    before = await letter(people)
    edit = LetterChange(before, replace(before, deadline=MARCH), "", SECOND)
    async with people.reading() as session:
        shown = await letter_edits.preview(session, edit)
    people.clock.set(people.clock.now() + DAY)
    await Desk(people.db).extend(people.clock.now(), await people.case(people.albany), date(2018, 4, 1))
    with pytest.raises(CaseError, match="nothing was changed"):
        async with people.bob() as session:
            await letter_edits.decide_edit(session, edit, shown.digest)


async def test_a_letter_without_a_deadline_gets_one(people: People) -> None:
    [case] = await Desk(people.db).letter(people.clock.now(), due=None, to=["Oakland"], title="Another")
    edit = LetterChange(case.letter, replace(case.letter, deadline=MARCH), "", SECOND)
    await decided(people, edit)
    case = await moved(people, case)
    assert case.at(people.clock.now()).deadline == MARCH
    assert case.first_deadline and case.first_deadline.detail == DeadlineSet(MARCH, Basis.ORIGINAL)


async def test_an_answered_case_is_corrected_without_news(people: People) -> None:
    denver = await people.case(people.denver)
    await Desk(people.db).record(people.clock.now(), denver, Answer(Extent.FULL))
    await edited(people, deadline=MARCH)
    assert (await moved(people, denver)).at(people.clock.now()).deadline == MARCH
    assert await people.news() == ["deadline"]


async def test_a_threat_of_which_something_is_recorded_stays(people: People) -> None:
    denver = await people.case(people.denver)
    carried_out = Consequence("Subpoena", ConsequenceState.CARRIED_OUT)
    await Desk(people.db).record(people.clock.now(), denver, carried_out)
    with pytest.raises(CaseError, match=r"“subpoena” cannot be taken off the threats: .* recorded for #2"):
        await edited(people, threatened=("fine",))
    await edited(people, threatened=("Subpoena", "fine"))
    state = (await moved(people, denver)).at(people.clock.now())
    assert {name: event is not None for name, event in state.consequences.items()} == {"Subpoena": True, "fine": False}


async def test_a_kept_edit_is_decided_once_by_its_person(people: People) -> None:
    before = await letter(people)
    edit = LetterChange(before, replace(before, title="The demand", deadline=MARCH), "As told.", SECOND)
    async with people.alice() as session:
        key = KeptKey(await kept_edits.LETTER.keep(session, edit, ALICE, DAY), ALICE, DAY)
    async with people.reading() as session:
        assert await kept_edits.LETTER.kept(session, key) == edit
        with pytest.raises(CaseError, match="decided already"):
            await kept_edits.LETTER.kept(session, replace(key, person_id=ALICE + 1))
    async with people.alice() as session:
        ticked = unticked_but(edit, [people.albany.id, people.denver.id], [people.denver.id])
        assert ticked.unticked == (people.albany.id,)
        assert unticked_but(ticked, [people.albany.id], [people.albany.id]).unticked == ()
        await kept_edits.LETTER.change(session, key, ticked)
        assert await kept_edits.LETTER.kept(session, key) == ticked
        await kept_edits.LETTER.drop(session, key)
    with pytest.raises(CaseError, match="decided already"):
        async with people.alice() as session:
            await kept_edits.LETTER.drop(session, key)


async def test_a_change_is_announced_and_one_that_was_undone_before_is_not(people: People) -> None:
    recorded = await edited(people, title="Document demand")
    async with people.db.read() as conn:
        assert (await conn.execute(select(notice_revisions.c.revision_id, notice_revisions.c.state))).all() == [
            (recorded.revision.id, "planned")
        ]
    async with people.bob() as session:
        await undo(session, recorded.revision.operation)
    async with people.db.read() as conn:
        assert (await conn.execute(select(notice_revisions.c.state))).scalars().all() == ["superseded"]


async def test_the_index_of_states_agrees_after_a_new_default(people: People) -> None:
    recorded = await edited(people, deadline=MARCH)
    assert not (await state_index.check(people.db, lambda *_: None)).wrong
    async with people.bob() as session:
        await undo(session, recorded.revision.operation)
    assert not (await state_index.check(people.db, lambda *_: None)).wrong


async def test_one_recipient_gets_the_default_before_back_and_then_none(people: People) -> None:
    await edited(people, deadline=MARCH)
    for day in (date(2018, 2, 23), None):
        set_by = (await people.case(people.denver)).at(people.clock.now()).deadline_event
        assert set_by
        await corrected(people, people.denver, set_by, How.TAKE_BACK)
        deadlines = [(await people.case(ref)).at(people.clock.now()).deadline for ref in (people.denver, people.albany)]
        assert [due and due.date for due in deadlines] == [day, MARCH.date]
