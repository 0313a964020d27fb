"""A draft on its way to the record: changed by a person, held against a server, recorded all at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import draft_edits, draft_matching, draft_pending
from bot.desk.draft_lines import LineChange, changed_lines
from bot.desk.draft_matching import MatchedDraft
from bot.desk.draft_pending import NEW_LETTER, PendingDraft
from bot.desk.draft_recording import RecordedDraft, planned_draft, record_planned
from bot.desk.session import WriteSession, reading, writing
from bot.reader.document import Document
from bot.reader.draft import Draft, Found, Recipient, Span
from bot.record.deadlines.calendars import Calendar
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.parsing import parse_deadline
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.questions import (
    DayReading,
    DeadlineReading,
    LetterKind,
    NameReading,
    Part,
    PlaceReading,
    Question,
    QuestionKind,
    Reading,
)
from bot.record.sources import Source
from bot.store import cases, documents, events, places
from tests.recording import NEW_YORK, SERVER, Desk
from tests.undoing import undo_operation

NOW = datetime(2018, 1, 25, 15, tzinfo=UTC)
SENT = date(2018, 1, 24)
TEXT = "On January 24, 2018 the Authority wrote to Albany, Denver and Boulder: answer by Feb. 23."
WORDS = TEXT.encode()
DOCUMENT = Document("release.txt", "text/plain", WORDS, NOW, TEXT)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def city(name: str, state: str = "NY", **more: Any) -> Recipient:
    return Recipient(name, PlaceKind.CITY, state, span=span(name) if name in TEXT else None, **more)


def draft(*recipients: Recipient, **more: Any) -> Draft:
    read = Draft(
        text=TEXT,
        source=DOCUMENT.source(),
        title="Demand of 24 January 2018",
        authority=Found("The Authority", span("the Authority")),
        letter_date=Found(SENT, span("January 24, 2018")),
        deadline=Found(Deadline(date(2018, 2, 23), NEW_YORK, words="by Feb. 23"), span("by Feb. 23")),
        recipients=recipients or (city("Albany"), city("Denver")),
    )
    return replace(read, **more)


def pending(*recipients: Recipient, letter_id: int | None = None, **more: Any) -> PendingDraft:
    return PendingDraft(draft(*recipients, **more), "release.txt", "text/plain", NOW, letter_id)


async def recorded(room: Desk, pending: PendingDraft) -> RecordedDraft:
    async with writing(room.db, SERVER, NOW, "Alice") as session:
        return await record(session, pending)


async def record(session: WriteSession, pending: PendingDraft, content: bytes = WORDS) -> RecordedDraft:
    matched = await draft_matching.match(session, pending)
    return await record_planned(session, matched, await planned_draft(session, pending, matched, content))


async def matched(room: Desk, pending: PendingDraft) -> MatchedDraft:
    async with reading(room.db, SERVER, NOW) as session:
        return await draft_matching.match(session, pending)


# Recording


async def test_a_draft_becomes_a_letter_with_its_cases_and_the_copy_it_was_read_from(alices: Desk) -> None:
    filed = await recorded(alices, pending())
    assert filed.new_letter and filed.new_places == ("Albany, NY (city)", "Denver, NY (city)")
    recipients = await alices.cases()
    assert [(case.number, case.place.label, case.letter.title) for case in recipients] == [
        (1, "Albany, NY", "Demand of 24 January 2018"),
        (2, "Denver, NY", "Demand of 24 January 2018"),
    ]
    case_state = recipients[0].at(NOW)
    assert case_state.deadline and case_state.deadline.words == "by Feb. 23"
    assert recipients[0].letter.sources == (DOCUMENT.source(),)
    async with alices.db.read() as conn:
        kept = await documents.kept(conn, SERVER, DOCUMENT.sha256)
    assert kept is not None and kept.content == WORDS


async def test_what_is_not_settled_records_nothing_at_all(alices: Desk) -> None:
    middlesex = Recipient("Middlesex", None, "NJ", candidates=(Jurisdiction(0, "Middlesex County", PlaceKind.COUNTY, "NJ"),))
    with pytest.raises(CaseError, match="Middlesex, NJ"):
        await recorded(alices, pending(city("Albany"), middlesex))
    async with alices.db.read() as conn:
        assert await cases.letters_of(conn, SERVER) == []
        assert await places.all_of(conn, SERVER) == []
        assert await documents.kept(conn, SERVER, DOCUMENT.sha256) is None


@pytest.mark.parametrize(
    ("missing", "question"),
    [
        ({"title": ""}, "no title"),
        ({"authority": None}, "The sender of the letter"),
        ({"letter_date": None}, "The date of the letter is not known"),
        ({"letter_date": Found(date(2018, 1, 26))}, "in the future"),
        (
            {"letter_date": Found(date(2017, 11, 1)), "deadline": Found(Deadline(date(2017, 10, 31), NEW_YORK))},
            "is before the letter's date",
        ),
        ({"recipients": ()}, "No recipient"),
    ],
)
async def test_what_a_letter_needs_has_to_be_settled(alices: Desk, missing: dict[str, Any], question: str) -> None:
    with pytest.raises(CaseError, match=question):
        await recorded(alices, pending(**missing))


async def test_no_deadline_is_recorded_where_none_is_known(alices: Desk) -> None:
    await recorded(alices, pending(deadline=None))
    assert [case.at(NOW).deadline for case in await alices.cases()] == [None, None]


async def test_a_recipients_own_deadline_is_its_own(alices: Desk) -> None:
    later = Deadline(date(2018, 3, 1), NEW_YORK)
    await recorded(alices, pending(city("Albany"), city("Denver", deadline=later)))
    dates = [case_state.deadline.date for case in await alices.cases() if (case_state := case.at(NOW)).deadline]
    assert dates == [date(2018, 2, 23), date(2018, 3, 1)]


async def test_a_known_place_is_matched_and_not_doubled(alices: Desk) -> None:
    async with alices.db.write() as conn:
        known, _ = await places.ensure(conn, SERVER, Jurisdiction(0, "New York", PlaceKind.CITY, "NY", ("New York City",)))
    filed = await recorded(alices, pending(city("New York City"), city("Albany")))
    assert filed.new_places == ("Albany, NY (city)",)
    assert (await alices.cases())[0].place.id == known


async def test_the_same_place_named_twice_is_one_case(alices: Desk) -> None:
    async with alices.db.write() as conn:
        await places.ensure(conn, SERVER, Jurisdiction(0, "New York", PlaceKind.CITY, "NY", ("New York City",)))
    await recorded(alices, pending(city("New York City"), city("New York"), city("Albany"), city("Albany")))
    assert [case.place.label for case in await alices.cases()] == ["New York, NY", "Albany, NY"]


async def test_a_second_import_of_the_same_text_finds_everything_recorded(alices: Desk) -> None:
    await recorded(alices, pending())
    again = await matched(alices, pending())
    assert again.letter and again.letter.title == "Demand of 24 January 2018"
    assert [row.case and row.case.number for row in again.rows] == [1, 2]
    with pytest.raises(CaseError, match="nothing to record"):
        await recorded(alices, pending())


async def test_new_recipients_go_into_the_letter_of_the_same_authority_and_day(alices: Desk) -> None:
    await recorded(alices, pending())
    other_words = replace(draft(city("Albany"), city("Boulder", "CO")), authority=Found("Authority"), title="Otherwise")
    filed = await recorded(alices, replace(pending(), draft=other_words))
    assert not filed.new_letter and filed.already == (1,)
    third = (await alices.cases())[2]
    assert (third.place.label, third.letter.title) == ("Boulder, CO", "Demand of 24 January 2018")


async def test_a_new_letter_is_made_where_a_person_wants_one(alices: Desk) -> None:
    await recorded(alices, pending())
    filed = await recorded(alices, pending(letter_id=NEW_LETTER))
    assert filed.new_letter and len(filed.added) == 2


async def test_of_two_likely_letters_the_one_is_taken_that_its_recipients_have_got(alices: Desk) -> None:
    await recorded(alices, pending(city("Albany")))
    await recorded(alices, pending(city("Boulder", "CO"), letter_id=NEW_LETTER, title="The other"))
    held = await matched(alices, pending(city("Boulder", "CO"), city("Denver", "CO")))
    assert held.letter and held.letter.title == "The other"
    assert (await matched(alices, pending(city("Fremont", "CA")))).letter is None


async def test_another_day_or_authority_is_another_letter(alices: Desk) -> None:
    await recorded(alices, pending())
    assert (await matched(alices, pending(letter_date=Found(date(2018, 1, 23))))).letter is None
    assert (await matched(alices, pending(authority=Found("The Senate")))).letter is None


async def test_the_chosen_letters_deadline_holds_where_the_text_gives_none(alices: Desk) -> None:
    filed = await recorded(alices, pending())
    await recorded(alices, pending(city("Boulder", "CO"), letter_id=filed.letter.id, deadline=None, letter_date=None))
    third = (await alices.cases())[2]
    case_state = third.at(NOW)
    assert case_state.deadline and case_state.deadline.date == date(2018, 2, 23)
    assert third.events[0].sources == (DOCUMENT.source(),)


async def test_cases_that_were_undone_can_be_imported_again(alices: Desk) -> None:
    async with writing(alices.db, SERVER, NOW, "Alice") as session:
        first = await record(session, pending())
        await undo_operation(session.conn, alices.audit(NOW), session.audit.operation)
        await events.take_back_letter(session.conn, alices.audit(NOW), first.letter.id)
    assert (await matched(alices, pending())).letter is None
    filed = await recorded(alices, pending())
    assert filed.new_letter and len(filed.added) == 2


@pytest.mark.parametrize("rule", ["30 days", "20 business days", "14 days + mail", "72 hours", "2018-03-01 17:00", "tomorrow"])
def test_a_pending_draft_keeps_how_its_deadlines_were_reached(rule: str) -> None:
    start = datetime(2018, 1, 24, tzinfo=NEW_YORK) if "hours" in rule else SENT
    deadline = parse_deadline(rule, NEW_YORK, start=start, calendar=Calendar("US"), today=SENT)
    question = Question(QuestionKind.SEVERAL_DEADLINES, readings=(DeadlineReading(deadline),))
    kept = pending(city("Albany", deadline=deadline), deadline=Found(deadline), questions=(question,))
    again = draft_pending.load(json.loads(json.dumps(draft_pending.dump(kept))))
    assert again == kept
    assert again.draft.deadline and again.draft.deadline.value.steps == deadline.steps


def test_a_pending_draft_survives_being_kept_as_json() -> None:
    doubtful = Recipient("Middlesex", None, "NJ", candidates=(Jurisdiction(0, "Middlesex County", PlaceKind.COUNTY, "NJ"),))
    questions = (
        Question(QuestionKind.SEVERAL_SENDERS, span("answer"), (NameReading("2018-02-03"), NameReading("The Senate"))),
        Question(QuestionKind.LETTER_DATE_AMBIGUOUS, None, (DayReading(SENT),), quote="24/1", sent=SENT, today=SENT),
        Question(
            QuestionKind.SEVERAL_DEADLINES,
            None,
            (DeadlineReading(parse_deadline("5 pm on 2018-03-01", NEW_YORK), span("by Feb. 23")),),
        ),
        Question(
            QuestionKind.PLACE_AMBIGUOUS,
            None,
            (PlaceReading(doubtful.candidates[0]),),
            names=("Middlesex",),
            count=4,
            reason="Why.",
        ),
        Question(QuestionKind.SEVERAL_COUNTS, counts=(3, 4), found=2, other_names=("Rome",), day=SENT),
    )
    kept = pending(doubtful, questions=questions, stated_count=Found(3))
    assert draft_pending.load(json.loads(json.dumps(draft_pending.dump(kept)))) == kept


DEADLINE_IN_JSON: dict[str, object] = {"date": "2018-02-23", "zone": "America/New_York", "rule": None, "steps": []}


@pytest.mark.parametrize(
    "older",
    [
        {"questions": [{"about": "deadline", "words": "Which?", "span": None, "readings": ["1", "2"]}]},
        {"recipients": [{"name": "Albany", "kind": "city", "state": "NY", "asked": "something else"}]},
        {"letter_date": {"value": "no date"}},
        {"deadline": {"value": DEADLINE_IN_JSON | {"steps": [{"kind": "unknown"}]}}},
        {"deadline": {"value": DEADLINE_IN_JSON | {"rule": 1}}},
        {"recipients": None},
        {"source": None},
    ],
)
def test_a_draft_that_an_older_version_kept_is_gone(older: dict[str, object]) -> None:
    body = draft_pending.dump(pending())
    body["draft"] |= older
    with pytest.raises(CaseError, match="Run /import again"):
        draft_pending.load(body)


# Changing it


def rows(before: Draft, after: list[str], **new: Recipient) -> list[str]:
    """The labels after a person changed the recipients to these lines."""
    steps = changed_lines([row.label for row in before.recipients], after)
    known = {line: new.get(line.split(",")[0], city(line.split(",")[0])) for line in after}
    return [row.label for row in draft_edits.with_rows(before, steps, known).recipients]


def test_lines_are_removed_renamed_and_added() -> None:
    before = draft(city("Albany"), city("Denver"), city("Boulder"))
    assert rows(before, ["Albany, NY (city)", "Dover, NY (city)", "Rome, NY (city)"]) == [
        "Albany, NY (city)",
        "Dover, NY (city)",
        "Rome, NY (city)",
    ]


def test_lines_in_another_order_change_nothing() -> None:
    before = draft(city("Albany"), city("Denver"))
    assert changed_lines(["a", "b"], ["b", "a"]) == []
    assert rows(before, ["Denver, NY (city)", "Albany, NY (city)"]) == ["Albany, NY (city)", "Denver, NY (city)"]


NAMES = ("Albany", "Denver", "Boulder", "Albion", "Dover", "Rome", "Utica", "Fremont", "Berkeley")


@given(st.lists(st.sampled_from(NAMES), unique=True), st.lists(st.sampled_from(NAMES)))
def test_what_a_person_leaves_in_the_form_is_what_stands(before: list[str], after: list[str]) -> None:
    drafted = draft(recipients=tuple(city(name) for name in before))
    assert sorted(rows(drafted, [f"{name}, NY (city)" for name in after])) == sorted({f"{name}, NY (city)" for name in after})


def test_a_mended_line_keeps_the_words_it_was_read_from() -> None:
    before = draft(city("Albany"), city("Denver", "NY", asked=LetterKind.DOCUMENTS))
    steps = changed_lines(["Albany, NY (city)", "Denver, NY (city)"], ["Albany, NY (city)", "Denver, CO (city)"])
    after = draft_edits.with_rows(before, steps, {"Denver, CO (city)": Recipient("Denver", PlaceKind.CITY, "CO")})
    assert after.recipients[1] == Recipient("Denver", PlaceKind.CITY, "CO", span=span("Denver"), asked=LetterKind.DOCUMENTS)


def test_two_people_who_change_other_lines_both_keep_their_changes() -> None:
    first = ["Albany, NY (city)", "Denver, NY (city)"]
    before = draft(city("Albany"), city("Denver"))
    known = {"Rome, NY (city)": city("Rome"), "Utica, NY (city)": city("Utica")}
    one = draft_edits.with_rows(before, changed_lines(first, [*first, "Rome, NY (city)"]), known)
    other = draft_edits.with_rows(one, changed_lines(first, ["Denver, NY (city)", "Utica, NY (city)"]), known)
    assert [row.label for row in other.recipients] == ["Denver, NY (city)", "Rome, NY (city)", "Utica, NY (city)"]


def test_a_row_that_was_removed_meanwhile_stays_removed_and_none_is_doubled() -> None:
    before = draft(city("Albany"))
    gone = [LineChange("Denver, NY (city)", None), LineChange(None, "Albany, NY (city)")]
    assert draft_edits.with_rows(before, gone, {"Albany, NY (city)": city("Albany")}) == before


def test_a_place_added_by_hand_is_no_longer_told_to_be_no_recipient() -> None:
    before = draft(city("Albany"), cleared=(city("Denver"),))
    after = draft_edits.with_rows(before, [LineChange(None, "Denver, NY (city)")], {"Denver, NY (city)": city("Denver")})
    assert draft_edits.still_cleared(after) == []


def test_what_a_person_writes_settles_the_questions_about_it() -> None:
    who, when = Question(QuestionKind.NO_SENDER), Question(QuestionKind.NO_DEADLINE)
    asked = draft(questions=(who, when))
    assert draft_edits.with_authority(asked, "The Senate").questions == (when,)
    assert draft_edits.with_deadline(asked, None).questions == (who,)


def test_another_date_of_the_letter_undoes_what_was_counted_from_the_old_one() -> None:
    counted = draft(deadline=Found(parse_deadline("30 days", NEW_YORK, start=SENT)))
    after = draft_edits.with_date(counted, date(2018, 1, 25))
    assert after.deadline is None
    assert [question.kind for question in after.questions] == [QuestionKind.DEADLINE_COUNTED_FROM_OLD_DATE]
    from_elsewhere = draft(deadline=Found(parse_deadline("30 days", NEW_YORK, start=date(2018, 1, 30))))
    assert draft_edits.with_date(from_elsewhere, date(2018, 1, 25)).deadline == from_elsewhere.deadline
    fixed = draft()
    assert draft_edits.with_date(fixed, date(2018, 1, 25)).deadline == fixed.deadline


def test_counted_deadlines_follow_the_servers_calendar() -> None:
    counted = draft(
        city("Albany", deadline=parse_deadline("25 days", NEW_YORK, start=SENT)),
        deadline=Found(parse_deadline("30 days", NEW_YORK, start=SENT)),
    )
    after = draft_edits.on_calendar(counted, Calendar("US"))
    assert counted.deadline and after.deadline
    assert (counted.deadline.value.date, after.deadline.value.date) == (date(2018, 2, 23), date(2018, 2, 23))
    assert after.recipients[0].deadline and after.recipients[0].deadline.date == date(2018, 2, 20)  # Sunday, then the holiday


def test_lines_that_stood_before_keep_their_words() -> None:
    before = draft(threatened=(Found("subpoena", span("answer")),))
    after = draft_edits.with_threats(before, ["subpoena", "lawsuit"])
    assert after.threatened == (Found("subpoena", span("answer")), Found("lawsuit"))


def test_another_source_keeps_the_copy_that_was_read() -> None:
    after = draft_edits.with_source(draft(), Source("The release", "https://example.org/r"))
    assert (after.source.url, after.source.sha256) == ("https://example.org/r", DOCUMENT.sha256)


RULE = parse_deadline("20 days", NEW_YORK, start=SENT)
FIXED = Deadline(date(2018, 2, 23), NEW_YORK)


@pytest.mark.parametrize(
    ("kind", "readings", "offered"),
    [
        (QuestionKind.SEVERAL_SENDERS, (NameReading("The Senate"), NameReading("The Authority")), 2),
        (QuestionKind.LETTER_DATE_AMBIGUOUS, (DayReading(date(2018, 2, 3)), DayReading(date(2018, 3, 2))), 2),
        (QuestionKind.SEVERAL_DEADLINES, (DeadlineReading(FIXED, span("by Feb. 23")), DeadlineReading(RULE)), 2),
        (
            QuestionKind.SEVERAL_DEADLINES,
            (DeadlineReading(FIXED), DeadlineReading(parse_deadline("30 days", NEW_YORK, start=SENT))),
            1,
        ),
        (QuestionKind.PLACE_AMBIGUOUS, (PlaceReading(Jurisdiction(0, "Albany", PlaceKind.CITY, "NY")),), 0),
        (QuestionKind.LETTER_NAMED_BY_FILE, (NameReading("demand"),), 0),
    ],
)
def test_the_readings_of_a_question_can_be_chosen(kind: QuestionKind, readings: tuple[Reading, ...], offered: int) -> None:
    question = Question(kind, span("January 24, 2018"), readings)
    asked = draft(questions=(question,))
    assert draft_edits.answers(question) == readings[:offered]
    for choice in readings[:offered]:
        after = draft_edits.with_answer(asked, question, choice)
        assert after.questions == ()
        values = {Part.AUTHORITY: after.authority, Part.LETTER_DATE: after.letter_date, Part.DEADLINE: after.deadline}
        assert values[question.about] == Found(choice.value, choice.span or question.span)


def test_a_deadline_that_a_question_offers_follows_the_letters_date_and_the_calendar() -> None:
    fixed, counted = DeadlineReading(FIXED), DeadlineReading(RULE)
    asked = draft(questions=(Question(QuestionKind.SEVERAL_DEADLINES, readings=(fixed, counted)),))
    later = draft_edits.with_date(asked, date(2018, 1, 26))
    assert draft_edits.answers(later.questions[0]) == (
        fixed,
        DeadlineReading(parse_deadline("20 days", NEW_YORK, start=date(2018, 1, 26))),
    )
    offered = draft_edits.answers(draft_edits.on_calendar(later, Calendar("US")).questions[0])
    assert offered[1] == DeadlineReading(parse_deadline("20 days", NEW_YORK, start=date(2018, 1, 26), calendar=Calendar("US")))


def test_a_doubtful_row_is_settled_by_a_candidate() -> None:
    doubtful = Recipient("Middlesex", None, "NJ", span=Span(0, 2), doubt="Two places.", candidates=())
    after = draft_edits.with_candidate(draft(doubtful), doubtful, Recipient("Middlesex County", PlaceKind.COUNTY, "NJ"))
    assert after.recipients == (Recipient("Middlesex County", PlaceKind.COUNTY, "NJ", span=Span(0, 2)),)


async def test_the_recipients_of_two_letters_are_not_recorded_as_those_of_one(alices: Desk) -> None:
    mixed = pending(city("Albany", asked=LetterKind.DOCUMENTS), city("Denver", asked=LetterKind.NO_DOCUMENTS))
    with pytest.raises(CaseError, match="one is recorded at a time"):
        await recorded(alices, mixed)
    only = draft_edits.of_one_letter(mixed.draft, LetterKind.DOCUMENTS)
    assert [row.label for row in only.recipients] == ["Albany, NY (city)"]
    await recorded(alices, replace(mixed, draft=draft_edits.of_one_letter(mixed.draft, None)))
    assert len(await alices.cases()) == 2


def test_a_letter_that_demands_no_documents_does_not_bear_the_demand_of_the_other() -> None:
    rows = (city("Albany", asked=LetterKind.DOCUMENTS), city("Oakland", asked=LetterKind.NO_DOCUMENTS))
    mixed = draft(*rows, demand=Found("All documents"), threatened=(Found("subpoena"),))
    other = draft_edits.of_one_letter(mixed, LetterKind.NO_DOCUMENTS)
    assert other.demand is None
    assert "may say this of the other one only" in str(other.threatened[0].doubt)
    asked = draft_edits.of_one_letter(mixed, LetterKind.DOCUMENTS)
    assert (asked.demand, asked.threatened) == (mixed.demand, mixed.threatened)


def test_the_letter_that_is_recorded_bears_its_day() -> None:
    assert draft_pending.letter_of(pending(), NEW_YORK).sent == When("2018-01-24", NEW_YORK)
