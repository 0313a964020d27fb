"""Every place and institution that a text names: spans, kinds, states, titles, lists, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.gazetteer.gazetteer import Gazetteer, gazetteer
from bot.reader.gazetteer.governments import census, own
from bot.reader.mentions.finding import mentions_in
from bot.reader.mentions.mention import Mention
from bot.reader.text_page import TextPage

OTHERS = (  # of the full list: small places whose names mean something else, or the places of one text
    ("state:ia/place:coralville", "Coralville city", "1915550"),
    ("state:ia/place:davenport", "Davenport city", "1919000"),
    ("state:fl/place:davenport", "Davenport city", "1216450"),
    ("state:ms/place:okolona", "Okolona city", "2854000"),
    ("state:ms/place:maben", "Maben town", "2843240"),
    ("state:ms/place:oakland", "Oakland town", "2853440"),
    ("state:ms/place:crawford", "Crawford town", "2816140"),
    ("state:mn/place:hale", "Hale city", "2726400"),
    ("state:or/place:justice", "Justice city", "4138400"),
    ("state:mn/place:watkins", "Watkins city", "2768440"),
    ("state:il/place:latham", "Latham village", "1742184"),
    ("state:tx/place:abbott", "Abbott city", "4800100"),
    ("state:ny/county:erie/place:boston", "Boston town", "3602907453"),
    ("state:ne/county:knox/place:peoria", "Peoria township", "3110738367"),
)


def listed(tmp: Path) -> Gazetteer:
    rows = (f"ocd-division/country:us/{division},{name},place-{code}" for division, name, code in OTHERS)
    file = tmp / "governments.csv"
    file.write_text("\n".join(("id,name,census_geoid", *rows)) + "\n", encoding="utf-8")
    return Gazetteer(own(), census(file))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gazetteer]:
    yield listed(tmp_path_factory.mktemp("governments"))


def mentions(text: str, known: Gazetteer | None = None) -> tuple[Mention, ...]:
    return mentions_in(TextPage(text), known or gazetteer())


def labels(text: str, known: Gazetteer | None = None) -> list[str]:
    """Settled places by their labels, institutions by their names, anything else with a "?"."""
    return [
        mention.place.label if mention.place else mention.name if mention.is_institution else f"{mention.name}?"
        for mention in mentions(text, known)
        if not mention.is_part_of_name
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The City of Aurora, Ill., was asked.", ["Aurora, IL"]),
        ("Letters to Portland (ME) and Salem, Ore., went out.", ["Portland, ME", "Salem, OR"]),
        ("Letters reached Boulder and Pueblo in Colorado.", ["Boulder, CO", "Pueblo, CO"]),
        (
            "The counties of Lake, Cook and Kane in Illinois were told.",
            ["Lake County, IL", "Cook County, IL", "Kane County, IL"],
        ),
        (
            "Monterey, Sonoma and Sacramento counties, Calif., got one.",
            ["Monterey County, CA", "Sonoma County, CA", "Sacramento County, CA"],
        ),
        ("California: Oakland, Fresno and Berkeley.", ["Oakland, CA", "Fresno, CA", "Berkeley, CA"]),
        ("Letters went to the Iowa cities of Ames and Dubuque.", ["Ames, IA", "Dubuque, IA"]),
        ("FORT MYERS, FL — The council met.", ["Fort Myers, FL"]),
        ("Washington, D.C., and Washington state were asked.", ["Washington, D.C.", "Washington"]),
        ("Chicago, New York and Seattle have letters.", ["Chicago, IL", "New York City, NY", "Seattle, WA"]),
        ("Oregon, New York and Washington have letters.", ["Oregon", "New York", "Washington"]),
        ("New York and Illinois were warned.", ["New York", "Illinois"]),
        ("Letters to St. Louis and Winston-Salem, N.C.", ["St. Louis, MO", "Winston-Salem, NC"]),
        ("Doña Ana County, N.M., answered.", ["Doña Ana County, NM"]),
        ("Prince George’s County, Md., and Denver’s mayor", ["Prince George's County, MD", "Denver, CO"]),
        ("Boston, New York, Chicago and Denver answered.", ["Boston, MA", "New York City, NY", "Chicago, IL", "Denver, CO"]),
        ("Denver | CO | April 3\nAlbany | NY | April 4", ["Denver, CO", "Albany, NY"]),
        ("Letters went to three Iowa cities: Ames, Davenport and Dubuque.", ["Ames, IA", "Davenport, IA", "Dubuque, IA"]),
        ("* Coeur d’Alene, Idaho\n* Nevada, Missouri\n", ["Coeur d'Alene, ID", "Nevada, MO"]),
        ("Letters reached Tucson AZ and New Orleans LA.", ["Tucson, AZ", "New Orleans, LA"]),
        (
            "In North Carolina, Raleigh (Wake County), Wilson (Wilson County) and Greensboro (Guilford County) got letters.",
            ["North Carolina", "Raleigh, NC", "Wilson, NC", "Greensboro, NC"],
        ),
        ("Los\nAngeles\nSan Diego", ["Los Angeles, CA", "San Diego, CA"]),
    ],
)
def test_a_place_is_read_with_its_kind_and_state(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fairfax County Public Schools was told.", ["Fairfax County Public Schools"]),
        (
            "Letters to the University of California–Berkeley and Duke University.",
            ["University of California–Berkeley", "Duke University"],
        ),
        ("• Indiana University, Bloomington\n• Tufts University", ["Indiana University, Bloomington", "Tufts University"]),
        ("The Navajo Nation and the Pueblo of Laguna got letters.", ["Navajo Nation", "Pueblo of Laguna"]),
        ("The Chicago Transit Authority must answer.", ["Chicago Transit Authority"]),
        ("It wrote to the California Department of Education.", ["California Department of Education"]),
        ("Harbor Lane, LLC and Brightpath Inc. must answer.", ["Harbor Lane, LLC", "Brightpath Inc."]),
        ("The School District of Philadelphia was warned.", ["School District of Philadelphia"]),
        (
            "Rice University, Cal Poly Humboldt, Duke University and Emory University are listed.",
            ["Rice University", "Cal Poly Humboldt", "Duke University", "Emory University"],
        ),
        (
            "Letters went to four companies: Alder Data, Brightpath, Corvid & Finch, and xDune.",
            ["Alder Data", "Brightpath", "Corvid & Finch", "xDune"],
        ),
        ("Demands went to Abilene, Plano and Laredo ISDs.", ["Abilene ISD", "Plano ISD", "Laredo ISD"]),
        ("Iowa school districts and Drake University were asked.", ["Drake University"]),
        ("Washington and Lee University answered.", ["Washington and Lee University"]),
        ("Waskom, Beckville and Elysian Fields ISDs answered.", ["Waskom ISD", "Beckville ISD", "Elysian Fields ISD"]),
        ("The Pine Hill Sioux and Red Lake Ute tribes answered.", ["Pine Hill Sioux Tribe", "Red Lake Ute Tribe"]),
        ("It wrote to Duke and Emory universities.", ["Duke University", "Emory University"]),
        ("A letter went to Red Lake Sioux Tribe Chairman John Doe.", ["Red Lake Sioux Tribe"]),
        (
            "• Mercy Health Care Network\n• Alder Health and Hospitals Corporation, Reno, Nev.;\n"
            "• Birch Hospital, Inc., Fresno, Calif.;",
            ["Mercy Health Care Network", "Alder Health and Hospitals Corporation", "Birch Hospital, Inc."],
        ),
        ("Contact: Plano ISD, Texas\nViolation: a prayer", ["Plano ISD"]),
        ("Denver Public Schools\n1860 Lincoln Street\nDenver, CO 80203\n", ["Denver Public Schools"]),
        (
            "Letters to Kansas State, St. Cloud State and Duke University.",
            ["Kansas State", "St. Cloud State", "Duke University"],
        ),
        ("UC Davis answered.", ["UC Davis"]),
        ("He wrote to WMATA and Amtrak.", ["WMATA", "Amtrak"]),
        ("The last letter is for Alder Aid, a company that sells pills.", ["Alder Aid"]),
        ("One letter reached the video platform Zumble.", ["Zumble"]),
        ("The New York City-based Mount Alder answered.", ["Mount Alder"]),
        (
            "Letters to providers:\n- Alder Data of Reno, Nev. It was the gateway.\n- Corvid Tel of Salem, Ore. It was not.",
            ["Alder Data", "Reno, NV", "Corvid Tel", "Salem, OR"],
        ),
        ("St. Alder's Health Partners answered.", ["St. Alder's Health Partners"]),
        ("Letters to Barnard, Bowdoin College and Barnard College.", ["Barnard College", "Bowdoin College", "Barnard College"]),
    ],
)
def test_an_institution_has_its_whole_name(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Confederated Tribes of the Colville Reservation", ["Confederated Tribes of the Colville Reservation"]),
        ("Ute Tribe of the Uintah and Ouray Reservation", ["Ute Tribe of the Uintah and Ouray Reservation"]),
        ("Sen. Jane Roe of Oregon", ["Oregon"]),
        ("Letters were sent to:\n- Keene, New Hampshire\n- Concord", ["Keene, NH", "Concord, NH"]),
        ("Boise\tIdaho\tMay 1, 2025\nNampa\tIdaho\tMay 2, 2025\n", ["Boise, ID", "Nampa, ID"]),
        ("the Secretary of State of Kansas", ["Kansas"]),
        ("Letters went to Ste. Genevieve, Mo.", ["Ste. Genevieve?"]),
        ("Letters went to the Port of Los Angeles.", ["Port of Los Angeles"]),
    ],
)
def test_no_name_is_cut_short_and_no_word_beside_one_is_a_name(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize("joint", [", {}", " in {}"])
@pytest.mark.parametrize("body", ["City Council", "Common Council", "Town Council", "Board of Selectmen"])
def test_a_governing_body_stands_for_the_government(body: str, joint: str) -> None:
    parts = [f"Omaha {body}{joint.format('Nebraska')}", f"Reno {body}{joint.format('Nevada')}"]
    assert labels(f"Letters went to {parts[0]}; {parts[1]}.") == ["Omaha, NE", "Reno, NV"]


@pytest.mark.parametrize("joint", [", {}", " in {}"])
@pytest.mark.parametrize(
    "body", ["Board of Supervisors", "Board of County Commissioners", "Commissioners", "Commissioners Court"]
)
def test_a_body_of_a_county_stands_for_the_county_and_its_state_is_no_addressee(body: str, joint: str) -> None:
    parts = [f"Clark County {body}{joint.format('Nevada')}", f"Ada County {body}{joint.format('Idaho')}"]
    assert labels(f"Letters went to {parts[0]}, and {parts[1]}.") == ["Clark County, NV", "Ada County, ID"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Four states got letters (IA, OR, WI, and NH).", ["Iowa", "Oregon", "Wisconsin", "New Hampshire"]),
        ("LETTERS SENT TO NY, MO, OK BOISE, May 3 - The", ["New York", "Missouri", "Oklahoma"]),
        ("Letters went to MA/CT/RI on Monday.", ["Massachusetts", "Connecticut", "Rhode Island"]),
        ("Letters went to Boise, ID, Reno, NV, and Omaha, NE.", ["Boise, ID", "Reno, NV", "Omaha, NE"]),
        ("Recipients of letters\nGARY IN 46402\nBOISE ID  83702\nSALEM OR 97301", ["Gary, IN", "Boise, ID", "Salem, OR"]),
    ],
)
def test_postal_codes_in_a_list_are_states(text: str, found: list[str]) -> None:
    assert labels(text) == found


def test_an_item_of_a_list_that_is_only_known_in_another_state_stays(full: Gazetteer) -> None:
    text = "The California controller wrote to cities. They include Hercules, La Habra, Latham, Taft, Westmorland and Stockton."
    [latham] = [mention for mention in mentions(text, full) if mention.name == "Latham"]
    assert (latham.state, latham.place, latham.candidates) == ("CA", None, ())


def test_a_city_that_no_list_has_keeps_the_word_in_its_name() -> None:
    text = "Letters went to the cities of Boulder, Central City, Pueblo and Denver, Colorado."
    assert [label for label in labels(text) if "Central" in label] == ["Central City, CO"]


@pytest.mark.parametrize("office", ["Sheriff", "Manager", "Clerk", "Recorder", "Chief Judge", "Administrators"])
def test_the_state_behind_an_official_is_that_of_the_government(office: str) -> None:
    text = f"Letters went to the Clark County {office}, Nevada, the Salem Police Chief, Oregon, and Boise, Idaho."
    assert labels(text) == ["Clark County, NV", "Salem, OR", "Boise, ID"]


def test_rows_of_values_are_no_wrapped_sentence() -> None:
    rest = "2031-12-21,Letter of inquiry about the housing law of the state,housing,HAU0002908"
    text = "".join(f"{town},{rest}\n" for town in ("Calistoga", "Concord", "Gilroy", "Hayward", "Piedmont", "Fremont"))
    assert [mention.name for mention in mentions(text)] == ["Calistoga", "Concord", "Gilroy", "Hayward", "Piedmont", "Fremont"]


def test_an_official_stands_for_the_government() -> None:
    titles = [
        (one.name, one.title) for one in mentions("Mayor Jane Roe of Denver, Illinois Gov. Ann Lee and Cook County's sheriff")
    ]
    assert titles == [("Denver", "mayor"), ("Illinois", "gov"), ("Cook", "sheriff")]


@pytest.mark.parametrize(
    "text",
    [
        "The Denver Post and the Boston Globe reported it.",
        "Ketanji Brown Jackson asked. Jackson wrote.",
        "Of course, Justice is done. The Commerce Department agreed.",
        "Gov. Abbott wrote it. Abbott is the sender.",
    ],
)
def test_newspapers_persons_and_ordinary_words_are_no_places(text: str, full: Gazetteer) -> None:
    assert labels(text, full) == []


@pytest.mark.parametrize(
    "text",
    [
        "Roe, Doe Ask Airlines to Cut Fares\nA letter went out.",
        "The ACLU Demands Local School Districts Change Codes\nA letter went out.",
        "The Health, Education, Labor, and Pensions Committee wrote.",
        "The Department of the Interior and the Food and Nutrition Service wrote.",
        "It wrote to Jane Roe and later to Roe.",
        "Chinese and American universities were named.",
        "Sen. Jane Roe (D-Ohio) and Rep. John Doe, R-Texas, wrote.",
        "See Reed v. Town of Gilbert and Roe vs. Plano ISD.",
        "The districts of West Texas schools",
    ],
)
def test_headlines_committees_parties_and_litigants_are_no_addressees(text: str, full: Gazetteer) -> None:
    assert labels(text, full) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Letters to DenverBoulderBlue RiverLaPorteMcAllen.",
            ["Denver, CO", "Boulder?", "Blue River?", "LaPorte?", "McAllen?"],
        ),
        ("Letters to American AirlinesUnited Airlines.", ["American Airlines", "United Airlines"]),
        ("Letters to Plano ISDFrisco ISD.", ["Plano ISD", "Frisco ISD"]),
        ("Letters to Duke UniversityOhio State University.", ["Duke University", "Ohio State University"]),
        ("McAllen, DeKalb County, Ill., and LaPorte County", ["McAllen?", "DeKalb County, IL", "LaPorte County, IN"]),
        ("It wrote to xAI, BlackRock and YouTube.", ["xAI", "BlackRock", "YouTube"]),
    ],
)
def test_names_are_parted_where_nothing_parts_them(text: str, found: list[str]) -> None:
    assert labels(text) == found


def test_a_state_is_shared_only_if_every_name_may_lie_in_it(full: Gazetteer) -> None:
    text = "It wrote to Okolona, Maben and Crawford, Mississippi, and later to Hale, Latham and Davenport, Iowa."
    states = {mention.name: mention.state for mention in mentions(text, full)}
    assert states == {"Okolona": "MS", "Maben": "MS", "Crawford": "MS", "Hale": None, "Davenport": "IA"}


def test_towns_are_read_behind_their_kind() -> None:
    text = "The towns of Elmgrove and Tillport in Wisconsin, and cities like Zorbville, Ohio, got one."
    assert [(one.name, one.word, one.state) for one in mentions(text)] == [
        ("Elmgrove", "towns", "WI"),
        ("Tillport", "towns", "WI"),
        ("Zorbville", "cities", "OH"),
    ]


def test_lists_are_numbered_by_what_parts_their_names() -> None:
    text = "Letters to Denver Mayor Jane Roe, Chicago and Boston. Seattle got none.\n\n• Miami\n• Tampa, Fla.\n"
    groups = [mention.group for mention in mentions(text)]
    assert groups[0] == groups[1] == groups[2] != groups[3] != groups[4] == groups[5]


@pytest.mark.parametrize(
    "text",
    [
        "1. Burlington, Vermont 2. Ithaca, New York 3. Kansas City, Kansas",
        "Aurora\tIllinois\tApril 3\nSpringfield\tMassachusetts\tApril 4\nCook County\tIllinois\tApril 4",
        "Denver Mayor Jane Roe; Chicago’s mayor, John Doe; and Gov. Ann Lee of Illinois",
        "The Fond du Lac Band of Lake Superior Chippewa, the Navajo Nation and the Osage Nation",
    ],
)
def test_numbers_cells_and_persons_part_the_names_of_one_list(text: str) -> None:
    assert [mention.group for mention in mentions(text)] == [1, 1, 1]


def test_towns_that_no_list_knows_are_read_beside_known_ones() -> None:
    text = "Of the 68 towns some were sent letters: Columbus, Elmgrove, Ferry Landing, Jackson and Tillport."
    assert labels(text) == ["Columbus?", "Elmgrove?", "Ferry Landing?", "Jackson?", "Tillport?"]


def test_new_york_alone_is_open_unless_the_text_says_which() -> None:
    assert labels("The letter to New York is long.") == ["New York?"]
    assert labels("The letter to New York is long. It went to Illinois and New York.") == ["New York", "Illinois", "New York"]


def test_small_places_of_the_full_list_need_a_state(full: Gazetteer) -> None:
    assert labels("Letters went to Latham and Watkins.", full) == []
    assert labels("Letters went to Latham, Ill., and Watkins, Minn.", full) == ["Latham, IL", "Watkins, MN"]


def test_a_list_lies_in_the_state_that_the_text_is_about(full: Gazetteer) -> None:
    text = "MISSISSIPPI – The state auditor has news.\n\nCrawford, Maben, Oakland and Okolona were sent letters."
    assert labels(text, full) == ["Mississippi", "Crawford, MS", "Maben, MS", "Oakland, MS", "Okolona, MS"]
    assert labels("Oakland and Okolona were sent letters.", full)[0] != "Oakland, MS"


def test_a_state_may_be_the_next_item_of_a_list(full: Gazetteer) -> None:
    assert labels("It wrote to Boston, New York, and Davenport, Iowa.", full) == [
        "Boston, MA", "New York City, NY", "Davenport, IA",
    ]  # fmt: skip


def test_a_city_and_a_county_of_one_name_are_asked_about_beside_a_county() -> None:
    assert labels("In Florida, Alachua and Broward County answered.") == ["Florida", "Alachua?", "Broward County, FL"]
    assert labels("Florida: Alachua, Broward and Duval answered.") == [
        "Alachua County, FL",
        "Broward County, FL",
        "Duval County, FL",
    ]
    assert labels("In Pennsylvania, Lancaster and two other counties answered.") == ["Pennsylvania", "Lancaster County, PA"]


def test_counties_may_be_named_without_the_word() -> None:
    text = "Letters went to the county judges of four Texas counties: Harris, Dallas, Travis and Fort Bend."
    assert labels(text)[-4:] == ["Harris County, TX", "Dallas County, TX", "Travis County, TX", "Fort Bend County, TX"]


@pytest.mark.parametrize("text", ["Port", "Letters went to Denver and the Port", "Letters went to Denver and its Port of"])
def test_a_text_may_end_where_a_name_would_begin(text: str) -> None:
    assert labels(text) == ["Denver, CO"] * ("Denver" in text)


pieces = st.sampled_from(
    ["Denver", "New York", "Cook County", "City of", "the counties of", "Ill.", ", ", " and ", "\n", "• ", "University of",
     "Inc.", "Mayor", "Jane Roe", "St. ", "-", "'s", "(CA)", " | ", "letters to ", ". ", "A", "é", "LLC", ";", "Schools",
     " & ", "Alder", "universities", "school boards", "CEO", "No. 4", "Co.", "Georgia", ": ", "USD 2", "District", "E. ",
     "L.A. ", "the Department of ", "Board of ", " County clerks", "Paris", "7-", "Texas's", "State University, ", "UT ",
     "Nation", ") ", "Port"]
)  # fmt: skip


@given(st.lists(pieces, max_size=40).map("".join))
def test_spans_are_in_order_and_do_not_overlap(text: str) -> None:
    page = TextPage(text)
    found = mentions_in(page, gazetteer())
    assert all(0 <= mention.start < mention.end <= len(page.flat) for mention in found)
    assert all(before.end <= after.start and before.group <= after.group for before, after in pairwise(found))
    assert all(mention.name for mention in found)


@pytest.mark.parametrize(
    "piece",
    [
        "Denver, Ohio, ",
        "Mayor of the ",
        "St. Foo Inc. ",
        "Xx Yy, Ohio ",
        "N.Y. and ",
        "School District of ",
        "Foo's ",
        "A & B, ",
        "Foo and ",
    ],
)
def test_looking_up_does_not_grow_with_the_length(piece: str) -> None:
    """What is looked up is counted: ten times as long a text asks at most ten times as much, and some."""
    few, many = (_questions(piece * count) for count in (50, 500))
    assert many <= 11 * few + 50


def _questions(text: str) -> int:
    count = 0

    class Counting(Gazetteer):
        def most_words(self, first: str) -> int:
            nonlocal count
            count += 1
            return super().most_words(first)

        def is_name(self, folded: str) -> bool:
            nonlocal count
            count += 1
            return super().is_name(folded)

    mentions_in(TextPage(text), _as(Counting))
    return count


def _as(kind: type[Gazetteer]) -> Gazetteer:
    known = object.__new__(kind)
    known.__dict__.update(gazetteer().__dict__)
    return known


def test_a_list_of_places_of_many_states_gives_none_the_state_of_another() -> None:
    """The project's own list knows no Albany in Vermont, and the only candidate would be a place that is not there."""
    text = "It wanted answers from places which included Albany, Berkeley, Burlington, Vermont, Fremont, Jackson, Mississippi."
    assert {mention.state for mention in mentions(text) if mention.name in ("Albany", "Berkeley", "Fremont")} == {None}
    assert {"Burlington, VT", "Jackson, MS"} <= set(labels(text))


@pytest.mark.parametrize(
    "text",
    [
        "The order is about law firms, Alder Roe among them, he said.",
        "It looks at large law firms, including Alder Roe, he said.",
    ],
)
def test_one_of_several_institutions_is_one(text: str) -> None:
    page = TextPage(text)
    assert [(mention.name, mention.is_institution) for mention in mentions_in(page, gazetteer())] == [("Alder Roe", True)]
