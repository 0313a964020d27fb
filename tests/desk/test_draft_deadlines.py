"""No wrong date: the deadlines of a draft hold for the letter and the recipients that they are recorded with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.desk import draft_edits, draft_questions
from bot.desk.draft_pending import PendingDraft, letter_of
from bot.desk.session import writing
from bot.desk.sheet_draft import draft_of
from bot.reader.draft import Found
from bot.record.deadlines.calendars import NONE
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.deadlines.when import When
from bot.record.places import Jurisdiction, PlaceKind
from bot.store import documents, drafts, events, places
from bot.words.questions import question_text
from tests.corpus.tables import recipients
from tests.desk.test_confirm_draft import NOW, SENT, WORDS, city, draft, matched, pending, record
from tests.files.test_sheets import DENVER
from tests.recording import NEW_YORK, SERVER, Desk


async def unsettled(room: Desk, pending: PendingDraft) -> list[str]:
    return [
        question_text(question) for question in draft_questions.unsettled(pending, await matched(room, pending), NEW_YORK, NOW)
    ]


def test_a_recipients_own_count_follows_the_letters_date() -> None:
    own = parse_deadline("10 days", NEW_YORK, start=SENT)
    fixed = Deadline(date(2018, 3, 2), NEW_YORK)
    before = draft(city("Albany", deadline=own), city("Denver", deadline=fixed))
    after = draft_edits.with_date(before, SENT + timedelta(days=1), NONE)
    assert [row.deadline and row.deadline.date for row in after.recipients] == [own.date + timedelta(days=1), fixed.date]


def test_a_count_keeps_its_time_zone_when_the_letters_date_is_changed() -> None:
    before = draft(deadline=Found(parse_deadline("30 days", ZoneInfo("Pacific/Honolulu"), start=SENT)))
    after = draft_edits.counted_again(before, draft_edits.with_date(before, date(2018, 1, 22)), NONE)
    assert after and after.deadline
    assert (after.deadline.value.date, after.deadline.value.zone.key) == (date(2018, 2, 21), "Pacific/Honolulu")
    assert after.questions == ()


async def test_a_deadline_before_the_recorded_letter_is_not_recorded(alices: Desk) -> None:
    async with alices.db.write() as conn:
        letter = replace(letter_of(pending(), NEW_YORK), sent=When("2018-01-25", NEW_YORK))
        letter = await events.add_letter(conn, alices.audit(NOW), letter)
    late = pending(city("Boulder"), letter_id=letter.id, deadline=Found(Deadline(SENT, NEW_YORK)))
    assert "is before the letter's date, 25 January 2018" in (await unsettled(alices, late))[0]


async def test_a_recipients_own_deadline_before_the_letter_is_not_recorded(alices: Desk) -> None:
    own = pending(city("Albany"), city("Denver", deadline=Deadline(date(2018, 1, 23), NEW_YORK)))
    assert "Denver, NY (city): its own deadline, 23 January 2018, is before the letter" in (await unsettled(alices, own))[0]


async def test_a_place_named_twice_with_two_deadlines_is_asked_about(alices: Desk) -> None:
    async with alices.db.write() as conn:
        known = Jurisdiction(0, "Albany", PlaceKind.CITY, "NY", ("The Capital",))
        await places.ensure(conn, SERVER, known)
    twice = pending(city("Albany"), city("The Capital", deadline=Deadline(date(2018, 3, 2), NEW_YORK)))
    [question] = await unsettled(alices, twice)
    assert question.startswith("The Capital, NY (city) is the same place as Albany, NY (city), with another deadline")
    assert await unsettled(alices, pending(city("Albany"), city("The Capital"))) == []


async def test_of_one_persons_drafts_the_newest_are_kept(alices: Desk) -> None:
    async with alices.db.write() as conn:
        others = await drafts.add(conn, SERVER, 2, NOW, {}, b"")
        made = [NOW + timedelta(seconds=number) for number in range(drafts.MOST + 2)]
        newer = [await drafts.add(conn, SERVER, 1, made_at, {}, WORDS) for made_at in made]
        kept = [id for id in (others, *newer) if await drafts.get(conn, SERVER, id)]
        added = await drafts.add(conn, SERVER, 1, NOW - timedelta(hours=1), {}, WORDS)
        assert await drafts.get(conn, SERVER, added), "though the clock was an hour ahead for all others"
    assert kept == [others, *newer[2:]]


@pytest.mark.parametrize("sent", ["2018-01", "by 2018-01-24", "between 2018-01-02 and 2018-01-24"])
async def test_a_table_that_does_not_name_the_letters_day_makes_none_up(alices: Desk, sent: str) -> None:
    document = recipients(DENVER, authority="The Authority", title="Demand", sent=sent, deadline="2018-02-23")
    read = draft_of(document, NEW_YORK)
    assert read.letter_date is None
    [question] = await unsettled(alices, PendingDraft(read, document.name, document.media_type, NOW))
    assert f"gives “{sent}” as the date of the letter, which is not a single day" in question


async def test_the_copy_of_a_table_that_names_its_source_is_named_beside_it(alices: Desk) -> None:
    address = "https://example.org/list"
    document = recipients(DENVER, authority="The Authority", title="Demand", sent="2018-01-22", source=address)
    read = PendingDraft(draft_of(document, NEW_YORK), document.name, document.media_type, document.read_at)
    async with writing(alices.db, SERVER, NOW, "Alice") as session:
        filed = await record(session, read, document.content)
        kept = await documents.kept(session.conn, SERVER, document.sha256)
    assert [(one.url, one.sha256) for one in filed.letter.sources] == [(address, ""), ("", document.sha256)]
    assert kept and (kept.content, kept.name, kept.url) == (document.content, document.name, "")
    [case] = await alices.cases()
    assert case.letter.sources == filed.letter.sources
