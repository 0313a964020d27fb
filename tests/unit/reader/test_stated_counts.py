"""A number in a sentence is a count of recipients only if it counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.document import Document
from bot.reader.extract.stated_counts import RULES, counts
from bot.reader.extract.whole_text import draft_of


def counted(text: str) -> list[int]:
    return [count for count, _, _ in counts(text)]


@pytest.mark.parametrize(
    "text",
    [
        "On March 4, 2019 sent letters to Chicago and Denver",
        "On March 4 sent letters to Chicago and Denver",
        "On 4 March 2019 letters to Chicago and Denver went out",
        "On 4 March cities received letters",
        "On Feb. 23 cities received letters",
        "The 2018 letters to cities",
        "In 2017 jurisdictions received letters",
        "Under FY 2017 jurisdictions received letters",
        "In fiscal year 17 jurisdictions received letters",
        "On 3/4/2019 letters to cities",
        "Under Section 1373 jurisdictions received letters",
        "Under Sec. 1373 jurisdictions received letters",
        "Under \u00a7 1373 jurisdictions received letters",
        "8 U.S.C. 1373 letters to cities",
        "Executive Order 13768 jurisdictions received letters",
        "Title 8 letters to cities",
        "Case No. 23 letters to cities",
        "Docket 17 letters to cities",
        "On page 12 cities are listed",
        "Grants of $25 cities lost",
        "About 20 percent cities answered",
        "By 5 p.m. jurisdictions must answer",
        "By 10:30 cities must answer",
        "Within 30 days jurisdictions must answer letters",
        "1.5 million cities",
        "The office at 1600 Pennsylvania Avenue offices",
        "Washington, D.C. 20530 cities",
        "Call 202-514-2007 cities",
        "Call (202) 514 2008 cities",
        "Joe Hale, aged 54 cities",
        "In all, 54 sent letters to cities",
        "Between 20 and 30 cities received letters",
        "20 to 30 cities received letters",
        "20-30 cities received letters",
        "two or three cities received letters",
        "two more cities received letters",
        "about 23 cities received letters",
    ],
)
def test_a_date_an_amount_a_reference_is_no_count(text: str) -> None:
    assert counted(text) == []


@pytest.mark.parametrize("example", RULES["words before a number that counts nothing"].examples)
def test_the_example_of_each_pattern_is_no_count(example: str) -> None:
    example = example.replace("[", "").replace("]", "").replace("@", "")
    assert counted(f"{example} cities received letters") == []
    assert counted(f"{example}, and 19 cities received letters")[-1:] == [19]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("sent letters to 23 jurisdictions", [23]),
        ("sent letters to twenty-three jurisdictions", [23]),
        ("sent letters to 2,019 jurisdictions", [2019]),
        ("sent 23 identical letters to cities", [23]),
        ("sent 23 letters to cities", [23]),
        ("On January 24, 2018, 23 cities received letters", [23]),
        ("In January, 23 cities received letters", [23]),
        ("In 2018, 23 cities received letters", [23]),
        ("Last week 23 cities received letters", [23]),
        ("one of 23 jurisdictions that received letters", [23]),
        ("recipients: 23 cities", [23]),
        ("18 cities, three counties and two states", [18, 3, 2]),
        ("23 state and local jurisdictions", [23]),
        ("one city received a letter", [1]),
        ("sent letters on February 10, 2021 to eight grantees", [8]),
        ("sent letters on Feb. 10 to 12 cities", [12]),
        ("sent requests under 33 U.S.C. § 1318 to three Michigan governments", [3]),
    ],
)
def test_a_number_before_what_it_counts_is_a_count(text: str, numbers: list[int]) -> None:
    assert counted(text) == numbers


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{day:%B} {day.day}, {day:%Y}", "{day.day} {day:%B} {day:%Y}", "{day:%b}. {day.day}", "{day:%Y}"]),
)
def test_no_date_is_ever_a_count(day: date, form: str) -> None:
    written = form.format(day=day)
    assert counted(f"On {written} sent letters to Chicago") == []
    assert counted(f"On {written} letters to cities were sent") == []


def test_a_day_before_the_verb_is_no_stated_count_of_the_letter() -> None:
    text = (
        "The Department of Justice on March 4, 2019 sent letters to Chicago, Illinois; Denver, Colorado; and Boise, Idaho.\n"
        "They must produce documents by April 3, 2019."
    )
    letter = draft_of(Document("a.txt", "text/plain", text.encode(), datetime(2032, 6, 15, tzinfo=UTC), text), ZoneInfo("UTC"))
    assert letter.stated_count is None
    assert len(letter.recipients) == 3


@pytest.mark.parametrize(
    ("places", "count", "found"),
    [
        ("4 counties: Ada, Canyon, Elmore, Owyhee and 2 cities: Boise, Nampa", 6, 6),
        ("three states: Ohio, Utah and Iowa, and two cities: Chicago and Denver", 5, 5),
        ("two states: Ohio and Utah; two counties: Cook County, Illinois, and Ada County, Idaho; and one city: Denver", 5, 5),
        ("3 states (Ohio, Utah and Iowa) and 2 cities (Chicago and Denver)", 5, 5),
        ("three states, Ohio, Utah and Iowa, and one city, Denver", None, 3),
        ("two states: Ohio and Utah", 2, 2),
    ],
)
def test_counts_of_several_parts_of_a_list_are_added_up(places: str, count: int | None, found: int) -> None:
    text = f"The Department of Justice sent letters to {places}.\n"
    letter = draft_of(Document("a.txt", "text/plain", text.encode(), datetime(2032, 6, 15, tzinfo=UTC), text), ZoneInfo("UTC"))
    assert (letter.stated_count.value if letter.stated_count else None) == count
    assert len(letter.recipients) == found
