"""What people type, read strictly."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.desk.deadlines import Counting, letter_deadline, new_deadline, read_past_day, read_when
from bot.desk.inputs import limited, read_lines, read_source, read_zone
from bot.desk.new_places import read_new_place
from bot.record.amounts import read_amount
from bot.record.case import Case, Letter
from bot.record.deadlines.calendars import calendar_named
from bot.record.deadlines.dates import DateOrder
from bot.record.deadlines.deadline import Deadline
from bot.record.deadlines.when import Precision, When
from bot.record.errors import CaseError
from bot.record.events import DeadlineSet, Event, Sent
from bot.record.place_kinds import WrittenKind
from bot.record.place_names import read_state
from bot.record.places import Jurisdiction, PlaceKind
from bot.record.sources import Source

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2018, 2, 17, 3, tzinfo=UTC)  # still the 16th in New York


@pytest.mark.parametrize(
    ("typed", "text", "precision"),
    [
        (None, "2018-02-16", Precision.DAY),
        ("  ", "2018-02-16", Precision.DAY),
        ("Feb 3, 2018", "2018-02-03", Precision.DAY),
        ("3 February 2018", "2018-02-03", Precision.DAY),
        ("2018-02", "2018-02", Precision.MONTH),
        ("by Feb 16, 2018", "by 2018-02-16", Precision.BY),
        ("between 2018-01-24 and Feb 3, 2018", "between 2018-01-24 and 2018-02-03", Precision.BETWEEN),
        ("2018-02-16T14:30-05:00", "2018-02-16T14:30-05:00", Precision.MOMENT),
    ],
)
def test_dates_keep_their_precision(typed: str | None, text: str, precision: Precision) -> None:
    when = read_when(typed, ZONE, NOW)
    assert (when.text, when.precision) == (text, precision)


@pytest.mark.parametrize("typed", ["2018-02-17", "2018-03", "by 2018-02-17", "2018-02-16T23:30-05:00", "2/3/2018", "soon"])
def test_days_to_come_and_unclear_ones_are_refused(typed: str) -> None:
    with pytest.raises(CaseError):
        read_when(typed, ZONE, NOW)


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("Letter of 3 May", Source("Letter of 3 May")),
        ("https://example.org/a/b/", Source("example.org/a/b", "https://example.org/a/b/")),
        ("Press release https://example.org/a", Source("Press release", "https://example.org/a")),
        ("Data: what was sent", Source("Data: what was sent")),
        ("Report (https://example.org/a)", Source("Report", "https://example.org/a")),
        ("Press\nrelease\nhttps://example.org/a_(b)", Source("Press release", "https://example.org/a_%28b%29")),
        ("Report <https://example.org/a>b>", Source("Report", "https://example.org/a%3Eb")),
        ("https://example.org/a)](x)", Source("example.org/a)](x)", "https://example.org/a%29]%28x%29")),
        ("https://example.org/a<b>", Source("example.org/a<b>", "https://example.org/a%3Cb%3E")),
    ],
)
def test_a_source_is_an_address_a_title_or_both(typed: str, source: Source) -> None:
    assert read_source(typed) == source


REFUSED = (
    "javascript:alert(1)",
    "JavaScript : alert(1)",
    "file:/etc/passwd",
    "data:text/html,x",
    "mailto:alice@example.org",
    "ok",
    "...",
    "2018",
    "https://example.org/a b",
    "https://example.org/a\nb",
    "https://example.org/a https://example.org/b",
    "https://example.org@elsewhere.org/",
)


@pytest.mark.parametrize("typed", ["", "   ", "javascript://example.org", "https://", "https://[bad", "x" * 501, *REFUSED])
def test_what_is_no_source_is_refused(typed: str) -> None:
    with pytest.raises(CaseError):
        read_source(typed)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Boulder, CO (city)", Jurisdiction(0, "Boulder", PlaceKind.CITY, "CO")),
        ("St. Louis, Missouri (City)", Jurisdiction(0, "St. Louis", PlaceKind.CITY, "MO")),
        ("Denver, CO (city and county)", Jurisdiction(0, "Denver", PlaceKind.CITY_AND_COUNTY, "CO")),
        ("Vermont (state)", Jurisdiction(0, "Vermont", PlaceKind.STATE, "VT")),
        ("University of Utah (institution)", Jurisdiction(0, "University of Utah", PlaceKind.INSTITUTION)),
        ("Oak Park village, IL", Jurisdiction(0, "Village of Oak Park", PlaceKind.TOWN, "IL", ("Oak Park",))),
        ("Village of Oak Park, IL", Jurisdiction(0, "Village of Oak Park", PlaceKind.TOWN, "IL", ("Oak Park",))),
        ("Oak Park, IL (village)", Jurisdiction(0, "Village of Oak Park", PlaceKind.TOWN, "IL")),
        ("Village of Oak Park, IL (town)", Jurisdiction(0, "Village of Oak Park", PlaceKind.TOWN, "IL", ("Oak Park",))),
        ("Elk Grove Village, IL", Jurisdiction(0, "Elk Grove Village", PlaceKind.TOWN, "IL")),
        ("Cherry Hill Township, NJ", Jurisdiction(0, "Cherry Hill Township", PlaceKind.TOWN, "NJ")),
        ("Township of Cherry Hill, N.J.", Jurisdiction(0, "Cherry Hill Township", PlaceKind.TOWN, "NJ")),
        ("Cherry Hill, NJ (township)", Jurisdiction(0, "Cherry Hill Township", PlaceKind.TOWN, "NJ")),
        ("Borough of Princeton, NJ", Jurisdiction(0, "Borough of Princeton", PlaceKind.TOWN, "NJ", ("Princeton",))),
        ("Kenai Peninsula Borough, AK", Jurisdiction(0, "Kenai Peninsula Borough", PlaceKind.COUNTY, "AK")),
        ("Town of Jackson, WY", Jurisdiction(0, "Jackson", PlaceKind.TOWN, "WY", ("Town of Jackson",))),
        ("City of Boulder, Colorado", Jurisdiction(0, "Boulder", PlaceKind.CITY, "CO")),
        ("Boulder (city), CO", Jurisdiction(0, "Boulder", PlaceKind.CITY, "CO")),
        ("County of Cook, IL", Jurisdiction(0, "Cook County", PlaceKind.COUNTY, "IL")),
        ("Cook County, IL", Jurisdiction(0, "Cook County", PlaceKind.COUNTY, "IL")),
        ("Orleans Parish, LA", Jurisdiction(0, "Orleans Parish", PlaceKind.COUNTY, "LA")),
        ("State of Ohio", Jurisdiction(0, "Ohio", PlaceKind.STATE, "OH")),
        ("Navajo Nation (tribe)", Jurisdiction(0, "Navajo Nation", PlaceKind.TRIBE)),
        ("Hopi Tribe, AZ (tribe)", Jurisdiction(0, "Hopi Tribe", PlaceKind.TRIBE, "AZ")),
        (
            "Boulder Valley School District, CO (school district)",
            Jurisdiction(0, "Boulder Valley School District", PlaceKind.SCHOOL_DISTRICT, "CO"),
        ),
        (
            "Washington Township, Morris County, NJ (town)",
            Jurisdiction(0, "Washington Township, Morris County", PlaceKind.TOWN, "NJ"),
        ),
        ("Cherry Hill Township", None),
        ("Boulder Valley School District (school district)", None),
        ("Ohio State", None),
        ("Boulder, CO", None),
        ("Boulder (city)", None),
        ("Boulder", None),
    ],
)
def test_a_new_place_needs_its_kind_and_state(typed: str, place: Jurisdiction | None) -> None:
    assert read_new_place(typed, None, None) == place


def test_kind_and_state_may_be_given_apart() -> None:
    assert read_new_place("Boulder", WrittenKind(PlaceKind.CITY), "CO") == Jurisdiction(0, "Boulder", PlaceKind.CITY, "CO")


@pytest.mark.parametrize("typed", ["2038-03-01", "9999 days", "9990-12-31"])
def test_a_deadline_far_ahead_is_refused(typed: str) -> None:
    with pytest.raises(CaseError, match="is more than 20 years after the letter was sent"):
        letter_deadline(typed, When("2018-01-24", ZONE))


@pytest.mark.parametrize(
    ("typed", "zone"), [("Denver", "America/Denver"), ("new york", "America/New_York"), ("lord", "Australia/Lord_Howe")]
)
def test_a_zone_goes_by_words_of_its_name(typed: str, zone: str) -> None:
    assert read_zone(typed).key == zone


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("kentucky", "may be America/Kentucky/Louisville or America/Kentucky/Monticello"),
        ("america", " more. Write the full name of the one you mean."),
        ("EST", "Use a name such as America/New_York"),
        ("Boston", "is not a time zone"),
    ],
)
def test_other_zones_are_refused(typed: str, message: str) -> None:
    with pytest.raises(CaseError) as refused:
        read_zone(typed)
    assert message in str(refused.value)


def test_states_go_by_code_and_name() -> None:
    assert read_state("ca") == read_state("California") == "CA"
    assert read_state("D.C.") == "DC"
    assert read_state("Calif.") == read_state("State of California") == "CA"
    with pytest.raises(CaseError, match="is not a state"):
        read_state("Ontario")


def test_lines_are_limited() -> None:
    assert read_lines("It", " subpoena \n\n fine\nfine ") == ("subpoena", "fine")
    with pytest.raises(CaseError, match="at most 10 fit"):
        read_lines("It", "\n".join(map(str, range(11))))


COUNTING = Counting(calendar=calendar_named("US"), today=date(2018, 2, 16), order=DateOrder.MONTH_FIRST)
SENT = When("2018-01-24", ZONE)
CASE = Case(
    1,
    1,
    Letter(1, "demand", "Demand", "The authority", SENT, "All files"),
    Jurisdiction(1, "Denver", PlaceKind.CITY, "CO"),
    NOW,
    (Event(1, SENT, NOW, Sent()), Event(2, SENT, NOW, DeadlineSet(Deadline(date(2018, 2, 23), ZONE, time(17))))),
)
pieces = st.sampled_from(
    [
        "by ",
        "between ",
        " and ",
        "2018-02",
        "-30",
        "2018-02-03",
        "T25:00",
        "9990-12-31",
        "Feb ",
        "3, 2018",
        "0001",
        "9999 days",
        "20 business days",
        " + mail",
        " before",
        "+",
        "tomorrow",
        "friday",
        "3/2/2018",
        " 5:00 p.m.",
        " ET",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=5).map("".join)))
@example("https://[::1]]/a")
@example("Boulder, CO (")
def test_whatever_is_typed_is_read_or_refused_with_a_reason(typed: str) -> None:
    for read in (
        lambda: read_when(typed, ZONE, NOW),
        lambda: read_past_day(typed, ZONE, NOW),
        lambda: read_source(typed),
        lambda: read_amount(typed),
        lambda: read_new_place(typed, None, None),
        lambda: letter_deadline(typed, When("2018-01-24", ZONE)),
        lambda: letter_deadline(typed, When("2018-01", ZONE)),
        lambda: letter_deadline(typed, When("2018-01-24", ZONE), COUNTING),
        lambda: new_deadline(typed, CASE, NOW, COUNTING),
    ):
        try:
            read()
        except CaseError as refusal:
            assert str(refusal)


@pytest.mark.parametrize("garbled", ["DoÃ±a Ana", "CaÃ±on City", "itâ€™s", "Do\ufffda Ana"])
def test_a_garbled_text_is_not_typed_into_the_record(garbled: str) -> None:
    for read in (
        lambda: limited("The title", garbled),
        lambda: read_lines("The threats", f"subpoena\n{garbled}"),
        lambda: read_source(f"{garbled} https://example.org/a"),
        lambda: read_new_place(f"{garbled}, NM (county)", None, None),
    ):
        with pytest.raises(CaseError, match="a wrong encoding"):
            read()
    assert limited("A name", garbled, is_new=False) == garbled, "a place may be recorded under it"


@pytest.mark.parametrize("name", ["Doña Ana County", "SÃO PAULO", "São Tomé", "Cañon City"])
def test_a_name_with_accents_may_be_typed(name: str) -> None:
    place = read_new_place(f"{name}, NM (county)", None, None)
    assert place is not None and place.name == name
