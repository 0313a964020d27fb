"""Names that are hard to tell from two names, from parts of names, and from what is no name."""

from __future__ import annotations

import pytest

from bot.reader.gazetteer.gazetteer import Gazetteer
from tests.unit.reader.test_mentions import full, labels, mentions

__all__ = ["full"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Letters went to Skadden, Arps, Slate, Meagher & Flom LLP.", ["Skadden, Arps, Slate, Meagher & Flom LLP"]),
        (
            "He wrote to Alder, Birch, Corvid & Finch LLP; and Dune & Elm LLP.",
            ["Alder, Birch, Corvid & Finch LLP", "Dune & Elm LLP"],
        ),
        (
            "Letters to law firms: Cooley, Ropes & Gray, Morgan, Lewis & Bockius, and Sullivan & Cromwell.",
            ["Cooley", "Ropes & Gray", "Morgan, Lewis & Bockius", "Sullivan & Cromwell"],
        ),
        ("• Akin, Gump, Strauss, Hauer & Feld\n• Latham & Watkins", ["Akin, Gump, Strauss, Hauer & Feld", "Latham & Watkins"]),
        ("It wrote to Simon and Schuster and to Ben & Jerry's.", ["Simon and Schuster", "Ben & Jerry's"]),
        ("Letters to the College of William & Mary and Yale University.", ["College of William & Mary", "Yale University"]),
        (
            "Hobart and William Smith Colleges, Emory and Henry College",
            ["Hobart and William Smith Colleges", "Emory and Henry College"],
        ),
        ("The chain Alder & Co. has ten days, the company Finch and Sons too.", ["Alder & Co.", "Finch and Sons"]),
        ("Letters to companies:\n\nAlder\n\nFinch\n\nThe text goes on.", ["Alder", "Finch"]),
        ("The law firm Alder, Birch, Corvid & Finch wrote.", ["Alder, Birch, Corvid & Finch"]),
        ("Letters to the chains Macy's, Kellogg's and Lowe's.", ["Macy's", "Kellogg's", "Lowe's"]),
        ("Letters to the apps Alder, 7-Eleven and X. Civil penalties apply.", ["Alder", "7-Eleven", "X"]),
        (
            "Letters to the Iowa School for the Deaf and the Blind, and the Ohio School for the Blind and Visually Impaired.",
            ["Iowa School for the Deaf and the Blind", "Ohio School for the Blind and Visually Impaired"],
        ),
        (
            "Ohio's Department of Health and the Labor Commission, the Ohio Department of Health and the Environment",
            ["Ohio Department of Health", "Labor Commission", "Ohio Department of Health and the Environment"],
        ),
        (
            "He wrote to Jefferson City, Lee's Summit R-7 and Nixa R-II school districts.",
            ["Jefferson City School District", "Lee's Summit R-7 School District", "Nixa R-II School District"],
        ),
        (
            "Letters: Elm Institute of Technology - EIT (23); University of Texas - Austin",
            ["Elm Institute of Technology", "University of Texas - Austin"],
        ),
        ("Denver & Boulder were asked.", ["Denver, CO", "Boulder?"]),
        (
            'Letters to companies: Alder; Yahoo!; Birch "R" Us; E*TRADE; Guess?, Inc.; Corvid and T. Elm Price.',
            ["Alder", "Yahoo", "Birch", "E*TRADE", "Guess", "Corvid", "T. Elm Price"],
        ),
        ("Letters to car makers BMV, General Motors and Western Union.", ["BMV", "General Motors", "Western Union"]),
        (
            "The chairs of the Ohio Republican Party, the Republican Party of Iowa and the Ames Democratic Committee answered. "
            "Republican Party leaders met the Democratic Party.",
            ["Ohio Republican Party", "Republican Party of Iowa", "Ames Democratic Committee"],
        ),
        (
            "Letters to University of Iowa Chancellor Jane Roe and Ohio University Provost Al Poe.",
            ["University of Iowa", "Ohio University"],
        ),
        ("The City of Marl Town and the City of Elm Park were asked.", ["Marl Town?", "Elm Park?"]),
        (
            "Letters went to the companies ABC, Disney's ABC, Fox Corp., 21st Century Fox and Nexstar.",
            ["ABC", "Disney", "Fox Corp.", "21st Century Fox", "Nexstar"],
        ),
        ("Letters to Philadelphia, D.C. and Denver.", ["Philadelphia, PA", "Washington, D.C.", "Denver, CO"]),
        ("She wrote to DTE Energy and Consumers Energy on May 3.", ["DTE Energy", "Consumers Energy"]),
        (
            "Letters to Alder Hospital, Mount Birch and Children's Hospital, Women's and Children's Hospital.",
            ["Alder Hospital", "Mount Birch", "Children's Hospital", "Women's and Children's Hospital"],
        ),
        (
            "Letters to the Hopi Tribe, Lac du Flambeau Band, Salt River Tribes, the Native Village of Elim.",
            ["Hopi Tribe", "Lac du Flambeau Band", "Salt River Tribes", "Native Village of Elim"],
        ),
        ("Letters to the apps Alder, Birch and Corvid, Texas AG Ken Paxton said.", ["Alder", "Birch", "Corvid?"]),
        (
            "The letters: Albany, Troy.\n\nCC: Mayor of Cleveland; Cook County, Illinois",
            ["Albany?", "Troy?", "Cleveland, OH", "Cook County, IL"],
        ),
    ],
)
def test_a_firm_has_all_its_names(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Letters to the Boston Water and Sewer Commission and the Ohio Parks & Wildlife Board.",
            ["Boston Water and Sewer Commission", "Ohio Parks & Wildlife Board"],
        ),
        (
            "State Board of Elections of Ohio, and Iowa Board of Nursing",
            ["State Board of Elections of Ohio", "Iowa Board of Nursing"],
        ),
        ("The Port Authority of New York and New Jersey answered.", ["Port Authority of New York and New Jersey"]),
        (
            "He wrote to the Federation of Alder Hospitals, the Alder Association and the Center for Law and Technology.",
            ["Federation of Alder Hospitals", "Alder Association", "Center for Law and Technology"],
        ),
        ("The letter was to the National Center for Lost & Found Children.", ["National Center for Lost & Found Children"]),
        (
            "Letters to America's Birch Plans, the Alder Alliance, and Trader Joe's.",
            ["America's Birch Plans", "Alder Alliance", "Trader Joe's"],
        ),
        (
            "The McDonald County Sheriff's Department, Mo.; Lake County Sheriff's Office, Ill.",
            ["McDonald County Sheriff's Department", "Lake County Sheriff's Office"],
        ),
        (
            "The Ohio High School Athletic Association and Olathe USD 233",
            ["Ohio High School Athletic Association", "Olathe USD 233"],
        ),
        ("It wrote to the Department of Energy and the U.S. Forest Service.", ["Department of Energy", "U.S. Forest Service"]),
        ("Ohio Bureau of Workers' Aid, Texas Parks and Wildlife", ["Ohio Bureau of Workers' Aid", "Texas Parks and Wildlife"]),
        ("The Chicago Board of Election Commissioners answered.", ["Chicago Board of Election Commissioners"]),
        ("Plano ISD Board of Trustees, Mesa Unified, UT Austin", ["Plano ISD", "Mesa Unified", "UT Austin"]),
        (
            "The Muscogee (Creek) Nation and the Federal Reserve Bank of Ohio",
            ["Muscogee (Creek) Nation", "Federal Reserve Bank of Ohio"],
        ),
        ("Letters to the firms Alder.com, General Finch and Corvid.", ["Alder.com", "General Finch", "Corvid"]),
        ("She wrote to Alder CEO Jane Roe and Finch CEO John Doe.", ["Alder", "Finch"]),
        ("Maine's Department of Labor and New York's Board of Law", ["Maine Department of Labor", "New York Board of Law"]),
        (
            "Letters to Dallas, Texas Children's Hospital and Yale University",
            ["Dallas, TX", "Texas Children's Hospital", "Yale University"],
        ),
        (
            "Banks: Alderbank, Bank of America, HSBC Bank USA, N.A., Finch Bank Ltd.",
            ["Alderbank", "Bank of America", "HSBC Bank USA, N.A.", "Finch Bank Ltd."],
        ),
        (
            "Sac and Fox Nation, Mandan, Hidatsa and Arikara Nation",
            ["Sac and Fox Nation", "Mandan, Hidatsa and Arikara Nation"],
        ),
        ("Cook County Board President Jane Roe", ["Cook?"]),
        ("He wrote to the CEOs of Alder, Birch and Corvid.", ["Alder", "Birch", "Corvid"]),
        ("Mesa Unified School District No. 4 was asked.", ["Mesa Unified School District No. 4"]),
    ],
)
def test_a_body_has_all_its_subjects(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Letters to Ft. Worth, Texas, Mt. Vernon, Wash., and E. Lansing, Mich.",
            ["Fort Worth, TX", "Mount Vernon, WA", "East Lansing, MI"],
        ),
        ("Lake Co., Ill., Cook Cty., Ill., and Wake Cnty, N.C.", ["Lake County, IL", "Cook County, IL", "Wake County, NC"]),
        ("He wrote to L.A. County.", ["Los Angeles County, CA"]),
        (
            "The Maricopa County Recorder and the Cook County Registrar of Voters, Ill.",
            ["Maricopa County, AZ", "Cook?"],
        ),
        ("Jane E. Lansing was at Tiffany & Co., Ohio.", ["Tiffany & Co.", "Ohio"]),
    ],
)
def test_shortened_words_are_read_as_whole_ones(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NEW YORK: Troy, Utica\nWASHINGTON: Pasco, Yakima", ["Troy, NY", "Utica, NY", "Pasco, WA", "Yakima, WA"]),
        ("Letters: Washington – Tacoma, Kent; Georgia – Rome.", ["Tacoma, WA", "Kent, WA", "Rome, GA"]),
        ("Mississippi (Clarke, Pike), Kentucky (Bath)", ["Clarke County, MS", "Pike County, MS", "Bath County, KY"]),
        ("Fla.: Tampa, Ocala. N.Y.: Troy, Utica.", ["Tampa, FL", "Ocala, FL", "Troy, NY", "Utica, NY"]),
        (
            "These counties:\n- Ohio: Lake, Union, Summit\n- Iowa: Lee, Union",
            ["Lake County, OH", "Union County, OH", "Summit County, OH", "Lee County, IA", "Union County, IA"],
        ),
        ("The New Mexico county commissions of Lea and Taos counties", ["Lea County, NM", "Taos County, NM"]),
        ("Georgia (2): Rome, Macon\n\n", ["Rome, GA", "Macon-Bibb County, GA"]),
        ("Oregon cities: Bend, Salem. Washington cities: Kent, Pasco.", ["Bend, OR", "Salem, OR", "Kent, WA", "Pasco, WA"]),
        (
            "Letters went to three Iowa counties: Clay, Delaware and Iowa.",
            ["Clay County, IA", "Delaware County, IA", "Iowa County, IA"],
        ),
        ("Alabama: Clarke, Choctaw and Washington", ["Clarke County, AL", "Choctaw County, AL", "Washington County, AL"]),
    ],
)
def test_a_heading_gives_its_members_their_state(text: str, found: list[str], full: Gazetteer) -> None:
    assert labels(text, full) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The MS auditor wrote to Okolona. Maben got a letter as well.", ["Okolona, MS", "Maben, MS"]),
        ("Chickasaw County, Miss., is angry. Okolona was asked.", ["Chickasaw County, MS", "Okolona, MS"]),
        ("Deschutes County is small. Justice was told, Hale too.", ["Deschutes County, OR"]),
    ],
)
def test_a_small_town_lies_in_the_state_of_the_text(text: str, found: list[str], full: Gazetteer) -> None:
    assert labels(text, full) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It wrote to Denver, Oakland and Jackson, Mississippi.", ["Denver, CO", "Oakland?", "Jackson, MS"]),
        ("Chicago, Memphis, Aurora and Boulder, Colorado", ["Chicago, IL", "Memphis, TN", "Aurora, CO", "Boulder, CO"]),
        ("Oakland, Okolona and Jackson, Mississippi", ["Oakland, MS", "Okolona, MS", "Jackson, MS"]),
    ],
)
def test_the_last_state_of_cities_of_several_is_not_that_of_one_better_known_elsewhere(
    text: str, found: list[str], full: Gazetteer
) -> None:
    assert labels(text, full) == found


@pytest.mark.parametrize("word", ["Additionally", "Attn", "JavaScript", "Judaism", "Israel", "Author", "Darfur", "Gentlemen"])
def test_words_of_pages_and_sentences_are_no_firms(word: str) -> None:
    assert labels(f"Letters went to the companies {word}, Quillapp, Vantro and Zorbix.") == ["Quillapp", "Vantro", "Zorbix"]


@pytest.mark.parametrize("word", ["the events of January", "a growth of Medicaid", "a hatred of Jews"])
def test_what_is_no_name_is_none_behind_of(word: str) -> None:
    found = labels(f"The companies have letters on {word}, Quillapp, Vantro and Bank of America said.")
    assert word.split()[-1] not in found and "Bank of America" in found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "The Lewisville, Elmgrove and Tillport school boards answered.",
            ["Lewisville School Board", "Elmgrove School Board", "Tillport School Board"],
        ),
        ("Norman and Enid public school districts", ["Norman School District", "Enid School District"]),
        ("Norman and Enid Unified school districts", ["Norman School District", "Enid Unified School District"]),
        (
            "Fairfax, Loudoun and York county school districts",
            [f"{name} School District" for name in ("Fairfax", "Loudoun", "York")],
        ),
        ("The Tillport school district was asked.", ["Tillport School District"]),
        (
            "Denver, Elm Valley and Aurora Public Schools",
            ["Denver Public Schools", "Elm Valley Public Schools", "Aurora Public Schools"],
        ),
        (
            "In Texas, the Dallas, Tarrant and Bexar County clerks",
            ["Texas", "Dallas County, TX", "Tarrant County, TX", "Bexar County, TX"],
        ),
        ("He asked the Adams and Summit county boards of elections, Ohio.", ["Adams?", "Summit County, OH", "Ohio"]),
        ("The universities of Iowa, Ohio and Utah", ["University of Iowa", "University of Ohio", "University of Utah"]),
        (
            "Yale and Brown universities, Drake and Coe colleges",
            ["Yale University", "Brown University", "Drake College", "Coe College"],
        ),
        (
            "The Enid and Norman school boards were told. Both Enid and Norman must answer.",
            ["Enid School Board", "Norman School Board", "Enid School Board", "Norman School Board"],
        ),
        ("Letters to Elm University and Four Iowa School Districts; EIGHT SCHOOL BOARDS", ["Elm University"]),
        ("Iowa school districts, Republican school boards and local school boards were not asked.", []),
    ],
)
def test_a_word_behind_several_names_is_that_of_each(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "cities", "counties"),
    [
        ("the cities of Yonkers and White Plains; and Nassau, Orange and Dutchess counties", 2, 3),
        ("the cities of Yonkers, Rye and White Plains, as well as Nassau and Orange counties", 3, 2),
        ("the cities of Yonkers and Rye and Orange and Dutchess counties", 2, 2),
        ("Yonkers, Rye and Troy, and Nassau, Orange and Dutchess counties", 3, 3),
        ("Nassau; Orange; and Dutchess counties", 0, 3),
        ("Nassau and Orange and Dutchess counties", 0, 3),
        ("Nassau, Orange, Lewis and Washington Counties", 0, 4),
        ("the towns of Babylon, Islip and Huntington", 3, 0),
    ],
)
def test_a_word_behind_a_list_is_not_that_of_the_list_before(text: str, cities: int, counties: int, full: Gazetteer) -> None:
    found = mentions(f"He wrote to {text} in New York.", full)
    words = [mention.word for mention in found if mention.name != "New York"]
    assert len(words) == cities + counties
    assert [word == "counties" for word in words] == [False] * cities + [True] * counties


@pytest.mark.parametrize("opening", ["The counties are:\n\n• ", "Letters went to three counties. They are: "])
def test_all_of_a_list_are_of_the_kind_that_introduces_it(opening: str, full: Gazetteer) -> None:
    listed = opening + "Shasta\n• Yolo\n• Orange" if "\n" in opening else opening + "Shasta, Yolo and Orange"
    found = mentions(f"California asked.\n\n{listed}", full)
    assert [mention.written for mention in found[1:]] == ["Shasta County", "Yolo County", "Orange County"]


@pytest.mark.parametrize(
    "text",
    [
        "Letters to Alder's chief executive, Jane Roe.",
        "The Department of Energy wrote. The Board and the Company agreed.",
        "She wrote to OST President Jane Roe and to Tribal Chairman John Doe.",
        "News & Events | Terms & Conditions | Arts & Culture",
        "Letters went to the mayor of Denver, Jane Roe, and to Alder's Jay (JR) Updated.",
        "Posted by Jane Roe. Updated 5:30 PM EST.",
    ],
)
def test_persons_bodies_and_page_words_are_no_names(text: str) -> None:
    assert {"Jane Roe", "Board", "Company", "OST", "Updated", "Department of Energy"}.isdisjoint(labels(text))
    assert not any("&" in label for label in labels(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Letters went to Georgia, Ukraine and Moldova, and to Jordan, Lebanon and Georgia.", []),
        ("Letters went to Paris, London and Rome. He saw Warsaw and Vienna.", []),
        ("Chicago, Toronto and Denver were there.", ["Chicago, IL", "Denver, CO"]),
        ("Georgia, Florida, Mexico and Canada", ["Georgia", "Florida"]),
        ("Athens and Rome, Georgia", ["Athens-Clarke County, GA", "Rome, GA"]),
        ("Missouri: Mexico, Lebanon and Cuba", ["Mexico?", "Lebanon, MO", "Cuba?"]),
        ("Georgia, Texas and Ohio; Georgia alone", ["Georgia", "Texas", "Ohio", "Georgia"]),
    ],
)
def test_a_list_of_countries_has_no_states(text: str, found: list[str]) -> None:
    assert labels(text) == found


def test_a_township_is_not_meant_before_a_list_of_states(full: Gazetteer) -> None:
    assert labels("The letter was to Peoria, Nebraska and Iowa.", full) == ["Peoria?", "Nebraska", "Iowa"]
    assert labels("It wrote to Peoria Township, Nebraska, and Iowa.", full) == ["Peoria Township, NE", "Iowa"]
    assert labels("It wrote to Davenport, Florida and Iowa.", full) == ["Davenport, FL", "Iowa"]


def test_a_list_of_towns_of_one_state_lies_in_it(full: Gazetteer) -> None:
    towns = "Maben, Crawford, Oakland, Okolona, Tupelo and Starkville"
    assert {mention.state for mention in mentions(f"Letters went to {towns}.", full)} == {"MS"}
    assert {mention.state for mention in mentions("Letters went to Jackson, Salem, Aurora and Auburn.", full)} == {None}


MENU = "Home\nHousing & Lodging\n- Theft Reports & Advice\n- Schools and Colleges\n- Money & Loans\n- Seniors\n- Forms\n- Scams"
STORY = "The attorney general wrote to companies that sell such loans, as she said on Monday, and gave them ten days to answer."


@pytest.mark.parametrize("page", [f"{MENU}\n\n{STORY}", f"{STORY}\n\n{MENU}", f"News & Views\n\n{STORY}\n\n{MENU}\n\n{STORY}"])
def test_a_menu_of_a_page_names_nobody(page: str) -> None:
    assert labels(page) == []


@pytest.mark.parametrize(
    "heading",
    [
        "The companies that got letters are:",
        "Below is the list of the firms that she wrote to, with their names as registered.",
        "Companies With Letters",
        "RECIPIENTS",
        "Company\tLetter",
    ],
)
def test_a_list_that_a_line_introduces_names_firms_without_a_word_for_one(heading: str) -> None:
    page = f"{MENU}\n\n{STORY}\n\n{heading}\n- Alder Relief\n- Birch & Finch, Inc.\n- Corvid Student Help\n- Dune"
    assert labels(page) == ["Alder Relief", "Birch & Finch, Inc.", "Corvid Student Help", "Dune"]


def test_another_name_of_a_firm_is_no_firm_of_its_own() -> None:
    assert labels("Letters to the firms Alder LLC, aka Birch Relief, and Dune Inc. (formerly Finch Inc.)") == [
        "Alder LLC",
        "Dune Inc.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The letters to the companies were joined by Reps. Ann Alder (D-Elmgrove), Lucy Roe (R-San Finch) and Joe Dune (I).",
        "Jane Birch, Esq.\nAnn Finch, Esq.\nAlder, Esq., wrote to companies.",
        "He told the boards of companies of Chairperson Lucy Alder, Colonel Finch and Sergeant Dune.",
        "The companies were asked by Lucy Alder, Gregory Finch and Maria Dune.",
        "Letters to firms were signed by Corvid Alder, Town Supervisor, Elm Finch, City Manager, and Ivo Dune, Deputy Clerk.",
    ],
)
def test_a_person_is_no_recipient(text: str) -> None:
    assert labels(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "Attn: Records Desk",
        "Rm 204",
        "VIA USPS CERTIFIED MAIL",
        "By Registered Mail",
        "Return Receipt Requested",
        "Via Hand Delivery and First-Class Mail",
        "210 Finch Hall",
        "4 Finch Building",
        "Elm R. Dunedale",
        "Corvid Dunedale\nChancellor",
        "Author",
        "Additionally, it was asked.",
    ],
)
def test_what_a_letterhead_says_beside_its_addressee_is_no_name(line: str) -> None:
    assert labels(f"Letters to companies:\n{line}\nAlder Inc.\nBirch Inc.\n{line}\nCorvid Inc.\n") == [
        "Alder Inc.",
        "Birch Inc.",
        "Corvid Inc.",
    ]


@pytest.mark.parametrize(
    "head",
    [
        "12 Elm Avenue, Suite 4, Boise, ID 83702",
        "Dunedale Watch | 12 Elm St. | Boise, Idaho 83702 | www.dunedale.org",
        "P.O. Box 12, Boise, ID 83702-1234",
    ],
)
def test_the_city_of_a_letterhead_got_no_letter(head: str) -> None:
    assert labels(f"{head}\n\nMay 4, 2031\n\nAlder College\n1 Oak Road\nSalem, Oregon 97301\n\nIt asks.") == ["Alder College"]


def test_a_body_above_its_street_is_an_addressee() -> None:
    heads = ("Attn: Jane Roe", "62 W. Elm Drive", "P.O. Box 7")
    for head in heads:
        assert labels(f"May 4, 2031\n\nCorvid Sluice District\n{head}\nBoise, ID 83702\n\nIt asks.") == [
            "Corvid Sluice District"
        ]


def test_a_city_below_an_official_and_a_street_is_an_addressee() -> None:
    assert labels("Mayor Jane Roe\n10 Elm Road\nBoise, ID 83702\n\nDear Mayor Roe:") == ["Boise, ID"]
    assert labels("Ann Roe\nAda County Clerk\n10 W. Elm Street, Suite 2\nBoise, Idaho 83702\n\nDear Ms. Roe:") == [
        "Ada County, ID"
    ]
    assert labels("Mayor Jane Roe, 10 Elm Road, Boise, ID 83702\n\nDear Mayor Roe:") == ["Boise, ID"]


def test_a_firm_may_begin_with_a_first_name() -> None:
    assert labels("Letters to the firms Corvid, Jack Alder Foods and Dune.") == ["Corvid", "Jack Alder Foods", "Dune"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Honorable Mary Roe\nGovernor of Missouri\nP.O. Box 7\nJefferson City, MO 65102\n\nIt asks.", ["Missouri"]),
        ("Ann Roe, Mayor City of Boise 10 Elm Road Boise, ID 83702 Joe Dune, Mayor City of Salem", ["Boise, ID", "Salem, ID"]),
        ("Letters to Boise, ID 83702, and Salem, OR 97301.", ["Boise, ID", "Salem, OR"]),
        (
            "Letters to Mercy Hospital, 10 W. Denver Post Road, and Alder College, 4 Finch Place.",
            ["Mercy Hospital", "Alder College"],
        ),
    ],
)
def test_where_an_addressee_is_names_no_other_place(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Money of the Charter School Alder Program went to Boise State University.", ["Boise State University"]),
        (
            "Letters to firms name the Alder Finch Program, the Urban Elm Initiative, and the firms Corvid and Dune.",
            ["Corvid", "Dune"],
        ),
        ("It told the Boulder and Larimer County Commissioners.", ["Boulder County, CO", "Larimer County, CO"]),
        (
            "Letters to the Iowa Finch Athletic Conference and Ames Public Schools.",
            ["Iowa Finch Athletic Conference", "Ames Public Schools"],
        ),
    ],
)
def test_programs_have_no_letters_and_each_name_is_whole(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It told the Texas Department of Criminal Justice so.", ["Texas Department of Criminal Justice"]),
        ("Roe Targets Corvid Finch School", ["Corvid Finch School"]),
        (
            "ALDER REPORTS\nSouthwest Elm Estates\n\nDenver, Chicago to keep it\n\nThe letters went to both cities, she said.",
            ["Denver, CO", "Chicago, IL"],
        ),
    ],
)
def test_names_keep_their_ends_and_headings_are_none(text: str, found: list[str]) -> None:
    assert labels(text) == found


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("The group sent letters to Governor Roe and Mayor Doe. New York City runs the jail.", ["New York"]),
        ("Gov. Al Roe must answer. In its letter to Roe the EPA says that Utah broke the law.", ["Utah"]),
        ("It sent letters to Governor Roe of Ohio, where Akron is.", []),
        ("Gov. Roe sent letters to Toledo and Lima, Ohio.", []),
        ("It sent a letter to Gov. Roe. Reno, Nev., Boise, Idaho, and Provo, Utah, got none.", []),
    ],
)
def test_a_governor_who_is_written_to_is_the_state_of_the_text(text: str, states: list[str]) -> None:
    guessed = [mention for mention in mentions(text) if mention.title == "governor" and mention.is_part_of_name]
    assert [mention.name for mention in guessed] == states
