"""An extension, and a recipient's own deadline, are counted on the letter's calendar unless another one is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.clock import FrozenClock
from bot.desk.case_events import EventReport, RecordedExtension, extend_deadline
from bot.desk.closures import add_closure
from bot.desk.date_suggestions import letter_deadlines_like, new_deadlines_like
from bot.desk.deadlines import DeadlineInput, deadline_for
from bot.desk.letters import NewLetter, add_letter
from bot.desk.lookups import CaseRef, LetterRef
from bot.desk.recipients import NamedRecipients, add_named_recipients
from bot.desk.recounts import CalendarChange, listed_moves, recount_list
from bot.desk.settings import change_calendar
from bot.record.deadlines.when import When
from bot.record.errors import CaseError
from bot.store.database import Database
from bot.words.deadline_reasons import of_case, why_cards
from bot.words.plain_text import plain
from bot.words.receipts import fact_receipt
from tests.desk.people import People, at_the_desk
from tests.recording import NEW_YORK, SOURCE

OHIO = "Ohio Attorney General"
SENT = When("2026-11-20", NEW_YORK)
BY_DATE, BY_RULE = DeadlineInput("2026-12-18"), DeadlineInput("10 business days", calendar="US-OH")


@pytest.fixture
async def people(db: Database, clock: FrozenClock) -> People:
    clock.set(datetime(2026, 11, 20, 12, tzinfo=NEW_YORK))
    return await at_the_desk(db, clock)


async def case_of(people: People, typed: DeadlineInput, authority: str = OHIO, place: str = "Denver") -> CaseRef:
    """A letter of that authority with that deadline, and its case."""
    async with people.alice() as session:
        deadline = await deadline_for(session, typed, SENT)
        new = NewLetter(f"Demand of {authority}", authority, SENT, "All files", SOURCE, deadline=deadline)
        letter = await add_letter(session, new)
        added = await add_named_recipients(session, LetterRef(letter.id, letter.title), NamedRecipients((place,)))
    [(case, _)] = added.cases
    return CaseRef(case.id, case.number)


async def extended(people: People, case: CaseRef, text: str, **beside: str) -> RecordedExtension:
    async with people.alice() as session:
        return await extend_deadline(session, case, DeadlineInput(text, **beside), "The authority", EventReport(None, SOURCE))


@pytest.mark.parametrize(
    ("text", "beside", "due"),
    [
        ("+7 days", {}, "2026-12-15"),
        ("+10 business days", {}, "2026-12-22"),
        ("5 business days", {"counted_from": "2026-11-25"}, "2026-12-04"),  # the 26th and 27th are holidays in Texas
        ("2 days", {"counted_from": "2026-11-25"}, "2026-11-30"),
        ("2 days", {"counted_from": "2026-11-25", "calendar": "US"}, "2026-11-27"),
        ("2 days", {"counted_from": "2026-11-26", "calendar": "none"}, "2026-11-28"),
    ],
)
async def test_an_extension_takes_the_letters_calendar(people: People, text: str, beside: dict[str, str], due: str) -> None:
    case = await case_of(people, DeadlineInput("10 business days", calendar="US-TX"), "Governor of Texas")
    deadline = (await extended(people, case, text, **beside)).recorded.case_state.deadline
    assert deadline is not None
    assert (deadline.date.isoformat(), deadline.calendar) == (due, beside.get("calendar", "US-TX"))


async def test_an_extension_by_rule_after_one_by_date_takes_the_letters_calendar(people: People) -> None:
    case = await case_of(people, BY_RULE)
    await extended(people, case, "2026-12-18")
    deadline = (await extended(people, case, "+7 days")).recorded.case_state.deadline
    assert deadline and deadline.calendar == "US-OH" and deadline.date == date(2026, 12, 28)  # the 25th is Christmas Day


async def test_an_extension_of_a_date_takes_the_servers_calendar(people: People) -> None:
    case = await case_of(people, BY_DATE)
    async with people.alice() as session:
        await change_calendar(session, "US")
    deadline = (await extended(people, case, "+7 days")).recorded.case_state.deadline
    assert deadline and deadline.calendar == "US" and deadline.date == date(2026, 12, 28)


async def test_no_federal_law_is_named_for_a_states_letter_nor_for_its_extension(people: People) -> None:
    case = await case_of(people, BY_RULE)
    extension = (await extended(people, case, "+10 business days")).recorded
    why = "".join(map(plain, why_cards("", of_case(extension.case, extension.case_state))))
    receipt = plain(fact_receipt(extension.case, extension.event, extension.case_state, "1"))
    for text in (why, receipt):
        assert "counting convention of Letterwatch with the holidays of the calendar US-OH" in text
        assert "U.S.C." not in text and "Fed. R." not in text
    assert why.count("Calendar: US-OH") == 2


async def test_the_law_of_a_federal_letter_is_named_for_its_extension_too(people: People) -> None:
    federal = DeadlineInput("10 business days", calendar="US")
    case = await case_of(people, federal, "U.S. Department of Justice")
    extension = (await extended(people, case, "+5 days")).recorded
    why = "".join(map(plain, why_cards("", of_case(extension.case, extension.case_state))))
    assert "Rule: 5 days, by Fed. R. Civ. P. 6(a)(1)" in why and "Rule: 10 business days, by 5 U.S.C." in why


async def test_a_recipients_own_deadline_is_counted_on_the_calendar_of_the_letter(people: People) -> None:
    case = await people.case(await case_of(people, BY_RULE))
    ref = LetterRef(case.letter.id, case.letter.title)
    own = NamedRecipients(("Albany",), deadline=DeadlineInput("5 business days"))
    async with people.alice() as session:
        [(_, case_state)] = (await add_named_recipients(session, ref, own)).cases
    assert case_state.deadline and case_state.deadline.calendar == "US-OH"
    assert case_state.deadline.date == date(2026, 11, 30)  # the 26th is Thanksgiving


async def test_suggestions_are_counted_on_the_same_calendar(people: People) -> None:
    case = await people.case(await case_of(people, BY_RULE))
    async with people.reading() as session:
        extension = await new_deadlines_like(session, "+10 business days", case, None, None, None)
        own = await letter_deadlines_like(session, "5 business days", SENT, None, None, case.letter.calendar)
    assert all("US-OH" in shown for shown in (*extension.values(), *own.values()))
    with pytest.raises(CaseError, match="can be read as Mon 7 December 2026"):  # from today, without Thanksgiving
        await extended(people, CaseRef(case.id, case.number), "10 business days")


async def test_a_recount_keeps_to_the_calendar_of_an_extension(people: People) -> None:
    """Another calendar of the server is nothing to it, and a closure moves it on its own calendar."""
    case = await case_of(people, BY_RULE)
    await extended(people, case, "+7 days")  # from Monday the 7th to Monday the 14th of December
    async with people.alice() as session:
        await change_calendar(session, "US")
        shown = await recount_list(session, CalendarChange("none", "US"))
        assert not (await listed_moves(session, shown)).moves.moved
    async with people.alice() as session:
        change = await add_closure(session, date(2026, 12, 14), "Snow", SOURCE)
    async with people.reading() as session:
        [move] = (await listed_moves(session, change.shown)).moves.moved
    assert (move.after.date, move.after.calendar) == (date(2026, 12, 15), "US-OH")


async def test_what_was_recorded_on_another_calendar_stays(people: People) -> None:
    """An extension that was recorded on the server's calendar keeps it when it is counted again."""
    case = await case_of(people, BY_RULE)
    before = (await extended(people, case, "+7 days", calendar="none")).recorded.case_state.deadline
    async with people.alice() as session:
        change = await add_closure(session, date(2026, 12, 14), "Snow", SOURCE)
    async with people.reading() as session:
        [move] = (await listed_moves(session, change.shown)).moves.moved
    assert before and move.after == replace(move.after, date=date(2026, 12, 15), calendar=before.calendar)
