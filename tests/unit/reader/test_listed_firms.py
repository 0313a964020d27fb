"""Firms, leagues and other organizations that a text lists: by whom they are led, by number, by second names, in items."""

from __future__ import annotations

import pytest

from bot.reader.gazetteer.gazetteer import gazetteer
from bot.reader.mentions.finding import mentions_in
from bot.reader.text_page import TextPage


def institutions(text: str) -> list[str]:
    return [mention.name for mention in mentions_in(TextPage(text), gazetteer()) if mention.is_institution]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Letters went to the heads of Premier Rugby (PR), the National Lacrosse League (NLL) and the Curling Union.",
            ["Premier Rugby", "National Lacrosse League", "Curling Union"],
        ),
        ("She sent a letter to the Chairmen of Zorvex, Marlow and Occiden.", ["Zorvex", "Marlow", "Occiden"]),
        ("He wrote to the presidents and CEOs of BQ America and Galpa.", ["BQ America", "Galpa"]),
        (
            "A letter went to Zorvex CEO Joe Roe, John Hays of Haysco Corp., Jane Poe, CEO of Corvid, and Ann Doe of Elmo Oil.",
            ["Zorvex", "Haysco Corp.", "Corvid", "Elmo Oil"],
        ),
        ("The senator pressed Zorvex, Mercko and Eli Doe in letters sent Monday.", ["Zorvex", "Mercko", "Eli Doe"]),
        ("Letters to the Alder Agency (ALA): ALA answered.", ["Alder Agency"]),
        ("He wrote to Zorvex, Google parent Alphabet, Marlow and Mercko.", ["Zorvex", "Alphabet", "Marlow", "Mercko"]),
        ("Letters went to deepGen Labs, 45andUs Inc. and eBid.", ["deepGen Labs", "45andUs Inc.", "eBid"]),
        (
            "Polk, Storey and Adair County Schools got letters.",
            ["Polk County Schools", "Storey County Schools", "Adair County Schools"],
        ),
        ("Louisville and Oldham County Schools got letters.", ["Oldham County Schools"]),
        ("He wrote to the Ohio Public Employees' Retirement System (OPERS).", ["Ohio Public Employees' Retirement System"]),
        ("He wrote to the National Golf Association.", ["National Golf Association"]),
        (
            "Letters to Mark Poe, chief executive of Marlo Oil; Jane Roe, chair of Exzon Fuel; and Ann Doe of Corvid.",
            ["Marlo Oil", "Exzon Fuel", "Corvid"],
        ),
        (
            "She wrote to the Council on Canal Locks and the Alder Center on Monday.",
            ["Council on Canal Locks", "Alder Center"],
        ),
        ("He wrote to Delto, United, Northwest and BlueJet.", ["Delto", "United", "Northwest", "BlueJet"]),
        (
            "Firms got letters: Alder Pools; Finch Depot; Tractor Company; Lowe; and Corvid.",
            ["Alder Pools", "Finch Depot", "Tractor Company", "Lowe", "Corvid"],
        ),
        (
            "Letters went to the Archdiocese of Denver, First Baptist Church of Tulsa, the Church of the Ascension "
            "and Catholic Charities of Dallas.",
            [
                "Archdiocese of Denver",
                "First Baptist Church of Tulsa",
                "Church of the Ascension",
                "Catholic Charities of Dallas",
            ],
        ),
        (
            "Letters went to Falls Church, Va., and the State Board of Health of Florida and Vanguard.",
            ["State Board of Health of Florida"],
        ),
    ],
)
def test_organizations_are_read_behind_those_who_lead_them(text: str, found: list[str]) -> None:
    assert institutions(text) == found


def test_items_have_numbers_brackets_and_second_names_inside() -> None:
    listed = (
        "77 Prime LLC",
        "DEF (A Fresh Start) Tax Relief",
        "1st Rate Lending",
        "Cloud 9 Vapor",
        "Network 46, Inc.",
        "Savers of South Texas, Inc.",
        "Fast Pro, aka Fast Help LLC",
        "U.S. Lendco, d/b/a Lend Right",
    )
    found = [item.partition(", aka")[0].partition(", d/b/a")[0] for item in listed]
    lines = "\n".join(f"- {item}" for item in listed)
    assert institutions(f"The companies that received letters:\n\n{lines}\n") == found
    assert institutions(f"Letters went to these companies: {'; '.join(listed)}.") == found


@pytest.mark.parametrize(
    "text",
    [
        "1 Alder Lending\n2 Birch Lending\n3 Corvid Lending\n",  # the numbers of items
        "The 7 Alder stores and 12 Birch stores got letters.",
    ],
)
def test_other_numbers_are_no_part_of_a_name(text: str) -> None:
    found = institutions(f"The companies that received letters:\n{text}")
    assert not [name for name in found if name[0].isdigit()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Avon ($20,000); Bethel ($30,000); Canton (pop. 10,100), all in Connecticut",
            ["Avon, CT", "Bethel, CT", "Canton, CT"],
        ),
    ],
)
def test_notes_in_brackets_do_not_part_a_list(text: str, found: list[str]) -> None:
    listed = mentions_in(TextPage(f"Complaints were filed against {text}."), gazetteer())
    assert len({mention.group for mention in listed[:3]}) == 1
    assert [mention.name for mention in listed[:3]] == [label.partition(",")[0] for label in found]


def test_a_column_shows_that_ordinary_words_are_places() -> None:
    rows = "".join(f"{name}\tLetter of Inquiry\n" for name in ("Compton", "Commerce", "Fresno", "Irvine", "Oakland", "Downey"))
    found = mentions_in(TextPage(f"Letters in California\n\nCity\tLetter\n{rows}"), gazetteer())
    assert [mention.name for mention in found][1:] == ["Compton", "Commerce", "Fresno", "Irvine", "Oakland", "Downey"]


@pytest.mark.parametrize(
    "text",
    [
        "The office served civil investigative demands on Quillapp and Vantro, which must answer.",
        "Subpoenas were served on Quillapp and Vantro on Monday.",
        "The committee has subpoenaed Quillapp and Vantro.",
    ],
)
def test_firms_that_something_was_served_on_are_named(text: str) -> None:
    assert institutions(text) == ["Quillapp", "Vantro"]


@pytest.mark.parametrize("joint", ["\n- ", "\n\n", "; "])
def test_an_item_among_firms_is_a_name_whatever_its_words(joint: str) -> None:
    listed = [
        "Alder Lending, LLC",
        "Pay Me Tomorrow",
        "Birch Bank",
        "Crest 4 Holding, Inc.",
        "Helen Poe House",
        "It Is A Deal",
        "Corvid Corp",
    ]
    assert institutions(f"Letters went to these companies:{joint.strip(';')}{joint.join(listed)}") == listed


def test_lines_among_firms_that_are_no_names_stay_out() -> None:
    lines = ["Alder Bank", "Recipients", "see page 4 of the letter", "Birch Bank", "Corvid Bank", "Finch Bank"]
    assert institutions("Letters went to these companies:\n" + "\n".join(lines)) == [
        "Alder Bank",
        "Birch Bank",
        "Corvid Bank",
        "Finch Bank",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Letters to Ms. Ann RoePresident and CEOAlder Mutual, Inc. Mr. Al PoeCFO, Alder GroupCorvid "
            "Mr. Ed DoeChairman and CEOElm Financial Mr. Jo RayDirectorBirch Bank",
            ["Alder Mutual, Inc.", "Alder Group", "Corvid", "Elm Financial", "Birch Bank"],
        ),
        ("Letters to Dr. Ann RoeSuperintendentPlano ISD, Al DoePresidentAlder University", ["Plano ISD", "Alder University"]),
        ("He wrote to McAlder's, BlackElm and MJAlder CEO Jane Roe.", ["McAlder's", "BlackElm", "MJAlder"]),
    ],
)
def test_names_that_run_into_an_office_begin_behind_it(text: str, found: list[str]) -> None:
    assert institutions(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "It sent letters to Tarby's, Brinkin' Brands, Six Lads Burgers and Fries, and Mindy's asking for records.",
            ["Tarby's", "Brinkin' Brands", "Six Lads Burgers and Fries", "Mindy's"],
        ),
        (
            "Letters to the chains Brinkin', Tarby's and Corvid. Tarby's has ten days.",
            ["Brinkin'", "Tarby's", "Corvid", "Tarby's"],
        ),
        ("It wrote to Alder Chase and Co., and Birch Inc.", ["Alder Chase and Co.", "Birch Inc."]),
        ("He wrote to the company Roe about Roe's pricing.", ["Roe", "Roe"]),
        (
            "Letters went to these bars:\n- Rooney's Harborside: cited.\n- Alder Tavern: cited.",
            ["Rooney's Harborside", "Alder Tavern"],
        ),
        (
            "Letters to the Southeastern Iowa Water District and the Upper Ohio Valley Conservation District.",
            ["Southeastern Iowa Water District", "Upper Ohio Valley Conservation District"],
        ),
        (
            "He told the Universities of North Iowa, South Iowa and Ohio, and Elm College.",
            ["University of North Iowa", "University of South Iowa", "University of Ohio", "Elm College"],
        ),
        ("Letters to the firms Alder, Inc. (d/b/a Birch) and CORVe.", ["Alder, Inc.", "CORVe"]),
        ("Attorney General Roe Launches Probe of Quilla\n\nHe served subpoenas on Quilla and Vantro.", ["Quilla", "Vantro"]),
    ],
)
def test_a_name_is_whole(text: str, found: list[str]) -> None:
    assert institutions(text) == found


def test_cities_in_a_list_of_bodies_stay_cities() -> None:
    listed = mentions_in(
        TextPage("Letters to the cities of Reno, Denver and Boise, Alder Board of Water, Elm ISD."), gazetteer()
    )
    assert [mention.name for mention in listed if not mention.is_institution][:3] == ["Reno", "Denver", "Boise"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Letters are below.\n\nJane Roe\n\nSecretary\n\nU.S. Department of Elm & Ash\n\n4 Elm Street SW",
            ["U.S. Department of Elm & Ash"],
        ),
        ("The office of the\nDepartment of Elm\n4 Elm Street SW\n\nHe wrote.", []),
        (
            "Letters went to Reno Water Board, Elko ISD, Corvid Utilities and the Bureau of Mines.",
            ["Reno Water Board", "Elko ISD", "Corvid Utilities", "Bureau of Mines"],
        ),
        (
            "Letters to officials, including Mayor Jane Roe, Cartrak CEO Al Poe and QMATA CEO Ed Doe.",
            ["Cartrak", "QMATA"],
        ),
        ("The panel heard FCC Chairman Ed Doe and SEC Chairman Al Poe.", []),
        (
            "It wrote to lenders - Elm Lending, owned by a tribe; QuidLoans, owned by a bank; and BirchLoans, run by Poe.",
            ["Elm Lending", "QuidLoans", "BirchLoans"],
        ),
        ("He sent three letters. The last, to Quilla, says what the firm must do.", ["Quilla"]),
        ("He sent a letter urging Quilla to stop.", ["Quilla"]),
        (
            "Letters went to Tata Alder Limited, Birch PLLC and Elm Foods, L.P.",
            ["Tata Alder Limited", "Birch PLLC", "Elm Foods, L.P."],
        ),
        (
            "Letters to Quell Irrigation District, the Alder Transit Authority.",
            ["Quell Irrigation District", "Alder Transit Authority"],
        ),
        ("Letters to the Big Bear Denver Water Board.", ["Big Bear Denver Water Board"]),
    ],
)
def test_bodies_and_firms_are_known_by_what_stands_beside_them(text: str, found: list[str]) -> None:
    assert institutions(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Letters to tribes: St. Regis Mohawk's casino, the Stockbridge-Munsee (of Wisconsin) band, Los Coyotes.",
            ["St. Regis Mohawk", "Stockbridge-Munsee", "Los Coyotes"],
        ),
        ("Letters to the Umatilla tribe, a New Mexico tribe and an American Indian tribe.", ["Umatilla Tribe"]),
        ("The tribes: the Yurok Tribe, Pit River, and the Sac and Fox.", ["Yurok Tribe", "Pit River", "Sac and Fox"]),
        ("Standing Rock and Pit River lie near Denver.", []),
        ("Letters went to the Ohio-based Prosper and to the Denver-based Reno.", ["Prosper", "Reno"]),
    ],
)
def test_tribes_and_firms_are_known_by_short_names(text: str, found: list[str]) -> None:
    assert institutions(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Letters were sent to Q-Mobile, ABC&D, Verizo, U.S. Mobilo, Chart/Spec and Corvid (Finch).",
            ["Q-Mobile", "ABC&D", "Verizo", "U.S. Mobilo", "Chart/Spec", "Corvid"],
        ),
        (
            "Notices went to Mama Jo's, Timmy Jo's, Crisp-fil-E, Up-N-Down Burger and Bert's Outdoor Goods.",
            ["Mama Jo's", "Timmy Jo's", "Crisp-fil-E", "Up-N-Down Burger", "Bert's Outdoor Goods"],
        ),
        (
            "Notices were addressed to 4M, 1-900-Shrubs.com, 8-Twelve, Always 22, Hotel 7 and Quill 1 Imports.",
            ["4M", "1-900-Shrubs.com", "8-Twelve", "Always 22", "Hotel 7", "Quill 1 Imports"],
        ),
        ("Letters to Jane Roe, Al Poe and Ed Doe.", []),
        (
            "Letters to the CEOs of Elm Air Lines, Jet-Red Airways, Corvid and Alder Air Group.",
            ["Elm Air Lines", "Jet-Red Airways", "Corvid", "Alder Air Group"],
        ),
        ("Letters to Seattle Children's, Boston Children's Hospital.", ["Seattle Children's", "Boston Children's Hospital"]),
        (
            "Letters to the Chester County Prison and the Reno Housing Cooperative.",
            ["Chester County Prison", "Reno Housing Cooperative"],
        ),
        (
            "He wrote to the Alder Valley and Palo Alto irrigation districts and the Metropolitan Water District of Ohio.",
            [
                "Alder Valley Irrigation District",
                "Palo Alto Irrigation District",
                "Metropolitan Water District of Ohio",
            ],
        ),
        (
            "Letters went to the Alder Valley and Elm Valley Unified School Districts.",
            ["Alder Valley Unified School District", "Elm Valley Unified School District"],
        ),
        ("The heads of Harvard, MIT, Penn and Cornell got letters.", ["Harvard", "MIT", "Penn", "Cornell"]),
    ],
)
def test_lists_of_firms_and_districts_are_read_whole(text: str, found: list[str]) -> None:
    assert institutions(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In letters to the CEOs of Viza, MasterCar and Discern, Senator Roe wrote.", ["Viza", "MasterCar", "Discern"]),
        (
            "Roe Requests Answers From QVX, Walgren About Shots\n\nHe sent a letter to the CEOs of QVX and Walgren.",
            ["Walgren", "QVX", "Walgren"],
        ),
        ("She wrote to the National Governors Association.", ["National Governors Association"]),
        ("A letter went to the Iowa Corn Growers Exchange on Monday.", ["Iowa Corn Growers Exchange"]),
        (
            "Subpoenas were issued to corporate offices of Quill K, Valer and Pilot Road Centers.",
            ["Quill K", "Valer", "Pilot Road Centers"],
        ),
        (
            "It sent orders to tech companies: Alpha (Goggle), Persona.AI, Metta (Gram/Book) and Mark Roe's xChat.",
            ["Alpha", "Persona.AI", "Metta", "xChat"],
        ),
        (
            "They wrote to the Reno and New York housing authorities and to the Elko, Ames and Ely fire departments.",
            [
                "Reno Housing Authority",
                "New York Housing Authority",
                "Elko Fire Department",
                "Ames Fire Department",
                "Ely Fire Department",
            ],
        ),
    ],
)
def test_persons_headlines_and_notes_beside_firms_hide_none(text: str, found: list[str]) -> None:
    assert institutions(text) == found


def test_a_headlines_noun_is_no_part_of_a_firms_name() -> None:
    found = institutions(
        "Rise in Vantro and Quilla Thefts\n\nThe office served subpoenas on Vantro and Quilla, which must answer."
    )
    assert set(found) == {"Vantro", "Quilla"}


@pytest.mark.parametrize("cell", ["{}\tLetter", "| {} | Letter |", "  {}      05/13/2030   Letter", "{},5/13/2030,Letter"])
def test_a_column_of_one_state_shows_where_its_places_are(cell: str) -> None:
    """No state is named: La Mesa is none, and Nevada County is not in Nevada."""
    names = ("Compton", "Commerce", "La Mesa", "Nevada County", "Fresno", "Oakland", "Downey", "Hemet", "Modesto", "Stockton")
    rows = "\n".join(map(cell.format, names))
    found = [mention for mention in mentions_in(TextPage(f"Letters sent\n\n{rows}\n"), gazetteer()) if mention.place]
    assert {mention.place.state for mention in found if mention.place} == {"CA"}
    assert {"Commerce", "La Mesa", "Oakland", "Stockton"} <= {mention.name for mention in found}
