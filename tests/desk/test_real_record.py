"""Where each recipient of the section 1373 letters stood, on four days, by each of its names.

The table was written from the published record, by hand: not from what the program says of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from bot.desk import import_record
from bot.desk.planned_notices import planned_notices
from bot.desk.session import writing
from bot.desk.snapshot import Snapshot, of_example
from bot.files.example import example
from bot.record.case import Status
from bot.record.deadlines.zones import end_of
from bot.record.errors import CaseError
from bot.record.events import Answer, Certainty, Court, Extent
from bot.record.places import PlaceKind
from bot.store import places
from bot.store.database import Database
from tests.recording import SERVER, Desk

NOVEMBER, JANUARY = "2017-11-15-inquiry", "2018-01-24-documents"
APRIL, OAKLANDS = "2018-04-12-documents", "2018-04-12-oakland"
TODAY = datetime(2026, 1, 5, tzinfo=UTC)  # after everything in it
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
DAYS = ("2018-02-01", "2018-02-24", "2018-03-28", "2018-04-20")

Statuses = tuple[str | None, ...]
OVERDUE: Statuses = ("overdue", "overdue", "overdue", "overdue")
ANSWERED: Statuses = ("answered", "answered", "answered", "answered")
WAITED: Statuses = (
    "awaiting answer",
    "overdue",
    "overdue",
    "overdue",
)  # the January letter, without an answer: due 23 February
NEW: Statuses = (None, None, None, "awaiting answer")  # the letters of 12 April

BOTH: dict[str, Statuses] = {NOVEMBER: OVERDUE, JANUARY: WAITED}
CODES = {
    "California": "CA", "Colorado": "CO", "District of Columbia": "DC", "Florida": "FL", "Illinois": "IL", "Kentucky": "KY",
    "Massachusetts": "MA", "Mississippi": "MS", "New Mexico": "NM", "New York": "NY", "Oregon": "OR", "Vermont": "VT",
    "Washington": "WA",
}  # fmt: skip

# Name, state, other names; then each letter to it with its status on the four days (None: not sent yet).
TABLE: list[tuple[str, str, tuple[str, ...], dict[str, Statuses]]] = [
    ("Chicago", "Illinois", ("City of Chicago",), {JANUARY: WAITED}),
    ("Cook County", "Illinois", (), {JANUARY: WAITED}),
    ("New York City", "New York", ("New York", "City of New York", "NYC"), {JANUARY: WAITED}),
    ("California", "California", ("State of California",), {JANUARY: WAITED}),
    ("Albany", "New York", (), BOTH),
    ("Berkeley", "California", (), BOTH),
    ("Bernalillo County", "New Mexico", (), BOTH),
    (
        "Burlington",
        "Vermont",
        (),
        {NOVEMBER: OVERDUE, JANUARY: WAITED},
    ),
    ("Denver", "Colorado", ("City and County of Denver",), BOTH),
    ("Fremont", "California", (), BOTH),
    ("Jackson", "Mississippi", (), BOTH),
    ("King County", "Washington", (), BOTH),
    ("Lawrence", "Massachusetts", (), BOTH),
    ("Los Angeles", "California", ("City of Los Angeles",), BOTH),
    (
        "Louisville Metro",
        "Kentucky",
        ("Louisville", "Louisville/Jefferson County Metro", "Louisville-Jefferson (KY) County Metro Government"),
        {
            NOVEMBER: ("answered", "answered", "answered", "cleared"),
            JANUARY: ("awaiting answer", "overdue", "overdue", "cleared"),
        },
    ),
    ("Monterey County", "California", (), BOTH),
    ("Sacramento County", "California", (), BOTH),
    ("San Francisco", "California", ("City and County of San Francisco",), BOTH),
    ("Sonoma County", "California", (), BOTH),
    ("Watsonville", "California", (), BOTH),
    (
        "West Palm Beach",
        "Florida",
        (),
        {
            NOVEMBER: ("overdue", "overdue", "cleared", "cleared"),
            JANUARY: ("awaiting answer", "in court", "cleared", "cleared"),
        },
    ),
    ("Illinois", "Illinois", ("State of Illinois",), BOTH),
    ("Oregon", "Oregon", ("State of Oregon",), BOTH),
    ("Seattle", "Washington", ("City of Seattle",), {NOVEMBER: ANSWERED, APRIL: NEW}),
    (
        "Vermont",
        "Vermont",
        ("State of Vermont",),
        {NOVEMBER: OVERDUE, APRIL: NEW},
    ),
    ("Oakland", "California", ("City of Oakland",), {OAKLANDS: NEW}),
    (
        "Washington, D.C.",
        "District of Columbia",
        ("District of Columbia", "Washington", "Washington, District of Columbia", "D.C."),
        {NOVEMBER: ("overdue", "overdue", "overdue", "cleared")},
    ),
]
DUE = {
    (NOVEMBER, None): "2017-12-08",
    (JANUARY, None): "2018-02-23",
    (APRIL, "Vermont"): "2018-05-14",
    (APRIL, "Seattle"): None,  # not found
    (OAKLANDS, None): "2018-05-14",
}


@cache
def book() -> Snapshot:
    return of_example()


def ways_to_write(name: str, state: str, aliases: tuple[str, ...]) -> list[str]:
    """Every name alone, with the postal code, with the state, and as careless people type it."""
    ways = [way for one in (name, *aliases) for way in (one, f"{one}, {CODES[state]}", f"{one}, {state}", f"{one} {state}")]
    return [*ways, *(way.upper() for way in ways), *(f"  {way.lower()} " for way in ways)]


def test_the_table_holds_the_23_recipients_of_january_and_four_more() -> None:
    assert len([letters for _, _, _, letters in TABLE if JANUARY in letters]) == 23
    assert len(TABLE) == 27


def test_the_table_holds_every_name_that_the_record_gives_them() -> None:
    given = {place.name: set(place.aliases) for place in example().jurisdictions if place.kind.value != "state"}
    given |= {place.name: set(place.aliases) for place in example().jurisdictions if place.name in ("Illinois", "California")}
    for name, _, aliases, _ in TABLE:
        if name in given:
            assert set(aliases) == given[name], name


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("name", "state", "aliases", "letters"), TABLE, ids=[row[0] for row in TABLE])
def test_status_by_any_name_on_four_days(
    name: str, state: str, aliases: tuple[str, ...], letters: dict[str, Statuses], day: str
) -> None:
    now = end_of(date.fromisoformat(day), book().posting.zone)
    expected = {slug: status[DAYS.index(day)] for slug, status in letters.items() if status[DAYS.index(day)]}
    for typed in ways_to_write(name, state, aliases):
        place = book().find(typed)
        assert place.name == name, typed
        case_states = {
            case.letter.slug: (case, case.at(now)) for case in book().cases if case.place.id == place.id and case.at(now).exists
        }
        assert {slug: case_state.status.value for slug, (_, case_state) in case_states.items()} == expected
        for slug, (case, case_state) in case_states.items():
            due = DUE.get((slug, name), DUE.get((slug, None)))
            assert (case_state.deadline.date.isoformat() if case_state.deadline else None) == due
            assert case.letter.sources
            assert all(event.sources for event in case_state.events)


@pytest.mark.parametrize(
    ("day", "cleared", "answered"),
    [("2018-02-24", 0, 2), ("2018-03-28", 1, 2), ("2018-04-20", 3, 1)],
    ids=["February", "March", "April"],
)
def test_how_the_29_of_november_stood(day: str, cleared: int, answered: int) -> None:
    """Answered: Seattle and Louisville; cleared: West Palm Beach, then Louisville and the District."""
    now = end_of(date.fromisoformat(day), book().posting.zone)
    found = [case.at(now).status.value for case in book().cases if case.letter.slug == NOVEMBER]
    assert len(found) == 29
    assert (found.count("cleared"), found.count("answered")) == (cleared, answered)
    assert found.count("overdue") == 29 - cleared - answered


def test_a_state_is_asked_for_by_its_form_where_a_city_of_its_name_got_the_letter() -> None:
    assert book().find("State of New York").kind.value == "state"
    assert book().find("Washington, WA").kind.value == "state"


def test_what_is_known_of_a_place_apart_from_any_letter_changes_no_status() -> None:
    around = {place.label: book().context[place.id] for place in book().places}
    assert [event.when.text for event in around["Chicago, IL"]][:2] == ["2017-09", "2018-04-19"]
    chicago = next(case for case in book().cases if case.place.label == "Chicago, IL")
    assert not any(event.detail.kind == "court" for event in chicago.events)


def test_the_ruling_of_september_2017_says_what_its_source_says() -> None:
    ruling = next(event for place in book().places if place.label == "Chicago, IL" for event in book().context[place.id])
    assert isinstance(ruling.detail, Court)
    assert (ruling.when.text, ruling.detail.step.value, ruling.certainty.value) == ("2017-09", "ruling", "reported")
    assert [source.publisher for source in ruling.sources] == ["BuzzFeed"]
    text = next(SEEDS.glob("003_*.txt")).read_text(encoding="utf-8") if SEEDS.is_dir() else ""
    if text:  # the words of the source: no court, no day, and no injunction
        assert "In September, however, a federal judge in Chicago suspended the rule" in text
        assert "injunction" not in text


def test_the_note_of_march_2019_closes_the_open_cases_of_november_but_oregons() -> None:
    before, after = (end_of(date(2019, 3, day), book().posting.zone) for day in (30, 31))
    november = [case for case in book().cases if case.letter.slug == NOVEMBER]
    still_open = [case for case in november if case.at(before).is_open]
    closed = [case for case in november if case.at(after).status is Status.CLOSED]
    assert len(still_open) == 26
    assert [case.place.label for case in still_open if case not in closed] == ["Oregon"]
    assert len(closed) == 25
    for case in closed:
        note = next(event for event in case.events if event.detail.kind == "note" and "28 of the 29" in event.text)
        end = case.at(after).ended
        assert end and end.certainty is Certainty.REPORTED
        assert (end.when, end.text, end.sources) == (note.when, note.text, note.sources)
    others = [case for case in book().cases if case.letter.slug != NOVEMBER]
    assert [case.at(before).is_open for case in others] == [case.at(after).is_open for case in others]


def test_the_consequences_that_were_not_carried_out_stay_threatened() -> None:
    now = end_of(date(2018, 4, 20), book().posting.zone)
    denver = next(case for case in book().cases if case.place.name == "Denver" and case.letter.slug == JANUARY)
    assert set(denver.at(now).consequences.values()) == {None}


def test_vermont_was_withheld_money_and_then_got_it() -> None:
    vermont = next(case for case in book().cases if case.place.name == "Vermont" and case.letter.slug == APRIL)
    withheld = vermont.at(end_of(date(2019, 2, 8), book().posting.zone))
    released = vermont.at(end_of(date(2019, 2, 25), book().posting.zone))
    assert withheld.status.value == "escalated"
    assert withheld.decided_by and withheld.decided_by.amount
    assert (withheld.decided_by.amount.usd, withheld.decided_by.amount.qualifier) == (2_000_000, "more than")
    assert released.status.value == "overdue"


@pytest.mark.parametrize(("name", "letter"), [("Vermont", NOVEMBER), ("Burlington", JANUARY)])
def test_an_answer_of_which_the_source_says_no_more_leaves_the_clock_running(name: str, letter: str) -> None:
    case = next(case for case in book().cases if case.place.name == name and case.letter.slug == letter)
    case_state = case.at(end_of(date(2018, 4, 20), book().posting.zone))
    assert case_state.overdue
    assert case_state.asks_extent and case_state.asks_extent.when.text == "by 2018-04-16"


def test_no_answer_of_the_record_is_a_full_one_but_those_whose_content_is_known() -> None:
    full = {
        (case.place.name, case.letter.slug)
        for case in book().cases
        for event in case.events
        if event.detail == Answer(Extent.FULL)
    }
    assert full == {("Louisville Metro", NOVEMBER), ("Seattle", NOVEMBER)}


def test_nothing_is_lifted_that_had_not_moved() -> None:
    states = [case.at(TODAY) for case in book().cases]
    assert not any(case_state.lifted_unmoved for case_state in states)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(CaseError, match="Denver, CO"):
        book().find("Dever")


async def test_the_database_answers_to_the_same_names(db: Database) -> None:
    alice = Desk(db)
    await alice.open()
    async with writing(db, alice.server_id, TODAY, "import") as session:
        await import_record.record_file(session, example())
    async with db.read() as conn:
        for name, state, aliases, _ in TABLE:
            for typed in ways_to_write(name, state, aliases):
                assert [place.name for place in (await places.named(conn, SERVER, typed)).places] == [name], typed
        assert [place.kind for place in (await places.named(conn, SERVER, "State of New York")).places] == [PlaceKind.STATE]


def rungs_planned(first: date, last: date) -> list[list[tuple[str, str]]]:
    """Of each notice by the default ladder, the letter and the rung of every section."""
    of = of_example()
    planned = planned_notices(of.cases, of.ladder_of, of.posting, first, last)
    return [[(section.letter.slug, section.rung.name) for section in notice.sections] for notice in planned]


def test_few_notices_come_after_the_deadlines_and_the_first_three_of_each_letter() -> None:
    after_april = rungs_planned(date(2018, 4, 20), date(2018, 12, 31))
    assert len(after_april) == 23
    assert len([notice for notice in after_april if notice[0][1] != "still-watching"]) == 19
    every_day = rungs_planned(date(2017, 11, 15), date(2018, 12, 31))
    for letter in (NOVEMBER, JANUARY, APRIL, OAKLANDS):
        of_letter = [rung for notice in every_day for slug, rung in notice if slug == letter]
        assert of_letter.count("still-watching") == 1
        assert {"passed", "3-days-after", "7-days-after"} <= set(of_letter)


def test_years_later_there_is_one_notice_a_month() -> None:
    of_2025 = rungs_planned(date(2025, 1, 1), date(2025, 12, 31))
    assert len(of_2025) == 12
    assert {rung for notice in of_2025 for _, rung in notice} == {"monthly-after"}
