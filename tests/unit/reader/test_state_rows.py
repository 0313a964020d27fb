"""A city named like a state is one addressee; a list of states is a list of states; what may be both is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reader.document import Document
from bot.reader.draft import Draft, QuestionKind, Recipient
from bot.reader.extract import recipient_resolution
from bot.reader.extract.recipient_resolution import ResolvedRecipient, merged_recipients
from bot.reader.extract.whole_text import draft_of
from bot.reader.gazetteer.gazetteer import use_governments
from bot.record.places import STATES, PlaceKind
from bot.words.questions import question_text

LIST = Path(__file__).resolve().parents[4] / "shared" / "data" / "us-governments.csv"
BEFORE = "The Department of Justice today sent letters to "
AFTER = ".\n\nThey must produce documents by Friday, April 3, 2026, or be subpoenaed.\n"
INTRO = (
    "The Department of Justice today sent letters to the following jurisdictions, which must produce documents by Friday, "
    "April 3, 2026:\n\n"
)
LIKE_STATES = (
    "Nevada, Missouri", "Virginia, Minnesota", "California, Maryland", "Washington, Pennsylvania", "Delaware, Ohio",
    "Wyoming, Michigan", "Oregon, Wisconsin", "Indiana, Pennsylvania", "Kansas, Oklahoma", "Texas, Maryland",
    "Florida, New York", "Iowa, Louisiana", "Louisiana, Missouri", "Oklahoma, Pennsylvania", "Georgia, Vermont",
    "Alabama, New York", "Nevada, Iowa", "Virginia, Illinois", "Ohio, Illinois", "Washington, Utah",
)  # fmt: skip
STATE_NAMES = [name for code, name in STATES.items() if code not in ("DC", "NY", "WA", "AS", "GU", "MP", "PR", "VI")]


@pytest.fixture(scope="module", params=["our own list", "all governments"])
def either_list(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "all governments" and not LIST.is_file():
        pytest.skip("the list of governments (../shared/data/us-governments.csv) is not here")
    use_governments(LIST if request.param == "all governments" else None)
    yield request.param
    use_governments(None)


def draft(text: str) -> Draft:
    document = Document("a.txt", "text/plain", text.encode(), datetime(2032, 6, 15, tzinfo=UTC), text)
    return draft_of(document, ZoneInfo("America/New_York"))


def read(text: str) -> list[str]:
    """The recipients: a label, or for one that is asked about "?" and the words of the text."""
    letter = draft(text)
    return [
        recipient.label if recipient.is_settled else f"? {letter.words(recipient.span) if recipient.span else recipient.name}"
        for recipient in letter.recipients
    ]


def inline(places: str) -> list[str]:
    return read(f"{BEFORE}{places}{AFTER}")


def of_lines(*places: str, bullet: str = "- ") -> list[str]:
    return read(INTRO + "".join(f"{bullet}{place}\n" for place in places))


def state(name: str) -> str:
    return f"{name} (state)"


def is_one_place(name: str, label: str) -> bool:
    """Whether "Nevada, Missouri" was read as the place, or is asked about with both names in the question."""
    first, second = name.split(", ")
    code = next(code for code, state_name in STATES.items() if state_name == second)
    return label in (f"? {name}", f"? {first}") or (label.startswith(first) and f", {code} (" in label)


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize("name", LIKE_STATES)
def test_a_place_named_like_a_state_is_one_addressee_in_every_list_of_places(name: str) -> None:
    denver = "Denver, CO (city and county)"
    for shape in (
        of_lines("Denver, Colorado", name, "Boise, Idaho"),
        of_lines(name, "Denver, Colorado", "Boise, Idaho", bullet=""),
        of_lines("Denver, Colorado", "Boise, Idaho", name, bullet="3. "),
        read(f"{INTRO}City\tState\nDenver\tColorado\n{name.replace(', ', chr(9))}\nBoise\tIdaho\n"),
        read(f"{INTRO}Recipient | Due\nDenver, Colorado | April 3\n{name} | April 3\nBoise, Idaho | April 3\n"),
        inline(f"Denver, Colorado; {name}; and Boise, Idaho"),
        inline(f"{name}, Denver, Colorado and Boise, Idaho"),
        inline(f"Denver, Colorado, {name}, and Boise, Idaho"),
        inline(f"Boise, Idaho, Denver, Colorado and {name}"),
    ):
        assert denver in shape
        assert "Boise, ID (city)" in shape
        others = [label for label in shape if label not in (denver, "Boise, ID (city)")]
        assert len(others) == 1 and is_one_place(name, others[0]), others


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize(
    ("places", "states"),
    [
        ("Mississippi, Missouri, Montana", "Mississippi Missouri Montana"),
        ("Mississippi, Missouri and Montana", "Mississippi Missouri Montana"),
        ("Nevada, Missouri, and California", "Nevada Missouri California"),
        ("Nevada, Missouri, Virginia and Minnesota", "Nevada Missouri Virginia Minnesota"),
        ("Nevada and Missouri", "Nevada Missouri"),
        ("Nevada; Missouri", "Nevada Missouri"),
        ("Nevada; Missouri; and Montana", "Nevada Missouri Montana"),
        ("the states of Nevada, Missouri and California", "Nevada Missouri California"),
        ("the states of Nevada, Missouri", "Nevada Missouri"),
        ("the State of Nevada, the State of Missouri", "Nevada Missouri"),
        ("the State of Nevada, Missouri and Ohio", "Nevada Missouri Ohio"),
        ("two states, Nevada, Missouri", "Nevada Missouri"),
        ("the following states: Nevada, Missouri", "Nevada Missouri"),
        ("three states: Wyoming, Michigan and Ohio", "Wyoming Michigan Ohio"),
        ("the governors of Nevada, Missouri and Ohio", "Nevada Missouri Ohio"),
        ("Alabama, Alaska, Arizona, Arkansas, California, Colorado", "Alabama Alaska Arizona Arkansas California Colorado"),
        ("Idaho, Nevada, Illinois, Vermont, and Maine", "Idaho Nevada Illinois Vermont Maine"),
    ],
)
def test_a_list_of_states_is_read_as_states(places: str, states: str) -> None:
    assert inline(places) == [state(name) for name in states.split()]


@pytest.mark.usefixtures("either_list")
def test_states_in_lines_and_tables_are_states() -> None:
    three = [state(name) for name in ("Mississippi", "Missouri", "Montana")]
    assert of_lines("Mississippi", "Missouri", "Montana") == three
    assert of_lines("Mississippi, Missouri, Montana", "Denver, Colorado")[:3] == three
    assert of_lines("Nevada and Missouri", "Idaho") == [state(name) for name in ("Nevada", "Missouri", "Idaho")]
    assert of_lines("State of Nevada", "State of Missouri", "Nevada, Missouri") == [
        state("Nevada"), state("Missouri"), "Nevada, MO (city)",
    ]  # fmt: skip
    six = [state(name) for name in ("Montana", "Idaho", "Utah", "Oregon", "Ohio", "Iowa")]
    assert read(f"{INTRO}Montana\tIdaho\nUtah\tOregon\nOhio\tIowa\n") == six
    assert read(f"{INTRO}Montana\tIdaho\tUtah\nOregon\tOhio\tIowa\n") == six
    table = "Recipient\tKind\tState\nOregon\tstate\tOR\nNew York\tstate\tNY\n"
    assert read(INTRO + table) == [state("Oregon"), state("New York")]


@pytest.mark.usefixtures("either_list")
@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(STATE_NAMES), min_size=3, max_size=7, unique=True), st.sampled_from([" and ", ", and "]))
def test_any_states_before_an_and_are_states(names: list[str], joint: str) -> None:
    assert inline(", ".join(names[:-1]) + joint + names[-1]) == [state(name) for name in names]


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize(
    ("places", "asked"),
    [
        ("Denver, Colorado, Nevada, Missouri and Oregon", "Nevada, Missouri"),
        ("Nevada, Missouri and Chicago", "Nevada, Missouri"),
        ("Chicago, Oregon, Wisconsin and Denver", "Oregon, Wisconsin"),
        ("Nevada, Missouri; Montana; Idaho", "Nevada, Missouri"),
        ("Chicago, Miami, Oklahoma and Oregon", "Miami, Oklahoma"),
        ("Boise, Idaho, Oregon, California", "Oregon, California"),
    ],
)
def test_what_may_be_one_place_or_two_is_asked_about_with_the_readings(places: str, asked: str) -> None:
    letter = draft(f"{BEFORE}{places}{AFTER}")
    first, second = asked.split(", ")
    unsure = next(one for one in letter.recipients if not one.is_settled and one.span and letter.words(one.span) == asked)
    labels = [place.full_label for place in unsure.candidates]
    assert state(second) in labels and any(label.startswith(f"{first}, ") or f" of {first}, " in label for label in labels)
    assert not {first, second} & {one.name for one in letter.recipients if one.is_settled and one.kind is PlaceKind.STATE}
    question = next(one for one in letter.questions if one.names == (asked,))
    assert "The text may mean one place or two." in question_text(question)


@pytest.mark.usefixtures("either_list")
def test_rows_and_lines_of_two_states_are_asked_about() -> None:
    assert read(f"{INTRO}Nevada\tMissouri\nMontana\tIdaho\n") == ["? Nevada", "? Montana"]
    assert read(f"{INTRO}Name\tState\nNevada\tMissouri\nVirginia\tMinnesota\n") == ["Nevada, MO (city)", "Virginia, MN (city)"]
    assert of_lines("Nevada, Missouri", "Oregon", "Illinois") == ["? Nevada, Missouri", state("Oregon"), state("Illinois")]
    lines = ("Nevada, Missouri", "Montana, Idaho", "Oregon, California")
    assert of_lines(*lines) == [f"? {line}" for line in lines]
    assert of_lines("Nevada, Missouri", "Virginia, Minnesota", "California, Maryland") == [
        "Nevada, MO (city)", "Virginia, MN (city)", "? California, Maryland",
    ]  # fmt: skip


@pytest.mark.usefixtures("either_list")
def test_a_headline_with_two_names_is_asked_about() -> None:
    headline = "Justice Department sends letters to Nevada, Missouri"
    assert read(f"{headline}\n\nWednesday, March 4, 2026\n\nThey demand documents by April 3, 2026.\n") == [
        "? Nevada, Missouri"
    ]
    assert inline("Nevada, Missouri") == ["Nevada, MO (city)"]


@pytest.mark.usefixtures("either_list")
def test_a_list_of_names_that_could_all_be_cities_is_asked_about() -> None:
    assert inline("Nevada, Missouri, Delaware, Ohio") == ["? Nevada, Missouri", "? Delaware, Ohio"]


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize(
    ("places", "labels"),
    [
        ("New York, New York, and Nevada, Missouri", ["New York City, NY (city)", "Nevada, MO (city)"]),
        ("Washington, D.C.; Nevada, Missouri", ["Washington, D.C. (federal district)", "Nevada, MO (city)"]),
        ("Oregon, Washington, D.C., and Idaho", [state("Oregon"), "Washington, D.C. (federal district)", state("Idaho")]),
        ("Nevada, Missouri and Virginia, Minnesota", ["Nevada, MO (city)", "Virginia, MN (city)"]),
        ("Nevada, Mo., and Virginia, Minn.", ["Nevada, MO (city)", "Virginia, MN (city)"]),
        ("Nevada (Missouri) and Virginia (MN)", ["Nevada, MO (city)", "Virginia, MN (city)"]),
        (
            "the cities of Virginia, Duluth and Hibbing, Minnesota",
            [f"{n}, MN (city)" for n in ("Virginia", "Duluth", "Hibbing")],
        ),
        ("the cities of Nevada, Missouri and Denver, Colorado", ["Nevada, MO (city)", "Denver, CO (city and county)"]),
        ("State of Nevada, and City of Nevada, Missouri", [state("Nevada"), "Nevada, MO (city)"]),
        ("Wyoming and Grand Rapids, Michigan", ["? Wyoming", "Grand Rapids, MI (city)"]),
        ("Missouri (Nevada, Columbia and St. Louis)", ["Nevada, MO (city)", "Columbia, MO (city)", "St. Louis, MO (city)"]),
        ("Miami, Oklahoma and Tulsa, Oklahoma", ["Miami, OK (city)", "Tulsa, OK (city)"]),
        ("Washington County, Oregon, and Iowa City, Iowa", ["Washington County, OR (county)", "Iowa City, IA (city)"]),
        ("California, New York and New York City", [state("California"), "? New York", "New York City, NY (city)"]),
    ],
)
def test_the_shape_of_a_list_says_what_its_names_are(places: str, labels: list[str]) -> None:
    assert inline(places) == labels


@pytest.mark.usefixtures("either_list")
def test_the_part_before_a_semicolon_says_nothing_of_the_states_after_it() -> None:
    places = (
        "Cook and DuPage counties, Illinois; the cities of Berkeley and Oakland, California; the states of Maine and Vermont"
    )
    assert inline(places) == [
        "Cook County, IL (county)", "DuPage County, IL (county)", "Berkeley, CA (city)", "Oakland, CA (city)",
        state("Maine"), state("Vermont"),
    ]  # fmt: skip


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize("either_list", ["all governments"], indirect=True)
def test_both_names_of_an_unsure_place_are_in_the_question_that_many_names_share() -> None:
    unknown = [f"Nowhere{letter}, Ohio" for letter in "abcdefghijkl"]
    letter = draft(INTRO + "".join(f"- {place}\n" for place in (*unknown, "California, Maryland")))
    shared = next(one for one in letter.questions if one.kind is QuestionKind.MORE_NAMES_UNSETTLED)
    assert shared.names == ("California, Maryland",)


def test_an_unsettled_name_is_not_merged_with_a_place_of_its_own_list() -> None:
    unsettled = ResolvedRecipient(Recipient("New York", None))
    city = ResolvedRecipient(Recipient("New York City", PlaceKind.CITY, "NY", aliases=("New York",)))
    assert merged_recipients([(unsettled, 0), (city, 0)]) == [unsettled, city]
    assert merged_recipients([(unsettled, 0), (city, 1)]) == [city]


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize(
    "lines, read_as",
    [
        pytest.param(
            "California\n• Fresno\n• Oakland\n\nOhio\n\nTexas\n• Dallas\n\nUtah\n",
            ["Fresno, CA (city)", "Oakland, CA (city)", "Dallas, TX (city)"],
            id="headings without places",
        ),
        pytest.param(
            "Colorado\n\nIllinois\n• Chicago\n• Cook County\n",
            ["Chicago, IL (city)", "Cook County, IL (county)"],
            id="the first",
        ),
        pytest.param(
            "Colorado\n\nIllinois\nChicago\nPeoria\n", ["Chicago, IL (city)", "Peoria, IL (city)"], id="blocks of lines"
        ),
        pytest.param("California:\n- Fresno\nTexas:\n- Dallas\n", ["Fresno, CA (city)", "Dallas, TX (city)"], id="colons"),
        pytest.param(
            "Cities\n• Fresno, CA\n\nCounties\n• Cook County, Ill.\n",
            ["Fresno, CA (city)", "Cook County, IL (county)"],
            id="kinds",
        ),
        pytest.param(
            "• County, Illinois\n• City of\n• Cook County, Ill.\n", ["Cook County, IL (county)"], id="rest of a struck name"
        ),
        pytest.param(
            "Colorado\nOhio\n\nIllinois:\n• Chicago\n", ["Colorado (state)", "Ohio (state)", "Chicago, IL (city)"], id="marked"
        ),
    ],
)
def test_a_state_above_places_is_a_heading_and_so_is_one_like_it_above_none(lines: str, read_as: list[str]) -> None:
    assert read(INTRO + lines) == read_as


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize(
    "places",
    [
        "Pittsburg, Pennsylvania, and Cincinatti, Ohio",
        "Tuscon, Arizona, Boise, Idaho, and Pittsburg, Pennsylvania",
        "Cincinatti, Ohio; Pittsburg, Pennsylvania; Silver Spring, Maryland; and The Woodlands, Texas",
        "Minneaplis, Minnesota",
        "Harvard University, Massachusetts, and Boise, Idaho",
    ],
)
def test_the_state_behind_a_name_that_is_unknown_or_an_institution_is_no_addressee(places: str) -> None:
    assert not [one for one in inline(places) if one.endswith("(state)")]


@pytest.mark.usefixtures("either_list")
def test_states_beside_well_known_cities_are_states() -> None:
    assert set(inline("Denver, Ohio and Maine")) >= {state("Ohio"), state("Maine")}
    assert set(inline("Seattle, Oregon, Maine, Denver, Vermont and Boston")) >= {*map(state, ("Oregon", "Maine", "Vermont"))}


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize(
    "places",
    [
        "Peoria, Nebraska and Iowa",
        "Peoria, Nebraska, and Iowa",
        "Boise, Idaho, Dallas, Ohio and Texas",
        "Dallas, Iowa and Ohio",
    ],
)
def test_a_township_before_a_list_of_states_is_not_certain(places: str) -> None:
    """Peoria is a township in Nebraska, and a city elsewhere."""
    assert not [one for one in inline(places) if one.startswith(("Peoria Township", "Dallas Township", "Dallas County"))]


@pytest.mark.usefixtures("either_list")
def test_well_known_cities_beside_each_other_are_two() -> None:
    assert not [one for one in inline("Boston, New York, and Davenport, Iowa") if one.startswith("Boston, NY")]


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize(
    ("places", "labels"),
    [
        ("the Nevada cities of Reno and Sparks", ["Reno, NV (city)", "Sparks, NV (city)"]),
        ("St. Louis and St. Paul, Minn.", ["St. Paul, MN (city)"]),
        ("Boise and Meridian, Idaho, and Reno, Nevada", ["Boise, ID (city)", "Meridian, ID (city)", "Reno, NV (city)"]),
    ],
)
def test_a_state_of_several_places_is_that_of_each(places: str, labels: list[str]) -> None:
    assert [one for one in inline(places) if one in labels or "(county)" in one] == labels


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize(
    ("places", "labels"),
    [
        ("Governors Smith of California and Jones of New York", [state("California"), "? New York"]),
        ("Govs. Ana Smith of Ohio, Bo Jones of Utah and Ed T. Roe of Iowa", [state("Ohio"), state("Utah"), state("Iowa")]),
        ("Mayors Ana Smith of Denver and Bo Jones of Boise, Idaho", ["Denver, CO (city and county)", "Boise, ID (city)"]),
        ("the mayors of Denver and Archdiocese of Boise", ["Denver, CO (city and county)"]),
        ("Mayor Ana Smith of Denver and Archdiocese of Boise", ["Denver, CO (city and county)"]),
    ],
)
def test_several_officials_give_all_their_places(places: str, labels: list[str]) -> None:
    assert inline(places) == labels


def test_lines_that_look_like_one_paragraph_are_each_a_place() -> None:
    lines = ("City and County of Denver, Colorado", "Truth or Consequences, New Mexico", "Prince George's County, Maryland")
    assert of_lines("Louisville Metro, Kentucky", *lines, bullet="") == [
        "Louisville Metro, KY (metro)", "Denver, CO (city and county)", "Truth or Consequences, NM (city)",
        "Prince George's County, MD (county)",
    ]  # fmt: skip


@pytest.mark.usefixtures("either_list")
@pytest.mark.parametrize("noun", ["cities", "jurisdictions", "governments", "localities"])
def test_the_state_before_a_word_for_places_is_that_of_all(noun: str) -> None:
    for places in ("Dayton, Akron and Toledo", "Toledo and Dayton"):
        labels = inline(f"several Ohio {noun}: {places}")
        assert labels == [f"{name}, OH (city)" for name in places.replace(" and ", ", ").split(", ")]


@pytest.mark.usefixtures("either_list")
def test_the_state_of_school_districts_is_not_that_of_cities() -> None:
    assert "Dayton, OH (city)" not in inline("two Ohio school districts: Dayton and Akron")


@pytest.mark.parametrize("cells", ["| {} |", "{}", "• {}"])
@pytest.mark.parametrize("joint", [" | ", "\t"])
@pytest.mark.parametrize(
    "rows",
    [
        ["Idaho;Boise", "Colorado;Denver", "Texas;Houston"],
        ["State;City", "Idaho;Boise", "Colorado;Denver", "Texas;Houston"],
        [
            "State;City;Due",
            "---;---;---",
            "Idaho;Boise;June 1, 2032",
            "Colorado;Denver;June 2, 2032",
            "Texas;Houston;June 3, 2032",
        ],
        ["City;State;Status", "Boise;Idaho;open", "Denver;Colorado;open", "Houston;Texas;open"],
    ],
)
def test_the_state_in_a_cell_is_where_the_place_of_its_row_is(rows: list[str], joint: str, cells: str) -> None:
    table = "\n".join(cells.format(row.replace(";", joint)) for row in rows)
    found = draft(f"The Department of Justice today sent letters to these recipients:\n\n{table}\n")
    assert [one.label for one in found.recipients] == ["Boise, ID (city)", "Denver, CO (city and county)", "Houston, TX (city)"]
    assert not found.mentioned


def test_a_recipient_is_compared_only_with_those_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    same = recipient_resolution._same

    def counted(recipient: Recipient, other: Recipient) -> bool:
        nonlocal compared
        compared += 1
        return same(recipient, other)

    monkeypatch.setattr(recipient_resolution, "_same", counted)
    places = [Recipient(f"Alder {number}", PlaceKind.CITY, "OH") for number in range(500)]
    assert len(merged_recipients((ResolvedRecipient(one), 1) for one in (*places, *places))) == 500
    assert compared == 500
